"""The shop's data in SQLite; nobody else speaks SQL."""

from __future__ import annotations

import contextlib
import fcntl
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from shopapi.catalogue import Product

SCHEMA = (
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
)

ORDERS = {
    "id": "id",
    "name": "name, id",
    "-name": "name DESC, id DESC",
    "price": "price_cents, id",
    "-price": "price_cents DESC, id DESC",
}
"""How products can be sorted; the id makes every order total, so that pages never overlap."""


class ProductPage(msgspec.Struct, frozen=True):
    """Some products of all `total` that match."""

    items: list[Product]
    total: int
    limit: int
    offset: int


class Store:
    """One database file, with a connection for each thread that asks.

    Create it after a fork: SQLite's connections must not cross one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def prepare(self, products: Iterable[Product]) -> None:
        """Create the tables and fill them with `products`, unless that was done before.

        All of it is one transaction: a crash leaves an empty database, and the next one to
        come starts over. `PRAGMA user_version` says how far a database has come; steps that
        are added later only add tables and columns, so that an older release can go back.
        """
        connection = self._connection
        with self._alone():
            connection.execute("PRAGMA journal_mode = WAL")
            if connection.execute("PRAGMA user_version").fetchone() != (0,):
                return
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                for statement in SCHEMA:
                    connection.execute(statement)
                connection.executemany(
                    "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?)",
                    map(msgspec.structs.astuple, products),
                )
                connection.execute("PRAGMA user_version = 1")

    def check(self) -> None:
        """Raise sqlite3.Error when the database does not answer."""
        self._connection.execute("SELECT 1").fetchone()

    def products(
        self, *, limit: int, offset: int = 0, category: str | None = None, sort: str = "id"
    ) -> ProductPage:
        """Return a page of the catalogue; `sort` is a key of ORDERS."""
        where, values = ("WHERE category = ?", [category]) if category else ("", [])
        (total,) = self._connection.execute(
            f"SELECT count(*) FROM products {where}",  # noqa: S608 - words of this file only
            values,
        ).fetchone()
        rows = self._connection.execute(
            f"SELECT * FROM products {where} ORDER BY {ORDERS[sort]} LIMIT ? OFFSET ?",  # noqa: S608
            [*values, limit, offset],
        )
        return ProductPage([Product(*row) for row in rows], total, limit, offset)

    def close(self) -> None:
        """Close the connections of all threads."""
        while self._opened:
            self._opened.pop().close()

    @property
    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # Only close() uses a connection in a thread that did not open it.
            found = sqlite3.connect(
                self._path, timeout=5, isolation_level=None, check_same_thread=False
            )
            self._opened.append(found)
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute("PRAGMA foreign_keys = ON")
            self._local.connection = found
        return found

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        # The change to WAL fails at once, without waiting, when two processes try it together.
        with self._path.with_name(f"{self._path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
