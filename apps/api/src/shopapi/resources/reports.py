"""`GET /api/reports`: what was sold."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import falcon
import msgspec
from msgspec import Meta

from shopapi.caching import SingleFlight
from shopapi.operations import Operation, Operations, answer, read_query
from shopapi.shop import Clock, Report
from shopapi.store import Store


class ReportQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Over how many days."""

    days: Annotated[int, Meta(ge=1, le=30)] = 7


class ReportsResource:
    """Sales of the last complete days, added up anew for whoever asks first."""

    operations: ClassVar[Operations] = {
        "get": Operation(
            "Report sales",
            {200: Report},
            problems=(400,),
            query=ReportQuery,
            description="Over complete days (UTC): orders of today are not in it.",
        )
    }

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._flights: SingleFlight[tuple[int, date], Report] = SingleFlight()

    def on_get(self, request: falcon.Request, response: falcon.Response) -> None:
        """Answer the report, or 400 when the query is not understood."""
        days, today = read_query(request, ReportQuery).days, self._clock().date()
        report = self._flights.get((days, today), lambda: self._store.report(days, today))
        answer(response, report)

    on_head = on_get
