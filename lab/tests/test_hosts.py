"""What users of a lab may count on, tried on two running hosts."""

import socket
from dataclasses import replace

import pytest

from lab import forwards
from lab.cli import TOPOLOGY
from lab.host import RUNNING, STOPPED
from lab.lab import Lab, running, up
from lab.topology import Forward, parse
from toolkit.errors import UserError
from toolkit.process import ProcessError, run
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab


@pytest.fixture(params=["cp-01", "dp-dev-01"])
def host(lab, request):
    return lab.hosts[request.param]


@pytest.fixture
def neighbour():
    """A host of another lab, with the name of one of ours."""
    topology = parse(TOPOLOGY.read_text(), subnet="192.168.61")
    with running("test-neighbour", topology, ["cp-01"]) as lab:
        yield lab.hosts["cp-01"]


def reaches(host, address):
    return host.run(f"timeout 2 bash -c '</dev/tcp/{address}/22'", check=False).returncode == 0


def boot_id(host):
    return host.run("cat /proc/sys/kernel/random/boot_id").stdout


def greeting(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        return connection.recv(4)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_host_is_the_debian_that_was_asked_for_under_its_own_name(host):
    assert host.run("hostname").stdout.strip() == host.name
    assert f"VERSION_CODENAME={host.spec.suite}" in host.run("cat /etc/os-release").stdout


def test_the_operator_logs_in_without_privileges_and_becomes_root_by_sudo(lab, host):
    config = lab.folder.ssh_config
    assert run(["ssh", "-F", config, host.name, "id -un; sudo -n id -un"]).stdout.split() == [
        "operator",
        "root",
    ]


def test_packages_come_through_the_operators_machine(host):
    host.run("apt-get update", timeout=120)
    assert "tree" in host.run("apt-cache show tree").stdout


def test_a_failing_command_is_an_error_with_its_words_unless_asked_otherwise(host):
    with pytest.raises(ProcessError, match="No such file"):
        host.run("ls /nowhere")
    assert host.run("exit 7", check=False).returncode == 7


def test_killing_a_service_on_one_host_leaves_its_namesake_alive(lab):
    one, other = lab.hosts.values()
    for host in (one, other):
        host.run("systemd-run --unit=probe --collect sleep 600")
    one.run("systemctl kill --signal=KILL probe")
    assert one.run("systemctl is-active probe", check=False).stdout.strip() != "active"
    assert other.run("systemctl is-active probe").stdout.strip() == "active"
    other.run("systemctl stop probe")


def test_a_reboot_comes_back_with_disk_and_journal(host):
    host.run("echo kept > /root/marker")
    before = boot_id(host)
    host.reboot()
    assert host.run("cat /root/marker").stdout == "kept\n"
    assert boot_id(host) != before
    assert "Reached target" in host.run("journalctl --boot=-1").stdout


def test_a_killed_host_is_down_alone_and_boots_again_with_its_disk(lab, topology):
    victim, other = lab.hosts.values()
    victim.run("echo kept > /root/marker; sync")
    victim.kill()
    assert lab.states() == {victim.name: STOPPED, other.name: RUNNING}
    up(lab.claim.name, topology, lab.hosts)
    assert victim.run("cat /root/marker").stdout == "kept\n"


def test_a_host_with_a_failed_service_is_refused_by_the_services_name(lab, topology, host):
    host.run("systemd-run --unit=broken false")
    wait_for(host.state, lambda state: state == "degraded", within=10, what="the failure")
    with pytest.raises(UserError, match=rf"{host.name} is degraded: broken\.service"):
        up(lab.claim.name, topology, lab.hosts)
    host.run("systemctl reset-failed")
    assert host.state() == RUNNING


def test_hosts_of_a_lab_reach_each_other_and_none_of_another_lab(lab, neighbour):
    one, other = lab.hosts.values()
    assert reaches(one, other.address)
    assert neighbour.state() == RUNNING
    assert not reaches(one, neighbour.address)
    assert not reaches(neighbour, one.address)


def test_a_forwarded_port_leads_to_the_host_until_it_is_stopped(lab):
    port = free_port()
    forwarding = replace(
        lab, topology=replace(lab.topology, forwards=(Forward(port, "cp-01", 22),))
    )
    forwards.start(forwarding)
    forwards.start(forwarding)  # safe to repeat
    assert greeting(port) == b"SSH-"
    forwards.stop(forwarding)
    with pytest.raises(ConnectionRefusedError):
        greeting(port)


def test_a_taken_port_forwards_nothing_and_leaves_the_hosts_alone(lab):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ports = free_port(), taken.getsockname()[1]
        wanted = tuple(Forward(port, "cp-01", 22) for port in ports)
        forwarding = replace(lab, topology=replace(lab.topology, forwards=wanted))
        with pytest.raises(UserError, match=f"port {ports[1]}"):
            forwards.start(forwarding)
        with pytest.raises(ConnectionRefusedError):
            greeting(ports[0])
    assert set(lab.states().values()) == {RUNNING}


def test_up_on_a_running_lab_changes_nothing(lab, topology):
    before = [boot_id(host) for host in lab.hosts.values()]
    again = up(lab.claim.name, topology, ["cp-01"])
    assert again == lab
    assert before == [boot_id(host) for host in again.hosts.values()]


def test_an_open_lab_is_the_one_that_was_booted(lab):
    assert Lab.open(lab.claim.name) == lab


def test_a_lab_that_is_not_up_says_how_to_boot_it():
    with pytest.raises(UserError, match="lab test-nothing is not up") as caught:
        Lab.open("test-nothing")
    assert caught.value.hint == "python -m lab --name test-nothing up"
