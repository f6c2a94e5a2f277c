"""Injected faults as clients feel them: on gunicorn, through the command, under load."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from running_api import SOURCES, running_api
from toolkit.open_loop import Request, percentile, send
from toolkit.waiting import wait_for

ORDER = {"lines": [{"product_id": 1, "quantity": 1}]}


@pytest.fixture
def runtime(tmp_path):
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


@pytest.fixture
def faulty(exporting, runtime):
    """The environment of an API that reads faults."""
    return exporting | {"RUNTIME_DIRECTORY": str(runtime)}


@pytest.fixture
def api_faults(runtime):
    def call(*arguments):
        subprocess.run(
            [sys.executable, "-m", "shopapi.faults_command", "--directory", runtime, *arguments],
            env={"PYTHONPATH": str(SOURCES), "PATH": os.environ["PATH"]}, check=True, timeout=20,
        )  # fmt: skip

    return call


def requests(count):
    """40 % health, 40 % products, 10 % search, 10 % reports; no two pages the same."""
    deck = itertools.cycle(
        [
            *["/health", "/api/products?offset={}", "/health", "/api/products/{}", "/health"],
            *["/api/products?offset={}", "/health", "/api/products/{}", "/api/search?q=river+{}"],
            "/api/reports?days=7",
        ]
    )
    return [
        Request("GET", path.format(number % 200 + 1))
        for number, path in zip(range(count), deck, strict=False)
    ]


def median(answers):
    return percentile([one.seconds for one in answers if one.name != "/health"], 0.5)


def test_800_ms_more_do_not_melt_the_service(faulty, log, api_faults):
    """Judged by halves, since a machine that is busy for a moment makes a few answers slow."""
    with running_api(faulty, log) as api:
        before = send(api.address, requests(250), per_second=50)
        api_faults("set", "latency", "800")
        slow = send(api.address, requests(750), per_second=50)
        api_faults("clear")
        after = send(api.address, requests(250), per_second=50)
        api.stop()

    assert {one.status for one in before + after} == {200}
    # What finds no thread is refused; a busy machine may cause a few of that as well.
    assert {one.status for one in slow} <= {200, 503}
    assert [one.status for one in slow].count(503) <= 0.03 * len(slow)
    assert 0.8 <= median(slow) <= median(before) + 0.95
    # A queue grows: who came last would wait for seconds, and so would the next without a fault.
    assert median(slow[-250:]) <= median(slow[:250]) + 0.2
    assert median(after[:100]) <= median(before) + 0.2
    assert percentile([one.seconds for one in slow if one.name == "/health"], 0.5) < 0.2


def test_errors_hit_the_share_and_the_route_that_was_asked_for(faulty, log, api_faults):
    def failed(path, count):
        return sum(api.request("GET", path).status == 500 for _ in range(count))

    with running_api(faulty, log) as api:
        api_faults("set", "error", "500", "--route", "/api/products", "--fraction", "0.5")
        assert 60 < failed("/api/products", 200) < 140
        assert failed("/api/products/1", 50) == failed("/health", 50) == 0
        api_faults("clear")
        assert failed("/api/products", 50) == 0


def test_what_the_settings_say_holds_until_told_otherwise(faulty, log, api_faults):
    def failed():
        return sum(api.request("GET", "/api/products").status == 500 for _ in range(20))

    with running_api(faulty | {"ERROR_RATE": "1"}, log) as api:
        assert failed() == 20
        api_faults("set", "latency", "1")
        assert failed() == 0
        api_faults("clear")
        assert failed() == 20
        assert api.request("GET", "/health").status == 200


def test_a_lost_dependency_opens_its_breaker_and_recovers(faulty, sink, log, api_faults):
    def order():
        return api.request("POST", "/api/orders", ORDER)

    with running_api(faulty | {"API_WORKERS": "1"}, log) as api:
        assert order().status == 201
        api_faults("set", "dependency-down", "stock")
        statuses = [order().status for _ in range(5)]
        refused = order()
        wait_for(
            lambda: sink.total("shop.circuit_breaker.transitions", state="open"),
            lambda count: count == 1, within=5, what="the transition is counted",
        )  # fmt: skip
        api_faults("clear")
        wait_for(lambda: order().status, lambda status: status == 201, within=10, what="an order")
        api.stop()

    assert statuses == [502] * 5
    assert refused.status == 503
    assert 1 <= int(refused.headers["Retry-After"]) <= 6
    assert refused.json["type"] == "urn:sightline:problem:dependency-left-alone"
    states = {
        labels["dependency"]: point.as_int
        for _, _, labels, point in sink.points("shop.circuit_breaker.state")
    }
    assert states == {"stock": 0, "fraud": 0, "gateway": 0}


def test_a_lost_gateway_fails_payments_and_leaves_the_order_payable(faulty, log, api_faults):
    with running_api(faulty, log) as api:
        payment = {
            "order_id": api.request("POST", "/api/orders", ORDER).json["id"],
            "card": "tok_a",
        }
        api_faults("set", "dependency-down", "gateway")
        lost = api.request("POST", "/api/payments", payment)
        api_faults("clear")
        paid = api.request("POST", "/api/payments", payment)

    assert (lost.status, paid.status) == (502, 201)


def test_a_bypassed_cache_misses(faulty, sink, log, api_faults):
    def asked(result):
        return sink.total("shop.cache.requests", cache_result=result)

    with running_api(faulty | {"API_WORKERS": "1"}, log) as api:
        for _ in range(10):
            api.get("/api/products/1")
        wait_for(lambda: asked("hit"), lambda hits: hits == 9, within=5, what="nine hits")
        api_faults("set", "cache-bypass")
        for _ in range(10):
            api.get("/api/products/1")
        api.stop()

    assert (asked("hit"), asked("miss")) == (9, 11)


SOON, PAST = timedelta(minutes=5), timedelta(minutes=-5)


def content(*, expires=SOON, **changes):
    """Return a file that would let every request fail, but for what is wrong with it."""
    fault = {
        "kind": "error",
        "status": 500,
        "expires_at": (datetime.now(UTC) + expires).isoformat(),
    }
    return json.dumps({"faults": [fault | changes]})


def test_a_file_that_is_wrong_injects_nothing_and_is_counted(faulty, sink, log, runtime):
    wrong = {
        "not_json": "no JSON",
        "not_valid": content(status="many"),
        "expiry": content(expires=PAST),
        "unknown_route": content(routes=["/api/secrets"]),
        "too_large": content(routes=["x" * 10_000_000]),
    }
    with running_api(faulty | {"API_WORKERS": "1", "ERROR_RATE": "1"}, log) as api:
        for reason, text in wrong.items():
            (runtime / "new").write_text(text)
            (runtime / "new").replace(runtime / "faults.json")
            wait_for(
                lambda reason=reason: sink.total("shop.fault.file.errors", error_type=reason),
                lambda count: count == 1, within=10, what=f"{reason} is counted",
            )  # fmt: skip
            assert {api.get("/api/products")[0] for _ in range(20)} == {200}, reason
        api.stop()
