"""What has to be on a host before a generation can be: its release and its user."""

from __future__ import annotations

import grp
import os
import pwd
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from .files import Layout, locked, sha256_of, staging, sweep, sync
from .model import DeployError, Release
from .process import run, words_of


def install_release(
    layout: Layout, release: Release, archive: Path, prepare: Sequence[str]
) -> None:
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
        # The digest vouches for the content, which may hold absolute links.
        trusted: Mapping[str, str] = (
            {"filter": "fully_trusted"} if hasattr(tarfile, "fully_trusted_filter") else {}
        )
        tree.extractall(directory, **trusted)  # type: ignore[arg-type]  # noqa: S202
    if prepare:
        done = run(prepare, stage="release", cwd=directory)
        if done.returncode != 0:
            raise DeployError("release", words_of(done))


def user_exists(name: str) -> bool:
    """Tell whether the host knows a user and a group of that name."""
    try:
        pwd.getpwnam(name)
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def create_user(name: str) -> None:
    """Create a system user that owns nothing and cannot log in, and its group."""
    commands = [["groupadd", "--force", "--system", name]]
    if name not in (entry.pw_name for entry in pwd.getpwall()):
        nowhere = ["--no-create-home", "--home-dir", "/nonexistent"]
        command = ["useradd", "--system", "--gid", name, *nowhere]
        commands.append([*command, "--shell", "/usr/sbin/nologin", name])
    for command in commands:
        done = run(command, stage="user")
        if done.returncode != 0:
            raise DeployError("user", f"{command[0]} {name}: {words_of(done)}")
