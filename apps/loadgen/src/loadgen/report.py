"""What a person sees: a table that lives, a line now and then, and the table at the end.

`LiveTable` and `Lines` do the same for a terminal and for a log: `render(snapshot)`, of which
each remembers what it needs to show the last seconds.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from loadgen import formats
from loadgen.results import Result
from loadgen.stats import Environment, Figures, Snapshot, merge_cells

WINDOW_SECONDS = 10
"""Of how many seconds the live table shows rates, errors and latencies."""

BARS = 12
BAR_SECONDS = 5
"""The sparkline of the live table: one minute."""

ALARMING = 0.01
"""The share of failed requests from which an environment's state is "errors"."""

_LEVELS = "▁▂▃▄▅▆▇█"
_COLUMNS = (
    ("sent\n/s", 6),
    ("answers\n/s", 7),
    ("errors\n%", 6),
    ("p50\nms", 6),
    ("p95\nms", 6),
    ("p99\nms", 6),
    ("service\np95 ms", 7),
    ("in\nflight", 6),
    ("\ndropped", 7),
)


class LiveTable:
    """One row for each environment, as wide as a terminal of 100 columns; nothing in it moves."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._past: deque[tuple[float, dict[str, Figures]]] = deque()

    def render(self, snapshot: Snapshot) -> RenderableType:
        """Return the table of this moment, for `rich.live.Live.update`."""
        self._remember(snapshot)
        then, before = self._past[0]
        seconds = snapshot.elapsed - then
        table = _live_table()
        for one in snapshot.environments:
            recent = one.total.since(before[one.name]) if seconds else one.total
            table.add_row(*_live_row(one, recent, seconds, snapshot.elapsed))
        head = Table.grid(expand=True)
        head.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        head.add_column(justify="right", no_wrap=True)
        head.add_row(Text(self._title, style="bold"), f"{snapshot.elapsed:,.0f} s")
        note = (
            f"The last {WINDOW_SECONDS} s, latencies from when requests were due. "
            "Dropped: since the start."
        )
        return Group(head, table, Text(note, style="dim"))

    def _remember(self, snapshot: Snapshot) -> None:
        """Keep one state a second, the oldest one being about as old as the window is long."""
        past = self._past
        if not past or snapshot.elapsed - past[-1][0] >= 1:
            past.append((snapshot.elapsed, {one.name: one.total for one in snapshot.environments}))
        while len(past) > 1 and snapshot.elapsed - past[1][0] >= WINDOW_SECONDS:
            past.popleft()


class Lines:
    """One line for each environment, for logs and grep."""

    def __init__(self) -> None:
        self._past: Snapshot | None = None

    def render(self, snapshot: Snapshot) -> str:
        """Return the lines about what happened since the last call."""
        past, self._past = self._past, snapshot
        lines = []
        for one in snapshot.environments:
            recent = one.total.since(past.environment(one.name).total) if past else one.total
            seconds = snapshot.elapsed - (past.elapsed if past else 0.0)
            lines.append(_line(one.name, recent, one.total.in_flight, seconds, snapshot.elapsed))
        return "\n".join(lines)


def final(result: Result) -> RenderableType:
    """Return the tables of a run that is over, for `rich.console.Console.print`.

    A console of less than 120 columns may cut figures off: give a log a width of its own.
    """
    parts: list[RenderableType] = [_final_table(result.snapshot)]
    parts += _errors(result.snapshot)
    if result.verdicts:
        parts.append(_verdicts(result))
    if remarks := result.remarks:
        parts.append(Padding(Group(*(Text(f"! {remark}") for remark in remarks)), (1, 0, 0, 0)))
    return Group(*parts)


def sparkline(values: Sequence[float | None]) -> str:
    """Draw one character for each value, from zero to the greatest; None is a gap."""
    top = max((value for value in values if value is not None), default=0.0) or 1.0
    return "".join(
        " " if value is None else _LEVELS[min(7, int(value / top * 8))] for value in values
    )


def _live_table() -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=0, pad_edge=False, show_edge=False)
    table.header_style = "dim"
    table.add_column("\nenvironment", width=12, no_wrap=True, overflow="ellipsis", style="bold")
    table.add_column("\nstate", width=8, no_wrap=True)
    for header, width in _COLUMNS:
        table.add_column(header, width=width, justify="right", no_wrap=True)
    table.add_column("p95 of the\nlast minute", width=BARS, no_wrap=True)
    return table


def _live_row(
    one: Environment, recent: Figures, seconds: float, elapsed: float
) -> Iterator[str | Text]:
    p50, p95, p99 = recent.intended.quantiles((0.5, 0.95, 0.99))
    yield Text(one.name)
    yield _state(one.total, recent)
    yield _short_rate(recent.sent, seconds)
    yield _short_rate(sum(recent.statuses.values()), seconds)
    yield _bare_percent(recent.error_ratio)
    yield from (formats.milliseconds(value) for value in (p50, p95, p99))
    yield formats.milliseconds(recent.service.quantile(0.95))
    yield formats.count(one.total.in_flight)
    yield formats.count(one.total.dropped)
    yield sparkline(_last_minute(one, elapsed))


def _state(total: Figures, recent: Figures) -> Text:
    if recent.sent and not recent.statuses:
        silent = bool(total.ended) or total.in_flight > 1
        return Text("■ silent", style="red") if silent else Text("○ starts", style="dim")
    if (recent.error_ratio or 0) > ALARMING:
        return Text("▲ errors", style="red")
    if recent.dropped:
        return Text("▼ drops", style="yellow")
    return Text("● ok", style="green")


def _last_minute(one: Environment, elapsed: float) -> list[float | None]:
    """Return p95 of each five seconds of the last minute, or of each cell that is longer.

    Bars begin at full multiples of their length, so that they move on as a whole.
    """
    by = max(1, BAR_SECONDS // one.cell_seconds)
    end = math.ceil(elapsed / (by * one.cell_seconds))
    bars = merge_cells(one.cells[max(0, end - BARS) * by : end * by], by)
    return [bar.intended.quantile(0.95) for bar in bars]


def _short_rate(number: int, seconds: float) -> str:
    rate = number / seconds if seconds > 0 else None
    if rate is None:
        return formats.NOTHING
    return f"{rate:.1f}" if rate < 999.95 else f"{rate:,.0f}"


def _bare_percent(share: float | None) -> str:
    return formats.percent(share).removesuffix(" %")


def _line(name: str, recent: Figures, in_flight: int, seconds: float, elapsed: float) -> str:
    p50, p95, p99 = recent.intended.quantiles((0.5, 0.95, 0.99))
    latencies = {"p50": p50, "p95": p95, "p99": p99, "service_p95": recent.service.quantile(0.95)}
    fields = {
        "t": f"{elapsed:.0f}s",
        "env": name,
        "wanted": f"{formats.per_second(recent.wanted, seconds)}/s",
        "sent": f"{formats.per_second(recent.sent, seconds)}/s",
        "answered": f"{formats.per_second(sum(recent.statuses.values()), seconds)}/s",
        "errors": formats.percent(recent.error_ratio).replace(" ", ""),
        **{
            key: "-" if value is None else f"{formats.milliseconds(value).replace(',', '')}ms"
            for key, value in latencies.items()
        },
        "in_flight": str(in_flight),
        "dropped": str(recent.dropped),
    }
    return " ".join(f"{key}={value.replace(formats.NOTHING, '-')}" for key, value in fields.items())


def _final_table(snapshot: Snapshot) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    table.header_style = "dim"
    table.add_column("\nenvironment, route", overflow="fold")
    for header in (
        "\nsent",
        "rate\n/s",
        "p50\nms",
        "p95\nms",
        "p99\nms",
        "max\nms",
        "service\np95 ms",
        "\nerrors",
        "errors\n%",
        "\n4xx",
        "\ndropped",
    ):
        table.add_column(header, justify="right", no_wrap=True)
    for one in snapshot.environments:
        table.add_row(Text(one.name), *_final_cells(one.total, snapshot.elapsed), style="bold")
        for route, figures in one.routes.items():
            table.add_row(Text(f"  {route}"), *_final_cells(figures, snapshot.elapsed))
        table.add_section()
    return table


def _final_cells(figures: Figures, elapsed: float) -> Iterator[str]:
    yield formats.count(figures.sent)
    yield formats.per_second(figures.sent, elapsed)
    for value in (*figures.intended.quantiles((0.5, 0.95, 0.99)), figures.intended.longest):
        yield formats.milliseconds(value)
    yield formats.milliseconds(figures.service.quantile(0.95))
    yield formats.count(figures.failed)
    yield _bare_percent(figures.error_ratio)
    yield formats.count(figures.refused)
    yield formats.count(figures.dropped)


def _errors(snapshot: Snapshot) -> Iterator[Text]:
    for one in snapshot.environments:
        kinds = sorted(one.total.errors.items(), key=lambda kind: -kind[1])
        if kinds:
            listed = ", ".join(f"{formats.count(number)} {kind}" for kind, number in kinds)
            yield Text(f"Errors of {one.name}: {listed}")


def _verdicts(result: Result) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for verdict in result.verdicts:
        state = Text("✘ missed", "red") if verdict.missed else Text("✔ kept", "green")
        table.add_row(state, Text(verdict.threshold), Text(verdict.subject), Text(verdict.shown))
    return Padding(Group(Text("Thresholds", style="bold"), table), (1, 0, 0, 0))
