"""Alerts as people find them on the dashboard, in a browser, on the deployed product."""

import os
import re
from pathlib import Path

import pytest

from lab import load
from lab.lab import Lab
from tests.http_answer import ask
from toolkit.promql import query
from toolkit.waiting import wait_for

RUNBOOKS = Path("docs/runbooks.md")
AXE = Path("apps/dashboard/node_modules/axe-core/axe.min.js")
FIRING = 'ALERTS{alertname="SLOAvailabilityBurn", alertstate="firing", environment="qa"}'


@pytest.fixture(scope="module")
def burning(deployed):
    """Have customers of whom a tenth fail in qa, until an alert fires there."""
    lab = Lab.open(os.environ["LAB_NAME"])
    host = lab.hosts["dp-qa-01"]
    with load.customers(lab, load.targets(lab)):
        host.run("api-faults set error 503 --fraction 0.3 --for 15m")
        try:
            wait_for(
                lambda: query(deployed.query, FIRING), within=300, what="an alert that fires in qa"
            )
            yield
        finally:
            host.run("api-faults clear")


def entry(tab, name="SLOAvailabilityBurn"):
    """Return the row of an alert, which opens."""
    now = tab.page.get_by_role("region", name="Now", exact=True)
    return now.get_by_role("button", name=re.compile(name)).first


def told(tab):
    """Return what the summary tells, line by line."""
    summary = tab.page.get_by_role("region", name="Incident summary")
    return [" ".join(one.split()) for one in summary.get_by_role("listitem").all_inner_texts()]


def test_the_runbooks_are_those_of_the_project(deployed):
    door = f"{deployed.addresses['cp-01']}:{deployed.ports['dashboard']['port']}"
    assert ask(door, "/runbooks.md").body.decode().strip() == RUNBOOKS.read_text().strip()


@pytest.mark.usefixtures("burning")
def test_an_alert_that_fires_opens_to_its_runbook(visit):
    tab = visit("/alerts?env=qa")
    assert (
        "SLOAvailabilityBurn has fired for" in tab.page.get_by_role("heading", level=1).inner_text()
    )
    entry(tab).click()
    runbook = tab.page.get_by_role("region", name="Runbook")
    runbook.get_by_text("Users notice").wait_for()
    assert "Too many requests of an environment end with 5xx" in runbook.inner_text()
    assert "alert=SLOAvailabilityBurn" in tab.page.url
    again = visit(tab.page.url.removeprefix(tab.origin))
    again.page.get_by_role("region", name="Runbook").get_by_text("Users notice").wait_for()
    assert entry(again).get_attribute("aria-expanded") == "true"


@pytest.mark.usefixtures("burning")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_opens_without_a_complaint_and_everybody_can_use_it(visit, theme):
    tab = visit("/alerts?alert=SLOAvailabilityBurn", theme=theme)
    tab.page.get_by_role("region", name="Runbook").wait_for()
    assert tab.complaints == []
    tab.page.evaluate(AXE.read_text())
    found = tab.page.evaluate("axe.run().then(({ violations }) => violations)")
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


@pytest.mark.usefixtures("burning")
def test_the_path_of_alerts_is_said_to_work_and_quiet_rules_are_counted(visit):
    tab = visit("/alerts")
    assert "The alert path works: Watchdog fires" in tab.text()
    rules = tab.page.get_by_role("region", name="Rules")
    quiet, all_ = re.search(r"(\d+) of (\d+) rules are quiet", rules.inner_text()).groups()
    assert 0 < int(quiet) < int(all_)
    rules.get_by_text("rules are quiet").click()
    assert rules.get_by_role("row").count() == int(all_) + 1


@pytest.mark.usefixtures("burning")
def test_another_environment_is_not_told_of_it(visit):
    tab = visit("/alerts?env=dev")
    assert "SLOAvailabilityBurn" not in tab.page.get_by_role("region", name="Now").inner_text()
    assert not any(" qa" in line for line in told(tab))
    entry_of_qa = visit("/alerts?env=qa")
    entry(entry_of_qa).wait_for()


@pytest.mark.usefixtures("burning")
def test_an_alert_leads_here_from_a_chart_and_from_the_overview(visit):
    tab = visit("/metrics?env=qa&range=15m")
    mark = tab.page.get_by_role("link", name=re.compile("SLOAvailabilityBurn")).first
    mark.click()
    tab.page.get_by_role("region", name="Runbook").wait_for()
    assert "/alerts?" in tab.page.url
    assert "alert=SLOAvailabilityBurn" in tab.page.url
    tab = visit("/")
    tab.page.get_by_role("link", name=re.compile(r"^\d+ alerts?$")).first.click()
    entry(tab).wait_for()
    assert "env=qa" in tab.page.url


@pytest.mark.usefixtures("burning")
def test_the_copied_summary_is_the_shown_one(visit):
    tab = visit("/alerts?range=15m&refresh=off")
    button = tab.page.get_by_role("button", name="Copy as Markdown")
    button.click()
    tab.page.get_by_role("button", name="Copied").wait_for()
    shown = told(tab)
    assert any("Alert SLOAvailabilityBurn" in line and line.endswith("in qa") for line in shown)
    assert any("A fault (error)" in line for line in shown)
    # Pages over plain HTTP may write to the clipboard but never read it: it is pasted instead.
    tab.page.evaluate(
        "document.body.append(Object.assign(document.createElement('textarea'), { id: 'paste' }))"
    )
    tab.page.locator("#paste").focus()
    tab.page.keyboard.press("Control+V")
    pasted = tab.page.locator("#paste").input_value()
    lines = [line for line in pasted.splitlines() if line.startswith("- ")]
    assert [line.replace("**", "").replace("\\", "")[2:] for line in lines] == shown
    summary = tab.page.get_by_role("region", name="Incident summary")
    headline = summary.locator("p").first.inner_text()
    assert pasted.splitlines()[0].replace("\\", "") == f"# {headline}"


@pytest.mark.usefixtures("burning")
def test_the_overview_says_who_differs_most_and_leads_to_the_comparison(visit):
    tab = visit("/")
    differs = tab.page.get_by_role("region", name="Differs most")
    differs.get_by_role("link", name=re.compile("The error rate of qa")).click()
    tab.settle()
    assert "/compare?" in tab.page.url
    assert "signal=errors" in tab.page.url
