from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from loadgen.html import to_html
from loadgen.results import Aim, Result
from loadgen.stats import Outcome, Recorder
from samples import ROUTES, request, result, traffic

HOSTILE = "\" onload=\"alert(0) </style><script>alert('1')</script><img src=x onerror=y>&amp;$title"
VOID = {"meta", "br", "wbr"}


class Page(HTMLParser):
    """Collects tags, attributes and text, and checks that tags close in order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.texts, self.open = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        while self.open[-1] in {"th", "tr", "td"} and self.open[-1] != tag:
            self.open.pop()  # HTML closes cells by itself
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.texts.append(data)


@pytest.fixture(scope="module")
def run():
    recorder = Recorder(["prod", "dev", "qa"])
    traffic(recorder, ["prod", "dev", "qa"], seconds=60, rate=20)
    recorder.dropped("prod", "/health", due=30)
    return result(recorder, seconds=60, thresholds=["p95>500ms", "errors>1%"])


@pytest.fixture(scope="module")
def page(run):
    return Page(to_html(run))


def test_the_page_needs_no_network_and_no_script(run, page):
    text = to_html(run)
    for aim in run.aims.values():  # the targets are named, as text
        assert aim.url in page.texts
        text = text.replace(aim.url, "")
    assert not re.search(r"[a-z]://|url\(|@import", text)
    assert not {"script", "link", "img", "iframe", "a", "object", "base"} & set(page.tags)
    names = {name for name, _ in page.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"src", "href"}}
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes


def test_every_tag_is_closed(page):
    assert page.open == []


def test_hostile_names_are_shown_and_do_nothing():
    recorder = Recorder([HOSTILE])
    for number in range(200):
        request(recorder, number / 10, environment=HOSTILE, route=f"/{HOSTILE}")
        outcome = Outcome(None, HOSTILE)
        request(recorder, number / 10, environment=HOSTILE, route="/health", outcome=outcome)
    tame = result(recorder, seconds=20)
    aims = {HOSTILE: Aim(HOSTILE, HOSTILE)}
    page = Page(
        to_html(
            Result(tame.begun, aims, {HOSTILE: HOSTILE}, tame.snapshot, (), False, 1.0)  # noqa: FBT003 - as the class has it
        )
    )
    assert not {"script", "img"} & set(page.tags)
    assert not {name for name, _ in page.attributes if name.startswith("on")}
    assert page.texts.count(HOSTILE) >= 5
    assert f"/{HOSTILE}" in page.texts
    assert page.open == []


def test_every_figure_of_the_run_is_in_the_table(run, page):
    for one in run.snapshot.environments:
        assert f"{one.total.sent:,}" in page.texts
    assert sum(text == "/api/orders" for text in page.texts) == 4  # a row each, and the chart


def test_the_pointer_learns_the_figures_of_each_moment(page):
    titles = [text for text in page.texts if text.startswith("0:30 to 0:31: ")]
    assert any(re.search(r"p50 [\d.]+ ms, p95 [\d.]+ ms, p99 ", it) for it in titles)
    assert any("21.0/s wanted, " in it and "1.0/s dropped" in it for it in titles)


def test_verdicts_are_words_and_the_missed_ones_come_first(run, page):
    states = [text for text in page.texts if text in {"missed", "kept"}]
    missed = sum(verdict.missed for verdict in run.verdicts)
    table = states[-len(run.verdicts) :]
    assert 0 < missed < len(table)
    assert table == ["missed"] * missed + ["kept"] * (len(table) - missed)
    assert "Thresholds missed" in page.texts


def test_ten_minutes_of_three_environments_are_less_than_300_kilobytes():
    recorder = Recorder(["prod", "dev", "qa"])
    traffic(recorder, ["prod", "dev", "qa"], seconds=605, rate=20)
    assert len(to_html(result(recorder, seconds=600)).encode()) < 300_000


@pytest.mark.parametrize("seconds", [0.0, 0.3, 3.7, 900.0, 86_400.0])
def test_a_run_of_any_length_has_a_page(seconds):
    recorder = Recorder(["prod", "dev"])
    for number in range(50):
        request(recorder, seconds * number / 50, route=ROUTES[number % 3])
    page = Page(to_html(result(recorder, seconds=seconds)))
    assert page.open == []


def test_a_run_without_a_single_answer_has_a_page():
    recorder = Recorder(["prod"])
    request(recorder, 0.5, outcome=Outcome(None, "refused"))
    recorder.sent("prod", "/health", due=0.6, began=0.6)
    page = Page(to_html(result(recorder, seconds=1, thresholds=["p95>500ms"])))
    assert "nothing measured" in page.texts


def test_a_run_in_which_nothing_was_due_has_a_page():
    assert Page(to_html(result(Recorder(["prod"]), seconds=5))).open == []


def test_what_takes_no_time_at_all_has_a_page():
    recorder = Recorder(["prod"])
    for number in range(20):
        request(recorder, number / 10, took=0.0)
    assert Page(to_html(result(recorder, seconds=2))).open == []
