"""Faults on running hosts: each bites, spares what it should, and can be undone."""

import select
import socket
import sys
from functools import partial
from pathlib import Path

import pytest
import yaml

from lab import faults
from lab.host import NO_ANSWER, RUNNING, STOPPED
from lab.lab import CHECKOUT, down, running, up
from lab.topology import parse
from toolkit.errors import UserError
from toolkit.process import run
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab

NAME, SUBNET = "test-faults", "192.168.63"
SMALL = "/srv/small"
TOPOLOGY = f"""
hosts:
  - {{name: one, address: 10, suite: trixie, data: {{{SMALL}: 16M, /var: 512M}}}}
  - {{name: two, address: 11, suite: bookworm}}
"""
ECHO = """\
import socketserver
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(9):
            self.request.sendall(data)
socketserver.ThreadingTCPServer(("", 7), Echo).serve_forever()
"""
BEAT = f"""\
import socket
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.bind(("", 7))
sender.settimeout(0.05)
heard = b"nothing"
while True:
    sender.sendto(heard, ("{SUBNET}.1", 7007))
    try:
        heard = sender.recv(9)
    except TimeoutError:
        pass
"""
SILENCE = 124
"""What `timeout` says of a connection to which nobody answered, not even a refusal."""


@pytest.fixture(scope="module")
def topology():
    return parse(TOPOLOGY, subnet=SUBNET)


@pytest.fixture(scope="module")
def lab(topology):
    with running(NAME, topology) as lab:
        yield lab


@pytest.fixture
def one(lab):
    return lab.hosts["one"]


@pytest.fixture
def two(lab):
    return lab.hosts["two"]


@pytest.fixture(autouse=True)
def _healthy(lab):
    """Every test leaves the hosts well, by the means that it tests."""
    yield
    wait_for(lab.states, {"one": RUNNING, "two": RUNNING}.__eq__, within=20, what="two hosts")
    assert faults.present(lab) == {"one": [], "two": []}


@pytest.fixture
def connection(two):
    """A standing connection to a service of host two that sends back what it gets."""
    two.run("systemd-run --quiet --collect --unit=echo python3 -c '" + ECHO + "'")
    dial = partial(socket.create_connection, (two.address, 7), timeout=1)
    with wait_for(dial, within=10, what="the echo") as standing:
        yield standing
    two.run("systemctl stop echo")


def connect(host, address):
    """Return 0 for an answer from a port that is open, 1 for a refusal, or SILENCE."""
    command = f"timeout 0.5 bash -c '</dev/tcp/{address}/22'"
    return host.run(command, check=False).returncode


def writes(host, size, name="probe"):
    command = f"head -c {size} /dev/zero > {SMALL}/{name}; e=$?; rm -f {SMALL}/{name}; exit $e"
    return host.run(command, check=False).returncode == 0


def mounts_and_loops():
    loops = run(["losetup", "--list"]).stdout
    return [*loops.splitlines(), *Path("/proc/mounts").read_text().splitlines()]


def command(*words):
    return run([sys.executable, "-m", "lab", "--name", NAME, *words], cwd=CHECKOUT, check=False)


@pytest.mark.parametrize("fault", [faults.partitioned, faults.frozen])
def test_a_standing_connection_stalls_and_later_goes_on_where_it_was(connection, two, fault):
    with fault(two):
        connection.sendall(b"held back")
        with pytest.raises(TimeoutError):
            connection.recv(9)
        assert two.state() == NO_ANSWER
    connection.settimeout(10)
    assert connection.recv(9) == b"held back"


def test_a_host_that_is_cut_off_neither_speaks_nor_hears(two):
    two.run("systemd-run --quiet --collect --unit=beat python3 -c '" + BEAT + "'")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
        ours.bind((f"{SUBNET}.1", 7007))
        ours.settimeout(5)
        assert ours.recv(9) == b"nothing"
        with faults.partitioned(two):
            while select.select([ours], [], [], 0)[0]:  # what arrived before
                ours.recv(9)
            ours.sendto(b"something", (two.address, 7))
            assert not select.select([ours], [], [], 0.5)[0]
        assert ours.recv(9) == b"nothing"
    two.run("systemctl stop beat")


def test_hosts_that_are_cut_off_from_each_other_still_answer_the_operator(lab, one, two):
    assert (connect(one, two.address), connect(two, one.address)) == (0, 0)
    with faults.partitioned(one, [two]):
        one.run("ip neighbour flush all")
        assert (connect(one, two.address), connect(two, one.address)) == (SILENCE, SILENCE)
        assert lab.states() == {"one": RUNNING, "two": RUNNING}
        assert "lladdr" in one.run(f"ip neighbour show {two.address}").stdout
        assert connect(one, f"{SUBNET}.1") != SILENCE
    assert (connect(one, two.address), connect(two, one.address)) == (0, 0)


