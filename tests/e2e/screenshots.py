"""Pictures of every page for the documentation, taken on the running demo while prod is slow."""

from __future__ import annotations

import base64
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from lab.lab import Lab
from tests.e2e.browser import DESK, Theme, Visit, browser, visiting
from toolkit.console import main, say
from toolkit.errors import UserError
from toolkit.promql import query
from toolkit.waiting import wait_for

IMAGES = Path("docs/images")
PAGES = {
    "overview": "/?range=5m",
    "metrics": "/metrics?env=prod&range=5m",
    "compare": "/compare?base=qa&range=5m",
    "alerts": "/alerts?range=15m",
    "data-planes": "/data-planes",
    "dashboards": "/dashboards/golden-signals?range=5m",
}
SCREENS = {"desk": DESK, "phone": ViewportSize(width=390, height=844)}
THEMES: tuple[Theme, ...] = ("light", "dark")

QUALITY = 90
LARGEST = 120_000
"""Bytes of a picture."""

P95 = 'environment:http_latency_seconds:p95_1m{environment="prod"}'
NORMAL = f"count_over_time({P95}[3m]) >= 17 and max_over_time({P95}[3m]) < 0.4"
SLOW = f"min_over_time({P95}[1m]) > 0.5"


@contextlib.contextmanager
def incident(lab: Lab) -> Iterator[None]:
    """Let every request of prod take 0.8 s longer until the block ends, after a normal time."""
    prometheus = f"http://{lab.hosts['cp-01'].address}:9090"
    say("Waiting until everything was normal for three minutes …")
    wait_for(lambda: query(prometheus, NORMAL), within=600, what="a normal time under traffic")
    host = lab.hosts["dp-prod-01"]
    host.run("api-faults set latency 800 --jitter 100")
    try:
        say("Waiting until prod was slow for a minute …")
        wait_for(lambda: query(prometheus, SLOW), within=300, what="an incident")
        yield
    finally:
        host.run("api-faults clear")


def take(tab: Visit, path: Path) -> None:
    """Write what the tab shows as WebP."""
    devtools = tab.page.context.new_cdp_session(tab.page)
    wanted = {"format": "webp", "quality": QUALITY}
    path.write_bytes(base64.b64decode(devtools.send("Page.captureScreenshot", wanted)["data"]))
    size = path.stat().st_size
    say(f"{path}: {size / 1000:.0f} KB")
    if size > LARGEST:
        raise UserError(f"{path} has {size} bytes", hint="lower QUALITY in this file")


def take_all(started: Browser, origin: str) -> None:
    """Take every page in both themes, on a desk and on a phone."""
    for screen, viewport in SCREENS.items():
        for theme in THEMES:
            with visiting(started, origin, screen=viewport, theme=theme) as tab:
                for name, path in PAGES.items():
                    tab.open(path)
                    take(tab, IMAGES / f"{name}-{screen}-{theme}.webp")


def screenshots(_: Sequence[str]) -> int:
    """Take all pictures."""
    lab = Lab.open(os.environ.get("LAB_NAME", "sightline"))
    IMAGES.mkdir(parents=True, exist_ok=True)
    with incident(lab), browser() as started:
        take_all(started, f"http://{lab.hosts['cp-01'].address}")
    return 0


if __name__ == "__main__":
    sys.exit(main(screenshots))
