"""The events of an order: it is placed, paid, dispatched, delivered and installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.bounds import checked, checked_all
from aftercare.canonical import Coded
from aftercare.errors import OrderError
from aftercare.event_fields import an_amount, instant, some_words, word
from aftercare.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.money import Money


def a_receipt(given: Receipt) -> Receipt:
    """The receipt of a purchase; raises `OrderError` for anything else, such as a decision."""
    return checked("the receipt of a purchase", given, Receipt, "book.place(decision, id='A-1', paid=...)")


@attrs.frozen(eq=False, repr=False)
class Purchase(Coded):
    """An order was placed."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    receipt: Receipt = attrs.field(converter=a_receipt)


@attrs.frozen(eq=False, repr=False)
class Payment(Coded):
    """Money came in for an order."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    amount: Money = attrs.field(converter=an_amount)


@attrs.frozen(eq=False, repr=False)
class Units(Coded):
    """So many units of one line: from the *first* on, counted from 1, or any of them where it is not told."""

    line: str = attrs.field(converter=word)
    count: int
    first: int | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if type(self.count) is not int or self.count < 1:
            msg = f"an event is about at least one unit of line `{self.line}`, given `{self.count!r}`"
            raise OrderError(msg)
        if self.first is not None and (type(self.first) is not int or self.first < 1):
            msg = f"the first unit of line `{self.line}` is counted from 1, given `{self.first!r}`"
            raise OrderError(msg)


def some_units(given: Iterable[Units]) -> tuple[Units, ...]:
    """The units that an event is about; raises `OrderError` for anything else."""
    return checked_all("units of an event", given, Units, "Units('1', 2)")


@attrs.frozen(eq=False, repr=False)
class Dispatch(Coded):
    """A parcel left the shop; without *units*, everything did."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)


@attrs.frozen(eq=False, repr=False)
class Delivered(Coded):
    """A parcel reached the customer; without *units*, everything did."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)


@attrs.frozen(eq=False, repr=False)
class Installed(Coded):
    """Goods were installed at the customer's; without *units*, all were."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)


@attrs.frozen(eq=False, repr=False)
class Picked(Coded):
    """Units were taken off the shelf to be packed; without *units*, everything was.

    >>> from datetime import UTC, datetime
    >>> Picked("e1", datetime(2026, 3, 3, tzinfo=UTC), "A-1").units
    ()
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)


@attrs.frozen(eq=False, repr=False)
class Cancelled(Coded):
    """Units will not be delivered, for the order of them was cancelled; without *units*, whatever has not arrived.

    *regimes* are the rights by which they were, such as ``withdrawal``, where they are known.
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)
    regimes: tuple[str, ...] = attrs.field(default=(), converter=some_words, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class Lost(Coded):
    """Units were lost on their way; without *units*, whatever has not arrived. What turns up is `Delivered` by name."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)
