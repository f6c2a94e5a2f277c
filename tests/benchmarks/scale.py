"""What Prometheus takes for many data planes: `python -m tests.benchmarks.scale [DATA_PLANES]`.

One Prometheus with the product's flags, scrape configuration and rules; each data plane is a
target of its own, and all are answered by one server with the pages of one that is simulated. The
head grows for two hours and is written then: what is measured after minutes has neither in it.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

from tests.artifact import unpack
from tests.benchmarks.product import ROLES, scrape_config
from tests.benchmarks.servers import ControlPlane
from tests.benchmarks.shape import RAW_RESOLUTION, DataPlane, Fleet, Series
from toolkit.console import OK, main, step, table
from toolkit.promql import value_of
from toolkit.waiting import wait_for

DATA_PLANES, SECONDS = 100, 300
"""How many there are unless it is said, and how long they are scraped before anybody looks."""

ENVIRONMENT = "east"
PAGES = 12
"""Different answers of a data plane; then they begin again, as after a restart."""

FIGURES = {
    "targets up": 'sum(up{data_plane_id!=""})',
    "series": "sum(prometheus_tsdb_head_series)",
    "samples a second": "sum(rate(prometheus_tsdb_head_samples_appended_total[2m]))",
    "resident, MB": "process_resident_memory_bytes / 1e6",
    "resident, bytes a series": (
        "sum(process_resident_memory_bytes) / sum(prometheus_tsdb_head_series)"
    ),
    "processors, %": "100 * rate(process_cpu_seconds_total[2m])",
    "slowest group of rules, ms": "1000 * max(prometheus_rule_group_last_duration_seconds)",
    "all groups of rules, ms": "1000 * sum(prometheus_rule_group_last_duration_seconds)",
    "rounds of rules left out": "sum(prometheus_rule_group_iterations_missed_total)",
}


def hosts(count: int) -> dict[str, dict[str, str]]:
    """Return so many data planes as an inventory has them, each at an address of the loopback."""
    return {
        f"{ENVIRONMENT}-{number:04d}": {
            "host_address": f"127.1.{number // 250}.{number % 250 + 1}",
            "data_plane_environment": ENVIRONMENT,
            "data_plane_id": f"{ENVIRONMENT}-{number:04d}",
        }
        for number in range(count)
    }


def pages(fleet: Fleet) -> list[bytes]:
    """Return what the collector of the first data plane answers at scrapes in a row."""
    times = range(fleet.end - (PAGES - 1) * RAW_RESOLUTION, fleet.end + 1, RAW_RESOLUTION)
    one = fleet.data_planes[0]
    series = [each for each in fleet.raw(times) if each.labels["data_plane_id"] == one.name]
    return ["".join(_line(each, one, place) for each in series).encode() for place in range(PAGES)]


def _line(series: Series, plane: DataPlane, place: int) -> str:
    """Return a sample as a collector tells it, which leaves out what the scrape itself adds."""
    told = {"service_name": "job", "service_instance_id": "instance"}
    added = plane.scraped(8889)
    labels = ",".join(
        f'{told.get(name, name)}="{value}"'
        for name, value in series.labels.items()
        if name not in added
    )
    return f"{series.name}{{{labels}}} {series.values[place]:g}\n"


@contextlib.contextmanager
def serving(bodies: Sequence[bytes]) -> Iterator[int]:
    """Answer every request on every address of the loopback; give the port."""
    packed = [gzip.compress(body) for body in bodies]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = packed[int(time.time()) // RAW_RESOLUTION % len(packed)]
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Scrapes are no news."""

    class Server(ThreadingHTTPServer):
        daemon_threads, request_queue_size = True, 1024

        def server_bind(self) -> None:
            # Every address of the loopback, and no other.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
            super().server_bind()

    with Server(("", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def configuration(address: str, count: int, numbers: Mapping[str, int]) -> str:
    """Return a configuration of Prometheus with the product's rules and so many data planes."""
    own = {"job_name": "prometheus", "static_configs": [{"targets": [address]}]}
    planes = yaml.safe_load(scrape_config(ENVIRONMENT, hosts(count), numbers))["scrape_configs"]
    interval = f"{RAW_RESOLUTION}s"
    limits = {"scrape_interval": interval, "evaluation_interval": interval, "scrape_timeout": "8s"}
    return yaml.safe_dump(
        {
            "global": limits,
            "rule_files": [str(ROLES / "prometheus/files/rules/*.yml")],
            "scrape_configs": [own, *planes],
        }
    )


def cli(argv: Sequence[str]) -> int:
    """Let Prometheus scrape for a while, and print what it says of itself."""
    count = int(argv[0]) if argv else DATA_PLANES
    # Its end is a multiple of what the fleet's times are.
    answers = pages(Fleet(int(time.time()) // 240 * 240))
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sightline-scale-")))
        unpack("prometheus", home / "prometheus")
        numbers = {
            "collector_metrics": stack.enter_context(serving(answers)),
            "collector_telemetry": stack.enter_context(serving([b"otelcol_process_uptime 1\n"])),
        }
        plane = stack.enter_context(ControlPlane(home))
        address = plane.address("prometheus")
        text = configuration(address, count, numbers)
        (home / "configuration" / "prometheus.yml").write_text(text, encoding="utf-8")
        plane.start("prometheus")
        began = time.monotonic()
        with step(f"Scraping {count} data planes for {SECONDS} s"):
            over = (began + SECONDS).__le__
            wait_for(time.monotonic, over, within=SECONDS + 5, what="the time", every=1)
        rows = [
            [what, f"{value_of(f'http://{address}', f'sum({asked})'):.0f}"]
            for what, asked in FIGURES.items()
        ]
        peak = plane.memory()["prometheus"].peak
    print(table(["WHAT", ""], [*rows, ["resident at most, MB", f"{peak / 1e6:.0f}"]]))
    return OK


if __name__ == "__main__":
    sys.exit(main(cli))
