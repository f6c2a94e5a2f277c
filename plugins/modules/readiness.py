"""Ask every service of a host whether it is ready."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.deploy import files, units
from ..module_utils.deploy.probe import fetch
from ..module_utils.deploy.unit import unit_name

DOCUMENTATION = """
module: readiness
short_description: Ask every service of a host whether it is ready
description:
  - Looks at every service that M(sightline.core.deploy_service) has deployed on the host, asks its
    unit and its probe, and changes nothing.
options: {}
"""

EXAMPLES = """
- name: Ask every service whether it is ready
  sightline.core.readiness:
"""

RETURN = """
services:
  description: One entry for each deployed service, sorted by name.
  type: list
  elements: dict
  returned: always
  contains:
    name: {description: Name of the service., type: str}
    release: {description: Component and version that it runs., type: str}
    unit: {description: State of its unit., type: str}
    ready: {description: Whether its probe answered., type: bool}
    said: {description: What the probe said when it is not ready., type: str}
"""


def service_state(layout: files.Layout) -> dict[str, Any] | None:
    """Describe one service, or return None where a directory holds no deployed one."""
    generation = files.read_generation(layout, files.number_at(layout.current))
    if generation is None:
        return None
    ready, said = fetch(generation.probe.url)
    unit = units.show(unit_name(layout.service))
    return {
        "name": layout.service,
        "release": f"{generation.release.component} {generation.release.name}",
        "unit": str(unit),
        "ready": ready and unit.active == "active",
        "said": "" if ready else said,
    }


def main() -> None:
    """Report all services."""
    module = AnsibleModule({}, supports_check_mode=True)
    homes = sorted(Path("/etc/sightline").glob("*/current"))
    states = [service_state(files.Layout(home.parent.name)) for home in homes]
    module.exit_json(changed=False, services=[state for state in states if state is not None])


if __name__ == "__main__":
    main()
