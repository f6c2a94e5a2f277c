"""Keeps the shop's data from growing, so that a week of orders does not make it slower."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
from datetime import UTC, datetime

from shopapi.store import Store, StoreError

log = logging.getLogger(__name__)

BETWEEN_BATCHES_SECONDS = 0.05


class Retention:
    """A thread that prunes `store` every minute or so; several processes take turns.

    Start it after a fork. A failure is logged when it begins, and tried again.
    """

    def __init__(
        self,
        store: Store,
        *,
        orders_a_day: int,
        every_seconds: float = 60,
        jitter_seconds: float = 10,
    ) -> None:
        self._store = store
        self._orders_a_day = orders_a_day
        self._every_seconds = every_seconds
        self._jitter_seconds = jitter_seconds
        self._stopping = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Begin in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Return once the batch that is under way is done; the store can be closed then."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        pause = self._next_round()
        while not self._stopping.wait(pause):
            pause = BETWEEN_BATCHES_SECONDS if self._prune() else self._next_round()

    def _prune(self) -> int:
        try:
            done = self._store.prune(datetime.now(UTC), orders_a_day=self._orders_a_day)
        except (OSError, sqlite3.Error, StoreError) as error:
            if not self._failing:
                log.warning("Old orders stay for now, and are tried again: %s", error)
            self._failing = True
            return 0
        self._failing = False
        return done

    def _next_round(self) -> float:
        # Workers that started together do not ask together.
        return self._every_seconds + random.uniform(0, self._jitter_seconds)  # noqa: S311
