"""A shop without promotions and what happens to its orders, for tests of what comes after the sale."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aftercare import Line, Order, PolicyBook, Product, Tender, eur
from aftercare.returns.counting import deadline
from aftercare.returns.timeline import Milestones

if TYPE_CHECKING:
    from aftercare import Receipt
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.windows import ReturnWindow

WARSAW = ZoneInfo("Europe/Warsaw")
SHOP = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"])
LATER = datetime(2040, 1, 1, tzinfo=UTC)


def noon(day: str | date, place: ZoneInfo = WARSAW) -> datetime:
    """Noon of a day on the clocks of a zone."""
    when = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(when, time(12), place)


def ordered(*quantities: int, at: datetime | None = None, id: str = "A-1") -> Receipt:
    """The receipt of lines ``1``, ``2``, … of so many cups at 1.00."""
    lines = [Line(str(n), Product("CUP"), quantity, unit_price=eur(1)) for n, quantity in enumerate(quantities, 1)]
    order = Order(lines, currency="EUR")
    return SHOP.place(
        SHOP.price(order, at=at or noon("2026-03-01")), id=id, paid=[Tender("card", eur(sum(quantities)))]
    )


def facts(delivered: str | datetime | None = None, **others: Any) -> Milestones:
    """The milestones of one unit that was ordered, paid and informed on the day before its delivery."""
    came = noon(delivered) if isinstance(delivered, str) else delivered
    order = others.pop("ordered", noon("2026-03-01"))
    known = {"paid": order, "informed": order, "delivered": came, "first_delivered": came, "last_delivered": came}
    return Milestones(line="1", first=1, count=1, ordered=order, **{**known, **others})


def ends(window: ReturnWindow, known: Milestones, at: datetime = LATER, zone: str = "Europe/Warsaw") -> Deadline:
    """The deadline in a shop in Warsaw."""
    return deadline(window, known, at=at, zone=zone)
