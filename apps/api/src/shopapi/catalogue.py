"""What the shop starts with: the same products and orders on every host and every Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from shopapi.shop import NewLine, Product

CATEGORIES = ("books", "clothing", "electronics", "garden", "home", "music", "sports", "toys")
QUALITIES = ("Amber", "Bold", "Calm", "Deep", "Fine", "Quiet", "Swift")
THINGS = ("Anchor", "Beacon", "Ember", "Forest", "Island", "Lantern", "Orbit", "River", "Summit")

# The words of descriptions, from the common to the rare. The lengths of the lists are coprime,
# so that every word meets every other one.
STYLES = ("everyday", "elegant")
TRAITS = ("durable", "light", "repairable")
COLOURS = ("amethyst", "black", "cobalt", "ivory", "olive", "russet", "teal")
USES = (
    "travel", "rainy weekends", "small flats", "busy family kitchens", "work", "early mornings",
    "large families", "first steps", "long dark winter nights", "gifts", "summer parties",
)  # fmt: skip
MATERIALS = (
    "aluminium", "bamboo", "brass", "canvas", "cork", "cotton", "felt", "glass", "leather",
    "linen", "oak", "paper", "walnut",
)  # fmt: skip
TOWNS = (
    "Antwerp", "Bergen", "Bilbao", "Bruges", "Cadiz", "Delft", "Dresden", "Genoa", "Ghent",
    "Graz", "Leeds", "Lucca", "Malmo", "Porto", "Riga", "Trieste", "Utrecht",
)  # fmt: skip
MAKER_BEGINS = (
    "Al", "Bar", "Bel", "Bran", "Cal", "Cor", "Dal", "Dun", "El", "Fal", "Fen", "Gar", "Hal",
    "Har", "Kel", "Kin", "Lor", "Mar", "Mel", "Nor", "Or", "Pel", "Quin", "Ros", "Sel", "Tam",
    "Tor", "Ul", "Ver", "Wen", "Yar",
)  # fmt: skip
MAKER_ENDS = (
    "bury", "by", "combe", "cott", "dale", "den", "don", "dorf", "feld", "ford", "gate", "ham",
    "haven", "heim", "holm", "horn", "hurst", "land", "leigh", "ley", "low", "mere", "minster",
    "mond", "more", "mouth", "ness", "quist", "rick", "ridge", "row", "sand", "sett", "shaw",
    "sted", "stow", "strand", "thorpe", "ton", "vale", "vig", "ville", "wald", "ward", "well",
    "wick", "worth",
)  # fmt: skip

ORDER_DAYS = 30


def products(count: int) -> Iterator[Product]:
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


def description(number: int) -> str:
    """Return what is said of the product with this id, in 15 words or so.

    Some words stand in half of all descriptions, others in a tenth; a maker has a handful.
    """

    def pick(words: tuple[str, ...]) -> str:
        return words[number % len(words)]

    return (
        f"An {pick(STYLES)} companion for {pick(USES)}, {pick(TRAITS)}, of {pick(MATERIALS)}"
        f" in {pick(COLOURS)}. Made by {pick(MAKER_BEGINS)}{pick(MAKER_ENDS)} in {pick(TOWNS)}."
    )


def orders(count: int, *, products: int, today: date) -> Iterator[tuple[datetime, list[NewLine]]]:
    """Yield `count` orders, oldest first, spread evenly over the 30 days before `today`.

    The square of an evenly spread value makes a few of the `products` sell best.
    """
    first = datetime.combine(today, time(), UTC) - timedelta(days=ORDER_DAYS)
    for number in range(count):
        lines = []
        for line in range(number * 4, number * 4 + 1 + number * 104_729 // 8 % 4):
            spread = line * 2_654_435_761 % 2**32
            popularity = spread * spread * products >> 64
            lines.append(NewLine(1 + popularity * 7919 % products, 1 + line * 31 // 7 % 3))
        yield first + timedelta(days=ORDER_DAYS) * number / count, lines
