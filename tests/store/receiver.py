"""Who is told: an HTTP server of the operator for alerts, and for samples that are sent on."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Told:
    """One alert in one notification; `at` is when it came, in seconds since 1970."""

    at: float
    status: str
    labels: dict[str, str]

    @property
    def name(self) -> str:
        """The alert's name."""
        return self.labels["alertname"]


@dataclass(frozen=True)
class Written:
    """One request that brought samples."""

    headers: dict[str, str]
    size: int


class Receiver(ThreadingHTTPServer):
    """Notes what it is told: alerts by Alertmanager's webhook, samples by remote write."""

    daemon_threads = True

    def __init__(self, address: str) -> None:
        super().__init__((address, 0), _Handler)
        self.told: list[Told] = []
        self.written: list[Written] = []

    @classmethod
    @contextlib.contextmanager
    def listening(cls, address: str) -> Iterator[Receiver]:
        """Have a receiver on any free port of an address."""
        with cls(address) as receiver:
            thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.1})
            thread.start()
            try:
                yield receiver
            finally:
                receiver.shutdown()
                thread.join()

    @property
    def alerts_url(self) -> str:
        """Where Alertmanager sends notifications."""
        return f"{self._base}/alerts"

    @property
    def write_url(self) -> str:
        """Where Prometheus sends samples."""
        return f"{self._base}/api/v1/write"

    @property
    def _base(self) -> str:
        return "http://{}:{}".format(*self.server_address[:2])

    def notified(self, name: str, status: str, **labels: str) -> list[Told]:
        """Return what was told of an alert with these labels, among others."""
        return [
            told
            for told in list(self.told)
            if (told.name, told.status) == (name, status) and labels.items() <= told.labels.items()
        ]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/alerts":
            self._note_alerts(json.loads(body))
        elif self.path == "/api/v1/write":
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.server.written.append(Written(headers, len(body)))
        self.send_response(204)
        self.end_headers()

    def _note_alerts(self, notification: dict[str, Any]) -> None:
        now = time.time()
        for alert in notification["alerts"]:
            self.server.told.append(Told(now, alert["status"], alert["labels"]))

    def log_message(self, *_: object) -> None:
        """Say nothing: what came is looked at by tests."""
