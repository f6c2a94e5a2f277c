"""The control plane of a healthy deployment: one view of everything, rules that work, silence."""

import json
import time

import pytest

from tests.conftest import ENVIRONMENTS, load
from tests.e2e.stores import stores, troubled
from toolkit.promql import get, query, value_of
from toolkit.waiting import wait_for

MEMORY = 900e6
"""Bytes that an idle control plane may take."""
ANSWERED_WITHIN = load("roles/thanos/defaults/main.yml")["thanos_store_timeout"] + 1
"""Seconds in which Query answers without those who do not."""


def test_query_asks_prometheus_and_the_bucket(deployed):
    assert sorted(stores(deployed)) == [("sidecar", True), ("store", True)]


@pytest.mark.parametrize(
    ("away", "back"), [("kill --signal=STOP", "kill --signal=CONT"), ("stop", "start")]
)
def test_a_sidecar_that_does_not_answer_is_named_until_it_is_back(deployed, away, back):
    """In every answer, from the first one until Query has noticed and answers at once again."""
    control_plane = deployed.hosts["cp-01"]
    address = f"{deployed.addresses['cp-01']}:{deployed.ports['thanos_sidecar_grpc']['port']}"
    answers = []

    def ask():
        """Note whether an answer says who is missing from it, and how long it took."""
        began = time.monotonic()
        said = json.loads(get(f"{deployed.query}/api/v1/query?query=up", timeout=40))
        is_named = any(address in warning for warning in said.get("warnings", []))
        answers.append((is_named, time.monotonic() - began))
        return is_named

    assert not ask()
    answers.clear()
    control_plane.check_output(f"systemctl {away} sightline-thanos-sidecar")
    try:
        wait_for(
            lambda: ask() and troubled(deployed) == {"sidecar"} and answers[-1][1] < 1,
            within=60,
            what="Query has noticed and answers at once",
        )
    finally:
        control_plane.check_output(f"systemctl {back} sightline-thanos-sidecar")
    noticed = len(answers)
    wait_for(ask, (False).__eq__, within=60, what="whole answers")
    wait_for(lambda: troubled(deployed), set().__eq__, within=30, what="everybody is well")
    slowest = max(seconds for _, seconds in answers)
    print(f"{away}: {noticed} answers without the sidecar, the slowest after {slowest:.1f} s")
    assert all(is_named for is_named, _ in answers[:noticed])
    assert slowest <= ANSWERED_WITHIN


@pytest.mark.parametrize("asked", ["prometheus", "query"])
def test_query_answers_what_prometheus_answers(deployed, asked):
    def up():
        found = query(getattr(deployed, asked), 'sum by (environment) (up{environment!=""})')
        return {sample.labels["environment"]: sample.value for sample in found}

    both = dict.fromkeys(ENVIRONMENTS, 2)
    wait_for(up, both.__eq__, within=30, what=f"{asked} knows both targets of each data plane")


def test_everything_that_is_scraped_answers(deployed):
    def silent():
        return [sample.labels for sample in query(deployed.prometheus, "up == 0")]

    wait_for(silent, [].__eq__, within=30, what="scrapes that all succeed")


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
