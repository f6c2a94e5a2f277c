from __future__ import annotations

import pytest

from loadgen.stats import Outcome, Recorder
from samples import request, result


@pytest.fixture
def recorder():
    return Recorder(["prod"])


def remarks(recorder, **about):
    return result(recorder, seconds=10, **about).remarks


def test_a_good_run_needs_no_remark(recorder):
    for number in range(500):
        request(recorder, number / 50, took=0.05, late=0.001)
    assert remarks(recorder) == []


def test_a_late_generator_that_is_busy_is_told_to_be_given_more(recorder):
    for number in range(500):
        request(recorder, number / 50, took=0.01, late=0.3)
    (remark,) = remarks(recorder, cpu_seconds=9.7)
    assert "the generator itself was late" in remark
    assert "97% of a core" in remark


def test_a_late_generator_that_is_idle_was_kept_from_it_by_something_else(recorder):
    for number in range(500):
        request(recorder, number / 50, took=0.01, late=0.3)
    (remark,) = remarks(recorder, cpu_seconds=1.0)
    assert "Something else on its machine" in remark


def test_requests_that_waited_before_they_were_begun_are_remarked(recorder):
    for number in range(500):  # left in time, and waited for a connection
        due = number / 50
        recorder.sent("prod", "/health", due=due, began=due)
        recorder.answered(
            "prod", "/health", Outcome(200), due=due, began=due + 0.4, ended=due + 0.5
        )
    (remark,) = remarks(recorder)
    assert "p95 is 500 ms from when they were due and 100 ms" in remark


def test_dropped_requests_are_remarked(recorder):
    for number in range(500):
        request(recorder, number / 50)
    recorder.dropped("prod", "/health", due=9)
    (remark,) = remarks(recorder)
    assert remark.startswith("prod: 1 of 501 requests (0.20 %) had to be left out")


def test_a_target_that_never_answered_is_remarked(recorder):
    for number in range(500):
        request(recorder, number / 50, outcome=Outcome(None, "refused"))
    assert remarks(recorder) == ["prod: not one request was answered."]


def test_a_handful_of_answers_has_no_p99_of_its_own(recorder):
    for number in range(42):
        request(recorder, number / 50)
    assert remarks(recorder) == ["prod: p99 of 42 answers is simply the slowest one."]


def test_an_interrupted_run_says_so_first(recorder):
    request(recorder, 0)
    assert remarks(recorder, interrupted=True)[0].startswith("Interrupted after 10 s")
