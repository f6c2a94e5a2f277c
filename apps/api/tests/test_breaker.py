from __future__ import annotations

import itertools
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from shopapi.breaker import Breaker, BreakerOpenError, State

LATEST_SECONDS = 5 * 1.2
"""When an open breaker lets the probe through at the latest."""


class LostError(Exception):
    pass


class DeclinedError(Exception):
    pass


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def moves():
    return []


@pytest.fixture
def breaker(clock, moves):
    return Breaker(
        "stock", counts=(LostError,), clock=clock, on_transition=lambda *move: moves.append(move)
    )


def lose():
    raise LostError


def decline():
    raise DeclinedError


def attempt(breaker, function):
    try:
        return breaker.call(function)
    except (LostError, DeclinedError, BreakerOpenError) as error:
        return type(error)


def opened(breaker):
    for _ in range(5):
        assert attempt(breaker, lose) is LostError
    return breaker


def test_the_fifth_failure_in_a_row_opens_it_and_a_call_is_no_longer_made(breaker, moves):
    for function in (lose, lose, lose, lose, time.monotonic, lose, lose, lose, lose):
        attempt(breaker, function)
    assert breaker.state is State.CLOSED

    attempt(breaker, lose)

    assert moves == [("stock", State.OPEN)]
    with pytest.raises(
        BreakerOpenError, match=r"^stock is left alone for [456]\.[0-9] s$"
    ) as open_:
        breaker.call(lambda: pytest.fail("it was called"))
    assert 4 <= open_.value.retry_after_seconds <= 6


def test_a_success_of_the_probe_closes_it(breaker, clock, moves):
    opened(breaker)
    clock.now += LATEST_SECONDS

    assert breaker.call(lambda: breaker.state) is State.HALF_OPEN

    assert [state for _, state in moves] == [State.OPEN, State.HALF_OPEN, State.CLOSED]


def test_a_failure_of_the_probe_opens_it_again_for_as_long(breaker, clock):
    opened(breaker)
    clock.now += LATEST_SECONDS

    assert attempt(breaker, lose) is LostError

    assert breaker.state is State.OPEN
    clock.now += 3.9
    assert attempt(breaker, lose) is BreakerOpenError
    clock.now += LATEST_SECONDS - 3.9
    assert attempt(breaker, lose) is LostError


def test_the_time_of_being_open_varies(clock):
    def retry_after():
        with pytest.raises(BreakerOpenError) as refused:
            opened(Breaker("stock", clock=clock)).call(lose)
        return refused.value.retry_after_seconds

    times = [retry_after() for _ in range(200)]

    assert 4 <= min(times) < 4.3
    assert 5.7 < max(times) <= 6


def test_an_exception_that_does_not_count_is_an_answer(breaker, clock):
    for function in (lose, lose, lose, lose, decline, lose, *[decline] * 20):
        attempt(breaker, function)
    assert breaker.state is State.CLOSED

    opened(breaker)
    clock.now += LATEST_SECONDS
    assert attempt(breaker, decline) is DeclinedError
    assert breaker.state is State.CLOSED


def test_calls_run_side_by_side():
    breaker = Breaker("stock")
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: breaker.call(lambda: time.sleep(0.2)), range(8)))

    assert time.monotonic() - began < 0.6


def test_one_of_eight_calls_is_the_probe(breaker, clock):
    opened(breaker)
    clock.now += LATEST_SECONDS
    together = threading.Barrier(8)
    refused = threading.Semaphore(0)

    def call():
        together.wait()
        try:
            return breaker.call(lambda: all(refused.acquire(timeout=5) for _ in range(7)))
        except BreakerOpenError:
            refused.release()
            return None

    with ThreadPoolExecutor(8) as pool:
        results = [done.result() for done in [pool.submit(call) for _ in range(8)]]

    assert sorted(results, key=str) == [None] * 7 + [True]


