"""Control groups: where everything that runs for a lab lives, and so can be ended for certain.

A program that changes the machine for a lab is started inside a group of that lab. Ending the
group ends it whatever became of the process that started it, and a removed group lets none in:
that is why `down` after a killed `up` needs no list of processes.
"""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import UserError
from toolkit.process import run
from toolkit.waiting import wait_for

_RUN = 'echo 0 > "$0/cgroup.procs" && exec "$@"'
_START = (
    'echo 0 > "$0/cgroup.procs" && log=$1 && shift && { setsid "$@" </dev/null >"$log" 2>&1 & }'
)


def cgroup2_root(mounts: str) -> Path:
    """Find the version 2 hierarchy in the text of /proc/mounts: alone, or beside version 1."""
    for line in mounts.splitlines():
        _, target, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(target)
    raise UserError(
        "this kernel has no cgroup2 mounted, which hosts need",
        hint="mount --mkdir -t cgroup2 cgroup2 /sys/fs/cgroup/unified",
    )


@functools.cache
def _root() -> Path:
    return cgroup2_root(Path("/proc/mounts").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Group:
    """One control group, named by its path below the root: `sightline-lab-NAME/host-cp-01`."""

    name: str

    @property
    def path(self) -> Path:
        """Its directory in the version 2 hierarchy."""
        return _root() / self.name

    def child(self, name: str) -> Group:
        """Return the group `name` inside this one."""
        return Group(f"{self.name}/{name}")

    def create(self) -> None:
        """Make the group; one that is there already stays as it is."""
        self.path.mkdir(exist_ok=True)
        if not (self.path / "cgroup.kill").exists():
            self.path.rmdir()
            raise UserError("the lab needs Linux 5.14 or newer (cgroup.kill)")

    @property
    def populated(self) -> bool:
        """Whether any process lives in the group or below."""
        try:
            events = (self.path / "cgroup.events").read_text(encoding="ascii")
        except OSError:  # gone, perhaps between open and read
            return False
        return "populated 1" in events

    @property
    def frozen(self) -> bool:
        """Whether the group has been told to stand still."""
        try:
            return (self.path / "cgroup.freeze").read_text(encoding="ascii") == "1\n"
        except OSError:
            return False

    def freeze(self) -> None:
        """Make every process in the group stand still, and wait until they do."""
        (self.path / "cgroup.freeze").write_text("1", encoding="ascii")
        events = self.path / "cgroup.events"
        wait_for(
            lambda: "frozen 1" in events.read_text(encoding="ascii"),
            within=20, what=f"standstill of {self.name}", every=0.01,
        )  # fmt: skip

    def thaw(self) -> None:
        """Let the processes go on; a group that is gone is fine."""
        with contextlib.suppress(FileNotFoundError):
            (self.path / "cgroup.freeze").write_text("0", encoding="ascii")

    def run(self, argv: Sequence[str | Path], *, stdin: str = "") -> str:
        """Run a program inside the group to its end; returns stdout, raises ProcessError."""
        done: subprocess.CompletedProcess[str] = run(
            ["sh", "-c", _RUN, self.path, *argv], stdin=stdin
        )
        return done.stdout

    def start(
        self,
        argv: Sequence[str | Path],
        *,
        log: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Start a program inside the group and leave it running; `log` gets what it says."""
        run(["sh", "-c", _START, self.path, log, *argv], cwd=cwd, env=env)

    def kill(self) -> None:
        """End every process in the group at once, and wait until they are gone."""
        with contextlib.suppress(FileNotFoundError):
            (self.path / "cgroup.kill").write_text("1", encoding="ascii")
        wait_for(
            lambda: not self.populated, within=20, what=f"end of all in {self.name}", every=0.01
        )

    def remove(self) -> None:
        """End what still runs and remove the group, also where systemd-nspawn mirrored it.

        On machines with both hierarchies nspawn makes the same path below `systemd`.
        """
        wait_for(self._removed, within=20, what=f"removal of {self.name}", every=0.01)
        _remove_tree(_root().parent / "systemd" / self.name)

    def _removed(self) -> bool:
        self.kill()  # again: somebody may have joined until the last directory went
        return _remove_tree(self.path)


def _remove_tree(top: Path) -> bool:
    for directory, _, _ in os.walk(top, topdown=False):
        Path(directory).rmdir()
    return not top.exists()
