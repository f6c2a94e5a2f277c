"""How quick queries over a thousand data planes are: `python -m tests.benchmarks.queries`.

A page's panels are asked at once, over HTTP at Thanos Query, as a browser does. Cold: before each
page the store gateway and Query, which hold the caches, are started anew, and the files of
Prometheus' blocks and of the object store are dropped from the page cache; Prometheus itself goes
on, for it holds the newest hours in memory in production as well. Warm: the page is asked again.
"""

from __future__ import annotations

import gzip
import http.client
import json
import signal
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.artifact import unpack
from tests.benchmarks.fleet import Made, obtain
from tests.benchmarks.panels import Page, Panel, pages
from tests.benchmarks.servers import COMPONENTS, ControlPlane, forget
from tests.benchmarks.shape import Fleet
from tests.benchmarks.usage import Usage
from toolkit import promql
from toolkit.console import INTERRUPTED, OK, main, say, step, table
from toolkit.errors import UserError
from toolkit.open_loop import percentile
from toolkit.waiting import wait_for

AT_ONCE = 6
"""Queries that a dashboard has under way for one page."""

COLD_ROUNDS, WARM_ROUNDS = 3, 20
PATIENCE = 10.0
"""Seconds after which a page that misses its bound anyway is no longer asked."""

COLD_BOUND, WARM_BOUND = 2.0, 0.5
"""Seconds that 95 of 100 answers must not exceed."""

CACHING = ("thanos-store", "thanos-query")


@dataclass(frozen=True)
class Answer:
    """How long it took to the last byte, in seconds, and how much came."""

    seconds: float
    series: int
    points: int
    bytes: int


