"""What to know before the figures of a run are believed."""

from __future__ import annotations

from collections.abc import Iterator

from loadgen import formats
from loadgen.stats import Environment, Figures, Snapshot

LATE_SECONDS = 0.005
"""What p99 of the generator's own lateness may be, in any case."""

LATE_SHARE = 0.25
"""What p99 of the generator's own lateness may be of p99 of the latency."""

WAITED_SECONDS = 0.01
WAITED_FACTOR = 1.5
"""By how much p95 from due and p95 of the service may differ, by either."""

BUSY = 0.8
"""From which share of a core on the generator is too busy to keep its schedule."""

FEW = 100
"""With fewer answers p99 is simply the slowest one."""


def remarks(snapshot: Snapshot, cpu_seconds: float, *, interrupted: bool) -> list[str]:
    """Return the sentences, the most important ones first."""
    found: list[str] = []
    if interrupted:
        found.append(
            f"Interrupted after {formats.duration(snapshot.elapsed)}: "
            "these are the figures of what was done until then."
        )
    busy = cpu_seconds / snapshot.elapsed if snapshot.elapsed > 0 else 0.0
    for one in snapshot.environments:
        found += (f"{one.name}: {remark}" for remark in _of(one.total, busy))
        found += (f"{one.name}: {remark}" for remark in _of_few(one))
    return found


def _of(figures: Figures, busy: float) -> Iterator[str]:
    if figures.ended and not figures.statuses:
        yield "not one request was answered."
    if figures.dropped:
        share = formats.percent(figures.dropped / figures.wanted)
        yield (
            f"{formats.count(figures.dropped)} of {formats.count(figures.wanted)} requests "
            f"({share}) had to be left out, since as many as --max-in-flight allows were waiting "
            "for their answers. The latencies are those of the others, so in truth they are worse."
        )
    late = figures.lateness.quantile(0.99)
    intended, service = figures.intended, figures.service
    if late is not None and late > LATE_SECONDS and late > LATE_SHARE * _p(intended.quantile(0.99)):
        cause = (
            f"It used {busy:.0%} of a core: give it more, or run one for each environment."
            if busy >= BUSY
            else "Something else on its machine kept it from its schedule."
        )
        yield (
            f"the generator itself was late, 1 % of the requests left {formats.duration(late)} or "
            f"more after they were due. The latencies tell as much about it as about the target. "
            f"{cause}"
        )
        return
    whole, served = _p(intended.quantile(0.95)), _p(service.quantile(0.95))
    if whole > served * WAITED_FACTOR and whole > served + WAITED_SECONDS:
        yield (
            f"requests waited before they were begun, p95 is {formats.duration(whole)} from when "
            f"they were due and {formats.duration(served)} from when they were begun. "
            "What customers wait is the former."
        )


def _of_few(one: Environment) -> Iterator[str]:
    if 0 < one.total.intended.count < FEW:
        yield f"p99 of {one.total.intended.count} answers is simply the slowest one."


def _p(seconds: float | None) -> float:
    return seconds or 0.0
