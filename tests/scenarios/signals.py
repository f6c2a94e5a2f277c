"""The golden signals: where they are recorded, and how far noise may move them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Signal:
    """One of them, for every environment.

    It may be so far from its steady value, at least `floor` or that value times `ratio`, without
    being different.
    """

    rule: str
    unit: str
    floor: float
    ratio: float


# The floor is what counts. No ratio alone is honest on a machine that does other things: 5 ms
# become 50 ms for a moment, and nobody is worse off. A quantile may move by less than the half
# second of the objective, which a fault of 0.8 s exceeds. p99 of an environment with six requests a
# second hangs on the four slowest of a minute. Who is at rest serves none to three requests at
# once, and production with the fault about 25. The ratio is for a site with more traffic.
SIGNALS: Mapping[str, Signal] = {
    "rate": Signal("environment:http_requests:rate1m", "/s", 2.0, 0.25),
    "errors": Signal("environment:http_errors:ratio_rate1m", "%", 0.02, 0.0),
    "p50": Signal("environment:http_latency_seconds:p50_1m", "s", 0.25, 0.5),
    "p95": Signal("environment:http_latency_seconds:p95_1m", "s", 0.3, 0.5),
    "p99": Signal("environment:http_latency_seconds:p99_1m", "s", 0.5, 0.5),
    "active": Signal("environment:http_active_requests:sum", "", 8.0, 0.5),
}
"""By the names that scenarios use."""
