"""The report of what was sold: joins and groups over all orders of a period."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

from shopapi.schema import midnight, moment
from shopapi.shop import BestSeller, CategoryRevenue, DayRevenue, Report

DAYS = """
    WITH totals AS MATERIALIZED (
        SELECT created_at - created_at % 86400000000 AS midnight, sum(quantity) AS units,
               sum(quantity * price_cents) AS revenue
        FROM orders JOIN order_lines ON order_id = orders.id
        WHERE created_at >= ? AND created_at < ? GROUP BY orders.id),
    placed AS (
        SELECT revenue, row_number() OVER (ORDER BY revenue) AS place, count(*) OVER () AS orders
        FROM totals)
    SELECT midnight, count(*), sum(units), sum(revenue), (
        SELECT sum(revenue) / count(*) FROM placed
        WHERE place IN ((orders + 1) / 2, orders / 2 + 1))
    FROM totals GROUP BY midnight"""
SOLD = """
    WITH sold AS (
        SELECT order_id, product_id, category, quantity AS units,
               quantity * order_lines.price_cents AS revenue
        FROM orders
        JOIN order_lines ON order_id = orders.id
        JOIN products ON products.id = product_id
        WHERE created_at >= ? AND created_at < ?)"""
CATEGORIES = f"""{SOLD}
    SELECT category, count(DISTINCT order_id), count(DISTINCT product_id), sum(units), sum(revenue)
    FROM sold GROUP BY category ORDER BY sum(revenue) DESC, category"""  # noqa: S608 - words of this file only
BEST_SELLERS = f"""{SOLD},
    ranked AS (
        SELECT product_id, sum(units) AS units, sum(revenue) AS revenue, row_number() OVER (
            PARTITION BY category ORDER BY sum(revenue) DESC, product_id) AS place
        FROM sold GROUP BY product_id)
    SELECT category, place, product_id, name, units, revenue
    FROM ranked JOIN products ON products.id = product_id
    WHERE place <= 3 ORDER BY category, place"""  # noqa: S608 - likewise


def report(connection: sqlite3.Connection, days: int, today: date) -> Report:
    """Return the sales of the `days` complete days before `today`."""
    period = [midnight(today, -days), midnight(today)]
    sold = connection.execute(DAYS, period).fetchall()
    by_day = {moment(start).date(): sales for start, *sales, _ in sold}
    first = today - timedelta(days=days)
    every_day = [
        DayRevenue(day, *by_day.get(day, (0, 0, 0)))
        for day in (first + timedelta(days=number) for number in range(days))
    ]
    return Report(
        days=days,
        first_day=first,
        last_day=today - timedelta(days=1),
        orders=sum(day.orders for day in every_day),
        units=sum(day.units for day in every_day),
        revenue_cents=sum(day.revenue_cents for day in every_day),
        median_order_cents=sold[0][-1] if sold else None,
        by_day=every_day,
        categories=[CategoryRevenue(*row) for row in connection.execute(CATEGORIES, period)],
        best_sellers=[BestSeller(*row) for row in connection.execute(BEST_SELLERS, period)],
    )
