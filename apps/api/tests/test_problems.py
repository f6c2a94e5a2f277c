from __future__ import annotations

import pytest

from shopapi.store import Store


def request(client, method, path):
    answer = client.simulate_request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    return answer


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nothing/here", 404, "Not Found"),
        ("POST", "/nothing/here", 404, "Not Found"),
        ("DELETE", "/api/products", 405, "Method Not Allowed"),
        ("GET", "/api/products?limit=0", 400, "Bad Request"),
    ],
    ids=["unknown path", "unknown path, other method", "wrong method", "bad query"],
)
def test_every_refusal_is_problem_details(client, method, path, status, title):
    answer = request(client, method, path)

    assert answer.status_code == status
    body = answer.json
    assert (body["status"], body["title"], body["instance"]) == (status, title, path.split("?")[0])


def test_a_wrong_method_names_the_right_ones(client):
    assert request(client, "DELETE", "/health").headers["allow"] == "GET, HEAD, OPTIONS"


def test_an_unforeseen_error_is_a_problem_that_keeps_its_cause_for_the_log(
    make_client, tmp_path, caplog
):
    unprepared = Store(tmp_path / "empty.db")
    client = make_client(unprepared)

    answer = request(client, "GET", "/api/products")

    unprepared.close()
    assert answer.status_code == 500
    assert "products" not in answer.json.get("detail", "")
    assert "no such table: products" in caplog.text
