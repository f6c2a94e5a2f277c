"""`firewall` on real hosts: Debian 12 and 13 at once, every case on both."""

import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.lab import running
from lab.topology import parse
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab

HERE = Path(__file__).parent
NAME, SUBNET = "fw", "192.168.71"
OPEN, CLOSED = 18080, 18081
REVERT_AFTER = 8
TOPOLOGY = f"""
subnet: {SUBNET}
hosts:
  - {{name: debian-12, address: 12, suite: bookworm}}
  - {{name: debian-13, address: 13, suite: trixie}}
forwards: []
"""
TABLE = "nft --stateless list table inet sightline"
OTHERS = "nft list ruleset | sed '/^table inet sightline {/,/^}/d'"
FOREIGN = f"""
table inet foreign {{
  set friends {{ type ipv4_addr; elements = {{ 10.1.2.3, 10.1.2.4 }} }}
  chain input {{ type filter hook input priority 10; ip saddr @friends accept; }}
  chain forward {{ type filter hook forward priority 0; policy accept; }}
}}
table ip nat {{
  chain prerouting {{ type nat hook prerouting priority dstnat; tcp dport 1 redirect to :{OPEN}; }}
}}
"""
SERVE = """
[Service]
ExecStart=/usr/bin/python3 -m http.server --bind :: %i
[Install]
WantedBy=multi-user.target
"""
# Stops where a host has loaded its rules and no login has proven them yet.
WAITING_SSH = """#!/bin/sh
case "$*" in *"-O stop"*) echo $$ $PPID > DIRECTORY/loaded.$$; exec sleep 60; esac
exec ssh "$@"
"""
COUNTING_SSH = '#!/bin/sh\necho "$*" >> DIRECTORY/calls\nexec ssh "$@"\n'


def entry(port, *sources, bind="any"):
    return {"port": port, "group": "all", "bind": bind, "from": list(sources)}


SSH = entry(22, "everyone")
GOOD = {"ssh": SSH, "web": entry(OPEN, "everyone"), "inner": entry(CLOSED, bind="loopback")}
CHANGED = {**GOOD, "more": entry(18082, "everyone")}
LOCKED_OUT = {**CHANGED, "ssh": entry(2222, "everyone")}


