"""Secrets stand in their own files, and nowhere else on any host."""

import json
from pathlib import Path

import pytest
import yaml

from toolkit.process import run

# Prints where it finds a secret. It arrives by standard input, so that no argument holds one.
SEARCH = """
import glob, os, subprocess
secrets = [secret.encode() for secret in SECRETS]
def look(where, content):
    if any(secret in content for secret in secrets):
        print(where)
places = ("/proc/[0-9]*/environ", "/proc/[0-9]*/cmdline", "/etc/**", "/run/**",
          "/opt/sightline/**", "/tmp/**", "/var/tmp/**", "/var/log/**", "/root/**", "/home/**")
for place in places:
    for path in glob.iglob(place, recursive=True, include_hidden=True):
        if os.path.isfile(path):
            try:
                look(path, open(path, "rb").read())
            except OSError:  # a process that has ended
                pass
look("the journal", subprocess.run(["journalctl", "--output=cat"], capture_output=True).stdout)
"""


@pytest.fixture(scope="module")
def secrets():
    """Give what stands in the secrets' file of the checkout that deployed."""
    values = yaml.safe_load(Path("secrets/control_plane.yml").read_text(encoding="utf-8"))
    return [value for name, value in values.items() if name.endswith("_secret_key")]


@pytest.mark.parametrize("host", ["cp-01", "dp-prod-01", "dp-dev-01", "dp-qa-01"])
def test_secrets_are_nowhere_but_in_files_that_the_service_alone_reads(deployed, secrets, host):
    assert len(secrets) == 5
    control_plane = host == "cp-01"
    argv = ["ssh", "-F", deployed.folder / "ssh_config", host, "sudo", "python3", "-"]
    searched = run(argv, stdin=SEARCH.replace("SECRETS", json.dumps(secrets)), timeout=120)
    found = set(searched.stdout.splitlines())
    services = {path.split("/")[3] for path in found if path.startswith("/etc/sightline/")}
    elsewhere = {path for path in found if not path.startswith("/etc/sightline/")}
    assert elsewhere == set()
    having = {"minio", "thanos-compact", "thanos-sidecar", "thanos-store"}
    assert services == (having if control_plane else set())
    for path in found:
        assert deployed.hosts[host].file(path).mode == 0o640, path
