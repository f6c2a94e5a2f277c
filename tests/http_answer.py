"""What a web server answers to a request that nobody has tidied up before."""

import base64
import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """Status, headers and body as they came."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def ask(
    host: str,
    path: str,
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    trusting: ssl.SSLContext | None = None,
) -> Answer:
    """Ask for a path, which is sent as it is; over TLS when it is said whom to trust."""
    connection = (
        http.client.HTTPSConnection(host, timeout=40, context=trusting)
        if trusting
        else http.client.HTTPConnection(host, timeout=40)
    )
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def as_user(name: str, password: str) -> dict[str, str]:
    """Return the header that says who asks."""
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}
