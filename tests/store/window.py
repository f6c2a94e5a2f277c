"""What Thanos Query answers over a window of time that is closed: every sample of every series."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from toolkit.errors import UserError
from toolkit.promql import get

Samples = Mapping[str, list[Any]]
"""Series, as JSON of its labels, to its samples: pairs of time and value, as they came."""


SIDECAR, STORE_GATEWAY = ":10901", ":10905"
"""How the addresses end by which Thanos names a store that is away."""


class Window(NamedTuple):
    """From after the first to the second moment, both in seconds since 1970."""

    begin: float
    end: float

    @property
    def selector(self) -> str:
        """Its length as PromQL has it."""
        return f"[{round((self.end - self.begin) * 1000)}ms]"


def ask(
    base: str, expression: str, *, away: Collection[str] = (SIDECAR,), **parameters: object
) -> list[dict[str, Any]]:
    """Return what Thanos Query at `base` answers; some stores may be away, by default sidecars.

    Raises UserError when another one does not answer.
    """
    words = {"query": expression, "partial_response": "true", "max_source_resolution": "0s"}
    asked = urllib.parse.urlencode(words | parameters)
    answer = json.loads(get(f"{base}/api/v1/query?{asked}", timeout=30))
    missing = [
        warning
        for warning in answer.get("warnings", ())
        if not any(store in warning for store in away) and not warning.startswith("PromQL info")
    ]
    if missing:
        raise UserError(f"{expression} was answered in part: {missing}")
    result: list[dict[str, Any]] = answer["data"]["result"]
    return result


def samples(
    base: str, window: Window, *, away: Collection[str] = (SIDECAR,), **labels: str
) -> Samples:
    """Return all samples of a window in series with these labels, each replica's by itself.

    Raises UserError when a store that may not be away does not answer.
    """
    # Job by job, for an answer is held in memory; what rules record has none.
    limits = urllib.parse.urlencode({"start": window.begin, "end": window.end})
    jobs = json.loads(get(f"{base}/api/v1/label/job/values?{limits}"))["data"]
    found = {}
    for job in ["", *jobs]:
        matchers = "".join(f', {name}="{value}"' for name, value in ({"job": job} | labels).items())
        selector = f'{{__name__=~".+"{matchers}}}{window.selector}'
        for series in ask(base, selector, away=away, time=window.end, dedup="false"):
            found[json.dumps(series["metric"], sort_keys=True)] = series["values"]
    return found


def differences(before: Samples, after: Samples) -> list[str]:
    """Return in words what two looks at the same window do not have in common."""
    return [
        f"{name}: {len(before.get(name, ()))} samples, then {len(after.get(name, ()))}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
