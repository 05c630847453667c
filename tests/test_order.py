from __future__ import annotations

import datetime as dt
import decimal
import fractions
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

import aftercare
from aftercare import (
    CalendarError,
    Charge,
    Customer,
    Line,
    MoneyError,
    Name,
    Order,
    OrderError,
    Percent,
    Product,
    Shipment,
    StatementError,
    Tier,
    UnitPrice,
    amounts,
    eur,
    pln,
)
from tests.strategies import orders

NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "datetime": dt,
    "fractions": fractions,
    "decimal": decimal,
}
CUP = Product("CUP")
LINE = Line("1", CUP, 2, unit_price=eur(3))


# --- values ----------------------------------------------------------------------------------------------------------


@given(orders())
def test_order_is_a_value(order: Order) -> None:
    """An order is equal to its code, its pickle and its hash."""
    again = eval(repr(order), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code

    assert order == again
    assert hash(order) == hash(again)
    assert order == pickle.loads(pickle.dumps(order))  # noqa: S301 - what was just pickled


def test_sets_have_no_order() -> None:
    """Words and mappings are sorted, so that equal orders are equal values."""
    assert Product("CUP", tags=["b", "a", "b"]) == Product("CUP", tags=("a", "b"))
    assert Product("CUP", attributes={"b": 1, "a": 2}) == Product("CUP", attributes=[("a", 2), ("b", 1)])
    assert Customer("c", groups=["b", "a"]) == Customer("c", groups=iter("ab"))
    assert Order([LINE], currency="EUR", codes=["b", "a"]) == Order(iter([LINE]), currency="EUR", codes=("a", "b"))
    prices = {"staff": eur(1), "member": eur(2)}
    assert (("member", eur(2)), ("staff", eur(1))) == Line("1", CUP, unit_price=eur(3), prices=prices).prices


def test_names() -> None:
    """A tier is called by its title, or else by its id; texts become names."""
    assert Name("gold") == Tier("gold", 2).name
    assert Name("Gold", pl="złoty") == Tier("gold", 2, title=Name("Gold", pl="złoty")).name
    assert Name("cup") == Product("CUP", name="cup").name
    assert Name("deposit") == Charge("d", eur(1), name="deposit").name


def test_attribute() -> None:
    """An attribute is found by its name."""
    product = Product("CUP", attributes={"colour": "red", "weight": Decimal("0.3"), "fragile": True})

    assert ("red", Decimal("0.3"), True, None) == tuple(map(product.attribute, ("colour", "weight", "fragile", "age")))


@pytest.mark.parametrize(
    ("line", "total"),
    [
        (LINE, "6.00"),
        (Line("1", CUP, 40, unit_price=UnitPrice("0.0125", "EUR")), "0.50"),
        (Line("1", CUP, 1, unit_price=UnitPrice("0.0150", "EUR")), "0.02"),
        (Line("1", CUP, 3, unit_price=UnitPrice("0.0150", "EUR")), "0.05"),
        (Line("1", CUP, unit_price=eur("9.99"), measure=Decimal("1.25")), "12.49"),
        (Line("1", CUP, unit_price=UnitPrice("9.995", "EUR"), measure=Decimal("0.5")), "5.00"),
        (Line("1", CUP, 7, unit_price=eur(0)), "0.00"),
    ],
    ids=repr,
)
def test_line_total(line: Line, total: str) -> None:
    """A line's total is exact, then rounded once, half up."""
    assert eur(total) == line.total
    assert eur(total).minor == line.minor
    assert "EUR" == line.currency


def test_goods() -> None:
    """The goods of an order are its lines before promotions; an empty order has none."""
    assert eur(9) == Order([LINE, Line("2", CUP, unit_price=eur(3))], currency="EUR").goods
    assert eur(0) == Order([], currency="EUR").goods


@pytest.mark.parametrize("rate", [23, "23", Decimal(23), Percent(23)], ids=repr)
def test_rates(rate: Any) -> None:
    """A tax rate is a percentage, however it is written."""
    assert Percent(23) == Line("1", CUP, unit_price=eur(3), tax=rate).tax
    assert Percent(23) == Shipment("s", "std", eur(5), tax=rate).tax
    assert Percent(23) == Charge("c", eur(5), tax=rate).tax


def test_what_may_be() -> None:
    """Charges may be negative, lowest prices in several currencies, titles and channels absent."""
    assert eur(-1) == Charge("rebate", eur(-1)).amount
    assert amounts(eur(1), pln(4)) == Product("CUP", minimum_price=amounts(eur(1), pln(4))).minimum_price
    assert Shipment("s", "std").charge is None
    assert Order([], currency="JPY").customer is None


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  ", None, 5])
@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda text: Tier(text, 0), "a tier"),
        (Product, "a sku"),
        (lambda text: Product("CUP", tags=[text]), "an entry"),
        (lambda text: Line(text, CUP, unit_price=eur(1)), "a line id"),
        (lambda text: Shipment(text, "std"), "a shipment id"),
        (lambda text: Shipment("s", text), "a delivery method"),
        (lambda text: Charge(text, eur(1)), "a charge id"),
        (Customer, "a customer id"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_text_is_needed(make: Any, what: str, text: object) -> None:
    """Ids and words are texts that are not empty."""
    with pytest.raises(OrderError, match=f"{what} needs some text, given `{text!r}`"):
        make(text)


@pytest.mark.parametrize("number", [0, -1, 1_000_001, 1.0, True, "2", None, Decimal(2)], ids=repr)
def test_quantity(number: Any) -> None:
    """A quantity is a whole number from one to a million."""
    with pytest.raises(OrderError, match="the quantity of line `1` is a whole number from 1 to 1000000, given"):
        Line("1", CUP, number, unit_price=eur(1))


@pytest.mark.parametrize("number", [-1, 1.5, True, "2"])
def test_rank_and_position(number: Any) -> None:
    """A rank and a position are whole numbers from nought."""
    with pytest.raises(OrderError, match="a tier's rank is a whole number from 0 to 1000000"):
        Tier("gold", number)
    with pytest.raises(OrderError, match="the position of line `1` is a whole number from 0 to 1000000"):
        Line("1", CUP, unit_price=eur(1), position=number)


def test_one_text_is_not_several() -> None:
    """A text where several are expected is not taken letter by letter."""
    with pytest.raises(OrderError, match=r"`hot` is one text where several are expected: write `\('hot',\)`"):
        Product("CUP", tags="hot")


@pytest.mark.parametrize("given_", [1.5, None, ("a",), float("nan"), Decimal("NaN"), Decimal("Infinity")])
def test_attributes(given_: Any) -> None:
    """An attribute is a text, a finite exact number, or yes or no."""
    with pytest.raises(
        OrderError, match=r"attribute `weight` of `CUP` is `.*`: use text, whole numbers, `Decimal` or yes/no"
    ):
        Product("CUP", attributes={"weight": given_})


@pytest.mark.parametrize("price", [3, 1.5, "3.00", None, Decimal(3)])
def test_prices_are_money(price: Any) -> None:
    """A price without a currency is no price."""
    advice = r"is `.*`, which is no amount: write one with its currency, such as `eur\('12.40'\)`"
    with pytest.raises(OrderError, match=f"the unit price of line `1` {advice}"):
        Line("1", CUP, unit_price=price)
    with pytest.raises(OrderError, match=f"the amount of charge `c` {advice}"):
        Charge("c", price)
    if price is not None:
        with pytest.raises(OrderError, match=f"the list price of line `1` {advice}"):
            Line("1", CUP, unit_price=eur(3), list_price=price)
        with pytest.raises(OrderError, match=f"the charge of shipment `s` {advice}"):
            Shipment("s", "std", price)
    with pytest.raises(OrderError, match="the price `member` of line `1`"):
        Line("1", CUP, unit_price=eur(3), prices={"member": pln(1)})


def test_negative_prices() -> None:
    """Prices and delivery are never negative."""
    with pytest.raises(
        OrderError, match=r"the unit price of line `1` is `-1.00 EUR`: prices are never negative, use a `Ch"
    ):
        Line("1", CUP, unit_price=eur(-1))
    with pytest.raises(OrderError, match=r"the list price of line `1` is `-1.00 EUR`: prices are never negative"):
        Line("1", CUP, unit_price=eur(1), list_price=eur(-1))
    with pytest.raises(OrderError, match=r"the price `staff` of line `1` is `-1.00 EUR`: prices are never negative"):
        Line("1", CUP, unit_price=eur(1), prices={"staff": eur(-1)})
    with pytest.raises(
        OrderError, match=r"the charge of shipment `s` is `-1.00 EUR`: it is never negative, use a promotion"
    ):
        Shipment("s", "std", eur(-1))


@pytest.mark.parametrize("measure", [Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity"), 1.5, 2, "3"])
def test_measure(measure: Any) -> None:
    """A measure is an exact number above nought."""
    with pytest.raises(
        OrderError, match="line `1` has a measure: it is one unit with a `Decimal` above zero, given 1 with"
    ):
        Line("1", CUP, unit_price=eur(1), measure=measure)


def test_measured_goods_are_one_unit() -> None:
    """Goods sold by measure are not counted."""
    with pytest.raises(OrderError, match=r"line `1` has a measure: it is one unit .*, given 2 with `Decimal"):
        Line("1", CUP, 2, unit_price=eur(1), measure=Decimal("1.5"))


def test_customer_facts() -> None:
    """A tier is a tier, a date a date."""
    with pytest.raises(
        OrderError, match=r"the tier of `c` is `'gold'`: give a tier with its rank, as `Tier\('gold', 2\)`"
    ):
        Customer("c", tier="gold")  # type: ignore[arg-type]
    with pytest.raises(CalendarError, match="a day is a `date`"):
        Customer("c", since=datetime(2026, 1, 1, tzinfo=UTC))
    assert date(2026, 1, 1) == Customer("c", since=date(2026, 1, 1)).since


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"lines": [Line("2", CUP, unit_price=pln(1))]}, "line `2`"),
        ({"shipments": [Shipment("s", "std", pln(1))]}, "shipment `s`"),
        ({"delivery_options": [Shipment("s", "std", pln(1))]}, "shipment `s`"),
        ({"charges": [Charge("c", pln(1))]}, "charge `c`"),
    ],
    ids=repr,
)
def test_one_currency(options: Any, what: str) -> None:
    """Everything in an order is in its currency."""
    with pytest.raises(OrderError, match=f"{what} is in `PLN`, the order in `EUR`: an order has one currency"):
        Order(**{"lines": [], "currency": "EUR", **options})


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"lines": [LINE, LINE]}, "lines have the id `1`"),
        (
            {"shipments": [Shipment("s", "std")], "delivery_options": [Shipment("s", "exp")]},
            "shipments have the id `s`",
        ),
        ({"charges": [Charge("c", eur(1)), Charge("c", eur(2))]}, "charges have the id `c`"),
    ],
    ids=repr,
)
def test_ids_are_distinct(options: Any, what: str) -> None:
    """No two lines, shipments or charges share an id; a shipment and its alternatives are told apart too."""
    with pytest.raises(OrderError, match=f"two {what}: give each its own"):
        Order(**{"lines": [], "currency": "EUR", **options})


