import pytest

from artifacts.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache" / "artifacts")
