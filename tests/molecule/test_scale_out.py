"""Components on hosts of their own, and two Prometheus of which either may be away."""

import json
import time
from urllib.parse import urlencode

import pytest

from toolkit.promql import get, query
from toolkit.waiting import wait_for

STEP = 10
"""Seconds between scrapes."""

AWAY = 45
"""Seconds without one of them: too long to be bridged, shorter than what an alert waits for."""

CHANGEOVER = 3 * STEP
"""How long a series may be without a sample when Thanos takes those of the other replica: it waits
for twice the distance of samples first."""

WATCHED = (
    'up{environment="prod"}',
    'http_server_request_duration_seconds_count{environment="prod"}',
    'environment:http_requests:rate1m{environment="prod"}',
)


def test_every_host_runs_what_its_groups_say(deployed):
    def services(name):
        units = "systemctl list-units --plain --no-legend --state=active 'sightline-*.service'"
        lines = deployed.hosts[name].check_output(units).splitlines()
        return {
            line.split()[0].removesuffix(".service").removeprefix("sightline-") for line in lines
        }

    everywhere = {"collector", "firewall"}
    prometheus = everywhere | {"prometheus", "prometheus-guard", "thanos-sidecar"}
    assert {name: services(name) for name in deployed.hosts} == {
        "cp-01": prometheus | {"thanos-query", "thanos-store", "thanos-compact"},
        "cp-02": prometheus | {"alertmanager"},
        "store-01": everywhere | {"minio"},
        "view-01": everywhere | {"dashboard"},
        "dp-prod-01": everywhere | {"api"},
    }


def test_pages_are_served_by_a_host_that_holds_no_data(deployed):
    origin = f"http://{deployed.addresses['view-01']}"
    assert json.loads(get(f"{origin}/config.json"))["query"] == "thanos"
    answer = json.loads(get(f"{origin}/api/v1/query?query=up%7Benvironment%3D%22prod%22%7D"))
    assert len(answer["data"]["result"]) == 2


@pytest.mark.parametrize("away", ["cp-01", "cp-02"])
def test_the_series_have_no_gap_while_one_prometheus_is_away(deployed, away):
    get(f"{deployed.api('prod')}/health")
    wait_until_both_are_whole(deployed)
    host = deployed.hosts[away]
    host.check_output("systemctl stop sightline-prometheus")
    stopped = time.time()
    try:
        wait_for(time.time, lambda now: now > stopped + AWAY, within=AWAY + 5, what="a while")
    finally:
        host.check_output("systemctl start sightline-prometheus")
    for expression in WATCHED:
        assert late(deployed, expression, stopped - STEP, stopped + AWAY) == [], expression


def wait_until_both_are_whole(deployed):
    """Wait until each Prometheus has a minute of every series by itself."""

    def least():
        return {
            (address, expression): min(
                (one.value for one in query(address, f"count_over_time({expression}[60s])")),
                default=0,
            )
            for address in (
                f"http://{deployed.addresses[name]}:9090" for name in ("cp-01", "cp-02")
            )
            for expression in WATCHED
        }

    wait_for(
        least,
        lambda seen: min(seen.values()) >= 5,
        within=120,
        what="both Prometheus have had everything for a minute",
    )


def late(deployed, expression, start, end):
    """Return the moments before which a deduplicated series has no sample for too long."""
    counted = f"max(count_over_time({expression}[{CHANGEOVER + STEP}s]))"
    words = {"query": counted, "start": round(start), "end": round(end), "step": STEP}
    answer = get(f"{deployed.query}/api/v1/query_range?{urlencode({**words, 'dedup': 'true'})}")
    seen = {
        int(moment)
        for series in json.loads(answer)["data"]["result"]
        for moment, _ in series["values"]
    }
    return [moment for moment in range(round(start), round(end), STEP) if moment not in seen]
