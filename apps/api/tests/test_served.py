"""Promises of the whole program: real gunicorn, two workers, a real OTLP receiver."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import time

import pytest

from otlp_sink import grpc_sink
from running_api import free_port, running_api, starting_api
from shopapi import __version__
from toolkit.open_loop import Request, send
from toolkit.waiting import wait_for

SLOTS = {f"dp-prod-01:{slot}" for slot in range(4)}
FIRST, SECOND = {"dp-prod-01:0", "dp-prod-01:1"}, {"dp-prod-01:2", "dp-prod-01:3"}


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_loses_no_count(exporting, sink, log, number):
    with running_api(exporting | {"OTEL_METRIC_EXPORT_INTERVAL": "60000"}, log) as api:
        before = api.workers()
        api.get_many("/api/products", 400)
        assert sink.names() == set()

        api.signal(number)
        if number == signal.SIGHUP:
            wait_for(
                api.workers, lambda pids: len(pids) == 2 and not pids & before,
                within=15, what="the old workers are gone",
            )  # fmt: skip
        code, _ = api.stop()

    assert code == 0
    assert sink.requests(route="/api/products") == 400


def test_recycled_workers_lose_no_count(exporting, sink, log):
    recycling = {"GUNICORN_CMD_ARGS": "--max-requests 60", "OTEL_METRIC_EXPORT_INTERVAL": "60000"}
    with running_api(exporting | recycling, log) as api:
        before = api.workers()
        api.get_many("/api/products", 400)
        assert not api.workers() & before

        api.stop()

    assert sink.requests(route="/api/products") == 400
    assert sink.instances() <= SLOTS


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


def test_without_a_collector_the_api_is_as_quick_as_with_one_and_stops_soon(small, sink, tmp_path):
    def options(url):
        return small | {"OTEL_ENDPOINT": url, "OTEL_METRIC_EXPORT_INTERVAL": "200"}

    def median(api):
        sent = [Request("GET", f"/api/products?offset={number}") for number in range(100)]
        return statistics.median(
            answer.seconds for answer in send(api.address, sent, per_second=50)
        )

    nobody = f"http://127.0.0.1:{free_port()}"
    log = tmp_path / "without.log"
    with (
        running_api(options(sink.url), tmp_path / "with.log") as watched,
        running_api(options(nobody), log) as alone,
    ):
        wait_for(log.read_text, lambda text: "Failed to export" in text, within=10, what="failures")
        ratios = [median(alone) / median(watched) for _ in range(3)]
        watched.stop()
        code, seconds = alone.stop()

    assert min(ratios) < 1.25, ratios
    assert code == 0
    assert seconds < 5
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


def test_the_standard_variables_choose_grpc_and_name_the_service(small, log):
    with grpc_sink() as sink:
        told = {
            "OTEL_ENDPOINT": "http://127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": sink.url,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            "OTEL_SERVICE_NAME": "shop",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=live,team=red",
        }
        with running_api(small | told, log) as api:
            api.get_many("/api/products", 50)
            code, _ = api.stop()

        assert (code, sink.requests(route="/api/products")) == (0, 50)
        for resource in sink.resources.values():
            assert resource["service.name"] == "shop"
            assert resource["deployment.environment.name"] == "live"
            assert resource["team"] == "red"
