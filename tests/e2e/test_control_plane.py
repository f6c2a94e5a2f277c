"""The control plane of a healthy deployment: one view of everything, rules that work, silence."""

import json

import pytest

from tests.conftest import ENVIRONMENTS
from toolkit.promql import get, query, value_of
from toolkit.waiting import wait_for

MEMORY = 900e6
"""Bytes that an idle control plane may take."""


def test_query_asks_prometheus_and_the_bucket(deployed):
    stores = json.loads(get(f"{deployed.query}/api/v1/stores"))["data"]
    known = [(kind, store["lastError"]) for kind, found in stores.items() for store in found]
    assert sorted(known) == [("sidecar", None), ("store", None)]


@pytest.mark.parametrize("asked", ["prometheus", "query"])
def test_query_answers_what_prometheus_answers(deployed, asked):
    def up():
        found = query(getattr(deployed, asked), 'sum by (environment) (up{environment!=""})')
        return {sample.labels["environment"]: sample.value for sample in found}

    both = dict.fromkeys(ENVIRONMENTS, 2)
    wait_for(up, both.__eq__, within=30, what=f"{asked} knows both targets of each data plane")


def test_everything_that_is_scraped_answers(deployed):
    assert [sample.labels for sample in query(deployed.prometheus, "up == 0")] == []


def test_every_rule_is_evaluated_without_an_error(deployed):
    def rules():
        groups = json.loads(get(f"{deployed.prometheus}/api/v1/rules"))["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    found = wait_for(
        rules,
        lambda seen: all(rule["health"] != "unknown" for rule in seen),
        within=90,
        what="every rule was evaluated",
    )
    assert len(found) > 50
    assert [(rule["name"], rule["lastError"]) for rule in found if rule["health"] != "ok"] == []


def test_alerts_arrive_and_a_healthy_deployment_has_no_other_than_the_watchdog(deployed):
    def firing():
        alerts = json.loads(get(f"{deployed.alertmanager}/api/v2/alerts"))
        return {alert["labels"]["alertname"] for alert in alerts}

    wait_for(firing, {"Watchdog"}.__eq__, within=120, what="the watchdog alone fires")


def test_the_golden_queries_are_recorded_for_every_data_plane(deployed):
    for environment in ENVIRONMENTS:
        get(f"{deployed.api(environment)}/health")
    for name in ("environment:http_requests:rate1m", "data_plane:http_requests:rate1m"):
        found = wait_for(
            lambda name=name: query(deployed.query, name),
            lambda samples: len(samples) == 3,
            within=120,
            what=f"{name} of three environments",
        )
        assert {sample.labels["environment"] for sample in found} == set(ENVIRONMENTS)


def test_an_idle_control_plane_takes_little_memory(deployed):
    control_plane = deployed.hosts["cp-01"]
    taken = {}
    for home in control_plane.check_output("ls -d /etc/sightline/*/current").split():
        service = home.split("/")[3]
        shown = control_plane.check_output(
            f"systemctl show --property=MainPID --value sightline-{service}"
        )
        resident = control_plane.check_output(f"awk '/^VmRSS/ {{print $2}}' /proc/{shown}/status")
        taken[service] = int(resident) * 1024
    print({service: f"{bytes_ / 1e6:.0f} MB" for service, bytes_ in taken.items()})
    print(f"in all: {sum(taken.values()) / 1e6:.0f} MB")
    assert sum(taken.values()) <= MEMORY


def test_query_shows_the_limits_that_keep_one_query_from_hurting_others(deployed):
    assert value_of(deployed.prometheus, "thanos_query_concurrent_gate_queries_max") == 8
