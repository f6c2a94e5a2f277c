"""Asking a service whether it is ready, and whether it took a reload."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from .units import UnitState

RESTARTS_ALLOWED = 2
"""A program that ends more often than this after its start will not get ready by waiting."""

# A proxy of the operator's environment has no business between a host and itself.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url: str, timeout: float = 2.0) -> tuple[bool, str]:
    """Ask an address; return whether the answer was a 2xx, and the body or what went wrong."""
    try:
        with _opener.open(url, timeout=timeout) as answer:
            return True, answer.read(1 << 20).decode(errors="replace")
    except urllib.error.HTTPError as error:
        body = error.read(2000).decode(errors="replace").strip()
        return False, f"{url} answered {error.code}" + (f": {body}" if body else "")
    except (OSError, ValueError) as error:
        return False, f"{url}: {getattr(error, 'reason', error)}"


def wait_ready(
    url: str, timeout: float, state: Callable[[], UnitState], every: float = 0.1
) -> str | None:
    """Wait until the service answers; return None, or what was seen last when it does not.

    A unit that failed or keeps ending is given up at once. `timeout` is in seconds.
    """
    deadline = time.monotonic() + timeout
    before = state().restarts
    while True:
        unit = state()
        ready, said = fetch(url)
        if ready and unit.active == "active":
            return None
        if unit.active == "failed" or unit.restarts - before > RESTARTS_ALLOWED:
            return f"the unit is {unit}"
        if time.monotonic() >= deadline:
            return f"not ready within {timeout:g} s: {said}; the unit is {unit}"
        time.sleep(every)


def wait_reloaded(proof: Mapping[str, str], since: float, timeout: float = 5.0) -> bool:
    """Wait until the program itself says that it loaded its configuration after `since`.

    `proof` names the address of its metrics (`url`) and two of them: `successful`, which must be
    1, and `timestamp`, seconds since 1970 on the same clock as `since`.
    """
    deadline = time.monotonic() + timeout
    while True:
        answered, text = fetch(proof["url"])
        if answered:
            values = plain_values(text)
            loaded = values.get(proof["timestamp"], 0.0) >= since
            if loaded and values.get(proof["successful"]) == 1.0:
                return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.1)


def plain_values(exposition: str) -> dict[str, float]:
    """Return the samples without labels of a metrics page."""
    values = {}
    for line in exposition.splitlines():
        name, _, value = line.partition(" ")
        if not name.startswith("#") and "{" not in name and value:
            try:
                values[name] = float(value)
            except ValueError:
                continue
    return values
