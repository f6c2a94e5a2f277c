"""libvirt's daemon without systemd and without a trace: all that it has is this test's own."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

from lab.guest import RESOLVERS, choose_resolver
from toolkit.process import child_environment, run
from toolkit.waiting import wait_for

MOUNT_POINTS = [Path("/", parent, "libvirt") for parent in ("etc", "var/lib", "var/cache", "run")]
"""Where libvirt has its files; `enclose.sh` puts folders of ours there."""

CONFIGURATION = {
    # Root asks, and nobody else gets there.
    "libvirtd.conf": 'auth_unix_ro = "none"\nauth_unix_rw = "none"\n',
    # As another user QEMU cannot open /dev/kvm. libvirt would take that for news whenever it
    # looks, and ask QEMU anew what it can: for seconds, with every call.
    "qemu.conf": (
        'user = "root"\ngroup = "root"\nremember_owner = 0\nsecurity_driver = "none"\n'
        'cgroup_controllers = []\nnamespaces = []\nstdio_handler = "file"\n'
    ),
}
_NOBODY = 64055
"""Debian's number for the user libvirt-qemu, without whom the daemon does not start."""


def prepare(folder: Path) -> None:
    """Write the files below `folder` that `enclose.sh` shows to libvirt."""
    for point in MOUNT_POINTS:
        (folder / point.relative_to("/").parent).mkdir(parents=True)
    for name, text in CONFIGURATION.items():
        (folder / "etc" / name).write_text(text, encoding="ascii")
    account = f"libvirt-qemu:x:{_NOBODY}:"
    users = {"passwd": f"{account}{_NOBODY}::/:/usr/sbin/nologin\n", "group": f"{account}\n"}
    for name, line in users.items():
        known = Path("/etc", name).read_text(encoding="utf-8")
        (folder / name).write_text(known + line, encoding="utf-8")
    resolvers = [path.read_text(encoding="utf-8") for path in RESOLVERS if path.exists()]
    (folder / "resolv.conf").write_text(choose_resolver(resolvers), encoding="utf-8")


@contextlib.contextmanager
def mount_points() -> Iterator[None]:
    """Have the directories that `enclose.sh` mounts over; those that were not there go again."""
    made = [point for point in MOUNT_POINTS if not point.exists()]
    for point in made:
        point.mkdir()
    try:
        yield
    finally:
        for point in made:
            point.rmdir()


@contextlib.contextmanager
def serving(log: Path) -> Iterator[None]:
    """Have the daemon until the block ends; `log` gets what it says."""
    with log.open("wb") as stream:
        daemon = subprocess.Popen(
            ["libvirtd", "--pid-file=/run/libvirt/libvirtd.pid"],
            stdout=stream,
            stderr=stream,
            env=child_environment(),
        )
    try:
        wait_for(lambda: run(["virsh", "--quiet", "version"]), within=60, what="libvirtd answers")
        yield
    finally:
        daemon.terminate()
        daemon.wait(timeout=30)
