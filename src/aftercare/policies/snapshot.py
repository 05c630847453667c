"""What a phase's conditions see: the order as it stands when the phase begins, unchanging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare.calendar import zone as find_zone
from aftercare.money import round_fraction

if TYPE_CHECKING:
    from datetime import date, datetime
    from fractions import Fraction

    from aftercare.history import History
    from aftercare.order import Customer, Order, PriceMode
    from aftercare.policies.units import Goods, Run


class Moment:
    """The instant of pricing, with its date in the book's zone, and what had happened by then."""

    __slots__ = ("_day", "at", "history", "zone")

    def __init__(self, at: datetime, zone: str, history: History | None) -> None:
        self.at = at
        self.zone = zone
        self.history = history
        self._day: date | None = None

    @property
    def day(self) -> date:
        """The date in the book's zone."""
        if self._day is None:
            self._day = self.at.astimezone(find_zone(self.zone)).date()
        return self._day


class Snapshot:
    """The order at the start of a phase.

    Quantities and amounts count what conditions count: discountable goods that are no gifts and were not taken out by
    a promotion that says so.
    """

    __slots__ = ("_amounts", "_lines", "_quantities", "customer", "goods", "history", "moment", "order", "runs")

    def __init__(self, goods: Goods, runs: list[Run], moment: Moment) -> None:
        order = goods.order
        self.goods = goods
        self.runs = runs
        self.order: Order = order
        self.customer: Customer | None = order.customer
        self.moment = moment
        self.history: History | None = moment.history
        self._lines: tuple[list[int], list[int]] | None = None
        self._quantities: dict[int, int] = {}
        self._amounts: dict[object, int] = {}

    def freeze(self) -> tuple[list[int], list[int]]:
        """How many units each line has and what they cost, read now, before the phase changes them."""
        if self._lines is not None:
            return self._lines
        goods = self.goods
        counts = [0] * len(goods.lines)
        prices = counts.copy()
        discountable = goods.discountable
        for run in self.runs:
            if run.counts and discountable >> run.line & 1:
                count = run.count
                counts[run.line] += count
                prices[run.line] += count * run.left
        self._lines = (counts, prices)
        return self._lines

    def quantity(self, mask: int) -> int:
        """How many units the lines of *mask* have."""
        if not mask:
            return 0
        known = self._quantities.get(mask)
        if known is None:
            known = self._quantities[mask] = _sum(self.freeze()[0], mask)
        return known

    def amount(self, mask: int, money: PriceMode | None, *, before_discounts: bool) -> int:
        """What the lines of *mask* cost, in minor units of the price mode *money*."""
        key = (mask, money, before_discounts)
        known = self._amounts.get(key)
        if known is None:
            counted = self.freeze()[1]
            if before_discounts:
                discountable = self.goods.discountable
                prices = [line.minor if discountable >> place & 1 else 0 for place, line in enumerate(self.goods.lines)]
            else:
                prices = counted
            if money is None or money == self.order.prices:
                known = _sum(prices, mask)
            else:
                known = self._other_mode(prices, mask, money)
            self._amounts[key] = known
        return known

    def _other_mode(self, prices: list[int], mask: int, money: PriceMode) -> int:
        """The same amount with tax added or taken out, rounded once for each rate."""
        by_rate: dict[Fraction, int] = {}
        for place, (_, rate, _) in enumerate(self.goods.keys):
            if mask >> place & 1:
                by_rate[rate] = by_rate.get(rate, 0) + prices[place]
        return sum(other_mode(amount, rate, money) for rate, amount in by_rate.items())

    def distinct(self, mask: int) -> int:
        """How many different products the lines of *mask* have."""
        counts = self.freeze()[0]
        return len({key[0] for place, key in enumerate(self.goods.keys) if mask >> place & 1 and counts[place]})

    def counts(self) -> list[int]:
        """How many units each line has."""
        return self.freeze()[0]

    def outside(self, name: str) -> Any:  # noqa: ARG002 - what is there to know is for those who know more
        """A fact that is known only after the sale: while an order is priced, there is none."""
        return None


def _sum(values: list[int], mask: int) -> int:
    if not mask & (mask + 1) and mask.bit_length() == len(values):
        return sum(values)
    total = 0
    for place, value in enumerate(values):
        if mask >> place & 1:
            total += value
    return total


def other_mode(amount: int, rate: Fraction, to: PriceMode) -> int:
    """A net amount as gross or a gross one as net, rounded half up.

    >>> from fractions import Fraction
    >>> other_mode(1000, Fraction(23, 100), "gross"), other_mode(1230, Fraction(23, 100), "net")
    (1230, 1000)
    """
    num, den = rate.numerator, rate.denominator
    if to == "gross":
        return round_fraction(amount * (den + num), den, "half_up")
    return round_fraction(amount * den, den + num, "half_up")
