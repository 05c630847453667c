"""The units of an order while it is priced: equal units are kept as runs, amounts are whole minor units.

Everything here is private to one pricing and changes while it runs; what leaves it are the values of `decision`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from aftercare.money import Amounts, Money, UnitPrice, round_fraction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from aftercare.order import Line, Order

Part: TypeAlias = "tuple[str, int, int | None]"
"""What one promotion took off a unit: the promotion's id, the amount in the order's price mode, and
the part of tax that the same amount carries, where the promotion speaks the other price mode."""


_new = object.__new__
_append = list.append


class Run:
    """Neighbouring equal units of one line (or one shipment), with what was taken off each."""

    __slots__ = ("count", "counts", "first", "floor", "gift", "left", "line", "parts", "price", "roles", "start")

    def __init__(self, line: int, first: int, count: int, price: int, floor: int) -> None:
        self.line = line
        self.first = first
        self.count = count
        self.price = price
        self.start = price
        self.left = price
        self.floor = floor if floor < price else price  # noqa: FURB136 - quicker than a call
        self.parts: tuple[Part, ...] = ()
        self.roles = 0
        self.gift = False
        self.counts = True

    def copy(self) -> Run:
        """The same units, free to change on their own."""
        return self._like(self.first, self.count)

    def _like(self, first: int, count: int) -> Run:
        other = _new(Run)
        other.line = self.line
        other.first = first
        other.count = count
        other.price = self.price
        other.start = self.start
        other.left = self.left
        other.floor = self.floor
        other.parts = self.parts
        other.roles = self.roles
        other.gift = self.gift
        other.counts = self.counts
        return other

    def split(self, units: int) -> Run:
        """Keep the first *units* and return the rest as a run of its own."""
        rest = self._like(self.first + units, self.count - units)
        self.count = units
        return rest

    def take(self, who: str, amount: int, tax: int | None = None) -> None:
        """Take *amount* off each unit for promotion *who*."""
        self.left -= amount
        self.parts += ((who, amount, tax),)


class Runs(list[Run]):
    """The units of an order, from which those of some lines are taken without looking at all the others.

    The first *whole* of them are the units of the first lines, one run for each line.
    """

    __slots__ = ("_others", "whole")

    def __init__(self, runs: Iterable[Run] = (), whole: int = 0) -> None:
        super().__init__(runs)
        self.whole = whole
        self._others: dict[int, list[Run]] = {}
        if whole < len(self):
            for run in self[whole:]:
                self._others.setdefault(run.line, []).append(run)

    def append(self, run: Run) -> None:
        """Add units, such as those that were split off."""
        _append(self, run)
        others = self._others.get(run.line)
        if others is None:
            self._others[run.line] = [run]
        else:
            others.append(run)

    def of(self, lines: int) -> list[Run]:
        """The units of some *lines*, given as bits."""
        whole, others = self.whole, self._others
        if not lines & (lines - 1):
            line = lines.bit_length() - 1
            if -1 < line < whole:
                return [self[line], *others[line]] if line in others else [self[line]]
        if lines.bit_count() * 4 > len(self):
            return [run for run in self if lines >> run.line & 1]
        found = []
        while lines:
            lowest = lines & -lines
            lines ^= lowest
            line = lowest.bit_length() - 1
            if line < whole:
                found.append(self[line])
            if line in others:
                found += others[line]
        return found

    def copies(self) -> Runs:
        """The same units, free to change on their own."""
        return Runs([run.copy() for run in self], self.whole)


class Deliveries:
    """The shipments of an order, as far as ties between them go."""

    __slots__ = ("order",)

    def __init__(self, order: Order) -> None:
        self.order = order

    @property
    def keys(self) -> list[tuple[str, Fraction, str]]:
        """The method, tax rate and id of each shipment."""
        return [(shipment.method, shipment.tax.ratio, shipment.id) for shipment in self.order.shipments]


class Goods:
    """The lines of an order as the readers of conditions need them: words and numbers by line, lines as bits.

    Of a *plain* order it is known that every line is whole and takes discounts.
    """

    __slots__ = ("_keys", "_numbers", "all", "discountable", "known", "lines", "order", "whole")

    def __init__(self, order: Order, *, plain: bool = False) -> None:
        self.order = order
        lines = self.lines = order.lines
        self.discountable = self.all = (1 << len(lines)) - 1
        self.whole = self.all if plain else 0
        if not plain:
            for index, line in enumerate(lines):
                if not line.product.discountable:
                    self.discountable &= ~(1 << index)
        self.known: dict[object, tuple[dict[str, int], int]] = {}
        self._keys: list[tuple[str, Fraction, str]] | None = None
        self._numbers: dict[object, list[object]] = {}

    @property
    def keys(self) -> list[tuple[str, Fraction, str]]:
        """The product, tax rate and id of each line, which settle ties."""
        if self._keys is None:
            self._keys = [(line.product.sku, line.tax.ratio, line.id) for line in self.lines]
        return self._keys

    def words(self, key: object, read: Callable[[Line], tuple[str, ...] | None]) -> tuple[dict[str, int], int]:
        """For each word that *read* finds, the lines that have it; and the lines where anything is known."""
        known = self.known.get(key)
        if known is None:
            index: dict[str, int] = {}
            asked = 0
            bit = 1
            for line in self.lines:
                found = read(line)
                if found is not None:
                    asked |= bit
                    for word in found:
                        index[word] = index.get(word, 0) | bit
                bit <<= 1
            known = self.known[key] = (index, asked)
        return known

    def numbers(self, key: object, read: Callable[[Line], object]) -> list[object]:
        """What *read* finds for each line."""
        known = self._numbers.get(key)
        if known is None:
            known = self._numbers[key] = [read(line) for line in self.lines]
        return known

    def runs(self) -> Runs:
        """The units of all lines at the prices of the order; *whole* lines are those whose tag is a unit's price."""
        found: list[Run] = []
        for index, line in enumerate(self.lines):
            price = line.unit_price.minor
            if line.measure is None and type(price) is int:
                least = 0 if line.product.minimum_price is None else minimum(line)
                self.whole |= 1 << index
                found.append(Run(index, 1, line.quantity, price, least))
            else:
                floor = minimum(line) if line.measure is None else measured(line, minimum(line))
                found.extend(split_total(index, line.quantity, line.minor, floor))
        return Runs(found, len(found) if self.whole == self.all else 0)


