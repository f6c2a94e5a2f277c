from __future__ import annotations

import falcon.testing
import pytest

from shopapi import catalogue
from shopapi.app import create_app
from shopapi.settings import Settings
from shopapi.store import Store


@pytest.fixture
def variables(tmp_path):
    """The smallest environment the API starts with."""
    return {
        "ENV": "prod",
        "DATA_PLANE_ID": "dp-prod-01",
        "API_DATABASE": str(tmp_path / "shop.db"),
    }


@pytest.fixture
def settings(variables):
    return Settings.from_mapping(variables)


@pytest.fixture
def store(settings):
    store = Store(settings.database)
    store.prepare(catalogue.products(250))
    yield store
    store.close()


@pytest.fixture
def client(settings, store):
    return falcon.testing.TestClient(create_app(settings, store))
