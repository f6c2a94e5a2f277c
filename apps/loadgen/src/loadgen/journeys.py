"""A customer orders, thinks, and pays: which order a payment is for."""

from __future__ import annotations

import heapq
from collections import deque

MOST = 1000
"""Orders that are remembered at once of either sort; most orders are never paid."""


class Journeys:
    """The orders of this run that wait for their payment. Times are seconds of the run's clock.

    A payment takes the order whose think time passed last. So the time between an order and its
    payment stays near what was drawn, although there are more orders than payments; those that
    nobody paid in time are forgotten, the oldest first.
    """

    def __init__(self) -> None:
        self._thinking: list[tuple[float, int]] = []
        self._ready: deque[int] = deque(maxlen=MOST)

    def ordered(self, order_id: int, *, ready_at: float) -> None:
        """Remember an order, unless too many customers are thinking already."""
        if len(self._thinking) < MOST:
            heapq.heappush(self._thinking, (ready_at, order_id))

    def payable(self, now: float) -> int | None:
        """Take an order whose think time has passed; None when there is none."""
        while self._thinking and self._thinking[0][0] <= now:
            self._ready.append(heapq.heappop(self._thinking)[1])
        return self._ready.pop() if self._ready else None
