from __future__ import annotations

import contextlib
import random
import statistics
import time

import pytest

from shopapi.breaker import Breaker, BreakerOpenError, State
from shopapi.dependencies import Dependency, DependencyError, Gateway
from shopapi.faults import DependencyDown, FaultBoard
from shopapi.routes import ROUTES


def board(*initial):
    return FaultBoard(None, initial, ROUTES, slot=0, on_error=pytest.fail)


def guarded(name):
    return Breaker(name, counts=(DependencyError,))


def seconds_of(call):
    began = time.monotonic()
    call()
    return time.monotonic() - began


def test_a_call_takes_the_median_in_the_middle_and_varies():
    stock = Dependency("stock", guarded("stock"), board(), rng=random.Random(1))  # noqa: S311

    times = [seconds_of(stock.call) for _ in range(40)]

    assert statistics.median(times) == pytest.approx(0.015, abs=0.006)
    assert max(times) > 1.3 * min(times)


def test_a_call_ends_at_its_deadline():
    slow = Dependency(
        "stock", guarded("stock"), board(), median_seconds=60, deadline_seconds=0.05
    )  # fmt: skip

    began = time.monotonic()
    with pytest.raises(DependencyError, match=r"^stock: timeout$") as late:
        slow.call()

    assert late.value.reason == "timeout"
    assert 0.05 <= time.monotonic() - began < 0.5


def test_a_dependency_that_is_down_fails_soon_and_is_left_alone_after_five_failures():
    faults = board(DependencyDown(dependency="stock"))
    stock = Dependency("stock", guarded("stock"), faults, median_seconds=30)
    for _ in range(5):
        with pytest.raises(DependencyError, match=r"^stock: connection$"):
            stock.call("/api/orders")

    with pytest.raises(BreakerOpenError):
        stock.call("/api/orders")


def test_a_dependency_is_down_only_for_the_routes_that_the_fault_names():
    faults = board(DependencyDown(dependency="stock", routes=("/api/orders",)))
    stock = Dependency("stock", guarded("stock"), faults)
    fraud = Dependency("fraud", guarded("fraud"), faults)

    stock.call("/api/search")
    fraud.call("/api/orders")
    with pytest.raises(DependencyError):
        stock.call("/api/orders")


def test_the_gateway_declines_one_card_and_that_is_no_failure():
    breaker = guarded("gateway")
    gateway = Gateway("gateway", breaker, board(), median_seconds=0.001)

    assert [gateway.authorise("tok_declined") for _ in range(6)] == ["declined"] * 6
    assert gateway.authorise("tok_visa") == "authorised"
    assert breaker.state is State.CLOSED
    with pytest.raises(ValueError, match="begins with tok_"):
        gateway.authorise("4111111111111111")


def test_a_span_covers_every_call_and_sees_its_failure():
    seen = []

    @contextlib.contextmanager
    def span(name):
        seen.append(f"{name} begins")
        try:
            yield
        except DependencyError as error:
            seen.append(f"{name} fails: {error.reason}")
            raise
        seen.append(f"{name} ends")

    def called(faults):
        Dependency("fraud", guarded("fraud"), faults, median_seconds=0.001, span=span).call()

    called(board())
    with pytest.raises(DependencyError):
        called(board(DependencyDown(dependency="fraud")))

    assert seen == ["fraud begins", "fraud ends", "fraud begins", "fraud fails: connection"]
