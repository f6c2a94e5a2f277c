"""`deploy_service` on real hosts: Debian 12 and 13 at once, every case on both."""

import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lab.lab import running
from lab.topology import parse

pytestmark = pytest.mark.lab

HERE = Path(__file__).parent
SERVICE = "example"
UNIT = f"sightline-{SERVICE}.service"
COMMAND = "example-where"
PORT = 18080
TOPOLOGY = """
subnet: 192.168.59
hosts:
  - {name: debian-12, address: 12, suite: bookworm}
  - {name: debian-13, address: 13, suite: trixie}
forwards: []
"""
KILLER = """#!/bin/sh
# Kill the deployment at the very moment in which it asks systemd for one thing, once.
if [ "$1" = VERB ]; then rm "$0"; kill -KILL $PPID; exit 1; fi
exec /usr/bin/systemctl "$@"
"""


def archive(directory: Path, version: str) -> dict[str, str]:
    """Pack the example program as a release."""
    source = (HERE / "service/program.py").read_text() + f"# version {version}\n"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tree:
        member = tarfile.TarInfo("program.py")
        member.size, member.mode = len(source.encode()), 0o644
        tree.addfile(member, io.BytesIO(source.encode()))
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    path = directory / f"{version}.tar"
    path.write_bytes(packed.getvalue())
    name = f"{version}-{digest[:12]}"
    return {"component": SERVICE, "name": name, "sha256": digest, "path": str(path)}


@dataclass(frozen=True)
class Wanted:
    """What a test wants deployed; the defaults are a healthy service."""

    answer: str = "one"
    version: str = "1"
    flag: str = ""
    extra: str = ""
    environment: str = "A=1"
    directive: str = "Environment"
    secret: str = "hunter2"
    environments: tuple[str, ...] = ("prod",)
    timeout: float = 3


