"""From the port table to the text of the one nftables table; touches nothing."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..deploy.model import DeployError

TABLE = "inet sightline"
ABSENT = f"table {TABLE}\ndelete table {TABLE}\n"
"""Removes the table, in one step and also where there is none."""

EVERYONE = "everyone"
NETWORKS = "_networks"
"""Ending of the variables that hold networks; every other name in `from` is a group."""

BINDS = ("host_address", "loopback", "any")
PROTOCOLS = ("tcp", "udp")
REQUIRED = frozenset({"port", "group", "bind", "from"})
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,47}", re.ASCII)
COMMENT_LENGTH = 127
"""What nftables takes of a comment, in bytes."""

ALWAYS = """\
ct state established,related counter accept comment "answers to this host, open connections"
ct state invalid counter drop comment "part of no connection"
iif "lo" counter accept comment "loopback"
icmp type { destination-unreachable, time-exceeded, parameter-problem, echo-request } \
counter accept comment "path MTU, errors, ping"
icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, \
echo-request } counter accept comment "path MTU, errors, ping"
icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 \
counter accept comment "IPv6 neighbours"
icmpv6 type mld-listener-query ip6 saddr fe80::/10 counter accept comment "IPv6 multicast"
udp sport 67 udp dport 68 counter accept comment "DHCP"
udp sport 547 udp dport 546 ip6 saddr fe80::/10 counter accept comment "DHCPv6"
"""
REFUSED = """\
tcp flags & (fin | syn | rst | ack) != syn counter accept comment "connections older than this"
meta l4proto tcp counter reject with tcp reset comment "everything else"
counter reject comment "everything else"
"""
"""A refusal is an answer: clients fail at once instead of waiting. When the table is loaded for the
first time nobody has kept track of connections; those that are open are not to break, and a packet
that opens none is refused by the kernel itself where it belongs to none."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Port:
    """One entry of the port table: `sources` are group names, `*_networks`, or `everyone`."""

    name: str
    port: int
    group: str
    bind: str
    sources: tuple[str, ...]
    protocol: str = "tcp"


def read_table(table: Mapping[str, Any], variable: str) -> tuple[Port, ...]:
    """Read a port table; `variable` is its name for messages.

    Raises DeployError for an entry that is not of the table's shape.
    """
    return tuple(_read(str(name), entry, variable) for name, entry in table.items())


def _read(name: str, entry: object, variable: str) -> Port:
    where = f"{variable}.{name}"
    if not isinstance(entry, Mapping) or set(entry) - {"protocol"} != REQUIRED:
        raise _wrong(where, f"give {', '.join(sorted(REQUIRED))}, perhaps protocol, and no more")
    if not isinstance(entry["from"], list | tuple):
        raise _wrong(where, "`from` has to be a list")
    for word in (name, *entry["from"]):
        if not NAME.fullmatch(str(word)):
            raise _wrong(where, f"{word!r} is no name; networks go into a variable *{NETWORKS}")
    number, protocol = str(entry["port"]), entry.get("protocol", "tcp")
    if not number.isdecimal() or not 0 < int(number) < 65536:
        raise _wrong(where, f"port {number} is no number from 1 to 65535")
    if entry["bind"] not in BINDS or protocol not in PROTOCOLS:
        raise _wrong(where, f"bind is one of {', '.join(BINDS)}; protocol is tcp or udp")
    sources = tuple(map(str, entry["from"]))
    return Port(name, int(number), str(entry["group"]), entry["bind"], sources, protocol)


def _wrong(where: str, what: str) -> DeployError:
    return DeployError("ports", where, what)


def merged(product: Sequence[Port], extra: Sequence[Port]) -> tuple[Port, ...]:
    """Return both tables as one; raises DeployError when the site's repeats a name."""
    taken = {port.name for port in product} & {port.name for port in extra}
    if taken:
        names = ", ".join(sorted(taken))
        raise DeployError("ports", f"{names} is the product's own entry", "choose another name")
    return (*product, *extra)


def opened(ports: Sequence[Port], groups: Collection[str]) -> tuple[Port, ...]:
    """Return the entries that need a rule on a host that is in these groups."""
    mine = {*groups, "all"}
    return tuple(
        port for port in ports if port.group in mine and port.bind != "loopback" and port.sources
    )


def hosts_of(
    source: str, groups: Mapping[str, Sequence[str]], product: Sequence[Port]
) -> Sequence[str]:
    """Return the hosts of a group that may connect; one that this site does not use has none.

    Raises DeployError for a group that neither the inventory nor the product's table knows, and
    for one with data planes: a run that is given some environments would shut out the others.
    """
    hosts = groups.get(source)
    if hosts is None and all(source not in (port.group, *port.sources) for port in product):
        raise DeployError(
            "ports", f"`from` names {source}, which is no group", "correct it, or add the group"
        )
    if set(hosts or ()) & set(groups.get("data_plane", ())):
        raise DeployError(
            "ports",
            f"group {source} holds data planes, of which a run need not know all",
            f"name their networks in a variable *{NETWORKS}",
        )
    return hosts or ()


def render(ports: Sequence[Port], networks: Mapping[str, Sequence[str]]) -> str:
    """Return the text that replaces the table, whole, in one step.

    `networks` gives the addresses or networks of every name in the ports' sources but `everyone`.
    Raises DeployError for one that is no address.
    """
    rules = [*ALWAYS.splitlines()]
    for port in ports:
        rules += _rules(port, networks)
    rules += REFUSED.splitlines()
    body = "".join(f"\t\t{rule}\n" for rule in rules)
    return (
        f"# Made by Ansible from the port table; the next run puts an edit right.\n{ABSENT}"
        f'table {TABLE} {{\n\tcomment "made by Ansible from the port table"\n'
        f"\tchain input {{\n\t\ttype filter hook input priority filter; policy drop;\n"
        f"{body}\t}}\n}}\n"
    )


def _rules(port: Port, networks: Mapping[str, Sequence[str]]) -> Iterator[str]:
    comment = f"{port.name}: {', '.join(port.sources)}"[:COMMENT_LENGTH]
    verdict = f'{port.protocol} dport {port.port} counter accept comment "{comment}"'
    everything = [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")]
    found = list(_sources(port, networks))
    if EVERYONE in port.sources or all(network in found for network in everything):
        yield verdict
        return
    for version, family in ((4, "ip"), (6, "ip6")):
        same: list[Any] = [network for network in found if network.version == version]
        named = [_short(network) for network in ipaddress.collapse_addresses(same)]
        if named:
            among = named[0] if len(named) == 1 else f"{{ {', '.join(named)} }}"
            yield f"{family} saddr {among} {verdict}"


def _sources(port: Port, networks: Mapping[str, Sequence[str]]) -> Iterator[Network]:
    for source in port.sources:
        for text in networks[source] if source != EVERYONE else ():
            try:
                yield ipaddress.ip_network(text)
            except ValueError as error:
                raise DeployError("ports", f"{port.name}: {source}: {error}") from None


def _short(network: Network) -> str:
    single = network.prefixlen == network.max_prefixlen
    return str(network.network_address if single else network)
