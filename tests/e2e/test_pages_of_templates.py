"""Dashboards made of templates, in a browser, on the deployed product under traffic."""

import json
from pathlib import Path

import pytest

from tests.conftest import ENVIRONMENTS
from tests.e2e.browser import PHONE
from toolkit.promql import query
from toolkit.waiting import wait_for

TEMPLATES = Path("apps/dashboard/public/templates")
BOARDS = sorted(path.stem for path in TEMPLATES.glob("*.json") if path.stem != "index")
QUIET = {"Notifications", "Operations on the bucket"}
"""Panels that show what happened, and are empty where nothing did."""
AXE = Path("apps/dashboard/node_modules/axe-core/axe.min.js")

every_board = pytest.mark.parametrize("board", BOARDS)

pytestmark = pytest.mark.usefixtures("burn_rates")


@pytest.fixture(scope="module")
def burn_rates(deployed, traffic):  # noqa: ARG001 - what burns is traffic
    """Wait until every environment can say how fast its budget burns."""
    wait_for(
        lambda: query(deployed.query, "environment:slo_latency:burn_rate3d"),
        lambda samples: len(samples) == len(ENVIRONMENTS),
        within=180,
        what="burn rates of all environments",
    )


def unfold(tab):
    """Open what is folded, and look at all of it."""
    for fold in tab.page.get_by_role("button", expanded=False).filter(has_text=" ").all():
        if fold.evaluate("(one) => one.closest('h2') !== null"):
            fold.click()
    tab.see_all()


def panels(tab):
    """Return what each panel says, by its title."""
    said = tab.page.locator("main section section[aria-labelledby]").all()
    return {one.locator("h2").first.inner_text(): one.inner_text() for one in said}


@pytest.mark.parametrize("theme", ["light", "dark"])
@every_board
def test_a_shipped_dashboard_opens_without_a_complaint_and_everybody_can_use_it(
    visit, board, theme
):
    tab = visit(f"/dashboards/{board}", theme=theme)
    unfold(tab)
    assert tab.complaints == []
    tab.page.evaluate(AXE.read_text())
    found = tab.page.evaluate("axe.run().then(({ violations }) => violations)")
    assert [
        (one["id"], [node["target"] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ] == []


@every_board
def test_every_question_of_a_shipped_dashboard_has_an_answer(visit, board):
    tab = visit(f"/dashboards/{board}")
    unfold(tab)
    said = panels(tab)
    assert len(said) > 5
    empty = {title for title, text in said.items() if "Nothing of this came" in text}
    assert empty <= QUIET, empty
    assert [title for title, text in said.items() if "was refused" in text] == []
    assert tab.page.get_by_text("no data in this range").count() == 0


@every_board
def test_a_dashboard_fits_a_phone(visit, board):
    tab = visit(f"/dashboards/{board}", screen=PHONE)
    tab.see_all()
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_dashboards_are_found_by_their_words(visit):
    tab = visit("/dashboards")
    rows = tab.page.locator("main").get_by_role("listitem")
    assert rows.count() >= len(BOARDS)
    tab.page.get_by_role("searchbox").fill("budgets")
    wait_for(rows.count, (1).__eq__, within=5, what="the one that tells of budgets")
    rows.get_by_role("link", name="SLO", exact=True).click()
    tab.settle()
    assert tab.text("main h1") == "SLO"


@every_board
def test_what_is_downloaded_is_the_template(visit, board):
    tab = visit(f"/dashboards/{board}")
    with tab.page.expect_download() as download:
        tab.page.get_by_role("link", name="Download as JSON").click()
    assert download.value.suggested_filename == f"{board}.json"
    taken = Path(download.value.path()).read_bytes()
    assert taken == (TEMPLATES / f"{board}.json").read_bytes()


def test_lists_follow_each_other_and_the_address_says_what_is_chosen(visit):
    tab = visit("/dashboards/data-plane")
    planes = tab.page.get_by_role("combobox", name="Data plane")
    for environment in ("qa", "prod"):
        tab.page.get_by_role("combobox", name="Environment").select_option(environment)
        wanted = f"dp-{environment}-01"
        wait_for(planes.input_value, wanted.__eq__, within=10, what="its data plane")
        tab.settle()
        assert f"env={environment}" in tab.page.url
    same = visit(tab.page.url.removeprefix(tab.origin))
    assert same.page.get_by_role("combobox", name="Data plane").input_value() == "dp-prod-01"
    assert all("dp-qa-01" not in question["query"] for question in same.questions())


def test_a_name_without_a_template_says_so(visit):
    tab = visit("/dashboards/Nothing_1.2")
    assert tab.text("main h1") == "There is no dashboard Nothing_1.2"


def test_templates_and_their_list_are_served_as_json(visit):
    tab = visit("/dashboards")
    kind = tab.page.evaluate(
        "fetch('/templates/slo.json').then((one) => one.headers.get('content-type'))"
    )
    assert kind == "application/json"
    listed = json.loads(
        tab.page.evaluate("fetch('/templates/index.json').then((one) => one.text())")
    )
    assert {one["name"] for one in listed["templates"]} >= set(BOARDS)
