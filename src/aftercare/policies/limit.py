"""Limits of a promotion: how often it may be used and how much money it may give, by whom and in which time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import Days
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.limits.tallies import Period
from aftercare.policies.benefit import Gift, Reward, ShippingOff
from aftercare.policies.discount import Sum, as_sum, one_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.policies.benefit import Benefit

Per: TypeAlias = Literal["customer", "code"]
Partial: TypeAlias = Literal["cut", "refuse"]
Every: TypeAlias = "Period | Days"


def _check(what: str, per: Per | None, every: Every | None) -> None:
    if per is not None:
        one_of(f"way to keep {what} apart", per, get_args(Per))
    if is_a(every, Days):
        if every == Days(0):
            msg = f"{what} of the last `Days(0)` are nobody's: count at least one day, today"
            raise PolicyError(msg)
    elif every is not None:
        one_of(f"time for {what}: give a calendar period, or `Days(n)` for the last n days", every, get_args(Period))


@attrs.frozen(eq=False, repr=False)
class Uses(Coded):
    """At most so many orders: in all, or *per* ``customer`` or ``code``; over all time, or *every* period.

    A period is ``day``, ``week``, ``month`` or ``year`` of the calendar in the book's zone, or `Days`: today and the
    days before it. Raises `PolicyError`.

    >>> Uses(1, per="customer", every="month")
    policies.uses(1, per='customer', every='month')
    """

    most: int
    per: Per | None = attrs.field(default=None, kw_only=True)
    every: Every | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if is_a(self.most, bool) or not is_a(self.most, int) or self.most < 1:
            msg = f"a limit of uses is a whole number, one or more, given `{self.most!r}`"
            raise PolicyError(msg)
        _check("uses", self.per, self.every)

    def __repr__(self) -> str:
        return call("policies.uses", self)


@attrs.frozen(eq=False, repr=False)
class Budget(Coded):
    """At most so much money given: in all, or *per* ``customer`` or ``code``; over all time, or *every* period.

    What counts is what the promotion takes off, in the order's own price mode, with gifts at their value and rewards
    at their worth. *partial* says what becomes of an order for which too little is left: ``cut`` gives it what is
    left, ``refuse`` gives it nothing. Raises `PolicyError`.

    >>> from aftercare.money import eur
    >>> Budget(eur(5000), every="month", partial="cut")
    policies.budget(Money("5000.00", "EUR"), every='month', partial='cut')
    """

    most: Sum = attrs.field(converter=as_sum)
    per: Per | None = attrs.field(default=None, kw_only=True)
    every: Every | None = attrs.field(default=None, kw_only=True)
    partial: Partial = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("way with too little left", self.partial, get_args(Partial))
        _check("a budget", self.per, self.every)

    def __repr__(self) -> str:
        return call("policies.budget", self)


Limit: TypeAlias = "Uses | Budget"


def limits_of(given: Limit | Iterable[Limit]) -> tuple[Limit, ...]:
    """Limits from one or several."""
    return (given,) if isinstance(given, Uses | Budget) else tuple(given)


def check_limits(
    who: str, limits: tuple[Limit, ...], codes: tuple[str, ...], alternatives: Iterable[tuple[Benefit, ...]]
) -> None:
    """Refuse limits that a promotion cannot keep; raises `PolicyError`."""
    seen = set()
    for limit in limits:
        if not is_a(limit, Uses, Budget):
            msg = f"`{limit!r}` of `{who}` is no limit: write `policies.uses(100)` or `policies.budget(eur(500), ...)`"
            raise PolicyError(msg)
        if limit.per == "code" and not codes:
            msg = f"`{who}` has a limit per code and no codes: give it `codes=`, or limit it per customer or in all"
            raise PolicyError(msg)
        kind = (type(limit), limit.per, limit.every)
        if kind in seen:
            msg = f"`{who}` has two limits of one kind, `{limit!r}` the second: keep the one that is meant"
            raise PolicyError(msg)
        seen.add(kind)
    if any(isinstance(limit, Budget) and limit.partial == "cut" for limit in limits):
        for benefit in (each for benefits in alternatives for each in benefits):
            if not _can_be_cut(benefit):
                msg = (
                    f"`{who}` cuts off `{benefit!r}` where a budget ends, which cannot be given in part: price tags, "
                    'gifts, rewards and amounts in the other price mode need `partial="refuse"`'
                )
                raise PolicyError(msg)


def _can_be_cut(benefit: Benefit) -> bool:
    if isinstance(benefit, ShippingOff):
        return True
    return not isinstance(benefit, Gift | Reward) and benefit.acts_in != "catalogue" and benefit.money is None
