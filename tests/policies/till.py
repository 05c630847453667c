"""A small shop for tests: lines, baskets and books in few words, and what became of every unit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aftercare.book import PolicyBook
from aftercare.money import Money, UnitPrice, eur
from aftercare.order import Line, Order, Product

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.policies.decision import Decision
    from aftercare.policies.stacking import Entry

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def line(ident: str, price: str, quantity: int = 1, **given: Any) -> Line:
    """A line in euros; its SKU is its id unless *sku* says otherwise, and *of* are the product's categories."""
    of = given.pop("of", ())
    product = {key: given.pop(key) for key in ("minimum_price", "discountable", "attributes", "tags") if key in given}
    sku = given.pop("sku", ident)
    fine = len(price.partition(".")[2]) > 2
    unit_price = UnitPrice(price, "EUR") if fine else Money(price, "EUR")
    return Line(ident, Product(sku, categories=of, **product), quantity, unit_price=unit_price, **given)


def basket(*lines: Line, **given: Any) -> Order:
    """An order in euros."""
    return Order(lines, currency="EUR", **given)


def prices(*each: str, **given: Any) -> Order:
    """An order of one unit a line, each line of its own product; the ids are in the order given."""
    return basket(*(line(f"{place:02}", price) for place, price in enumerate(each)), **given)


def shop(*promotions: Entry, **given: Any) -> PolicyBook:
    """A book in euros, in Warsaw."""
    return PolicyBook("shop", promotions=promotions, **{"zone": "Europe/Warsaw", "currencies": ["EUR"], **given})


def price(order: Order, *promotions: Entry, at: datetime = NOON, **given: Any) -> Decision:
    """What *order* costs under *promotions*."""
    return shop(*promotions, **given).price(order, at=at)


def off(decision: Decision, promotion: str | None = None) -> list[int]:
    """What was taken off each unit, in cents, in the order of the lines; by one promotion or by all."""
    found: list[int] = []
    for each in decision.lines:
        for units in each.units:
            taken = sum(part.amount.minor for part in units.parts if promotion in {None, part.promotion})
            found += [taken] * units.count
    return found


def lost(decision: Decision) -> list[tuple[str, Money]]:
    """What promotions could not give, as reported."""
    return [(str(each["promotion"]), each["amount"]) for each in decision.overflow]  # type: ignore[misc]


def cents(amount: str) -> int:
    """An amount of euros in cents."""
    return eur(amount).minor


def ids(matched: Iterable[Any]) -> list[str]:
    """The ids of promotions."""
    return [each.id for each in matched]
