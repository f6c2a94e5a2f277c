from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from shopapi import catalogue

TODAY = date(2026, 11, 22)


def test_seeds_are_the_same_on_every_python():
    seen = hashlib.sha256()
    for product in catalogue.products(3000):
        seen.update(repr(product).encode())
        seen.update(catalogue.description(product.id).encode())
    for order in catalogue.orders(3001, products=3000, today=TODAY):
        seen.update(repr(order).encode())

    assert seen.hexdigest() == "8dfb7b689536d168e21b20ecb5f492bcdb2fc3bbed7b61b45b32fe0cff84b739"


@pytest.mark.parametrize("count", [30, 1000, 6000])
def test_orders_are_spread_evenly_over_the_thirty_days_before(count):
    days = Counter(at.date() for at, _ in catalogue.orders(count, products=50, today=TODAY))

    assert min(days) == TODAY - timedelta(days=30)
    assert max(days) == TODAY - timedelta(days=1)
    assert len(days) == 30
    assert max(days.values()) - min(days.values()) <= 1


def test_orders_come_oldest_first_and_are_all_in_the_past():
    times = [at for at, _ in catalogue.orders(999, products=50, today=TODAY)]

    assert times == sorted(times)
    assert times[-1] < datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("products", [1, 7, 5000])
def test_orders_are_of_products_that_exist(products):
    lines = [
        line
        for _, lines in catalogue.orders(2000, products=products, today=TODAY)
        for line in lines
    ]

    assert {line.product_id for line in lines} <= set(range(1, products + 1))
    assert {line.quantity for line in lines} == {1, 2, 3}
    assert 2 < len(lines) / 2000 < 3


def test_a_few_products_sell_best():
    sold = Counter(
        line.product_id
        for _, lines in catalogue.orders(6000, products=1000, today=TODAY)
        for line in lines
    )

    tenth = sum(count for _, count in sold.most_common(100))
    assert tenth > 0.3 * sold.total()


def test_words_of_descriptions_are_common_middling_and_rare():
    texts = [catalogue.description(number) for number in range(1, 10_001)]
    words = Counter(word for text in texts for word in set(text.strip(".").split()))

    assert {len(text.split()) for text in texts} <= set(range(10, 21))
    assert words["everyday"] == 5000
    assert 500 < words["linen"] < 1000
    assert sum(count < 10 for count in words.values()) > 1000
