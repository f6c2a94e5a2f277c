"""Look for mistakes of the inventory before any host is touched; runs on the controller."""

from __future__ import annotations

DOCUMENTATION = """
module: preflight
short_description: Look for mistakes of the inventory before any host is touched
description:
  - Checks the versions of Ansible and Python, that every host of a data plane or of the control
    plane says who it is, that no C(data_plane_id) or C(host_address) is given twice, that every
    variable with the prefix of a role is one which that role declares, and that no group which
    the product cannot do without is empty.
  - All mistakes are reported at once, each with what to change.
options: {}
"""

EXAMPLES = """
- name: Look for mistakes before anything is touched
  sightline.core.preflight:
"""

RETURN = """#"""
