"""Kill a service in the midst of work on a block; runs on the host, with Python's own library.

Arguments: the unit; the moment (upload: a sidecar's block lies in the bucket in part; compaction:
the compactor writes a block; return: its result lies in the bucket in part); the bucket's folder;
the address that answers once the service is ready; a file with shell commands that bring the
moment about. It prints the seconds from the kill to the answer.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

unit, moment, bucket, ready, begin = sys.argv[1:]
LOCAL = Path("/var/lib/sightline/prometheus")
WORK = Path("/var/lib/sightline/thanos-compact/compact")
MEMBERS = Path(f"/sys/fs/cgroup/system.slice/{unit}.service/cgroup.procs")
WITHIN = 90.0


def partial() -> set[str]:
    """Return the blocks of the bucket that lack the file which is uploaded last."""
    blocks = Path(bucket).glob("?" * 26)
    return {block.name for block in blocks if not (block / "meta.json").exists()}


def has_come() -> bool:
    """Tell whether it is the moment."""
    if moment == "compaction":
        return any(WORK.glob("*/*.tmp-for-creation"))
    new = partial() - known
    return any((LOCAL / name).exists() == (moment == "upload") for name in new)


def processes() -> set[int]:
    """Return the processes of the service; asking systemd would take too long."""
    try:
        return {int(line) for line in MEMBERS.read_text().split()}
    except OSError:  # the group is gone, perhaps between open and read
        return set()


def answers() -> bool:
    try:
        with urllib.request.urlopen(ready, timeout=1) as answer:  # noqa: S310 - a test's own
            return bool(answer.status == 200)
    except OSError:
        return False


def wait(look, what: str, pause: float) -> None:
    """Wait until it is so, or end with what was not."""
    deadline = time.monotonic() + WITHIN
    while not look():
        if time.monotonic() > deadline:
            sys.exit(f"{what}: not within {WITHIN:g} s")
        time.sleep(pause)


os.nice(-20)  # a moment lasts milliseconds, and others may be at work on the machine
known = partial()
subprocess.Popen(["/bin/sh", begin])
wait(has_come, f"the moment of {moment}", 0)
killed = processes()
for process in killed:
    os.kill(process, signal.SIGKILL)
began = time.monotonic()
wait(lambda: processes() - killed and answers(), f"{unit} after its end", 0.05)
print(f"{time.monotonic() - began:.2f}")
