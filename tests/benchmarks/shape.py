"""A thousand simulated data planes: which series there are and what their values look like.

Everything follows from numbers, nothing from chance, so that the same bytes come out each time.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

HOUR = 3600
HISTORY, RAW_HISTORY = 24 * HOUR, 3 * HOUR
RESOLUTION, RAW_RESOLUTION = 60, 10
"""Seconds: how far back recorded and raw series reach, and how far apart their samples are."""

ENVIRONMENTS = {"east": 420, "west": 260, "south": 160, "staging": 90, "lab": 50, "edge": 20}
"""Environment to how many data planes it has: one that is far larger, several that are small."""

RAW_EVERY = 56
"""One data plane of so many has raw series as well, in each environment: twenty of a thousand."""

BURST_EVERY, BURST = 125, 600
"""One data plane of so many answers 5xx for so many seconds, near the end of the history."""

WORKERS = 2
BOUNDS = (
    "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1", "2.5", "5",
    "7.5", "10", "+Inf",
)  # fmt: skip
SIZES = ("128", "512", "1024", "4096", "16384", "65536", "262144", "+Inf")
ROUTES = {
    "/health": ("GET", 350, (200, 503)),
    "/ready": ("GET", 10, (200, 503)),
    "/openapi.json": ("GET", 2, (200, 500)),
    "/api/products": ("GET", 200, (200, 400, 500, 503)),
    "/api/products/{product_id}": ("GET", 100, (200, 400, 404, 500, 503)),
    "/api/orders": ("POST", 130, (201, 200, 400, 409, 413, 415, 422, 500, 502, 503)),
    "/api/orders/{order_id}": ("GET", 20, (200, 400, 404, 500, 503)),
    "/api/reports": ("GET", 80, (200, 400, 500, 503)),
    "/api/search": ("GET", 100, (200, 400, 500, 503)),
    "/api/payments": ("POST", 40, (201, 200, 400, 402, 404, 409, 413, 415, 422, 500, 502, 503)),
    "": ("_OTHER", 1, (404, 405)),
}
"""Route's template to its method, its requests among a thousand and the statuses it answers."""

GOLDEN = (
    "http_requests:rate1m",
    "http_errors:ratio_rate1m",
    "http_latency_seconds:p50_1m",
    "http_latency_seconds:p95_1m",
    "http_latency_seconds:p99_1m",
    "http_active_requests:sum",
)
OF_HOSTS = ("cpu:ratio_rate1m", "memory:ratio", "filesystem:ratio")
OF_SCRAPES = {
    "up": 1.0,
    "scrape_duration_seconds": 0.06,
    "scrape_samples_scraped": 2140.0,
    "scrape_samples_post_metric_relabeling": 2140.0,
    "scrape_series_added": 0.0,
}
PORTS = (8888, 8889)
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")

_chance = random.Random(1)  # noqa: S311 - repeatable, not secret
_WAVES = 4096
_noise = [_chance.gauss(0, 1) for _ in range(_WAVES)] * 2


@dataclass(frozen=True)
class Series:
    """One series of a stretch of time."""

    name: str
    labels: Mapping[str, str]
    values: Sequence[float]


