"""What is wrong with the points of a program, all of it at once, each with its path."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from aftercare.errors import Problem
from aftercare.loyalty.earning import (
    AtMost,
    BestOf,
    FirstOf,
    OnlyWhen,
    PerAmount,
    PerEvent,
    PerOrder,
    PerUnit,
    SumOf,
    Times,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.loyalty.earning import Rule
    from aftercare.loyalty.spending import Spending
    from aftercare.loyalty.terms import Points


def points_problems(points: Points, spending: Spending | None) -> Iterator[Problem]:
    """Every problem of how points are earned and spent together; none if a shop can keep it."""
    if points.earning is None:
        return
    worths = [] if spending is None else [("spending", each.minor, spending.points, each) for each in spending.worth]
    if points.conversion is not None:
        worth = points.conversion.point_worth
        worths.append(("conversion", worth.minor, 1, worth))
    for path, minor, count, worth in worths:
        rate = most_per_minor(points.earning.rule, worth.currency)
        back = rate * minor / count
        if back >= 1:
            message = (
                f"a purchase in {worth.currency} may earn points worth {int(back * 100)}% of it: `{count}` points are "
                f"worth `{worth}`: earn less, or make points worth less"
            )
            yield Problem(path, message)


def most_per_minor(rule: Rule, currency: str) -> Fraction:
    """The most points that a minor unit of *currency* may earn in proportion; flat points are not counted.

    >>> from aftercare.money import eur
    >>> most_per_minor(PerAmount(2, per=eur(1), tax="included"), "EUR")
    Fraction(1, 50)
    """
    match rule:
        case PerAmount(points, per=per):
            return Fraction(points, per.in_(currency).minor) if currency in per.currencies else Fraction(0)
        case PerUnit() | PerOrder() | PerEvent():
            return Fraction(0)
        case Times(inner, factor):
            most = max((each for _, each in factor), default=1) if isinstance(factor, tuple) else factor
            return most_per_minor(inner, currency) * max(most, 1)
        case OnlyWhen(inner) | AtMost(inner):
            return most_per_minor(inner, currency)
        case SumOf(rules):
            return sum((most_per_minor(each, currency) for each in rules), Fraction(0))
        case BestOf(rules) | FirstOf(rules):
            return max(most_per_minor(each, currency) for each in rules)
        case _:
            assert_never(rule)
