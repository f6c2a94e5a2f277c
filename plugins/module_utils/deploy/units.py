"""What systemd is asked and told."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .model import DeployError
from .process import run, words_of

SHOWN = (
    "ActiveState",
    "SubState",
    "NRestarts",
    "Result",
    "FragmentPath",
    "NeedDaemonReload",
    "ActiveEnterTimestampMonotonic",
)


@dataclass(frozen=True)
class UnitState:
    """A unit as `systemctl show` describes it."""

    active: str
    sub: str
    restarts: int
    result: str
    fragment: str
    """The unit file that systemd uses, or nothing."""
    outdated: bool = False
    """The unit file has changed since systemd read it."""
    active_since: float = 0.0
    """When it became active, in seconds of the machine's monotonic clock."""

    @property
    def running(self) -> bool:
        """Tell whether a process is up or on its way."""
        return self.active in ("active", "reloading", "activating") and not self.between_starts

    @property
    def between_starts(self) -> bool:
        """Tell whether the program has ended and systemd is about to start it again."""
        return self.sub.startswith("auto-restart")

    @property
    def active_for(self) -> float:
        """Return for how many seconds the unit has been active; 0 when it is not."""
        return time.monotonic() - self.active_since if self.active == "active" else 0.0

    def __str__(self) -> str:
        often = {0: "", 1: ", restarted once"}
        restarts = often.get(self.restarts, f", restarted {self.restarts} times")
        result = f", {self.result}" if self.result not in ("success", "") else ""
        return f"{self.active} ({self.sub}{result}{restarts})"


def parse_show(text: str) -> Mapping[str, str]:
    """Read the lines of `systemctl show`: NAME=value, values may hold further equal signs."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def systemctl(*words: str) -> str:
    """Run systemctl; raises DeployError with its own words."""
    done = run(["systemctl", *words], stage="systemd")
    if done.returncode != 0:
        raise DeployError("systemd", f"systemctl {' '.join(words)}: {words_of(done)}")
    return done.stdout


def show(unit: str) -> UnitState:
    """Return a unit's state; a unit that systemd does not know is inactive."""
    shown = parse_show(systemctl("show", "--property=" + ",".join(SHOWN), unit))
    return UnitState(
        shown.get("ActiveState", "inactive"),
        shown.get("SubState", "dead"),
        int(shown.get("NRestarts") or 0),
        shown.get("Result", ""),
        shown.get("FragmentPath", ""),
        shown.get("NeedDaemonReload") == "yes",
        int(shown.get("ActiveEnterTimestampMonotonic") or 0) / 1e6,
    )


def started_at(unit: str) -> float:
    """Return when a unit was last started, in seconds since 1970; 0 when it never was."""
    shown = ("--timestamp=us+utc", "--property=ActiveEnterTimestamp", "--value")
    said = systemctl("show", *shown, unit).strip()
    if not said:
        return 0.0
    started = datetime.strptime(said.replace("UTC", "+0000"), "%a %Y-%m-%d %H:%M:%S.%f %z")
    return started.timestamp()


def children(unit: str) -> frozenset[int]:
    """Return the process ids of what a unit's main process has started and that still runs."""
    main = parse_show(systemctl("show", "--property=MainPID", unit)).get("MainPID", "0")
    try:
        return frozenset(map(int, Path(f"/proc/{main}/task/{main}/children").read_text().split()))
    except OSError:
        return frozenset()


def is_leaving(process: int) -> bool:
    """Tell whether a process is gone or says in its title that it is shutting down."""
    try:
        return b"shutting down" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return True


def mistakes(unit_file: Path) -> list[str]:
    """Return what systemd would ignore in a unit file, which it calls a warning and we do not."""
    done = run(["systemd-analyze", "verify", "--man=no", str(unit_file)], stage="check")
    prefix = f"{unit_file}:"
    return [line for line in done.stderr.splitlines() if line.startswith(prefix)]


def journal(unit: str, since: float) -> str:
    """Return the last lines that a unit wrote after `since` (seconds since 1970)."""
    argv = ["journalctl", "--unit", unit, "--since", f"@{since:.6f}", "--output", "cat"]
    # With --since, --lines counts from the beginning unless the order is reversed.
    done = run([*argv, "--no-pager", "--reverse", "--lines", "20"], stage="journal")
    return "\n".join(reversed(done.stdout.splitlines()))
