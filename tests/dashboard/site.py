"""A site whose control plane is two hosts, both with a Prometheus and a dashboard, and no Thanos.

Its data planes stand in inventories alone: what the dashboard shows of them is not asked here.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import yaml

from lab import lab
from tests.http_answer import Answer, as_user, ask
from tests.playbook import Done, play

TOPOLOGY = """
subnet: 192.168.75
hosts:
  - {name: cp, address: 10, suite: bookworm}
  - {name: cp-2, address: 11, suite: trixie}
forwards: []
"""
HOSTS = ("cp", "cp-2")


@dataclass(frozen=True)
class Site:
    """A lab, and what its operators write."""

    lab: lab.Lab
    folder: Path

    def write(self, environment: str, **variables: object) -> Path:
        """Write the inventory of an environment with one data plane and some variables."""
        path = self.folder / environment
        (path / "group_vars").mkdir(parents=True, exist_ok=True)
        named = {"data_plane_environment": environment, **variables}
        (path / "group_vars" / f"{environment}.yml").write_text(yaml.safe_dump(named))
        number = 100 + sum(environment.encode()) % 100
        plane = {
            "data_plane_id": f"{environment}-1",
            "host_address": f"{self.lab.claim.subnet}.{number}",
        }
        both: dict[str, object] = {"hosts": {name: {} for name in HOSTS}}
        groups = {
            "data_plane": {"children": {environment: {"hosts": {f"{environment}-1": plane}}}},
            "control_plane": {**both, "children": {"prometheus": both, "dashboard": both}},
        }
        (path / "hosts.yml").write_text(yaml.safe_dump(groups))
        return path

    def play(self, playbook: str, *environments: str, check: bool = False, **extra: object) -> Done:
        """Run a playbook for some environments on the control plane alone."""
        return self.play_from(Path(), playbook, *environments, check=check, **extra)

    def play_from(
        self,
        checkout: Path,
        playbook: str,
        *environments: str,
        check: bool = False,
        **extra: object,
    ) -> Done:
        """Do so with another checkout of the project."""
        chosen = [self.folder / name for name in environments]
        flags = [f"--inventory={path}" for path in (*chosen, self.lab.folder.inventory)]
        flags += ["--limit=control_plane", *(["--check", "--diff"] if check else [])]
        # A lab's own dashboard asks for no password, since only its operator reaches it.
        ours = {"dashboard_authentication": True, "secrets_directory": str(self.folder)}
        variables = ["--extra-vars", json.dumps({**ours, **extra})]
        return play(*flags, *variables, f"playbooks/{playbook}.yml", checkout=checkout)

    @property
    def password(self) -> str:
        """Return what the operator reads in the file of secrets."""
        kept = yaml.safe_load((self.folder / "control_plane.yml").read_text())
        return str(kept["dashboard_password"])

    def ask(self, host: str, path: str) -> Answer:
        """Ask a dashboard as somebody who has the password."""
        headers = as_user("sightline", self.password)
        return ask(self.lab.hosts[host].address, path, headers=headers)

    def configuration(self, host: str) -> dict[str, dict[str, object]]:
        """Return what a dashboard tells its pages of each environment."""
        found = json.loads(self.ask(host, "/config.json").body)["environments"]
        return {environment["name"]: environment for environment in found}

    def run(self, command: str, *, check: bool = True) -> dict[str, str]:
        """Run a command on every host; return what each said."""
        return {name: self.lab.hosts[name].run(command, check=check).stdout for name in HOSTS}

    def processes(self) -> dict[str, str]:
        """Return what changes when a dashboard is started anew."""
        return self.run("systemctl show --property=InvocationID,MainPID sightline-dashboard")
