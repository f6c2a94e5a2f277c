"""An upgrade that turns out to be a mistake is taken back, while customers keep coming."""

import itertools
import subprocess
import threading
import time
from pathlib import Path

import pytest

from plugins.plugin_utils.checkout import revision
from toolkit.errors import UserError
from toolkit.promql import get, query
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab

PER_SECOND = 10
SCRAPE_INTERVAL = 10.0
SERIES = 'http_server_request_duration_seconds_count{http_route="/api/products"}'
VERSION = Path("apps/api/src/shopapi/__init__.py")


@pytest.fixture
def newer_checkout(tmp_path):
    """Copy this checkout and let the API in the copy be a later version."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True).stdout
    copy = ["xargs", "--null", "cp", "--archive", "--parents", f"--target-directory={tmp_path}"]
    subprocess.run(copy, input=listed, check=True)
    source = (tmp_path / VERSION).read_text()
    (tmp_path / VERSION).write_text(source.replace('"0.', '"9.'))
    (tmp_path / "REVISION").write_text(f"{revision().committed + 1} newer\n")
    return tmp_path


class Customers:
    """Light traffic at a steady pace that counts what it was answered."""

    def __init__(self, url):
        self.url = url
        self.answered = self.failed = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        for number in itertools.count():
            try:
                get(self.url)
                self.answered += 1
            except UserError:
                self.failed += 1
            if self._over.wait(1 / PER_SECOND if number else 0):
                return

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


def missed_scrapes(site, series, since):
    """Return how many scrapes in a row brought nothing new, for the series that fared worst."""
    base = f"http://{site.lab.hosts['cp'].address}:9090"
    values = {}
    for sample in query(base, f"{series}[{int(time.time() - since)}s]"):
        values.setdefault(str(sample.labels), []).append((sample.time, sample.value))
    missed = 0
    for points in values.values():
        news = [at for (_, old), (at, new) in itertools.pairwise(sorted(points)) if new != old]
        silences = [later - earlier for earlier, later in itertools.pairwise(news)]
        missed = max([missed, *(round(silence / SCRAPE_INTERVAL) - 1 for silence in silences)])
    assert values
    return missed


def test_a_rollback_under_traffic_costs_at_most_two_scrapes(site, berlin, newer_checkout):
    host = site.lab.hosts["berlin-1"]
    command = "tr '\\0' ' ' < /proc/$(systemctl show -P MainPID sightline-api)/cmdline"
    with Customers(f"http://{host.address}:8080/api/products") as customers:
        wait_for(lambda: customers.answered, within=30, what="the first answer")
        assert site.play("site", berlin, checkout=newer_checkout).changed["berlin-1"] == 1
        assert "/api/9." in host.run(command).stdout
        began = time.time()
        asked = customers.answered + customers.failed
        failed = customers.failed
        done = site.play("rollback", berlin, service="api")
        assert done.changed["berlin-1"] == 1
        assert "/api/0." in host.run(command).stdout
        wait_for(
            lambda: time.time() - began, (6 * SCRAPE_INTERVAL).__le__, within=120, what="scrapes"
        )
    missed = missed_scrapes(site, SERIES, began - 2 * SCRAPE_INTERVAL)
    print(
        f"rollback: {missed} scrapes without news, {customers.failed - failed} of "
        f"{customers.answered + customers.failed - asked} requests failed"
    )
    assert missed <= 2
    assert set(site.play("rollback", berlin, service="api").changed.values()) == {0}
