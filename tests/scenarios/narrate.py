"""What people see on the terminal while a scenario is played."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping, Sequence

from tests.scenarios.model import Scenario, Value
from tests.scenarios.report import Row
from toolkit.console import say

WIDTH = 88

PHASES = {
    "steady": "First it is proven that all is well, at every step of half a minute. Without that,"
    " nothing that is seen later would have to come from the fault.",
    "incident": "The fault is in force. This is what has to be seen of it, and by when; the lines"
    " that begin with ▸ can be pasted into Prometheus.",
    "recovery": "Nothing is wrong any more, and what was recorded forgets it: a rate of a minute"
    " after a minute, an alert with a window of five minutes after five.",
}
"""What is said in the beginning of each phase."""


class Terminal:
    """One line for each thing that happens; with `explain`, also why, and where to look.

    What is awaited is shown in one line that changes on a terminal, and elsewhere in a new line
    whenever something else is seen.
    """

    def __init__(self, *, explain: bool, pages: Mapping[str, str]) -> None:
        self._explain = explain
        self._pages = pages
        self._live = sys.stderr.isatty()
        self._last = ""
        self._explained: set[str] = set()

    def begin(self, scenario: Scenario) -> None:
        """Say what the scenario is about."""
        self._say("")
        self._say(scenario.title)
        if self._explain:
            self._say("=" * len(scenario.title))
            self._write(scenario.teaches)
            self._write("Look at it while it happens:")
            for name, address in self._pages.items():
                self._say(f"  {name:<10}  {address}")

    def expect(self, phase: str, rows: Sequence[Row]) -> None:
        """Say what is awaited, and by which query everybody can see it."""
        if not self._explain:
            return
        self._say("")
        self._write(PHASES[phase])
        for row in rows:
            condition = row.condition
            self._say(f"  • {condition.name}")
            if condition.name not in self._explained:
                if condition.why:
                    self._write(condition.why, indent=4)
                if isinstance(condition, Value):
                    self._say(f"    ▸ {condition.promql}")
            self._explained.add(condition.name)
        self._say("")

    def tell(self, text: str) -> None:
        """Say what was done."""
        self._say(f"→ {text}")

    def waiting(self, rows: Sequence[Row]) -> None:
        """Show what was seen last of what is awaited."""
        text = "  … " + " · ".join(f"{row.condition.name}: {row.seen or 'later'}" for row in rows)
        if self._live:
            print(f"\r\033[K{text[: WIDTH + 30]}", end="", file=sys.stderr, flush=True)
        elif self._explain and text != self._last:
            say(text)
        self._last = text

    def settled(self, row: Row) -> None:
        """Say that something has become true, or has not in time."""
        if row.took is None:
            self._say(f"✗ {row.condition.name}: not within {row.within:.0f} s ({row.seen})")
            return
        self._say(f"✓ {row.took:4.0f} s  {row.condition.name}: {row.seen}")

    def _write(self, text: str, *, indent: int = 0) -> None:
        self._say(textwrap.indent(textwrap.fill(text, WIDTH - indent), " " * indent))

    def _say(self, text: str) -> None:
        if self._live and self._last:
            print("\r\033[K", end="", file=sys.stderr)
            self._last = ""
        say(text)
