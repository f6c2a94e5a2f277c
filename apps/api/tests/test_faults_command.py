"""The command as people type it, against processes that go by the faults as workers do."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from shopapi.faults_command import main
from shopapi.worker_reports import living_workers
from toolkit.waiting import wait_for

SOURCES = Path(__file__).parents[1] / "src"
NOBODY = 65534
OWNER = os.geteuid() or NOBODY
"""Whose the runtime directory is. Only root can make it somebody else's."""

# Both become that user after the start, because it may not reach the interpreter's files.
WORKER = """
import os, sys
from pathlib import Path
from shopapi.faults import FaultBoard
from shopapi.routes import ROUTES
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
os.umask(0o077)
board = FaultBoard(Path(sys.argv[1]), (), ROUTES, slot=int(sys.argv[2]), on_error=str)
print("ready", flush=True)
for route in map(str.strip, sys.stdin):
    print(board.latency(route), board.error(route), flush=True)
"""
AS_NOBODY = """
import locale, os, sys
from shopapi.faults_command import main
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
sys.exit(main())
"""


def python(*words, **options):
    env = {"PYTHONPATH": str(SOURCES), "PATH": os.environ["PATH"], "TZ": "Asia/Tokyo"}
    return subprocess.Popen([sys.executable, *map(str, words)], env=env, text=True, **options)


class Worker:
    def __init__(self, directory, slot):
        self._process = python(
            "-c", WORKER, directory, slot,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def wait_until_ready(self):
        assert self._process.stdout.readline() == "ready\n"
        return self

    def ask(self, route):
        self._process.stdin.write(f"{route}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def signal(self, number):
        self._process.send_signal(number)

    def kill(self):
        with self._process:
            self._process.kill()


@pytest.fixture
def runtime():
    """A runtime directory as systemd makes it; pytest's own are closed to other users."""
    directory = Path(tempfile.mkdtemp(prefix="api-faults-"))
    directory.chmod(0o750)
    os.chown(directory, OWNER, NOBODY if OWNER == NOBODY else -1)
    yield directory
    directory.chmod(0o750)
    shutil.rmtree(directory)


@pytest.fixture
def start(runtime):
    with contextlib.ExitStack() as stack:

        def start(*slots):
            workers = [Worker(runtime, slot) for slot in slots]
            for worker in workers:
                stack.callback(worker.kill)
            return [worker.wait_until_ready() for worker in workers]

        yield start


@pytest.fixture
def workers(start):
    return start(0, 1)


@pytest.fixture
def command(runtime):
    def run(*words, stdin="", program=("-m", "shopapi.faults_command"), directory=runtime):
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        with python(*program, "--directory", directory, *words, **pipes) as process:
            out, err = process.communicate(stdin, timeout=15)
        assert "Traceback" not in err
        return process.returncode, out, err

    return run


def done(answer):
    code, out, err = answer
    assert (code, err) == (0, "")
    return out


def at(seconds):
    return datetime.now(UTC) + timedelta(seconds=seconds)


def faults_json(*described):
    return json.dumps({"faults": described})


def test_set_is_in_force_in_all_workers_when_it_returns(command, workers, runtime):
    line = done(
        command(
            "set", "--for", "90s", "latency", "800", "--jitter", "100", "--route", "/api/products",
            "--fraction", "0.5", "--seed", "7",
        )
    )  # fmt: skip

    found = re.fullmatch(
        r"latency 800 ms ±100 ms for 0\.5 of the requests on /api/products until (\S+) UTC, "
        r"seen by 2 workers in 0\.\d s\n",
        line,
    )
    assert found[1] in {f"{at(85 + late):%H:%M:%S}" for late in range(7)}
    for worker in workers:
        answers = [worker.ask("/api/products") for _ in range(20)]
        assert "0.0 None" in answers
        assert any(0.7 <= float(answer.split()[0]) <= 0.9 for answer in answers)
        assert worker.ask("/api/search") == "0.0 None"
    status = (runtime / "faults.json").stat()
    assert (status.st_mode & 0o777, status.st_uid) == (0o640, OWNER)
    assert {path.stat().st_uid for path in runtime.iterdir()} == {OWNER}
    assert {path.name for path in runtime.iterdir()} == {"faults.json", "worker-0", "worker-1"}


def test_every_kind_can_be_set_and_replaces_what_was_set(command, start):
    (worker,) = start(0)
    for words, answer, line in (
        (["latency", "250"], "0.25 None", "latency 250 ms on all of /api/"),
        (["error", "503", "--route", "/health", "--route", "/api/orders"], "0.0 503",
         "error 503 on /health, /api/orders"),
        (["dependency-down", "gateway", "--for", "1800"], "0.0 None",
         "dependency-down gateway on all of /api/"),
        (["cache-bypass"], "0.0 None", "cache-bypass on all of /api/"),
    ):  # fmt: skip
        out = done(command("set", *words))

        assert re.fullmatch(re.escape(line) + r" until \S+ UTC, seen by 1 worker in 0\.\d s\n", out)
        assert worker.ask("/api/orders") == answer


def test_a_file_sets_several_and_for_is_the_time_of_those_that_have_none(command, workers):
    ends = at(20)
    given = faults_json(
        {"kind": "latency", "milliseconds": 50},
        {"kind": "error", "status": 500, "routes": ["/api/orders"],
         "expires_at": ends.astimezone(timezone(timedelta(hours=2))).isoformat()},
    )  # fmt: skip

    lines = done(command("set", "--file", "-", "--for", "10m", stdin=given)).splitlines()

    assert [line.split(" until ")[0] for line in lines[:2]] == [
        "latency 50 ms on all of /api/", "error 500 on /api/orders",
    ]  # fmt: skip
    assert lines[1].endswith(f" until {ends:%H:%M:%S} UTC")
    assert re.fullmatch(r"2 faults, seen by 2 workers in 0\.\d s", lines[2])
    assert [worker.ask("/api/orders") for worker in workers] == ["0.05 500"] * 2
    table = done(command("status")).splitlines()
    assert [re.sub("[0-9]+ s$", "N s", line) for line in table] == [
        "kind     what   routes        fraction  ends in",
        "latency  50 ms  all of /api/  1         9 min N s",
        "error    500    /api/orders   1         N s",
        "seen by workers 0, 1",
    ]


def test_clear_ends_everything_and_may_be_repeated(command, workers, runtime):
    done(command("set", "error", "500"))

    for _ in range(2):
        out = done(command("clear"))
        assert re.fullmatch(
            r"no faults but those of the settings, seen by 2 workers in 0\.\d s\n", out
        )
    assert [worker.ask("/api/orders") for worker in workers] == ["0.0 None"] * 2
    assert done(command("status")) == (
        "no faults but those of the settings\nseen by workers 0, 1\n"
    )
    assert not (runtime / "faults.json").exists()


def test_status_can_be_read_by_programs(command, start):
    start(4)
    done(command("set", "error", "503", "--seed", "9"))

    status = json.loads(done(command("status", "--json")))

    ends = datetime.fromisoformat(status["faults"][0].pop("expires_at"))
    assert timedelta(minutes=4) < ends - datetime.now(UTC) <= timedelta(minutes=5)
    assert status["faults"] == [{"kind": "error", "status": 503, "seed": 9}]
    assert status["workers"] == {"4": status["version"]}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (faults_json({"kind": "latency", "milliseconds": "800"}),
         "Expected `float`, got `str` - at `$.faults[0].milliseconds`"),
        (" " * 10_000_000, "more than 64 KiB"),
        ("[" * 60_000, "Expected `object`, got `array`"),
        ("", "Input data was truncated"),
        (faults_json({"kind": "cache_bypass", "expires_at": "2020-01-01T00:00:00Z"}),
         "in the past - at `$.faults[0].expires_at`"),
    ],
    ids=["wrong type", "10 MB", "nested", "empty", "past"],
)  # fmt: skip
def test_what_is_wrong_in_a_file_costs_one_line(tmp_path, capsys, given, reason):
    (tmp_path / "given.json").write_text(given)

    assert main(["set", "--file", str(tmp_path / "given.json")]) == 1
    assert capsys.readouterr() == ("", f"error: the faults are not valid: {reason}\n")


