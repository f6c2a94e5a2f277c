"""The product without Thanos: smaller, and nothing of it points at what is not there."""

import json

from tests.e2e.browser import browser, visiting
from tests.playbook import play
from toolkit.promql import get
from toolkit.waiting import wait_for


def test_the_host_runs_what_its_groups_say(deployed):
    units = "systemctl list-units --plain --no-legend --state=active 'sightline-*.service'"
    found = deployed.hosts["cp-01"].check_output(units)
    services = {line.split()[0].removesuffix(".service") for line in found.splitlines()}
    assert {name.removeprefix("sightline-") for name in services} == {
        "alertmanager",
        "collector",
        "dashboard",
        "firewall",
        "prometheus",
        "prometheus-guard",
    }


def test_pages_ask_prometheus_and_show_the_data_plane(deployed):
    origin = f"http://{deployed.addresses['cp-01']}"
    configuration = json.loads(get(f"{origin}/config.json"))
    assert configuration["query"] == "prometheus"
    assert {link["name"] for link in configuration["links"]} == {"Prometheus", "Alertmanager"}
    with browser() as chromium, visiting(chromium, origin) as tab:
        tab.open("/data-planes")
        wait_for(
            lambda: tab.text("main h1"),
            lambda said: "fresh" in said,
            within=60,
            what="the data plane is fresh on the page",
        )
        assert tab.complaints == []


def test_the_readiness_table_holds(deployed):
    overlay = deployed.folder / "inventory.yml"
    done = play(
        "--inventory=molecule/small/inventory", f"--inventory={overlay}", "playbooks/verify.yml"
    )
    assert done.code == 0, done.said
    assert "thanos" not in done.said
