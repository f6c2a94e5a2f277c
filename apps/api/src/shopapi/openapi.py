"""The OpenAPI 3.1 document, made from the types that the handlers use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from shopapi import __version__
from shopapi.operations import Operation, Resource
from shopapi.problems import MEDIA_TYPE, Problem
from shopapi.shop import GREATEST_ID

REFERENCE = "#/components/schemas/{name}"
PARAMETER = re.compile(r"\{(\w+)\}")

Document = dict[str, Any]


def document(resources: Mapping[str, Resource]) -> Document:
    """Return the document of an API whose resources are given by route template."""
    kinds: set[type] = {Problem}
    for operation in _operations(resources.values()):
        kinds |= {kind for kind in (operation.body, *operation.answers.values()) if kind}
    _, schemas = msgspec.json.schema_components(
        sorted(kinds, key=lambda kind: kind.__name__), ref_template=REFERENCE
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sightline shop API",
            "version": __version__,
            "description": "A small shop on real data. Its stock service, fraud check and payment "
            "gateway are simulated.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            route: {
                "parameters": [_path_parameter(name) for name in PARAMETER.findall(route)],
                **{
                    method: _operation(route, method, operation)
                    for method, operation in resource.operations.items()
                },
            }
            for route, resource in resources.items()
        },
        "components": {"schemas": schemas},
    }


def _operations(resources: Iterable[Resource]) -> Iterable[Operation]:
    for resource in resources:
        yield from resource.operations.values()


def _operation(route: str, method: str, operation: Operation) -> Document:
    answers = {
        str(status): _content(status, "application/json", kind)
        for status, kind in operation.answers.items()
    }
    problems = {
        str(status): _content(status, MEDIA_TYPE, Problem)
        for status in (*operation.problems, 500, 503)
    }
    described: Document = {
        "operationId": method + re.sub(r"\W+", "_", route).rstrip("_"),
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [*_query(operation.query), *map(_header, operation.headers.items())],
        "responses": dict(sorted((answers | problems).items())),
    }
    if operation.body:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _reference(operation.body)}},
        }
    return {key: value for key, value in described.items() if value}


def _content(status: int, media_type: str, kind: type | None) -> Document:
    schema = _reference(kind) if kind else {"type": "object"}
    return {
        "description": HTTPStatus(status).phrase,
        "content": {media_type: {"schema": schema}},
    }


def _query(kind: type[msgspec.Struct] | None) -> list[Document]:
    if kind is None:
        return []
    _, schemas = msgspec.json.schema_components([kind])
    schema = schemas[kind.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": _without_null(detail),
        }
        for name, detail in schema["properties"].items()
    ]


def _without_null(schema: Document) -> Document:
    """A parameter that is left out is null here, but no query can say null."""
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    return choices[0] if len(choices) == 1 else schema


def _path_parameter(name: str) -> Document:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": GREATEST_ID},
    }


def _header(header: tuple[str, str]) -> Document:
    name, pattern = header
    return {
        "name": name,
        "in": "header",
        "required": False,
        "schema": {"type": "string", "pattern": pattern},
    }


def _reference(kind: type) -> Document:
    return {"$ref": REFERENCE.format(name=kind.__name__)}
