"""What a return does to points: those that were earned are taken back, those that were spent are given back."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, assert_never, get_args

import attrs

from aftercare.calendar import Days, Months
from aftercare.errors import PolicyError, is_a
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.lots import one_of
from aftercare.money import Amounts, Money, amounts

if TYPE_CHECKING:
    from aftercare.receipt import Receipt

Shortfall: TypeAlias = Literal["deficit", "set_off", "forgive"]
GivingBack: TypeAlias = Literal["ratio", "points_first", "points_last", "not"]
Repaid: TypeAlias = Mapping[tuple[str, ...], int]
"""What refunds gave in all to the points that paid for an order, in minor units, once the returns of these ids stand,
in their order. Of returns that are not named, the programme reckons itself, by `ClawBack.giving_back`."""


def _worth(given: Any) -> Amounts | None:
    if given is None or is_a(given, Amounts):
        return given  # type: ignore[no-any-return]
    if is_a(given, Money):
        return amounts(given)
    msg = f"a point that is set off is worth an amount, such as `eur('0.01')`, not `{given!r}`"
    raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class ClawBack(LoyaltyCoded):
    """How points follow goods that come back.

    *shortfall* says what happens where points to be taken are gone: a deficit that the next points fill (forgiven after
    *deficit_lasts*), a set-off against the refund at *point_worth* each, or nothing. *giving_back* says which part of a
    refund goes to the points that paid, where no settlement tells: the ratio in which they paid, points before money,
    after it, or none at all; they go to their own lots, and what would have expired lasts for *courtesy* from the
    return. Minimums and other conditions are only read again for what stays with *reassess_minimums*.

    >>> ClawBack(shortfall="set_off", point_worth=Money("0.01", "EUR")).courtesy
    Days(30)
    """

    shortfall: Shortfall = "deficit"
    point_worth: Amounts | None = attrs.field(default=None, converter=_worth)
    deficit_lasts: Days | Months | None = None
    giving_back: GivingBack = "ratio"
    courtesy: Days = Days(30)
    reassess_minimums: bool = False

    def __attrs_post_init__(self) -> None:
        one_of("what happens where points are gone", self.shortfall, get_args(Shortfall))
        one_of("a way to give points back", self.giving_back, get_args(GivingBack))
        if (self.shortfall == "set_off") != (self.point_worth is not None):
            msg = "a set-off needs what a point is worth, and nothing else does: `point_worth=eur('0.01')`"
            raise PolicyError(msg)


def points_due_back(receipt: Receipt, spent: int, returned: int, giving_back: GivingBack) -> int:
    """How many of the points *spent* on an order go back in all, once goods worth *returned* minor units came back."""
    payable, by_points = receipt.payable.minor, paid_by_points(receipt)
    if not payable:
        return 0
    match giving_back:
        case "ratio":
            money = Fraction(by_points * returned, payable)
        case "points_first":
            money = Fraction(min(returned, by_points))
        case "points_last":
            money = Fraction(max(0, returned - (payable - by_points)))
        case "not":
            return 0
        case _:
            assert_never(giving_back)
    return points_worth(receipt, spent, money)


def points_worth(receipt: Receipt, spent: int, money: Fraction) -> int:
    """How many of the points *spent* on an order paid so much *money* of it, in minor units; rounded down."""
    return int(spent * money / paid_by_points(receipt))


def paid_by_points(receipt: Receipt) -> int:
    """What points paid of an order, in minor units: their tender, or without one the whole of it."""
    by_points = sum(tender.amount.minor for tender in receipt.paid if tender.kind == "points")
    return by_points or receipt.payable.minor
