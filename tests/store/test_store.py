"""What the control plane remembers and whom it tells, while things go wrong that do go wrong.

The tests follow one site in order. What takes minutes to be noticed begins at once, in `incidents`.
"""

import re
import socket
import time
from functools import partial

import pytest

from lab import faults
from tests.store.bucket import Ask, Bucket
from tests.store.causes import all_at_once, api_fault, stopped
from tests.store.memory import answer_from_the_store_alone, outlast
from tests.store.site import REPLICAS
from tests.store.window import ask
from toolkit.promql import query
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab

OUTAGE = 180.0
"""Seconds for which the bucket is out of reach."""

ALERT_DEADLINE = 180.0
"""Seconds that an alert may take from its cause to whoever is told."""

PROBE, OTHER = "/{bucket}/rights/probe", "/{bucket}/rights/other"
REQUESTS = {
    "put": Ask("PUT", PROBE, body="x"),
    "get": Ask("GET", PROBE),
    "list": Ask("GET", "/{bucket}", {"list-type": "2"}),
    "delete": Ask("DELETE", OTHER),
    "make a bucket": Ask("PUT", "/another"),
    "remove a bucket": Ask("DELETE", "/another"),
    "administer": Ask("GET", "/minio/admin/v3/export-iam"),
    "see metrics": Ask("GET", "/minio/v2/metrics/cluster"),
}


@pytest.fixture(scope="module")
def bucket(site):
    return Bucket(site.lab.hosts["cp"])


@pytest.fixture(scope="module")
def incidents(site):
    """Let four things go wrong at once, each of which a test ends."""
    hosts = site.lab.hosts
    causes = {
        "outage": stopped(hosts["cp"], "minio"),
        "errors": api_fault(hosts["north-1"], "error 503 --fraction 0.3"),
        "latency": api_fault(hosts["south-1"], "latency 800"),
        "disk": faults.filled(hosts["north-1"], "/var/lib/sightline", leave=40 * 1024 * 1024),
    }
    with all_at_once(causes) as begun:
        yield begun


def wait_until_told(site, since, name, status="firing", within=ALERT_DEADLINE, **labels):
    """Wait until the receiver was told of an alert with these labels, and return how often."""
    told = wait_for(
        lambda: site.receiver.notified(name, status, **labels),
        within=within,
        what=f"{name} {status} {labels}",
    )
    print(f"{name} {status} {labels}: told {told[0].at - since:.0f} s after the cause")
    return told


# ---------------------------------------------------------------------- before anything goes wrong


def test_samples_are_sent_on_by_remote_write(site):
    first, *_ = wait_for(lambda: site.receiver.written, within=60, what="samples sent on")
    assert first.size > 0
    assert first.headers["content-encoding"] == "snappy"
    assert first.headers["content-type"].startswith("application/x-protobuf")
    assert first.headers["x-prometheus-remote-write-version"] == "0.1.0"


def test_two_prometheus_show_as_one(site):
    def replicas(dedup):
        series = [one["metric"] for one in ask(site.query, 'up{environment="north"}', dedup=dedup)]
        targets = {one["instance"] for one in series}
        return len(targets), sorted(one.get("replica", "") for one in series)

    both = sorted([*REPLICAS, *REPLICAS])
    wait_for(lambda: replicas("false"), (2, both).__eq__, within=30, what="two targets, seen twice")
    assert replicas("true") == (2, ["", ""])


def test_each_key_opens_what_its_owner_needs_and_nothing_else(bucket):
    for who, may in {
        "admin": set(REQUESTS) - {"see metrics"},  # there is a token for those
        "compact": {"put", "get", "list", "delete"},
        "sidecar": {"put", "get", "list"},
        "store": {"get", "list"},
        "minioadmin:minioadmin": set(),
        "": set(),
    }.items():
        said = dict(zip(REQUESTS, bucket.ask(who, REQUESTS.values()), strict=True))
        assert {name for name, one in said.items() if one.status < 300} == may, who
        assert {one.status for name, one in said.items() if name not in may} <= {403}, who
    bucket.ask("compact", [Ask("DELETE", PROBE)])


def test_the_object_store_is_out_of_reach_for_data_planes_and_operators(site):
    store = site.lab.hosts["cp"].address
    for name in ("north-1", "south-1"):
        knocked = site.lab.hosts[name].run(f"exec 3<> /dev/tcp/{store}/9000", check=False)
        assert "Connection refused" in knocked.stderr
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((store, 9000), timeout=5)


# --------------------------------------------------------------------------- what people are told


