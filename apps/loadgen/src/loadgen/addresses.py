"""Where targets are: load goes to private addresses only, and only to those that were checked."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from loadgen.errors import UnreachableError, UsageError
from loadgen.plan import Target

OWN_FLAG = "--i-own-this-target"

PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        (
            *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
            *("::1/128", "fc00::/7", "fe80::/10"),
        ),
    )
)
"""Loopback, private and link-local networks. Others that IANA reserves are nobody's lab."""


def resolve(targets: Sequence[Target], *, owned: bool) -> Mapping[str, Sequence[str]]:
    """Return the addresses of each environment's target.

    Raises UnreachableError for a name without an address, and UsageError for an address that is
    not private, unless all targets are `owned` by who asks.
    """
    found = {target.environment: _addresses(target) for target in targets}
    public = [
        f"{target.environment}: {target.url} is {address}, which is not a private address"
        for target in targets
        for address in found[target.environment]
        if not is_private(address)
    ]
    if public and not owned:
        raise UsageError("\n".join(public), hint=f"if you may load it: {OWN_FLAG}")
    return found


def is_private(address: str) -> bool:
    """Say whether an address is on this machine or in a private network."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in network for network in PRIVATE)


def _addresses(target: Target) -> Sequence[str]:
    host = urlsplit(target.url).hostname
    try:
        answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreachableError(
            f"{target.environment}: {target.url}: there is no address for {host}"
        ) from None
    return sorted({str(answer[4][0]) for answer in answers})
