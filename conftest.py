"""What all tests of the checkout have in common."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes many minutes, unless -m names it."""
    if "long" not in config.option.markexpr:
        lengthy = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=lengthy)
        items[:] = [item for item in items if item not in lengthy]
