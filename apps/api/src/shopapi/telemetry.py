"""Metrics: who measures, what is kept, and where it goes."""

from __future__ import annotations

import atexit
import logging
import os
import socket
import time

from opentelemetry import metrics
from opentelemetry.exporter.otlp.proto.http import metric_exporter as http
from opentelemetry.instrumentation.falcon import FalconInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import View
from opentelemetry.sdk.resources import OTELResourceDetector, Resource

from shopapi import __version__
from shopapi.settings import Settings

SHUTDOWN_SECONDS = 3
"""How long the last export may keep a worker that stops."""

KEPT = {
    "http.server.request.duration": {
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "error.type",
    },
    "http.server.active_requests": {"http.request.method"},
}
"""The attributes of each metric. Others, such as the protocol version, are the client's choice."""


def start(settings: Settings, slot: int) -> MeterProvider:
    """Begin to measure this process; call it once, after the fork and before the app is made."""
    exporter = _exporter(settings)
    logging.getLogger(type(exporter).__module__).addFilter(OncePerMinute())
    reader = PeriodicExportingMetricReader(
        exporter, settings.export_interval_ms, settings.export_timeout_ms
    )
    provider = MeterProvider(
        [reader],
        resource=Resource.create(resource_attributes(settings, slot)),
        views=[View(instrument_name=name, attribute_keys=keys) for name, keys in KEPT.items()],
        shutdown_on_exit=False,  # its own handler would wait for 30 s
    )
    # At exit, so that requests which outlive the worker's main loop are counted too.
    atexit.register(provider.shutdown, timeout_millis=SHUTDOWN_SECONDS * 1000)
    metrics.set_meter_provider(provider)
    os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = settings.semantic_conventions
    FalconInstrumentor().instrument(meter_provider=provider)
    return provider


def resource_attributes(settings: Settings, slot: int) -> dict[str, str]:
    """Say who measures. OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over our words.

    The slot numbers the workers that live at the same time: a worker that replaces another
    goes on with its series, so that their number stays bounded.
    """
    ours = {
        "service.name": "api-service",
        "service.version": __version__,
        "service.namespace": "sightline",
        "deployment.environment.name": settings.environment,
        "environment": settings.environment,
        "data_plane_id": settings.data_plane_id,
        "host.name": socket.gethostname(),
    }
    told = {name: str(value) for name, value in OTELResourceDetector().detect().attributes.items()}
    return ours | told | {"service.instance.id": f"{settings.data_plane_id}:{slot}"}


def _exporter(settings: Settings) -> MetricExporter:
    endpoint, timeout = settings.otlp_endpoint, settings.otlp_timeout_seconds
    if settings.otlp_protocol == "grpc":
        # Here, because gRPC costs 15 MB that nobody pays for HTTP.
        from opentelemetry.exporter.otlp.proto.grpc import metric_exporter as grpc  # noqa: PLC0415

        return grpc.OTLPMetricExporter(endpoint=endpoint, timeout=timeout)
    return http.OTLPMetricExporter(endpoint=endpoint, timeout=timeout)


class OncePerMinute(logging.Filter):
    """Let an hour without a collector fill sixty lines of the journal, not thousands."""

    def __init__(self) -> None:
        super().__init__()
        self._next: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Pass a message of the same kind at most once in 60 s."""
        now = time.monotonic()
        if now < self._next.get(record.msg, 0):
            return False
        self._next[record.msg] = now + 60
        return True
