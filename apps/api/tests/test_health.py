from __future__ import annotations

import sys
from pathlib import Path

import pytest

from shopapi import __version__
from shopapi.store import Store


def test_health_says_what_runs_where(client):
    answer = client.simulate_get("/health")

    assert answer.status_code == 200
    assert answer.json == {
        "status": "ok",
        "version": __version__,
        "build": Path(sys.prefix).name,
        "environment": "prod",
        "data_plane_id": "dp-prod-01",
    }


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_both_are_503_when_the_database_does_not_answer(make_client, tmp_path, path):
    client = make_client(Store(tmp_path / "not-there" / "shop.db"))

    answer = client.simulate_get(path)

    assert answer.status_code == 503
    assert answer.json["detail"] == "The database does not answer: unable to open database file."


def test_ready_waits_for_what_this_version_needs(make_client, client, tmp_path):
    empty = Store(tmp_path / "empty.db")
    unprepared = make_client(empty).simulate_get("/ready")
    empty.close()

    assert (unprepared.status_code, unprepared.json["title"]) == (503, "Service Unavailable")
    assert client.simulate_get("/ready").json == {"status": "ready"}


def test_head_is_answered_like_get_without_a_body(client):
    for path in ("/health", "/api/products"):
        answer = client.simulate_head(path)
        assert (answer.status_code, answer.content) == (200, b"")
