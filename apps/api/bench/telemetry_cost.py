"""What telemetry costs: processor time of a request with it and without, as a ratio.

Both services run side by side, one worker each, and are asked in turn, so that a busy machine is
busy for both. The median of several rounds counts. `--profile` shows where the time goes instead.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import itertools
import os
import pstats
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from toolkit.console import table
from toolkit.open_loop import Request, send
from toolkit.waiting import wait_for

HERE = Path(__file__).parent
PATHS = {"/health": "health", "/api/products/7": "product", "/api/products?limit=20": "products"}
CLIENTS = (1, 8)
"""How many ask at once, without a pause: one at a time, and as many as there are threads."""
REQUESTS = 1600
ROUNDS = 11
PORTS = {"with": 9481, "without": 9482}
SERVERS = {
    "with": ["python:shopapi.gunicorn_conf", "shopapi.wsgi:create()"],
    "without": ["python:bare", "bare:create()"],
}
"""Configuration and application of each service, for gunicorn."""


@contextlib.contextmanager
def service(kind: str, directory: str) -> Iterator[int]:
    """Run a service and yield the process id of its worker."""
    address = f"127.0.0.1:{PORTS[kind]}"
    configuration, application = SERVERS[kind]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", configuration, application],
        env=environment(directory, kind) | {"API_BIND": address},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(
            lambda: send(address, [Request("GET", "/ready")], per_second=1)[0].status,
            lambda status: status == 200, within=60, what=f"the service {kind} telemetry is ready",
        )  # fmt: skip
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        yield int(children.split()[0])
    finally:
        process.terminate()
        process.wait()


def environment(directory: str, kind: str) -> dict[str, str]:
    """Return the environment of a service; nobody takes what it exports, once a second."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{HERE.parent / 'src'}:{HERE}",
        "ENV": "bench",
        "DATA_PLANE_ID": "bench",
        "API_DATABASE": f"{directory}/{kind}.db",
        "API_WORKERS": "1",
        "API_THREADS": "8",
        "API_ORDERS": "300",
        "OTEL_ENDPOINT": "http://127.0.0.1:1",
    }


def processor_seconds(pid: int) -> float:
    """Return the time that a process has had of all processors."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def microseconds(pid: int, kind: str, path: str, count: int) -> float:
    """Return the processor time of one request, over many."""
    wanted = [Request("GET", path)] * (REQUESTS // count)
    before = processor_seconds(pid)
    with ThreadPoolExecutor(count) as clients:
        list(clients.map(lambda _: ask(PORTS[kind], wanted), range(count)))
    return (processor_seconds(pid) - before) / (count * len(wanted)) * 1e6


def ask(port: int, wanted: list[Request]) -> None:
    """Send requests one after the other over one connection."""
    send(f"127.0.0.1:{port}", wanted, per_second=1e9, in_flight=1)


def measure() -> None:
    """Print a row for each path."""
    rows = []
    with (
        tempfile.TemporaryDirectory() as directory,
        service("with", directory) as measured,
        service("without", directory) as bare,
    ):
        for kind, pid in (("with", measured), ("without", bare)):
            microseconds(pid, kind, "/health", 8)  # the first requests are dearer
        for (path, name), count in itertools.product(PATHS.items(), CLIENTS):
            pairs = [
                (
                    microseconds(measured, "with", path, count),
                    microseconds(bare, "without", path, count),
                )
                for _ in range(ROUNDS)
            ]
            costs = [statistics.median(column) for column in zip(*pairs, strict=True)]
            figures = [f"{cost:.0f}" for cost in costs]
            rows.append([name, str(count), *figures, f"{costs[0] / costs[1]:.2f}"])
    print(table(["request", "at once", "with µs", "without µs", "ratio"], rows))


def profile() -> None:
    """Print where a request's time goes, without server and sockets."""
    with tempfile.TemporaryDirectory() as directory:
        os.environ.update(environment(directory, "with"))
        import falcon.testing  # noqa: PLC0415 - after the environment is set, as all three

        from shopapi import telemetry, wsgi  # noqa: PLC0415
        from shopapi.settings import Settings  # noqa: PLC0415

        telemetry.start(Settings.from_mapping(os.environ))
        client = falcon.testing.TestClient(wsgi.create())
        with cProfile.Profile() as profiler:
            for _ in range(5000):
                client.simulate_get("/api/products/7")
        pstats.Stats(profiler).sort_stats("cumulative").print_stats("shopapi|opentelemetry", 25)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    (profile if parser.parse_args().profile else measure)()
