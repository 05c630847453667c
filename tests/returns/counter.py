"""A returns counter for tests: a shop in Warsaw, orders placed on 2 March 2026, and questions about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aftercare import Customer, Days, Delivered, History, Line, Order, PolicyBook, Product, ReturnPolicy, Tender, eur
from aftercare.order_events import Units
from aftercare.returns.assessing import assess

ZONE = "Europe/Warsaw"
SHOP = PolicyBook("shop", zone=ZONE, currencies=["EUR"])
STANDARD = ReturnPolicy("standard", within=Days(30), after="delivered", fee=eur("4.95"))
CUP = Product("CUP", categories=["cups"])
OUTLET = Product("OUTLET-CUP", categories=["cups"], tags=["outlet"])
RING = Product("RING", tags=["engraved"])


def at(day: int, month: int = 3, hour: int = 12) -> datetime:
    """An instant of 2026 in Warsaw."""
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo(ZONE))


def placed(*lines: Line, customer: Customer | None = None, placed_at: datetime | None = None) -> Any:
    """The receipt of an order, three cups unless told."""
    order = Order(lines or [Line("1", CUP, 3, unit_price=eur(10))], currency="EUR", customer=customer)
    quote = SHOP.price(order, at=placed_at or at(2))
    return SHOP.place(quote, id="A-1", paid=[Tender("card", quote.payable)])


def line(product: Product, quantity: int = 1, *, id: str = "1") -> Line:
    """A line at ten euros a unit."""
    return Line(id, product, quantity, unit_price=eur(10))


CAME = Delivered("d1", at(4), "A-1")


def ask(policy: ReturnPolicy, receipt: Any = None, *events: Any, when: datetime | None = None, **about: Any) -> Any:
    """The answer of *policy*, by default about one cup that came on 4 March, asked on 20 March."""
    history = History(events or (CAME,))
    return assess(policy, receipt or placed(), history, **{"line": "1", "at": when or at(20), **about})


def codes(statements: Any) -> list[str]:
    """The codes of statements."""
    return [each.code for each in statements]


def cups(count: int, first: int | None = None) -> tuple[Units, ...]:
    """Units of line 1."""
    return (Units("1", count, first=first),)