def test_with_products() -> None:
    """The shop's own products take the places of those with the same SKU; the others stay."""
    order = Order([LINE, Line("2", Product("POT"), unit_price=eur(9))], currency="EUR")
    known = Product("CUP", categories=["cups"])

    assert [known, Product("POT")] == [line.product for line in order.with_products([known]).lines]


def test_price_mode() -> None:
    """Prices include tax or do not."""
    with pytest.raises(OrderError, match=r"`nett` is not a price mode: allowed: `gross`, `net`; did you mean `net`?"):
        Order([], currency="EUR", prices="nett")  # type: ignore[arg-type]


def test_unknown_currency() -> None:
    """The currency of an order is one of ISO 4217."""
    with pytest.raises(MoneyError, match="`EUO`"):
        Order([], currency="EUO")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Line("1", "CUP", unit_price=eur(1)), "the product of line `1` is `'CUP'`, which is no `Product`"),
        (lambda: Order(None, currency="EUR"), "the lines are `None`, which cannot be gone through: give a list"),
        (lambda: Order([CUP], currency="EUR"), "one of the lines is `Product.*`, which is no `Line`: give one"),
        (lambda: Order([], currency="EUR", shipments=[5]), "one of the shipments is `5`, which is no `Shipment`"),
        (lambda: Order([], currency="EUR", charges=eur(1)), "the charges are `Money.*`, which cannot be gone through"),
        (lambda: Order([], currency="EUR", codes=None), "the words are `None`, which cannot be gone through"),
        (lambda: Order([], currency="EUR", customer="C-7"), "the customer of an order is `'C-7'`, which is no `Cust"),
        (lambda: Order([], currency="EUR", prices={}), "`{}` is not a price mode: allowed: `gross`, `net`"),
        (lambda: Order([], currency="EUR").with_products(None), "the products are `None`, which cannot be gone thr"),
        (lambda: Product("C", categories=None), r"the words are `None`, .*: give a list of them, such as `\['cups'\]`"),
        (lambda: Customer("c", groups=None), "the words are `None`, which cannot be gone"),
        (lambda: Product("C", attributes=None), "the attributes are `None`, which names nothing: give a dictionary"),
        (lambda: Product("C", attributes=["colour"]), "the attributes are .*, which names nothing: give a dictionary"),
        (lambda: Product("C", attributes={5: "x", "a": 1}), "the name of one of the attributes is `5`, which is no"),
        (lambda: Line("1", CUP, unit_price=eur(1), prices=5), "the prices are `5`, which names nothing: give a dict"),
        (lambda: Product("C", minimum_price=5), "the minimum price of `C` is `5`, which is no amount"),
    ],
)
def test_parts_are_of_their_kind(make: Any, message: str) -> None:
    """What is no part of an order is told when it is built, not when it is priced."""
    with pytest.raises(OrderError, match=message):
        make()


