"""A minute of light traffic, then what Prometheus knows of each data plane."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Sequence

from lab.traffic import requests
from toolkit.console import main, say, step, table
from toolkit.open_loop import send
from toolkit.promql import query

PROMETHEUS = "http://127.0.0.1:9090"
PAGES = {
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
PER_SECOND = 5

BY_DATA_PLANE = "by (environment, data_plane_id)"
REQUESTS = "http_server_request_duration_seconds"
COLUMNS = {
    "up": f'min {BY_DATA_PLANE} (up{{environment!=""}})',
    "requests/s": f"sum {BY_DATA_PLANE} (rate({REQUESTS}_count[1m]))",
    "p95 ms": f"""1000 * histogram_quantile(0.95, sum by (environment, data_plane_id, le)
        (rate({REQUESTS}_bucket{{http_route!="/health"}}[1m])))""",
    "newest sample s": f"time() - max {BY_DATA_PLANE} (timestamp({REQUESTS}_count))",
}
DECIMALS = {"requests/s": 1, "p95 ms": 1, "newest sample s": 1}


def traffic(seconds: float) -> None:
    """Send light traffic to every API at once; whatever the answers are, the next one follows."""

    def send_to(base: str) -> None:
        wanted = itertools.islice(requests(), int(seconds * PER_SECOND))
        send(base.removeprefix("http://"), wanted, per_second=PER_SECOND)

    senders = [threading.Thread(target=send_to, args=(base,)) for base in APIS.values()]
    for sender in senders:
        sender.daemon = True
        sender.start()
    for sender in senders:
        sender.join()


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
    with step(f"Sending {PER_SECOND} requests/s to each API for {seconds:.0f} s"):
        traffic(seconds)
    print(table(["environment", "data plane", *COLUMNS], rows()))
    say("")
    for name, address in PAGES.items():
        say(f"{name:<10}  {address}")
    for environment, base in APIS.items():
        say(f"API {environment:<6}  {base}/api/products")
    say("An incident: python -m lab exec dp-prod-01 -- sudo api-faults set latency 800 --for 2m")
    say("Stop it with: make demo-down")
    return 0


if __name__ == "__main__":
    sys.exit(main(demo))