@dataclass
class Bench:
    """Two hosts and the means to run the module on both."""

    hosts: dict
    inventory: Path
    directory: Path

    def start(self, ports=GOOD, *flags, ssh=COUNTING_SSH, tree="results", state="present"):
        """Begin a run on both hosts."""
        wrapper = self.directory / "ssh"
        wrapper.write_text(ssh.replace("DIRECTORY", str(self.directory)))
        wrapper.chmod(0o755)
        (self.directory / "calls").write_text("")
        arguments = {"ports": ports, "state": state, "revert_after": REVERT_AFTER}
        argv = ["ansible", "all", f"--inventory={self.inventory}", "--become"]
        argv += ["--module-name=sightline.core.firewall", "--args", json.dumps(arguments)]
        argv += [f"--tree={self.directory / tree}", *flags]
        settings = {
            "ANSIBLE_SSH_EXECUTABLE": str(wrapper),
            "ANSIBLE_COLLECTIONS_PATH": str(HERE.parents[1] / "collections"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        return subprocess.Popen(
            argv, env={**os.environ, **settings}, start_new_session=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def finish(self, running, tree="results"):
        """Return each host's result."""
        output = running.communicate(timeout=180)[0]
        paths = list((self.directory / tree).glob("*"))
        results = {path.name: json.loads(path.read_text()) for path in paths}
        assert set(results) == set(self.hosts), output
        for name, result in results.items():
            result["output"] = output
            result["failed"] = f"{name} | FAILED" in output or f"{name} | UNREACH" in output
        return results

    def run(self, ports=GOOD, *flags, **options):
        return self.finish(self.start(ports, *flags, **options))

    def run_killed_before_the_proof(self, ports):
        """Kill the controller, all of it, once both hosts have loaded their rules."""
        running = self.start(ports, ssh=WAITING_SSH)
        pattern = "loaded.*"
        wait_for(
            lambda: [path.read_text().split() for path in self.directory.glob(pattern)],
            lambda pids: len(pids) == len(self.hosts) and all(pids),
            within=60,
            what="rules loaded",
        )
        running.kill()
        for path in self.directory.glob(pattern):
            for pid in reversed(path.read_text().split()):
                os.kill(int(pid), signal.SIGKILL)
        running.communicate()

    def on_each(self, command, *, check=True):
        """Run a command as root on both hosts; return what each printed."""
        return {name: host.run(command, check=check).stdout for name, host in self.hosts.items()}

    def answers(self, port):
        """Try to connect to a port of both hosts; one element when they agree."""
        return {attempt(host.address, port) for host in self.hosts.values()}

    def tables(self):
        return self.on_each(TABLE, check=False)


def attempt(address, port, scope=0):
    """Return `open`, `refused` or what else a connection attempt of a second ends with."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    target = (address, port, 0, scope) if scope else (address, port)
    with socket.socket(family) as probe:
        probe.settimeout(1)
        try:
            probe.connect(target)
        except ConnectionRefusedError:
            return "refused"
        except OSError as error:
            return repr(error)
        return "open"


def succeeded(results):
    return not any(result["failed"] for result in results.values())


def unchanged(results):
    return succeeded(results) and not any(result["changed"] for result in results.values())


def changed(results):
    return succeeded(results) and all(result["changed"] for result in results.values())


def messages(results):
    assert all(result["failed"] for result in results.values()), results
    return [result["msg"] for result in results.values()]


@pytest.fixture(scope="module")
def hosts():
    with running(NAME, parse(TOPOLOGY)) as lab:
        for host in lab.hosts.values():
            host.run("cat > /etc/systemd/system/serve@.service", stdin=SERVE)
            host.run(f"systemctl enable --now serve@{OPEN} serve@{CLOSED}")
        yield lab


@pytest.fixture
def bench(hosts, tmp_path):
    """Give both hosts with the firewall in force; two programs listen on every address."""
    bench = Bench(hosts.hosts, hosts.folder.inventory, tmp_path)
    assert succeeded(results := bench.run()), results
    return bench


@pytest.fixture
def bare(hosts, tmp_path):
    """Give both hosts without the firewall, where everything that listens is open."""
    bench = Bench(hosts.hosts, hosts.folder.inventory, tmp_path)
    bench.on_each(
        "systemctl stop sightline-firewall-revert.timer sightline-firewall 2>/dev/null;"
        " rm -rf /etc/sightline /run/sightline /etc/systemd/system/sightline-firewall.service"
        " /etc/systemd/system/sysinit.target.wants/sightline-firewall.service;"
        " systemctl daemon-reload; nft flush ruleset",
        check=False,
    )
    wait_for(lambda: bench.answers(CLOSED), {"open"}.__eq__, within=10, what="a bare host")
    return bench


def test_a_bare_host_refuses_what_the_table_does_not_name_and_the_next_run_does_nothing(bare):
    assert changed(bare.run())
    assert bare.answers(OPEN) == {"open"}
    assert bare.answers(CLOSED) == {"refused"}
    assert unchanged(bare.run())


def test_connections_older_than_the_firewall_live_on(bare):
    connections = [
        socket.create_connection((host.address, CLOSED), timeout=5) for host in bare.hosts.values()
    ]
    assert changed(bare.run())
    for connection in connections:
        with connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert connection.recv(15) == b"HTTP/1.0 200 OK"
    assert bare.answers(CLOSED) == {"refused"}


def test_a_firewall_in_force_costs_one_remote_call(bench):
    assert unchanged(bench.run())
    assert len((bench.directory / "calls").read_text().splitlines()) == len(bench.hosts)


@pytest.mark.parametrize("before", ["nothing", "good rules"])
def test_rules_that_lock_ssh_out_are_taken_back_and_said_to_be(bare, before):
    if before == "good rules":  # then the shared connection stays up, and proves nothing
        assert changed(bare.run())
    tables = bare.tables()
    for message in messages(bare.run(LOCKED_OUT)):
        assert "would have locked SSH out, so the former ones are back" in message
        assert "host_baseline_ports.ssh" in message
    assert bare.tables() == tables
    assert changed(bare.run(CHANGED))
    assert unchanged(bare.run(CHANGED))


def test_a_controller_killed_before_it_could_log_in_leaves_the_former_rules(bench):
    tables = bench.tables()
    bench.run_killed_before_the_proof(CHANGED)
    assert all("18082" in table for table in bench.tables().values())
    wait_for(bench.tables, tables.__eq__, within=3 * REVERT_AFTER, what="the former rules")
    assert changed(bench.run(CHANGED))
    assert unchanged(bench.run(CHANGED))


def test_a_power_cut_before_the_confirmation_boots_with_the_former_rules(bench):
    tables = bench.tables()
    bench.run_killed_before_the_proof(CHANGED)
    assert all("18082" in table for table in bench.tables().values())
    for host in bench.hosts.values():
        host.kill()
        host.start()
    for host in bench.hosts.values():
        host.wait_until_running()
    assert bench.tables() == tables
    wait_for(lambda: bench.answers(OPEN), {"open"}.__eq__, within=10, what="the open port")
    assert bench.answers(CLOSED) == {"refused"}


def test_two_runs_at_once_both_end_with_the_rules_in_force(bare):
    first, second = bare.start(), bare.start(tree="second")
    assert succeeded(bare.finish(first))
    assert succeeded(bare.finish(second, tree="second"))
    assert unchanged(bare.run())


@pytest.mark.parametrize(
    "damage",
    [
        "nft flush ruleset",
        "nft insert rule inet sightline input accept",
        "systemctl stop sightline-firewall",
        "systemctl disable sightline-firewall",
        "echo > /etc/sightline/firewall/rules.nft",
        "rm -r /etc/sightline",
        "sed -i /ExecStart/d /etc/systemd/system/sightline-firewall.service",
    ],
)
def test_what_somebody_did_to_it_on_the_host_is_put_right(bench, damage):
    tables = bench.tables()
    bench.on_each(damage)
    assert changed(bench.run())
    assert bench.tables() == tables
    assert bench.answers(CLOSED) == {"refused"}


def test_tables_of_others_are_never_touched(bare):
    for host in bare.hosts.values():
        host.run("nft -f -", stdin=FOREIGN)
    foreign = bare.on_each(OTHERS)
    assert all("friends" in text for text in foreign.values())
    assert changed(bare.run())
    assert changed(bare.run(CHANGED))
    bare.on_each("systemctl reload sightline-firewall; systemctl stop sightline-firewall")
    assert set(bare.tables().values()) == {""}
    assert changed(bare.run())
    assert changed(bare.run(state="absent"))
    assert bare.on_each(OTHERS) == foreign


def test_a_site_with_a_firewall_of_its_own_gets_rid_of_ours(bench):
    assert changed(bench.run({}, "--check", state="absent"))
    assert bench.answers(CLOSED) == {"refused"}
    assert changed(bench.run({}, state="absent"))
    assert bench.answers(CLOSED) == {"open"}
    assert set(bench.tables().values()) == {""}
    left = "find /etc -path '*sightline*firewall*'; systemctl cat sightline-firewall"
    assert set(bench.on_each(left, check=False).values()) == {""}
    assert unchanged(bench.run({}, state="absent"))


@pytest.mark.parametrize("verb", ["reload", "restart"])
def test_debians_own_nftables_service_does_not_open_the_host(bench, verb):
    tables = bench.tables()
    bench.on_each("systemctl start nftables")
    assert changed(bench.run())  # its start has flushed our table too
    bench.on_each(f"systemctl {verb} nftables")
    wait_for(bench.tables, tables.__eq__, within=5, what="our table after the flush")
    assert bench.answers(CLOSED) == {"refused"}
    bench.on_each("systemctl stop nftables")


def test_ipv6_is_refused_and_let_in_like_ipv4(bench):
    bridge = socket.if_nametoindex(f"br-sl-{SUBNET.rpartition('.')[2]}")
    shown = bench.on_each("ip -6 -brief address show dev host0 scope link")
    addresses = [text.split()[2].partition("/")[0] for text in shown.values()]
    assert {attempt(address, OPEN, bridge) for address in addresses} == {"open"}
    assert {attempt(address, CLOSED, bridge) for address in addresses} == {"refused"}
    narrowed = {**GOOD, "inner": entry(CLOSED, "some_networks")}
    given = "--extra-vars", json.dumps({"some_networks": ["fe80::/10", "10.0.0.0/8"]})
    assert changed(bench.run(narrowed, *given))
    assert {attempt(address, CLOSED, bridge) for address in addresses} == {"open"}
    assert bench.answers(CLOSED) == {"refused"}


def test_check_mode_shows_the_difference_and_changes_nothing(bench):
    everything = "find /etc /run/sightline | sort | sha256sum; nft -s list ruleset"
    before = bench.on_each(everything)
    results = bench.run(CHANGED, "--check", "--diff")
    assert changed(results)
    assert "+\t\ttcp dport 18082" in results["debian-13"]["output"]
    assert bench.on_each(everything) == before


def test_a_host_without_nftables_says_so_in_check_mode_and_gets_it(bare):
    bare.on_each("apt-get -qq purge --yes nftables", check=False)
    results = bare.run(GOOD, "--check", "--diff")
    assert changed(results)
    for name, result in results.items():
        assert f"{name}: firewall: not checked: nftables is not installed yet" in result["output"]
    assert set(bare.on_each("ls /usr/sbin/nft /etc/sightline", check=False).values()) == {""}
    assert changed(bare.run())
    assert bare.answers(CLOSED) == {"refused"}
    assert unchanged(bare.run())


def test_everything_holds_after_a_reboot(bench):
    tables = bench.tables()
    for host in bench.hosts.values():
        host.reboot()
    assert bench.tables() == tables
    wait_for(lambda: bench.answers(OPEN), {"open"}.__eq__, within=10, what="the open port")
    assert bench.answers(CLOSED) == {"refused"}
    assert unchanged(bench.run())
