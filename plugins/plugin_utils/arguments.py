"""What an action accepts is what its module documents; used on the controller."""

from __future__ import annotations

from typing import Any

import yaml


def argument_spec(documentation: str) -> dict[str, Any]:
    """Turn a module's documentation into an argument spec, so that both are the same thing.

    Hosts have no YAML: a module that takes its arguments itself repeats them, and a test compares.
    """
    return _spec(yaml.safe_load(documentation)["options"])


def _spec(options: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in option.items() if key not in ("description", "options")}
        | ({"options": _spec(option["options"])} if "options" in option else {})
        for name, option in options.items()
    }
