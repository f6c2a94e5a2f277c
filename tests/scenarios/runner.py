"""Playing scenarios on a site: nothing else waits, injects or clears."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from tests.scenarios.comparison import compare, medians
from tests.scenarios.deadlines import BURN_RATE, LONGEST, SLO_MINUTE, lasting, seen_within
from tests.scenarios.model import Called, Expectation, Injection, Quiet, Scenario, Value
from tests.scenarios.report import Held, Record, Row
from tests.scenarios.site import Seen, Site
from toolkit.errors import UserError

EVERY = 2.0
"""Seconds between looks."""

MARGIN = 30.0
"""Seconds by which a fault outlives the last thing that is awaited, if nobody clears it."""

NO_FAULT = "max by (environment) (shop_fault_active)"
ALL_WORKERS = (
    "min by (environment) (max by (environment, data_plane_id, service_instance_id)"
    " (shop_fault_active))"
)
"""1 if each worker has a fault of any kind."""


class Clock:
    """The time, in seconds since 1970; tests have one of their own."""

    def now(self) -> float:
        """Return the time."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Let some of it pass."""
        time.sleep(seconds)


class Narrator(Protocol):
    """Who tells people what goes on."""

    def begin(self, scenario: Scenario) -> None:
        """A scenario begins."""

    def expect(self, phase: str, rows: Sequence[Row]) -> None:
        """A phase begins, in which these are awaited."""

    def tell(self, text: str) -> None:
        """Something was done."""

    def waiting(self, rows: Sequence[Row]) -> None:
        """These are awaited, and were looked at just now."""

    def settled(self, row: Row) -> None:
        """One of them has become true, or is too late."""


@dataclass(frozen=True)
class _Open:
    """A row that is still awaited, and how to look at it."""

    row: Row
    look: Callable[[], Seen]
    after: float


