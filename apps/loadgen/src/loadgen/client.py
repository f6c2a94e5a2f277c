"""One environment's connections: a request goes out, an outcome comes back, whatever happens."""

from __future__ import annotations

import errno
import math
import secrets
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from loadgen import __version__
from loadgen.errors import UnreachableError
from loadgen.mix import ROUTES, Request
from loadgen.stats import TIMEOUT, Outcome

USER_AGENT = f"sightline-loadgen/{__version__}"
JSON = {"Content-Type": "application/json"}

CREATED = 201


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended, and the order that it made."""

    outcome: Outcome
    order_id: int | None = None


class Client:
    """Sends requests to one address over as many connections as it takes.

    Redirects are not followed, proxies not asked, answers not unpacked. Every order has an
    Idempotency-Key, which no other run uses: the same seed makes new orders.
    """

    def __init__(
        self, url: str, addresses: Sequence[str], *, timeout: float, ca: Path | None
    ) -> None:
        self._url = url
        self._addresses = addresses
        self._timeout = timeout
        self._ca = ca
        self._run = secrets.token_hex(8)

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                resolver=_Resolved(self._addresses),
                ssl=ssl.create_default_context(cafile=self._ca),
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            # From the threshold on, aiohttp rounds to whole seconds.
            timeout=aiohttp.ClientTimeout(total=self._timeout, ceil_threshold=math.inf),
            headers={"User-Agent": USER_AGENT},
            skip_auto_headers=("Accept-Encoding",),
            auto_decompress=False,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def probe(self) -> None:
        """Ask for the health once. Raises UnreachableError when nobody answers at all."""
        try:
            await self._exchange(Request("health", 0))
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(
                f"{self._url} {_told(error, self._timeout)}", hint=_HINTS.get(kind_of(error), "")
            ) from error

    async def send(self, request: Request) -> Answer:
        """Send a request, read all of its answer and throw that away."""
        try:
            return await self._exchange(request)
        except (aiohttp.ClientError, OSError) as error:
            return Answer(Outcome(None, kind_of(error)))

    async def _exchange(self, request: Request) -> Answer:
        async with self._session.request(
            "POST" if request.body else "GET",
            URL(f"{self._url}{ROUTES[request.kind]}{request.query}", encoded=True),
            data=request.body.encode() if request.body else None,
            headers=self._headers(request),
            allow_redirects=False,
        ) as response:
            while not response.content.at_eof():
                await response.content.readany()
            order_id = _made(response) if request.kind == "orders" else None
            return Answer(Outcome(response.status), order_id)

    def _headers(self, request: Request) -> Mapping[str, str] | None:
        if not request.body:
            return None
        if request.kind == "orders":
            return {**JSON, "Idempotency-Key": f"{self._run}-{request.number}"}
        return JSON


def kind_of(error: Exception) -> str:
    """Return what a failure is counted as, in one word or two."""
    below = getattr(error, "os_error", None)
    for family, kind in _FAMILIES:
        if isinstance(error, family) or isinstance(below, family):
            return kind
    number = getattr(error, "errno", None) or 0
    return _NAMES.get(number) or errno.errorcode.get(number, "network")


def _made(response: aiohttp.ClientResponse) -> int | None:
    if response.status != CREATED:
        return None
    last = response.headers.get("Location", "").rpartition("/")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < 20 else None


def _told(error: Exception, timeout: float) -> str:
    kind = kind_of(error)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return f"has a certificate that is not trusted: {_reason(error.certificate_error)}"
    return {
        TIMEOUT: f"does not answer within {timeout:g} s",
        "refused": "refuses connections: nothing listens there",
        "reset": "closes the connection without an answer",
        "incomplete": "closes the connection before its answer ends",
        "garbage": "answers, but not in HTTP",
        "tls": f"cannot be spoken to by TLS: {_reason(error)}",
    }.get(kind, f"cannot be reached: {kind}")


def _reason(error: Exception) -> str:
    text = getattr(error, "verify_message", "") or getattr(error, "reason", "")
    return str(text or error).lower().replace("_", " ")


_FAMILIES: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, TIMEOUT),
    (aiohttp.ClientSSLError, "tls"),
    (ssl.SSLError, "tls"),
    (aiohttp.ServerDisconnectedError, "reset"),
    (ConnectionResetError, "reset"),
    (aiohttp.ClientPayloadError, "incomplete"),
    (aiohttp.ClientResponseError, "garbage"),
)
"""The first that fits."""

_NAMES = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.EPIPE: "reset",
    errno.ECONNABORTED: "reset",
    errno.EHOSTUNREACH: "unreachable",
    errno.ENETUNREACH: "unreachable",
    errno.EMFILE: "too many open files",
    errno.EADDRNOTAVAIL: "no free port",
}

_HINTS = {
    "refused": "start it, or correct the address",
    "garbage": "correct the address: http or https, host and port",
    "tls": "--ca FILE names the authority that signed it; http:// is without TLS",
}


class _Resolved(AbstractResolver):
    """Answers with the addresses that were checked, so that load goes nowhere else."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - addresses have theirs
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""
