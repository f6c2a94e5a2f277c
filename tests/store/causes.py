"""What goes wrong in these tests until it is ended; more of it is in `lab.faults`."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

from lab.host import Host


@dataclass(frozen=True)
class Incident:
    """Something that went wrong at a moment, in seconds since 1970, and still does."""

    cause: ExitStack
    began: float

    def end(self) -> float:
        """End it; return when that was."""
        self.cause.close()
        return time.time()


@contextlib.contextmanager
def all_at_once(
    causes: Mapping[str, AbstractContextManager[None]],
) -> Iterator[dict[str, Incident]]:
    """Have several incidents by name; those that nobody has ended end with the block."""
    with ExitStack() as standing:
        incidents = {}
        for name, cause in causes.items():
            stack = standing.enter_context(ExitStack())
            stack.enter_context(cause)
            incidents[name] = Incident(stack, time.time())
        yield incidents


@contextlib.contextmanager
def stopped(host: Host, *services: str) -> Iterator[None]:
    """Have services of the product stopped."""
    units = " ".join(f"sightline-{service}" for service in services)
    try:
        host.run(f"systemctl stop {units}")
        yield
    finally:
        host.run(f"systemctl start {units}")


@contextlib.contextmanager
def api_fault(host: Host, fault: str) -> Iterator[None]:
    """Have a fault in the API, in the words of `api-faults set`."""
    try:
        host.run(f"api-faults set {fault}")
        yield
    finally:
        host.run("api-faults clear")
