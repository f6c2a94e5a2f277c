from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadgen.histogram import SECOND, Histogram, bottom_of, bucket_of, top_of

durations = st.floats(min_value=10e-6, max_value=3600)


def exact(values, q):
    """Return the value of that rank, in whole nanoseconds as the histogram has it."""
    rank = max(1, math.ceil(round(q * len(values), 6)))
    return round(sorted(values)[rank - 1] * SECOND) / SECOND


@given(st.lists(durations, min_size=1), st.floats(min_value=0, max_value=1))
def test_a_quantile_is_never_below_the_true_one_and_at_most_one_percent_above(values, q):
    found = Histogram(values).quantile(q)
    true = exact(values, q)
    assert true - 2 / SECOND <= found <= true * 1.01


@given(st.lists(durations), st.lists(durations))
def test_merging_two_is_the_same_as_recording_all_in_one(left, right):
    merged = Histogram(left)
    merged.merge(Histogram(right))
    assert merged == Histogram(left + right)


@given(st.lists(durations), st.lists(durations))
def test_what_was_recorded_since_a_copy_has_the_same_quantiles(before, after):
    histogram = Histogram(before)
    copy = histogram.copy()
    for one in after:
        histogram.record(one)
    since, alone = histogram.since(copy), Histogram(after)
    assert (since.count, since.sum) == (alone.count, alone.sum)
    for found, true in zip(
        since.quantiles((0.5, 0.99, 1)), alone.quantiles((0.5, 0.99, 1)), strict=True
    ):
        assert found == (true if true is None else pytest.approx(true, rel=0.01))


@given(st.lists(durations))
def test_a_histogram_survives_json(values):
    histogram = Histogram(values)
    assert Histogram.unpack(json.loads(json.dumps(histogram.pack()))) == histogram


@given(st.integers(min_value=0, max_value=3600 * SECOND))
def test_every_nanosecond_lies_in_its_bucket(nanoseconds):
    bucket = bucket_of(nanoseconds)
    assert bottom_of(bucket) <= nanoseconds <= top_of(bucket)
    assert bucket_of(bottom_of(bucket)) == bucket == bucket_of(top_of(bucket))
    histogram = Histogram([nanoseconds / SECOND])
    assert histogram.pack()["buckets"] in ([bucket, 1], [bucket_of(histogram.max), 1])


def test_count_sum_and_extremes_are_exact():
    histogram = Histogram([0.0001, 0.25, 3.0])
    assert (histogram.count, histogram.sum) == (3, 3_250_100_000)
    assert (histogram.min, histogram.max) == (100_000, 3 * SECOND)
    assert histogram.mean == pytest.approx(3.2501 / 3)


def test_the_highest_quantile_is_the_longest_duration():
    assert Histogram([0.001, 0.2, 1.2345]).quantile(1) == 1.2345


def test_a_round_share_of_a_round_count_is_not_one_rank_too_high():
    histogram = Histogram(number / 1000 for number in range(1, 101))
    assert histogram.quantile(0.07) == pytest.approx(0.007, rel=0.01)  # 0.07 * 100 > 7


def test_nothing_recorded_has_no_quantile():
    empty = Histogram()
    assert (empty.quantile(0.5), empty.mean, empty.longest) == (None, None, None)


def test_a_negative_duration_is_zero():
    histogram = Histogram([-0.001])
    assert (histogram.count, histogram.sum, histogram.quantile(1)) == (1, 0, 0)


def test_an_hour_of_durations_has_fewer_than_4600_buckets():
    assert bucket_of(3600 * SECOND) < 4600


@pytest.mark.parametrize(
    "damage",
    [{"count": 2}, {"buckets": [1]}, {"buckets": [5, 0]}, {"buckets": [5, 2, 1, -1]}],
    ids=["count", "half a pair", "empty bucket", "negative bucket"],
)
def test_a_histogram_that_does_not_add_up_is_refused(damage):
    with pytest.raises(ValueError, match=r"."):
        Histogram.unpack({**Histogram([0.1]).pack(), **damage})
