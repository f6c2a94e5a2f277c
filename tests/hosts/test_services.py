"""What an auditor finds on the hosts of a deployed lab."""

import re

import pytest

SERVICES = {
    "cp-01": (
        "alertmanager",
        "collector",
        "dashboard",
        "minio",
        "prometheus",
        "prometheus-guard",
        "thanos-compact",
        "thanos-query",
        "thanos-sidecar",
        "thanos-store",
    ),
    "dp-prod-01": ("api", "collector"),
    "dp-dev-01": ("api", "collector"),
    "dp-qa-01": ("api", "collector"),
}
DEPLOYED = [(host, service) for host, services in SERVICES.items() for service in services]
USERS = dict.fromkeys(("prometheus-guard", "thanos-sidecar"), "sightline-prometheus")
"""Services that run as another one's user."""
UNUSED = {"dashboard_tls"}
"""Ports where nobody listens without a certificate."""
EXPOSURE = re.compile(r"Overall exposure level for \S+: ([\d.]+)")

every_service = pytest.mark.parametrize(("host", "service"), DEPLOYED)
every_host = pytest.mark.parametrize("host", SERVICES)


@every_service
def test_a_service_runs_now_and_after_a_reboot(deployed, host, service):
    unit = deployed.hosts[host].service(f"sightline-{service}")
    assert unit.is_running
    assert unit.is_enabled


@every_service
def test_a_unit_exposes_little(deployed, host, service):
    unit = f"sightline-{service}.service"
    report = deployed.hosts[host].run("systemd-analyze security --no-pager %s", unit).stdout
    assert float(EXPOSURE.search(report)[1]) <= 1.5, report


@every_service
def test_configuration_belongs_to_root_and_is_read_by_the_service_alone(deployed, host, service):
    home = f"/etc/sightline/{service}/current/"
    seen = deployed.hosts[host].check_output("find -H %s -printf '%%y %%m %%u %%g %%P\n'", home)
    for line in seen.splitlines():
        kind, mode, user, group, path = [*line.split(" ", 4), ""][:5]
        noted = path in ("started", "loaded", "manifest.json")
        assert user == "root", line
        assert noted or group == USERS.get(service, f"sightline-{service}"), line
        executable = kind == "d" or path.startswith("commands/")
        assert noted or mode == ("750" if executable else "640"), line
    manifest = deployed.hosts[host].file(f"{home}manifest.json")
    assert manifest.mode == 0o600


@every_host
def test_programs_belong_to_root_and_nobody_else_may_write_them(deployed, host):
    run = deployed.hosts[host].check_output
    assert run("find /opt/sightline ! -user root -o ! -type l -perm /022") == ""


@every_service
def test_the_service_user_cannot_log_in(deployed, host, service):
    user = deployed.hosts[host].user(USERS.get(service, f"sightline-{service}"))
    assert user.shell == "/usr/sbin/nologin"
    assert user.home == "/nonexistent"


@every_host
def test_exactly_the_ports_of_the_table_are_open(deployed, groups, host):
    own = {name for name, hosts in groups.items() if host in hosts}
    address = {"loopback": "127.0.0.1", "host_address": deployed.addresses[host]}
    wanted = {
        (address[entry["bind"]], entry["port"])
        for name, entry in deployed.ports.items()
        if entry["group"] in own and entry["bind"] in address and name not in UNUSED
    }
    if host == "cp-01":  # what the host alone reaches
        wanted.add(("127.0.0.1", deployed.ports["prometheus"]["port"]))
        wanted.update(
            (where, deployed.ports["object_store"]["port"]) for where in ("127.0.0.1", "::1")
        )
    listening = deployed.hosts[host].check_output("ss --no-header --listening --tcp --numeric")
    found = set()
    for line in listening.splitlines():
        where, _, port = line.split()[3].rpartition(":")
        found.add((where.strip("[]"), int(port)))
    ours = {
        (where, port) for where, port in found if port != 22 and not where.startswith("127.0.0.5")
    }
    assert ours == wanted


@every_host
def test_the_journal_is_limited(deployed, host):
    limits = deployed.hosts[host].file("/etc/systemd/journald.conf.d/sightline.conf")
    assert limits.contains("^SystemMaxUse=1G$")


@every_host
def test_nothing_is_half_made(deployed, host):
    run = deployed.hosts[host].check_output
    remains = "find /etc/sightline /opt/sightline -name '.*' -o -name intent.json"
    assert run(remains) == ""
    assert run("systemctl list-units --no-legend --failed") == ""
