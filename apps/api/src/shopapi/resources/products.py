"""`GET /api/products`: the catalogue, page by page."""

from __future__ import annotations

from typing import Annotated

import falcon
import msgspec
from msgspec import Meta

from shopapi.store import ORDERS, Store


class ProductQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client may ask for."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    category: Annotated[str, Meta(pattern="^[a-z-]{1,40}$")] | None = None
    sort: Annotated[str, Meta(pattern=f"^({'|'.join(ORDERS)})$")] = "id"


class ProductsResource:
    """The collection of all products."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer a page of products, or 400 when the query is not understood."""
        try:
            query = msgspec.convert(request.params, ProductQuery, strict=False)
        except msgspec.ValidationError as error:
            raise falcon.HTTPBadRequest(description=f"Query parameters: {error}.") from error
        response.media = self._store.products(
            limit=query.limit, offset=query.offset, category=query.category, sort=query.sort
        )

    on_head = on_get
