"""What the shop sells and for how much. A real shop reads this from its own tables, and never from a browser."""

from __future__ import annotations

from typing import Final

from aftercare import Line, Money, eur, pln
from examples.shop import products

TAX: Final = 23
CURRENCIES: Final = ("EUR", "PLN")
DELIVERY: Final = ("standard", "express", "locker", "pickup")

_PRICES: Final[dict[str, tuple[Money, Money]]] = {
    "COFFEE-ETH": (eur("9.90"), pln("42.00")),
    "COFFEE-HOUSE": (eur("24.00"), pln("99.00")),
    "TEA-ASSAM": (eur("5.60"), pln("23.90")),
    "TEA-TIN": (eur("7.20"), pln("31.00")),
    "TIN": (eur("3.50"), pln("15.00")),
    "TEAPOT": (eur("19.00"), pln("82.00")),
    "CUP": (eur("4.50"), pln("19.50")),
    "FILTER": (eur("2.90"), pln("12.50")),
    "SYRUP": (eur("8.40"), pln("36.00")),
    "BISCUIT": (eur("1.20"), pln("5.00")),
    "MACHINE": (eur("249.00"), pln("1069.00")),
    "GIFT-CARD": (eur("25.00"), pln("110.00")),
}
_PRODUCTS: Final = {product.sku: product for product in products}
SKUS: Final = tuple(_PRICES)


def line_of(sku: str, quantity: int, currency: str) -> Line:
    """So many units of a product, at today's price; the line is called by the SKU."""
    price = next(each for each in _PRICES[sku] if each.currency == currency)
    return Line(sku, _PRODUCTS[sku], quantity, unit_price=price, tax=TAX)


CATALOG: Final = {currency: tuple(line_of(sku, 1, currency) for sku in SKUS) for currency in CURRENCIES}
"""A line of each product, for what a shopper may be told to add."""
