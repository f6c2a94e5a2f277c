from __future__ import annotations

import pytest

from loadgen.errors import UsageError
from loadgen.stats import Outcome, Recorder
from loadgen.thresholds import evaluate, parse
from samples import OK, ROUTES, request

ENVIRONMENTS = ("prod", "dev")


def judge(text, recorder, *, elapsed=10.0):
    return evaluate(parse([text], ENVIRONMENTS, ROUTES), recorder.snapshot(elapsed))


def prod_is_missed(text, recorder):
    (verdict,) = judge(f"prod:{text}", recorder)
    return verdict.missed


@pytest.fixture
def recorder():
    """Ten seconds of prod: 100 requests of 1 to 100 ms, 5 errors, 3 refused; 2 dropped."""
    recorder = Recorder(ENVIRONMENTS)
    outcomes = [Outcome(503)] * 5 + [Outcome(402)] * 3 + [OK] * 92
    for number, outcome in enumerate(outcomes):
        request(recorder, number / 10, took=(number + 1) / 1000, outcome=outcome)
    recorder.dropped("prod", "/health", due=9.9)
    recorder.dropped("prod", "/health", due=9.9)
    return recorder


@pytest.mark.parametrize(
    ("missed", "kept"),
    [
        ("p95>94ms", "p95>96ms"),
        ("p50>0.049s", "p50>51ms"),
        ("p99.9>99999us", "p99.9>100ms"),
        ("max>=100ms", "max>100ms"),
        ("errors>4%", "errors>5%"),
        ("errors>=5", "errors>5"),
        ("refused>2%", "refused>3%"),
        ("dropped>0", "dropped>2"),
        ("dropped>1.9%", "dropped>2%"),
        ("rate<10.1", "rate<10"),
        ("p95 > 94 ms", "p95 < 94 ms"),
    ],
)
def test_a_threshold_is_missed_when_its_condition_is_true(recorder, missed, kept):
    assert prod_is_missed(missed, recorder)
    assert not prod_is_missed(kept, recorder)


@pytest.mark.parametrize("percent", range(1, 100))
def test_a_share_is_not_more_than_itself(percent):
    recorder = Recorder(ENVIRONMENTS)
    for number in range(100):
        request(recorder, number, outcome=Outcome(500) if number < percent else OK)
    assert not prod_is_missed(f"errors>{percent}%", recorder)
    assert prod_is_missed(f"errors>={percent}%", recorder)


def test_without_an_environment_a_threshold_holds_for_each_on_its_own(recorder):
    for number in range(10_000):  # so many good ones that a mixture would pass
        request(recorder, number / 1000, environment="dev")
    verdicts = judge("errors>1%", recorder)
    assert [(it.subject, it.missed) for it in verdicts] == [("prod", True), ("dev", False)]


def test_a_threshold_of_a_route_looks_at_that_route(recorder):
    request(recorder, 1, route="/api/orders", took=2.0)
    for scope in ("prod/orders", "prod//api/orders"):
        (verdict,) = judge(f"{scope}:p99>1s", recorder)
        assert (verdict.subject, verdict.missed) == ("prod /api/orders", True)
    (verdict,) = judge("prod/health:p99>1s", recorder)
    assert not verdict.missed


def test_a_route_without_an_environment_is_that_route_of_each(recorder):
    subjects = [it.subject for it in judge("/orders:p99>1s", recorder)]
    assert subjects == ["prod /api/orders", "dev /api/orders"]


@pytest.mark.parametrize("text", ["p95>500ms", "errors>1%", "dropped>1%"])
def test_a_threshold_of_which_nothing_was_measured_is_missed(text):
    (verdict, _) = judge(text, Recorder(ENVIRONMENTS))
    assert (verdict.missed, verdict.found, verdict.shown) == (True, None, "nothing measured")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("p95>90ms", "95.4 ms"),
        ("errors>1%", "5.00 %"),
        ("dropped>0", "2"),
        ("rate<49", "10.0/s"),
    ],
)
def test_a_verdict_shows_what_was_found(recorder, text, words):
    (verdict,) = judge(f"prod:{text}", recorder)
    assert (verdict.threshold, verdict.shown) == (f"prod:{text}", words)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("error>1%", "did you mean 'errors'?"),
        ("latency>1s", "there is dropped, errors"),
        ("p0>1s", "no metric 'p0'"),
        ("prd:p95>1s", "did you mean 'prod'?"),
        ("prod/order:p95>1s", "did you mean 'orders'?"),
        ("p95>500", "needs a limit with us, ms, s or m"),
        ("p95>5%", "needs a limit with us, ms, s or m"),
        ("errors>10ms", "needs a limit in %, or a count"),
        ("rate<5%", "plain number"),
        ("p95=500ms", "no metric, sign and limit"),
        ("p95>-1ms", "no metric, sign and limit"),
        ("", "no metric, sign and limit"),
    ],
)
def test_a_mistake_is_refused_with_what_is_right(text, advice):
    with pytest.raises(UsageError) as refusal:
        parse([text], ENVIRONMENTS, ROUTES)
    assert advice in str(refusal.value)
    assert "p95>500ms" in refusal.value.hint


def test_all_mistakes_are_named_at_once():
    with pytest.raises(UsageError) as refusal:
        parse(["p95>500", "p95>500ms", "eror>1%"], ENVIRONMENTS, ROUTES)
    assert len(str(refusal.value).splitlines()) == 2
