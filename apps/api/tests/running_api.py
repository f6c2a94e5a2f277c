"""The API as it runs on a host: gunicorn, its workers, signals and sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from toolkit.waiting import wait_for

SOURCES = Path(__file__).parents[1] / "src"
COMMAND = ["-m", "gunicorn", "-c", "python:shopapi.gunicorn_conf", "shopapi.wsgi:create()"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class RunningApi:
    def __init__(self, process, port):
        self._process = process
        self.port = port
        self.address = f"127.0.0.1:{port}"

    def wait_until_it_serves(self, log):
        def look():
            assert self._process.poll() is None, log.read_text()
            return self.raw("OPTIONS /health HTTP/1.0\r\n\r\n")

        wait_for(look, lambda line: " 200 " in line, within=30, what="the API answers", every=0.05)

    def get(self, path, *, timeout=5):
        """Return status and headers of one request over a connection of its own."""
        answer = self.request("GET", path, timeout=timeout)
        return answer.status, answer.headers

    def request(self, method, path, body=None, headers=None, *, timeout=5):
        """Send one request over a connection of its own; a body that is no text becomes JSON."""
        sent = {} if body is None else {"Content-Type": "application/json"}
        if body is not None and not isinstance(body, str | bytes):
            body = json.dumps(body)
        connection = http.client.HTTPConnection(self.address, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, path, body, sent | (headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def raw(self, text):
        """Send `text` as it is and return the status line."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(text.encode("latin-1"))
            return connection.makefile("rb").readline().decode("latin-1")

    def get_many(self, path, count):
        """Send `count` requests, 16 at a time, so that all workers have to serve."""
        with ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(lambda _: self.get(path)[0], range(count)))
        assert statuses == [200] * count
        return count

    def workers(self):
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return {int(pid) for pid in children.read_text().split()}

    def signal(self, number):
        self._process.send_signal(number)

    def stop(self):
        """Stop as systemd does; return exit code and seconds."""
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        return self._process.wait(timeout=20), time.monotonic() - began


@contextlib.contextmanager
def running_api(variables, log):
    """Run the API and wait until it serves; `log` receives what it says."""
    with starting_api(variables, log) as api:
        api.wait_until_it_serves(log)
        yield api


@contextlib.contextmanager
def starting_api(variables, log):
    """Run the API; `log` receives what it says."""
    port = free_port()
    env = {"PYTHONPATH": str(SOURCES), "PATH": os.environ["PATH"], "API_BIND": f"127.0.0.1:{port}"}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, *COMMAND], env=env | variables, stderr=stream, cwd="/"
        )
    try:
        yield RunningApi(process, port)
    finally:
        process.kill()  # orphaned workers notice within a second
        process.wait()
