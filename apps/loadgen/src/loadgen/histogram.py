"""Durations in constant memory: a histogram whose buckets grow with the value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypedDict

SECOND = 1_000_000_000
"""Nanoseconds in a second; inside, durations are whole nanoseconds, so that sums stay exact."""

_BITS = 7
_STEPS = 1 << _BITS
"""Into how many equal buckets each power of two is cut."""


class Packed(TypedDict):
    """A histogram as JSON: nanoseconds, and pairs of bucket and count.

    Of the buckets the first is given by its number, each other by its distance from the one
    before: [4711, 3, 2, 1] is three in bucket 4711 and one in bucket 4713. `bucket_of` tells how
    a duration's bucket is found.
    """

    count: int
    sum: int
    min: int
    max: int
    buckets: list[int]


class Histogram:
    """Counts durations in buckets that are less than 1 % of their value wide.

    The nanoseconds below 256 have a bucket each, every power of two above is cut into 128 equal
    ones. All durations up to an hour share less than 4,600 buckets, and only those that were hit
    take memory. `count`, `sum`, `min` and `max` (nanoseconds) are exact; `min` is -1 while
    nothing was recorded.
    """

    __slots__ = ("_buckets", "count", "max", "min", "sum")

    def __init__(self, seconds: Iterable[float] = ()) -> None:
        self._buckets: dict[int, int] = {}
        self.count = 0
        self.sum = 0
        self.min = -1
        self.max = 0
        for one in seconds:
            self.record(one)

    def record(self, seconds: float) -> None:
        """Count one duration; a negative one, as two clocks may give it, is zero."""
        nanoseconds = int(seconds * SECOND + 0.5) if seconds > 0 else 0
        # bucket_of, written out: it is asked several times for each request.
        shift = nanoseconds.bit_length() - _BITS - 1
        bucket = nanoseconds if shift <= 0 else (shift << _BITS) + (nanoseconds >> shift)
        buckets = self._buckets
        buckets[bucket] = buckets.get(bucket, 0) + 1
        self.count += 1
        self.sum += nanoseconds
        self.max = max(self.max, nanoseconds)
        if nanoseconds < self.min or self.min < 0:
            self.min = nanoseconds

    def quantile(self, q: float) -> float | None:
        """Return the duration in seconds that the share `q` (0 to 1) did not exceed.

        It is the top of the bucket in which the request of that rank lies, so it is never less
        than the true value and less than 1 % more. None when nothing was recorded.
        """
        return self.quantiles((q,))[0]

    def quantiles(self, wanted: Sequence[float]) -> list[float | None]:
        """Return `quantile` of each of `wanted`, which ascend, in one walk."""
        if not self.count:
            return [None] * len(wanted)
        found: list[float | None] = []
        # Rounded, since 0.07 * 100 is a little more than 7.
        ranks = [max(1, math.ceil(round(q * self.count, 6))) for q in wanted]
        passed = 0
        for bucket in sorted(self._buckets):
            passed += self._buckets[bucket]
            while len(found) < len(ranks) and ranks[len(found)] <= passed:
                found.append(min(top_of(bucket), self.max) / SECOND)
        return found

    @property
    def mean(self) -> float | None:
        """The mean in seconds, exact; None when nothing was recorded."""
        return self.sum / self.count / SECOND if self.count else None

    @property
    def longest(self) -> float | None:
        """The longest duration in seconds, exact; None when nothing was recorded."""
        return self.max / SECOND if self.count else None

    def copy(self) -> Histogram:
        """Return one that does not change when this one does."""
        twin = Histogram()
        twin._buckets = self._buckets.copy()
        twin.count, twin.sum, twin.min, twin.max = self.count, self.sum, self.min, self.max
        return twin

    def merge(self, other: Histogram) -> None:
        """Add what `other` counted, as if it had been recorded here."""
        if not other.count:
            return
        buckets = self._buckets
        for bucket, count in other._buckets.items():
            buckets[bucket] = buckets.get(bucket, 0) + count
        self.min = other.min if self.min < 0 else min(self.min, other.min)
        self.max = max(self.max, other.max)
        self.count += other.count
        self.sum += other.sum

    def since(self, earlier: Histogram) -> Histogram:
        """Return what was recorded after `earlier` was copied from this one.

        `min` and `max` are then limits of buckets, as exact as a quantile.
        """
        new = Histogram()
        before = earlier._buckets
        for bucket, count in self._buckets.items():
            if more := count - before.get(bucket, 0):
                new._buckets[bucket] = more
        new.count = self.count - earlier.count
        new.sum = self.sum - earlier.sum
        if new._buckets:
            new.min = max(self.min, bottom_of(min(new._buckets)))
            new.max = min(self.max, top_of(max(new._buckets)))
        return new

    def pack(self) -> Packed:
        """Return the histogram as JSON has it."""
        flat: list[int] = []
        last = 0
        for bucket in sorted(self._buckets):
            flat += (bucket - last, self._buckets[bucket])
            last = bucket
        return Packed(count=self.count, sum=self.sum, min=self.min, max=self.max, buckets=flat)

    @classmethod
    def unpack(cls, packed: Packed) -> Histogram:
        """Return the histogram that was packed.

        Raises KeyError, TypeError or ValueError for what `pack` cannot have made.
        """
        histogram = cls()
        flat = packed["buckets"]
        bucket = 0
        for step, count in zip(flat[::2], flat[1::2], strict=True):
            bucket += step
            histogram._buckets[int(bucket)] = int(count)
        histogram.count, histogram.sum = int(packed["count"]), int(packed["sum"])
        histogram.min, histogram.max = int(packed["min"]), int(packed["max"])
        counts = histogram._buckets.values()
        if sum(counts) != histogram.count or min(counts, default=1) < 1:
            raise ValueError("a histogram's buckets do not add up to its count")
        return histogram

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Histogram) and self.pack() == other.pack()

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"Histogram({self.pack()})"


def bucket_of(nanoseconds: int) -> int:
    """Return the number of the bucket that counts `nanoseconds`."""
    shift = max(0, nanoseconds.bit_length() - _BITS - 1)
    return (shift << _BITS) + (nanoseconds >> shift)


def bottom_of(bucket: int) -> int:
    """Return the least nanoseconds that the bucket counts."""
    shift = max(0, (bucket >> _BITS) - 1)
    return (bucket - (shift << _BITS)) << shift


def top_of(bucket: int) -> int:
    """Return the most nanoseconds that the bucket counts."""
    return bottom_of(bucket + 1) - 1
