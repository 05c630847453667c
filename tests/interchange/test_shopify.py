from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from aftercare.errors import CalendarError, DocumentError
from aftercare.interchange import OrderDocument, load_json, read_any, read_shopify
from aftercare.money import Money, Percent
from aftercare.order import Charge, Customer, Shipment
from aftercare.statement import Name

DATA = Path(__file__).parent / "data"


def sample(name: str) -> OrderDocument:
    """What is read from one of the sample payloads."""
    return read_shopify((DATA / f"shopify_{name}.json").read_bytes())


def payload(*lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A payload in euros with these lines and fields."""
    return {"currency": "EUR", "taxes_included": True, "line_items": list(lines), **fields}


def line(**fields: Any) -> dict[str, Any]:
    """A line of one cup with these fields."""
    return {"id": 1, "sku": "CUP", "quantity": 1, "price": "3.00", **fields}


def problems(source: Any) -> dict[str, str]:
    """What is wrong with the source, by path."""
    with pytest.raises(DocumentError) as caught:
        read_shopify(source)
    return {problem.path: problem.message for problem in caught.value.problems}


def usd(amount: str) -> Money:
    """Money in US dollars."""
    return Money(amount, "USD")


def euro(amount: str) -> Money:
    """Money in euros."""
    return Money(amount, "EUR")


def test_fixture() -> None:
    """The platform's own sample is read, and it is said that it does not add up."""
    found = sample("fixture")

    assert usd("597.00") == found.order.goods
    assert "net" == found.order.prices
    assert ("450789469", ("TENOFF",), "web") == (found.reference, found.order.codes, found.order.channel)
    assert datetime(2008, 1, 10, 16, tzinfo=UTC) == found.at
    assert (("TENOFF", usd("10.00")),) == found.reconciliation.discounts
    assert not found.reconciliation.adds_up
    assert [
        ("total_line_items_price", usd("398.00"), usd("597.00"), usd("-199.00")),
        ("subtotal_price", usd("398.00"), usd("587.00"), usd("-189.00")),
        ("total_discounts", usd("0.00"), usd("10.00"), usd("-10.00")),
        ("total_price", usd("409.94"), usd("598.94"), usd("-189.00")),
    ] == [(each.name, each.stated, each.computed, each.difference) for each in found.reconciliation.failures]


def test_fixture_parts() -> None:
    """Products, rates, deliveries and the customer are read."""
    order = sample("fixture").order
    first = order.lines[0]

    assert ("466157049", "IPOD2008GREEN", Name("IPod Nano - 8gb")) == (first.id, first.product.sku, first.product.name)
    assert (("variant", "green"), ("weight", 200)) == first.product.attributes
    assert Percent(6) == first.tax
    assert (Shipment("369256396", "Free Shipping", usd("0.00")),) == order.shipments
    assert (
        Customer("207119551", tags=("local", "loyal"), country="US", since=date(2012, 3, 13), opted_in=False)
        == order.customer
    )


def test_webhook() -> None:
    """A sample that adds up says so, and the platform's discount stays out of the order."""
    found = sample("webhook")

    assert found.reconciliation.adds_up
    assert usd("403.00") == dict(found.reconciliation.stated)["total_price"]
    assert usd("398.00") == found.order.goods
    assert (("Discount", usd("5.00")),) == found.reconciliation.discounts
    assert (Shipment("271878346596884015", "Generic Shipping", usd("10.00")),) == found.order.shipments
    assert ("cancelled_at: the order was cancelled",) == found.reconciliation.notes


def test_europe() -> None:
    """Gross prices, several taxes on a line, gift cards, tips, duties, refunds and edits have their places."""
    found = sample("europe")
    order = found.order

    assert found.reconciliation.adds_up
    assert "gross" == order.prices
    assert [Percent(23), Percent(20)] == [each.tax for each in order.lines]
    assert [True, False] == [each.product.discountable for each in order.lines]
    assert ("variant-11", ("Tea",)) == (order.lines[0].product.sku, order.lines[0].product.categories)
    assert (
        Charge("tip", euro("2.00")),
        Charge("duties", euro("4.00")),
        Charge("additional-fees", euro("1.00")),
    ) == order.charges
    assert ["9"] == [each.id for each in order.shipments]
    assert Customer("42", tags=("vip",), country="PL", opted_in=True) == order.customer
    assert (("SPRING", euro("5.00")), ("SHIP", euro("1.50"))) == found.reconciliation.discounts
    assert (
        "line_items[0]: no sku: `variant-11` stands for it",
        "line_items[0]: 0 of 1 are left after refunds or edits: read as it was placed",
        "line_items[2]: quantity is 0: the line is left out",
        "line_items[3]: a tip: not goods, it is counted in `total_tip_received`",
        "shipping_lines[0].tax_lines[0].rate: no rate: counted as 0%",
        "shipping_lines[1]: removed from the order: left out",
        "presentment_currency: shown to the customer in `PLN`: not read",
        "refunds: 1 recorded: not read, the order is as it was placed",
    ) == found.reconciliation.notes


def test_sets() -> None:
    """The set beside an amount is taken, unless it is in another currency, and what differs is told."""
    shop = {"shop_money": {"amount": "2.50", "currency_code": "EUR"}}
    other = {"shop_money": {"amount": "9.00", "currency_code": "CAD"}}
    found = read_shopify(payload(line(price_set=shop), line(id=2, price_set=other)))

    assert [euro("2.50"), euro("3.00")] == [each.unit_price for each in found.order.lines]
    assert (
        "line_items[0].price_set.shop_money: 2.50 EUR is taken, `price` says 3.00 EUR",
        "line_items[1].price_set.shop_money: in `CAD`, the order in `EUR`: left out, `price` is taken",
    ) == found.reconciliation.notes


def test_line_discount_only() -> None:
    """A line's total discount counts where nothing is allocated; no code is said to have taken it."""
    found = read_shopify(
        payload(line(total_discount="1.00"), discount_codes=[{"code": "A", "amount": "5"}], total_price="2.00", id=None)
    )

    assert found.reconciliation.adds_up
    assert () == found.reconciliation.discounts
    assert found.reference is None


def test_codes_only() -> None:
    """In payloads without allocations the codes tell what was taken, of goods or of the delivery."""
    found = read_shopify(
        payload(
            line(),
            shipping_lines=[{"code": "dpd", "price": "4.00"}],
            discount_codes=[{"code": "A", "amount": "1.00"}, {"code": "B", "amount": "4.00", "type": "shipping"}],
            subtotal_price="2.00",
            total_discounts="5.00",
            total_price="2.00",
        )
    )

    assert found.reconciliation.adds_up
    assert (("A", euro("1.00")), ("B", euro("4.00"))) == found.reconciliation.discounts
    assert "shipping_lines[0]" == found.order.shipments[0].id


def test_discounted_price() -> None:
    """A delivery's discounted price tells its discount where nothing is allocated."""
    found = read_shopify(
        payload(
            line(),
            shipping_lines=[{"id": 1, "title": "DPD", "price": "4.00", "discounted_price": "1.00"}],
            total_discounts="3.00",
            total_price="4.00",
        )
    )

    assert found.reconciliation.adds_up


def test_unnamed_application() -> None:
    """An allocation of an application that is not listed, or has no name, still counts."""
    shares = [{"amount": "1.00", "discount_application_index": index} for index in (0, 3)]
    found = read_shopify(payload(line(discount_allocations=shares), discount_applications=[{}]))

    assert (("discount", euro("1.00")), ("discount 3", euro("1.00"))) == found.reconciliation.discounts


def test_sku() -> None:
    """A line without a SKU is named by its variant, product or title."""
    unnamed = line(sku="", title="Wrapping", variant_id=None)
    found = read_shopify(payload({**unnamed, "product_id": 7}, {**unnamed, "id": 2}))

    assert ["product-7", "Wrapping"] == [each.product.sku for each in found.order.lines]


def test_order_taxes() -> None:
    """Tax lines of the order alone are counted, and on top of net prices."""
    found = read_shopify(
        payload(line(), taxes_included=False, tax_lines=[{"rate": 0, "price": "0.69"}], total_price="3.69")
        | {"total_tax": "0.69"}
    )

    assert found.reconciliation.adds_up


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"currency": "eur"}, "currency", "did you mean `EUR`?"),
        ({"currency": None}, "currency", "is missing"),
        ({"taxes_included": "no"}, "taxes_included", "`no` is not true or false"),
        ({"line_items": None}, "line_items", "is missing"),
        ({"line_items": {}}, "line_items", "is not a list"),
        ({"line_items": [1]}, "line_items[0]", "is not an object"),
        ({"line_items": [line(price=None)]}, "line_items[0].price", "is missing"),
        ({"line_items": [line(price="-3.00")]}, "line_items[0].price", "below zero"),
        ({"line_items": [line(price=2.99)]}, "line_items[0].price", "is a float, which has lost digits"),
        ({"line_items": [line(price="3.001")]}, "line_items[0].price", "more digits than EUR has"),
        ({"line_items": [line(quantity=1_000_001)]}, "line_items[0].quantity", "from 0 to 1000000"),
        ({"line_items": [line(sku=None)]}, "line_items[0]", "a sku needs some text"),
        ({"line_items": [line(), line()]}, "line_items[1].id", "already the id of line_items[0]"),
        ({"line_items": [line(tax_lines=[{"rate": "-1", "price": "0"}])]}, "line_items[0]", "below zero"),
        ({"line_items": [line(gift_card="FALSE")]}, "line_items[0].gift_card", "is not true or false"),
        ({"shipping_lines": [1]}, "shipping_lines[0]", "is not an object"),
        ({"shipping_lines": [{"price": "1"}]}, "shipping_lines[0].title", "is missing"),
        ({"customer": 1}, "customer", "is not an object"),
        ({"customer": {"id": 0.5}}, "customer.id", "is not some text"),
        ({"customer": {"id": True}}, "customer.id", "is not some text"),
        ({"discount_codes": [{"code": ""}]}, "discount_codes[0].code", "is not some text"),
        ({"created_at": "2020-01-01T00:00:00"}, "created_at", "has no offset: write one"),
        ({"id": False}, "id", "is not some text"),
    ],
)
def test_refused(fields: dict[str, Any], path: str, message: str) -> None:
    """What cannot be read is told with the payload's own path."""
    assert message in problems({**payload(), **fields})[path]


