"""Every component is killed while blocks are uploaded and compacted: it comes back by itself."""

import itertools
from functools import partial
from pathlib import Path

import pytest

from tests.long.history import DATA, HOUR, STAGED, History, past
from tests.store.site import REPLICAS
from tests.store.window import Window
from toolkit.console import table
from toolkit.files import write_atomically
from toolkit.waiting import wait_for

pytestmark = [pytest.mark.lab, pytest.mark.long]

ANSWERS_WITHIN = 10.0
"""Seconds from a kill to the answer that the service is ready."""

ROUNDS = 2
MOMENTS = ("upload", "compaction", "return")
"""A sidecar uploads; the compactor writes; the compactor uploads what it has written."""

SERVICES = (
    "object store",
    "prometheus",
    "thanos-sidecar",
    "thanos-store",
    "thanos-query",
    "thanos-compact",
    "alertmanager",
)
BEGIN = f"mv {STAGED}/* {DATA}/ && systemctl restart sightline-thanos-sidecar"
"""A sidecar that starts looks for blocks at once."""


@pytest.fixture(scope="module")
def windows():
    """Windows of eight hours that nobody else uses, each once: what becomes one block."""
    last = past(8 * HOUR, days=4)
    return (
        Window(last.begin - number * 8 * HOUR, last.end - number * 8 * HOUR)
        for number in itertools.count()
    )


@pytest.fixture(scope="module")
def outcomes(pytestconfig):
    """Seconds to the answer by provider, service and moment; the table is written at the end."""
    seen = {}
    yield seen
    rows = [
        [*key, *(" ".join(f"{s:.1f}" for s in seen.get((*key, m), [])) for m in MOMENTS)]
        for key in dict.fromkeys(key[:2] for key in seen)
    ]
    text = table(["provider", "service", *(f"{moment}, s" for moment in MOMENTS)], rows)
    write_atomically(Path(".logs/kills.md"), f"```\n{text}\n```\n")
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{text}")


@pytest.mark.parametrize("moment", MOMENTS)
def test_whoever_is_killed_comes_back_and_no_block_is_lost(store, moment, windows, outcomes):
    histories = []
    for service in SERVICES * ROUNDS:
        name = store.provider if service == "object store" else service
        # Many series with few samples: writing their index takes long enough to be met in it.
        histories.append(History(next(windows), REPLICAS[0], series=5000, step=1800))
        staged = histories[-1].stage(store.host)
        seconds = store.kill_at(moment, name, BEGIN)
        outcomes.setdefault((store.provider, name, moment), []).append(seconds)
        # Uploaded, and compacted after that, whoever was killed.
        wait_for(store.compacted, staged.__le__, within=180, what=f"{staged}", every=1)
        assert seconds <= ANSWERS_WITHIN, name
    store.is_well()
    with store.bucket_alone():
        for history in histories:
            wait_for(partial(store.has, history), [].__eq__, within=60, what="the whole history")
