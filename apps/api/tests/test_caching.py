from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from opentelemetry.metrics import NoOpMeter

from shopapi.caching import Cache, SingleFlight
from shopapi.instruments import Instruments
from toolkit.waiting import wait_for


def counting(results):
    """Return a piece of work that gives one result after the other."""
    return lambda: next(results)


def test_a_cache_works_once_until_its_time_is_over():
    cache = Cache("products", Instruments(NoOpMeter("none")), seconds=0.05)
    work = counting(iter(range(1, 100)))

    assert [cache.get("a", work), cache.get("a", work), cache.get("b", work)] == [1, 1, 2]
    wait_for(lambda: cache.get("a", work), lambda value: value > 2, within=2, what="it expires")


def test_a_bypassed_cache_is_not_asked_but_learns():
    cache = Cache("products", Instruments(NoOpMeter("none")))
    work = counting(iter(range(1, 100)))

    seen = [cache.get("a", work, bypass=bypass) for bypass in (False, True, False)]

    assert seen == [1, 2, 2]


def together(flights, work, count=8):
    """Ask `count` times while the first one works; `work` gets an event to wait for."""
    go, entered = threading.Event(), []

    def slow():
        entered.append(1)
        assert go.wait(5)
        return work()

    with ThreadPoolExecutor(count) as pool:
        asked = [pool.submit(flights.get, "key", slow) for _ in range(count)]
        wait_for(lambda: entered, within=5, what="the first one works")
        # The others have to have joined; each is a thread of the pool by now.
        wait_for(lambda: len(pool._threads), lambda n: n == count, within=5, what="all ask")  # noqa: SLF001
        go.set()
        return asked, entered


def test_who_asks_together_gets_one_answer():
    asked, entered = together(SingleFlight(), lambda: "answer")

    assert {future.result() for future in asked} == {"answer"}
    assert len(entered) < 8


def test_an_error_is_shared_and_not_kept():
    flights = SingleFlight()

    asked, _ = together(flights, lambda: 1 / 0)

    for future in asked:
        with pytest.raises(ZeroDivisionError):
            future.result()
    assert flights.get("key", lambda: "well") == "well"
