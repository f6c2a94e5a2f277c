"""One site for all tests of this directory."""

import pytest

from lab.lab import running
from lab.topology import parse
from tests.dashboard.site import TOPOLOGY, Site


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with running("dash", parse(TOPOLOGY)) as lab:
        yield Site(lab, tmp_path_factory.mktemp("operator"))


@pytest.fixture(scope="session")
def north(site):
    """Give the name of the environment with which the site was deployed."""
    site.write("north")
    done = site.play("control_plane", "north")
    assert done.changed
    return "north"
