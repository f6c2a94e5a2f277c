"""What the dashboard asks: the golden queries at each level, over each of its ranges.

Panels read what rules have recorded. Those of one data plane up to an hour read raw series, which
for many of them would take seconds. A chart asks for fifty series at most, by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.shape import HOUR, Fleet

RANGES = {"15m": (HOUR // 4, 10), "1h": (HOUR, 15), "6h": (6 * HOUR, 60), "24h": (24 * HOUR, 240)}
"""Range to its length and its step in seconds, as the dashboard chooses it: 90 to 360 points."""

RAW_UP_TO = HOUR


@dataclass(frozen=True)
class Panel:
    """One query of a page; `length` and `step` are seconds, both 0 for an instant query."""

    name: str
    range: str
    query: str
    length: int = 0
    step: int = 0


@dataclass(frozen=True)
class Page:
    """Panels that are asked for at once."""

    name: str
    panels: Sequence[Panel]


@dataclass(frozen=True)
class Level:
    """What a golden query is asked of: `by` labels, of the series that match.

    `reads_raw` is on where short ranges read raw series; from recorded ones they are asked as well.
    """

    title: str
    record: str
    by: str
    matchers: Sequence[str] = ()
    reads_raw: bool = False

    def raw(self) -> dict[str, str]:
        """Return the golden queries as they are written out raw."""
        requests = "http_server_request_duration_seconds"
        served = self._selector('http_route!="/health"')
        failed = self._selector('http_route!="/health"', 'http_response_status_code=~"5.."')
        everything = self._selector()
        rates = f"sum by ({self.by}, le) (rate({requests}_bucket{served}[1m]))"
        found = {
            "requests": f"sum by ({self.by}) (rate({requests}_count{everything}[1m]))",
            "errors": f"sum by ({self.by}) (rate({requests}_count{failed}[1m]))"
            f" / sum by ({self.by}) (rate({requests}_count{served}[1m]))",
            "p50": f"histogram_quantile(0.5, {rates})",
            "p95": f"histogram_quantile(0.95, {rates})",
            "p99": f"histogram_quantile(0.99, {rates})",
        }
        if self.record != "route":  # a request that is being served has no route yet
            found["active"] = f"sum by ({self.by}) (http_server_active_requests{everything})"
        return found

    def recorded(self) -> dict[str, str]:
        """Return what rules have recorded of the same."""
        names = {
            "requests": "http_requests:rate1m",
            "errors": "http_errors:ratio_rate1m",
            "p50": "http_latency_seconds:p50_1m",
            "p95": "http_latency_seconds:p95_1m",
            "p99": "http_latency_seconds:p99_1m",
        }
        if self.record != "route":
            names["active"] = "http_active_requests:sum"
        return {title: f"{self.record}:{name}{self._selector()}" for title, name in names.items()}

    def pages(self) -> list[Page]:
        """Return the level's panels over every range, each range at once."""
        raw, recorded = self.raw(), self.recorded()
        short = [name for name, (length, _) in RANGES.items() if length <= RAW_UP_TO]
        return [
            *(self._page(range_, "raw", raw) for range_ in short if self.reads_raw),
            *(self._page(range_, "recorded", recorded) for range_ in RANGES),
        ]

    def _page(self, range_: str, reads: str, queries: Mapping[str, str]) -> Page:
        title = f"{self.title}, {reads}"
        return Page(
            f"{title}, {range_}",
            [
                Panel(f"{title}: {name}", range_, query, *RANGES[range_])
                for name, query in queries.items()
            ],
        )

    def _selector(self, *more: str) -> str:
        matchers = ", ".join([*self.matchers, *more])
        return f"{{{matchers}}}" if matchers else ""


def levels(fleet: Fleet) -> list[Level]:
    """Return all environments, the routes of the largest one, fifty of its data planes, one.

    Which fifty matter is asked first, of this moment, and then for these by name.
    """
    first = next(one for one in fleet.data_planes if one.has_raw)
    members = [one.name for one in fleet.data_planes if one.environment == first.environment]
    largest = f'environment="{first.environment}"'
    fifty = f'data_plane_id=~"{"|".join(members[:50])}"'
    one = f'data_plane_id="{first.name}"'
    each = "environment, data_plane_id"
    return [
        Level("environments", "environment", "environment"),
        Level("routes", "route", "environment, http_route", [largest]),
        Level("50 data planes", "data_plane", each, [largest, fifty]),
        Level("1 data plane", "data_plane", each, [largest, one], reads_raw=True),
    ]


def pages(fleet: Fleet) -> list[Page]:
    """Return every page of the dashboard over every range, and what it asks of this moment."""
    everything = [page for level in levels(fleet) for page in level.pages()]
    return [*everything, _now()]


def _now() -> Page:
    queries = {
        "table: requests": "data_plane:http_requests:rate1m",
        "table: errors": "data_plane:http_errors:ratio_rate1m",
        "table: p95": "data_plane:http_latency_seconds:p95_1m",
        "freshness": "time() - max by (environment, data_plane_id) (timestamp(up))",
        "busiest 50": "topk(50, data_plane:http_requests:rate1m)",
        "fullest 50": "topk(50, data_plane:filesystem:ratio)",
        "burn rates": "environment:slo_availability:burn_rate1h",
    }
    return Page("now", [Panel(f"fleet, {name}", "now", query) for name, query in queries.items()])
