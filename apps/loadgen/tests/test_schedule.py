from __future__ import annotations

import itertools
import random
import statistics
from collections import deque
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from loadgen.schedule import SECOND, Bursts, Steady, due_times, stretches

rates = st.fractions(min_value=Fraction(1, 10), max_value=5000, max_denominator=1000)
seeds = st.integers(min_value=0)


def chance(seed):
    return random.Random(seed)  # noqa: S311 - repeatable, not secret


def bounds(least, greatest):
    return st.tuples(*[st.integers(least, greatest)] * 2).map(sorted).map(tuple)


bursts = st.builds(
    Bursts,
    per_second=bounds(1, 200).map(lambda pair: tuple(map(Fraction, pair))),
    burst_seconds=bounds(1, 20),
    pause_seconds=bounds(1, 20),
)


def first(count, pace, arrivals="uniform", seed=1):
    return list(itertools.islice(due_times(pace, arrivals, chance(seed)), count))


@given(rate=rates, number=st.integers(0, 2000))
def test_a_request_of_a_steady_rate_is_due_less_than_a_nanosecond_before_its_exact_time(
    rate, number
):
    due = first(number + 1, Steady(rate))[number]
    assert 0 <= number * SECOND / rate - due < 1


def test_request_ten_million_is_as_exact_as_the_first():
    times = due_times(Steady(Fraction(3)), "uniform", chance(1))
    (due,) = deque(itertools.islice(times, 10_000_001), maxlen=1)
    assert due == 10_000_000 * SECOND // 3


def test_fifty_a_second_for_five_minutes_are_fifteen_thousand():
    times = due_times(Steady(Fraction(50)), "uniform", chance(1))
    assert sum(1 for _ in itertools.takewhile(lambda due: due < 300 * SECOND, times)) == 15_000


@given(pace=bursts, seed=seeds)
def test_bursts_and_pauses_stay_within_their_bounds(pace, seed):
    some = list(itertools.islice(stretches(pace, chance(seed)), 20))
    for one in some:
        assert pace.per_second[0] <= one.per_second <= pace.per_second[1]
        assert pace.burst_seconds[0] <= Fraction(one.end - one.begin, SECOND)
        assert pace.burst_seconds[1] >= Fraction(one.end - one.begin, SECOND)
    for before, after in itertools.pairwise(some):
        pause = Fraction(after.begin - before.end, SECOND)
        assert pace.pause_seconds[0] <= pause <= pace.pause_seconds[1]


@given(pace=bursts, seed=seeds, arrivals=st.sampled_from(["uniform", "poisson"]))
def test_nothing_is_due_during_a_pause(pace, seed, arrivals):
    pauses = 0
    for before, after in itertools.pairwise(first(500, pace, arrivals, seed)):
        assert before <= after
        pauses += after - before >= pace.pause_seconds[0] * SECOND
    if arrivals == "uniform":
        seconds = first(500, pace, arrivals, seed)[-1] / SECOND
        whole = pace.burst_seconds[1] + pace.pause_seconds[1]
        assert pauses >= seconds // whole - 1


@given(pace=bursts, seed=seeds)
def test_a_burst_holds_as_many_requests_as_its_rate_says(pace, seed):
    burst = next(stretches(pace, chance(seed)))
    times = due_times(pace, "uniform", chance(seed))
    count = sum(1 for _ in itertools.takewhile(lambda due: due < burst.end, times))
    assert abs(count - Fraction(burst.end - burst.begin, SECOND) * burst.per_second) <= 1


@given(
    pace=st.one_of(bursts, rates.map(Steady)),
    arrivals=st.sampled_from(["uniform", "poisson"]),
    seed=seeds,
)
def test_the_same_seed_gives_the_same_times_in_order(pace, arrivals, seed):
    times = first(300, pace, arrivals, seed)
    assert times == first(300, pace, arrivals, seed)
    assert times == sorted(times)


def test_random_gaps_keep_the_rate_and_vary_as_much_as_those_of_many_customers():
    times = first(50_000, Steady(Fraction(50)), "poisson")
    gaps = [(after - before) / SECOND for before, after in itertools.pairwise(times)]
    mean = statistics.fmean(gaps)
    assert abs(mean - 0.02) < 0.0005
    assert abs(statistics.pstdev(gaps) / mean - 1) < 0.02
