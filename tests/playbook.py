"""Playbooks as an operator runs them, and what Ansible says of each host in the end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.process import run

RECAP = re.compile(r"^(\S+) +: ok=\d+ +changed=(\d+) ", re.MULTILINE)


@dataclass(frozen=True)
class Done:
    """How a playbook ended."""

    code: int
    said: str

    @property
    def changed(self) -> dict[str, int]:
        """Changes of each host that took part."""
        assert self.code == 0, self.said
        return {name: int(changed) for name, changed in RECAP.findall(self.said)}


def play(
    *arguments: str, checkout: Path = Path(), settings: Mapping[str, str | Path] | None = None
) -> Done:
    """Run `ansible-playbook` in a checkout; `settings` are what Ansible takes from variables."""
    env = {"ANSIBLE_FORCE_COLOR": "0", **(settings or {})}
    done = run(["ansible-playbook", *arguments], cwd=checkout, env=env, check=False)
    return Done(done.returncode, done.stdout + done.stderr)
