"""The one door through which the tools start other programs."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from toolkit.errors import UserError

INHERITED = ("HOME", "LANG", "PATH", "TERM", "TMPDIR", "XDG_CACHE_HOME")
"""What a child sees of the caller's environment, besides certificates and proxies."""

INHERITED_SUFFIXES = ("_proxy", "_PROXY", "_CERT", "_CERT_FILE", "_CERT_DIR", "_CA_BUNDLE")


class ProcessError(UserError):
    """A program ended with an unwanted exit code; `output` is what it said, both streams."""

    def __init__(self, argv: Sequence[str], code: int, output: str) -> None:
        last = "\n".join(output.strip().splitlines()[-15:])
        super().__init__(
            f"`{shlex.join(argv)}` ended with code {code}" + (f":\n{last}" if last else "")
        )
        self.code = code
        self.output = output


def child_environment(extra: Mapping[str, str | Path] | None = None) -> dict[str, str]:
    """Return the few variables a child needs, so that a result never depends on the others."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in INHERITED or name.endswith(INHERITED_SUFFIXES)
    }
    return kept | {name: str(value) for name, value in (extra or {}).items()}


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str | Path] | None = None,
    stdin: str = "",
    check: bool = True,
    timeout: float | None = None,
    log: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return its exit code and what it said.

    `env` is added to `child_environment()`. With `log`, both streams are appended to that file
    instead of being returned. `timeout` is in seconds. The child is killed and reaped when
    anything interrupts the wait.

    Raises ProcessError for an exit code other than 0 (unless `check` is off) and UserError when
    the program is missing or does not end in time.
    """
    command = [str(word) for word in argv]
    try:
        if log is None:
            done = subprocess.run(
                command, cwd=cwd, env=child_environment(env), input=stdin, timeout=timeout,
                capture_output=True, text=True, errors="replace", check=False,
            )  # fmt: skip
        else:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("a", encoding="utf-8") as stream:
                done = subprocess.run(
                    command, cwd=cwd, env=child_environment(env), input=stdin, timeout=timeout,
                    stdout=stream, stderr=subprocess.STDOUT, text=True, check=False,
                )  # fmt: skip
    except FileNotFoundError as error:
        if cwd is not None and not cwd.is_dir():
            raise
        raise UserError(f"{error.filename} is not installed", hint="make prerequisites") from None
    except subprocess.TimeoutExpired:
        raise UserError(f"`{shlex.join(command)}` did not end within {timeout:g} s") from None
    if check and done.returncode != 0:
        said = (done.stdout or "") + (done.stderr or "")
        if log is not None:
            said = log.read_text(encoding="utf-8", errors="replace")
        raise ProcessError(command, done.returncode, said)
    return done
