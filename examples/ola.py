"""Ola, a customer of the shop: the words in which the tutorial tells her two years."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aftercare import Customer, Delivered, History, Line, Order, Purchase, Shipment, Tender, eur, say
from aftercare.limits import Counts
from examples.shop import ZONE, products, shop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare import Decision, Receipt, Statement

KNOWN = {product.sku: product for product in products}
PRICES = {
    "COFFEE-ETH": "9.90",
    "CUP": "4.50",
    "FILTER": "2.90",
    "MACHINE": "189.00",
    "SYRUP": "6.50",
    "TEAPOT": "19.00",
}


def at(moment: str) -> datetime:
    """An instant by the clock on the wall of the shop."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(ZONE))


def order(goods: dict[str, int], *, codes: Iterable[str] = (), by: str = "standard") -> Order:
    """An order of Ola's: so many units of each of the goods, each a line under its SKU."""
    return Order(
        [Line(sku, KNOWN[sku], count, unit_price=eur(PRICES[sku]), tax=23) for sku, count in goods.items()],
        currency="EUR",
        customer=Customer("ola", country="PL"),
        shipments=[Shipment("parcel", by, tax=23)],
        codes=codes,
    )


def price(history: History, goods: Order, moment: str) -> Decision:
    """What the book says of an order of hers, while no limit of a promotion is used up."""
    return shop.price(goods, at=at(moment), history=history, counts=Counts())


def buy(
    history: History,
    quote: Decision,
    id: str,
    *,
    arrives: str,
    paid: Iterable[Tender] = (),
) -> History:
    """She places a quote, pays by card unless told otherwise, and the parcel arrives."""
    receipt = shop.place(quote, id=id, paid=paid or Tender("card", quote.payable))
    placed = Purchase(f"{id} placed", receipt.placed_at, receipt)
    return History([*history.events, placed, Delivered(f"{id} delivered", at(arrives), id)])


def receipt(history: History, id: str) -> Receipt:
    """The receipt of one of her orders."""
    return next(each.receipt for each in history.purchases if each.receipt.id == id)


def first_winter() -> History:
    """What she had bought by the spring of 2027, as the first part of the story tells."""
    history = buy(
        History(),
        price(History(), order({"COFFEE-ETH": 5, "SYRUP": 1}, codes=["WELCOME"]), "2026-11-23T10:00"),
        "A-1",
        arrives="2026-11-25T12:00",
    )
    quote = price(history, order({"COFFEE-ETH": 1, "FILTER": 2}), "2026-11-30T08:30")
    history = buy(history, quote, "A-2", arrives="2026-12-02T12:00")
    quote = price(history, order({"MACHINE": 1, "COFFEE-ETH": 2}), "2026-12-02T16:00")
    history = buy(history, quote, "A-3", arrives="2026-12-04T12:00")
    quote = price(history, order({"TEAPOT": 1, "CUP": 4}), "2027-01-15T18:32")
    return buy(history, quote, "A-4", arrives="2027-01-18T12:00")


def tell(*statements: Statement) -> None:
    """Print each statement in English and in Polish."""
    for statement in statements:
        for locale in ("en", "pl"):
            print(say(statement, locale=locale, sink="plain"))
