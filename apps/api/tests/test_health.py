from __future__ import annotations

import falcon.testing

from shopapi import __version__
from shopapi.app import create_app
from shopapi.store import Store


def test_health_says_what_runs_where(client):
    answer = client.simulate_get("/health")

    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "version": __version__,
        "environment": "prod",
        "data_plane_id": "dp-prod-01",
    }


def test_health_is_503_when_the_database_does_not_answer(settings, tmp_path):
    lost = Store(tmp_path / "not-there" / "shop.db")
    client = falcon.testing.TestClient(create_app(settings, lost))

    answer = client.simulate_get("/health")

    assert answer.status_code == 503
    assert answer.json["detail"] == "The database does not answer: unable to open database file."


def test_head_is_answered_like_get_without_a_body(client):
    for path in ("/health", "/api/products"):
        answer = client.simulate_head(path)
        assert (answer.status_code, answer.content) == (200, b"")
