"""How long what happens takes to be known, and to be seen."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from tests.conftest import ENVIRONMENTS
from toolkit.open_loop import Request, percentile, send
from toolkit.promql import query
from toolkit.waiting import wait_for

PROMQL_WITHIN = 15
PIXEL_WITHIN = 30
"""Seconds from a request to its count in PromQL, and to the screen, for 95 of 100 events."""

ROUTE = "/api/products"

REQUESTS, REST = 36, 1.3
"""Single requests to each environment, and seconds between them: ever other times in each cycle of
exports and scrapes."""

BURSTS, PAUSE = (1, 3, 8, 20, 50, 125, 313), 7.0
"""Events that can be told apart on the screen: so many requests, each so large that those before it
do not hide it, and the seconds between them."""

COUNTED = (
    f'sum by (environment) (http_server_request_duration_seconds_count{{http_route="{ROUTE}"}})'
)

NOTE_NUMBERS = """() => {
  window.noted = [];
  const last = {};
  setInterval(() => {
    for (const row of document.querySelectorAll('[role=rowgroup] > [role=row]')) {
      const name = row.querySelector('[role=rowheader] [title]').title;
      const rate = row.querySelectorAll('[role=cell]')[1].querySelector('.number').textContent;
      if (last[name] !== rate) noted.push([Date.now() / 1000, name, parseFloat(rate)]);
      last[name] = rate;
    }
  }, 50);
}"""
"""Has the page write down when which request rate stood in the row of which environment."""


@dataclass(frozen=True)
class Event:
    """So many requests to an environment, and when the last of them was answered."""

    environment: str
    size: int
    at: float

    def seen_at(self, noted):
        """Return when the page first showed a rate of all its requests within one minute."""
        least = 0.9 * self.size / 60
        mine = [at for at, name, rate in noted if name == self.environment and rate >= least]
        return min(mine)


def by_environment(deployed, expression):
    found = query(deployed.query, expression)
    return {sample.labels["environment"]: sample.value for sample in found}


def events(deployed, sizes, pause, environment):
    """Send an environment its requests on time; return what happened."""
    address = deployed.api(environment).removeprefix("http://")
    began, happened = time.monotonic(), []
    for number, size in enumerate(sizes):
        time.sleep(max(0.0, began + number * pause - time.monotonic()))
        requests = [Request("GET", f"{ROUTE}?limit=1")] * size
        answers = send(address, requests, per_second=150, in_flight=8)
        assert {answer.status for answer in answers} == {200}
        happened.append(Event(environment, size, time.time()))
    return happened


def p95(what, seconds):
    """Print what half and 95 of 100 events took; return the latter."""
    half, most = percentile(seconds, 0.5), percentile(seconds, 0.95)
    print(f"event to {what}: p50 {half:.1f} s, p95 {most:.1f} s of {len(seconds)}")
    return most


def wait_until_nobody_asks(deployed):
    """Let the customers of other tests be over and counted."""
    wait_for(
        lambda: by_environment(deployed, "environment:http_requests:rate1m"),
        lambda rates: max(rates.values()) == 0,
        within=120,
        what="nobody asks for anything",
    )


def test_what_happens_is_known_soon(deployed):
    """Requests, until their count is stored."""
    wait_until_nobody_asks(deployed)
    before = dict.fromkeys(ENVIRONMENTS, 0) | by_environment(deployed, COUNTED)
    known = {name: [] for name in ENVIRONMENTS}

    def look():
        """Note which requests are new; return how many are known."""
        now = time.time()
        for name, count in by_environment(deployed, COUNTED).items():
            known[name] += [now] * int(count - before[name] - len(known[name]))
        return sum(map(len, known.values()))

    number = len(ENVIRONMENTS) * REQUESTS
    with ThreadPoolExecutor(len(ENVIRONMENTS)) as pool:
        sent = pool.map(partial(events, deployed, [1] * REQUESTS, REST), ENVIRONMENTS)
        wait_for(look, number.__eq__, within=2 * REQUESTS * REST, what="all requests are counted")
        happened = dict(zip(ENVIRONMENTS, sent, strict=True))
    seconds = [
        at - one.at
        for name in ENVIRONMENTS
        for one, at in zip(happened[name], known[name], strict=True)
    ]
    assert p95("PromQL", seconds) <= PROMQL_WITHIN


def test_what_happens_is_seen_soon(deployed, visit):
    """Requests to quiet environments, until their rate is shown.

    Every worker has counted before: the first request of a series is in no rate.
    """
    wait_until_nobody_asks(deployed)
    overview = visit("/")
    overview.page.evaluate(NOTE_NUMBERS)
    with ThreadPoolExecutor(len(ENVIRONMENTS)) as pool:
        sent = pool.map(partial(events, deployed, BURSTS, PAUSE), ENVIRONMENTS)
        happened = [event for of_one in sent for event in of_one]
    seen = wait_for(
        lambda: [event.seen_at(overview.page.evaluate("noted")) for event in happened],
        within=60,
        what="all events are on the screen",
    )
    seconds = [at - one.at for at, one in zip(seen, happened, strict=True)]
    assert p95("pixel", seconds) <= PIXEL_WITHIN
