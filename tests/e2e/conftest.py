"""The browser that tests of the deployed dashboard share."""

import contextlib

import pytest

from tests.e2e.browser import browser, visiting


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def origin(deployed):
    port = deployed.ports["dashboard"]["port"]
    return f"http://{deployed.addresses['cp-01']}" + ("" if port == 80 else f":{port}")


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
