"""Customers for every API, then what Prometheus knows of each data plane a minute later."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from lab import load
from lab.lab import Lab
from toolkit.console import main, say, step, table
from toolkit.promql import query
from toolkit.waiting import wait_for

PROMETHEUS = "http://127.0.0.1:9090"
PAGES = {
    "Dashboard": "http://127.0.0.1:3000",
    "Prometheus": PROMETHEUS,
    "Thanos": "http://127.0.0.1:9091",
    "Alerts": "http://127.0.0.1:9093",
    "MinIO": "http://127.0.0.1:9001",
}
APIS = {
    "prod": "http://127.0.0.1:8081",
    "dev": "http://127.0.0.1:8082",
    "qa": "http://127.0.0.1:8083",
}
SECONDS = 60

FAILING = "dp-qa-01", "api-faults set error 503 --fraction 0.1 --for 30m"
"""One request in ten fails in qa, as in a test environment where people try things."""

BY_DATA_PLANE = "by (environment, data_plane_id)"
REQUESTS = "http_server_request_duration_seconds"
COLUMNS = {
    "up": f'min {BY_DATA_PLANE} (up{{environment!=""}})',
    "requests/s": f"sum {BY_DATA_PLANE} (rate({REQUESTS}_count[1m]))",
    "errors %": "100 * data_plane:http_errors:ratio_rate1m",
    "p95 ms": f"""1000 * histogram_quantile(0.95, sum by (environment, data_plane_id, le)
        (rate({REQUESTS}_bucket{{http_route!="/health"}}[1m])))""",
    "newest sample s": f"time() - max {BY_DATA_PLANE} (timestamp({REQUESTS}_count))",
}
DECIMALS = {"requests/s": 1, "errors %": 1, "p95 ms": 0, "newest sample s": 1}


def rows(base: str = PROMETHEUS) -> list[list[str]]:
    """Return one row for each data plane, sorted by environment and name."""
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for column, expression in COLUMNS.items():
        for sample in query(base, expression):
            who = sample.labels["environment"], sample.labels["data_plane_id"]
            cells.setdefault(who, {})[column] = f"{sample.value:.{DECIMALS.get(column, 0)}f}"
    return [[*who, *(known.get(c, "-") for c in COLUMNS)] for who, known in sorted(cells.items())]


def demo(argv: Sequence[str]) -> int:
    """Send traffic, print the table and where to look next."""
    seconds = float(argv[0]) if argv else SECONDS
    lab = Lab.open()
    with step(f"Sending the traffic of {', '.join(APIS)} for {seconds:.0f} s"):
        load.start(lab, load.targets(lab))
        host, command = FAILING
        lab.hosts[host].run(command)
        over = time.monotonic() + seconds
        wait_for(time.monotonic, over.__le__, within=seconds + 5, what="the time", every=1)
    print(table(["environment", "data plane", *COLUMNS], rows()))
    say("")
    for name, address in PAGES.items():
        say(f"{name:<10}  {address}")
    for environment, base in APIS.items():
        say(f"API {environment:<6}  {base}/api/products")
    say("qa fails one request in ten, on purpose, for 30 minutes. The traffic goes on.")
    say("An incident, explained as it happens: make demo-incident")
    say("A shell in which the lab's commands work: . .venv/bin/activate && python -m lab --help")
    say("Stop it all with: make demo-down")
    return 0


if __name__ == "__main__":
    sys.exit(main(demo))
