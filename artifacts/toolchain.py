"""Compilers from Python wheels: the lock names their version, requirements/build.txt their hash."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from toolkit.errors import UserError


def file_of_wheel(wheel: str, version: str, file: str) -> Path:
    """Return a file of a wheel that is installed beside this Python, never the machine's own.

    Raises UserError unless it is the version that the lock was made with.
    """
    try:
        installed = metadata.distribution(wheel)
        found = installed.version
    except metadata.PackageNotFoundError:
        found = "absent"
    if found != version:
        raise UserError(
            f"artifacts/lock.yml needs {wheel} {version}, found {found}",
            hint="run `make`, which installs requirements/build.txt, or correct the lock",
        )
    return Path(str(installed.locate_file(file)))
