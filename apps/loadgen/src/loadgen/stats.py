"""What happened to the requests of a run, in memory that does not grow with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from loadgen.histogram import Histogram

Key = TypeVar("Key")

MAX_CELLS = 600
"""How many cells a timeline has at most; then neighbours merge and each is twice as wide."""

MAX_KINDS = 20
"""How many kinds of error an environment tells apart; further ones are OTHER."""

OTHER = "other"

TIMEOUT = "timeout"
"""The one kind of missing answer that has a latency: the true one is at least as long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended.

    `status` is None when there was no answer; `error` is then its kind, such as "refused",
    "timeout", "reset", "tls" or "garbage", and None whenever there was an answer.
    """

    status: int | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts and latencies of a route, or of an environment; nobody changes them.

    `ended` of the `sent` requests have an outcome. `dropped` were due and never sent, because
    too many were in flight. `statuses` counts the answers. `errors` counts, by kind, what had
    no answer or a status from 500 on (kind "status 503"). `intended` is from when a request was
    due until its end, `service` from when it was begun, both of answers and timeouts only: a
    refused connection tells nothing about latency. `lateness` is from due until begun: what the
    generator itself, or its wait for a connection, adds.
    """

    sent: int
    dropped: int
    ended: int
    statuses: Mapping[int, int]
    errors: Mapping[str, int]
    intended: Histogram
    service: Histogram
    lateness: Histogram

    @property
    def wanted(self) -> int:
        """How many requests were due."""
        return self.sent + self.dropped

    @property
    def in_flight(self) -> int:
        """How many requests have no outcome yet."""
        return self.sent - self.ended

    @property
    def failed(self) -> int:
        """How many requests had no answer, or one with a status from 500 on."""
        return sum(self.errors.values())

    @property
    def refused(self) -> int:
        """How many requests the API refused with 4xx, which is an answer and no error."""
        return sum(count for status, count in self.statuses.items() if 400 <= status < 500)

    @property
    def error_ratio(self) -> float | None:
        """The share of ended requests that failed; None while none ended."""
        return self.failed / self.ended if self.ended else None

    def since(self, earlier: Figures) -> Figures:
        """Return what happened after `earlier`, an older state of these figures."""
        return Figures(
            sent=self.sent - earlier.sent,
            dropped=self.dropped - earlier.dropped,
            ended=self.ended - earlier.ended,
            statuses=Counter(self.statuses) - Counter(earlier.statuses),
            errors=Counter(self.errors) - Counter(earlier.errors),
            intended=self.intended.since(earlier.intended),
            service=self.service.since(earlier.service),
            lateness=self.lateness.since(earlier.lateness),
        )


def together(parts: Iterable[Figures]) -> Figures:
    """Return the figures of all `parts` as one."""
    tally = _Tally()
    for part in parts:
        tally.add(part)
    return tally.freeze()


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of the timeline; nobody changes it.

    A request belongs to the cell in which it was due: there it counts as `sent` or `dropped`,
    later as `ended` and, by kind, in `errors`, and `intended` has its latency. Two figures are
    of the cell's own time: `arrived`, the answers that came (whenever their requests were due),
    and `in_flight`, the most requests without an outcome.
    """

    sent: int
    dropped: int
    ended: int
    arrived: int
    in_flight: int
    errors: Mapping[str, int]
    intended: Histogram


def merge_cells(cells: Sequence[Cell], by: int) -> tuple[Cell, ...]:
    """Return each `by` neighbours as one cell; the last one may have fewer."""
    return tuple(_one_cell(cells[at : at + by]) for at in range(0, len(cells), by))


def _one_cell(neighbours: Sequence[Cell]) -> Cell:
    cell = _Cell()
    for one in neighbours:
        cell.add(one, in_flight=max(cell.in_flight, one.in_flight))
    return cell.freeze()


def add_cells(left: Cell, right: Cell) -> Cell:
    """Return the same stretch of two runs as one.

    In flight are then at most as many as the two had at their worst.
    """
    cell = _Cell()
    for one in (left, right):
        cell.add(one, in_flight=cell.in_flight + one.in_flight)
    return cell.freeze()


EMPTY_CELL = Cell(0, 0, 0, 0, 0, {}, Histogram())


@dataclass(frozen=True, slots=True)
class Environment:
    """What happened in one environment: in all, by route, and over time.

    Cell i covers the seconds from i * `cell_seconds` on, counted from the start of the run.
    """

    name: str
    total: Figures
    routes: Mapping[str, Figures]
    cell_seconds: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a run after `elapsed` seconds; it stays as it is while the run goes on."""

    elapsed: float
    environments: tuple[Environment, ...]

    def environment(self, name: str) -> Environment:
        """Return the environment of that name; KeyError when there is none."""
        for one in self.environments:
            if one.name == name:
                return one
        raise KeyError(name)


