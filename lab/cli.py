"""The command line: `python -m lab`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from lab import faults, forwards, preflight, registry
from lab.host import RUNNING, Host
from lab.lab import DEFAULT_NAME, Lab, down, plan, up
from lab.topology import DEBIAN, Topology, checked_lab_name, parse
from toolkit.console import FAILED, OK, say, table
from toolkit.errors import UserError

TOPOLOGY = Path(__file__).with_name("topology.yml")


def command(argv: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    arguments = _parser().parse_args(argv)
    checked_lab_name(arguments.name)
    if arguments.needs_root:
        preflight.check(argv)
    code: int = arguments.act(arguments)
    return code


def _check(arguments: argparse.Namespace) -> int:
    forwards.check_free(plan(arguments.name, _topology(arguments), arguments.hosts))
    return OK


def _up(arguments: argparse.Namespace) -> int:
    return _report(up(arguments.name, _topology(arguments), arguments.hosts))


def _topology(arguments: argparse.Namespace) -> Topology:
    claim = registry.held(arguments.name)
    try:
        text = arguments.topology.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"topology {arguments.topology}: {error.strerror}") from None
    return parse(text, subnet=arguments.subnet or (claim.subnet if claim else None))


def _down(arguments: argparse.Namespace) -> int:
    down(arguments.name)
    return OK


def _status(arguments: argparse.Namespace) -> int:
    return _report(Lab.open(arguments.name))


def _report(lab: Lab) -> int:
    """Print the table of hosts; the exit code says whether all run.

    Only root can see what the rules on the bridge are, so others get no column of faults.
    """
    states = lab.states()
    rows = [
        [host.name, host.address, f"{DEBIAN[host.suite]} ({host.suite})", states[host.name]]
        for host in lab.topology.hosts
    ]
    header = ["host", "address", "Debian", "state"]
    if os.geteuid() == 0:
        present = faults.present(lab)
        header.append("faults")
        rows = [[*row, ", ".join(present[row[0]])] for row in rows]
    print(table(header, rows))
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


def _partition(arguments: argparse.Namespace) -> int:
    lab = Lab.open(arguments.name)
    faults.partition(_host(lab, arguments.host), [_host(lab, name) for name in arguments.others])
    return _say_how_to_heal(lab, arguments.host)


def _freeze(arguments: argparse.Namespace) -> int:
    lab = Lab.open(arguments.name)
    faults.freeze(_host(lab, arguments.host))
    return _say_how_to_heal(lab, arguments.host)


def _fill(arguments: argparse.Namespace) -> int:
    lab = Lab.open(arguments.name)
    faults.fill(_host(lab, arguments.host), arguments.path, arguments.leave)
    return _say_how_to_heal(lab, arguments.host)


def _free(arguments: argparse.Namespace) -> int:
    host = _host(Lab.open(arguments.name), arguments.host)
    volumes = [faults.volume_of(host, arguments.path)] if arguments.path else host.volumes
    for volume in filter(lambda volume: volume.filled, volumes):
        volume.free()
        print(f"freed {volume.directory.path} on {host.name}")
    return OK


def _kill(arguments: argparse.Namespace) -> int:
    lab = Lab.open(arguments.name)
    _host(lab, arguments.host).kill()
    say(f"{arguments.host} is off; boot it: {_line(lab, 'up', arguments.host)}")
    return OK


def _heal(arguments: argparse.Namespace) -> int:
    healed = faults.heal(Lab.open(arguments.name), arguments.hosts)
    for name, what in healed.items():
        print(f"healed {name}: {', '.join(what)}")
    if not healed:
        say("nothing to heal")
    return OK


def _host(lab: Lab, name: str) -> Host:
    lab.topology.only([name])
    return lab.hosts[name]


def _say_how_to_heal(lab: Lab, name: str) -> int:
    now = ", ".join(faults.present(lab)[name])
    say(f"{name} is now: {now}; undo it: {_line(lab, 'heal', name)}")
    return OK


def _line(lab: Lab, *words: str) -> str:
    return shlex.join(["python", "-m", "lab", "--name", lab.claim.name, *words])


class _Commands:
    """The commands of a parser, and the overview of them that its help shows."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parser = parser
        self._added = parser.add_subparsers(
            required=True, prog=parser.prog, metavar="COMMAND", help=argparse.SUPPRESS
        )

    def title(self, text: str) -> None:
        """Begin a group of commands."""
        self._parser.description = f"{self._parser.description}\n\n{text}:"

    def add(
        self,
        synopsis: str,
        text: str,
        act: Callable[[argparse.Namespace], int],
        *,
        needs_root: bool = True,
    ) -> argparse.ArgumentParser:
        """Add a command by how it is typed and what it does."""
        self._parser.description = f"{self._parser.description}\n  {synopsis:<31}{text}"
        it = self._added.add_parser(synopsis.split(maxsplit=1)[0], description=text)
        it.set_defaults(act=act, needs_root=needs_root)
        return it


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lab",
        usage="%(prog)s [--name NAME] COMMAND …",
        description="Real Debian hosts on this machine, without a hypervisor.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="`python -m lab COMMAND --help` tells more about one command.",
    )
    parser.add_argument("--name", default=DEFAULT_NAME, help="which lab (default: %(default)s)")
    commands = _Commands(parser)
    commands.title("hosts")
    _add_host_commands(commands)
    commands.title("faults")
    _add_fault_commands(commands)
    return parser


