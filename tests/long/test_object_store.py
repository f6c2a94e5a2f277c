"""The bucket, whoever serves it, loses nothing: by compaction, a long outage or a full disk."""

import time

import pytest

from lab.faults import filled
from tests.long.history import DAY, History, hand_over, past
from tests.long.store import until
from tests.store.bucket import Ask
from tests.store.site import REPLICAS
from tests.store.window import Window, ask, differences
from toolkit.console import table
from toolkit.waiting import wait_for

pytestmark = [pytest.mark.lab, pytest.mark.long]

OF_VERSITYGW = pytest.mark.parametrize("store", ["versitygw"], indirect=True)
"""For what `tests/store` tries with MinIO on every run."""

OUTAGE = 600.0
"""Seconds for which the object store is gone."""

RIGHTS = {
    "sidecar": {"list", "get", "put"},
    "store": {"list", "get"},
    "compact": {"list", "get", "put", "delete"},
    "minioadmin:minioadmin": set(),
    "": set(),
}
"""What each may do; nobody is the empty text."""


@OF_VERSITYGW
def test_each_key_may_do_what_its_owner_needs_and_nothing_else(store):
    block = store.metas()[0]["ulid"]
    requests = {
        "list": Ask("GET", "/{bucket}", {"list-type": "2", "max-keys": "1"}),
        "get": Ask("GET", f"/{{bucket}}/{block}/meta.json"),
        "put": Ask("PUT", "/{bucket}/probe", body="text"),
        "delete": Ask("DELETE", "/{bucket}/probe"),
        "delete the bucket": Ask("DELETE", "/{bucket}"),
        "read the policy": Ask("GET", "/{bucket}", {"policy": ""}),
        "write the policy": Ask("PUT", "/{bucket}", {"policy": ""}, "{}"),
    }
    said = {who: store.bucket.ask(who, requests.values()) for who in RIGHTS}
    allowed = {
        who: {what for what, answer in zip(requests, answers, strict=True) if answer.status < 300}
        for who, answers in said.items()
    }
    refused = {answer.status for answers in said.values() for answer in answers} - {200, 204}
    print(table(["who", *requests], [[who, *(str(a.status) for a in said[who])] for who in said]))
    assert allowed == RIGHTS
    assert refused == {403}


COMPACTED = [(0, 3)] * 2 + [(300000, 3)] * 2
"""Each of two ranges of two days has a block of samples and one of their values of 5 minutes."""


def compacted(metas):
    """Tell which blocks there are, by resolution in milliseconds and level."""
    return sorted(
        (m["thanos"]["downsample"]["resolution"], m["compaction"]["level"]) for m in metas
    )


def hourly(store, window, resolution):
    """Return how much was counted in each hour of a window, from samples of a resolution."""
    series = 'sum(increase(history_total{job="history"}[1h]))'
    length = f"[{(window.end - window.begin) / 3600 - 2:.0f}h:1h]"
    (found,) = ask(
        store.site.query,
        series + length,
        time=window.end - 3600,
        max_source_resolution=resolution,
    )
    return [float(value) for _, value in found["values"]]


def test_blocks_of_two_hours_become_greater_ones_and_answer_the_same_all_the_time(store):
    history = History(past(4 * DAY), REPLICAS[0])
    with store.stopped("thanos-compact"):
        history.stage(store.host)
        began = time.monotonic()
        hand_over(store.host)
        wait_for(
            lambda: compacted(store.metas_within(history.window)),
            [(0, 1)].__mul__(48).__eq__,
            within=120,
            what="blocks of two hours in the bucket",
            every=1,
        )
        uploaded = time.monotonic() - began
        with store.bucket_alone():
            wait_for(lambda: store.has(history), [].__eq__, within=60, what="the bucket's answer")
            raw = hourly(store, history.window, "0s")
            store.host.run("systemctl start sightline-thanos-compact")
            began = time.monotonic()
            wrong, looks = [], []

            def look():
                wrong.extend(store.has(history))
                looks.append(compacted(store.metas_within(history.window)))
                return looks[-1]

            wait_for(look, COMPACTED.__eq__, within=400, what="compaction", every=1)
            took = time.monotonic() - began
            assert wrong == []
            assert store.has(history) == []
            rough = hourly(store, history.window, "5m")
            assert rough == pytest.approx(raw, rel=0.01)
            store.is_well()
    print(
        f"48 blocks uploaded in {uploaded:.0f} s, compacted, down-sampled and deleted in"
        f" {took:.0f} s; answers compared with the truth {len(looks)} times"
    )


def closes(store, window, within=240.0):
    """Assert that the bucket alone answers over a window what the site answers; return seconds.

    They are those until all of the window was in the bucket.
    """
    began = time.monotonic()
    until(window.end + 15)
    before = store.answers(window)
    assert before
    store.wait_until_uploaded(window.end, within)
    took = time.monotonic() - began
    with store.bucket_alone():
        wait_for(
            lambda: differences(before, store.answers(window))[:5],
            [].__eq__,
            within=60,
            what="the same answer from the bucket",
            every=1,
        )
    print(f"{sum(map(len, before.values()))} samples of {len(before)} series are the same")
    return took


@OF_VERSITYGW
def test_a_closed_window_is_answered_by_the_bucket_alone(store):
    now = time.time()
    closes(store, Window(now - 120, now))
    store.is_well()


def in_order(store, since):
    """Assert that the blocks of each replica were uploaded oldest first, as those left show."""
    for replica in REPLICAS:
        blocks = [b for b in store.bucket.blocks() if b.replica == replica and b.begin >= since]
        assert [b.begin for b in blocks] == sorted(b.begin for b in blocks)


def test_an_outage_of_ten_minutes_under_traffic_loses_nothing(store):
    began = time.time()
    with store.stopped(store.provider):
        until(began + OUTAGE)
        waiting = store.waiting()
        assert waiting >= OUTAGE / 60 - 3
    ended = time.time()
    wait_for(store.waiting, (1).__ge__, within=90, what="blocks drained")
    drained = time.time() - ended
    in_order(store, began - 120)
    closes(store, Window(began - 60, ended))
    store.is_well()
    print(f"{waiting} blocks waited; they were in the bucket {drained:.0f} s after its return")


def test_a_full_object_store_lets_blocks_wait_and_loses_nothing(store):
    began = time.time()
    with filled(store.host, f"/var/lib/sightline/{store.provider}"):
        waiting = wait_for(store.waiting, (3).__le__, within=400, what="blocks that wait", every=1)
        said = store.host.run(
            f"journalctl --quiet --output=cat --unit=sightline-thanos-sidecar --since=@{began:.0f}"
            " | grep -E 'level=(warn|error)' | tail -1"
        ).stdout
    ended = time.time()
    wait_for(store.waiting, (1).__ge__, within=120, what="blocks drained")
    drained = time.time() - ended
    in_order(store, began - 120)
    closes(store, Window(began - 60, ended))
    store.is_well()
    print(f"{waiting} blocks waited for {ended - began:.0f} s; drained in {drained:.0f} s\n{said}")
