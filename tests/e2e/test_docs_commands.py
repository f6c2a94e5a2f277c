"""What documents say to type on a host works there, on the deployed lab."""

import re
from pathlib import Path

import pytest

from tests.documents import every_block, named_commands

SUBNET = re.compile(r"192\.168\.56\.(?=\d)")
"""That of the demo, whose addresses documents use."""

TYPED = [
    pytest.param(block.mark, command, id=f"{block}: {command}")
    for block in every_block()
    if block.language == "sh" and block.mark not in ("checkout", "example")
    for command in block.commands
]
LOOKS = re.compile(
    r"(?:systemctl status|journalctl -u|nft list|amtool (?:alert(?! add)|check-config)"
    r"|thanos-bucket (?:ls|verify|inspect)|curl )[^<|]*$"
)
"""Commands of runbooks that only look, that name no example and that may find something."""

FAULTS = re.compile(r"api-faults set (latency|error|dependency-down|cache-bypass)(.*)")


def said_by(deployed, host, command):
    """Run a command as the operator types it; return what it says."""
    subnet = deployed.addresses[host].rpartition(".")[0]
    done = deployed.hosts[host].run("bash -o pipefail -c %s", SUBNET.sub(f"{subnet}.", command))
    assert done.rc == 0, done.stderr
    return (done.stdout + done.stderr).strip()


@pytest.mark.parametrize(("host", "command"), TYPED)
def test_a_command_for_a_host_answers(deployed, host, command):
    assert said_by(deployed, host, command), "it said nothing"


@pytest.mark.parametrize(
    "command", sorted(filter(LOOKS.match, set(named_commands(Path("docs/runbooks.md")))))
)
def test_a_runbook_looks_where_there_is_something_to_see(deployed, command):
    assert said_by(deployed, "dp-prod-01" if "sightline-api" in command else "cp-01", command)


@pytest.mark.parametrize(
    ("kind", "words"),
    sorted({
        found.groups()
        for path in ("README.md", "docs/operations.md", "docs/runbooks.md", "apps/api/README.md")
        for command in named_commands(Path(path))
        if (found := FAULTS.search(command))
    }),
)  # fmt: skip
def test_a_fault_has_the_options_that_are_told(deployed, kind, words):
    options = set(re.findall(r"--[a-z-]+", words))
    said = said_by(deployed, "dp-prod-01", f"sudo api-faults set {kind} --help")
    assert options <= set(re.findall(r"--[a-z-]+", said))
