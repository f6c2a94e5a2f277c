"""Small receivers of OTLP metrics, over HTTP and gRPC, that remember what arrived."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


def attributes_of(pairs):
    return {
        pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value")
        for pair in pairs
    }


class Received:
    """The last value of every series: metric, instance, start time and attributes name one."""

    def __init__(self):
        self._lock = threading.Lock()
        self._points = {}
        self.resources = {}
        self.units = {}
        self.spans = []

    def take(self, request):
        with self._lock:
            for of_resource in request.resource_metrics:
                resource = attributes_of(of_resource.resource.attributes)
                instance = resource["service.instance.id"]
                self.resources[instance] = resource
                for scope in of_resource.scope_metrics:
                    for metric in scope.metrics:
                        self.units[metric.name] = metric.unit
                        for point in getattr(metric, metric.WhichOneof("data")).data_points:
                            labels = frozenset(attributes_of(point.attributes).items())
                            key = (metric.name, instance, point.start_time_unix_nano, labels)
                            self._points[key] = point

    def take_spans(self, request):
        with self._lock:
            for of_resource in request.resource_spans:
                for scope in of_resource.scope_spans:
                    self.spans += scope.spans

    def points(self, metric):
        """All series of a metric as (instance, start in ns, labels, point)."""
        with self._lock:
            return [
                (instance, started, dict(labels), point)
                for (name, instance, started, labels), point in self._points.items()
                if name == metric
            ]

    def names(self):
        with self._lock:
            return {name for name, *_ in self._points}

    def all_points(self):
        """All series as (metric, instance, labels, point)."""
        with self._lock:
            return [
                (name, instance, dict(labels), point)
                for (name, instance, _, labels), point in self._points.items()
            ]

    def keys(self):
        """Return the attribute keys that each metric was seen with."""
        with self._lock:
            keys = {}
            for name, _, _, labels in self._points:
                keys.setdefault(name, set()).update(key for key, _ in labels)
            return keys

    def series(self):
        """Return (metric, instance, labels) and how many series Prometheus makes of each."""
        with self._lock:
            return {
                (name, instance, labels): len(point.bucket_counts) + 2
                if hasattr(point, "bucket_counts")
                else 1
                for (name, instance, _, labels), point in self._points.items()
            }

    def total(self, metric, **labels):
        """Add up a counter over all instances and restarts."""
        wanted = {name.replace("_", "."): value for name, value in labels.items()}
        return sum(
            point.as_int
            for _, _, found, point in self.points(metric)
            if wanted.items() <= found.items()
        )

    def requests(self, **labels):
        """How many requests were counted, over all instances and restarts."""
        wanted = {f"http.{name}".replace("__", "."): value for name, value in labels.items()}
        return sum(
            point.count
            for _, _, found, point in self.points("http.server.request.duration")
            if wanted.items() <= found.items()
        )

    def instances(self, *, since=0):
        """The instances with series that began after `since` (nanoseconds)."""
        return {
            instance
            for instance, started, _, _ in self.points("http.server.request.duration")
            if started > since
        }


@contextlib.contextmanager
def http_sink():
    """Receive at `sink.url`; while `sink.open` is cleared, callers wait without an answer."""
    sink = Received()
    sink.open = threading.Event()
    sink.open.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.open.wait()
            if self.path == "/v1/traces":
                sink.take_spans(ExportTraceServiceRequest.FromString(body))
            else:
                sink.take(ExportMetricsServiceRequest.FromString(body))
            with contextlib.suppress(OSError):  # who was kept waiting has hung up
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    sink.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield sink
    finally:
        sink.open.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def grpc_sink():
    """Receive at `sink.url`."""
    sink = Received()

    class Service(metrics_service_pb2_grpc.MetricsServiceServicer):
        def Export(self, request, _context):  # noqa: N802 - the protocol's name
            sink.take(request)
            return ExportMetricsServiceResponse()

    server = grpc.server(ThreadPoolExecutor(4))
    metrics_service_pb2_grpc.add_MetricsServiceServicer_to_server(Service(), server)
    sink.url = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield sink
    finally:
        server.stop(None).wait()
