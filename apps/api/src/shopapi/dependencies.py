"""What the shop depends on, simulated: nothing leaves the process, only time passes.

Each call takes as long as a real one might and fails when a fault says so, so that deadlines,
breakers and their metrics have something to work with.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Literal, Protocol

from shopapi.breaker import Breaker
from shopapi.faults import DependencyName

CONNECTION_SECONDS = 0.02
"""How long it takes to learn that a dependency which is down cannot be reached."""

SPREAD = 0.4
"""The sigma of the log-normal distribution: 1 in 100 calls takes 2.5 times the median."""

Decision = Literal["authorised", "declined"]


class Faults(Protocol):
    """What is asked of the FaultBoard."""

    def dependency_is_down(self, name: DependencyName, route: str | None = None) -> bool:
        """Say whether a call of `name`, made for a request to `route`, shall fail."""


class DependencyError(Exception):
    """The dependency gave no answer; `reason` is short enough for a label."""

    def __init__(self, name: DependencyName, reason: Literal["connection", "timeout"]) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class Dependency:
    """A simulated service that is called through its breaker.

    A call sleeps for a log-normal time around the median, at most for the deadline. `span` is
    called with the dependency's name and held open during the call, refused calls included.
    """

    def __init__(
        self,
        name: DependencyName,
        breaker: Breaker,
        faults: Faults,
        *,
        median_seconds: float = 0.015,
        deadline_seconds: float = 1,
        span: Callable[[str], AbstractContextManager[object]] = nullcontext,
        rng: random.Random | None = None,
    ) -> None:
        self.name = name
        self._breaker = breaker
        self._faults = faults
        self._mu = math.log(median_seconds)
        self._deadline = deadline_seconds
        self._span = span
        self._rng = rng or random.Random()  # noqa: S311 - nothing secret

    def call(self, route: str | None = None) -> None:
        """Wait for the answer to one call, made for a request to `route`.

        Raises DependencyError, or BreakerOpenError at once while the dependency is left alone.
        """
        with self._span(self.name):
            self._breaker.call(lambda: self._answer(route))

    def _answer(self, route: str | None) -> None:
        if self._faults.dependency_is_down(self.name, route):
            time.sleep(CONNECTION_SECONDS)
            raise DependencyError(self.name, "connection")
        seconds = self._rng.lognormvariate(self._mu, SPREAD)
        time.sleep(min(seconds, self._deadline))
        if seconds > self._deadline:
            raise DependencyError(self.name, "timeout")


class Gateway(Dependency):
    """The simulated payment gateway: which cards it declines is known beforehand."""

    def authorise(self, token: str, route: str | None = None) -> Decision:
        """Decide about a payment by card `token`: `tok_declined` is declined, others are not.

        To decline is an answer and no failure of the gateway. Raises ValueError for what is no
        token, and what `call` raises.
        """
        if not token.startswith("tok_"):
            raise ValueError("a card token begins with tok_")
        self.call(route)
        return "declined" if token == "tok_declined" else "authorised"  # noqa: S105 - a test card
