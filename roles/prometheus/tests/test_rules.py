"""Every rule says what it is for, fires when it should, keeps silent when it nearly should."""

import re
from functools import cache
from operator import attrgetter
from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from toolkit.process import run

ROLE = Path("roles/prometheus")
RULES = sorted((ROLE / "files/rules").glob("*.yml"))
CASES = sorted((ROLE / "tests/rules").glob("*.yml"))
RUNBOOKS = Path("docs/runbooks.md")
ENVIRONMENTS = ("dev", "qa", "prod")


@cache
def load(path):
    return yaml.safe_load(path.read_text())


def rules(kind):
    return [
        rule
        for path in RULES
        for group in load(path)["groups"]
        for rule in group["rules"]
        if kind in rule
    ]


def name_of(alert):
    return "-".join([alert["alert"], *alert["labels"].values()])


def cases_of(alert):
    """Return what the cases expect of an alert, each as whether it fires."""
    return [
        any(alert["labels"].items() <= one["exp_labels"].items() for one in case["exp_alerts"])
        for path in CASES
        for test in load(path)["tests"]
        if test["input_series"]
        for case in test.get("alert_rule_test", [])
        if case["alertname"] == alert["alert"]
    ]


@pytest.mark.parametrize("path", RULES, ids=attrgetter("stem"))
def test_promtool_finds_no_fault_with_the_rules(promtool, path):
    run([promtool, "check", "rules", "--lint=all", "--lint-fatal", path])


@pytest.mark.parametrize("path", CASES, ids=attrgetter("stem"))
def test_rules_do_in_each_case_what_is_expected(promtool, path):
    run([promtool, "test", "rules", path])


@pytest.mark.parametrize("alert", rules("alert"), ids=name_of)
def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(alert):
    always = alert["labels"]["severity"] == "none"
    assert set(cases_of(alert)) == ({True} if always else {True, False})


@pytest.mark.parametrize("record", [rule["record"] for rule in rules("record")])
def test_the_value_of_each_recorded_query_is_tested(record):
    tested = {
        case["expr"]
        for path in CASES
        for test in load(path)["tests"]
        for case in test.get("promql_expr_test", [])
    }
    assert record in tested


@pytest.mark.parametrize("alert", rules("alert"), ids=name_of)
def test_each_alert_says_what_is_wrong_how_urgent_it_is_and_what_to_do(alert):
    assert alert["labels"]["severity"] in {"critical", "warning", "none"}
    assert set(alert["annotations"]) <= {"summary", "description", "runbook_url"}
    assert "\n" not in alert["annotations"]["summary"]
    anchor = alert["alert"].lower()
    assert alert["annotations"]["runbook_url"] == f"docs/runbooks.md#{anchor}"


def test_each_alert_has_its_section_among_the_runbooks_and_each_section_its_alert():
    sections = re.findall(r"^### (\w+)$", RUNBOOKS.read_text(), re.MULTILINE)
    assert sections == sorted(set(sections), key=sections.index)
    assert set(sections) == {alert["alert"] for alert in rules("alert")}


@pytest.mark.parametrize("path", RULES, ids=attrgetter("stem"))
def test_no_rule_names_an_environment(path):
    assert not set(re.findall(r"\w+", path.read_text())) & set(ENVIRONMENTS)


@pytest.mark.parametrize("rule", [*rules("alert"), *rules("record")], ids=lambda rule: rule["expr"])
def test_rules_on_the_control_plane_believe_nothing_that_a_data_plane_says(rule):
    component = r"(?<![:\w])((?:prometheus|alertmanager|thanos|minio)_\w+)(.{0,4})"
    for metric, selector in re.findall(component, rule["expr"]):
        assert selector == "{job", metric


def rendered(environment, hosts, **variables):
    """Render the rules of one environment as the role does."""
    inventory = {
        "groups": {"data_plane": list(hosts)},
        "hostvars": hosts,
        "file_environment": environment,
        "prometheus_slo_availability": 0.999,
        "prometheus_slo_latency": 0.99,
    }
    templar = Templar(loader=DataLoader(), variables=inventory | variables)
    text = (ROLE / "templates/environment_rules.yml.j2").read_text()
    return templar.template(trust_as_template(text), overrides={"trim_blocks": True})


HOSTS = {
    "two": {"data_plane_environment": "berlin", "data_plane_id": "b2"},
    "one": {"data_plane_environment": "berlin", "data_plane_id": "b1"},
    "other": {"data_plane_environment": "oslo", "data_plane_id": "o1"},
}


def test_an_environments_rules_state_its_objectives_and_its_data_planes(promtool, tmp_path):
    text = rendered("berlin", HOSTS)
    (tmp_path / "berlin.yml").write_text(text)
    run([promtool, "check", "rules", "--lint=all", "--lint-fatal", tmp_path / "berlin.yml"])
    (group,) = yaml.safe_load(text)["groups"]
    assert group["interval"] == "1m"
    assert [(rule["record"], rule["expr"], rule["labels"]) for rule in group["rules"]] == [
        ("environment:slo_availability:objective", "vector(0.999)", {"environment": "berlin"}),
        ("environment:slo_latency:objective", "vector(0.99)", {"environment": "berlin"}),
        *(
            (
                "data_plane:expected",
                "vector(1)",
                {"environment": "berlin", "data_plane_id": data_plane},
            )
            for data_plane in ("b1", "b2")
        ),
    ]


def test_an_environments_inventory_may_set_other_objectives():
    hosts = {name: host | {"prometheus_slo_availability": 0.95} for name, host in HOSTS.items()}
    (group,) = yaml.safe_load(rendered("berlin", hosts))["groups"]
    assert [rule["expr"] for rule in group["rules"][:2]] == ["vector(0.95)", "vector(0.99)"]
