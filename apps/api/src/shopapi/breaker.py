"""A circuit breaker: who fails again and again is left alone for a while."""

from __future__ import annotations

import enum
import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

JITTER = 0.2
"""By how much the time of being open varies, so that workers do not all probe at once."""


class State(enum.StrEnum):
    """What a breaker does with calls: let all pass, none, or one."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class BreakerOpenError(Exception):
    """The call was not made; it makes sense again after `retry_after_seconds`."""

    def __init__(self, name: str, retry_after_seconds: float) -> None:
        super().__init__(f"{name} is left alone for {retry_after_seconds:.1f} s")
        self.name = name
        self.retry_after_seconds = retry_after_seconds


class Breaker:
    """Guards calls of one dependency; calls run side by side.

    It opens after `failures` failed calls in a row, for `open_seconds` ± 20 %. Then it lets one
    call through, the probe: success closes it, failure opens it again. A probe that has not
    come back after `probe_seconds` is given up, and the next call is the probe.

    Exceptions of the classes `counts` are failures. Any other Exception is an answer, and so a
    success. `on_transition` is called with the breaker's name and its new state, in order and
    while the breaker is locked: it must neither take long nor make calls through the breaker.
    """

    def __init__(
        self,
        name: str,
        *,
        counts: tuple[type[Exception], ...] = (Exception,),
        failures: int = 5,
        open_seconds: float = 5,
        probe_seconds: float = 5,
        on_transition: Callable[[str, State], None] = lambda _name, _state: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._counts = counts
        self._limit = failures
        self._open_seconds = open_seconds
        self._probe_seconds = probe_seconds
        self._on_transition = on_transition
        self._clock = clock
        self._lock = threading.Lock()
        self._state = State.CLOSED
        self._failed = 0
        self._retry_at = 0.0
        self._era = 0

    @property
    def state(self) -> State:
        """The present state; an open breaker becomes half-open with the next call."""
        return self._state

    def call(self, function: Callable[[], T]) -> T:
        """Return what `function` returns, and raise what it raises.

        Raises BreakerOpenError without calling it while the dependency is left alone.
        """
        era = self._admit()
        try:
            result = function()
        except Exception as error:
            self._learn(era, failed=isinstance(error, self._counts))
            raise
        self._learn(era, failed=False)
        return result

    def _admit(self) -> int:
        with self._lock:
            if self._state is not State.CLOSED:
                now = self._clock()
                if now < self._retry_at:
                    raise BreakerOpenError(self.name, self._retry_at - now)
                self._retry_at = now + self._probe_seconds
                self._move(State.HALF_OPEN)
            return self._era

    def _learn(self, era: int, *, failed: bool) -> None:
        with self._lock:
            if era != self._era:
                return  # begun before the last transition, so it tells nothing about now
            self._failed = self._failed + 1 if failed else 0
            if failed and (self._state is State.HALF_OPEN or self._failed >= self._limit):
                spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - nothing secret
                self._retry_at = self._clock() + self._open_seconds * spread
                self._move(State.OPEN)
            elif self._state is State.HALF_OPEN and not failed:
                self._move(State.CLOSED)

    def _move(self, state: State) -> None:
        self._era += 1
        self._failed = 0
        if state is not self._state:
            self._state = state
            self._on_transition(self.name, state)
