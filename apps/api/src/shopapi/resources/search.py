"""`GET /api/search`: products by words."""

from __future__ import annotations

from typing import Annotated, ClassVar

import falcon
import msgspec
from msgspec import Meta

from shopapi.operations import Operation, Operations, answer, read_query
from shopapi.shop import ProductPage
from shopapi.store import Store


class SearchQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which words; all of them have to be there, the last one may be a beginning."""

    q: Annotated[str, Meta(min_length=1, max_length=100)]
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class SearchResource:
    """Full-text search: rare words are quick, common ones are work."""

    operations: ClassVar[Operations] = {
        "get": Operation("Search products", {200: ProductPage}, problems=(400,), query=SearchQuery)
    }

    def __init__(self, store: Store) -> None:
        self._store = store

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer the best matches, or 400 when the query is not understood."""
        query = read_query(request, SearchQuery)
        answer(response, self._store.search(query.q, limit=query.limit, offset=query.offset))

    on_head = on_get
