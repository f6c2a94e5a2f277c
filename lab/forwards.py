"""Ports of the operator's loopback that lead into the lab."""

from __future__ import annotations

import socket
from pathlib import Path

from lab.cgroup import Group
from lab.lab import Lab
from toolkit.errors import UserError
from toolkit.waiting import DeadlineError, wait_for

PROXY = "/lib/systemd/systemd-socket-proxyd"
_LOOPBACK = "127.0.0.1"


def start(lab: Lab) -> list[str]:
    """Forward the topology's ports, all or none, in place of forwards that were there before.

    Returns one line a port. Raises UserError that names a port which is taken.
    """
    stop(lab)
    check_free(lab)
    forwards = lab.topology.forwards
    group = _group(lab)
    group.create()
    for forward in forwards:
        group.start(
            [
                "systemd-socket-activate",
                f"--listen={_LOOPBACK}:{forward.port}",
                PROXY,
                f"{lab.hosts[forward.host].address}:{forward.host_port}",
            ],
            log=lab.folder.console(f"forward-{forward.port}"),
        )
    for forward in forwards:
        _wait_until_listening(lab, forward.port)
    return [f"{_LOOPBACK}:{f.port} → {f.host}:{f.host_port}" for f in forwards]


def stop(lab: Lab) -> None:
    """End the lab's forwards."""
    _group(lab).remove()


def check_free(lab: Lab) -> None:
    """Raise UserError that names a port which is taken, unless the lab's forwards have it."""
    if not _group(lab).populated:
        for forward in lab.topology.forwards:
            check_port(forward.port)


def check_port(port: int) -> None:
    """Raise UserError when nothing can listen on a port of the loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError as error:
            raise UserError(
                f"port {port} cannot be forwarded: {error.strerror}",
                hint=f"see who listens: ss -ltnp 'sport = :{port}'",
            ) from None


def listening_ports(table: str) -> set[int]:
    """Return the ports that are listened on, from the text of /proc/net/tcp."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return {int(row[1].partition(":")[2], 16) for row in rows if row[3] == "0A"}


def _wait_until_listening(lab: Lab, port: int) -> None:
    table = Path("/proc/net/tcp")
    try:
        wait_for(
            lambda: port in listening_ports(table.read_text(encoding="ascii")),
            within=10,
            what=f"forward of port {port}",
            every=0.01,
        )
    except DeadlineError as error:
        log = lab.folder.console(f"forward-{port}")
        raise UserError(str(error), hint=f"cat {log}") from None


def _group(lab: Lab) -> Group:
    return lab.claim.group.child("forwards")
