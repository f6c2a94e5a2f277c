"""What gunicorn loads in each worker: `shopapi.wsgi:create()`."""

from __future__ import annotations

import os
import sqlite3

import falcon
from gunicorn.errors import AppImportError

from shopapi import catalogue
from shopapi.app import create_app
from shopapi.settings import Settings
from shopapi.store import Store


def create() -> falcon.App[falcon.Request, falcon.Response]:
    """Build the application of this process; its environment says how."""
    settings = Settings.from_mapping(os.environ)
    store = Store(settings.database)
    try:
        store.prepare(catalogue.products())
    except (OSError, sqlite3.Error) as error:
        # Of this one gunicorn prints the message alone, and stops.
        raise AppImportError(f"API_DATABASE={str(settings.database)!r}: {error}") from error
    return create_app(settings, store)