class Recorder:
    """Takes note of every request; times are seconds since the run began, of the runner's clock.

    It costs a few microseconds a request. Memory depends on how many environments, routes and
    buckets of latency there are, never on how many requests. One thread uses it.
    """

    def __init__(self, environments: Sequence[str]) -> None:
        self._books = {name: _Book() for name in environments}

    def dropped(self, environment: str, route: str, *, due: float) -> None:
        """Note a request that was due and not sent, because too many were in flight."""
        book = self._books[environment]
        book.route(route).dropped += 1
        book.timeline.at(due).dropped += 1

    def sent(self, environment: str, route: str, *, due: float, began: float) -> None:
        """Note that a request is on its way."""
        book = self._books[environment]
        tally = book.route(route)
        tally.sent += 1
        tally.lateness.record(began - due)
        book.in_flight += 1
        cell = book.timeline.at(due)
        cell.sent += 1
        cell.in_flight = max(cell.in_flight, book.in_flight)

    def answered(
        self,
        environment: str,
        route: str,
        outcome: Outcome,
        *,
        due: float,
        began: float,
        ended: float,
    ) -> None:
        """Note how a request that was sent ended, with or without an answer."""
        book = self._books[environment]
        book.in_flight -= 1
        tally = book.route(route)
        tally.ended += 1
        timeline = book.timeline
        if outcome.status is not None:
            statuses = tally.statuses
            statuses[outcome.status] = statuses.get(outcome.status, 0) + 1
            timeline.at(ended).arrived += 1
        cell = timeline.at(due)
        cell.ended += 1
        if (kind := _error_of(outcome)) is not None:
            kind = book.known(kind)
            tally.errors[kind] = tally.errors.get(kind, 0) + 1
            cell.errors[kind] = cell.errors.get(kind, 0) + 1
        if outcome.status is not None or outcome.error == TIMEOUT:
            tally.intended.record(ended - due)
            tally.service.record(ended - began)
            cell.intended.record(ended - due)

    def snapshot(self, now: float) -> Snapshot:
        """Return the state after `now` seconds.

        Rates are by `now`: the last snapshot of a run takes the seconds for which requests were
        due, without the wait for what was in flight at the end.
        """
        return Snapshot(now, tuple(book.freeze(name) for name, book in self._books.items()))


def _error_of(outcome: Outcome) -> str | None:
    if outcome.status is None:
        return outcome.error or OTHER
    return f"status {outcome.status}" if outcome.status >= 500 else None


class _Tally:
    """Figures that grow."""

    __slots__ = (
        "dropped",
        "ended",
        "errors",
        "intended",
        "lateness",
        "sent",
        "service",
        "statuses",
    )

    def __init__(self) -> None:
        self.sent = self.dropped = self.ended = 0
        self.statuses: dict[int, int] = {}
        self.errors: dict[str, int] = {}
        self.intended, self.service, self.lateness = Histogram(), Histogram(), Histogram()

    def add(self, figures: Figures) -> None:
        self.sent += figures.sent
        self.dropped += figures.dropped
        self.ended += figures.ended
        _count(self.statuses, figures.statuses)
        _count(self.errors, figures.errors)
        self.intended.merge(figures.intended)
        self.service.merge(figures.service)
        self.lateness.merge(figures.lateness)

    def freeze(self) -> Figures:
        return Figures(
            sent=self.sent,
            dropped=self.dropped,
            ended=self.ended,
            statuses=dict(sorted(self.statuses.items())),
            errors=dict(sorted(self.errors.items())),
            intended=self.intended.copy(),
            service=self.service.copy(),
            lateness=self.lateness.copy(),
        )


