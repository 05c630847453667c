"""What each unit of a receipt is worth: its stored paid part, shared within the occurrences of patterns.

Refunds are made of it, and points are earned on it. Of goods that a pattern priced together, such as a pair whose
second half is free, each unit is worth its share of what the whole occurrence cost, by price after the catalogue phase,
whichever unit bore the discount.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from aftercare.money import allocate

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from aftercare.money import Percent
    from aftercare.receipt import Receipt


class Unit(NamedTuple):
    """One unit of a receipt: its line and its number, counted from 1."""

    line: str
    number: int


class Worth(NamedTuple):
    """What was paid for a unit, tax included, in minor units, and the tax of each rate in it."""

    paid: int
    taxes: tuple[tuple[Percent, int], ...]


class Component(NamedTuple):
    """Units that patterns priced together: *times* equal occurrences, or one of occurrences that share a unit."""

    units: tuple[Unit, ...]
    times: int


class Worths:
    """The worth of every unit of a receipt.

    Money is *shared* within occurrences, but for those of the promotions *but*.
    """

    def __init__(self, receipt: Receipt, *, shared: bool = True, but: Collection[str] = ()) -> None:
        self._lines = {line.id: line for line in receipt.order.lines}
        self._net = receipt.order.prices == "net"
        self._known: dict[Unit, Worth] = {}
        for run in receipt.units:
            tax = run.tax.minor
            worth = Worth(run.paid.minor + (tax if self._net else 0), ((self._lines[run.line].tax, tax),))
            for number in range(run.first, run.first + run.count):
                self._known[Unit(run.line, number)] = worth
        self.components = _components(receipt)
        if shared:
            tags = _tags(receipt)
            for component in _components(receipt, but) if but else self.components:
                self._share(component.units, tags)
        self.total = sum(worth.paid for worth in self._known.values())

    def __getitem__(self, unit: Unit) -> Worth:
        return self._known[unit]

    @property
    def units(self) -> Collection[Unit]:
        """Every unit of the receipt."""
        return self._known.keys()

    def paid(self, units: Collection[Unit]) -> int:
        """What was paid for *units* together."""
        return sum(self._known[unit].paid for unit in units)

    def _share(self, units: tuple[Unit, ...], tags: Mapping[str, int | Fraction]) -> None:
        """Share money and each rate's tax by price, by largest remainder; ties go to the dearer unit, then by SKU."""
        ordered = sorted(units, key=lambda unit: self._rank(unit, tags))
        weights = [tags[unit.line] for unit in ordered]
        taxes: dict[Percent, int] = {}
        paid = 0
        for unit in ordered:
            worth = self._known[unit]
            paid += worth.paid
            for rate, tax in worth.taxes:
                taxes[rate] = taxes.get(rate, 0) + tax
                paid -= tax if self._net else 0
        rates = sorted(taxes, key=lambda rate: rate.ratio)
        shares = [allocate(taxes[rate], weights) for rate in rates]
        for place, (unit, money) in enumerate(zip(ordered, allocate(paid, weights), strict=True)):
            own = tuple((rate, share[place]) for rate, share in zip(rates, shares, strict=True))
            self._known[unit] = Worth(money + (sum(tax for _, tax in own) if self._net else 0), own)

    def _rank(self, unit: Unit, tags: Mapping[str, int | Fraction]) -> tuple[object, ...]:
        line = self._lines[unit.line]
        return -tags[unit.line], line.product.sku, line.tax.ratio, unit


def _tags(receipt: Receipt) -> dict[str, int | Fraction]:
    """What a unit of each line cost after the catalogue phase, exactly, in minor units."""
    found: dict[str, int | Fraction] = {line.id: line.unit_price.minor for line in receipt.order.lines}
    found.update((line, tag.minor) for occurrence in receipt.occurrences for line, tag in occurrence.tags)
    measures = {line.id: Fraction(line.measure) for line in receipt.order.lines if line.measure is not None}
    return {line: tag * measures.get(line, 1) for line, tag in found.items()}


def _components(receipt: Receipt, but: Collection[str] = ()) -> tuple[Component, ...]:
    """Occurrences by the units they hold, but for those of some promotions; those that share a unit are one."""
    found: list[tuple[set[Unit], int]] = []
    for occurrence in receipt.occurrences:
        if occurrence.promotion in but:
            continue
        units = {
            Unit(line, number) for line, first, count, _ in occurrence.units for number in range(first, first + count)
        }
        meeting = [each for each in found if not units.isdisjoint(each[0])]
        found = [each for each in found if units.isdisjoint(each[0])]
        times = 1 if meeting else occurrence.times
        found.append((units.union(*(each for each, _ in meeting)), times))
    return tuple(Component(tuple(sorted(units)), times) for units, times in found)
