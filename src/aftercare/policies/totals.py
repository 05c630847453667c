"""Tax and totals: rate times the discounted price, rounded per rate, then split over what bears it.

Prices, delivery and charges of one rate are rounded together by default, or per line or unit on request. A part that
a promotion reckoned in the other price mode keeps the tax that it carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from aftercare.money import round_fraction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from aftercare.policies.pricing import Pricing

TaxRounding: TypeAlias = Literal["rate", "line", "unit"]


class Bearer(NamedTuple):
    """Equal things that bear tax at one rate: units of a line, a shipment, a charge; *group* tells lines apart."""

    group: object
    rate: Fraction
    amount: int
    carried: int
    tax_carried: int
    units: int


class Taxed(NamedTuple):
    """The total and the tax of each rate, and for each bearer how many of its units bear how much tax."""

    by_rate: dict[Fraction, tuple[int, int]]
    shares: list[list[tuple[int, int]]]


def _groups(found: list[Bearer], rounding: TaxRounding) -> Iterable[list[int]]:
    """The bearers that are rounded together, by their places."""
    if rounding == "unit":
        return [[place] for place in range(len(found))]
    together: dict[object, list[int]] = {}
    for place, each in enumerate(found):
        # A fraction's own hash is slow; its two integers say the same.
        key: object = (each.rate.numerator, each.rate.denominator)
        together.setdefault((key, each.group) if rounding == "line" else key, []).append(place)
    return together.values()


def _exact(found: list[Bearer], places: list[int], mode: str) -> tuple[list[int], int]:
    """The tax of one unit of each bearer, over one denominator; parts that carry their own tax keep it."""
    rate = found[places[0]].rate
    num, over = rate.numerator, rate.denominator
    if mode == "gross":
        over += num
    return [
        (each.amount + each.carried) * num - each.tax_carried * over for each in map(found.__getitem__, places)
    ], over


def _rounded(found: list[Bearer], places: list[int], exact: list[int], over: int, rounding: TaxRounding) -> int:
    """The tax of one group, rounded once, or each unit's."""
    if rounding == "unit":
        return round_fraction(exact[0], over, "half_up") * found[places[0]].units
    total = sum(num * found[place].units for num, place in zip(exact, places, strict=True))
    return round_fraction(total, over, "half_up")


def tax_of(found: list[Bearer], keys: list[tuple[object, ...]], mode: str, rounding: TaxRounding) -> Taxed:
    """The tax of each rate, and of each bearer: what rounding leaves goes to the largest remainders, then by *keys*."""
    by_rate: dict[Fraction, tuple[int, int]] = {}
    shares: list[list[tuple[int, int]]] = [[] for _ in found]
    for places in _groups(found, rounding):
        exact, over = _exact(found, places, mode)
        left = tax = _rounded(found, places, exact, over, rounding)
        rests = []
        amount = 0
        for num, place in zip(exact, places, strict=True):
            each = found[place]
            part, rest = divmod(num, over)
            left -= part * each.units
            amount += each.amount * each.units
            rests.append((-rest, -each.amount, keys[place], place, part))
        if left:
            rests.sort()
        for *_, place, part in rests:
            units = found[place].units
            more = min(left, units)
            left -= more
            shares[place] = [(count, each) for count, each in ((more, part + 1), (units - more, part)) if count]
        rate = found[places[0]].rate
        known = by_rate.get(rate, (0, 0))
        by_rate[rate] = (known[0] + amount, known[1] + tax)
    return Taxed(by_rate, shares)


def _tax(pricing: Pricing, rounding: TaxRounding) -> int:
    """All tax of an order in net prices."""
    order = pricing.order
    found = []
    for run in pricing.runs:
        carried = sum(amount for _, amount, own in run.parts if own is not None)
        tax = sum(own for _, _, own in run.parts if own is not None)
        found.append(Bearer(run.line, pricing.goods.rates[run.line], run.left, carried, tax, run.count))
    for run in pricing.shipping:
        found.append(Bearer(("shipment", run.line), order.shipments[run.line].tax.ratio, run.left, 0, 0, 1))
    for charge in order.charges:
        found.append(Bearer(("charge", charge.id), charge.tax.ratio, charge.amount.minor, 0, 0, 1))
    total = 0
    for places in _groups(found, rounding):
        exact, over = _exact(found, places, "net")
        total += _rounded(found, places, exact, over, rounding)
    return total


def payable(pricing: Pricing, rounding: TaxRounding) -> int:
    """What the customer pays, tax included, in minor units."""
    order = pricing.order
    total = sum(run.left * run.count for run in pricing.runs)
    total += sum(run.left for run in pricing.shipping)
    total += sum(charge.amount.minor for charge in order.charges)
    if order.prices == "net":
        total += _tax(pricing, rounding)
    return total
