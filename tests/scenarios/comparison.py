"""What differs between steady state and incident: every golden signal of every environment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tests.scenarios.signals import SIGNALS
from tests.scenarios.site import Site, number

Pair = tuple[str, str]
"""A golden signal and an environment."""

SPAN = 30.0
"""Seconds of which the median is compared: three values, so that one may be odd."""


@dataclass(frozen=True)
class Difference:
    """A golden signal of an environment during the incident, beside its own steady state."""

    signal: str
    environment: str
    usual: float | None
    during: float | None
    allowed: float
    wanted: bool | None
    """Whether it has to differ; if not, it must not. None: it is never the same, which is fine."""

    @property
    def differs(self) -> bool:
        """Whether it is further from its steady state than is allowed; a lost one is."""
        if self.usual is None or self.during is None:
            return True
        return abs(self.during - self.usual) > self.allowed

    @property
    def is_odd(self) -> bool:
        """Whether it differs and must not, or the other way round."""
        return self.wanted is not None and self.differs != self.wanted

    @property
    def text(self) -> str:
        """Both values."""
        unit = SIGNALS[self.signal].unit
        return " → ".join(
            "nothing" if value is None else number(value, unit)
            for value in (self.usual, self.during)
        )


def medians(site: Site, now: float) -> dict[Pair, float]:
    """Return what every golden signal of every environment was just now."""
    return {
        (signal, environment): value
        for signal in SIGNALS
        for environment, value in site.usual(signal, now - SPAN, now).items()
    }


def compare(
    usual: Mapping[Pair, float],
    during: Mapping[Pair, float],
    wanted: Collection[Pair],
    unsteady: Collection[Pair] = (),
) -> list[Difference]:
    """Compare an incident with the steady state before it.

    Exactly `wanted` has to differ, and of `unsteady` nothing is expected.
    """
    found = []
    order = list(SIGNALS)
    for pair in sorted({*usual, *during, *wanted}, key=lambda pair: (order.index(pair[0]), pair)):
        signal = SIGNALS[pair[0]]
        allowed = max(signal.floor, signal.ratio * usual.get(pair, 0))
        expected = None if pair in unsteady else pair in wanted
        difference = Difference(*pair, usual.get(pair), during.get(pair), allowed, expected)
        found.append(difference)
    return found
