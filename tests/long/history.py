"""Blocks of the past, every sample of which is known: what a site would have uploaded long ago."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lab.host import Host
from tests.store.window import Samples, Window

HOUR = 3600
DAY = 24 * HOUR
DATA = "/var/lib/sightline/prometheus"
STAGED = f"{DATA}/staged"
"""On the filesystem of the blocks, so that each comes to them complete, by a rename."""

MAKE = f"""
rm -rf {STAGED} && cat > /root/history &&
install --directory --owner=sightline-prometheus {STAGED} &&
/opt/sightline/releases/prometheus/*/promtool tsdb create-blocks-from openmetrics \
  /root/history {STAGED} >/dev/null &&
chown --recursive sightline-prometheus: {STAGED} && ls {STAGED}
"""


@dataclass(frozen=True)
class History:
    """Counters over a window, sampled every `step` seconds by the Prometheus of one host."""

    window: Window
    replica: str
    series: int = 20
    step: int = 60

    @property
    def samples(self) -> Samples:
        """What Thanos Query has to answer, as `tests.store.window.samples` gives it."""
        return {
            json.dumps(self._labels(number) | {"replica": self.replica}, sort_keys=True): [
                [at, str(value)] for at, value in self._points(number)
            ]
            for number in range(self.series)
        }

    def stage(self, host: Host) -> set[str]:
        """Make its blocks of two hours on a host, beside Prometheus'; return their names."""
        return set(
            host.run(MAKE, stdin="\n".join(self._open_metrics()), timeout=300).stdout.split()
        )

    def _open_metrics(self) -> Iterator[str]:
        yield "# TYPE history counter"
        for number in range(self.series):
            pairs = self._labels(number).items()
            labels = ",".join(f'{name}="{value}"' for name, value in pairs if name != "__name__")
            for at, value in self._points(number):
                yield f"history_total{{{labels}}} {value} {at}"
        yield "# EOF\n"

    def _labels(self, number: int) -> dict[str, str]:
        return {"__name__": "history_total", "job": "history", "number": str(number)}

    def _points(self, number: int) -> Sequence[tuple[int, int]]:
        begin, end = int(self.window.begin), int(self.window.end)
        # In the middle of its step each sample belongs to one block and one window without doubt.
        moments = range(begin + self.step // 2, end, self.step)
        return [(at, (at - begin) * (number + 1) // 7) for at in moments]


def hand_over(host: Host) -> None:
    """Give staged blocks to Prometheus and its sidecar."""
    host.run(f"mv {STAGED}/* {DATA}/")


def past(length: int, *, days: int = 0) -> Window:
    """Return a window of so many seconds that ends where the compactor cuts its ranges of two days.

    It is the last one, or that of `days` earlier.
    """
    end = time.time() // (2 * DAY) * (2 * DAY) - days * DAY
    return Window(end - length, end)