def test_a_name_is_text() -> None:
    """A name that is a number is an error of the library."""
    with pytest.raises(StatementError, match="a name needs some text, given `5`"):
        Product("C", name=5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Order([], currency="EUR", channel=""), "the channel of an order, None where it is not known, needs"),
        (
            lambda: Order([], currency="EUR", channel=5),
            "the channel of an order, .*, needs some text, given `5`",
        ),
        (
            lambda: Customer("c", country=""),
            "the country of `c`, None where it is not known, needs some text",
        ),
        (lambda: Customer("c", staff=1), "whether `c` is of the staff is `1`, which is no `bool`: give one, such as"),
        (lambda: Customer("c", opted_in="yes"), "whether `c` has opted in is `'yes'`, which is no `bool`"),
        (lambda: Product("C", discountable=None), "whether `C` is discountable is `None`, which is no `bool`"),
        (lambda: Product("C" * 10_001), "a sku has 10001 characters: allowed: at most 10000"),
        (
            lambda: Product("\ud800"),
            r"a sku has half a character \(a lone surrogate\): decode the whole",
        ),
        (lambda: Product("C", attributes={"a": "x" * 10_001}), "attribute `a` of `C` has 10001 characters: allowed"),
        (lambda: Product("C", attributes={"a": 10**60}), "attribute `a` of `C` has more digits than a document holds"),
        (lambda: Product("C", attributes={"\ud800": 1}), "the name of one of the attributes has half a character"),
    ],
)
def test_what_cannot_be_read_back_is_refused(make: Any, message: str) -> None:
    """An order holds nothing that its receipt could not be read with."""
    with pytest.raises(OrderError, match=message):
        make()


@pytest.mark.parametrize("text", ["x" * 10_001, "\ud800"], ids=["long", "half"])
def test_a_name_can_be_read_back(text: str) -> None:
    """The same of a name."""
    with pytest.raises(StatementError, match="a name has "):
        Product("C", name=text)
