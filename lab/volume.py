"""Sized directories: each is a filesystem of its own, so that it can be full without harm.

It is an ext4 image in the host's folder, mounted on the operator's machine and bound into the
host. What is in it survives reboots and kills. The host sees the folder `content` only: the file
that fills the rest lies beside it, where no service of the host can touch it.
"""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lab.cgroup import Group
from lab.topology import SizedDirectory
from toolkit.errors import UserError


@dataclass(frozen=True)
class Volume:
    """One sized directory of one host; `parent` is the folder in which that host's images lie."""

    directory: SizedDirectory
    parent: Path

    @property
    def content(self) -> Path:
        """The folder that the host sees as the directory."""
        return self._mount_point / "content"

    @property
    def filled(self) -> bool:
        """Whether `fill` has taken space that `free` would give back."""
        return self._filling.exists()

    def holds(self, path: str) -> bool:
        """Whether a path in the host lies in the directory."""
        return PurePosixPath(os.path.normpath(path)).is_relative_to(self.directory.path)

    def mount(self, base: Path, *, group: Group) -> None:
        """Make the filesystem with what the base tree has in the directory, and mount it."""
        self._mount_point.mkdir(parents=True, exist_ok=True)
        if not self._image.exists():
            partial = self._image.with_suffix(".partial")
            partial.unlink(missing_ok=True)  # an interrupted run's
            # Blocks that a file gives back could not be used at once if there was a journal.
            recipe = ["mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal"]
            group.run([*recipe, partial, self.directory.size])
            partial.rename(self._image)
        if not self._mount_point.is_mount():
            group.run(["mount", "-o", "loop", self._image, self._mount_point])
        if not self.content.exists():
            partial = self._mount_point / "partial"
            shutil.rmtree(partial, ignore_errors=True)
            model = base / self.directory.path.lstrip("/")
            group.run(["cp", "--archive", model, partial] if model.exists() else ["mkdir", partial])
            partial.rename(self.content)

    def fill(self, leave: int) -> None:
        """Take space, or give some back, until services can still write `leave` bytes.

        The figure is met to the block, at most 4096 bytes. Raises UserError when there is less.
        """
        if not self._mount_point.is_mount():
            raise UserError(f"{self.directory.path} is not mounted before its host first boots")
        taken = self._filling.stat().st_size if self.filled else 0
        wanted = taken + self._available() - leave
        if wanted < 0:
            raise UserError(f"{self.directory.path} has only {leave + wanted} bytes to leave")
        with self._filling.open("ab") as file:
            file.truncate(min(taken, wanted))
            self._allocate(file.fileno(), leave)

    def free(self) -> None:
        """Give back what `fill` took."""
        self._filling.unlink(missing_ok=True)

    def _allocate(self, handle: int, leave: int) -> None:
        block = os.fstatvfs(handle).f_frsize
        step = self._available()
        while step >= block and (surplus := self._available() - leave) >= block:
            try:
                os.posix_fallocate(handle, os.fstat(handle).st_size, min(step, surplus))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                step //= 2  # the filesystem needs some of the rest to note whose blocks they are

    def _available(self) -> int:
        state = os.statvfs(self._mount_point)
        return state.f_bavail * state.f_frsize

    @property
    def _mount_point(self) -> Path:
        return self.parent / self.directory.path.lstrip("/").replace("/", "+")

    @property
    def _image(self) -> Path:
        return self._mount_point.with_name(f"{self._mount_point.name}.img")

    @property
    def _filling(self) -> Path:
        return self._mount_point / "filling"
