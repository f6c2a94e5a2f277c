import pytest

from artifacts.store import Store


def pytest_collection_modifyitems(config, items):
    """Leave out what takes many minutes, unless -m names it."""
    if "long" not in config.option.markexpr:
        config.hook.pytest_deselected(
            items=[one for one in items if one.get_closest_marker("long")]
        )
        items[:] = [one for one in items if not one.get_closest_marker("long")]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache" / "artifacts")
