"""What people come for, done as somebody does it who has never been here, with clicks counted.

The figures are printed: `pytest -s tests/e2e/test_tasks.py` with LAB_NAME set.
"""

import contextlib
import csv
import io
import time
from pathlib import Path

import pytest

from lab.faults import partitioned
from toolkit.waiting import wait_for

COUNT_CLICKS = """
addEventListener('click', ({ isTrusted }) => {
  if (isTrusted) sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1
}, { capture: true })
"""


SECONDS_PER_POINT = 10
"""How finely an hour is drawn."""


@contextlib.contextmanager
def stopped(host, unit):
    host.run(f"systemctl stop {unit}")
    try:
        yield
    finally:
        host.run(f"systemctl start {unit}")


SILENT = {
    "the API": (
        lambda host: stopped(host, "sightline-api"),
        "Its API has sent nothing for",
    ),
    "the collector": (
        lambda host: stopped(host, "sightline-collector"),
        "the host is up, its collector is not",
    ),
    "the network": (
        partitioned,
        "its host is down or hangs, or the network is cut",
    ),
}
"""What makes a data plane silent: how, and what the page says of it."""


@pytest.fixture
def newcomer(visit):
    """Open the front page; say in the end what it took."""

    @contextlib.contextmanager
    def doing(task, *, most):
        tab = visit("/")
        tab.page.add_init_script(COUNT_CLICKS)
        tab.page.reload()
        tab.settle()
        began = time.monotonic()
        yield tab
        took = time.monotonic() - began
        clicks = int(tab.page.evaluate("sessionStorage.clicks ?? 0"))
        print(f"{task}: {clicks} clicks, {took:.1f} s")
        assert clicks <= most

    return doing


def link(tab, name):
    tab.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
    tab.settle()


def test_the_sick_environment_is_found_and_since_when(traffic, newcomer):
    prod = traffic.hosts["dp-prod-01"]
    prod.run("api-faults set latency 800 --for 5m")
    try:
        with newcomer("find the sick environment and since when", most=0) as tab:
            wait_for(
                lambda: tab.page.get_by_role("heading", level=1).inner_text(),
                lambda said: "prod is degraded: p95" in said and "for" in said.split(", over")[1],
                within=120,
                what="the sentence names prod",
            )
    finally:
        prod.run("api-faults clear")


@pytest.mark.usefixtures("traffic")
def test_qa_is_compared_with_prod_for_p99(newcomer):
    with newcomer("compare qa to prod for p99", most=3) as tab:
        link(tab, "Compare")
        tab.page.get_by_role("combobox", name="Baseline").select_option("prod")
        tab.page.get_by_role("button", name="Latency p99").click()
        tab.settle()
        table = tab.page.get_by_role("table")
        qa = table.get_by_role("row").filter(has=tab.page.get_by_text("qa", exact=True))
        assert "\N{MULTIPLICATION SIGN}" in qa.inner_text()
        assert tab.page.get_by_role("region", name="Latency p99", exact=True).is_visible()


@pytest.mark.usefixtures("traffic")
def test_the_error_rate_of_the_last_hour_is_taken_along(newcomer):
    with newcomer("export the last hour's error rate", most=2) as tab:
        link(tab, "Metrics")
        panel = tab.page.get_by_role("region", name="Error rate", exact=True)
        panel.hover()
        with tab.page.expect_download() as download:
            panel.get_by_title("Save as CSV").click()
        text = Path(download.value.path()).read_text().replace("\r\n", "\n")
        _, _, table = text.partition("\n\n")
        rows = list(csv.DictReader(io.StringIO(table)))
        assert len(rows) == pytest.approx(3600 / SECONDS_PER_POINT, abs=2)
        assert {"time", "prod", "dev", "qa"} <= set(rows[0])


@pytest.mark.parametrize("cause", SILENT)
def test_a_silence_is_told_from_others(traffic, newcomer, cause):
    silent, said = SILENT[cause]
    with newcomer(f"see that {cause} makes qa silent", most=1) as tab:
        link(tab, "Data planes")
        qa = tab.page.get_by_role("row").filter(has_text="dp-qa-01")
        wait_for(
            qa.inner_text, lambda text: "All links answer" in text, within=60, what="qa is well"
        )
        with silent(traffic.hosts["dp-qa-01"]):
            wait_for(qa.inner_text, lambda text: said in text, within=90, what="the cause")
