"""The disk of a Prometheus is full for a minute: what is left of the samples, and when."""

import json
import time

import pytest

from lab.faults import filled
from tests.long.store import until, wait_until_ready
from tests.playbook import play
from tests.store.causes import stopped
from tests.store.window import Window, samples
from toolkit.console import table
from toolkit.waiting import wait_for

pytestmark = [
    pytest.mark.lab,
    pytest.mark.long,
    pytest.mark.parametrize("store", ["minio"], indirect=True),
]

DATA = "/var/lib/sightline/prometheus"
FULL = 60.0
"""Seconds for which the disk is full."""

FAILED = "prometheus_tsdb_wal_writes_failed_total"


def deployed_again(store, host, **variables):
    """Deploy one host of the control plane with some variables."""
    inventories = [store.site.folder / "hosts.yml", store.site.lab.folder.inventory]
    chosen = [f"--inventory={path}" for path in inventories]
    arguments = [f"--limit={host.name}", "--extra-vars", json.dumps(variables)]
    return play(*chosen, *arguments, "playbooks/control_plane.yml")


@pytest.fixture(scope="module")
def host(store):
    """A host whose Prometheus makes blocks of two hours: at stake is what is in none yet."""
    second = store.hosts[1]
    assert deployed_again(store, second, prometheus_block_duration="2h").changed
    yield second
    assert deployed_again(store, second).changed


class Measured:
    """A Prometheus before, while and after its disk is full."""

    def __init__(self, host):
        self.host = host
        self.base = f"http://{host.address}:9090"
        self.windows = {}
        self.rows = []

    def fill_its_disk(self):
        """Fill it for a minute, half a minute after the call, and free it again."""
        began = time.time() + 30
        until(began)
        with filled(self.host, DATA):
            until(began + FULL)
            self.failed = self.counted(FAILED)
        ended = time.time()
        self.windows = {
            "before": Window(began - 30, began),
            "full": Window(began, ended),
        }

    def counted(self, metric):
        """Return a metric as the process itself tells it, for it may not be able to store it."""
        said = self.host.run(f"curl --silent --fail {self.base}/metrics").stdout
        (value,) = [line.split()[1] for line in said.splitlines() if line.startswith(f"{metric} ")]
        return float(value)

    def started(self):
        """Return when its process was started, in seconds since 1970."""
        return self.counted("process_start_time_seconds")

    def restart(self):
        """Start it anew; return the time from which it answers."""
        self.host.run("systemctl restart sightline-prometheus", timeout=120)
        wait_until_ready(self.host, "prometheus")
        return time.time()

    def look(self, what):
        """Return how many samples each window has."""
        seen = {
            name: sum(map(len, samples(self.base, window).values()))
            for name, window in self.windows.items()
        }
        self.rows.append([what, *map(str, seen.values())])
        return seen


@pytest.fixture
def measured(host):
    subject = Measured(host)
    yield subject
    print(table(["samples", *subject.windows], subject.rows))
    subject.restart()


def test_what_is_measured_after_a_full_disk_outlasts_the_next_start(measured):
    before = measured.started()
    measured.fill_its_disk()
    assert measured.failed > 0
    restarted = wait_for(measured.started, lambda at: at > before, within=30, what="a new start")
    wait_until_ready(measured.host, "prometheus")
    measured.windows["after"] = Window(restarted + 15, restarted + 65)
    until(restarted + 67)
    stored = measured.look("before a restart")
    assert stored["before"] > 0 < stored["after"]
    measured.restart()
    assert measured.look("after it") == stored


def test_without_its_guard_prometheus_throws_away_what_it_measured_after_a_full_disk(measured):
    # Whoever sees this fail may rejoice: then nobody has to guard it any more.
    with stopped(measured.host, "prometheus-guard"):
        measured.fill_its_disk()
        ended = measured.windows["full"].end
        measured.windows["after"] = Window(ended + 10, ended + 60)
        until(ended + 62)
        assert measured.host.run(f"curl --silent --fail {measured.base}/-/ready")
        stored = measured.look("before a restart")
        assert stored["before"] > 0 < stored["after"]
        measured.restart()
        left = measured.look("after it")
    assert left["before"] == stored["before"]
    assert left["after"] == 0
