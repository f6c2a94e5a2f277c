"""Documents hold together: links lead somewhere, and pages of components have the table's ports."""

import re
from pathlib import Path

import pytest
import yaml

DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "apps/*/*.md")
    for path in Path().glob(pattern)
    if "node_modules" not in path.parts
)
LINK = re.compile(r"(?<!`)\[[^\]\n]+\]\((?!https?:)([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PORT = re.compile(r"^\| (\d+) \|", re.MULTILINE)

PAGES = {
    "api": {"api"},
    "collector": {
        "otlp_grpc",
        "otlp_http",
        "collector_metrics",
        "collector_telemetry",
        "collector_health",
    },
    "prometheus": {"prometheus"},
    "thanos": {
        "thanos_sidecar_grpc",
        "thanos_sidecar",
        "thanos_query_grpc",
        "thanos_query",
        "thanos_store_grpc",
        "thanos_store",
        "thanos_compact",
    },
    "alertmanager": {"alertmanager"},
    "dashboard": {"dashboard", "dashboard_tls"},
    "firewall": {"ssh"},
}
"""Page of a component to its rows of the port table; the object store has a document of its own."""


def anchors(text):
    """Return what links may name of a document, as GitHub makes it of its headings."""
    headings = HEADING.findall(FENCED.sub("", text))
    return {re.sub(r"[^\w\- ]", "", found.lower()).replace(" ", "-") for found in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document):
    for link in LINK.findall(FENCED.sub("", document.read_text())):
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text()), link


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_ports_of_its_component(page):
    table = yaml.safe_load(Path("roles/host_baseline/defaults/main.yml").read_text())
    ports = table["host_baseline_ports"]
    told = PORT.findall(Path(f"docs/components/{page}.md").read_text())
    assert sorted(told) == sorted(str(ports[row]["port"]) for row in PAGES[page])


def test_every_port_but_those_of_the_object_store_has_a_page():
    table = yaml.safe_load(Path("roles/host_baseline/defaults/main.yml").read_text())
    rows = {name for name in table["host_baseline_ports"] if not name.startswith("object_store")}
    assert rows == set().union(*PAGES.values())
