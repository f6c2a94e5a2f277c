"""The shop's data in SQLite; beside `schema`, `sales` and `expiry`, nobody else speaks SQL."""

from __future__ import annotations

import contextlib
import fcntl
import math
import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from shopapi import expiry, sales
from shopapi.schema import STEPS, Contents, moment, stored
from shopapi.shop import (
    Created,
    IdempotencyKey,
    NewLine,
    Order,
    OrderLine,
    Payment,
    PaymentState,
    Product,
    ProductPage,
    Report,
)

ORDERS = {
    "id": "id",
    "name": "name, id",
    "-name": "name DESC, id DESC",
    "price": "price_cents, id",
    "-price": "price_cents DESC, id DESC",
}
"""How products can be sorted; the id makes every order total, so that pages never overlap."""

SEARCH = """
    WITH found AS (
        SELECT rowid AS id, bm25(product_search, 4, 1) AS score FROM product_search
        WHERE product_search MATCH ? ORDER BY score, id LIMIT ? OFFSET ?)
    SELECT products.* FROM found JOIN products USING (id) ORDER BY score, id"""


class StoreError(Exception):
    """The store refuses, or is late; what a broken disk does is a sqlite3.Error."""


class UnknownProductError(StoreError):
    """No product has this id."""

    def __init__(self, product_id: int) -> None:
        super().__init__(f"There is no product {product_id}")
        self.product_id = product_id


class UnknownOrderError(StoreError):
    """No order has this id, or it is too old to be kept."""

    def __init__(self, order_id: int) -> None:
        super().__init__(f"There is no order {order_id}")
        self.order_id = order_id


class KeyReusedError(StoreError):
    """The idempotency key belongs to a request with another body."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The idempotency key {key!r} was used with another body")
        self.key = key


class PaymentExistsError(StoreError):
    """The order has a payment that is pending or authorised."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(f"Order {payment.order_id} has a payment that is {payment.state}")
        self.payment = payment


class PaymentNotPendingError(StoreError):
    """No payment with this id waits for its end; one that waits for a minute ends by itself."""

    def __init__(self, payment_id: int) -> None:
        super().__init__(f"There is no pending payment {payment_id}")
        self.payment_id = payment_id


