"""One host of a lab: switch it on and off, and run commands in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from lab import cuts, guest
from lab.access import USER, Folder
from lab.cgroup import Group
from lab.image import base_tree
from lab.network import remove_interfaces
from lab.registry import Claim
from lab.topology import HostSpec
from lab.volume import Volume
from toolkit.errors import UserError
from toolkit.process import ProcessError, run
from toolkit.waiting import DeadlineError, wait_for

BOOT_DEADLINE = 60
"""Seconds from power on to `systemctl is-system-running`; two is usual."""

STOPPED, NO_ANSWER, RUNNING = "stopped", "no answer", "running"
_SUPERVISE = Path(__file__).with_name("supervise.sh")
_NSPAWN_STATE = Path("/run/systemd/nspawn")


@dataclass(frozen=True)
class Host:
    """A host that runs, or could: `spec` says which one, `claim` in which lab."""

    spec: HostSpec
    claim: Claim

    @property
    def name(self) -> str:
        """Its host name, which is also its name in inventories."""
        return self.spec.name

    @property
    def address(self) -> str:
        """Its IPv4 address."""
        return self.spec.address

    @property
    def group(self) -> Group:
        """The control group in which all of its processes live."""
        return self.claim.group.child(f"host-{self.name}")

    @property
    def volumes(self) -> list[Volume]:
        """Its sized directories."""
        return [Volume(sized, self._folder.disk(self.name) / "data") for sized in self.spec.data]

    @property
    def silenced(self) -> bool:
        """Whether a fault keeps it from answering: it is frozen, or cut off from everything."""
        return self.group.frozen or {self.spec.interface} in cuts.standing(self.claim.name)

    def run(
        self, command: str, *, check: bool = True, stdin: str = "", timeout: float = 60
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell command as root in the host and return its exit code, stdout and stderr.

        Raises ProcessError for a code other than 0 unless `check` is off, and UserError when it
        does not end within `timeout` seconds. Code 255 is SSH's own: the host was not reached.
        """
        argv = ["ssh", "-F", str(self._folder.ssh_config), f"root@{self.name}", command]
        return run(argv, check=check, stdin=stdin, timeout=timeout)

    def state(self) -> str:
        """Return what systemd in the host says of itself, `stopped` or `no answer`."""
        if not self.group.populated:
            return STOPPED
        with contextlib.suppress(UserError):
            if self._ssh_greets():
                said = self.run("systemctl is-system-running", check=False, timeout=10).stdout
                return said.strip() or NO_ANSWER
        return NO_ANSWER

    def prepare(self) -> None:
        """Give the host its disk: layers over the base tree that was current when it was made.

        Raises UserError when that tree is there no more.
        """
        disk = self._folder.disk(self.name)
        disk.parent.mkdir(mode=0o700, exist_ok=True)  # hosts may hold setuid programs
        for part in ("upper", "work", "root"):
            (disk / part).mkdir(parents=True, exist_ok=True)
        if not (disk / "base").is_symlink():
            (disk / "base").symlink_to(base_tree(self.spec.suite))
        if not (disk / "base").exists():
            raise UserError(
                f"the disk of {self.name} has lost its base: {(disk / 'base').readlink()}",
                hint=f"python -m lab --name {self.claim.name} down, then up: the host begins anew",
            )

    def public_key(self) -> str:
        """Return the key by which the prepared host proves to be itself."""
        name = "base/etc/ssh/ssh_host_ed25519_key.pub"
        return (self._folder.disk(self.name) / name).read_text(encoding="ascii")

    def start(self) -> None:
        """Switch a prepared host on, unless it is; `wait_until_running` tells how that went."""
        if self.group.populated:
            return
        self._clear()
        disk = self._folder.disk(self.name)
        resolver = [path.read_text("utf-8") for path in guest.RESOLVERS if path.exists()]
        texts = guest.files(
            self.spec,
            self.claim.subnet,
            public_key=self._folder.key.with_suffix(".pub").read_text(encoding="ascii"),
            resolver=guest.choose_resolver(resolver),
        )
        guest.write_upper(disk / "upper", disk / "base", texts)
        self.group.create()
        for volume in self.volumes:
            volume.mount(disk / "base", group=self.group)
        binds = {volume.directory.path: volume.content for volume in self.volumes}
        self.group.start(
            [_SUPERVISE, *guest.boot_arguments(self.spec, self.claim.subnet, binds)],
            log=self._folder.console(self.name),
            cwd=disk,
            env=guest.BOOT_ENVIRONMENT,
        )

    def wait_until_running(self) -> None:
        """Wait until all of the host's services are up; raises UserError with the last state.

        A host that a fault has silenced cannot say, and is not waited for.
        """
        if self.silenced:
            return
        final = {RUNNING, STOPPED, "degraded", "maintenance"}
        console = self._folder.console(self.name)
        try:
            state = wait_for(
                self.state, final.__contains__, within=BOOT_DEADLINE, what=self.name, every=0.05
            )
        except DeadlineError as error:
            raise UserError(str(error), hint=f"tail {console}") from None
        if state == STOPPED:
            last = console.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise UserError(
                ": ".join([f"{self.name} went down while booting", *last]), hint=f"tail {console}"
            )
        if state != RUNNING:
            failed = self.run("systemctl list-units --failed --plain --no-legend").stdout
            units = ", ".join(line.split()[0] for line in failed.splitlines()) or "none failed"
            raise UserError(f"{self.name} is {state}: {units}", hint=f"tail {console}")

    def reboot(self) -> None:
        """Reboot the host from inside and wait until it is running again."""
        before = self._boot_id()
        self.run("systemctl reboot", check=False)
        self._disconnect()
        wait_for(
            lambda: self._ssh_greets() and self._boot_id(),
            lambda seen: seen not in (False, before),
            within=BOOT_DEADLINE,
            what=f"reboot of {self.name}",
        )
        self.wait_until_running()

    def kill(self) -> None:
        """Pull the plug: nothing in the host gets to say goodbye. Its disk stays as it is."""
        self.group.kill()
        self._disconnect()
        self._clear()

    @property
    def _folder(self) -> Folder:
        return Folder(self.claim.folder)

    def _ssh_greets(self) -> bool:
        try:
            with socket.create_connection((self.address, 22), timeout=0.5) as connection:
                return connection.recv(4) == b"SSH-"
        except OSError:
            return False

    def _boot_id(self) -> str:
        return self.run("cat /proc/sys/kernel/random/boot_id", timeout=10).stdout

    def _disconnect(self) -> None:
        """End shared connections: the next one would wait for a peer that is gone."""
        for user in ("root", USER):
            login = f"{user}@{self.name}"
            run(["ssh", "-F", self._folder.ssh_config, "-O", "exit", login], check=False)

    def _clear(self) -> None:
        """Remove what a host without processes leaves outside its disk."""
        self.group.remove()
        unmount(self._folder.disk(self.name) / "root")
        sweep(self.spec.machine)


def sweep(machines: str) -> None:
    """Remove network cables and nspawn's directories of dead machines, given by a glob."""
    remove_interfaces(f"vb-{machines}")
    for directory in _NSPAWN_STATE.glob(f"*/{machines}"):
        unmount(directory)  # newer versions of nspawn mount something there
        shutil.rmtree(directory, ignore_errors=True)


def unmount(target: Path) -> None:
    """Unmount whatever is mounted on a directory, also if a shell still stands in it."""
    while os.path.ismount(target):
        try:
            run(["umount", "--lazy", target])
        except ProcessError:
            if os.path.ismount(target):
                raise
