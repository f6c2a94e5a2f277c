"""A headless browser that opens the dashboard's pages and notes what they do."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from toolkit.waiting import wait_for

CHROMIUM = "/usr/bin/chromium"
"""Debian's own; nothing is downloaded."""

DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
Theme = Literal["light", "dark"]

SETTLED = """() => {
  const below = (element) => element.getBoundingClientRect().top > innerHeight;
  const isPainted = (chart) => {
    const canvas = chart.querySelector('canvas');
    if (canvas === null) return chart.querySelector('table') !== null;
    const blank = Object.assign(document.createElement('canvas'),
      { width: canvas.width, height: canvas.height });
    return canvas.toDataURL() !== blank.toDataURL();
  };
  const heading = document.querySelector('main h1');
  const waiting = [...document.querySelectorAll('[aria-busy="true"]')];
  const legends = [...document.querySelectorAll('ul[class*="legend"]')];
  const charts = legends.map((legend) => legend.parentElement);
  return heading !== null && !heading.textContent.endsWith('…')
    && waiting.every(below) && charts.every((chart) => below(chart) || isPainted(chart));
}"""
"""Whether everything on the screen has its answer and is drawn; what is below it comes later."""

PAINTED = "(charts) => charts.map((chart) => chart.toDataURL())"


@dataclass
class Visit:
    """A tab of somebody who was never here before."""

    page: Page
    origin: str
    """Scheme, address and port of the dashboard."""
    asked: list[str] = field(default_factory=list)
    """Address of each request of the page, in their order."""
    complaints: list[str] = field(default_factory=list)
    """What stands in the browser's console as an error."""

    def open(self, path: str) -> None:
        """Load a page and wait until it shows what it is about."""
        self.page.goto(self.origin + path)
        self.settle()

    def settle(self) -> None:
        """Wait until the page has an answer to all that it asked."""
        wait_for(lambda: self.page.evaluate(SETTLED), within=30, what="the page has its answers")

    def see_all(self) -> None:
        """Scroll to the end, since what was never on the screen does not ask, and back."""
        height = self.page.viewport_size["height"] if self.page.viewport_size else 0
        for top in range(0, self.page.evaluate("document.body.scrollHeight"), height // 2):
            self.page.evaluate("(top) => scrollTo(0, top)", top)
            self.settle()
        self.page.evaluate("scrollTo(0, 0)")

    def text(self, selector: str = "main") -> str:
        """Return what a reader sees."""
        return self.page.inner_text(selector)

    def pictures(self, title: str | None = None) -> list[str]:
        """Return a digest of what is painted on each chart, or on that of one panel."""
        place = self.page.get_by_role("region", name=title, exact=True) if title else self.page
        painted = place.locator("canvas").evaluate_all(PAINTED)
        return [hashlib.sha256(one.encode()).hexdigest()[:12] for one in painted]

    def questions(self) -> list[dict[str, str]]:
        """Return the words of every question about a range of time so far, in their order."""
        return [
            {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
            for address in self.asked
            if urlsplit(address).path == "/api/v1/query_range"
        ]

    def foreign(self) -> list[str]:
        """Return the requests that left the dashboard's own origin."""
        own = (f"{self.origin}/", "data:", f"blob:{self.origin}/")
        return [address for address in self.asked if not address.startswith(own)]


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Have a browser until the block ends."""
    with sync_playwright() as playwright:
        # The lab needs root, to whom Chromium refuses its sandbox.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


@contextlib.contextmanager
def visiting(
    browser: Browser, origin: str, *, screen: ViewportSize = DESK, theme: Theme = "light"
) -> Iterator[Visit]:
    """Have a new tab until the block ends.

    Args:
        browser: where.
        origin: scheme, address and port of the dashboard.
        screen: its size.
        theme: what the system prefers.
    """
    context = browser.new_context(viewport=screen, color_scheme=theme, timezone_id="UTC")
    try:
        visit = Visit(context.new_page(), origin)
        visit.page.on("request", lambda request: visit.asked.append(request.url))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on(
            "console",
            lambda said: visit.complaints.append(said.text) if said.type == "error" else None,
        )
        yield visit
    finally:
        context.close()
