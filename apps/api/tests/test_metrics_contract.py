"""What is exported, against the catalogue: names, units, attributes and how many series."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import metrics_page
from running_api import SOURCES, running_api
from shopapi.instruments import CATALOGUE
from toolkit.waiting import wait_for

PAGE = Path(__file__).parents[1] / "METRICS.md"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
WORKERS = 2
SERIES_LIMIT = 2300
"""Of the 2,500 of a data plane; metrics of its host have the rest."""


@pytest.fixture
def watched(exporting, tmp_path):
    """The environment of an API that reads faults from a directory."""
    (tmp_path / "run").mkdir()
    return exporting | {"RUNTIME_DIRECTORY": str(tmp_path / "run")}


def inject(directory, **fault):
    """Have all workers inject one fault."""
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    command = [sys.executable, "-m", "shopapi.faults_command", "--directory", directory]
    subprocess.run(
        [*command, "set", "--file", "-"],
        env={"PYTHONPATH": str(SOURCES)},
        input=json.dumps({"faults": [fault | {"expires_at": soon}]}),
        text=True,
        check=True,
        timeout=20,
    )


def exercise(api, directory):
    """Send what makes each route answer each of its statuses, and every known method."""
    routes = api.request("GET", "/openapi.json").json["paths"]
    order = {"lines": [{"product_id": 1, "quantity": 2}]}
    made = api.request("POST", "/api/orders", order).json["id"]
    for card in ("tok_declined", "tok_visa", "tok_visa"):
        api.request("POST", "/api/payments", {"order_id": made, "card": card})
    for path in ("/api/orders", "/api/payments"):
        api.request("POST", path, {"surprise": 1})
        api.request("POST", path, b"x" * 70_000)
        api.request("POST", path, "text", {"Content-Type": "text/plain"})
    api.request("POST", "/api/orders", {"lines": [{"product_id": 999_999, "quantity": 1}]})
    api.request("POST", "/api/payments", {"order_id": 999_999, "card": "tok_visa"})
    paths = [route.replace("{product_id}", "1").replace("{order_id}", "1") for route in routes]
    others = ["/api/products/999999", "/api/orders/999999", "/api/search?q=te", "/nowhere"]
    bad = ["/api/products?limit=0", "/api/reports?days=0", "/api/search?limit=0"]
    for path in paths + others + bad:
        for method in METHODS:
            api.raw(f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    for status in (500, 503):
        inject(directory, kind="error", status=status, routes=list(routes))
        for path in paths:
            api.request("GET", path)
            api.request("POST", path, {})
    inject(directory, kind="dependency_down", dependency="gateway")
    for _ in range(30):
        api.request("POST", "/api/payments", {"order_id": made + 1, "card": "tok_visa"})
        made = api.request("POST", "/api/orders", order).json["id"] - 1
    inject(directory, kind="cache_bypass")
    (directory / "faults.json").write_text("no JSON")


def wait_for_the_last(sink):
    """Wait until both workers have exported that the file of faults is broken."""
    wait_for(
        lambda: sink.total("shop.fault.file.errors"), lambda count: count >= WORKERS,
        within=10, what="every worker counts the broken file of faults",
    )  # fmt: skip


def lines_of(series):
    """Return how many series Prometheus makes of one worker's."""
    return sum({(name, labels): lines for (name, _, labels), lines in series.items()}.values())


def test_what_is_exported_is_the_catalogue(watched, sink, log, tmp_path):
    with running_api(watched, log) as api:
        exercise(api, tmp_path / "run")
        wait_for_the_last(sink)
        api.stop()

    declared = {instrument.name: instrument for instrument in CATALOGUE}
    # Nothing was shed; tests/test_bulkheads.py sees to that one.
    assert sink.names() == set(declared) - {"shop.requests.shed"}
    for name, unit in sink.units.items():
        assert unit == declared[name].unit, name
    for name, keys in sink.keys().items():
        assert keys == set(declared[name].attributes), name
    for name, _, labels, _ in sink.all_points():
        for key, value in labels.items():
            possible = declared[name].attributes[key]
            assert isinstance(possible, str) or value in possible, (name, labels)
    most = lines_of(sink.series()) * WORKERS
    assert most <= SERIES_LIMIT, most


def test_strange_requests_make_no_series(watched, sink, log, tmp_path):
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret

    def word():
        return "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=12))

    def names():
        return {(name, labels) for name, _, labels in sink.series()}

    with running_api(watched, log) as api:
        exercise(api, tmp_path / "run")
        for status in ("HTTP/1.0", "HTTP/1.1"):
            api.raw(f"{word().upper()} /{word()} {status}\r\nHost: {word()}\r\n\r\n")
        wait_for_the_last(sink)
        before = names()
        for _ in range(1000):
            api.raw(
                f"{chance.choice([*METHODS, word().upper()])} /{word()}/{word()}?{word()}={word()} "
                f"HTTP/1.{chance.randrange(2)}\r\nHost: {word()}.test\r\nUser-Agent: {word()}\r\n"
                f"X-Forwarded-Proto: {word()}\r\nConnection: close\r\n\r\n"
            )
        for path in ("/api/products?sort=", "/api/products/", "/api/orders/", "/api/search?q="):
            for _ in range(50):
                api.raw(f"GET {path}{word()} HTTP/1.0\r\nHost: {word()}\r\n\r\n")
        api.stop()

    assert sink.requests() > 1000
    assert names() - before == set()


def test_the_page_of_metrics_is_made_from_the_catalogue():
    assert PAGE.read_text() == metrics_page.page()
