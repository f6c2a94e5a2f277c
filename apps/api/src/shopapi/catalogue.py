"""The products the shop starts with: the same ones on every host and every Python."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

CATEGORIES = ("books", "clothing", "electronics", "garden", "home", "music", "sports", "toys")
QUALITIES = ("Amber", "Bold", "Calm", "Deep", "Fine", "Quiet", "Swift")
THINGS = ("Anchor", "Beacon", "Ember", "Forest", "Island", "Lantern", "Orbit", "River", "Summit")


class Product(msgspec.Struct, frozen=True):
    """One article; `price_cents` is in hundredths of the shop's currency."""

    id: int
    sku: str
    name: str
    category: str
    price_cents: int
    stock: int


def products(count: int = 5000) -> Iterator[Product]:
    """Yield `count` products. Multiplying by a prime scatters values without chance."""
    for number in range(1, count + 1):
        category = CATEGORIES[number % len(CATEGORIES)]
        quality = QUALITIES[number % len(QUALITIES)]
        thing = THINGS[number % len(THINGS)]
        yield Product(
            id=number,
            sku=f"{category[:3].upper()}-{number:06d}",
            name=f"{quality} {thing} {number}",
            category=category,
            price_cents=199 + number * 7919 % 49_801,
            stock=number * 104_729 % 500,
        )
