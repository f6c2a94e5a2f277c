"""Read the secrets of a deployment, or make them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils.deploy.model import DeployError
from ..modules.secrets import DOCUMENTATION
from ..plugin_utils import checkout
from ..plugin_utils.arguments import argument_spec
from ..plugin_utils.secret_file import SecretFile

ARGUMENTS = argument_spec(DOCUMENTATION)


class ActionModule(ActionBase):  # type: ignore[misc]  # ansible ships no types
    """Give what the file holds; add what it lacks, unless this is a check."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the secrets, hidden, or a failure that names none of them."""
        super().run(tmp, task_vars)
        _, args = self.validate_argument_spec(ARGUMENTS)
        # Ansible's own strings cannot be written as YAML.
        wanted = {str(name): int(length) for name, length in args["wanted"].items()}
        path = checkout.secret_file(args["directory"])
        try:
            return self._given(wanted, path)
        except DeployError as error:
            return {"failed": True, "msg": f"{error.detail}; {error.hint}"}
        except OSError as error:
            named = error.filename or checkout.shown(path)
            return {"failed": True, "msg": f"{named}: {error.strerror}; nothing was changed"}

    def _given(self, wanted: dict[str, int], path: Path) -> dict[str, Any]:
        name = checkout.shown(path)
        vault = self._loader._vault  # noqa: SLF001 - the only way to the run's vault passwords
        file = SecretFile(path, name, vault)
        kept, made = file.complete(wanted, only_pretend=self._task.check_mode)
        if made:
            self._say(name, made, is_plain=bool(vault.secrets) and not kept.identity)
        return {
            "changed": bool(made),
            "made": made,
            "secrets": {name: kept.values[name] for name in wanted},
            "_ansible_no_log": True,
        }

    def _say(self, name: str, made: list[str], *, is_plain: bool) -> None:
        verb = "would get" if self._task.check_mode else "got"
        self._display.display(f"{name} {verb} {', '.join(made)}")
        if is_plain:
            self._display.display(f"{name} is plain; `ansible-vault encrypt {name}` encrypts it")
