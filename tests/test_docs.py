"""Documents hold together: links, ports and figures are right, and commands exist."""

import math
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


def tables(document):
    """Return a document's tables, each as its rows of cells; the first row is the header."""
    found = [[]]
    for line in FENCED.sub("", Path(document).read_text()).splitlines():
        if not line.startswith("|"):
            found.append([])
        elif set(line) - set("|-"):
            found[-1].append(line.strip("| ").split(" | "))
    return [table for table in found if table]


SIZING = {table[0][0]: table[1:] for table in tables("docs/production.md")}
ASSUMED = {what: value for what, value, _ in SIZING["assumption"]}


def assumed(what):
    """Return the numbers of an assumption."""
    numbers = [float(number) for number in ASSUMED[what].split(", ")]
    return numbers if len(numbers) > 1 else numbers[0]


def arithmetic(data_planes, series_of_one, interval):
    """Return what the page says of so many: series, samples/s, memory, disk, bucket."""
    day = 86_400
    series = data_planes * series_of_one
    rate = series / interval
    raw, five_minutes, hours = assumed("days in the bucket: raw, 5 min, 1 h")
    kept = assumed("values of a down-sampled sample") * (day / 300 * five_minutes + 24 * hours)
    sample = assumed("bytes of disk for a sample")
    bucket = assumed("copies in the bucket") * sample * series * (day / interval * raw + kept)
    return [
        series / 1e6,
        rate / 1e3,
        series * assumed("bytes of memory for a series") / 1e9,
        rate * day * assumed("days on Prometheus' disk") * sample / 1e9,
        bucket / 1e12,
    ]


def as_told(number):
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


@pytest.mark.parametrize("row", SIZING["data planes"], ids=lambda row: row[0])
def test_the_sizing_of_so_many_data_planes_is_what_the_assumptions_give(row):
    count = int(row[0].replace(",", ""))
    usual = assumed("series of a data plane"), assumed("seconds between scrapes")
    hosts = 2 * math.ceil(count / assumed("data planes of a Prometheus"))
    assert row[1:] == [*map(as_told, arithmetic(count, *usual)), as_told(hosts)]


@pytest.mark.parametrize("row", SIZING["series of a data plane"], ids=lambda row: "/".join(row[:2]))
def test_what_a_decision_is_worth_is_what_the_assumptions_give(row):
    series, interval, _, *figures = row
    assert figures == list(map(as_told, arithmetic(100_000, int(series), int(interval))))


def test_the_assumptions_are_what_the_product_is_set_to():
    def default(role, name):
        return yaml.safe_load(Path(f"roles/{role}/defaults/main.yml").read_text())[f"{role}_{name}"]

    assert ASSUMED["seconds between scrapes"] + "s" == default("prometheus", "scrape_interval")
    assert ASSUMED["days on Prometheus' disk"] + "d" == default("prometheus", "retention_time")
    kept = [default("thanos", f"retention_{resolution}") for resolution in ("raw", "5m", "1h")]
    assert ASSUMED["days in the bucket: raw, 5 min, 1 h"] == ", ".join(kept).replace("d", "")


SUMMED_UP = [row for table in tables("docs/performance.md") for row in table[1:]]
SECTION = re.compile(r"\(measurements\.md#([\w-]+)\)")


def section(document, anchor):
    """Return what stands under a heading of a document."""
    parts = re.split(r"^## (.+)$", Path(document).read_text(), flags=re.MULTILINE)[1:]
    return {
        anchors(f"## {title}").pop(): text for title, text in zip(*[iter(parts)] * 2, strict=True)
    }[anchor]


@pytest.mark.parametrize("row", SUMMED_UP, ids=lambda row: row[0])
def test_a_figure_that_is_summed_up_stands_in_the_record(row):
    record = section("docs/measurements.md", SECTION.search(row[-1])[1])
    figures = re.findall(r"\d[\d.,]*\d|\d", " ".join(row[1:-2]))
    assert figures
    assert [
        figure
        for figure in figures
        if not re.search(rf"(?<![\d.,]){re.escape(figure)}(?!\d)", record)
    ] == []


def test_the_contract_names_every_folder_of_the_tree():
    tree = section("docs/architecture.md", "3-the-tree-one-glance-tells-what-lives-where")
    tracked = run(["git", "ls-files"]).stdout.splitlines()
    folders = {path.partition("/")[0] for path in tracked if "/" in path}
    assert {f"{one}/" for one in folders if not one.startswith(".")} == set(
        re.findall(r"^([\w-]+/) ", FENCED.search(tree)[2], re.MULTILINE)
    ) | {"requirements/"}
