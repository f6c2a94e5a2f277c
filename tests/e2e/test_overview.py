"""What the pages look like on a desk and on a phone, by the places of what one sees."""

import pytest
from playwright.sync_api import ViewportSize

from toolkit.waiting import wait_for

PHONE = ViewportSize(width=390, height=844)
GOLDEN = ["Request rate", "Latency p95", "Error rate", "Active requests"]


def panel(tab, name):
    return tab.page.get_by_role("region", name=name, exact=True)


def names(tab, name, *, drawn_only=False):
    """Return the lines of a panel, by its legend."""
    found = panel(tab, name).get_by_role("listitem").locator("button")
    shown = found.and_(tab.page.locator("[aria-pressed=true]")) if drawn_only else found
    return [one.strip() for one in shown.all_inner_texts()]


def test_the_golden_signals_of_three_environments_are_above_the_fold(visit):
    tab = visit("/")
    height = tab.page.viewport_size["height"]
    for name in GOLDEN:
        wait_for(lambda name=name: len(tab.pictures(name)), (1).__eq__, within=20, what=name)
        box = panel(tab, name).bounding_box()
        assert box["y"] + box["height"] <= height, name
        assert len(names(tab, name)) == 3


def test_the_title_of_a_golden_signal_leads_to_it_among_the_metrics(visit):
    tab = visit("/?range=15m")
    tab.page.get_by_role("link", name="Active requests").click()
    tab.settle()
    assert tab.page.url.endswith("/metrics?range=15m#active")
    top = panel(tab, "Active requests").bounding_box()["y"]
    assert 0 <= top < tab.page.viewport_size["height"]


def test_a_link_reproduces_which_lines_are_drawn(visit):
    mine = visit("/metrics?env=prod&range=5m")
    panel(mine, "Latency").get_by_role("button", name="p50").click()
    wait_for(
        lambda: mine.page.url, lambda url: "hide=latency:p50.prod" in url, within=10, what="it"
    )
    theirs = visit(mine.page.url.removeprefix(mine.origin))
    for tab in (mine, theirs):
        assert names(tab, "Latency", drawn_only=True) == ["p95", "p99"]


@pytest.mark.parametrize("path", ["/", "/metrics", "/compare", "/data-planes"])
def test_a_phone_has_a_low_bar_and_no_page_is_wider_than_it(visit, path):
    tab = visit(path, screen=PHONE)
    bar = tab.page.locator("header").first.bounding_box()
    assert bar["height"] <= 100
    tab.see_all()
    assert tab.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    cut = """() => [...document.querySelectorAll('[role=group] button')]
      .filter((one) => one.getBoundingClientRect().right > innerWidth).length"""
    assert tab.page.evaluate(cut) == 0


def test_what_a_phone_has_no_room_for_is_in_a_menu(visit):
    tab = visit("/", screen=PHONE)
    tab.page.get_by_role("button", name="More").click()
    tab.page.get_by_role("dialog").get_by_label("Refresh every").select_option("1m")
    wait_for(lambda: tab.page.url, lambda url: url.endswith("?refresh=1m"), within=10, what="it")
