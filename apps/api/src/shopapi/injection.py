"""Where injected faults meet requests."""

from __future__ import annotations

import time
from http import HTTPStatus

import falcon

from shopapi.faults import FaultBoard
from shopapi.operations import serves
from shopapi.problems import ProblemError


class Injection:
    """Falcon middleware that makes requests slow or failed, as the board says."""

    def __init__(self, faults: FaultBoard) -> None:
        self._faults = faults

    def process_resource(
        self,
        request: falcon.Request,
        _response: falcon.Response,
        resource: object,
        _params: dict[str, str],
    ) -> None:
        """Wait, then fail, where that is what the board wants of the route."""
        if not serves(resource, request.method):
            return
        route = request.uri_template or ""
        if seconds := self._faults.latency(route):
            time.sleep(seconds)
        if status := self._faults.error(route):
            raise ProblemError(HTTPStatus(status), "injected", "This error was injected.")
