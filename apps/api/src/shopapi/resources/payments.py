"""`POST /api/payments`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, ClassVar

import falcon
import msgspec
from msgspec import Meta

from shopapi.dependencies import Gateway
from shopapi.instruments import Instruments
from shopapi.operations import Operation, Operations, answer, read_body
from shopapi.problems import ProblemError
from shopapi.shop import GREATEST_ID, Clock, Payment, PaymentState
from shopapi.store import PaymentExistsError, Store, UnknownOrderError


class NewPayment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which order is paid, and by which card."""

    order_id: Annotated[int, Meta(ge=1, le=GREATEST_ID)]
    card: Annotated[str, Meta(pattern="^tok_[a-z0-9_]{1,40}$")]


class PaymentsResource:
    """Where orders are paid: each at most once."""

    operations: ClassVar[Operations] = {
        "post": Operation(
            "Pay an order",
            {201: Payment},
            problems=(400, 402, 409, 413, 415, 422, 502),
            body=NewPayment,
            description="The gateway is simulated: it declines the card `tok_declined` and "
            "authorises every other one.",
        )
    }

    def __init__(
        self, store: Store, gateway: Gateway, instruments: Instruments, clock: Clock
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._payments = instruments.payments
        self._clock = clock

    def on_post(self, request: falcon.Request, response: falcon.Response) -> None:
        """Claim the order, ask the gateway, note what it said."""
        wanted, _ = read_body(request, NewPayment)
        payment = self._begin(wanted)
        state = PaymentState.ERROR
        try:
            state = PaymentState(self._gateway.authorise(wanted.card, request.uri_template))
        finally:
            payment = self._store.finish_payment(payment.id, state)
            self._payments.add(1, {"payment.result": state})
        if state is PaymentState.DECLINED:
            raise ProblemError(
                HTTPStatus.PAYMENT_REQUIRED, "payment-declined", "The card was declined."
            )
        answer(response, payment, HTTPStatus.CREATED)

    def _begin(self, wanted: NewPayment) -> Payment:
        try:
            return self._store.begin_payment(wanted.order_id, self._clock())
        except UnknownOrderError as error:
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-order",
                f"There is no order {wanted.order_id}.",
            ) from error  # fmt: skip
        except PaymentExistsError as error:
            raise ProblemError(
                HTTPStatus.CONFLICT, "payment-exists",
                f"Payment {error.payment.id} of this order is {error.payment.state}.",
            ) from error  # fmt: skip
