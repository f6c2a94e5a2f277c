from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadgen.histogram import Histogram
from loadgen.stats import MAX_CELLS, MAX_KINDS, OTHER, Outcome, Recorder, merge_cells
from samples import OK, request


@pytest.fixture
def recorder():
    return Recorder(["prod", "dev"])


def prod(recorder, now=1.0):
    return recorder.snapshot(now).environment("prod")


def test_latency_counts_from_the_due_time_and_service_from_the_beginning(recorder):
    request(recorder, 5.0, late=2.0, took=0.5)
    total = prod(recorder).total
    assert total.intended == prod(recorder).cells[5].intended == Histogram([2.5])
    assert total.service == Histogram([0.5])
    assert total.lateness == Histogram([2.0])


def test_a_stall_shows_in_the_percentiles_although_few_requests_were_served_in_it(recorder):
    for number in range(500):  # 50/s for 10 s, nothing is answered from 4 s to 6 s
        due = number / 50
        request(recorder, due, took=6.001 - due if 4 <= due < 6 else 0.001)
    # The arithmetic truth: of 500 requests 100 waited 0.02 s to 2 s, evenly.
    p90, p99 = prod(recorder, 10).total.intended.quantiles((0.90, 0.99))
    assert p90 == pytest.approx(1.02, rel=0.02)
    assert p99 == pytest.approx(1.92, rel=0.02)


def test_each_environment_and_route_is_counted_apart(recorder):
    request(recorder, 0, route="/health")
    request(recorder, 0, route="/api/orders", outcome=Outcome(201))
    request(recorder, 0, environment="dev", outcome=Outcome(503))
    found = prod(recorder)
    assert found.routes["/health"].statuses == {200: 1}
    assert found.routes["/api/orders"].statuses == {201: 1}
    assert found.total.statuses == {200: 1, 201: 1}
    assert recorder.snapshot(1).environment("dev").total.errors == {"status 503": 1}


def test_4xx_is_refused_and_no_error(recorder):
    request(recorder, 0, outcome=Outcome(402))
    total = prod(recorder).total
    assert (total.refused, total.failed, total.error_ratio) == (1, 0, 0)


def test_no_answer_and_5xx_are_errors(recorder):
    request(recorder, 0, outcome=Outcome(None, "reset"))
    request(recorder, 0, outcome=Outcome(500))
    request(recorder, 0)
    total = prod(recorder).total
    assert total.errors == {"reset": 1, "status 500": 1}
    assert total.error_ratio == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("outcome", "latencies"),
    [(OK, 1), (Outcome(500), 1), (Outcome(None, "timeout"), 1), (Outcome(None, "refused"), 0)],
    ids=["answer", "server error", "timeout", "refused connection"],
)
def test_answers_and_timeouts_have_a_latency(recorder, outcome, latencies):
    request(recorder, 0, outcome=outcome)
    assert prod(recorder).total.intended.count == latencies
    assert prod(recorder).cells[0].intended.count == latencies


def test_dropped_requests_were_wanted_and_never_sent(recorder):
    recorder.dropped("prod", "/health", due=3.5)
    found = prod(recorder)
    assert (found.total.wanted, found.total.sent, found.total.in_flight) == (1, 0, 0)
    assert found.cells[3].dropped == 1


def test_what_was_not_answered_yet_is_in_flight(recorder):
    recorder.sent("prod", "/health", due=0.0, began=0.0)
    recorder.sent("prod", "/health", due=0.1, began=0.1)
    assert prod(recorder).total.in_flight == 2
    recorder.answered("prod", "/health", OK, due=0.0, began=0.0, ended=7.0)
    found = prod(recorder)
    assert (found.total.in_flight, found.cells[0].in_flight) == (1, 2)


def test_a_late_answer_belongs_to_the_second_in_which_its_request_was_due(recorder):
    request(recorder, 1.5, took=3.0, outcome=Outcome(503))
    cells = prod(recorder).cells
    assert (cells[1].sent, cells[1].ended, cells[1].errors) == (1, 1, {"status 503": 1})
    assert cells[1].intended == Histogram([3.0])
    assert (cells[1].arrived, cells[4].arrived, cells[4].ended) == (0, 1, 0)


def test_a_snapshot_stays_as_it_is_while_the_run_goes_on(recorder):
    request(recorder, 0.5)
    before = prod(recorder)
    request(recorder, 0.6, took=1.0, outcome=Outcome(500))
    assert before.total.sent == 1
    assert before.total.errors == before.cells[0].errors == {}
    assert before.total.intended == before.cells[0].intended == Histogram([0.01])
    assert prod(recorder).cells[0].errors == {"status 500": 1}
    assert prod(recorder).cells[0].intended.count == 2


def test_too_many_kinds_of_error_are_one_kind(recorder):
    for number in range(MAX_KINDS + 5):
        request(recorder, 0, outcome=Outcome(None, f"kind {number}"))
    errors = prod(recorder).total.errors
    assert len(errors) == MAX_KINDS + 1
    assert errors[OTHER] == 5


def test_figures_since_an_earlier_state_are_those_of_the_time_between(recorder):
    request(recorder, 0, outcome=Outcome(500))
    earlier = prod(recorder).total
    request(recorder, 1, took=0.2)
    since = prod(recorder).total.since(earlier)
    assert (since.sent, since.statuses, since.errors) == (1, {200: 1}, {})
    assert since.intended.quantile(0.5) == pytest.approx(0.2, rel=0.01)


@given(st.lists(st.integers(min_value=0, max_value=20 * MAX_CELLS), max_size=50))
def test_a_timeline_of_any_length_loses_nothing(seconds):
    recorder = Recorder(["prod"])
    for second in seconds:
        request(recorder, second + 0.5)
    found = prod(recorder)
    assert len(found.cells) <= MAX_CELLS
    for index, cell in enumerate(found.cells):
        start = index * found.cell_seconds
        due_here = [it for it in seconds if start <= it < start + found.cell_seconds]
        assert (cell.sent, cell.ended, cell.arrived) == (len(due_here),) * 3
        assert cell.intended.count == len(due_here)
    assert sum(cell.sent for cell in found.cells) == len(seconds)


def test_cells_are_as_wide_as_the_run_needs(recorder):
    request(recorder, MAX_CELLS - 0.5)
    assert prod(recorder).cell_seconds == 1
    request(recorder, MAX_CELLS)
    assert prod(recorder).cell_seconds == 2
    assert len(prod(recorder).cells) == MAX_CELLS // 2 + 1


def test_merged_cells_have_the_quantiles_of_all_their_requests(recorder):
    for number in range(100):
        request(recorder, number / 50, took=(number + 1) / 1000)
    (cell,) = merge_cells(prod(recorder).cells[:2], 2)
    assert cell.intended.quantile(0.99) == pytest.approx(0.099, rel=0.01)


def test_a_million_requests_take_no_more_memory_than_a_hundred_thousand():
    """At 50/s of virtual time the timeline is full after 600 s, so after 30,000 requests."""
    recorder = Recorder(["prod"])

    def run(first, last):
        for number in range(first, last):
            request(recorder, number / 50, took=(1 + number * 7919 % 40) / 1000)
        return len(pickle.dumps(recorder))

    full = run(0, 100_000)
    end = run(100_000, 1_000_000)
    assert prod(recorder, 20_000).total.ended == 1_000_000
    assert end < 1.2 * full
