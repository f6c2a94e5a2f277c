"""What a resource accepts and answers: handlers read it, the OpenAPI document is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar, Protocol, TypeVar

import falcon
import msgspec

from shopapi.shop import GREATEST_ID

T = TypeVar("T")

BODY_LIMIT = 65_536
"""Bytes of a request's body."""


@dataclass(frozen=True)
class Operation:
    """One method of one route.

    `answers` maps a status to its body's type (None: any JSON object), `problems` are the
    statuses that come as problem details, `headers` are those a client may send.
    """

    summary: str
    answers: Mapping[int, type | None]
    problems: tuple[int, ...] = ()
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


Operations = Mapping[str, Operation]
"""Operations by method, in lower case as OpenAPI writes it."""


class Resource(Protocol):
    """What is routed: a Falcon resource that says what its methods do."""

    operations: ClassVar[Operations]


def serves(resource: object, method: str) -> bool:
    """Say whether `method` is one of the resource's own; None is no resource."""
    return method.lower() in getattr(resource, "operations", ())


def read_query(request: falcon.Request, kind: type[T]) -> T:
    """Return the query's parameters; raises 400 for those that are not understood."""
    try:
        return msgspec.convert(request.params, kind, strict=False)
    except msgspec.ValidationError as error:
        raise falcon.HTTPBadRequest(description=f"Query parameters: {error}.") from error


def read_body(request: falcon.Request, kind: type[T]) -> tuple[T, bytes]:
    """Return the JSON body and its bytes; raises 400, 413 or 415."""
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type != falcon.MEDIA_JSON:
        raise falcon.HTTPUnsupportedMediaType(description=f"Send {falcon.MEDIA_JSON}.")
    # The server ends the stream where the body ends, with a length and without.
    body = request.stream.read(BODY_LIMIT + 1)
    if len(body) > BODY_LIMIT:
        raise falcon.HTTPContentTooLarge(description=f"The limit is {BODY_LIMIT} bytes.")
    if len(body) < (request.content_length or 0):
        raise falcon.HTTPBadRequest(description="The body ends before its Content-Length.")
    try:
        return msgspec.convert(_JSON.decode(body), kind), body
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise falcon.HTTPBadRequest(description=f"Body: {error}.") from error


def read_id(text: str) -> int:
    """Return the number in a path; raises 404 for what no id looks like."""
    if text.isascii() and text.isdigit() and 1 <= (number := int(text)) <= GREATEST_ID:
        return number
    raise falcon.HTTPNotFound


def answer(response: falcon.Response, value: object, status: HTTPStatus = HTTPStatus.OK) -> None:
    """Answer `value` as JSON. It is written here, so that its time and size are measured."""
    response.status = status
    response.content_type = falcon.MEDIA_JSON
    response.data = msgspec.json.encode(value)


def _number(text: str) -> Any:  # noqa: ANN401 - int or float
    # 47.0 is an integer to JSON Schema.
    number = float(text)
    return int(number) if number.is_integer() else number


_JSON = msgspec.json.Decoder(float_hook=_number)
