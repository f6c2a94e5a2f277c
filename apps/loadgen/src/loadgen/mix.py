"""What is asked for: a deck of a hundred cards, dealt out and shuffled anew, and its payloads.

Every hundred requests hold each kind exactly as often as the weights say. The requests suit a
shop of the API's default size.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

DECK = 100
PRODUCTS, ORDERS = 10_000, 20_000
"""What a shop holds that was made with the API's defaults."""

Kind: TypeAlias = Literal["health", "products", "orders", "reports", "payments", "search"]
KINDS: tuple[Kind, ...] = get_args(Kind)

ROUTES: Mapping[Kind, str] = {
    "health": "/health",
    "products": "/api/products",
    "orders": "/api/orders",
    "reports": "/api/reports",
    "payments": "/api/payments",
    "search": "/api/search",
}
"""The API's own route templates, so that both sides speak of the same thing."""

MALFORMED_SUFFIX = " malformed"

CATEGORIES = ("books", "clothing", "electronics", "garden", "home", "music", "sports", "toys")
WORDS = ("river", "amber", "lantern", "walnut", "garden+lantern", "travel", "porto", "wi", "te")
DAYS = (*[1] * 9, 7)
"""Mostly yesterday: a week costs the API seven times as much, all of it processor time."""
CARDS = (*["tok_visa"] * 9, "tok_declined")

MALFORMED: Mapping[Kind, tuple[str, ...]] = {
    "products": ("?limit=0", "?limit=ten", "?offset=-1"),
    "orders": ('{"lines": []}', '{"lines": [{"product_id": 1, "quantity": 0}]}', "{"),
    "reports": ("?days=0", "?days=forever"),
    "payments": ('{"order_id": 1}', '{"order_id": 1, "card": "4111 1111"}', "[]"),
    "search": ("", "?limit=5"),
}
"""Queries and bodies that the API has to refuse; nothing can be wrong with a health check."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it is drawn, before it is known when it will be sent.

    Attributes:
        kind: Which card of the deck it is.
        number: How many requests of the environment were drawn before.
        query: With its question mark, or empty.
        body: JSON, or empty for a GET.
        think: Of an order: how many seconds pass between its answer and its payment.
        card: Of a payment: by which card; its `body` pays an older order of the shop.
        malformed: Whether the API has to refuse it.
    """

    kind: Kind
    number: int
    query: str = ""
    body: str = ""
    think: float | None = None
    card: str | None = None
    malformed: bool = False

    @property
    def route(self) -> str:
        """What it is counted as; malformed ones are counted apart."""
        return ROUTES[self.kind] + MALFORMED_SUFFIX if self.malformed else ROUTES[self.kind]

    def paying(self, order_id: int) -> Request:
        """Return this payment, but of that order."""
        return replace(self, body=_json(order_id=order_id, card=self.card))


@dataclass(frozen=True, slots=True)
class Mix:
    """What to draw from.

    Attributes:
        weights: How many of each kind are among a hundred; they add up to a hundred.
        malformed: How many among a hundred the API has to refuse.
        think: The least and the greatest think time in seconds.
    """

    weights: Mapping[Kind, int]
    malformed: int
    think: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Chances:
    """One source of chance for each question, so that none disturbs the answers of another."""

    mix: random.Random
    payload: random.Random
    think: random.Random
    malformed: random.Random


def requests(mix: Mix, chances: Chances) -> Iterator[Request]:
    """Yield requests without end."""
    number = 0
    while True:
        deck = [kind for kind, count in mix.weights.items() for _ in range(count)]
        chances.mix.shuffle(deck)
        spoilt = _spoilt(deck, mix.malformed, chances.malformed)
        for position, kind in enumerate(deck):
            request = _request(kind, number, mix, chances)
            yield _spoil(request, chances.malformed) if position in spoilt else request
            number += 1


def most_malformed(weights: Mapping[Kind, int]) -> int:
    """Return how many of a hundred requests can be malformed."""
    return sum(count for kind, count in weights.items() if kind in MALFORMED)


def all_routes() -> list[str]:
    """Return everything that a request can be counted as."""
    return [*ROUTES.values(), *(ROUTES[kind] + MALFORMED_SUFFIX for kind in MALFORMED)]


def _spoilt(deck: list[Kind], count: int, chance: random.Random) -> set[int]:
    able = [position for position, kind in enumerate(deck) if kind in MALFORMED]
    return set(chance.sample(able, count))


def _spoil(request: Request, chance: random.Random) -> Request:
    wrong = chance.choice(MALFORMED[request.kind])
    if request.body:
        return Request(request.kind, request.number, body=wrong, malformed=True)
    return Request(request.kind, request.number, query=wrong, malformed=True)


def _request(kind: Kind, number: int, mix: Mix, chances: Chances) -> Request:
    chance = chances.payload
    match kind:
        case "health":
            return Request(kind, number)
        case "products":
            return Request(kind, number, query=_page(chance))
        case "orders":
            think = chances.think.uniform(*mix.think)
            return Request(kind, number, body=_order(chance), think=think)
        case "reports":
            return Request(kind, number, query=f"?days={chance.choice(DAYS)}")
        case "payments":
            card = chance.choice(CARDS)
            return Request(kind, number, card=card).paying(chance.randint(1, ORDERS))
        case "search":
            return Request(kind, number, query=f"?q={chance.choice(WORDS)}")


def _page(chance: random.Random) -> str:
    """Half of the visitors leaf through everything, half through one category by price."""
    if chance.random() < 0.5:
        return f"?offset={chance.randrange(0, PRODUCTS, 20)}"
    return f"?category={chance.choice(CATEGORIES)}&sort=price"


def _order(chance: random.Random) -> str:
    lines = [
        {"product_id": chance.randint(1, PRODUCTS), "quantity": chance.randint(1, 3)}
        for _ in range(chance.randint(1, 4))
    ]
    return _json(lines=lines)


def _json(**fields: object) -> str:
    return json.dumps(fields)