def _add_host_commands(commands: _Commands) -> None:
    for it in (
        commands.add("check [HOST …]", "tell what keeps `up` and `forward` from work", _check),
        commands.add("up [HOST …]", "boot what does not run yet; safe to repeat", _up),
    ):
        it.add_argument("--subnet", help="192.168.N (default: the topology's, or 192.168.56)")
        it.add_argument(
            "--topology", type=Path, default=TOPOLOGY, metavar="FILE",
            help="the hosts (default: those of the demo)",
        )  # fmt: skip
        it.add_argument("hosts", nargs="*", metavar="HOST", help="only these (default: all)")

    commands.add("down", "end everything of the lab", _down)
    commands.add("status", "list hosts and faults; fails unless all run", _status, needs_root=False)

    it = commands.add(
        "exec HOST -- COMMAND", "run a command as root in a host, or a shell", _exec,
        needs_root=False,
    )  # fmt: skip
    it.add_argument("host", metavar="HOST")
    it.add_argument("words", nargs="*", metavar="-- COMMAND")

    it = commands.add("forward", "make the hosts' ports reachable on the loopback", _forward)
    it.add_argument("--stop", action="store_true", help="end the forwards")


def _add_fault_commands(commands: _Commands) -> None:
    it = commands.add(
        "partition HOST [--from HOST …]", "cut a host off from everything, or from some", _partition
    )
    it.add_argument("host", metavar="HOST")
    it.add_argument(
        "--from", dest="others", nargs="+", default=[], metavar="HOST",
        help="only from these hosts (default: from everything, this machine too)",
    )  # fmt: skip

    it = commands.add("freeze HOST", "let a host hang", _freeze)
    it.add_argument("host", metavar="HOST")

    it = commands.add("kill HOST", "pull a host's plug; `up` boots it again", _kill)
    it.add_argument("host", metavar="HOST")

    it = commands.add("fill HOST PATH", "fill the sized directory that holds a path", _fill)
    it.add_argument("host", metavar="HOST")
    it.add_argument("path", metavar="PATH")
    it.add_argument(
        "--leave", type=_bytes, default=0, metavar="BYTES",
        help="what can still be written (default: %(default)s)",
    )  # fmt: skip

    it = commands.add("free HOST [PATH]", "give back what `fill` took", _free)
    it.add_argument("host", metavar="HOST")
    it.add_argument("path", nargs="?", metavar="PATH", help="only there (default: everywhere)")

    it = commands.add("heal [HOST …]", "undo partitions, freezes and fillings", _heal)
    it.add_argument("hosts", nargs="*", metavar="HOST", help="only of these (default: all)")


def _bytes(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of bytes")
    return int(text)
