"""Requests on a schedule that does not wait for answers, so that a slow server shows as slow."""

from __future__ import annotations

import http.client
import math
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """What is sent; `name` is what answers are grouped by (default: the path)."""

    method: str
    path: str
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back, and how many seconds after the request was due; status 0 is nothing."""

    name: str
    status: int
    seconds: float
    body: bytes


class _Sender(threading.local):
    """A thread's connection."""

    connection: http.client.HTTPConnection | None = None


def send(
    address: str,
    requests: Iterable[Request],
    *,
    per_second: float,
    in_flight: int = 256,
    timeout: float = 30,
) -> list[Answer]:
    """Send `requests` to `address` ("host:port"), so many a second, and return the answers.

    Seconds count from the moment a request was due, whether or not the sender was late: what a
    stalled server keeps waiting is not left out (coordinated omission, as wrk2 describes it).
    """
    sender = _Sender()
    opened: list[http.client.HTTPConnection] = []
    began = time.monotonic()

    def ask(due: float, request: Request) -> Answer:
        if sender.connection is None:
            sender.connection = http.client.HTTPConnection(address, timeout=timeout)
            opened.append(sender.connection)
        status, body = 0, b""
        try:
            sender.connection.request(
                request.method, request.path, request.body, dict(request.headers)
            )
            answer = sender.connection.getresponse()
            status, body = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            sender.connection.close()
        name = request.name or request.path
        return Answer(name, status, time.monotonic() - due, body)

    with ThreadPoolExecutor(in_flight) as pool:
        sent = []
        for number, request in enumerate(requests):
            due = began + number / per_second
            time.sleep(max(0.0, due - time.monotonic()))
            sent.append(pool.submit(ask, due, request))
        answers = [future.result() for future in sent]
    for connection in opened:
        connection.close()
    return answers


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1]
