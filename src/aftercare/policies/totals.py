"""Tax and totals: rate times the discounted price, rounded per rate, then split over what bears it.

Prices, delivery and charges of one rate are rounded together by default, or per line or unit on request. A part that
a promotion reckoned in the other price mode keeps the tax that it carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from aftercare.money import round_fraction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.money import Percent
    from aftercare.policies.pricing import Pricing

TaxRounding: TypeAlias = Literal["rate", "line", "unit"]


Bearer: TypeAlias = "tuple[Percent, int, int, int, int]"
"""Equal things that bear tax at one rate (units of a line, a shipment, a charge): the rate, the amount of one, the
parts of it that carry their own tax, that tax, and how many there are."""

Key: TypeAlias = "Callable[[int], tuple[object, ...]]"
"""What orders bearers in a tie, by their place; a line is known by the first three of it."""


class RateTotal(NamedTuple):
    """What bears one rate, and its tax, in minor units."""

    rate: Percent
    amount: int
    tax: int


class Taxed(NamedTuple):
    """The total and the tax of each rate, and for each bearer how many of its units bear how much tax."""

    rates: list[RateTotal]
    shares: list[list[tuple[int, int]]]


class _Group:
    """Bearers that are rounded together: their exact tax is *exact* over *over*.

    Of each member its place, the exact tax of one unit, its amount, and how many there are.
    """

    __slots__ = ("amount", "exact", "members", "num", "over", "rate")

    def __init__(self, rate: Percent, num: int, over: int) -> None:
        self.rate = rate
        self.num = num
        self.over = over
        self.exact = 0
        self.amount = 0
        self.members: list[tuple[int, int, int, int]] = []

    def tax(self, rounding: TaxRounding) -> int:
        """The tax, rounded once, or each unit's."""
        if rounding == "unit":
            ((_, exact, _, units),) = self.members
            return round_fraction(exact, self.over, "half_up") * units
        return round_fraction(self.exact, self.over, "half_up")


def _groups(found: list[Bearer], mode: str, rounding: TaxRounding, key: Key) -> Iterable[_Group]:
    """The bearers by rate, by line, or each alone; parts that carry their own tax keep it."""
    together: dict[object, _Group] = {}
    by_rate: dict[int, _Group] = {}
    for place, (rate, amount, carried, tax, units) in enumerate(found):
        group = by_rate.get(id(rate))
        if group is None:
            # A fraction's own hash is slow; its two integers say the same.
            num, den = rate.ratio.as_integer_ratio()
            name: object = (num, den)
            if rounding != "rate":
                name = (num, den, key(place)[:3]) if rounding == "line" else place
            group = together.get(name)
            if group is None:
                group = together[name] = _Group(rate, num, den if mode == "net" else den + num)
            if rounding == "rate":
                by_rate[id(rate)] = group
        exact = (amount + carried) * group.num - tax * group.over
        group.exact += exact * units
        group.amount += amount * units
        group.members.append((place, exact, amount, units))
    return together.values()


def tax_of(found: list[Bearer], mode: str, rounding: TaxRounding, key: Key) -> Taxed:
    """The tax of each rate, and of each bearer: what rounding leaves goes to the largest remainders, then by *key*."""
    rates: dict[tuple[int, int], RateTotal] = {}
    shares: list[list[tuple[int, int]]] = [[]] * len(found)
    for group in _groups(found, mode, rounding, key):
        left = tax = group.tax(rounding)
        over = group.over
        rests = []
        for place, exact, amount, units in group.members:
            part, rest = divmod(exact, over)
            left -= part * units
            rests.append((-rest, -amount, place, part, units))
        if left:
            if len({each[0] for each in rests}) == len(rests):
                rests.sort()
            else:
                rests.sort(key=lambda each: (each[0], each[1], key(each[2])))
        for _, _, place, part, units in rests:
            if left >= units:
                shares[place] = [(units, part + 1)]
                left -= units
            elif left:
                shares[place] = [(left, part + 1), (units - left, part)]
                left = 0
            else:
                shares[place] = [(units, part)]
        known = (group.num, group.over)
        before = rates.get(known)
        if before is None:
            rates[known] = RateTotal(group.rate, group.amount, tax)
        else:
            rates[known] = RateTotal(group.rate, before.amount + group.amount, before.tax + tax)
    return Taxed(list(rates.values()), shares)


def _tax(pricing: Pricing, rounding: TaxRounding) -> int:
    """All tax of an order in net prices."""
    order = pricing.order
    found: list[Bearer] = []
    for run in pricing.runs:
        carried = sum(amount for _, amount, own in run.parts if own is not None)
        tax = sum(own for _, _, own in run.parts if own is not None)
        found.append((order.lines[run.line].tax, run.left, carried, tax, run.count))
    found += [(order.shipments[run.line].tax, run.left, 0, 0, 1) for run in pricing.shipping]
    found += [(charge.tax, charge.amount.minor, 0, 0, 1) for charge in order.charges]

    def key(place: int) -> tuple[object, ...]:
        """What is rounded together: the units of a line, and everything else alone."""
        return (pricing.runs[place].line, "", "") if place < len(pricing.runs) else ("", place, "")

    return sum(group.tax(rounding) for group in _groups(found, "net", rounding, key))


def payable(pricing: Pricing, rounding: TaxRounding) -> int:
    """What the customer pays, tax included, in minor units."""
    order = pricing.order
    total = sum(run.left * run.count for run in pricing.runs)
    total += sum(run.left for run in pricing.shipping)
    total += sum(charge.amount.minor for charge in order.charges)
    if order.prices == "net":
        total += _tax(pricing, rounding)
    return total
