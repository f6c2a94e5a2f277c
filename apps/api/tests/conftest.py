from __future__ import annotations

import falcon.testing
import pytest
from opentelemetry.metrics import NoOpMeter
from opentelemetry.trace import NoOpTracer

from otlp_sink import http_sink
from shopapi.app import create_app, now
from shopapi.faults import FaultBoard
from shopapi.instruments import Instruments
from shopapi.routes import ROUTES
from shopapi.settings import Settings
from shopapi.store import Store


@pytest.fixture
def variables(tmp_path):
    """The smallest environment the API starts with, and a shop that is small too."""
    return {
        "ENV": "prod",
        "DATA_PLANE_ID": "dp-prod-01",
        "API_DATABASE": str(tmp_path / "shop.db"),
    }


@pytest.fixture
def small(variables):
    """A shop that is made quickly and whose dependencies answer at once."""
    return variables | {
        "API_PRODUCTS": "250",
        "API_ORDERS": "300",
        "DEPENDENCY_LATENCY_MS": "0.5",
    }


@pytest.fixture
def settings(small):
    return Settings.from_mapping(small)


@pytest.fixture
def store(settings):
    store = Store(settings.database)
    store.prepare(products=settings.products, orders=settings.orders, today=now().date())
    yield store
    store.close()


@pytest.fixture
def make_client(settings):
    """Return a client of an application over a store, with nothing that measures."""

    def make(store):
        board = FaultBoard(None, (), ROUTES, slot=0, on_error=print)
        instruments = Instruments(NoOpMeter("none"))
        return falcon.testing.TestClient(
            create_app(settings, store, board, instruments, NoOpTracer())
        )

    return make


@pytest.fixture
def client(make_client, store):
    return make_client(store)


@pytest.fixture
def log(tmp_path):
    return tmp_path / "api.log"


@pytest.fixture
def sink():
    with http_sink() as sink:
        yield sink


@pytest.fixture
def exporting(small, sink):
    """The environment of an API that exports to the sink five times a second."""
    return small | {"OTEL_ENDPOINT": sink.url, "OTEL_METRIC_EXPORT_INTERVAL": "200"}
