"""The charts of a run, each in its panel."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from loadgen import charts, formats
from loadgen.charts import Scale, Tick
from loadgen.results import Result
from loadgen.stats import Cell, Environment, Figures, merge_cells

MOST_POINTS = 120
"""How many points a line has at most; the quantiles of a point are those of all its requests."""

MOST_KINDS = 4
"""How many kinds of error have a colour of their own; the others share one."""

HUES = 6
"""How many environments have a colour of their own; then colours repeat, names do not."""

QUANTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class _Timeline:
    """An environment's cells as charts show them; `hue` is its colour's number.

    Cell i begins i * `seconds` after the start; the last one may be shorter.
    """

    name: str
    hue: int
    seconds: float
    cells: Sequence[Cell]
    end: float
    span: float

    def edges(self, index: int) -> tuple[float, float]:
        """Return where the cell is, as shares of the time axis."""
        start = index * self.seconds
        return start / self.span, (start + self.length(index)) / self.span

    def middle(self, index: int) -> float:
        return sum(self.edges(index)) / 2

    def length(self, index: int) -> float:
        return min(self.seconds, self.end - index * self.seconds)

    def when(self, index: int) -> str:
        start = index * self.seconds
        return f"{charts.clock(start)} to {charts.clock(start + self.length(index))}"


def over_time(result: Result) -> Iterator[str]:
    """Draw latency, rates and errors of each environment; latencies on one scale for all."""
    timelines = _timelines(result)
    scale = charts.logarithmic(
        value
        for timeline in timelines
        for cell in timeline.cells
        for value in cell.intended.quantiles(QUANTILES)
        if value is not None
    )
    for timeline in timelines:
        yield (
            f'<article class="row e{timeline.hue}"><h3>{key(timeline.hue - 1)}'
            f'{escape(timeline.name)}</h3><div class="trio">'
            f"{_latency_chart(timeline, scale)}{_rate_chart(timeline)}{_error_chart(timeline)}"
            "</div></article>"
        )


def _timelines(result: Result) -> list[_Timeline]:
    elapsed = result.snapshot.elapsed
    return [
        _timeline(one, hue_of(index), elapsed)
        for index, one in enumerate(result.snapshot.environments)
    ]


def _timeline(one: Environment, hue: int, elapsed: float) -> _Timeline:
    """Leave out what came after the end, and the last cell if the run ended within it."""
    whole = one.cells[: int(elapsed // one.cell_seconds)] or one.cells[:1]
    by = max(1, math.ceil(len(whole) / MOST_POINTS))
    span = elapsed or 1.0
    end = min(span, len(whole) * one.cell_seconds)
    return _Timeline(one.name, hue, one.cell_seconds * by, merge_cells(whole, by), end, span)


def _latency_chart(timeline: _Timeline, scale: Scale) -> str:
    found = [cell.intended.quantiles(QUANTILES) for cell in timeline.cells]
    lines: list[list[charts.Point]] = [
        [
            (timeline.middle(index), None if values[rank] is None else scale.at(values[rank] or 0))
            for index, values in enumerate(found)
        ]
        for rank in range(3)
    ]
    shapes = charts.band(lines[0], lines[2], "band") + "".join(
        charts.line(points, css) for points, css in zip(lines, ("p50", "p95", "p99"), strict=True)
    )
    for index, (p50, p95, p99) in enumerate(found):
        if p50 is not None:
            figures = f"p50 {_ms(p50)}, p95 {_ms(p95)}, p99 {_ms(p99)}"
            shapes += charts.hover(*timeline.edges(index), f"{timeline.when(index)}: {figures}")
    ends = [
        (height, name, "end")
        for name, points in zip(("p50", "p95", "p99"), lines, strict=True)
        if (height := next((y for _, y in reversed(points) if y is not None), None)) is not None
    ]
    return _panel(
        "Latency",
        "from when a request was due: p50, <b>p95</b> and p99",
        charts.frame(
            shapes,
            label=f"Latency of {timeline.name} over time: p50, p95 and p99.",
            y=_latency_ticks(scale),
            x=charts.time_ticks(timeline.span),
            ends=ends,
        ),
    )


def _rate_chart(timeline: _Timeline) -> str:
    wanted, answered, dropped = (
        [number / timeline.length(index) for index, number in enumerate(numbers)]
        for numbers in (
            [cell.sent + cell.dropped for cell in timeline.cells],
            [cell.arrived for cell in timeline.cells],
            [cell.dropped for cell in timeline.cells],
        )
    )
    scale = charts.linear(max([*wanted, *answered], default=0))
    middles = [timeline.middle(index) for index in range(len(timeline.cells))]
    shapes = charts.area([(x, scale.at(y)) for x, y in zip(middles, wanted, strict=True)], "wanted")
    shapes += charts.line(
        [(x, scale.at(y)) for x, y in zip(middles, answered, strict=True)], "answered"
    )
    for index, cell in enumerate(timeline.cells):
        edges = timeline.edges(index)
        if cell.dropped:
            shapes += charts.bar(*edges, 0, scale.at(dropped[index]), "dropped")
        figures = f"{wanted[index]:.1f}/s wanted, {answered[index]:.1f}/s answered"
        figures += f", {dropped[index]:.1f}/s dropped" if cell.dropped else ""
        figures += f", {formats.count(cell.in_flight)} in flight"
        shapes += charts.hover(*edges, f"{timeline.when(index)}: {figures}")
    legend = _legend("wanted", "wanted") + _legend("answered", "answered")
    if any(dropped):
        legend += _legend("dropped", "dropped")
    return _panel(
        "Requests a second",
        legend,
        charts.frame(
            shapes,
            label=f"Requests a second of {timeline.name}: wanted, answered and dropped.",
            y=[Tick(scale.at(value), f"{value:g}") for value in scale.values],
            x=charts.time_ticks(timeline.span),
        ),
    )


def _error_chart(timeline: _Timeline) -> str:
    total = Counter[str]()
    for cell in timeline.cells:
        total.update(cell.errors)
    if not total:
        return _panel("Errors a second", "", '<p class="none">No errors</p>')
    named = [kind for kind, _ in total.most_common(MOST_KINDS)]
    most = max(
        sum(cell.errors.values()) / timeline.length(index)
        for index, cell in enumerate(timeline.cells)
    )
    scale = charts.linear(most)
    shapes = "".join(
        _error_bars(timeline, index, named, scale)
        for index, cell in enumerate(timeline.cells)
        if cell.errors
    )
    legend = "".join(
        _legend(f"k{rank}", f"{kind} {formats.count(total[kind])}")
        for rank, kind in enumerate(named)
    )
    if others := total.total() - sum(total[kind] for kind in named):
        legend += _legend(f"k{MOST_KINDS}", f"others {formats.count(others)}")
    return _panel(
        "Errors a second",
        legend,
        charts.frame(
            shapes,
            label=f"Errors a second of {timeline.name} by kind.",
            y=[Tick(scale.at(value), f"{value:g}") for value in scale.values],
            x=charts.time_ticks(timeline.span),
        ),
    )


def _error_bars(timeline: _Timeline, index: int, named: Sequence[str], scale: Scale) -> str:
    """Draw one cell's errors, the most frequent kind of the run at the bottom."""
    errors = timeline.cells[index].errors
    ranked = Counter[int]()
    for kind, number in errors.items():
        ranked[named.index(kind) if kind in named else MOST_KINDS] += number
    edges = timeline.edges(index)
    shapes, below = "", 0.0
    for rank, number in sorted(ranked.items()):
        above = below + number / timeline.length(index)
        shapes += charts.bar(*edges, scale.at(below), scale.at(above), f"k{rank}")
        below = above
    listed = ", ".join(f"{formats.count(number)} {kind}" for kind, number in errors.items())
    return shapes + charts.hover(*edges, f"{timeline.when(index)}: {listed}")


