"""Deploy one service in one transaction: the part that runs on the host."""

from __future__ import annotations

import os
import tarfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.deploy.files import Layout, forget_incoming
from ..module_utils.deploy.model import (
    DeployError,
    Generation,
    Outcome,
    check_names,
    check_paths,
)
from ..module_utils.deploy.removal import make_absent
from ..module_utils.deploy.transaction import Deployment, Request, require_root

DOCUMENTATION = """
module: deploy_service
short_description: Deploy one hardened systemd service in one transaction
description:
  - Renders a service's unit and configuration on the controller, compares their digests with what
    the host holds and what the process runs, and does as little as the difference needs.
  - A generation is the unit, the configuration tree and the release they use. It is laid out
    aside, judged by the component's own checker, put in force by one rename, and proven by a
    probe. When the probe fails, the last good generation comes back and the task fails with the
    program's words.
  - With O(state=rolled_back) the good generation before the last one is deployed again, by the same
    way, but with the secrets of today. Only the name is needed.
  - With O(state=absent) unit, configuration and releases that nothing else uses go away.
  - Contents travel in one archive, never as arguments. An unchanged service costs one remote call.
  - In check mode the same comparison, staging and checking happen in a temporary place.
options:
  name:
    description: Name of the service; its unit is C(sightline-NAME.service).
    type: str
    required: true
  state:
    description: What to make of the service.
    type: str
    choices: [present, rolled_back, absent]
    default: present
  purge_data:
    description: With O(state=absent), remove what the service has written, and its user, too.
    type: bool
    default: false
  replaces:
    description:
      - Earlier names of this service. They are stopped before it starts, removed once it is ready,
        and started again when it was never ready. Their data stays where it is.
    type: list
    elements: str
    default: []
  allow_older_revision:
    description: Deploy from an older revision of the project than the one in force.
    type: bool
    default: false
  user:
    description:
      - System user that the service runs as; created when absent. C(sightline-NAME) by default.
    type: str
  release:
    description: The artifact to run, as C(python -m artifacts build --json) describes it.
    type: dict
    options:
      component: {description: Component that the release is of., type: str, required: true}
      name: {description: Version and first digits of the digest., type: str, required: true}
      sha256: {description: Digest of the archive., type: str, required: true}
      path: {description: The archive on the controller., type: path, required: true}
  prepare:
    description:
      - Command that finishes a freshly unpacked release, run in its directory as root.
    type: list
    elements: str
    default: []
  packages:
    description:
      - Debian packages that the service needs. What is missing is installed from the host's own
        sources, and stays when the service goes.
    type: list
    elements: str
    default: []
  masks:
    description:
      - Units of these packages that the service takes the place of. They are masked before the
        packages are installed, so that they never run. Once the service goes they are its package's
        again, disabled.
    type: list
    elements: str
    default: []
  unit:
    description:
      - Sections of the unit in systemd's own words; they are merged over the hardened defaults.
        A list becomes one line for each item. C({release}) and C({config}) stand for the
        directories of the release and of the configuration in force.
    type: dict
  unit_overrides:
    description:
      - What a site wants otherwise, in the same form as O(unit) and merged over it.
    type: dict
    default: {}
  files:
    description: The configuration tree.
    type: list
    elements: dict
    default: []
    options:
      path:
        description:
          - Where in the tree. With C({environment}) in its last part the file is rendered once for
            each environment of this run (variable C(file_environment)), and the files that other
            runs have put beside it stay.
        type: str
        required: true
      template: {description: Template of the role that becomes the file., type: str}
      file:
        description: File of the role, or directory of files, that is taken as it is.
        type: str
      on_change:
        description: What a change of this file asks of the running process.
        type: str
        choices: [restart, reload, none]
        default: restart
      mode: {description: Mode; owner is root and group the service's., type: str, default: "0640"}
      secret: {description: Keep its content out of diffs., type: bool, default: false}
  commands:
    description:
      - Commands for the operator, each a name and the list of words that it stands for; what the
        operator adds comes after them. C({release}) and C({config}) stand for the same directories
        as in O(unit). They belong to the generation like its files, and none restarts the service.
      - Each is found in C(/usr/local/sbin), and only root may run it, since only root and the
        service may look into a configuration.
    type: dict
    default: {}
  environments:
    description: Environments of this run, whose files it writes and replaces.
    type: list
    elements: str
    default: []
  environments_removed:
    description: Environments that go away, files and all.
    type: list
    elements: str
    default: []
  check:
    description:
      - Command of the component's own checker, run as the service's user; C({tree}) and
        C({release}) stand for the staged tree and for the release.
    type: list
    elements: str
    default: []
  reload_proof:
    description:
      - How the program tells that it took a reload; without, it restarts. Either three options
        about its metrics, or O(reload_proof.workers).
    type: dict
    options:
      url: {description: Address of the program's metrics., type: str, default: ""}
      successful: {description: Metric that is 1 after success., type: str, default: ""}
      timestamp: {description: Metric with the time of the last success., type: str, default: ""}
      workers: {description: New child processes replace the old ones., type: bool, default: false}
  probe:
    description: How to see that the service is ready.
    type: dict
    options:
      url: {description: Address that answers 2xx once the service is ready., type: str,
            required: true}
      timeout: {description: Seconds that getting ready may take., type: float, default: 30}
"""

