"""Whole numbers and fractions, exactly: reading them, rounding once, sharing so that the parts add up."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast, get_args

from aftercare.errors import MoneyError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

Rounding: TypeAlias = Literal["half_up", "half_even", "half_down", "up", "down"]
"""Where a fraction goes: `half_up` and `up` away from zero, `half_down` and `down` towards it; negatives mirror."""

MAX_DIGITS: Final = 60
"""A number in a document has so many digits at most."""

_WRITTEN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def exact_decimal(given: str | int | Decimal) -> Decimal:
    """The number that is written, with nothing lost.

    Raises `MoneyError` for floats, truth values, `NaN`, infinity and text that is not digits with at most one point.

    >>> exact_decimal("12.40")
    Decimal('12.40')
    """
    match given:
        case str() if _WRITTEN.fullmatch(given):
            return Decimal(given)
        case Decimal() if given.is_finite():
            return given
        case int() if not isinstance(given, bool):
            return Decimal(given)
        case _:
            pass
    if isinstance(given, float):
        msg = f"`{given!r}` is a float, which is not exact: write it as text, such as '12.40', or as a Decimal"
    else:
        msg = f"`{given!r}` is not an exact number: allowed: text such as '12.40', a whole number, a finite Decimal"
    raise MoneyError(msg)


def decimal_text(unscaled: int, digits: int) -> str:
    """*unscaled* with its last *digits* digits after the point.

    >>> decimal_text(-1240, 2), decimal_text(5, 3), decimal_text(500, 0)
    ('-12.40', '0.005', '500')
    """
    if not digits:
        return str(unscaled)
    sign = "-" if unscaled < 0 else ""
    written = str(abs(unscaled)).zfill(digits + 1)
    return f"{sign}{written[:-digits]}.{written[-digits:]}"


def round_fraction(numerator: int, denominator: int, mode: Rounding = "half_up") -> int:
    """The whole number that the fraction becomes; *denominator* is above zero.

    Raises `MoneyError` for an unknown *mode* and for a *denominator* of zero or below.

    >>> round_fraction(5, 2, "half_up"), round_fraction(5, 2, "half_even"), round_fraction(-5, 2, "half_up")
    (3, 2, -3)
    """
    if denominator <= 0:
        msg = f"`{denominator}` cannot be a denominator: allowed: whole numbers above zero"
        raise MoneyError(msg)
    whole, rest = divmod(abs(numerator), denominator)
    match mode:
        case "half_up":
            away = 2 * rest >= denominator
        case "half_even":
            away = 2 * rest + whole % 2 > denominator
        case "half_down":
            away = 2 * rest > denominator
        case "up":
            away = rest > 0
        case "down":
            away = False
        case _:
            msg = f"`{mode}` is not a way to round: {did_you_mean(str(mode), get_args(Rounding))}"  # type: ignore[unreachable]
            raise MoneyError(msg)
    size = whole + away
    return size if numerator >= 0 else -size


def allocate(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Share *total* in proportion to *weights* by largest remainder, so that the parts add up to it.

    Each part is its exact share rounded down or up; a tie goes to the earlier place. Zero gives zeros, a negative total
    mirrors the positive one. Not house-monotone: one more to share can make a part smaller (the Alabama paradox), so
    parts that were promised are kept, not shared anew. Raises `MoneyError` for a weight below zero, for a total or
    weight that is not exact, and for a total that has only zero weights to go to.

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    """
    if type(total) is not int:
        msg = f"`{total!r}` cannot be shared: allowed: a whole number of minor units"
        raise MoneyError(msg)
    shares = _whole(weights)
    base = sum(shares)
    if total == 0:
        return [0] * len(shares)
    if base == 0:
        msg = f"`{total}` has nowhere to go: every weight is zero; give at least one weight above zero"
        raise MoneyError(msg)
    parts = []
    rests = []
    for share in shares:
        part, rest = divmod(abs(total) * share, base)
        parts.append(part)
        rests.append(rest)
    left = abs(total) - sum(parts)
    if left:
        for place in sorted(range(len(rests)), key=rests.__getitem__, reverse=True)[:left]:
            parts[place] += 1
    return parts if total > 0 else [-part for part in parts]


def _whole(weights: Sequence[int | Fraction]) -> list[int]:
    """Whole numbers in the same proportion as *weights*."""
    denominators = []
    for weight in weights:
        if type(weight) is Fraction:
            denominators.append(weight.denominator)
        elif type(weight) is not int:
            msg = f"`{weight!r}` is not a weight: allowed: whole numbers and fractions, zero or above"
            raise MoneyError(msg)
        if weight < 0:
            msg = f"`{weight}` is a weight below zero: allowed: whole numbers and fractions, zero or above"
            raise MoneyError(msg)
    if not denominators:
        return cast("list[int]", weights)
    common = lcm(*denominators)
    return [weight.numerator * (common // weight.denominator) for weight in weights]
