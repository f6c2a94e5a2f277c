"""Hosts of both Debian releases, one for each service; and a site with its bucket."""

import json
import sys

import pytest

from lab.cli import TOPOLOGY
from lab.lab import running
from lab.topology import parse
from tests.long.deployment import Deployment, Service
from tests.long.releases import edition
from tests.long.store import Store
from tests.store.site import TOPOLOGY as SITE
from tests.store.site import deployed
from toolkit.process import run
from toolkit.waiting import wait_for

SERVICES = {
    service.name: service
    for service in (
        Service(
            name="prometheus",
            host="cp-01",
            component="prometheus",
            platform="linux_amd64",
            variable="prometheus_sample_limit",
            text="sample_limit: {}",
            in_force="curl --silent http://127.0.0.1:9090/api/v1/status/config"
            " | grep --fixed-strings 'sample_limit: {number}'",
            checker="promtool check config",
            port=9090,
        ),
        Service(
            name="collector",
            host="dp-prod-01",
            component="otelcol",
            platform="linux_amd64",
            variable="collector_memory_limit_mib",
            text="limit_mib: {}",
            in_force="tr '\\0' '\\n' < /proc/{process}/environ"
            " | grep --line-regexp GOMEMLIMIT=$(({number} * 4 / 5))MiB",
            checker="otelcol validate",
            port=13133,
        ),
        Service(
            name="api",
            host="dp-dev-01",
            component="api",
            platform="linux_amd64-cp311",
            variable="api_threads",
            text="API_THREADS={}",
            in_force="tr '\\0' '\\n' < /proc/{process}/environ"
            " | grep --line-regexp API_THREADS={number}",
            checker="shopapi check-config",
            port=8080,
        ),
    )
}

# On the control plane's hosts, each of those who write much can have a full disk by itself.
SIZED = ", ".join(f"/var/lib/sightline/{name}: 2G" for name in ("prometheus", "minio", "versitygw"))


@pytest.fixture(scope="session")
def hosts():
    """The hosts that the services are deployed to."""
    topology = parse(TOPOLOGY.read_text(), subnet="192.168.72")
    with running("long", topology, [service.host for service in SERVICES.values()]) as lab:
        yield lab


@pytest.fixture(scope="session")
def editions(tmp_path_factory):
    """The real releases in two editions, by edition, component and platform."""
    directory = tmp_path_factory.mktemp("releases")
    built = run([sys.executable, "-m", "artifacts", "build", "--json"]).stdout
    return {
        name: {
            component: {
                platform: edition(release, name, directory) for platform, release in kinds.items()
            }
            for component, kinds in json.loads(built).items()
        }
        for name in ("a", "b")
    }


@pytest.fixture(scope="session")
def deployments(hosts, editions, tmp_path_factory):
    """Each service by name, deployed once it is asked for."""
    return {
        name: Deployment(service, hosts, editions, tmp_path_factory.mktemp(name))
        for name, service in SERVICES.items()
    }


@pytest.fixture(scope="session", params=["minio", "versitygw"])
def store(request, tmp_path_factory):
    """A site under traffic, whose bucket each of the providers serves in turn."""
    variables = {
        # Answers are compared at every moment, so blocks stay until the gateway knows the new one.
        "thanos_delete_delay": "30s",
        "thanos_wait_interval": "5s",
        "prometheus_retention_time": "90d",
        "thanos_retention_raw": "90d",
    }
    folder = tmp_path_factory.mktemp(request.param)
    topology = SITE.replace("/var/lib/sightline: 8G", SIZED)
    with (
        deployed(
            "storelong", "192.168.77", folder, request.param, topology=topology, **variables
        ) as site,
        site.customers(),
    ):
        store = Store(site, request.param)
        # The compactor leaves the newest block alone: without one of today, histories lack an end.
        wait_for(store.metas, within=240, what="the first block", every=1)
        yield store
