"""A request, counted once, where it belongs."""

import json
import time

import pytest

from tests.conftest import ENVIRONMENTS
from toolkit.open_loop import Request, send
from toolkit.promql import get, query, value_of
from toolkit.waiting import wait_for

COUNT = "http_server_request_duration_seconds_count"


def counted(deployed, environment, route):
    """Return how many requests of a route are stored for an environment's data plane."""
    labels = f'environment="{environment}",data_plane_id="dp-{environment}-01",http_route="{route}"'
    return value_of(deployed.prometheus, f"sum({COUNT}{{{labels}}})")


def test_every_request_is_counted_once_and_where_it_belongs(deployed):
    sent = {"prod": 3, "dev": 5, "qa": 7}
    route = "/api/products"
    before = {name: counted(deployed, name, route) for name in sent}
    for name, number in sent.items():
        for _ in range(number):
            get(f"{deployed.api(name)}{route}?limit=3")
    wait_for(
        lambda: {name: counted(deployed, name, route) - before[name] for name in sent},
        lambda grown: grown == sent,
        within=30,
        what="each data plane counts exactly what was sent to it",
    )


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_workers_of_a_data_plane_have_names_that_stay(deployed, environment):
    found = query(
        deployed.prometheus, f'{COUNT}{{environment="{environment}",service_name="api-service"}}'
    )
    slots = {sample.labels["service_instance_id"] for sample in found}
    assert slots
    assert slots <= {f"dp-{environment}-01:{slot}" for slot in range(2)}


def test_an_order_is_business_that_the_control_plane_sees(deployed):
    def orders():
        return {
            name: value_of(
                deployed.prometheus, f'sum(shop_orders_created_total{{environment="{name}"}})'
            )
            for name in ENVIRONMENTS
        }

    before = orders()
    body = json.dumps({"lines": [{"product_id": 1, "quantity": 2}]})
    order = Request("POST", "/api/orders", body, {"Content-Type": "application/json"})
    answers = send(deployed.api("qa").removeprefix("http://"), [order] * 3, per_second=10)
    assert [answer.status for answer in answers] == [201] * 3
    wait_for(
        lambda: {name: now - before[name] for name, now in orders().items()},
        lambda grown: grown == {name: 3 if name == "qa" else 0 for name in ENVIRONMENTS},
        within=30,
        what="three orders of qa and none elsewhere",
    )


def test_an_injected_fault_is_seen_where_it_is_and_ends(deployed):
    def active():
        found = query(deployed.prometheus, "max by (environment) (shop_fault_active)")
        return {sample.labels["environment"]: sample.value for sample in found}

    def look(wanted):
        wait_for(active, lambda seen: seen == wanted, within=30, what=f"faults are {wanted}")

    nothing = dict.fromkeys(ENVIRONMENTS, 0)
    look(nothing)
    dev = deployed.hosts["dp-dev-01"]
    said = dev.check_output("api-faults set latency 200 --route /api/products")
    assert "seen by 2 workers" in said
    assert slowest(deployed, "dev", 5) > 0.2
    assert slowest(deployed, "prod", 5) < 0.2
    look(nothing | {"dev": 1})
    dev.check_output("api-faults clear")
    look(nothing)


def slowest(deployed, environment, count):
    """Return the seconds that the slowest of some requests took."""
    address = deployed.api(environment).removeprefix("http://")
    answers = send(address, [Request("GET", "/api/products")] * count, per_second=10)
    return max(answer.seconds for answer in answers)


def test_no_series_keeps_a_scraped_copy_of_who_it_is(deployed):
    assert query(deployed.prometheus, 'count({exported_environment!=""})') == []
    assert query(deployed.prometheus, 'count({exported_job!=""})') == []


def test_the_control_plane_has_no_environment(deployed):
    jobs = {
        sample.labels["job"]
        for sample in query(deployed.prometheus, 'up{environment="",plane="control"}')
    }
    assert jobs == {
        "alertmanager",
        "collector",
        "dashboard",
        "minio",
        "prometheus",
        "thanos-compact",
        "thanos-query",
        "thanos-sidecar",
        "thanos-store",
    }


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_host_metrics_tell_of_memory_and_disk(deployed, environment):
    for name in ("system_memory_usage_bytes", "system_filesystem_usage_bytes"):
        found = query(deployed.prometheus, f'{name}{{environment="{environment}"}}')
        assert found, f"{environment} has no {name}"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_data_plane_stays_within_its_series(deployed, environment):
    series = value_of(deployed.prometheus, f'count({{environment="{environment}"}})')
    assert 0 < series <= 2500


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_first_metric_arrives_soon_after_the_deployment(deployed, environment):
    """The later of API and Prometheus being ready, to the first stored sample of a request."""
    ready = max(
        float(
            deployed.hosts[host].check_output(
                'date +%%s.%%N --date="$(systemctl show --timestamp=us'
                ' --property=ActiveEnterTimestamp --value sightline-%s)"',
                service,
            )
        )
        for host, service in ((f"dp-{environment}-01", "api"), ("cp-01", "prometheus"))
    )
    first = min(
        sample.time
        for sample in query(deployed.prometheus, f'{COUNT}{{environment="{environment}"}}[1h]')
        if sample.time >= ready
    )
    print(f"{environment}: first metric after {first - ready:.1f} s")
    assert first - ready <= 60


def test_samples_are_fresh(deployed):
    age = wait_for(
        lambda: value_of(
            deployed.prometheus, f"max(time() - max by (data_plane_id) (timestamp({COUNT})))"
        ),
        lambda seconds: seconds <= 15,
        within=30,
        what="the newest sample of every data plane is at most 15 s old",
    )
    assert age <= 15
    assert abs(time.time() - value_of(deployed.prometheus, "vector(time())")) < 5