@dataclass
class Bench:
    """Two hosts and the means to deploy on both."""

    hosts: dict
    inventory: Path
    directory: Path
    calls: Path = field(init=False)

    def __post_init__(self):
        templates = self.directory / "templates"
        templates.mkdir()
        config = "answer: {{ answer }}\nport: {{ port }}\n{{ extra }}"
        (templates / "service.conf.j2").write_text(config)
        (templates / "secret.j2").write_text("{{ secret }}\n")
        (templates / "part.j2").write_text("{{ file_environment }}\n")
        (self.directory / "files/rules").mkdir(parents=True)
        (self.directory / "files/rules/one.yml").write_text("{{ as it is }}\n")
        self.calls = self.directory / "calls"
        counting = self.directory / "ssh"
        counting.write_text(f'#!/bin/sh\necho "$*" >> {self.calls}\nexec ssh "$@"\n')
        counting.chmod(0o755)

    def arguments(self, wanted: Wanted) -> dict:
        base = f"http://127.0.0.1:{PORT}"
        proof = {"successful": "reload_successful", "timestamp": "reload_timestamp"}
        program = ["/usr/bin/python3", "{release}/program.py"]
        start = [*program, *([wanted.flag] if wanted.flag else ["serve"]), "{config}/service.conf"]
        return {
            "name": SERVICE,
            "release": archive(self.directory, wanted.version),
            "unit": {
                "Service": {
                    "ExecStart": " ".join(start),
                    "ExecReload": "/bin/kill -HUP $MAINPID",
                    wanted.directive: wanted.environment,
                }
            },
            "files": [
                {"path": "service.conf", "template": "service.conf.j2", "on_change": "reload"},
                {"path": "password", "template": "secret.j2", "on_change": "none", "secret": True},
                {"path": "parts.d/{environment}", "template": "part.j2", "on_change": "none"},
                {"path": "rules", "file": "rules", "on_change": "none"},
            ],
            "environments": list(wanted.environments),
            "check": [*program, "check", "{tree}/service.conf"],
            "reload_proof": {"url": f"{base}/metrics", **proof},
            "probe": {"url": f"{base}/ready", "timeout": wanted.timeout},
        }

    def deploy(self, wanted: Wanted = Wanted(), *flags: str, **options: object) -> dict[str, dict]:
        """Deploy on both hosts, with more options of the module or others; return the results."""
        return self.run({**self.arguments(wanted), **options}, wanted, *flags)

    def make(self, state: str, *flags: str, **options: object) -> dict[str, dict]:
        """Ask for a state that needs no more than the name."""
        return self.run({"name": SERVICE, "state": state, **options}, Wanted(), *flags)

    def deploy_all(self, *services: dict, wanted: Wanted = Wanted()) -> dict[str, dict]:
        """Deploy several services on both hosts by one task; return the results."""
        return self.run({"services": list(services)}, wanted, module="deploy_services")

    def run(
        self, arguments: dict, wanted: Wanted, *flags: str, module: str = "deploy_service"
    ) -> dict[str, dict]:
        """Run the module on both hosts; return each one's result."""
        results = self.directory / "results"
        for old in results.glob("*"):
            old.unlink()
        variables = {
            "answer": wanted.answer,
            "port": PORT,
            "extra": wanted.extra,
            "secret": wanted.secret,
        }
        argv = ["ansible", "all", f"--inventory={self.inventory}", "--become"]
        argv += [f"--module-name=sightline.core.{module}"]
        argv += ["--args", json.dumps(arguments), f"--tree={results}", *flags]
        argv += [f"--playbook-dir={self.directory}", "--extra-vars", json.dumps(variables)]
        self.calls.write_text("")
        collections = HERE.parents[1] / "collections"
        settings = {
            "ANSIBLE_SSH_EXECUTABLE": str(self.directory / "ssh"),
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
        }
        environment = {**os.environ, **settings}
        environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
        found = {path.name: json.loads(path.read_text()) for path in results.glob("*")}
        assert set(found) == set(self.hosts), done.stdout + done.stderr
        for name, result in found.items():
            result["output"] = done.stdout
            result["failed"] = f"{name} | FAILED" in done.stdout
        return found

    def on_each(self, command: str, *, check: bool = True) -> dict[str, str]:
        """Run a command as root on both hosts; return what each printed."""
        return {name: host.run(command, check=check).stdout for name, host in self.hosts.items()}

    def invocations(self) -> dict[str, str]:
        """Return what changes with every start of the service."""
        return self.on_each(f"systemctl show --property=InvocationID,MainPID {UNIT}")

    def answers(self) -> set[str]:
        """Return what the service says on the hosts; one element when they agree."""
        return set(self.on_each(f"curl -s http://127.0.0.1:{PORT}/").values())

    def releases(self) -> list[str]:
        """Return the versions that are on the hosts, which agree on them."""
        (listed,) = set(self.on_each("ls /opt/sightline/releases/example | cut -d- -f1").values())
        return listed.split()

    def generations(self) -> dict[str, str]:
        return self.on_each(f"ls -A /etc/sightline/{SERVICE}")

    @contextlib.contextmanager
    def killed_at(self, verb: str):
        """Kill the deployments of the body just before they let systemd do something."""
        script = KILLER.replace("VERB", verb)
        path = "/usr/local/sbin/systemctl"
        for host in self.hosts.values():
            host.run(f"cat > {path} && chmod 755 {path}", stdin=script)
        yield
        left = self.on_each(f"ls {path} 2>/dev/null", check=False)
        assert set(left.values()) == {""}, f"the deployment never asked for {verb}"


def succeeded(results: dict[str, dict]) -> bool:
    return not any(result.get("failed") for result in results.values())


def unchanged(results: dict[str, dict]) -> bool:
    return succeeded(results) and not any(result["changed"] for result in results.values())


def messages(results: dict[str, dict]) -> list[str]:
    assert all(result.get("failed") for result in results.values()), results
    return [result["msg"] for result in results.values()]


@pytest.fixture(scope="module")
def hosts():
    with running("deploy", parse(TOPOLOGY)) as lab:
        yield lab


@pytest.fixture
def bare(hosts, tmp_path):
    """Give both hosts without the service."""
    bench = Bench(hosts.hosts, hosts.folder.inventory, tmp_path)
    links = "/etc/systemd/system/sightline-* /etc/systemd/system/*.wants/sightline-*"
    bench.on_each(
        "systemctl stop 'sightline-*' 2>/dev/null;"
        f" rm -rf /etc/sightline /opt/sightline /var/lib/sightline {links} /run/sightline/*"
        " /usr/local/sbin/* /etc/dependency-is-down;"
        " systemctl daemon-reload; systemctl reset-failed",
        check=False,
    )
    return bench


@pytest.fixture
def bench(bare):
    """Give both hosts with the healthy service deployed."""
    assert succeeded(results := bare.deploy()), results
    return bare


