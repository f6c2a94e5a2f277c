"""Look for mistakes of the inventory before any host is touched."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml
from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.release import __version__

from ..module_utils.preflight import (
    group_mistakes,
    identity_mistakes,
    variable_mistakes,
    version_mistakes,
)


def role_options(directories: list[str]) -> dict[str, list[str]]:
    """Return what each role declares in its argument specs."""
    specs = {
        path.parent.parent.name: yaml.safe_load(path.read_text())["argument_specs"]
        for directory in directories
        for path in Path(directory).glob("*/meta/argument_specs.yml")
    }
    return {
        role: [option for entry in entries.values() for option in entry.get("options", {})]
        for role, entries in specs.items()
    }


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible ships no types
    """Report all mistakes at once."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return success, or a failure that lists every mistake."""
        super().run(tmp, task_vars)
        variables = task_vars or {}
        groups, hostvars = variables["groups"], variables["hostvars"]
        hosts = {name: hostvars[name] for name in groups["all"]}
        major, minor = __version__.split(".")[:2]
        mistakes = [
            *version_mistakes((int(major), int(minor)), sys.version_info[:2]),
            *group_mistakes(groups),
            *identity_mistakes(hosts, groups),
            *variable_mistakes(hosts, role_options(constants.DEFAULT_ROLES_PATH)),
        ]
        if mistakes:
            listed = "\n".join(f"  - {mistake}" for mistake in mistakes)
            return {"failed": True, "msg": f"Nothing was touched; correct this first:\n{listed}"}
        return {"changed": False}
