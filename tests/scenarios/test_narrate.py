from itertools import pairwise

from tests.scenarios.narrate import Terminal
from tests.scenarios.reading import load
from tests.scenarios.runner import Runner
from tests.scenarios.simulated import World, served

PAGES = {"Prometheus": "http://127.0.0.1:9090"}


def said(capsys, **how):
    world = World()
    with served(world) as site:
        Runner(site, Terminal(pages=PAGES, **how), world).run([load("prod-latency")])
    return capsys.readouterr().err.splitlines()


def test_an_explained_incident_says_where_to_look_before_it_happens(capsys):
    lines = said(capsys, explain=True)
    page = lines.index("  Prometheus  http://127.0.0.1:9090")
    query = lines.index("    ▸ environment:http_latency_seconds:p50_1m")
    injected = next(n for n, line in enumerate(lines) if "api-faults set latency 800" in line)
    seen = lines.index("✓   52 s  half of its requests are slow: prod 0.800 s")
    assert page < injected < query < seen


def test_each_query_is_explained_once(capsys):
    lines = said(capsys, explain=True)
    assert lines.count("    ▸ environment:http_latency_seconds:p95_1m") == 2  # normal, and slow


def test_what_is_awaited_is_told_again_when_it_changed_and_only_then(capsys):
    live = [line for line in said(capsys, explain=True) if line.startswith("  … ")]
    assert len(live) > 5
    assert all(one != other for one, other in pairwise(live))


def test_without_explanations_there_is_a_line_for_each_event(capsys):
    lines = [line for line in said(capsys, explain=False) if line]
    assert lines[0] == "Production becomes slow"
    assert {line[0] for line in lines[1:]} == {"✓", "→"}