def test_a_bare_host_gets_everything_and_the_next_run_nothing(bare):
    first = bare.deploy()
    assert all(result["changed"] for result in first.values()), first
    assert bare.answers() == {"one"}
    before = bare.invocations()
    assert unchanged(bare.deploy())
    assert bare.invocations() == before


def test_files_of_the_role_arrive_as_they_are_and_a_directory_with_all_it_holds(bench):
    assert succeeded(bench.deploy())
    rules = f"/etc/sightline/{SERVICE}/current/rules"
    assert set(bench.on_each(f"cat {rules}/one.yml").values()) == {"{{ as it is }}\n"}
    another = bench.directory / "files/rules/two.yml"
    another.write_text("two\n")
    try:
        assert bench.deploy()["debian-13"]["changed"]
        assert set(bench.on_each(f"ls {rules}").values()) == {"one.yml\ntwo.yml\n"}
    finally:
        another.unlink()
    assert bench.deploy()["debian-13"]["changed"]
    assert set(bench.on_each(f"ls {rules}").values()) == {"one.yml\n"}


def test_a_file_that_is_neither_template_nor_file_is_refused(bench):
    (message, _) = messages(bench.deploy(files=[{"path": "empty"}]))
    assert message.endswith("empty needs either a template or a file")


SECOND = "second"


@pytest.fixture
def second(bench):
    """Arguments of a service that runs beside the first one, as the same user."""
    yield {
        **bench.arguments(Wanted()),
        "name": SECOND,
        "user": f"sightline-{SERVICE}",
        "unit": {"Service": {"ExecStart": "/usr/bin/sleep infinity"}},
        "files": [],
        "check": [],
        "reload_proof": None,
    }
    gone = bench.run({"name": SECOND, "state": "absent", "purge_data": True}, Wanted())
    assert succeeded(gone)


def test_several_services_are_deployed_in_turn_and_unchanged_cost_one_remote_call(bench, second):
    done = bench.deploy_all(bench.arguments(Wanted(answer="both")), second, wanted=Wanted("both"))
    assert succeeded(done)
    for result in done.values():
        assert list(result["services"]) == [SERVICE, SECOND]
        assert result["services"][SECOND]["changed"]
    assert bench.answers() == {"both"}
    assert unchanged(bench.deploy_all(bench.arguments(Wanted()), second, wanted=Wanted("both")))
    assert len(bench.calls.read_text().splitlines()) == len(bench.hosts)


def test_a_service_that_fails_is_the_last_one(bench, second):
    bad = Wanted(extra="fail: ready\n")
    done = bench.deploy_all(bench.arguments(bad), second, wanted=bad)
    assert all(f"{SERVICE}: " in message for message in messages(done))
    assert set(bench.on_each(f"systemctl is-active sightline-{SECOND}", check=False).values()) == {
        "inactive\n"
    }


def test_a_service_that_goes_leaves_the_user_to_whom_it_was_lent(bench, second):
    assert succeeded(bench.deploy_all(bench.arguments(Wanted()), second))
    assert succeeded(bench.run({"name": SECOND, "state": "absent", "purge_data": True}, Wanted()))
    assert bench.answers() == {"one"}
    assert set(bench.on_each(f"id --user --name sightline-{SERVICE}").values()) == {
        f"sightline-{SERVICE}\n"
    }


def test_a_misspelt_argument_of_one_of_several_services_is_named(bench):
    (message, _) = messages(bench.deploy_all({"name": SECOND, "stat": "absent"}))
    assert message.startswith(f"{SECOND}: stat. Supported parameters include: ")


def test_an_unchanged_service_costs_one_remote_call(bench):
    assert unchanged(bench.deploy())
    assert len(bench.calls.read_text().splitlines()) == len(bench.hosts)


def test_a_reload_keeps_the_process_and_the_next_run_does_nothing(bench):
    before = bench.invocations()
    results = bench.deploy(Wanted(answer="two"))
    assert {result["action"] for result in results.values()} == {"reload"}
    assert bench.answers() == {"two"}
    assert bench.invocations() == before
    assert unchanged(bench.deploy(Wanted(answer="two")))


def test_a_changed_unit_restarts_the_process(bench):
    before = bench.invocations()
    results = bench.deploy(Wanted(environment="A=2"))
    assert {result["action"] for result in results.values()} == {"restart"}
    assert all(now != before[name] for name, now in bench.invocations().items())


