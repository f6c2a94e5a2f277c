from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import threading
import time
import timeit
from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shopapi import faults
from shopapi.faults import (
    CacheBypass,
    DependencyDown,
    Error,
    FaultBoard,
    FaultFileError,
    Latency,
    parse,
)
from shopapi.routes import ROUTES
from shopapi.worker_reports import living_workers
from toolkit.waiting import wait_for

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATENCY = {"kind": "latency", "milliseconds": 800, "expires_at": "2026-11-22T12:05:00Z"}
ERROR = {"kind": "error", "status": 503, "expires_at": "2026-11-22T14:05:00+02:00"}
INITIAL = Error(status=500)


def content(*described):
    return json.dumps({"faults": described}).encode()


def soon(seconds=60):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def test_every_kind_of_fault_is_read():
    down = {"kind": "dependency_down", "dependency": "fraud", "fraction": 0.5, "seed": 7}
    bypass = {"kind": "cache_bypass", "routes": ["/api/search", "/health"]}
    until = {"expires_at": "2026-11-22T12:30:00Z"}

    read = parse(content(LATENCY, ERROR, down | until, bypass | until), ROUTES, NOW)

    last = NOW + timedelta(minutes=30)
    assert read == (
        Latency(milliseconds=800, expires_at=NOW + timedelta(minutes=5)),
        Error(status=503, expires_at=NOW + timedelta(minutes=5)),
        DependencyDown(dependency="fraud", fraction=0.5, seed=7, expires_at=last),
        CacheBypass(routes=("/api/search", "/health"), expires_at=last),
    )
    assert [fault.kind for fault in read] == list(get_args(faults.Kind))


def test_an_empty_list_is_a_valid_file():
    assert parse(content(), ROUTES, NOW) == ()


@pytest.mark.parametrize(
    ("described", "reason"),
    [
        (LATENCY | {"milliseconds": "800"}, "not_valid"),
        (LATENCY | {"milliseconds": 0}, "not_valid"),
        (LATENCY | {"milliseconds": 30_001}, "not_valid"),
        (LATENCY | {"jitter_milliseconds": 801}, "not_valid"),
        (LATENCY | {"jitter_milliseconds": -1}, "not_valid"),
        (LATENCY | {"milliseconds": 20_000, "jitter_milliseconds": 10_001}, "not_valid"),
        (LATENCY | {"milisecond": 1}, "not_valid"),
        (LATENCY | {"kind": "cpu"}, "not_valid"),
        (LATENCY | {"fraction": 0}, "not_valid"),
        (LATENCY | {"fraction": 1.01}, "not_valid"),
        (LATENCY | {"routes": "/api/products"}, "not_valid"),
        (LATENCY | {"seed": 0.5}, "not_valid"),
        (LATENCY | {"expires_at": "2026-11-22T12:05:00"}, "not_valid"),
        (LATENCY | {"routes": ["/api/products", "/api/nothing"]}, "unknown_route"),
        (LATENCY | {"expires_at": None}, "expiry"),
        (LATENCY | {"expires_at": "2026-11-22T12:00:00Z"}, "expiry"),
        (LATENCY | {"expires_at": "2026-11-22T12:30:01Z"}, "expiry"),
        (LATENCY | {"expires_at": "9999-12-31T23:59:59-14:00"}, "expiry"),
        (LATENCY | {"expires_at": "0001-01-01T00:00:00+14:00"}, "expiry"),
        (ERROR | {"status": 404}, "not_valid"),
        (ERROR | {"milliseconds": 5}, "not_valid"),
        ({"kind": "dependency_down", "dependency": "moon"}, "not_valid"),
        ({"kind": "cache_bypass"}, "expiry"),
    ],
    ids=str,
)
def test_a_wrong_fault_is_refused(described, reason):
    with pytest.raises(FaultFileError) as refused:
        parse(content(ERROR, described), ROUTES, NOW)

    assert refused.value.reason == reason
    assert "`$.faults[1]" in str(refused.value)


def test_at_most_32_faults_and_64_kib_are_read():
    assert len(parse(content(*[ERROR] * 32), ROUTES, NOW)) == 32
    with pytest.raises(FaultFileError, match="length <= 32"):
        parse(content(*[ERROR] * 33), ROUTES, NOW)
    parse(content(ERROR).ljust(64 * 1024), ROUTES, NOW)
    with pytest.raises(FaultFileError, match="more than 64 KiB"):
        parse(content(ERROR).ljust(64 * 1024 + 1), ROUTES, NOW)


