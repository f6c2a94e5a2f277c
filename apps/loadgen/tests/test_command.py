"""The real command, on real sockets."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from toolkit.waiting import wait_for

QUICK = ("--rate", "100", "--duration", "2")


def figures(path):
    """Return the total of the only environment in a result."""
    (environment,) = json.loads(path.read_text())["environments"]
    return environment["total"]


def test_a_run_sends_what_was_asked_for_and_reports_it(serve, loadgen, tmp_path):
    out, page = tmp_path / "out.json", tmp_path / "out.html"
    ended = loadgen("--target", serve().url, *QUICK, "--json", out, "--html", page)
    assert ended.code == 0
    assert "/api/payments" in ended.out
    total = figures(out)
    assert (total["sent"], total["ended"], total["failed"], total["dropped"]) == (200, 200, 0, 0)
    routes = json.loads(out.read_text())["environments"][0]["routes"]
    assert {route: one["sent"] for route, one in routes.items()} == {
        "/health": 80,
        "/api/products": 60,
        "/api/orders": 30,
        "/api/reports": 20,
        "/api/payments": 10,
    }
    assert page.read_text().lower().startswith("<!doctype html>")


def test_several_environments_run_side_by_side(serve, loadgen, tmp_path):
    out = tmp_path / "out.json"
    server = serve()
    ended = loadgen(
        *("--env", f"prod={server.url}", "--env", f"qa={server.url}", "--duration", "2"),
        *("--json", out, "--fail-if", "prod:errors>0", "qa/orders:p99>10s"),
    )
    assert ended.code == 0
    environments = json.loads(out.read_text())["environments"]
    assert {one["name"]: one["total"]["sent"] for one in environments} == {"prod": 100, "qa": 20}


def test_runs_side_by_side_are_reported_together(serve, loadgen, tmp_path):
    parts, both = [tmp_path / "1.json", tmp_path / "2.json"], tmp_path / "both.json"
    server = serve()
    for seed, part in enumerate(parts):
        loadgen("--target", server.url, *QUICK, "--seed", str(seed), "--json", part)
    ended = loadgen("--merge", *parts, "--json", both)
    assert ended.code == 0
    assert figures(both)["sent"] == 400


def test_what_cannot_be_merged_is_refused_in_one_line(loadgen, tmp_path):
    (tmp_path / "other.json").write_text("[]")
    (tmp_path / "torn.json").write_text("{")
    for file, said in {
        "other.json": "is no result of the load generator",
        "torn.json": "is no JSON",
        "none.json": "cannot be read: No such file or directory",
    }.items():
        ended = loadgen("--merge", tmp_path / file)
        assert ended.code == 2
        assert said in ended.err
        assert len(ended.err.splitlines()) <= 2


def test_a_missed_threshold_is_exit_code_1(serve, loadgen):
    ended = loadgen("--target", serve().url, *QUICK, "--fail-if", "errors>1%", "p50<10s")
    assert ended.code == 1
    assert "p50<10s" in ended.out


def test_a_server_that_stops_for_two_seconds_shows_as_arithmetic_says(serve, start, tmp_path):
    out = tmp_path / "out.json"
    server = serve()
    command = start("--target", server.url, "--rate", "50", "--duration", "10", "--json", out)
    assert command.process.stderr.readline().startswith("t=5s")
    server.process.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    time.sleep(2)  # this is the fault, not a wait
    server.process.send_signal(signal.SIGCONT)
    assert command.end().code == 0
    # On a busy machine it goes on later than it is told to.
    seconds = next(at for at in server.arrivals() if at > stopped + 1) - stopped
    total = figures(out)
    assert (total["sent"], total["ended"], total["dropped"], total["failed"]) == (500, 500, 0, 0)

    def truth(share):
        """Of what was due every 20 ms, the nth from the end waits n gaps less than all."""
        return 1000 * (seconds - (500 - math.ceil(500 * share) + 0.5) / 50)

    assert total["latency_ms"]["p99"] == pytest.approx(truth(0.99), rel=0.05)
    assert total["latency_ms"]["p95"] == pytest.approx(truth(0.95), rel=0.05)
    assert total["service_ms"]["p99"] == pytest.approx(truth(0.99), rel=0.05)


def test_a_target_that_is_down_is_exit_code_3_and_one_line(serve, loadgen):
    server = serve()
    server.kill()
    ended = loadgen("--target", server.url, *QUICK)
    assert ended.code == 3
    assert ended.err.splitlines() == [
        f"error: prod: {server.url} refuses connections: nothing listens there",
        "  → start it, or correct the address",
    ]
    assert not ended.out


def test_one_of_several_targets_that_is_down_keeps_all_from_being_loaded(serve, loadgen):
    up, down = serve(), serve()
    down.kill()
    ended = loadgen("--env", f"prod={up.url}", "--env", f"qa={down.url}", *QUICK)
    assert ended.code == 3
    assert "qa: " in ended.err
    assert "prod: " not in ended.err
    assert not ended.out


def test_a_target_that_dies_half_way_is_counted_and_exit_code_3(serve, start, tmp_path):
    out = tmp_path / "out.json"
    server = serve()
    command = start("--target", server.url, "--rate", "50", "--duration", "8", "--json", out)
    assert command.process.stderr.readline().startswith("t=5s")
    server.kill()
    ended = command.end()
    assert ended.code == 3
    assert "prod did not answer any more at the end" in ended.err
    total = figures(out)
    assert total["sent"] == total["ended"] == 400
    assert set(total["errors"]) <= {"refused", "reset"}
    assert 100 < total["errors"]["refused"] < 160


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [
        ("garbage", {"garbage"}),
        ("close", {"reset"}),
        ("torn", {"incomplete"}),
        ("mute", {"timeout"}),
        ("loris", {"timeout"}),
        ("broken", {"status 500"}),
    ],
)
def test_answers_that_are_none_are_counted_by_kind(serve, loadgen, tmp_path, mode, kinds):
    out = tmp_path / "out.json"
    ended = loadgen("--target", serve(mode).url, *QUICK, "--timeout", "1", "--json", out)
    total = figures(out)
    assert (total["sent"], total["ended"], total["failed"]) == (200, 200, 120)
    assert set(total["errors"]) == kinds
    assert ended.code == 0  # health checks are answered to the end, and nobody set a threshold


def test_errors_count_for_thresholds(serve, loadgen):
    ended = loadgen("--target", serve("broken").url, *QUICK, "--fail-if", "errors>50%")
    assert ended.code == 1


def test_a_timeout_counts_from_when_the_request_was_begun(serve, loadgen, tmp_path):
    out = tmp_path / "out.json"
    loadgen("--target", serve("mute").url, *QUICK, "--timeout", "700ms", "--json", out)
    assert 690 <= figures(out)["service_ms"]["p95"] <= 1000


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody signed but itself, with its key."""
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(path), "-out", str(path.with_suffix(".crt"))),
        ],
        check=True,
        capture_output=True,
    )
    with path.open("a") as both:
        both.write(path.with_suffix(".crt").read_text())
    return path


