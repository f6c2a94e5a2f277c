"""What gunicorn loads in each worker: `shopapi.wsgi:create()`."""

from __future__ import annotations

import math
import os
import sqlite3

import falcon
from gunicorn.errors import AppImportError
from opentelemetry import metrics, trace

from shopapi.app import create_app, now
from shopapi.catalogue import ORDER_DAYS
from shopapi.faults import AnyFault, Error, FaultBoard, Latency
from shopapi.instruments import Instruments
from shopapi.retention import Retention
from shopapi.routes import ROUTES
from shopapi.settings import Settings
from shopapi.store import Store


def create() -> falcon.App[falcon.Request, falcon.Response]:
    """Build the application of this process; its environment says how."""
    settings = Settings.from_mapping(os.environ)
    store = Store(settings.database, query_seconds=settings.query_seconds)
    try:
        store.prepare(products=settings.products, orders=settings.orders, today=now().date())
    except (OSError, sqlite3.Error) as error:
        # Of this one gunicorn prints the message alone, and stops.
        raise AppImportError(f"API_DATABASE={str(settings.database)!r}: {error}") from error
    Retention(store, orders_a_day=math.ceil(settings.orders / ORDER_DAYS)).start()
    instruments = Instruments(metrics.get_meter("shopapi"))
    faults = FaultBoard(
        settings.runtime_directory,
        initial_faults(settings),
        ROUTES,
        slot=settings.slot,
        on_error=lambda reason: instruments.fault_file_errors.add(1, {"error.type": reason}),
    )
    return create_app(settings, store, faults, instruments, trace.get_tracer("shopapi"))


def initial_faults(settings: Settings) -> list[AnyFault]:
    """Return the faults that hold from the start and whenever no file says otherwise."""
    faults: list[AnyFault] = []
    if settings.latency_ms:
        faults.append(
            Latency(
                milliseconds=settings.latency_ms, jitter_milliseconds=settings.latency_jitter_ms
            )
        )
    if settings.error_rate:
        faults.append(Error(status=500, fraction=settings.error_rate))
    return faults
