import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.run import HOSTS, SITES, counted

WITHOUT_HOSTS = {
    "toolkit",
    "tests/benchmarks",
    "tests/test_docs.py",
    "tests/test_make.py",
    "tests/test_run.py",
    "tests/vagrant",
}


@pytest.mark.parametrize(
    ("log", "totals"),
    [
        ("....\n4 passed in 0.51s\n", (4, 0)),
        ("==== 2 failed, 67 passed in 34.35s ====\n", (67, 2)),
        ("1 passed, 1 error in 199.17s (0:03:19)\n", (1, 1)),
        ("=== 3 passed, 24 deselected in 1.04s ===\n45 passed in 2s\n", (48, 0)),
        (
            " Test Files  2 passed (2)\n\x1b[2m      Tests \x1b[22m 1 failed | 8 passed (9)\n",
            (8, 1),
        ),
        ("  | - 5 passed in 1.00s\n4 passed to the next\n", (0, 0)),
    ],
    ids=["quiet", "framed", "broken", "two runs", "Vitest", "others' words"],
)
def test_closing_lines_are_added_up(log, totals):
    assert counted(log) == totals


def test_no_folder_of_tests_is_forgotten():
    settings = tomllib.loads(Path("pyproject.toml").read_text())
    assert {*HOSTS, *SITES, *WITHOUT_HOSTS} == {*settings["tool"]["pytest"]["testpaths"]}


def test_what_checks_interrupt_hears_it_also_behind_a_shell_s_ampersand(tmp_path):
    """A shell lets what it runs in the background ignore SIGINT, for all that comes of it."""
    runner = (
        "import pathlib, sys, tests.run as run\n"
        "run.LOGS = pathlib.Path(sys.argv[1])\n"
        "run.CHECKS = {'stage': {'interrupted': 'kill -INT $$'}}\n"
        "sys.exit(run.run_stages(['stage']))"
    )
    deaf = ["bash", "-c", 'trap "" INT; exec "$@"', "bash", sys.executable, "-c", runner, tmp_path]
    done = subprocess.run(deaf, capture_output=True, text=True, timeout=60, check=False)
    assert "0 passed, 1 failed" in done.stdout
