from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.errors import DocumentError, OrderError
from aftercare.interchange import load_json, read_any, read_order, write_order
from aftercare.money import Money, UnitPrice
from aftercare.order import Order, Product
from tests.strategies import orders


def document(**fields: Any) -> dict[str, Any]:
    """A document of an order in euros with these fields."""
    return {"aftercare": 1, "order": {"currency": "EUR", "lines": [], **fields}}


def line(**fields: Any) -> dict[str, Any]:
    """A line of one cup with these fields."""
    return {"id": "1", "product": {"sku": "CUP"}, "unit_price": "3.00", **fields}


def problems(source: Any) -> dict[str, str]:
    """What is wrong with the source, by path."""
    with pytest.raises(DocumentError) as caught:
        read_order(source)
    return {problem.path: problem.message for problem in caught.value.problems}


@given(orders())
def test_round_trip(order: Order) -> None:
    """Every order comes back as it was, through the text of its document."""
    text = json.dumps(write_order(order))

    assert order == read_order(text).order
    assert order == read_any(text.encode()).order


@given(orders(most_lines=1), st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()))
def test_instant(order: Order, at: datetime) -> None:
    """The instant is kept beside the order."""
    assert at.astimezone(UTC) == read_order(write_order(order, at=at)).at


def test_zone() -> None:
    """The instant is told on the clocks of the zone asked for."""
    found = read_order({**document(), "at": "2026-03-01T12:00:00Z"}, zone="Asia/Tokyo").at

    assert "2026-03-01T21:00:00+09:00" == (found and found.isoformat())


def test_unit_price() -> None:
    """Digits beyond those of the currency make a unit price that is finer than money."""
    found = read_order(document(lines=[line(), line(id="2", unit_price="0.0125"), line(id="3", unit_price="3.000")]))

    assert [Money("3.00", "EUR"), UnitPrice("0.0125", "EUR"), UnitPrice("3", "EUR")] == [
        each.unit_price for each in found.order.lines
    ]


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"lines": [line(unit_price=3.0)]}, "order.lines[0].unit_price", "is a float"),
        ({"lines": [line(unit_price=3)]}, "order.lines[0].unit_price", 'write it as text, "3"'),
        ({"lines": [line(unit_price=Decimal("3.0"))]}, "order.lines[0].unit_price", 'write it as text, "3.0"'),
        ({"lines": [line(unit_price="3,00")]}, "order.lines[0].unit_price", "`3,00` is not a number"),
        ({"lines": [line(unit_price="-3")]}, "order.lines[0].unit_price", "below zero"),
        ({"lines": [line(unit_price="0.0000000001")]}, "order.lines[0].unit_price", "too fine"),
        ({"lines": [line(unit_price=None)]}, "order.lines[0].unit_price", "is missing"),
        ({"lines": [line(list_price="3.001")]}, "order.lines[0].list_price", "more digits than EUR has"),
        ({"lines": [line(quantity=0)]}, "order.lines[0].quantity", "`0` is not a whole number from 1 to 1000000"),
        ({"lines": [line(quantity=True)]}, "order.lines[0].quantity", "`true` is not a whole number"),
        ({"lines": [line(quantity=2, measure="1.5")]}, "order.lines[0]", "it is one unit with a `Decimal`"),
        ({"lines": [line(prices={"member": "x"})]}, "order.lines[0].prices.member", "is not a number"),
        ({"lines": [line(tax=23)]}, "order.lines[0].tax", 'write it as text, "23"'),
        ({"lines": [line(tax="1/0")]}, "order.lines[0].tax", "divides by zero"),
        ({"lines": [line(tax="-1")]}, "order.lines[0].tax", "below zero"),
        ({"lines": [line(quantty=1)]}, "order.lines[0].quantty", "did you mean `quantity`?"),
        ({"lines": [line(), line()]}, "order.lines[1].id", "already the id of order.lines[0]"),
        ({"lines": [line(product={"sku": " "})]}, "order.lines[0].product.sku", "` ` is not some text"),
        ({"lines": [line(product={"sku": "A" * 10_001})]}, "order.lines[0].product.sku", "at most 10000"),
        ({"lines": [line(product=7)]}, "order.lines[0].product", "`7` is not an object"),
        ({"lines": [line(product={"sku": "A", "tags": "b"})]}, "order.lines[0].product.tags", "`b` is not a list"),
        ({"lines": [7]}, "order.lines[0]", "`7` is not an object"),
        ({"lines": None}, "order.lines", "is missing"),
        ({"currency": "EURO"}, "order.currency", "did you mean `EUR`?"),
        ({"currency": ["EUR"]}, "order.currency", "`[...]` is not some text"),
        ({"prices": "grss"}, "order.prices", "did you mean `gross`?"),
        ({"channel": {}}, "order.channel", "`{...}` is not some text"),
        ({"codes": [""]}, "order.codes[0]", "is not some text"),
        ({"customer": []}, "order.customer", "is not an object"),
        ({"customer": {"id": "C", "since": "yesterday"}}, "order.customer.since", "is not a day"),
        ({"customer": {"id": "C", "staff": "no"}}, "order.customer.staff", "`no` is not true or false"),
        ({"customer": {"id": "C", "tier": "gold"}}, "order.customer.tier", "is not an object"),
        ({"customer": {"id": "C", "tier": {"id": "g", "rank": -1}}}, "order.customer.tier.rank", "`-1` is not a whole"),
        ({"shipments": [7]}, "order.shipments[0]", "is not an object"),
        ({"charges": [7]}, "order.charges[0]", "is not an object"),
        ({"charges": [{"id": "c", "amount": "1", "name": 7}]}, "order.charges[0].name", "is not an object"),
        ({"charges": [{"id": "c", "amount": "1", "name": ""}]}, "order.charges[0].name", "is not some text"),
        ({"charges": [{"id": "c", "amount": "1", "name": {"text": ""}}]}, "order.charges[0].name.text", "some text"),
        (
            {"charges": [{"id": "c", "amount": "1", "name": {"text": "a", "translations": {"self": "b"}}}]},
            "order.charges[0].name.translations",
            "has a key that is not a locale",
        ),
        (
            {"lines": [line(product={"sku": "A", "attributes": {"a b": 1.5}})]},
            'order.lines[0].product.attributes["a b"]',
            'write it as {"decimal": "1.5"}',
        ),
        (
            {"lines": [line(product={"sku": "A", "attributes": {"a": []}})]},
            "order.lines[0].product.attributes.a",
            "is not an object",
        ),
        (
            {"lines": [line(product={"sku": "A", "attributes": {"a": "b" * 10_001}})]},
            "order.lines[0].product.attributes.a",
            "at most 10000",
        ),
        (
            {"lines": [line(product={"sku": "A", "minimum_price": {"EUR": "1", "XYZ": "1"}})]},
            "order.lines[0].product.minimum_price.XYZ",
            "is not a currency",
        ),
        (
            {"lines": [line(product={"sku": "A", "minimum_price": {}})]},
            "order.lines[0].product.minimum_price",
            "holds nothing",
        ),
    ],
)
def test_refused(fields: dict[str, Any], path: str, message: str) -> None:
    """What cannot be is refused where it stands, and says what is allowed."""
    assert message in problems(document(**fields))[path]


