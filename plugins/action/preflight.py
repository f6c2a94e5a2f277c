"""Look for mistakes before any host is changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible import constants
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.release import __version__

from ..modules.preflight import DOCUMENTATION
from ..plugin_utils import checkout
from ..plugin_utils.arguments import argument_spec
from ..plugin_utils.preflight import hosts as on_hosts
from ..plugin_utils.preflight import inventory
from ..plugin_utils.preflight.inventory import Groups, Hosts

ARGUMENTS = argument_spec(DOCUMENTATION)


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
        _, args = self.validate_argument_spec(ARGUMENTS)
        groups, hostvars = variables["groups"], variables["hostvars"]
        hosts = {name: hostvars[name] for name in groups["all"]}
        if args["surveys"] is None:
            mistakes = [*_inventory_mistakes(hosts, groups)]
        else:
            mistakes = self._host_mistakes(args, hosts, groups, variables)
        if mistakes:
            listed = "\n".join(f"  - {mistake}" for mistake in mistakes)
            return {"failed": True, "msg": f"Nothing was touched; correct this first:\n{listed}"}
        return {"changed": False}

    def _host_mistakes(
        self, args: dict[str, Any], hosts: Hosts, groups: Groups, variables: dict[str, Any]
    ) -> list[str]:
        surveys = args["surveys"]
        removed = variables.get("environments_removed", [])
        secrets = checkout.secret_file(args["secrets_directory"])
        has_secrets = not args["needs_secrets"] or checkout.has_secrets(secrets)
        run = on_hosts.Run(
            hosts=hosts,
            environments={
                hosts[name]["data_plane_environment"] for name in groups.get("data_plane", ())
            },
            removed=removed.split(",") if isinstance(removed, str) else removed,
            known=checkout.environments(),
            revision=checkout.revision(),
            allow_older_revision=boolean(variables.get("allow_older_revision", False)),
            control_plane=groups.get("control_plane", ()),
            missing_secrets="" if has_secrets else checkout.shown(secrets),
        )
        mistakes = [*on_hosts.mistakes(surveys, run)]
        for name in groups.get("prometheus", ()):
            if not mistakes and name in surveys:
                for remark in on_hosts.remarks(name, surveys[name], run):
                    self._display.display(remark)
        return mistakes


def _inventory_mistakes(hosts: Hosts, groups: Groups) -> Iterator[str]:
    major, minor = __version__.split(".")[:2]
    yield from inventory.version_mistakes((int(major), int(minor)), sys.version_info[:2])
    yield from inventory.group_mistakes(groups)
    yield from inventory.control_plane_mistakes(hosts, groups)
    yield from inventory.identity_mistakes(hosts, groups)
    yield from inventory.dashboard_mistakes(hosts, groups)
    yield from inventory.objective_mistakes(hosts)
    yield from inventory.environment_mistakes(hosts, groups)
    yield from inventory.variable_mistakes(hosts, role_options(constants.DEFAULT_ROLES_PATH))
