"""Waiting with a deadline that says what it saw last."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class DeadlineError(AssertionError):
    """What was awaited did not come true in time."""


def wait_for(
    look: Callable[[], T],
    accept: Callable[[T], bool] = bool,
    *,
    within: float,
    what: str,
    every: float = 0.2,
) -> T:
    """Call `look` until `accept` likes what it returns, and return that.

    `within` and `every` are seconds. Exceptions of `look` count as "not yet" and, like the last
    value, appear in the DeadlineError that is raised at the end.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            seen: object = (value := look())
            if accept(value):
                return value
        except Exception as error:  # whatever is not up yet may fail in any way
            seen = error
        if time.monotonic() >= deadline:
            raise DeadlineError(f"{what}: not within {within:g} s; last seen: {seen!r}")
        time.sleep(every)
