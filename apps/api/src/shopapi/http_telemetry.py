"""Measure and trace each request, by the stable HTTP conventions of OpenTelemetry.

Written here because OpenTelemetry's instrumentation of Falcon has neither sizes nor bounded
methods, and costs about twice as much (docs/measurements.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextvars import Token

import falcon
from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shopapi.instruments import ACTIVE_REQUESTS, METHODS, OTHER, Instruments
from shopapi.operations import serves

PROPAGATOR = TraceContextTextMapPropagator()


class Measured:
    """What is remembered of a request while it is being served."""

    __slots__ = ("method", "span", "started", "token")

    def __init__(self, method: str, span: Span, token: Token[Context]) -> None:
        self.method = method
        self.span = span
        self.token = token
        self.started = time.perf_counter()


class HttpTelemetry:
    """Falcon middleware; the first of all, so that it sees what the others answer."""

    def __init__(self, instruments: Instruments, tracer: Tracer) -> None:
        self._instruments = instruments
        self._tracer = tracer
        # Sets take and lose members without a lock, which threads would wait for.
        self._active: dict[str, set[Measured]] = {method: set() for method in (*METHODS, OTHER)}
        instruments.observe(ACTIVE_REQUESTS, self._count_active)

    def process_request(self, request: falcon.Request, _response: falcon.Response) -> None:
        """Take the time and begin a span, which goes on with the caller's trace."""
        method = request.method if request.method in METHODS else OTHER
        span = self._tracer.start_span(
            method, _context_of(request), SpanKind.SERVER,
            {
                "http.request.method": method,
                "url.path": request.path,
                "url.scheme": request.scheme,
            },
        )  # fmt: skip
        token = context.attach(trace.set_span_in_context(span))
        measured = request.context.measured = Measured(method, span, token)
        self._active[method].add(measured)

    def process_response(
        self,
        request: falcon.Request,
        response: falcon.Response,
        resource: object,
        _succeeded: bool,  # noqa: FBT001 - Falcon's signature
    ) -> None:
        """Record what it took and what came out."""
        measured: Measured = request.context.measured
        status = response.status_code
        of_route: dict[str, str | int] = {"http.request.method": measured.method}
        # A method that is not the resource's own says little about it and costs many series.
        if serves(resource, measured.method):
            of_route["http.route"] = request.uri_template or ""
        attributes = of_route | {"http.response.status_code": status}
        if status >= 500:
            attributes["error.type"] = str(status)
        instruments = self._instruments
        if request.content_length:
            instruments.request_size.record(request.content_length, of_route)
        instruments.response_size.record(len(response.data or b""), of_route)
        instruments.request_duration.record(time.perf_counter() - measured.started, attributes)
        self._active[measured.method].discard(measured)
        _finish(measured.span, attributes)
        context.detach(measured.token)

    def _count_active(self) -> Iterable[tuple[float, Mapping[str, str]]]:
        return [
            (len(active), {"http.request.method": method})
            for method, active in self._active.items()
        ]


def _context_of(request: falcon.Request) -> Context:
    """Return the caller's trace, or none: never what an earlier request left in this thread."""
    carrier = {
        name: value
        for name in ("traceparent", "tracestate")
        if (value := request.get_header(name)) is not None
    }
    return PROPAGATOR.extract(carrier, Context()) if carrier else Context()


def _finish(span: Span, attributes: Mapping[str, str | int]) -> None:
    if span.is_recording():
        if route := attributes.get("http.route"):
            span.update_name(f"{attributes['http.request.method']} {route}")
        span.set_attributes(attributes)
        if "error.type" in attributes:
            span.set_status(Status(StatusCode.ERROR))
    span.end()
