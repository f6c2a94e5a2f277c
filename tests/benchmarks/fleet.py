"""The simulated data planes' history, as a real Prometheus and a real sidecar leave it behind.

Samples arrive by remote write, in order of time, so that blocks are cut, a head stays in memory
and its log, and the sidecar uploads, all as in production. Measured on two busy cores:
`promtool tsdb create-blocks-from openmetrics` took 0.18 million samples a second of text that
had to be written first; this takes 0.9 million, their making included.
"""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
import shutil
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.remote_write import Grid, labels_of, request, send
from tests.benchmarks.servers import BUCKET, ControlPlane
from tests.benchmarks.shape import (
    HISTORY,
    RAW_HISTORY,
    RAW_RESOLUTION,
    RESOLUTION,
    Fleet,
    Series,
)  # fmt: skip
from toolkit.console import step
from toolkit.files import cache_root, locked, staging, write_atomically
from toolkit.waiting import wait_for

SLICE = 1800
"""Seconds that are sent at once: Prometheus refuses what is an hour older than its newest."""

SERIES_A_REQUEST = 500
CODE = ("fleet.py", "remote_write.py", "shape.py")
RECORD = "made.json"


@dataclass(frozen=True)
class Made:
    """What was made: up to when (seconds since 1970), and how much."""

    end: int
    data_planes: int
    series: int
    samples: int
    blocks: int


def obtain(plane: ControlPlane, releases: Iterable[str]) -> Made:
    """Put the history into the stopped control plane's state; it is made once and then copied.

    The cache's key is a digest of the code that makes it and of the releases that wrote it.
    """
    digest = hashlib.sha256("\n".join(releases).encode())
    for name in CODE:
        digest.update((Path(__file__).parent / name).read_bytes())
    kept = cache_root() / "benchmarks" / digest.hexdigest()[:16]
    with locked(kept.with_suffix(".lock"), purpose="simulated data planes"):
        if not kept.exists():
            with step("making the history of the simulated data planes"):
                made = _make(plane, Fleet(int(time.time()) // 240 * 240))
            _keep(plane.state, kept, made)
    shutil.rmtree(plane.state, ignore_errors=True)
    shutil.copytree(kept, plane.state)
    return Made(**json.loads((kept / RECORD).read_text("utf-8")))


def _keep(state: Path, kept: Path, made: Made) -> None:
    with staging(kept) as temporary:
        shutil.copytree(state, temporary / "state")
        write_atomically(temporary / "state" / RECORD, json.dumps(asdict(made)))
        (temporary / "state").rename(kept)


def _make(plane: ControlPlane, fleet: Fleet) -> Made:
    plane.start("minio")
    plane.start("prometheus", extra=["--web.enable-remote-write-receiver"])
    plane.start("thanos-sidecar")
    series, samples = _write(plane.address("prometheus"), fleet)
    blocks = wait_for(
        lambda: _uploaded(plane.state), within=300, what="all blocks are uploaded", every=1
    )
    plane.stop("thanos-sidecar", "prometheus", "minio")
    return Made(fleet.end, len(fleet.data_planes), series, samples, blocks)


def _uploaded(state: Path) -> int:
    """Return how many blocks there are, or 0 as long as one is in Prometheus alone."""
    local = {path.parent.name for path in (state / "prometheus").glob("*/meta.json")}
    remote = {path.name for path in (state / "minio" / BUCKET).iterdir()}
    spans = HISTORY // 7200 - 2
    return len(local) if len(local) >= spans and local <= remote else 0


def _write(address: str, fleet: Fleet) -> tuple[int, int]:
    """Send everything, oldest first; return how many series and samples that was."""
    names: dict[int, list[bytes]] = {RESOLUTION: [], RAW_RESOLUTION: []}
    samples = 0
    connection = http.client.HTTPConnection(address, timeout=120)
    with ThreadPoolExecutor(1) as sender:
        for begin in range(fleet.end - HISTORY, fleet.end, SLICE):
            kinds = [(RESOLUTION, fleet.recorded)]
            if begin >= fleet.end - RAW_HISTORY:
                kinds.append((RAW_RESOLUTION, fleet.raw))
            for resolution, values in kinds:
                # Up to the end of the slice: the last slice ends with the history.
                times = range(begin + resolution, begin + SLICE + 1, resolution)
                bodies = _bodies(Grid(times), values(times), names[resolution])
                sent = None
                for body in bodies:
                    if sent:
                        sent.result()
                    sent = sender.submit(send, connection, body)
                if sent:
                    sent.result()
                samples += len(names[resolution]) * len(times)
    connection.close()
    return sum(map(len, names.values())), samples


def _bodies(grid: Grid, series: Iterable[Series], names: list[bytes]) -> Iterator[bytes]:
    """Yield requests; `names` keeps the labels, which are the same in each slice."""
    encoded = (
        grid.series(_nth(names, number, one), one.values) for number, one in enumerate(series)
    )
    while batch := list(itertools.islice(encoded, SERIES_A_REQUEST)):
        yield request(batch)


def _nth(names: list[bytes], number: int, series: Series) -> bytes:
    if number == len(names):
        names.append(labels_of(series.name, series.labels))
    return names[number]
