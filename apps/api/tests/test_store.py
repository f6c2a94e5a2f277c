from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from shopapi import catalogue
from shopapi.shop import IdempotencyKey, NewLine, Order, PaymentState
from shopapi.store import (
    KeyReusedError,
    PaymentExistsError,
    PaymentNotPendingError,
    QueryTimeoutError,
    Store,
    UnknownOrderError,
    UnknownProductError,
)

SOURCES = Path(__file__).parents[1] / "src"
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, 30, 0, 123456, tzinfo=UTC)
SMALL = {"products": 300, "orders": 600, "today": TODAY}
TABLES = ("products", "product_search", "orders", "order_lines", "payments", "idempotency_keys")

BEGIN = f"""
import os, signal, sys
from datetime import UTC, date, datetime
from pathlib import Path
from shopapi import catalogue
from shopapi.shop import IdempotencyKey, NewLine
from shopapi.store import Store

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
store = Store(Path(sys.argv[1]))

def prepare():
    store.prepare(products=300, orders=600, today=date.fromisoformat("{TODAY}"))

def dying(seeds):
    def interrupted(*arguments, **named):
        for number, seed in enumerate(seeds(*arguments, **named)):
            if number == 200:
                os.kill(os.getpid(), signal.SIGKILL)
            yield seed
    return interrupted
"""

# What the first release did to an empty file.
VERSION_1 = (
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
    "PRAGMA user_version = 1",
)


def start(program, path, **options):
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + program, str(path)],
        env={"PYTHONPATH": str(SOURCES), "PATH": os.environ["PATH"]},
        text=True,
        **options,
    )


def query(path, statement):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def content(path):
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert query(path, "PRAGMA foreign_key_check") == []
    return {table: query(path, f"SELECT * FROM {table}") for table in TABLES}  # noqa: S608


def edit(path, *statements):
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.db"


@pytest.fixture
def store(path):
    store = Store(path)
    yield store
    store.close()


@pytest.fixture
def shop(store):
    store.prepare(**SMALL)
    return store


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("searched") / "shop.db")
    store.prepare(products=2000, orders=0, today=TODAY)
    yield store
    store.close()


# Preparing


def test_two_databases_hold_the_same_shop(tmp_path):
    for name in ("one.db", "two.db"):
        store = Store(tmp_path / name)
        store.prepare(**SMALL)
        store.close()

    assert content(tmp_path / "one.db") == content(tmp_path / "two.db")


def test_preparing_again_changes_nothing(shop, path):
    before = content(path)

    shop.prepare(products=400, orders=900, today=TODAY + timedelta(days=1))

    assert content(path) == before


@pytest.mark.usefixtures("shop")
def test_workers_that_prepare_at_the_same_time_do_it_once(path, tmp_path):
    workers = [start("prepare()", tmp_path / "other.db") for _ in range(6)]

    assert [worker.wait(timeout=20) for worker in workers] == [0] * 6
    assert content(tmp_path / "other.db") == content(path)


@pytest.mark.parametrize("seeds", ["products", "orders"])
def test_a_crash_halfway_leaves_a_database_that_the_next_worker_completes(
    seeds, path, store, tmp_path
):
    died = start(f"catalogue.{seeds} = dying(catalogue.{seeds}); prepare()", path)
    assert died.wait(timeout=20) == -signal.SIGKILL
    assert not store.is_prepared()

    store.prepare(**SMALL)

    assert store.is_prepared()
    whole = Store(tmp_path / "whole.db")
    whole.prepare(**SMALL)
    whole.close()
    assert content(path) == content(tmp_path / "whole.db")


def test_a_crash_in_the_second_step_leaves_the_first(path):
    start("catalogue.orders = dying(catalogue.orders); prepare()", path).wait(timeout=20)

    assert query(path, "PRAGMA user_version") == [(1,)]
    assert query(path, "SELECT count(*) FROM products") == [(300,)]
    assert "orders" not in {name for (name,) in query(path, "SELECT name FROM sqlite_master")}


def test_a_database_of_the_first_release_gets_what_it_lacks(path, store):
    edit(path, *VERSION_1)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?)",
            [msgspec.structs.astuple(product) for product in catalogue.products(100)],
        )
        connection.execute("UPDATE products SET name = 'Old Linen Teapot' WHERE id = 7")

    store.prepare(**SMALL)

    assert store.products(limit=1).total == 300
    assert store.product(7).name == "Old Linen Teapot"
    assert store.search("linen", limit=1).items[0].id == 7  # a name counts more
    assert [found.id for found in store.search("teapot", limit=5).items] == [7]
    assert store.search("companion", limit=1).total == 300
    assert len(content(path)["orders"]) == 600