EXAMPLES = """
- name: Deploy the collector
  sightline.core.deploy_service:
    name: collector
    release: "{{ artifacts.otelcol.linux_amd64 }}"
    unit:
      Service:
        ExecStart: "{release}/otelcol --config={config}/collector.yaml"
    files:
      - {path: collector.yaml, template: collector.yaml.j2}
    commands:
      collector-components: ["{release}/otelcol", components]
    check: ["{release}/otelcol", validate, "--config={tree}/collector.yaml"]
    probe: {url: "http://127.0.0.1:13133/"}

- name: Go back to what ran before
  sightline.core.deploy_service: {name: collector, state: rolled_back}
"""

RETURN = """
action:
  description: What the process was, or would be, asked to do.
  type: str
  returned: always
reasons:
  description: Each difference that was found.
  type: list
  elements: str
  returned: always
notes:
  description: What could not be checked yet.
  type: list
  elements: str
  returned: always
generation:
  description: Number of the generation in force.
  type: int
  returned: always
"""


def request_from(raw: dict[str, Any], *, check_mode: bool) -> Request:
    """Read what the action plugin sends: paths and digests, no contents."""
    return Request(
        service=raw["service"],
        wanted=Generation.from_mapping(raw["wanted"]) if raw.get("wanted") else None,
        prepare=tuple(raw["prepare"]),
        environments=tuple(raw["environments"]),
        replaces=tuple(raw["replaces"]),
        allow_older_revision=raw["allow_older_revision"],
        tree=Path(raw["tree"]) if raw.get("tree") else None,
        release_archive=Path(raw["release_archive"]) if raw.get("release_archive") else None,
        holder=raw["holder"],
        check_mode=check_mode,
    )


def answer(raw: dict[str, Any], *, check_mode: bool) -> Outcome:
    """Do what is asked. Raises DeployError, OSError and TarError."""
    require_root()
    check_names(raw["service"], *raw["replaces"])
    if raw["state"] == "absent":
        return make_absent(
            Layout(raw["service"]),
            purge_data=raw["purge_data"],
            holder=raw["holder"],
            check_mode=check_mode,
        )
    request = request_from(raw, check_mode=check_mode)
    if request.wanted is not None:
        check_paths(request.wanted)
    return Deployment(request).run()


def answered(raw: dict[str, Any], *, check_mode: bool) -> dict[str, Any]:
    """Do what is asked, and put how it ended in Ansible's form."""
    service = raw["service"]
    try:
        return asdict(answer(raw, check_mode=check_mode))
    except DeployError as error:
        hint = f" ({error.hint})" if error.hint else ""
        return {"failed": True, "msg": f"{service}: {error.detail}{hint}", "stage": error.stage}
    except (OSError, tarfile.TarError) as error:
        hint = "once that is mended, run again: it goes on from where this run ended"
        return {"failed": True, "msg": f"{service}: {error} ({hint})", "stage": "host"}
    finally:
        forget_incoming(service, raw["holder"])


def main() -> None:
    """Answer the requests one after another; the first failure is the last answer."""
    module = AnsibleModule(
        {"requests": {"type": "list", "elements": "dict", "required": True}},
        supports_check_mode=True,
    )
    os.umask(0o022)  # whatever the operator's shell prefers
    answers = []
    for raw in module.params["requests"]:
        answers.append(answered(raw, check_mode=module.check_mode))
        if answers[-1].get("failed"):
            break
    module.exit_json(answers=answers)


if __name__ == "__main__":
    main()
