"""What came of scenarios: records, and their text as JSON and Markdown."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.scenarios.comparison import Difference
from tests.scenarios.model import Called, Quiet, Scenario, Value
from tests.scenarios.signals import SIGNALS
from toolkit.files import write_atomically

PHASES = {
    "steady": "Steady state",
    "incident": "Incident",
    "recovery": "Recovery",
}


@dataclass
class Row:
    """Something awaited: from when on, for how many seconds, and when it became true."""

    phase: str
    condition: Value | Quiet | Called
    since: float
    within: float
    became: float | None = None
    is_missed: bool = False
    seen: str = ""
    """What was seen last."""

    @property
    def deadline(self) -> float:
        """When it is too late, in seconds since 1970."""
        return self.since + self.within

    @property
    def is_settled(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.is_missed or self.became is not None

    @property
    def took(self) -> float | None:
        """Seconds until it was true."""
        return None if self.became is None else self.became - self.since


@dataclass(frozen=True)
class Held:
    """What had to hold at every step of some time, and whether it did."""

    condition: Value | Quiet
    true: bool
    seen: str
    since: float
    until: float


@dataclass
class Record:
    """One scenario as it was played; times are in seconds since 1970."""

    scenario: Scenario
    began: float
    injected: float = 0
    cleared: float = 0
    ended: float = 0
    rows: list[Row] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """What was not as expected, one line each; empty is green."""
        return [
            *(
                f"{row.condition.name}: not within {row.within:.0f} s ({row.seen})"
                for row in self.rows
                if row.became is None
            ),
            *(f"{one.condition.name}: {one.seen}" for one in self.held if not one.true),
            *(
                f"{one.signal} of {one.environment} differed: {one.text}"
                if one.differs
                else f"{one.signal} of {one.environment} did not differ: {one.text}"
                for one in self.differences
                if one.is_odd
            ),
        ]

    @property
    def is_green(self) -> bool:
        """Whether everything was as expected."""
        return not self.faults


def verdict(records: Sequence[Record], wanted: Sequence[Scenario]) -> list[str]:
    """Return what was not as expected in all of them, those included that were never begun."""
    begun = [record.scenario for record in records]
    return [
        *(f"{record.scenario.name}: {fault}" for record in records for fault in record.faults),
        *(f"{one.name}: not begun" for one in wanted if one not in begun),
    ]


def write(records: Sequence[Record], folder: Path) -> list[Path]:
    """Write each record as JSON and as Markdown; return the files."""
    written = []
    for record in records:
        path = folder / record.scenario.name
        text = json.dumps(to_json(record), indent=2, ensure_ascii=False) + "\n"
        write_atomically(path.with_suffix(".json"), text)
        write_atomically(path.with_suffix(".md"), to_markdown(record))
        written += [path.with_suffix(".json"), path.with_suffix(".md")]
    return written


def to_json(record: Record) -> dict[str, Any]:
    """Return everything that is known of a played scenario; times as in ISO 8601, in UTC."""
    scenario, injection = record.scenario, record.scenario.injection
    return {
        "scenario": scenario.name,
        "title": scenario.title,
        "green": record.is_green,
        "faults": record.faults,
        "began": _moment(record.began),
        "ended": _moment(record.ended),
        "injection": injection
        and {
            "environment": injection.environment,
            "fault": injection.fault,
            "injected": _moment(record.injected),
            "cleared": _moment(record.cleared),
        },
        "timeline": [
            {
                "phase": row.phase,
                "what": row.condition.name,
                "asked": _asked(row.condition),
                "since": _moment(row.since),
                "became_true": row.became and _moment(row.became),
                "after_seconds": _rounded(row.took),
                "within_seconds": round(row.within, 1),
                "seen": row.seen,
            }
            for row in record.rows
        ],
        "throughout": [
            {
                "what": one.condition.name,
                "asked": _asked(one.condition),
                "environments": list(one.condition.environments),
                "since": _moment(one.since),
                "until": _moment(one.until),
                "held": one.true,
                "seen": one.seen,
            }
            for one in record.held
        ],
        "comparison": [
            {
                "signal": one.signal,
                "environment": one.environment,
                "steady": one.usual,
                "incident": one.during,
                "may_differ_by": one.allowed,
                "differs": one.differs,
                "shall_differ": one.wanted,
            }
            for one in record.differences
        ],
    }


def to_markdown(record: Record) -> str:
    """Return a page that can be kept as documentation."""
    scenario = record.scenario
    parts = [f"# {scenario.title}", textwrap.fill(scenario.teaches, 100), _what_was_done(record)]
    for phase, title in PHASES.items():
        rows = [row for row in record.rows if row.phase == phase]
        if rows:
            parts += [f"## {title}", _timeline(rows)]
        if phase == "incident" and record.held:
            parts += ["## Throughout", _throughout(record)]
        if phase == "incident" and record.differences:
            parts += ["## What differs", _comparison(record)]
    parts += ["## Where to look", _where_to_look(record)]
    return "\n\n".join(parts) + "\n"


def _what_was_done(record: Record) -> str:
    result = "everything was as expected" if record.is_green else "**not** as expected"
    lines = [f"Played on {_moment(record.began)[:10]}: {result}."]
    lines += [f"- {fault}" for fault in record.faults]
    if injection := record.scenario.injection:
        took = record.cleared - record.injected
        lines += [
            "",
            f"`api-faults set {injection.fault}` was in force in {injection.environment}"
            f" from {_time(record.injected)} to {_time(record.cleared)} UTC ({took:.0f} s).",
        ]
    return "\n".join(lines)


def _timeline(rows: Sequence[Row]) -> str:
    lines = ["| what | true after | deadline | seen |", "|---|--:|--:|---|"]
    for row in rows:
        took = "**never**" if row.took is None else f"{row.took:.0f} s"
        lines.append(f"| {row.condition.name} | {took} | {row.within:.0f} s | {row.seen} |")
    return "\n".join(lines)


def _throughout(record: Record) -> str:
    lines = ["| what | held | seen |", "|---|---|---|"]
    lines += [
        f"| {one.condition.name} | {'yes' if one.true else '**no**'} | {one.seen} |"
        for one in record.held
    ]
    return "\n".join(lines)


def _comparison(record: Record) -> str:
    """One row a signal, one column an environment; what had to differ stands in bold."""
    environments = sorted({one.environment for one in record.differences})
    lines = [f"| signal | {' | '.join(environments)} |", "|---" * (1 + len(environments)) + "|"]
    for signal in SIGNALS:
        cells = [
            f"**{one.text}**" if one.differs and one.wanted is not None else one.text
            for one in record.differences
            if one.signal == signal
        ]
        if cells:
            lines.append(f"| {signal} | {' | '.join(cells)} |")
    text = "Steady state → incident, medians of 30 s; bold is what differs by more than noise may."
    bursts = [
        f"{one.signal} of {one.environment}" for one in record.differences if one.wanted is None
    ]
    if bursts:
        text += f" Never the same, so not judged: {', '.join(bursts)}."
    return f"{text}\n\n" + "\n".join(lines)


def _where_to_look(record: Record) -> str:
    asked = {_asked(c): c for c in (row.condition for row in record.rows) if isinstance(c, Value)}
    lines = ["```promql"]
    lines += [f"{text}  # {condition.name}" for text, condition in asked.items()]
    return "\n".join([*lines, "```"])


def _asked(condition: Value | Quiet | Called) -> str:
    if isinstance(condition, Value):
        return condition.promql
    if isinstance(condition, Quiet):
        return f"alerts {condition.alerts}"
    labels = ", ".join(f'{name}="{value}"' for name, value in condition.labels)
    return f"alert {condition.alert}{{{labels}}}"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S")
