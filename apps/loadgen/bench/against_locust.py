"""The load generator and Locust side by side: how exact, how dear, how true.

Both send to a fast server, in turn, at three rates; the server says when requests came. Then the
server is stopped for two seconds of a run of each, and what they say of it is compared with the
arithmetic of how long customers would have waited. Ours has to keep its bounds.

Figures are medians of the rounds. On a busy machine the processor time of a request says most: it
hardly depends on what others do, whereas nobody keeps a rate without a processor.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from clients import HERE, SHARES, Client, Loadgen, Locust, Told, install_locust

from tests.benchmarks.usage import Usage
from toolkit.console import INTERRUPTED, OK, main, say, step, table
from toolkit.errors import UserError
from toolkit.process import child_environment
from toolkit.waiting import wait_for

RATES = (50, 500, 2000)
ROUNDS = 3
WARM_UP, WINDOW = 1.0, 5.0
"""Seconds of load: those that pass before anything is measured, and those that are measured."""

STOP_RATE, STOP_RUN, STOP = 50, 10, 2.0
"""Where the server stops: requests a second, seconds of the run, seconds of the stop."""

MOST_RATE_ERROR, MOST_CORES, MOST_UNTRUTH = 0.001, 1.0, 0.05
"""Bounds: a share of the rate, processor time per time, a share of the true percentile."""


RATE_HEADER = (
    "RPS", "CLIENT", "RATE ERROR %", "CORES", "CPU µs/REQUEST", "LATE P50 MS", "P99", "PEAK MB",
)  # fmt: skip
STOP_HEADER = ("CLIENT", "DUE", "SENT", *itertools.chain.from_iterable(
    (f"P{share * 100:.0f} MS", "TRUE") for share in SHARES
))  # fmt: skip


class Server:
    """The tests' server of canned answers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout  # noqa: S101 - it is a pipe
        self.process = process
        self.url = f"http://127.0.0.1:{process.stdout.readline().strip()}"

    def arrivals(self) -> array[float]:
        """Return when each request came, in seconds of time.monotonic."""
        with urllib.request.urlopen(f"{self.url}/arrivals", timeout=60) as answer:  # noqa: S310 - its own server
            return array("d", answer.read())


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """Run a server."""
    with subprocess.Popen(
        [sys.executable, HERE.parent / "tests" / "canned_server.py", "fast"],
        env=child_environment(), stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield Server(process)
        finally:
            process.kill()


class Sender:
    """A client under way, whose words are shown only if it fails."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def clocks(self) -> tuple[float, float]:
        """Return the time, and the processor time of it and its children so far, in seconds."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        ticks = sum(map(int, stat.rpartition(")")[2].split()[11:15]))
        return time.monotonic(), ticks / os.sysconf("SC_CLK_TCK")

    def peak(self) -> int:
        """Return the most memory that it ever held, in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        fields = dict(line.split(":", 1) for line in status.splitlines())
        return int(fields["VmHWM"].split()[0]) * 1024

    def end(self) -> None:
        """Wait for its end. Raises UserError with its last words when it failed."""
        said, _ = self.process.communicate(timeout=60)
        if self.process.returncode not in {OK, INTERRUPTED}:
            last = "\n".join(said.splitlines()[-10:])
            raise UserError(f"a client ended with code {self.process.returncode}:\n{last}")


@contextlib.contextmanager
def sending(command: Sequence[str | Path]) -> Iterator[Sender]:
    """Run a client."""
    with subprocess.Popen(
        command, env=child_environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        try:
            yield Sender(process)
        finally:
            process.kill()


def wait_until_loaded(server: Server, sender: Sender, seconds: float) -> None:
    """Wait until requests have come for so long. Raises UserError when the client ends before."""

    def loaded() -> bool:
        came = server.arrivals()
        return len(came) > 1 and came[-1] - came[0] >= seconds

    wait_for(
        lambda: sender.process.poll() is not None or loaded(),
        within=60, what="requests come", every=0.1,
    )  # fmt: skip
    if sender.process.poll() is not None:
        sender.end()
        raise UserError("a client ended before its time")


class Sample(NamedTuple):
    """What a client needed and reached: shares, seconds and bytes."""

    rate_error: float
    cores: float
    cost: float
    p50_late: float
    p99_late: float
    memory: float


def sample(client: Client, rate: int, report: Path) -> Sample:
    """Let a client send, and look at it for a while in the middle of its run."""
    with serving() as server, sending(client.command(server.url, rate, 90, report)) as sender:
        wait_until_loaded(server, sender, WARM_UP)
        begin, used_before = sender.clocks()
        time.sleep(WINDOW)
        end, used = sender.clocks()
        memory = sender.peak()
        sender.process.terminate()
        sender.end()
        came = [moment for moment in server.arrivals() if begin <= moment < end]
    used -= used_before
    # The slope through all of them: one request more at an end, or a late one, would not do.
    found = statistics.linear_regression(came, range(len(came))).slope
    return Sample(
        abs(found / rate - 1), used / (end - begin), used / len(came),
        *client.told(report).lateness, memory,
    )  # fmt: skip


@dataclass(frozen=True)
class Stopped:
    """What a client says of a run in which the server stopped, and the true percentiles."""

    told: Told
    truth: Sequence[float]

    @property
    def untruth(self) -> float:
        """The greatest error of a percentile, as a share of the true one."""
        pairs = zip(self.told.latency, self.truth, strict=True)
        return max(abs(found / true - 1) for found, true in pairs)


def stopped(client: Client, report: Path) -> Stopped:
    """Stop the server in the middle of a run."""
    with (
        serving() as server,
        sending(client.command(server.url, STOP_RATE, STOP_RUN, report)) as sender,
    ):
        wait_until_loaded(server, sender, STOP_RUN / 3)
        server.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        time.sleep(STOP)
        server.process.send_signal(signal.SIGCONT)
        seconds = time.monotonic() - began
        sender.end()
    return Stopped(client.told(report), [true_percentile(share, seconds) for share in SHARES])


def true_percentile(share: float, seconds: float) -> float:
    """Return what such a share of the customers wait at most when the server stops for `seconds`.

    They come at even gaps: the nth from the end waits n gaps less than all of it.
    """
    wanted = STOP_RATE * STOP_RUN
    return seconds - (wanted - math.ceil(wanted * share) + 0.5) / STOP_RATE


def rate_row(rate: int, client: Client, one: Sample) -> list[str]:
    """Return the cells of a line of the first table."""
    late = ["-" if math.isnan(it) else f"{it * 1000:.2f}" for it in (one.p50_late, one.p99_late)]
    return [
        str(rate), client.name, f"{one.rate_error * 100:.3f}", f"{one.cores:.2f}",
        f"{one.cost * 1e6:.0f}", *late, f"{one.memory / 1e6:.0f}",
    ]  # fmt: skip


def stop_row(client: Client, one: Stopped) -> list[str]:
    """Return the cells of a line of the second table."""
    pairs = itertools.chain.from_iterable(zip(one.told.latency, one.truth, strict=True))
    figures = [f"{seconds * 1000:.0f}" for seconds in pairs]
    return [client.name, str(STOP_RATE * STOP_RUN), str(one.told.requests), *figures]


def misses(samples: dict[int, Sample], stop: Stopped) -> list[str]:
    """Return which bounds are missed, in words."""
    found = []
    for rate, one in samples.items():
        if one.rate_error > MOST_RATE_ERROR:
            found.append(f"{rate} a second are {one.rate_error:.2%} off")
        if one.cores > MOST_CORES:
            found.append(f"{rate} a second take {one.cores:.2f} cores")
    if stop.told.requests != STOP_RATE * STOP_RUN:
        found.append(f"{stop.told.requests} of {STOP_RATE * STOP_RUN} requests are in the report")
    if stop.untruth > MOST_UNTRUTH:
        found.append(f"a percentile of the stop is {stop.untruth:.0%} off")
    return found


def cli(_argv: Sequence[str]) -> int:
    """Measure, print, judge."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(INTERRUPTED))  # so that servers end as well
    python, before = install_locust(), Usage.now()
    ours, theirs = Loadgen(), Locust(python)
    samples: dict[tuple[int, Client], list[Sample]] = {}
    with tempfile.TemporaryDirectory(prefix="sightline-loadgen-") as directory:
        report = Path(directory) / "report.json"
        for number, rate in itertools.product(range(1, ROUNDS + 1), RATES):
            with step(f"round {number} of {ROUNDS}: {rate} requests a second"):
                for client in (ours, theirs):
                    samples.setdefault((rate, client), []).append(sample(client, rate, report))
        with step(f"a server that stops for {STOP:g} s"):
            stops = {
                client: stopped(client, report)
                for client in (ours, Locust(python, each=10), theirs, Locust(python, each=0.5))
            }
    others = before.share_of_others(Usage.now())
    medians = {
        key: Sample(*map(statistics.median, zip(*rounds, strict=True)))
        for key, rounds in samples.items()
    }
    print(table(RATE_HEADER, [rate_row(*key, one) for key, one in medians.items()]))
    print()
    print(table(STOP_HEADER, [stop_row(client, one) for client, one in stops.items()]))
    print()
    print(f"CPU that others took: {others:.0%}")
    if missed := misses({rate: medians[rate, ours] for rate in RATES}, stops[ours]):
        raise UserError(
            "; ".join(missed),
            hint=f"others took {others:.0%} of the CPU; if that is much, ask a quieter machine",
        )
    say("loadgen is within its bounds")
    return OK


if __name__ == "__main__":
    sys.exit(main(cli))
