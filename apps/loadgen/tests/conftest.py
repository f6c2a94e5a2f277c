"""Servers and commands as processes, which end with the test."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import urllib.request
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says something about the machine, nothing about the code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

HERE = Path(__file__).parent
SOURCES = HERE.parent / "src"


@dataclass
class Server:
    """A canned server and its address."""

    process: subprocess.Popen[str]
    url: str

    def arrivals(self) -> array[float]:
        """Return when requests came, in seconds of time.monotonic."""
        with urllib.request.urlopen(f"{self.url}/arrivals", timeout=60) as answer:  # noqa: S310 - a test's own
            return array("d", answer.read())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def serve():
    """Start a canned server: serve(mode) or serve(mode, certificate)."""
    with contextlib.ExitStack() as stack:
        yield lambda mode="fast", *certificate: stack.enter_context(_served(mode, *certificate))


@contextlib.contextmanager
def _served(mode: str, *certificate: Path) -> Iterator[Server]:
    argv = [sys.executable, str(HERE / "canned_server.py"), mode, *map(str, certificate)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        port = process.stdout.readline().strip()
        try:
            yield Server(process, f"{'https' if certificate else 'http'}://127.0.0.1:{port}")
        finally:
            process.kill()


@dataclass
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str


class Command:
    """The real command, as a process."""

    def __init__(self, *argv: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "loadgen", *map(str, argv)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def end(self, within: float = 60) -> Ended:
        """Wait for the end; whatever it was, there must be no traceback."""
        out, err = self.process.communicate(timeout=within)
        assert "Traceback" not in err
        return Ended(self.process.returncode, out, err)


@pytest.fixture
def start():
    """Start the command without waiting for it."""
    started = []

    def starter(*argv):
        started.append(Command(*argv))
        return started[-1]

    yield starter
    for command in started:
        command.process.kill()
        with command.process:  # closes the pipes
            pass


@pytest.fixture
def loadgen(start):
    """Run the command and wait for its end."""
    return lambda *argv: start(*argv).end()