def test_another_release_is_run_and_the_old_one_stays(bench):
    assert succeeded(bench.deploy(Wanted(version="2")))
    command = bench.on_each(f"tr '\\0' ' ' < /proc/$(systemctl show -P MainPID {UNIT})/cmdline")
    assert all("/example/2-" in line for line in command.values())
    assert set(bench.releases()) == {"1", "2"}


def test_releases_that_no_kept_generation_names_are_removed(bench):
    for version in ("2", "3"):
        assert succeeded(bench.deploy(Wanted(version=version)))
    assert set(bench.releases()) == {"2", "3"}


def test_a_refused_configuration_changes_nothing_and_says_why(bench):
    before, generations = bench.invocations(), bench.generations()
    for message in messages(bench.deploy(Wanted(extra="answr: x"))):
        assert "service.conf: line 3: field answr not found" in message
    assert bench.answers() == {"one"}
    assert bench.invocations() == before
    assert bench.generations() == generations


def test_a_directive_that_systemd_would_ignore_is_refused(bench):
    before = bench.invocations()
    for message in messages(bench.deploy(Wanted(directive="Restrat"))):
        assert "systemd refused the configuration: sightline-example.service:" in message
        assert "Restrat" in message
    assert bench.invocations() == before


def test_a_failing_probe_brings_the_old_one_back_serving(bench):
    for message in messages(bench.deploy(Wanted(answer="two", extra="fail: ready"))):
        assert "503: still missing its friends" in message
        assert "the last good generation is back and ready" in message
    assert bench.answers() == {"one"}
    assert unchanged(bench.deploy())


def test_an_answer_that_is_no_answer_brings_the_old_one_back(bench):
    for message in messages(bench.deploy(Wanted(extra="fail: babble"))):
        assert "SSH-2.0-hello" in message
        assert "the last good generation is back and ready" in message
    assert bench.answers() == {"one"}


def test_another_program_on_the_port_is_not_taken_for_the_service(bare):
    impostor = f"python3 -m http.server --directory /etc/init.d --bind 127.0.0.1 {PORT}"
    bare.on_each(f"touch /etc/init.d/ready; systemd-run --unit=impostor --collect {impostor}")
    try:
        for message in messages(bare.deploy(Wanted(timeout=20))):
            assert "Address already in use" in message
    finally:
        bare.on_each("systemctl stop impostor; rm /etc/init.d/ready")


def test_a_program_that_ends_is_not_waited_for(bench):
    wanted = Wanted(extra="fail: start", environment="A=2", timeout=60)
    for message in messages(bench.deploy(wanted)):
        assert "the disk is on fire" in message
    assert bench.answers() == {"one"}


def test_a_flag_that_the_program_does_not_know_fails_the_run(bench):
    for message in messages(bench.deploy(Wanted(flag="--unknown-flag"))):
        assert "unknown flag --unknown-flag" in message
    assert bench.answers() == {"one"}


def test_a_good_flag_beside_a_refused_configuration_is_not_lost(bench):
    flagged = {"environment": "FLAG=yes"}
    messages(bench.deploy(Wanted(**flagged, extra="answr: x")))
    assert succeeded(bench.deploy(Wanted(**flagged)))
    environment = f"tr '\\0' '\\n' < /proc/$(systemctl show -P MainPID {UNIT})/environ"
    assert all("FLAG=yes" in text for text in bench.on_each(environment).values())


def test_a_first_deployment_that_fails_leaves_nothing_running(bare):
    for message in messages(bare.deploy(Wanted(extra="fail: ready"))):
        assert "nothing to go back to" in message
    assert set(bare.on_each(f"systemctl show -P LoadState {UNIT}").values()) == {"not-found\n"}
    assert set(bare.on_each("ls /etc/sightline").values()) == {""}
    assert succeeded(bare.deploy())


@pytest.mark.parametrize(
    ("verb", "wanted"),
    [
        ("daemon-reload", Wanted(environment="A=2")),
        ("restart", Wanted(environment="A=2")),
        ("restart", Wanted(version="2")),
        ("reload", Wanted(answer="two")),
    ],
    ids=["unit before daemon-reload", "unit", "release", "configuration"],
)
def test_a_run_killed_after_the_swap_is_healed_by_the_next(bench, verb, wanted):
    before = bench.invocations()
    with bench.killed_at(verb):
        assert not succeeded(bench.deploy(wanted))
    healed = bench.deploy(wanted)
    assert all(result["changed"] for result in healed.values()), healed
    assert bench.answers() == {wanted.answer}
    restarted = [now != before[name] for name, now in bench.invocations().items()]
    assert set(restarted) == {verb != "reload"}
    assert unchanged(bench.deploy(wanted))