def test_a_certificate_that_nobody_signed_is_refused(serve, loadgen, certificate):
    ended = loadgen("--target", serve("fast", certificate).url, *QUICK)
    assert ended.code == 3
    assert "a certificate that is not trusted: self-signed certificate" in ended.err
    assert "--ca FILE" in ended.err


def test_a_certificate_whose_authority_is_named_is_trusted(serve, loadgen, certificate, tmp_path):
    out = tmp_path / "out.json"
    ca = certificate.with_suffix(".crt")
    ended = loadgen("--target", serve("fast", certificate).url, *QUICK, "--ca", ca, "--json", out)
    assert ended.code == 0
    assert figures(out)["failed"] == 0


def test_https_to_a_target_without_tls_is_exit_code_3(serve, loadgen):
    ended = loadgen("--target", serve().url.replace("http:", "https:"), *QUICK)
    assert ended.code == 3
    assert "TLS" in ended.err


def test_a_file_that_is_no_certificate_is_refused(serve, loadgen, tmp_path):
    (tmp_path / "ca.pem").write_text("nothing of the kind")
    ended = loadgen("--target", serve().url, *QUICK, "--ca", tmp_path / "ca.pem")
    assert ended.code == 2
    assert "ca.pem" in ended.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_reports_and_is_exit_code_130(serve, start, tmp_path, number):
    out = tmp_path / "out.json"
    command = start("--target", serve().url, "--duration", "forever", "--json", out)
    assert command.process.stderr.readline().startswith("t=5s")
    command.process.send_signal(number)
    ended = command.end(within=10)
    assert ended.code == 130
    assert "/api/products" in ended.out
    document = json.loads(out.read_text())
    assert document["interrupted"]
    assert document["environments"][0]["total"]["sent"] >= 250


