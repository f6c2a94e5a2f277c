"""What Query says of those whom it asks."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.conftest import Deployed
from toolkit.promql import get


def stores(deployed: Deployed) -> Iterator[tuple[str, bool]]:
    """Give the kind of each store, and whether its last check went well."""
    found = json.loads(get(f"{deployed.query}/api/v1/stores"))["data"]
    for kind, stores_ in found.items():
        yield from ((kind, store["lastError"] is None) for store in stores_)


def troubled(deployed: Deployed) -> set[str]:
    """Return the kinds of stores that do not answer."""
    return {kind for kind, is_well in stores(deployed) if not is_well}