def test_a_service_that_waits_for_a_dependency_is_left_alone(bench):
    bench.on_each("touch /etc/dependency-is-down")
    before = bench.invocations()
    for message in messages(bench.deploy()):
        assert "the dependency is down" in message
        assert "nothing was changed" in message
    assert bench.invocations() == before


def test_a_stopped_service_is_started(bench):
    bench.on_each(f"systemctl stop {UNIT}")
    assert succeeded(bench.deploy())
    assert bench.answers() == {"one"}


def test_a_file_edited_on_the_host_is_put_right(bench):
    bench.on_each(f"sed -i s/one/hacked/ /etc/sightline/{SERVICE}/current/service.conf")
    results = bench.deploy()
    for result in results.values():
        assert "service.conf was edited on the host" in result["reasons"]
    assert bench.answers() == {"one"}
    assert unchanged(bench.deploy())


def test_files_of_other_environments_stay_until_their_own_run(bench):
    assert succeeded(bench.deploy(Wanted(environments=("dev",))))
    parts = bench.on_each(f"cat /etc/sightline/{SERVICE}/current/parts.d/*")
    assert set(parts.values()) == {"dev\nprod\n"}
    assert unchanged(bench.deploy(Wanted(environments=("prod",))))


def test_a_unit_of_somebody_else_is_not_overwritten(bare):
    foreign = "[Service]\nExecStart=/bin/sleep 1\n"
    for host in bare.hosts.values():
        host.run(f"cat > /etc/systemd/system/{UNIT}", stdin=foreign)
    for message in messages(bare.deploy()):
        assert "was not made by this product" in message
    kept = bare.on_each(f"cat /etc/systemd/system/{UNIT}")
    assert set(kept.values()) == {foreign}


def test_check_mode_on_a_bare_host_says_what_it_cannot_check_and_changes_nothing(bare):
    everything = "find /etc /opt /usr /var/lib | sort | sha256sum"
    before = bare.on_each(everything)
    results = bare.deploy(Wanted(), "--check", "--diff")
    assert all(result["changed"] for result in results.values())
    assert all(result["notes"] for result in results.values())
    assert "not checked" in results["debian-13"]["output"]
    assert bare.on_each(everything) == before


def test_check_mode_tells_what_would_be_done_and_shows_no_secret(bench):
    before, generations = bench.invocations(), bench.generations()
    wanted = Wanted(answer="two", secret="swordfish")
    results = bench.deploy(wanted, "--check", "--diff")
    assert {result["action"] for result in results.values()} == {"reload"}
    assert "+answer: two" in results["debian-13"]["output"]
    assert "password: secret changed" in results["debian-13"]["output"]
    assert "swordfish" not in json.dumps(results)
    assert (bench.invocations(), bench.generations()) == (before, generations)


def test_check_mode_reports_what_the_checker_refuses(bench):
    for message in messages(bench.deploy(Wanted(extra="answr: x"), "--check")):
        assert "field answr not found" in message


def test_secrets_travel_in_no_argument_and_no_log_and_leave_no_copy(bench):
    assert succeeded(bench.deploy(Wanted(secret="swordfish"), "--diff", "-vvv"))
    places = "/home /root /run /tmp /var/tmp /opt"
    copies = bench.on_each(f"grep -rls swordfish {places}", check=False)
    assert set(copies.values()) == {""}
    logged = bench.on_each("journalctl --no-pager | grep -c swordfish", check=False)
    assert set(logged.values()) == {"0\n"}


# ------------------------------------------------------------------------------------- commands


def commands(word: str = "it's") -> dict[str, list[str]]:
    """Return a command that prints, line by line, where its release is and what it was given."""
    return {COMMAND: ["/usr/bin/printf", "%s\\n", "{release}", word]}


def says(bench: Bench) -> set[str]:
    """Return what the command answers an operator who goes through sudo, without the digest."""
    cut = "sed 's|.*/releases/||; s|-[0-9a-f]*$||'"
    said = bench.on_each(f"cd / && sudo {COMMAND} 'two words' | {cut}")
    return set(said.values())


