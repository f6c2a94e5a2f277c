"""What scenarios claim, on four real hosts under the traffic of all three profiles.

The plan in seconds, on a site that was deployed just now. It has little to remember, so that a
minute of slowness is enough of the hour's budget (`deadlines.lasting` says 55 to 75 s for prod and
75 to 90 s for qa, two minutes later); rates of a minute forget after 60 to 90 s.

      0  normal: half a minute of steady state is there, because the site was in use before
      5  prod becomes slow; seen after 10 to 25 s; its alert, evaluated each minute, after 30 to 130
     75  cleared; no worker is slow any more after 10 s
     85  qa fails, while windows forget what was in prod; a tenth is seen after 65 s, its alert
         fires after 100 to 240 s
    175  cleared
    405  at the latest, prod's alert is resolved: window of 300 s, then a minute until it is seen
    500  at the latest, qa's alert is resolved

Both alerts are awaited at the end, together. Windows of five minutes leave no way to be quicker.
"""

import json
import time
from pathlib import Path

import pytest

from lab import load
from lab.cli import TOPOLOGY
from lab.lab import running
from lab.topology import parse
from tests.playbook import play
from tests.scenarios.narrate import Terminal
from tests.scenarios.reading import load as scenario
from tests.scenarios.report import verdict, write
from tests.scenarios.runner import Runner
from tests.scenarios.site import Site
from toolkit.console import step
from toolkit.waiting import wait_for

pytestmark = pytest.mark.lab

NAME, SUBNET = "scenario", "192.168.79"
TIMELINE = ["normal", "prod-latency", "qa-errors"]
LONGEST = 9 * 60

REPORTS = Path(".logs/scenarios")


@pytest.fixture
def site(tmp_path):
    """Give the product as an operator deploys it, with customers in every environment."""
    with running(NAME, parse(TOPOLOGY.read_text(), subnet=SUBNET)) as hosts:
        inventories = [*map("inventories/{}".format, ("prod", "dev", "qa")), hosts.folder.inventory]
        chosen = [f"--inventory={path}" for path in inventories]
        with step("Deploying"):
            extra = json.dumps({"secrets_directory": str(tmp_path)})
            assert play(*chosen, "--extra-vars", extra, "site.yml").changed
        site = Site.of(hosts)
        with load.customers(hosts, load.targets(hosts)):
            busy = "environment:http_requests:rate1m offset 1m > 5"
            wait_for(
                lambda: site.ask(busy),
                lambda seen: set(seen) == set(site.data_planes),
                within=180,
                what="a minute and more of use",
            )
            yield site


def test_incidents_are_seen_where_they_are_and_nowhere_else(site):
    scenarios = [scenario(name) for name in TIMELINE]
    began = time.monotonic()
    records = Runner(site, Terminal(explain=False, pages={}), brief=True).run(scenarios)
    took = time.monotonic() - began
    write(records, REPORTS)
    assert verdict(records, scenarios) == []
    assert took <= LONGEST
