"""What an operator sees of a second run, and of a run for one environment alone."""

import itertools
import time

import pytest

from tests.e2e.liar import lying
from tests.playbook import play
from toolkit.promql import get, query
from toolkit.waiting import wait_for

LIMITS = {"cp-01": 10, "all": 30}
"""Remote calls that a run without changes may need."""


@pytest.fixture
def site(deployed, tmp_path):
    """Run site.yml for some environments; count the calls of ssh to each address."""
    calls = tmp_path / "calls"
    calls.touch()
    wrapper = tmp_path / "ssh"
    wrapper.write_text(f'#!/bin/sh\necho "$*" >> {calls}\nexec ssh "$@"\n')
    wrapper.chmod(0o755)

    def run(*environments):
        started = time.monotonic()
        arguments = deployed.playbook_arguments(*environments)
        done = play(*arguments, "site.yml", settings={"ANSIBLE_SSH_EXECUTABLE": wrapper})
        lines = calls.read_text().splitlines()
        counted = {
            name: sum(address in line.split() for line in lines)
            for name, address in deployed.addresses.items()
        }
        return done.changed, counted, time.monotonic() - started

    return run


def test_a_second_run_changes_nothing_and_asks_little(site):
    recap, calls, seconds = site()
    print(f"no change: {seconds:.1f} s, remote calls {calls}")
    assert set(recap.values()) == {0}, recap
    assert all(calls.values()), calls
    assert calls["cp-01"] <= LIMITS["cp-01"], calls
    assert sum(calls.values()) <= LIMITS["all"], calls


def test_a_run_for_one_environment_leaves_the_others_as_they_are(deployed, site):
    control_plane = deployed.hosts["cp-01"]
    of_others = "cat /etc/sightline/prometheus/current/scrape_configs.d/dev.yml"
    before = control_plane.check_output(of_others)
    began = time.time()
    recap, calls, _ = site("prod")
    assert set(recap) == {"cp-01", "dp-prod-01"}
    assert calls["dp-dev-01"] == calls["dp-qa-01"] == 0
    assert control_plane.check_output(of_others) == before
    assert largest_gap(deployed, 'up{environment=~"dev|qa"}', since=began - 60) < 15


def largest_gap(deployed, selector, *, since):
    """Return the longest time without a sample, in seconds, over all series of a selector."""
    ages = int(time.time() - since)
    times = {}
    for sample in query(deployed.prometheus, f"{selector}[{ages}s]"):
        times.setdefault(str(sample.labels), []).append(sample.time)
    assert times
    return max(b - a for stamps in times.values() for a, b in itertools.pairwise(stamps))


CLAIMS = """claim{environment="prod",data_plane_id="dp-prod-01",job="x"} 1
environment:slo_availability:objective{environment="prod"} 0
up{environment="prod",instance="x"} 0
"""


def test_a_data_plane_that_claims_to_be_another_is_stored_as_itself(deployed):
    """A compromised host may say anything on its port; who it is, the inventory decides."""
    dev = deployed.hosts["dp-dev-01"], deployed.addresses["dp-dev-01"]
    with lying(*dev, deployed.ports["collector_metrics"]["port"], CLAIMS):
        stored = wait_for(
            lambda: query(deployed.prometheus, "claim"), within=30, what="the claim is scraped"
        )
    assert [
        {name: sample.labels.get(name) for name in ("environment", "data_plane_id", "job")}
        for sample in stored
    ] == [{"environment": "dev", "data_plane_id": "dp-dev-01", "job": "dataplane-dev"}]
    assert stored[0].labels["claimed_environment"] == "prod"
    assert query(deployed.prometheus, '{claimed_environment="prod",__name__!="claim"}') == []


def test_prometheus_lets_nobody_administer_it_over_the_network(deployed):
    flags = get(f"{deployed.prometheus}/api/v1/status/flags")
    assert '"web.enable-admin-api":"false"' in flags
    assert '"web.enable-lifecycle":"false"' in flags


def test_prometheus_keeps_samples_for_a_bounded_time_and_size(deployed):
    assert "15d or 10GiB" in get(f"{deployed.prometheus}/api/v1/status/runtimeinfo")
