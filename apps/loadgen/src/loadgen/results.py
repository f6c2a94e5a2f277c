"""The result of a run as a value, as JSON, and of several generators as one.

The JSON document, format 1. Whoever reads it ignores keys that are not listed here:

    format         1
    begun          when the run began, ISO 8601 in UTC
    seconds        for how long requests were due
    interrupted    whether ^C ended it
    cpu_seconds    what the generator itself used of a core
    settings       what was asked for, as texts
    thresholds     threshold, subject (environment, or environment and route), missed, found
                   (in the threshold's unit, or null), shown (found, for people)
    remarks        what to know before the figures are believed, as sentences
    environments   name, url, profile, total, routes (by template), timeline

`total` and each route have the counts of `loadgen.stats.Figures`, besides them for convenience
`failed`, `refused`, `rate`, `latency_ms` and `service_ms` (p50, p95, p99, max; null when nothing
was measured), and the whole histograms `intended`, `service` and `lateness` as
`loadgen.histogram.Packed`, from which every other quantile can be had. `timeline` is
`cell_seconds` and `cells`, each with the counts of `loadgen.stats.Cell`, `latency_ms`, and the
histogram `intended`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any, TypeVar

from loadgen.errors import UsageError
from loadgen.histogram import Histogram
from loadgen.remarks import remarks
from loadgen.stats import (
    EMPTY_CELL,
    Cell,
    Environment,
    Figures,
    Snapshot,
    add_cells,
    merge_cells,
    together,
)
from loadgen.thresholds import Verdict, evaluate, parse

Key = TypeVar("Key")

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Aim:
    """At what an environment's requests went, and in which pattern; texts for people."""

    url: str
    profile: str


@dataclass(frozen=True, slots=True)
class Result:
    """A run that is over.

    `aims` is by environment. `settings` are texts, in the order in which they are shown, such
    as {"seed": "7", "timeout": "10 s"}. `cpu_seconds` is what the generator itself used.
    """

    begun: datetime
    aims: Mapping[str, Aim]
    settings: Mapping[str, str]
    snapshot: Snapshot
    verdicts: Sequence[Verdict]
    interrupted: bool
    cpu_seconds: float

    @property
    def passed(self) -> bool:
        """Whether no threshold was missed."""
        return not any(verdict.missed for verdict in self.verdicts)

    @property
    def remarks(self) -> list[str]:
        """What to know before the figures are believed, as sentences."""
        return remarks(self.snapshot, self.cpu_seconds, interrupted=self.interrupted)


def to_json(result: Result) -> dict[str, Any]:
    """Return the result as the document that the module describes."""
    return {
        "format": FORMAT,
        "begun": result.begun.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": result.snapshot.elapsed,
        "interrupted": result.interrupted,
        "cpu_seconds": result.cpu_seconds,
        "settings": dict(result.settings),
        "thresholds": [_verdict_to_json(verdict) for verdict in result.verdicts],
        "remarks": result.remarks,
        "environments": [
            _environment_to_json(one, result.aims[one.name], result.snapshot.elapsed)
            for one in result.snapshot.environments
        ],
    }