def test_commands_come_and_go_without_a_restart(bench):
    before = bench.invocations()
    results = bench.deploy(commands=commands())
    assert {result["action"] for result in results.values()} == {"none"}, results
    assert says(bench) == {"example/1\nit's\ntwo words\n"}
    assert unchanged(bench.deploy(commands=commands()))
    assert succeeded(bench.deploy(commands=commands("other")))
    assert says(bench) == {"example/1\nother\ntwo words\n"}
    assert succeeded(bench.deploy())
    assert set(bench.on_each("ls -A /usr/local/sbin").values()) == {""}
    assert bench.invocations() == before


def test_a_command_belongs_to_root_and_is_shown_before_it_comes(bench):
    results = bench.deploy(Wanted(), "--check", "--diff", commands=commands())
    assert "+exec /usr/bin/printf" in results["debian-13"]["output"]
    assert set(bench.on_each("ls -A /usr/local/sbin").values()) == {""}
    assert succeeded(bench.deploy(commands=commands()))
    status = bench.on_each(f"stat --dereference --format '%U %G %a' /usr/local/sbin/{COMMAND}")
    assert set(status.values()) == {f"root sightline-{SERVICE} 750\n"}


def test_a_way_back_takes_the_commands_along(bench):
    assert succeeded(bench.deploy(commands=commands()))
    more = {**commands(), "example-more": ["true"]}
    assert succeeded(bench.deploy(Wanted(version="2"), commands=more))
    assert says(bench) == {"example/2\nit's\ntwo words\n"}
    assert succeeded(bench.make("rolled_back"))
    assert says(bench) == {"example/1\nit's\ntwo words\n"}
    assert set(bench.on_each("ls -A /usr/local/sbin").values()) == {f"{COMMAND}\n"}
    assert unchanged(bench.make("rolled_back"))


def test_commands_of_a_deployment_that_fails_go_with_it(bench):
    messages(bench.deploy(Wanted(extra="fail: ready"), commands=commands()))
    assert set(bench.on_each("ls -A /usr/local/sbin").values()) == {""}
    assert unchanged(bench.deploy())


@pytest.mark.parametrize(
    "place",
    ["echo mine > {}", "ln -s nowhere {}", "ln -s /etc/sightline/other/current/commands/x {}"],
    ids=["file", "dangling link", "command of another service"],
)
def test_what_is_not_ours_in_the_place_of_a_command_is_left_alone(bench, place):
    bench.on_each(place.format(f"/usr/local/sbin/{COMMAND}"))
    look = "find /usr/local/sbin -printf '%p %l %s %T@\\n'"
    before, generations = bench.on_each(look), bench.generations()
    for message in messages(bench.deploy(Wanted(answer="two"), commands=commands())):
        assert f"/usr/local/sbin/{COMMAND} exists and does not belong to this service" in message
        assert "\n" not in message
    assert (bench.on_each(look), bench.generations()) == (before, generations)
    assert bench.answers() == {"one"}
    assert succeeded(bench.make("absent"))
    assert bench.on_each(look) == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"Example": ["true"]}, "Example is no plain name for a command"),
        ({COMMAND: []}, f"command {COMMAND} is no list of words"),
        ({COMMAND: "true"}, f"command {COMMAND} is no list of words"),
    ],
    ids=["name", "no word", "no list"],
)
def test_a_command_that_is_none_is_refused(bench, given, said):
    generations = bench.generations()
    for message in messages(bench.deploy(commands=given)):
        assert said in message
    assert bench.generations() == generations


@pytest.mark.parametrize("lost", ["killed between swap and link", "removed by hand"])
def test_a_command_that_is_not_linked_is_linked_by_the_next_run(bench, lost):
    if lost == "removed by hand":
        assert succeeded(bench.deploy(commands=commands()))
    else:  # what the kill just after the links has left, less the link, is what it says
        with bench.killed_at("daemon-reload"):
            assert not succeeded(bench.deploy(commands=commands()))
    before = bench.invocations()
    bench.on_each(f"rm /usr/local/sbin/{COMMAND}")
    results = bench.deploy(commands=commands())
    assert all(result["changed"] for result in results.values()), results
    assert says(bench) == {"example/1\nit's\ntwo words\n"}
    assert bench.invocations() == before
    assert unchanged(bench.deploy(commands=commands()))


# ------------------------------------------------------------------------------------- way back


