"""After a run in check mode, hosts are as bare as they were."""

from tests.conftest import ENVIRONMENTS

OWN_BUSINESS = ("/var/log/journal", "/var/lib/systemd", "/var/cache", "/root", "/home", "/tmp")
"""What a host writes by itself, and where a login leaves its traces."""


def test_not_one_file_came_or_changed(deployed):
    left_out = " ".join(f"-path {path} -prune -o" for path in OWN_BUSINESS)
    for name, host in deployed.hosts.items():
        found = host.check_output(f"find / -xdev {left_out} -newer /var/tmp/before -type f -print")
        assert found == "", name


def test_no_user_no_service_and_no_package_came(deployed):
    assert set(deployed.hosts) == {"cp-01", *(f"dp-{one}-01" for one in ENVIRONMENTS)}
    for name, host in deployed.hosts.items():
        said = host.run(
            "getent passwd | grep sightline; systemctl list-units --all 'sightline-*' -q"
        )
        assert said.stdout == "", name
        assert not host.package("nginx").is_installed, name
