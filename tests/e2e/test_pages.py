"""The dashboard as people use it, in a browser, on the deployed product under traffic."""

import csv
import io
import json
import re
import time
from itertools import groupby
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest

from tests.conftest import ENVIRONMENTS
from tests.e2e.browser import DESK, PHONE, visiting
from toolkit.promql import get
from toolkit.waiting import wait_for

PAGES = ["/", "/metrics", "/metrics?env=prod", "/compare?base=prod", "/data-planes"]
RANGES = {"5m": 300, "15m": 900, "1h": 3600, "6h": 21600, "24h": 86400}
ASKED = re.compile("# panel: (.+), query: (.+), PromQL: (.+)")
AXE = Path("apps/dashboard/node_modules/axe-core/axe.min.js")

pytestmark = pytest.mark.usefixtures("traffic")


@pytest.fixture(scope="module")
def past():
    """Give a stretch of time that is over, as an address says it."""
    end = int(time.time()) // 10 * 10 - 10
    return f"start={end - 300}&end={end}"


# ------------------------------------------------------------------------------- every page


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_without_a_complaint_and_everybody_can_use_it(visit, path, theme, screen):
    tab = visit(path, theme=theme, screen=screen)
    tab.see_all()
    assert tab.page.get_by_role("heading", level=1).inner_text()
    assert tab.complaints == []
    tab.page.evaluate(AXE.read_text())
    found = tab.page.evaluate("axe.run().then(({ violations }) => violations)")
    assert [
        (one["id"], one["impact"], [node["target"] for node in one["nodes"]]) for one in found
    ] == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


def test_pages_lead_to_each_other_and_keep_what_one_looks_at(visit):
    tab = visit("/?env=qa&range=15m")
    for name in ("Metrics", "Compare", "Data planes", "Overview"):
        tab.page.get_by_role("link", name=name).click()
        tab.settle()
        assert tab.page.url.endswith("?env=qa&range=15m")


# --------------------------------------------------------------------- what one looks at


def rows(tab):
    """Return the names of the environments that the overview shows, in their order."""
    return [one.split("\n")[0] for one in tab.page.get_by_role("rowheader").all_inner_texts()]


def test_one_environment_several_or_all_are_shown(visit):
    tab = visit("/")
    assert sorted(rows(tab)) == sorted(ENVIRONMENTS)
    tab.page.get_by_role("button", name="All environments").click()
    tab.page.get_by_role("checkbox", name="prod").check()
    wait_for(lambda: rows(tab), ["prod"].__eq__, within=10, what="prod alone")
    tab.page.get_by_role("checkbox", name="qa").check()
    wait_for(lambda: rows(tab), ["prod", "qa"].__eq__, within=10, what="prod and qa")
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("link", name="Metrics").click()
    tab.settle()
    legends = tab.page.get_by_role("region", name="Request rate").get_by_role("listitem")
    names = [one.split("\n")[0] for one in legends.all_inner_texts()]
    assert names == ["prod", "qa"]
    assert not any("dev" in question["query"] for question in tab.questions()[-4:])


@pytest.mark.parametrize("name", RANGES)
def test_every_range_is_asked_for_and_drawn(visit, name):
    tab = visit(f"/metrics?env=prod&range={'1h' if name == '5m' else '5m'}")
    before = len(tab.asked)
    tab.page.get_by_role("group", name="Range").get_by_text(name, exact=True).click()
    wait_for(lambda: f"range={name}" in tab.page.url or name == "1h", within=10, what="the address")
    tab.settle()
    tab.asked = tab.asked[before:]
    wait_for(tab.questions, within=10, what="a question")
    lengths = {int(one["end"]) - int(one["start"]) for one in tab.questions()}
    steps = {int(one["step"]) for one in tab.questions()}
    assert len(lengths) == len(steps) == 1
    assert RANGES[name] - steps.pop() < lengths.pop() <= RANGES[name]
    rate = tab.page.get_by_role("region", name="Request rate", exact=True)
    wait_for(
        lambda: rate.get_by_role("listitem").inner_text(),
        lambda said: "req/s" in said,
        within=10,
        what="the newest request rate",
    )


def test_a_range_between_two_moments_is_asked_for_by_its_form(visit, past):
    tab = visit("/metrics?env=prod&range=5m")
    before = len(tab.asked)
    start, end = (int(value[0]) for value in parse_qs(past).values())
    tab.page.get_by_role("button", name="Range: 5m").click()
    for name, moment in (("From", start), ("To", end)):
        written = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))
        tab.page.get_by_label(name, exact=True).fill(written)
    tab.page.get_by_role("button", name="Show this range").click()
    wait_for(lambda: tab.page.url.endswith(f"?env=prod&{past}"), within=10, what="the address")
    tab.settle()
    tab.asked = tab.asked[before:]
    for question in wait_for(tab.questions, within=10, what="questions"):
        step = int(question["step"])
        assert 0 <= int(question["start"]) - start < step
        assert 0 <= end - int(question["end"]) < step
    rate = tab.page.get_by_role("region", name="Request rate", exact=True)
    rate.get_by_title("Show as a table").click()
    times = rate.locator("tbody tr").all_inner_texts()
    assert len(times) > 2


