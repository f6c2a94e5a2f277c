"""What makes the dashboard quick to use: keys, walls, paper, pictures, zones, earlier times."""

import csv
import io
import re
import struct
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import ENVIRONMENTS
from tests.e2e.test_pages import AXE
from toolkit.promql import query
from toolkit.waiting import wait_for

pytestmark = pytest.mark.usefixtures("traffic")


def address(tab):
    """Return what stands after the dashboard's origin."""
    return tab.page.url.removeprefix(tab.origin)


def leads_to(tab, wanted):
    wait_for(
        lambda: address(tab), lambda found: re.fullmatch(wanted, found), within=10, what=wanted
    )


# ------------------------------------------------------------------------------------- keys


def test_everything_is_reached_by_keys_alone(visit):
    tab = visit("/")
    keys = tab.page.keyboard
    keys.press("Control+k")
    palette = tab.page.get_by_role("combobox", name="Find a page or an action")
    palette.wait_for()
    keys.type("dp-qa")
    keys.press("Enter")
    leads_to(tab, r"/metrics\?env=qa&plane=dp-qa-01")
    keys.type("go")
    leads_to(tab, r"/\?env=qa")
    keys.type("e")
    tab.page.get_by_role("combobox", name="Choose an environment").wait_for()
    keys.type("all")
    keys.press("Enter")
    leads_to(tab, "/")
    keys.press("4")
    leads_to(tab, r"/\?range=6h")
    keys.press("t")
    keys.press("ArrowLeft")
    leads_to(tab, r"/\?start=\d+&end=\d+")
    assert tab.complaints == []


def test_the_help_says_what_the_palette_says(visit):
    tab = visit("/")
    tab.page.keyboard.press("?")
    tab.page.get_by_role("dialog", name="Keys").wait_for()
    help_ = set(tab.page.get_by_role("definition").all_inner_texts())
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+k")
    options = tab.page.get_by_role("option").filter(has=tab.page.locator("kbd"))
    wait_for(options.count, within=10, what="the palette")
    palette = {text.split("\n")[0] for text in options.all_inner_texts()}
    assert help_ - palette == {"Find a page, an environment or an action"}
    assert palette <= help_


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("key", ["Control+k", "?"])
def test_everybody_can_use_palette_and_help(visit, key, theme):
    tab = visit("/", theme=theme)
    tab.page.keyboard.press(key)
    tab.page.get_by_role("dialog").wait_for()
    tab.page.evaluate(AXE.read_text())
    found = tab.page.evaluate("axe.run().then(({ violations }) => violations)")
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["target"]) for one in serious] == []


def test_a_panel_fills_the_screen_and_a_link_shows_it_so(visit):
    tab = visit("/metrics?env=prod")
    tab.page.get_by_role("region", name="Error rate", exact=True).hover()
    tab.page.keyboard.press("v")
    leads_to(tab, r"/metrics\?env=prod&panel=Error\+rate")
    theirs = visit(address(tab))
    panel = theirs.page.get_by_role("region", name="Error rate", exact=True)
    assert panel.bounding_box() == {"x": 0, "y": 0, "width": 1440, "height": 900}
    assert not theirs.page.get_by_role("link", name="Overview").is_visible()
    theirs.page.keyboard.press("Escape")
    leads_to(theirs, r"/metrics\?env=prod")


# ------------------------------------------------------------------------------------ walls


def test_a_wall_goes_round_and_is_left_by_escape(chromium, origin):
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    try:
        page = context.new_page()
        page.clock.install()
        page.goto(f"{origin}/?kiosk=600")
        page.get_by_role("button", name="Leave").wait_for(state="attached")
        seen = []
        for _ in range(len(ENVIRONMENTS) + 2):
            page.get_by_role("heading", level=1).wait_for()
            seen.append(page.url.removeprefix(origin))
            before = page.url
            # Where something is wrong a page stays twice as long.
            page.clock.fast_forward(600_000)
            if page.url == before:
                page.clock.fast_forward(600_000)
            page.wait_for_url(lambda url, before=before: url != before)
        assert page.url.removeprefix(origin) == seen[0] == "/?kiosk=600"
        metrics = {re.sub(r".*env=(\w+).*", r"\1", one) for one in seen if "/metrics" in one}
        assert metrics == set(ENVIRONMENTS)
        assert seen[-1] == "/compare?kiosk=600"
        size = page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('main')).fontSize)"
            " * document.querySelector('main').currentCSSZoom"
        )
        assert size >= 20  # 10 mm high letters on a screen of 1.2 m: readable from 4 m
        page.keyboard.press("Escape")
        page.get_by_role("navigation", name="Pages").wait_for()
    finally:
        context.close()


# ------------------------------------------------------------------------------------ paper


@pytest.fixture
def printed(tmp_path):
    """Print a page as somebody who looks at it in the dark; return the words of each sheet."""

    def printed(tab):
        file = tmp_path / "page.pdf"
        tab.page.pdf(path=file, prefer_css_page_size=True)
        found = subprocess.run(
            ["pdftotext", file, "-"], check=True, capture_output=True, text=True
        ).stdout
        return [sheet.splitlines() for sheet in found.removesuffix("\f").split("\f")]

    return printed


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", 2), ("/metrics?env=prod", 4), ("/compare?base=prod", 2), ("/data-planes", 2)],
)
def test_a_printed_page_says_what_it_is_and_splits_no_panel(visit, printed, path, most):
    tab = visit(path, theme="dark")
    tab.see_all()
    titles = tab.page.locator("[data-panel] canvas").evaluate_all(
        "(all) => [...new Set(all.map((one) => one.closest('[data-panel]').dataset.panel))]"
    )
    sheets = printed(tab)
    assert 1 <= len(sheets) <= most
    for number, sheet in enumerate(sheets, start=1):
        said = " ".join(sheet)
        assert "Sightline · " in said
        assert re.search(r"\d\d:\d\d:\d\d .* \d\d:\d\d:\d\d UTC", said)
        assert f"{number} / {len(sheets)}" in said or f"{number}/{len(sheets)}" in said
        # A chart's title stands at its top, the zone of its clock at its bottom.
        assert sum(line in titles for line in sheet) == sheet.count("UTC")
    assert tab.page.locator("html").get_attribute("data-mantine-color-scheme") == "dark"