def from_json(document: Any, *, name: str) -> Result:  # noqa: ANN401 - whatever a file holds
    """Return the result that was written; raises UsageError, in which `name` is the file's."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise UsageError(
            f"{name} is no result of the load generator in format {FORMAT}.",
            hint="Give files that were written by --json, by this version.",
        )
    try:
        return _from_json(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"{name} is damaged: {type(error).__name__} {error}.",
            hint="Give a file as --json wrote it, or leave it out.",
        ) from error


def merge(results: Sequence[Result]) -> Result:
    """Return the results of generators that ran side by side as one result.

    Counts and histograms add up, so quantiles are those of all requests. Timelines are laid
    over each other from the start of each run. The result is as long as the longest run, and
    its thresholds are judged anew. `cpu_seconds` is that of the busiest generator.
    """
    elapsed = max(result.snapshot.elapsed for result in results)
    names = list(dict.fromkeys(one.name for r in results for one in r.snapshot.environments))
    found = [
        [one for r in results for one in r.snapshot.environments if one.name == name]
        for name in names
    ]
    snapshot = Snapshot(elapsed, tuple(_merge_environment(parts) for parts in found))
    texts = list(dict.fromkeys(v.threshold for result in results for v in result.verdicts))
    routes = {route for one in snapshot.environments for route in one.routes}
    # A threshold may be of a route that was asked for and never drawn.
    routes |= {v.subject.partition(" ")[2] for result in results for v in result.verdicts} - {""}
    return Result(
        begun=min(result.begun for result in results),
        aims={
            name: _merge_aim([r.aims[name] for r in results if name in r.aims]) for name in names
        },
        settings=_merge_settings([result.settings for result in results]),
        snapshot=snapshot,
        verdicts=evaluate(parse(texts, names, sorted(routes)), snapshot),
        interrupted=any(result.interrupted for result in results),
        cpu_seconds=max(result.cpu_seconds for result in results),
    )


def _verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "threshold": verdict.threshold,
        "subject": verdict.subject,
        "missed": verdict.missed,
        "found": verdict.found,
        "shown": verdict.shown,
    }


def _environment_to_json(one: Environment, aim: Aim, elapsed: float) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": aim.url,
        "profile": aim.profile,
        "total": _figures_to_json(one.total, elapsed),
        "routes": {
            route: _figures_to_json(figures, elapsed) for route, figures in one.routes.items()
        },
        "timeline": {
            "cell_seconds": one.cell_seconds,
            "cells": [_cell_to_json(cell) for cell in one.cells],
        },
    }


def _figures_to_json(figures: Figures, elapsed: float) -> dict[str, Any]:
    return {
        "sent": figures.sent,
        "dropped": figures.dropped,
        "ended": figures.ended,
        "failed": figures.failed,
        "refused": figures.refused,
        "rate": figures.sent / elapsed if elapsed > 0 else None,
        "statuses": {str(status): count for status, count in figures.statuses.items()},
        "errors": dict(figures.errors),
        "latency_ms": _latency_to_json(figures.intended),
        "service_ms": _latency_to_json(figures.service),
        "intended": figures.intended.pack(),
        "service": figures.service.pack(),
        "lateness": figures.lateness.pack(),
    }


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    return {
        "sent": cell.sent,
        "dropped": cell.dropped,
        "ended": cell.ended,
        "arrived": cell.arrived,
        "in_flight": cell.in_flight,
        "errors": dict(cell.errors),
        "latency_ms": _latency_to_json(cell.intended),
        "intended": cell.intended.pack(),
    }


def _latency_to_json(histogram: Histogram) -> dict[str, float | None]:
    found = (*histogram.quantiles((0.5, 0.95, 0.99)), histogram.longest)
    return {
        name: None if seconds is None else round(seconds * 1000, 3)
        for name, seconds in zip(("p50", "p95", "p99", "max"), found, strict=True)
    }


def _from_json(document: dict[str, Any]) -> Result:
    environments = document["environments"]
    return Result(
        begun=datetime.fromisoformat(document["begun"]),
        aims={one["name"]: Aim(str(one["url"]), str(one["profile"])) for one in environments},
        settings={str(name): str(value) for name, value in document["settings"].items()},
        snapshot=Snapshot(
            float(document["seconds"]), tuple(_environment_from_json(one) for one in environments)
        ),
        verdicts=[
            Verdict(one["threshold"], one["subject"], one["missed"], one["found"], one["shown"])
            for one in document["thresholds"]
        ],
        interrupted=bool(document["interrupted"]),
        cpu_seconds=float(document["cpu_seconds"]),
    )


def _environment_from_json(one: dict[str, Any]) -> Environment:
    return Environment(
        name=str(one["name"]),
        total=_figures_from_json(one["total"]),
        routes={str(route): _figures_from_json(it) for route, it in one["routes"].items()},
        cell_seconds=int(one["timeline"]["cell_seconds"]),
        cells=tuple(_cell_from_json(cell) for cell in one["timeline"]["cells"]),
    )


def _figures_from_json(figures: dict[str, Any]) -> Figures:
    return Figures(
        sent=int(figures["sent"]),
        dropped=int(figures["dropped"]),
        ended=int(figures["ended"]),
        statuses=_counts(figures["statuses"], int),
        errors=_counts(figures["errors"], str),
        intended=Histogram.unpack(figures["intended"]),
        service=Histogram.unpack(figures["service"]),
        lateness=Histogram.unpack(figures["lateness"]),
    )


def _cell_from_json(cell: dict[str, Any]) -> Cell:
    return Cell(
        sent=int(cell["sent"]),
        dropped=int(cell["dropped"]),
        ended=int(cell["ended"]),
        arrived=int(cell["arrived"]),
        in_flight=int(cell["in_flight"]),
        errors=_counts(cell["errors"], str),
        intended=Histogram.unpack(cell["intended"]),
    )


def _counts(counts: Mapping[str, int], key: Callable[[str], Key]) -> dict[Key, int]:
    return {key(name): int(count) for name, count in counts.items()}


def _merge_environment(parts: Sequence[Environment]) -> Environment:
    routes = sorted({route for part in parts for route in part.routes})
    width = max(part.cell_seconds for part in parts)
    cells: tuple[Cell, ...] = ()
    for part in parts:
        wider = merge_cells(part.cells, width // part.cell_seconds)
        cells = tuple(
            add_cells(left, right)
            for left, right in zip_longest(cells, wider, fillvalue=EMPTY_CELL)
        )
    return Environment(
        name=parts[0].name,
        total=together(part.total for part in parts),
        routes={
            route: together(part.routes[route] for part in parts if route in part.routes)
            for route in routes
        },
        cell_seconds=width,
        cells=cells,
    )


def _merge_aim(aims: Sequence[Aim]) -> Aim:
    return Aim(_each(aim.url for aim in aims), _each(aim.profile for aim in aims))


def _merge_settings(settings: Sequence[Mapping[str, str]]) -> dict[str, str]:
    names = dict.fromkeys(name for one in settings for name in one)
    return {name: _each(one[name] for one in settings if name in one) for name in names}


def _each(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(texts))
