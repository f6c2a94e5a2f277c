"""Every endpoint, as a client sees it on gunicorn with two workers."""

from __future__ import annotations

import socket

import pytest

from running_api import running_api

ORDER = {"lines": [{"product_id": 3, "quantity": 2}, {"product_id": 7, "quantity": 1}]}


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    directory = tmp_path_factory.mktemp("api")
    variables = {
        "ENV": "prod",
        "DATA_PLANE_ID": "dp-prod-01",
        "API_DATABASE": str(directory / "shop.db"),
        "API_PRODUCTS": "250",
        "API_ORDERS": "300",
        "DEPENDENCY_LATENCY_MS": "0.5",
        "OTEL_ENDPOINT": "http://127.0.0.1:1",
    }
    with running_api(variables, directory / "api.log") as api:
        yield api


def post(api, path, body, **headers):
    return api.request(
        "POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()}
    )


def problem(answer):
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == answer.status
    return answer.status, answer.json.get("type", "").removeprefix("urn:sightline:problem:")


def test_a_product_is_the_same_in_the_list_and_alone(api):
    listed = api.request("GET", "/api/products?sort=-price&limit=1").json["items"][0]

    assert api.request("GET", f"/api/products/{listed['id']}").json == listed


@pytest.mark.parametrize("number", ["0", "999999", "-1", "x", "9223372036854775808", "%EF%BC%91"])
@pytest.mark.parametrize("kind", ["products", "orders"])
def test_what_is_not_there_is_404(api, kind, number):
    assert problem(api.request("GET", f"/api/{kind}/{number}"))[0] == 404


def test_search_finds_by_name_and_by_beginning(api):
    name = api.request("GET", "/api/products/42").json["name"]

    found = api.request("GET", f"/api/search?q={name.replace(' ', '+')}").json
    begun = api.request("GET", f"/api/search?q={name[:4].lower()}").json

    assert found["items"][0]["id"] == 42
    assert begun["total"] >= found["total"] >= 1


def test_an_order_can_be_read_again_and_costs_what_its_products_cost(api):
    made = post(api, "/api/orders", ORDER)
    prices = [
        api.request("GET", f"/api/products/{number}").json["price_cents"] for number in (3, 7)
    ]

    assert made.status == 201
    assert made.json["total_cents"] == 2 * prices[0] + prices[1]
    again = api.request("GET", made.headers["Location"])
    assert (again.status, again.body) == (200, made.body)


def test_post_order_repeats_the_first_answer_for_the_same_key(api):
    first = post(api, "/api/orders", ORDER, Idempotency_Key="once")
    second = post(api, "/api/orders", ORDER, Idempotency_Key="once")

    assert (second.status, second.body) == (201, first.body)
    assert second.headers["Location"] == first.headers["Location"]
    assert first.headers["Idempotency-Replayed"] is None
    assert second.headers["Idempotency-Replayed"] == "true"


def test_a_key_is_refused_with_another_body(api):
    post(api, "/api/orders", ORDER, Idempotency_Key="twice")
    other = {"lines": [{"product_id": 3, "quantity": 3}]}

    answer = post(api, "/api/orders", other, Idempotency_Key="twice")

    assert problem(answer) == (422, "idempotency-key-reused")


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "é"])
def test_a_key_that_is_none_is_refused(api, key):
    assert problem(post(api, "/api/orders", ORDER, Idempotency_Key=key.encode("latin-1")))[0] == 400


def test_an_order_of_an_unknown_product_is_refused_and_leaves_nothing(api):
    lines = [{"product_id": 1, "quantity": 1}, {"product_id": 251_000, "quantity": 1}]
    before = post(api, "/api/orders", ORDER).json["id"]

    assert problem(post(api, "/api/orders", {"lines": lines})) == (422, "unknown-product")
    assert post(api, "/api/orders", ORDER).json["id"] == before + 1


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"lines": []}, "$.lines"),
        ({"lines": [{"product_id": 1}]}, "quantity"),
        ({"lines": [{"product_id": 1, "quantity": 0}]}, "$.lines[0].quantity"),
        ({"lines": [{"product_id": 1, "quantity": 1.5}]}, "$.lines[0].quantity"),
        ({"lines": [{"product_id": "1", "quantity": 1}]}, "$.lines[0].product_id"),
        ({"lines": [{"product_id": 1, "quantity": 1, "price": 1}]}, "price"),
        ({"lines": [{"product_id": 1, "quantity": 1}], "gift": True}, "gift"),
        ([], "object"),
        (b"", "truncated"),
        (b"{", "truncated"),
        (b'{"lines": "\xff"}', "Body"),
        (b"[" * 60_000, "Body"),
        (b'{"lines": [{"product_id": 1, "quantity": 1e999}]}', "quantity"),
    ],
)
def test_a_body_that_is_not_understood_is_400_and_named(api, body, named):
    answer = post(api, "/api/orders", body)

    assert problem(answer)[0] == 400
    assert named in answer.json["detail"]


