"""From a word to a value: what options and targets files are made of.

Every function takes a word as the command line or YAML gives it, so also a number, and raises
UsageError with what was expected instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar, get_args
from urllib.parse import urlsplit

from loadgen.errors import UsageError, likely
from loadgen.mix import DECK, KINDS, Kind
from loadgen.plan import BURST_SECONDS, PAUSE_SECONDS, PROFILES, Profile
from loadgen.schedule import Arrivals, Bursts, Pace, Steady

T = TypeVar("T")

FOREVER = "forever"
HIGHEST_RATE = 100_000

UNITS = {
    "ms": Fraction(1, 1000),
    "": Fraction(1),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
}


def address(word: object) -> str:
    """Read the address of a target: scheme, host, perhaps a port, and nothing else."""
    refusal = UsageError(f"expected http://HOST:PORT or https://HOST:PORT, not {str(word)!r}")
    try:
        parts = urlsplit(str(word))
        port = parts.port
    except ValueError:
        raise refusal from None
    plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain or port == 0:
        raise refusal
    return f"{parts.scheme}://{parts.netloc}"


def rate(word: object) -> Pace:
    """Read a steady rate, such as 50, or the bounds of bursts, such as 5-20."""
    if not (match := re.fullmatch(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?", str(word))):
        raise UsageError(
            f"expected requests a second such as 50, or bursts such as 5-20, not {word}"
        )
    low, high = Fraction(match[1]), Fraction(match[2] or match[1])
    if not 0 < low <= high <= HIGHEST_RATE:
        raise UsageError(
            f"expected more than 0 and at most {HIGHEST_RATE} a second, the least first, not {word}"
        )
    return Bursts((low, high), BURST_SECONDS, PAUSE_SECONDS) if match[2] else Steady(low)


def period(word: object) -> Fraction:
    """Read a length of time in seconds, such as 300, 5m, 1h or 250ms; more than none."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h|)", str(word))
    if not match or not (seconds := Fraction(match[1]) * UNITS[match[2]]):
        raise UsageError(f"expected a time such as 300, 5m or 1h, not {word}")
    return seconds


def duration(word: object) -> Fraction | None:
    """Read for how long requests are sent; None is until somebody stops it."""
    if word == FOREVER:
        return None
    try:
        return period(word)
    except UsageError as error:
        raise UsageError(f"{error}; until it is stopped: {FOREVER}") from None


def think(word: object) -> tuple[float, float]:
    """Read the bounds of a think time, such as 2-15 or 500ms-3s."""
    low, dash, high = str(word).partition("-")
    if not dash:
        raise UsageError(f"expected bounds such as 2-15 (seconds), not {word}")
    bounds = float(period(low)), float(period(high))
    if bounds[0] > bounds[1]:
        raise UsageError(f"the least think time comes first: {high}-{low}, not {word}")
    return bounds


def weights(word: object) -> Mapping[Kind, int]:
    """Read how many of each kind are among a hundred requests: health=40,products=60."""
    pairs = word.items() if isinstance(word, Mapping) else _pairs(str(word))
    found: dict[str, int] = {}
    for kind, count in pairs:
        if kind not in KINDS:
            raise UsageError(f"no kind of request {kind!r}; {likely(str(kind), KINDS)}")
        if kind in found:
            raise UsageError(f"{kind} is there twice")
        found[str(kind)] = whole_number(count, least=0)
    if (total := sum(found.values())) != DECK:
        raise UsageError(f"the weights add up to {total}; they have to add up to {DECK}")
    return {kind: found[kind] for kind in KINDS if found.get(kind)}


def percent(word: object) -> int:
    """Read a share in whole percent."""
    match = re.fullmatch(r"(\d+)%", str(word))
    if not match or int(match[1]) > DECK:
        raise UsageError(f"expected whole percent such as 5%, not {word}")
    return int(match[1])


def whole_number(word: object, *, least: int = 1) -> int:
    """Read a whole number, `least` or more."""
    text = str(word)
    if not (text.isascii() and text.isdigit() and int(text) >= least):
        raise UsageError(f"expected a whole number from {least} on, not {word}")
    return int(text)


def seed_number(word: object) -> int:
    """Read a seed."""
    return whole_number(word, least=0)


def profile(word: object) -> Profile:
    """Read the name of a built-in profile."""
    return _one_of(PROFILES, word)


def arrivals(word: object) -> Arrivals:
    """Read what the gaps between requests are like."""
    return _one_of({one: one for one in get_args(Arrivals)}, word)


def _one_of(known: Mapping[str, T], word: object) -> T:
    if str(word) not in known:
        raise UsageError(f"no {str(word)!r}; {likely(str(word), known)}")
    return known[str(word)]


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(equals for _, equals, _ in pairs):
        raise UsageError(f"expected weights such as health=40,products=60, not {text}")
    return [(kind.strip(), count.strip()) for kind, _, count in pairs]
