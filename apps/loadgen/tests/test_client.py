from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadgen.client import USER_AGENT, Client
from loadgen.errors import UnreachableError
from loadgen.mix import Request

GET = Request("products", 7, query="?offset=20")
ORDER = Request("orders", 8, body='{"lines": []}', think=3.0)
CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nLocation: %s\r\n\r\n{}"

ERRORS = {"reset", "garbage", "incomplete", "timeout"}


class Peer:
    """A server that answers every request with the same bytes, and keeps what it was sent."""

    def __init__(self, answer, *, close=False):
        self.answer = answer
        self.close = close
        self.heads = []

    async def serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.heads.append(head)
                if "Content-Length: " in head:
                    await reader.readexactly(int(head.split("Content-Length: ")[1].split("\r")[0]))
                writer.write(self.answer)
                await writer.drain()
                if self.close:
                    break
        writer.close()


def ask(peer, *requests, timeout=0.5):
    """Send requests one after the other over a real socket; return the answers."""

    async def body():
        async with await asyncio.start_server(peer.serve, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            url = f"http://name.test:{port}"
            async with Client(url, ["127.0.0.1"], timeout=timeout, ca=None) as client:
                return [await client.send(request) for request in requests]

    return asyncio.run(body())


def test_a_request_goes_to_the_checked_address_and_says_who_sends_it():
    peer = Peer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    (answer,) = ask(peer, GET)
    assert (answer.outcome.status, answer.outcome.error, answer.order_id) == (200, None, None)
    (head,) = peer.heads
    assert head.startswith("GET /api/products?offset=20 HTTP/1.1\r\n")
    assert f"User-Agent: {USER_AGENT}\r\n" in head
    assert "Accept-Encoding" not in head


def test_an_order_has_a_key_of_this_run_and_its_number_is_remembered():
    first, second = Peer(CREATED % b"/api/orders/4711"), Peer(CREATED % b"/api/orders/4712")
    (answer,) = ask(first, ORDER)
    ask(second, ORDER)
    assert answer.order_id == 4711
    keys = [
        line
        for head in (*first.heads, *second.heads)
        for line in head.splitlines()
        if line.startswith("Idempotency-Key: ")
    ]
    assert len(set(keys)) == 2


@pytest.mark.parametrize("place", [b"", b"/api/orders/", b"/api/orders/x", b"/" + b"9" * 30])
def test_an_order_without_a_number_is_answered_all_the_same(place):
    (answer,) = ask(Peer(CREATED % place), ORDER)
    assert (answer.outcome.status, answer.order_id) == (201, None)


def test_a_redirect_is_an_answer_and_not_followed():
    peer = Peer(b"HTTP/1.1 302 Found\r\nLocation: http://8.8.8.8/\r\nContent-Length: 0\r\n\r\n")
    (answer,) = ask(peer, GET)
    assert answer.outcome.status == 302
    assert len(peer.heads) == 1


def test_one_connection_serves_one_request_after_the_other():
    peer = Peer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    assert {one.outcome.status for one in ask(peer, *[GET] * 20)} == {200}
    assert len(peer.heads) == 20


@given(
    start=st.sampled_from([b"", b"HTTP/1.1 ", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]),
    rest=st.binary(max_size=200),
)
def test_whatever_a_server_says_is_an_answer_or_an_error_of_a_known_kind(start, rest):
    (answer,) = ask(Peer(start + rest, close=True), GET)
    assert answer.outcome.status is not None or answer.outcome.error in ERRORS


def test_who_does_not_answer_a_probe_is_named_with_the_reason():
    async def probe():
        async with Client("http://name.test:9", ["127.0.0.1"], timeout=5, ca=None) as client:
            await client.probe()

    with pytest.raises(UnreachableError) as failed:
        asyncio.run(probe())
    assert str(failed.value) == "http://name.test:9 refuses connections: nothing listens there"
