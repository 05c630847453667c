from __future__ import annotations

import datetime as dt
import json
import pickle
import zoneinfo
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

import aftercare
from aftercare import CalendarError, Days, Line, Money, Order, OrderError, Product, Receipt, Tender, canonical, eur, pln
from aftercare import receipt as receipt_module
from aftercare.receipt import (
    ReceiptGift,
    ReceiptOccurrence,
    ReceiptPart,
    ReceiptPromise,
    ReceiptReward,
    ReceiptShipment,
    ReceiptUnits,
)

AT = datetime(2026, 11, 22, 12, tzinfo=zoneinfo.ZoneInfo("Europe/Warsaw"))
NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    **vars(receipt_module),
    "datetime": dt,
    "zoneinfo": zoneinfo,
}
PART = ReceiptPart("sale", eur(1))
RECEIPT = Receipt(
    id="A-1",
    placed_at=AT,
    zone="Europe/Warsaw",
    book="0" * 64,
    order=Order([Line("1", Product("CUP"), 2, unit_price=eur(3))], currency="EUR"),
    units=(ReceiptUnits("1", 1, 2, eur(3), eur(2), eur("0.37"), (PART,)),),
    payable=eur("8.50"),
    tax=eur("0.74"),
    paid=(Tender("gift_card", eur(2)), Tender("card", eur("6.50"))),
    shipments=(ReceiptShipment("s", eur(5), eur("4.50"), eur(0)),),
    charge_taxes=(("deposit", eur(0)),),
    gifts=(ReceiptGift("sale", "SPOON", 1, eur(1)),),
    rewards=(ReceiptReward("sale", "points_times", 2),),
    occurrences=(ReceiptOccurrence("pair", 1, (("1", 1, 2, True),)),),
    promotions=(("sale", eur(2)),),
    no_points=("sale",),
    facts=(("customer.orders", 3),),
    promises=(ReceiptPromise("standard", "promise", ("1",), Days(30), "delivered"),),
)


def test_receipt_is_a_value() -> None:
    """A receipt is equal to its code and its pickle, and can be a key."""
    assert RECEIPT == eval(repr(RECEIPT), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert RECEIPT == pickle.loads(pickle.dumps(RECEIPT))  # noqa: S301 - what was just pickled
    assert hash(RECEIPT) == hash(attrs.evolve(RECEIPT))


def test_text() -> None:
    """The text of a receipt is canonical JSON: sorted, exact, and it says which promotion took what."""
    document = json.loads(RECEIPT.text)
    stored = document["receipt"]

    assert RECEIPT.text == json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert (1, RECEIPT.fingerprint) == (document["aftercare"], document["digest"])
    assert "8.50" == stored["payable"]
    assert [[{"count": 2, "paid": "2.00", "parts": [[0, "1.00"]], "tax": "0.37"}]] == stored["units"]
    assert "2026-11-22T12:00:00+01:00[Europe/Warsaw]" == stored["placed_at"]
    assert {"customer.orders": 3} == stored["facts"]
    assert stored == canonical.plain(RECEIPT)


def test_fingerprint_is_stable() -> None:
    """The fingerprint of a stored receipt never changes: this one is written down."""
    small = Receipt(
        id="A-1",
        placed_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        zone="UTC",
        book="b",
        order=Order([], currency="EUR"),
        units=(),
        payable=eur(0),
        tax=eur(0),
        paid=(),
    )

    assert (
        '{"aftercare":1,"digest":"DIGEST","receipt":{"book":"b","id":"A-1","order":{"currency":"EUR","lines":[],'
        '"prices":"gross"},"payable":"0.00","placed_at":"2026-11-22T12:00:00+00:00","tax":"0.00","zone":"UTC"}}'
    ).replace("DIGEST", small.fingerprint) == small.text
    assert small.fingerprint == attrs.evolve(small).fingerprint
    assert "673c70fd0ff492c7fc4993e2677e682031b3daa4fe210522abc63a21edcd6932" == small.fingerprint


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("id", "A-2"),
        ("placed_at", AT.replace(hour=13)),
        ("zone", "UTC"),
        ("book", "1" * 64),
        ("order", attrs.evolve(RECEIPT.order, channel="web")),
        ("units", (attrs.evolve(RECEIPT.units[0], tax=eur("0.38")),)),
        ("tax", eur("0.75")),
        ("paid", (Tender("card", eur("8.50")),)),
        ("shipments", ()),
        ("charge_taxes", ()),
        ("gifts", ()),
        ("rewards", ()),
        ("occurrences", ()),
        ("occurrences", (attrs.evolve(RECEIPT.occurrences[0], tags=(("1", eur("2.70")),)),)),
        ("promotions", (("sale", eur(1)),)),
        ("no_points", ()),
        ("facts", ()),
        ("promises", ()),
    ],
)
def test_alteration_shows(field: str, given: Any) -> None:
    """Whoever alters anything in a receipt alters its fingerprint."""
    assert RECEIPT.fingerprint != attrs.evolve(RECEIPT, **{field: given}).fingerprint