class _Cell:
    """A cell that grows; once it was frozen, `thaw` comes before the next change."""

    __slots__ = ("arrived", "dropped", "ended", "errors", "frozen", "in_flight", "intended", "sent")

    def __init__(self) -> None:
        self.sent = self.dropped = self.ended = self.arrived = self.in_flight = 0
        self.errors: dict[str, int] = {}
        self.intended = Histogram()
        self.frozen: Cell | None = None

    def add(self, cell: Cell | _Cell, *, in_flight: int) -> None:
        self.sent += cell.sent
        self.dropped += cell.dropped
        self.ended += cell.ended
        self.arrived += cell.arrived
        self.in_flight = in_flight
        _count(self.errors, cell.errors)
        self.intended.merge(cell.intended)

    def freeze(self) -> Cell:
        """Return the cell as it is now; what did not change since last time costs nothing."""
        if self.frozen is None:
            self.frozen = Cell(
                sent=self.sent,
                dropped=self.dropped,
                ended=self.ended,
                arrived=self.arrived,
                in_flight=self.in_flight,
                errors=self.errors,
                intended=self.intended,
            )
        return self.frozen

    def thaw(self) -> None:
        """Leave what the frozen cell has to it."""
        self.frozen = None
        self.errors = self.errors.copy()
        self.intended = self.intended.copy()


class _Timeline:
    """Cells from the start of the run on."""

    __slots__ = ("cells", "seconds")

    def __init__(self) -> None:
        self.seconds = 1
        self.cells: list[_Cell] = []

    def at(self, moment: float) -> _Cell:
        """Return the cell of that second, for a change."""
        index = max(0, int(moment)) // self.seconds
        if index >= len(self.cells):
            index = self._reach(max(0, int(moment)))
        cell = self.cells[index]
        if cell.frozen is not None:
            cell.thaw()
        return cell

    def _reach(self, second: int) -> int:
        while second // self.seconds >= MAX_CELLS:
            self.cells = [self._merged(at) for at in range(0, len(self.cells), 2)]
            self.seconds *= 2
        index = second // self.seconds
        self.cells += (_Cell() for _ in range(len(self.cells), index + 1))
        return index

    def _merged(self, at: int) -> _Cell:
        merged = _Cell()
        for cell in self.cells[at : at + 2]:
            merged.add(cell, in_flight=max(merged.in_flight, cell.in_flight))
        return merged


class _Book:
    """All there is to note about one environment."""

    __slots__ = ("in_flight", "kinds", "routes", "timeline")

    def __init__(self) -> None:
        self.in_flight = 0
        self.kinds: set[str] = set()
        self.routes: dict[str, _Tally] = {}
        self.timeline = _Timeline()

    def route(self, route: str) -> _Tally:
        tally = self.routes.get(route)
        if tally is None:
            tally = self.routes[route] = _Tally()
        return tally

    def known(self, kind: str) -> str:
        """Return the kind, or OTHER when there are too many already."""
        if kind in self.kinds or len(self.kinds) < MAX_KINDS:
            self.kinds.add(kind)
            return kind
        return OTHER

    def freeze(self, name: str) -> Environment:
        routes = {route: tally.freeze() for route, tally in sorted(self.routes.items())}
        return Environment(
            name=name,
            total=together(routes.values()),
            routes=routes,
            cell_seconds=self.timeline.seconds,
            cells=tuple(cell.freeze() for cell in self.timeline.cells),
        )


def _count(into: dict[Key, int], counts: Mapping[Key, int]) -> None:
    for key, count in counts.items():
        into[key] = into.get(key, 0) + count
