from pathlib import Path

import pytest
import yaml

FILES = [
    path for part in ("tasks", "vars") for path in sorted(Path("roles").glob(f"*/{part}/*.yml"))
]


def probes(node):
    """Find every probe in a document, at whatever depth."""
    if isinstance(node, dict):
        if isinstance(node.get("probe"), dict):
            yield node["probe"]
        for value in node.values():
            yield from probes(value)
    elif isinstance(node, list):
        for value in node:
            yield from probes(value)


PROBES = [
    pytest.param(probe, id=f"{path.parents[1].name}-{number}")
    for path in FILES
    for number, probe in enumerate(probes(yaml.safe_load(path.read_text())))
]


@pytest.mark.parametrize("probe", PROBES)
def test_a_slow_host_can_give_every_service_more_time_to_get_ready(probe):
    assert "_ready_timeout" in probe["timeout"]


def test_probes_are_found():
    assert len(PROBES) >= 10
