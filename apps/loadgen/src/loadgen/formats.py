"""How figures are written, wherever they appear.

Three digits that count, the same unit below each other, a dash for what was not measured.
"""

from __future__ import annotations

NOTHING = "\N{EN DASH}"


def milliseconds(seconds: float | None) -> str:
    """Write a duration in milliseconds, without the unit: 0.42, 12.3, 123, 1,234."""
    if seconds is None:
        return NOTHING
    value = seconds * 1000
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def duration(seconds: float | None) -> str:
    """Write a duration with the unit that fits: 420 µs, 12.3 ms, 1.23 s, 5 min 30 s."""
    if seconds is None:
        return NOTHING
    if seconds >= 120:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 0.9995:
            return f"{float(f'{seconds * factor:.3g}'):g} {unit}"
    return f"{seconds * 1e6:.2g} µs"


def percent(share: float | None) -> str:
    """Write a share as 0.00 %, 12.34 %; what is there but small is <0.01 %."""
    if share is None:
        return NOTHING
    return "<0.01 %" if 0 < share < 0.00005 else f"{share:.2%}".replace("%", " %")


def count(number: int) -> str:
    """Write a number of things: 1,234,567."""
    return f"{number:,}"


def per_second(number: float, seconds: float) -> str:
    """Write a rate, without the unit: 49.9."""
    return f"{number / seconds:,.1f}" if seconds > 0 else NOTHING