def test_wrapped_path() -> None:
    """Paths start with the wrapper where there is one."""
    assert ["order.currency"] == list(problems({"order": {**payload(), "currency": ""}}))
    assert ["order"] == list(problems({"order": 7}))


def test_zone() -> None:
    """A zone that is none is the caller's mistake, not the payload's."""
    text = (DATA / "shopify_webhook.json").read_text(encoding="utf-8")

    assert "2022-02-04T06:36:32+09:00" == str(read_any(text, zone="Asia/Tokyo").at).replace(" ", "T")
    with pytest.raises(CalendarError, match="is not a time zone"):
        read_shopify(text, zone="Asia/Tokio")
    assert load_json(text)["id"] == int(read_shopify(text).reference or 0)


def test_an_instant_without_an_offset() -> None:
    """The problem of a field says what to write into it, not what to do with a value of Python."""
    text = '{"currency": "EUR", "taxes_included": true, "created_at": "2026-11-23T16:10:00", "line_items": []}'
    with pytest.raises(DocumentError) as caught:
        read_shopify(text)

    (problem,) = caught.value.problems
    assert "created_at" == problem.path
    assert (
        "`2026-11-23T16:10:00` has no offset: write one, such as `2026-11-23T16:10:00+01:00`, "
        "or give the zone on whose clocks it is read"
    ) == problem.message
