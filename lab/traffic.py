"""What customers of the shop ask for, in a mix that stays the same."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

from toolkit.open_loop import Request

MIX = {
    "health": 35,
    "products": 20,
    "product": 10,
    "orders": 13,
    "search": 10,
    "reports": 8,
    "payments": 4,
}
"""Kind of request to how many there are among a hundred."""

WORDS = ("river", "amber", "wi", "te", "garden lantern", "zebra")
JSON = {"Content-Type": "application/json"}


def requests(seed: int = 1) -> Iterator[Request]:
    """Yield requests without end, each kind as often as MIX says in every hundred.

    The same seed gives the same requests; products and orders are those of a shop of the
    default size.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    while True:
        deck = [kind for kind, count in MIX.items() for _ in range(count)]
        chance.shuffle(deck)
        for kind in deck:
            yield _request(kind, chance)


def _request(kind: str, chance: random.Random) -> Request:
    def post(body: object) -> Request:
        return Request("POST", f"/api/{kind}", json.dumps(body), JSON, kind)

    if kind == "orders":
        wanted = [chance.randrange(1, 10_000) for _ in range(chance.randint(1, 4))]
        return post({"lines": [{"product_id": one, "quantity": 1} for one in wanted]})
    if kind == "payments":
        card = chance.choices(("tok_visa", "tok_declined"), (9, 1))[0]
        return post({"order_id": chance.randrange(1, 60_000), "card": card})
    path = {
        "health": "/health",
        "products": f"/api/products?offset={chance.randrange(0, 9000, 20)}",
        "product": f"/api/products/{chance.randrange(1, 10_000)}",
        "search": f"/api/search?q={chance.choice(WORDS).replace(' ', '+')}",
        "reports": f"/api/reports?days={chance.choice((1, 7, 7, 7, 14))}",
    }[kind]
    return Request("GET", path, name=kind)
