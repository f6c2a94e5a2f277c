import pytest
import yaml

from lab.cli import TOPOLOGY
from lab.topology import HostSpec, SizedDirectory, checked_lab_name, checked_subnet, parse
from toolkit.errors import UserError

HOST = {"name": "cp-01", "address": 10, "suite": "trixie"}
OTHER = {"name": "dp-01", "address": 21, "suite": "bookworm"}
FORWARD = {"port": 9090, "to": "cp-01:9090"}


def text(hosts=(HOST,), forwards=(FORWARD,), **more):
    return yaml.safe_dump({"hosts": list(hosts), "forwards": list(forwards), **more})


def test_the_shipped_topology_has_both_debians_and_a_forward_for_every_host():
    topology = parse(TOPOLOGY.read_text())
    assert {host.suite for host in topology.hosts} == {"trixie", "bookworm"}
    assert {f.host for f in topology.forwards} == {host.name for host in topology.hosts}


def test_addresses_are_in_the_subnet_that_was_asked_for():
    assert parse(text()).hosts[0].address == "192.168.56.10"
    assert parse(text(), subnet="192.168.57").hosts[0].address == "192.168.57.10"


def test_a_rendered_topology_reads_back_as_itself():
    sized = {**HOST, "data": {"/var/lib/sightline": "256M", "/opt": "2G"}}
    topology = parse(text([sized, OTHER]), subnet="192.168.57")
    assert SizedDirectory("/opt", "2G") in topology.hosts[0].data
    assert parse(topology.render()) == topology


def test_a_part_of_a_topology_keeps_its_own_forwards_only():
    part = parse(text([HOST, OTHER])).only(["dp-01"])
    assert [host.name for host in part.hosts] == ["dp-01"]
    assert part.forwards == ()


def test_interface_names_fit_into_what_linux_allows():
    host = HostSpec("a-rather-long-host-name-for-a-data-plane", "192.168.255.254", "trixie")
    assert len(host.interface) <= 15


def test_equal_hosts_of_two_labs_have_different_machine_names():
    assert HostSpec("a", "192.168.56.10", "trixie").machine == "sl-56-10"
    assert HostSpec("a", "192.168.57.10", "trixie").machine == "sl-57-10"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        pytest.param("hosts: [", "topology: ", id="broken YAML"),
        pytest.param("- cp-01", "is not a mapping", id="not a mapping"),
        pytest.param("forwards: []", "lacks 'hosts'", id="no hosts"),
        pytest.param(text([{**HOST, "adress": 10}]), "unknown key 'adress'", id="misspelt key"),
        pytest.param(text([{"name": "cp-01"}]), "lacks 'address'", id="missing key"),
        pytest.param(text([{**HOST, "name": "Cp_01"}]), "not a host name", id="host name"),
        pytest.param(text([{**HOST, "address": 1}]), "not a number from 2", id="the gateway"),
        pytest.param(text([{**HOST, "address": 255}]), "not a number from 2", id="broadcast"),
        pytest.param(text([{**HOST, "address": "x"}]), "not a number from 2", id="no number"),
        pytest.param(text([{**HOST, "suite": "sid"}]), "not one of bookworm", id="suite"),
        pytest.param(text([{**HOST, "data": "/var"}]), "not a mapping of paths", id="no sizes"),
        *(
            pytest.param(text([{**HOST, "data": {path: "1G"}}]), "is not in /var, /opt", id=path)
            for path in (
                "/",
                "/etc",
                "/home/operator",
                "/variety",
                "/var/../etc",
                "/var/",
                "/opt:/x",
            )
        ),
        *(
            pytest.param(text([{**HOST, "data": {"/var": size}}]), "is no size such", id=f"{size}")
            for size in ("256", 256, "0M", "1.5G", "-1M", "1Mi")
        ),
        pytest.param(text([HOST, HOST]), "host name cp-01 appears twice", id="same host"),
        pytest.param(
            text([HOST, {**OTHER, "address": 10}]), "192.168.56.10 appears twice", id="same address"
        ),
        pytest.param(
            text(forwards=[FORWARD, FORWARD]), "port 9090 appears twice", id="same forward"
        ),
        pytest.param(
            text(forwards=[{"port": 1, "to": "x:1"}]), "no such host", id="forward to nowhere"
        ),
        pytest.param(
            text(forwards=[{"port": 0, "to": "cp-01:1"}]), "0 is not a port", id="port zero"
        ),
        pytest.param(
            text(forwards=[{"port": 1, "to": "cp-01"}]), "'' is not a port", id="no host port"
        ),
        pytest.param(text(subnet="10.0.0"), "not one of 192.168.0", id="subnet"),
    ],
)
def test_what_could_not_be_booted_is_refused_with_its_reason(source, complaint):
    with pytest.raises(UserError, match=complaint):
        parse(source)


def test_a_misspelt_key_is_answered_with_the_likely_one():
    with pytest.raises(UserError) as caught:
        parse(text([{**HOST, "adress": 10}]))
    assert caught.value.hint == "did you mean 'address'?"


def test_an_unknown_host_is_answered_with_the_known_ones():
    with pytest.raises(UserError, match="no host 'cp-1'") as caught:
        parse(text([HOST, OTHER])).only(["cp-1"])
    assert caught.value.hint == "its hosts: cp-01 dp-01"


@pytest.mark.parametrize("subnet", ["192.168.256", "192.168.057", "192.168.56.0", "172.16.1", ""])
def test_subnets_beyond_the_third_number_are_refused(subnet):
    with pytest.raises(UserError):
        checked_subnet(subnet)


@pytest.mark.parametrize("name", ["", "Lab", "1lab", "a/b", "..", "a" * 25])
def test_lab_names_that_cannot_name_files_and_sockets_are_refused(name):
    with pytest.raises(UserError):
        checked_lab_name(name)
