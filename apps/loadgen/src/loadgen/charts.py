"""Charts as SVG, without script: shapes stretch with the page, words stay as they are.

A shape lives in a box of WIDTH by HEIGHT units that is stretched over the plot, so axis labels
are HTML beside it, placed in percent. Every text that comes in is escaped here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

WIDTH, HEIGHT = 1000, 400

Point = tuple[float, float | None]
"""Where something is, in shares of the plot's width and height; None where nothing is."""

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_MOST_TICKS = 6
_CLOSEST = 0.085
"""How near the labels of two lines may come, as a share of the plot's height."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis, as a share of its length."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Where values lie on an axis."""

    low: float
    high: float
    logarithmic: bool
    values: tuple[float, ...]

    def at(self, value: float) -> float:
        """Return the share of the axis, from 0 to 1."""
        if self.logarithmic:
            share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, share))


def linear(greatest: float) -> Scale:
    """Return a scale from zero to a round number."""
    power = 10 ** math.floor(math.log10(greatest)) if greatest > 0 else 1
    top = next(
        (step * power for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if step * power >= greatest),
        1,
    )
    return Scale(0, top, logarithmic=False, values=(0, top / 2, top))


def logarithmic(values: Iterable[float]) -> Scale:
    """Return a scale of positive values whose ends are 1, 2 or 5 times a power of ten."""
    positive = [value for value in values if value > 0] or [0.001, 0.1]
    low = max(round_ for round_ in _rounds(min(positive)) if round_ <= min(positive) * 1.001)
    high = min(round_ for round_ in _rounds(max(positive)) if round_ >= max(positive) * 0.999)
    high = max(high, low * 10)
    ticks = [it for it in _rounds(low, high) if low * 0.999 <= it <= high * 1.001]
    if len(ticks) > _MOST_TICKS:
        ticks = [it for it in ticks if abs(math.log10(it) - round(math.log10(it))) < 1e-6]
    return Scale(low, high, logarithmic=True, values=tuple(ticks))


def time_ticks(seconds: float) -> list[Tick]:
    """Return the ticks of a time axis of that length."""
    step = next((it for it in _STEPS if seconds / it <= _MOST_TICKS), _STEPS[-1])
    return [Tick(at / seconds, clock(at)) for at in range(0, math.floor(seconds * 0.97) + 1, step)]


def clock(seconds: float) -> str:
    """Write a time since the start: 1:20, 2:00:05."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def line(points: Sequence[Point], css: str) -> str:
    """Draw a line that breaks where nothing is."""
    path = "".join(_path(run) for run in _runs(points))
    return f'<path class="{css}" d="{path}"/>' if path else ""


def area(points: Sequence[Point], css: str) -> str:
    """Fill what is below a line."""
    return band([(x, None if y is None else 0.0) for x, y in points], points, css)


def band(lower: Sequence[Point], upper: Sequence[Point], css: str) -> str:
    """Fill what is between two lines that break at the same places."""
    path = "".join(
        f"{_path([*above, *reversed(below)])}Z"
        for below, above in zip(_runs(lower), _runs(upper), strict=True)
        if len(above) > 1
    )
    return f'<path class="{css}" d="{path}"/>' if path else ""


def bar(left: float, right: float, low: float, high: float, css: str) -> str:
    """Draw a bar; all four are shares."""
    x, y = _x(left), _y(high)
    width, height = max(1, _x(right) - x), _y(low) - y
    return f'<rect class="{css}" x="{x}" y="{y}" width="{width}" height="{height}"/>'


def dot(x: float, y: float, css: str, title: str) -> str:
    """Draw a dot that stays round."""
    at = f"M{_x(x)} {_y(y)}h0"
    return f'<path class="dot {css}" d="{at}"><title>{escape(title)}</title></path>'


def hover(left: float, right: float, title: str) -> str:
    """Make a column of the plot tell its figures to the pointer."""
    x = _x(left)
    return (
        f'<rect class="hit" x="{x}" width="{max(1, _x(right) - x)}" height="{HEIGHT}">'
        f"<title>{escape(title)}</title></rect>"
    )


def frame(
    shapes: str,
    *,
    label: str,
    y: Sequence[Tick],
    x: Sequence[Tick],
    ends: Sequence[tuple[float, str, str]] = (),
) -> str:
    """Put axes around shapes; `label` is what the chart shows, in a sentence.

    `ends` are words at the right end of lines: height (share), text and CSS class.
    """
    grid = "".join(f'<path class="grid" d="M0 {_y(tick.at)}H{WIDTH}"/>' for tick in y)
    words = "".join(
        f'<i class="{css}" style="bottom:{height:.1%}">{escape(text)}</i>'
        for height, text, css in _apart(ends)
    )
    return (
        '<div class="chart">'
        f'<div class="y">{_labels(y, "bottom")}</div>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(label)}">{grid}{shapes}</svg>'
        f'<div class="ends">{words}</div>'
        f'<div class="x">{_labels(x, "left")}</div>'
        "</div>"
    )


def strip(shapes: str, label: str) -> str:
    """Return shapes as one flat row without axes."""
    return (
        f'<svg class="strip" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(label)}">{shapes}</svg>'
    )


def _rounds(low: float, high: float | None = None) -> list[float]:
    first = math.floor(math.log10(low)) - 1
    last = math.ceil(math.log10(high or low)) + 1
    return [step * 10.0**power for power in range(first, last + 1) for step in (1, 2, 5)]


def _runs(points: Sequence[Point]) -> Iterator[list[tuple[float, float]]]:
    """Yield stretches without a gap."""
    for there, run in groupby(points, key=lambda point: point[1] is not None):
        if there:
            yield [(x, y) for x, y in run if y is not None]


def _path(run: Sequence[tuple[float, float]]) -> str:
    if len(run) == 1:
        return f"M{_x(run[0][0])} {_y(run[0][1])}h0"
    return "M" + "L".join(f"{_x(x)} {_y(y)}" for x, y in run)


def _apart(ends: Sequence[tuple[float, str, str]]) -> Iterator[tuple[float, str, str]]:
    """Move labels up until none covers another."""
    lowest = 0.0
    room = 1.0 - _CLOSEST * (len(ends) - 1)
    for number, (height, text, css) in enumerate(sorted(ends, key=lambda end: end[0])):
        place = max(lowest, min(height, room + _CLOSEST * number))
        lowest = place + _CLOSEST
        yield place, text, css


def _labels(ticks: Sequence[Tick], side: str) -> str:
    return "".join(f'<i style="{side}:{tick.at:.2%}">{escape(tick.label)}</i>' for tick in ticks)


def _x(share: float) -> int:
    return round(share * WIDTH)


def _y(share: float) -> int:
    return round((1 - share) * HEIGHT)
