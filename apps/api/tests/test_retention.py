from __future__ import annotations

import contextlib
import fcntl
import sqlite3
import threading
import time
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from shopapi.retention import Retention
from shopapi.shop import IdempotencyKey, NewLine, PaymentState
from shopapi.store import Store
from toolkit.open_loop import percentile
from toolkit.waiting import wait_for

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
A_DAY = 10


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.db"


@pytest.fixture
def store(path):
    store = Store(path)
    store.prepare(products=20, orders=30 * A_DAY, today=TODAY)
    yield store
    store.close()


def pruned(store, now):
    """Prune to the end; return how many rows that were."""
    return sum(iter(lambda: store.prune(now, orders_a_day=A_DAY, batch=7), 0))


def order_at(store, moment, key=None):
    return store.create_order([NewLine(1, 1), NewLine(2, 1)], moment, key).order


def query(path, statement):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def of_day(path, day):
    ids = query(path, f"SELECT id FROM orders WHERE date(created_at / 1e6, 'unixepoch') = '{day}'")  # noqa: S608
    return sorted(number for (number,) in ids)


def fill(path, moment, orders):
    """Add many orders of one line at once."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        at = int(moment.timestamp() * 1_000_000)
        (last,) = connection.execute("SELECT max(id) FROM orders").fetchone()
        ids = range(last + 1, last + 1 + orders)
        connection.executemany("INSERT INTO orders VALUES (?, ?)", [(n, at + n) for n in ids])
        connection.executemany(
            "INSERT INTO order_lines VALUES (?, 0, 1, 1, 100)", [(n,) for n in ids]
        )


def test_a_fresh_shop_has_nothing_to_prune(store):
    assert pruned(store, NOW) == 0


def test_a_past_day_keeps_as_many_orders_as_it_was_seeded_with(store, path):
    yesterday = NOW - timedelta(days=1)
    seeded = of_day(path, yesterday.date())
    for minute in range(25):
        order_at(store, yesterday + timedelta(hours=11, minutes=minute))

    assert pruned(store, NOW) == 25
    assert of_day(path, yesterday.date()) == seeded


def test_today_keeps_its_first_orders_and_all_of_the_last_hour(store, path):
    old = [order_at(store, NOW - timedelta(hours=2, seconds=-n)).id for n in range(30)]
    new = [order_at(store, NOW - timedelta(minutes=59, seconds=-n)).id for n in range(30)]

    pruned(store, NOW)

    assert of_day(path, TODAY) == old[:A_DAY] + new


def test_orders_just_before_midnight_live_their_hour_too(store, path):
    late = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)
    seeded = of_day(path, late.date())
    orders = [order_at(store, late + timedelta(seconds=n)).id for n in range(20)]

    pruned(store, datetime(2026, 11, 22, 0, 30, tzinfo=UTC))
    assert of_day(path, late.date()) == seeded + orders

    pruned(store, datetime(2026, 11, 22, 1, 0, tzinfo=UTC))
    assert of_day(path, late.date()) == seeded


def test_orders_go_after_thirty_days_with_their_lines_and_payments(store, path):
    first = of_day(path, TODAY - timedelta(days=30))
    for number in first:
        store.finish_payment(store.begin_payment(number, NOW).id, PaymentState.DECLINED)

    assert pruned(store, NOW + timedelta(days=1)) == A_DAY

    assert store.order(first[0]) is None
    assert query(path, "SELECT count(*) FROM orders") == [(29 * A_DAY,)]
    assert query(path, "SELECT count(*) FROM payments") == [(0,)]
    assert query(path, f"SELECT count(*) FROM order_lines WHERE order_id <= {first[-1]}") == [(0,)]  # noqa: S608


def test_the_shop_stays_as_large_as_it_was_for_a_week_of_orders(store, path):
    for day in range(7):
        moment = NOW + timedelta(days=day)
        fill(path, moment - timedelta(hours=3), 200)
        pruned(store, moment)
        assert query(path, "SELECT count(*) FROM orders")[0][0] <= 31 * A_DAY
    assert store.report(7, TODAY + timedelta(days=7)).orders == 7 * A_DAY


def test_an_id_is_never_given_to_a_second_order(store):
    last = [order_at(store, NOW - timedelta(hours=2)).id for _ in range(A_DAY + 1)][-1]
    pruned(store, NOW)
    assert store.order(last) is None

    assert order_at(store, NOW).id > last


@pytest.mark.parametrize("orders_a_day", [0, 1000])
def test_a_key_lives_for_an_hour_and_never_points_at_nothing(store, path, orders_a_day):
    keys = [IdempotencyKey(f"key-{minute}", "a") for minute in range(120)]
    for minute, key in enumerate(keys):
        order_at(store, NOW - timedelta(minutes=minute), key)

    while store.prune(NOW, orders_a_day=orders_a_day, batch=7):
        assert query(path, "PRAGMA foreign_key_check") == []
        assert all(store.replay(key) for key in keys[:61])

    assert [store.replay(key) for key in keys[61:]] == [None] * 59


def test_a_payment_that_is_pending_for_a_minute_becomes_an_error(store):
    order = order_at(store, NOW)
    store.begin_payment(order.id, NOW)

    assert pruned(store, NOW + timedelta(seconds=60)) == 0
    assert pruned(store, NOW + timedelta(seconds=61)) == 1

    second = store.begin_payment(order.id, NOW + timedelta(seconds=61))
    store.finish_payment(second.id, PaymentState.AUTHORISED)
    assert pruned(store, NOW + timedelta(minutes=10)) == 0


def test_nothing_is_pruned_while_another_process_does(store, path):
    order_at(store, NOW - timedelta(days=40))
    with path.with_name("shop.db.lock").open("w") as lock:
        # Not even beside one who would share.
        fcntl.flock(lock, fcntl.LOCK_SH)
        assert store.prune(NOW, orders_a_day=A_DAY) == 0

    assert store.prune(NOW, orders_a_day=A_DAY) == 1


def test_a_writer_hardly_waits_while_a_large_backlog_goes(store, path):
    fill(path, datetime.now(UTC) - timedelta(days=2), 20_000)
    retention = Retention(store, orders_a_day=A_DAY, every_seconds=0.01, jitter_seconds=0)
    waits = []

    def write_once():
        before = time.monotonic()
        order_at(store, datetime.now(UTC))
        waits.append(time.monotonic() - before)
        (rest,) = query(path, "SELECT count(*) FROM orders WHERE id > 300 AND id <= 20300")[0]
        return rest <= A_DAY

    retention.start()
    wait_for(write_once, within=10, every=0.002, what="the backlog is gone")
    retention.stop()

    assert len(waits) > 20
    # Not the longest of all: for that one the machine may just have had other work.
    assert percentile(waits, 0.95) < 0.15


class UnluckyStore(Store):
    """Fails three times in a row, now and then."""

    attempts = count()

    def prune(self, now, *, orders_a_day, batch=1000):
        attempt = next(self.attempts)
        if attempt % 10 in {1, 2, 3}:
            raise sqlite3.OperationalError(f"disk I/O error {attempt}")
        self.last = attempt
        return super().prune(now, orders_a_day=orders_a_day, batch=batch)


@pytest.mark.usefixtures("store")
def test_a_failure_is_logged_once_and_tried_again(path, caplog):
    unlucky = UnluckyStore(path)
    retention = Retention(unlucky, orders_a_day=A_DAY, every_seconds=0.001, jitter_seconds=0.001)

    retention.start()
    wait_for(lambda: unlucky.last > 15, within=10, every=0.01, what="two runs of failures")
    retention.stop()
    unlucky.close()

    first, second, *_ = [record.getMessage() for record in caplog.records]
    assert first.endswith("disk I/O error 1")
    assert second.endswith("disk I/O error 11")


def test_stopping_does_not_wait_for_the_next_round(store):
    retention = Retention(store, orders_a_day=A_DAY)
    before = threading.active_count()

    retention.start()
    assert threading.active_count() == before + 1
    started = time.monotonic()
    retention.stop()

    assert time.monotonic() - started < 5
    assert threading.active_count() == before
