"""The mistakes of an inventory, found without touching a host."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

Hosts = Mapping[str, Mapping[str, Any]]
"""Host name to its variables."""
Groups = Mapping[str, Sequence[str]]
"""Group name to its hosts."""

ANSIBLE = ((2, 19), (2, 21))
PYTHON = (3, 11)
SINGLE = ("alertmanager", "object_store")
"""Groups of one host: neither of them is told of others."""
PROVIDERS = ("minio", "versitygw", "external")
"""Who may serve the bucket; the first is the default, as in the role object_store."""
OBJECTIVES = ("prometheus_slo_availability", "prometheus_slo_latency")
IDENTIFIER = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
"""Names that go into labels, file names and host names alike."""


def version_mistakes(ansible: tuple[int, int], python: tuple[int, int]) -> Iterator[str]:
    """Yield what is wrong with the controller's own versions."""
    lowest, highest = ANSIBLE
    if not lowest <= ansible <= highest:
        yield (
            f"ansible-core {_dotted(ansible)} is not supported; "
            f"install {_dotted(lowest)} to {_dotted(highest)}, for instance with `make tools`"
        )
    if python < PYTHON:
        yield f"Python {_dotted(python)} is too old; use {_dotted(PYTHON)} or newer"


def _dotted(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


def group_mistakes(groups: Groups) -> Iterator[str]:
    """Yield groups that the product cannot do without."""
    if not groups.get("data_plane") and not groups.get("control_plane"):
        yield (
            "the inventory has neither a group data_plane nor a group control_plane; "
            "give one, for instance `-i inventories/prod`"
        )
        return
    if not groups.get("control_plane"):
        yield (
            "the inventory has no group control_plane, so nobody would watch its data planes; "
            "link inventories/control_plane/hosts.yml into it"
        )
    elif not groups.get("prometheus"):
        yield "the group prometheus is empty; add a host of the control plane to it"


def control_plane_mistakes(hosts: Hosts, groups: Groups) -> Iterator[str]:
    """Yield components of the control plane that there are too many or too few of."""
    for group in SINGLE:
        if len(groups.get(group, ())) > 1:
            names = " and ".join(groups[group])
            yield f"the group {group} has {names}, and one host serves it; leave one in it"
    if groups.get("thanos"):
        yield from _compactor_mistakes(hosts, groups)
        yield from _bucket_mistakes(hosts, groups)


def _compactor_mistakes(hosts: Hosts, groups: Groups) -> Iterator[str]:
    named = _said(hosts, groups, "thanos_compactor", groups["thanos"][0])
    if len(named) > 1:
        yield (
            f"{' and '.join(named)} would both compact the bucket, which loses blocks; "
            "name one host as thanos_compactor, for the whole group control_plane"
        )
    for name in sorted(set(named) - set(groups["thanos"])):
        yield f"thanos_compactor {name} is no host of the group thanos; name one of them"


def _bucket_mistakes(hosts: Hosts, groups: Groups) -> Iterator[str]:
    provider, *others = _said(hosts, groups, "object_store_provider", PROVIDERS[0])
    if others or provider not in PROVIDERS:
        yield (
            f"the control plane has object_store_provider {' and '.join([provider, *others])}; "
            f"set one of {', '.join(PROVIDERS)} for the whole group control_plane"
        )
    elif provider == "external":
        for variable in ("object_store_endpoint", "object_store_keys"):
            if any(variable not in hosts[name] for name in groups["control_plane"]):
                yield f"object_store_provider is external, and {variable} is not set; set it"
    elif not groups.get("object_store"):
        yield (
            "the group object_store is empty, and Thanos needs a bucket; add a host of the control "
            "plane to it, or set object_store_provider: external"
        )


def _said(hosts: Hosts, groups: Groups, variable: str, default: str) -> list[str]:
    """Return the values that the hosts of the control plane have for a variable."""
    return sorted({str(hosts[name].get(variable, default)) for name in groups["control_plane"]})


def dashboard_mistakes(hosts: Hosts, groups: Groups) -> Iterator[str]:
    """Yield dashboards that everybody reads, or that have half a certificate."""
    for name in groups.get("dashboard", ()):
        variables = hosts[name]
        asks = boolean(variables.get("dashboard_authentication", True))
        if not asks and "dashboard_networks" not in variables:
            yield (
                f"{name}: dashboard_authentication is false, and everyone reaches the dashboard; "
                "say who may as dashboard_networks"
            )
        pair = ("dashboard_tls_certificate", "dashboard_tls_key")
        given = [variable for variable in pair if variables.get(variable)]
        if len(given) == 1:
            (missing,) = set(pair) - set(given)
            yield f"{name} has {given[0]} and no {missing}; set both, or none"


def objective_mistakes(hosts: Hosts) -> Iterator[str]:
    """Yield objectives that leave no room for errors, or for anything else."""
    for name, variables in hosts.items():
        for variable in OBJECTIVES:
            value = variables.get(variable, 0.5)
            if not isinstance(value, float) or not 0 < value < 1:
                yield f"{name}: {variable} {value!r} is no share between 0 and 1, such as 0.999"


def identity_mistakes(hosts: Hosts, groups: Groups) -> Iterator[str]:
    """Yield hosts that do not say who they are, or say it like another one."""
    data_planes = groups.get("data_plane", ())
    members = [*data_planes, *groups.get("control_plane", ())]
    wanted = [(name, "host_address") for name in members]
    wanted += [(name, "data_plane_id") for name in data_planes]
    wanted += [(name, "data_plane_environment") for name in data_planes]
    taken: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, variable in wanted:
        value = hosts[name].get(variable)
        if value is None:
            yield f"{name} has no {variable}; set it in the inventory"
        elif variable != "host_address" and not IDENTIFIER.fullmatch(str(value)):
            yield (
                f"{name}: {variable} {str(value)!r} is no name; "
                "use lower case letters, digits and inner hyphens, at most 63"
            )
        elif variable != "data_plane_environment":
            taken[variable, str(value)].append(name)
    for (variable, value), names in sorted(taken.items()):
        if len(set(names)) > 1:
            yield f"{variable} {value} is given to {' and '.join(sorted(set(names)))}; change one"


def environment_mistakes(hosts: Hosts, groups: Groups) -> Iterator[str]:
    """Yield data planes whose variable names another environment than their group."""
    for name in groups.get("data_plane", ()):
        environment = hosts[name].get("data_plane_environment")
        own = {group for group, of in groups.items() if name in of} - {"all", "data_plane"}
        if environment and own and str(environment).replace("-", "_") not in own:
            yield (
                f"{name} is in group {' and '.join(sorted(own))}, but its data_plane_environment "
                f"is {environment}; correct the one that is wrong"
            )


def variable_mistakes(hosts: Hosts, roles: Mapping[str, Collection[str]]) -> Iterator[str]:
    """Yield variables that look like a role's and are not; `roles` maps roles to their options.

    A variable belongs to the role with the longest matching prefix. The same misspelling on many
    hosts is reported once.
    """
    declared = {option for options in roles.values() for option in options}
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for host, variables in hosts.items():
        for variable in variables:
            owner = max(
                (role for role in roles if variable.startswith(f"{role}_")), key=len, default=None
            )
            if owner is not None and variable not in declared:
                found[owner, variable].append(host)
    for (role, variable), names in sorted(found.items()):
        where = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        near = difflib.get_close_matches(variable, roles[role], n=1)
        advice = f"did you mean {near[0]}?" if near else f"see roles/{role}/meta/argument_specs.yml"
        yield f"role {role} has no variable {variable} (set for {where}); {advice}"
