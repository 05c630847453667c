from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aftercare.money import Amounts, Money, Percent
from aftercare.order import Tier
from aftercare.policies.condition import Combination, ItemCombination, ItemTest, NamedGoods, Test
from aftercare.policies.variable import Cases, Dated, Steps
from tests.reference.numbers import converted, in_currency

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from aftercare import Order
    from aftercare.history import History
    from aftercare.order import Line
    from tests.reference.units import Unit

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass
class Snapshot:
    """The order as it stood when a phase began."""

    order: Order
    units: list[Unit]
    at: datetime
    zone: str
    history: History | None

    @property
    def day(self) -> Any:
        """The date in the book's zone."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    def counted(self, of: Any) -> list[Unit]:
        """The units that quantities and amounts count."""
        return [
            unit
            for unit in self.units
            if unit.discountable and not unit.hidden and (of is None or matches(of, unit.line))
        ]

    def amount(self, of: Any, basis: str, prices: str | None) -> int:
        """What the goods cost, in the price mode that is asked for."""
        if basis == "before_discounts":
            lines = [
                each for each in self.order.lines if each.product.discountable and (of is None or matches(of, each))
            ]
            amounts = [(line.tax.ratio, line.minor) for line in lines]
        else:
            amounts = [(unit.rate, unit.left) for unit in self.counted(of)]
        by_rate: dict[Fraction, int] = {}
        for rate, amount in amounts:
            by_rate[rate] = by_rate.get(rate, 0) + amount
        if prices in {None, self.order.prices}:
            return sum(by_rate.values())
        return sum(converted(amount, rate, str(prices)) for rate, amount in by_rate.items())


def compare(found: Any, operator: str, bound: Any, currency: str) -> bool | None:
    """What comes of comparing a fact with a bound; None is unknown."""
    if found is None:
        return None
    if operator in {"holds", "fails"}:
        return bool(found) is (operator == "holds")
    if operator in {"one_of", "none_of"}:
        several = found if isinstance(found, tuple) else (found,)
        return any(each in bound for each in several) is (operator == "one_of")
    if isinstance(bound, Amounts):
        bound = in_currency(bound, currency)
    if isinstance(bound, Tier):
        found, bound = found.rank, bound.rank
    return bool(found >= bound) is (operator == "at_least")


def enough(needed: int, parts: list[bool | None]) -> bool | None:
    """Whether at least so many parts hold; None is unknown."""
    if parts.count(True) >= needed:
        return True
    return None if parts.count(True) + parts.count(None) >= needed else False


def item_fact(reading: Any, line: Line) -> Any:
    """A fact of one line's goods; None is unknown."""
    match reading.name:
        case "item.sku":
            return (line.product.sku,)
        case "item.category":
            return line.product.categories
        case "item.tag":
            return line.product.tags
        case "item.line":
            return (line.id,)
        case "item.price":
            return line.unit_price.minor
        case "item.list_price":
            return None if line.list_price is None else line.list_price.minor
        case "item.quantity":
            return line.quantity
        case "item.on_sale":
            return line.list_price is not None and line.unit_price.minor < line.list_price.minor
        case "item.measure":
            return line.product.attribute(reading.key)
    raise AssertionError(reading)


def matches(of: Any, line: Line) -> bool:
    """Whether a line's goods are known to be *of*."""
    return about_item(of, line) is True


def about_item(of: Any, line: Line) -> bool | None:
    """Whether a condition on goods holds; None is unknown."""
    match of:
        case ItemTest(reading, operator, bound):
            return compare(item_fact(reading, line), operator, bound, line.currency)
        case NamedGoods(goods, _, negated):
            return about_item(goods.negated() if negated else goods, line)
        case ItemCombination(needed, parts):
            return enough(needed, [about_item(part, line) for part in parts])
    raise AssertionError(of)


def fact(reading: Any, snapshot: Snapshot) -> Any:
    """A fact of the order; None is unknown."""
    order, customer, history = snapshot.order, snapshot.order.customer, snapshot.history
    section, _, name = reading.name.partition(".")
    match reading.name:
        case "cart.quantity":
            return len(snapshot.counted(reading.of))
        case "cart.distinct":
            return len({unit.sku for unit in snapshot.counted(reading.of)})
        case "cart.amount":
            return snapshot.amount(reading.of, reading.basis, reading.money)
        case "cart.total":
            found = [unit.line.product.attribute(reading.key) for unit in snapshot.counted(reading.of)]
            return None if None in found else sum(found)
        case "cart.channel":
            return order.channel
        case "cart.code":
            return tuple(folded(code) for code in order.codes)
        case "cart.delivery":
            return tuple(shipment.method for shipment in order.shipments) or None
        case "customer.signed_in":
            return customer is not None
        case "customer.orders":
            return None if history is None else history.orders
        case "customer.first_order":
            return None if history is None else not history.orders
        case "customer.spend":
            return None if history is None else history.spend(order.currency).minor
        case "clock.weekday":
            return WEEKDAYS[snapshot.day.weekday()]
        case "clock.date":
            return snapshot.day
    assert section == "customer", reading
    if customer is None:
        return None
    return getattr(customer, {"group": "groups", "tag": "tags"}.get(name, name))


def holds(condition: Any, snapshot: Snapshot) -> bool | None:
    """Whether a condition on the order holds; None is unknown."""
    match condition:
        case Test(reading, operator, bound):
            if reading.name == "cart.code" and bound is not None:
                bound = tuple(folded(code) for code in bound)
            return compare(fact(reading, snapshot), operator, bound, snapshot.order.currency)
        case Combination(needed, parts):
            return enough(needed, [holds(part, snapshot) for part in parts])
    raise AssertionError(condition)


def folded(code: str) -> str:
    """A code as it is compared."""
    return code.strip().casefold()


def value_of(given: Any, snapshot: Snapshot) -> Any:
    """The constant that a value is here: a ratio, minor units or a number; None when it cannot be told."""
    match given:
        case Steps(steps_fact, steps):
            found = fact(steps_fact.reading, snapshot)
            reached = [row for bound, row in steps if compare(found, "at_least", bound, snapshot.order.currency)]
            return value_of(reached[-1], snapshot) if reached else None
        case Cases(words, cases, choose):
            found = fact(words.reading, snapshot)
            several = () if found is None else found if isinstance(found, tuple) else (found,)
            rows = [value_of(row, snapshot) for word, row in cases if word in several]
            if not rows or None in rows:
                return None
            return min(rows) if choose == "lowest" else max(rows)
        case Dated(value, changes):
            for at, new in changes:
                if at <= snapshot.at:
                    value = new
            return value_of(value, snapshot)
        case Percent():
            return given.ratio
        case Money() | Amounts():
            return in_currency(given, snapshot.order.currency)
        case _:
            return given
