"""What systemd is asked and told."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .model import DeployError

SHOWN = ("ActiveState", "SubState", "NRestarts", "Result", "FragmentPath")


@dataclass(frozen=True)
class UnitState:
    """A unit as `systemctl show` describes it."""

    active: str
    sub: str
    restarts: int
    result: str
    fragment: str
    """The unit file that systemd uses, or nothing."""

    @property
    def running(self) -> bool:
        """Tell whether a process is up or on its way."""
        return self.active in ("active", "reloading", "activating") and self.sub != "auto-restart"

    def __str__(self) -> str:
        restarts = f", restarted {self.restarts} times" if self.restarts else ""
        result = f", {self.result}" if self.result not in ("success", "") else ""
        return f"{self.active} ({self.sub}{result}{restarts})"


def parse_show(text: str) -> Mapping[str, str]:
    """Read the lines of `systemctl show`: NAME=value, values may hold further equal signs."""
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def systemctl(*words: str) -> str:
    """Run systemctl; raises DeployError with its own words."""
    done = subprocess.run(["systemctl", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise DeployError("systemd", f"systemctl {' '.join(words)}: {said}")
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
    )


def mistakes(unit_file: Path) -> list[str]:
    """Return what systemd would ignore in a unit file, which it calls a warning and we do not."""
    argv = ["systemd-analyze", "verify", "--man=no", str(unit_file)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    prefix = f"{unit_file}:"
    return [line for line in done.stderr.splitlines() if line.startswith(prefix)]


def journal(unit: str, since: float) -> str:
    """Return the last lines that a unit wrote after `since` (seconds since 1970)."""
    argv = ["journalctl", "--unit", unit, "--since", f"@{since:.6f}", "--output", "cat"]
    done = subprocess.run(
        [*argv, "--no-pager", "--lines", "20"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