def test_a_run_that_is_stopped_does_not_wait_for_answers_that_never_come(serve, start):
    command = start("--target", serve("mute").url, "--duration", "forever", "--timeout", "1h")
    assert command.process.stderr.readline().startswith("t=5s")
    command.process.send_signal(signal.SIGINT)
    assert command.end(within=10).code == 130


def test_an_interrupt_before_the_first_request_is_exit_code_130(start):
    # Nobody accepts this connection, so the health check waits.
    with socket.create_server(("127.0.0.1", 0), backlog=1) as deaf:
        command = start("--target", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        deaf.settimeout(30)
        connection, _ = deaf.accept()
        command.process.send_signal(signal.SIGINT)
        ended = command.end(within=10)
        connection.close()
    assert ended.code == 130
    assert not ended.out


def test_nobody_who_reads_the_output_is_no_traceback(serve, start):
    command = start("--target", serve().url, "--rate", "10", "--duration", "1")
    command.process.stdout.close()
    told = command.process.stderr.read()
    assert command.process.wait(30) == 141
    assert "Traceback" not in told


def test_public_targets_are_refused(loadgen):
    ended = loadgen("--target", "http://8.8.8.8", *QUICK)
    assert ended.code == 2
    assert "8.8.8.8, which is not a private address" in ended.err
    assert "--i-own-this-target" in ended.err


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        ((), "say where to by one of"),
        (("--targt", "http://localhost"), "no option --targt; did you mean '--target'?"),
        (("--target", "http://localhost", "--rate=5x"), "--rate: expected requests a second"),
        (("--target", "http://localhost", "--env", "a=http://localhost"), "say where to by one"),
        (("--env", "a=http://localhost", "--env", "a=http://localhost"), "a: named twice"),
        (("--env", "a=http://localhost", "--environment", "b"), "--environment: it names"),
        (("--target", "http://localhost", "--fail-if", "p95>fast"), "p95>fast"),
        (("--target", "http://localhost", "--json", "/nowhere/x.json"), "--json: /nowhere/x.json"),
        (
            ("--target", "http://localhost", "--ca", "/nowhere/ca"),
            "--ca: /nowhere/ca: No such file",
        ),
        (("--target", "http://localhost", "more"), "'more' belongs to no option"),
        (("--targets", "/nowhere/targets.yml"), "No such file"),
        (("--target",), "expected one argument"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_commands_without_a_meaning_are_refused(loadgen, argv, complaint):
    ended = loadgen(*argv)
    assert ended.code == 2
    assert complaint in ended.err
    assert not ended.out


def test_the_help_names_every_exit_code_and_profile(loadgen):
    ended = loadgen("--help")
    assert ended.code == 0
    for word in (
        "  0    ",
        "  1    ",
        "  2    ",
        "  3    ",
        "  130  ",
        "  prod ",
        "  dev ",
        "  qa ",
    ):
        assert word in ended.out
    assert max(map(len, ended.out.splitlines())) <= 100


def test_the_checkout_has_the_command_too():
    shim = Path(__file__).parents[1] / "generate_load.py"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    told = subprocess.check_output([shim, "--version"], text=True, env=environment)
    assert told.startswith("loadgen ")


def test_a_result_replaces_the_file_as_a_whole(serve, start, tmp_path):
    out = tmp_path / "out.json"
    out.write_text("{}")
    command = start("--target", serve().url, "--duration", "1", "--json", out)
    seen = wait_for(
        lambda: json.loads(out.read_text()),
        lambda it: it != {},
        within=30,
        every=0.01,
        what="result",
    )
    assert seen["format"] == 1
    assert command.end().code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
