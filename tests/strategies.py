"""Values that any test may ask for: money, percentages, names, customers and whole orders."""

from __future__ import annotations

import string
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from aftercare.money import Money, Percent, UnitPrice, amounts
from aftercare.order import Charge, Customer, Line, Order, Product, Shipment, Tier
from aftercare.statement import Name

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.money import Amounts

CURRENCIES = ("EUR", "PLN", "USD", "JPY", "KWD", "CLF")
"""With two digits after the point, with none, with three and with four."""

LOCALES = ("pl", "be", "ja", "pt_BR", "zh_Hans")

currencies = st.sampled_from(CURRENCIES)
words = st.text(string.ascii_lowercase + "-ąé猫", min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)


def money(currency: str, *, least: int = 0, most: int = 100_000) -> st.SearchStrategy[Money]:
    """Amounts in one currency, in minor units from *least* to *most*."""
    return st.integers(least, most).map(lambda minor: Money.of_minor(minor, currency))


def unit_prices(currency: str) -> st.SearchStrategy[UnitPrice]:
    """Prices with up to eight digits after the point, also those that do not need so many."""
    return st.builds(
        lambda unscaled, places: UnitPrice(Decimal(unscaled).scaleb(-places), currency),
        st.integers(0, 10**6),
        st.integers(0, 8),
    )


def percents(most: int = 100) -> st.SearchStrategy[Percent]:
    """Percentages from 0 to *most*: whole, with digits after the point, and fractions without an end."""
    return st.one_of(
        st.integers(0, most).map(Percent),
        st.decimals(0, most, places=3).map(Percent),
        st.fractions(0, most, max_denominator=30).map(Percent),
    )


@st.composite
def names(draw: st.DrawFn) -> Name:
    """Names with and without translations."""
    return Name(draw(texts), **draw(st.dictionaries(st.sampled_from(LOCALES), texts, max_size=2)))


tiers = st.builds(Tier, words, st.integers(0, 9), title=st.none() | names())

customers = st.builds(
    Customer,
    words,
    tier=st.none() | tiers,
    groups=st.lists(words, max_size=2),
    tags=st.lists(words, max_size=2),
    country=st.none() | st.sampled_from(["PL", "BY", "DE", "JP", "US"]),
    since=st.none() | st.dates(date(1990, 1, 1), date(2030, 12, 31)),
    staff=st.booleans(),
    opted_in=st.none() | st.booleans(),
)

attributes = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.one_of(
        st.booleans(),
        st.integers(-(10**9), 10**9),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
        st.decimals(-1000, 1000, places=4),
        st.sampled_from([Decimal("1E+3"), Decimal("-0"), Decimal("0.00")]),
    ),
    max_size=3,
)


def minimum_prices(currency: str) -> st.SearchStrategy[Money | Amounts]:
    """Lowest prices: in the order's currency, in another one, and one for each of several currencies."""
    return st.one_of(
        money(currency),
        currencies.flatmap(money),
        st.sets(currencies, min_size=1).map(lambda codes: amounts(*(Money.of_minor(7, code) for code in codes))),
    )


def products(currency: str) -> st.SearchStrategy[Product]:
    """Products of an order in that currency; few different SKUs, so that lines share them."""
    return st.builds(
        Product,
        st.sampled_from(["CUP", "TEAPOT", "SCREW", "CHEESE"]) | words,
        name=st.none() | names(),
        categories=st.lists(st.sampled_from(["coffee", "tea", "tools"]) | words, max_size=2),
        tags=st.lists(words, max_size=2),
        attributes=attributes,
        minimum_price=st.none() | minimum_prices(currency),
        discountable=st.booleans(),
    )


@st.composite
def lines(draw: st.DrawFn, currency: str, ident: str) -> Line:
    """Lines of one or many units, and lines of goods sold by measure."""
    measured = draw(st.booleans())
    measure = st.decimals(Decimal("0.001"), 50, places=3) if measured else st.none()
    return Line(
        ident,
        draw(products(currency)),
        1 if measured else draw(st.integers(1, 50)),
        unit_price=draw(money(currency) | unit_prices(currency)),
        list_price=draw(st.none() | money(currency)),
        prices=draw(st.dictionaries(st.sampled_from(["member", "staff"]), money(currency))),
        tax=draw(percents()),
        measure=draw(measure),
        position=draw(st.none() | st.integers(0, 20)),
    )


@st.composite
def shipments(draw: st.DrawFn, currency: str, ident: str) -> Shipment:
    """Deliveries with a charge of their own and without."""
    method = draw(st.sampled_from(["standard", "express", "pickup"]))
    return Shipment(ident, method, draw(st.none() | money(currency)), tax=draw(percents()))


@st.composite
def charges(draw: st.DrawFn, currency: str, ident: str) -> Charge:
    """Fees and deposits, also negative."""
    amount = draw(money(currency, least=-1000, most=1000))
    return Charge(ident, amount, tax=draw(percents()), name=draw(st.none() | names()))


@st.composite
def orders(draw: st.DrawFn, currency: str | None = None, most_lines: int = 4) -> Order:
    """Orders of every kind that can be: in *currency* if it is given, of up to *most_lines* lines."""
    code = currency or draw(currencies)

    def each(kind: Callable[[str, str], st.SearchStrategy[object]], prefix: str, most: int) -> list[object]:
        return [draw(kind(code, f"{prefix}{number}")) for number in range(draw(st.integers(0, most)))]

    return Order(
        each(lines, "line-", most_lines),
        currency=code,
        customer=draw(st.none() | customers),
        shipments=each(shipments, "shipment-", 2),
        delivery_options=each(shipments, "option-", 2),
        charges=each(charges, "charge-", 2),
        codes=draw(st.lists(texts, max_size=3)),
        channel=draw(st.none() | words),
        prices=draw(st.sampled_from(["gross", "net"])),
    )
