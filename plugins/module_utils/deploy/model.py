"""The values a deployment is made of; all frozen, all plain JSON on the wire and on disk."""

from __future__ import annotations

import enum
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

NOTES = ("started", "loaded", "manifest.json")
"""What a deployment writes beside the files of a generation."""

COMMANDS = "commands"
"""The directory of a generation whose files are commands for the operator."""


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
    environment: str = ""
    """The environment that the file belongs to, or nothing when it belongs to the service."""

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
class ReloadProof:
    """How a program tells that it took a reload; without one it is restarted instead.

    Either the address of its metrics and two of them, `successful`, which is 1 after success, and
    `timestamp`, which is the time of the last success; or `workers`: it starts new child processes,
    and those of before leave or say that they are shutting down, as nginx' do.
    """

    url: str = ""
    successful: str = ""
    timestamp: str = ""
    workers: bool = False


@dataclass(frozen=True)
class Revision:
    """The state of the project that a deployment was made from."""

    committed: int = 0
    """Seconds since 1970; 0 when nobody knows, which is older than everything."""
    name: str = "unknown"

    def __str__(self) -> str:
        if not self.committed:
            return self.name
        day = datetime.fromtimestamp(self.committed, UTC)
        return f"{self.name} of {day:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Generation:
    """One deployed state of a service: what its manifest holds."""

    user: str
    release: Release
    files: tuple[File, ...]
    probe: Probe
    check: tuple[str, ...] = ()
    reload_proof: ReloadProof | None = None
    revision: Revision = Revision()
    """What it was made from; another revision that asks for the same is no difference."""
    packages: tuple[str, ...] = ()
    """Debian packages that it needs."""
    masks: tuple[str, ...] = ()
    """Units of these packages that it takes the place of."""

    def digest(self, action: Action) -> str:
        """Digest the files whose change asks for `action`: what a process has to have read."""
        relevant = sorted(file for file in self.files if file.action is action)
        content = [[file.path, file.sha256, file.mode] for file in relevant]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def file(self, path: str) -> File | None:
        """Return the file at a path, if this generation has one there."""
        return next((file for file in self.files if file.path == path), None)

    @property
    def commands(self) -> tuple[str, ...]:
        """Return the names of the commands that it has for the operator."""
        inside = f"{COMMANDS}/"
        paths = (file.path for file in self.files)
        return tuple(path.removeprefix(inside) for path in paths if path.startswith(inside))

    def same_as(self, other: Generation | None) -> bool:
        """Tell whether both are the same deployed state, in whatever order their files are."""
        return other is not None and self.state() == other.state()

    def state(self) -> Generation:
        """Return what is deployed, apart from where it came from."""
        return replace(self, files=tuple(sorted(self.files)), revision=Revision())

    def to_json(self) -> str:
        """Return the manifest's text; what a service does not have is left out."""
        content = asdict(self)
        for key in ("packages", "masks"):
            if not content[key]:
                del content[key]
        return json.dumps(content, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Generation:
        """Read a manifest."""
        return cls.from_mapping(json.loads(text))

    @classmethod
    def from_mapping(cls, raw: Mapping[str, Any]) -> Generation:
        """Make a generation from the plain data of a manifest or of a module argument."""
        proof = raw["reload_proof"]
        return cls(
            user=raw["user"],
            release=Release(**raw["release"]),
            files=tuple(sorted(File(**file) for file in raw["files"])),
            probe=Probe(**raw["probe"]),
            check=tuple(raw["check"]),
            reload_proof=ReloadProof(**proof) if proof else None,
            revision=Revision(**raw["revision"]),
            packages=tuple(raw.get("packages", ())),
            masks=tuple(raw.get("masks", ())),
        )


@dataclass(frozen=True)
class Intent:
    """A swap in progress: which generation it leads to, and whether the process has followed."""

    generation: int
    action: Action
    acted: bool = False
    back_to: int | None = None
    """The earlier generation that it brings back, when it was a way back that was asked for."""


@dataclass(frozen=True)
class Observed:
    """What was found on the host."""

    current: Generation | None = None
    number: int | None = None
    good: int | None = None
    previous: int | None = None
    drifted: frozenset[str] = frozenset()
    """Paths below the generation that are not as its manifest says."""
    intent: Intent | None = None
    predecessors: tuple[str, ...] = ()
    """Services that this one replaces and that are still there."""
    installed: bool = False
    """Links and release are in place, and systemd has read this unit."""
    active: bool = False
    started: str | None = None
    loaded: str | None = None


@dataclass
class Outcome:
    """What a run did, or would do, or needs first."""

    changed: bool = False
    needs: list[str] = field(default_factory=list)
    action: str = "none"
    reasons: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    diff: list[dict[str, str]] = field(default_factory=list)
    generation: int | None = None


NAME = re.compile(r"[a-z][a-z0-9-]{0,47}")
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+")
MASKED = re.compile(r"[a-z][a-z0-9-]*\.(service|socket|timer)")
MODE = re.compile(r"0[0-7]{3}")


def check_names(*services: str) -> None:
    """Refuse services whose names root should not make paths of. Raises DeployError."""
    for service in services:
        if not NAME.fullmatch(service):
            raise DeployError("start", f"{service} is no plain name for a service")


def check_paths(wanted: Generation) -> None:
    """Refuse a generation of which root should not make paths.

    Raises DeployError for odd names of its release, commands, packages and masked units, for a
    file that leaves the tree, that a deployment uses itself or that is another file's directory,
    and for a mode that is no mode.
    """
    release = wanted.release
    if not NAME.fullmatch(release.component):
        raise DeployError("start", f"{release.component} is no plain name for a component")
    if "/" in release.name or not release.name.endswith(f"-{release.sha256[:12]}"):
        raise DeployError("start", f"release {release.name} does not carry its own digest")
    plain = (
        (wanted.commands, NAME, "plain name for a command"),
        (wanted.packages, PACKAGE, "name of a Debian package"),
        (wanted.masks, MASKED, "name of a unit"),
    )
    for names, pattern, what in plain:
        for name in names:
            if not pattern.fullmatch(name):
                raise DeployError("start", f"{name} is no {what}")
    paths = {PurePosixPath(file.path) for file in wanted.files}
    for file in wanted.files:
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts or str(path) != file.path:
            raise DeployError("start", f"{file.path} is not a plain path below the tree")
        if path.parts[0] in NOTES or paths & set(path.parents):
            raise DeployError("start", f"{file.path} is a name that is taken")
        if not MODE.fullmatch(file.mode):
            hint = 'quote it, as in mode: "0640"'
            raise DeployError("start", f"{file.path}: {file.mode} is no mode", hint)
