"""Promises of the whole program: real gunicorn, two workers, a real OTLP receiver."""

from __future__ import annotations

import os
import signal
import socket
import time

import pytest

from otlp_sink import grpc_sink, http_sink
from running_api import free_port, running_api, starting_api
from shopapi import __version__
from toolkit.waiting import wait_for

SLOTS = {f"dp-prod-01:{slot}" for slot in range(4)}
FIRST, SECOND = {"dp-prod-01:0", "dp-prod-01:1"}, {"dp-prod-01:2", "dp-prod-01:3"}


@pytest.fixture
def log(tmp_path):
    return tmp_path / "api.log"


@pytest.fixture
def sink():
    with http_sink() as sink:
        yield sink


@pytest.fixture
def exporting(variables, sink):
    """The environment of an API that exports to the sink five times a second."""
    return variables | {"OTEL_ENDPOINT": sink.url, "OTEL_METRIC_EXPORT_INTERVAL": "200"}


def serve_until(api, look, wanted, *, what):
    """Send requests until `look` returns `wanted`; return how many it took."""
    sent = 0

    def send_and_look():
        nonlocal sent
        sent += api.get_many("/api/products", 32)
        return look()

    wait_for(send_and_look, lambda seen: seen == wanted, within=15, what=what)
    return sent


def test_requests_over_two_workers_are_counted_exactly_once(exporting, sink, log):
    with running_api(exporting, log) as api:
        sent = serve_until(api, sink.instances, FIRST, what="both workers export")
        wait_for(
            lambda: sink.requests(route="/api/products", response__status_code=200),
            lambda counted: counted >= sent, within=5, what="all requests are exported",
        )  # fmt: skip
        api.stop()

    assert sink.requests(route="/api/products") == sent


def test_sigterm_exports_what_the_last_interval_counted(exporting, sink, log):
    with running_api(exporting | {"OTEL_METRIC_EXPORT_INTERVAL": "60000"}, log) as api:
        api.get_many("/api/products", 100)
        assert sink.names() == set()

        code, _ = api.stop()

    assert code == 0
    assert sink.requests(route="/api/products") == 100


def test_reloads_and_a_killed_worker_reuse_the_slots(exporting, sink, log):
    def reborn(since):
        return lambda: sink.instances(since=since)

    with running_api(exporting, log) as api:
        serve_until(api, sink.instances, FIRST, what="both workers export")
        for expected in (SECOND, FIRST):
            now = time.time_ns()
            api.signal(signal.SIGHUP)
            serve_until(api, reborn(now), expected, what="the reloaded workers export")

        wait_for(api.workers, lambda pids: len(pids) == 2, within=5, what="old workers are gone")
        now = time.time_ns()
        os.kill(min(api.workers()), signal.SIGKILL)
        wait_for(
            lambda: api.get_many("/api/products", 32) and sink.instances(since=now),
            within=15, what="the new worker exports",
        )  # fmt: skip

    assert sink.instances(since=now) < FIRST
    assert sink.instances() == SLOTS


def test_without_a_collector_the_api_serves_and_stops_soon(variables, log):
    nobody = f"http://127.0.0.1:{free_port()}"
    options = {"OTEL_ENDPOINT": nobody, "OTEL_METRIC_EXPORT_INTERVAL": "200"}
    with running_api(variables | options, log) as api:
        api.get_many("/api/products", 50)
        wait_for(log.read_text, lambda text: "Failed to export" in text, within=10, what="failures")
        api.get_many("/api/products", 50)

        code, seconds = api.stop()

    assert code == 0
    assert seconds < 4
    assert log.read_text().count("Failed to export") <= 2  # one a worker, not one an interval


def test_health_answers_at_once_while_the_collector_hangs(exporting, sink, log):
    with running_api(exporting, log) as api:
        sink.open.clear()
        api.get_many("/api/products", 32)
        for _ in range(20):
            assert api.get("/health", timeout=1)[0] == 200

        code, seconds = api.stop()

    assert code == 0
    assert seconds < 6