@pytest.mark.parametrize(("name", "seconds"), [("30s", 30), ("1m", 60)])
def test_a_page_refreshes_as_often_as_it_is_told_to(chromium, origin, name, seconds):
    """On a clock that is put forward: how often is counted in the moments that are asked about."""
    with visiting(chromium, origin) as tab:
        tab.page.clock.install()
        tab.open("/metrics?env=prod&range=5m")
        tab.page.get_by_role("combobox", name="Refresh every").select_option(name)
        wait_for(lambda: tab.page.url.endswith(f"&refresh={name}"), within=10, what="the address")

        def moments():
            return sorted({int(question["end"]) for question in tab.questions()})

        for _ in range(4):
            seen = moments()
            tab.page.clock.fast_forward(seconds * 1000)
            wait_for(moments, lambda now, seen=seen: now != seen, within=10, what="new questions")
        *_, first, second, third = moments()
        assert (second - first, third - second) == (seconds, seconds)


def test_charts_move_on_by_themselves(visit):
    tab = visit("/metrics?env=prod&range=5m")
    panel = tab.page.get_by_role("region", name="Request rate", exact=True)
    first = wait_for(lambda: tab.pictures("Request rate"), within=10, what="the chart")
    panel.get_by_title("Show as a table").click()

    def newest():
        return panel.locator("tbody tr").first.inner_text().split("\t")[0]

    times = [newest()]
    for _ in range(2):
        later = wait_for(newest, lambda time_: time_ > times[-1], within=25, what="a new sample")
        times.append(later)
    panel.get_by_title("Show as a chart").click()
    wait_for(
        lambda: tab.pictures("Request rate"),
        lambda seen: len(seen) == len(first) and seen != first,
        within=10,
        what="another picture",
    )


def test_a_page_that_does_not_refresh_asks_when_it_is_told_to(visit):
    tab = visit("/?refresh=off")
    before = len(tab.asked)
    tab.page.get_by_role("button", name="Refresh", exact=True).click()
    wait_for(lambda: len(tab.asked) > before, within=5, what="new questions")


def test_a_link_shows_somebody_else_the_same_view(visit, past):
    mine = visit(f"/compare?{past}")
    mine.page.get_by_role("combobox", name="Baseline").select_option("qa")
    mine.page.get_by_role("button", name="Requests", exact=True).click()
    mine.page.get_by_role("button", name="Ratio").click()
    mine.settle()
    theirs = visit(mine.page.url.removeprefix(mine.origin))
    for tab in (mine, theirs):
        tab.page.mouse.move(0, 0)

    def both():
        return [(tab.text(), tab.text("header"), tab.pictures()) for tab in (mine, theirs)]

    wait_for(both, lambda seen: seen[0] == seen[1] and seen[0][2], within=10, what="the same twice")
    assert "times that of qa" in theirs.text()


# -------------------------------------------------------------------------------- what one takes


def test_the_numbers_of_a_saved_page_are_those_of_the_api(deployed, visit, past):
    tab = visit(f"/metrics?env=prod,qa&{past}")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Save page as CSV").click()
    lines = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(), newline="")))
    head = lines.index(["time", "panel", "query", "series", "value", "unit"])
    about = [line for (line,) in lines[:head]]
    assert "# environment: prod qa" in about
    asked = [found.groups() for line in about if (found := ASKED.fullmatch(line))]
    saved = {
        question: {(time_, series): float(value) for time_, _, _, series, value, _ in of_one}
        for question, of_one in groupby(lines[head + 1 :], key=lambda line: (line[1], line[2]))
    }
    assert len(saved) >= 8
    question = tab.questions()[0]
    for panel, name, expression in asked:
        told = {
            (time_, " ".join(f"{label}={text}" for label, text in labels.items())): value
            for labels, time_, value in answer(deployed, expression, question)
        }
        assert saved.get((panel, name), {}) == told, expression


def test_the_numbers_of_every_saved_panel_are_those_of_the_api(deployed, visit, past):
    tab = visit(f"/metrics?env=prod,qa&{past}")
    tab.see_all()
    question = tab.questions()[0]
    buttons = tab.page.get_by_title("Save as CSV").all()
    assert len(buttons) >= 8
    for button in buttons:
        with tab.page.expect_download() as download:
            button.click()
        text = Path(download.value.path()).read_text()
        about, _, table = text.replace("\r\n", "\n").partition("\n\n")
        panel = dict(csv.reader(about.splitlines()))
        saved = {
            (line["time"], name): float(line[name])
            for line in csv.DictReader(table.splitlines())
            for name in ("prod", "qa")
            if line[name]
        }
        told = {
            (time_, labels["environment"]): value
            for labels, time_, value in answer(deployed, panel["query"], question)
        }
        assert saved == told, panel["panel"]
        assert saved, panel["panel"]


def answer(deployed, expression, question):
    """Give labels, time as files say it, and value of each sample that the API has."""
    words = {name: question[name] for name in ("start", "end", "step")} | {"query": expression}
    found = json.loads(get(f"{deployed.query}/api/v1/query_range?{urlencode(words)}", timeout=30))
    for series in found["data"]["result"]:
        for at, value in series["values"]:
            if value != "NaN":
                time_ = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at))
                yield series["metric"], time_, float(value)
