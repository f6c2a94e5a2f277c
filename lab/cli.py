"""The command line: `python -m lab`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from lab import forwards, preflight, registry
from lab.host import RUNNING
from lab.lab import DEFAULT_NAME, Lab, down, up
from lab.topology import DEBIAN, checked_lab_name, parse
from toolkit.console import FAILED, OK, table

TOPOLOGY = Path(__file__).with_name("topology.yml")


def command(argv: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    checked_lab_name(arguments.name)
    if arguments.needs_root:
        preflight.check(argv)
    code: int = arguments.act(arguments)
    return code


def _up(arguments: argparse.Namespace) -> int:
    claim = registry.held(arguments.name)
    subnet = arguments.subnet or (claim.subnet if claim else None)
    topology = parse(TOPOLOGY.read_text(encoding="utf-8"), subnet=subnet)
    return _report(up(arguments.name, topology, arguments.hosts))


def _down(arguments: argparse.Namespace) -> int:
    down(arguments.name)
    return OK


def _status(arguments: argparse.Namespace) -> int:
    return _report(Lab.open(arguments.name))


def _report(lab: Lab) -> int:
    """Print the table of hosts; the exit code says whether all run."""
    states = lab.states()
    rows = [
        [host.name, host.address, f"{DEBIAN[host.suite]} ({host.suite})", states[host.name]]
        for host in lab.topology.hosts
    ]
    print(table(["host", "address", "Debian", "state"], rows))
    return OK if set(states.values()) == {RUNNING} else FAILED


def _exec(arguments: argparse.Namespace) -> int:
    lab = Lab.open(arguments.name)
    lab.topology.only([arguments.host])
    terminal = "-t" if sys.stdin.isatty() else "-T"
    argv = ["ssh", "-F", str(lab.folder.ssh_config), terminal, f"root@{arguments.host}"]
    if arguments.words:
        argv.append(shlex.join(arguments.words))
    os.execvp("ssh", argv)  # noqa: S606 - it takes over the terminal, and its exit code is ours


def _forward(arguments: argparse.Namespace) -> int:
    lab = Lab.open(arguments.name)
    if arguments.stop:
        forwards.stop(lab)
    else:
        print("\n".join(forwards.start(lab)))
    return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lab", description="Real Debian hosts on this machine, without a hypervisor."
    )
    parser.add_argument("--name", default=DEFAULT_NAME, help="which lab (default: %(default)s)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    it = commands.add_parser("up", help="boot what does not run yet; safe to repeat")
    it.add_argument("--subnet", help="192.168.N (default: 192.168.56)")
    it.add_argument("hosts", nargs="*", metavar="HOST", help="only these (default: all)")
    it.set_defaults(act=_up, needs_root=True)

    it = commands.add_parser("down", help="end everything of the lab")
    it.set_defaults(act=_down, needs_root=True)

    it = commands.add_parser("status", help="list the hosts; fails unless all run")
    it.set_defaults(act=_status, needs_root=False)

    it = commands.add_parser("exec", help="run a command as root in a host, or a shell")
    it.add_argument("host", metavar="HOST")
    it.add_argument("words", nargs="*", metavar="-- COMMAND")
    it.set_defaults(act=_exec, needs_root=False)

    it = commands.add_parser("forward", help="make the hosts' ports reachable on the loopback")
    it.add_argument("--stop", action="store_true", help="end the forwards")
    it.set_defaults(act=_forward, needs_root=True)
    return parser
