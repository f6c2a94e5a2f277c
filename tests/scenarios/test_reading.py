import random

import pytest

from tests.scenarios.deadlines import LONGEST, lasting, seen_within
from tests.scenarios.model import Called, Value
from tests.scenarios.reading import FOLDER, NORMAL, load, names, parse
from toolkit.errors import UserError

NORMAL_ONE = load(NORMAL)


def text_of(name):
    return (FOLDER / f"{name}.yaml").read_text()


def refused(text):
    with pytest.raises(UserError) as caught:
        parse("x", text, NORMAL_ONE)
    first, *mistakes = str(caught.value).splitlines()
    assert first == "scenario x cannot be used:"
    return [mistake.strip() for mistake in mistakes]


def test_the_normal_one_comes_first():
    assert names() == ["normal", "prod-latency", "qa-errors"]


@pytest.mark.parametrize(
    ("before", "after", "mistake"),
    [
        ("title:", "titel:", "has an unknown key 'titel'; did you mean 'title'?"),
        ("lasts: 45s", "lasts: 45 s", "inject.lasts: '45 s' is no time such as 90s or 2m"),
        ("slo: latency", "slo: latenzy", "inject.slo: 'latenzy' is unknown; did you mean"),
        ("spoils: 1", "spoils: 2", "inject.spoils: 2 is no share above 0 and up to 1"),
        ("--jitter 100", "--for 1m", "inject.fault: names its own end; the runner adds --for"),
        ("normal: requests succeed", "normal: requests suceed", "'requests suceed'; did you mean"),
        ("above: 0.7", "below: x", "expect[1].below: 'x' is no number"),
        ("above: 0.7", "between: [2, 1]", "expect[1].between: [2, 1] is no [low, high]"),
        ("above: 0.7", "unit: s", "expect[1]: needs one of above, below and between"),
        ("in: [prod]", "in: prod", "expect[1].in: 'prod' is no list of environments"),
        ("within: 45s", "after: 1s", "expect[1]: needs `within`, or a `window`"),
        ("p99, active", "p98, active", "differs.prod: 'p98' is unknown; did you mean 'p99'?"),
        ("unit: s\n    in", "unit: ms\n    in", "[1].unit: 'ms' is unknown; did you mean 's'?"),
        ("labels: {env", "label: {env", "has an unknown key 'label'; did you mean 'labels'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(before, after, mistake):
    text = text_of("prod-latency")
    assert before in text
    assert any(mistake in said for said in refused(text.replace(before, after, 1)))


def test_all_mistakes_are_told_at_once():
    text = text_of("prod-latency").replace("title:", "titel:").replace("lasts: 45s", "lasts: soon")
    assert len(refused(text)) == 4  # unknown, missing, no text; no time


def test_what_is_no_yaml_is_told():
    with pytest.raises(UserError, match="scenario x: "):
        parse("x", "title: [")


def test_expectations_without_an_incident_mean_nothing():
    text = text_of(NORMAL) + "\nrecovery: []\n"
    assert refused(text) == ["recovery: has no meaning without `inject`"]


def test_what_is_normal_has_one_definition():
    scenario = load("prod-latency")
    names_of = {one.name: one for one in scenario.steady if isinstance(one, Value)}
    for one in NORMAL_ONE.steady:
        if isinstance(one, Value):
            assert names_of[one.name].promql == one.promql
            assert (names_of[one.name].low, names_of[one.name].high) == (one.low, one.high)


@pytest.mark.parametrize("name", [name for name in names() if name != NORMAL])
def test_every_incident_is_told_and_its_end_too(name):
    scenario = load(name)
    told, resolved = (
        [one.condition for one in phase if isinstance(one.condition, Called)]
        for phase in (scenario.expect, scenario.recovery)
    )
    assert [one.labels for one in told] == [one.labels for one in resolved] != []
    assert all(one.wanted for one in told)
    assert not any(one.wanted for one in resolved)


def test_deadlines_follow_from_windows():
    assert seen_within() == 40
    assert seen_within(60) == 100
    assert seen_within(300, evaluation=60) == 390
    assert seen_within(60, held=30) == 130


def burns(lasts, before, share, phase):
    """Say whether an alert fires: rates of 5 m, each minute, as the rules of SLOs record them."""
    times = range(phase, before + int(lasts) + 600, 60)
    both = [
        (min(now, 300), max(0, min(now, before + lasts) - max(now - 300, before))) for now in times
    ]
    for number, (all_now, bad_now) in enumerate(both, 1):
        hour = both[max(0, number - 60) : number]
        of_hour = sum(bad for _, bad in hour) / max(1, sum(all_ for all_, _ in hour))
        if of_hour > share and bad_now / max(1, all_now) > share:
            return True
    return False


@pytest.mark.parametrize("phase", [0, 20, 40])
@pytest.mark.parametrize("minutes", [1, 3, 5, 10, 20, 40, 60, 90])
def test_an_incident_lasts_until_its_alert_is_sure_to_fire(minutes, phase):
    lasts = lasting(0.144, minutes * 60)
    assert burns(lasts, minutes * 60, 0.144, phase)
    if minutes >= 10:
        assert not burns(lasts / 1.5, minutes * 60, 0.144, phase), "and not much longer"


def test_an_incident_never_outlasts_what_a_fault_may():
    assert lasting(0.9, 3600) == lasting(1.5, 0) == LONGEST


def test_the_seed_spreads_failures_evenly():
    """A minute of the incident is three requests a second for each of two workers."""
    seed = int(load("qa-errors").injection.fault.rpartition("--seed ")[2])
    decisions = random.Random(seed)  # noqa: S311 - as in the API
    decisions.random()  # which the API takes for the sequence of its jitter
    fails = [decisions.random() < 0.1 for _ in range(450)]
    for length in (120, 150, 180):
        for start in range(len(fails) - length):
            assert 0.08 <= sum(fails[start : start + length]) / length <= 0.12