def test_more_products_than_asked_for_are_kept_and_found(path, store):
    edit(path, *VERSION_1, "INSERT INTO products VALUES (900, 'X-1', 'Old Teapot', 'home', 5, 1)")

    store.prepare(**SMALL)

    assert [found.id for found in store.search("teapot", limit=5).items] == [900]


@pytest.mark.usefixtures("shop")
def test_the_first_release_finds_its_tables_as_it_made_them(path, tmp_path):
    edit(tmp_path / "old.db", *VERSION_1)
    tables = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'products' ORDER BY name"

    assert query(path, tables) == query(tmp_path / "old.db", tables)


def test_a_database_of_a_later_release_is_left_alone(path, store):
    edit(path, "CREATE TABLE tomorrow (id INTEGER)", "PRAGMA user_version = 99")

    store.prepare(**SMALL)

    assert query(path, "SELECT name FROM sqlite_master") == [("tomorrow",)]
    assert store.is_prepared()


# Products and search


def test_a_product_is_found_by_its_id(shop):
    assert shop.product(7) == list(catalogue.products(7))[-1]
    assert shop.product(301) is None


def test_many_threads_read_at_the_same_time(shop):
    with ThreadPoolExecutor(16) as pool:
        pages = list(pool.map(lambda _: shop.products(limit=50, sort="price"), range(200)))

    assert all(page == pages[0] for page in pages)


def test_search_finds_the_products_that_have_every_word(searched):
    page = searched.search("RIVER amber", limit=100)

    assert (
        page.total
        == len(page.items)
        == sum(product.name.startswith("Amber River") for product in catalogue.products(2000))
    )
    assert {product.name.rsplit(" ", 1)[0] for product in page.items} == {"Amber River"}


def test_terms_are_as_common_as_their_words(searched):
    assert searched.search("everyday", limit=1).total == 1000
    assert 100 < searched.search("linen", limit=1).total < 200
    assert [product.id for product in searched.search("1234", limit=5).items] == [1234]


def test_only_the_last_word_can_be_a_beginning_and_one_letter_is_none(searched):
    whole = searched.search("amber river", limit=1).total
    assert searched.search("amber riv", limit=1).total == whole > 0
    assert searched.search("amb river", limit=1).total == 0
    assert searched.search("r", limit=1).total == 0


def test_pages_of_a_search_never_overlap_and_hold_everything(searched):
    pages = [searched.search("linen", limit=10, offset=offset) for offset in range(0, 160, 10)]

    found = [product for page in pages for product in page.items]
    assert found == searched.search("linen", limit=200).items
    assert len({product.id for product in found}) == pages[0].total


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None)))
@example('"')
@example('" OR name : *')
@example("NEAR(a b, 3) AND NOT c")
@example("-amber ^river {name} : +linen")
@example("river\x00lantern")
@example("\ud800 river")
@example("e\u0301 ﬁ ½ ² ßß")
@example("river " * 10_000)
@example("r" * 100_000)
def test_any_text_can_be_searched_for(searched, text):
    page = searched.search(text, limit=5)

    assert len(page.items) == min(page.total, 5)


@pytest.mark.parametrize("text", ["", "  ", '"*"', "___", "\x00"])
def test_text_without_a_word_finds_nothing(searched, text):
    assert searched.search(text, limit=5).total == 0


# Orders


def test_an_order_keeps_the_prices_it_was_made_at(shop, path):
    prices = {number: shop.product(number).price_cents for number in (3, 5)}

    order = shop.create_order([NewLine(5, 2), NewLine(3, 1), NewLine(5, 1)], NOW).order
    edit(path, "UPDATE products SET price_cents = price_cents + 100")

    assert shop.order(order.id) == order
    assert [(line.product_id, line.quantity) for line in order.lines] == [(5, 2), (3, 1), (5, 1)]
    assert order.total_cents == 3 * prices[5] + prices[3]
    assert order.created_at == NOW


def test_times_are_told_in_utc(shop):
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))

    order = shop.create_order([NewLine(1, 1)], berlin).order

    assert b'"created_at":"2026-11-22T12:30:00.123456Z"' in msgspec.json.encode(order)


def test_an_unknown_product_leaves_no_order_and_no_key(shop, path):
    before = content(path)
    key = IdempotencyKey("k", "a")

    with pytest.raises(UnknownProductError) as error:
        shop.create_order([NewLine(1, 1), NewLine(999, 1)], NOW, key)

    assert error.value.product_id == 999
    assert content(path) == before
    assert shop.replay(key) is None


def test_an_unknown_order_is_none(shop):
    assert shop.order(601) is None


def test_the_same_key_and_body_give_the_first_answer_again(shop, path):
    key = IdempotencyKey("k", "a")
    first = shop.create_order([NewLine(1, 2)], NOW, key)
    edit(path, "UPDATE products SET price_cents = price_cents + 100")

    again = shop.create_order([NewLine(1, 2)], NOW + timedelta(minutes=1), key)

    assert (first.replayed, again.replayed) == (False, True)
    assert msgspec.json.encode(again.order) == msgspec.json.encode(first.order)
    assert shop.replay(key) == first.order
    assert len(content(path)["orders"]) == 601


