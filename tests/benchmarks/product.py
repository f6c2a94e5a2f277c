"""How the product starts its programs, read from its roles, so that no flag is written twice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

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
    host = {"host_address": address}
    variables = _variables() | host | {
        "inventory_hostname": "cp",
        "hostvars": {"cp": host},
        "groups": {"prometheus": ["cp"], "thanos": ["cp"]},
        "host_baseline_ports": {name: {"port": number} for name, number in numbers.items()},
    }  # fmt: skip
    units = {name: one["unit"] for name, one in variables["_thanos_services"].items()}
    units |= {
        "minio": _deployed_by("minio")["unit"],
        "prometheus": variables["_prometheus_service"]["unit"],
    }
    templar = Templar(DataLoader(), variables=variables)
    return {
        name: str(templar.template(unit["Service"]["ExecStart"])) for name, unit in units.items()
    }


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
