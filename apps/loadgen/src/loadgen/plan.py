"""What a run does, as one frozen value that is complete before anything is sent."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from loadgen.mix import Chances, Kind, Mix, Request, requests
from loadgen.schedule import Arrivals, Bursts, Pace, Steady, due_times

FEWEST_IN_FLIGHT = 100
"""The limit of a small rate, so that a pause of the target drops nothing at once."""

WEIGHTS: Mapping[Kind, int] = {
    "health": 40,
    "products": 30,
    "orders": 15,
    "reports": 10,
    "payments": 5,
}
MIX = Mix(WEIGHTS, malformed=0, think=(2.0, 15.0))

BURST_SECONDS, PAUSE_SECONDS = (10, 40), (5, 20)
"""Short enough that a rate over one minute never falls to zero."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The shape of an environment's traffic."""

    pace: Pace
    arrivals: Arrivals
    mix: Mix

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in self.mix.weights.items())
        malformed = f"; {self.mix.malformed} % malformed" if self.mix.malformed else ""
        return f"{self.pace}, {self.arrivals}; {kinds}{malformed}"


PROFILES: Mapping[str, Profile] = {
    "prod": Profile(Steady(Fraction(50)), "uniform", MIX),
    "dev": Profile(
        Bursts((Fraction(5), Fraction(20)), BURST_SECONDS, PAUSE_SECONDS), "uniform", MIX
    ),
    "qa": Profile(Steady(Fraction(10)), "uniform", MIX),
}
DEFAULT_PROFILE = "prod"
"""The shape of an environment that has no profile of its own name."""


@dataclass(frozen=True, slots=True)
class Target:
    """An environment and the address that stands for it, such as http://127.0.0.1:8081."""

    environment: str
    url: str
    profile: Profile
    max_in_flight: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A run: seconds are those for which requests are due; None is until somebody stops it."""

    targets: tuple[Target, ...]
    seconds: float | None
    timeout: float
    seed: int
    ca: Path | None

    def drawn(self, target: Target) -> Iterator[tuple[int, Request]]:
        """Yield without end when requests are due, in nanoseconds, and which.

        The same seed gives an environment the same requests at the same times, whatever other
        environments there are.
        """

        def chance(question: str) -> random.Random:
            return random.Random(f"{self.seed}/{target.environment}/{question}")  # noqa: S311 - repeatable, not secret

        profile = target.profile
        chances = Chances(*map(chance, ("mix", "payload", "think", "malformed")))
        times = due_times(profile.pace, profile.arrivals, chance("schedule"))
        return zip(times, requests(profile.mix, chances), strict=False)


def in_flight_for(pace: Pace) -> int:
    """Return the default limit: as many requests as are due in four seconds."""
    return max(FEWEST_IN_FLIGHT, math.ceil(4 * pace.highest))
