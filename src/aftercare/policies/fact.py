"""Facts: what a policy may ask about, each with the comparisons that make sense for its kind of value.

A fact is not a condition; comparing it makes one. The operators `>=`, `<`, `>` and `<=` are other spellings of the
methods; `==` stays the equality of values, so equality is asked with `is_` and `one_of`. Values come in steps (a unit,
a cent, a day), so "more than" and "at most" are stored as the next step's `at_least` and `below`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeAlias, TypeVar, cast

import attrs

from aftercare.calendar import weekday_names
from aftercare.canonical import Coded
from aftercare.errors import PolicyError
from aftercare.money import Amounts, Money, amounts
from aftercare.order import Tier
from aftercare.policies.condition import Bound, Condition, ItemCondition, ItemTest, Operator, Reading, Test

C = TypeVar("C", bound="Condition | ItemCondition")
B_contra = TypeVar("B_contra", contravariant=True)
Numeric: TypeAlias = "int | Decimal"
Amount: TypeAlias = "Money | Amounts"


@attrs.frozen(eq=False, repr=False)
class Fact(Coded, Generic[C]):
    """Something a policy may ask about."""

    reading: Reading

    def _test(self, operator: Operator, bound: Bound = None) -> C:
        leaf: Any = ItemTest if self.reading.about_item else Test
        return cast("C", leaf(self.reading, operator, bound))

    def __repr__(self) -> str:
        return repr(self.reading)


class Ordered(Fact[C], Generic[C, B_contra]):
    """A fact whose values have an order."""

    __slots__ = ()

    def at_least(self, bound: B_contra) -> C:
        """The value is *bound* or more; `>=` is its operator."""
        return self._test("at_least", coerce_bound(self, bound))

    def below(self, bound: B_contra) -> C:
        """The value is less than *bound*; `<` is its operator."""
        return self._test("below", coerce_bound(self, bound))

    def __ge__(self, bound: B_contra) -> C:
        return self.at_least(bound)

    def __lt__(self, bound: B_contra) -> C:
        return self.below(bound)


class Stepped(Ordered[C, B_contra]):
    """A fact whose values come in steps, so that each has a next one."""

    __slots__ = ()

    def above(self, bound: B_contra) -> C:
        """The value is more than *bound*; `>` is its operator."""
        return self._test("at_least", _next(coerce_bound(self, bound)))

    def at_most(self, bound: B_contra) -> C:
        """The value is *bound* or less; `<=` is its operator."""
        return self._test("below", _next(coerce_bound(self, bound)))

    def is_(self, bound: B_contra) -> C:
        """The value is exactly *bound*."""
        at_least: Any = self.at_least(bound)
        return cast("C", at_least & self.at_most(bound))

    def __gt__(self, bound: B_contra) -> C:
        return self.above(bound)

    def __le__(self, bound: B_contra) -> C:
        return self.at_most(bound)


class Count(Stepped[C, int]):
    """A whole number, such as how many units."""

    __slots__ = ()


class Quantity(Ordered[C, Numeric]):
    """A number that may have a fraction, such as a weight."""

    __slots__ = ()


class Value(Stepped[C, Amount]):
    """An amount of money; bounds are given for each currency of the book, with `amounts` where there are several."""

    __slots__ = ()


class Day(Stepped[C, date]):
    """A date."""

    __slots__ = ()


class Rank(Ordered[C, Tier]):
    """A loyalty tier; a tier is at least another when its rank is."""

    __slots__ = ()

    def is_(self, tier: Tier) -> C:
        """The tier is *tier* and no other."""
        return self.one_of(tier)

    def is_not(self, tier: Tier) -> C:
        """The tier is known and is not *tier*."""
        return self.none_of(tier)

    def one_of(self, *tiers: Tier) -> C:
        """The tier is one of *tiers*."""
        return self._test("one_of", _choices(self, tiers, Tier))

    def none_of(self, *tiers: Tier) -> C:
        """The tier is known and none of *tiers*."""
        return self._test("none_of", _choices(self, tiers, Tier))


class Words(Fact[C]):
    """One or more words, such as a country or the categories of a product."""

    __slots__ = ()

    def is_(self, word: str) -> C:
        """One of the values is *word*."""
        return self.one_of(word)

    def is_not(self, word: str) -> C:
        """The values are known and *word* is not among them."""
        return self.none_of(word)

    def one_of(self, *words: str) -> C:
        """One of the values is among *words*."""
        return self._test("one_of", _choices(self, words, str))

    def none_of(self, *words: str) -> C:
        """The values are known and none of them is among *words*."""
        return self._test("none_of", _choices(self, words, str))


def flag(reading: Reading) -> Any:
    """The condition that a yes-or-no fact holds."""
    return (ItemTest if reading.about_item else Test)(reading, "holds")


def _choices(fact: Fact[Any], given: tuple[Any, ...], kind: type) -> tuple[Any, ...]:
    wrong = [each for each in given if not isinstance(each, kind) or not each]
    if wrong or not given:
        shown = wrong[0] if wrong else given
        allowed = "`Tier`, such as `Tier('gold', 2)`, not its id" if kind is Tier else "text that is not empty"
        msg = f"`{fact!r}` cannot be one of `{shown!r}`: give at least one {allowed}"
        raise PolicyError(msg)
    if fact.reading.name == "clock.weekday":
        weekday_names(given)
    if kind is str:
        return tuple(sorted(set(given)))
    return tuple(sorted(set(given), key=lambda tier: (tier.rank, tier.id)))


def coerce_bound(fact: Fact[Any], given: Any) -> Any:
    """The bound as it is stored, or a `PolicyError` that says what *fact* compares with."""
    match fact:
        case Value():
            if isinstance(given, Money | Amounts):
                return amounts(given) if isinstance(given, Money) else given
            allowed = "an amount, such as `eur(50)`, or `amounts(eur(50), pln(220))` for several currencies"
        case Count():
            if isinstance(given, int) and not isinstance(given, bool):
                return given
            allowed = "a whole number"
        case Quantity():
            if isinstance(given, int | Decimal) and not isinstance(given, bool) and Decimal(given).is_finite():
                return given
            allowed = "a whole number or a `Decimal`"
        case Day():
            if isinstance(given, date) and not isinstance(given, datetime):
                return given
            allowed = "a `date` without a time"
        case _:
            if isinstance(given, Tier):
                return given
            allowed = "a `Tier`"
    msg = f"`{fact!r}` cannot be compared with `{given!r}`: allowed: {allowed}"
    raise PolicyError(msg)


def _next(bound: Any) -> Any:
    """The step after *bound*."""
    match bound:
        case Amounts():
            return amounts(*(Money.of_minor(each.minor + 1, each.currency) for each in bound.each))
        case date.max:
            msg = f"there is no step after `{bound}`: leave the bound out"
            raise PolicyError(msg)
        case date():
            return bound + timedelta(days=1)
        case _:
            return bound + 1
