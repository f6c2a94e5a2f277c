"""Errors that are meant for the person at the keyboard."""

from __future__ import annotations


class UserError(Exception):
    """An expected failure: one sentence on what is wrong and, in `hint`, what to do about it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
