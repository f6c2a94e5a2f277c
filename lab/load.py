"""Customers of a lab's APIs: the load generator with the profile of each environment.

In the background they stay until the lab ends; as a command they are watched for a while.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import loadgen.cli
from lab.cgroup import Group
from lab.lab import Lab
from toolkit.console import main
from toolkit.errors import UserError
from toolkit.files import write_atomically

API_PORT = 8080

Targets = Mapping[str, Mapping[str, object]]
"""Environment to its address and profile, in the words of the load generator's targets file."""


def targets(lab: Lab) -> Targets:
    """Return the APIs of the hosts that are named dp-ENVIRONMENT-NN, the first of each."""
    # Straight to the hosts: forwards of the loopback hold small packets back for 40 ms.
    found: dict[str, dict[str, object]] = {}
    for name, host in sorted(lab.hosts.items()):
        kind, _, rest = name.partition("-")
        if kind == "dp":
            environment = rest.rpartition("-")[0]
            found.setdefault(environment, {"url": f"http://{host.address}:{API_PORT}"})
    if not found:
        raise UserError(f"lab {lab.claim.name} has no data plane", hint="make demo")
    return found


def start(lab: Lab, chosen: Targets) -> None:
    """Have customers in the background, in place of those that were there before."""
    stop(lab)
    group = _group(lab)
    group.create()
    command = [sys.executable, "-m", "loadgen", "--duration", "forever", "--targets"]
    group.start([*command, str(write_targets(lab, chosen))], log=lab.folder.console("load"))


def stop(lab: Lab) -> None:
    """End the customers in the background; none is fine."""
    _group(lab).remove()


@contextlib.contextmanager
def customers(lab: Lab, chosen: Targets) -> Iterator[None]:
    """Have customers in the background until the block ends."""
    start(lab, chosen)
    try:
        yield
    finally:
        stop(lab)


@contextlib.contextmanager
def paused(lab: Lab) -> Iterator[None]:
    """Have no customers in the background until the block ends."""
    were_there = _group(lab).populated
    stop(lab)
    try:
        yield
    finally:
        if were_there:
            start(lab, targets(lab))


def write_targets(lab: Lab, chosen: Targets) -> Path:
    """Write the load generator's targets file (JSON is YAML) and return its path."""
    path = lab.folder.path / "targets.yml"
    write_atomically(path, json.dumps(chosen, indent=2) + "\n")
    return path


def _group(lab: Lab) -> Group:
    return lab.claim.group.child("load")


def load(argv: Sequence[str]) -> int:
    """Send the demo's traffic in the foreground; the words are the load generator's."""
    lab = Lab.open()
    with paused(lab):
        return loadgen.cli.main(["--targets", str(write_targets(lab, targets(lab))), *argv])


if __name__ == "__main__":
    sys.exit(main(load))
