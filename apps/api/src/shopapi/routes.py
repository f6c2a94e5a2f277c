"""The route templates of the API, in one place: they are labels of metrics and names of faults."""

from __future__ import annotations

ROUTES: tuple[str, ...] = (
    "/health",
    "/ready",
    "/openapi.json",
    "/api/products",
    "/api/products/{product_id}",
    "/api/orders",
    "/api/orders/{order_id}",
    "/api/reports",
    "/api/search",
    "/api/payments",
)
