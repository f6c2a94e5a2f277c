"""What must not happen in a run: `p95>500ms`, `errors>1%`, `prod/orders:p99>1s`.

A threshold is `[environment][/route]:` (both may be left out), a metric, one of `>`, `>=`, `<`
and `<=`, and a limit. It is missed when that is true of what was found:

    p50, p95, p99.9, max    latency from when a request was due; limit with us, ms, s or m
    errors                  no answer, or a status from 500 on; % of the ended ones, or how many
    refused                 answers with 4xx; % of the ended ones, or how many
    dropped                 due and never sent; % of those that were due, or how many
    rate                    requests sent a second; plain number

Without an environment it holds for each environment on its own, never for their mixture. A
route is a template such as /api/orders, or its last part. Where nothing was measured a
threshold is missed: a gate must not open because nobody came.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from loadgen import formats
from loadgen.errors import UsageError, likely
from loadgen.stats import Figures, Snapshot

METRICS = ("p50", "p90", "p95", "p99", "max", "errors", "refused", "dropped", "rate")
"""The metrics as hints name them; every other percentile is one too."""

EXAMPLES = 'Write for example "p95>500ms", "errors>1%", "dropped>0" or "prod/orders:p99>1s".'

_TEXT = re.compile(
    r"(?:(?P<environment>[^/:]*)(?:/(?P<route>[^:]+))?:)?\s*"
    r"(?P<metric>[A-Za-z0-9._-]+)\s*(?P<sign><=|>=|<|>)\s*"
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[a-zµ%/]*)"
)
_PERCENTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,3})?)")
_IN_A_SECOND = {"us": 1e6, "µs": 1e6, "ms": 1e3, "s": 1.0, "m": 1 / 60}
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A condition that must not come true, and of whom; None is each.

    `limit` is in seconds, a share, a count, or requests a second, as `metric` and `unit` say.
    """

    text: str
    environment: str | None
    route: str | None
    metric: str
    sign: str
    limit: float
    unit: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a threshold in one environment.

    `found` is in the threshold's unit (see there), `shown` is how a person reads it.
    """

    threshold: str
    subject: str
    missed: bool
    found: float | None
    shown: str


def parse(
    texts: Iterable[str], environments: Sequence[str], routes: Sequence[str]
) -> list[Threshold]:
    """Return the thresholds; raises UsageError, which names all mistakes at once."""
    thresholds: list[Threshold] = []
    mistakes: list[str] = []
    for text in texts:
        try:
            thresholds.append(_parse_one(text, environments, routes))
        except ValueError as error:
            mistakes.append(f"threshold {text!r}: {error}")
    if mistakes:
        raise UsageError("\n".join(mistakes), hint=EXAMPLES)
    return thresholds


def evaluate(thresholds: Iterable[Threshold], snapshot: Snapshot) -> list[Verdict]:
    """Return a verdict for each threshold and each environment of which it is."""
    return [
        _verdict(threshold, subject, figures, snapshot.elapsed)
        for threshold in thresholds
        for subject, figures in _subjects(threshold, snapshot)
    ]


def _parse_one(text: str, environments: Sequence[str], routes: Sequence[str]) -> Threshold:
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        raise ValueError("this is no metric, sign and limit")
    environment = match["environment"] or None
    if environment is not None and environment not in environments:
        raise ValueError(f"no environment {environment!r}; {likely(environment, environments)}")
    route = match["route"]
    if route is not None:
        route = _route_named(route, routes)
    divisor = _divisor(match["metric"], match["unit"])
    return Threshold(
        text=text.strip(),
        environment=environment,
        route=route,
        metric=match["metric"],
        sign=match["sign"],
        limit=float(match["number"]) / divisor,
        unit=match["unit"],
    )


def _divisor(metric: str, unit: str) -> float:
    """Return by what the number is divided to be the limit."""
    if metric == "max" or (_PERCENTILE.fullmatch(metric) and float(metric[1:]) > 0):
        if unit not in _IN_A_SECOND:
            raise ValueError(f"{metric} needs a limit with us, ms, s or m, such as 500ms")
        return _IN_A_SECOND[unit]
    if metric in ("errors", "refused", "dropped"):
        if unit not in ("%", ""):
            raise ValueError(f"{metric} needs a limit in %, or a count, such as 1% or 10")
        return 100.0 if unit else 1.0
    if metric == "rate":
        if unit not in ("", "/s"):
            raise ValueError("rate needs a plain number of requests a second, such as 49.5")
        return 1.0
    raise ValueError(f"no metric {metric!r}; {likely(metric, METRICS)}")


def _route_named(name: str, routes: Sequence[str]) -> str:
    for route in routes:
        if name in (route, _short(route)):
            return route
    raise ValueError(f"no route {name!r}; {likely(name, [_short(route) for route in routes])}")


def _short(route: str) -> str:
    return route.rsplit("/", 1)[-1]


def _subjects(threshold: Threshold, snapshot: Snapshot) -> Iterator[tuple[str, Figures | None]]:
    for one in snapshot.environments:
        if threshold.environment not in (None, one.name):
            continue
        if threshold.route is None:
            yield one.name, one.total
        else:
            yield f"{one.name} {threshold.route}", one.routes.get(threshold.route)


def _verdict(
    threshold: Threshold, subject: str, figures: Figures | None, elapsed: float
) -> Verdict:
    found = None if figures is None else _value(threshold, figures, elapsed)
    return Verdict(
        threshold=threshold.text,
        subject=subject,
        missed=found is None or _SIGNS[threshold.sign](found, threshold.limit),
        found=found,
        shown="nothing measured" if found is None else _shown(threshold, found),
    )


def _value(threshold: Threshold, figures: Figures, elapsed: float) -> float | None:
    metric = threshold.metric
    if metric == "rate":
        return figures.sent / elapsed if elapsed > 0 else None
    if metric == "max":
        return figures.intended.longest
    if metric.startswith("p"):
        return figures.intended.quantile(float(metric[1:]) / 100)
    counted, among = {
        "errors": (figures.failed, figures.ended),
        "refused": (figures.refused, figures.ended),
        "dropped": (figures.dropped, figures.wanted),
    }[metric]
    if not among:
        return None
    return counted / among if threshold.unit else counted


def _shown(threshold: Threshold, found: float) -> str:
    if threshold.unit in _IN_A_SECOND:
        return formats.duration(found)
    if threshold.unit == "%":
        return formats.percent(found)
    return f"{found:,.1f}/s" if threshold.metric == "rate" else formats.count(int(found))