def test_altered_payable() -> None:
    """So does whoever alters what was payable and paid."""
    altered = attrs.evolve(RECEIPT, payable=eur(9), paid=(Tender("card", eur(9)),))

    assert RECEIPT.fingerprint != altered.fingerprint


@pytest.mark.parametrize("paid", [(), (eur(8),), (eur("8.50"), eur("0.01"))])
def test_tenders_add_up(paid: tuple[Money, ...]) -> None:
    """What was paid is what was payable, to the cent."""
    with pytest.raises(OrderError, match=r"tenders of `A-1` add up to `.*`, payable is `8.50 EUR`: they must be equal"):
        attrs.evolve(RECEIPT, paid=tuple(Tender("card", amount) for amount in paid))


def test_nothing_to_pay() -> None:
    """Who owes nothing pays with nothing."""
    assert () == attrs.evolve(RECEIPT, payable=eur(0), paid=()).paid


def test_tender_of_another_currency() -> None:
    """Two currencies do not add up."""
    with pytest.raises(TypeError, match="different currencies"):
        attrs.evolve(RECEIPT, paid=(Tender("card", pln("8.50")),))


def test_refusals() -> None:
    """A receipt has an id and an instant in a zone; a tender has a kind and is not negative."""
    with pytest.raises(OrderError, match="the id of a receipt needs some text, given `' '`"):
        attrs.evolve(RECEIPT, id=" ")
    with pytest.raises(OrderError, match="the id of a receipt needs some text, given `1001`: write `'1001'`"):
        attrs.evolve(RECEIPT, id=1001)
    with pytest.raises(CalendarError, match="the instant of a receipt"):
        attrs.evolve(RECEIPT, placed_at=datetime(2026, 11, 22))
    with pytest.raises(OrderError, match="the kind of a tender, such as `card`, needs some text, given `' '`"):
        Tender(" ", eur(1))
    with pytest.raises(OrderError, match="the kind of a tender, such as `card`, needs some text, given `5`"):
        Tender(5, eur(1))  # type: ignore[arg-type]
    with pytest.raises(OrderError, match="the amount that tender `card` paid is `5`, which is no `Money`: give one"):
        Tender("card", 5)  # type: ignore[arg-type]
    with pytest.raises(OrderError, match=r"a tender is not negative, given `-1.00 EUR`"):
        Tender("card", eur(-1))


def test_money_of_another_currency_is_not_written() -> None:
    """The text names the currency once, so that there cannot be two."""
    with pytest.raises(
        OrderError, match=r"receipt `A-1` of an order in `EUR` names `1.00 PLN`: all its money is in one"
    ):
        _ = attrs.evolve(RECEIPT, tax=pln(1)).text
