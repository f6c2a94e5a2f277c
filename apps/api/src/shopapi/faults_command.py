"""`api-faults`: set, clear and show the faults of the API on this host."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn, get_args

import msgspec

from shopapi import faults
from shopapi.faults import AnyFault, CacheBypass, DependencyDown, Error, FaultFileError, Latency
from shopapi.routes import ROUTES
from shopapi.settings import GREATEST_LATENCY_MS
from shopapi.worker_reports import living_workers

DIRECTORY = Path("/run/sightline-api")
WAIT_SECONDS = 5

OK, FAILED, INTERRUPTED = 0, 1, 130

OVERVIEW = """\
Faults on purpose in the API of this host, for a limited time. They take effect in all workers
within half a second and end by themselves, at the latest when the service stops.

  set KIND …           make the API slow or let it fail; replaces what was set before
  set --file FILE      the same for several faults at once
  clear                end all of them
  status [--json]      show what is set and which workers have seen it

examples:
  sudo api-faults set latency 800 --jitter 100 --route /api/products --for 5m
  sudo api-faults set error 503 --fraction 0.1
  sudo api-faults status
  sudo api-faults clear
"""

SET = """\
Set one fault, or those of a file, in place of what was set before.

  latency MILLISECONDS       requests take longer
  error STATUS               requests are answered with 500 or 503
  dependency-down NAME       stock, fraud or the payment gateway cannot be reached
  cache-bypass               nothing is taken from the caches

`api-faults set KIND --help` tells more about one kind.
"""

SET_EXAMPLES = """\
examples:
  api-faults set latency 800 --jitter 100 --route /api/products --for 5m
  api-faults set error 500 --fraction 0.1 --seed 7
  api-faults set dependency-down stock --route /api/orders --for 90s
  api-faults set --file incident.json --for 10m

a file, in which --for is the time of faults that have no expires_at:
  {"faults": [
    {"kind": "latency", "milliseconds": 800, "jitter_milliseconds": 100},
    {"kind": "error", "status": 503, "routes": ["/api/orders"], "fraction": 0.5, "seed": 7},
    {"kind": "dependency_down", "dependency": "stock", "expires_at": "2026-11-22T12:00:00Z"},
    {"kind": "cache_bypass"}
  ]}
"""


class CommandError(Exception):
    """An expected failure: one line on what is wrong and, in `hint`, what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    hint = shlex.join(["sudo", "api-faults", *words]) if os.geteuid() else ""
    try:
        arguments = _parser().parse_args(words)
        code: int = arguments.act(arguments)
        sys.stdout.flush()
    except CommandError as error:
        return _refuse(str(error), error.hint)
    except FaultFileError as error:
        return _refuse(f"the faults are not valid: {error}")
    except BrokenPipeError:
        # Nobody reads any more; without this Python would complain while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        file = error.filename2 or error.filename
        reason = f"{file}: {error.strerror}" if file else str(error)
        return _refuse(reason, hint if isinstance(error, PermissionError) else "")
    except KeyboardInterrupt:
        print("interrupted; what is in force says: api-faults status", file=sys.stderr)
        return INTERRUPTED
    return code


def _refuse(reason: str, hint: str = "") -> int:
    print(f"error: {reason}", file=sys.stderr)
    if hint:
        print(f"  → {hint}", file=sys.stderr)
    return FAILED


