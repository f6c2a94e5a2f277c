"""End a Prometheus that could not write, as soon as it can again; systemd starts it anew.

A Prometheus whose disk was full goes on once there is space, but behind a torn record of its
write-ahead log, and its next start throws away whatever it wrote there. Started anew at once, it
loses the time for which the disk was full and nothing more. Runs beside Prometheus as its user,
with Python's own library alone. Arguments: its address, its data, its unit without `.service`.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import sys
import time
from pathlib import Path

EVERY = 5.0
"""Seconds between two looks."""

ENOUGH = 128 * 1024 * 1024
"""Bytes that have to be free: a segment of the log has as many."""

PATIENCE = 60.0
"""Seconds after a new start: if writing fails again, the disk has another fault than being full."""

FAILED = re.compile(r"^prometheus_tsdb_wal_writes_failed_total ([0-9.e+]+)$", re.MULTILINE)


def failed_writes(address: str) -> float:
    """Return how many writes have failed since Prometheus was started; 0 while it does not say."""
    connection = http.client.HTTPConnection(address, timeout=5)
    try:
        connection.request("GET", "/metrics")
        said = FAILED.search(connection.getresponse().read().decode())
    except (OSError, http.client.HTTPException):
        return 0.0
    finally:
        connection.close()
    return float(said[1]) if said else 0.0


def free(data: Path) -> int:
    """Return how many bytes others than root may still write."""
    space = os.statvfs(data)
    return space.f_bavail * space.f_frsize


def end(unit: str) -> None:
    """Ask the processes of a unit to end."""
    members = Path(f"/sys/fs/cgroup/system.slice/{unit}.service/cgroup.procs")
    for process in members.read_text(encoding="ascii").split():
        os.kill(int(process), signal.SIGTERM)


def watch(address: str, data: Path, unit: str) -> None:
    """Look for ever."""
    while True:
        time.sleep(EVERY)
        if failed_writes(address) and free(data) >= ENOUGH:
            print(
                f"the disk has space again: {unit} starts anew, before it writes more", flush=True
            )
            try:
                end(unit)
            except OSError as error:  # it has ended meanwhile
                print(error, flush=True)
            time.sleep(PATIENCE)


if __name__ == "__main__":
    watch(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
