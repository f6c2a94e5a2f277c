"""Scenarios as YAML: read, or refused with all mistakes at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.scenarios.deadlines import EVALUATION, seen_within
from tests.scenarios.model import Called, Expectation, Injection, Quiet, Scenario, Value
from tests.scenarios.signals import SIGNALS
from toolkit.errors import UserError

FOLDER = Path(__file__).parent
NORMAL = "normal"
"""The scenario in which nothing happens; its steady state is what others call normal."""

UNITS = ("", "s", "/s", "%")
"""What numbers are shown as; `%` stands behind a ratio times 100."""


def names() -> list[str]:
    """Return the scenarios that there are, by name; the one without an incident comes first."""
    found = sorted(path.stem for path in FOLDER.glob("*.yaml"))
    return sorted(found, key=NORMAL.__ne__)


def load(name: str) -> Scenario:
    """Read one of the scenarios; raises UserError that names every mistake in it."""
    known = names()
    if name not in known:
        raise UserError(
            f"no scenario {name!r}", hint=_likely(name, known) or f"choose from {', '.join(known)}"
        )
    normal = parse(NORMAL, (FOLDER / f"{NORMAL}.yaml").read_text(encoding="utf-8"))
    if name == NORMAL:
        return normal
    return parse(name, (FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), normal)


def parse(name: str, text: str, normal: Scenario | None = None) -> Scenario:
    """Read a scenario from YAML; `normal` gives the conditions that it refers to by name.

    Raises UserError that names every mistake.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UserError(f"scenario {name}: {error}") from None
    reader = _Reader(normal)
    scenario = reader.scenario(name, document)
    if reader.mistakes:
        several = "\n  ".join(reader.mistakes)
        raise UserError(f"scenario {name} cannot be used:\n  {several}")
    return scenario


