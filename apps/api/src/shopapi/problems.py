"""Every error as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus

import falcon
import msgspec

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of an error.

    A type of "about:blank" means that the status says all; others are `urn:sightline:problem:`
    and a word.
    """

    title: str
    status: int
    instance: str
    detail: str | None = None
    type: str = "about:blank"


class ProblemError(falcon.HTTPError):
    """An error of the shop itself; `kind` is the word its type ends with."""

    def __init__(
        self, status: HTTPStatus, kind: str, detail: str, *, retry_after: int | None = None
    ) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        super().__init__(status, description=detail, headers=headers)
        self.kind = kind


def serialize(request: falcon.Request, response: falcon.Response, error: falcon.HTTPError) -> None:
    """Write `error` as the response's body."""
    status = falcon.http_status_to_code(error.status)
    problem = Problem(
        HTTPStatus(status).phrase,
        status,
        request.path,
        error.description,
        f"urn:sightline:problem:{error.kind}" if isinstance(error, ProblemError) else "about:blank",
    )
    response.content_type = MEDIA_TYPE
    response.data = msgspec.json.encode(problem)


def unexpected(
    request: falcon.Request,
    _response: falcon.Response,
    error: Exception,
    _params: dict[str, object],
) -> None:
    """Log what nobody has foreseen, and tell the client nothing of it."""
    logger.error("%s %s failed", request.method, request.uri_template, exc_info=error)
    raise falcon.HTTPInternalServerError from error
