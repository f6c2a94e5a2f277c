from __future__ import annotations

import pytest

from shopapi.catalogue import CATEGORIES

PATH = "/api/products"


def test_products_come_in_pages_of_twenty_unless_told_otherwise(client):
    page = client.simulate_get(PATH).json

    assert [item["id"] for item in page["items"]] == list(range(1, 21))
    assert (page["total"], page["limit"], page["offset"]) == (250, 20, 0)


def test_pages_laid_side_by_side_are_the_whole_catalogue(client):
    seen = []
    for offset in range(0, 300, 60):
        page = client.simulate_get(PATH, params={"limit": 60, "offset": offset, "sort": "price"})
        seen += [item["id"] for item in page.json["items"]]

    assert sorted(seen) == list(range(1, 251))


def test_category_narrows_items_and_total(client):
    page = client.simulate_get(PATH, params={"category": "music", "limit": 100}).json

    assert {item["category"] for item in page["items"]} == {"music"}
    assert page["total"] == len(page["items"]) == len(range(5, 251, len(CATEGORIES)))


def test_a_category_without_products_is_an_empty_page(client):
    page = client.simulate_get(PATH, params={"category": "submarines"}).json

    assert (page["items"], page["total"]) == ([], 0)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("name", lambda item: item["name"]),
        ("price", lambda item: item["price_cents"]),
        ("id", lambda item: item["id"]),
    ],
    ids=["name", "price", "id"],
)
def test_sort_orders_the_page(client, sort, key):
    items = client.simulate_get(PATH, params={"sort": sort, "limit": 100}).json["items"]

    assert items == sorted(items, key=key)


@pytest.mark.parametrize("sort", ["name", "price"])
def test_minus_turns_the_order_round(client, sort):
    up = client.simulate_get(PATH, params={"sort": sort, "limit": 100, "offset": 150}).json
    down = client.simulate_get(PATH, params={"sort": f"-{sort}", "limit": 100}).json

    assert down["items"] == up["items"][::-1]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("limit=0", "$.limit"),
        ("limit=101", "$.limit"),
        ("limit=ten", "$.limit"),
        ("limit=", "$.limit"),
        ("limit=1&limit=2", "$.limit"),
        ("offset=-1", "$.offset"),
        ("offset=1000001", "$.offset"),
        ("category=Robert'); DROP TABLE products", "$.category"),
        ("sort=stock", "$.sort"),
        ("limt=5", "limt"),
    ],
)
def test_a_query_that_is_not_understood_is_400_and_named(client, query, named):
    answer = client.simulate_get(PATH, query_string=query)

    assert answer.status_code == 400
    assert named in answer.json["detail"]
