from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from aftercare.money import Amounts, Money


def rounded(number: Fraction | int, mode: str = "half_up") -> int:
    """The whole number that *number* becomes; negatives mirror."""
    number = Fraction(number)
    if number < 0:
        return -rounded(-number, mode)
    down = math.floor(number)
    rest = number - down
    half = Fraction(1, 2)
    up = {
        "half_up": rest >= half,
        "half_down": rest > half,
        "half_even": rest > half or (rest == half and down % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[mode]
    return down + 1 if up else down


def converted(amount: int, rate: Fraction, prices: str) -> int:
    """An *amount* that is not in the mode *prices*, in that mode."""
    return rounded(amount * (1 + rate) if prices == "gross" else Fraction(amount) / (1 + rate))


def split(total: int, shares: list[Fraction], first: list[Any]) -> list[int]:
    """*total* by largest remainder: of equal remainders the smallest in *first* goes first."""
    parts = [math.floor(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda at: (-(shares[at] - parts[at]), first[at]))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    assert sum(parts) == total, "what is left is less than a minor unit for each"
    return parts


def in_currency(given: Money | Amounts, currency: str) -> int:
    """The minor units of an amount in one currency."""
    return (given.in_(currency) if isinstance(given, Amounts) else given).minor
