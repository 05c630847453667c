"""Which units to add so that needs are met: the least choices among the lines of an order and of a catalog."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from aftercare.bounds import checked_all
from aftercare.errors import OrderError
from aftercare.order import MAX_QUANTITY, Line
from aftercare.policies.changes import AddUnits
from aftercare.policies.item_reading import item_mask, number
from aftercare.policies.units import Goods
from aftercare.policies.walking import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aftercare.order import Order
    from aftercare.policies.condition import ItemTest, Reading, Test
    from aftercare.policies.needs import Need

MOST_UNITS = 10
"""So many units more of one line are suggested at most."""

MOST_LINES = 6
"""So many lines are looked at for each need: the cheapest."""


class _Weight(NamedTuple):
    """How far a unit of a line brings a need at most; *once* if only the first unit does."""

    each: Any
    once: bool = False


_NOTHING = _Weight(0)


class Shelf:
    """The lines whose units may be added: those of the order, then those of the catalog that it does not have."""

    def __init__(self, order: Order, catalog: Sequence[Line]) -> None:
        ids = {line.id for line in order.lines}
        known = checked_all("lines of a catalog", catalog, Line, "Line('1', Product('CUP'), unit_price=eur(3))")
        held = set(map(_alike, order.lines))
        new = [line for line in known if _alike(line) not in held]
        for line in new:
            if line.id in ids:
                msg = f"catalog line `{line.id}` has the id of another line of the order: give it its own"
                raise OrderError(msg)
        self.order = order
        self.lines = (*order.lines, *new)
        self._goods = Goods(attrs.evolve(order, lines=[*order.lines, *new]))
        self._weights: dict[Reading, list[_Weight]] = {}

    def choices(self, missing: dict[Need, Any], most: int) -> Iterator[tuple[AddUnits, ...]]:
        """The least sets of units, of at most so many lines, that may close what is *missing* of each need."""
        needs = [need for need, amount in missing.items() if amount > 0]
        gaps = [self._gap(need.reading, missing[need]) for need in needs]
        if not needs:
            yield ()
            return
        weights = [self._of(need.reading) for need in needs]
        places: dict[int, None] = {}
        for each in weights:
            fitting = [place for place, weight in enumerate(each) if weight.each > 0]
            fitting.sort(key=lambda place: (self.lines[place].unit_price.minor, self.lines[place].id))
            places.update(dict.fromkeys(fitting[:MOST_LINES]))
        for size in range(1, most + 1):
            for chosen in combinations(places, size):
                table = [[each[place] for each in weights] for place in chosen]
                for counts in _least(table, gaps):
                    yield tuple(AddUnits(self.lines[place], n) for place, n in zip(chosen, counts, strict=True))

    def _gap(self, reading: Reading, missing: Any) -> Any:
        """The least that may close a gap: in the other price mode the goods of each tax rate are rounded together."""
        if reading.name != "cart.amount" or reading.money in {None, self.order.prices}:
            return missing
        rates = len({line.tax for line in self.lines})
        return max(missing - rates, Fraction(1, 2))

    def _of(self, reading: Reading) -> list[_Weight]:
        known = self._weights.get(reading)
        if known is None:
            goods = self._goods
            mask = goods.all if reading.of is None else item_mask(reading.of)(goods)
            # Whether goods fit may depend on how many there are: then one unit may bring everything.
            unsure = reading.of is not None and any(map(_counts_units, leaves(reading.of)))
            mask = (goods.all if unsure else mask) & goods.discountable
            known = self._weights[reading] = [
                self._weight(place, reading, unsure=unsure) if mask >> place & 1 else _NOTHING
                for place in range(len(self.lines))
            ]
        return known

    def _weight(self, place: int, reading: Reading, *, unsure: bool) -> _Weight:
        line = self.lines[place]
        if line.measure is not None or line.quantity > MAX_QUANTITY - MOST_UNITS:
            return _NOTHING
        if unsure:
            return _Weight(10**12)
        match reading.name:
            case "cart.quantity":
                return _Weight(1)
            case "cart.distinct":
                return _Weight(1, once=True) if place >= len(self.order.lines) else _NOTHING
            case "cart.total":
                return _Weight(number(line.product.attribute(reading.key or "")) or 0)
            case _:
                price = Fraction(line.unit_price.minor)
                if reading.money in {None, self.order.prices}:
                    return _Weight(price)
                rate = 1 + line.tax.ratio
                return _Weight(price * rate if reading.money == "gross" else price / rate)


def _alike(line: Line) -> Line:
    """What lines of the same goods at the same price have in common."""
    return attrs.evolve(line, id="any", quantity=1, position=None)


def _counts_units(leaf: Test | ItemTest) -> bool:
    return leaf.reading.name == "item.quantity"


def _least(table: list[list[_Weight]], gaps: list[Any]) -> Iterator[tuple[int, ...]]:
    """The least counts, one for each row of weights, that close all *gaps*: one less of any would not."""
    for counts in _closing(table, gaps):
        fewer = ((*counts[:at], n - 1, *counts[at + 1 :]) for at, n in enumerate(counts))
        if not any(_closes(table, less, gaps) for less in fewer):
            yield counts


def _closing(table: list[list[_Weight]], gaps: list[Any]) -> Iterator[tuple[int, ...]]:
    """Counts that close all *gaps*, with the least of the last row that does."""
    first, *rest = table
    if not rest:
        need = max([1, *(_needed(weight, gap) for weight, gap in zip(first, gaps, strict=True))])
        if need <= MOST_UNITS:
            yield (need,)
        return
    most = [sum(_brought(row[at], MOST_UNITS) for row in rest) for at in range(len(gaps))]
    for count in range(1, MOST_UNITS + 1):
        left = [gap - _brought(weight, count) for weight, gap in zip(first, gaps, strict=True)]
        if any(gap > reach for gap, reach in zip(left, most, strict=True)):
            continue
        for others in _closing(rest, left):
            yield (count, *others)
        if all(gap <= 0 for gap in left):
            return


def _needed(weight: _Weight, gap: Any) -> int:
    """How many units close a gap; more than can be where none do."""
    each = weight.each
    if gap <= 0:
        return 0
    if each <= 0 or (weight.once and each < gap):
        return MOST_UNITS + 1
    if isinstance(gap, int) and isinstance(each, int):
        return -(-gap // each)
    return ceil(Fraction(gap) / Fraction(each))


def _brought(weight: _Weight, count: int) -> Any:
    return weight.each if weight.once and count else weight.each * count


def _closes(table: list[list[_Weight]], counts: Iterable[int], gaps: list[Any]) -> bool:
    given = list(zip(table, counts, strict=True))
    return all(sum(_brought(row[at], count) for row, count in given) >= gap for at, gap in enumerate(gaps))
