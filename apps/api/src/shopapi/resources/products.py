"""`GET /api/products` and `/api/products/{product_id}`: the catalogue."""

from __future__ import annotations

from typing import Annotated, ClassVar

import falcon
import msgspec
from msgspec import Meta

from shopapi.caching import Cache
from shopapi.faults import FaultBoard
from shopapi.operations import Operation, Operations, answer, read_id, read_query
from shopapi.shop import Product, ProductPage
from shopapi.store import ORDERS, Store


class ProductQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client may ask for."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    offset: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    category: Annotated[str, Meta(pattern="^[a-z-]{1,40}$")] | None = None
    sort: Annotated[str, Meta(pattern=f"^({'|'.join(ORDERS)})$")] = "id"


ProductCache = Cache[ProductQuery | int, ProductPage | Product]


class ProductsResource:
    """The collection of all products, page by page."""

    operations: ClassVar[Operations] = {
        "get": Operation("List products", {200: ProductPage}, problems=(400,), query=ProductQuery)
    }

    def __init__(self, store: Store, cache: ProductCache, faults: FaultBoard) -> None:
        self._store = store
        self._cache = cache
        self._faults = faults

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer a page of products, or 400 when the query is not understood."""
        query = read_query(request, ProductQuery)
        bypass = self._faults.bypasses_cache(request.uri_template or "")
        answer(response, self._cache.get(query, lambda: self._page(query), bypass=bypass))

    on_head = on_get

    def _page(self, query: ProductQuery) -> ProductPage:
        return self._store.products(
            limit=query.limit, offset=query.offset, category=query.category, sort=query.sort
        )


class ProductResource:
    """One product."""

    operations: ClassVar[Operations] = {
        "get": Operation("Show a product", {200: Product}, problems=(404,))
    }

    def __init__(self, store: Store, cache: ProductCache, faults: FaultBoard) -> None:
        self._store = store
        self._cache = cache
        self._faults = faults

    def on_get(self, request: falcon.Request, response: falcon.Response, product_id: str) -> None:
        """Answer the product, or 404."""
        number = read_id(product_id)
        bypass = self._faults.bypasses_cache(request.uri_template or "")
        answer(response, self._cache.get(number, lambda: self._product(number), bypass=bypass))

    on_head = on_get

    def _product(self, number: int) -> Product:
        if product := self._store.product(number):
            return product
        raise falcon.HTTPNotFound(description=f"There is no product {number}.")
