"""The tables of the shop, and what they hold at first, step by step.

`PRAGMA user_version` counts the steps that a database has had. A step never changes: deployed
databases have had it. It only adds, so that an older release can go back to a newer database.
Times are whole microseconds since 1970, in UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

import msgspec

from shopapi import catalogue

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Contents:
    """What a new shop holds: so many products, and so many orders from the days before `today`."""

    products: int
    orders: int
    today: date


Step: TypeAlias = Callable[[sqlite3.Connection, Contents], None]


def stored(moment: datetime) -> int:
    """Return an aware time as the database holds it."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(stored: int) -> datetime:
    """Return a time that the database holds."""
    return EPOCH + timedelta(microseconds=stored)


def midnight(day: date, days_later: int = 0) -> int:
    """Return when a day begins in UTC, or one some days later, as the database holds it."""
    return stored(datetime.combine(day + timedelta(days=days_later), time(), UTC))


def add_products(connection: sqlite3.Connection, contents: Contents) -> None:
    """Step 1: the catalogue."""
    for statement in (
        """CREATE TABLE products (
        id INTEGER PRIMARY KEY,
        sku TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        category TEXT NOT NULL,
        price_cents INTEGER NOT NULL CHECK (price_cents > 0),
        stock INTEGER NOT NULL CHECK (stock >= 0)
    ) STRICT""",
        "CREATE INDEX products_by_name ON products (name)",
        "CREATE INDEX products_by_price ON products (price_cents)",
        "CREATE INDEX products_by_category_and_price ON products (category, price_cents)",
    ):
        connection.execute(statement)
    _fill_products(connection, contents)


def add_orders(connection: sqlite3.Connection, contents: Contents) -> None:
    """Step 2: search, orders and payments. Keys and payments go when their order does."""
    for statement in (
        "CREATE VIRTUAL TABLE product_search USING fts5 (name, description)",
        """CREATE TABLE orders (
            id INTEGER PRIMARY KEY AUTOINCREMENT, -- an id is never given twice
            created_at INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX orders_by_time ON orders (created_at)",
        """CREATE TABLE order_lines (
            order_id INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
            position INTEGER NOT NULL,
            product_id INTEGER NOT NULL REFERENCES products,
            quantity INTEGER NOT NULL CHECK (quantity > 0),
            price_cents INTEGER NOT NULL,
            PRIMARY KEY (order_id, position)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE payments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            order_id INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
            amount_cents INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'authorised', 'declined', 'error')),
            created_at INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX payments_by_order ON payments (order_id)",
        """CREATE UNIQUE INDEX payments_that_hold ON payments (order_id)
            WHERE state IN ('pending', 'authorised')""",
        "CREATE INDEX payments_pending ON payments (created_at) WHERE state = 'pending'",
        """CREATE TABLE idempotency_keys (
            key TEXT PRIMARY KEY,
            digest TEXT NOT NULL,
            order_id INTEGER NOT NULL REFERENCES orders ON DELETE CASCADE,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX idempotency_keys_by_order ON idempotency_keys (order_id)",
        "CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at)",
    ):
        connection.execute(statement)
    _fill_products(connection, contents)
    _fill_search(connection)
    _fill_orders(connection, contents)


STEPS: tuple[Step, ...] = (add_products, add_orders)


def _fill_products(connection: sqlite3.Connection, contents: Contents) -> None:
    connection.executemany(
        "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        map(msgspec.structs.astuple, catalogue.products(contents.products)),
    )


def _fill_search(connection: sqlite3.Connection) -> None:
    names = connection.execute("SELECT id, name FROM products ORDER BY id").fetchall()
    connection.executemany(
        "INSERT INTO product_search (rowid, name, description) VALUES (?, ?, ?)",
        ((product_id, name, catalogue.description(product_id)) for product_id, name in names),
    )


def _fill_orders(connection: sqlite3.Connection, contents: Contents) -> None:
    prices = dict(connection.execute("SELECT id, price_cents FROM products"))
    seeds = catalogue.orders(contents.orders, products=contents.products, today=contents.today)
    for order_id, (created_at, lines) in enumerate(seeds, 1):
        connection.execute("INSERT INTO orders VALUES (?, ?)", (order_id, stored(created_at)))
        connection.executemany(
            "INSERT INTO order_lines VALUES (?, ?, ?, ?, ?)",
            [
                (order_id, position, line.product_id, line.quantity, prices[line.product_id])
                for position, line in enumerate(lines)
            ],
        )
