"""Receipts as shops store them: of a book that gives some of everything, and of whatever book there is."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import assume

from aftercare import (
    Charge,
    Customer,
    Days,
    Delivery,
    History,
    Line,
    Months,
    Order,
    PolicyBook,
    Product,
    Promotion,
    ReturnPolicy,
    Shipment,
    Tender,
    cart,
    eur,
    item,
    policies,
    returns,
)
from tests.strategies_orders import AT

if TYPE_CHECKING:
    from aftercare import Receipt
    from aftercare.limits import Counts

NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Warsaw"))


def placed(
    book: PolicyBook, order: Order, history: History | None = None, counts: Counts | None = None, *, at: datetime = AT
) -> Receipt:
    """The receipt of an order, paid by card."""
    quote = book.price(order, at=at, history=history, counts=counts)
    return book.place(quote, id="A-1", paid=[Tender("card", quote.payable)])


SOME_BOOK = PolicyBook(
    "shop",
    zone="Europe/Warsaw",
    currencies=["EUR"],
    promotions=[
        Promotion("pair", then=policies.every(2, of="CUP").percent_off(50)),
        Promotion("sale", then=policies.percent_off(10), earns_points=False),
        Promotion(
            "extras",
            when=cart.has("POT"),
            then=(policies.gift("SPOON", value=eur(1)), policies.points_times(2), policies.voucher(eur(5))),
        ),
    ],
    delivery=[Delivery("std", fee=eur("4.95"))],
    returns=returns.AfterSales(
        returns=ReturnPolicy("standard", within=Days(30), after="ordered").not_returnable(of=item.sku.is_("SPOON")),
        warranties=returns.Warranty(
            ReturnPolicy("maker", regime="warranty", within=Months(24), after="delivered").not_returnable(
                of=~item.sku.is_("POT")
            )
        ),
    ),
)


@cache
def receipt() -> Receipt:
    """A receipt that has some of everything."""
    order = Order(
        [
            Line("1", Product("CUP"), 3, unit_price=eur(3), tax=23),
            Line("2", Product("POT"), unit_price=eur(10), tax=8),
            Line("3", Product("SPOON"), unit_price=eur(1)),
        ],
        currency="EUR",
        customer=Customer("C-7"),
        shipments=[Shipment("parcel", "std", tax=23)],
        charges=[Charge("bag", eur("0.20"))],
    )
    return placed(SOME_BOOK, order, History(), at=NOON)


def any_placed(case: tuple[Any, ...]) -> Receipt:
    """The receipt of a generated case: a book, an order, and what is known of the customer and of limits."""
    book, order, *known = case
    assume(book.price(order, at=AT).payable.minor >= 0)  # negative charges may be more than everything else
    return placed(book, order, *known)
