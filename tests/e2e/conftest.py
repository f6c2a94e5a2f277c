"""The browser and the customers that tests of the deployed dashboard share."""

import contextlib
import os

import pytest

from lab import load
from lab.lab import Lab
from tests.conftest import ENVIRONMENTS
from tests.e2e.browser import browser, visiting
from toolkit.promql import query
from toolkit.waiting import wait_for


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def origin(deployed):
    port = deployed.ports["dashboard"]["port"]
    return f"http://{deployed.addresses['cp-01']}" + ("" if port == 80 else f":{port}")


@pytest.fixture(scope="module")
def traffic(deployed):
    """Have customers, and wait until every environment has latencies; give the lab."""
    lab = Lab.open(os.environ["LAB_NAME"])
    with load.customers(lab, load.targets(lab)):
        wait_for(
            lambda: query(deployed.query, "environment:http_latency_seconds:p95_1m > 0"),
            lambda samples: len(samples) == len(ENVIRONMENTS),
            within=60,
            what="traffic of all environments",
        )
        yield lab


@pytest.fixture
def visit(chromium, origin):
    """Open a page of the dashboard in a new tab; no test leaves its origin."""
    with contextlib.ExitStack() as tabs:
        opened = []

        def visit(path, **settings):
            opened.append(tabs.enter_context(visiting(chromium, origin, **settings)))
            opened[-1].open(path)
            return opened[-1]

        yield visit
        assert [address for one in opened for address in one.foreign()] == []
