"""How the product starts its programs, read from its roles, so that no flag is written twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

ROLES = Path(__file__).resolve().parents[2] / "roles"
VARIABLES = (
    "host_baseline/defaults", "prometheus/defaults", "prometheus/vars", "thanos/defaults",
    "thanos/vars",
)  # fmt: skip


def ports() -> list[str]:
    """Return the names in the product's table of ports."""
    return list(_variables()["host_baseline_ports"])


def command_lines(address: str, numbers: Mapping[str, int]) -> dict[str, str]:
    """Return ExecStart of each service of a control plane on one host, by the service's name.

    `{release}` and `{config}` still stand in it for two directories. `numbers` has a port for
    each name of the table.
    """
    variables = _on_one_host(address, numbers)
    units = {name: one["unit"] for name, one in variables["_thanos_services"].items()}
    units |= {
        "minio": _deployed_by("minio")["unit"],
        "prometheus": variables["_prometheus_service"]["unit"],
    }
    templar = Templar(DataLoader(), variables=variables)
    return {
        name: str(templar.template(unit["Service"]["ExecStart"])) for name, unit in units.items()
    }


def endpoints(address: str, numbers: Mapping[str, int]) -> str:
    """Return the file that tells Query of the same control plane whom to ask."""
    templar = Templar(DataLoader(), variables=_on_one_host(address, numbers))
    template = (ROLES / "thanos/templates/endpoints.yml.j2").read_text(encoding="utf-8")
    return str(templar.template(trust_as_template(template)))


def scrape_config(
    environment: str, hosts: Mapping[str, Mapping[str, str]], numbers: Mapping[str, int]
) -> str:
    """Return the file that tells Prometheus of an environment's data planes.

    `hosts` has the inventory's variables of each, by its name.
    """
    variables = {
        "file_environment": environment,
        "groups": {"data_plane": list(hosts)},
        "hostvars": hosts,
        "host_baseline_ports": {name: {"port": number} for name, number in numbers.items()},
    }
    templar = Templar(DataLoader(), variables=variables)
    template = ROLES / "prometheus/templates/scrape_config.yml.j2"
    return str(templar.template(trust_as_template(template.read_text(encoding="utf-8"))))


def _on_one_host(address: str, numbers: Mapping[str, int]) -> dict[str, Any]:
    host = {"host_address": address}
    return _variables() | host | {
        "inventory_hostname": "cp",
        "hostvars": {"cp": host},
        "groups": {"prometheus": ["cp"], "thanos": ["cp"]},
        "host_baseline_ports": {name: {"port": number} for name, number in numbers.items()},
    }  # fmt: skip


@cache
def _variables() -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in VARIABLES:
        merged |= _read(ROLES / part / "main.yml")
    return merged


def _deployed_by(role: str) -> dict[str, Any]:
    """Return the arguments of the role's one deployment."""
    module = "sightline.core.deploy_service"
    tasks = _read(ROLES / role / "tasks" / "main.yml")
    [found] = [task[module] for task in tasks if module in task]
    return dict(found)


def _read(path: Path) -> Any:
    return DataLoader().load_from_file(str(path), trusted_as_template=True)
