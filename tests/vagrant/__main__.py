"""`python -m tests.vagrant`: the Vagrantfile for real, by emulation, with nothing left behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from lab import network, preflight, registry
from lab.lab import CHECKOUT, down, folder_of
from lab.registry import Claim
from lab.topology import HostSpec
from tests.scenarios.__main__ import ended_by_signals
from tests.vagrant import inside, libvirt
from tests.vagrant.box import SUITE, box
from toolkit.console import OK, main
from toolkit.errors import UserError
from toolkit.process import child_environment

SUBNET = "192.168.55"
"""The way out. The machines' own subnet is theirs alone, so that a demo may run beside them."""

ENCLOSE = Path(__file__).with_name("enclose.sh")
SECRETS = CHECKOUT / "secrets" / "control_plane.yml"


def command(_: Sequence[str]) -> int:
    """Run the whole test; whatever becomes of it, everything of it ends."""
    preflight.check_platform(sys.platform)
    if os.geteuid() != 0:
        raise UserError("virtual machines need root for this", hint="sudo make test-vagrant")
    claim = Claim(inside.NAME, SUBNET, folder_of(inside.NAME))
    if claim.group.populated:
        raise UserError(
            "the test runs already, or was killed", hint=f"python -m lab --name {claim.name} down"
        )
    ingredients = box()
    with ended_by_signals(), libvirt.mount_points(), _lab(claim), _no_new_secrets():
        libvirt.prepare(claim.folder)
        code = _enclosed(
            claim, [sys.executable, "-m", "tests.vagrant.inside", claim.folder, ingredients]
        )
    if code == OK:
        print("Vagrant's machines were deployed, watched, found unchanged, and removed")
    return code


@contextlib.contextmanager
def _lab(claim: Claim) -> Iterator[None]:
    """Hold a lab without hosts: its bridge, its control group, and what the kernel needs."""
    if registry.held(claim.name):  # by a run that was killed
        down(claim.name)
    network.check_free(claim.subnet)
    registry.take(claim)
    try:
        (claim.folder / "consoles").mkdir(parents=True, exist_ok=True)
        setup = claim.group.child("setup")
        setup.create()
        network.raise_network(claim.name, claim.subnet, group=setup)
        yield
    finally:
        down(claim.name)


@contextlib.contextmanager
def _no_new_secrets() -> Iterator[None]:
    """Remove the secrets that a checkout without any gets for the machines."""
    known = SECRETS.exists()
    try:
        yield
    finally:
        if not known:
            SECRETS.unlink(missing_ok=True)


def _enclosed(claim: Claim, command: Sequence[str | Path]) -> int:
    """Run a command of the checkout in namespaces of its own, and return its exit code."""
    bridge = network.bridge_of(claim.subnet)
    cable = HostSpec(claim.name, f"{claim.subnet}.2", SUITE).interface
    done = subprocess.run(
        [
            *("nice", "-n", "5", "unshare", "--mount", "--net", "--propagation=private", ENCLOSE),
            *(claim.group.child("setup").path, str(os.getpid()), cable, bridge, claim.subnet),
            *("env", f"--chdir={CHECKOUT}", *command),
        ],
        cwd=claim.folder,
        env=child_environment({"PYTHONDONTWRITEBYTECODE": "1"}),
        check=False,
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(command))
