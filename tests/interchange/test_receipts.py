"""Receipts: what a book placed is read back as it was, and nothing that was altered is."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import (
    BusinessDays,
    Charge,
    Customer,
    DocumentError,
    History,
    Line,
    Order,
    OrderError,
    PolicyBook,
    Product,
    Shipment,
    StatementError,
    Tender,
    UnitPrice,
    eur,
)
from aftercare.interchange import load_json, read_receipt
from aftercare.receipt import ReceiptOccurrence, ReceiptPromise, ReceiptReward
from examples.shop import products
from examples.shop import shop as coffee_and_tea
from tests.stored import NOON, any_placed, placed, receipt
from tests.strategies_orders import AT
from tests.strategies_policies import cases
from tests.strategies_usual import usual_cases, whole_orders

if TYPE_CHECKING:
    from aftercare.limits import Counts

KEY = b"sixteen bytes ok"


def altered(**fields: Any) -> dict[str, Any]:
    """The document of the receipt with other fields in it."""
    document = cast("dict[str, Any]", load_json(receipt().text))
    return {**document, "receipt": {**document["receipt"], **fields}}


def run(**fields: Any) -> dict[str, Any]:
    """Fields with units of which the first have these, too."""
    (first, *runs), *others = altered()["receipt"]["units"]
    return {"units": [[{**first, **fields}, *runs], *others]}


def problems(source: Any, key: bytes | None = None) -> dict[str, str]:
    """What is wrong with the source, by path."""
    with pytest.raises(DocumentError, match="the receipt cannot be read") as caught:
        read_receipt(source, key=key)
    return {problem.path: problem.message for problem in caught.value.problems}


# --- back again ------------------------------------------------------------------------------------------------------


@given(cases())
def test_what_is_placed_is_read_back(case: tuple[PolicyBook, Order, History | None]) -> None:
    """Whatever promotions did, the receipt that is read is the one that was written, to the last letter."""
    stored = any_placed(case)
    again = read_receipt(stored.text)

    assert stored == again
    assert (stored.text, stored.sealed(KEY)) == (again.text, read_receipt(again.sealed(KEY), key=KEY).sealed(KEY))


@given(usual_cases())
def test_so_are_usual_receipts(case: tuple[PolicyBook, Order, History | None, Counts | None]) -> None:
    """With limits and histories, given as data that lost the order of its keys, as a database may."""
    stored = any_placed(case)
    data = json.loads(stored.text)

    assert stored == read_receipt({**dict(reversed(data.items())), "receipt": dict(reversed(data["receipt"].items()))})


@given(whole_orders())
def test_so_are_cheap_units(case: tuple[PolicyBook, Order]) -> None:
    """Units of a line that differ by a minor unit stay apart."""
    stored = any_placed(case)

    assert stored.units == read_receipt(stored.text.encode()).units


def test_everything_on_a_receipt_is_read_back() -> None:
    """Gifts, rewards, occurrences, facts and promises too; the instant stays on its own clocks."""
    again = read_receipt(receipt().text)

    assert receipt() == again
    assert all(getattr(receipt(), field.name) for field in attrs.fields(type(again)))
    assert "2026-11-23T12:00:00+01:00" == again.placed_at.isoformat()
    assert ZoneInfo("Europe/Warsaw") is again.placed_at.tzinfo
    assert ReceiptReward("extras", "voucher", eur(5)) in again.rewards


def test_what_is_rare_is_read_back() -> None:
    """Gifts in the basket, business days, promises without a limit, fixed offsets, days and numbers among the facts."""
    rare = attrs.evolve(
        receipt(),
        placed_at=datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Warsaw")),
        units=tuple(attrs.evolve(each, gift=True) for each in receipt().units),
        occurrences=(
            ReceiptOccurrence("pair", 1, (("1", 1, 2, True),), (("1", eur("2.70")), ("2", UnitPrice("0.125", "EUR")))),
        ),
        facts=(("customer.last_order_on", date(2026, 3, 1)), ("customer.orders", 3), ("customer.spend", eur(7))),
        promises=(
            ReceiptPromise("a", "promise", ("1",), BusinessDays(10), "delivered", date(2026, 12, 7)),
            ReceiptPromise("b", "goodwill", ("1", "2", "3")),
        ),
    )
    again = read_receipt(rare.text)

    assert rare == again
    assert 1 == again.placed_at.fold
    assert UTC is read_receipt(attrs.evolve(rare, placed_at=AT).text).placed_at.tzinfo


# --- what was altered ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "A-2"},
        {"book": "0" * 64},
        {"placed_at": "2026-11-23T12:00:01+01:00[Europe/Warsaw]"},
        {"zone": "Europe/Berlin"},
        {"tax": "0.01"},
        {"no_points": []},
        {"promises": []},
        run(tax="0.50"),
        run(gift=True),
        run(price="3.10"),
    ],
    ids=str,
)
def test_what_was_altered_is_refused(fields: dict[str, Any]) -> None:
    """A document that could be a receipt is refused where it is not the one that the digest was made for."""
    assert {"digest": "is not that of this receipt: something in it was altered; take it from a copy"} == problems(
        altered(**fields)
    )


def test_a_seal_shows_what_a_digest_does_not() -> None:
    """Who knows no key can make a digest anew, but no seal."""
    forged = attrs.evolve(receipt(), id="A-2")

    assert forged == read_receipt(forged.text)
    assert ["seal"] == list(problems(forged.sealed(b"another sixteen bytes"), key=KEY))
    assert ["digest", "seal"] == sorted(problems(forged.text, key=KEY))
    assert ["digest", "seal"] == sorted(problems(forged.sealed(KEY)))
    with pytest.raises(OrderError, match="a key of 5 bytes seals nothing: give at least 16"):
        forged.sealed(b"short")


# --- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "path", "message"),
    [
        ({"id": None}, "receipt.id", "is missing: expected some text"),
        ({"placed_at": None}, "receipt.placed_at", "is missing"),
        ({"placed_at": "yesterday"}, "receipt.placed_at", "`yesterday` is not an instant"),
        ({"placed_at": "2026-11-23T12:00:00"}, "receipt.placed_at", "has no offset: write one"),
        ({"placed_at": "2026-11-23T12:00:00+01:00[Mars]"}, "receipt.placed_at", "`Mars` is not a time zone"),
        ({"zone": "Mars"}, "receipt.zone", "`Mars` is not a time zone"),
        ({"zone": 7}, "receipt.zone", "`7` is not some text"),
        ({"order": None}, "receipt.order", "is missing: expected an object"),
        ({"payable": "1.00"}, "receipt.payable", "`1.00 EUR` is not what the parts add up to, `21.80 EUR`"),
        ({"payable": 1}, "receipt.payable", "write it as text"),
        ({"payable": "-1.00"}, "receipt.payable", "below zero"),
        ({"paid": []}, "receipt", "tenders of `A-1` add up to `0.00 EUR`"),
        ({"paid": [{"kind": "card"}]}, "receipt.paid[0].amount", "is missing"),
        ({"units": []}, "receipt.units", "0 lists of units: expected one for each of 3 lines"),
        (run(count=2), "receipt.units[0]", "4 units: line `1` has 3"),
        (run(paid=None), "receipt.units[0][0].paid", "is missing"),
        (run(parts=[["sale", "1.00"]]), "receipt.units[0][0].parts[0][0]", "`sale` is not a whole number from 0 to 2"),
        (run(parts=[[0]]), "receipt.units[0][0].parts[0]", "expected a list of 2 items"),
        (run(first=1), "receipt.units[0][0].first", "is not a field here"),
        ({"units": [["cup"], [], []]}, "receipt.units[0][0]", "`cup` is not an object"),
        ({"promotions": []}, "receipt.units[0][0].parts[0][0]", "names a promotion of a receipt that has none"),
        ({"promotions": [["sale"]]}, "receipt.promotions[0]", "expected a list of 2 items"),
        ({"shipments": []}, "receipt.shipments", "`[]` are not those of the order, `['parcel']`"),
        ({"shipments": ["parcel"]}, "receipt.shipments[0]", "is not an object"),
        ({"charge_taxes": [["bag", "0"], ["b", "0"]]}, "receipt.charge_taxes", "`['bag', 'b']` are not those"),
        ({"gifts": [7]}, "receipt.gifts[0]", "is not an object"),
        ({"rewards": [["extras", "points"]]}, "receipt.rewards[0]", "expected a list of 3 items"),
        ({"rewards": [["extras", "points", 2]]}, "receipt.rewards[0][1]", "`points` is not known here"),
        ({"occurrences": [[]]}, "receipt.occurrences[0]", "is not an object"),
        (
            {"occurrences": [{"promotion": "p", "times": 1, "units": [["1", 1]]}]},
            "receipt.occurrences[0].units[0]",
            "4",
        ),
        (
            {"occurrences": [{"promotion": "p", "times": 1, "units": [["1", 1, 2, True]], "tags": [["1"]]}]},
            "receipt.occurrences[0].tags[0]",
            "expected a list of 2 items",
        ),
        (
            {"occurrences": [{"promotion": "p", "times": 1, "units": [["1", 1, 2, True]], "tags": [["1", 3]]}]},
            "receipt.occurrences[0].tags[0][1]",
            "3",
        ),
        ({"facts": {"customer.order": 1}}, 'receipt.facts["customer.order"]', "did you mean `customer.orders`?"),
        ({"facts": {"customer.orders": "1"}}, 'receipt.facts["customer.orders"]', "is not a whole number"),
        ({"promises": ["promise"]}, "receipt.promises[0]", "is not an object"),
        ({"promises": [{"right": "a", "regime": "b", "within": 30}]}, "receipt.promises[0].within", "not an object"),
        (
            {"promises": [{"right": "a", "regime": "b", "within": {}}]},
            "receipt.promises[0].within",
            "one span, such as",
        ),
        (
            {"promises": [{"right": "a", "regime": "b", "within": {"weeks": 1}}]},
            "receipt.promises[0].within.weeks",
            "allowed: `business_days`, `days`, `months`",
        ),
        ({"version": 1}, "receipt.version", "`version` is not a field here"),
    ],
    ids=str,
)
def test_every_place_that_is_wrong_is_named(fields: dict[str, Any], path: str, message: str) -> None:
    """The path leads to it, and the message says what is allowed."""
    found = problems(altered(**fields))

    assert path in found
    assert message in found[path]


def test_net_prices_add_up_with_their_tax() -> None:
    """Where prices have no tax in them, what is payable is what the parts cost and their tax."""
    book = PolicyBook("shop", zone="UTC", currencies=["EUR"])
    net = placed(book, Order([Line("1", Product("CUP"), 3, unit_price=eur(3), tax=23)], currency="EUR", prices="net"))

    assert net == read_receipt(net.text)
    document = json.loads(net.text)
    document["receipt"]["tax"] = "0.00"
    assert ["receipt.payable"] == list(problems(document))


def test_all_problems_are_told_at_once() -> None:
    """Those of the order and those of the receipt."""
    fields = {"order": {**altered()["receipt"]["order"], "currency": "EURO"}, "zone": "Mars", "gifts": [{}]}

    assert {"receipt.order.currency", "receipt.zone", "receipt.gifts[0].promotion"} <= set(problems(altered(**fields)))


@pytest.mark.parametrize(
    ("source", "path", "message"),
    [
        ("[]", "$", "`[...]` is not an object"),
        ({"aftercare": 2}, "aftercare", "is not a version of receipts that can be read: write `1`"),
        ({"aftercare": 1, "receipt": 7}, "receipt", "`7` is not an object"),
        ({"aftercare": 1, "receipt": 7}, "digest", "is missing: expected some text"),
        ({"aftercare": 1, "recipe": 7}, "recipe", "did you mean `receipt`?"),
    ],
    ids=str,
)
def test_what_is_no_receipt(source: Any, path: str, message: str) -> None:
    """Another document is refused before anything is read of it."""
    assert message in problems(source)[path]


# --- what cannot be written ------------------------------------------------------------------------------------------


def test_a_receipt_that_is_none_of_its_order_has_no_text() -> None:
    """Made by hand, a receipt may contradict itself; then it is not written."""
    first, *others = receipt().units
    for wrong in ((first,), (*others, first), (attrs.evolve(first, line="9"), *others)):
        with pytest.raises(OrderError, match="the units of receipt `A-1` are not each unit of each line of its order"):
            _ = attrs.evolve(receipt(), units=wrong).text
    with pytest.raises(OrderError, match="names a part of `pair`, which is not among its promotions"):
        _ = attrs.evolve(receipt(), promotions=()).text


# --- how long it is --------------------------------------------------------------------------------------------------


def test_five_lines_take_less_than_two_kilobytes() -> None:
    """Beyond the lines of the order, the receipt of a cart with three promotions, rewards and a warranty is short."""
    skus = ("COFFEE-ETH", "COFFEE-HOUSE", "TEA-ASSAM", "TIN", "MACHINE")
    known = {each.sku: each for each in products}
    order = Order(
        [Line(str(n), known[sku], 2, unit_price=eur("9.90"), tax=23) for n, sku in enumerate(skus, 1)],
        currency="EUR",
        customer=Customer("C-7", country="PL"),
        shipments=[Shipment("s", "standard", tax=23)],
        codes=["WITAJ"],
    )
    stored = placed(coffee_and_tea, order, History(), at=NOON)
    lines = json.loads(stored.text)["receipt"]["order"]["lines"]
    size = len(stored.text.encode()) - len(json.dumps(lines, separators=(",", ":"), ensure_ascii=False).encode())

    assert 3 == len(stored.promotions)
    assert {"promise", "withdrawal", "warranty"} == {each.regime for each in stored.promises}
    assert size < 2000


WILD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**62), 10**62),
    st.decimals(),
    st.text(max_size=3),
    st.text(st.characters(), max_size=3),
    st.sampled_from(["", " ", "\ud800", "a" * 10_000, "a" * 10_001, Decimal("1E+70"), Decimal("1E-70"), 10**60]),
)


@given(WILD, WILD, WILD)
def test_whatever_is_accepted_is_read_back(one: Any, other: Any, third: Any) -> None:
    """Whatever an order accepts, and a book places, can be written, and is the same when it is read back."""
    book = PolicyBook("shop", zone="UTC", currencies="EUR")
    try:
        who = Customer("C-7", country=one, staff=other, opted_in=third, groups=[one])
        product = Product(one, name=other, tags=[third], attributes={"a": one, other: third}, discountable=third)
        lines = [Line(third, product, unit_price=eur(3))]
        order = Order(lines, currency="EUR", customer=who, codes=[other], channel=third)
    except (OrderError, StatementError):
        order = accepted(one, other, third)
    quote = book.price(order, at=AT)
    receipt = book.place(quote, id="A-1", paid=Tender("card", quote.payable))

    assert receipt == read_receipt(receipt.text)


def accepted(*given_: Any) -> Order:
    """An order with each of the values wherever it is accepted on its own."""
    customer, line = Customer("C-7"), Line("1", Product("CUP"), unit_price=eur(3))
    for value in given_:
        for field in ("country", "staff", "opted_in"):
            with suppress(OrderError):
                customer = attrs.evolve(customer, **{field: value})
        for fields in ({"sku": value}, {"name": value}, {"tags": [value]}, {"attributes": {"a": value}}):
            with suppress(OrderError, StatementError):
                line = attrs.evolve(line, product=attrs.evolve(line.product, **fields))
        with suppress(OrderError):
            line = attrs.evolve(line, id=value)
    order = Order([line], currency="EUR", customer=customer)
    for value in given_:
        for field in ({"channel": value}, {"codes": [value]}):
            with suppress(OrderError):
                order = attrs.evolve(order, **field)
    return order


@pytest.mark.parametrize("what", ["lines", "shipments", "charges", "codes"])
def test_more_than_can_be_read_back_is_refused(what: str) -> None:
    """A list has so many items as the reader takes."""
    many: Any = {
        "lines": (Line(str(n), Product("CUP"), unit_price=eur(3)) for n in range(10_001)),
        "shipments": (Shipment(str(n), "post") for n in range(10_001)),
        "charges": (Charge(str(n), eur(1)) for n in range(10_001)),
        "codes": map(str, range(10_001)),
    }
    with pytest.raises(OrderError, match=r"10001 .*: allowed: at most 10000, as many as are read back"):
        Order(**{"lines": [], what: many[what], "currency": "EUR"})
