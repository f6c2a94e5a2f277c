"""A server of canned answers, as a process of its own: `canned_server.py MODE [CERTIFICATE]`.

It prints its port. Health checks are always answered well. Other requests are answered as MODE
says: fast, garbage (no HTTP), loris (a byte now and then, without end), mute (nothing), close
(the connection ends), torn (the body ends too early), broken (status 500). Every order gets a
number; what was asked is not looked at. GET /arrivals tells when requests came: seconds of
time.monotonic, as doubles.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
import sys
import time
from array import array

import uvloop

HEAD = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
BODY = b'{"canned": true}'


class Server(asyncio.Protocol):
    """One connection; requests on it come one after the other."""

    orders = itertools.count(1)
    arrivals = array("d")

    def __init__(self, mode):
        self.mode = mode
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if data.startswith(b"\x16"):  # the first byte of TLS, of which no HTTP server knows
            self.transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            self.transport.close()
            return
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[:end]
            length = 0
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            if len(self.received) < end + 4 + length:
                return
            self.received = self.received[end + 4 + length :]
            path = head.split(b" ", 2)[1]
            if path == b"/arrivals":
                body = self.arrivals.tobytes()
                self.transport.write(HEAD % (b"200 OK", len(body), b"") + body)
                continue
            self.arrivals.append(time.monotonic())
            getattr(self, "fast" if path == b"/health" else self.mode)(head)

    def fast(self, head):
        extra = b""
        if head.startswith(b"POST /api/orders "):
            extra = b"Location: /api/orders/%d\r\n" % next(self.orders)
        status = b"201 Created" if extra else b"200 OK"
        self.transport.write(HEAD % (status, len(BODY), extra) + BODY)

    def broken(self, _head):
        self.transport.write(HEAD % (b"500 Internal Server Error", len(BODY), b"") + BODY)

    def garbage(self, _head):
        self.transport.write(b"\x00\xff I do not speak HTTP at all\r\n\r\n" * 3)

    def torn(self, _head):
        self.transport.write(HEAD % (b"200 OK", 1000, b"") + BODY)
        self.transport.close()

    def close(self, _head):
        self.transport.close()

    def mute(self, _head):
        pass

    def loris(self, _head):
        self.transport.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self.drip()

    def drip(self):
        if not self.transport.is_closing():
            self.transport.write(b"z")
            asyncio.get_running_loop().call_later(0.1, self.drip)


async def main(mode, certificate=None):
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Server(mode), "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


uvloop.run(main(*sys.argv[1:]))