@dataclass(frozen=True)
class Traffic:
    """What something is asked for: `base` requests a second on average over a day.

    `burst` is when it begins to answer 5xx, in seconds since 1970, or never.
    """

    number: int
    base: float
    burst: int | None = None

    def noise(self, salt: int, times: Sequence[int]) -> Sequence[float]:
        """Return something normal and repeatable for each of the times."""
        offset = (self.number * 131 + salt * 977 + times[0] // RAW_RESOLUTION) % _WAVES
        return _noise[offset : offset + len(times)]

    def load(self, times: Sequence[int]) -> list[float]:
        """Return requests a second: a calm night, a busy afternoon."""
        return [
            self.base * (1 + 0.5 * math.sin((time / HOUR - 9) / 24 * math.tau)) * (1 + 0.05 * noise)
            for time, noise in zip(times, self.noise(0, times), strict=True)
        ]

    def errors(self, times: Sequence[int]) -> list[float]:
        """Return the share of requests that fail: a few of ten thousand, a fifth in a burst."""
        return [
            (0.2 if self.burst and self.burst <= time < self.burst + BURST else 0.0004)
            * (1 + 0.1 * noise)
            for time, noise in zip(times, self.noise(1, times), strict=True)
        ]

    def golden(self, times: Sequence[int]) -> dict[str, list[float]]:
        """Return the values of the golden queries, by the part of their name behind the level."""
        load, errors = self.load(times), self.errors(times)
        latencies = (
            [seconds * (1 + 0.1 * noise) for noise in self.noise(salt, times)]
            for salt, seconds in enumerate((0.012, 0.09, 0.31), 2)
        )
        active = [float(round(rate * 0.04)) for rate in load]
        return dict(zip(GOLDEN, (load, errors, *latencies, active), strict=True))


@dataclass(frozen=True)
class DataPlane:
    """One of the thousand."""

    environment: str
    name: str
    traffic: Traffic
    has_raw: bool

    @property
    def labels(self) -> dict[str, str]:
        """Who it is, on recorded series."""
        return {"environment": self.environment, "data_plane_id": self.name}

    def scraped(self, port: int) -> dict[str, str]:
        """Who it is, on series that are scraped."""
        number = self.traffic.number
        return self.labels | {
            "job": f"dataplane-{self.environment}",
            "instance": f"10.20.{number // 250}.{number % 250 + 1}:{port}",
        }


@dataclass(frozen=True)
class Fleet:
    """All data planes, up to the moment `end` (seconds since 1970, a multiple of 60)."""

    end: int
    size: int = 1000

    @cached_property
    def data_planes(self) -> Sequence[DataPlane]:
        """The first `size` of them; environments keep their proportions."""
        return [
            DataPlane(
                environment,
                f"{environment}-{place:04d}",
                Traffic(
                    number,
                    2 + number * 37 % 50,
                    self.end - 40 * 60 - number if number % BURST_EVERY == 0 else None,
                ),
                place % RAW_EVERY == 0,
            )
            for number, (environment, place) in enumerate(_places(self.size))
        ]

    def recorded(self, times: Sequence[int]) -> Iterator[Series]:
        """Yield what rules and scrapes leave behind at the coarse resolution."""
        for plane in self.data_planes:
            yield from _of_data_plane(plane, times)
        for number, environment in enumerate(ENVIRONMENTS):
            base = sum(
                one.traffic.base for one in self.data_planes if one.environment == environment
            )
            yield from _of_environment(environment, Traffic(2000 + number, base), times)

    def raw(self, times: Sequence[int]) -> Iterator[Series]:
        """Yield what is scraped from the data planes that have raw series."""
        for plane in self.data_planes:
            if plane.has_raw:
                yield from _Counters(plane, self.end - RAW_HISTORY, times).series()


def _places(size: int) -> list[tuple[str, int]]:
    """Return the environment of each number and its place there: unequal sizes, evenly mixed."""
    mixed = sorted(
        ((place + 0.5) / count, environment, place)
        for environment, count in ENVIRONMENTS.items()
        for place in range(count)
    )
    return [(environment, place) for _, environment, place in mixed[:size]]


def _of_data_plane(plane: DataPlane, times: Sequence[int]) -> Iterator[Series]:
    for name, values in plane.traffic.golden(times).items():
        yield Series(f"data_plane:{name}", plane.labels, values)
    for salt, name in enumerate(OF_HOSTS, 5):
        noise = plane.traffic.noise(salt, times)
        yield Series(f"data_plane:{name}", plane.labels, [0.4 + 0.03 * one for one in noise])
    for port, (name, usual) in itertools.product(PORTS, OF_SCRAPES.items()):
        values = [usual] * len(times)
        if name == "scrape_duration_seconds":
            noise = plane.traffic.noise(port, times)
            values = [usual * (1 + 0.1 * one) for one in noise]
        yield Series(name, plane.scraped(port), values)
    about = {"service_name": "shop-api", "service_version": "1.4.2"}
    yield Series("target_info", plane.scraped(8889) | about, [1.0] * len(times))


def _of_environment(environment: str, traffic: Traffic, times: Sequence[int]) -> Iterator[Series]:
    who = {"environment": environment}
    for name, values in traffic.golden(times).items():
        yield Series(f"environment:{name}", who, values)
    for number, (route, (_, share, _)) in enumerate(ROUTES.items()):
        asked = Traffic(traffic.number + 10 * number, traffic.base * share / 1000)
        labels = who | ({"http_route": route} if route else {})
        for name, values in asked.golden(times).items():
            if name != "http_active_requests:sum":
                yield Series(f"route:{name}", labels, values)
    for objective, (slo, window) in enumerate(
        itertools.product(("availability", "latency"), WINDOWS)
    ):
        noise = traffic.noise(10 + objective, times)
        name = f"environment:slo_{slo}:burn_rate{window}"
        yield Series(name, who, [0.4 * (1 + 0.1 * one) for one in noise])


class _Counters:
    """The raw series of one data plane over a stretch of time.

    Every counter is a share of what the worker was asked since the raw history began, rounded
    down: none ever falls. A histogram's buckets are sums of such counters, so that between two
    scrapes too no bucket gains more than a wider one.
    """

    def __init__(self, plane: DataPlane, begin: int, times: Sequence[int]) -> None:
        self._plane, self._times = plane, times
        known = range(begin, times[-1] + 1, RAW_RESOLUTION)
        load, errors = plane.traffic.load(known), plane.traffic.errors(known)
        asked = itertools.accumulate(RAW_RESOLUTION * rate for rate in load)
        failed = itertools.accumulate(
            RAW_RESOLUTION * rate * share for rate, share in zip(load, errors, strict=True)
        )
        self._asked = list(asked)[-len(times) :]
        self._failed = list(failed)[-len(times) :]

    def series(self) -> Iterator[Series]:
        """Yield all of them."""
        for slot in range(WORKERS):
            who = self._plane.scraped(8889) | {
                "service_name": "shop-api",
                "service_instance_id": f"{self._plane.name}:{slot}",
            }
            share = (0.55, 0.45)[slot]
            for route in ROUTES:
                yield from self._of_route(who, route, share)
            yield from self._of_shop(who, share)
        yield from self._of_host()

    def _of_route(self, who: Mapping[str, str], route: str, share: float) -> Iterator[Series]:
        method, weight, statuses = ROUTES[route]
        usual = {**who, "http_request_method": method} | ({"http_route": route} if route else {})
        share *= weight / 1000 / WORKERS
        slow = 3 if route == "/api/reports" else 1
        for place, status in enumerate(statuses):
            labels = usual | {"http_response_status_code": str(status)}
            total, part = self._asked, share * (0.97 if place == 0 else 0.01)
            if status >= 500:
                total, part = self._failed, share / 2
                labels["error_type"] = str(status)
            yield from _histogram(
                "http_server_request_duration_seconds", labels, BOUNDS, slow, total, part
            )
        for what in ("response", "request") if method == "POST" else ("response",):
            name = f"http_server_{what}_body_size_bytes"
            yield from _histogram(name, usual, SIZES, 2, self._asked, share)

    def _of_shop(self, who: Mapping[str, str], share: float) -> Iterator[Series]:
        busy = [float(round(one % 7)) for one in self._asked]
        for method in ("GET", "POST"):
            labels = {**who, "http_request_method": method}
            yield Series("http_server_active_requests", labels, busy)
        yield Series("shop_orders_created_total", who, _rounded(self._asked, share / 9))
        for result in ("authorised", "declined", "error"):
            labels = {**who, "payment_result": result}
            yield Series("shop_payments_total", labels, _rounded(self._asked, share / 30))
        for result in ("hit", "miss"):
            labels = {**who, "cache_name": "products", "cache_result": result}
            yield Series("shop_cache_requests_total", labels, _rounded(self._asked, share / 4))
        for dependency in ("stock", "fraud", "gateway"):
            labels = {**who, "dependency": dependency}
            yield Series("shop_circuit_breaker_state", labels, [0.0] * len(self._times))

    def _of_host(self) -> Iterator[Series]:
        who = self._plane.scraped(8889)
        states = ("idle", "wait", "user", "system", "nice", "softirq", "interrupt", "steal")
        for cpu, state in itertools.product(range(4), states):
            labels = {**who, "cpu": f"cpu{cpu}", "state": state}
            yield Series("system_cpu_time_seconds_total", labels, _rounded(self._asked, 0.1))


def _histogram(
    name: str,
    labels: Mapping[str, str],
    bounds: Sequence[str],
    slow: int,
    total: Sequence[float],
    part: float,
) -> Iterator[Series]:
    count = [0.0] * len(total)
    for place, bound in enumerate(bounds):
        inside = math.exp(-place / 2 / slow) * (1 if bound == "+Inf" else 1 - math.exp(-0.5 / slow))
        count = [one + part * inside * all_ // 1 for one, all_ in zip(count, total, strict=True)]
        yield Series(f"{name}_bucket", {**labels, "le": bound}, count)
    yield Series(f"{name}_count", labels, count)
    yield Series(f"{name}_sum", labels, [one * part * 0.04 for one in total])


def _rounded(total: Sequence[float], part: float) -> list[float]:
    return [one * part // 1 for one in total]
