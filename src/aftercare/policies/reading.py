"""The readers of facts of the order: each turns a fact into a function from a snapshot to what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from aftercare.calendar import WEEK
from aftercare.policies.condition import (
    Reading,
)
from aftercare.policies.item_reading import Mask, fold, item_mask, item_reader, unknown, words
from aftercare.policies.vocabulary import resolve

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from aftercare.policies.snapshot import Snapshot
    from aftercare.policies.units import Goods

Read: TypeAlias = "Callable[[Snapshot], Any]"


def reader(reading: Reading) -> Read:
    """The function that reads a fact of the order; None is unknown. Amounts come as minor units, words as tuples."""
    section, _, fact = reading.name.partition(".")
    match section:
        case "cart":
            return _cart_reader(reading, fact)
        case "customer":
            return _customer_reader(reading, fact)
        case "clock" if fact == "date":
            return lambda snapshot: snapshot.moment.day
        case "clock" if fact == "weekday":
            return lambda snapshot: (WEEK[snapshot.moment.day.weekday()],)
        case "custom" if fact in {"number", "flag"}:
            function = resolve(reading.key or "")
            return lambda snapshot: function(snapshot.order, snapshot.moment.at)
        case "custom" if fact == "words":
            function = resolve(reading.key or "")
            return lambda snapshot: words(function(snapshot.order, snapshot.moment.at))
        case "returns":
            return lambda snapshot: snapshot.outside(reading.name)
        case _:
            raise unknown(reading)


def _all_lines(goods: Goods) -> int:
    return goods.all


class _Quantity:
    """How many units there are of some goods."""

    __slots__ = ("mask",)

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def read(self, snapshot: Snapshot) -> int:
        return snapshot.quantity(self.mask(snapshot.goods))


class _Amount:
    """What some goods cost."""

    __slots__ = ("mask", "reading")

    def __init__(self, mask: Mask, reading: Reading) -> None:
        self.mask = mask
        self.reading = reading

    def read(self, snapshot: Snapshot) -> int:
        reading = self.reading
        before_discounts = reading.basis == "before_discounts"
        return snapshot.amount(self.mask(snapshot.goods), reading.money, before_discounts=before_discounts)


def _cart_reader(reading: Reading, fact: str) -> Read:
    mask = _all_lines if reading.of is None else item_mask(reading.of)
    match fact:
        case "quantity":
            return _Quantity(mask).read
        case "distinct":
            return lambda snapshot: snapshot.distinct(mask(snapshot.goods))
        case "amount":
            return _Amount(mask, reading).read
        case "total":
            return _total_reader(reading, mask)
        case "channel":
            return lambda snapshot: None if snapshot.order.channel is None else (snapshot.order.channel,)
        case "code":
            return lambda snapshot: tuple(fold(code) for code in snapshot.order.codes)
        case "delivery":
            return lambda snapshot: tuple(shipment.method for shipment in snapshot.order.shipments) or None
        case _:
            raise unknown(reading)


def _total_reader(reading: Reading, mask: Mask) -> Read:
    key = ("item.measure", reading.key)
    read = item_reader(Reading("item.measure", key=reading.key))

    def total(snapshot: Snapshot) -> int | Decimal | None:
        lines = mask(snapshot.goods)
        found: int | Decimal = 0
        for place, (count, each) in enumerate(
            zip(snapshot.counts(), cast("list[Any]", snapshot.goods.numbers(key, read)), strict=True)
        ):
            if lines >> place & 1 and count:
                if each is None:
                    return None
                found += each * count
        return found

    return total


def _customer_reader(reading: Reading, fact: str) -> Read:
    match fact:
        case "signed_in":
            return lambda snapshot: snapshot.customer is not None
        case "orders":
            return lambda snapshot: None if snapshot.history is None else snapshot.history.orders
        case "first_order":
            return lambda snapshot: None if snapshot.history is None else snapshot.history.orders == 0
        case "spend":
            return lambda snapshot: (
                None if snapshot.history is None else snapshot.history.spend(snapshot.order.currency).minor
            )
        case "days_since_order":

            def days(snapshot: Snapshot) -> int | None:
                last = None if snapshot.history is None else snapshot.history.last_order_on(snapshot.moment.zone)
                return None if last is None else (snapshot.moment.day - last).days

            return days
        case "tier" | "since" | "staff" | "opted_in":
            return lambda snapshot: None if snapshot.customer is None else getattr(snapshot.customer, fact)
        case "group" | "tag":
            field = f"{fact}s"
            return lambda snapshot: None if snapshot.customer is None else getattr(snapshot.customer, field)
        case "id" | "country":
            return lambda snapshot: None if snapshot.customer is None else words(getattr(snapshot.customer, fact))
        case _:
            raise unknown(reading)
