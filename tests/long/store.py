"""A site with its bucket, as tests of long outages look at it."""

from __future__ import annotations

import contextlib
import json
import shlex
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.host import Host
from tests.long.history import History
from tests.store.bucket import Bucket
from tests.store.site import REPLICAS, Site
from tests.store.window import Samples, Window, differences, samples
from toolkit.waiting import wait_for

KILL_AT = Path(__file__).with_name("kill_at.py")
FOLDERS = {
    "minio": "/var/lib/sightline/minio/sightline",
    "versitygw": "/var/lib/sightline/versitygw/buckets/sightline",
}
"""Where a provider keeps the bucket, an object's path below it being its key."""

READY = {
    "minio": "http://{address}:9000/minio/health/ready",
    "versitygw": "http://{address}:9000/health",
    "prometheus": "http://{address}:9090/-/ready",
    "alertmanager": "http://{address}:9093/-/ready",
    "thanos-sidecar": "http://{address}:10902/-/ready",
    "thanos-query": "http://{address}:9091/-/ready",
    "thanos-store": "http://{address}:10906/-/ready",
    "thanos-compact": "http://{address}:10912/-/ready",
}
METRICS = {
    "thanos-sidecar": "http://{address}:10902/metrics",
    "thanos-store": "http://{address}:10906/metrics",
    "thanos-compact": "http://{address}:10912/metrics",
    "prometheus": "http://{address}:9090/metrics",
}


