"""Give a service of the operating system a file of settings, and let it run with it."""

from __future__ import annotations

from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.deploy import files, units
from ..module_utils.deploy.model import DeployError

DOCUMENTATION = """
module: drop_in
short_description: Give a service of the operating system a file of settings
description:
  - Writes or removes the file, and restarts the unit when it was started before the file was last
    changed, so that a run which was interrupted in between is completed by the next.
options:
  path: {description: The file., type: path, required: true}
  content: {description: Its text; without any the file goes away., type: str, default: ""}
  unit: {description: The unit that reads it., type: str, required: true}
"""

EXAMPLES = """
- name: Limit what the journal may take of the disk
  sightline.core.drop_in:
    path: /etc/systemd/journald.conf.d/sightline.conf
    content: |
      [Journal]
      SystemMaxUse=1G
    unit: systemd-journald.service
"""

RETURN = """#"""

ARGUMENTS = {
    "path": {"type": "path", "required": True},
    "content": {"type": "str", "default": ""},
    "unit": {"type": "str", "required": True},
}


def is_older(unit: str, path: Path) -> bool:
    """Tell whether a unit runs since before its file, or the directory of it, was changed."""
    changed = max(at.stat().st_mtime for at in (path, path.parent) if at.exists())
    return 0.0 < units.started_at(unit) < changed


def main() -> None:
    """Write, restart, and answer in Ansible's form."""
    module = AnsibleModule(ARGUMENTS, supports_check_mode=True)
    path, content, unit = (module.params[name] for name in ("path", "content", "unit"))
    path = Path(path)
    before = path.read_text() if path.is_file() else ""
    try:
        if content != before and not module.check_mode:
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            files.write(path, content, 0o644) if content else files.remove(path)
        restart = content != before or (path.parent.exists() and is_older(unit, path))
        if restart and not module.check_mode:
            units.systemctl("restart", unit)
    except (DeployError, OSError) as error:
        module.fail_json(msg=f"{path}: {error}")
    diff = {"before_header": str(path), "after_header": str(path)}
    module.exit_json(changed=restart, diff={**diff, "before": before, "after": content})


if __name__ == "__main__":
    main()
