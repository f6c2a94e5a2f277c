"""What is simulated looks like what a thousand real data planes send."""

import itertools
from collections import Counter

import pytest

from tests.benchmarks.shape import BURST, HOUR, RAW_RESOLUTION, RESOLUTION, Fleet

END = 1_763_856_000
FLEET = Fleet(END)
SLICE = range(END - HOUR // 2 + RAW_RESOLUTION, END + 1, RAW_RESOLUTION)


def identity(series):
    return series.name, tuple(sorted(series.labels.items()))


@pytest.fixture(scope="module")
def raw():
    """Every raw series of one data plane over the last half hour."""
    name = next(one.name for one in FLEET.data_planes if one.has_raw)
    return [one for one in FLEET.raw(SLICE) if one.labels["data_plane_id"] == name]


def test_a_thousand_data_planes_are_in_six_environments_of_unequal_size():
    sizes = Counter(one.environment for one in FLEET.data_planes)
    assert sum(sizes.values()) == 1000
    assert len(set(sizes.values())) == 6


def test_every_environment_has_data_planes_with_raw_series():
    with_raw = [one.environment for one in FLEET.data_planes if one.has_raw]
    assert len(with_raw) == 20
    assert set(with_raw) == {one.environment for one in FLEET.data_planes}


def test_each_data_plane_has_twenty_coarse_series_and_no_series_comes_twice():
    series = list(FLEET.recorded(range(END - HOUR, END, RESOLUTION)))
    counts = Counter(one.labels.get("data_plane_id") for one in series)
    del counts[None]
    assert set(counts.values()) == {20}
    assert len({identity(one) for one in series}) == len(series)


def test_a_data_plane_has_about_as_many_raw_series_as_a_real_one(raw):
    assert 2000 <= len(raw) <= 2500
    assert len({identity(one) for one in raw}) == len(raw)


def test_series_come_in_the_same_order_in_every_slice(raw):
    before = FLEET.raw(range(SLICE[0] - 600, SLICE[0], RAW_RESOLUTION))
    assert [identity(one) for one in itertools.islice(before, len(raw))] == list(map(identity, raw))


def test_no_counter_falls_within_a_slice_or_at_its_seam(raw):
    before = FLEET.raw(range(SLICE[0] - 600, SLICE[0], RAW_RESOLUTION))
    for earlier, later in zip(before, raw, strict=False):
        if later.name.endswith(("_bucket", "_count", "_sum", "_total")):
            values = [*earlier.values, *later.values]
            assert values == sorted(values), later


def test_no_bucket_gains_more_than_a_wider_one(raw):
    for narrow, wide in itertools.pairwise(raw):
        if narrow.name.endswith("_bucket") and narrow.labels["le"] != "+Inf":
            gains = zip(
                narrow.values, narrow.values[1:], wide.values, wide.values[1:], strict=False
            )
            assert all(b - a <= d - c for a, b, c, d in gains), wide


def test_a_burst_shows_in_the_errors_of_its_data_plane_and_ends():
    burst = next(one.traffic for one in FLEET.data_planes if one.traffic.burst)
    times = range(burst.burst - RESOLUTION, burst.burst + BURST + RESOLUTION, RESOLUTION)
    before, *during, after = burst.errors(times)
    assert before < 0.001
    assert min(during) > 0.1
    assert after < 0.001