def distribution(result: Result) -> str:
    """Draw each environment's quantiles; each step to the right is ten times as rare."""
    environments = result.snapshot.environments
    most = max((one.total.intended.count for one in environments), default=0)
    nines = max(2.0, min(5.0, math.log10(max(most, 1))))
    curves = [_curve(one.total, nines) for one in environments]
    scale = charts.logarithmic(value for curve in curves for _, value in curve)
    shapes, ends = "", []
    for index, (one, curve) in enumerate(zip(environments, curves, strict=True)):
        points = [(x, scale.at(value)) for x, value in curve]
        if not points:
            continue
        hue = hue_of(index)
        shapes += charts.line(points, f"curve e{hue}")
        ends.append((points[-1][1], one.name, f"end e{hue}"))
        for q in (0.5, 0.9, 0.95, 0.99, 0.999, 0.9999):
            value = one.total.intended.quantile(q)
            if value is not None and _rarity(q) <= points[-1][0] * nines:
                title = f"{one.name}: p{q * 100:g} {_ms(value)}"
                shapes += charts.dot(_rarity(q) / nines, scale.at(value), f"e{hue}", title)
    ticks = [
        Tick(_rarity(q) / nines, f"{q * 100:g} %")
        for q in (0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999)
        if _rarity(q) <= nines
    ]
    return charts.frame(
        shapes,
        label="Latency that a share of all requests did not exceed, by environment.",
        y=_latency_ticks(scale),
        x=ticks,
        ends=ends,
    )


