"""What `make` says on machines that lack something; nothing may have been made by then."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def checkout(tmp_path):
    """A folder with all that the first targets read, and `stubs` that stand before the PATH."""
    for name in ("Makefile", "requirements", "lab/packages.txt", "apps/loadgen"):
        source = REPOSITORY / name
        (tmp_path / name).parent.mkdir(exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    (tmp_path / "stubs").mkdir()
    return tmp_path


def stub(checkout, name, script):
    path = checkout / "stubs" / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def refusal(checkout, *words, **options):
    """Run make, which has to fail, and return its last two lines but for its own."""
    path = f"{checkout / 'stubs'}:/usr/sbin:/usr/bin:/sbin:/bin"
    done = subprocess.run(
        ["make", *words],
        cwd=checkout, env={"PATH": path, "HOME": str(checkout)},
        capture_output=True, text=True, timeout=60, check=False, **options,
    )  # fmt: skip
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    return lines[-2:]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param("version_info", "Python 3.11 or newer is needed", id="an old one"),
        pytest.param("ensurepip", "has no venv", id="one without venv"),
    ],
)
def test_a_python_that_does_not_do_is_refused_by_what_it_lacks(checkout, answers, said):
    python = stub(
        checkout, "some-python",
        f'case "$*" in *{answers}*)\n'
        # An older version, and a Debian without python3-venv, answered for by this one.
        " set -- -c \"import sys; sys.version_info = (3, 10); sys.modules['ensurepip'] = None;"
        ' $2";; esac\n'
        f'exec {sys.executable} "$@"',
    )  # fmt: skip
    error, hint = refusal(checkout, "tools", f"PYTHON={python}")
    assert error.startswith("error: ")
    assert said in error
    assert hint.startswith("  → ")
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("python", ["python9.9", ""])
def test_a_python_that_is_not_there_is_named(checkout, python):
    assert refusal(checkout, "tools", f"PYTHON={python}") == [
        f"error: there is no program '{python}'",
        "  → make PYTHON=python3.11 …",
    ]


def test_pip_that_cannot_fetch_is_followed_by_what_to_do(checkout):
    python = stub(
        checkout, "some-python",
        'case "$*" in *"-m venv"*) mkdir -p .venv/bin; cp stubs/pip .venv/bin/;; esac',
    )  # fmt: skip
    stub(checkout, "pip", "echo 'ERROR: No matching distribution found' >&2; exit 1")
    error, hint = refusal(checkout, "tools", f"PYTHON={python}")
    assert error == "error: pip did not install the tools for the reason above"
    assert "package registry" in hint
    assert not (checkout / ".venv/locked").exists()


def test_a_system_without_debian_packages_is_sent_to_vagrant(checkout):
    tools = ("bash", "awk", "cat", "id", "make")
    for name in tools:
        (checkout / "stubs" / name).symlink_to(shutil.which(name))
    done = subprocess.run(
        ["make", "SHELL=bash", "prerequisites"],
        cwd=checkout, env={"PATH": str(checkout / "stubs")},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert done.stderr.splitlines()[:2] == [
        "error: this needs Debian; elsewhere virtual machines run the same hosts",
        "  → vagrant up",
    ]


def test_apt_that_fails_is_followed_by_what_to_do(checkout):
    stub(checkout, "dpkg-query", "exit 1")
    stub(checkout, "apt-get", "echo 'E: Unable to fetch some archives' >&2; exit 100")
    stub(checkout, "id", "echo 0")
    assert refusal(checkout, "prerequisites") == [
        "error: apt-get did not install the packages for the reason above",
        "  → mend that and type: make prerequisites",
    ]


@pytest.mark.parametrize("target", ["demo", "test", "test-long"])
def test_who_is_not_root_is_told_at_once(checkout, target):
    stub(checkout, "id", "echo 1000")
    stub(checkout, "dpkg-query", "exit 0")
    assert refusal(checkout, target, "PYTHON=false") == [
        "error: hosts need root",
        f"  → sudo make {target}",
    ]


def test_the_demo_looks_what_is_in_its_way_before_it_builds_anything():
    dry = subprocess.run(
        ["make", "--dry-run", "demo"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    steps = re.findall(
        r"^python -m (lab \w+|artifacts build)|^(ansible-playbook)", dry, re.MULTILINE
    )
    assert ["".join(step) for step in steps] == [
        "lab check", "artifacts build", "lab up", "ansible-playbook", "lab forward",
    ]  # fmt: skip
