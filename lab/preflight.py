"""What the machine must have before a lab can run, said in one line and with what to type."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from toolkit.errors import UserError
from toolkit.process import run

PROGRAMS = {
    "ip": "iproute2",
    "mkfs.ext4": "e2fsprogs",
    "mmdebstrap": "mmdebstrap",
    "nft": "nftables",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "systemd-nspawn": "systemd-container",
    "systemd-socket-activate": "systemd-container",
    "unshare": "util-linux",
}
"""Programs the lab starts, and the Debian packages that bring them (see packages.txt)."""


HOST_MEMORY, HOST_DISK = 512 << 20, 512 << 20
"""Bytes that a host with its part of the product takes; the control plane more, the others less."""


def check(argv: Sequence[str]) -> None:
    """Raise UserError for the first thing that is missing; `argv` is the lab's command line."""
    check_platform(sys.platform)
    check_root(os.geteuid(), argv)
    check_programs(shutil.which)
    check_overlay(Path("/proc/filesystems"))
    check_loop(Path("/dev/loop-control"))
    if run(["nft", "list", "tables"], check=False).returncode != 0:
        raise UserError("this kernel has no nftables", hint="modprobe nf_tables")


def check_platform(platform: str) -> None:
    """Refuse anything but Linux."""
    if platform != "linux":
        raise UserError(
            "the lab needs Linux; elsewhere virtual machines run the same hosts", hint="vagrant up"
        )


def check_root(uid: int, argv: Sequence[str]) -> None:
    """Refuse anybody but root."""
    if uid != 0:
        again = shlex.join(["sudo", sys.executable, "-m", "lab", *argv])
        raise UserError("the lab needs root for this", hint=again)


def check_programs(which: Callable[[str], str | None]) -> None:
    """Name the packages of all programs that `which` does not find."""
    missing = sorted({package for program, package in PROGRAMS.items() if not which(program)})
    if missing:
        raise UserError(
            f"Debian packages are missing: {' '.join(missing)}",
            hint=f"apt-get install --yes {' '.join(missing)}",
        )


def check_overlay(filesystems: Path) -> None:
    """Refuse a kernel without overlayfs, in which the hosts' disks lie."""
    _load("overlay")
    if "overlay" not in filesystems.read_text(encoding="ascii").split():
        raise UserError("this kernel has no overlayfs", hint="modprobe overlay")


def check_loop(control: Path) -> None:
    """Refuse a kernel without loop devices, on which the hosts' sized directories lie."""
    _load("loop")
    if not control.exists():
        raise UserError("this kernel has no loop devices", hint="modprobe loop")


def check_room(hosts: int, *, memory: int, disk: int) -> None:
    """Refuse to boot so many hosts with so many bytes of memory and disk to be had."""
    for what, there, each in (("memory", memory, HOST_MEMORY), ("disk", disk, HOST_DISK)):
        if there < hosts * each:
            want = f"{hosts} host{'s want' if hosts > 1 else ' wants'}"
            raise UserError(
                f"{_gib(there)} GiB of {what} are free, and {want} {_gib(hosts * each)}",
                hint="free some, or boot fewer hosts: python -m lab up HOST …",
            )


def available_memory(meminfo: str) -> int:
    """Return the bytes that programs can still have, from the text of /proc/meminfo."""
    fields = dict(line.split(":", 1) for line in meminfo.splitlines())
    return int(fields["MemAvailable"].split()[0]) << 10


def _gib(amount: int) -> str:
    return f"{amount / (1 << 30):.1f}"


def _load(module: str) -> None:
    if shutil.which("modprobe"):
        run(["modprobe", "--quiet", module], check=False)