def _set(arguments: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    content = _given(arguments, now)
    wanted = faults.parse(content, ROUTES, now, until=now + arguments.lasting)
    directory = _entered(arguments.directory)
    content = msgspec.json.encode(faults.FaultFile(wanted))
    began = time.monotonic()
    _replace(directory / faults.FILE_NAME, content)
    seen = _wait(directory, faults.version_of(content), began)
    lines = [_sentence(fault) for fault in wanted]
    if len(lines) != 1:
        lines.append(_count(len(lines), "fault"))
    print("\n".join(lines) + f", {seen}")
    return OK


def _clear(arguments: argparse.Namespace) -> int:
    directory = _entered(arguments.directory)
    began = time.monotonic()
    (directory / faults.FILE_NAME).unlink(missing_ok=True)
    print(f"{_nothing(None)}, {_wait(directory, faults.NOTHING, began)}")
    return OK


def _status(arguments: argparse.Namespace) -> int:
    directory = _entered(arguments.directory)
    now = datetime.now(UTC)
    try:
        reading = faults.read(directory / faults.FILE_NAME, ROUTES, now)
    except FaultFileError as error:
        hint = "no faults are in force; remove the file: sudo api-faults clear"
        raise CommandError(f"{faults.FILE_NAME} is not valid: {error}", hint=hint) from error
    version = reading.version if reading else faults.NOTHING
    present = [fault for fault in reading.faults if fault.lasts(now)] if reading else []
    workers = _living(directory)
    if arguments.json:
        report = {"version": version, "faults": present, "workers": workers}
        print(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        print(_table(present, now) if present else _nothing(reading))
        print(_seen_by(workers, version))
    return OK


def _given(arguments: argparse.Namespace, now: datetime) -> bytes:
    """Return the faults that the command line describes or names, as the content of a file."""
    if bool(arguments.file) == hasattr(arguments, "make"):
        arguments.parser.error("expected either KIND or --file FILE")
    if arguments.file == "-":
        return sys.stdin.buffer.read(faults.MAX_BYTES + 1)
    if arguments.file:
        with Path(arguments.file).open("rb") as stream:
            return stream.read(faults.MAX_BYTES + 1)
    try:
        fault = arguments.make(
            arguments,
            routes=tuple(arguments.routes),
            fraction=arguments.fraction,
            seed=arguments.seed,
            expires_at=now + arguments.lasting,
        )
    except ValueError as error:
        arguments.parser.error(str(error))
    return msgspec.json.encode(faults.FaultFile((fault,)))


def _entered(directory: Path) -> Path:
    """Return the runtime directory of a running service, as whose owner we go on.

    root must not write where somebody else decides what is there.
    """
    try:
        status = directory.stat()
        if os.geteuid() == 0 and status.st_uid != 0:
            os.setgroups([])
            os.setgid(status.st_gid)
            os.setuid(status.st_uid)
        _living(directory)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CommandError(
            f"the API does not run: there is no directory {directory}",
            hint="systemctl status sightline-api",
        ) from error
    return directory


def _living(directory: Path) -> dict[int, str]:
    if workers := living_workers(directory):
        return workers
    raise CommandError(
        f"the API does not run: no worker lives in {directory}",
        hint="systemctl status sightline-api",
    )


def _replace(path: Path, content: bytes) -> None:
    """Give `path` a new content, so that readers find all of the old or all of the new one."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(descriptor, 0o640)
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _wait(directory: Path, version: str, began: float) -> str:
    """Wait until all living workers report `version`; return a phrase that says so."""
    while True:
        workers = _living(directory)
        late = [slot for slot, word in workers.items() if word != version]
        seconds = time.monotonic() - began
        if not late:
            return f"seen by {_count(len(workers), 'worker')} in {seconds:.1f} s"
        if seconds > WAIT_SECONDS:
            raise CommandError(
                f"the file is written, but not seen by {_named(late)} within {WAIT_SECONDS} s",
                hint="api-faults status; journalctl --unit sightline-api",
            )
        time.sleep(0.02)


def _what(fault: AnyFault) -> str:
    match fault:
        case Latency(milliseconds=latency, jitter_milliseconds=jitter):
            return f"{latency:g} ms" + (f" ±{jitter:g} ms" if jitter else "")
        case Error(status=status):
            return str(status)
        case DependencyDown(dependency=dependency):
            return dependency
        case CacheBypass():
            return ""


def _kind(fault: AnyFault) -> str:
    return fault.kind.replace("_", "-")


def _sentence(fault: AnyFault) -> str:
    share = f"for {fault.fraction:.3g} of the requests " if fault.fraction < 1 else ""
    until = f"{fault.expires_at.astimezone(UTC):%H:%M:%S} UTC" if fault.expires_at else "the end"
    return f"{_kind(fault)} {_what(fault)}".strip() + f" {share}on {_routes(fault)} until {until}"


def _routes(fault: AnyFault) -> str:
    return ", ".join(fault.routes) or "all of /api/"


def _table(present: Sequence[AnyFault], now: datetime) -> str:
    rows = [("kind", "what", "routes", "fraction", "ends in")]
    for fault in present:
        left = int((fault.expires_at - now).total_seconds()) if fault.expires_at else 0
        ends = f"{left // 60} min {left % 60} s" if left >= 60 else f"{left} s"
        rows.append((_kind(fault), _what(fault), _routes(fault), f"{fault.fraction:g}", ends))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _nothing(reading: faults.Reading | None) -> str:
    emptied = reading is not None and not reading.faults
    return "no faults" if emptied else "no faults but those of the settings"


def _seen_by(workers: dict[int, str], version: str) -> str:
    late = [slot for slot, word in workers.items() if word != version]
    seen = [slot for slot in workers if slot not in late]
    parts = [f"seen by {_named(seen)}"] if seen else []
    return ", ".join(parts + ([f"not yet by {_named(late)}"] if late else []))


def _named(slots: Sequence[int]) -> str:
    return f"worker{'s' if len(slots) > 1 else ''} {', '.join(map(str, slots))}"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(2, f"error: {message}\n  → {self.prog} --help\n")


def _parser() -> Parser:
    parser = Parser(
        prog="api-faults",
        usage="%(prog)s [--directory DIRECTORY] COMMAND …",
        description=OVERVIEW,
        epilog="`api-faults COMMAND --help` tells more about one command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--directory", type=Path, default=DIRECTORY,
        help="the service's runtime directory (default: %(default)s)",
    )  # fmt: skip
    commands = parser.add_subparsers(
        required=True, prog=parser.prog, metavar="COMMAND", help=argparse.SUPPRESS
    )
    _add_set(commands)
    commands.add_parser("clear", description="End all faults.").set_defaults(act=_clear)
    status = commands.add_parser("status", description="Show what is set and who has seen it.")
    status.add_argument("--json", action="store_true", help="as JSON")
    status.set_defaults(act=_status)
    return parser


def _add_set(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the class to itself
    parser = commands.add_parser(
        "set",
        usage="%(prog)s (KIND … | --file FILE) [--for TIME]",
        description=SET,
        epilog=SET_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--file", metavar="FILE", help="take the faults from a file; - is stdin")
    _add_for(parser, default=timedelta(minutes=5))
    parser.set_defaults(act=_set, parser=parser)
    kinds = parser.add_subparsers(
        prog=parser.prog.split(" [")[0], metavar="KIND", help=argparse.SUPPRESS
    )

    it = _add_kind(kinds, "latency", "Let requests take longer.", _latency)
    it.add_argument(
        "milliseconds", type=_milliseconds, metavar="MILLISECONDS", help="how much longer"
    )
    it.add_argument(
        "--jitter", type=_milliseconds, default=0, metavar="MILLISECONDS",
        help="vary evenly by up to so much in both directions (default: not at all)",
    )  # fmt: skip
    it = _add_kind(kinds, "error", "Answer requests with an error.", _error)
    it.add_argument("status", type=int, choices=(500, 503), metavar="STATUS", help="500 or 503")
    it = _add_kind(kinds, "dependency-down", "Cut off a dependency.", _dependency_down)
    names = get_args(faults.DependencyName)
    it.add_argument("dependency", choices=names, metavar="NAME", help=", ".join(names))
    _add_kind(kinds, "cache-bypass", "Take nothing from the caches.", _cache_bypass)


def _add_kind(
    kinds: Any,  # noqa: ANN401 - as above
    name: str,
    text: str,
    make: Callable[..., AnyFault],
) -> argparse.ArgumentParser:
    it: argparse.ArgumentParser = kinds.add_parser(
        name,
        description=text,
        epilog="routes:\n  " + "\n  ".join(ROUTES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    it.add_argument(
        "--route", dest="routes", action="append", default=[], choices=ROUTES, metavar="ROUTE",
        help="only this one, may be repeated (default: all of /api/)",
    )  # fmt: skip
    it.add_argument(
        "--fraction", type=_fraction, default=1, metavar="SHARE",
        help="the share of requests to hit, such as 0.1 (default: all)",
    )  # fmt: skip
    it.add_argument(
        "--seed", type=int, metavar="NUMBER", help="hit the same requests of a sequence every time"
    )
    # Without a default, which would replace what was given before the kind.
    _add_for(it, default=argparse.SUPPRESS)
    it.set_defaults(make=make, parser=it)
    return it


def _add_for(parser: argparse.ArgumentParser, *, default: object) -> None:
    parser.add_argument(
        "--for", dest="lasting", type=_lasting, default=default, metavar="TIME",
        help="how long, such as 90s, 5m or 300 (default: 5m, at most 30m)",
    )  # fmt: skip


def _latency(arguments: argparse.Namespace, **common: Any) -> Latency:  # noqa: ANN401
    return Latency(
        milliseconds=arguments.milliseconds, jitter_milliseconds=arguments.jitter, **common
    )


def _error(arguments: argparse.Namespace, **common: Any) -> Error:  # noqa: ANN401
    return Error(status=arguments.status, **common)


def _dependency_down(arguments: argparse.Namespace, **common: Any) -> DependencyDown:  # noqa: ANN401
    return DependencyDown(dependency=arguments.dependency, **common)


def _cache_bypass(_arguments: argparse.Namespace, **common: Any) -> CacheBypass:  # noqa: ANN401
    return CacheBypass(**common)


def _milliseconds(text: str) -> float:
    return _between(text, GREATEST_LATENCY_MS, "milliseconds")


def _fraction(text: str) -> float:
    return _between(text, 1, "a share")


def _between(text: str, highest: float, what: str) -> float:
    with suppress(ValueError):
        if 0 < (number := float(text)) <= highest:
            return number
    raise argparse.ArgumentTypeError(f"{text!r}: expected {what} above 0 and up to {highest}")


def _lasting(text: str) -> timedelta:
    if found := re.fullmatch("([0-9]{1,6})([sm]?)", text):
        lasting = timedelta(seconds=int(found[1]) * (60 if found[2] == "m" else 1))
        if timedelta() < lasting <= faults.MAX_LASTING:
            return lasting
    raise argparse.ArgumentTypeError(f"{text!r}: expected a time such as 30s or 5m, at most 30m")


if __name__ == "__main__":
    sys.exit(main())
