"""Debian's own packages that a service needs, and the units of theirs that it replaces."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from . import files, units
from .files import Layout
from .model import DeployError, Generation
from .process import run, words_of

NOWHERE = "/dev/null"
"""Where the unit file of a masked unit leads."""

APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2", "--yes")
OPTIONS = ("--no-install-recommends", "--option=DPkg::Lock::Timeout=120")


def missing(names: Sequence[str]) -> list[str]:
    """Return the packages that are not installed."""
    if not names:
        return []
    shown = "--showformat=${Package} ${db:Status-Status}\n"
    said = run(["dpkg-query", "--show", shown, *names], stage="packages").stdout
    installed = {line.split()[0] for line in said.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in installed]


def are_there(layout: Layout, wanted: Generation) -> bool:
    """Tell whether all packages are installed and the units that are replaced masked."""
    masked = all(files.target_of(_place(layout, unit)) == NOWHERE for unit in wanted.masks)
    return masked and not missing(wanted.packages)


def refuse_foreign_units(layout: Layout, wanted: Generation) -> None:
    """Refuse to mask a unit that somebody else uses. Raises DeployError."""
    for unit in wanted.masks:
        place = _place(layout, unit)
        if files.target_of(place) == NOWHERE:
            continue
        if place.exists() or units.show(unit).running:
            raise DeployError(
                "packages",
                f"{unit} is in use on this host, and not by this product",
                "stop and remove it, or run this component on another host",
            )


def install(layout: Layout, wanted: Generation) -> None:
    """Mask what must not run, then install what is missing, so that it never has run.

    Raises DeployError with apt's own words.
    """
    for unit in wanted.masks:
        files.point(_place(layout, unit), NOWHERE)
    if wanted.masks:
        units.systemctl("daemon-reload")
    names = missing(wanted.packages)
    if not names:
        return
    command = [*APT, *OPTIONS, "install", *names]
    done = run(command, stage="packages")
    if done.returncode != 0:
        # Its lists may be old or absent, or a run was killed while it unpacked.
        run(["dpkg", "--configure", "--pending"], stage="packages")
        run([*APT, "update"], stage="packages")
        done = run(command, stage="packages")
    if done.returncode != 0:
        raise DeployError(
            "packages",
            f"{' and '.join(names)} could not be installed: {words_of(done)}",
            "see that the host's apt sources have it, then run again",
        )


def release(layout: Layout, wanted: Generation) -> None:
    """Give masked units back, disabled; the packages stay."""
    for unit in wanted.masks:
        files.remove(_place(layout, unit))
        units.systemctl("daemon-reload")
        with contextlib.suppress(DeployError):  # the package may be gone
            units.systemctl("disable", unit)


def _place(layout: Layout, unit: str) -> Path:
    return layout.unit.parent / unit