def measured(line: Line, tag: int | Fraction) -> int:
    """What the units of *line* cost together at a price tag, rounded once."""
    exact = Fraction(tag) * line.quantity * Fraction(line.measure or 1)
    return round_fraction(exact.numerator, exact.denominator, "half_up")


def split_total(line: int, quantity: int, total: int, floor: int) -> Iterator[Run]:
    """The units of a line whose rounded total is *total*: the first ones bear what does not divide."""
    price, more = divmod(total, quantity)
    if more:
        yield Run(line, 1, more, price + 1, floor)
    yield Run(line, 1 + more, quantity - more, price, floor)


def minimum(line: Line) -> int:
    """The price tag below which no promotion takes a unit of *line*; of goods sold by measure, that of one measure."""
    least = line.product.minimum_price
    if least is None:
        return 0
    if isinstance(least, Amounts):
        return least.in_(line.currency).minor
    return _same(least, line)


def _same(least: Money, line: Line) -> int:
    return (least - Money.of_minor(0, line.currency)).minor


def retag(num: int, den: int, line: Line) -> int | Fraction:
    """The price tag *num/den* minor units, rounded half up to the fineness that the line's own price has."""
    price = line.unit_price
    if isinstance(price, UnitPrice):
        fine = 10 ** (price.digits - Money.of_minor(0, price.currency).digits)
        return Fraction(round_fraction(num * fine, den, "half_up"), fine)
    return round_fraction(num, den, "half_up")
