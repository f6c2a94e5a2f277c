"""The dashboard's door: what it lets in, how it sends pages, what a question costs upstream."""

import gzip
import json
import re
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from tests.conftest import ENVIRONMENTS
from tests.http_answer import ask
from toolkit.promql import get, value_of
from toolkit.waiting import wait_for

POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
READ = [
    "/api/v1/query?query=up",
    "/api/v1/query_range?query=up&start=0&end=10&step=10",
    "/api/v1/series?match[]=up",
    "/api/v1/labels",
    "/api/v1/label/job/values",
    "/api/v1/rules",
    "/api/v1/alerts",
    "/api/v1/targets",
    "/api/v1/metadata",
    "/api/v1/status/buildinfo",
]
FORBIDDEN = [
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/admin/tsdb/snapshot",
    "/api/v1/admin/tsdb/delete_series?match[]=up",
    "/api/v1/admin/tsdb/clean_tombstones",
    "/api/v1/status/config",
    "/api/v1/status/flags",
    "/api/v1/status/runtimeinfo",
    "/api/v1/status/tsdb",
    "/api/v1/status/walreplay",
    "/api/v1/write",
    "/api/v1/read",
    "/api/v1/otlp/v1/metrics",
    "/api/v1/notifications/live",
    "/api/v1/alertmanagers",
    "/api/v1/query_exemplars?query=up",
    "/api/v1/format_query?query=up",
    "/api/v1/parse_query?query=up",
    "/api/v1/stores",
    "/api/v2/silences",
    "/api/v1/query/",
    "/api/v1/queryx",
    "/api/v1/query/../status/config",
    "/api/v1/query/..%2fstatus/config",
    "/api/v1/query%2f..%2fstatus%2fconfig",
    "/api/v1/%2e%2e/v1/status/config",
    "/api/v1/label/job%2f..%2f..%2fstatus%2fconfig/values",
    "/api/v1/label/../values",
    "/api/v1/label/a-b/values",
    "//api/v1/status/config",
    "/./api/v1/status/config",
    "/data-planes/../api/v1/status/config",
    "/api/v1/status/buildinfo/../config",
]


@pytest.fixture(scope="module")
def door(deployed):
    return f"{deployed.addresses['cp-01']}:{deployed.ports['dashboard']['port']}"


@pytest.fixture(scope="module")
def assets(door):
    """Paths of what the pages are made of."""
    page = ask(door, "/").body.decode()
    found = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    assert found, page
    return found


# -------------------------------------------------------------------------- what is let in


@pytest.mark.parametrize("path", READ)
def test_what_pages_ask_is_answered(door, path):
    answer = ask(door, path)
    assert (answer.status, json.loads(answer.body)["status"]) == (200, "success")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", FORBIDDEN)
def test_every_other_path_of_the_api_is_forbidden(door, path, method):
    assert ask(door, path, method).status == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_who_asks_changes_nothing(door, method):
    assert ask(door, "/api/v1/query?query=up", method).status in (403, 405)


def test_a_long_question_is_posted(door):
    body = f"query={quote('sum(up)' + ' + sum(up)' * 600)}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = ask(door, "/api/v1/query", "POST", headers=form, body=body)
    assert (answer.status, json.loads(answer.body)["status"]) == (200, "success")


def test_a_question_beyond_all_measure_is_refused(door):
    assert ask(door, "/api/v1/query", "POST", body=b"x" * 70_000).status == 413


# ------------------------------------------------------------------------------ how it is sent


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/api/v1/labels", 200), ("/api/v1/status/config", 403), ("/none.js", 404)],
)
def test_every_answer_tells_browsers_what_the_pages_may_do(door, path, status):
    answer = ask(door, path)
    assert answer.status == status
    assert answer.headers.get_all("Content-Security-Policy") == [POLICY]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    assert answer.headers["Server"] == "nginx"


@pytest.mark.parametrize("path", ["/", "/metrics", "/compare", "/data-planes", "/data-planes/"])
def test_paths_of_pages_are_the_one_page_and_never_kept(door, path):
    answer = ask(door, path)
    assert b'<div id="root">' in answer.body
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/none.js", "/assets/none.js", "/a/none.json", "/-/reload"])
def test_what_is_not_there_is_no_page(door, path):
    answer = ask(door, path)
    assert answer.status == 404
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_page_is_asked_for_anew_whatever_the_browser_has(door):
    """Files of a release have no time of their own, and two pages may have the same length."""
    first = ask(door, "/")
    known = {"If-Modified-Since": first.headers["Last-Modified"], "If-None-Match": '"0-225"'}
    assert "ETag" not in first.headers
    assert ask(door, "/", headers=known).status == 200


