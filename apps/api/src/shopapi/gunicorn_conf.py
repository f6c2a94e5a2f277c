"""How gunicorn serves the API: `python -m gunicorn -c python:shopapi.gunicorn_conf …`.

gunicorn takes every name below that is one of its settings. It prints a SettingsError as one
line and stops.
"""

from __future__ import annotations

import itertools
import logging
import os
import signal
from typing import Protocol

from shopapi import telemetry
from shopapi.settings import Settings

_settings = Settings.from_mapping(os.environ)

bind = list(_settings.bind)
workers = _settings.workers
threads = _settings.threads
worker_class = "gthread"
logger_class = "shopapi.logs.GunicornLogger"
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a heartbeat on a disk stops the worker when the disk does
control_socket_disable = True  # it would need a directory it may write to
timeout = 120  # the first start makes the shop, and a worker that does gives no sign of life
graceful_timeout = 10
keepalive = 30  # longer than a client's pause: closing first makes it lose its next request


class Worker(Protocol):
    """What we use of gunicorn's workers."""

    slot: int


class Server(Protocol):
    """What we use of gunicorn's arbiter; a worker leaves WORKERS when it has been reaped."""

    WORKERS: dict[int, Worker]


def on_starting(_server: Server) -> None:
    """Say once what this service goes by; nothing of it is secret."""
    logging.getLogger("shopapi").info("Starting with %s", _settings)


def pre_fork(server: Server, worker: Worker) -> None:
    """Give the new worker the lowest number that no living one has.

    The arbiter itself keeps the numbers, on its workers: names in this module would start
    from nothing at a reload, while the old workers still live.
    """
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(slot for slot in itertools.count() if slot not in taken)


def post_fork(_server: Server, worker: Worker) -> None:
    """Begin to measure in the worker: exporter threads do not survive a fork."""
    # Until gunicorn installs the worker's handlers, the arbiter's are here and swallow the
    # signal: a stop during the start would last until the graceful timeout. Just end instead.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    os.environ["API_SLOT"] = str(worker.slot)  # the worker's own environment
    telemetry.start(Settings.from_mapping(os.environ))
