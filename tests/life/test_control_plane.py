"""A control plane that grows by Thanos with a bucket elsewhere, shrinks again, and moves."""

import secrets
import subprocess

import pytest

from tests.artifact import unpack
from toolkit.promql import query
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab

THANOS = {"thanos-compact", "thanos-query", "thanos-sidecar", "thanos-store"}
PORT = 9900
BUCKET = "history"

WATCH = {"prometheus", "prometheus-guard", "alertmanager"}


@pytest.fixture
def elsewhere(site, tmp_path):
    """Serve a bucket as somebody else would; give the variables that describe it."""
    key, secret = secrets.token_hex(10), secrets.token_hex(20)
    buckets, users = tmp_path / "buckets", tmp_path / "users"
    (buckets / BUCKET).mkdir(parents=True)
    users.mkdir()
    endpoint = f"{site.lab.claim.subnet}.1:{PORT}"
    unpack("versitygw", tmp_path)
    serving = subprocess.Popen(
        [tmp_path / "versitygw", f"--port={endpoint}", f"--iam-dir={users}", "posix", buckets],
        env={"ROOT_ACCESS_KEY": key, "ROOT_SECRET_KEY": secret},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield {
            "object_store_provider": "external",
            "object_store_endpoint": endpoint,
            "object_store_bucket": BUCKET,
            "object_store_tls": False,
            "object_store_keys": {
                name: {"access_key": key, "secret_key": secret}
                for name in ("sidecar", "store", "compactor")
            },
        }
    finally:
        serving.kill()
        serving.wait()


def services(site, host="cp"):
    return set(site.lab.hosts[host].run("ls /etc/sightline").stdout.split())


@pytest.mark.usefixtures("berlin")
def test_thanos_comes_with_a_bucket_elsewhere_and_goes_with_its_group(site, elsewhere):
    cp = site.lab.hosts["cp"]
    smallest = services(site)
    assert not smallest & THANOS
    grown = site.write(
        "berlin",
        "berlin-1",
        control_plane={
            "hosts": {"cp": {}},
            "children": {group: {"hosts": {"cp": {}}} for group in ("prometheus", "thanos")},
            "vars": elsewhere,
        },
    )
    try:
        assert site.play("site", grown).changed == {"berlin-1": 0, "cp": 3}
        assert services(site) == smallest | THANOS
        assert 'msg="ls done" objects=0' in cp.run("thanos-bucket ls 2>&1").stdout
        seen = wait_for(
            lambda: query(f"http://{cp.address}:9091", 'up{environment="berlin"}'),
            within=30,
            what="Query answers",
        )
        assert {sample.value for sample in seen} == {1}
        assert set(site.play("site", grown).changed.values()) == {0}
    finally:
        shrunk = site.write("berlin", "berlin-1")
        assert site.play("site", shrunk).changed["cp"]
    assert services(site) == smallest
    assert set(site.play("site", shrunk).changed.values()) == {0}
    site.wait_until_watched(berlin={"berlin-1"})


@pytest.mark.usefixtures("berlin")
def test_prometheus_and_alertmanager_move_with_the_name_of_their_host(site):
    def on(host):
        groups = {group: {"hosts": {host: {}}} for group in ("prometheus", "alertmanager")}
        control_plane = {"hosts": {"cp": {}, "cp-2": {}}, "children": groups}
        return site.write("berlin", "berlin-1", control_plane=control_plane)

    try:
        for host, other in (("cp-2", "cp"), ("cp", "cp-2")):
            moved = on(host)
            assert site.play("site", moved).code == 0
            assert services(site, host) & WATCH == WATCH
            assert not services(site, other) & WATCH
            watched = f"http://{site.lab.hosts[host].address}:9090"
            wait_for(
                lambda at=watched: query(at, 'up{environment="berlin"} == 1'), within=30, what=host
            )
        assert set(site.play("site", moved).changed.values()) == {0}
    finally:
        assert site.play("uninstall", moved, uninstall="cp-2").code == 0
        assert site.play("site", site.write("berlin", "berlin-1")).code == 0
    site.wait_until_watched(berlin={"berlin-1"})
