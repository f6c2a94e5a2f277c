import pytest

from tests.artifact import unpack


@pytest.fixture(scope="session")
def promtool(tmp_path_factory):
    """Give the promtool of the release that hosts get."""
    folder = tmp_path_factory.mktemp("prometheus")
    unpack("prometheus", folder)
    return folder / "promtool"
