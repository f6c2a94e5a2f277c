"""Keep the host's firewall as the port table says: the part that runs on the host."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.deploy.model import DeployError
from ..module_utils.deploy.transaction import require_root
from ..module_utils.firewall import host
from ..module_utils.firewall.host import Outcome

DOCUMENTATION = """
module: firewall
short_description: Keep the host's firewall as the port table says
description:
  - Makes one nftables table C(inet sightline) of the port table and touches no other. It refuses,
    at once, what comes in and is not in the table; what the host sends and forwards is not its
    business.
  - The rules in force are compared with the wanted ones, not only the file, so that an edit or a
    flush on the host is put right. Rules that are in force already cost one remote call.
  - New rules are tried in a network namespace of their own, loaded with a timer armed that puts
    the former ones back, and kept only once the controller has logged in afresh. Rules that would
    lock SSH out are thus taken back by the host itself, also when the controller dies.
  - A unit of its own, C(sightline-firewall.service), loads the proven rules at boot.
options:
  state:
    description: With C(absent) the table and everything made for it are removed.
    type: str
    choices: [present, absent]
    default: present
  ports:
    description:
      - The product's port table. C(group) is where a port is served; C(bind) is C(host_address),
        C(any) or, where no rule is needed, C(loopback); C(from) lists who may connect, which is
        groups of hosts (by their C(host_address)), variables C(*_networks) with lists of
        networks, and C(everyone); C(protocol) is C(tcp) or C(udp).
    type: dict
    default: {}
  extra_ports:
    description: Ports of the site's own, in the same shape.
    type: dict
    default: {}
  default_networks:
    description: What variables C(*_networks) hold that the inventory does not set.
    type: dict
    default: {}
  revert_after:
    description: Seconds after which rules that nobody has confirmed are taken back.
    type: float
    default: 30
"""

EXAMPLES = """
- name: Keep the firewall as the port table says
  sightline.core.firewall:
    ports:
      api: {port: 8080, group: data_plane, bind: host_address, from: [api_networks]}
      prometheus: {port: 9090, group: prometheus, bind: host_address, from: [thanos]}
"""

RETURN = """
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
"""


def step(request: dict[str, Any], *, check_mode: bool) -> Outcome:
    """Do what the action plugin asks for."""
    wanted, holder = request["rules"], request["holder"]
    if request["step"] == "remove":
        return host.remove(holder, check_mode=check_mode)
    if request["step"] == "confirm":
        return host.confirm(wanted, holder)
    if request["step"] == "revert":
        return host.revert(wanted, holder)
    return host.apply(wanted, holder, request["revert_after"], check_mode=check_mode)


def main() -> None:
    """Do one step and answer in Ansible's form."""
    module = AnsibleModule(
        {"request": {"type": "dict", "required": True}}, supports_check_mode=True
    )
    os.umask(0o022)  # whatever the operator's shell prefers
    try:
        require_root()
        outcome = step(module.params["request"], check_mode=module.check_mode)
    except DeployError as error:
        hint = f" ({error.hint})" if error.hint else ""
        module.fail_json(msg=f"firewall: {error.detail}{hint}", stage=error.stage)
    except OSError as error:
        hint = "once that is mended, run again: it goes on from where this run ended"
        module.fail_json(msg=f"firewall: {error} ({hint})", stage="host")
    module.exit_json(**asdict(outcome))


if __name__ == "__main__":
    main()