def test_a_way_back_puts_the_previous_one_in_force_and_leads_no_further(bench):
    assert succeeded(bench.deploy(Wanted(version="2", answer="two")))
    results = bench.make("rolled_back")
    assert all(result["changed"] for result in results.values()), results
    assert bench.answers() == {"one"}
    command = bench.on_each(f"tr '\\0' ' ' < /proc/$(systemctl show -P MainPID {UNIT})/cmdline")
    assert all("/example/1-" in line for line in command.values())
    assert unchanged(bench.make("rolled_back"))


def test_a_way_back_keeps_the_secrets_of_today(bench):
    assert succeeded(bench.deploy(Wanted(answer="two", secret="swordfish")))
    assert succeeded(bench.make("rolled_back"))
    assert bench.answers() == {"one"}
    passwords = bench.on_each(f"cat /etc/sightline/{SERVICE}/current/password")
    assert set(passwords.values()) == {"swordfish\n"}


def test_a_way_back_that_was_killed_leads_where_it_led_before(bench):
    assert succeeded(bench.deploy(Wanted(version="2", answer="two")))
    with bench.killed_at("restart"):
        assert not succeeded(bench.make("rolled_back"))
    assert succeeded(bench.make("rolled_back"))
    assert bench.answers() == {"one"}
    assert unchanged(bench.make("rolled_back"))


def test_a_way_back_from_a_deployment_that_was_killed_leads_to_the_last_good_one(bench):
    with bench.killed_at("restart"):
        assert not succeeded(bench.deploy(Wanted(version="2", answer="two")))
    assert succeeded(bench.make("rolled_back"))
    assert bench.answers() == {"one"}
    assert unchanged(bench.make("rolled_back"))


def test_a_way_back_can_be_looked_at_first(bench):
    assert succeeded(bench.deploy(Wanted(answer="two")))
    results = bench.make("rolled_back", "--check", "--diff")
    assert "+answer: one" in results["debian-13"]["output"]
    assert bench.answers() == {"two"}


def test_without_an_earlier_one_there_is_no_way_back(bench):
    for message in messages(bench.make("rolled_back")):
        assert "there is no earlier good generation on this host" in message
    assert bench.answers() == {"one"}


# -------------------------------------------------------------------------------------- removal


def remains(bench: Bench) -> set[str]:
    """Return what of the service is on the hosts, except data and journal."""
    places = (
        "/etc/sightline /etc/systemd/system /opt/sightline/releases /run/sightline /usr/local/sbin"
    )
    found = bench.on_each(f"find {places} -name '*{SERVICE}*' ! -name '*.lock' 2>/dev/null; true")
    return set(found.values())


def test_what_is_absent_leaves_its_data_and_nothing_else(bench):
    assert succeeded(bench.deploy(commands=commands()))
    bench.on_each(f"touch /var/lib/sightline/{SERVICE}/data")
    assert succeeded(bench.make("absent"))
    assert remains(bench) == {""}
    assert set(bench.on_each(f"systemctl show -P LoadState {UNIT}").values()) == {"not-found\n"}
    bench.on_each(f"test -e /var/lib/sightline/{SERVICE}/data && id sightline-{SERVICE}")
    assert unchanged(bench.make("absent"))
    assert succeeded(bench.deploy())
    bench.on_each(f"test -e /var/lib/sightline/{SERVICE}/data")


def test_a_removal_names_its_service_alone_and_clears_away_what_a_killed_run_has_left(bench):
    left = "/opt/sightline/releases/other/1-abc"
    bench.on_each(f"mkdir --parents {left}")
    results = bench.make("absent")
    assert [result["reasons"] for result in results.values()] == [[f"{SERVICE} is deployed"]] * 2
    bench.on_each(f"! test -e {left} && mkdir --parents {left}")
    assert unchanged(bench.make("absent"))
    bench.on_each(f"! test -e {left}")


def test_purged_data_goes_with_its_user(bench):
    results = bench.make("absent", "--check", purge_data=True)
    assert all(result["changed"] for result in results.values())
    assert bench.answers() == {"one"}
    assert succeeded(bench.make("absent", purge_data=True))
    bench.on_each(f"! test -e /var/lib/sightline/{SERVICE} && ! id sightline-{SERVICE}")
    assert unchanged(bench.make("absent", purge_data=True))


def test_a_removal_that_was_killed_is_finished_by_the_next(bench):
    with bench.killed_at("daemon-reload"):
        assert not succeeded(bench.make("absent"))
    assert succeeded(bench.make("absent"))
    assert remains(bench) == {""}
    assert unchanged(bench.make("absent"))


