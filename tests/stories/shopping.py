"""Short ways to shop in the stories: what a customer buys at a shop, and what a programme says of it later."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from aftercare import (
    Adjustment,
    Customer,
    Dispatch,
    History,
    Line,
    Measured,
    Money,
    Order,
    Product,
    Purchase,
    Returned,
    Shipment,
    Tender,
    say,
)
from aftercare.order_events import Units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare import Decision, PolicyBook, Tier
    from aftercare.history import Event
    from aftercare.loyalty import Ledger, Program, Standing
    from aftercare.loyalty.credit import Holds
    from aftercare.order import PriceMode
    from aftercare.statement import Statement


def noon(day: str) -> datetime:
    """Noon UTC of a day."""
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def basket(
    currency: str,
    *prices: int | str,
    on_sale_from: str | None = None,
    tags: Iterable[str] = (),
    quantity: int = 1,
    tier: Tier | None = None,
    customer_tags: Iterable[str] = (),
    codes: Iterable[str] = (),
    shipping: str | None = None,
    tax: int = 0,
    mode: PriceMode = "gross",
) -> Order:
    """An order of one line a price."""
    before = None if on_sale_from is None else Money(on_sale_from, currency)
    return Order(
        [
            Line(
                str(n),
                Product(f"P-{n}", tags=tags),
                quantity,
                unit_price=Money(p, currency),
                list_price=before,
                tax=tax,
            )
            for n, p in enumerate(prices, 1)
        ],
        currency=currency,
        customer=Customer("C-1", tier=tier, tags=customer_tags),
        codes=codes,
        shipments=[] if shipping is None else [Shipment("parcel", "post", Money(shipping, currency), tax=tax)],
        prices=mode,
    )


def placed(book: PolicyBook, day: str, order: Order, id: str | None = None) -> Purchase:
    """The order was priced by the shop and placed at noon."""
    decision: Decision = book.price(order, at=noon(day))
    name = id or f"A-{day}"
    receipt = book.place(decision, id=name, paid=[Tender("card", decision.payable)])
    return Purchase(f"buy {name}", noon(day), receipt)


def sent(day: str, order: str) -> Dispatch:
    """The order was dispatched at noon."""
    return Dispatch(f"sent {order}", noon(day), order)


def back(day: str, order: str, line: str = "1", count: int = 1) -> Returned:
    """Units of one line came back at noon."""
    return Returned(f"return {order} {line}", noon(day), order, (Units(line, count),))


def measured(day: str, measure: str, amount: int) -> Measured:
    """So much of a measure of the shop's own, at noon."""
    return Measured(f"{measure} {day}", noon(day), measure, amount)


def given(day: str, points: int) -> Adjustment:
    """The shop gave points, at noon."""
    return Adjustment(f"gift {day}", noon(day), points, reason="gift")


def ledger(program: Program, day: str, *events: Event) -> Ledger:
    """The points at noon of a day."""
    return program.ledger(History(events), at=noon(day))


def points(program: Program, day: str, *events: Event) -> int:
    """How many points can be spent at noon of a day."""
    return ledger(program, day, *events).available


def standing(program: Program, day: str, *events: Event, holds: Holds | None = None) -> Standing:
    """The standing at noon of a day."""
    return program.standing(History(events), at=noon(day), holds=holds)


def tier(program: Program, day: str, *events: Event, holds: Holds | None = None) -> Tier | None:
    """The tier at noon of a day."""
    return standing(program, day, *events, holds=holds).tier


def told(statement: Statement | None) -> str:
    """What a member reads, in English."""
    assert statement is not None
    return say(statement, locale="en", sink="plain")


def statement_of_points(program: Program, day: str, *events: Event) -> list[str]:
    """Every line of a member's statement of points at noon of a day."""
    return [told(entry.reason) for entry in ledger(program, day, *events).entries]


def ahead(program: Program, day: str, *events: Event, holds: Holds | None = None) -> str:
    """What a member is told at noon of a day about the next change of the tier."""
    forecast = standing(program, day, *events, holds=holds).forecast
    assert forecast is not None
    return told(forecast.statement)