def test_all_at_once() -> None:
    """Everything wrong is told at once, each with its path, also when the currency is one of them."""
    found = problems(document(currency="EU", lines=[line(id=None), line(unit_price="x")], codes=[7], at="now"))

    assert {
        "order.currency",
        "order.lines[0].id",
        "order.lines[1].unit_price",
        "order.codes[0]",
        "order.at",
    } == set(found)


def test_many_problems() -> None:
    """A hundred problems are told in full, the rest only counted."""
    found = problems(document(lines=[7] * 250))

    assert 101 == len(found)
    assert "150 more problems like these" == found["$"]


@pytest.mark.parametrize("version", [2, True, "1", None])
def test_version(version: Any) -> None:
    """A version that is not known is the only problem told."""
    assert ["aftercare"] == list(problems({"aftercare": version, "order": 7}))


def test_no_order() -> None:
    """A document without an order is refused."""
    assert {"order": "is missing: expected an object"} == problems({"aftercare": 1})


def test_bad_instant() -> None:
    """An instant without an offset needs a zone."""
    assert "has no offset: write one" in problems({**document(), "at": "2026-03-01T12:00:00"})["at"]
    assert "is not an instant" in problems({**document(), "at": "soon"})["at"]
    assert "is not some text" in problems({**document(), "at": 7})["at"]


@pytest.mark.parametrize("number", [Decimal("1E+999999"), Decimal("1E-999999")])
def test_unwritable(number: Decimal) -> None:
    """What could not be read back is no part of an order."""
    with pytest.raises(OrderError, match="attribute `a` of `A` has more digits than a document holds"):
        Product("A", attributes={"a": number})


def test_loaded_twice() -> None:
    """Parsed data is read like text."""
    data = load_json(json.dumps(document(lines=[line()])))

    assert read_order(data) == read_order(document(lines=[line()]))
