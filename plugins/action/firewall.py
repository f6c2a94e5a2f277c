"""Keep the host's firewall as the port table says: the part that runs on the controller."""

from __future__ import annotations

import getpass
import socket
import time
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template

from ..module_utils.deploy.model import DeployError
from ..module_utils.firewall.rules import (
    EVERYONE,
    NETWORKS,
    Port,
    hosts_of,
    merged,
    opened,
    read_table,
    render,
)
from ..modules.firewall import DOCUMENTATION
from ..plugin_utils.arguments import argument_spec

MODULE = "sightline.core.firewall"
ARGUMENTS = argument_spec(DOCUMENTATION)
PATIENCE = 30.0
"""Seconds that a host may take beyond its timer until it lets us in again."""


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible ships no types
    """Render the rules, let the host load them, prove that it still lets us in, confirm."""

    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the module's result."""
        super().run(tmp, task_vars)
        self._vars = task_vars or {}
        _, args = self.validate_argument_spec(ARGUMENTS)
        self._request = {
            "rules": self._rules(args) if args["state"] == "present" else "",
            "revert_after": args["revert_after"],
            "holder": f"{getpass.getuser()}@{socket.gethostname()}",
        }
        result = self._put_in_force() if args["state"] == "present" else self._ask("remove")
        return self._presented(result)

    # ------------------------------------------------------------------------------- render

    def _rules(self, args: dict[str, Any]) -> str:
        try:
            product = read_table(args["ports"], "ports")
            ports = merged(product, read_table(args["extra_ports"], "extra_ports"))
            mine = opened(ports, self._vars["group_names"])
            return render(mine, self._networks(mine, product, args["default_networks"]))
        except DeployError as error:
            hint = error.hint or "correct it"
            raise AnsibleActionFail(f"firewall: {error.detail}; {hint}") from None

    def _networks(
        self, mine: tuple[Port, ...], product: tuple[Port, ...], defaults: dict[str, Any]
    ) -> dict[str, list[str]]:
        """Return the addresses behind every name in the entries of this host."""
        names = {source for port in mine for source in port.sources} - {EVERYONE}
        return {
            name: self._variable(name, defaults)
            if name.endswith(NETWORKS)
            else self._group(name, product)
            for name in names
        }

    def _group(self, name: str, product: tuple[Port, ...]) -> list[str]:
        hosts = hosts_of(name, self._vars["groups"], product)
        return [str(self._vars["hostvars"][host]["host_address"]) for host in hosts]

    def _variable(self, name: str, defaults: dict[str, Any]) -> list[str]:
        value = defaults.get(name)
        if name in self._vars:
            value = self._templar.template(trust_as_template(f"{{{{ {name} }}}}"))
        if value is None:
            raise DeployError("ports", f"{name} is not defined", "set it to a list of networks")
        if not isinstance(value, list):
            raise DeployError("ports", f"{name} is no list", "give a list of networks")
        return [str(network) for network in value]

    # -------------------------------------------------------------------- load, prove, confirm

    def _ask(self, step: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._execute_module(
            module_name=MODULE,
            module_args={"request": {**self._request, "step": step}},
            task_vars=self._vars,
        )
        return answer

    def _put_in_force(self) -> dict[str, Any]:
        try:
            result = self._ask("apply")
            if result.get("needs"):
                result = self._with_nftables()
            if not result.get("unproven"):
                return result
            # What comes next needs a login of its own; the shared connection proves nothing.
            self._connection.reset()
            confirmed = self._ask("confirm")
        except AnsibleConnectionFailure as error:
            return self._taken_back(error)
        return confirmed if confirmed.get("failed") else result

    def _with_nftables(self) -> dict[str, Any]:
        args = {"name": "nftables", "update_cache": True, "install_recommends": False}
        installed: dict[str, Any] = self._execute_module(
            module_name="ansible.builtin.apt", module_args=args, task_vars=self._vars
        )
        return installed if installed.get("failed") else self._ask("apply")

    def _taken_back(self, lost: AnsibleConnectionFailure) -> dict[str, Any]:
        """Wait until the host lets us in again and say what happened.

        Raises the connection's failure when it does not, as for any host out of reach.
        """
        deadline = time.monotonic() + self._request["revert_after"] + PATIENCE
        while True:
            try:
                self._connection.reset()
                reverted = self._ask("revert")
                break
            except AnsibleConnectionFailure:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(1)
        if reverted.get("failed"):
            return reverted
        said = " ".join(str(lost).split())
        return {
            "failed": True,
            "stage": "prove",
            "msg": (
                "firewall: the new rules would have locked SSH out, so the former ones are back."
                " Let them accept the port that sshd listens on: correct host_baseline_ports.ssh,"
                f" or add the port to host_baseline_extra_ports. The new login ended with: {said}"
            ),
        }

    def _presented(self, result: dict[str, Any]) -> dict[str, Any]:
        for key in ("needs", "unproven"):
            result.pop(key, None)
        if not self._task.diff:
            result.pop("diff", None)
        for note in result.get("notes", ()):
            self._display.display(f"{self._vars['inventory_hostname']}: firewall: {note}")
        return result
