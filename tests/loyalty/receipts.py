"""Receipts and instants for the tests of points, built short."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from aftercare import (
    Customer,
    Line,
    Money,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Purchase,
    Receipt,
    Returned,
    Shipment,
    Tender,
)
from aftercare.order_events import Units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftercare import Tier
    from aftercare.order import PriceMode

ZONE = "Europe/Warsaw"


def noon(day: str) -> datetime:
    """Noon, in UTC, of a day written as ``2026-03-01``."""
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def receipt(
    id: str = "A-1",
    *prices: str | int | tuple[str | int, int],
    at: datetime | None = None,
    tier: Tier | None = None,
    tax: int = 0,
    mode: PriceMode = "gross",
    shipping: str | None = None,
    promotions: Sequence[Promotion] = (),
    points: str | int = 0,
    currency: str = "EUR",
) -> Receipt:
    """A receipt of lines ``1``, ``2``, ... at *prices* (with a quantity, if not one); *points* is what points paid."""
    lines = []
    for place, price in enumerate(prices or (10,), 1):
        unit, quantity = price if isinstance(price, tuple) else (price, 1)
        product = Product(f"SKU-{place}", categories=[f"c{place}"])
        lines.append(Line(str(place), product, quantity, unit_price=Money(unit, currency), tax=tax))
    order = Order(
        lines,
        currency=currency,
        customer=None if tier is None else Customer("C-1", tier=tier),
        shipments=() if shipping is None else [Shipment("s", "post", Money(shipping, currency), tax=tax)],
        prices=mode,
    )
    book = PolicyBook("shop", zone=ZONE, currencies=[currency], promotions=promotions)
    quote = book.price(order, at=at or noon("2026-03-01"))
    by_points = Money(points, currency)
    paid = [Tender("card", quote.payable - by_points)]
    if by_points:
        paid.append(Tender("points", by_points))
    return book.place(quote, id=id, paid=paid)


def bought(found: Receipt) -> Purchase:
    """The purchase of a receipt, at its instant."""
    return Purchase(f"buy-{found.id}", found.placed_at, found)


def returned(order: str, at: datetime, units: dict[str, int], id: str = "") -> Returned:
    """Units of *order* that came back."""
    return Returned(
        id or f"return-{order}-{at:%Y%m%d}", at, order, tuple(Units(line, count) for line, count in units.items())
    )
