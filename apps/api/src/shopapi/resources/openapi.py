"""`GET /openapi.json`: what the API accepts and answers."""

from __future__ import annotations

from typing import ClassVar

import falcon
import msgspec

from shopapi.openapi import Document
from shopapi.operations import Operation, Operations


class OpenApiResource:
    """The OpenAPI document, written once."""

    operations: ClassVar[Operations] = {"get": Operation("This document", {200: None})}

    def __init__(self) -> None:
        self._document = b"{}"

    def show(self, document: Document) -> None:
        """Serve `document`, which describes this resource too."""
        self._document = msgspec.json.encode(document)

    def on_get(self, _request: falcon.Request, response: falcon.Response) -> None:
        """Answer the document."""
        response.content_type = falcon.MEDIA_JSON
        response.data = self._document

    on_head = on_get
