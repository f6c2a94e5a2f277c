"""What a deployment keeps on the host's disks: generations, links to them, locks."""

from __future__ import annotations

import contextlib
import fcntl
import grp
import hashlib
import json
import os
import shutil
import stat
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .model import COMMANDS, NOTES, Action, DeployError, File, Generation, Intent, Release
from .unit import unit_name

STARTED, LOADED, MANIFEST = NOTES

INCOMING = {
    "tree": Path("/run/sightline/incoming"),  # may hold secrets, so it never touches a disk
    "release": Path("/opt/sightline/incoming"),
}
"""Where archives arrive, root's alone; what a killed run leaves there the next one removes."""
INCOMING_FOR = 3600.0
"""Seconds after which an archive belongs to no run that still goes on."""


@dataclass(frozen=True)
class Layout:
    """Where a service's things are; `root` is `/` except in tests."""

    service: str
    root: Path = Path("/")

    @property
    def home(self) -> Path:
        """Return the directory of the service's generations."""
        return self.root / "etc/sightline" / self.service

    @property
    def current(self) -> Path:
        """Return the link whose target is in force."""
        return self.home / "current"

    @property
    def good(self) -> Path:
        """Return the link to the last generation whose probe passed."""
        return self.home / "good"

    @property
    def previous(self) -> Path:
        """Return the link to the good generation before the last one, the way back for people."""
        return self.home / "previous"

    @property
    def intent(self) -> Path:
        """Return the file that stands from before a swap until its generation is proven."""
        return self.home / "intent.json"

    @property
    def runtime(self) -> Path:
        """Return the directory in which the unit notes what it was started from."""
        return self.root / "run/sightline" / self.service

    @property
    def lock(self) -> Path:
        """Return the lock that a deployment of this service holds."""
        return self.runtime.with_suffix(".lock")

    @property
    def unit(self) -> Path:
        """Return where systemd finds the unit."""
        return self.root / "etc/systemd/system" / unit_name(self.service)

    @property
    def wanted_by(self) -> Path:
        """Return the link that starts the unit at boot."""
        return self.unit.parent / "multi-user.target.wants" / self.unit.name

    @property
    def sbin(self) -> Path:
        """Return where root, also through sudo, finds the operator's commands."""
        return self.root / "usr/local/sbin"

    @property
    def data(self) -> Path:
        """Return the directory of what the service itself writes."""
        return self.root / "var/lib/sightline" / self.service

    @property
    def releases(self) -> Path:
        """Return the directory of the releases of all components."""
        return self.root / "opt/sightline/releases"

    def generation(self, number: int) -> Path:
        """Return the directory of one generation."""
        return self.home / str(number)

    def release(self, release: Release) -> Path:
        """Return the directory of a release."""
        return self.releases / release.component / release.name


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal digits."""
    with path.open("rb") as stream:
        digest = hashlib.sha256()
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
        return digest.hexdigest()


def sync(path: Path) -> None:
    """Force a file or a directory's entries to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def point(link: Path, target: str) -> None:
    """Let a symbolic link point at `target`, in one step that survives a power cut."""
    link.parent.mkdir(parents=True, exist_ok=True)
    temporary = link.parent / f".{link.name}.new"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.rename(link)
    sync(link.parent)


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace a small file in one step that survives a power cut."""
    temporary = path.parent / f".{path.name}.new"
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.rename(path)
    sync(path.parent)


def remove(path: Path) -> None:
    """Remove a file or a link and let that survive a power cut."""
    if path.is_symlink() or path.exists():
        path.unlink()
        sync(path.parent)


@contextlib.contextmanager
def locked(path: Path, holder: str, patience: float = 60.0) -> Iterator[None]:
    """Hold a lock; after `patience` seconds fail with the name of who holds it."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "r+", encoding="utf-8") as stream:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise DeployError(
                        "lock",
                        f"{stream.read().strip() or 'somebody else'} is deploying here",
                        "wait for that run to end, then run again",
                    ) from None
                time.sleep(0.2)
        stream.truncate(0)
        stream.write(holder)
        stream.flush()
        yield


