"""When requests are due: exact, repeatable, and deaf to how the answers come.

A time comes from a request's number in exact arithmetic, never from adding a rounded gap to the
time before, so request ten million is not a nanosecond off.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

SECOND = 1_000_000_000
"""Nanoseconds."""

FINENESS = 1000
"""Between its bounds a burst's rate takes one of so many steps."""

Arrivals: TypeAlias = Literal["uniform", "poisson"]
"""Equal gaps, or gaps as random as those of many customers who know nothing of each other."""


@dataclass(frozen=True, slots=True)
class Steady:
    """The same rate all the time."""

    per_second: Fraction

    @property
    def highest(self) -> Fraction:
        """The most requests a second."""
        return self.per_second

    def __str__(self) -> str:
        return f"{float(self.per_second):g}/s"


@dataclass(frozen=True, slots=True)
class Bursts:
    """Bursts and pauses in turn; each burst draws its rate and its length, each pause its length.

    All three are bounds, the least and the greatest.
    """

    per_second: tuple[Fraction, Fraction]
    burst_seconds: tuple[int, int]
    pause_seconds: tuple[int, int]

    @property
    def highest(self) -> Fraction:
        """The most requests a second."""
        return self.per_second[1]

    def __str__(self) -> str:
        low, high = map(float, self.per_second)
        return f"bursts of {low:g} to {high:g}/s"


Pace: TypeAlias = Steady | Bursts


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time of one rate, in nanoseconds since the run began; without an `end` it never does."""

    begin: int
    end: int | None
    per_second: Fraction


def due_times(pace: Pace, arrivals: Arrivals, chance: random.Random) -> Iterator[int]:
    """Yield without end when requests are due, in nanoseconds since the run began, in order."""
    times = _evenly if arrivals == "uniform" else _at_random
    for stretch in stretches(pace, chance):
        for due in times(stretch, chance):
            if stretch.end is not None and due >= stretch.end:
                break
            yield due


def stretches(pace: Pace, chance: random.Random) -> Iterator[Stretch]:
    """Yield the stretches of time in which requests are due; what lies between is a pause."""
    if isinstance(pace, Steady):
        yield Stretch(0, None, pace.per_second)
        return
    low, high = pace.per_second
    begin = 0
    while True:
        rate = low + (high - low) * Fraction(chance.randint(0, FINENESS), FINENESS)
        end = begin + _between(pace.burst_seconds, chance)
        yield Stretch(begin, end, rate)
        begin = end + _between(pace.pause_seconds, chance)


def _between(seconds: tuple[int, int], chance: random.Random) -> int:
    low, high = seconds
    return chance.randint(low * SECOND, high * SECOND)


def _evenly(stretch: Stretch, _chance: random.Random) -> Iterator[int]:
    requests, seconds = stretch.per_second.as_integer_ratio()
    period = SECOND * seconds
    for number in itertools.count():
        yield stretch.begin + number * period // requests


def _at_random(stretch: Stretch, chance: random.Random) -> Iterator[int]:
    due = stretch.begin
    per_nanosecond = float(stretch.per_second / SECOND)
    while True:
        due += round(chance.expovariate(per_nanosecond))
        yield due