@dataclass
class Measured:
    """A panel's answers."""

    panel: Panel
    cold: list[Answer] = field(default_factory=list)
    warm: list[Answer] = field(default_factory=list)

    @property
    def is_slow(self) -> bool:
        """Whether a bound is missed."""
        cold, _, warm = self.figures()
        return cold >= COLD_BOUND or warm >= WARM_BOUND

    def figures(self) -> tuple[float, float, float]:
        """Return seconds: cold p95, warm p50, warm p95."""
        cold, warm = ([one.seconds for one in answers] for answers in (self.cold, self.warm))
        return percentile(cold, 0.95), percentile(warm, 0.5), percentile(warm, 0.95)

    def row(self) -> list[str]:
        """Return the cells of its line in the table."""
        one = self.warm[-1]
        times = [f"{seconds * 1000:.0f}" for seconds in self.figures()]
        mark = "missed" if self.is_slow else ""
        counts = [str(one.series), str(one.points), str(one.bytes // 1024)]
        return [self.panel.name, self.panel.range, *counts, *times, mark]


HEADER = (
    "QUERY", "RANGE", "SERIES", "POINTS", "KB", "COLD P95 MS", "WARM P50", "WARM P95", "",
)  # fmt: skip


def path_of(panel: Panel, end: int) -> str:
    """Return what is requested, with times that are multiples of the step."""
    words: dict[str, object] = {
        "query": panel.query,
        "dedup": "true",
        "partial_response": "true",
        "max_source_resolution": "auto",
    }
    if not panel.step:
        return f"/api/v1/query?{urllib.parse.urlencode(words | {'time': end})}"
    last = end // panel.step * panel.step
    words |= {"start": last - panel.length, "end": last, "step": panel.step}
    return f"/api/v1/query_range?{urllib.parse.urlencode(words)}"


def ask(address: str, panel: Panel, end: int) -> Answer:
    """Ask one panel's query. Raises UserError for an answer that is an error, empty or partial."""
    connection = http.client.HTTPConnection(address, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path_of(panel, end), headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - began
    connection.close()
    if answer.getheader("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    if answer.status != http.HTTPStatus.OK:
        raise UserError(f"{panel.query} was answered {answer.status}: {body[:300].decode()}")
    return counted(panel, json.loads(body), seconds, len(body))


def counted(panel: Panel, body: Mapping[str, Any], seconds: float, size: int) -> Answer:
    """Count an answer's series and points. Raises UserError when something of it is missing."""
    # Thanos puts PromQL's remarks among the warnings; they do not say that something is missing.
    warnings = [one for one in body.get("warnings", ()) if not one.startswith("PromQL info")]
    if warnings:
        raise UserError(f"{panel.query} was answered in part: {warnings}")
    result = body["data"]["result"]
    points = sum(len(one.get("values") or [one["value"]]) for one in result)
    wanted = panel.length // panel.step if panel.step else 1
    if max((len(one.get("values") or [1]) for one in result), default=0) < 0.9 * wanted:
        raise UserError(f"{panel.query} over {panel.range} has {points} points: too few")
    return Answer(seconds, len(result), points, size)


def measure(plane: ControlPlane, page: Page, end: int) -> list[Measured]:
    """Ask a page's panels, with cold caches and with warm ones."""
    measured = [Measured(panel) for panel in page.panels]
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def all_at_once() -> list[Answer]:
            address = plane.address("thanos_query")
            return list(pool.map(lambda one: ask(address, one, end), page.panels))

        for _ in range(COLD_ROUNDS):
            cool(plane)
            for one, answer in zip(measured, all_at_once(), strict=True):
                one.cold.append(answer)
        deadline = time.monotonic() + PATIENCE
        while len(measured[0].warm) < WARM_ROUNDS and time.monotonic() < deadline:
            for one, answer in zip(measured, all_at_once(), strict=True):
                one.warm.append(answer)
    return measured


def cool(plane: ControlPlane) -> None:
    """Empty the caches of the running control plane, and wait until Query has found its stores."""
    plane.stop(*CACHING)
    forget(plane.state / "minio")
    forget(plane.state / "prometheus")
    plane.start(*CACHING)
    wait_until_connected(plane)


def wait_until_connected(plane: ControlPlane) -> None:
    """Wait until Query knows the sidecar and the store gateway, both healthy."""

    def healthy() -> int:
        answer = json.loads(promql.get(f"http://{plane.address('thanos_query')}/api/v1/stores"))
        return sum(not one["lastError"] for kind in answer["data"].values() for one in kind)

    wait_for(healthy, lambda count: count == 2, within=30, what="both stores", every=0.05)


def summary(plane: ControlPlane, made: Made) -> list[list[str]]:
    """Return what was asked, line by line: how much data, on which disk, in whose memory."""
    sizes = {name: size_of(plane.state / name) for name in ("prometheus", "minio")}
    memory = plane.memory()
    return [
        ["data planes", str(made.data_planes)],
        ["series", str(made.series)],
        ["samples, million", f"{made.samples / 1e6:.1f}"],
        ["blocks in the object store", str(made.blocks)],
        *([f"{name} on disk, MB", f"{size / 1e6:.0f}"] for name, size in sizes.items()),
        *([f"{name} resident, MB", f"{one.resident / 1e6:.0f}"] for name, one in memory.items()),
        *([f"{name} peak, MB", f"{one.peak / 1e6:.0f}"] for name, one in memory.items()),
    ]


def size_of(directory: Path) -> int:
    """Return the bytes of all files below a directory."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def judge(measured: Sequence[Measured]) -> None:
    """Raise UserError when a bound is missed."""
    if slow := [one for one in measured if one.is_slow]:
        worst = max(slow, key=lambda one: one.figures()[2])
        raise UserError(
            f"{len(slow)} of {len(measured)} queries take longer than {COLD_BOUND:g} s cold or "
            f"{WARM_BOUND:g} s warm (p95); the slowest: {worst.panel.name} over {worst.panel.range}"
        )


def cli(_argv: Sequence[str]) -> int:
    """Make the data or take it from the cache, ask everything, print it, judge it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(INTERRUPTED))  # so that servers end as well
    with tempfile.TemporaryDirectory(prefix="sightline-queries-") as directory:
        home = Path(directory)
        releases = [unpack(component, home / component) for component in COMPONENTS]
        with ControlPlane(home) as plane:
            made, before = obtain(plane, releases), Usage.now()
            with step("starting the control plane"):
                plane.start("minio", "prometheus")
                plane.start("thanos-sidecar", *CACHING)
            measured = []
            for page in pages(Fleet(made.end)):
                with step(page.name):
                    measured += measure(plane, page, made.end)
            rows = summary(plane, made)
    others = before.share_of_others(Usage.now())
    print(table(HEADER, [one.row() for one in measured]))
    print()
    print(table(("WHAT", ""), [*rows, ["CPU that others took, %", f"{others * 100:.0f}"]]))
    judge(measured)
    say(f"all {len(measured)} queries are within their bounds")
    return OK


if __name__ == "__main__":
    sys.exit(main(cli))
