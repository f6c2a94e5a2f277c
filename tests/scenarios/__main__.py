"""`python -m tests.scenarios NAME`: play a scenario on a running lab."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from lab import load as lab_load
from lab.demo import PAGES
from lab.lab import DEFAULT_NAME, Lab
from tests.scenarios.model import Scenario
from tests.scenarios.narrate import Terminal
from tests.scenarios.reading import load, names
from tests.scenarios.report import verdict, write
from tests.scenarios.runner import Runner
from tests.scenarios.site import Site
from toolkit.console import FAILED, OK, USAGE, main, say
from toolkit.errors import UserError

REPORTS = Path(".logs/scenarios")
TRAFFIC = "sum by (environment) (rate(http_server_request_duration_seconds_count[30s])) > 1"
"""The environments that somebody uses."""


def command(argv: Sequence[str]) -> int:
    """Play what is named; without a name, tell what there is."""
    arguments = _parser().parse_args(argv)
    try:
        if not arguments.names:
            for name in names():
                print(f"{name:<14} {load(name).title}")
            return OK
        return _play([load(name) for name in arguments.names], arguments)
    except UserError as error:
        say(f"error: {error}")
        if error.hint:
            say(f"  → {error.hint}")
        return USAGE


def _play(scenarios: Sequence[Scenario], arguments: argparse.Namespace) -> int:
    """Play scenarios, write reports, and return 0 if everything was as expected, else 1."""
    lab = Lab.open(arguments.lab)
    site = Site.of(lab)
    pages = PAGES if arguments.lab == DEFAULT_NAME else site.pages
    with ended_by_signals(), _traffic(site, lab):
        terminal = Terminal(explain=arguments.explain, pages=pages)
        records = Runner(site, terminal).run(scenarios)
    faults = verdict(records, scenarios)
    for path in write(records, arguments.report):
        say(f"report: {path}")
    for fault in faults:
        say(f"✗ {fault}")
    say("red" if faults else "green")
    return FAILED if faults else OK


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let SIGTERM end what goes on like ^C does, so that faults are cleared."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _traffic(site: Site, lab: Lab) -> Iterator[None]:
    """Bring customers to the environments that have none; a second load would change the first."""
    alone = sorted(set(site.data_planes) - set(site.ask(TRAFFIC)))
    if not alone:
        yield
        return
    say(f"Nobody uses {', '.join(alone)}: sending the usual traffic there")
    chosen = {name: target for name, target in lab_load.targets(lab).items() if name in alone}
    with lab_load.customers(lab, chosen):
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.scenarios",
        description="Play incidents on a running lab and prove what is seen of them.",
        epilog="exit codes: 0 as expected, 1 not as expected, 2 nothing to play or nobody answers",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="in this order (default: list)")
    parser.add_argument("--lab", default=DEFAULT_NAME, metavar="NAME", help="default: %(default)s")
    parser.add_argument("--explain", action="store_true", help="say what is seen, where and why")
    parser.add_argument(
        "--report", type=Path, default=REPORTS, metavar="FOLDER", help="default: %(default)s"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(command))
