from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shopapi import catalogue
from shopapi.store import Store

SOURCES = Path(__file__).parents[1] / "src"

PREPARE = """
import sys
from pathlib import Path
from shopapi import catalogue
from shopapi.store import Store
Store(Path(sys.argv[1])).prepare(catalogue.products())
"""

DIE_HALFWAY = """
import os, signal, sys
from pathlib import Path
from shopapi import catalogue
from shopapi.store import Store

def interrupted():
    for product in catalogue.products():
        if product.id == 2500:
            os.kill(os.getpid(), signal.SIGKILL)
        yield product

Store(Path(sys.argv[1])).prepare(interrupted())
"""


def start(program, path):
    return subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        env={"PYTHONPATH": str(SOURCES), "PATH": os.environ["PATH"]},
    )


def content(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute("SELECT * FROM products ORDER BY id").fetchall()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shop.db"


@pytest.fixture
def prepared(path):
    store = Store(path)
    yield store
    store.close()


def test_two_databases_hold_the_same_catalogue(tmp_path):
    for name in ("one.db", "two.db"):
        store = Store(tmp_path / name)
        store.prepare(catalogue.products())
        store.close()

    assert content(tmp_path / "one.db") == content(tmp_path / "two.db")


def test_preparing_again_changes_nothing(prepared, path):
    prepared.prepare(catalogue.products(10))
    before = content(path)

    prepared.prepare(catalogue.products(20))

    assert content(path) == before


def test_workers_that_prepare_at_the_same_time_do_it_once(path):
    workers = [start(PREPARE, path) for _ in range(6)]

    assert [worker.wait(timeout=20) for worker in workers] == [0] * 6
    assert len(content(path)) == 5000


def test_a_crash_halfway_leaves_a_database_that_the_next_worker_fills(path, prepared):
    assert start(DIE_HALFWAY, path).wait(timeout=20) == -signal.SIGKILL

    prepared.prepare(catalogue.products())

    assert len(content(path)) == 5000


def test_a_failure_halfway_leaves_nothing_behind(prepared):
    def broken():
        yield from catalogue.products(100)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        prepared.prepare(broken())

    prepared.prepare(catalogue.products(5))
    assert prepared.products(limit=1).total == 5


def test_many_threads_read_at_the_same_time(prepared):
    prepared.prepare(catalogue.products(300))
    with ThreadPoolExecutor(16) as pool:
        pages = list(pool.map(lambda _: prepared.products(limit=50, sort="price"), range(200)))

    assert all(page == pages[0] for page in pages)
