"""Failures that are meant for the person at the keyboard, and what the command exits with."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import ClassVar

OK, THRESHOLDS_MISSED, USAGE, UNREACHABLE = 0, 1, 2, 3
UNEXPECTED, INTERRUPTED, OUTPUT_LOST = 70, 130, 141
"""Exit codes; README.md says when each is given."""


class LoadgenError(Exception):
    """An expected failure: what is wrong and, in `hint`, what to do about it."""

    exit_code: ClassVar[int]

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(LoadgenError):
    """The command does not make sense; nothing was sent."""

    exit_code = USAGE


class UnreachableError(LoadgenError):
    """A target does not answer at the start; nothing else was sent."""

    exit_code = UNREACHABLE


def likely(word: str, known: Iterable[str]) -> str:
    """Return what is nearest to a word that nobody knows, as the end of a message."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there is {', '.join(known)}"
