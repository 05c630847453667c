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


class Bearer(NamedTuple):
    """Equal things that bear tax at one rate: units of a line, a shipment, a charge; *key* orders them in a tie."""

    key: tuple[object, ...]
    rate: Percent
    amount: int
    carried: int
    tax_carried: int
    units: int


class RateTotal(NamedTuple):
    """What bears one rate, and its tax, in minor units."""

    rate: Percent
    amount: int
    tax: int


class Taxed(NamedTuple):
    """The total and the tax of each rate, and for each bearer how many of its units bear how much tax."""

    rates: list[RateTotal]
    shares: list[list[tuple[int, int]]]


def _groups(found: list[Bearer], rounding: TaxRounding) -> Iterable[list[int]]:
    """The bearers that are rounded together, by their places; a line is known by the start of its key."""
    if rounding == "unit":
        return [[place] for place in range(len(found))]
    together: dict[object, list[int]] = {}
    for place, each in enumerate(found):
        ratio = each.rate.ratio
        # A fraction's own hash is slow; its two integers say the same.
        key: object = (ratio.numerator, ratio.denominator)
        together.setdefault((key, each.key[:3]) if rounding == "line" else key, []).append(place)
    return together.values()


def _exact(found: list[Bearer], places: list[int], mode: str) -> tuple[list[int], int]:
    """The tax of one unit of each bearer, over one denominator; parts that carry their own tax keep it."""
    ratio = found[places[0]].rate.ratio
    num, over = ratio.numerator, ratio.denominator
    if mode == "gross":
        over += num
    exact = []
    for place in places:
        _, _, amount, carried, tax, _ = found[place]
        exact.append((amount + carried) * num - tax * over)
    return exact, over


def _rounded(found: list[Bearer], places: list[int], exact: list[int], over: int, rounding: TaxRounding) -> int:
    """The tax of one group, rounded once, or each unit's."""
    if rounding == "unit":
        return round_fraction(exact[0], over, "half_up") * found[places[0]].units
    total = 0
    for num, place in zip(exact, places, strict=True):
        total += num * found[place].units
    return round_fraction(total, over, "half_up")


def tax_of(found: list[Bearer], mode: str, rounding: TaxRounding) -> Taxed:
    """The tax of each rate, and of each bearer: what rounding leaves goes to the largest remainders, then by key."""
    rates: dict[tuple[int, int], RateTotal] = {}
    shares: list[list[tuple[int, int]]] = [[] for _ in found]
    for places in _groups(found, rounding):
        exact, over = _exact(found, places, mode)
        left = tax = _rounded(found, places, exact, over, rounding)
        rests = []
        total = 0
        for num, place in zip(exact, places, strict=True):
            key, _, amount, _, _, units = found[place]
            part, rest = divmod(num, over)
            left -= part * units
            total += amount * units
            rests.append((-rest, -amount, key, place, part))
        if left:
            rests.sort()
        for *_, place, part in rests:
            units = found[place].units
            if not left:
                shares[place] = [(units, part)]
            else:
                more = min(left, units)
                left -= more
                shares[place] = [(more, part + 1), (units - more, part)] if more < units else [(units, part + 1)]
        rate = found[places[0]].rate
        known = (rate.ratio.numerator, rate.ratio.denominator)
        before = rates.get(known)
        rates[known] = (
            RateTotal(rate, total, tax) if before is None else RateTotal(rate, before.amount + total, before.tax + tax)
        )
    return Taxed(list(rates.values()), shares)


def _tax(pricing: Pricing, rounding: TaxRounding) -> int:
    """All tax of an order in net prices."""
    order = pricing.order
    found = []
    for run in pricing.runs:
        line = order.lines[run.line]
        carried = sum(amount for _, amount, own in run.parts if own is not None)
        tax = sum(own for _, _, own in run.parts if own is not None)
        found.append(Bearer((0, "", line.id), line.tax, run.left, carried, tax, run.count))
    found += [Bearer((1, "", run.line), order.shipments[run.line].tax, run.left, 0, 0, 1) for run in pricing.shipping]
    found += [Bearer((2, "", charge.id), charge.tax, charge.amount.minor, 0, 0, 1) for charge in order.charges]
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
