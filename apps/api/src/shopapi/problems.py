"""Every error as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

import falcon
import msgspec


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of an error. Its type is "about:blank": the status says what kind it is."""

    title: str
    status: int
    instance: str
    detail: str | None = None
    type: str = "about:blank"


def serialize(request: falcon.Request, response: falcon.Response, error: falcon.HTTPError) -> None:
    """Write `error` as the response's body."""
    status = falcon.http_status_to_code(error.status)
    problem = Problem(HTTPStatus(status).phrase, status, request.path, error.description)
    response.content_type = "application/problem+json"
    response.data = msgspec.json.encode(problem)
