"""How people and Ansible get into the hosts: files in the lab's folder, and their text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lab.topology import Topology

USER = "operator"
"""The unprivileged account that may become root by sudo, as on real sites."""


@dataclass(frozen=True)
class Folder:
    """A lab's folder in the checkout: everything that is known about it lies here."""

    path: Path

    @property
    def topology(self) -> Path:
        """The hosts that were asked for and the subnet in force."""
        return self.path / "topology.yml"

    @property
    def key(self) -> Path:
        """The private key that all hosts accept; the public one has the suffix .pub."""
        return self.path / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        """The hosts' own keys."""
        return self.path / "known_hosts"

    @property
    def ssh_config(self) -> Path:
        """For `ssh -F`."""
        return self.path / "ssh_config"

    @property
    def inventory(self) -> Path:
        """The overlay that is passed to Ansible last."""
        return self.path / "inventory.yml"

    @property
    def consoles(self) -> Path:
        """What each host wrote to its console; kept by `down`."""
        return self.path / "consoles"

    def console(self, host: str) -> Path:
        """Return one host's console log."""
        return self.consoles / f"{host}.log"

    def disk(self, host: str) -> Path:
        """Return the folder with a host's layers and the mount point `root`."""
        return self.path / "hosts" / host


def render_known_hosts(keys: Mapping[str, str]) -> str:
    """Return known_hosts for addresses and the text of their public host keys."""
    return "".join(f"{address} {' '.join(key.split()[:2])}\n" for address, key in keys.items())


def render_ssh_config(topology: Topology, folder: Folder, sockets: Path) -> str:
    """Return the configuration that knows the hosts by name and by address."""
    hosts = [
        f"Host {host.name} {host.address}\n  HostName {host.address}\n" for host in topology.hosts
    ]
    common = f"""\
Host *
  User {USER}
  IdentityFile "{folder.key}"
  IdentitiesOnly yes
  UserKnownHostsFile "{folder.known_hosts}"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  ConnectTimeout 5
  ServerAliveInterval 5
  ControlMaster auto
  ControlPersist 60
  ControlPath {sockets}/%C
"""
    return "".join(hosts) + common


def render_inventory(
    topology: Topology, running: Iterable[str], folder: Folder, sockets: Path
) -> str:
    """Return the overlay for the hosts that run: connection, key, address, who may operate.

    Ansible is given the control path once more: it would add its own, which `down` cannot find.
    """
    up = set(running)
    connection = {
        "ansible_user": USER,
        "ansible_ssh_private_key_file": str(folder.key),
        "ansible_ssh_common_args": (
            f"""-o 'UserKnownHostsFile="{folder.known_hosts}"' -o StrictHostKeyChecking=yes"""
            " -o IdentitiesOnly=yes -o ServerAliveInterval=5"
            f" -o ControlPath={sockets}/%C"
        ),
        "ansible_python_interpreter": "/usr/bin/python3",
    }
    hosts: dict[str, dict[str, Any]] = {
        host.name: {"ansible_host": host.address, "host_address": host.address, **connection}
        for host in topology.hosts
        if host.name in up
    }
    shared = {
        "operator_networks": [f"{topology.subnet}.1/32"],
        # Only this machine reaches the dashboard, which so needs no password.
        "dashboard_networks": [f"{topology.subnet}.1/32"],
        "dashboard_authentication": False,
        # The hosts share the machine's clock and may not set it.
        "host_baseline_require_time_sync": False,
    }
    return yaml.safe_dump({"all": {"hosts": hosts, "vars": shared}}, sort_keys=False, width=1000)
