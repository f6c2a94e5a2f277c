"""Asking a service whether it is ready, and whether it took a reload."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from . import units
from .model import ReloadProof
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


def reload_watch(proof: ReloadProof, unit: str, timeout: float = 5.0) -> Callable[[], bool]:
    """Note how a program is before a reload; the returned function waits for the proof of it.

    It says False when there is none within `timeout` seconds, or when nothing could be noted.
    """
    if proof.workers:
        before = units.children(unit)
        # Those of before still serve what the change takes away, until they accept nobody more.
        return lambda: _wait(
            lambda: bool(units.children(unit) - before) and all(map(units.is_leaving, before)),
            timeout,
        )
    stamp = _last_reload(proof)
    if stamp is None:
        return lambda: False
    return lambda: _wait(lambda: _last_reload(proof) not in (None, stamp), timeout)


def _last_reload(proof: ReloadProof) -> float | None:
    """Return the time of the last reload, if that one was successful."""
    answered, text = fetch(proof.url)
    values = plain_values(text) if answered else {}
    return values.get(proof.timestamp) if values.get(proof.successful) == 1.0 else None


def _wait(proven: Callable[[], bool], timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    while not proven():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.1)
    return True


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
