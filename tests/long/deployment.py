"""One service on one host, the controller that deploys it, and the means to hold it up.

The product knows nothing of this. A deployment is held up by what happens on real hosts: a
connection that stalls, a checker that takes its time, an administrator's drop-in that waits
before a stop, start or reload, a firewall that swallows the probe's packets.
"""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from lab.host import Host
from lab.lab import Lab
from plugins.module_utils.deploy.files import INCOMING
from tests.long.releases import HELD
from toolkit.files import write_atomically
from toolkit.process import run
from toolkit.waiting import wait_for

ENVIRONMENTS = ("prod", "dev", "qa")
CHANGED = re.compile(r" changed=(\d+) ")
STAGE_DEADLINE = 60
"""Seconds within which a deployment has to get to the stage in which it is held up."""

STALLING_SSH = """#!/bin/bash
# Let a file travel half its way, and the rest once nothing holds it any more.
case "$*" in *"cat > "*"$(cat STALLED 2>/dev/null || echo nothing)"*)
  { head --bytes=4096; while [ -e STALLED ]; do sleep 0.1; done; cat; } | ssh "$@"; exit $? ;;
esac
exec ssh "$@"
"""

WAIT = f"/bin/sh -c 'while [ -e {HELD}/%s ]; do sleep 0.1; done'"
DROP_IN = f"""[Service]
ExecStop=+{WAIT % "stop"}
ExecStartPre=+{WAIT % "start"}
ExecReload=
ExecReload=+{WAIT % "reload"}
ExecReload=/bin/kill -HUP $MAINPID
TimeoutStopSec=60
"""

MODULE = "pgrep --exact --full /usr/bin/python3"
"""Lists the modules that run on a host: the interpreter reads them from its standard input."""


@dataclass(frozen=True)
class Service:
    """What a test has to know of a service of the product."""

    name: str
    host: str
    component: str
    platform: str
    variable: str
    """The role's variable that a changed configuration changes; it takes numbers."""
    text: str
    """How the number stands in the configuration."""
    in_force: str
    """Command that succeeds when the process {process} has that number in force."""
    checker: str
    """What the command line of the component's own checker holds."""
    port: int

    @property
    def unit(self) -> str:
        """Its systemd unit, which is also the name of its user."""
        return f"sightline-{self.name}"


@dataclass(frozen=True)
class Wanted:
    """What a run is asked to deploy."""

    number: int
    edition: str


