"""Which hosts a lab has: read from YAML, refused with the reason when something is off."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from toolkit.errors import UserError

DEBIAN = {"bookworm": "12", "trixie": "13"}
"""Suites that hosts can have, and the version people call them by."""

DEFAULT_SUBNET = "192.168.56"


@dataclass(frozen=True)
class SizedDirectory:
    """A directory that is a filesystem of its own in a host; `size` is such as 256M or 2G."""

    path: str
    size: str


@dataclass(frozen=True)
class HostSpec:
    """One host: `address` is complete, such as 192.168.56.10."""

    name: str
    address: str
    suite: str
    data: tuple[SizedDirectory, ...] = ()

    @property
    def machine(self) -> str:
        """What systemd-nspawn knows it by; from the address, so that two labs never meet.

        It also names the network interface, for which Linux allows 15 characters in all.
        """
        third, fourth = self.address.split(".")[2:]
        return f"sl-{third}-{fourth}"

    @property
    def interface(self) -> str:
        """The operator's end of the host's network cable."""
        return f"vb-{self.machine}"


@dataclass(frozen=True)
class Forward:
    """A port on the operator's loopback that leads to a host's port."""

    port: int
    host: str
    host_port: int


@dataclass(frozen=True)
class Topology:
    """The hosts and forwards of one lab on one subnet (three numbers, such as 192.168.56)."""

    subnet: str
    hosts: tuple[HostSpec, ...]
    forwards: tuple[Forward, ...]

    def only(self, names: Iterable[str]) -> Topology:
        """Return the same lab with just these hosts; raises UserError for a name it lacks."""
        wanted = set(names)
        known = [host.name for host in self.hosts]
        for name in sorted(wanted - set(known)):
            raise UserError(
                f"the topology has no host {name!r}", hint=f"its hosts: {' '.join(known)}"
            )
        return replace(
            self,
            hosts=tuple(host for host in self.hosts if host.name in wanted),
            forwards=tuple(forward for forward in self.forwards if forward.host in wanted),
        )

    def render(self) -> str:
        """Return the YAML that `parse` reads back as this topology."""
        document = {
            "subnet": self.subnet,
            "hosts": [
                {
                    "name": h.name,
                    "address": int(h.address.rpartition(".")[2]),
                    "suite": h.suite,
                    "data": {directory.path: directory.size for directory in h.data},
                }
                for h in self.hosts
            ],
            "forwards": [{"port": f.port, "to": f"{f.host}:{f.host_port}"} for f in self.forwards],
        }
        return yaml.safe_dump(document, sort_keys=False)


def parse(text: str, *, subnet: str | None = None) -> Topology:
    """Read a topology; `subnet` wins over the one in the text.

    Raises UserError with the offending entry for anything that could not be booted.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise UserError(f"topology: {error}") from None
    _check_keys("topology", document, required=["hosts"], optional=["forwards", "subnet"])
    network = checked_subnet(subnet or document.get("subnet", DEFAULT_SUBNET))
    hosts = tuple(_host(entry, network) for entry in document["hosts"])
    forwards = tuple(_forward(entry) for entry in document.get("forwards", []))
    _check_unique("host name", [host.name for host in hosts])
    _check_unique("address", [host.address for host in hosts])
    _check_unique("forwarded port", [str(forward.port) for forward in forwards])
    names = {host.name for host in hosts}
    for forward in forwards:
        if forward.host not in names:
            raise UserError(f"topology: port {forward.port} leads to {forward.host}, no such host")
    return Topology(network, hosts, forwards)


def checked_subnet(text: str) -> str:
    """Return a subnet given as 192.168.N; names of interfaces hold no more than the N."""
    match = re.fullmatch(r"192\.168\.(0|[1-9][0-9]{0,2})", str(text))
    if not match or int(match[1]) > 255:
        raise UserError(f"subnet {text!r} is not one of 192.168.0 to 192.168.255")
    return str(text)


def checked_lab_name(text: str) -> str:
    """Return a lab's name if the kernel's limits allow it: short, because sockets lie below it."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,23}", text):
        raise UserError(
            f"lab name {text!r}: up to 24 lower-case letters, digits and dashes, a letter first"
        )
    return text


def _host(entry: object, subnet: str) -> HostSpec:
    checked = _check_keys("host", entry, required=["name", "address", "suite"], optional=["data"])
    name, number, suite = checked["name"], checked["address"], checked["suite"]
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,61}[a-z0-9]", str(name)):
        raise UserError(f"topology: {name!r} is not a host name")
    if not isinstance(number, int) or not 2 <= number <= 254:  # .1 is the operator's machine
        raise UserError(f"topology: {name}: address {number!r} is not a number from 2 to 254")
    if suite not in DEBIAN:
        raise UserError(f"topology: {name}: suite {suite!r} is not one of {', '.join(DEBIAN)}")
    return HostSpec(name, f"{subnet}.{number}", suite, _data(name, checked.get("data", {})))


def _data(host: str, entry: object) -> tuple[SizedDirectory, ...]:
    if not isinstance(entry, dict):
        raise UserError(f"topology: {host}: data {entry!r} is not a mapping of paths to sizes")
    for path, size in entry.items():
        # Elsewhere the lab itself writes, or the host could not boot.
        if not re.fullmatch(r"/(var|opt|srv|etc/sightline)(/[\w-][\w.-]*)*", str(path), re.ASCII):
            raise UserError(
                f"topology: {host}: data {path!r} is not in /var, /opt, /srv or /etc/sightline"
            )
        if not re.fullmatch(r"[1-9][0-9]*[MG]", str(size)):
            raise UserError(f"topology: {host}: data {path}: {size!r} is no size such as 256M, 2G")
    return tuple(SizedDirectory(path, size) for path, size in entry.items())


def _forward(entry: object) -> Forward:
    checked = _check_keys("forward", entry, required=["port", "to"])
    host, _, host_port = str(checked["to"]).partition(":")
    for port in (checked["port"], host_port):
        if not str(port).isdecimal() or not 1 <= int(port) <= 65535:
            raise UserError(f"topology: forward {entry}: {port!r} is not a port")
    return Forward(int(checked["port"]), host, int(host_port))


def _check_keys(
    what: str, entry: object, *, required: Sequence[str], optional: Sequence[str] = ()
) -> Mapping[str, Any]:
    if not isinstance(entry, dict):
        raise UserError(f"topology: {what} {entry!r} is not a mapping")
    known = [*required, *optional]
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            raise UserError(
                f"topology: {what} has an unknown key {key!r}",
                hint=f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}",
            )
    for key in required:
        if key not in entry:
            raise UserError(f"topology: {what} {entry} lacks {key!r}")
    return entry


def _check_unique(what: str, values: Sequence[str]) -> None:
    for value in sorted(values):
        if values.count(value) > 1:
            raise UserError(f"topology: {what} {value} appears twice")