# --------------------------------------------------------------------------- what replaces what


def renamed(bench: Bench, wanted: Wanted = Wanted(), **options: object) -> dict[str, dict]:
    return bench.deploy(wanted, name="renamed", replaces=[SERVICE], **options)


def test_a_renamed_service_takes_the_place_of_the_old_one(bench):
    assert succeeded(renamed(bench, Wanted(answer="two")))
    assert bench.answers() == {"two"}
    assert set(bench.on_each(f"systemctl show -P LoadState {UNIT}").values()) == {"not-found\n"}
    assert unchanged(renamed(bench, Wanted(answer="two")))


def test_a_renamed_service_that_never_gets_ready_leaves_the_old_one_running(bench):
    for message in messages(renamed(bench, Wanted(extra="fail: ready"))):
        assert f"{UNIT} runs again" in message
    assert bench.answers() == {"one"}
    assert unchanged(bench.deploy())


def test_a_command_keeps_its_name_when_its_service_is_renamed(bench):
    assert succeeded(bench.deploy(commands=commands()))
    messages(renamed(bench, Wanted(extra="fail: ready"), commands=commands("new")))
    assert says(bench) == {"example/1\nit's\ntwo words\n"}
    assert unchanged(bench.deploy(commands=commands()))
    assert succeeded(renamed(bench, commands=commands("new")))
    assert says(bench) == {"example/1\nnew\ntwo words\n"}
    assert unchanged(renamed(bench, commands=commands("new")))


def test_a_rename_that_was_killed_is_finished_by_the_next(bench):
    with bench.killed_at("restart"):
        assert not succeeded(renamed(bench, Wanted(answer="two")))
    assert succeeded(renamed(bench, Wanted(answer="two")))
    assert bench.answers() == {"two"}
    assert set(bench.on_each(f"systemctl show -P LoadState {UNIT}").values()) == {"not-found\n"}
    assert unchanged(renamed(bench, Wanted(answer="two")))


# ---------------------------------------------------------------------------------- who may what


def test_an_older_checkout_changes_nothing_unless_it_is_allowed_to(bench):
    manifest = f"/etc/sightline/{SERVICE}/current/manifest.json"
    bench.on_each(f'sed -i \'s/"committed": [0-9]*/"committed": 4102444800/\' {manifest}')
    before = bench.invocations()
    for message in messages(bench.deploy(Wanted(answer="two"))):
        assert "of 2100-01-01 00:00 UTC, and this checkout is at" in message
        assert "-e allow_older_revision=true" in message
    assert bench.invocations() == before
    assert unchanged(bench.deploy())
    assert succeeded(bench.deploy(Wanted(answer="two"), allow_older_revision=True))
    assert bench.answers() == {"two"}


def test_two_operators_at_once_wait_for_each_other(bench):
    """One holds the lock for longer than the other waits."""
    holding = f"flock --no-fork /run/sightline/{SERVICE}.lock sleep 300"
    bench.on_each(
        f"echo -n anna@laptop > /run/sightline/{SERVICE}.lock;"
        f" systemd-run --unit=anna --collect {holding}"
    )
    try:
        for message in messages(bench.deploy(Wanted(answer="two"))):
            assert "anna@laptop is deploying here" in message
    finally:
        bench.on_each("systemctl stop anna")
    assert bench.answers() == {"one"}
    assert succeeded(bench.deploy(Wanted(answer="two")))


def test_a_site_overrides_a_directive(bench):
    overrides = {"Service": {"Environment": "A=site", "Nice": 5}}
    assert succeeded(bench.deploy(unit_overrides=overrides))
    shown = bench.on_each(f"systemctl show --property=Nice,Environment {UNIT}")
    assert all("Nice=5" in text and "A=site" in text for text in shown.values())


def test_new_workers_prove_a_reload(bench):
    proof = {"workers": True}
    assert succeeded(bench.deploy(reload_proof=proof))
    before = bench.invocations()
    results = bench.deploy(Wanted(answer="two"), reload_proof=proof)
    assert {result["action"] for result in results.values()} == {"reload"}
    assert (bench.answers(), bench.invocations()) == ({"two"}, before)


def test_a_manifest_that_cannot_be_read_costs_a_deployment_and_no_more(bench):
    bench.on_each(f"echo '{{' > /etc/sightline/{SERVICE}/current/manifest.json")
    assert succeeded(bench.deploy())
    assert unchanged(bench.deploy())
