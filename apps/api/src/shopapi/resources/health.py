"""`GET /health`: does this worker answer, and what is it?"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import ClassVar, Literal

import falcon
import msgspec

from shopapi import __version__
from shopapi.operations import Operation, Operations, answer
from shopapi.settings import Settings
from shopapi.store import Store


class Health(msgspec.Struct, frozen=True):
    """The answer of a worker that is well; `build` names the release that it runs from."""

    status: Literal["ok"]
    version: str
    build: str
    environment: str
    data_plane_id: str


class HealthResource:
    """Liveness: nothing is asked but the worker and its database."""

    operations: ClassVar[Operations] = {"get": Operation("Is this worker alive?", {200: Health})}

    def __init__(self, settings: Settings, store: Store) -> None:
        self._health = Health(
            "ok",
            __version__,
            Path(sys.prefix).name,  # a release is a virtual environment in a directory of its own
            settings.environment,
            settings.data_plane_id,
        )
        self._store = store

    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        """Answer 200, or 503 when the database does not answer."""
        try:
            self._store.check()
        except sqlite3.Error as error:
            raise falcon.HTTPServiceUnavailable(
                description=f"The database does not answer: {error}."
            ) from error
        answer(response, self._health)

    on_head = on_get
