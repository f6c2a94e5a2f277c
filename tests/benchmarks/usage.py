"""How much of the machine's CPU time others took, without which no duration means much."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Usage:
    """CPU seconds since the machine started: used by all programs and by ours that have ended."""

    everybody: float
    ours: float
    moment: float

    @classmethod
    def now(cls) -> Usage:
        """Read the clocks; a program of ours counts once it is stopped and waited for."""
        first, *_ = Path("/proc/stat").read_text(encoding="ascii").splitlines()
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, first.split()[1:9])
        ticks = user + nice + system + irq + softirq + steal
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return cls(
            ticks / os.sysconf("SC_CLK_TCK"),
            sum(one.ru_utime + one.ru_stime for one in used),
            time.monotonic(),
        )

    def share_of_others(self, later: Usage) -> float:
        """Return which share of all cores' time went to others between two looks, 0 to 1."""
        capacity = (later.moment - self.moment) * (os.cpu_count() or 1)
        return max(0.0, later.everybody - self.everybody - later.ours + self.ours) / capacity
