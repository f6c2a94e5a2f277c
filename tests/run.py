"""Run the project's checks: one line each, a log each, one line of counts at the end."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from toolkit.console import FAILED, OK, main, say
from toolkit.errors import UserError
from toolkit.process import run

LOGS = Path(".logs")

AT_ONCE = {"hosts": 2}
"""How many checks of a stage run beside each other: those of hosts wait most of the time."""

HOSTS = ["artifacts", "lab", "plugins", "roles", "tests/life", "tests/long"]
SITES = ["tests/store", "tests/scenarios", "tests/dashboard"]
"""Folders of the two checks on hosts; the second one's have a whole product each."""


def molecule(*scenarios: str) -> str:
    """Return what tests scenarios; what their tests said follows without molecule's frame."""
    logs = " ".join(f".logs/verify-{name}.log" for name in scenarios)
    chosen = " ".join(f"--scenario-name {name}" for name in scenarios)
    return f"rm -f {logs}; molecule test {chosen}; c=$?; cat {logs}; exit $c"


CHECKS: dict[str, dict[str, str]] = {
    "lint": {
        "ruff": "ruff check .",
        "ruff-format": "ruff format --check .",
        "mypy": "mypy toolkit artifacts lab plugins tests roles/*/files conftest.py",
        "mypy-api": "cd apps/api && ../../.venv/bin/mypy --python-executable .venv/bin/python",
        "mypy-loadgen": "cd apps/loadgen && mypy",
        "pages": "python -m artifacts pnpm run lint",
        "ansible-lint": "ansible-lint --nocolor",
        "yamllint": "yamllint --strict .",
        "shellcheck": "shellcheck .ci/run lab/*.sh tests/vagrant/*.sh tests/vagrant/box/*.sh",
    },
    "unit": {
        "unit": "pytest -m 'not lab'",
        "api": "cd apps/api && .venv/bin/python -m pytest",
        "loadgen": "cd apps/loadgen && python -m pytest",
        "dashboard": "python -m artifacts pnpm run test && python -m artifacts pnpm run build"
        " && python -m artifacts pnpm run budget",
    },
    "hosts": {
        "hosts": f"pytest -m 'lab and not long' {' '.join(HOSTS)}",
        "sites": f"pytest -m 'lab and not long' {' '.join(SITES)}",
    },
    "long": {
        "interruptions": "pytest -m 'lab or long' tests/long",
        "reproduction": "pytest -m long artifacts",
        "api-long": "cd apps/api && .venv/bin/python -m pytest -m long",
    },
    # One after the other: browsers notice when the network of another lab comes or goes.
    "molecule": {
        "molecule-others": molecule("check_first", "scale_out", "small"),
        "molecule": molecule("default"),
    },
}
"""Stage to check to command line; every command runs in the checkout's root."""

COLOUR = re.compile("\x1b\\[[0-9;]*m")
CLOSING = re.compile(
    r"^=* ?(\d+ (?:passed|failed|errors?)\b.*) in [\d.]+s|^ *Tests  (\d+ .+) \(\d+\)", re.MULTILINE
)
"""The last line of pytest, or that of Vitest's which counts tests."""

COUNTS = re.compile(r"(\d+) (passed|failed|error)")


def counted(log: str) -> tuple[int, int]:
    """Add up the closing lines of test runs in a log: passed, and failed or broken."""
    totals = {"passed": 0, "failed": 0, "error": 0}
    for lines in CLOSING.findall(COLOUR.sub("", log)):
        for number, what in COUNTS.findall(" ".join(lines)):
            totals[what] += int(number)
    return totals["passed"], totals["failed"] + totals["error"]


def check(name: str, command: str) -> tuple[int, int]:
    """Run one check, print its line, return how many of its tests passed and failed."""
    log = LOGS / f"{name}.log"
    log.unlink(missing_ok=True)
    started = time.monotonic()
    done = run(["bash", "-c", command], log=log, check=False, env={"ANSIBLE_FORCE_COLOR": "0"})
    took = time.monotonic() - started
    text = log.read_text(encoding="utf-8", errors="replace")
    passed, failed = counted(text)
    if passed + failed == 0:
        passed = 1 if done.returncode == 0 else 0
    if done.returncode != 0:
        failed = max(failed, 1)
    mark = "✓" if done.returncode == 0 else "✗"
    tests = f"{passed} passed" + (f", {failed} failed" if failed else "")
    said = text.splitlines()[-60:] if failed else []
    # In one piece: another check may end at the same time.
    line = f"{mark} {name:<14} {took:6.1f} s  {tests:<22} {log}"
    print("\n".join([*said, line]) + "\n", end="", flush=True)
    return passed, failed


def run_stages(stages: Sequence[str]) -> int:
    """Run stages in order; a red one does not keep the others from being seen."""
    if unknown := sorted(set(stages) - set(CHECKS)):
        raise UserError(f"no stage {', '.join(unknown)}", hint=f"choose from {', '.join(CHECKS)}")
    # Behind a shell's `&` nobody hears SIGINT, and neither would those whom tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    results: list[tuple[int, int]] = []
    for stage in stages or CHECKS:
        with ThreadPoolExecutor(AT_ONCE.get(stage, 1)) as pool:
            results += pool.map(check, *zip(*CHECKS[stage].items(), strict=True))
    passed, failed = (sum(column) for column in zip(*results, strict=True))
    print(f"{passed} passed, {failed} failed")
    if failed:
        say("The logs of the red ones stand in their lines above.")
    return FAILED if failed else OK


if __name__ == "__main__":
    sys.exit(main(run_stages))
