"""Which labs this machine runs, whatever checkout they belong to, and what they share.

Each lab has a directory below /run with its claim and its SSH sockets. A claim counts as long as
the lab's control group exists, so that one left behind by a crash of the machine binds nobody.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab.cgroup import Group
from toolkit.errors import UserError
from toolkit.files import write_atomically

RUN = Path("/run/sightline-lab")
KERNEL = {
    # Hosts reach each other and the world through this machine.
    Path("/proc/sys/net/ipv4/ip_forward"): 1,
    # All hosts count as one user here, and the systemd of each takes eight: 128 are 16 hosts.
    Path("/proc/sys/fs/inotify/max_user_instances"): 1024,
}
"""What labs need of the kernel, at least; it gets its own values back with the last one's end."""

_SAVED = RUN / ".kernel.json"


@dataclass(frozen=True)
class Claim:
    """A lab's hold on its name and subnet; `folder` is the checkout's folder for it."""

    name: str
    subnet: str
    folder: Path

    @property
    def group(self) -> Group:
        """The control group around all that runs for the lab."""
        return _group_of(self.name)

    @property
    def sockets(self) -> Path:
        """Where SSH keeps shared connections: a short path, since Linux allows 108 characters."""
        return RUN / self.name


def held(name: str) -> Claim | None:
    """Return the claim on a lab's name, also one whose lab is half up or half down.

    Raises UserError for one that cannot be read, as long as something of its lab lives.
    """
    path = RUN / name / "claim.json"
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError:
        raise UserError(f"lab {name} was booted by root", hint="sudo -s, then repeat") from None
    if not _group_of(name).path.exists():
        return None
    try:
        fields = json.loads(text)
        return Claim(name, fields["subnet"], Path(fields["folder"]))
    except (ValueError, TypeError, LookupError):
        raise UserError(
            f"the claim of lab {name} cannot be read: {path}",
            hint=f"rm {path}, then bring that lab up again as before, and down",
        ) from None


def take(claim: Claim) -> None:
    """Claim a lab's name and subnet for a checkout, and have the kernel serve its hosts.

    Taking what one holds already is fine. Raises UserError when somebody else holds it.
    """
    with _locked():
        others = all_held()
        check_conflicts(claim, others)
        if not others or not _SAVED.exists():
            before = {str(path): int(path.read_text(encoding="ascii")) for path in KERNEL}
            write_atomically(_SAVED, json.dumps(before))
        write_atomically(
            claim.sockets / "claim.json",
            json.dumps({"subnet": claim.subnet, "folder": str(claim.folder)}),
        )
        claim.sockets.chmod(0o700)
        claim.group.create()
        for path, least in KERNEL.items():
            if int(path.read_text(encoding="ascii")) < least:
                path.write_text(f"{least}\n", encoding="ascii")


def release(claim: Claim) -> None:
    """Give a lab's name back; the last one also gives the kernel its own values back."""
    with _locked():
        claim.group.remove()
        shutil.rmtree(claim.sockets, ignore_errors=True)
        if not all_held():
            if _SAVED.exists():
                for name, value in json.loads(_SAVED.read_text(encoding="ascii")).items():
                    Path(name).write_text(f"{value}\n", encoding="ascii")
            shutil.rmtree(RUN, ignore_errors=True)


def check_conflicts(claim: Claim, others: list[Claim]) -> None:
    """Refuse a claim that meets a living one, and say who holds it."""
    for other in others:
        if other.name == claim.name and other.folder != claim.folder:
            raise UserError(
                f"a lab named {claim.name} runs from {other.folder}",
                hint=f"end it there, or choose another name: --name {claim.name[:22]}-2",
            )
        if other.name == claim.name and other.subnet != claim.subnet:
            raise UserError(
                f"lab {claim.name} runs on {other.subnet}, not on {claim.subnet}",
                hint=f"python -m lab --name {claim.name} down",
            )
        if other.name != claim.name and other.subnet == claim.subnet:
            raise UserError(
                f"subnet {claim.subnet} is taken by lab {other.name} ({other.folder})",
                hint="choose another one: --subnet 192.168.N",
            )


def _group_of(name: str) -> Group:
    return Group(f"sightline-lab-{name}")


def all_held() -> list[Claim]:
    """Return the claims of all labs of this machine, whatever checkout they belong to."""
    names = sorted(path.name for path in RUN.iterdir()) if RUN.exists() else []
    return [claim for name in names if (claim := held(name)) is not None]


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Admit one at a time; the lock is on /run itself, so that no lock file stays behind."""
    handle = os.open(RUN.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