def test_an_outage_of_the_bucket_is_told(site, incidents):
    began = incidents["outage"].began
    told, *_ = wait_until_told(site, began, "ObjectStoreFailing", severity="critical")
    assert told.at - began <= ALERT_DEADLINE
    assert "environment" not in told.labels


def test_a_disk_that_fills_is_told_until_there_is_space_again(site, incidents):
    labels = {
        "environment": "north",
        "data_plane_id": "north-1",
        "mountpoint": "/var/lib/sightline",
        "severity": "critical",
    }
    wait_until_told(site, incidents["disk"].began, "DiskFilling", **labels)
    ended = incidents["disk"].end()
    wait_until_told(site, ended, "DiskFilling", "resolved", within=60, **labels)


@pytest.mark.parametrize(
    ("incident", "alert", "environment"),
    [("errors", "SLOAvailabilityBurn", "north"), ("latency", "SLOLatencyBurn", "south")],
)
def test_a_burnt_budget_is_told_of_its_environment_alone(
    site, incidents, incident, alert, environment
):
    began = incidents[incident].began
    labels = {"environment": environment, "severity": "critical", "window": "1h"}
    wait_until_told(site, began, alert, **labels)
    # It burns for nearly ten minutes more: five of the rate, five of the window of these rates.
    incidents[incident].end()
    assert {told.labels["environment"] for told in site.receiver.notified(alert, "firing")} == {
        environment
    }


@pytest.mark.usefixtures("incidents")
def test_a_data_plane_that_is_silent_is_told_once_though_two_prometheus_miss_it(site):
    labels = {"environment": "south", "data_plane_id": "south-1", "severity": "critical"}
    firing = 'ALERTS{alertname="TargetDown", alertstate="firing"}'
    with stopped(site.lab.hosts["south-1"], "collector"):
        began = time.time()
        for base in (site.prometheus, site.other_prometheus):
            wait_for(partial(query, base, firing), within=ALERT_DEADLINE, what=firing)
        assert len(wait_until_told(site, began, "TargetDown", **labels)) == 1
    wait_until_told(site, time.time(), "TargetDown", "resolved", within=60, **labels)


# ------------------------------------------------------------------------------- what is remembered


def test_blocks_wait_for_the_bucket_and_come_in_order(site, bucket, incidents):
    outlast(site, bucket, incidents["outage"], OUTAGE)


def test_a_closed_window_is_answered_by_the_store_alone(site, bucket):
    answer_from_the_store_alone(site, bucket)
    verified = site.lab.hosts["cp"].run("thanos-bucket verify").stderr
    assert "verify task completed" in verified
    assert not re.findall("level=(?:warn|error).*", verified)


def test_a_key_that_was_changed_opens_nothing_any_more(site, bucket):
    secrets = site.secrets.read_text()
    pattern = "object_store_sidecar_secret_key: (.+)"
    (old,) = re.findall(pattern, secrets)
    site.secrets.write_text(secrets.replace(old, old[::-1]))
    changed = site.play("site").changed
    assert changed == {"cp": 2, "cp-2": 1, "north-1": 0, "south-1": 0}
    at = time.time()
    (refused,) = bucket.ask("sidecar", [REQUESTS["list"]], generation="previous")
    (allowed,) = bucket.ask("sidecar", [REQUESTS["list"]])
    assert (refused.status, allowed.status) == (403, 200)
    wait_for(
        lambda: {block.replica for block in bucket.blocks() if block.uploaded > at},
        set(REPLICAS).__eq__,
        within=150,
        what="uploads with the new key",
        every=1,
    )


# ------------------------------------------------------------------------------------- in the end


def test_the_outage_is_over_and_nothing_was_told_without_a_cause(site, incidents):
    ended = incidents["outage"].began + OUTAGE
    told, *_ = wait_until_told(site, ended, "ObjectStoreFailing", "resolved", within=300)
    assert told.at - ended <= 300
    critical = [
        told
        for told in site.receiver.told
        if (told.status, told.labels["severity"]) == ("firing", "critical")
    ]
    missed = {told.labels["job"] for told in critical if told.name == "ControlPlaneTargetDown"}
    assert missed <= {"minio", "prometheus", "thanos-sidecar", "thanos-store"}, "stopped by nobody"
    assert {
        (told.name, told.labels.get("environment"))
        for told in critical
        if told.name != "ControlPlaneTargetDown"
    } == {
        ("ObjectStoreFailing", None),
        ("DiskFilling", "north"),
        ("SLOAvailabilityBurn", "north"),
        ("SLOLatencyBurn", "south"),
        ("TargetDown", "south"),
    }
