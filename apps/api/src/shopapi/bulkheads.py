"""Bulkheads: what is slow or stuck may not take every thread."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

import falcon

from shopapi.instruments import Instruments
from shopapi.problems import ProblemError

SHARES = {"/api/reports": 0.25, "/api/search": 0.25}
"""The share of a worker's threads that a route may take; others may take all of ALL."""
ALL = 0.875
"""The share that all of the API may take: the rest answers /health, and 503 to who comes late."""
RETRY_AFTER_SECONDS = 1


class Bulkheads:
    """Falcon middleware that answers 503 at once where waiting would only make a queue."""

    def __init__(self, threads: int, routes: Iterable[str], instruments: Instruments) -> None:
        def places(share: float) -> list[None]:
            # A list gives and takes without a lock, which threads would wait for.
            return [None] * max(1, int(threads * share))

        self._all = places(ALL)
        self._routes = {
            route: places(SHARES.get(route, ALL)) for route in routes if route.startswith("/api/")
        }
        self._shed = instruments.shed_requests

    def process_resource(
        self,
        request: falcon.Request,
        _response: falcon.Response,
        _resource: object,
        _params: dict[str, str],
    ) -> None:
        """Take a place, or refuse the request."""
        route = request.uri_template or ""
        places = self._routes.get(route)
        if places is None:
            return
        taken = request.context.places = []
        try:
            for kind in (self._all, places):
                kind.pop()
                taken.append(kind)
        except IndexError:
            self._shed.add(1, {"http.route": route})
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE, "too-busy",
                "Too many requests of this kind are being served.",
                retry_after=RETRY_AFTER_SECONDS,
            ) from None  # fmt: skip

    def process_response(
        self,
        request: falcon.Request,
        _response: falcon.Response,
        _resource: object,
        _succeeded: bool,  # noqa: FBT001 - Falcon's signature
    ) -> None:
        """Give the places back."""
        for kind in getattr(request.context, "places", ()):
            kind.append(None)
