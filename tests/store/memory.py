"""What is remembered: every block reaches the bucket, and the store alone can answer for it."""

from __future__ import annotations

import itertools
import json
import re
import time

import pytest

from tests.store.bucket import Block, Bucket
from tests.store.causes import Incident, stopped
from tests.store.site import REPLICAS, Site
from tests.store.window import SIDECAR, STORE_GATEWAY, Window, differences, samples
from toolkit.waiting import wait_for


def outlast(site: Site, bucket: Bucket, outage: Incident, seconds: float) -> None:
    """Let an outage of the bucket last so long; then every block arrives, the oldest first."""
    wait_for(
        lambda: time.time() - outage.began, seconds.__le__, within=seconds + 1, what="the outage"
    )
    on_disk = {replica: _on_disk(site, replica) for replica in REPLICAS}
    ended = outage.end()
    uploaded = _names(bucket.blocks())
    waiting = {replica: names - uploaded for replica, names in on_disk.items()}
    assert all(waiting.values()), f"no block had to wait: {waiting}"
    blocks = wait_for(
        bucket.blocks,
        lambda blocks: set.union(*waiting.values()) <= _names(blocks),
        within=120,
        what=f"upload of {waiting}",
        every=1,
    )
    print(f"{sum(map(len, waiting.values()))} blocks waited; {time.time() - ended:.0f} s to upload")
    for replica in REPLICAS:
        for earlier, later in itertools.pairwise(_of(replica, blocks)):
            assert later.begin == pytest.approx(earlier.end, abs=10), "a gap, or out of order"


def answer_from_the_store_alone(site: Site, bucket: Bucket) -> None:
    """Stop a Prometheus: Query answers the same for all that is in the bucket, and again later.

    The other Prometheus still watches, so that nobody misses an alert.
    """
    host = site.lab.hosts[REPLICAS[0]]
    window = wait_for(
        lambda: _closed_window(bucket.blocks()),
        lambda window: window.end - window.begin > 60,
        within=240,
        what="blocks of both replicas",
        every=2,
    )
    before = samples(site.query, window)
    print(f"{window.end - window.begin:.0f} s, {len(before)} series")
    environments = {json.loads(name).get("environment") for name in before}
    assert environments == {None, "north", "south"}

    def wait_until_the_same(what: str) -> None:
        wait_for(
            lambda: differences(before, samples(site.query, window)),
            [].__eq__,
            within=60,
            what=what,
            every=1,
        )

    with stopped(host, "thanos-sidecar", "prometheus"):
        wait_until_the_same("the same without this Prometheus")
        with stopped(site.lab.hosts["cp"], "thanos-store"):
            wait_for(
                lambda: samples(
                    site.query, window, away=(SIDECAR, STORE_GATEWAY), replica=host.name
                ),
                {}.__eq__,
                within=30,
                what="nothing of this Prometheus without the store gateway",
            )
    wait_until_the_same("the same with everybody back")


def _on_disk(site: Site, replica: str) -> set[str]:
    """Return the names of the blocks that lie on the disk of a Prometheus."""
    listed = site.lab.hosts[replica].run("ls /var/lib/sightline/prometheus").stdout.split()
    return {name for name in listed if re.fullmatch("[0-9A-Z]{26}", name)}


def _names(blocks: list[Block]) -> set[str]:
    return {block.name for block in blocks}


def _of(replica: str, blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if block.replica == replica]


def _closed_window(blocks: list[Block]) -> Window:
    """Return what lies wholly in uploaded blocks of every replica."""
    each = [_of(replica, blocks) for replica in REPLICAS]
    begin = max(min(block.begin for block in mine) for mine in each)
    return Window(begin, min(max(block.end for block in mine) for mine in each) - 1)
