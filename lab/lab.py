"""A whole lab: up, down, and the door for tests that use one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from lab import access, image, network, preflight, registry
from lab.access import Folder
from lab.host import RUNNING, Host, sweep, unmount
from lab.registry import Claim
from lab.topology import Topology, parse
from toolkit.console import say, step
from toolkit.errors import UserError
from toolkit.files import locked, write_atomically
from toolkit.process import run

CHECKOUT = Path(__file__).resolve().parents[1]
DEFAULT_NAME = "sightline"


@dataclass(frozen=True)
class Lab:
    """The hosts that were asked for, on the subnet in force."""

    claim: Claim
    topology: Topology

    @classmethod
    def open(cls, name: str = DEFAULT_NAME) -> Lab:
        """Return the lab of that name; raises UserError when none is up."""
        claim = registry.held(name)
        if claim is None or not Folder(claim.folder).topology.exists():
            raise UserError(f"lab {name} is not up", hint=f"python -m lab --name {name} up")
        text = Folder(claim.folder).topology.read_text(encoding="utf-8")
        return cls(claim, parse(text))

    @property
    def folder(self) -> Folder:
        """Where its files are."""
        return Folder(self.claim.folder)

    @property
    def hosts(self) -> dict[str, Host]:
        """Its hosts by name."""
        return {spec.name: Host(spec, self.claim) for spec in self.topology.hosts}

    def states(self) -> dict[str, str]:
        """Return each host's state; all are well when each is `running`."""
        return {name: host.state() for name, host in self.hosts.items()}


def folder_of(name: str) -> Path:
    """Return this checkout's folder for a lab."""
    return CHECKOUT / ".lab" / name


def plan(name: str, topology: Topology, wanted: Collection[str] = ()) -> Lab:
    """Return the lab that `up` would make of these words, hosts that run already among its own.

    Nothing is touched. Raises UserError when the name or subnet is taken, or room is lacking.
    """
    claim = Claim(name, topology.subnet, folder_of(name))
    names = set(wanted) or {host.name for host in topology.hosts}
    topology.only(names)
    network.check_free(topology.subnet)
    registry.check_conflicts(claim, registry.all_held())
    if registry.held(name):
        with contextlib.suppress(UserError):
            names |= set(Lab.open(name).hosts)
    lab = Lab(claim, topology.only(names))
    preflight.check_room(
        sum(not host.group.populated for host in lab.hosts.values()),
        memory=preflight.available_memory(Path("/proc/meminfo").read_text(encoding="ascii")),
        disk=shutil.disk_usage(CHECKOUT).free,
    )
    return lab


def up(name: str, topology: Topology, wanted: Collection[str] = ()) -> Lab:
    """Boot the wanted hosts (all by default) that do not run yet, and wait until they do.

    Raises UserError for what `plan` refuses, and for a host that does not come up.
    """
    topology.only(wanted)  # a misspelt name is refused before anything is touched
    with locked(folder_of(name) / "lock", purpose=f"lab {name}"):
        lab = plan(name, topology, wanted)
        registry.take(lab.claim)
        write_atomically(lab.folder.topology, lab.topology.render())
        try:
            _build(lab)
            _boot(lab)
        finally:
            _hand_to_caller(lab)
    return lab


def down(name: str) -> None:
    """End everything of a lab and remove its disks, keys and inventories; consoles stay.

    Whatever state an interrupted `up` left behind, nothing of it survives. Raises UserError for
    a lab that runs from another checkout.
    """
    folder = folder_of(name)
    claim = registry.held(name)
    if claim is None:
        say(f"lab {name} is not up")
        _empty(folder)
        return
    if claim.folder != folder and claim.folder.exists():
        registry.check_conflicts(Claim(name, claim.subnet, folder), [claim])
    with locked(claim.folder / "lock", purpose=f"lab {name}"), step(f"Ending lab {name}"):
        claim.group.kill()
        _end_ssh(claim)
        _empty(claim.folder)
        sweep(f"sl-{claim.subnet.rpartition('.')[2]}-*")
        network.remove_network(name, claim.subnet)
        registry.release(claim)


@contextlib.contextmanager
def running(name: str, topology: Topology, wanted: Collection[str] = ()) -> Iterator[Lab]:
    """Have a lab until the block ends; it goes down also if it did not come up."""
    try:
        yield up(name, topology, wanted)
    finally:
        down(name)


def _build(lab: Lab) -> None:
    """Make everything that hosts need before they are switched on."""
    setup = lab.claim.group.child("setup")
    setup.create()
    image.build_missing({host.suite for host in lab.topology.hosts}, group=setup)
    network.raise_network(lab.claim.name, lab.claim.subnet, group=setup)
    folder = lab.folder
    folder.consoles.mkdir(exist_ok=True)
    if not folder.key.with_suffix(".pub").exists():
        folder.key.unlink(missing_ok=True)
        comment = f"lab {lab.claim.name}"
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", folder.key])
    for host in lab.hosts.values():
        host.prepare()
    keys = {host.address: host.public_key() for host in lab.hosts.values()}
    write_atomically(folder.known_hosts, access.render_known_hosts(keys))
    config = access.render_ssh_config(lab.topology, folder, lab.claim.sockets)
    write_atomically(folder.ssh_config, config)


def _boot(lab: Lab) -> None:
    with step(f"Booting {' '.join(lab.hosts)}"):
        for host in lab.hosts.values():
            host.start()
        try:
            for host in lab.hosts.values():  # they boot at the same time
                host.wait_until_running()
        finally:
            _write_inventory(lab)


def _write_inventory(lab: Lab) -> None:
    hosts = lab.hosts.values()
    running = [host.name for host in hosts if host.silenced or host.state() == RUNNING]
    text = access.render_inventory(lab.topology, running, lab.folder, lab.claim.sockets)
    write_atomically(lab.folder.inventory, text)


def _hand_to_caller(lab: Lab) -> None:
    """After `sudo python -m lab up`, let the person behind sudo log in and run Ansible."""
    if "SUDO_UID" not in os.environ:
        return
    owner = int(os.environ["SUDO_UID"]), int(os.environ["SUDO_GID"])
    folder = lab.folder.path
    files = [path for path in folder.iterdir() if path.is_file()]
    for path in (lab.claim.sockets, folder.parent, folder, *files):
        os.chown(path, *owner)


def _end_ssh(claim: Claim) -> None:
    """End SSH clients and shared connections of the lab, which name its files or sockets."""
    marks = (os.fsencode(Folder(claim.folder).ssh_config), os.fsencode(f"{claim.sockets}/"))
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may have ended by itself
            words = (process / "cmdline").read_bytes()
            is_ssh = (process / "comm").read_text(encoding="ascii") == "ssh\n"
            if is_ssh and any(mark in words for mark in marks):
                os.kill(int(process.name), signal.SIGKILL)


def _empty(folder: Path) -> None:
    if not folder.exists():
        return
    for mount_point in (*folder.glob("hosts/*/root"), *folder.glob("hosts/*/data/*")):
        unmount(mount_point)
    for path in folder.iterdir():
        if path.is_dir() and path.name != "consoles":
            shutil.rmtree(path)
        elif path.is_file() and path.name != "lock":
            path.unlink()
