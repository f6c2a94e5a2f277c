import pytest

from lab.cli import TOPOLOGY
from lab.lab import running
from lab.topology import parse


@pytest.fixture(scope="session")
def topology():
    return parse(TOPOLOGY.read_text(), subnet="192.168.60")


@pytest.fixture(scope="session")
def lab(topology):
    """Two running hosts, Debian 13 and 12, shared by the tests that leave them as they were."""
    with running("test-hosts", topology, ["cp-01", "dp-dev-01"]) as lab:
        yield lab
