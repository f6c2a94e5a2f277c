"""The hosts of a running lab, named by the variable LAB_NAME, as tests see them."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
import testinfra
import yaml
from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from testinfra.host import Host

ENVIRONMENTS = ("prod", "dev", "qa")


def load(path):
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Deployed:
    """A lab on which the product is deployed."""

    folder: Path
    hosts: dict[str, Host]
    addresses: dict[str, str]
    ports: dict[str, dict[str, object]]

    @property
    def prometheus(self) -> str:
        return f"http://{self.addresses['cp-01']}:{self.ports['prometheus']['port']}"

    @property
    def query(self) -> str:
        return f"http://{self.addresses['cp-01']}:{self.ports['thanos_query']['port']}"

    @property
    def alertmanager(self) -> str:
        return f"http://{self.addresses['cp-01']}:{self.ports['alertmanager']['port']}"

    def api(self, environment: str) -> str:
        return f"http://{self.addresses[f'dp-{environment}-01']}:{self.ports['api']['port']}"

    def playbook_arguments(self, *environments: str) -> list[str]:
        """Inventories of some environments, or of all, with the lab's overlay last."""
        chosen = [Path("inventories") / name for name in environments or ENVIRONMENTS]
        return [f"--inventory={path}" for path in (*chosen, self.folder / "inventory.yml")]


@pytest.fixture(scope="session")
def deployed() -> Deployed:
    folder = Path(".lab", os.environ["LAB_NAME"])
    overlay = load(folder / "inventory.yml")["all"]["hosts"]
    return Deployed(
        folder=folder,
        hosts={
            name: testinfra.get_host(f"ssh://{name}?ssh_config={folder / 'ssh_config'}", sudo=True)
            for name in overlay
        },
        addresses={name: host["host_address"] for name, host in overlay.items()},
        ports=load("roles/host_baseline/defaults/main.yml")["host_baseline_ports"],
    )


@pytest.fixture(scope="session")
def groups(deployed) -> dict[str, list[str]]:
    """Name of each group to its hosts."""
    sources = [argument.partition("=")[2] for argument in deployed.playbook_arguments()]
    found: dict[str, list[str]] = InventoryManager(DataLoader(), sources=sources).get_groups_dict()
    return found
