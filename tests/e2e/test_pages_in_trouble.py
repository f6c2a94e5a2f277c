"""What people see while something is broken: what is known, how old it is, and when it is over.

The tests follow one outage in order: qa falls silent, and dev says what it should not.
"""

import contextlib
import re
import time

import pytest

from tests.e2e.browser import visiting
from tests.e2e.liar import lying
from tests.e2e.stores import troubled
from toolkit.promql import get, value_of
from toolkit.waiting import wait_for

SERVICES = "sightline-api sightline-collector"
ON_SCREEN_WITHIN = 60
"""Seconds from a data plane's API being ready to its metrics on the screen."""

MARKUP = "<img src=x onerror=document.title=1>"
CLAIMS = f'shop_payments_total{{payment_result="{MARKUP}"}} ASKED'


pytestmark = pytest.mark.usefixtures("overview")


@pytest.fixture(scope="module")
def overview(deployed, chromium, origin):
    """Give a page that was open before qa fell silent and dev began to lie."""
    qa = deployed.hosts["dp-qa-01"]
    dev = deployed.hosts["dp-dev-01"], deployed.addresses["dp-dev-01"]
    port = deployed.ports["collector_metrics"]["port"]
    with contextlib.ExitStack() as outage:
        tab = outage.enter_context(visiting(chromium, origin))
        tab.open("/")
        outage.enter_context(lying(*dev, port, CLAIMS))
        outage.callback(qa.check_output, f"systemctl start {SERVICES}")
        qa.check_output(f"systemctl stop {SERVICES}")
        yield tab


def row(tab, name):
    """Return what stands in the row of an environment, cell by cell."""
    found = tab.page.get_by_role("row").filter(has=tab.page.get_by_role("rowheader", name=name))
    cells = found.get_by_role("cell").all_inner_texts()
    return [" ".join(cell.split()) for cell in cells]


def heading(tab):
    return tab.page.get_by_role("heading", level=1).inner_text()


def silence(deployed, now):
    """Return the age of qa's newest metrics, as PromQL knows it, in seconds."""
    newest = 'timestamp(data_plane:http_active_requests:sum{environment="qa"})'
    return now - value_of(deployed.query, f"max_over_time(({newest})[10m:1s])")


def test_a_silent_data_plane_turns_stale_with_its_age(deployed, overview):
    state, *_ = wait_for(
        lambda: row(overview, "qa"),
        lambda cells: cells[0].startswith("Stale"),
        within=60,
        what="qa is stale",
    )
    said = int(re.search(r"does not answer, last metrics (\d+) s ago", state)[1])
    assert said == pytest.approx(silence(deployed, time.time()), abs=12)
    assert 30 < said <= 60
    assert "qa is stale" in heading(overview)
    assert row(overview, "prod")[0].startswith("Healthy")


def test_a_label_that_looks_like_markup_is_text(visit):
    tab = visit("/metrics?env=dev&range=5m")
    payments = tab.page.get_by_role("region", name="Payments", exact=True)
    payments.scroll_into_view_if_needed()
    wait_for(payments.inner_text, lambda text: MARKUP in text, within=60, what="the label")
    assert tab.page.locator("main img").count() == 0
    assert "1" not in tab.page.title()


def test_words_of_an_address_that_look_like_markup_are_text(visit):
    tab = visit(f"/data-planes?find={MARKUP}&env={MARKUP},prod")
    assert MARKUP in tab.text()
    tab.page.get_by_role("button", name="prod").click()
    assert MARKUP in tab.text("body")
    assert tab.page.locator("main img, [role=dialog] img").count() == 0


def test_without_an_upstream_pages_keep_what_they_have_and_say_so(deployed, visit):
    control_plane = deployed.hosts["cp-01"]
    overview, metrics = visit("/?env=prod"), visit("/metrics?env=prod&range=5m")
    before = wait_for(lambda: metrics.pictures("Request rate"), within=10, what="a chart")
    control_plane.check_output("systemctl stop sightline-thanos-query")
    try:
        wait_for(
            overview.text,
            lambda text: "The control plane answered 502" in text and "What you see is" in text,
            within=40,
            what="the overview says why and how old it is",
        )
        assert heading(overview) == "prod is healthy."
        rate = metrics.page.get_by_role("region", name="Request rate", exact=True)
        wait_for(
            lambda: rate.get_by_title("The control plane answered 502").inner_text(),
            re.compile(r"\d+ s\sold").fullmatch,
            within=40,
            what="the age of the chart",
        )
        assert len(metrics.pictures("Request rate")) == len(before)
        newcomer = visit("/?env=prod")
        assert heading(newcomer) == "Nothing is known."
    finally:
        control_plane.check_output("systemctl start sightline-thanos-query")
    for tab in (overview, metrics, newcomer):
        wait_for(
            lambda tab=tab: tab.text("body"),
            lambda text: "The control plane answered" not in text and "What you see" not in text,
            within=40,
            what="fresh news",
        )
    assert row(newcomer, "prod")[0].startswith("Healthy")
    wait_for(
        lambda: rate.get_by_title("The control plane answered").count(),
        (0).__eq__,
        within=20,
        what="a chart that is not old any more",
    )


def test_what_is_missing_is_named_until_it_is_back(deployed, visit):
    """A frozen sidecar, long after Query has noticed that it does not answer."""
    control_plane = deployed.hosts["cp-01"]
    tab = visit("/metrics?env=prod&range=5m")
    missing = tab.page.get_by_text("Something is missing:")
    control_plane.check_output("systemctl kill --signal=STOP sightline-thanos-sidecar")
    try:
        wait_for(lambda: troubled(deployed), {"sidecar"}.__eq__, within=30, what="it is noticed")
        tab.page.get_by_role("button", name="Refresh", exact=True).click()
        wait_for(
            missing.all_inner_texts,
            lambda texts: texts and all(deployed.addresses["cp-01"] in text for text in texts),
            within=30,
            what="who does not answer is named",
        )
    finally:
        control_plane.check_output("systemctl kill --signal=CONT sightline-thanos-sidecar")
    wait_for(missing.count, (0).__eq__, within=40, what="whole answers")


def test_a_data_plane_that_stays_silent_is_down(deployed, overview):
    said = re.compile(r"Down does not answer, last metrics \d+ min ago")
    *_, age = wait_for(
        lambda: row(overview, "qa"),
        lambda cells: said.match(cells[0]),
        within=90,
        what="qa is down",
    )
    assert age == f"{int(silence(deployed, time.time()) // 60)} min"
    assert "qa is down" in heading(overview)


def test_a_data_plane_that_starts_is_soon_on_the_screen(deployed, overview):
    qa = deployed.hosts["dp-qa-01"]
    qa.check_output(f"systemctl start {SERVICES}")
    wait_for(lambda: get(f"{deployed.api('qa')}/health"), within=30, what="qa's API")
    ready = time.monotonic()
    wait_for(
        lambda: row(overview, "qa"),
        lambda cells: cells[0].startswith("Healthy"),
        within=ON_SCREEN_WITHIN,
        what="qa is healthy on the screen",
    )
    print(f"a started data plane is on the screen after {time.monotonic() - ready:.1f} s")
