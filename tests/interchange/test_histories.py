"""Histories: events with purchases, which the book prices as they were placed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from aftercare import BookHistory, Money, Months, PolicyBook, Promotion, Tier, customer, eur, loyalty, policies
from aftercare.errors import DocumentError
from aftercare.interchange import read_history
from aftercare.interchange.histories import MAX_EVENTS
from aftercare.receipt import Tender

SILVER = Tier("silver", 1)
BOOK = PolicyBook(
    "shop",
    zone="Europe/Warsaw",
    currencies=["EUR"],
    promotions=[
        Promotion("silver", when=customer.tier.at_least(SILVER), then=policies.percent_off(10)),
        Promotion("second", when=customer.orders.at_least(1), then=policies.amount_off(eur(1))),
    ],
    loyalty=loyalty.Program(
        "club",
        ladder=loyalty.Ladder.by(loyalty.spend(last=Months(12)), {Tier("member", 0): eur(0), SILVER: eur(30)}),
    ),
)


def purchase(number: str, at: str | None = "2026-03-02T12:00", **given: Any) -> dict[str, Any]:
    """A purchase of 20.00 EUR."""
    line = {"id": "1", "product": {"sku": "CUP"}, "quantity": 2, "unit_price": "10.00"}
    order = {"currency": "EUR", "customer": {"id": "C-1"}, "lines": [line]}
    return {"event": "purchase", "id": f"buy {number}", "at": at, "number": number, "order": order, **given}


def problems(*events: Any) -> list[str]:
    """What is wrong with a history."""
    with pytest.raises(DocumentError) as raised:
        read_history({"aftercare": 1, "events": list(events)}, BOOK)
    return [str(problem) for problem in raised.value.problems]


def test_purchases_are_priced_after_what_was_before() -> None:
    """The second order knows the first, the third has the tier of both, in whatever order the document has them."""
    events = [
        purchase("A-3", "2026-03-06T12:00"),
        purchase("A-1", "2026-03-02T12:00"),
        {"event": "delivered", "id": "d", "at": "2026-03-03T12:00", "order": "A-1"},
        purchase("A-2", "2026-03-04T12:00"),
    ]
    found = read_history({"aftercare": 1, "events": events}, BOOK)

    assert [("A-1", eur(20)), ("A-2", eur(19)), ("A-3", eur(17))] == [
        (each.receipt.id, each.receipt.payable) for each in found.purchases
    ]
    assert ["buy A-1", "d", "buy A-2", "buy A-3"] == [each.id for each in found.events]
    assert "2026-03-02T12:00:00+01:00" == found.purchases[0].at.isoformat()
    assert (Tender("card", eur(20)),) == found.purchases[0].receipt.paid


def test_a_purchase_tells_how_it_was_paid() -> None:
    """Tenders are in the order's currency."""
    paid = [{"kind": "points", "amount": "5.00"}, {"kind": "card", "amount": "15.00"}]
    found = read_history({"aftercare": 1, "events": [purchase("A-1", paid=paid)]}, BOOK)

    assert (Tender("points", Money("5.00", "EUR")), Tender("card", eur(15))) == found.purchases[0].receipt.paid


def test_an_empty_history() -> None:
    """Nothing happened."""
    assert () == read_history('{"aftercare": 1, "events": []}', BOOK).events


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "$: `[...]` is not an object"),
        ({"events": []}, "aftercare: is not a version of histories that can be read: write `1`"),
        ({"aftercare": 1}, "events: is missing: expected a list, which may be empty"),
        ({"aftercare": 1, "events": {}}, "events: `{...}` is not a list"),
        ({"aftercare": 1, "events": [], "event": 1}, "event: `event` is not a field here"),
        ({"aftercare": 1, "events": [{}] * (MAX_EVENTS + 1)}, f"events: {MAX_EVENTS + 1} events: allowed: at most"),
    ],
)
def test_a_document_that_is_no_history(document: Any, problem: str) -> None:
    """What is wrong with the document as a whole."""
    source = "[]" if document == [] else document
    with pytest.raises(DocumentError, match="the history cannot be read") as raised:
        read_history(source, BOOK)

    assert str(raised.value.problems[0]).startswith(problem)