class Runner:
    """Plays scenarios, one after the other, on one site."""

    def __init__(
        self, site: Site, narrator: Narrator, clock: Clock | None = None, *, brief: bool = False
    ) -> None:
        """Get ready.

        With `brief` a fault is cleared as soon as its alert is sure to fire, which takes a minute
        or two more; without, when it fired.
        """
        self._site = site
        self._brief = brief
        self._narrator = narrator
        self._clock = clock or Clock()
        self._open: list[_Open] = []

    def run(self, scenarios: Sequence[Scenario]) -> list[Record]:
        """Play scenarios; return a record of each that was begun.

        A scenario that finds no steady state to begin with is the last one. Recoveries are awaited
        at the end, all of them at once: the next scenario begins as soon as no worker has the
        fault of the one before any more and its own steady state is proven.

        Whatever happens, no fault is left behind; if even that is not possible, because this
        process is killed, each one ends by itself.

        Raises UserError when a host does not do what it is told.
        """
        records: list[Record] = []
        try:
            self._clear()
            for scenario in scenarios:
                records.append(record := Record(scenario, self._clock.now()))
                self._narrator.begin(scenario)
                if not self._is_steady(record):
                    break
                if scenario.injection:
                    self._incident(record, scenario.injection)
            self._await(lambda: not self._open)
        finally:
            self._clear()
        for record in records:
            record.ended = self._clock.now()
            self._look_back(record, Quiet, record.ended)
        return records

    def _clear(self) -> None:
        """End all faults, also those of others: they would be part of what is measured."""
        failed = []
        for host in [host for hosts in self._site.data_planes.values() for host in hosts]:
            try:
                self._site.run(host, "api-faults clear")
            except UserError as error:
                failed.append(f"{host}: {error}")
        if failed:
            raise UserError("faults cannot be cleared:\n" + "\n".join(failed), hint="make verify")

    def _is_steady(self, record: Record) -> bool:
        """Wait until everything that shall be steady has been for a while, all at once."""
        scenario, site = record.scenario, self._site
        everywhere = Value("no fault is in force", NO_FAULT, tuple(site.data_planes), None, 0)
        conditions: list[Value | Called | Quiet] = [
            everywhere,
            *(_not_yet(e.condition) for e in scenario.expect if isinstance(e.condition, Called)),
            *scenario.steady,
        ]

        def look(one: Value | Called | Quiet, now: float) -> Seen:
            if one is everywhere or isinstance(one, Called):
                return site.now(one)
            return site.over(one, now - scenario.steady_for, now)

        rows = [self._row(record, "steady", one, scenario.steady_within) for one in conditions]
        self._narrator.expect("steady", rows)
        while True:
            now = self._clock.now()
            seen = [look(one, now) for one in conditions]
            for row, one in zip(rows, seen, strict=True):
                row.seen = one.text
            steady = all(one.true for one in seen)
            if steady or now >= record.began + scenario.steady_within:
                for row, one in zip(rows, seen, strict=True):
                    self._settle(row, one.true)
                return steady
            self._look()
            self._narrator.waiting(
                [row for row, one in zip(rows, seen, strict=True) if not one.true]
            )
            self._clock.sleep(EVERY)

    def _incident(self, record: Record, injection: Injection) -> None:
        """Inject, wait for what is expected, clear, wait until no worker has the fault any more."""
        scenario, environment = record.scenario, injection.environment
        usual = medians(self._site, self._clock.now())
        lasts = max(injection.lasts, self._lasting(injection))
        awaited = [e for e in scenario.expect if not (self._brief and _is_alert(e))]
        longest = lasts + max(one.within for one in awaited) + MARGIN
        record.injected = self._clock.now()
        fault = f"{injection.fault} --for {min(longest, LONGEST):.0f}s"
        self._everywhere(environment, f"api-faults set {fault}")
        self._narrator.tell(
            f"in {environment}: api-faults set {fault} (to be cleared after {lasts:.0f} s or more)"
        )
        self._expect_effects(record, environment, lasts)
        self._everywhere(environment, "api-faults clear")
        record.cleared = self._clock.now()
        self._narrator.tell(f"in {environment}: api-faults clear")
        gone = Value("no worker has the fault any more", NO_FAULT, (environment,), None, 0)
        recovery = [Expectation(gone, seen_within()), *scenario.recovery]
        first, *_ = self._expect(record, "recovery", recovery)
        self._await(lambda: first.is_settled)
        now = self._clock.now()
        self._look_back(record, Value, now)
        if scenario.differs:
            record.differences = compare(
                usual, medians(self._site, now), scenario.differs, scenario.unsteady
            )

    def _expect_effects(self, record: Record, environment: str, lasts: float) -> None:
        """Wait until an incident has lasted long enough, and all of it was seen or was missed."""
        arrived = Value("every worker has the fault", ALL_WORKERS, (environment,), 1, None)
        effects = [
            # An alert may fire after that, as windows take in all of the incident.
            replace(one, within=lasts + one.within) if _is_alert(one) else one
            for one in record.scenario.expect
        ]
        rows = self._expect(record, "incident", [Expectation(arrived, seen_within()), *effects])
        if self._brief:
            rows = [row for row in rows if isinstance(row.condition, Value)]

        def is_enough() -> bool:
            if any(row.is_missed for row in rows):
                return True
            long_enough = self._clock.now() >= record.injected + lasts
            return long_enough and all(row.is_settled for row in rows)

        self._await(is_enough)

    def _lasting(self, injection: Injection) -> float:
        """Return for how long a fault has to last on this site until its alert fires."""
        where, slo = injection.environment, injection.slo
        objective = self._site.ask(f"environment:slo_{slo}:objective").get(where, 1.0)
        minutes = self._site.ask(
            "sum_over_time(environment:slo_requests:rate5m[1h]) / environment:slo_requests:rate5m"
        ).get(where, 0.0)
        share = BURN_RATE * (1 - objective) / injection.spoils
        return lasting(share, minutes * SLO_MINUTE)

    def _everywhere(self, environment: str, command: str) -> None:
        if environment not in self._site.data_planes:
            there = ", ".join(sorted(self._site.data_planes))
            raise UserError(f"the site has no environment {environment}", hint=f"it has {there}")
        for host in self._site.data_planes[environment]:
            self._site.run(host, command)

    # ------------------------------------------------------------------------------------ waiting

    def _expect(self, record: Record, phase: str, expectations: Sequence[Expectation]) -> list[Row]:
        """Begin to wait for expectations."""
        rows = []
        for one in expectations:
            rows.append(row := self._row(record, phase, one.condition, one.within))
            self._open.append(
                _Open(row, self._look_at(record, one.condition), row.since + one.after)
            )
        self._narrator.expect(phase, rows)
        return rows

    def _look_at(self, record: Record, condition: Value | Called) -> Callable[[], Seen]:
        def look() -> Seen:
            if isinstance(condition, Called) and not condition.wanted and not fired():
                return Seen(true=False, text="has not fired yet")
            return self._site.now(condition)

        def fired() -> bool:
            # It may do so after the fault is cleared, and before that nothing can be resolved.
            return any(
                row.became is not None and row.phase == "incident"
                for row in record.rows
                if isinstance(row.condition, Called) and row.condition.is_about(condition)
            )

        return look

    def _row(
        self, record: Record, phase: str, condition: Value | Quiet | Called, within: float
    ) -> Row:
        row = Row(phase, condition, self._clock.now(), within)
        record.rows.append(row)
        return row

    def _await(self, enough: Callable[[], bool]) -> None:
        while True:
            self._look()
            if enough():
                return
            self._narrator.waiting([one.row for one in self._open])
            self._clock.sleep(EVERY)

    def _look(self) -> None:
        """Look at everything that is awaited, also by earlier scenarios."""
        for one in [one for one in self._open if self._clock.now() >= one.after]:
            seen = one.look()
            one.row.seen = seen.text
            if seen.true or self._clock.now() >= one.row.deadline:
                self._open.remove(one)
                self._settle(one.row, seen.true)

    def _settle(self, row: Row, true: bool) -> None:  # noqa: FBT001 - the one thing it tells
        if true:
            row.became = self._clock.now()
        else:
            row.is_missed = True
        self._narrator.settled(row)

    # ------------------------------------------------------------------------------- looking back

    def _look_back(self, record: Record, kind: type[Value | Quiet], end: float) -> None:
        """See whether what had to hold throughout did, from the injection to `end`."""
        for condition in record.scenario.throughout:
            if isinstance(condition, kind) and record.injected:
                seen = self._site.over(condition, record.injected, end)
                record.held.append(Held(condition, seen.true, seen.text, record.injected, end))


def _is_alert(expectation: Expectation) -> bool:
    return isinstance(expectation.condition, Called)


def _not_yet(alert: Called) -> Called:
    """Return that an alert which is going to be proof does not fire already, for another reason."""
    return replace(alert, name=f"{alert.alert} does not fire yet", wanted=False, why="")