class QueryTimeoutError(StoreError):
    """The database took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The database did not answer within {seconds:g} s")
        self.seconds = seconds


class Store:
    """One database file, with a connection for each thread that asks.

    Create it after a fork: SQLite's connections must not cross one. Every call but prepare()
    has `query_seconds`, and as long again to wait for another writer; then it raises
    QueryTimeoutError and has done nothing. A call that returns has done all of it: no
    death of the process takes it back, though a power cut may take the last moments.
    """

    def __init__(self, path: Path, *, query_seconds: float = 5) -> None:
        self._path = path
        self._query_seconds = query_seconds
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []

    def prepare(self, *, products: int, orders: int, today: date) -> None:
        """Take the steps to the present tables that this database has not had.

        A new shop gets `products`, and `orders` spread over the 30 days before `today`. Each
        step is one transaction: a crash leaves the steps before it, and the next one to come
        goes on from there. A database that has had more steps than we know is left alone.
        """
        connection = self._connection
        # The change to WAL fails at once, without waiting, when two processes try it together.
        with self._locked(fcntl.LOCK_EX):
            connection.execute("PRAGMA journal_mode = WAL")
            for number, step in enumerate(STEPS[self._steps() :], self._steps() + 1):
                connection.execute("BEGIN IMMEDIATE")
                with connection:
                    step(connection, Contents(products, orders, today))
                    connection.execute(f"PRAGMA user_version = {number}")

    def check(self) -> None:
        """Raise sqlite3.Error when the database does not answer."""
        self._connection.execute("SELECT 1").fetchone()

    def is_prepared(self) -> bool:
        """Tell whether prepare() has come to its end, once, in whatever process."""
        return self._steps() >= len(STEPS)

    def products(
        self, *, limit: int, offset: int = 0, category: str | None = None, sort: str = "id"
    ) -> ProductPage:
        """Return a page of the catalogue; `sort` is a key of ORDERS."""
        where, values = ("WHERE category = ?", [category]) if category else ("", [])
        with self._transaction() as connection:
            (total,) = connection.execute(
                f"SELECT count(*) FROM products {where}",  # noqa: S608 - words of this file only
                values,
            ).fetchone()
            rows = connection.execute(
                f"SELECT * FROM products {where} ORDER BY {ORDERS[sort]} LIMIT ? OFFSET ?",  # noqa: S608
                [*values, limit, offset],
            ).fetchall()
        return ProductPage([Product(*row) for row in rows], total, limit, offset)

    def product(self, product_id: int) -> Product | None:
        """Return one product."""
        with self._in_time() as connection:
            row = connection.execute("SELECT * FROM products WHERE id = ?", [product_id]).fetchone()
        return Product(*row) if row else None

    def search(self, text: str, *, limit: int, offset: int = 0) -> ProductPage:
        """Return the products whose name or description has every word of `text`, best first.

        The last word is also the beginning of one when it has two characters or more. Only the
        first 16 words count. Text without a word, such as "!?", finds nothing.
        """
        # A thousand common words take half a minute, and no deadline reaches into FTS5.
        if not (words := re.findall(r"[^\W_]+", text)[:16]):
            return ProductPage([], 0, limit, offset)
        wanted = " ".join(f'"{word}"' for word in words) + "*" * (len(words[-1]) >= 2)
        with self._transaction() as connection:
            (total,) = connection.execute(
                "SELECT count(*) FROM product_search WHERE product_search MATCH ?", [wanted]
            ).fetchone()
            rows = connection.execute(SEARCH, [wanted, limit, offset]).fetchall()
        return ProductPage([Product(*row) for row in rows], total, limit, offset)

    def create_order(
        self, lines: Sequence[NewLine], created_at: datetime, key: IdempotencyKey | None = None
    ) -> Created:
        """Accept an order at today's prices, or return the one that `key` has made already.

        Raises UnknownProductError, or KeyReusedError.
        """
        with self._transaction("IMMEDIATE") as connection:
            if key and (first := _order_of(connection, key)):
                return Created(first, replayed=True)
            (order_id,) = connection.execute(
                "INSERT INTO orders (created_at) VALUES (?) RETURNING id", [stored(created_at)]
            ).fetchone()
            for position, line in enumerate(lines):
                added = connection.execute(
                    """INSERT INTO order_lines
                    SELECT ?, ?, id, ?, price_cents FROM products WHERE id = ?""",
                    [order_id, position, line.quantity, line.product_id],
                )
                if not added.rowcount:
                    raise UnknownProductError(line.product_id)
            if key:
                connection.execute(
                    "INSERT INTO idempotency_keys VALUES (?, ?, ?, ?)",
                    [key.key, key.digest, order_id, stored(created_at)],
                )
            # Read like a replay reads it, so that both are the same answer.
            return Created(_order(connection, order_id), replayed=False)

    def replay(self, key: IdempotencyKey) -> Order | None:
        """Return the order that `key` has made, if any; raises KeyReusedError."""
        with self._transaction() as connection:
            return _order_of(connection, key)

    def order(self, order_id: int) -> Order | None:
        """Return one order, unless it is too old to be kept."""
        with contextlib.suppress(UnknownOrderError), self._transaction() as connection:
            return _order(connection, order_id)
        return None

    def begin_payment(self, order_id: int, created_at: datetime) -> Payment:
        """Record that the whole order is about to be paid; raises UnknownOrderError.

        Raises PaymentExistsError while another payment is pending, or once one is authorised.
        """
        with self._transaction("IMMEDIATE") as connection:
            order = _order(connection, order_id)
            row = connection.execute(
                """INSERT INTO payments (order_id, amount_cents, state, created_at)
                VALUES (?, ?, 'pending', ?)
                ON CONFLICT (order_id) WHERE state IN ('pending', 'authorised') DO NOTHING
                RETURNING *""",
                [order_id, order.total_cents, stored(created_at)],
            ).fetchone()
            if not row:
                row = connection.execute(
                    """SELECT * FROM payments
                    WHERE order_id = ? AND state IN ('pending', 'authorised')""",
                    [order_id],
                ).fetchone()
                raise PaymentExistsError(_payment(row))
            return _payment(row)

    def finish_payment(self, payment_id: int, state: PaymentState) -> Payment:
        """Record how a pending payment ended; raises PaymentNotPendingError."""
        with self._transaction("IMMEDIATE") as connection:
            row = connection.execute(
                "UPDATE payments SET state = ? WHERE id = ? AND state = 'pending' RETURNING *",
                [state, payment_id],
            ).fetchone()
        if not row:
            raise PaymentNotPendingError(payment_id)
        return _payment(row)

    def report(self, days: int, today: date) -> Report:
        """Return the sales of the `days` complete days before `today`.

        Today is left out, so that a report takes as long after a busy morning as before it.
        """
        with self._transaction() as connection:
            return sales.report(connection, days, today)

    def prune(self, now: datetime, *, orders_a_day: int, batch: int = 1000) -> int:
        """Clear away up to `batch` rows that are too old, and return how many: 0 at the end.

        Of every day the first `orders_a_day` orders stay for 30 days, all others for an hour.
        A key stays for an hour. A payment that has been pending for a minute becomes an error:
        its worker has died. Nothing is done while another process is at it.
        """
        try:
            with self._locked(fcntl.LOCK_EX | fcntl.LOCK_NB):
                for statement, values in expiry.overdue(now, orders_a_day):
                    with self._transaction("IMMEDIATE") as connection:
                        done = connection.execute(statement, {**values, "batch": batch}).rowcount
                    if done:
                        return done
        except BlockingIOError:
            pass
        return 0

    def close(self) -> None:
        """Close the connections of all threads."""
        while self._opened:
            self._opened.pop().close()

    def _steps(self) -> int:
        (steps,) = self._connection.execute("PRAGMA user_version").fetchone()
        return int(steps)

    @property
    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            # Only close() uses a connection in a thread that did not open it.
            found = sqlite3.connect(
                self._path,
                timeout=self._query_seconds,
                isolation_level=None,
                check_same_thread=False,
            )
            self._opened.append(found)
            found.execute("PRAGMA synchronous = NORMAL")
            found.execute("PRAGMA foreign_keys = ON")
            self._local.deadline = math.inf
            # Every few milliseconds: often enough, and too rare to be seen in the times.
            found.set_progress_handler(lambda: time.monotonic() > self._local.deadline, 100_000)
            self._local.connection = found
        return found

    @contextlib.contextmanager
    def _in_time(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection
        self._local.deadline = time.monotonic() + self._query_seconds
        try:
            yield connection
        except sqlite3.OperationalError as error:
            # The low byte is the kind of an error, the others are its occasion.
            kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if kind in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT}:
                raise QueryTimeoutError(self._query_seconds) from error
            raise
        finally:
            self._local.deadline = math.inf

    @contextlib.contextmanager
    def _transaction(self, kind: str = "DEFERRED") -> Iterator[sqlite3.Connection]:
        with self._in_time() as connection:
            connection.execute(f"BEGIN {kind}")
            with connection:
                yield connection

    @contextlib.contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        with self._path.with_name(f"{self._path.name}.lock").open("w") as lock:
            fcntl.flock(lock, how)
            yield


def _order(connection: sqlite3.Connection, order_id: int) -> Order:
    rows = connection.execute(
        """SELECT created_at, product_id, quantity, price_cents
        FROM orders JOIN order_lines ON order_id = id WHERE id = ? ORDER BY position""",
        [order_id],
    ).fetchall()
    if not rows:
        raise UnknownOrderError(order_id)
    lines = [OrderLine(*row[1:]) for row in rows]
    total = sum(line.quantity * line.price_cents for line in lines)
    return Order(order_id, moment(rows[0][0]), lines, total)


def _order_of(connection: sqlite3.Connection, key: IdempotencyKey) -> Order | None:
    row = connection.execute(
        "SELECT digest, order_id FROM idempotency_keys WHERE key = ?", [key.key]
    ).fetchone()
    if row and row[0] != key.digest:
        raise KeyReusedError(key.key)
    return _order(connection, row[1]) if row else None


def _payment(row: tuple[int, int, int, str, int]) -> Payment:
    payment_id, order_id, amount_cents, state, created_at = row
    return Payment(payment_id, order_id, amount_cents, PaymentState(state), moment(created_at))
