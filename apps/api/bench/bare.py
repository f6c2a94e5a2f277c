"""The API without any telemetry, to compare with: configuration and application for gunicorn."""

from __future__ import annotations

from unittest.mock import patch

import falcon

from shopapi import app, gunicorn_conf, wsgi

bind = gunicorn_conf.bind
workers = gunicorn_conf.workers
threads = gunicorn_conf.threads
worker_class = gunicorn_conf.worker_class
worker_tmp_dir = gunicorn_conf.worker_tmp_dir
logger_class = gunicorn_conf.logger_class
control_socket_disable = gunicorn_conf.control_socket_disable
keepalive = gunicorn_conf.keepalive


class Nothing:
    """In the place of the middleware that measures."""

    def __init__(self, *_: object) -> None:
        pass

    def process_request(self, *_: object) -> None:
        """Measure nothing."""


def create() -> falcon.App[falcon.Request, falcon.Response]:
    """Build the application of this process."""
    with patch.object(app, "HttpTelemetry", Nothing):
        return wsgi.create()
