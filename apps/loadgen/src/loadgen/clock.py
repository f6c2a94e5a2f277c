"""The run's clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

SHORTEST = 0.001
"""Seconds: event loops count whole milliseconds, and a shorter sleep would be none at all."""

NEAR_ENOUGH = 0.000_01
"""Seconds: better so much early than a millisecond late."""


class Clock:
    """Seconds since the run began.

    The loop's own time will not do: uvloop reads it once for each round, in milliseconds. Tests
    give the time of a loop that does not wait.
    """

    def __init__(self, seconds: Callable[[], float] = time.perf_counter) -> None:
        self._seconds = seconds
        self._zero = seconds()

    def now(self) -> float:
        """Return how long the run has lasted."""
        return self._seconds() - self._zero

    async def reach(self, moment: float) -> None:
        """Wait until `moment`; who is late already lets others have one turn."""
        left = moment - self.now()
        if left <= NEAR_ENOUGH:
            await asyncio.sleep(0)
        while left > NEAR_ENOUGH:
            await asyncio.sleep(max(left, SHORTEST))
            left = moment - self.now()