@dataclass
class _Reader:
    """Reads on after a mistake, so that all of them are told at once."""

    normal: Scenario | None
    mistakes: list[str] = field(default_factory=list)

    def scenario(self, name: str, document: object) -> Scenario:
        it = self._mapping(
            "", document, ["title", "teaches", "steady"],
            ["inject", "expect", "throughout", "differs", "unsteady", "recovery"],
        )  # fmt: skip
        steady = self._mapping("steady", it.get("steady", {}), ["for", "within", "checks"])
        injection = self._injection(it["inject"]) if "inject" in it else None
        if injection is None:
            for key in ("expect", "throughout", "differs", "unsteady", "recovery"):
                if key in it:
                    self._mistake(key, "has no meaning without `inject`")
        return Scenario(
            name=name,
            title=self._text("title", it.get("title")),
            teaches=self._text("teaches", it.get("teaches")),
            steady=tuple(self._checks("steady.checks", steady.get("checks", []))),
            steady_for=self._seconds("steady.for", steady.get("for")),
            steady_within=self._seconds("steady.within", steady.get("within")),
            injection=injection,
            expect=tuple(self._expectations("expect", it.get("expect", []))),
            throughout=tuple(self._checks("throughout", it.get("throughout", []))),
            differs=tuple(self._pairs("differs", it.get("differs", {}))),
            unsteady=tuple(self._pairs("unsteady", it.get("unsteady", {}))),
            recovery=tuple(self._expectations("recovery", it.get("recovery", []))),
        )

    def _injection(self, entry: object) -> Injection:
        keys = ["environment", "fault", "lasts", "slo", "spoils"]
        it = self._mapping("inject", entry, keys)
        fault = self._text("inject.fault", it.get("fault"))
        if "--for" in fault:
            self._mistake("inject.fault", "names its own end; the runner adds --for")
        spoils = it.get("spoils", 1)
        if not _is_number(spoils) or not 0 < spoils <= 1:
            self._mistake("inject.spoils", f"{spoils!r} is no share above 0 and up to 1")
            spoils = 1
        return Injection(
            environment=self._text("inject.environment", it.get("environment")),
            fault=fault,
            lasts=self._seconds("inject.lasts", it.get("lasts")),
            slo=self._choice("inject.slo", it.get("slo"), ["availability", "latency"]),
            spoils=float(spoils),
        )

    def _checks(self, where: str, entries: object) -> Iterator[Value | Quiet]:
        for place, entry in self._entries(where, entries):
            if isinstance(entry, dict) and "no_alert" in entry:
                it = self._mapping(place, entry, ["name", "no_alert", "in"], ["why"])
                yield Quiet(
                    self._text(f"{place}.name", it.get("name")),
                    self._text(f"{place}.no_alert", it.get("no_alert")),
                    self._environments(place, it.get("in")),
                    self._text(f"{place}.why", it.get("why", "")),
                )
            else:
                yield self._value(place, entry, [])

    def _expectations(self, where: str, entries: object) -> Iterator[Expectation]:
        timing = ["within", "window", "evaluation", "after"]
        for place, entry in self._entries(where, entries):
            it = entry if isinstance(entry, dict) else {}
            condition: Value | Called
            if "alert" in it:
                it = self._mapping(place, it, ["name", "alert", "labels"], ["why", *timing])
                condition = Called(
                    self._text(f"{place}.name", it.get("name")),
                    self._text(f"{place}.alert", it.get("alert")),
                    self._labels(f"{place}.labels", it.get("labels")),
                    wanted=where == "expect",
                    why=self._text(f"{place}.why", it.get("why", "")),
                )
            else:
                condition = self._value(place, entry, timing)
            yield Expectation(condition, *self._timing(place, it))

    def _timing(self, place: str, it: Mapping[str, Any]) -> tuple[float, float]:
        if ("within" in it) == ("window" in it):
            self._mistake(place, "needs `within`, or a `window` that the deadline follows from")
        after = self._seconds(f"{place}.after", it.get("after", "0s"))
        if "within" in it:
            return self._seconds(f"{place}.within", it["within"]), after
        window = self._seconds(f"{place}.window", it.get("window", "0s"))
        evaluation = self._seconds(f"{place}.evaluation", it.get("evaluation", f"{EVALUATION:g}s"))
        return seen_within(window, evaluation=evaluation), after

    def _value(self, place: str, entry: object, timing: Sequence[str]) -> Value:
        if isinstance(entry, dict) and "normal" in entry:
            return self._normal(place, entry, timing)
        bounds = ["above", "below", "between"]
        it = self._mapping(
            place, entry, ["name", "promql", "in"], ["unit", "why", *bounds, *timing]
        )
        low, high = self._bounds(place, {key: it[key] for key in bounds if key in it})
        return Value(
            self._text(f"{place}.name", it.get("name")),
            self._text(f"{place}.promql", it.get("promql")),
            self._environments(place, it.get("in")),
            low,
            high,
            self._choice(f"{place}.unit", it.get("unit", ""), UNITS),
            self._text(f"{place}.why", it.get("why", "")),
        )

    def _normal(self, place: str, entry: Mapping[str, Any], timing: Sequence[str]) -> Value:
        it = self._mapping(place, entry, ["normal", "in"], ["why", *timing])
        known = {one.name: one for one in self.normal.steady} if self.normal else {}
        found = known.get(it.get("normal", ""))
        if not isinstance(found, Value):
            likely = _likely(str(it.get("normal")), list(known))
            self._mistake(place, f"nothing normal is called {it.get('normal')!r}; {likely}")
            found = Value("", "", (), None, None)
        environments = self._environments(place, it.get("in"))
        why = self._text(f"{place}.why", it.get("why", found.why))
        return Value(found.name, found.promql, environments, found.low, found.high, found.unit, why)

    def _bounds(self, place: str, given: Mapping[str, Any]) -> tuple[float | None, float | None]:
        if len(given) != 1:
            self._mistake(place, "needs one of above, below and between")
            return None, None
        ((kind, bound),) = given.items()
        numbers = bound if kind == "between" else [bound]
        if not isinstance(numbers, list) or not all(map(_is_number, numbers)):
            self._mistake(f"{place}.{kind}", f"{bound!r} is no number")
            return None, None
        if kind == "between":
            if len(numbers) != 2 or numbers[0] >= numbers[1]:
                self._mistake(f"{place}.{kind}", f"{bound!r} is no [low, high]")
                return None, None
            return numbers[0], numbers[1]
        return (bound, None) if kind == "above" else (None, bound)

    def _pairs(self, where: str, entry: object) -> Iterator[tuple[str, str]]:
        if not isinstance(entry, dict):
            self._mistake(where, f"{entry!r} is no mapping of environments to signals")
            return
        for environment, signals in entry.items():
            for signal in signals if isinstance(signals, list) else [signals]:
                yield (
                    self._choice(f"{where}.{environment}", signal, list(SIGNALS)),
                    str(environment),
                )

    def _labels(self, place: str, entry: object) -> tuple[tuple[str, str], ...]:
        if not isinstance(entry, dict) or not entry:
            self._mistake(place, f"{entry!r} is no mapping of labels")
            return ()
        return tuple(sorted((str(key), str(value)) for key, value in entry.items()))

    def _environments(self, place: str, entry: object) -> tuple[str, ...]:
        if not isinstance(entry, list) or not entry or not all(isinstance(e, str) for e in entry):
            self._mistake(f"{place}.in", f"{entry!r} is no list of environments")
            return ()
        return tuple(entry)

    def _entries(self, where: str, entries: object) -> Iterator[tuple[str, object]]:
        if not isinstance(entries, list):
            self._mistake(where, f"{entries!r} is no list")
            return
        for number, entry in enumerate(entries, 1):
            yield f"{where}[{number}]", entry

    def _choice(self, where: str, value: object, known: Sequence[str]) -> str:
        if value not in known:
            likely = _likely(str(value), known) or f"choose from {', '.join(filter(None, known))}"
            self._mistake(where, f"{value!r} is unknown; {likely}")
        return str(value)

    def _text(self, where: str, value: object) -> str:
        if not isinstance(value, str):
            self._mistake(where, f"{value!r} is no text")
            return ""
        return " ".join(value.split())

    def _seconds(self, where: str, value: object) -> float:
        found = re.fullmatch(r"([0-9]{1,4})([sm])", str(value))
        if not found:
            self._mistake(where, f"{value!r} is no time such as 90s or 2m")
            return 0
        return float(found[1]) * (60 if found[2] == "m" else 1)

    def _mapping(
        self, where: str, entry: object, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, Any]:
        if not isinstance(entry, dict):
            self._mistake(where, f"{entry!r} is no mapping")
            return {}
        known = [*required, *optional]
        for key in entry:
            if key not in known:
                likely = _likely(str(key), known) or f"known are {', '.join(known)}"
                self._mistake(where, f"has an unknown key {key!r}; {likely}")
        for key in required:
            if key not in entry:
                self._mistake(where, f"lacks {key!r}")
        return {key: value for key, value in entry.items() if key in known}

    def _mistake(self, where: str, what: str) -> None:
        self.mistakes.append(f"{where}: {what}" if where else what)


def _likely(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
