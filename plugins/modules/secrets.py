"""Read the secrets of a deployment, or make them; runs on the controller."""

from __future__ import annotations

DOCUMENTATION = """
module: secrets
short_description: Read the secrets of a deployment, or make those that nobody has yet
description:
  - Reads C(control_plane.yml) in a directory of the controller, touching no host. Names that it
    lacks get a random text of letters and digits, which is added; what is there never changes.
  - The file is written in one step and is its owner's alone; runs at the same time get the same
    secrets. When the run has a vault password, a new file is encrypted with it. An encrypted file
    stays encrypted, a plain one plain.
  - In check mode nothing is written, and what is missing gets a value that is thrown away.
  - The result is hidden at every verbosity; the names of what was made are said.
options:
  wanted:
    description: Name of each secret, and how many characters it has at least.
    type: dict
    required: true
  directory:
    description: Where the file lies; a relative path begins at the checkout.
    type: path
    default: secrets
"""

EXAMPLES = """
- name: Read the secrets, or make those that nobody has yet
  sightline.core.secrets:
    wanted:
      object_store_admin_access_key: 20
      object_store_admin_secret_key: 40
  register: _secrets
  run_once: true
"""

RETURN = """
secrets: {description: Each wanted name and its text., type: dict, returned: success}
made: {description: Names of those that were missing., type: list, returned: success}
"""
