"""Every instrument of the API, declared once: nobody else creates one.

METRICS.md is made from this catalogue and a test compares what is exported with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from opentelemetry.metrics import (
    CallbackOptions,
    Counter,
    Histogram,
    Meter,
    Observation,
)

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""The bounds that the semantic conventions advise for durations of HTTP requests."""
BYTES = (128, 512, 1024, 4096, 16_384, 65_536, 262_144)
CENTS = (1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000)

METHODS = ("GET", "POST")
"""The methods that routes have of their own; every other one is counted as OTHER."""
OTHER = "_OTHER"


Attributes = Mapping[str, tuple[str, ...] | str]


@dataclass(frozen=True)
class Instrument:
    """One metric as OpenTelemetry knows it.

    `attributes` maps each key to its possible values, or to a word on where they come from.
    `boundaries` are the upper bounds of a histogram's buckets, in `unit`.
    """

    name: str
    kind: str
    unit: str
    description: str
    attributes: Attributes = field(default_factory=dict)
    boundaries: tuple[float, ...] = ()


METHOD: Attributes = {"http.request.method": (*METHODS, OTHER)}
ROUTE: Attributes = {
    "http.route": "the route's template; none where no route has the path and the method"
}

REQUEST_DURATION = Instrument(
    "http.server.request.duration", "histogram", "s",
    "How long requests took, from the first look at their headers to the last byte made",
    {
        **METHOD,
        **ROUTE,
        "http.response.status_code": "the number that was answered",
        "error.type": "the same number, where it is 500 or more",
    },
    SECONDS,
)  # fmt: skip
ACTIVE_REQUESTS = Instrument(
    "http.server.active_requests", "updowncounter", "{request}",
    "Requests that are being served", METHOD,
)  # fmt: skip
REQUEST_SIZE = Instrument(
    "http.server.request.body.size", "histogram", "By",
    "Size of requests that have a body", {**METHOD, **ROUTE}, BYTES,
)  # fmt: skip
RESPONSE_SIZE = Instrument(
    "http.server.response.body.size", "histogram", "By",
    "Size of responses", {**METHOD, **ROUTE}, BYTES,
)  # fmt: skip
SHED_REQUESTS = Instrument(
    "shop.requests.shed", "counter", "{request}",
    "Requests refused with 503 because too many of their kind were being served", ROUTE,
)  # fmt: skip
ORDERS_CREATED = Instrument("shop.orders.created", "counter", "{order}", "Orders accepted")
ORDER_VALUE = Instrument(
    "shop.order.value", "histogram", "{cent}", "What accepted orders are worth", {}, CENTS
)
PAYMENTS = Instrument(
    "shop.payments", "counter", "{payment}",
    "Payments by how they ended: declined is the customer's trouble, error is ours",
    {"payment.result": ("authorised", "declined", "error")},
)  # fmt: skip
CACHE_REQUESTS = Instrument(
    "shop.cache.requests", "counter", "{request}", "Questions to a cache",
    {"cache.name": ("products",), "cache.result": ("hit", "miss")},
)  # fmt: skip
DEPENDENCY: Attributes = {"dependency": ("stock", "fraud", "gateway")}
BREAKER_STATE = Instrument(
    "shop.circuit_breaker.state", "gauge", "{state}",
    "0 closed, 1 half open, 2 open; the worst of all workers is what counts", DEPENDENCY,
)  # fmt: skip
BREAKER_TRANSITIONS = Instrument(
    "shop.circuit_breaker.transitions", "counter", "{transition}",
    "Changes of a circuit breaker to a state",
    {**DEPENDENCY, "state": ("closed", "half_open", "open")},
)  # fmt: skip
FAULT_ACTIVE = Instrument(
    "shop.fault.active", "gauge", "{fault}", "1 while a fault of this kind is injected, else 0",
    {"fault.kind": ("latency", "error", "dependency_down", "cache_bypass")},
)  # fmt: skip
FAULT_FILE_ERRORS = Instrument(
    "shop.fault.file.errors", "counter", "{error}",
    "Files of faults that were ignored because something is wrong with them",
    {"error.type": "what is wrong, a short word"},
)  # fmt: skip

CATALOGUE = (
    REQUEST_DURATION,
    ACTIVE_REQUESTS,
    REQUEST_SIZE,
    RESPONSE_SIZE,
    SHED_REQUESTS,
    ORDERS_CREATED,
    ORDER_VALUE,
    PAYMENTS,
    CACHE_REQUESTS,
    BREAKER_STATE,
    BREAKER_TRANSITIONS,
    FAULT_ACTIVE,
    FAULT_FILE_ERRORS,
)

Observe = Callable[[], Iterable[tuple[float, Mapping[str, str]]]]


class Instruments:
    """What the parts of the API count with.

    Counters whose attributes are all known begin at 0, so that the first event is an increase.
    What is asked for at each export (`observe`) costs a request nothing.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.request_duration = self._histogram(REQUEST_DURATION)
        self.request_size = self._histogram(REQUEST_SIZE)
        self.response_size = self._histogram(RESPONSE_SIZE)
        self.shed_requests = self._counter(SHED_REQUESTS)
        self.orders_created = self._counter(ORDERS_CREATED)
        self.order_value = self._histogram(ORDER_VALUE)
        self.payments = self._counter(PAYMENTS)
        self.breaker_transitions = self._counter(BREAKER_TRANSITIONS)
        self.fault_file_errors = self._counter(FAULT_FILE_ERRORS)

    def observe(self, instrument: Instrument, look: Observe) -> None:
        """Have `look` asked for the values and attributes of `instrument` at each export."""

        def callback(_options: CallbackOptions) -> Iterable[Observation]:
            return [Observation(value, attributes) for value, attributes in look()]

        create = {
            "counter": self._meter.create_observable_counter,
            "gauge": self._meter.create_observable_gauge,
            "updowncounter": self._meter.create_observable_up_down_counter,
        }[instrument.kind]
        create(instrument.name, [callback], instrument.unit, instrument.description)

    def _counter(self, instrument: Instrument) -> Counter:
        counter = self._meter.create_counter(
            instrument.name, instrument.unit, instrument.description
        )
        values = instrument.attributes.values()
        if not any(isinstance(value, str) for value in values):
            for combination in itertools.product(*values):
                counter.add(0, dict(zip(instrument.attributes, combination, strict=True)))
        return counter

    def _histogram(self, instrument: Instrument) -> Histogram:
        return self._meter.create_histogram(
            instrument.name,
            instrument.unit,
            instrument.description,
            explicit_bucket_boundaries_advisory=instrument.boundaries,
        )
