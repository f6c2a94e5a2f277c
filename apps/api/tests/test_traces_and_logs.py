from __future__ import annotations

import json

import pytest

from running_api import running_api

TRACE, CALLER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ORDER = {"lines": [{"product_id": 1, "quantity": 1}]}


def lines(log):
    """The log's JSON objects; what is no JSON, such as gunicorn's last words, is an error."""
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.fixture
def traced(exporting):
    return exporting | {"OTEL_TRACES_SAMPLER": "parentbased_always_on"}


def test_an_order_is_a_span_of_the_callers_trace_with_its_dependencies_below(traced, sink, log):
    with running_api(traced, log) as api:
        caller = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        assert api.request("POST", "/api/orders", ORDER, caller).status == 201
        api.stop()

    spans = {span.name: span for span in sink.spans if span.trace_id.hex() == TRACE}
    server = spans.pop("POST /api/orders")
    assert server.parent_span_id.hex() == CALLER
    assert {attribute.key for attribute in server.attributes} >= {
        "http.request.method", "http.route", "http.response.status_code", "url.path", "url.scheme",
    }  # fmt: skip
    assert set(spans) == {"stock (simulated)", "fraud (simulated)"}
    assert {span.parent_span_id for span in spans.values()} == {server.span_id}


def test_one_request_after_another_on_a_connection_do_not_share_a_trace(traced, sink, log):
    with running_api(traced | {"API_WORKERS": "1", "API_THREADS": "1"}, log) as api:
        for _ in range(3):
            api.get("/health")
        api.stop()

    health = [span for span in sink.spans if span.name == "GET /health"]
    assert len({span.trace_id for span in health}) == 3
    assert {span.parent_span_id for span in health} == {b""}


def test_a_collector_that_hangs_does_not_hold_up_a_stop(traced, sink, log):
    with running_api(traced, log) as api:
        sink.open.clear()
        api.get_many("/api/products", 600)
        code, seconds = api.stop()

    assert code == 0
    assert seconds < 5


def test_traces_are_off_unless_asked_for(exporting, sink, log):
    with running_api(exporting, log) as api:
        caller = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
        api.request("POST", "/api/orders", ORDER, caller)
        api.stop()

    assert sink.requests(route="/api/orders") == 1
    assert sink.spans == []


def test_log_lines_are_json_and_name_the_trace(exporting, log, tmp_path):
    database = tmp_path / "shop.db"
    with running_api(exporting | {"API_WORKERS": "1"}, log) as api:
        for file in tmp_path.glob(f"{database.name}*"):
            file.write_bytes(b"no database")
        caller = {"traceparent": f"00-{TRACE}-{CALLER}-00"}
        answer = api.request("GET", "/api/reports", headers=caller)
        api.stop()

    assert (answer.status, answer.headers["Content-Type"]) == (500, "application/problem+json")
    (failure,) = [line for line in lines(log) if line["level"] == "error"]
    assert failure["message"] == "GET /api/reports failed"
    assert failure["trace_id"] == TRACE
    assert "sqlite3.DatabaseError" in failure["exception"]
