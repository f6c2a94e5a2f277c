"""How a worker tells which file of faults it goes by, and who asks knows that it lives."""

from __future__ import annotations

import fcntl
import logging
import os
import re
from pathlib import Path

LOG = logging.getLogger(__name__)


def open_safely(path: Path, flags: int) -> int:
    """Open a file in a directory whose owner may put anything there; returns a descriptor.

    A FIFO does not block, and a link does not lead out: it is an OSError.
    """
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, mode=0o640)


class Report:
    """The file in which a worker tells the version it goes by; that it is locked says it lives."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._told = ""
        self._complained = False

    def hold(self) -> None:
        """Take the lock, unless it is held; when that fails, the next call tries again."""
        if self._descriptor is not None:
            return
        try:
            descriptor = open_safely(self._path, os.O_RDWR | os.O_CREAT)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.fchmod(descriptor, 0o640)  # whatever the umask is
            except OSError:
                os.close(descriptor)
                raise
        except BlockingIOError:
            return  # somebody looks at this moment whether the last holder lives
        except OSError as error:
            self._complain(error)
        else:
            self._descriptor = descriptor

    def tell(self, word: str) -> None:
        """Write `word`, always as many bytes, so that nobody reads half of it."""
        if self._descriptor is None or word == self._told:
            return
        try:
            os.pwrite(self._descriptor, f"{word:<15}\n".encode(), 0)
        except OSError as error:
            self._complain(error)
        else:
            self._told = word

    def close(self) -> None:
        """Give up the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _complain(self, error: OSError) -> None:
        if not self._complained:
            LOG.error("%s cannot be written: %s", self._path, error.strerror)
            self._complained = True


def living_workers(directory: Path) -> dict[int, str]:
    """Return what the living workers report: slot to version, NOTHING or REFUSED.

    Raises OSError when the directory or a report cannot be read.
    """
    words = {
        int(name[1]): _word_of_living(path)
        for path in directory.iterdir()
        if (name := _REPORT.fullmatch(path.name))
    }
    return {slot: word for slot, word in sorted(words.items()) if word is not None}


_REPORT = re.compile(r"worker-([0-9]{1,6})")


def _word_of_living(path: Path) -> str | None:
    try:
        descriptor = open_safely(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        # Shared, so that those who look at the same time do not take each other for the worker.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(descriptor, 64).decode("ascii", "replace").strip()
    else:
        return None
    finally:
        os.close(descriptor)