def test_a_partition_outlasts_a_reboot(one, two):
    with faults.partitioned(one, [two]):
        two.reboot()
        assert connect(one, two.address) == SILENCE


def test_up_boots_a_host_that_is_cut_off_without_waiting_for_it(lab, topology, one):
    with faults.partitioned(one):
        one.kill()
        assert up(NAME, topology).states() == {"one": NO_ANSWER, "two": RUNNING}
        assert faults.present(lab)["one"] == ["partitioned"]
        inventory = yaml.safe_load(lab.folder.inventory.read_text())
        assert list(inventory["all"]["hosts"]) == ["one", "two"]


@pytest.mark.parametrize(
    "fault",
    [
        faults.partitioned,
        faults.frozen,
        faults.killed,
        lambda host: faults.filled(host, SMALL),
    ],
)
def test_a_fault_ends_with_its_block_also_after_an_error(one, fault):
    with pytest.raises(ZeroDivisionError), fault(one):
        raise ZeroDivisionError
    wait_for(one.state, RUNNING.__eq__, within=20, what="the host")


def test_a_full_directory_takes_what_was_left_and_no_more(one):
    with faults.filled(one, f"{SMALL}/deep/in/it", leave=1_000_000):
        assert writes(one, 900_000)
        assert not writes(one, 1_100_000)
        faults.fill(one, SMALL)  # filling on is fine, and so is less
        assert not writes(one, 5_000)
        faults.fill(one, SMALL, leave=2_000_000)
        assert writes(one, 1_900_000)
    assert writes(one, 10_000_000)


def test_a_directory_keeps_content_and_filling_over_reboot_and_kill(one):
    one.run(f"echo kept > {SMALL}/file")
    with faults.filled(one, SMALL):
        one.reboot()
        assert not writes(one, 5_000)
        with faults.killed(one):
            assert one.state() == STOPPED
            assert faults.volume_of(one, SMALL).filled
            run(["umount", faults.volume_of(one, SMALL).content.parent])  # as a crash here would
        assert not writes(one, 5_000)
    assert one.run(f"ls {SMALL}; cat {SMALL}/file").stdout == "file\nkept\n"
    one.run(f"rm {SMALL}/file")


def test_a_sized_directory_begins_with_what_debian_has_there(one):
    assert one.run("findmnt --noheadings --output FSTYPE /var").stdout == "ext4\n"
    assert "openssh-server" in one.run("dpkg-query --show openssh-server").stdout
    assert "Reached target" in one.run("journalctl --boot").stdout


def test_more_than_there_is_cannot_be_left(one):
    with pytest.raises(UserError, match=rf"{SMALL} has only \d+ bytes"):
        faults.fill(one, SMALL, leave=17 * 2**20)


def test_commands_do_the_same_and_status_shows_it(lab, topology):
    assert command("partition", "one", "--from", "two").returncode == 0
    assert command("fill", "one", SMALL, "--leave", "4096").returncode == 0
    assert command("freeze", "two").returncode == 0
    status = command("status")
    assert status.returncode == 1
    assert f"running    partitioned from two, {SMALL} filled\n" in status.stdout
    assert "no answer  partitioned from one, frozen\n" in status.stdout
    assert command("free", "one").stdout == f"freed {SMALL} on one\n"
    assert command("heal", "two").stdout == "healed two: partitioned from one, frozen\n"
    assert command("heal").stderr == "nothing to heal\n"
    assert command("kill", "one").returncode == 0
    assert lab.states()["one"] == STOPPED
    assert "one is stopped" in command("freeze", "one").stderr
    up(NAME, topology)


def test_a_lab_with_the_same_host_names_feels_nothing_of_faults_and_down(lab, one, two):
    beside = "test-faults-beside"
    with running(beside, parse(TOPOLOGY, subnet="192.168.64")) as other:
        others = other.hosts
        with (
            faults.partitioned(others["one"], [others["two"]]),
            faults.filled(others["one"], SMALL),
        ):
            faults.freeze(others["two"])
            assert faults.present(lab) == {"one": [], "two": []}
            assert (connect(one, two.address), connect(two, one.address)) == (0, 0)
            assert writes(one, 5_000)
            faults.partition(two)
            down(beside)
    assert faults.heal(lab) == {"two": ["partitioned"]}
    assert not [line for line in mounts_and_loops() if f"/{beside}/" in line]
    assert writes(one, 5_000)
