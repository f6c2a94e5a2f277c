"""What of the shop's data is too old, and how it goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from shopapi.catalogue import ORDER_DAYS
from shopapi.schema import midnight, stored

KEPT = timedelta(hours=1)
"""How long every order lives at least, and every idempotency key."""

PENDING = timedelta(minutes=1)
"""How long a payment can be pending."""

# A key goes before its order may, so that no key ever points at nothing.
LAPSE_PAYMENTS = """
    UPDATE payments SET state = 'error' WHERE id IN (
        SELECT id FROM payments WHERE state = 'pending' AND created_at < :before LIMIT :batch)"""
DELETE_KEYS = """
    DELETE FROM idempotency_keys WHERE key IN (
        SELECT key FROM idempotency_keys WHERE created_at < :before LIMIT :batch)"""
DELETE_ORDERS = """
    DELETE FROM orders WHERE id IN (
        SELECT id FROM orders WHERE created_at >= :since AND created_at < :before
        ORDER BY created_at, id LIMIT :batch OFFSET :first)"""


def overdue(now: datetime, orders_a_day: int) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield statements and their values; each takes a batch, `:batch` says of how many rows.

    What a statement finds stays overdue, so it does not matter when it is executed.
    """
    today = now.astimezone(UTC).date()
    kept = stored(now - KEPT)
    yield LAPSE_PAYMENTS, {"before": stored(now - PENDING)}
    yield DELETE_KEYS, {"before": kept}
    yield DELETE_ORDERS, {"since": 0, "before": midnight(today, -ORDER_DAYS), "first": 0}
    for day in range(-ORDER_DAYS, 1):
        before = min(midnight(today, day + 1), kept)
        yield (
            DELETE_ORDERS,
            {"since": midnight(today, day), "before": before, "first": orders_a_day},
        )
