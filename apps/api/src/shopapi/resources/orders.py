"""`POST /api/orders` and `GET /api/orders/{order_id}`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, ClassVar

import falcon
import msgspec
from msgspec import Meta

from shopapi.dependencies import Dependency
from shopapi.instruments import Instruments
from shopapi.operations import Operation, Operations, answer, read_body, read_id
from shopapi.problems import ProblemError
from shopapi.shop import Clock, Created, IdempotencyKey, NewLine, Order
from shopapi.store import KeyReusedError, Store, UnknownProductError

KEY = r"^[\x21-\x7e]{1,255}$"


class NewOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is ordered."""

    lines: Annotated[list[NewLine], Meta(min_length=1, max_length=50)]


class OrdersResource:
    """Where orders are made."""

    operations: ClassVar[Operations] = {
        "post": Operation(
            "Order products",
            {201: Order},
            problems=(400, 413, 415, 422, 502),
            body=NewOrder,
            headers={"Idempotency-Key": KEY},
            description="A simulated stock service and a simulated fraud check are asked first. "
            "The same Idempotency-Key with the same body, within the hour, gives the first answer "
            "again; with another body it is refused.",
        )
    }

    def __init__(
        self,
        store: Store,
        checks: Sequence[Dependency],
        instruments: Instruments,
        clock: Clock,
    ) -> None:
        self._store = store
        self._checks = checks
        self._instruments = instruments
        self._clock = clock

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Make the order, once for each key."""
        wanted, body = read_body(request, NewOrder)
        key = _key(request, body)
        created = self._create(wanted, key, request.uri_template)
        if created.replayed:
            response.set_header("Idempotency-Replayed", "true")
        else:
            self._instruments.orders_created.add(1)
            self._instruments.order_value.record(created.order.total_cents)
        response.set_header("Location", f"/api/orders/{created.order.id}")
        answer(response, created.order, HTTPStatus.CREATED)

    def _create(self, wanted: NewOrder, key: IdempotencyKey | None, route: str | None) -> Created:
        try:
            if key and (order := self._store.replay(key)):
                return Created(order, replayed=True)
            for dependency in self._checks:
                dependency.call(route)
            return self._store.create_order(wanted.lines, self._clock(), key)
        except UnknownProductError as error:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-product",
                f"There is no product {error.product_id}.",
            ) from error  # fmt: skip
        except KeyReusedError as error:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused",
                "This Idempotency-Key came with another body before.",
            ) from error  # fmt: skip


class OrderResource:
    """One order."""

    operations: ClassVar[Operations] = {
        "get": Operation("Show an order", {200: Order}, problems=(404,))
    }

    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, _request: falcon.Request, response: falcon.Response, order_id: str) -> None:
        """Answer the order, or 404; old orders are not kept."""
        number = read_id(order_id)
        order = self._store.order(number)
        if order is None:
            raise falcon.HTTPNotFound(description=f"There is no order {number}.")
        answer(response, order)

    on_head = on_get


def _key(request: falcon.Request, body: bytes) -> IdempotencyKey | None:
    text = request.get_header("Idempotency-Key")
    if text is None:
        return None
    if not re.fullmatch(KEY, text):
        raise falcon.HTTPBadRequest(
            description="Idempotency-Key: expected 1 to 255 visible ASCII characters."
        )
    return IdempotencyKey(text, hashlib.sha256(body).hexdigest())