def test_the_same_key_with_another_body_is_refused(shop, path):
    shop.create_order([NewLine(1, 2)], NOW, IdempotencyKey("k", "a"))
    other = IdempotencyKey("k", "b")

    with pytest.raises(KeyReusedError) as error:
        shop.create_order([NewLine(1, 3)], NOW, other)
    with pytest.raises(KeyReusedError):
        shop.replay(other)

    assert error.value.key == "k"
    assert len(content(path)["orders"]) == 601


CREATE_THE_SAME = """
sys.stdin.read()
for number in range(100):
    made = store.create_order([NewLine(1, 1)], NOW, IdempotencyKey(f"key-{number}", "a"))
    print(made.order.id, made.replayed)
"""


@pytest.mark.usefixtures("shop")
def test_processes_that_send_the_same_keys_at_once_make_one_order_for_each(path):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    workers = [start(CREATE_THE_SAME, path, **pipes) for _ in range(2)]
    for worker in workers:
        worker.stdin.close()  # the starting shot
    answers = [worker.stdout.read().splitlines() for worker in workers]
    for worker in workers:
        assert worker.wait(timeout=20) == 0
        worker.stdout.close()

    made = [[line.split() for line in answer] for answer in answers]
    assert [number for number, _ in made[0]] == [number for number, _ in made[1]]
    assert all({a, b} == {"True", "False"} for (_, a), (_, b) in zip(*made, strict=True))
    assert len(content(path)["orders"]) == 700


CREATE_FOREVER = """
number = 0
while True:
    key = IdempotencyKey(f"key-{number}", "a")
    print(store.create_order([NewLine(1, 1), NewLine(2, 1)], NOW, key).order.id, flush=True)
    number += 1
"""


def test_no_acknowledged_order_is_lost_or_doubled_by_a_kill(shop, path):
    with start(CREATE_FOREVER, path, stdout=subprocess.PIPE) as worker:
        seen = [int(worker.stdout.readline()) for _ in range(300)]
        worker.kill()
        seen += [int(line) for line in worker.stdout.read().splitlines()]

    keys = [IdempotencyKey(f"key-{number}", "a") for number in range(len(seen))]
    again = [shop.create_order([NewLine(1, 1), NewLine(2, 1)], NOW, key) for key in keys]
    assert [made.order.id for made in again] == seen
    assert all(made.replayed and len(made.order.lines) == 2 for made in again)
    held = content(path)
    # One more may have been written whose answer was never given.
    assert len(held["orders"]) - 600 == len(held["idempotency_keys"])
    assert len(held["orders"]) - 600 - len(seen) in {0, 1}


# Payments


def test_a_payment_is_of_the_whole_order_and_ends_once(shop):
    order = shop.create_order([NewLine(1, 2), NewLine(2, 1)], NOW).order

    pending = shop.begin_payment(order.id, NOW)
    done = shop.finish_payment(pending.id, PaymentState.AUTHORISED)

    assert (pending.order_id, pending.amount_cents) == (order.id, order.total_cents)
    assert (pending.state, pending.created_at) == (PaymentState.PENDING, NOW)
    assert done == msgspec.structs.replace(pending, state=PaymentState.AUTHORISED)
    assert b'"state":"authorised"' in msgspec.json.encode(done)
    with pytest.raises(PaymentNotPendingError) as error:
        shop.finish_payment(pending.id, PaymentState.DECLINED)
    assert error.value.payment_id == pending.id


@pytest.mark.parametrize("end", [None, PaymentState.AUTHORISED])
def test_an_order_has_one_payment_that_is_pending_or_authorised(shop, end):
    payment = shop.begin_payment(1, NOW)
    if end:
        payment = shop.finish_payment(payment.id, end)

    with pytest.raises(PaymentExistsError) as error:
        shop.begin_payment(1, NOW)

    assert error.value.payment == payment


@pytest.mark.parametrize("end", [PaymentState.DECLINED, PaymentState.ERROR])
def test_an_order_can_be_paid_after_a_payment_that_failed(shop, end):
    failed = shop.finish_payment(shop.begin_payment(1, NOW).id, end)

    assert shop.begin_payment(1, NOW).id != failed.id


def test_an_unknown_order_cannot_be_paid(shop):
    with pytest.raises(UnknownOrderError) as error:
        shop.begin_payment(601, NOW)

    assert error.value.order_id == 601


# Reports