def check_that_it_is_parsed_or_refused(data):
    try:
        parse(data, ROUTES, NOW)
    except FaultFileError as refused:
        error = refused
    else:
        return
    assert error.reason in get_args(faults.Reason)
    assert str(error).isprintable()
    assert 0 < len(str(error)) <= 300


@given(st.binary())
@example(b'{"faults":[{"a":' + b"[" * 60_000)
@example(b'{"faults":[{"kind":"error\xff"}]}')
@example(b'{"faults":[{"kind":"\\u001b[2J\\n"}]}')
def test_any_bytes_are_faults_or_one_line(data):
    check_that_it_is_parsed_or_refused(data)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(str),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
FIELDS = sorted(set(LATENCY) | set(ERROR) | {"dependency", "jitter_milliseconds", "routes", "seed"})


@given(
    st.sampled_from([LATENCY, ERROR]),
    st.dictionaries(st.sampled_from(FIELDS), ANY_JSON, min_size=1, max_size=2),
    st.integers(0, 300),
    st.booleans(),
)
def test_a_fault_with_any_other_values_is_a_fault_or_one_line(described, changes, cut, whole):
    data = content(described | changes)

    check_that_it_is_parsed_or_refused(data if whole else data[:cut])


@given(
    st.floats(0.001, 15_000), st.floats(0, 1), st.floats(0, 1, exclude_min=True),
    st.lists(st.sampled_from(ROUTES)), st.integers(1, 1800),
)  # fmt: skip
def test_what_is_within_the_bounds_is_read_back_as_it_was(ms, jitter, fraction, routes, seconds):
    fault = Latency(
        milliseconds=ms, jitter_milliseconds=ms * jitter, fraction=fraction,
        routes=tuple(routes), expires_at=NOW + timedelta(seconds=seconds),
    )  # fmt: skip

    written = msgspec.json.encode(faults.FaultFile((fault,)))

    assert parse(written, ROUTES, NOW) == (fault,)


# The board: real files, real threads.


@pytest.fixture
def boards(tmp_path):
    """Make boards that watch `tmp_path`; their errors are listed in `boards.errors`."""
    with contextlib.ExitStack() as stack:

        def make(*initial, slot=0, directory=tmp_path, on_error=None):
            board = FaultBoard(
                directory, initial, ROUTES, slot=slot, on_error=on_error or make.errors.append
            )
            stack.callback(board.close)
            return board

        make.errors = []
        yield make


@pytest.fixture
def file(tmp_path):
    return tmp_path / "faults.json"


def replace(file, *described):
    temporary = file.with_suffix(".new")
    temporary.write_bytes(content(*described))
    temporary.replace(file)


def wait_until(look, *, within=1.0):
    return wait_for(look, within=within, what="the board has seen the file", every=0.002)


def test_every_change_is_seen_by_every_worker_within_half_a_second(boards, file):
    first, second = boards(slot=0), boards(slot=1)
    took = []
    for milliseconds in (100, 200, 300):
        began = time.monotonic()
        replace(file, LATENCY | {"milliseconds": milliseconds, "expires_at": soon()})
        wanted = milliseconds / 1000
        wait_until(
            lambda w=wanted: first.latency("/api/orders") == w == second.latency("/api/search")
        )
        took.append(time.monotonic() - began)

    assert max(took) < 0.5
    assert len(set(living_workers(file.parent).values())) == 1


def test_a_file_that_is_there_already_counts_from_the_first_request(boards, file):
    replace(file, ERROR | {"expires_at": soon()})

    assert boards().error("/api/orders") == 503


def test_a_file_replaces_the_initial_faults_until_it_goes(boards, file):
    board = boards(INITIAL)
    assert board.error("/api/orders") == 500

    replace(file, LATENCY | {"expires_at": soon()})
    wait_until(lambda: board.latency("/api/orders") == 0.8)
    assert board.error("/api/orders") is None

    file.unlink()
    wait_until(lambda: board.error("/api/orders") == 500)
    assert board.latency("/api/orders") == 0
    assert boards.errors == []


