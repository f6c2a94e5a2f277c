"""One site in a lab, whose operators write inventories of their own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from lab.lab import Lab, running
from lab.topology import parse
from tests.playbook import Done, play
from toolkit.promql import get
from toolkit.waiting import wait_for

TOPOLOGY = """
subnet: 192.168.73
hosts:
  - {name: cp, address: 10, suite: trixie}
  - {name: cp-2, address: 11, suite: bookworm}
  - {name: berlin-1, address: 21, suite: trixie}
  - {name: berlin-2, address: 22, suite: bookworm}
  - {name: oslo-1, address: 31, suite: trixie}
forwards: []
"""
CONTROL_PLANE = {"hosts": {"cp": {}}, "children": {"prometheus": {"hosts": {"cp": {}}}}}
"""The smallest one."""
OURS = "/etc/sightline /opt/sightline /etc/systemd /etc/passwd"


@dataclass(frozen=True)
class Site:
    """A lab, and the inventories that its operators write."""

    lab: Lab
    folder: Path

    def write(
        self,
        environment: str,
        *data_planes: str,
        control_plane: Mapping[str, object] = CONTROL_PLANE,
        **variables: object,
    ) -> Path:
        """Write the inventory of an environment; `variables` are those of its first data plane."""
        path = self.folder / environment
        (path / "group_vars").mkdir(parents=True, exist_ok=True)
        named = {"data_plane_environment": environment}
        (path / "group_vars" / f"{environment}.yml").write_text(yaml.safe_dump(named))
        hosts: dict[str, dict[str, object]] = {
            name: {"data_plane_id": name} for name in data_planes
        }
        hosts[data_planes[0]] |= variables
        groups = {
            "data_plane": {"children": {environment: {"hosts": hosts}}},
            "control_plane": control_plane,
        }
        (path / "hosts.yml").write_text(yaml.safe_dump(groups))
        return path

    def play(
        self, playbook: str, *inventories: Path, checkout: Path = Path(), **extra: object
    ) -> Done:
        """Run a playbook of a checkout with some inventories and the lab's overlay."""
        chosen = [f"--inventory={path}" for path in (*inventories, self.lab.folder.inventory)]
        variables = ["--extra-vars", json.dumps(extra)]
        return play(*chosen, *variables, f"playbooks/{playbook}.yml", checkout=checkout)

    def watched(self) -> dict[str, set[str]]:
        """Return the data planes of each environment that are scraped, and with success."""
        url = f"http://{self.lab.hosts['cp'].address}:9090/api/v1/targets?state=active"
        found: dict[str, set[str]] = {}
        for target in json.loads(get(url))["data"]["activeTargets"]:
            labels = target["labels"]
            if "environment" in labels and target["health"] == "up":
                found.setdefault(labels["environment"], set()).add(labels["data_plane_id"])
        return found

    def wait_until_watched(self, **wanted: set[str]) -> None:
        """Wait until exactly these data planes are scraped."""
        wait_for(self.watched, wanted.__eq__, within=30, what=f"scrapes of {wanted}")

    def state(self, *names: str) -> dict[str, str]:
        """Return what changes when anything of ours on a host does."""
        look = (
            f"find {OURS} -printf '%p %T@ %s %m\\n' | sort | sha256sum;"
            " systemctl show --property=InvocationID 'sightline-*'"
        )
        return {name: self.lab.hosts[name].run(look).stdout for name in names or self.lab.hosts}


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with running("life", parse(TOPOLOGY)) as lab:
        yield Site(lab, tmp_path_factory.mktemp("inventories"))


@pytest.fixture(scope="session")
def berlin(site):
    """Give the inventory of a deployed environment with one data plane."""
    inventory = site.write("berlin", "berlin-1")
    assert site.play("site", inventory).changed
    site.wait_until_watched(berlin={"berlin-1"})
    return inventory
