"""Exact numbers beside money: a price finer than a minor unit, and a percentage."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, final

import attrs

from aftercare.currencies import DIGITS, digits_of
from aftercare.errors import MoneyError
from aftercare.exact import decimal_text, exact_decimal

FINEST: Final = 8
_SCALE: Final[dict[str, int]] = {currency: 10**digits for currency, digits in DIGITS.items()}
_set = object.__setattr__


@final
@attrs.frozen(init=False, repr=False)
class UnitPrice:
    """The price of one unit, with up to 8 digits after the point: 0.0125 for a screw.

    *amount* is in major units and keeps the digits it needs, at least those of the currency. Raises `MoneyError` for
    what `Money` refuses but for more digits, and for a price below zero.

    >>> UnitPrice("0.0125", "EUR").minor
    Fraction(5, 4)
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: str | int | Decimal, currency: str) -> None:
        digits = digits_of(currency)
        numerator, denominator = exact_decimal(amount).as_integer_ratio()
        unscaled, rest = divmod(numerator * 10**FINEST, denominator)
        if rest:
            msg = f"`{amount}` is too fine for a unit price: allowed: at most {FINEST} digits after the point"
            raise MoneyError(msg)
        if unscaled < 0:
            msg = f"`{amount}` {currency} is a unit price below zero: allowed: zero or above"
            raise MoneyError(msg)
        places = FINEST
        while places > digits and unscaled % 10 == 0:
            unscaled //= 10
            places -= 1
        _set(self, "amount", Decimal(decimal_text(unscaled, places)))
        _set(self, "currency", currency)

    @property
    def minor(self) -> Fraction:
        """The price in minor units, exactly.

        >>> UnitPrice("0.0125", "KWD").minor
        Fraction(25, 2)
        """
        return Fraction(self.amount) * _SCALE[self.currency]

    @property
    def digits(self) -> int:
        """How many digits after the point the price needs, at least those of the currency.

        >>> UnitPrice("0.0125", "EUR").digits, UnitPrice(1, "EUR").digits
        (4, 2)
        """
        return len(str(self).partition(" ")[0].partition(".")[2])

    def __repr__(self) -> str:
        return f'UnitPrice("{self.amount:f}", "{self.currency}")'

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    __plain__ = __str__


@final
@attrs.frozen(init=False, repr=False, order=True)
class Percent:
    """A percentage, exactly: `Percent("12.5")` is one eighth; thirds are written `Percent(Fraction(100, 3))`.

    May be above 100, as markups are. Raises `MoneyError` for a value that is not exact or is below zero.

    >>> Percent("12.5").ratio
    Fraction(1, 8)
    """

    ratio: Fraction

    def __init__(self, value: str | int | Decimal | Fraction) -> None:
        whole = value if isinstance(value, Fraction) else Fraction(exact_decimal(value))
        if whole < 0:
            msg = f"`{value}` is a percentage below zero: allowed: zero or above"
            raise MoneyError(msg)
        _set(self, "ratio", whole / 100)

    @property
    def value(self) -> Fraction:
        """So many of a hundred.

        >>> Percent("12.5").value
        Fraction(25, 2)
        """
        return self.ratio * 100

    def __repr__(self) -> str:
        written = ending_decimal(self.value)
        return f"Percent(fractions.{self.value!r})" if written is None else f'Percent("{written}")'

    def __str__(self) -> str:
        written = ending_decimal(self.value)
        return f"{self.value if written is None else written}%"

    __plain__ = __str__


def ending_decimal(value: Fraction) -> str | None:
    """*value* in digits, or nothing where they would never end.

    >>> ending_decimal(Fraction(25, 2)), ending_decimal(Fraction(100, 3))
    ('12.5', None)
    """
    rest = value.denominator
    digits = 0
    while rest % 10 == 0:
        rest //= 10
        digits += 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
            digits += 1
    return decimal_text(value.numerator * 10**digits // value.denominator, digits) if rest == 1 else None


def percent(value: Percent | str | int | Decimal | Fraction) -> Percent:
    """The percentage of that value; a `Percent` is given back as it is.

    >>> percent(20)
    Percent("20")
    """
    if isinstance(value, Percent):
        return value
    return _known(value) if type(value) is int or type(value) is str else Percent(value)


@lru_cache(maxsize=256)
def _known(value: int | str) -> Percent:
    """The few rates that a shop has, made once: what is reckoned for each rate finds the same object again."""
    return Percent(value)