# ------------------------------------------------------------------------------- generations


def number_at(link: Path) -> int | None:
    """Return the number of the generation that a link points at."""
    target = link.readlink().name if link.is_symlink() else ""
    return int(target) if target.isdecimal() else None


def read_generation(layout: Layout, number: int | None) -> Generation | None:
    """Return what a generation's manifest says, or None where there is none that can be read."""
    return manifest_at(layout.generation(number or 0) / MANIFEST)


def manifest_at(path: Path) -> Generation | None:
    """Return what a manifest says, or None where there is none that can be read."""
    try:
        return Generation.from_json(path.read_text())
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_intent(layout: Layout) -> Intent | None:
    """Return the swap that an earlier run began and did not finish."""
    if not layout.intent.is_file():
        return None
    raw = json.loads(layout.intent.read_text())
    return Intent(raw["generation"], Action(raw["action"]), raw["acted"], raw["back_to"])


def write_intent(layout: Layout, intent: Intent) -> None:
    """Note a swap, so that whoever comes next can finish it."""
    write(layout.intent, json.dumps(asdict(intent)))


def links(layout: Layout) -> dict[Path, str]:
    """Return the links by which systemd and the operator find what is in force, and their targets.

    All lead through `current`, so that one swap moves them together.
    """
    commands = (layout.current / COMMANDS).glob("*")
    return {
        layout.unit: str(layout.current / layout.unit.name),
        layout.wanted_by: f"../{layout.unit.name}",
        **{layout.sbin / path.name: str(path) for path in commands},
    }


def command_links(layout: Layout) -> frozenset[Path]:
    """Return the links to commands of the service, also to those that it no longer has."""
    inside = f"{layout.current / COMMANDS}/"
    return frozenset(path for path in layout.sbin.glob("*") if target_of(path).startswith(inside))


def are_linked(layout: Layout) -> bool:
    """Tell whether the links lead to what is in force, and none to what is not."""
    wanted = links(layout)
    return command_links(layout) <= wanted.keys() and all(
        target_of(place) == target for place, target in wanted.items()
    )


def link(layout: Layout) -> None:
    """Let the links lead to what is in force, and remove those to commands that are gone."""
    wanted = links(layout)
    for place, target in wanted.items():
        point(place, target)
    for place in command_links(layout) - wanted.keys():
        remove(place)


def drifted(directory: Path, generation: Generation) -> frozenset[str]:
    """Return the paths below a generation that are not as its manifest says.

    Bytes, mode and owner of its files and notes count, and so does what does not belong there.
    """
    group = _group_of(generation.user)
    notes = _notes(generation)
    wrong = {path for path, text in notes.items() if text_of(directory / path) != text.strip()}
    wrong |= {f.path for f in generation.files if not _is_as_noted(directory, f, group)}
    known = {file.path for file in generation.files} | set(notes)
    for where, _, names in os.walk(directory):
        wrong |= {str((Path(where) / name).relative_to(directory)) for name in names} - known
        status = Path(where).stat()
        if (stat.S_IMODE(status.st_mode), status.st_gid) != (0o750, group):
            wrong.add(str(Path(where).relative_to(directory)))
    return frozenset(wrong)


def _notes(generation: Generation) -> dict[str, str]:
    return {
        STARTED: generation.digest(Action.RESTART) + "\n",
        LOADED: generation.digest(Action.RELOAD) + "\n",
        MANIFEST: generation.to_json(),
    }


def _is_as_noted(directory: Path, file: File, group: int) -> bool:
    path = directory / file.path
    try:
        status = path.lstat()
    except OSError:
        return False
    return (
        stat.S_ISREG(status.st_mode)
        and (status.st_uid, status.st_gid) == (os.geteuid(), group)
        and stat.S_IMODE(status.st_mode) == int(file.mode, 8)
        and sha256_of(path) == file.sha256
    )


