"""Money in whole minor units, prices finer than that, percentages, and one amount per currency.

Nothing here is a float and nothing rounds unless it is told how. An amount holds as many digits as ISO 4217 gives its
currency; writing it for people, in a locale, is `aftercare.money_text`.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NoReturn, final

import attrs

from aftercare.currencies import DIGITS, digits_of
from aftercare.errors import CurrencyMismatch, MoneyError, did_you_mean
from aftercare.exact import Rounding, allocate, decimal_text, exact_decimal, round_fraction
from aftercare.rates import Percent, UnitPrice, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "Amounts",
    "Money",
    "Percent",
    "Rounding",
    "UnitPrice",
    "allocate",
    "amounts",
    "byn",
    "chf",
    "czk",
    "eur",
    "gbp",
    "jpy",
    "kwd",
    "percent",
    "pln",
    "round_fraction",
    "usd",
    "vnd",
]


@final
@attrs.frozen(init=False, repr=False)
class Money:
    """An amount in one currency, kept in whole minor units; a plain integer *amount* means major units.

    Adds to, subtracts from and compares with money of the same currency only; `CurrencyMismatch` otherwise. Is true
    unless it is zero. Raises `MoneyError` for a currency that is not in ISO 4217, for an amount that is not exact
    (floats) and for one with more digits than the currency has.

    >>> Money("12.40", "EUR") + Money(3, "EUR")
    Money("15.40", "EUR")
    """

    minor: int
    currency: str

    def __init__(self, amount: str | int | Decimal, currency: str) -> None:
        digits = digits_of(currency)
        numerator, denominator = exact_decimal(amount).as_integer_ratio()
        minor, rest = divmod(numerator * 10**digits, denominator)
        if rest:
            allowed = f"at most {digits} digits after the point" if digits else "whole numbers"
            msg = (
                f"`{amount}` has more digits than {currency} has: allowed: {allowed}; round it first, "
                "or write a price finer than that as a `UnitPrice`"
            )
            raise MoneyError(msg)
        _set_minor(self, minor)
        _set_currency(self, currency)

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Money:
        """The amount of so many minor units, such as cents: the fast way, for numbers that were computed.

        Raises `MoneyError` for a currency that is not in ISO 4217, and for what is not a whole number of minor units.

        >>> Money.of_minor(1240, "EUR")
        Money("12.40", "EUR")
        """
        if type(currency) is not str or currency not in _KNOWN:
            digits_of(currency)
        return minor_money(minor if type(minor) is int else _whole_minor(minor), currency)

    @property
    def digits(self) -> int:
        """How many digits the currency has after the point.

        >>> jpy(500).digits
        0
        """
        return DIGITS[self.currency]

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, with every digit of the currency.

        >>> eur(3).decimal
        Decimal('3.00')
        """
        return Decimal(decimal_text(self.minor, self.digits))

    @property
    def is_zero(self) -> bool:
        """Whether nothing is left.

        >>> eur(0).is_zero
        True
        """
        return self.minor == 0

    def scaled(self, factor: Fraction | int, rounding: Rounding = "half_up") -> Money:
        """The amount times *factor*, rounded once to a minor unit.

        Raises `MoneyError` for a factor that is not a fraction or whole number, and for an unknown *rounding*.

        >>> eur("0.25").scaled(Fraction(1, 2)), eur("0.25").scaled(Fraction(1, 2), rounding="half_even")
        (Money("0.13", "EUR"), Money("0.12", "EUR"))
        """
        if type(factor) is not Fraction and type(factor) is not int:
            _refuse_factor(factor)
        return minor_money(round_fraction(self.minor * factor.numerator, factor.denominator, rounding), self.currency)

    def allocate(self, weights: Sequence[int | Fraction]) -> tuple[Money, ...]:
        """Parts in proportion to *weights* that add up to this amount; see `allocate` for ties and what is raised.

        >>> eur("0.05").allocate([1, 1])
        (Money("0.03", "EUR"), Money("0.02", "EUR"))
        """
        return tuple(minor_money(part, self.currency) for part in allocate(self.minor, weights))

    def __add__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        if other.currency != self.currency:
            _refuse_mix(self, other)
        return minor_money(self.minor + other.minor, self.currency)

    def __radd__(self, other: int) -> Money:
        # `sum` starts from a plain 0; no other number has a currency to be added in.
        if type(other) is int and other == 0:
            return self
        return NotImplemented

    def __sub__(self, other: Money) -> Money:
        if type(other) is not Money:
            return NotImplemented
        if other.currency != self.currency:
            _refuse_mix(self, other)
        return minor_money(self.minor - other.minor, self.currency)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            _refuse_factor(times)
        return minor_money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Money:
        return minor_money(-self.minor, self.currency)

    def __abs__(self) -> Money:
        return minor_money(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        if other.currency != self.currency:
            _refuse_mix(self, other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        if other.currency != self.currency:
            _refuse_mix(self, other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        return other < self

    def __ge__(self, other: Money) -> bool:
        if type(other) is not Money:
            return NotImplemented
        return other <= self

    def __reduce__(self) -> tuple[Any, tuple[int, str]]:
        return Money.of_minor, (self.minor, self.currency)

    def __repr__(self) -> str:
        return f'Money("{decimal_text(self.minor, self.digits)}", "{self.currency}")'

    def __str__(self) -> str:
        return f"{decimal_text(self.minor, self.digits)} {self.currency}"

    __plain__ = __str__


# A frozen class refuses assignment; the setters of its slots are the quickest way around it, and money is made often.
_KNOWN = frozenset(DIGITS)
_new = object.__new__
_set_minor = Money.minor.__set__  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
_set_currency = Money.currency.__set__  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def minor_money(minor: int, currency: str) -> Money:
    """Money that the library reckoned: whole minor units of a known currency, of which nothing is checked again.

    >>> minor_money(1240, "EUR")
    Money("12.40", "EUR")
    """
    money = _new(Money)
    _set_minor(money, minor)
    _set_currency(money, currency)
    return money


def _whole_minor(given: object) -> int:
    if type(given) is Fraction and given.denominator == 1:
        return given.numerator
    msg = (
        f"`{given!r}` is not a whole number of minor units: allowed: integers, such as `Money.of_minor(1240, 'EUR')`; "
        "for major units write `Money('12.40', 'EUR')`"
    )
    raise MoneyError(msg)


def _refuse_mix(one: Money, other: Money) -> NoReturn:
    msg = f"`{one}` and `{other}` are in different currencies: convert one first, or keep them apart as `amounts(...)`"
    raise CurrencyMismatch(msg)


def _refuse_factor(factor: object) -> NoReturn:
    msg = (
        f"`{factor!r}` cannot multiply money: allowed: a whole number; "
        "for a fraction write `money.scaled(Fraction(1, 3))`, which says how it rounds"
    )
    raise MoneyError(msg)


@final
@attrs.frozen(repr=False)
class Amounts:
    """One amount in each of several currencies, sorted by currency; built by `amounts`."""

    each: tuple[Money, ...]

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies there is an amount in.

        >>> sorted(amounts(pln(220), eur(50)).currencies)
        ['EUR', 'PLN']
        """
        return frozenset(money.currency for money in self.each)

    def in_(self, currency: str) -> Money:
        """The amount in that currency; raises `CurrencyMismatch` when there is none.

        >>> amounts(eur(50), pln(220)).in_("PLN")
        Money("220.00", "PLN")
        """
        for money in self.each:
            if money.currency == currency:
                return money
        msg = f"there is no amount in `{currency}`: {did_you_mean(str(currency), self.currencies)}"
        raise CurrencyMismatch(msg)

    def __iter__(self) -> Iterator[Money]:
        return iter(self.each)

    def __repr__(self) -> str:
        return f"amounts({', '.join(map(repr, self.each))})"

    def __plain__(self) -> list[str]:
        return [str(money) for money in self.each]


def amounts(*each: Money) -> Amounts:
    """One amount for each currency, in any order.

    Raises `MoneyError` for two amounts in one currency, for none at all and for anything that is not money.

    >>> amounts(pln(220), eur(50))
    amounts(Money("50.00", "EUR"), Money("220.00", "PLN"))
    """
    if not each:
        msg = "`amounts()` holds nothing: give at least one, such as `amounts(eur(50), pln(220))`"
        raise MoneyError(msg)
    for given in each:
        if type(given) is not Money:
            msg = f"`{given!r}` is not money: allowed: amounts such as `eur(50)`"  # type: ignore[unreachable]
            raise MoneyError(msg)
    ordered = sorted(each, key=lambda money: money.currency)
    for one, other in pairwise(ordered):
        if one.currency == other.currency:
            msg = f"`{one}` and `{other}` are two amounts in {one.currency}: give one for each currency"
            raise MoneyError(msg)
    return Amounts(tuple(ordered))


def eur(amount: str | int | Decimal) -> Money:
    """Money in euros.

    >>> eur("12.40")
    Money("12.40", "EUR")
    """
    return Money(amount, "EUR")


def pln(amount: str | int | Decimal) -> Money:
    """Money in Polish zlotys.

    >>> pln(220)
    Money("220.00", "PLN")
    """
    return Money(amount, "PLN")


def usd(amount: str | int | Decimal) -> Money:
    """Money in US dollars.

    >>> usd("9.99")
    Money("9.99", "USD")
    """
    return Money(amount, "USD")


def gbp(amount: str | int | Decimal) -> Money:
    """Money in pounds sterling.

    >>> gbp(5)
    Money("5.00", "GBP")
    """
    return Money(amount, "GBP")


def jpy(amount: str | int | Decimal) -> Money:
    """Money in Japanese yen, which have no smaller unit.

    >>> jpy(500)
    Money("500", "JPY")
    """
    return Money(amount, "JPY")


def byn(amount: str | int | Decimal) -> Money:
    """Money in Belarusian roubles.

    >>> byn("7.50")
    Money("7.50", "BYN")
    """
    return Money(amount, "BYN")


def vnd(amount: str | int | Decimal) -> Money:
    """Money in Vietnamese dong, which have no smaller unit.

    >>> vnd(99000)
    Money("99000", "VND")
    """
    return Money(amount, "VND")


def chf(amount: str | int | Decimal) -> Money:
    """Money in Swiss francs.

    >>> chf("0.05")
    Money("0.05", "CHF")
    """
    return Money(amount, "CHF")


def czk(amount: str | int | Decimal) -> Money:
    """Money in Czech crowns.

    >>> czk(120)
    Money("120.00", "CZK")
    """
    return Money(amount, "CZK")


def kwd(amount: str | int | Decimal) -> Money:
    """Money in Kuwaiti dinars, of a thousand fils.

    >>> kwd("1.250")
    Money("1.250", "KWD")
    """
    return Money(amount, "KWD")
