from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import falcon
import falcon.testing
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from shopapi import problems
from shopapi.bulkheads import Bulkheads
from shopapi.instruments import Instruments
from toolkit.waiting import wait_for

ROUTES = ("/health", "/api/reports", "/api/orders")


class Stuck:
    """A resource whose answers wait until they are let go."""

    def __init__(self):
        self.go = threading.Event()
        self.inside = 0
        self._lock = threading.Lock()

    def on_get(self, _request, _response):
        with self._lock:
            self.inside += 1
        self.go.wait(10)


@pytest.fixture
def stuck():
    stuck = Stuck()
    yield stuck
    stuck.go.set()


@pytest.fixture
def reader():
    return InMemoryMetricReader()


@pytest.fixture
def client(stuck, reader):
    """An application of a worker with 16 threads: 14 for all of the API, 4 for reports."""
    meters = MeterProvider([reader])
    instruments = Instruments(meters.get_meter("test"))
    app = falcon.App(middleware=[Bulkheads(16, ROUTES, instruments)])
    app.set_error_serializer(problems.serialize)
    for route in ROUTES:
        app.add_route(route, stuck)
    yield falcon.testing.TestClient(app)
    meters.shutdown()


def shed(reader):
    for resource in reader.get_metrics_data().resource_metrics:
        for scope in resource.scope_metrics:
            for metric in scope.metrics:
                if metric.name == "shop.requests.shed":
                    return {p.attributes["http.route"]: p.value for p in metric.data.data_points}
    return {}


def fill(pool, client, stuck, path, count):
    """Have `count` requests stuck inside."""
    wanted = stuck.inside + count
    futures = [pool.submit(client.simulate_get, path) for _ in range(count)]
    wait_for(lambda: stuck.inside, lambda inside: inside == wanted, within=5, what="all are inside")
    return futures


def test_a_slow_route_is_refused_at_its_share_and_leaves_the_others_alone(client, stuck, reader):
    with ThreadPoolExecutor(16) as pool:
        fill(pool, client, stuck, "/api/reports", 4)

        refused = client.simulate_get("/api/reports")
        others = fill(pool, client, stuck, "/api/orders", 10)
        stuck.go.set()

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json["type"] == "urn:sightline:problem:too-busy"
    assert {future.result().status_code for future in others} == {200}
    assert shed(reader) == {"/api/reports": 1}


def test_a_full_worker_still_says_that_it_lives(client, stuck):
    with ThreadPoolExecutor(16) as pool:
        fill(pool, client, stuck, "/api/orders", 14)

        assert client.simulate_get("/api/reports").status_code == 503
        health = fill(pool, client, stuck, "/health", 2)
        stuck.go.set()

    assert {future.result().status_code for future in health} == {200}


def test_places_are_given_back_after_answers_refusals_and_errors(client, stuck):
    stuck.go.set()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            list(pool.map(lambda _: client.simulate_get("/api/reports"), range(8)))
            list(pool.map(lambda _: client.simulate_post("/api/reports"), range(8)))

    stuck.inside = 0
    assert [client.simulate_get("/api/reports").status_code for _ in range(30)] == [200] * 30
