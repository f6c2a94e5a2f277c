"""Who gets in where: every TCP port of every host, tried from everywhere."""

import ipaddress
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

from toolkit.process import run
from toolkit.waiting import wait_for

HOSTS = ("cp-01", "dp-prod-01", "dp-dev-01", "dp-qa-01")
OPERATOR = "the operator's machine"
UNUSED = {"dashboard_tls"}
"""Ports where nobody listens without a certificate."""
STRAY_HOST, STRAY = "dp-prod-01", 7777

# Prints what accepts a connection. A refusal is an answer, so one socket tries port after port;
# no answer at all within two seconds ends the sweep with an error.
SWEEP = """
import socket, struct, sys
for address in sys.argv[1:]:
    probe = None
    for port in range(1, 65536):
        if probe is None:
            probe = socket.socket()
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 2, 0))
        try:
            probe.connect((address, port))
        except ConnectionRefusedError:
            continue
        except OSError as error:
            sys.exit(f"{address}:{port}: {error}")
        print(address, port)
        probe.close()
        probe = None
"""

every_host = pytest.mark.parametrize("host", HOSTS)


def load(path):
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def networks(deployed):
    """Every variable with networks, as the lab's overlay or else the role's default says."""
    defaults = load("roles/host_baseline/defaults/main.yml")["host_baseline_default_networks"]
    overlay = load(deployed.folder / "inventory.yml")["all"]["vars"]
    return {
        name: [ipaddress.ip_network(network) for network in overlay.get(name, default)]
        for name, default in defaults.items()
    }


@pytest.fixture(scope="module")
def addresses(deployed):
    """Where each connection comes from or goes to; the operator's address is the one in use."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((deployed.addresses["cp-01"], 9))
        return {**deployed.addresses, OPERATOR: probe.getsockname()[0]}


@pytest.fixture(scope="module")
def stray(deployed):
    """Let a program listen that nobody put into the table."""
    host = deployed.hosts[STRAY_HOST]
    host.check_output(f"systemd-run --unit=stray python3 -m http.server {STRAY}")
    try:
        local = f"curl --silent --output /dev/null http://127.0.0.1:{STRAY}"
        wait_for(lambda: host.run(local).rc, (0).__eq__, within=10, what="the stray listener")
        yield STRAY_HOST, STRAY
    finally:
        host.check_output("systemctl stop stray")


@pytest.fixture(scope="module")
def found(deployed, stray):
    """Sweep all ports of all hosts, from each of them and from the operator's machine.

    A stray program listens meanwhile: a sweep that finds nothing but the table has looked.
    """
    assert stray

    def sweep(source):
        targets = {host: deployed.addresses[host] for host in HOSTS if host != source}
        argv = ["ssh", "-F", deployed.folder / "ssh_config", source, "python3"]
        if source == OPERATOR:
            argv = [sys.executable]
        seen = run([*argv, "-", *targets.values()], stdin=SWEEP, timeout=120).stdout.splitlines()
        return {
            host: {int(line.split()[1]) for line in seen if line.split()[0] == address}
            for host, address in targets.items()
        }

    sources = (*HOSTS, OPERATOR)
    with ThreadPoolExecutor() as pool:
        return dict(zip(sources, pool.map(sweep, sources), strict=True))


@pytest.mark.parametrize("source", [*HOSTS, OPERATOR])
def test_exactly_what_the_table_allows_is_open(
    deployed, found, groups, networks, addresses, source
):
    def may_connect(name):
        if name.endswith("_networks"):
            return any(ipaddress.ip_address(addresses[source]) in net for net in networks[name])
        return name == "everyone" or source in groups.get(name, ())

    for target, seen in found[source].items():
        allowed = {
            entry["port"]
            for name, entry in deployed.ports.items()
            if name not in UNUSED
            and target in groups.get(entry["group"], ())
            and entry["bind"] != "loopback"
            and any(may_connect(name) for name in entry["from"])
        }
        assert seen == allowed, f"{source} → {target}"


def test_a_program_that_nobody_put_into_the_table_is_reached_by_nobody_else(found, stray):
    host, port = stray
    assert not [source for source, seen in found.items() if port in seen.get(host, ())]


@every_host
def test_the_rules_are_kept_for_the_next_boot_and_nothing_waits_to_take_them_back(deployed, host):
    firewall = deployed.hosts[host].service("sightline-firewall")
    assert firewall.is_enabled
    assert firewall.is_running
    run_there = deployed.hosts[host].check_output
    assert run_there("systemctl list-units --all --quiet 'sightline-firewall-revert*'") == ""


@every_host
def test_nothing_is_let_in_where_nobody_listens(deployed, host):
    run_there = deployed.hosts[host].check_output
    opened = re.findall(r"tcp dport (\d+) ", run_there("nft list table inet sightline"))
    listening = re.findall(r":(\d+) +\S+ *$", run_there("ss -Hltn"), re.MULTILINE)
    assert len(opened) > 2
    assert set(opened) - set(listening) == set()


@every_host
def test_every_rule_says_what_it_is_for_and_counts(deployed, host):
    table = deployed.hosts[host].check_output("nft list table inet sightline")
    rules = [line for line in table.splitlines() if line.startswith("\t\t")][1:]
    assert len(rules) > 10
    assert [rule for rule in rules if "comment" not in rule or "counter" not in rule] == []
