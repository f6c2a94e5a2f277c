"""The compactor moves to another host: a bucket never has two."""

import re

import pytest
import yaml

from tests.long.history import HOUR, History, hand_over, past
from tests.playbook import play
from tests.store.site import REPLICAS
from toolkit.waiting import wait_for

pytestmark = [pytest.mark.lab, pytest.mark.long]

UNIT = "sightline-thanos-compact"
LIFE = re.compile(r"^([\d.]+) \S+ systemd\[1\]: (Started|Starting|Stopped|Deactivated)")


def moved(store, compactor, *arguments):
    """Have the inventory say whose compactor it is, and deploy the control plane."""
    inventory = store.site.folder / "thanos.yml"
    thanos = {"hosts": dict.fromkeys(REPLICAS)}
    variables = {"thanos_compactor": compactor}
    groups = {"control_plane": {"children": {"thanos": thanos}, "vars": variables}}
    inventory.write_text(yaml.safe_dump(groups))
    chosen = [store.site.folder / "hosts.yml", inventory, store.site.lab.folder.inventory]
    inventories = [f"--inventory={path}" for path in chosen]
    return play(*inventories, *arguments, "playbooks/control_plane.yml")


def lives(host):
    """Return when the compactor of a host was last started and stopped, in seconds since 1970."""
    said = host.run(f"journalctl --quiet --unit={UNIT} --output=short-unix").stdout
    found = [
        (match[2], float(match[1])) for line in said.splitlines() if (match := LIFE.match(line))
    ]
    return dict(found)


def compactors(store):
    """Return the hosts on which a compactor runs."""
    state = f"systemctl is-active {UNIT}"
    return [h.name for h in store.hosts if h.run(state, check=False).stdout == "active\n"]


@pytest.mark.parametrize("store", ["minio"], indirect=True)
def test_the_compactor_moves_and_the_bucket_never_has_two(store):
    here, there = store.hosts
    for days, (old, new) in enumerate([(here, there), (there, here)]):
        assert moved(store, new.name).changed[new.name]
        assert compactors(store) == [new.name]
        assert lives(old)["Stopped"] < lives(new)["Starting"]
        print(f"no compactor for {lives(new)['Starting'] - lives(old)['Stopped']:.1f} s")
        staged = History(past(8 * HOUR, days=60 + 2 * days), REPLICAS[0]).stage(store.host)
        hand_over(store.host)
        wait_for(
            store.compacted, staged.__le__, within=180, what="compaction on the new host", every=1
        )
        assert store.metric("thanos-compact", "thanos_compact_halted", new) == 0
        wait_for(store.faults, [].__eq__, within=120, what="a bucket without faults", every=5)
    assert set(moved(store, here.name).changed.values()) == {0}


@pytest.mark.parametrize("store", ["minio"], indirect=True)
def test_a_run_that_leaves_out_the_old_host_does_not_start_a_second_compactor(store):
    here, there = store.hosts
    done = moved(store, there.name, f"--limit={there.name}")
    assert compactors(store) == [here.name]
    assert done.code != 0
    assert here.name in done.said
