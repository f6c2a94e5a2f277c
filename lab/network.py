"""The lab's wire: one bridge a lab, which reaches the world through the operator's machine."""

from __future__ import annotations

import fnmatch
import json
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from lab.cgroup import Group
from toolkit.errors import UserError
from toolkit.process import run


def bridge_of(subnet: str) -> str:
    """Return the bridge's name on a subnet such as 192.168.56."""
    return f"br-sl-{subnet.rpartition('.')[2]}"


def table_of(lab: str) -> str:
    """Return the name of a lab's nftables table; identifiers there have no dashes."""
    return f"lab_{lab.replace('-', '_')}"


def ruleset(lab: str, subnet: str) -> str:
    """Return the nft commands that replace a lab's table in one transaction.

    Hosts reach the world as the operator's machine. Only that machine and hosts of the same lab
    reach them: not the network outside, which routing would let in, and no other lab.
    """
    bridge, table = bridge_of(subnet), table_of(lab)
    return f"""\
add table ip {table}
delete table ip {table}
table ip {table} {{
  chain forward {{
    type filter hook forward priority filter; policy accept;
    oifname "{bridge}" iifname != "{bridge}" ct state new reject
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr {subnet}.0/24 oifname != "{bridge}" masquerade
  }}
}}
"""


def check_free(subnet: str) -> None:
    """Refuse a subnet that another interface of this machine is on."""
    check_addresses(subnet, json.loads(run(["ip", "-json", "-4", "address"]).stdout))


def check_addresses(subnet: str, interfaces: Sequence[Mapping[str, Any]]) -> None:
    """Do so for what `ip -json address` lists."""
    for interface in interfaces:
        for address in interface.get("addr_info", []):
            on_it = str(address.get("local", "")).startswith(f"{subnet}.")
            if on_it and interface["ifname"] != bridge_of(subnet):
                raise UserError(
                    f"subnet {subnet} is used by interface {interface['ifname']}",
                    hint="choose another one: --subnet 192.168.N",
                )


def raise_network(lab: str, subnet: str, *, group: Group) -> None:
    """Make the bridge and the rules, or complete what an interrupted run left of them."""
    bridge = bridge_of(subnet)
    commands = [f"address replace {subnet}.1/24 dev {bridge}", f"link set {bridge} up"]
    if not interfaces(bridge):
        commands.insert(0, f"link add {bridge} type bridge")
    group.run(["ip", "-batch", "-"], stdin="\n".join(commands))
    group.run(["nft", "-f", "-"], stdin=ruleset(lab, subnet))
    _pass_docker(bridge, group=group)


def remove_network(lab: str, subnet: str) -> None:
    """Remove the bridge and all rules of the lab, as far as they are there."""
    bridge = bridge_of(subnet)
    remove_interfaces(bridge)
    for handle in _docker_rules(bridge):
        run(["nft", "delete", "rule", "ip", "filter", "DOCKER-USER", "handle", handle])
    for family in ("ip", "bridge"):  # what `raise_network` makes, and what a partition does
        table = f"table {family} {table_of(lab)}"
        run(["nft", "-f", "-"], stdin=f"add {table}\ndelete {table}\n")


def interfaces(pattern: str) -> list[str]:
    """Return the names of network interfaces that match a glob."""
    return sorted(fnmatch.filter((name for _, name in socket.if_nameindex()), pattern))


def remove_interfaces(pattern: str) -> None:
    """Delete network interfaces by glob; one that is already going by itself is fine."""
    for name in interfaces(pattern):
        run(["ip", "link", "delete", name], check=False)


def _pass_docker(bridge: str, *, group: Group) -> None:
    """Let the lab through Docker's firewall, which drops whatever it did not route itself.

    DOCKER-USER is the chain that Docker leaves to others. Without Docker there is none.
    """
    if _docker_chain() and not _docker_rules(bridge):
        rule = "insert rule ip filter DOCKER-USER"
        rules = f'{rule} iifname "{bridge}" accept\n{rule} oifname "{bridge}" accept\n'
        group.run(["nft", "-f", "-"], stdin=rules)


def _docker_chain() -> str:
    return run(["nft", "-a", "list", "chain", "ip", "filter", "DOCKER-USER"], check=False).stdout


def _docker_rules(bridge: str) -> list[str]:
    ours = (line for line in _docker_chain().splitlines() if f'ifname "{bridge}"' in line)
    return [line.rpartition("# handle ")[2] for line in ours]
