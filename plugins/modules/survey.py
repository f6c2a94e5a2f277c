"""Look at a host before anything on it is changed."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.deploy import files
from ..module_utils.deploy.model import DeployError, Generation
from ..module_utils.deploy.process import run

DOCUMENTATION = """
module: survey
short_description: Look at a host before anything on it is changed
description:
  - Says in one remote call what M(sightline.core.preflight) and the roles need to know of a host,
    and changes nothing.
options: {}
"""

EXAMPLES = """
- name: Look at every host
  sightline.core.survey:
  register: survey
"""

RETURN = """
distribution: {description: Distribution in os-release's spelling., type: str, returned: always}
version: {description: Its version., type: str, returned: always}
machine: {description: Architecture of the machine., type: str, returned: always}
python: {description: "Python's version as in names of wheels, such as 313.", type: str,
         returned: always}
memory: {description: Bytes of memory that the machine has., type: int, returned: always}
free: {description: "Bytes that can still be written, by folder of ours.", type: dict,
       returned: always}
clock_synchronised: {description: Whether somebody sets the clock., type: bool, returned: always}
stored: {description: Services that have data here., type: list, returned: always}
services:
  description: What is deployed here, by service.
  type: dict
  returned: always
  contains:
    release: {description: Component and version., type: str}
    revision: {description: Commit time and name of the project's revision., type: dict}
    secrets: {description: Paths of its secret files., type: list}
    environments: {description: Text of its files by environment and path., type: dict}
"""


def described(layout: files.Layout, generation: Generation) -> dict[str, Any]:
    """Describe one deployed service, without its secrets."""
    environments: dict[str, dict[str, str]] = {}
    for file in generation.files:
        if file.environment and not file.secret:
            text = files.text_of(layout.current / file.path) or ""
            environments.setdefault(file.environment, {})[file.path] = text
    return {
        "release": f"{generation.release.component} {generation.release.name}",
        "revision": asdict(generation.revision),
        "secrets": [file.path for file in generation.files if file.secret],
        "environments": environments,
    }


def services(root: Path = Path("/")) -> dict[str, Any]:
    """Describe all deployed services."""
    layouts = [files.Layout(path.name, root) for path in (root / "etc/sightline").glob("*")]
    found = {
        layout.service: files.read_generation(layout, files.number_at(layout.current))
        for layout in sorted(layouts, key=lambda layout: layout.service)
    }
    return {
        service: described(files.Layout(service, root), generation)
        for service, generation in found.items()
        if generation is not None
    }


def clock_is_synchronised() -> bool:
    """Tell whether the kernel was told that the clock is right."""
    try:
        done = run(["timedatectl", "show", "--property=NTPSynchronized", "--value"], stage="clock")
    except DeployError:
        return False
    return done.stdout.strip() == "yes"


def free(folder: Path) -> int:
    """Return how many bytes can be written to a folder, which need not be there yet."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free


def main() -> None:
    """Answer in Ansible's form."""
    module = AnsibleModule({}, supports_check_mode=True)
    release = platform.freedesktop_os_release()
    module.exit_json(
        changed=False,
        distribution=release["ID"],
        version=release.get("VERSION_ID", ""),
        machine=os.uname().machine,
        python=f"{sys.version_info.major}{sys.version_info.minor}",
        memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        free={folder: free(Path(folder)) for folder in ("/opt/sightline", "/var/lib/sightline")},
        clock_synchronised=clock_is_synchronised(),
        stored=sorted(path.name for path in Path("/var/lib/sightline").glob("*")),
        services=services(),
    )


if __name__ == "__main__":
    main()