@pytest.mark.parametrize(
    ("file", "reason"),
    [("/nowhere/a.json", "No such file or directory"), ("/", "Is a directory")],
)
def test_a_file_that_cannot_be_read_is_named(capsys, file, reason):
    assert main(["set", "--file", file]) == 1
    assert capsys.readouterr() == ("", f"error: {file}: {reason}\n")


def test_ten_megabytes_from_stdin_are_refused_and_nothing_changes(command, runtime):
    code, out, err = command("set", "--file", "-", stdin=" " * 10_000_000)

    assert (code, out) == (1, "")
    assert err == "error: the faults are not valid: more than 64 KiB\n"
    assert list(runtime.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["latency", "0"], "'0': expected milliseconds above 0 and up to 30000"),
        (["latency", "nan"], "'nan': expected milliseconds above 0 and up to 30000"),
        (["latency", "5", "--jitter", "6"], "jitter must not be larger than the latency itself"),
        (["latency", "5", "--fraction", "1.5"], "'1.5': expected a share above 0 and up to 1"),
        (["latency", "5", "--for", "31m"], "'31m': expected a time such as 30s or 5m, at most 30m"),
        (["latency", "5", "--for", "0"], "'0': expected a time such as 30s or 5m, at most 30m"),
        (["latency", "5", "--route", "/api/moon"], "invalid choice: '/api/moon'"),
        (["error", "404"], "invalid choice: 404"),
        (["dependency-down", "moon"], "invalid choice: 'moon'"),
        ([], "expected either KIND or --file FILE"),
        (["--file", "-", "cache-bypass"], "expected either KIND or --file FILE"),
    ],
    ids=" ".join,
)
def test_what_is_wrong_on_the_command_line_is_a_matter_of_usage(capsys, words, reason):
    with pytest.raises(SystemExit) as ended:
        main(["set", *words])

    assert ended.value.code == 2
    first, *more = capsys.readouterr().err.splitlines()
    assert first.startswith("error: ")
    assert reason in first
    assert len(more) == 1


