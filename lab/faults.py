"""Faults on purpose, for people and for tests: whatever they do, `heal` undoes, and `down` too.

What is wrong with a host is never written down: it is read from where it is, the rules on the
bridge, the control group and the sized directories.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from lab import cuts
from lab.access import Folder
from lab.cuts import Cut
from lab.host import STOPPED, Host
from lab.lab import Lab
from lab.registry import Claim
from lab.volume import Volume
from toolkit.errors import UserError
from toolkit.files import locked


def partition(host: Host, others: Sequence[Host] = ()) -> None:
    """Cut a host off from other hosts, or without `others` from everything, the operator too."""
    if host in others:
        raise UserError(f"{host.name} cannot be cut off from itself")
    with _changing(host.claim):
        group = host.claim.group.child("faults")
        group.create()
        cuts.make(host.claim.name, _cuts(host, others), group=group)


def freeze(host: Host) -> None:
    """Let a host hang: the kernel still takes connections for it, but nothing in it goes on."""
    with _changing(host.claim):
        if not host.group.populated:
            raise UserError(
                f"{host.name} is {STOPPED}",
                hint=f"python -m lab --name {host.claim.name} up {host.name}",
            )
        host.group.freeze()


def fill(host: Host, path: str, leave: int = 0) -> None:
    """Fill the sized directory that holds a path until services can write `leave` more bytes."""
    with _changing(host.claim):
        volume_of(host, path).fill(leave)


def volume_of(host: Host, path: str) -> Volume:
    """Return the sized directory that holds a path; any other disk is the operator's own."""
    holding = [volume for volume in host.volumes if volume.holds(path)]
    if not holding:
        sized = ", ".join(volume.directory.path for volume in host.volumes)
        raise UserError(
            f"{path} on {host.name} lies on this machine's own disk, which is not to be filled",
            hint=f"its sized directories: {sized}" if sized else "size it: `data` in topology.yml",
        )
    return max(holding, key=lambda volume: len(volume.directory.path))


def present(lab: Lab) -> dict[str, list[str]]:
    """Return in words what faults each host has."""
    standing = cuts.standing(lab.claim.name)
    return {name: _faults_of(host, lab, standing) for name, host in lab.hosts.items()}


def heal(lab: Lab, names: Sequence[str] = ()) -> dict[str, list[str]]:
    """Undo partitions, freezes and fillings of some hosts or of all; returns what was undone."""
    wanted = lab.topology.only(names).hosts if names else lab.topology.hosts
    healed = present(lab)
    cables = {spec.interface for spec in wanted}
    cuts.mend(lab.claim.name, {cut for cut in cuts.standing(lab.claim.name) if cut & cables})
    for spec in wanted:
        host = lab.hosts[spec.name]
        host.group.thaw()
        for volume in host.volumes:
            volume.free()
    return {spec.name: healed[spec.name] for spec in wanted if healed[spec.name]}


@contextlib.contextmanager
def partitioned(host: Host, others: Sequence[Host] = ()) -> Iterator[None]:
    """Have a host cut off from other hosts, or from everything, until the block ends."""
    try:
        partition(host, others)
        yield
    finally:
        cuts.mend(host.claim.name, _cuts(host, others))


@contextlib.contextmanager
def frozen(host: Host) -> Iterator[None]:
    """Have a host hang until the block ends."""
    try:
        freeze(host)
        yield
    finally:
        host.group.thaw()


@contextlib.contextmanager
def killed(host: Host) -> Iterator[None]:
    """Have a host without power until the block ends; then it runs again."""
    try:
        host.kill()
        yield
    finally:
        host.start()
        host.wait_until_running()


@contextlib.contextmanager
def filled(host: Host, path: str, leave: int = 0) -> Iterator[None]:
    """Have a sized directory full until the block ends."""
    volume = volume_of(host, path)
    try:
        fill(host, path, leave)
        yield
    finally:
        volume.free()


@contextlib.contextmanager
def _changing(claim: Claim) -> Iterator[None]:
    """Keep `up` and `down` away: nothing may be added to a lab that is just being removed."""
    with locked(Folder(claim.folder).path / "lock", purpose=f"lab {claim.name}"):
        Lab.open(claim.name)  # it may have ended while this waited
        yield


def _cuts(host: Host, others: Sequence[Host]) -> set[Cut]:
    cable = host.spec.interface
    return {Cut({cable, other.spec.interface}) for other in others} or {Cut({cable})}


def _faults_of(host: Host, lab: Lab, standing: set[Cut]) -> list[str]:
    cable = host.spec.interface
    others = [
        other.name
        for other in lab.topology.hosts
        if other != host.spec and Cut({cable, other.interface}) in standing
    ]
    return [
        *(["partitioned"] if Cut({cable}) in standing else []),
        *([f"partitioned from {' '.join(others)}"] if others else []),
        *(["frozen"] if host.group.frozen else []),
        *(f"{volume.directory.path} filled" for volume in host.volumes if volume.filled),
    ]
