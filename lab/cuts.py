"""Cut cables: what a partition is made of, and where it is remembered.

A cut is a set of network cables, named by the operator's ends: one alone is cut off from
everything, two are cut off from each other. The lab's nftables table on its bridge drops their
packets by these names, in both directions. So connections that stand stall like new ones, and a
host that has rebooted is still cut off. ARP passes: what is far away is silent, whereas a
neighbour without ARP would be reported as "no route to host".
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable

from lab.cgroup import Group
from lab.network import table_of
from toolkit.process import run

Cut = frozenset[str]


def standing(lab: str) -> set[Cut]:
    """Return a lab's cuts, as the kernel knows them."""
    return cuts_in(run(["nft", "--json", "list", "ruleset", "bridge"]).stdout, table_of(lab))


def make(lab: str, cuts: Iterable[Cut], *, group: Group) -> None:
    """Cut cables, besides those that are cut already."""
    group.run(["nft", "-f", "-"], stdin=wall(lab) + commands("add", lab, cuts))


def mend(lab: str, cuts: Iterable[Cut]) -> None:
    """Undo cuts; those that do not stand are fine."""
    run(["nft", "-f", "-"], stdin=commands("delete", lab, standing(lab) & set(cuts)))


def wall(lab: str) -> str:
    """Return the nft commands that make a lab's table on the bridge; cuts in it stay."""
    table = f"table bridge {table_of(lab)}"
    return f"""\
{table} {{
  set alone {{ type ifname; }}
  set pairs {{ type ifname . ifname; }}
  chain from {{ type filter hook prerouting priority filter; policy accept; }}
  chain to {{ type filter hook postrouting priority filter; policy accept; }}
  chain between {{ type filter hook forward priority filter; policy accept; }}
}}
flush {table}
{table} {{
  chain from {{ iifname @alone ether type != arp drop; }}
  chain to {{ oifname @alone ether type != arp drop; }}
  chain between {{ iifname . oifname @pairs ether type != arp drop; }}
}}
"""


def commands(verb: str, lab: str, cuts: Iterable[Cut]) -> str:
    """Return the nft commands that `add` or `delete` cuts: a pair in both orders."""
    lines = []
    for cut in sorted(map(sorted, cuts)):
        names = [f'"{name}"' for name in cut]
        orders = [" . ".join(order) for order in itertools.permutations(names)]
        which = "alone" if len(names) == 1 else "pairs"
        lines.append(f"{verb} element bridge {table_of(lab)} {which} {{ {', '.join(orders)} }}\n")
    return "".join(lines)


def cuts_in(listing: str, table: str) -> set[Cut]:
    """Return the cuts of one table in what `nft --json list ruleset` prints."""
    items = [item["set"] for item in json.loads(listing)["nftables"] if "set" in item]
    elements = [elem for item in items if item["table"] == table for elem in item.get("elem", [])]
    return {frozenset([e] if isinstance(e, str) else e["concat"]) for e in elements}
