"""`GET /ready`: can this worker serve the shop?"""

from __future__ import annotations

import sqlite3
from typing import ClassVar, Literal

import falcon
import msgspec

from shopapi.operations import Operation, Operations, answer
from shopapi.store import Store


class Ready(msgspec.Struct, frozen=True):
    """The answer of a worker that may get traffic."""

    status: Literal["ready"]


class ReadyResource:
    """Readiness: the database answers and holds all that this version needs."""

    operations: ClassVar[Operations] = {
        "get": Operation("May this worker get traffic?", {200: Ready})
    }

    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        """Answer 200, or 503 with what is missing."""
        try:
            prepared = self._store.is_prepared()
        except sqlite3.Error as error:
            raise falcon.HTTPServiceUnavailable(
                description=f"The database does not answer: {error}."
            ) from error
        if not prepared:
            raise falcon.HTTPServiceUnavailable(description="The database is being prepared.")
        answer(response, Ready("ready"))

    on_head = on_get