@dataclass(frozen=True)
class Store:
    """A deployed site whose bucket a provider serves."""

    site: Site
    provider: str

    @property
    def host(self) -> Host:
        """The host of the object store, of Thanos and of the first Prometheus."""
        return self.site.lab.hosts[REPLICAS[0]]

    @property
    def hosts(self) -> list[Host]:
        """The hosts with a Prometheus."""
        return [self.site.lab.hosts[name] for name in REPLICAS]

    @property
    def bucket(self) -> Bucket:
        """The bucket, by its own protocol."""
        return Bucket(self.host, self.provider)

    # ----------------------------------------------------------------------------------- looking

    def metric(self, service: str, name: str, host: Host | None = None) -> float:
        """Return a metric of a service that runs, asked on its own host, without labels or all."""
        where = host or self.host
        url = METRICS[service].format(address=where.address)
        text = where.run(f"curl --silent --fail {url}").stdout
        lines = [line.split() for line in text.splitlines()]
        values = [float(line[1]) for line in lines if line and line[0].partition("{")[0] == name]
        assert values, f"{service} has no metric {name}"
        return sum(values)

    def metas(self) -> list[Mapping[str, Any]]:
        """Return meta.json of every complete block in the bucket."""
        said = self.host.run("thanos-bucket ls --output=json 2>/dev/null").stdout
        return [*_documents(said)]

    def metas_within(self, window: Window) -> list[Mapping[str, Any]]:
        """Return those of blocks that lie in a window."""
        begin, end = window.begin * 1000, window.end * 1000
        return [m for m in self.metas() if begin <= m["minTime"] and m["maxTime"] <= end + 1]

    def compacted(self) -> set[str]:
        """Return the names of blocks whose samples are in a greater one."""
        greater = (m["compaction"] for m in self.metas() if m["compaction"]["level"] > 1)
        return {name for compaction in greater for name in compaction["sources"]}

    def faults(self) -> list[str]:
        """Return what `thanos-bucket verify` finds wrong with the bucket."""
        said = self.host.run("thanos-bucket verify 2>&1", check=False, timeout=300)
        words = ("level=warn", "level=error")
        found = [line for line in said.stdout.splitlines() if any(word in line for word in words)]
        return found if said.returncode == 0 else [*found, f"it ended with {said.returncode}"]

    def is_well(self) -> None:
        """Assert that the bucket has nothing wrong and that the compactor goes on."""
        # What was compacted overlaps its result until it is deleted.
        wait_for(self.faults, [].__eq__, within=120, what="a bucket without faults", every=5)
        assert self.metric("thanos-compact", "thanos_compact_halted") == 0

    def answers(self, window: Window) -> Samples:
        """Return what Thanos Query has of a window, once all that it asks answer."""
        return wait_for(lambda: samples(self.site.query, window), within=60, what="Thanos Query")

    def has(self, history: History) -> list[str]:
        """Return how Thanos Query's answer over a history differs from the truth."""
        seen = samples(self.site.query, history.window, __name__="history_total")
        return differences(history.samples, seen)

    def ranges(self) -> dict[str, float]:
        """Return up to when blocks of each replica are in the bucket, in seconds since 1970."""
        ends: dict[str, float] = {}
        for meta in self.metas():
            replica = meta["thanos"]["labels"]["replica"]
            ends[replica] = max(ends.get(replica, 0.0), meta["maxTime"] / 1000)
        return ends

    def wait_until_uploaded(self, moment: float, within: float) -> None:
        """Wait until all replicas' blocks up to a moment are in the bucket."""
        wait_for(
            self.ranges,
            lambda ends: set(ends) == set(REPLICAS) and min(ends.values()) >= moment,
            within=within,
            what=f"blocks up to {moment:.0f}",
            every=1,
        )

    def waiting(self) -> int:
        """Return how many blocks of the first Prometheus are not in the bucket yet."""
        local = self.host.run("cd /var/lib/sightline/prometheus && ls").stdout.split()
        shipped = self.host.run("cat /var/lib/sightline/prometheus/thanos.shipper.json").stdout
        return len([n for n in local if len(n) == 26 and n not in json.loads(shipped)["uploaded"]])

    # -------------------------------------------------------------------------------- intervening

    @contextlib.contextmanager
    def stopped(self, *services: str, hosts: Sequence[Host] = ()) -> Iterator[None]:
        """Have services stopped until the block ends."""
        units = " ".join(f"sightline-{service}" for service in services)
        where = hosts or [self.host]
        try:
            for host in where:
                host.run(f"systemctl stop {units}", timeout=120)
            yield
        finally:
            for host in where:
                host.run(f"systemctl start {units}", timeout=120)
            for host, service in [(host, service) for host in where for service in services]:
                wait_until_ready(host, service)

    @contextlib.contextmanager
    def bucket_alone(self) -> Iterator[None]:
        """Have no Prometheus and no sidecar: all that is answered comes from the bucket."""
        with self.stopped("thanos-sidecar", "prometheus", hosts=self.hosts):
            self.host.run("systemctl restart sightline-thanos-store sightline-thanos-query")
            for service in ("thanos-store", "thanos-query"):
                wait_until_ready(self.host, service)
            yield

    def kill_at(self, moment: str, service: str, begin: str) -> float:
        """Kill a service in a moment that commands bring about; return seconds to its answer."""
        self.host.run("cat > /root/begin", stdin=begin)
        ready = READY[service].format(address=self.host.address)
        words = [f"sightline-{service}", moment, FOLDERS[self.provider], ready, "/root/begin"]
        script = KILL_AT.read_text(encoding="utf-8")
        command = shlex.join(["python3", "-B", "-", *words])
        return float(self.host.run(command, stdin=script, timeout=240).stdout)


def _documents(text: str) -> Iterator[Mapping[str, Any]]:
    """Yield the JSON documents that a text consists of."""
    while text := text.lstrip():
        document, length = json.JSONDecoder().raw_decode(text)
        yield document
        text = text[length:]


def wait_until_ready(host: Host, service: str, within: float = 60) -> float:
    """Wait until a service answers; return the seconds that took."""
    began = time.monotonic()
    url = READY[service].format(address=host.address)
    look = f"curl --silent --fail --max-time 2 {url}"
    wait_for(lambda: host.run(look), within=within, what=f"{service} on {host.name}")
    return time.monotonic() - began


def until(moment: float) -> None:
    """Wait for a moment, in seconds since 1970."""
    wait_for(time.time, moment.__le__, within=moment - time.time() + 5, what="the time", every=1)
