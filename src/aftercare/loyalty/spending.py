"""What points buy: an amount off at a rate, rewards at a table of prices, vouchers at intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, get_args

import attrs

from aftercare.canonical import call
from aftercare.errors import PolicyError, is_a
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.days import Period
from aftercare.loyalty.lots import one_of
from aftercare.money import Amounts, Money, Percent, amounts, percent, round_fraction
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

Rewards: TypeAlias = "tuple[tuple[int, Amounts], ...]"


def _count(what: str, given: Any) -> None:
    if type(given) is not int or given < 1:
        msg = f"{what} is a whole number of at least one, given `{given!r}`"
        raise PolicyError(msg)


def _amounts(given: Any) -> Amounts:
    made = amounts(given) if isinstance(given, Money) else given
    if not is_a(made, Amounts) or any(each.minor <= 0 for each in made.each):
        msg = f"points are worth an amount above zero, such as `eur(5)`, not `{given!r}`"
        raise PolicyError(msg)
    return made


def _maybe_amounts(given: Any) -> Amounts | None:
    return None if given is None else _amounts(given)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class SpendingPlan(LoyaltyCoded):
    """How many points an order takes and what they are worth there; why it is fewer than was asked, if it is."""

    points: int
    worth: Money
    reason: Statement | None = None


@attrs.frozen(eq=False, repr=False)
class Spending(LoyaltyCoded):
    """So many *points* are worth an amount, and are taken in whole multiples.

    At *least* so many and at *most* so many an order, paying no more than a *share* of it, in an order of at least
    *basket*. Raises `PolicyError`.

    >>> Spending(100, worth=Money(5, "EUR")).plan(1050, balance=2000, order=Money(100, "EUR")).points
    1000
    """

    points: int
    worth: Amounts = attrs.field(converter=_amounts, kw_only=True)
    least: int = attrs.field(default=1, kw_only=True)
    most: int | None = attrs.field(default=None, kw_only=True)
    share: Percent = attrs.field(default=Percent(100), converter=percent, kw_only=True)
    basket: Amounts | None = attrs.field(default=None, converter=_maybe_amounts, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _count("the points that are worth an amount", self.points)
        _count("the least that is spent", self.least)
        if self.most is not None:
            _count("the most that is spent", self.most)
        highest = self.points if self.most is None else self.most // self.points * self.points
        if self.most is not None and highest < self.least:
            msg = (
                f"at least `{self.least}` points in steps of `{self.points}` are never at most `{self.most}`: "
                "raise `most` or lower `least`"
            )
            raise PolicyError(msg)
        if self.share.ratio > 1:
            msg = f"points pay at most the whole order, not `{self.share}` of it"
            raise PolicyError(msg)

    def plan(self, points: int, *, balance: int, order: Money) -> SpendingPlan:
        """What becomes of a wish to spend *points* of a *balance* on an *order* of so much.

        Raises `CurrencyMismatch` for an order in a currency that points are worth nothing in.
        """
        worth = self.worth.in_(order.currency)
        nothing = Money.of_minor(0, order.currency)
        if self.basket is not None and order < self.basket.in_(order.currency):
            needed = self.basket.in_(order.currency)
            why = Statement("points.spend.basket", found=order, needed=needed, missing=needed - order)
            return SpendingPlan(points=0, worth=nothing, reason=why)
        most = round_fraction(order.minor * self.share.ratio.numerator, self.share.ratio.denominator, "down")
        limits = {
            "balance": balance,
            "most": points if self.most is None else self.most,
            "share": most // worth.minor * self.points,
        }
        limit = min(limits, key=lambda key: limits[key])
        taken = min(points, limits[limit]) // self.points * self.points
        if taken < self.least:
            why = Statement("points.spend.too_few", found=max(taken, 0), needed=self.least)
            return SpendingPlan(points=0, worth=nothing, reason=why)
        value = Money.of_minor(taken // self.points * worth.minor, order.currency)
        if taken == points:
            return SpendingPlan(points=taken, worth=value)
        code = f"points.spend.{limit}" if limits[limit] < points else "points.spend.step"
        return SpendingPlan(points=taken, worth=value, reason=Statement(code, asked=points, taken=taken))

    def __repr__(self) -> str:
        return call("loyalty.spending_rate", self)


def _rewards(given: Any) -> Rewards:
    rows = tuple(sorted((points, _amounts(worth)) for points, worth in dict(given).items()))
    if not rows:
        msg = "a table of rewards has at least one row, such as `{400: pln(20)}`"
        raise PolicyError(msg)
    for points, _ in rows:
        _count("the price of a reward", points)
    return rows


@attrs.frozen(eq=False, repr=False)
class RewardTable(LoyaltyCoded):
    """Rewards at prices in points that need not be in proportion.

    >>> RewardTable({400: Money(20, "PLN"), 800: Money(50, "PLN")}).best(950, currency="PLN").points
    800
    """

    rewards: Rewards = attrs.field(converter=_rewards)

    def best(self, balance: int, *, currency: str) -> SpendingPlan:
        """The dearest reward that *balance* reaches; with none, what the first one lacks."""
        reached = [row for row in self.rewards if row[0] <= balance]
        if reached:
            points, worth = reached[-1]
            return SpendingPlan(points=points, worth=worth.in_(currency))
        needed = self.rewards[0][0]
        why = Statement("points.reward.too_few", found=balance, needed=needed, missing=needed - balance)
        return SpendingPlan(points=0, worth=Money.of_minor(0, currency), reason=why)

    def __repr__(self) -> str:
        rows = ", ".join(f"{points}: {worth!r}" for points, worth in self.rewards)
        return f"loyalty.reward_table({{{rows}}})"


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Conversion(LoyaltyCoded):
    """At the end of every calendar period, points become a voucher: at *least* so many, in steps; the rest is carried.

    >>> Conversion(every="quarter", least=150, step=50, point_worth=Money("0.01", "GBP")).converted(265)
    250
    """

    every: Period
    least: int
    step: int = 1
    point_worth: Money

    def __attrs_post_init__(self) -> None:
        one_of("a period of vouchers", self.every, get_args(Period))
        _count("the least that becomes a voucher", self.least)
        _count("the step of a voucher", self.step)

    def converted(self, points: int) -> int:
        """How many of so many points become a voucher."""
        return points // self.step * self.step if points >= self.least else 0


def reward_table(rewards: Mapping[int, Money | Amounts]) -> RewardTable:
    """Rewards by their price in points.

    >>> reward_table({400: Money(20, "PLN")})
    loyalty.reward_table({400: amounts(Money("20.00", "PLN"))})
    """
    return RewardTable(rewards)