def stage(target: Path, wanted: Generation, archive: Path | None, kept: Sequence[Path]) -> None:
    """Lay out a generation's files in an existing directory and sync them.

    Files come from the archive or, those of other environments and of earlier generations, from
    the kept generations, of which one has to hold them unedited. Raises DeployError when none does.
    """
    group = _group_of(wanted.user)
    sent = _contents(archive) if archive is not None else {}
    for file in wanted.files:
        content = sent[file.path] if file.path in sent else _carried(file, kept)
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise DeployError("stage", f"{file.path} did not arrive as it was sent")
        _place(target, file, content, group)
    for name, text in _notes(wanted).items():
        write(target / name, text, 0o600 if name == MANIFEST else 0o644)
    for where, _, _ in os.walk(target):
        os.chown(where, -1, group)
        Path(where).chmod(0o750)
        sync(Path(where))


def _contents(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tree:
        streams = {member.name: tree.extractfile(member) for member in tree if member.isreg()}
        return {name: stream.read() for name, stream in streams.items() if stream}


def _carried(file: File, kept: Sequence[Path]) -> bytes:
    for directory in kept:
        path = directory / file.path
        if path.is_file() and sha256_of(path) == file.sha256:
            return path.read_bytes()
    if not file.environment:
        raise DeployError("stage", f"{file.path} is neither in the archive nor kept unedited here")
    raise DeployError(
        "stage",
        f"{file.path} was edited on the host and belongs to environment {file.environment}",
        f"include the inventory of {file.environment} in this run",
    )


def _group_of(user: str) -> int:
    try:
        return grp.getgrnam(user).gr_gid
    except KeyError:
        return -1  # which chown leaves alone, and which no file has


def _place(target: Path, file: File, content: bytes, group: int) -> None:
    path = target / file.path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fchown(stream.fileno(), -1, group)
        os.fchmod(stream.fileno(), int(file.mode, 8))
        os.fsync(stream.fileno())


@contextlib.contextmanager
def staging(parent: Path) -> Iterator[Path]:
    """Give a directory, root's alone, beside the final place; what is left of it is removed."""
    parent.mkdir(parents=True, exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=".staging-", dir=parent))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def generations(layout: Layout) -> list[int]:
    """Return the numbers of all generations, newest first."""
    names = (path.name for path in layout.home.glob("*"))
    return sorted((int(name) for name in names if name.isdecimal()), reverse=True)


def next_number(layout: Layout) -> int:
    """Return a number that no generation has."""
    return next(iter(generations(layout)), 0) + 1


def incoming(service: str, holder: str, kind: str) -> Path:
    """Return where an archive of a service arrives that one operator sends."""
    return INCOMING[kind] / f"{service}-{hashlib.sha256(holder.encode()).hexdigest()[:12]}.tar"


def forget_incoming(service: str, holder: str) -> None:
    """Remove what an operator has sent for a service, and what others have long left behind."""
    for kind, directory in INCOMING.items():
        for path in directory.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                old = time.time() - path.stat().st_mtime > INCOMING_FOR
                if old or path == incoming(service, holder, kind):
                    path.unlink()


def prune(layout: Layout) -> None:
    """Remove what nobody needs: unnamed generations, and remains of runs that were killed."""
    named = {number_at(link) for link in (layout.current, layout.good, layout.previous)}
    for number in set(generations(layout)) - named:
        shutil.rmtree(layout.generation(number))
    sweep(layout.home)


def remains(parent: Path) -> list[Path]:
    """Return what a run, one that goes on or one that was killed, has half made."""
    return list(parent.glob(".staging-*"))


def sweep(parent: Path) -> None:
    """Remove what killed runs have left half made; call it with the lock that guards `parent`."""
    for path in remains(parent):
        shutil.rmtree(path)


def target_of(link: Path) -> str:
    """Return where a symbolic link points, or nothing when there is no link."""
    return str(link.readlink()) if link.is_symlink() else ""


def text_of(path: Path) -> str | None:
    """Return a small file's text without surrounding space, or None when there is no file."""
    try:
        return path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
