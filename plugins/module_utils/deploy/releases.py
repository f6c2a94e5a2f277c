"""The immutable bits on a host: unpacked once, removed when no generation names them."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from .files import Layout, locked, manifest_at, sha256_of, staging, sweep, sync
from .model import DeployError, Release
from .process import run, words_of


def install(layout: Layout, release: Release, archive: Path, prepare: Sequence[str]) -> None:
    """Unpack a release; it has its final name only once it is complete and on the disk.

    Raises DeployError when the archive is not the one that was announced or cannot be prepared.
    """
    final = layout.release(release)
    found = sha256_of(archive)
    if found != release.sha256:
        raise DeployError(
            "release",
            f"{release.component} arrived with sha256 {found}, expected {release.sha256}",
            "run `make artifacts` on the controller, which checks its cache",
        )
    lock = layout.runtime.parent / f"release-{release.component}.lock"
    with locked(lock, f"a service of {release.component}"):
        if final.is_dir():  # another service of this component was quicker
            return
        sweep(final.parent)
        with staging(final.parent) as directory:
            _unpack(archive, directory, prepare)
            os.sync()
            directory.rename(final)
        sync(final.parent)


def _unpack(archive: Path, directory: Path, prepare: Sequence[str]) -> None:
    directory.chmod(0o755)
    with tarfile.open(archive) as tree:
        # It may hold absolute links. A Python that has no filters yet ignores this one.
        tree.extraction_filter = lambda member, _: member
        tree.extractall(directory)  # noqa: S202 - its digest vouches for the content
    if prepare:
        done = run(prepare, stage="release", cwd=directory)
        if done.returncode != 0:
            raise DeployError("release", words_of(done))


@contextlib.contextmanager
def in_use(layout: Layout, release: Release) -> Iterator[None]:
    """Keep all releases of a component from being collected while one is about to be named."""
    directory = layout.release(release).parent
    while True:
        directory.mkdir(parents=True, exist_ok=True)
        with _flocked(directory, fcntl.LOCK_SH) as handle:
            if os.fstat(handle).st_nlink:  # else a collection has just removed the directory
                yield
                return


def unused(layout: Layout) -> frozenset[Path]:
    """Return the releases, of all components, that no generation of any service here names."""
    manifests = map(manifest_at, layout.home.parent.glob("*/[0-9]*/manifest.json"))
    named = {layout.release(kept.release) for kept in manifests if kept is not None}
    return frozenset(layout.releases.glob("*/*")) - named


def collect(layout: Layout) -> None:
    """Remove unused releases, but of no component that somebody is deploying right now."""
    for component in layout.releases.glob("*"):
        free = _flocked(component, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with contextlib.suppress(BlockingIOError), free:
            for release in unused(layout):
                if release.parent == component:
                    # A name that never is a release, should this not come to its end.
                    shutil.rmtree(release.rename(component / f".staging-{release.name}"))
            if not any(component.iterdir()):
                component.rmdir()


@contextlib.contextmanager
def _flocked(directory: Path, kind: int) -> Iterator[int]:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, kind)
        yield handle
    finally:
        os.close(handle)
