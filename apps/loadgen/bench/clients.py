"""The load generators that are compared, as commands that leave a report behind."""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from loadgen.results import from_json
from toolkit.console import step
from toolkit.files import cache_root, locked, staging
from toolkit.process import run

HERE = Path(__file__).parent

SHARES = (0.9, 0.95, 0.99)
"""Of the percentiles of latency."""


@dataclass(frozen=True)
class Told:
    """What a client says of its run; times are in seconds.

    Attributes:
        requests: How many it sent that ended.
        latency: Its percentiles at SHARES.
        lateness: Its median and its p99; NaN where a client knows nothing of it.
    """

    requests: int
    latency: Sequence[float]
    lateness: tuple[float, float]


class Client(Protocol):
    """A load generator."""

    @property
    def name(self) -> str:
        """How the tables call it."""

    def command(self, url: str, rate: int, seconds: float, report: Path) -> list[str | Path]:
        """Return the command that sends `rate` requests a second and then writes `report`."""

    def told(self, report: Path) -> Told:
        """Return what is in the report."""


@dataclass(frozen=True)
class Loadgen:
    """Ours, as it is in this checkout."""

    name: str = "loadgen"

    def command(self, url: str, rate: int, seconds: float, report: Path) -> list[str | Path]:
        """See Client."""
        return [
            *("env", f"PYTHONPATH={HERE.parent / 'src'}", sys.executable, "-m", "loadgen"),
            *("--target", url, "--rate", str(rate), "--duration", f"{seconds:g}"),
            *("--json", report),
        ]

    def told(self, report: Path) -> Told:
        """See Client."""
        result = from_json(json.loads(report.read_text("utf-8")), name=report.name)
        total = result.snapshot.environments[0].total
        latency = [seconds or 0.0 for seconds in total.intended.quantiles(SHARES)]
        p50, p99 = (seconds or 0.0 for seconds in total.lateness.quantiles((0.5, 0.99)))
        return Told(total.ended, latency, (p50, p99))


@dataclass(frozen=True)
class Locust:
    """Locust with its faster client, in one process, as ours.

    A user of Locust asks again once it has its answer, and at most so often: `each` is requests
    a second of one user. There are as many as the rate takes, so an answer may last 1 / each
    seconds until the rate suffers.
    """

    python: Path
    each: float = 1.0

    @property
    def name(self) -> str:
        """See Client."""
        return f"Locust, {self.each:g}/s a user"

    def command(self, url: str, rate: int, seconds: float, report: Path) -> list[str | Path]:
        """See Client."""
        users = math.ceil(rate / self.each)
        return [
            *("env", f"RATE={rate}", f"USERS={users}", self.python, "-m", "locust"),
            *("--locustfile", HERE / "shop_users.py", "--headless", "--only-summary"),
            *("--host", url, "--users", str(users), "--spawn-rate", str(users)),
            *("--run-time", f"{seconds:g}s", "--stop-timeout", "5", "--json-file"),
            report.with_suffix(""),  # to which it adds .json
        ]

    def told(self, report: Path) -> Told:
        """See Client."""
        counts: Counter[float] = Counter()
        for entry in json.loads(report.read_text("utf-8")):
            for milliseconds, count in entry["response_times"].items():
                counts[float(milliseconds) / 1000] += count
        times = sorted(counts.elements())
        latency = [times[math.ceil(share * len(times)) - 1] for share in SHARES]
        return Told(len(times), latency, (math.nan, math.nan))


def install_locust() -> Path:
    """Return the Python of an environment that has Locust, made once from locked requirements."""
    requirements = HERE / "requirements.txt"
    digest = hashlib.sha256(f"{sys.version} {sys.base_prefix}\n".encode())
    digest.update(requirements.read_bytes())
    kept = cache_root() / "benchmarks" / f"locust-{digest.hexdigest()[:16]}"
    with locked(kept.with_suffix(".lock"), purpose="Locust"):
        if not kept.exists():
            with step("installing Locust into the cache"), staging(kept) as temporary:
                python = temporary / "made" / "bin" / "python"
                run(["uv", "venv", "--quiet", "--python", sys.executable, temporary / "made"])
                run([
                    *("uv", "pip", "install", "--quiet", "--python", python),
                    *("--require-hashes", "--requirements", requirements),
                ])  # fmt: skip
                (temporary / "made").rename(kept)
    return kept / "bin" / "python"
