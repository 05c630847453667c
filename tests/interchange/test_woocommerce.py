from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.errors import DocumentError
from aftercare.interchange import OrderDocument, read_woocommerce
from aftercare.money import Money, Percent, UnitPrice
from aftercare.order import Charge, Customer, Shipment
from aftercare.statement import Name

DATA = Path(__file__).parent / "data"


def sample(name: str, zone: str | None = None) -> OrderDocument:
    """What is read from one of the sample payloads."""
    return read_woocommerce((DATA / f"woocommerce_{name}.json").read_text(encoding="utf-8"), zone=zone)


def payload(*lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A payload in euros with these lines and fields."""
    return {"currency": "EUR", "prices_include_tax": False, "customer_id": 5, "line_items": list(lines), **fields}


def line(**fields: Any) -> dict[str, Any]:
    """A line of one cup with these fields."""
    return {"id": 1, "sku": "CUP", "quantity": 1, "subtotal": "3.00", "total": "3.00", **fields}


def taxed(tax: str, *ids: int, **fields: Any) -> dict[str, Any]:
    """A line of 10.00 with its tax, which is of these rates."""
    taxes = [{"id": each, "total": tax, "subtotal": tax} for each in ids]
    return line(subtotal="10.00", subtotal_tax=tax, total="10.00", total_tax=tax, taxes=taxes, **fields)


def problems(source: Any) -> dict[str, str]:
    """What is wrong with the source, by path."""
    with pytest.raises(DocumentError) as caught:
        read_woocommerce(source)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_docs() -> None:
    """The platform's own sample adds up; without rates, those of the lines come from their tax."""
    found = sample("docs")

    assert found.reconciliation.adds_up
    assert Money("29.35", "USD") == dict(found.reconciliation.stated)["total"]
    assert datetime(2017, 3, 22, 19, 28, 2, tzinfo=UTC) == found.at
    assert "net" == found.order.prices
    assert [("product-93", 2, Money("3.00", "USD")), ("Bar3", 1, Money("12.00", "USD"))] == [
        (each.product.sku, each.quantity, each.unit_price) for each in found.order.lines
    ]
    assert {Percent("7.5")} == {each.tax for each in found.order.lines}
    assert Name("Ship Your Idea – Color: Black, Size: M Test") == found.order.lines[1].product.name
    assert found.order.customer is None
    assert (
        "line_items[0]: its tax has no `rate_percent`: the rate is what the tax is of the price",
        "line_items[0]: no sku: `product-93` stands for it",
        "line_items[1]: its tax has no `rate_percent`: the rate is what the tax is of the price",
        "customer_id: a guest: the order has no customer",
    ) == found.reconciliation.notes


def test_gross() -> None:
    """Where customers see prices with tax, so does the order: the parts told without it get their tax added."""
    found = sample("gross", zone="Europe/Zagreb")
    order = found.order

    assert found.reconciliation.adds_up
    assert "gross" == order.prices
    assert (Money("10.00", "EUR"), Percent(25)) == (order.lines[0].unit_price, order.lines[0].tax)
    assert (Shipment("2", "Courier", Money("5.00", "EUR"), tax=25),) == order.shipments
    assert (
        Charge("3", Money("2.00", "EUR"), tax=25, name="Gift wrap"),
        Charge("4", Money("-1.00", "EUR"), tax=25, name="Card discount"),
    ) == order.charges
    assert Customer("26", country="HR") == order.customer
    assert ("summer",) == order.codes
    assert (("summer", Money("3.00", "EUR")),) == found.reconciliation.discounts
    assert datetime(2024, 8, 13, 12, 13, 49, tzinfo=UTC) == found.at
    assert (
        "refunds: 1 recorded: not read, the order is as it was placed",
        "status: the order is `refunded`",
    ) == found.reconciliation.notes


def test_local_time() -> None:
    """A time without an offset needs a zone."""
    with pytest.raises(DocumentError, match="date_created: `2024-08-13T14:13:49` has no offset: write one"):
        sample("gross")


def test_zone() -> None:
    """The instant is told on the clocks of the zone asked for."""
    assert "2017-03-22T20:28:02+01:00" == str(sample("docs", zone="Europe/Warsaw").at).replace(" ", "T")


def test_does_not_add_up() -> None:
    """Stated totals that differ from their parts are told, and nothing is changed for it."""
    found = read_woocommerce(payload(line(), total="3.50", discount_total="0.00"))

    assert ["total"] == [each.name for each in found.reconciliation.failures]
    assert Money("3.00", "EUR") == found.order.goods


@given(st.integers(0, 10**7), st.integers(1, 5000), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_line_is_exact(minor: int, quantity: int, currency: str) -> None:
    """Whatever the quantity, the line costs what the payload says."""
    total = Money.of_minor(minor, currency)
    amount = str(total.decimal)
    found = read_woocommerce(payload(line(quantity=quantity, subtotal=amount, total=amount)) | {"currency": currency})

    assert total == found.order.goods


def test_unit_price() -> None:
    """A unit price is as fine as its line needs."""
    found = read_woocommerce(
        payload(
            line(quantity=40, subtotal="0.50"),
            line(id=2, quantity=3, subtotal="10.00"),
            line(id=3, quantity=Decimal("1.5"), subtotal="6.00"),
            line(id=4, subtotal="16.806723"),
        )
    )

    assert [
        (UnitPrice("0.0125", "EUR"), None, Money("0.50", "EUR")),
        (UnitPrice("3.33333333", "EUR"), None, Money("10.00", "EUR")),
        (Money("4.00", "EUR"), Decimal("1.5"), Money("6.00", "EUR")),
        (UnitPrice("16.806723", "EUR"), None, Money("16.81", "EUR")),
    ] == [(each.unit_price, each.measure, each.total) for each in found.order.lines]
    assert (
        "line_items[1]: the line's price does not divide by its quantity: a unit is 3.33333333, the line is exact",
        "line_items[2]: quantity `1.5` is not whole: read as one unit of measure 1.5",
        "line_items[3].subtotal: finer than EUR: rounded half up to 16.81 EUR",
    ) == found.reconciliation.notes


def test_too_many_units() -> None:
    """A price that no unit price of eight digits makes exact is refused."""
    source = payload(line(quantity=999_999, subtotal="1.0001")) | {"currency": "CLF"}

    assert "cannot be the price of 999999 units" in problems(source)["line_items[0]"]


def test_no_quantity() -> None:
    """A line of no units is left out, and said to be."""
    found = read_woocommerce(payload(line(quantity=0, subtotal="0", total="0")))

    assert () == found.order.lines
    assert ("line_items[0]: quantity is 0: the line is left out",) == found.reconciliation.notes


def test_rates() -> None:
    """Rates add up, compound ones are taken of the taxed price, and a blank tax lies on nothing."""
    tax_lines = [
        {"rate_id": 1, "rate_percent": 10, "compound": False},
        {"rate_id": 2, "rate_percent": Decimal("2.5"), "compound": None},
        {"rate_id": 3, "rate_percent": "20", "compound": True},
        {"rate_id": 4},
    ]
    lines = [
        taxed("1.25", 1, 2),
        taxed("3.20", 1, 3, id=2),
        taxed("1.00", 1, id=3) | {"subtotal_tax": "2.00"},
        taxed("0.77", 4, id=4),
        taxed("0.50", 9, id=5),
        taxed("0.30", id=6),
        line(id=7, taxes=[{"id": 1, "total": "", "subtotal": None}]),
        taxed("0.30", id=8) | {"subtotal": "0.00"},
        line(id=9, subtotal="0.00", taxes=[{"id": 1, "total": "0", "subtotal": "0"}]),
    ]
    found = read_woocommerce(payload(*lines, tax_lines=tax_lines))

    rates = [Fraction(each) for each in ("12.5", "32", "10", "7.7", "5", "3", "0", "0", "10")]
    assert rates == [each.tax.value for each in found.order.lines]
    assert "line_items[2]: the tax told is not its rate of its price: the rate is kept" in found.reconciliation.notes


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"currency": "XX"}, "currency", "is not a currency"),
        ({"prices_include_tax": None}, "prices_include_tax", "is missing"),
        ({"line_items": None}, "line_items", "is missing"),
        ({"line_items": [1]}, "line_items[0]", "is not an object"),
        ({"line_items": [line(subtotal=None)]}, "line_items[0].subtotal", "is missing"),
        ({"line_items": [line(subtotal=2.5)]}, "line_items[0].subtotal", "is a float"),
        ({"line_items": [line(subtotal="-2.50")]}, "line_items[0]", "prices are never negative"),
        ({"line_items": [line(subtotal="-0.01", quantity=3)]}, "line_items[0]", "below zero"),
        ({"line_items": [line(quantity=-1)]}, "line_items[0].quantity", "is not a quantity from 0 to 1000000"),
        ({"line_items": [line(sku="")]}, "line_items[0]", "a sku needs some text"),
        ({"line_items": [line(), line()]}, "line_items[1].id", "already the id"),
        ({"line_items": [taxed("-1.00", id=3)]}, "line_items[0]", "below zero"),
        ({"shipping_lines": [1]}, "shipping_lines[0]", "is not an object"),
        ({"shipping_lines": [{"method_id": "a", "total": "-1"}]}, "shipping_lines[0]", "it is never negative"),
        ({"fee_lines": [1]}, "fee_lines[0]", "is not an object"),
        ({"coupon_lines": [{"code": None}]}, "coupon_lines[0].code", "is missing"),
        ({"tax_lines": [{"rate_id": None}]}, "tax_lines[0].rate_id", "is missing"),
        ({"date_created_gmt": "today"}, "date_created_gmt", "is not an instant"),
        ({"total": "much"}, "total", "is not a number"),
    ],
)
def test_refused(fields: dict[str, Any], path: str, message: str) -> None:
    """What cannot be read is told with the payload's own path."""
    assert message in problems({**payload(), **fields})[path]


def test_not_an_object() -> None:
    """A list is not an order."""
    assert {"$": "`[...]` is not an object"} == problems("[]")
