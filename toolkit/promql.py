"""Asking Prometheus, or whatever answers its query API."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from toolkit.errors import UserError

# A proxy of the caller's environment has no business between here and the lab.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Sample:
    """One value of one series."""

    labels: dict[str, str]
    time: float
    """Seconds since 1970."""
    value: float


def get(url: str, timeout: float = 5.0) -> str:
    """Return the body of a 2xx answer; raises UserError for anything else."""
    try:
        with _opener.open(url, timeout=timeout) as answer:
            body: bytes = answer.read()
            return body.decode()
    except urllib.error.HTTPError as error:
        said = error.read(500).decode(errors="replace").strip()
        raise UserError(f"{url} answered {error.code}: {said}") from None
    except OSError as error:
        raise UserError(f"{url}: {getattr(error, 'reason', error)}") from None


def query(base: str, expression: str) -> list[Sample]:
    """Evaluate an expression now; a range selector gives every sample of every series.

    `base` is the server's address, such as `http://127.0.0.1:9090`.
    """
    words = urllib.parse.urlencode({"query": expression})
    answer = json.loads(get(f"{base}/api/v1/query?{words}"))
    return [
        Sample(series["metric"], float(time), float(value))
        for series in answer["data"]["result"]
        for time, value in series.get("values") or [series["value"]]
    ]


def value_of(base: str, expression: str) -> float:
    """Return the one value of an expression, or 0 when nothing matches."""
    samples = query(base, expression)
    if len(samples) > 1:
        raise UserError(f"{expression} has {len(samples)} results where one is wanted")
    return samples[0].value if samples else 0.0
