"""What a shop speaks of; as JSON these are the API's answers.

Money is in integer cents, hundredths of the shop's currency. Times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

GREATEST_ID = 2**63 - 1
"""SQLite's integers end here."""

Clock = Callable[[], datetime]
"""Tells the time, aware and in UTC."""


class Product(Struct, frozen=True):
    """One article of the catalogue."""

    id: int
    sku: str
    name: str
    category: str
    price_cents: int
    stock: int


class ProductPage(Struct, frozen=True):
    """Some products of all `total` that match."""

    items: list[Product]
    total: int
    limit: int
    offset: int


class NewLine(Struct, frozen=True, forbid_unknown_fields=True):
    """What a customer wants of one product."""

    product_id: Annotated[int, Meta(ge=1, le=GREATEST_ID)]
    quantity: Annotated[int, Meta(ge=1, le=1000)]


class OrderLine(Struct, frozen=True):
    """A line of an order; `price_cents` is the price of one piece when it was ordered."""

    product_id: int
    quantity: int
    price_cents: int


class Order(Struct, frozen=True):
    """An order never changes once it is accepted."""

    id: int
    created_at: datetime
    lines: list[OrderLine]
    total_cents: int


class IdempotencyKey(Struct, frozen=True):
    """A client's name for one request; `digest` is the SHA-256 of its body, in hex."""

    key: str
    digest: str


class Created(Struct, frozen=True):
    """An accepted order; `replayed` when an earlier request with the same key made it."""

    order: Order
    replayed: bool


class PaymentState(StrEnum):
    """Pending becomes one of the others, and stays it. Declined is an answer, error is none."""

    PENDING = "pending"
    AUTHORISED = "authorised"
    DECLINED = "declined"
    ERROR = "error"


class Payment(Struct, frozen=True):
    """An attempt to pay a whole order."""

    id: int
    order_id: int
    amount_cents: int
    state: PaymentState
    created_at: datetime


class DayRevenue(Struct, frozen=True):
    """The orders of one UTC day."""

    day: date
    orders: int
    units: int
    revenue_cents: int


class CategoryRevenue(Struct, frozen=True):
    """What one category sold: in how many orders, and how many different products."""

    category: str
    orders: int
    products: int
    units: int
    revenue_cents: int


class BestSeller(Struct, frozen=True):
    """A product by the revenue it made; `place` counts from 1 within its category."""

    category: str
    place: int
    product_id: int
    name: str
    units: int
    revenue_cents: int


class Report(Struct, frozen=True):
    """The sales of `days` complete days, `first_day` and `last_day` included.

    `by_day` has an entry for every day. Without an order there is no median.
    """

    days: int
    first_day: date
    last_day: date
    orders: int
    units: int
    revenue_cents: int
    median_order_cents: int | None
    by_day: list[DayRevenue]
    categories: list[CategoryRevenue]
    best_sellers: list[BestSeller]