@pytest.mark.parametrize("words", [["set", "cache-bypass"], ["clear"], ["status"]], ids=" ".join)
def test_an_api_that_does_not_run_is_said_and_nothing_is_written(command, start, runtime, words):
    code, out, err = command(*words, directory=runtime / "gone")
    assert (code, out) == (1, "")
    assert err == (
        f"error: the API does not run: there is no directory {runtime / 'gone'}\n"
        "  → systemctl status sightline-api\n"
    )

    (killed,) = start(0)
    killed.kill()
    code, out, err = command(*words)
    assert (code, out) == (1, "")
    assert err.startswith(f"error: the API does not run: no worker lives in {runtime}\n")
    assert not (runtime / "faults.json").exists()


def test_somebody_without_permission_is_told_to_use_sudo(command, runtime):
    runtime.chmod(0)
    words = ("set", "error", "500", "--route", "/api/orders/{order_id}")

    code, out, err = command(*words, program=("-c", AS_NOBODY))

    assert (code, out) == (1, "")
    assert err == (
        f"error: {runtime}: Permission denied\n"
        f"  → sudo api-faults --directory {runtime} "
        "set error 500 --route '/api/orders/{order_id}'\n"
    )


@pytest.mark.usefixtures("workers")
def test_the_owner_of_the_directory_needs_no_root(command):
    out = done(command("set", "error", "500", program=("-c", AS_NOBODY)))

    assert "seen by 2 workers" in out


def test_a_link_in_the_directory_does_not_lead_out_of_it(command, workers, runtime, tmp_path):
    (tmp_path / "treasure").write_text("gold")
    (runtime / "faults.json").symlink_to(tmp_path / "treasure")
    wait_for(
        lambda: set(living_workers(runtime).values()) == {"refused"}, within=1, what="refusal",
    )  # fmt: skip

    code, out, err = command("status")
    assert (code, out) == (1, "")
    assert err == (
        "error: faults.json is not valid: not a regular file\n"
        "  → no faults are in force; remove the file: sudo api-faults clear\n"
    )
    done(command("set", "error", "500"))

    assert (tmp_path / "treasure").read_text() == "gold"
    assert [worker.ask("/api/orders") for worker in workers] == ["0.0 500"] * 2


def test_a_file_that_the_workers_may_not_read_means_no_faults(command, workers, runtime):
    done(command("set", "error", "500"))

    (runtime / "faults.json").chmod(0)

    wait_for(lambda: workers[0].ask("/api/orders"), "0.0 None".__eq__, within=1, what="no faults")
    assert living_workers(runtime)[0] == "refused"


def test_the_dead_are_not_waited_for_and_their_slots_are_taken_again(command, start):
    killed, living = start(0, 1)
    killed.kill()

    assert "seen by 1 worker " in done(command("set", "error", "500"))

    (reborn,) = start(0)
    assert "seen by 2 workers " in done(command("set", "error", "503"))
    assert [worker.ask("/api/orders") for worker in (reborn, living)] == ["0.0 503"] * 2


def test_a_worker_that_hangs_is_named_when_the_time_is_over(command, workers):
    workers[1].signal(signal.SIGSTOP)
    impatient = "import sys; from shopapi import faults_command as it; it.WAIT_SECONDS = 1; "

    began = time.monotonic()
    code, out, err = command(
        "set", "error", "500", program=("-c", impatient + "sys.exit(it.main())")
    )

    assert (code, out) == (1, "")
    assert err == (
        "error: the file is written, but not seen by worker 1 within 1 s\n"
        "  → api-faults status; journalctl --unit sightline-api\n"
    )
    assert 1 <= time.monotonic() - began < 4
    assert done(command("status")).endswith("\nseen by worker 0, not yet by worker 1\n")


def test_an_interrupted_wait_ends_at_once(runtime, workers):
    workers[1].signal(signal.SIGSTOP)
    words = ("-m", "shopapi.faults_command", "--directory", runtime, "set", "error", "500")
    with python(*words, stderr=subprocess.PIPE) as process:
        wait_for((runtime / "faults.json").exists, within=5, what="the file", every=0.01)

        process.send_signal(signal.SIGINT)

        assert process.communicate(timeout=2)[1] == (
            "interrupted; what is in force says: api-faults status\n"
        )
    assert process.returncode == 130
    assert {path.name for path in runtime.iterdir()} == {"faults.json", "worker-0", "worker-1"}


@pytest.mark.usefixtures("workers")
def test_nobody_reading_is_no_error_to_speak_of(runtime):
    words = ("-m", "shopapi.faults_command", "--directory", runtime, "status")
    read, write = os.pipe()
    os.close(read)
    with python(*words, stdout=write, stderr=subprocess.PIPE) as process:
        os.close(write)
        assert process.communicate(timeout=5)[1] == ""
    assert process.returncode == 1
