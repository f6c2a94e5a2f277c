"""Metrics and traces: who measures, and where it goes."""

from __future__ import annotations

import atexit
import logging
import socket
import threading
import time
from collections.abc import Callable

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http import metric_exporter, trace_exporter
from opentelemetry.sdk.metrics import (
    AlwaysOffExemplarFilter,
    MeterProvider,
    TraceBasedExemplarFilter,
)
from opentelemetry.sdk.metrics.export import MetricExporter, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider, sampling
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

from shopapi import __version__
from shopapi.settings import Settings

SHUTDOWN_SECONDS = 3
"""How long the last exports may keep a worker that stops."""


def start(settings: Settings) -> None:
    """Begin to measure this process; call it once, after the fork and before the app is made.

    Sets OpenTelemetry's global providers of meters and tracers.
    """
    resource = Resource.create(resource_attributes(settings))
    tracing = settings.traces_sampler != "always_off"
    reader = PeriodicExportingMetricReader(
        _metric_exporter(settings), settings.export_interval_ms, settings.export_timeout_ms
    )
    meters = MeterProvider(
        [reader],
        resource=resource,
        # Only a sampled trace can be an example, and looking for one costs each measurement.
        exemplar_filter=TraceBasedExemplarFilter() if tracing else AlwaysOffExemplarFilter(),
        shutdown_on_exit=False,
    )
    tracers = TracerProvider(_sampler(settings), resource, shutdown_on_exit=False)
    if tracing:
        tracers.add_span_processor(BatchSpanProcessor(_span_exporter(settings)))
    metrics.set_meter_provider(meters)
    trace.set_tracer_provider(tracers)
    # At exit, so that requests which outlive the worker's main loop are counted too.
    atexit.register(_stopper(meters, tracers))


def _stopper(meters: MeterProvider, tracers: TracerProvider) -> Callable[[], None]:
    """Return what exports the last of both at once, for as long as a worker may take.

    A tracer provider's shutdown knows no limit, and Python starts no thread once it ends: one
    that waits from the beginning is left behind if need be.
    """
    leaving = threading.Event()

    def stop_tracing() -> None:
        leaving.wait()
        tracers.shutdown()

    thread = threading.Thread(target=stop_tracing, daemon=True)
    thread.start()

    def stop() -> None:
        until = time.monotonic() + SHUTDOWN_SECONDS
        leaving.set()
        meters.shutdown(timeout_millis=SHUTDOWN_SECONDS * 1000)
        thread.join(max(0.0, until - time.monotonic()))

    return stop


def resource_attributes(settings: Settings) -> dict[str, str]:
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
    return ours | told | {"service.instance.id": f"{settings.data_plane_id}:{settings.slot}"}


def _metric_exporter(settings: Settings) -> MetricExporter:
    otlp = settings.metrics
    exporter: MetricExporter
    if otlp.protocol == "grpc":
        # Here, because gRPC costs 15 MB that nobody pays for HTTP.
        from opentelemetry.exporter.otlp.proto.grpc import (  # noqa: PLC0415 - see above
            metric_exporter as over_grpc,
        )

        exporter = over_grpc.OTLPMetricExporter(otlp.endpoint, timeout=otlp.timeout_seconds)
    else:
        exporter = metric_exporter.OTLPMetricExporter(otlp.endpoint, timeout=otlp.timeout_seconds)
    _complain_seldom(exporter)
    return exporter


def _span_exporter(settings: Settings) -> SpanExporter:
    otlp = settings.traces
    exporter: SpanExporter
    if otlp.protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc import (  # noqa: PLC0415 - as above
            trace_exporter as over_grpc,
        )

        exporter = over_grpc.OTLPSpanExporter(otlp.endpoint, timeout=otlp.timeout_seconds)
    else:
        exporter = trace_exporter.OTLPSpanExporter(otlp.endpoint, timeout=otlp.timeout_seconds)
    _complain_seldom(exporter)
    return exporter


def _sampler(settings: Settings) -> sampling.Sampler:
    ratio = settings.traces_sampler_ratio
    return {
        "always_on": sampling.ALWAYS_ON,
        "always_off": sampling.ALWAYS_OFF,
        "traceidratio": sampling.TraceIdRatioBased(ratio),
        "parentbased_always_on": sampling.DEFAULT_ON,
        "parentbased_always_off": sampling.DEFAULT_OFF,
        "parentbased_traceidratio": sampling.ParentBasedTraceIdRatio(ratio),
    }[settings.traces_sampler]


def _complain_seldom(exporter: MetricExporter | SpanExporter) -> None:
    logging.getLogger(type(exporter).__module__).addFilter(OncePerMinute())


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
