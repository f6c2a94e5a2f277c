"""The mistakes that only the hosts know, found without changing them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ...module_utils.deploy.model import Revision
from .inventory import Hosts

Survey = Mapping[str, Any]
"""What M(sightline.core.survey) returned for a host, or how it failed."""

DEBIAN = ("12", "13")
MACHINE = "x86_64"
NOWHERE = Revision()

GIB = 1 << 30


@dataclass(frozen=True)
class Room:
    """The bytes below which a host cannot do its part, let alone grow."""

    who: str
    memory: float
    disk: float


# A machine of 1 GiB has a little less to give; releases lie twice on a disk, archives for a moment.
CONTROL_PLANE = Room("a host of the control plane", memory=0.9 * GIB, disk=2 * GIB)
DATA_PLANE = Room("a data plane", memory=0.4 * GIB, disk=0.5 * GIB)


@dataclass(frozen=True)
class Run:
    """What this run is: its inventory, its checkout, what was asked for."""

    hosts: Hosts
    environments: Collection[str]
    removed: Collection[str] = ()
    known: Collection[str] = ()
    """Environments of which this checkout has an inventory."""
    revision: Revision = NOWHERE
    allow_older_revision: bool = False
    control_plane: Collection[str] = ()
    missing_secrets: str = ""
    """The file of secrets that this run needs and does not find."""


def silence_mistakes(surveys: Mapping[str, Survey]) -> Iterator[str]:
    """Yield hosts that could not be looked at."""
    for name, survey in surveys.items():
        if "services" not in survey:
            why = " ".join(str(survey.get("msg", "")).split()).removeprefix("Task failed: ")
            yield (
                f"{name} does not answer ({why.rstrip(' .:')}); "
                f"mend that, or leave it out with --limit 'all:!{name}'"
            )


def platform_mistakes(name: str, survey: Survey, *, needs_clock: bool) -> Iterator[str]:
    """Yield what is wrong with a host itself."""
    found = survey["distribution"], survey["version"], survey["machine"]
    if found[0] != "debian" or found[1] not in DEBIAN or found[2] != MACHINE:
        yield f"{name} is {' '.join(found)}; Debian {' or '.join(DEBIAN)} on {MACHINE} is needed"
    if needs_clock and not survey["clock_synchronised"]:
        yield (
            f"the clock of {name} is not synchronised, so its samples would land at the wrong "
            "time; install systemd-timesyncd or chrony and wait until `timedatectl` says yes"
        )


def room_mistakes(name: str, survey: Survey, need: Room) -> Iterator[str]:
    """Yield what a host on which nothing is deployed yet has too little of."""
    if survey["memory"] < need.memory:
        yield (
            f"{name} has {survey['memory'] / GIB:.1f} GiB of memory, and {need.who} needs "
            f"{need.memory / GIB:.1f} GiB; give it more"
        )
    for folder, there in survey["free"].items():
        if there < need.disk:
            yield (
                f"{name} has {there / GIB:.1f} GiB free for {folder}, and {need.who} needs "
                f"{need.disk / GIB:.1f} GiB; free some"
            )


def revision_mistakes(name: str, survey: Survey, run: Run) -> Iterator[str]:
    """Yield a host on which something was deployed from a newer revision than this checkout's."""
    revisions = [Revision(**service["revision"]) for service in survey["services"].values()]
    newest = max(revisions, key=lambda revision: revision.committed, default=NOWHERE)
    if newest.committed > run.revision.committed and not run.allow_older_revision:
        yield (
            f"{name} was deployed from revision {newest}, and this checkout is at {run.revision}; "
            "update the checkout, or, to go back on purpose, add `-e allow_older_revision=true`"
        )


def secret_mistakes(surveys: Mapping[str, Survey], run: Run) -> Iterator[str]:
    """Yield hosts of the control plane that hold secrets, or may, while this checkout has none."""
    if not run.missing_secrets or not set(run.control_plane) & set(surveys):
        return
    for name in sorted(run.control_plane):
        if name not in surveys:
            yield (
                f"{name} may hold secrets and is no part of this run, and this checkout has no "
                f"{run.missing_secrets}; run without --limit, or copy that file from another one"
            )
            continue
        services = surveys[name].get("services", {})
        if holding := sorted(service for service in services if services[service]["secrets"]):
            yield (
                f"{name} holds the secrets of {' and '.join(holding)}, and this checkout has no "
                f"{run.missing_secrets}; copy that file from the checkout that deployed them"
            )


def identity_mistakes(name: str, survey: Survey, run: Run) -> Iterator[str]:
    """Yield data planes of this run whose name another environment of a control plane has."""
    ours = {
        host["data_plane_id"]: host["data_plane_environment"]
        for host in run.hosts.values()
        if "data_plane_id" in host
    }
    for environment, texts in sorted(watched(survey).items()):
        if environment in (*run.environments, *run.removed):
            continue
        for taken in sorted(data_planes(texts) & set(ours)):
            yield (
                f"data_plane_id {taken} of {ours[taken]} is taken on {name} by environment "
                f"{environment}; choose another one"
            )


def removal_mistakes(run: Run) -> Iterator[str]:
    """Yield environments that are to be deployed and removed by the same run."""
    for environment in sorted(set(run.environments) & set(run.removed)):
        yield (
            f"environment {environment} is to be removed and is in the inventory; "
            f"leave out the inventory of {environment}"
        )


def remarks(name: str, survey: Survey, run: Run) -> Iterator[str]:
    """Yield what is worth knowing of a control plane and hinders nothing."""
    there = set(watched(survey))
    for environment in sorted(set(run.removed) - there):
        has = f"it has {' and '.join(sorted(there))}" if there else "it has none"
        yield f"{name} has no environment {environment}; {has}"
    for environment in sorted(there - {*run.environments, *run.removed, *run.known}):
        yield (
            f"{name} also watches environment {environment}, of which this checkout has no "
            f"inventory; `-e environments_removed={environment}` removes it"
        )


def watched(survey: Survey) -> dict[str, list[str]]:
    """Return the texts of the files that each environment has on a host."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for service in survey["services"].values():
        for environment, texts in service["environments"].items():
            found[environment] += texts.values()
    return found


def data_planes(texts: Sequence[str]) -> set[str]:
    """Return the data planes that the files of an environment name in labels of their targets."""
    return {found for text in texts for found in _labelled(yaml.safe_load(text))}


def _labelled(node: Any) -> Iterator[str]:  # noqa: ANN401 - whatever a YAML file holds
    if isinstance(node, list):
        for item in node:
            yield from _labelled(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "data_plane_id" and isinstance(value, str):
                yield value
            else:
                yield from _labelled(value)


def mistakes(surveys: Mapping[str, Survey], run: Run) -> Iterator[str]:
    """Yield everything that has to be corrected before a host may be changed."""
    yield from removal_mistakes(run)
    yield from silence_mistakes(surveys)
    yield from secret_mistakes(surveys, run)
    for name, survey in sorted(surveys.items()):
        if "services" in survey:
            # The role's own default; preflight comes before any role.
            needs_clock = bool(run.hosts[name].get("host_baseline_require_time_sync", True))
            yield from platform_mistakes(name, survey, needs_clock=needs_clock)
            if not survey["services"]:
                need = CONTROL_PLANE if name in run.control_plane else DATA_PLANE
                yield from room_mistakes(name, survey, need)
            yield from revision_mistakes(name, survey, run)
            yield from identity_mistakes(name, survey, run)
