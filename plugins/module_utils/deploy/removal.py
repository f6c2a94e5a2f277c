"""Taking a service away: its unit, its configuration and, if asked, what it has written."""

from __future__ import annotations

import contextlib
import shutil

from . import files, packages, releases, units, users
from .files import Layout
from .model import DeployError, Outcome


def make_absent(
    layout: Layout, *, purge_data: bool, holder: str = "another run", check_mode: bool = False
) -> Outcome:
    """Remove a service, and with `purge_data` also its data and its user.

    The journal keeps what the service has said. Releases that nobody uses any more go as well,
    also those that a killed run has left, which are no change of this service. Raises DeployError
    when it cannot be stopped.
    """
    user = _own_user(layout)
    reasons = [f"{layout.service} is deployed"] if is_there(layout) else []
    if purge_data:
        reasons += [f"{layout.data} holds its data"] if layout.data.exists() else []
        reasons += [f"user {user} exists"] if user else []
    outcome = Outcome(changed=bool(reasons), reasons=reasons)
    if check_mode:
        return outcome
    if reasons:
        with files.locked(layout.lock, holder):
            remove(layout)
            if purge_data and layout.data.exists():
                shutil.rmtree(layout.data)
            if purge_data and user:
                users.delete(user)
        outcome.action = "stop"
    releases.collect(layout)
    return outcome


def _own_user(layout: Layout) -> str | None:
    """Return the user that only this service runs as, if there is one."""
    manifests = {
        p: files.manifest_at(p) for p in layout.home.parent.glob("*/current/manifest.json")
    }
    own = manifests.pop(layout.current / files.MANIFEST, None)
    user = own.user if own else f"sightline-{layout.service}"
    shared = user in {other.user for other in manifests.values() if other}
    return user if users.exists(user) and not shared else None


def is_there(layout: Layout) -> bool:
    """Tell whether anything of a service is on the host, data aside."""
    links = (layout.unit, layout.wanted_by, *files.command_links(layout))
    return layout.home.is_dir() or any(link.is_symlink() for link in links)


def disable(layout: Layout) -> None:
    """Stop a service and let it stay stopped at boot, as far as it is there."""
    if units.show(layout.unit.name).active != "inactive":
        units.systemctl("stop", layout.unit.name)
    files.remove(layout.wanted_by)


def enable(layout: Layout) -> bool:
    """Start a disabled service again; return whether it was there."""
    if not is_there(layout):
        return False
    files.link(layout)
    units.systemctl("daemon-reload")
    units.systemctl("start", layout.unit.name)
    return True


def remove(layout: Layout) -> None:
    """Remove a service; its data, its user and its journal stay."""
    if not is_there(layout):
        return
    disable(layout)
    for link in (layout.unit, *files.command_links(layout)):
        files.remove(link)
    units.systemctl("daemon-reload")
    if own := files.manifest_at(layout.current / files.MANIFEST):
        packages.release(layout, own)
    with contextlib.suppress(DeployError):  # it had not failed
        units.systemctl("reset-failed", layout.unit.name)
    shutil.rmtree(layout.runtime, ignore_errors=True)
    # The last step: as long as its directory is there, so is the service.
    shutil.rmtree(layout.home, ignore_errors=True)
