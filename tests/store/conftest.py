"""One site for all tests of this directory, with customers from the first minute to the last."""

import pytest

from tests.store.site import deployed


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """Give a site under traffic."""
    folder = tmp_path_factory.mktemp("store")
    # Nobody compacts blocks while tests look at them, also when an hour ends just then.
    quiet = {"thanos_consistency_delay": "1h"}
    with deployed("store", "192.168.76", folder, **quiet) as site, site.customers():
        yield site
