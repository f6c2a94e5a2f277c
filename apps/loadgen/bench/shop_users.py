"""What Locust runs: the same mix of requests, at the rate that the environment says.

Each user has its share of the rate. They are spread evenly: left alone, all of them would send at
the same moment, and then wait together.
"""

from __future__ import annotations

import itertools
import os
import time

import gevent
from locust import FastHttpUser, constant_throughput, task

RATE, USERS = float(os.environ["RATE"]), int(os.environ["USERS"])


class Customer(FastHttpUser):
    """Asks as loadgen's prod profile does."""

    wait_time = constant_throughput(RATE / USERS)
    numbers = itertools.count()

    def on_start(self) -> None:
        """Wait for this user's place between the others."""
        gevent.sleep(next(self.numbers) / RATE)
        # Its pace would count from when it was made, the same moment for all, and undo the wait.
        self._cp_last_run = time.perf_counter()

    @task(40)
    def health(self) -> None:
        """Ask whether the API is well."""
        self.client.get("/health")

    @task(30)
    def products(self) -> None:
        """Turn over a page of products."""
        self.client.get("/api/products?offset=20")

    @task(15)
    def order(self) -> None:
        """Order one product."""
        self.client.post("/api/orders", json={"lines": [{"product_id": 7, "quantity": 1}]})

    @task(10)
    def report(self) -> None:
        """Ask for a report."""
        self.client.get("/api/reports?days=7")

    @task(5)
    def payment(self) -> None:
        """Pay an order."""
        self.client.post("/api/payments", json={"order_id": 7, "card": "tok_visa"})