def test_printing_waits_for_what_nobody_has_scrolled_to(visit):
    tab = visit("/metrics?env=prod")
    assert tab.page.locator("[aria-busy=true]").count() > 0
    # Within a function: what an expression comes to is called if it is one.
    tab.page.evaluate(
        "() => { window.print = () => {"
        " window.waiting = document.querySelectorAll('[aria-busy=true]').length } }"
    )
    tab.page.keyboard.press("Control+k")
    tab.page.get_by_role("combobox", name="Find a page").wait_for()
    tab.page.keyboard.type("print")
    tab.page.keyboard.press("Enter")
    waiting = wait_for(
        lambda: tab.page.evaluate("window.waiting ?? null"),
        lambda count: count is not None,
        within=40,
        what="the page is printed",
    )
    assert waiting == 0


# --------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_panel_is_saved_as_a_sharp_picture_in_its_theme(visit, theme):
    tab = visit("/metrics?env=prod", theme=theme)
    with tab.page.expect_download() as download:
        tab.page.get_by_role("button", name="Error rate: Save as PNG").click()
    assert re.fullmatch(
        r"sightline-error-rate-\d{8}T\d{6}Z\.png", download.value.suggested_filename
    )
    picture = Path(download.value.path()).read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 2 * (960 + 2 * 16)
    assert height >= 2 * 320
    assert tab.complaints == []  # nor any of the content security policy


# ------------------------------------------------------------------------------------ zones


def test_a_zone_is_shown_kept_and_written_into_files(visit):
    end = int(time.time()) // 10 * 10 - 10
    tab = visit(f"/metrics?env=prod&start={end - 300}&end={end}&tz=Asia/Kolkata")
    panel = tab.page.get_by_role("region", name="Request rate", exact=True)
    assert panel.get_by_text("UTC+5:30").is_visible()
    with tab.page.expect_download() as download:
        panel.get_by_role("button", name="Save as CSV").click()
    lines = list(csv.reader(io.StringIO(Path(download.value.path()).read_text())))
    assert ["timezone", "Asia/Kolkata"] in lines
    assert lines[-1][0].endswith("+05:30")
    tab.page.get_by_role("link", name="Compare").click()
    leads_to(tab, r"/compare\?.*tz=Asia/Kolkata.*")


def test_a_time_that_clocks_skip_or_show_twice_is_no_riddle(visit):
    tab = visit("/?tz=Europe/Berlin")
    tab.page.get_by_role("button", name="Range: 1h").click()
    start, show = tab.page.get_by_label("From"), tab.page.get_by_role("button", name="Show this")
    start.fill("2026-03-29T02:30:00")
    assert "There is no 02:30 on this day" in tab.page.get_by_role("alert").inner_text()
    assert show.is_disabled()
    start.fill("2026-10-25T02:30:00")
    tab.page.get_by_role("group", name="From: clocks show").get_by_text("UTC+1").click()
    tab.page.get_by_label("To", exact=True).fill("2026-10-25T03:30:00")
    show.click()
    leads_to(tab, r"/\?tz=Europe/Berlin&start=1792891800&end=1792895400")


# ----------------------------------------------------------------------------- earlier times


def test_an_earlier_time_is_asked_for_only_when_wanted(deployed, visit):
    wait_for(
        lambda: query(
            deployed.query, 'data_plane:http_requests:rate1m{environment="prod"} offset 5m'
        ),
        within=330,
        what="the site is five minutes old",
    )
    tab = visit("/metrics?env=prod&range=5m")
    assert len({one["end"] for one in tab.questions()}) <= 2  # a refresh may have come
    tab.asked.clear()
    tab.page.keyboard.type("ty")
    leads_to(tab, r"/metrics\?env=prod&range=5m&previous=day")
    panel = tab.page.get_by_role("region", name="Request rate", exact=True)
    panel.get_by_text("1 d before").wait_for()
    past = wait_for(
        lambda: [one for one in tab.questions() if time.time() - int(one["end"]) > 80_000],
        within=10,
        what="questions about yesterday",
    )
    assert {int(one["end"]) - int(one["start"]) for one in past} == {300}
    tab.page.keyboard.type("tp")
    panel.get_by_text("5 min before").wait_for()
    with tab.page.expect_download() as download:
        panel.get_by_role("button", name="Save as CSV").click()
    lines = list(csv.reader(io.StringIO(Path(download.value.path()).read_text())))
    assert ["time", "prod", "prod, 5 min before"] in lines


# ----------------------------------------------------------------------------------- tables


def test_a_chart_is_read_sorted_and_copied_as_a_table_by_keys(visit):
    tab = visit("/metrics?env=prod&range=5m&refresh=off")
    panel = tab.page.get_by_role("region", name="Request rate", exact=True).first
    panel.get_by_role("button", name="Show as a table").press("Enter")
    assert "times in UTC" in panel.get_by_role("caption").inner_text()
    panel.get_by_role("columnheader").nth(1).get_by_role("button").press("Enter")
    values = [float(one) for one in panel.get_by_role("cell").all_inner_texts() if one[0].isdigit()]
    assert values == sorted(values, reverse=True)
    panel.get_by_role("button", name="Copy the table").press("Enter")
    panel.get_by_text("Copied").wait_for()
