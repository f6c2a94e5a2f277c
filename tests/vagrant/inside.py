"""What happens in the enclosure: `vagrant up`, a look at the data, the same again, and away."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lab import registry, topology
from lab.cli import TOPOLOGY
from tests.http_answer import ask
from tests.playbook import RECAP
from tests.vagrant.libvirt import serving
from toolkit.console import OK, main, step
from toolkit.errors import UserError
from toolkit.process import child_environment
from toolkit.promql import get, value_of
from toolkit.waiting import DeadlineError, wait_for

NAME = "vagrant"
BOX = "sightline"
ENVIRONMENT = "prod"
HOSTS = ("cp-01", "dp-prod-01")

API, DASHBOARD, QUERY = (f"http://127.0.0.1:{port}" for port in (8081, 3000, 9091))
COUNT = "http_server_request_duration_seconds_count"
ROUTE = "/api/products"
REQUESTS = 5
PATIENCE = 600
"""Seconds for what takes ten on a processor that nobody emulates."""


class Vagrant:
    """The program, with homes of its own, and with the project's Vagrantfile as it is."""

    def __init__(self, folder: Path) -> None:
        self._environment = child_environment(
            {
                "VAGRANT_HOME": folder / "home",
                "VAGRANT_DOTFILE_PATH": folder / "machines",
                "VAGRANT_CHECKPOINT_DISABLE": "1",
                "VAGRANT_DEFAULT_PROVIDER": "libvirt",
                "ANSIBLE_SSH_CONTROL_PATH_DIR": registry.RUN / NAME,
                "LAB_ANSIBLE": f"--extra-vars=host_baseline_ready_timeout={PATIENCE}",
                "LAB_BOX": BOX,
                "LAB_ENVIRONMENTS": ENVIRONMENT,
            }
        )

    def __call__(self, *words: str) -> str:
        """Run a command, show what it says as it comes, and return it."""
        with (
            step(f"vagrant {words[0]}"),
            subprocess.Popen(
                ["vagrant", *words], env=self._environment, text=True, errors="replace",
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            ) as program,
        ):  # fmt: skip
            said = []
            for line in program.stdout or []:
                if "Progress: " not in line:  # a percentage each, thousands of them
                    print(line, end="", flush=True)
                    said.append(line)
        if program.returncode != 0:
            raise UserError(f"`vagrant {words[0]}` ended with code {program.returncode}")
        return "".join(said)


def command(argv: Sequence[str]) -> int:
    """Bring the machines up from a box in a folder, and say what is not as it should be."""
    folder, box = map(Path, argv)
    try:
        with serving(folder / "consoles" / "libvirtd.log"):
            come_and_go(Vagrant(folder), box)
    except DeadlineError as error:
        raise UserError(str(error)) from None
    return OK


def come_and_go(vagrant: Vagrant, box: Path) -> None:
    """Deploy, look at the data, deploy again, and remove the machines whatever happened."""
    vagrant("box", "add", "--name", BOX, str(box))
    try:
        vagrant("up")
        with step("Data on its way"):
            look()
        check_idle(vagrant("provision"))
    finally:
        vagrant("destroy", "--force")


def look() -> None:
    """See that every forward leads somewhere, and that requests arrive at the other end."""
    for forward in topology.parse(TOPOLOGY.read_text(encoding="utf-8")).only(HOSTS).forwards:
        await_port(forward)
    await_data_plane(QUERY)
    await_data_plane(DASHBOARD)
    before = counted()
    for _ in range(REQUESTS):
        get(f"{API}{ROUTE}?limit=3", timeout=60)
    wait_for(
        lambda: counted() - before,
        lambda grown: grown == REQUESTS,
        within=PATIENCE,
        what=f"{REQUESTS} requests are counted",
    )


def await_port(forward: topology.Forward) -> None:
    """Wait until a web server answers at the operator's end of a forward."""
    wait_for(
        lambda: ask(f"127.0.0.1:{forward.port}", "/").status,
        lambda status: status < 500,
        within=PATIENCE,
        what=f"port {forward.port} leads to {forward.host}",
    )


def await_data_plane(base: str) -> None:
    """Wait until whoever answers queries at `base` knows that the data plane is up."""
    wait_for(
        lambda: value_of(base, f'min(up{{environment="{ENVIRONMENT}"}})'),
        lambda up: up == 1,
        within=PATIENCE,
        what=f"the data plane is up, as {base} knows it",
    )


def counted() -> float:
    """Return how many requests of the route the dashboard knows."""
    labels = f'data_plane_id="{HOSTS[1]}",environment="{ENVIRONMENT}",http_route="{ROUTE}"'
    return value_of(DASHBOARD, f"sum({COUNT}{{{labels}}})")


def check_idle(said: str) -> None:
    """Refuse a second run of the playbook that changed something, or left a machine out."""
    changed = {name: int(number) for name, number in RECAP.findall(said)}
    if changed != dict.fromkeys(HOSTS, 0):
        raise UserError(f"the second run changed something: {changed}")


if __name__ == "__main__":
    sys.exit(main(command))