def recomputed(path, first, after):
    """The numbers of a report, from the raw tables and without SQL's help."""
    products = {row[0]: row for row in query(path, "SELECT * FROM products")}
    days = {}
    for number, at in query(path, "SELECT * FROM orders"):
        day = datetime.fromtimestamp(at / 1_000_000, UTC).date()
        if first <= day < after:
            days[number] = day
    lines = [
        (order, days[order], products[product][3], product, quantity, quantity * price)
        for order, _, product, quantity, price in query(path, "SELECT * FROM order_lines")
        if order in days
    ]

    def grouped(column):
        return groupby(sorted(lines, key=itemgetter(column)), key=itemgetter(column))

    totals = sorted(sum(line[5] for line in of) for _, of in grouped(0))
    by_day, categories, sellers = {}, [], []
    for day, group in grouped(1):
        of = list(group)
        by_day[day] = (len({o[0] for o in of}), sum(o[4] for o in of), sum(o[5] for o in of))
    for category, group in grouped(2):
        of = list(group)
        categories.append(
            (category, len({o[0] for o in of}), len({o[3] for o in of}),
             sum(o[4] for o in of), sum(o[5] for o in of))
        )  # fmt: skip
        sold = {}
        for o in of:
            units, revenue = sold.get(o[3], (0, 0))
            sold[o[3]] = (units + o[4], revenue + o[5])
        best = sorted(sold, key=lambda product: (-sold[product][1], product))[:3]
        sellers += [
            (category, place, product, products[product][2], *sold[product])
            for place, product in enumerate(best, 1)
        ]
    middle = len(totals) // 2
    median = totals[middle] if len(totals) % 2 else (totals[middle - 1] + totals[middle]) // 2
    return by_day, sorted(categories, key=lambda row: (-row[4], row[0])), sellers, median


@pytest.mark.parametrize("days", [1, 7, 30])
@pytest.mark.parametrize("odd", [False, True])
def test_a_report_says_what_its_orders_say(shop, path, days, odd):
    yesterday = NOW - timedelta(days=1)
    for _ in range(4 + odd):
        shop.create_order([NewLine(1, 1), NewLine(1, 2), NewLine(9, 5)], yesterday)
    edit(path, "UPDATE products SET price_cents = price_cents + 100")

    report = shop.report(days, TODAY)

    first = TODAY - timedelta(days=days)
    by_day, categories, sellers, median = recomputed(path, first, TODAY)
    assert (report.days, report.first_day, report.last_day) == (days, first, yesterday.date())
    assert {row.day: msgspec.structs.astuple(row)[1:] for row in report.by_day} == by_day
    assert [msgspec.structs.astuple(row) for row in report.categories] == categories
    assert [msgspec.structs.astuple(row) for row in report.best_sellers] == sellers
    assert report.median_order_cents == median
    totals = (report.orders, report.units, report.revenue_cents)
    assert totals == tuple(map(sum, zip(*by_day.values(), strict=True)))


def test_a_report_leaves_out_today(shop):
    before = shop.report(30, TODAY)

    shop.create_order([NewLine(1, 1)], datetime(2026, 11, 22, tzinfo=UTC))

    assert shop.report(30, TODAY) == before


def test_a_report_of_days_without_orders_is_empty_and_lists_them(shop):
    report = shop.report(2, date(2030, 3, 2))

    assert (report.orders, report.revenue_cents, report.median_order_cents) == (0, 0, None)
    assert [row.day for row in report.by_day] == [date(2030, 2, 28), date(2030, 3, 1)]
    assert report.categories == report.best_sellers == []


def test_a_longer_report_is_more_work(store):
    store.prepare(products=500, orders=6000, today=TODAY)

    def cost(days):
        """CPU seconds: those of others do not count."""
        before = time.thread_time()
        store.report(days, TODAY)
        return time.thread_time() - before

    assert min(cost(30) for _ in range(5)) >= 2 * min(cost(7) for _ in range(5))


# Deadlines and disks


def test_a_query_that_takes_too_long_is_ended(path, store):
    store.prepare(products=300, orders=6000, today=TODAY)
    hurried = Store(path, query_seconds=0.001)

    with pytest.raises(QueryTimeoutError) as error:
        hurried.report(30, TODAY)

    assert error.value.seconds == 0.001
    hurried.check()
    assert hurried.product(1)
    hurried.close()


@pytest.mark.usefixtures("shop")
def test_a_writer_that_waits_too_long_gives_up_and_can_try_again(path):
    hurried = Store(path, query_seconds=0.05)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(QueryTimeoutError):
            hurried.create_order([NewLine(1, 1)], NOW)
        assert hurried.product(1)
        other.execute("ROLLBACK")

    assert isinstance(hurried.create_order([NewLine(1, 1)], NOW).order, Order)
    hurried.close()


def test_what_a_broken_disk_does_is_no_error_of_the_store(path, store):
    path.write_bytes(b"not a database" * 1000)

    with pytest.raises(sqlite3.DatabaseError):
        store.product(1)
