"""What makes a copy of the base tree one particular host."""

from __future__ import annotations

import ipaddress
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from lab.network import bridge_of
from lab.topology import HostSpec

BOOT_ENVIRONMENT = {
    # Debian 13's systemd refuses the hybrid hierarchy; the host's group keeps it to itself.
    "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
    # Its disk has one user by construction, and a killed host would leave the lock behind.
    "SYSTEMD_NSPAWN_LOCK": "0",
    # Nobody answers when systemd asks the console for its size and colours.
    "TERM": "dumb",
}
RESOLVERS = (Path("/etc/resolv.conf"), Path("/run/systemd/resolve/resolv.conf"))


def boot_arguments(host: HostSpec, subnet: str, binds: Mapping[str, Path]) -> list[str]:
    """Return systemd-nspawn's arguments, to be used in the folder that holds `root`.

    `binds` says which folder of this machine the host has at which path.
    """
    return [
        *("--quiet", "--boot", "--directory=root", "--console=read-only"),
        f"--machine={host.machine}",
        f"--hostname={host.name}",
        f"--network-bridge={bridge_of(subnet)}",
        *("--register=no", "--keep-unit"),  # works without systemd as this machine's init
        *(f"--bind={_escaped(folder)}:{path}" for path, folder in binds.items()),
        *("--resolv-conf=off", "--timezone=off", "--link-journal=no"),
        *("--", "--show-status=yes", "--log-color=no"),  # for the host's own systemd
    ]


def files(host: HostSpec, subnet: str, *, public_key: str, resolver: str) -> Mapping[str, str]:
    """Return the text of each file that differs from the base tree, by path from the root."""
    # Waiting for a boot knocks at port 22 often; this sshd would then lock the operator out.
    patience = {"etc/ssh/sshd_config.d/lab.conf": "PerSourcePenalties no\n"}
    return {
        **(patience if host.suite == "trixie" else {}),
        "etc/hostname": f"{host.name}\n",
        "etc/hosts": f"127.0.0.1 localhost\n127.0.1.1 {host.name}\n::1 localhost ip6-localhost\n",
        "etc/resolv.conf": resolver,
        "etc/systemd/network/10-host0.network": (
            f"[Match]\nName=host0\n\n[Network]\nAddress={host.address}/24\nGateway={subnet}.1\n"
        ),
        "root/.ssh/authorized_keys": public_key,
        "home/operator/.ssh/authorized_keys": public_key,
    }


def choose_resolver(texts: Sequence[str]) -> str:
    """Return the first resolv.conf that names a server which hosts can reach, else the first.

    A resolver on the operator's own loopback, such as systemd-resolved's, is of no use to them.
    """
    for text in texts:
        words = [line.split() for line in text.splitlines()]
        servers = [word[1] for word in words if len(word) > 1 and word[0] == "nameserver"]
        if any(not ipaddress.ip_address(s.partition("%")[0]).is_loopback for s in servers):
            return text
    return texts[0] if texts else ""


def write_upper(upper: Path, base: Path, texts: Mapping[str, str]) -> None:
    """Put files into a host's own layer; directories look as they do in the base tree."""
    for name, text in texts.items():
        target = upper / name
        for parent in reversed(Path(name).parents):
            _like(base / parent, upper / parent)
        target.write_text(text, encoding="utf-8")
        owner = target.parent.stat()
        os.chown(target, owner.st_uid, owner.st_gid)
        target.chmod(0o644)


def _escaped(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace(":", "\\:")


def _like(model: Path, directory: Path) -> None:
    if not directory.exists():
        directory.mkdir()
        shutil.copystat(model, directory)
        os.chown(directory, model.stat().st_uid, model.stat().st_gid)
