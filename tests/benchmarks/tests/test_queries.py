"""What is asked, what counts as an answer, and when a bound is missed."""

import itertools
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from tests.benchmarks.panels import RANGES, Panel, levels, pages
from tests.benchmarks.product import command_lines, endpoints, ports
from tests.benchmarks.queries import Answer, Measured, counted, judge, path_of
from tests.benchmarks.shape import Fleet
from toolkit.errors import UserError

FLEET = Fleet(1_763_856_000)
PANEL = Panel("requests", "1h", "up", 3600, 15)


def body(points, **more):
    return {"data": {"result": [{"values": [[0, "1"]] * points}]}} | more


def measured(*, cold, warm):
    def answers(seconds):
        return [Answer(one, 1, 1, 1) for one in seconds]

    return Measured(PANEL, answers(cold), answers(warm))


def test_every_golden_query_is_asked_over_every_range():
    asked = {(one.name, one.range) for page in pages(FLEET) for one in page.panels}
    for level, signal in itertools.product(
        levels(FLEET), ("requests", "errors", "p50", "p95", "p99")
    ):
        short = "raw" if level.reads_raw else "recorded"
        for range_, reads in zip(RANGES, (short, short, "recorded", "recorded"), strict=True):
            assert (f"{level.title}, {reads}: {signal}", range_) in asked


def test_no_query_is_asked_twice():
    asked = [(one.name, one.range) for page in pages(FLEET) for one in page.panels]
    assert len(set(asked)) == len(asked)


def test_recorded_panels_read_what_rules_record_and_raw_ones_do_not():
    for level in levels(FLEET):
        for panel in (one for page in level.pages() for one in page.panels):
            assert (":" in panel.query) == (", recorded: " in panel.name), panel


def test_what_panels_read_is_what_rules_record():
    rules = Path("roles/prometheus/files/rules")
    recorded = {
        rule["record"]
        for path in rules.glob("*.yml")
        for group in yaml.safe_load(path.read_text())["groups"]
        for rule in group["rules"]
        if "record" in rule
    }
    asked = {
        name
        for page in pages(FLEET)
        for panel in page.panels
        for name in re.findall(r"\b(?:environment|data_plane|route):[a-z0-9_:]+", panel.query)
    }
    assert asked
    assert asked <= recorded


def test_times_are_named_and_are_multiples_of_the_step():
    words = parse_qs(urlsplit(path_of(PANEL, 1_763_856_007)).query)
    assert (words["start"], words["end"]) == (["1763852400"], ["1763856000"])


def test_an_instant_query_names_its_time():
    words = parse_qs(urlsplit(path_of(Panel("now", "now", "up"), 1_763_856_007)).query)
    assert words["time"] == ["1763856007"]


def test_an_answer_is_counted_over_all_its_series():
    assert counted(PANEL, body(241), 0.5, 10) == Answer(0.5, 1, 241, 10)


def test_an_answer_with_a_hole_is_refused():
    with pytest.raises(UserError, match="too few"):
        counted(PANEL, body(120), 0.5, 10)


def test_a_partial_answer_is_refused():
    with pytest.raises(UserError, match="in part"):
        counted(PANEL, body(241, warnings=["no store matched"]), 0.5, 10)


def test_a_remark_on_the_query_is_no_partial_answer():
    counted(PANEL, body(241, warnings=["PromQL info: input was fixed"]), 0.5, 10)


def test_queries_within_their_bounds_pass():
    judge([measured(cold=[1.9], warm=[0.4] * 20)])


@pytest.mark.parametrize(
    "slow",
    [
        pytest.param({"cold": [0.1, 2.1], "warm": [0.1] * 20}, id="cold"),
        pytest.param({"cold": [0.1], "warm": [0.1] * 18 + [0.6] * 2}, id="warm"),
    ],
)
def test_a_missed_bound_is_one_clear_line(slow):
    with pytest.raises(UserError, match=r"1 of 2 queries .* requests over 1h"):
        judge([measured(cold=[0.1], warm=[0.1]), measured(**slow)])


def test_one_slow_answer_of_twenty_is_no_missed_bound():
    judge([measured(cold=[0.1], warm=[0.1] * 19 + [0.9])])


def test_command_lines_are_those_of_the_roles_with_the_ports_that_were_given():
    lines = command_lines("127.0.0.2", dict.fromkeys(ports(), 4711))
    assert "--http-address=127.0.0.2:4711" in lines["thanos-query"]
    assert "--storage.tsdb.max-block-duration=2h" in lines["prometheus"]
    assert not [line for line in lines.values() if "{{" in line]


def test_query_asks_whom_the_role_lets_it_ask():
    asked = yaml.safe_load(endpoints("127.0.0.2", dict.fromkeys(ports(), 4711)))["endpoints"]
    assert [(one["address"], one["strict"]) for one in asked] == [("127.0.0.2:4711", True)] * 2
