"""Scenarios as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """An expression has a value within bounds, for each of some environments.

    Bounds that are None are open; a value on a bound is within.
    """

    name: str
    promql: str
    environments: tuple[str, ...]
    low: float | None
    high: float | None
    unit: str = ""
    why: str = ""

    def holds(self, value: float) -> bool:
        """Say whether a value is within the bounds; NaN never is."""
        low = value == value if self.low is None else value >= self.low  # noqa: PLR0124 - NaN
        return low and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Called:
    """An alert with these labels, among others, is in Alertmanager, or is not (any more)."""

    name: str
    alert: str
    labels: tuple[tuple[str, str], ...]
    wanted: bool = True
    why: str = ""

    def is_about(self, other: object) -> bool:
        """Say whether another condition is about the same alert."""
        return isinstance(other, Called) and (other.alert, other.labels) == (
            self.alert,
            self.labels,
        )


@dataclass(frozen=True)
class Quiet:
    """No alert whose name matches fires for any of some environments."""

    name: str
    alerts: str
    environments: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class Expectation:
    """What has to become true, `within` seconds of the phase that it belongs to.

    It is not looked at before `after` seconds: a window that reaches back before the incident
    says nothing of its size.
    """

    condition: Value | Called
    within: float
    after: float = 0


@dataclass(frozen=True)
class Injection:
    """A fault, in the words of `api-faults set`, on every data plane of an environment.

    It lasts for at least `lasts` seconds, and for longer where an objective (`slo`) remembers much
    traffic: `spoils` is the share of its requests that the fault makes bad.
    """

    environment: str
    fault: str
    lasts: float
    slo: str
    spoils: float


@dataclass(frozen=True)
class Scenario:
    """One scenario; without an injection it only looks."""

    name: str
    title: str
    teaches: str
    steady: tuple[Value | Quiet, ...]
    steady_for: float
    steady_within: float
    injection: Injection | None = None
    expect: tuple[Expectation, ...] = ()
    throughout: tuple[Value | Quiet, ...] = ()
    differs: tuple[tuple[str, str], ...] = ()
    """Pairs of a signal and an environment: they differ during the incident, and nothing else."""
    unsteady: tuple[tuple[str, str], ...] = ()
    """Pairs that are never the same, so that a difference says nothing."""
    recovery: tuple[Expectation, ...] = ()
