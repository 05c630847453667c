"""Tax and totals: rate times the discounted price, rounded per rate, then split over what bears it.

Prices, delivery and charges of one rate are rounded together by default, or per line or unit on request. A part that
a promotion reckoned in the other price mode keeps the tax that it carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from aftercare.money import round_fraction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aftercare.money import Percent
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.units import Part

TaxRounding: TypeAlias = Literal["rate", "line", "unit"]


Bearer: TypeAlias = "tuple[Percent, int, int]"
"""Equal things that bear tax at one rate (units of a line, a shipment, a charge): the rate, the amount of one, and how
many there are."""

Carried: TypeAlias = "dict[int, tuple[int, int]]"
"""By the place of a bearer: the parts that were taken off it and carry their own tax, and that tax."""

Key: TypeAlias = "Callable[[int], tuple[object, ...]]"
"""What orders bearers in a tie, by their place; a line is known by the first three of it."""


RateTotal: TypeAlias = "tuple[Percent, int, int]"
"""A rate, what bears it, and its tax, in minor units."""


class Taxed(NamedTuple):
    """The tax of each rate; of each bearer the tax of one unit, and how many units, the first, bear one more."""

    rates: list[RateTotal]
    taxes: list[int]
    more: dict[int, int]


_Group: TypeAlias = "tuple[Percent, int, int, list[int]]"
"""Bearers that are rounded together: the rate, what the tax is of an amount (one number over another), their places."""


def _groups(found: list[Bearer], mode: str, rounding: TaxRounding, key: Key) -> Iterable[_Group]:
    """The bearers by rate, by line, or each alone."""
    together: dict[object, _Group] = {}
    known: dict[int, list[int]] = {}
    for place, bearer in enumerate(found):
        rate = bearer[0]
        members = known.get(id(rate))
        if members is not None:
            members.append(place)
            continue
        # A fraction's own hash is slow; its two integers say the same.
        num, den = rate.ratio.as_integer_ratio()
        name: object = (num, den)
        if rounding != "rate":
            name = (num, den, key(place)[:3]) if rounding == "line" else place
        group = together.get(name)
        if group is None:
            group = together[name] = (rate, num, den if mode == "net" else den + num, [])
        members = group[3]
        members.append(place)
        if rounding == "rate":
            known[id(rate)] = members
    return together.values()


def carried(runs: Iterable[Sequence[Part]]) -> Carried:
    """What the parts of units carry."""
    found: Carried = {}
    for place, parts in enumerate(runs):
        carrying = [(amount, own) for _, amount, own in parts if own is not None]
        if carrying:
            found[place] = (sum([amount for amount, _ in carrying]), sum([own for _, own in carrying]))
    return found


def tax_of(found: list[Bearer], mode: str, rounding: TaxRounding, key: Key, carrying: Carried) -> Taxed:
    """The tax of each rate, and of each bearer: what rounding leaves goes to the largest remainders, then by *key*.

    Parts that carry their own tax keep it; what is left of their unit bears none below zero, and none where nothing is.
    """
    rates: dict[tuple[int, int], RateTotal] = {}
    taxes = [0] * len(found)
    more: dict[int, int] = {}
    for rate, num, over, members in _groups(found, mode, rounding, key):
        total = given = short = 0
        units = 1
        rests = []
        for place in members:
            _, amount, units = found[place]
            bears = amount * num
            if place in carrying:
                parts, own = carrying[place]
                # By rounding alone the parts may carry more than the unit bore, or less than all of it.
                bears = max(0, bears + parts * num - own * over) if amount else 0
                if mode == "gross":
                    bears = min(bears, amount * over)
            part, rest = divmod(bears, over)
            taxes[place] = part
            total += amount * units
            given += part * units
            if rest:
                short += rest * units
                rests.append((-rest, -amount, place, units))
        apart = units if rounding == "unit" else 1
        if given < 0:
            left = round_fraction((given * over + short) // apart, over, "half_up") * apart - given
        else:
            left = (2 * short // apart + over) // (2 * over) * apart
        if left and len(rests) > 1:
            if len({each[0] for each in rests}) == len(rests):
                rests.sort()
            else:
                rests.sort(key=lambda each: (each[0], each[1], key(each[2])))
        tax = given + left
        for _, _, place, units in rests:
            if left < units:
                if left:
                    more[place] = left
                break
            taxes[place] += 1
            left -= units
        if (num, over) in rates:
            _, amount, own = rates[num, over]
            total += amount
            tax += own
        rates[num, over] = (rate, total, tax)
    return Taxed(list(rates.values()), taxes, more)


def _tax(pricing: Pricing, rounding: TaxRounding) -> int:
    """All tax of an order in net prices."""
    order = pricing.order
    found: list[Bearer] = [(order.lines[run.line].tax, run.left, run.count) for run in pricing.runs]
    found += [(order.shipments[run.line].tax, run.left, 1) for run in pricing.shipping]
    found += [(charge.tax, charge.amount.minor, 1) for charge in order.charges]

    carrying = carried(run.parts for run in pricing.runs) if pricing.carries else {}

    def key(place: int) -> tuple[object, ...]:
        """What is rounded together: the units of a line, and everything else alone."""
        return (0, pricing.runs[place].line, 0) if place < len(pricing.runs) else (1, place, 0)

    return sum(tax for _, _, tax in tax_of(found, "net", rounding, key, carrying).rates)


def payable(pricing: Pricing, rounding: TaxRounding) -> int:
    """What the customer pays, tax included, in minor units."""
    order = pricing.order
    total = sum(run.left * run.count for run in pricing.runs)
    total += sum(run.left for run in pricing.shipping)
    total += sum(charge.amount.minor for charge in order.charges)
    if order.prices == "net":
        total += _tax(pricing, rounding)
    return total
