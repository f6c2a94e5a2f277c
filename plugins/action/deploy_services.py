"""Deploy several services that belong together, at the price of one when nothing is to be done."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

from ..modules.deploy_services import DOCUMENTATION
from ..plugin_utils.arguments import argument_spec
from . import deploy_service

ARGUMENTS = argument_spec(DOCUMENTATION)


class ActionModule(deploy_service.ActionModule):
    """Deploy a list of services in turn."""

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the results of all of them as one."""
        ActionBase.run(self, tmp, task_vars)
        _, args = self.validate_argument_spec(ARGUMENTS)
        results = self.deploy([_checked(service) for service in args["services"]], task_vars or {})
        return {
            "changed": any(result.get("changed") for result in results),
            "services": dict(zip([one["name"] for one in args["services"]], results, strict=False)),
            "diff": [shown for result in results for shown in result.pop("diff", [])],
            **{key: results[-1][key] for key in ("failed", "msg") if key in results[-1]},
        }


def _checked(service: dict[str, Any]) -> dict[str, Any]:
    """Return a service's arguments, complete with their defaults."""
    checked = ArgumentSpecValidator(deploy_service.ARGUMENTS).validate(service)
    if checked.error_messages:
        name = service.get("name", "a service without a name")
        raise AnsibleActionFail(f"{name}: {'; '.join(checked.error_messages)}")
    arguments: dict[str, Any] = checked.validated_parameters
    return arguments