def test_all_problems_are_told_at_once() -> None:
    """Those of purchases and of other events, each with its path."""
    found = problems(
        purchase("A-1", at=None),
        purchase("A-2", order=None),
        purchase("A-3", paid=["card"], prise="3.00"),
        {"event": "visti"},
        "visit",
    )

    assert {
        "events[0].at",
        "events[1].order",
        "events[2].paid[0]",
        "events[2].prise",
        "events[3].event",
        "events[4]",
    } == {each.partition(":")[0] for each in found}
    assert any("`purchase`" in each for each in problems({"event": "purchas"}))


def test_orders_are_named_once_and_known() -> None:
    """Two purchases have two numbers, and an event is about an order of the history."""
    event = {"event": "delivered", "id": "d", "at": "2026-03-03T12:00", "order": "A-2"}
    again = {**purchase("A-1"), "id": "again"}

    assert [
        "events[1].number: `A-1` is already the number of events[0]: give each order its own",
        "events[2].order: `A-2` is no order of this history: allowed: `A-1`; did you mean `A-1`?",
    ] == problems(purchase("A-1"), again, event)
    assert ["events[0].order: `A-2` is no order of this history: the history has no purchase"] == problems(event)


def test_a_purchase_that_the_book_cannot_price() -> None:
    """What the book or the receipt refuses is a problem of the purchase, and the others are still priced."""
    dollars = {**purchase("A-1")["order"], "currency": "USD"}
    short = [{"kind": "card", "amount": "1.00"}]
    found = problems(purchase("A-1", order=dollars), purchase("A-2", paid=short))

    assert ["events[0]", "events[1]"] == [each.partition(":")[0] for each in found]
    assert "this book sells in `EUR`" in found[0]
    assert "payable is `20.00 EUR`" in found[1]


def stored(receipt: str, **given: Any) -> dict[str, Any]:
    """A purchase with the receipt that was stored with the order."""
    return {"event": "purchase", "id": "old", "receipt": json.loads(receipt), **given}


def test_a_stored_receipt_is_not_priced_again() -> None:
    """It is as it was placed, at its own instant, and later purchases are priced after it."""
    other = attrs.evolve(BOOK, promotions=[Promotion("half", then=policies.percent_off(50))])
    (old,) = read_history({"aftercare": 1, "events": [purchase("A-1")]}, other).purchases
    came = {"event": "delivered", "id": "d", "at": "2026-03-03T12:00", "order": "A-1"}
    document = {"aftercare": 1, "events": [purchase("A-2", "2026-03-04T12:00"), came, stored(old.receipt.text)]}
    first, second = read_history(document, BOOK).purchases

    assert (old.receipt, old.at, "old") == (first.receipt, first.at, first.id)
    assert [eur(10), eur(19)] == [first.receipt.payable, second.receipt.payable]


def test_a_stored_receipt_that_cannot_be_read() -> None:
    """One that was altered, one that says more, and one of an order that is there already."""
    (old,) = read_history({"aftercare": 1, "events": [purchase("A-1")]}, BOOK).purchases
    altered = old.receipt.text.replace("CUP", "POT")

    assert [
        "events[0].number: `number` is not a field here: allowed: `event`, `id`, `receipt`",
        "events[1].receipt.digest: is not that of this receipt: something in it was altered; take it from a copy",
        "events[2].receipt: `1` is not an object",
    ] == problems(
        stored(old.receipt.text, number="A-1"),
        {**stored(altered), "id": "b"},
        {**stored("{}"), "id": "c", "receipt": 1},
    )
    assert ["events[1].receipt: `A-1` is already the number of events[0]: give each order its own"] == problems(
        purchase("A-1"), stored(old.receipt.text)
    )


def test_books_that_replaced_one_another_price_a_history() -> None:
    """Each purchase has the prices of its own time, and tiers count what was before."""
    plain = attrs.evolve(BOOK, promotions=[])
    books = BookHistory(BOOK, {datetime(2026, 3, 5, tzinfo=UTC): plain})
    events = [purchase(f"A-{day}", f"2026-03-0{day}T12:00") for day in (2, 4, 6)]

    found = read_history({"aftercare": 1, "events": events}, books).purchases
    assert [eur(20), eur(19), eur(20)] == [each.receipt.payable for each in found]
    assert [BOOK.fingerprint, BOOK.fingerprint, plain.fingerprint] == [each.receipt.book for each in found]
