"""How large each unit's exact share of a discount is.

A discount aims at runs of units and gives each a share; limiting, rounding and splitting come after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, assert_never

from aftercare.policies.allocation import common, share_amount
from aftercare.policies.benefit import AmountOff, FixedPrice, PercentOff
from aftercare.policies.pattern import Bundle, PatternOff

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.money import Percent
    from aftercare.policies.taking import Occurrence
    from aftercare.policies.units import Run


Shares: TypeAlias = "tuple[list[int], int, int]"
"""The exact share of each run's units over one denominator, and the amount that found no room above the floors."""


class Aim(NamedTuple):
    """The units that a discount acts on, and the occurrences they belong to."""

    runs: list[Run]
    occurrences: list[Occurrence]


NOTHING = Aim([], [])


def share_of(benefit: PercentOff | AmountOff | FixedPrice | PatternOff) -> Callable[[Aim, Any], Shares]:
    """The function from the aimed units and the benefit's value to their exact shares."""
    match benefit:
        case PercentOff(base="running"):
            return _of_what_is_left
        case PercentOff() | PatternOff(gives="percent_off"):
            return _of_the_start
        case PatternOff(pattern=Bundle(), gives="at_price"):
            return lambda aim, value: _by_occurrence(aim, lambda price: max(0, price - value))
        case PatternOff(pattern=Bundle()):
            return lambda aim, value: _by_occurrence(aim, lambda _: value)
        case FixedPrice() | PatternOff(gives="at_price"):
            return _down_to
        case AmountOff(each="line"):
            return _line_amount
        case AmountOff(each="order"):
            return _of_all
        case AmountOff() | PatternOff():
            return _of_each
        case never:
            assert_never(never)


def _of_what_is_left(aim: Aim, value: Percent) -> Shares:
    return percent_shares([run.left for run in aim.runs], value)


def _of_the_start(aim: Aim, value: Percent) -> Shares:
    return percent_shares([run.start for run in aim.runs], value)


def _down_to(aim: Aim, value: int) -> Shares:
    return [max(0, run.left - value) for run in aim.runs], 1, 0


def _of_all(aim: Aim, value: int) -> Shares:
    return share_amount(aim.runs, value)


def _of_each(aim: Aim, value: int) -> Shares:
    return [value] * len(aim.runs), 1, 0


def percent_shares(prices: list[int], value: Percent) -> Shares:
    """A percentage of each price."""
    ratio = value.ratio
    num = ratio.numerator
    return [price * num for price in prices], ratio.denominator, 0


def _by_occurrence(aim: Aim, off: Callable[[int], int]) -> Shares:
    """Each occurrence's discount by price over its units, at most their price."""
    shares = []
    unfit = 0
    for times, members in aim.occurrences:
        price = sum(run.left * run.count for run, _, _ in members) // times
        # `times` equal occurrences have equal prices, so that the division leaves nothing.
        amount = off(price)
        unfit += max(0, amount - price) * times
        shares += [(run.left * min(amount, price), max(price, 1)) for run, _, _ in members]
    return (*common(shares), unfit)


def _line_amount(aim: Aim, value: int) -> Shares:
    shares: dict[int, tuple[int, int]] = {}
    unfit = 0
    for line in {run.line for run in aim.runs}:
        runs = [run for run in aim.runs if run.line == line]
        parts, den, more = share_amount(runs, value)
        unfit += more
        shares |= {id(run): (part, den) for run, part in zip(runs, parts, strict=True)}
    return (*common([shares[id(run)] for run in aim.runs]), unfit)
