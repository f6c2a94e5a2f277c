"""Deploy several services that belong together; all of it is in the action of the same name."""

DOCUMENTATION = """
module: deploy_services
short_description: Deploy several services that belong together
description:
  - Does for each service what M(sightline.core.deploy_service) does, one after another, and asks
    the host about all of them in one remote call. As long as nothing is to be done, several
    services so cost as much as one.
  - A service that fails is the last one.
options:
  services:
    description: Arguments of M(sightline.core.deploy_service) for each service.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = """
- name: Deploy Thanos
  sightline.core.deploy_services:
    services: "{{ _thanos_services }}"
"""

RETURN = """
services:
  description: What M(sightline.core.deploy_service) returned, by service.
  type: dict
  returned: always
"""
