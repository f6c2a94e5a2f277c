"""After `down` the machine is as it was, whatever happened to `up`."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lab import faults, registry
from lab.cgroup import cgroup2_root
from lab.host import RUNNING
from lab.lab import CHECKOUT, Lab, folder_of
from lab.network import table_of
from toolkit.console import INTERRUPTED
from toolkit.process import run
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab

NAME, SUBNET, HOST = "test-cleanup", "192.168.62", "dp-dev-01"
COMMAND = [sys.executable, "-m", "lab", "--name", NAME]
UP = [*COMMAND, "up", "--subnet", SUBNET, HOST]


def lines(*argv):
    return {" ".join(line.split()) for line in run(argv).stdout.splitlines()}


def groups():
    root = cgroup2_root(Path("/proc/mounts").read_text())
    tops = [root, Path("/sys/fs/cgroup/systemd")]
    return {str(path) for top in tops for path in top.rglob("*sightline-lab-*") if path.is_dir()}


def processes():
    """Command lines that name the lab, its folder or one of its machines."""
    marks = (NAME, "sl-62-", f"{SUBNET}.")
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if int(process.name) != os.getpid() and any(mark in words for mark in marks):
            found.add(f"{process.name} {words}")
    return found


def traces():
    """What a lab could leave on the machine, without what other labs have there meanwhile."""
    others = other_labs()
    run_time = [*registry.RUN.glob("*"), *Path("/run/systemd/nspawn").glob("*/sl-*")]
    everything = {
        "mounts": set(Path("/proc/mounts").read_text().splitlines()),
        "loops": lines("losetup", "--list", "--noheadings", "--output", "BACK-FILE"),
        "links": lines("ip", "-brief", "-oneline", "link"),
        "routes": lines("ip", "route"),
        "tables": lines("nft", "list", "tables"),
        "groups": groups(),
        "run": {str(path) for path in run_time if path.name != ".kernel.json"},
        "processes": processes(),
    }
    foreign = re.compile("|".join([*others, *other_labs(), "(?!)"]))  # begun or ended meanwhile
    return {kind: {i for i in items if not foreign.search(i)} for kind, items in everything.items()}


def other_labs():
    """Patterns for what belongs to labs that are not this test's."""
    held = [registry.held(path.name) for path in registry.RUN.glob("*")]
    return [
        rf"[-/_]{re.sub('[-_]', '[-_]', claim.name)}\b|sl-{claim.subnet.rpartition('.')[2]}\b"
        rf"|{re.escape(claim.subnet)}\."
        for claim in held
        if claim and claim.name != NAME
    ]


def ssh_greets():
    try:
        with socket.create_connection((f"{SUBNET}.22", 22), timeout=0.2) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


MOMENTS = {
    "its claim": lambda: registry.held(NAME),
    "the bridge": Path("/sys/class/net/br-sl-62").exists,
    "the disk": (folder_of(NAME) / "hosts" / HOST / "root").is_mount,
    "a sized directory": (folder_of(NAME) / "hosts" / HOST / "data/var+lib+sightline").is_mount,
    "the cable": Path("/sys/class/net/vb-sl-62-22").exists,
    "a greeting": ssh_greets,
}
CUTS = pytest.mark.parametrize("cut", [signal.SIGINT, signal.SIGKILL], ids=lambda cut: cut.name)


def settings():
    return {path: path.read_text() for path in registry.KERNEL}


@pytest.fixture
def clean():
    """Take stock before the test; afterwards nothing may have been added or lost."""
    before, kernel = traces(), settings()
    alone = not registry.RUN.exists()  # labs that run beside this one need theirs, and may end
    yield
    run([*COMMAND, "down"], cwd=CHECKOUT)
    assert traces() == before
    if alone and not registry.RUN.exists():
        assert settings() == kernel
    left = {path.name for path in folder_of(NAME).iterdir()}
    assert left <= {"consoles", "lock"}


@pytest.mark.usefixtures("clean")
def test_down_leaves_nothing_after_a_normal_life():
    run(UP, cwd=CHECKOUT)
    assert Lab.open(NAME).states() == {HOST: RUNNING}


@pytest.mark.usefixtures("clean")
def test_down_ends_shared_connections_that_have_lost_their_host():
    run(UP, cwd=CHECKOUT)
    assert any("[mux]" in process for process in processes())
    run(["ip", "link", "set", Lab.open(NAME).hosts[HOST].spec.interface, "down"])


@pytest.mark.usefixtures("clean")
@pytest.mark.parametrize("moment", MOMENTS)
@CUTS
def test_down_leaves_nothing_after_an_up_that_was_cut_at(moment, cut):
    up = start_up()
    wait_for(MOMENTS[moment], within=30, what=moment, every=0.001)
    up.send_signal(cut)
    assert up.wait(timeout=30) in {-cut, INTERRUPTED, 0}  # 0: it had just finished


@pytest.mark.usefixtures("clean")
@CUTS
def test_down_leaves_nothing_of_a_base_tree_that_was_being_built(tmp_path, cut):
    up = start_up(XDG_CACHE_HOME=str(tmp_path))
    wait_for(
        lambda: list(tmp_path.glob("sightline/lab/*.partial/usr/bin/dpkg")),
        within=60, what="a half-built tree",
    )  # fmt: skip
    up.send_signal(cut)
    assert up.wait(timeout=5) in {-cut, INTERRUPTED}


@pytest.mark.usefixtures("clean")
def test_down_leaves_nothing_of_faults_and_of_a_command_killed_while_it_made_one():
    run(UP, cwd=CHECKOUT)
    host = Lab.open(NAME).hosts[HOST]
    faults.fill(host, "/var/lib/sightline")
    faults.freeze(host)
    cutting = subprocess.Popen([*COMMAND, "partition", HOST], cwd=CHECKOUT)
    table = f"table bridge {table_of(NAME)}"
    wait_for(lambda: table in lines("nft", "list", "tables"), within=10, what=table, every=0.001)
    cutting.kill()
    cutting.wait(timeout=10)


@pytest.mark.usefixtures("clean")
def test_up_completes_what_a_killed_one_began():
    up = start_up()
    wait_for(MOMENTS["the cable"], within=30, what="the cable", every=0.001)
    up.kill()
    up.wait(timeout=30)
    run(UP, cwd=CHECKOUT)
    assert Lab.open(NAME).states() == {HOST: RUNNING}


def test_down_without_a_lab_is_fine():
    run([*COMMAND, "down"], cwd=CHECKOUT)


def start_up(**environment):
    return subprocess.Popen(
        UP, cwd=CHECKOUT, env=os.environ | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
