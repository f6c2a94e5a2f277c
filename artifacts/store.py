"""The content-addressed cache: a file is in it under the digest it really has, or not at all.

<root>/<sha256>/<component>-<version>-<platform>.tar    finished artifacts
<root>/<sha256>/<wheel>.whl                             what Python releases are made of
<root>/recorded/<fingerprint>                           which digests the same inputs gave before
<root>/building/<file>/                                 work in progress, one builder each
<root>/refused/<sha256>/<file>                          results that the lock did not expect
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from toolkit.errors import UserError
from toolkit.files import cache_root, locked, sha256_of, staging, sync


@dataclass(frozen=True)
class Label:
    """What an artifact is, apart from its bytes."""

    component: str
    version: str
    platform: str
    licence: str

    def __str__(self) -> str:
        """Return the words for messages."""
        return f"{self.component} {self.version} for {self.platform}"

    @property
    def file(self) -> str:
        """The artifact's file name."""
        return f"{self.component}-{self.version}-{self.platform}.tar"


@dataclass(frozen=True)
class Artifact:
    """A finished artifact, whose file at `path` had this SHA-256 a moment ago."""

    label: Label
    sha256: str
    path: Path

    @property
    def name(self) -> str:
        """The name of the release on hosts."""
        return f"{self.label.version}-{self.sha256[:12]}"


class DigestMismatchError(UserError):
    """Bytes are not the ones that were agreed; `wanted` is None when nothing was agreed yet."""

    def __init__(self, message: str, *, wanted: str | None, found: str, hint: str) -> None:
        super().__init__(
            f"{message}\n  expected sha256 {wanted or '(none yet)'}\n  found    sha256 {found}",
            hint=hint,
        )
        self.wanted = wanted
        self.found = found


class Recipe(Protocol):
    """How one artifact is made, and how its result is judged."""

    @property
    def label(self) -> Label:
        """What comes out."""

    def expected(self, store: Store) -> str | None:
        """Return the SHA-256 the artifact has to have, None if that is not known yet."""

    def make(self, store: Store, workspace: Path) -> Path:
        """Leave the finished file, with the label's name, in an empty `workspace`; return it."""

    def admit(self, store: Store, staged: Path) -> Path:
        """Move the finished file into the store, or raise DigestMismatchError."""


@dataclass(frozen=True)
class Store:
    """The cache below one directory, which need not exist yet."""

    root: Path

    @classmethod
    def default(cls) -> Store:
        """Return the user's own store."""
        return cls(cache_root() / "artifacts")

    def find(self, sha256: str, file: str) -> Path | None:
        """Return a file after hashing it, None if it is absent.

        Raises DigestMismatchError for a damaged one.
        """
        path = self.root / sha256 / file
        if not path.exists():
            return None
        self.check(path)
        os.utime(path.parent)  # so that `unused` sees it
        return path

    def check(self, path: Path) -> None:
        """Hash a file of the store. Raises DigestMismatchError when its bytes have changed."""
        wanted, found = path.parent.name, sha256_of(path)
        if found != wanted:
            raise DigestMismatchError(
                f"{path.stem} is damaged in the cache",
                wanted=wanted,
                found=found,
                hint=f"rm -r {shlex.quote(str(path.parent))} && python -m artifacts build",
            )

    def files(self) -> list[Path]:
        """Return every finished file, sorted by its name."""
        return sorted(self.root.glob("[0-9a-f]" * 64 + "/*"), key=lambda path: path.name)

    def unused(self, *, days: int) -> list[Path]:
        """Return the folders of files that were neither made nor found for so many days."""
        digest, limit = "[0-9a-f]" * 64, time.time() - days * 86400
        folders = [*self.root.glob(digest), *self.root.glob(f"refused/{digest}")]
        return sorted(folder for folder in folders if folder.stat().st_mtime < limit)

    @contextlib.contextmanager
    def workspace(self, label: Label) -> Iterator[Path]:
        """Give the only builder of an artifact an empty directory, and wait to be that one."""
        folder = self.root / "building" / label.file
        with locked(folder / "lock", purpose=f"building {label}"):
            _sweep(folder)
            try:
                with staging(folder / label.file) as directory:
                    yield directory
            finally:
                _sweep(folder)

    def admit(self, label: Label, staged: Path, wanted: str | None) -> Path:
        """Give a finished file its name in the store; nothing unchecked ever has one.

        Raises DigestMismatchError for other bytes than wanted, and sets them aside.
        """
        found = sha256_of(staged)
        if found == wanted:
            return self._move(staged, self.root / found)
        kept = self._move(staged, self.root / "refused" / found)
        if wanted is None:
            raise DigestMismatchError(
                f"{label}: the lock does not know this result yet; it was set aside as {kept}",
                wanted=wanted,
                found=found,
                hint=f"if it is right, write `{label.platform}: {found}` into the result "
                f"of {label.component} in artifacts/lock.yml",
            )
        raise DigestMismatchError(
            f"{label}: the build made other bytes than the lock wants; set aside as {kept}",
            wanted=wanted,
            found=found,
            hint="the lock, the source or the compiler has changed; compare before you trust it",
        )

    def keep(self, staged: Path) -> Path:
        """Give a file that was checked already the name of the digest that it really has."""
        return self._move(staged, self.root / sha256_of(staged))

    def _move(self, staged: Path, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        sync(staged)
        final = staged.rename(folder / staged.name)
        sync(folder)
        sync(folder.parent)
        return final


def _sweep(folder: Path) -> None:
    """Remove what a killed builder left.

    Its last child may outlive it and write for some seconds more: that must not stop us, and is
    why the next builder sweeps before and after its work.
    """
    for left in folder.glob(".staging-*"):
        shutil.rmtree(left, ignore_errors=True)


def obtain(store: Store, recipe: Recipe) -> Artifact:
    """Return the artifact from the store, built first if it is missing there.

    Raises DigestMismatchError, or whatever UserError the build ends with.
    """
    path = _look(store, recipe)
    if path is None:
        with store.workspace(recipe.label) as workspace:
            path = _look(store, recipe) or recipe.admit(store, recipe.make(store, workspace))
    return Artifact(recipe.label, path.parent.name, path)


def _look(store: Store, recipe: Recipe) -> Path | None:
    expected = recipe.expected(store)
    return store.find(expected, recipe.label.file) if expected else None
