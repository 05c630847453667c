from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

from tests.reference.conditions import holds, matches, value_of
from tests.reference.numbers import in_currency, rounded, split
from tests.reference.units import Unit, taken

if TYPE_CHECKING:
    from aftercare import PolicyBook
    from aftercare.policies.shipping import Delivery
    from tests.reference.conditions import Snapshot
    from tests.reference.units import State


@dataclass
class Priced:
    """What an order costs: the answer of this evaluator, in minor units."""

    units: dict[tuple[str, int], tuple[int, int, dict[str, int], int, bool]]
    shipments: dict[str, tuple[int, int, dict[str, int], int]]
    charges: dict[str, int]
    gifts: list[tuple[str, str, int, int]]
    rewards: list[tuple[str, str, Any]]
    taxes: dict[Fraction, int]
    payable: int
    taken: dict[str, int]
    uses: list[tuple[Any, ...]] = field(default_factory=list)


def parcel(book: PolicyBook, shipment: Any, snapshot: Snapshot) -> Unit:
    """A shipment with what it costs before promotions."""
    charge = shipment.charge.minor if shipment.charge is not None else None
    if charge is None:
        tariff = next(each for each in book.delivery if each.method == shipment.method and holds(each.when, snapshot))
        charge = charged(tariff, snapshot)
    return Unit(shipment, 1, shipment.method, shipment.tax.ratio, charge, charge, charge, 0)


def charged(tariff: Delivery, snapshot: Snapshot) -> int:
    """What a tariff charges."""
    terms = {"fee": tariff.fee, "per_unit": tariff.per_unit, "free_from": tariff.free_from}
    for override in reversed(tariff.exceptions.overrides):
        if holds(override.when, snapshot) is True:
            terms.update(override.terms)
    fee, per_unit, free_from = (value_of(terms[name], snapshot) for name in ("fee", "per_unit", "free_from"))
    if free_from is not None and snapshot.amount(None, "before_phase", tariff.money) >= free_from:
        return 0
    paying = [unit for unit in snapshot.units if tariff.ships_free is None or not matches(tariff.ships_free, unit.line)]
    if not paying:
        return 0
    extra = sum(
        in_currency(amount, snapshot.order.currency)
        for of, amount in tariff.extra
        for unit in snapshot.units
        if matches(of, unit.line)
    )
    return int(fee + (per_unit or 0) * len(paying) + extra)


def answer(book: PolicyBook, state: State, uses: list[tuple[Any, ...]] | None = None) -> Priced:
    """What was found, with its tax."""
    prices, order = state.order.prices, state.order

    def tax_on(amount: int, rate: Fraction) -> Fraction:
        return amount * rate if prices == "net" else amount * rate / (1 + rate)

    # What bears tax: its line, its place among equal remainders, its rate, its tax before rounding.
    bearers: list[tuple[str, Any, Fraction, Fraction]] = []
    for unit in state.units:
        carried = [(amount, tax) for _, amount, tax in unit.parts if tax is not None]
        bears = tax_on(unit.left + sum(each for each, _ in carried), unit.rate) - sum(tax for _, tax in carried)
        if carried:
            most = unit.left if prices == "gross" or not unit.left else math.inf
            bears = Fraction(min(max(bears, 0), most))
        bearers.append((f"line {unit.line.id}", (-unit.left, "0", unit.key), unit.rate, bears))
    bearers += [
        (f"shipment {each.line.id}", (-each.left, "1", each.key), each.rate, tax_on(each.left, each.rate))
        for each in state.parcels
    ]
    for charge in order.charges:
        amount, rate = charge.amount.minor, charge.tax.ratio
        bearers.append((f"charge {charge.id}", (-amount, "2", (charge.id,)), rate, tax_on(amount, rate)))
    taxed = [bears for *_, bears in bearers]
    scope = {
        "rate": lambda at: bearers[at][2],
        "line": lambda at: bearers[at][0],
        "unit": lambda at: at,
    }[book.tax_rounding]
    tax = [0] * len(bearers)
    for one in dict.fromkeys(scope(at) for at in range(len(bearers))):
        some = [at for at in range(len(bearers)) if scope(at) == one]
        parts = split(
            rounded(sum(taxed[at] for at in some)),
            [taxed[at] for at in some],
            [bearers[at][1] for at in some],
        )
        for at, part in zip(some, parts, strict=True):
            tax[at] = part
    taxes: dict[Fraction, int] = {}
    for (_, _, rate, _), part in zip(bearers, tax, strict=True):
        taxes[rate] = taxes.get(rate, 0) + part
    goods, parcels = len(state.units), len(state.parcels)
    paid = sum(unit.left for unit in chain(state.units, state.parcels)) + sum(
        charge.amount.minor for charge in order.charges
    )
    return Priced(
        {
            (unit.line.id, unit.n): (unit.price, unit.left, by_promotion(unit), part, unit.gift)
            for unit, part in zip(state.units, tax[:goods], strict=True)
        },
        {
            parcel.line.id: (parcel.price, parcel.left, by_promotion(parcel), part)
            for parcel, part in zip(state.parcels, tax[goods : goods + parcels], strict=True)
        },
        {charge.id: part for charge, part in zip(order.charges, tax[goods + parcels :], strict=True)},
        sorted(state.gifts),
        sorted((who, kind, value) for who, kind, value, _ in state.rewards),
        taxes,
        paid + (sum(taxes.values()) if prices == "net" else 0),
        taken(state),
        sorted(uses or [], key=repr),
    )


def by_promotion(unit: Unit) -> dict[str, int]:
    """What each promotion took off a unit."""
    found: dict[str, int] = {}
    for who, amount, _ in unit.parts:
        found[who] = found.get(who, 0) + amount
    return {who: amount for who, amount in found.items() if amount}
