"""Asking a service whether it is ready, and whether it took a reload."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping

from .units import UnitState

RESTARTS_ALLOWED = 2
"""A program that has ended more often than this after its start will not get ready by waiting."""

STEADY = 1.0
"""Seconds for which a unit has to be up before an answer is believed to be its own."""

# A proxy of the operator's environment has no business between a host and itself.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url: str, timeout: float = 2.0) -> tuple[bool, str]:
    """Ask an address; return whether the answer was a 2xx, and the body or what went wrong."""
    try:
        return _fetch(url, timeout)
    except (OSError, ValueError, http.client.HTTPException) as error:
        return False, f"{url}: {getattr(error, 'reason', '') or repr(error)}"


def _fetch(url: str, timeout: float) -> tuple[bool, str]:
    try:
        with _opener.open(url, timeout=timeout) as answer:
            return True, answer.read(1 << 20).decode(errors="replace")
    except urllib.error.HTTPError as error:
        body = error.read(2000).decode(errors="replace").strip()
        return False, f"{url} answered {error.code}" + (f": {body}" if body else "")


def wait_ready(
    url: str, timeout: float, state: Callable[[], UnitState], every: float = 0.1
) -> str | None:
    """Wait until the service answers; return None, or what was seen last when it does not.

    An answer counts once the unit has been up for a moment: another program may hold the port of
    one that ends at once. A unit that failed or keeps ending is given up. `timeout` is in seconds.
    """
    deadline = time.monotonic() + timeout
    before = state().restarts
    while True:
        ready, said = fetch(url)
        unit = state()
        if ready and unit.active_for >= STEADY:
            return None
        # Judged between two starts, so that the journal ends with the words of the one that failed.
        hopeless = unit.between_starts and unit.restarts - before >= RESTARTS_ALLOWED
        if unit.active == "failed" or hopeless:
            return f"the unit is {unit}"
        if time.monotonic() >= deadline:
            seen = f"{url} answers, though perhaps by another program" if ready else said
            return f"not ready within {timeout:g} s: {seen}; the unit is {unit}"
        time.sleep(every)


def wait_reloaded(proof: Mapping[str, str], before: float | None, timeout: float = 5.0) -> bool:
    """Wait until the program itself says that it has loaded its configuration again.

    `proof` names the address of its metrics (`url`) and two of them: `successful`, which must be
    1, and `timestamp`, which must differ from what `last_reload` returned `before`.
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        answered, text = fetch(proof["url"])
        values = plain_values(text) if answered else {}
        if (
            values.get(proof["timestamp"], before) != before
            and values.get(proof["successful"]) == 1.0
        ):
            return True
        time.sleep(0.1)
    return False


def last_reload(proof: Mapping[str, str]) -> float | None:
    """Return what the program's metric says of its last successful reload."""
    answered, text = fetch(proof["url"])
    return plain_values(text).get(proof["timestamp"]) if answered else None


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