def test_a_whole_number_may_be_written_as_json_schema_allows(api):
    body = b'{"lines": [{"product_id": 1.0, "quantity": 2e0}]}'

    assert post(api, "/api/orders", body).json["lines"][0]["quantity"] == 2


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "", "multipart/form-data"])
def test_another_media_type_is_415(api, media_type):
    assert problem(post(api, "/api/orders", b"{}", Content_Type=media_type))[0] == 415


def test_json_with_a_charset_is_taken(api):
    answer = post(api, "/api/orders", ORDER, Content_Type="Application/JSON; charset=utf-8")

    assert answer.status == 201


def test_a_body_over_the_limit_is_413_with_a_length_and_without(api):
    assert problem(post(api, "/api/orders", b" " * 65_537))[0] == 413
    with socket.create_connection(("127.0.0.1", api.port), timeout=5) as connection:
        connection.sendall(
            b"POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"8000\r\n%s\r\n8001\r\n%s\r\n0\r\n\r\n" % (b" " * 0x8000, b" " * 0x8001)
        )  # fmt: skip
        assert b" 413 " in connection.makefile("rb").readline()


def test_a_body_in_chunks_is_read_whole(api):
    body = b'{"lines": [{"product_id": 1, "quantity": 4}]}'
    with socket.create_connection(("127.0.0.1", api.port), timeout=5) as connection:
        connection.sendall(
            b"POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            + b"".join(b"%x\r\n%s\r\n" % (1, bytes([byte])) for byte in body) + b"0\r\n\r\n"
        )  # fmt: skip
        assert b'"quantity":4' in connection.makefile("rb").read()


def test_a_body_that_ends_early_makes_no_order(api):
    before = post(api, "/api/orders", ORDER).json["id"]
    with socket.create_connection(("127.0.0.1", api.port), timeout=5) as connection:
        connection.sendall(
            b"POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b'Content-Length: 100\r\n\r\n{"lines": [{"product_id": 1, "quantity": 1}]}'
        )
        connection.shutdown(socket.SHUT_WR)
        assert b" 400 " in connection.makefile("rb").readline()

    assert post(api, "/api/orders", ORDER).json["id"] == before + 1


def test_an_order_is_paid_once_after_a_card_was_declined(api):
    order = post(api, "/api/orders", ORDER).json

    declined = post(api, "/api/payments", {"order_id": order["id"], "card": "tok_declined"})
    paid = post(api, "/api/payments", {"order_id": order["id"], "card": "tok_visa"})
    again = post(api, "/api/payments", {"order_id": order["id"], "card": "tok_visa"})

    assert problem(declined) == (402, "payment-declined")
    assert (paid.status, paid.json["state"]) == (201, "authorised")
    assert paid.json["amount_cents"] == order["total_cents"]
    assert problem(again) == (409, "payment-exists")


def test_an_unknown_order_cannot_be_paid(api):
    answer = post(api, "/api/payments", {"order_id": 999_999, "card": "tok_visa"})

    assert problem(answer) == (422, "unknown-order")


def test_a_report_adds_up(api):
    week = api.request("GET", "/api/reports").json
    month = api.request("GET", "/api/reports?days=30").json

    assert (week["days"], month["days"], month["orders"]) == (7, 30, 300)
    for report in (week, month):
        assert sum(day["revenue_cents"] for day in report["by_day"]) == report["revenue_cents"]
        assert sum(one["revenue_cents"] for one in report["categories"]) == report["revenue_cents"]


def test_orders_of_today_do_not_change_a_report(api):
    before = api.request("GET", "/api/reports?days=30").body
    post(api, "/api/orders", ORDER)

    assert api.request("GET", "/api/reports?days=30").body == before


@pytest.mark.parametrize("query", ["days=0", "days=31", "days=week", "weeks=1"])
def test_a_report_that_is_not_understood_is_400(api, query):
    assert problem(api.request("GET", f"/api/reports?{query}"))[0] == 400


@pytest.mark.parametrize("query", ["", "q=", "q=" + "x" * 101, "q=a&q=b", "q=a&limit=101"])
def test_a_search_that_is_not_understood_is_400(api, query):
    assert problem(api.request("GET", f"/api/search?{query}"))[0] == 400
