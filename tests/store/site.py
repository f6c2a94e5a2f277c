"""A site with two Prometheus, a bucket and two environments under steady traffic, on a lab."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from lab import load
from lab.lab import Lab, running
from lab.topology import parse
from tests.playbook import Done, play
from tests.store.receiver import Receiver
from toolkit.promql import query
from toolkit.waiting import wait_for

TOPOLOGY = """
hosts:
  - {name: cp, address: 10, suite: trixie, data: {/var/lib/sightline: 8G}}
  - {name: cp-2, address: 11, suite: bookworm, data: {/var/lib/sightline: 8G}}
  - {name: north-1, address: 21, suite: trixie, data: {/var/lib/sightline: 2G}}
  - {name: south-1, address: 31, suite: bookworm, data: {/var/lib/sightline: 2G}}
forwards: []
"""
DATA_PLANES = {"north": "north-1", "south": "south-1"}
"""Environment to its one data plane."""

REPLICAS = ("cp", "cp-2")
"""The hosts that run a Prometheus; the first one has everything else of the control plane too."""

PER_SECOND = 8.0
"""Requests to each data plane."""

MIX = {"health": 35, "products": 40, "orders": 15, "search": 5, "payments": 5}
"""Kinds in every hundred: no reports, since on a busy machine they alone burn latency's budget."""

QUICK: Mapping[str, object] = {
    "prometheus_block_duration": "1m",
    "thanos_consistency_delay": "0s",
    "thanos_delete_delay": "0s",
    "thanos_sync_interval": "10s",
    "thanos_wait_interval": "30s",
    "alertmanager_group_wait": "1s",
    "alertmanager_group_interval": "5s",
}
"""What takes hours or minutes on a real site takes as little as a test can wait for."""


@dataclass(frozen=True)
class Site:
    """A lab on which the product is deployed, and what it tells the world."""

    lab: Lab
    folder: Path
    """Of the operator: inventory and secrets."""
    receiver: Receiver

    @property
    def prometheus(self) -> str:
        """Address of the first Prometheus."""
        return self._url(REPLICAS[0], 9090)

    @property
    def other_prometheus(self) -> str:
        """Address of the second Prometheus."""
        return self._url(REPLICAS[1], 9090)

    @property
    def query(self) -> str:
        """Address of Thanos Query."""
        return self._url("cp", 9091)

    @property
    def alertmanager(self) -> str:
        """Address of Alertmanager."""
        return self._url("cp", 9093)

    @property
    def secrets(self) -> Path:
        """The file with the secrets of the deployment."""
        return self.folder / "secrets/control_plane.yml"

    def write(self, **variables: object) -> None:
        """Write the inventory; `variables` are those of the control plane."""
        environments: dict[str, object] = {}
        for environment, name in DATA_PLANES.items():
            named = {"data_plane_environment": environment}
            hosts = {name: {"data_plane_id": name}}
            environments[environment] = {"vars": named, "hosts": hosts}
        first: dict[str, object] = {"hosts": {REPLICAS[0]: {}}}
        both: dict[str, object] = {"hosts": {name: {} for name in REPLICAS}}
        control_plane = {
            "vars": {"secrets_directory": str(self.secrets.parent), **variables},
            "hosts": both["hosts"],
            "children": {
                "object_store": first,
                "prometheus": both,
                "thanos": first,
                "alertmanager": first,
            },
        }
        planes = {"data_plane": {"children": environments}, "control_plane": control_plane}
        (self.folder / "hosts.yml").write_text(yaml.safe_dump(planes))

    def play(self, playbook: str, **extra: object) -> Done:
        """Run a playbook on the site."""
        inventories = [self.folder / "hosts.yml", self.lab.folder.inventory]
        chosen = [f"--inventory={path}" for path in inventories]
        return play(*chosen, "--extra-vars", json.dumps(extra), f"playbooks/{playbook}.yml")

    def wait_until_calm(self) -> None:
        """Wait until nothing is wrong any more, and let the receiver forget what was.

        Services that come last are missed by those that were there before, if a deployment takes
        its time.
        """
        for base in (self.prometheus, self.other_prometheus):
            wait_for(
                partial(query, base, 'ALERTS{alertstate="firing", severity!="none"}'),
                [].__eq__,
                within=60,
                what=f"no alert of {base}",
            )
        self.receiver.told.clear()

    def _url(self, host: str, port: int) -> str:
        return f"http://{self.lab.hosts[host].address}:{port}"

    def customers(self) -> AbstractContextManager[None]:
        """Have customers in both environments until the block ends."""
        urls = {
            name: f"http://{self.lab.hosts[host].address}:8080"
            for name, host in DATA_PLANES.items()
        }
        shared = {"rate": PER_SECOND, "weights": MIX}
        return load.customers(
            self.lab, {name: {"url": url, **shared} for name, url in urls.items()}
        )


@contextlib.contextmanager
def deployed(
    name: str,
    subnet: str,
    folder: Path,
    provider: str = "minio",
    *,
    topology: str = TOPOLOGY,
    **variables: object,
) -> Iterator[Site]:
    """Have a lab with the product, which remembers quickly and tells a receiver of everything.

    Args:
        name: the lab's.
        subnet: three numbers, such as 192.168.76.
        folder: an empty one for inventory and secrets.
        provider: who serves the bucket.
        topology: the lab's, with the hosts of TOPOLOGY.
        variables: more of the control plane's, or other values than those of QUICK.
    """
    with (
        running(name, parse(topology, subnet=subnet)) as hosts,
        Receiver.listening(f"{subnet}.1") as receiver,
    ):
        site = Site(hosts, folder, receiver)
        told = {"name": "test", "webhook_configs": [{"url": receiver.alerts_url}]}
        defaults = {
            **QUICK,
            "object_store_provider": provider,
            "alertmanager_receivers": [told],
            "prometheus_remote_write": [{"url": receiver.write_url}],
        }
        site.write(**(defaults | variables))
        assert site.play("site").changed
        site.wait_until_calm()
        yield site
