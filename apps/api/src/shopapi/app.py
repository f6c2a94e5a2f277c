"""The application, put together from its collaborators."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NoReturn, TypeVar

import falcon
from opentelemetry.trace import SpanKind, Tracer

from shopapi import openapi, problems
from shopapi.breaker import Breaker, BreakerOpenError, State
from shopapi.bulkheads import Bulkheads
from shopapi.caching import Cache
from shopapi.dependencies import Dependency, DependencyError, Gateway
from shopapi.faults import DependencyName, FaultBoard
from shopapi.http_telemetry import HttpTelemetry
from shopapi.injection import Injection
from shopapi.instruments import BREAKER_STATE, FAULT_ACTIVE, Instruments
from shopapi.operations import Resource
from shopapi.problems import ProblemError
from shopapi.resources.health import HealthResource
from shopapi.resources.openapi import OpenApiResource
from shopapi.resources.orders import OrderResource, OrdersResource
from shopapi.resources.payments import PaymentsResource
from shopapi.resources.products import ProductCache, ProductResource, ProductsResource
from shopapi.resources.ready import ReadyResource
from shopapi.resources.reports import ReportsResource
from shopapi.resources.search import SearchResource
from shopapi.settings import Settings
from shopapi.shop import Clock
from shopapi.store import QueryTimeoutError, Store

D = TypeVar("D", bound=Dependency)

BREAKER_STATES = {State.CLOSED: 0, State.HALF_OPEN: 1, State.OPEN: 2}


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    store: Store,
    faults: FaultBoard,
    instruments: Instruments,
    tracer: Tracer,
    clock: Clock = now,
) -> falcon.App[falcon.Request, falcon.Response]:
    """Return the WSGI application; the store must be prepared."""
    resources = _resources(settings, store, faults, instruments, tracer, clock)
    app: falcon.App[falcon.Request, falcon.Response] = falcon.App(
        middleware=[
            HttpTelemetry(instruments, tracer),
            Bulkheads(settings.threads, resources, instruments),
            Injection(faults),
        ]
    )
    app.set_error_serializer(problems.serialize)
    app.add_error_handler(Exception, problems.unexpected)
    app.add_error_handler(QueryTimeoutError, _too_slow)
    app.add_error_handler(DependencyError, _failed)
    app.add_error_handler(BreakerOpenError, _left_alone)
    for route, resource in resources.items():
        app.add_route(route, resource)
    instruments.observe(FAULT_ACTIVE, lambda: _active(faults))
    return app


def _resources(
    settings: Settings,
    store: Store,
    faults: FaultBoard,
    instruments: Instruments,
    tracer: Tracer,
    clock: Clock,
) -> Mapping[str, Resource]:
    """Return what is served, by route template."""
    breakers: dict[DependencyName, Breaker] = {
        name: Breaker(
            name,
            counts=(DependencyError,),
            on_transition=lambda name, state: instruments.breaker_transitions.add(
                1, {"dependency": name, "state": state}
            ),
        )
        for name in ("stock", "fraud", "gateway")
    }
    instruments.observe(BREAKER_STATE, lambda: _states(breakers.values()))

    def simulated(kind: type[D], name: DependencyName) -> D:
        return kind(
            name,
            breakers[name],
            faults,
            median_seconds=settings.dependency_latency_ms / 1000,
            span=lambda name: tracer.start_as_current_span(
                f"{name} (simulated)", kind=SpanKind.CLIENT
            ),
        )

    cache: ProductCache = Cache("products", instruments)
    document = OpenApiResource()
    resources: dict[str, Resource] = {
        "/health": HealthResource(settings, store),
        "/ready": ReadyResource(store),
        "/openapi.json": document,
        "/api/products": ProductsResource(store, cache, faults),
        "/api/products/{product_id}": ProductResource(store, cache, faults),
        "/api/orders": OrdersResource(
            store,
            (simulated(Dependency, "stock"), simulated(Dependency, "fraud")),
            instruments,
            clock,
        ),
        "/api/orders/{order_id}": OrderResource(store),
        "/api/reports": ReportsResource(store, clock),
        "/api/search": SearchResource(store),
        "/api/payments": PaymentsResource(store, simulated(Gateway, "gateway"), instruments, clock),
    }
    document.show(openapi.document(resources))
    return resources


def _states(breakers: Iterable[Breaker]) -> Iterable[tuple[float, Mapping[str, str]]]:
    return [(BREAKER_STATES[one.state], {"dependency": one.name}) for one in breakers]


def _active(faults: FaultBoard) -> Iterable[tuple[float, Mapping[str, str]]]:
    return [(int(active), {"fault.kind": kind}) for kind, active in faults.active().items()]


Params = dict[str, object]


def _too_slow(
    _request: falcon.Request, _response: falcon.Response, error: QueryTimeoutError, _params: Params
) -> NoReturn:
    raise ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE, "query-timeout", f"{error}.", retry_after=1
    ) from error


def _failed(
    _request: falcon.Request, _response: falcon.Response, error: DependencyError, _params: Params
) -> NoReturn:
    raise ProblemError(
        HTTPStatus.BAD_GATEWAY, "dependency-failed", f"The simulated {error.name} did not answer."
    ) from error


def _left_alone(
    _request: falcon.Request, _response: falcon.Response, error: BreakerOpenError, _params: Params
) -> NoReturn:
    raise ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE, "dependency-left-alone",
        f"The simulated {error.name} has failed too often and is left alone.",
        retry_after=math.ceil(error.retry_after_seconds),
    ) from error  # fmt: skip
