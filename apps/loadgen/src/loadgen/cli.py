"""The command line: from options to a run, and from its result to tables, files and exit code."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.live import Live

from loadgen import addresses, options, report, runner, settings, thresholds
from loadgen.errors import (
    INTERRUPTED,
    OK,
    OUTPUT_LOST,
    THRESHOLDS_MISSED,
    UNEXPECTED,
    UNREACHABLE,
    LoadgenError,
    UsageError,
)
from loadgen.html import to_html
from loadgen.mix import all_routes
from loadgen.plan import DEFAULT_PROFILE, Plan, Target
from loadgen.results import Aim, Result, from_json, merge, to_json
from loadgen.settings import Mistakes
from loadgen.stats import Recorder
from loadgen.thresholds import Threshold

LIVE_SECONDS, LINE_SECONDS = 1.0, 5.0
"""How often a terminal, and how often a log, hears of the run."""

LOG_COLUMNS = 120


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; known failures become one clear line each."""
    try:
        return _command(sys.argv[1:] if argv is None else argv)
    except LoadgenError as error:
        for line in str(error).splitlines():
            _say(f"error: {line}")
        if error.hint:
            _say(f"  → {error.hint}")
        return error.exit_code
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more at its end, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OUTPUT_LOST
    except Exception:
        traceback.print_exc()
        _say("error: this should not have happened; please report the lines above")
        return UNEXPECTED


def _command(argv: Sequence[str]) -> int:
    said = options.parse(argv)
    if said.merge:
        return _merge(said)
    plan, limits = _understood(said)
    found = addresses.resolve(plan.targets, owned=said.owned)
    recorder = Recorder([target.environment for target in plan.targets])
    begun, cpu = datetime.now(UTC), time.process_time()
    with _progress(plan, recorder) as (watch, every):
        ending = runner.run(plan, found, recorder, watch, every=every)
    snapshot = recorder.snapshot(ending.seconds)
    result = Result(
        begun=begun,
        aims={one.environment: Aim(one.url, str(one.profile)) for one in plan.targets},
        settings=_shown(said),
        snapshot=snapshot,
        verdicts=thresholds.evaluate(limits, snapshot),
        interrupted=ending.interrupted,
        cpu_seconds=time.process_time() - cpu,
    )
    _deliver(result, said)
    for environment in ending.silent:
        _say(f"error: {environment} did not answer any more at the end")
    return _exit_code(ending, result)


def _merge(said: argparse.Namespace) -> int:
    """Report what was written by several runs, with their own thresholds judged anew."""
    if said.target or said.env or said.targets or said.fail_if:
        raise UsageError(
            "--merge sends nothing: it goes with --json and --html alone", hint="loadgen --help"
        )
    result = merge([_read(path) for path in said.merge])
    _deliver(result, said)
    return OK if result.passed else THRESHOLDS_MISSED


def _read(path: Path) -> Result:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: {error}") from error
    return from_json(document, name=str(path))


def _understood(said: argparse.Namespace) -> tuple[Plan, list[Threshold]]:
    """Return what is to be done. Raises UsageError with all mistakes at once."""
    mistakes = Mistakes()
    targets = _targets(said, mistakes)
    limits: list[Threshold] = []
    try:
        names = [target.environment for target in targets]
        limits = thresholds.parse(said.fail_if, names, all_routes())
    except UsageError as error:
        mistakes.found += str(error).splitlines()
    for flag in ("json", "html"):
        path: Path | None = getattr(said, flag)
        if path and (not path.parent.is_dir() or path.is_dir()):
            mistakes.found.append(f"--{flag}: {path} cannot be written")
    run = {"duration": said.duration, "timeout": said.timeout, "seed": said.seed}
    return settings.plan_of(targets, run, said.ca, mistakes), limits


def _targets(said: argparse.Namespace, mistakes: Mistakes) -> list[Target]:
    ways = [way for way in (said.target, said.env, said.targets) if way]
    if len(ways) != 1:
        raise UsageError(
            "say where to by one of --target URL, --env NAME=URL and --targets FILE",
            hint="loadgen --target http://localhost:8081 --environment prod",
        )
    traffic = options.traffic_of(said)
    if said.environment and not said.target:
        mistakes.found.append("--environment: it names --target; --env and files have names")
    if said.targets:
        mistakes.found += [
            f"--{name.replace('_', '-')}: say it for each environment in {said.targets}"
            for name in traffic
        ]
        return settings.read_targets(said.targets, mistakes)
    if said.target:
        pairs = [(said.environment or DEFAULT_PROFILE, said.target)]
    else:
        pairs = [(name, url) for name, _, url in (pair.partition("=") for pair in said.env)]

    def place(word: str) -> str:
        way = "target" if said.target else "env"
        return f"--{way if word == 'url' else word.replace('_', '-')}"

    return [
        settings.target_of(name, {"url": url, **traffic}, mistakes, place) for name, url in pairs
    ]


def _shown(said: argparse.Namespace) -> dict[str, str]:
    return {name: str(getattr(said, name)) for name in ("duration", "seed", "timeout")}


@contextlib.contextmanager
def _progress(plan: Plan, recorder: Recorder) -> Iterator[tuple[Callable[[float], None], float]]:
    """Give what shows a moment of the run, and how often to call it. Results alone go to stdout."""
    console = Console(stderr=True)
    if not console.is_terminal:
        lines = report.Lines()
        yield lambda now: _say(lines.render(recorder.snapshot(now))), LINE_SECONDS
        return
    until = "until ^C" if plan.seconds is None else f"for {plan.seconds:g} s"
    table = report.LiveTable(f"Sending {until}")
    # A thread that redraws by itself would take the time that requests need.
    with Live(console=console, auto_refresh=False, transient=True) as live:
        yield (
            lambda now: live.update(table.render(recorder.snapshot(now)), refresh=True),
            LIVE_SECONDS,
        )


def _deliver(result: Result, said: argparse.Namespace) -> None:
    console = Console(width=None if sys.stdout.isatty() else LOG_COLUMNS)
    # Left to itself, rich ends the process when nobody reads.
    with console.capture() as captured:
        console.print(report.final(result))
    print(captured.get(), end="", flush=True)
    if said.json:
        _write(said.json, json.dumps(to_json(result), separators=(",", ":")) + "\n")
    if said.html:
        _write(said.html, to_html(result))


def _write(path: Path, text: str) -> None:
    """Replace the file as a whole: whoever reads it meanwhile sees the old one or the new one."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _exit_code(ending: runner.Ending, result: Result) -> int:
    if ending.interrupted:
        return INTERRUPTED
    if ending.silent:
        return UNREACHABLE
    return OK if result.passed else THRESHOLDS_MISSED


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
