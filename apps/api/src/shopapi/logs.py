"""Log lines as JSON: one object a line, with the ids of the trace it belongs to."""

from __future__ import annotations

import logging
import logging.config
from datetime import UTC, datetime
from typing import Any

import msgspec
from gunicorn.config import Config
from gunicorn.glogging import Logger
from opentelemetry import trace

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "shopapi.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    # gunicorn gives its loggers handlers of their own, unless it is told otherwise.
    "loggers": {"gunicorn.error": {"handlers": [], "propagate": True}},
}


class GunicornLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Has gunicorn write its lines as everybody else does.

    gunicorn's own setting for this (logconfig_dict) makes it put together a line for each access,
    a fifth of what a request costs, whether or not anybody writes it down.
    """

    def setup(self, cfg: Config) -> None:
        """Set up the loggers of this process."""
        super().setup(cfg)
        logging.config.dictConfig(LOGGING)


class JsonFormatter(logging.Formatter):
    """Write a record as one line: time (UTC), level, logger, message, trace and exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        when = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line["trace_id"] = trace.format_trace_id(span.trace_id)
            line["span_id"] = trace.format_span_id(span.span_id)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()
