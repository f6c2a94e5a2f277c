"""Progress for people, on stderr; results alone go to stdout."""

from __future__ import annotations

import contextlib
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence

from toolkit.errors import UserError

OK, FAILED, USAGE, UNEXPECTED, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes of every tool; USAGE is argparse's own."""


def say(text: str) -> None:
    """Write one line for the person who waits."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a piece of work that takes a while, and say how long it took."""
    say(f"{text} …")
    started = time.monotonic()
    yield
    say(f"{text}: {time.monotonic() - started:.1f} s")


def main(body: Callable[[Sequence[str]], int], argv: Sequence[str] | None = None) -> int:
    """Run a tool: known failures become one clear line, only unknown ones show a traceback."""
    try:
        return body(sys.argv[1:] if argv is None else argv)
    except UserError as error:
        say(f"error: {error}")
        if error.hint:
            say(f"  → {error.hint}")
        return FAILED
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        return FAILED
    except Exception:
        traceback.print_exc()
        say("error: this should not have happened; please report the lines above")
        return UNEXPECTED


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows in columns as wide as their widest cell; numbers stand to the right."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numeric = [bool(column[1:]) and all(map(_is_number, column[1:])) for column in columns]
    lines = [
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in (header, *rows)
    ]
    return "\n".join(lines)


def _is_number(cell: str) -> bool:
    return cell == "-" or cell.replace(".", "", 1).isdigit()