@dataclass
class Deployment:
    """A service on a host of a lab, and the controller that deploys it."""

    service: Service
    lab: Lab
    editions: Mapping[str, Mapping[str, Mapping[str, Mapping[str, str]]]]
    """The artifacts of each edition, by component and platform, as playbooks want them."""
    directory: Path
    """Of the controller alone: where it keeps what it needs for a run."""
    proven: Wanted = Wanted(200, "a")
    """What was deployed last and seen to be in force."""
    settled: bool = False
    """Whether it still is."""
    off: bool = field(default=False, init=False)
    """Whether the host's plug is pulled."""
    count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.ssh = self.directory / "ssh"
        self.stalled = self.directory / "stalled"
        self.temporary = self.directory / "temporary"
        self.ssh.write_text(STALLING_SSH.replace("STALLED", str(self.stalled)))
        self.ssh.chmod(0o755)
        self.controller = self.lab.claim.group.child(f"controller-{self.service.name}")

    @property
    def host(self) -> Host:
        """The service's host."""
        return self.lab.hosts[self.service.host]

    # ------------------------------------------------------------------------------- deploying

    def deploy(self, wanted: Wanted) -> tuple[int, float]:
        """Run Ansible to its end; return how many tasks changed something, and the seconds."""
        began = time.monotonic()
        said = self._run(wanted)
        return int(CHANGED.findall(said)[-1]), time.monotonic() - began

    @contextlib.contextmanager
    def running(self, wanted: Wanted) -> Iterator[Future[str]]:
        """Run Ansible beside the body, which has to see to its end."""
        with ThreadPoolExecutor(1) as pool:
            yield pool.submit(self._run, wanted)

    def _run(self, wanted: Wanted) -> str:
        variables = {
            "service": self.service.name,
            "artifacts": self.editions[wanted.edition],
            self.service.variable: wanted.number,
        }
        given = self.directory / "variables.json"
        write_atomically(given, json.dumps(variables))
        inventories = [f"--inventory=inventories/{name}" for name in ENVIRONMENTS]
        settings = [f"ANSIBLE_SSH_EXECUTABLE={self.ssh}", f"ANSIBLE_LOCAL_TEMP={self.temporary}"]
        # All that a controller has lives in one group: clients of SSH and what they share too.
        self.controller.create()
        return self.controller.run(
            [
                *("env", *settings, "ansible-playbook", *inventories),
                f"--inventory={self.lab.folder.inventory}",
                f"--limit={self.service.host}",
                f"--extra-vars=@{given}",
                Path(__file__).with_name("service.yml"),
            ]
        )

    def another(self, change: str) -> Wanted:
        """Return what differs from what is deployed in one thing."""
        self.count += 1
        number, edition = 200 + 5 * self.count, self.proven.edition
        if change == "configuration":
            return Wanted(number, edition)
        if change == "release":
            return Wanted(self.proven.number, "b" if edition == "a" else "a")
        return Wanted(number, "a")

    def settle(self) -> None:
        """Have the service deployed, whatever an earlier test has left."""
        if not self.settled:
            self.make_bare()
            self.deploy(self.proven)
            self.settled = True

    def make_bare(self) -> None:
        """Leave nothing of the service on its host."""
        name, unit = self.service.name, self.service.unit
        links = "/etc/systemd/system{,/multi-user.target.wants}/" + unit
        self.host.run(
            f"rm -rf {HELD}; systemctl stop {unit}; rm -rf {links}.service"
            f" /etc/sightline/{name} /run/sightline/{name}* /var/lib/sightline/{name}"
            f" /opt/sightline/releases/{self.service.component} ~operator/.ansible;"
            f" systemctl daemon-reload; systemctl reset-failed {unit}; userdel {unit}",
            check=False,
        )

    def forget(self, wanted: Wanted) -> None:
        """Remove the release that a run wants, as if it had never been on the host."""
        self.host.run(f"rm -rf /opt/sightline/releases/{self._release(wanted)}")

    # -------------------------------------------------------------------------------- holding up

    def hold(self, stage: str, change: str) -> None:
        """Hold up the next deployment in a stage; what does so, a reboot removes."""
        place = f"/run/systemd/system/{self.service.unit}.service.d"
        self.host.run(
            f"mkdir -p {place} {HELD} && cat > {place}/held.conf && systemctl daemon-reload",
            stdin=DROP_IN,
        )
        if stage == "transfer":
            kind = "release" if change == "release" else "tree"
            self.stalled.write_text(str(INCOMING[kind]))
        else:
            self.host.run(f"touch {HELD}/{self._gate(stage, change)}")

    def reach(self, stage: str, change: str, running: Future[str]) -> None:
        """Wait until the host shows that the deployment is in that stage."""
        gate = self._gate(stage, change)
        self._await(gate, running)
        if stage == "probe":
            self.host.run(
                "nft add table inet held;"
                " nft 'add chain inet held input { type filter hook input priority 0; }';"
                f" nft add rule inet held input tcp dport {self.service.port} drop;"
                f" rm {HELD}/{gate}"
            )
            self._await(stage, running)

    def let_go(self) -> None:
        """Hold nothing up any more."""
        self.stalled.unlink(missing_ok=True)
        if not self.off:
            self.host.run(f"rm -f {HELD}/*; nft delete table inet held", check=False)

    def _gate(self, stage: str, change: str) -> str:
        """Return where to stop a deployment that has to get to a stage.

        Its probe can be cut off only once nothing else asks the same port.
        """
        if stage != "probe":
            return stage
        reloads = (self.service.name, change) == ("prometheus", "configuration")
        return "reload" if reloads else "start"

    def _await(self, stage: str, running: Future[str]) -> None:
        evidence = self._evidence(stage)

        def look() -> str:
            if running.done():
                return f"the run has ended: {running.exception() or running.result()}"
            seen = self.host.run(evidence, check=False)
            return "there" if seen.returncode == 0 else f"not there: {seen.stdout}"

        state = wait_for(
            look,
            lambda seen: not seen.startswith("not there"),
            within=STAGE_DEADLINE,
            what=f"{self.service.name} in {stage}",
            every=0.05,
        )
        assert state == "there", state

    def _evidence(self, stage: str) -> str:
        """Return a command that succeeds while a deployment is in a stage."""
        state = f"systemctl show --property=SubState {self.service.unit}"
        return {
            "transfer": "pgrep --exact cat",
            "check": f"pgrep --uid {self.service.unit} --full '{self.service.checker}'",
            "stop": f"{state} | grep --line-regexp SubState=stop",
            "start": f"{state} | grep --line-regexp SubState=start-pre",
            "reload": f"{state} | grep --line-regexp SubState=reload",
            "probe": "ss --no-header --tcp --numeric --processes state syn-sent"
            f" dport = :{self.service.port} | grep python3",
        }[stage]

    # ------------------------------------------------------------------------------ interrupting

    def kill_controller(self) -> None:
        """End all of the controller at once: Ansible, its workers, its connections."""
        self.controller.kill()

    def kill_module(self) -> None:
        """End what the run has on the host: its module, or what takes in its archive."""
        self.host.run(f"kill -KILL $({MODULE} || pgrep --exact cat)")

    def power_off(self) -> None:
        """Pull the host's plug."""
        self.host.kill()
        self.off = True

    def power_on(self) -> None:
        """Switch the host on again, if it is off, and wait until all of it is up."""
        if self.off:
            self.host.start()
            self.host.wait_until_running()
            self.off = False

    # ----------------------------------------------------------------------------------- looking

    def invocation(self) -> str:
        """Return what changes with every start of the service."""
        return self.host.run(f"systemctl show --property=InvocationID {self.service.unit}").stdout

    def is_in_force(self, wanted: Wanted) -> None:
        """Assert that the process that runs is the one that was wanted."""
        shown = f"systemctl show --property=MainPID --value {self.service.unit}"
        process = self.host.run(shown).stdout.strip()
        command = self.host.run(f"cat /proc/{process}/cmdline").stdout
        assert f"/{self._release(wanted)}/" in command
        self.host.run(self.service.in_force.format(process=process, number=wanted.number))

    def _release(self, wanted: Wanted) -> str:
        component = self.service.component
        release = self.editions[wanted.edition][component][self.service.platform]
        return f"{component}/{release['name']}"

    def remains(self) -> list[str]:
        """Return what a run that was interrupted has left, each with what it is."""
        name, unit = self.service.name, self.service.unit
        looked = {
            "half made": "find /etc/sightline /opt/sightline /run/sightline /etc/systemd/system"
            " -name '.*' -o -name intent.json",
            "archive": "find /opt/sightline/incoming /run/sightline/incoming -type f",
            "module": MODULE,
            "process": f"pgrep --uid {unit} | grep -vxf"
            " <(cat /sys/fs/cgroup/system.slice/sightline-*.service/cgroup.procs)",
            "not enabled": f"systemctl is-enabled {unit} | grep -vx enabled",
            "not running": f"systemctl is-active {unit} | grep -vx active",
            "failed": "systemctl list-units --no-legend --failed",
            "generation too many": f"cd /etc/sightline/{name} && readlink current good previous"
            " > /run/named; ls -d [0-9]* | grep -vxf /run/named",
        }
        return [
            f"{what}: {line}"
            for what, command in looked.items()
            for line in self.host.run(command, check=False).stdout.splitlines()
        ]

    def copies(self, wanted: Wanted) -> list[str]:
        """Return the files, on the host and on the controller, that hold its configuration.

        Those of its generations, which have it by right, are left out.
        """
        text = self.service.text.format(wanted.number)
        search = ["grep", "--recursive", "--text", "--files-with-matches", "--fixed-strings"]
        places = ["/etc", "/home", "/root", "/run", "/tmp", "/var/lib", "/var/tmp"]
        command = shlex.join([*search, text, *places])
        by_right = f"/etc/sightline/{self.service.name}/"
        on_host = self.host.run(command, check=False).stdout.splitlines()
        on_controller = run([*search, text, self.temporary], check=False).stdout.splitlines()
        return [path for path in on_host if not path.startswith(by_right)] + on_controller