def test_a_stop_during_the_start_is_not_lost(exporting, log):
    with starting_api(exporting, log) as api:
        wait_for(
            log.read_text,
            lambda text: "Booting worker" in text,
            within=10,
            every=0.01,
            what="a fork",
        )
        _, seconds = api.stop()

    assert seconds < 4


def test_strange_requests_do_not_make_new_series(exporting, sink, log):
    def storm(word):
        for number in range(60):
            strange = f"{word}{number}"
            api.raw(f"GET /{strange} HTTP/1.1\r\nHost: {strange}.test\r\nConnection: close\r\n\r\n")
            api.raw(f"X{strange.upper()} /health HTTP/1.1\r\nHost: {strange}\r\n\r\n")
            api.raw(f"PROPFIND /{strange} HTTP/1.{number % 10}\r\nHost: a\r\n\r\n")
            api.raw(f"GET /api/products?limit={strange} HTTP/1.0\r\nHost: {strange}\r\n\r\n")
            api.raw(f"GET /health HTTP/1.0\r\nHost: {strange}\r\nX-Forwarded-Proto: {word}\r\n\r\n")

    def series():
        return {
            (name, tuple(sorted(labels.items(), key=str)))
            for name in sink.names()
            for _, _, labels, _ in sink.points(name)
        }

    with running_api(exporting, log) as api:
        storm("first")
        wait_for(lambda: sink.requests() >= 240, within=5, what="the first storm is exported")
        before = series()
        storm("second")
        api.stop()

    assert series() == before
    routes = {dict(labels).get("http.route") for _, labels in before}
    methods = {dict(labels)["http.request.method"] for _, labels in before}
    assert routes == {None, "/health", "/api/products"}
    assert methods == {"GET", "OPTIONS", "_OTHER"}  # OPTIONS asked whether the API was up


def test_metrics_keep_the_stable_conventions(exporting, sink, log):
    with running_api(exporting, log) as api:
        api.get("/health")
        api.get("/nothing")
        api.stop()

    points = sink.points("http.server.request.duration")
    labels = [frozenset(found.items()) for _, _, found, _ in points]
    get = ("http.request.method", "GET")
    assert sink.names() == {"http.server.request.duration", "http.server.active_requests"}
    assert frozenset({get, ("http.route", "/health"), ("http.response.status_code", 200)}) in labels
    assert frozenset({get, ("http.response.status_code", 404)}) in labels
    seconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    assert all(list(point.explicit_bounds) == seconds for *_, point in points)


def test_no_answer_tells_a_version_of_the_server(exporting, log):
    with running_api(exporting, log) as api:
        status, headers = api.get("/health")

    assert status == 200
    assert not any(character.isdigit() for character in headers.get("Server", ""))


def test_every_worker_says_where_it_runs(exporting, sink, log):
    with running_api(exporting, log) as api:
        api.get("/health")
        api.stop()

    assert sink.resources
    for instance, resource in sink.resources.items():
        expected = {
            "service.name": "api-service",
            "service.version": __version__,
            "service.namespace": "sightline",
            "deployment.environment.name": "prod",
            "environment": "prod",
            "data_plane_id": "dp-prod-01",
            "host.name": socket.gethostname(),
            "service.instance.id": instance,
        }
        assert expected.items() <= resource.items()


def test_the_standard_variables_choose_grpc_and_name_the_service(variables, log):
    with grpc_sink() as sink:
        told = {
            "OTEL_ENDPOINT": "http://127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            "OTEL_SERVICE_NAME": "shop",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=live,team=red",
        }
        with running_api(variables | told, log) as api:
            api.get_many("/api/products", 50)
            code, _ = api.stop()

        assert (code, sink.requests(route="/api/products")) == (0, 50)
        for resource in sink.resources.values():
            assert resource["service.name"] == "shop"
            assert resource["deployment.environment.name"] == "live"
            assert resource["team"] == "red"