def test_an_empty_list_switches_the_initial_faults_off(boards, file):
    board = boards(INITIAL)

    replace(file)

    wait_until(lambda: board.error("/api/orders") is None)
    assert boards.errors == []


def test_faults_end_one_by_one_at_their_time_and_the_initial_ones_come_back(boards, file):
    replace(file, LATENCY | {"expires_at": soon(0.4)}, ERROR | {"expires_at": soon(0.9)})
    board = boards(INITIAL)
    assert (board.latency("/api/orders"), board.error("/api/orders")) == (0.8, 503)

    wait_until(lambda: board.latency("/api/orders") == 0)
    assert board.error("/api/orders") == 503
    wait_until(lambda: board.error("/api/orders") == 500)
    assert boards.errors == []


def test_a_worker_that_starts_after_the_end_of_all_faults_complains_of_nothing(boards, file):
    file.write_bytes(content(ERROR | {"expires_at": soon(-60)}))
    os.utime(file, (0, time.time() - 120))

    board = boards(INITIAL)

    assert board.error("/api/orders") == 500
    assert boards.errors == []


@pytest.mark.parametrize("nanoseconds", [-(2**62), 2**62], ids=["1823", "2116"])
def test_a_wrong_date_of_the_file_neither_hides_nor_prolongs_a_fault(boards, file, nanoseconds):
    file.write_bytes(content(ERROR | {"expires_at": soon(60)}))
    os.utime(file, ns=(0, nanoseconds))
    assert boards(slot=0).error("/api/orders") == 503

    file.write_bytes(content(ERROR | {"expires_at": soon(1801)}))
    os.utime(file, ns=(0, nanoseconds))
    assert boards(slot=1).error("/api/orders") is None


def garbage(file):
    file.write_bytes(b"\x00\xff{" * 1000)


def ten_megabytes(file):
    file.write_bytes(content(ERROR | {"expires_at": soon()}).ljust(10_000_000))


def past(file):
    replace(file, ERROR | {"expires_at": soon(-1)})


def unknown_route(file):
    replace(file, ERROR | {"expires_at": soon(), "routes": ["/api/moon"]})


def wrong_type(file):
    replace(file, ERROR | {"expires_at": soon(), "status": "503"})


def a_socket(file):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(file))


def link_to_a_good_file(file):
    good = file.with_name("good.json")
    good.write_bytes(content(ERROR | {"expires_at": soon()}))
    file.symlink_to(good)


@pytest.mark.parametrize(
    ("put", "reason"),
    [
        (garbage, "not_json"),
        (ten_megabytes, "too_large"),
        (past, "expiry"),
        (unknown_route, "unknown_route"),
        (wrong_type, "not_valid"),
        (lambda file: file.mkdir(), "not_a_file"),
        (os.mkfifo, "not_a_file"),
        (a_socket, "not_a_file"),
        (lambda file: file.symlink_to("/dev/zero"), "not_a_file"),
        (link_to_a_good_file, "not_a_file"),
    ],
    ids=[
        "garbage", "10 MB", "past", "unknown route", "wrong type", "directory", "FIFO", "socket",
        "link to /dev/zero", "link",
    ],
)  # fmt: skip
def test_a_file_that_is_not_valid_means_no_faults_and_is_told_once(
    boards, file, caplog, put, reason
):
    put(file)
    board = boards(INITIAL)
    assert board.error("/api/orders") is None
    assert living_workers(file.parent) == {0: "refused"}

    file.rename(file.with_name("aside"))
    wait_until(lambda: board.error("/api/orders") == 500)

    assert boards.errors == [reason]
    assert [(record.levelname, "\n" in record.message) for record in caplog.records] == [
        ("ERROR", False)
    ]


def test_a_callback_that_fails_does_not_stop_the_watch(boards, file, caplog):
    def fail(_reason):
        raise RuntimeError("no metrics today")

    board = boards(INITIAL, on_error=fail)
    garbage(file)
    wait_until(lambda: board.error("/api/orders") is None)

    file.unlink()

    wait_until(lambda: board.error("/api/orders") == 500)
    assert "looking for faults failed" in caplog.text


def test_without_a_directory_there_are_the_initial_faults_and_no_thread(boards):
    before = threading.active_count()

    board = boards(INITIAL, Latency(milliseconds=50), directory=None)

    assert (board.error("/api/search"), board.latency("/api/search")) == (500, 0.05)
    assert threading.active_count() == before


