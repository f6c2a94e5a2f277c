"""A site for tests: a real HTTP server answers PromQL, on a clock that only sleeping advances.

Its world is simple. What a fault does is seen 20 s later; a rate of a minute remembers it for as
long; an alert fires two minutes after its cause began, be that over or not, and is resolved four
minutes after it ended.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.scenarios.model import Value
from tests.scenarios.reading import NORMAL, load
from tests.scenarios.runner import ALL_WORKERS, NO_FAULT
from tests.scenarios.signals import SIGNALS
from tests.scenarios.site import Site

ENVIRONMENTS = ("dev", "prod", "qa")
BEGAN = 1_800_000_000.0
DELAY, WINDOW, ALERTED, FORGOTTEN = 20, 60, 130, 230

SUBQUERY = re.compile(r"\((.*)\)\[(\d+)s:(\d+)s\] @ ([\d.]+)", re.DOTALL)
ALERTS = re.compile(r'ALERTS\{alertname=~"(.+?)", .*environment=~"(.+?)"\}', re.DOTALL)


@dataclass
class Fault:
    """A fault in an environment, from when to when at the latest."""

    environment: str
    kind: str
    since: float
    until: float

    def share(self, time: float) -> float:
        """Return how much of a minute's window, as it is seen at a time, lies in the fault."""
        start, end = time - DELAY - WINDOW, time - DELAY
        return max(0.0, min(end, self.until) - max(start, self.since)) / WINDOW


@dataclass
class World:
    """Faults that were injected, and everything that follows from them.

    `change` may replace the value of a golden signal (name, environment, time, value); `calls` may
    replace the environments that an alert fires for; `obey` is asked before each command.
    """

    time: float = BEGAN
    faults: list[Fault] = field(default_factory=list)
    commands: list[tuple[str, str]] = field(default_factory=list)
    change: Callable[[str, str, float, float], float] = lambda _n, _e, _t, value: value
    calls: Callable[[str, str, float, bool], bool] = lambda _a, _e, _t, fires: fires
    obey: Callable[[str], None] = lambda _command: None
    wake: Callable[[float], None] = lambda _time: None

    def now(self) -> float:
        """Return the time."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.time += seconds
        self.wake(self.time)

    def run(self, host: str, command: str) -> str:
        """Do what `api-faults` does on a host."""
        self.commands.append((host, command))
        self.obey(command)
        environment, words = host.split("-")[1], command.split()
        for fault in self.in_force(environment):
            fault.until = self.time
        if words[1] == "set":
            lasts = float(words[words.index("--for") + 1].removesuffix("s"))
            self.faults.append(Fault(environment, words[2], self.time, self.time + lasts))
        return ""

    def in_force(self, environment: str, before: float = 0) -> list[Fault]:
        """Return the faults of an environment, now or some seconds before."""
        then = self.time - before
        return [
            f for f in self.faults if f.environment == environment and f.since <= then < f.until
        ]

    def value(self, expression: str, environment: str, time: float) -> float:
        """Return what an expression is at a time."""
        shares = {"latency": 0.0, "error": 0.0}
        active = 0.0
        for fault in self.faults:
            if fault.environment == environment:
                shares[fault.kind] = max(shares[fault.kind], fault.share(time))
                active = max(active, float(fault.since <= time - DELAY / 2 < fault.until))
        slow, failing = shares["latency"], shares["error"]
        signals = {
            "rate": 10.0,
            "errors": 0.1 * failing,
            "p50": 0.8 if slow > 0.5 else 0.01,
            "p95": 0.9 if slow > 0.05 else 0.1,
            "p99": 0.95 if slow > 0.01 else 0.2,
            "active": 25.0 if slow > 0.1 else 1.0,
        }
        for name, signal in SIGNALS.items():
            if signal.rule == expression:
                return self.change(name, environment, time, signals[name])
        if expression in (NO_FAULT, ALL_WORKERS):
            return active
        if expression in ARRIVE:
            return self.change("arrive", environment, time, 600.0)
        if expression == LEVEL.promql:
            return 1.0
        if expression.endswith(":objective"):
            return 0.99 if "latency" in expression else 0.999
        if expression.startswith("sum_over_time"):
            return 2.0
        raise KeyError(expression)

    def fires(self, alert: str, environment: str, time: float) -> bool:
        """Say whether an alert fires for an environment at a time."""
        kind = {"SLOLatencyBurn": "latency", "SLOAvailabilityBurn": "error"}[alert]
        fires = any(
            f.environment == environment
            and f.kind == kind
            and f.since + ALERTED <= time < f.until + FORGOTTEN
            for f in self.faults
        )
        return self.calls(alert, environment, time, fires)

    def answer(self, expression: str) -> list[dict[str, Any]]:
        """Return series as Prometheus does."""
        times: Sequence[float] = [self.time]
        if whole := SUBQUERY.fullmatch(expression):
            expression, length, step, end = whole[1], *map(float, whole.groups()[1:])
            first = (end - length) // step + 1
            times = [n * step for n in range(int(first), int(end // step) + 1)]
        if alerts := ALERTS.fullmatch(expression):
            return [
                _series({"alertname": name, "environment": environment}, hits, in_range=True)
                for name in ("SLOLatencyBurn", "SLOAvailabilityBurn")
                for environment in alerts[2].split("|")
                if re.fullmatch(alerts[1], name)
                if (hits := [(t, 1.0) for t in times if self.fires(name, environment, t)])
            ]
        return [
            _series(
                {"environment": environment},
                [(time, self.value(expression, environment, time)) for time in times],
                in_range=bool(whole),
            )
            for environment in ENVIRONMENTS
        ]

    def alerts(self, filters: Sequence[str]) -> list[dict[str, Any]]:
        """Return what Alertmanager says of alerts with some labels."""
        labels = dict(re.fullmatch('(.+)="(.+)"', one).groups() for one in filters)  # type: ignore[union-attr, misc]
        if not self.fires(labels["alertname"], labels["environment"], self.time):
            return []
        return [{"labels": labels, "startsAt": "2026-11-22T12:00:00.000Z"}]


def _value_named(name: str) -> Value:
    return next(one for one in load(NORMAL).steady if isinstance(one, Value) and one.name == name)


ARRIVE = {
    _value_named("requests arrive").promql,
    _value_named("requests arrive in bursts").promql,
}
LEVEL = _value_named("as many requests arrive as half a minute ago")


def _series(
    labels: dict[str, str], values: Sequence[tuple[float, float]], *, in_range: bool
) -> dict[str, Any]:
    texts = [[time, str(value)] for time, value in values]
    return (
        {"metric": labels, "values": texts} if in_range else {"metric": labels, "value": texts[0]}
    )


@contextlib.contextmanager
def served(world: World) -> Iterator[Site]:
    """Have a site that is like the world."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, words = self.path.partition("?")
            asked = urllib.parse.parse_qs(words)
            answer: object
            if path == "/api/v1/query":
                answer = {"data": {"result": world.answer(asked["query"][0])}}
            else:
                answer = world.alerts(asked["filter"])
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            base = "http://{}:{}".format(*server.server_address[:2])
            hosts = {name: [f"dp-{name}-01"] for name in ENVIRONMENTS}
            yield Site(base, base, base, hosts, world.run)
        finally:
            server.shutdown()
            thread.join()