def in_flight(breaker):
    """Begin a call in a thread; the answer ends it with a function's outcome."""
    begun, orders = threading.Event(), queue.SimpleQueue()

    def body():
        begun.set()
        return orders.get()()

    thread = threading.Thread(target=attempt, args=(breaker, body), daemon=True)
    thread.start()
    while not begun.wait(0.01):
        if not thread.is_alive():
            return None  # refused

    def finish(function):
        orders.put(function)
        thread.join()

    return finish


def test_a_probe_that_never_comes_back_is_given_up(breaker, clock):
    opened(breaker)
    clock.now += LATEST_SECONDS
    lost = in_flight(breaker)
    clock.now += 4.9
    assert attempt(breaker, decline) is BreakerOpenError
    clock.now += 0.1

    assert attempt(breaker, decline) is DeclinedError

    assert breaker.state is State.CLOSED
    for _ in range(5):
        attempt(breaker, lose)
    lost(decline)  # late, and about another time
    assert breaker.state is State.OPEN


def test_a_call_from_before_does_not_decide_about_now(breaker, clock):
    slow_success, slow_failure = in_flight(breaker), in_flight(breaker)
    opened(breaker)

    slow_success(decline)
    assert breaker.state is State.OPEN

    clock.now += LATEST_SECONDS
    probe = in_flight(breaker)
    slow_failure(lose)
    assert breaker.state is State.HALF_OPEN
    probe(decline)
    assert breaker.state is State.CLOSED


class Model(RuleBasedStateMachine):
    """The breaker beside a plain description of it; calls overlap in every order."""

    calls = Bundle("calls")

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.moves = []
        self.breaker = Breaker(
            "stock", counts=(LostError,), failures=3, clock=self.clock,
            on_transition=lambda _, state: self.moves.append(state),
        )  # fmt: skip
        self.state, self.failed, self.generation = State.CLOSED, 0, 0
        self.not_before = self.at_latest = 0.0
        self.unfinished = []

    def move(self, state):
        self.state, self.failed = state, 0
        self.generation += 1

    @rule(target=calls)
    def begin(self):
        finish = in_flight(self.breaker)
        admitted = finish is not None
        if self.state is State.CLOSED:
            assert admitted
        elif self.clock.now < self.not_before:
            assert not admitted
        elif self.clock.now >= self.at_latest:
            assert admitted
        if not admitted:
            return multiple()
        if self.state is not State.CLOSED:
            self.move(State.HALF_OPEN)
            self.not_before = self.at_latest = self.clock.now + 5
        self.unfinished.append(finish)
        return finish, self.generation

    @rule(call=consumes(calls), function=st.sampled_from([lose, decline, time.monotonic]))
    def end(self, call, function):
        finish, generation = call
        finish(function)
        self.unfinished.remove(finish)
        if generation != self.generation:
            return
        if function is not lose:
            self.failed = 0
            if self.state is State.HALF_OPEN:
                self.move(State.CLOSED)
            return
        self.failed += 1
        if self.state is State.HALF_OPEN or self.failed == 3:
            self.move(State.OPEN)
            self.not_before, self.at_latest = self.clock.now + 4, self.clock.now + 6

    @rule(seconds=st.sampled_from([0.5, 3.9, 5, 6]))
    def pass_time(self, seconds):
        self.clock.now += seconds

    @invariant()
    def the_breaker_is_in_the_state_of_the_model(self):
        assert self.breaker.state is self.state

    @invariant()
    def every_transition_was_told_and_is_a_possible_one(self):
        told = [State.CLOSED, *self.moves]
        assert told[-1] is self.state
        assert set(itertools.pairwise(told)) <= {
            (State.CLOSED, State.OPEN),
            (State.OPEN, State.HALF_OPEN),
            (State.HALF_OPEN, State.OPEN),
            (State.HALF_OPEN, State.CLOSED),
        }

    def teardown(self):
        for finish in self.unfinished:
            finish(decline)


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
