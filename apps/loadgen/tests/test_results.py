from __future__ import annotations

import json

import pytest

from loadgen import results
from loadgen.errors import UsageError
from loadgen.histogram import Histogram
from loadgen.results import from_json, merge, to_json
from loadgen.stats import Outcome, Recorder
from samples import OK, request, result, traffic


def read(document):
    return from_json(json.loads(json.dumps(document)), name="a.json")


@pytest.fixture
def run():
    recorder = Recorder(["prod", "dev"])
    traffic(recorder, ["prod", "dev"], seconds=20, rate=20)
    recorder.dropped("dev", "/health", due=3)
    return result(recorder, seconds=20, thresholds=["p95>500ms", "errors>1%"])


def test_a_result_survives_json(run):
    assert read(to_json(run)) == run


def test_the_document_has_figures_for_those_who_do_not_read_histograms(run):
    document = to_json(run)
    assert (document["format"], document["seconds"], document["interrupted"]) == (1, 20, False)
    prod = document["environments"][0]
    total = run.snapshot.environment("prod").total
    assert (prod["name"], prod["total"]["sent"], prod["total"]["rate"]) == ("prod", 400, 20)
    assert prod["total"]["failed"] == total.failed > 0
    p95 = total.intended.quantile(0.95)
    assert prod["total"]["latency_ms"]["p95"] == pytest.approx(p95 * 1000, abs=0.001)


def test_every_key_of_the_document_is_described(run):
    for key in (*to_json(run), *to_json(run)["environments"][0], *to_json(run)["thresholds"][0]):
        assert key in results.__doc__


def test_merged_results_are_as_if_one_generator_had_sent_all():
    whole = Recorder(["prod"])
    parts = [Recorder(["prod"]), Recorder(["prod"])]
    for number in range(1000):
        took = (number * 7919 % 1000) / 1000
        outcome = Outcome(500) if number % 7 == 0 else OK
        for recorder in (whole, parts[number % 2]):
            request(recorder, number / 50, took=took, outcome=outcome)
    merged = merge([result(part, seconds=20, thresholds=["errors>10%"]) for part in parts])
    alone = result(whole, seconds=20, thresholds=["errors>10%"])
    assert merged.snapshot.environment("prod").total == alone.snapshot.environment("prod").total
    found, wanted = (it.snapshot.environment("prod").cells for it in (merged, alone))
    assert [(c.sent, c.ended, c.arrived, c.errors, c.intended) for c in found] == [
        (c.sent, c.ended, c.arrived, c.errors, c.intended) for c in wanted
    ]
    assert merged.verdicts == alone.verdicts


def test_merging_lays_timelines_of_different_widths_over_each_other():
    short, long = Recorder(["prod"]), Recorder(["prod"])
    request(short, 3.0, took=0.1)
    request(long, 2.0, took=0.2)
    request(long, 700.0)
    merged = merge([result(short, seconds=5), result(long, seconds=701)])
    prod = merged.snapshot.environment("prod")
    assert (prod.cell_seconds, merged.snapshot.elapsed) == (2, 701)
    assert prod.cells[1].intended == Histogram([0.1, 0.2])


def test_merging_joins_environments_and_keeps_a_threshold_of_a_route_nobody_drew():
    one, other = Recorder(["prod"]), Recorder(["dev"])
    request(one, 0)
    request(other, 0, environment="dev")
    merged = merge(
        [
            result(one, seconds=1, thresholds=["prod/orders:p99>1s"]),
            result(other, seconds=1, cpu_seconds=3.0, interrupted=True),
        ]
    )
    assert [it.name for it in merged.snapshot.environments] == ["prod", "dev"]
    assert set(merged.aims) == {"prod", "dev"}
    assert (merged.cpu_seconds, merged.interrupted) == (3.0, True)
    assert [(it.subject, it.shown) for it in merged.verdicts] == [
        ("prod /api/orders", "nothing measured")
    ]


@pytest.mark.parametrize("document", [None, [], {}, {"format": 2}, "1"], ids=str)
def test_what_is_no_result_is_refused(document):
    with pytest.raises(UsageError, match=r"^a.json is no result .* format 1"):
        from_json(document, name="a.json")


@pytest.mark.parametrize("key", ["begun", "seconds", "settings", "thresholds", "environments"])
@pytest.mark.parametrize("value", [None, {"a": 1}, ["a"], "a"], ids=str)
def test_a_damaged_result_is_refused(run, key, value):
    document = {**to_json(run), key: value}
    if (key, value) == ("settings", {"a": 1}):
        return
    with pytest.raises(UsageError, match=r"^a.json is damaged"):
        read(document)


def test_a_result_with_a_damaged_histogram_is_refused(run):
    document = to_json(run)
    document["environments"][0]["total"]["intended"]["buckets"] = [1, 2, 3]
    with pytest.raises(UsageError, match=r"^a.json is damaged"):
        read(document)
