"""No acknowledged order is lost or doubled, whatever happens to the workers."""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

from running_api import running_api

ORDERS = 3000
CLIENTS = 16


def test_killed_workers_lose_and_double_no_acknowledged_order(exporting, log, tmp_path):
    stopped = threading.Event()
    killed = []

    def kill_now_and_then(api):
        while not stopped.wait(0.7):
            killed.append(min(api.workers(), default=None))
            if killed[-1]:
                os.kill(killed[-1], signal.SIGKILL)

    def order(api, number):
        """Order until it is acknowledged, as a careful client does."""
        body = {"lines": [{"product_id": number % 250 + 1, "quantity": 1}]}
        for _ in range(200):
            try:
                answer = api.request("POST", "/api/orders", body, {"Idempotency-Key": f"k{number}"})
            except (OSError, http.client.HTTPException):
                continue
            if answer.status == 201:
                return answer.json["id"]
            assert answer.status == 503, answer
        raise AssertionError(f"order {number} was never acknowledged")

    with running_api(exporting, log) as api:
        killer = threading.Thread(target=kill_now_and_then, args=(api,))
        killer.start()
        try:
            with ThreadPoolExecutor(CLIENTS) as clients:
                ids = list(clients.map(lambda number: order(api, number), range(ORDERS)))
        finally:
            stopped.set()
            killer.join()
        api.stop()

    database = sqlite3.connect(tmp_path / "shop.db")
    (keys,) = database.execute("SELECT count(*) FROM idempotency_keys").fetchone()
    made = {number for (number,) in database.execute("SELECT id FROM orders WHERE id > 300")}
    (integrity,) = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    assert len(killed) > 2
    assert made == set(ids)
    assert len(made) == keys == ORDERS
    assert integrity == "ok"
