"""What is worked out once for several who ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Future
from typing import Generic, TypeVar

from cachetools import TTLCache

from shopapi.instruments import CACHE_REQUESTS, Instruments

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """A worker's own cache of at most `size` values, each kept for `seconds`."""

    def __init__(
        self,
        name: str,
        instruments: Instruments,
        *,
        size: int = 1024,
        seconds: float = 10,
    ) -> None:
        self._values: TTLCache[K, V] = TTLCache(size, seconds)
        self._lock = threading.Lock()
        self._name = name
        self._results = {"hit": 0, "miss": 0}
        instruments.observe(CACHE_REQUESTS, self._counted)

    def get(self, key: K, work: Callable[[], V], *, bypass: bool = False) -> V:
        """Return the value of `key`, by `work` when it is not here or shall not be looked for."""
        with self._lock:
            value = None if bypass else self._values.get(key)
            self._results["miss" if value is None else "hit"] += 1
        if value is None:
            value = work()
            with self._lock:
                self._values[key] = value
        return value

    def _counted(self) -> Iterable[tuple[float, Mapping[str, str]]]:
        with self._lock:
            results = dict(self._results)
        return [
            (count, {"cache.name": self._name, "cache.result": result})
            for result, count in results.items()
        ]


class SingleFlight(Generic[K, V]):
    """Who asks while the same is being worked out waits for that answer, or that error."""

    def __init__(self) -> None:
        self._flights: dict[K, Future[V]] = {}
        self._lock = threading.Lock()

    def get(self, key: K, work: Callable[[], V]) -> V:
        """Return what `work` returns, or what another thread's call for `key` is about to."""
        with self._lock:
            flight = self._flights.get(key)
            leads = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if not leads:
            return flight.result()
        try:
            flight.set_result(work())
        except BaseException as error:
            flight.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._flights[key]
        return flight.result()
