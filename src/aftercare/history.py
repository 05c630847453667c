"""What has happened between a customer and the shop: events as an immutable tuple, facts by folding over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.calendar import aware, local_date
from aftercare.calendar import zone as find_zone
from aftercare.canonical import Coded
from aftercare.errors import OrderError
from aftercare.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aftercare.receipt import Receipt


def _instant(given: datetime) -> datetime:
    return aware(given, "the instant of an event")


@attrs.frozen(repr=False)
class Purchase(Coded):
    """An order was placed."""

    id: str
    at: datetime = attrs.field(converter=_instant)
    receipt: Receipt


@attrs.frozen(repr=False)
class Payment(Coded):
    """Money came in for an order."""

    id: str
    at: datetime = attrs.field(converter=_instant)
    order: str
    amount: Money


@attrs.frozen(repr=False)
class Units(Coded):
    """So many units of one line."""

    line: str
    count: int

    def __attrs_post_init__(self) -> None:
        if type(self.count) is not int or self.count < 1:
            msg = f"an event is about at least one unit of line `{self.line}`, given `{self.count!r}`"
            raise OrderError(msg)


@attrs.frozen(repr=False)
class Dispatch(Coded):
    """A parcel left the shop; without *units*, everything did."""

    id: str
    at: datetime = attrs.field(converter=_instant)
    order: str
    units: tuple[Units, ...] = ()


@attrs.frozen(repr=False)
class Delivered(Coded):
    """A parcel reached the customer; without *units*, everything did."""

    id: str
    at: datetime = attrs.field(converter=_instant)
    order: str
    units: tuple[Units, ...] = ()


@attrs.frozen(repr=False)
class Installed(Coded):
    """Goods were installed at the customer's; without *units*, all were."""

    id: str
    at: datetime = attrs.field(converter=_instant)
    order: str
    units: tuple[Units, ...] = ()


@attrs.frozen(repr=False)
class Returned(Coded):
    """Units came back, on a ground such as ``change_of_mind``."""

    id: str
    at: datetime = attrs.field(converter=_instant)
    order: str
    units: tuple[Units, ...]
    ground: str | None = None


Event: TypeAlias = "Purchase | Payment | Dispatch | Delivered | Installed | Returned"


def _events(given: Iterable[Event]) -> tuple[Event, ...]:
    known: dict[str, Event] = {}
    for event in given:
        if known.setdefault(event.id, event) != event:
            msg = f"two different events have the id `{event.id}`: an event keeps its id, and another has its own"
            raise OrderError(msg)
    return tuple(sorted(known.values(), key=lambda event: (event.at, event.id)))


@attrs.frozen(repr=False)
class History(Coded):
    """The events of one customer, by instant; the same event recorded twice counts once.

    >>> History().orders
    0
    """

    events: tuple[Event, ...] = attrs.field(default=(), converter=_events)

    def until(self, at: datetime) -> History:
        """What had happened by *at*."""
        if not self.events or self.events[-1].at <= at:
            return self
        return History(event for event in self.events if event.at <= at)

    @property
    def purchases(self) -> tuple[Purchase, ...]:
        """The placed orders."""
        return tuple(event for event in self.events if isinstance(event, Purchase))

    @property
    def orders(self) -> int:
        """How many orders were placed."""
        return len(self.purchases)

    def spend(self, currency: str) -> Money:
        """What the orders in *currency* cost, tax and delivery included."""
        each = (purchase.receipt.payable for purchase in self.purchases)
        return sum((money for money in each if money.currency == currency), Money.of_minor(0, currency))

    def last_order_on(self, zone: str) -> date | None:
        """The date of the last order in *zone*, or None before the first."""
        purchases = self.purchases
        return local_date(purchases[-1].at, find_zone(zone)) if purchases else None
