"""What a shopper may change about an order, and the near misses that such changes promise."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.canonical import Coded
from aftercare.order import Line, Order, Product, Shipment
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.money import Money, Percent

NEUTRAL = "more-goods"
"""The SKU of the unit that stands for whatever goods a shopper spends more on; it is in no category."""


@attrs.frozen(eq=False, repr=False)
class AddUnits(Coded):
    """So many units more of a line of the order, or of a line of the catalog that it does not have yet."""

    line: Line
    count: int

    @property
    def fact(self) -> str:
        """What is changed: no near miss changes one thing twice."""
        return f"units {self.line.id}"

    @property
    def size(self) -> int:
        """How far it is changed; less is a smaller change."""
        return self.count

    @property
    def statement(self) -> Statement:
        """The change as a request to the shopper: how many, of what, and what they cost before promotions."""
        product = self.line.product
        cost = attrs.evolve(self.line, quantity=self.count).total
        return Statement("step.units", count=self.count, goods=product.name or Name(product.sku), amount=cost)

    def apply_to(self, order: Order) -> Order:
        """The order with the units."""
        lines = [
            attrs.evolve(line, quantity=line.quantity + self.count) if line.id == self.line.id else line
            for line in order.lines
        ]
        if all(line.id != self.line.id for line in lines):
            lines.append(attrs.evolve(self.line, quantity=self.count))
        return attrs.evolve(order, lines=lines)


@attrs.frozen(eq=False, repr=False)
class SpendMore(Coded):
    """So much more spent on any goods, reckoned as one unit that no promotion names; *tax* is its rate."""

    amount: Money
    tax: Percent

    @property
    def fact(self) -> str:
        """What is changed."""
        return "spend"

    @property
    def size(self) -> int:
        """More is spent or not: however much, it is one change."""
        return 1

    @property
    def statement(self) -> Statement:
        """The change as a request to the shopper."""
        return Statement("step.spend", amount=self.amount)

    def apply_to(self, order: Order) -> Order:
        """The order with the neutral unit."""
        taken = {line.id for line in order.lines}
        id_ = NEUTRAL
        while id_ in taken:
            id_ += "+"
        more = Line(id_, Product(NEUTRAL), unit_price=self.amount, tax=self.tax)
        return attrs.evolve(order, lines=[*order.lines, more])


@attrs.frozen(eq=False, repr=False)
class EnterCode(Coded):
    """A code that was not entered."""

    code: str

    @property
    def fact(self) -> str:
        """What is changed."""
        return f"code {self.code}"

    @property
    def size(self) -> int:
        """A code is entered or not."""
        return 1

    @property
    def statement(self) -> Statement:
        """The change as a request to the shopper."""
        return Statement("step.code", code=Name(self.code))

    def apply_to(self, order: Order) -> Order:
        """The order with the code."""
        return attrs.evolve(order, codes=[*order.codes, self.code])


@attrs.frozen(eq=False, repr=False)
class ChooseDelivery(Coded):
    """A delivery option of the order, in place of the shipment with the id *instead_of*, or beside none."""

    option: Shipment
    instead_of: str | None = None

    @property
    def fact(self) -> str:
        """What is changed."""
        return f"delivery {self.instead_of} {self.option.id}"

    @property
    def size(self) -> int:
        """A delivery is chosen or not."""
        return 1

    @property
    def statement(self) -> Statement:
        """The change as a request to the shopper."""
        return Statement("step.delivery", method=Name(self.option.method))

    def apply_to(self, order: Order) -> Order:
        """The order with the option chosen; what it replaces becomes an option."""
        replaced = [each for each in order.shipments if each.id == self.instead_of]
        kept = [self.option if each.id == self.instead_of else each for each in order.shipments]
        return attrs.evolve(
            order,
            shipments=kept if replaced else [*kept, self.option],
            delivery_options=[*(each for each in order.delivery_options if each.id != self.option.id), *replaced],
        )


@attrs.frozen(eq=False, repr=False)
class OrderFrom(Coded):
    """The same order placed from an instant on, when something opens."""

    opens: datetime

    @property
    def fact(self) -> str:
        """What is changed."""
        return f"opens {self.opens.isoformat()}"

    @property
    def size(self) -> int:
        """One waits or does not."""
        return 1

    @property
    def statement(self) -> Statement:
        """The change as a request to the shopper: a day, or a time where it does not open with the day."""
        if self.opens.timetz().replace(tzinfo=None) == time.min:
            return Statement("step.from_day", date=self.opens.date(), weekdays=(self.opens.isoweekday(),))
        return Statement("step.from_time", opens=self.opens)

    def apply_to(self, order: Order) -> Order:
        """The same order."""
        return order


Change: TypeAlias = "AddUnits | SpendMore | EnterCode | ChooseDelivery | OrderFrom"


def changed(order: Order, changes: Iterable[Change]) -> Order:
    """*order* after *changes*."""
    for change in changes:
        order = change.apply_to(order)
    return order


@attrs.frozen(eq=False, repr=False, kw_only=True)
class NearMiss(Coded):
    """A small change of an order after which a promotion gives something, or more than now.

    Money is as `price` gives it for the changed order: *gain* is how much more promotions save, in the order's price
    mode; *net* is how much less is payable; *payable* is what is to pay then. *also* names the other promotions for
    which the same changes are a near miss.
    """

    promotion: str
    name: Name
    changes: tuple[Change, ...]
    gain: Money
    net: Money
    payable: Money
    at: datetime
    delivery_free: bool = False
    also: tuple[str, ...] = ()

    def apply_to(self, order: Order) -> Order:
        """The *order* after the changes; as of `at` it costs `payable`."""
        return changed(order, self.changes)

    @property
    def statement(self) -> Statement:
        """What to do and what it brings, to be said to the shopper."""
        changes = tuple(each.statement for each in self.changes)
        if self.net.minor < 0:
            return Statement("nearest.more", changes=changes, promotion=self.name, extra=-self.net)
        if self.delivery_free and self.net.is_zero:
            return Statement("nearest.free_delivery.same", changes=changes)
        if self.delivery_free:
            return Statement("nearest.free_delivery.less", changes=changes, net=self.net)
        if self.net.is_zero:
            return Statement("nearest.same", changes=changes, promotion=self.name)
        return Statement("nearest.less", changes=changes, promotion=self.name, net=self.net)
