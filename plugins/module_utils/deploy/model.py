"""The values a deployment is made of; all frozen, all plain JSON on the wire and on disk."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any


class DeployError(Exception):
    """A deployment that could not be made: at which stage, why, and what to do."""

    def __init__(self, stage: str, detail: str, hint: str = "") -> None:
        super().__init__(detail)
        self.stage = stage
        self.detail = detail
        self.hint = hint


class Action(enum.IntEnum):
    """What a change asks of the running process; the strongest need wins."""

    NONE = 0
    RELOAD = 1
    RESTART = 2


@dataclass(frozen=True, order=True)
class File:
    """One file of a generation, known by its digest; its bytes travel in an archive."""

    path: str
    sha256: str
    mode: str = "0640"
    on_change: str = "restart"
    secret: bool = False

    @property
    def action(self) -> Action:
        """Return what a change of this file asks of the process."""
        return Action[self.on_change.upper()]


@dataclass(frozen=True)
class Release:
    """The immutable bits that a generation runs."""

    component: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Probe:
    """Where a service tells that it is ready, and how long it may take (seconds)."""

    url: str
    timeout: float


@dataclass(frozen=True)
class Generation:
    """One deployed state of a service: what its manifest holds."""

    user: str
    release: Release
    files: tuple[File, ...]
    probe: Probe

    def digest(self, action: Action) -> str:
        """Digest the files whose change asks for `action`: what a process has to have read."""
        relevant = sorted(file for file in self.files if file.action is action)
        content = [[file.path, file.sha256, file.mode] for file in relevant]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def file(self, path: str) -> File | None:
        """Return the file at a path, if this generation has one there."""
        return next((file for file in self.files if file.path == path), None)

    def same_as(self, other: Generation | None) -> bool:
        """Tell whether both are the same deployed state; how it is asked does not count."""
        return other is not None and (self.user, self.release, set(self.files)) == (
            other.user,
            other.release,
            set(other.files),
        )

    def to_json(self) -> str:
        """Return the manifest's text."""
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Generation:
        """Read a manifest."""
        return cls.from_mapping(json.loads(text))

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> Generation:
        """Make a generation from the plain data of a manifest or of a module argument."""
        files = tuple(sorted(File(**file) for file in raw["files"]))
        release, probe = Release(**raw["release"]), Probe(**raw["probe"])
        return cls(raw["user"], release, files, probe)


@dataclass(frozen=True)
class Intent:
    """A swap in progress: which generation it leads to, and whether the process has followed."""

    generation: int
    action: Action
    acted: bool = False


@dataclass(frozen=True)
class Observed:
    """What was found on the host."""

    current: Generation | None = None
    number: int | None = None
    good: int | None = None
    drifted: frozenset[str] = frozenset()
    intent: Intent | None = None
    installed: bool = False
    """The unit and its enabling link are in place."""
    active: bool = False
    started: str | None = None
    loaded: str | None = None


def environment_of(path: str, directories: Iterable[str]) -> str | None:
    """Return the environment that owns a file of a `*.d` directory with several writers."""
    where = PurePosixPath(path)
    return where.stem if str(where.parent) in set(directories) else None