def test_faults_hit_what_they_name_or_all_of_api(boards):
    board = boards(
        Error(status=503, routes=("/health", "/api/orders")),
        Latency(milliseconds=10),
        Latency(milliseconds=5, routes=("/api/orders",)),
        DependencyDown(dependency="stock", routes=("/api/orders",)),
        DependencyDown(dependency="fraud"),
        CacheBypass(routes=("/api/search",)),
        directory=None,
    )

    assert [route for route in ROUTES if board.error(route)] == ["/health", "/api/orders"]
    assert {route: board.latency(route) for route in ("/ready", "/api/orders", "/api/search")} == {
        "/ready": 0, "/api/orders": 0.015, "/api/search": 0.01,
    }  # fmt: skip
    assert [route for route in ROUTES if board.bypasses_cache(route)] == ["/api/search"]
    down = board.dependency_is_down
    assert [down("stock", "/api/orders"), down("stock", "/api/payments"), down("stock")] == [
        True, False, False,
    ]  # fmt: skip
    assert [down("fraud", "/api/payments"), down("fraud"), down("gateway")] == [True, True, False]


def test_a_seed_repeats_the_decisions_and_the_fraction_is_kept(boards):
    def decisions(seed):
        board = boards(Error(status=500, fraction=0.3, seed=seed), directory=None)
        return [board.error("/api/orders") for _ in range(2000)]

    assert decisions(7) == decisions(7)
    assert decisions(7) != decisions(8)
    assert decisions(None) != decisions(None)
    assert decisions(7).count(500) == pytest.approx(600, abs=80)


def test_jitter_stays_within_its_bounds_and_leaves_the_decisions_alone(boards):
    plain = boards(Error(status=500, fraction=0.5, seed=3), directory=None)
    spread = boards(
        Latency(milliseconds=800, jitter_milliseconds=100, fraction=0.5, seed=3), directory=None
    )
    errors = [plain.error("/api/orders") for _ in range(500)]
    latencies = [spread.latency("/api/orders") for _ in range(500)]

    assert list(map(bool, latencies)) == list(map(bool, errors))
    hits = list(filter(None, latencies))
    assert 0.7 <= min(hits) < 0.72
    assert 0.88 < max(hits) <= 0.9


def test_the_gauge_knows_every_kind(boards):
    assert boards(INITIAL, directory=None).active() == {
        "latency": False, "error": True, "dependency_down": False, "cache_bypass": False,
    }  # fmt: skip


def test_questions_cost_next_to_nothing_while_there_are_no_faults(boards):
    board = boards()
    for ask in (
        lambda: board.latency("/api/orders"),
        lambda: board.error("/api/orders"),
        lambda: board.dependency_is_down("stock", "/api/orders"),
        lambda: board.bypasses_cache("/api/orders"),
    ):
        assert min(timeit.repeat(ask, number=1000, repeat=50)) / 1000 < 0.5e-6


def test_a_report_tells_of_the_living_only(boards, tmp_path):
    first, second = boards(slot=0), boards(slot=3)
    (tmp_path / "worker-9").write_text("none\n")
    assert living_workers(tmp_path) == {0: "none", 3: "none"}

    first.close()
    assert living_workers(tmp_path) == {3: "none"}

    boards(slot=0)
    assert living_workers(tmp_path) == {0: "none", 3: "none"}
    second.close()
    assert living_workers(tmp_path) == {0: "none"}


def test_a_reader_at_the_wrong_moment_delays_a_report_but_does_not_prevent_it(
    boards, tmp_path, caplog
):
    with (tmp_path / "worker-0").open("w") as reader:
        fcntl.flock(reader, fcntl.LOCK_SH)
        boards()
        assert living_workers(tmp_path) == {}

    wait_until(lambda: living_workers(tmp_path) == {0: "none"})
    assert caplog.records == []


def test_a_report_that_cannot_be_written_is_told_once_and_the_faults_work(boards, tmp_path, caplog):
    (tmp_path / "worker-0").mkdir()
    board = boards(INITIAL)

    replace(tmp_path / "faults.json", ERROR | {"expires_at": soon()})

    wait_until(lambda: board.error("/api/orders") == 503)
    assert [record.message for record in caplog.records] == [
        f"{tmp_path / 'worker-0'} cannot be written: Is a directory"
    ]