def test_assets_are_kept_for_ever_and_arrive_as_they_were_compressed(door, assets):
    for path in assets:
        packed = ask(door, path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Cache-Control"] == "max-age=31536000, immutable"
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        plain = ask(door, path)
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.body) == plain.body
        # The smallest gain little.
        assert len(packed.body) < len(plain.body) / (2 if len(plain.body) > 4096 else 1)


def test_answers_come_compressed_or_not_as_one_can_read_them(door):
    path = "/api/v1/rules"
    packed = ask(door, path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.body)) == json.loads(ask(door, path).body)


def test_what_pages_need_to_know_is_one_file_of_all_environments(door):
    answer = ask(door, "/config.json")
    found = json.loads(answer.body)
    assert answer.headers["Cache-Control"] == "no-cache"
    assert (found["query"], found["scrape_interval_seconds"]) == ("thanos", 10)
    assert [one["name"] for one in found["environments"]] == ["prod", "qa", "dev"]
    assert sorted(one["slot"] for one in found["environments"]) == [1, 2, 3]
    planes = [plane for one in found["environments"] for plane in one["data_planes"]]
    assert {plane["id"] for plane in planes} == {f"dp-{name}-01" for name in ENVIRONMENTS}


# --------------------------------------------------------------------------------- what it costs


def asking(expression):
    """Return the path of a question that nobody has asked before."""
    return f"/api/v1/query?query={quote(expression)}&{uuid.uuid4()}"


def test_forty_who_ask_the_same_at_once_cost_one_query(deployed, door):
    asked = 'http_requests_total{code="200",handler="query",method="get"'

    def count():
        lines = get(f"{deployed.query}/metrics").splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(asked))

    path = asking("sum(up)")
    before = count()
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: ask(door, path), range(40)))
    assert {answer.status for answer in answers} == {200}
    told = sorted(answer.headers["X-Cache-Status"] for answer in answers)
    assert told == ["HIT"] * 39 + ["MISS"]
    assert count() - before == 1


def test_an_answer_is_kept_for_two_seconds_at_most(door):
    path = asking("time()")

    def told():
        return ask(door, path).headers["X-Cache-Status"]

    assert told() == "MISS"
    assert told() == "HIT"
    wait_for(told, "EXPIRED".__eq__, within=3, what="a new answer")


def test_a_failure_is_kept_for_nobody(door):
    path = f"/api/v1/query?query=up{{{uuid.uuid4()}"
    for _ in range(2):
        answer = ask(door, path)
        assert answer.status == 400
        assert answer.headers["X-Cache-Status"] == "MISS"


def test_prometheus_sees_whether_the_dashboard_answers(deployed):
    assert value_of(deployed.prometheus, 'up{job="dashboard", plane="control"}') == 1


def test_debians_own_nginx_never_runs(deployed):
    unit = deployed.hosts["cp-01"].service("nginx")
    assert unit.is_masked
    assert not unit.is_running


def test_only_failures_are_worth_a_line_in_the_journal(deployed, door):
    mark = uuid.uuid4()
    ask(door, f"/api/v1/query?query=vector(1)&{mark}")
    assert ask(door, f"/api/v1/status/{mark}").status == 403
    journal = "journalctl --unit sightline-dashboard --since -1min --output cat | grep %s"

    def lines():
        said = deployed.hosts["cp-01"].run(journal, str(mark)).stdout.splitlines()
        return [re.sub(r"^\S+ - |\S+$", "", line) for line in said]

    wait_for(lines, [f'"GET /api/v1/status/{mark}" 403 '].__eq__, within=10, what="the line")


def pipelined(address, path, number):
    """Send many requests at once over one connection; return the status of each answer."""
    name, _, port = address.partition(":")
    one, last = (
        f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: {then}\r\n\r\n".encode()
        for then in ("keep-alive", "close")
    )
    with socket.create_connection((name, int(port)), timeout=30) as connection:
        connection.sendall(one * (number - 1) + last)
        received = b"".join(iter(lambda: connection.recv(1 << 20), b""))
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", received)]


def test_who_does_not_stop_asking_is_told_so_and_others_are_answered(deployed, door):
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: pipelined(door, "/config.json", 900), range(8))
        statuses = {status for statuses in found for status in statuses}
        other = "curl --silent --output /dev/null --write-out %%{http_code} http://%s/config.json"
        assert deployed.hosts["cp-01"].check_output(other, door) == "200"
    assert statuses == {200, 429}
    wait_for(
        lambda: ask(door, "/config.json").status, (200).__eq__, within=30, what="to be let in again"
    )
