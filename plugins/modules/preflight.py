"""Look for mistakes before any host is changed; runs on the controller."""

from __future__ import annotations

DOCUMENTATION = """
module: preflight
short_description: Look for mistakes before any host is changed
description:
  - Without O(surveys) it judges the inventory, touching no host. It checks the versions of Ansible
    and Python, that every host of a data plane or of the control plane says who it is, that no
    C(data_plane_id) or C(host_address) is given twice, that every variable with the prefix of a
    role is one which that role declares, that the environment of a data plane is that of its group,
    and that no group which the product cannot do without is empty.
  - With O(surveys) it judges the hosts. They have to answer, to be of a platform the product is
    made for, to have a clock that somebody sets and to hold nothing from a newer revision of the
    project; those on which nothing is deployed yet need room for it. A control plane may hold no
    secrets, nor stay unseen, when this run would make new ones. No data plane may have a name that
    the control plane knows from another environment.
  - All mistakes are reported at once, each with what to change.
options:
  surveys:
    description: What M(sightline.core.survey) returned, by host.
    type: dict
  secrets_directory:
    description: Where M(sightline.core.secrets) keeps its file.
    type: path
    default: secrets
  needs_secrets:
    description: Whether this inventory describes something that needs secrets.
    type: bool
    default: false
"""

EXAMPLES = """
- name: Look for mistakes in the inventory
  sightline.core.preflight:
  run_once: true
"""

RETURN = """#"""
