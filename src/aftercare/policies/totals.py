"""Tax and totals: rate times the discounted price, rounded per rate, then split over what bears it.

Prices, delivery and charges of one rate are rounded together by default, or per line or unit on request. A part that
a promotion reckoned in the other price mode keeps the tax that it carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from aftercare.money import round_fraction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.money import Percent
    from aftercare.policies.pricing import Pricing

TaxRounding: TypeAlias = Literal["rate", "line", "unit"]


Bearer: TypeAlias = "tuple[tuple[object, ...], Percent, int, int, int, int]"
"""Equal things that bear tax at one rate (units of a line, a shipment, a charge): a key that orders them in a tie, the
rate, the amount of one, the parts of it that carry their own tax, that tax, and how many there are."""


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
    """Bearers that are rounded together: their exact tax is *exact* over *over*, that of one unit each in *members*."""

    __slots__ = ("amount", "exact", "members", "over", "rate")

    def __init__(self, rate: Percent, over: int) -> None:
        self.rate = rate
        self.over = over
        self.exact = 0
        self.amount = 0
        self.members: list[tuple[int, int]] = []

    def tax(self, found: list[Bearer], rounding: TaxRounding) -> int:
        """The tax, rounded once, or each unit's."""
        if rounding == "unit":
            ((place, exact),) = self.members
            return round_fraction(exact, self.over, "half_up") * found[place][5]
        return round_fraction(self.exact, self.over, "half_up")


def _groups(found: list[Bearer], mode: str, rounding: TaxRounding) -> Iterable[_Group]:
    """The bearers by rate, by line, or each alone; parts that carry their own tax keep it."""
    together: dict[object, _Group] = {}
    for place, (key, rate, amount, carried, tax, units) in enumerate(found):
        ratio = rate.ratio
        num, den = ratio.numerator, ratio.denominator
        # A fraction's own hash is slow; its two integers say the same. A line is known by the start of its key.
        name: object = (num, den)
        if rounding != "rate":
            name = (num, den, key[:3]) if rounding == "line" else place
        group = together.get(name)
        if group is None:
            group = together[name] = _Group(rate, den if mode == "net" else den + num)
        exact = (amount + carried) * num - tax * group.over
        group.exact += exact * units
        group.amount += amount * units
        group.members.append((place, exact))
    return together.values()


def tax_of(found: list[Bearer], mode: str, rounding: TaxRounding) -> Taxed:
    """The tax of each rate, and of each bearer: what rounding leaves goes to the largest remainders, then by key."""
    rates: dict[tuple[int, int], RateTotal] = {}
    shares: list[list[tuple[int, int]]] = [[] for _ in found]
    for group in _groups(found, mode, rounding):
        left = tax = group.tax(found, rounding)
        over = group.over
        rests = []
        for place, exact in group.members:
            part, rest = divmod(exact, over)
            units = found[place][5]
            left -= part * units
            rests.append((-rest, place, part, units))
        if left:
            rests.sort(key=lambda each: (each[0], -found[each[1]][2], found[each[1]][0]))
        for _, place, part, units in rests:
            if left >= units:
                shares[place] = [(units, part + 1)]
                left -= units
            elif left:
                shares[place] = [(left, part + 1), (units - left, part)]
                left = 0
            else:
                shares[place] = [(units, part)]
        known = (group.rate.ratio.numerator, group.rate.ratio.denominator)
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
        line = order.lines[run.line]
        carried = sum(amount for _, amount, own in run.parts if own is not None)
        tax = sum(own for _, _, own in run.parts if own is not None)
        found.append(((0, "", line.id), line.tax, run.left, carried, tax, run.count))
    found += [((1, "", run.line), order.shipments[run.line].tax, run.left, 0, 0, 1) for run in pricing.shipping]
    found += [((2, "", charge.id), charge.tax, charge.amount.minor, 0, 0, 1) for charge in order.charges]
    return sum(group.tax(found, rounding) for group in _groups(found, "net", rounding))


def payable(pricing: Pricing, rounding: TaxRounding) -> int:
    """What the customer pays, tax included, in minor units."""
    order = pricing.order
    total = sum(run.left * run.count for run in pricing.runs)
    total += sum(run.left for run in pricing.shipping)
    total += sum(charge.amount.minor for charge in order.charges)
    if order.prices == "net":
        total += _tax(pricing, rounding)
    return total