def _curve(total: Figures, nines: float) -> list[tuple[float, float]]:
    if not total.intended.count:
        return []
    last = min(nines, math.log10(total.intended.count)) or 0.01
    shares = [last * step / 100 for step in range(101)]
    values = total.intended.quantiles([1 - 10**-share for share in shares])
    return [(share / nines, value) for share, value in zip(shares, values, strict=True) if value]


def _rarity(q: float) -> float:
    return -math.log10(1 - q)


def routes(result: Result) -> str:
    """Draw a bar from p50 over p95 to p99 for each route, environments below each other."""
    environments = result.snapshot.environments
    routes = sorted({route for one in environments for route in one.routes})
    scale = charts.logarithmic(
        value
        for one in environments
        for figures in one.routes.values()
        for value in figures.intended.quantiles(QUANTILES)
        if value is not None
    )
    groups = []
    for route in routes:
        bars = "".join(
            _route_bar(one.name, index, one.routes[route], scale)
            for index, one in enumerate(environments)
            if route in one.routes
        )
        groups.append(f'<div class="route"><h4>{escape(route)}</h4><div>{bars}</div></div>')
    axis = "".join(
        f'<i style="left:{tick.at:.2%}">{escape(tick.label)}</i>' for tick in _latency_ticks(scale)
    )
    return (
        f'{"".join(groups)}<div class="route axis"><h4></h4><div><div class="bar"><span></span>'
        f'<div class="x">{axis}</div><span></span></div></div></div>'
    )


def _route_bar(name: str, index: int, figures: Figures, scale: Scale) -> str:
    p50, p95, p99 = figures.intended.quantiles(QUANTILES)
    shapes = "".join(
        f'<path class="grid" d="M{round(scale.at(value) * charts.WIDTH)} 0V{charts.HEIGHT}"/>'
        for value in scale.values
    )
    if p50 is not None and p95 is not None and p99 is not None:
        at = [scale.at(value) for value in (p50, p95, p99)]
        shapes += charts.line([(at[0], 0.5), (at[2], 0.5)], "far")
        shapes += charts.line([(at[0], 0.5), (at[1], 0.5)], "near")
        shapes += charts.dot(at[0], 0.5, "", f"{name}: p50 {_ms(p50)}")
        shapes += charts.hover(0, 1, f"{name}: p50 {_ms(p50)}, p95 {_ms(p95)}, p99 {_ms(p99)}")
    value, unit = latency(p95)
    return (
        f'<div class="bar e{hue_of(index)}"><span>{escape(name)}</span>'
        f"{charts.strip(shapes, f'{name}: p50 {_ms(p50)}, p95 {_ms(p95)}, p99 {_ms(p99)}')}"
        f"<span>{value}<small>{unit}</small></span></div>"
    )


def _panel(title: str, note: str, body: str) -> str:
    """Put a chart under its title; `note` is HTML."""
    return f'<div class="panel"><h4>{title}</h4><p class="note">{note}</p>{body}</div>'


def _legend(css: str, text: str) -> str:
    return f'<span><b class="sw {css}"></b>{escape(text)}</span>'


def key(index: int) -> str:
    """Return the shape and colour by which an environment is known again."""
    return f'<span class="key e{hue_of(index)}">{"●■▲◆⬢★"[hue_of(index) - 1]}</span>'


def hue_of(index: int) -> int:
    """Return the number of the colour that an environment has."""
    return index % HUES + 1


def _latency_ticks(scale: Scale) -> list[Tick]:
    return [Tick(scale.at(value), formats.duration(value)) for value in scale.values]


def _ms(seconds: float | None) -> str:
    return formats.duration(seconds)


def latency(seconds: float | None) -> tuple[str, str]:
    """Write a latency as a figure and, if there is one, its unit."""
    return formats.milliseconds(seconds), "" if seconds is None else "ms"
