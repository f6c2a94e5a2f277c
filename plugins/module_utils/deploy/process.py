"""The one door through which a deployment starts other programs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .model import DeployError

# What `su` and some sudoers leave out is where Debian keeps useradd.
PATH = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


def run(
    argv: Sequence[str],
    *,
    stage: str,
    cwd: Path | None = None,
    user: str | None = None,
    timeout: float = 600.0,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; whatever bytes it prints come back as text.

    With `user` it runs as that user and its group alone. `timeout` is in seconds. Raises
    DeployError of the given stage when the program is missing or does not end in time.
    """
    try:
        return subprocess.run(
            argv,
            cwd=cwd,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            env={"PATH": PATH, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise DeployError(stage, f"{error.filename} is not on this host") from None
    except subprocess.TimeoutExpired:
        raise DeployError(stage, f"{argv[0]} did not end within {timeout:g} s") from None


def words_of(done: subprocess.CompletedProcess[str]) -> str:
    """Return all that a program said, errors first."""
    return "\n".join(part.strip() for part in (done.stderr, done.stdout) if part.strip())
