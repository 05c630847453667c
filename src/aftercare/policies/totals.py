"""Tax and totals: rate times the discounted price, rounded per rate, then split over what bears it.

Prices, delivery and charges of one rate are rounded together by default, or per line or unit on request. A part that
a promotion reckoned in the other price mode keeps the tax that it carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from aftercare.money import round_fraction

if TYPE_CHECKING:
    from fractions import Fraction
    from aftercare.order import Order
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.units import Run

TaxRounding: TypeAlias = Literal["rate", "line", "unit"]


class Bearer(NamedTuple):
    """Equal things that bear tax at one rate: units of a line, a shipment, a charge."""

    group: str
    rate: Fraction
    amount: int
    carried: int
    tax_carried: int
    units: int


def bearer(group: str, rate: Fraction, run: Run) -> Bearer:
    """The units of *run*, each with its price and the parts that carry their own tax."""
    carried = tax = 0
    for _, amount, own in run.parts:
        if own is not None:
            carried += amount
            tax += own
    return Bearer(group, rate, run.left, carried, tax, run.count)


def bearers(pricing: Pricing) -> list[Bearer]:
    """Everything in the order that bears tax: units by line, shipments, charges."""
    order = pricing.order
    rates = pricing.goods.rates
    found = [bearer(f"line {run.line}", rates[run.line], run) for run in pricing.runs]
    found += [bearer(f"shipment {run.line}", order.shipments[run.line].tax.ratio, run) for run in pricing.shipping]
    found += [Bearer(f"charge {each.id}", each.tax.ratio, each.amount.minor, 0, 0, 1) for each in order.charges]
    return found


def _exact(each: Bearer, mode: str) -> tuple[int, int]:
    """The tax of one, before rounding, as numerator and denominator; parts that carry their own tax keep it."""
    num, den = each.rate.numerator, each.rate.denominator
    over = den if mode == "net" else den + num
    return (each.amount + each.carried) * num - each.tax_carried * over, over


def _groups(found: list[Bearer], rounding: TaxRounding) -> list[list[int]]:
    """The bearers that are rounded together, by their places."""
    together: dict[object, list[int]] = {}
    for place, each in enumerate(found):
        key: object = each.rate
        if rounding != "rate":
            key = (each.rate, each.group) if rounding == "line" else place
        together.setdefault(key, []).append(place)
    return list(together.values())


def _rounded(found: list[Bearer], places: list[int], mode: str, rounding: TaxRounding) -> int:
    """The tax of one group."""
    total, over = 0, 1
    for place in places:
        num, over = _exact(found[place], mode)
        if rounding == "unit":
            return round_fraction(num, over, "half_up") * found[place].units
        total += num * found[place].units
    return round_fraction(total, over, "half_up")


def tax_by_rate(found: list[Bearer], mode: str, rounding: TaxRounding) -> dict[Fraction, int]:
    """The tax of each rate, in minor units."""
    totals: dict[Fraction, int] = {}
    for places in _groups(found, rounding):
        rate = found[places[0]].rate
        totals[rate] = totals.get(rate, 0) + _rounded(found, places, mode, rounding)
    return totals


def tax_of_each(
    found: list[Bearer], keys: list[tuple[object, ...]], mode: str, rounding: TaxRounding
) -> list[list[tuple[int, int]]]:
    """For each bearer, how many of its units bear how much tax; what is left goes to the largest remainders."""
    shared: list[list[tuple[int, int]]] = [[] for _ in found]
    for places in _groups(found, rounding):
        left = _rounded(found, places, mode, rounding)
        rests = []
        for place in places:
            num, over = _exact(found[place], mode)
            part, rest = divmod(num, over)
            left -= part * found[place].units
            rests.append((-rest, -found[place].amount, keys[place], place, part))
        rests.sort()
        for *_, place, part in rests:
            count = found[place].units
            more = min(left, count)
            left -= more
            shared[place] = [(units, tax) for units, tax in ((more, part + 1), (count - more, part)) if units]
    return shared


def payable(pricing: Pricing, rounding: TaxRounding) -> int:
    """What the customer pays, tax included, in minor units."""
    order: Order = pricing.order
    total = sum(run.left * run.count for run in pricing.runs)
    total += sum(run.left for run in pricing.shipping)
    total += sum(charge.amount.minor for charge in order.charges)
    if order.prices == "net":
        total += sum(tax_by_rate(bearers(pricing), "net", rounding).values())
    return total
