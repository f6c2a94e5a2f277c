"""Documents hold together: links, ports and figures are right, and commands exist."""

import re
import shlex
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from tests.documents import DOCUMENTS, FENCED, every_block, named_commands
from toolkit.process import run

LINK = re.compile(r"(?<!`)\[[^\]\n]+\]\((?!https?:)([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
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


def told(pattern):
    """Return what a pattern finds in each command of each document, with the place it stands in."""
    return [
        pytest.param(document, *found.groups(), id=f"{document}: {found[0]}")
        for document in DOCUMENTS
        for command in dict.fromkeys(named_commands(document))
        for found in pattern.finditer(command)
    ]


@cache
def help_of(*command):
    """Return what a command's help says."""
    return run([*command, "--help"]).stdout


MAKE = re.compile(r"(?:^|&& |time )make(?: -C \S+)?(?: [A-Z]+=\S+)* ([a-z][\w./-]*)")
MODULE = re.compile(r"(?:^|[ (])python -m ((?:lab|artifacts|tests)\b[\w.]*)(.*?)(?= -- |$)")
LOADGEN = re.compile(r"^loadgen( .*)")
PLAYBOOK = re.compile(r"ansible-playbook (.*)")
PATH = re.compile(
    r"^((?:apps|artifacts|docs|inventories|lab|playbooks|plugins|roles|tests)/[\w./-]+)$"
)
PLACEHOLDERS = {"inventories/berlin"}
"""Names that stand for others, besides those in angle brackets."""


@pytest.mark.parametrize("block", every_block(), ids=str)
def test_a_block_says_what_it_holds_and_who_runs_its_commands(block):
    hosts = {host["name"] for host in yaml.safe_load(Path("lab/topology.yml").read_text())["hosts"]}
    marks = {"sh": {"example", "checkout"} | hosts}
    assert block.language in {"sh", "text", "promql", "yaml"}
    assert block.mark in marks.get(block.language, {""})


@pytest.mark.parametrize(
    "command",
    [line for block in every_block() if block.mark == "checkout" for line in block.commands],
)
def test_a_command_that_needs_no_host_works(command):
    assert run(["bash", "-c", command]).stdout


@pytest.mark.parametrize(("document", "target"), told(MAKE))
def test_what_make_is_asked_for_is_a_target(document, target):
    assert re.search(rf"^{re.escape(target)}:", Path("Makefile").read_text(), re.MULTILINE), (
        document
    )


@pytest.mark.parametrize(("document", "module", "words"), told(MODULE))
def test_a_module_has_the_command_and_the_options_that_are_told(document, module, words):
    assert find_spec(f"{module}.__main__" if Path(*module.split(".")).is_dir() else module), (
        document
    )
    given = shlex.split(words)
    named = [word for word in given if re.fullmatch(r"[a-z]+", word)]
    if module in ("lab", "artifacts") and named and named[0] != "pnpm":
        said = help_of(sys.executable, "-m", module) + help_of(
            sys.executable, "-m", module, named[0]
        )
        assert all(word in said for word in given if word.startswith("--")), document


@pytest.mark.parametrize(("document", "words"), told(LOADGEN))
def test_the_load_generator_has_the_options_that_are_told(document, words):
    options = re.findall(r"--[a-z-]+", words)
    assert set(options) <= set(re.findall(r"--[a-z-]+", help_of("loadgen"))), document


@pytest.mark.parametrize(("document", "words"), told(PLAYBOOK))
def test_playbooks_and_inventories_exist(document, words):
    paths = [
        word for word in re.split(r"[\s=]+", words) if re.match(r"inventories/|.*\.yml$", word)
    ]
    known = [path for path in paths if "<" not in path and not path.startswith((".lab/", "/"))]
    assert all(Path(path).exists() for path in known if path not in PLACEHOLDERS), document


@pytest.mark.parametrize(("document", "path"), told(PATH))
def test_a_file_that_is_named_exists(document, path):
    assert Path(path).exists() or (document.parent / path).exists()
