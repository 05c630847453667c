"""Reads a history: the events of one customer, whose purchases the book prices as they were placed.

`{"aftercare": 1, "events": [...]}`; an event is as `aftercare.interchange.events` says, and a purchase is
`{"event": "purchase", "id": "e1", "at": "...", "number": "A-1", "order": {...}}`, the order as in an order document. It
was paid by card, unless `paid` lists `{"kind": "card", "amount": "5.00"}`. A purchase whose receipt was stored is
`{"event": "purchase", "id": "e1", "receipt": {...}}`, with what `Receipt.text` wrote; nothing of it is priced again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from aftercare.errors import did_you_mean
from aftercare.history import History
from aftercare.interchange.cursor import Cursor, all_of, distinct
from aftercare.interchange.events import EVENTS, event_at
from aftercare.interchange.native import order_at
from aftercare.interchange.parts import tender_at, versioned
from aftercare.interchange.receipts import sealed_at
from aftercare.order_events import Purchase
from aftercare.receipt import Tender
from aftercare.zones import utc

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.book import PolicyBook
    from aftercare.book_versions import BookHistory
    from aftercare.following import Follower
    from aftercare.history import Event
    from aftercare.interchange.source import Source
    from aftercare.order import Order

MAX_EVENTS: Final = 1000
_PURCHASE: Final = "purchase"


@attrs.frozen
class _Placed:
    """A purchase that is not priced yet."""

    place: Cursor
    id: str
    at: datetime
    number: str
    order: Order
    paid: tuple[Tender, ...] | None


Books: TypeAlias = "PolicyBook | BookHistory"
_Read: TypeAlias = "Event | _Placed"


def read_history(source: Source, book: Books) -> History:
    """The events of a document, with every purchase priced by *book* after all that happened before it.

    Of books that replaced one another, the one in force then prices. Instants without an offset are in the book's zone.
    A promotion that has limits does not apply, as nobody says how often it was used. Raises `DocumentError` with
    everything that is wrong.

    >>> from aftercare import PolicyBook
    >>> book = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"])
    >>> visit = '{"event": "visit", "id": "v1", "at": "2026-03-01T12:00"}'
    >>> read_history('{"aftercare": 1, "events": [' + visit + ']}', book).events[0].at.isoformat()
    '2026-03-01T12:00:00+01:00'
    """
    title = "the history cannot be read"
    root = Cursor.of(source)
    if root.is_object:
        versioned(root, "histories")
    if not root.is_clean:
        raise root.problems.error(title)
    root.only(("aftercare", "events"))
    listed = root.field("events")
    if not listed.is_there:
        listed.problem("is missing: expected a list, which may be empty")
    places = list(listed.items())
    if len(places) > MAX_EVENTS:
        listed.problem(f"{len(places)} events: allowed: at most {MAX_EVENTS}")
        raise root.problems.error(title)
    distinct(listed)
    read = [(each, _event(each, book.zone)) for each in places]
    _check_orders(read)
    if not root.is_clean:
        raise root.problems.error(title)
    history = History(_priced([each for _, each in read if each is not None], book))
    if not root.is_clean:
        raise root.problems.error(title)
    return history


def _event(at: Cursor, zone: str) -> _Read | None:
    if at.field("event").value != _PURCHASE:
        return event_at(at, EVENTS | {_PURCHASE: Purchase}, zone)
    if at.field("receipt").is_there:
        return _stored(at)
    at.only(("event", "id", "at", "number", "order", "paid"))
    ident, number = at.field("id").text(), at.field("number").text()
    instant = at.field("at").instant(zone)
    if not at.field("at").is_there:
        at.field("at").problem("is missing: expected an instant such as 2026-03-01T12:00:00+01:00")
    order = order_at(at.field("order"))
    paid = None
    if order is not None and at.field("paid").is_there:
        paid = all_of(at.field("paid").items(), lambda each: tender_at(each, order.currency))
    if order is None or instant is None or not at.is_clean:
        return None
    return _Placed(at, ident, instant, number, order, paid)


def _stored(at: Cursor) -> Purchase | None:
    at.only(("event", "id", "receipt"))
    ident, receipt = at.field("id").text(), sealed_at(at.field("receipt"))
    return None if receipt is None or not at.is_clean else Purchase(ident, receipt.placed_at, receipt)


def _number(each: _Read | None) -> str | None:
    """The number of the order that a purchase is."""
    match each:
        case _Placed(number=number):
            return number
        case Purchase(receipt=receipt):
            return receipt.id
        case _:
            return None


def _check_orders(read: list[tuple[Cursor, _Read | None]]) -> None:
    """Refuse a number that two purchases have, and one that an event names and no purchase has."""
    first: dict[str, str] = {}
    for place, each in read:
        number = _number(each)
        if number is not None:
            earlier = first.setdefault(number, place.path)
            if earlier != place.path:
                field = place.field("number") if isinstance(each, _Placed) else place.field("receipt")
                field.problem(f"`{number}` is already the number of {earlier}: give each order its own")
    for place, each in read:
        order = None if isinstance(each, _Placed) else getattr(each, "order", None)
        if order is not None and order not in first:
            known = did_you_mean(order, first) if first else "the history has no purchase"
            place.field("order").problem(f"`{order}` is no order of this history: {known}")


def _priced(read: list[_Read], book: Books) -> list[Event]:
    past: list[Event] = []
    customer = book.follower()
    for each in sorted(read, key=_place):
        found = _purchase(each, past, book, customer) if isinstance(each, _Placed) else each
        if found is not None:
            past.append(found)
            customer.take(found)
    return past


def _place(given: _Read) -> tuple[datetime, str]:
    return utc(given.at), given.id


def _purchase(placed: _Placed, past: list[Event], book: Books, customer: Follower) -> Purchase | None:
    # A place of its own, so that what is wrong with another purchase does not keep this one from being tried.
    place = Cursor(placed.place.value, placed.place.path, placed.place.problems)
    return place.make(partial(_priced_purchase, placed, past, book, customer))


def _priced_purchase(placed: _Placed, past: list[Event], book: Books, customer: Follower) -> Purchase:
    tier = None if placed.order.customer is None else customer.tier(placed.at)
    known, stamps = History(past), customer.stamps(placed.at)
    quote = book.price_member(placed.order, at=placed.at, history=known, tier=tier, stamps=stamps)
    paid = (Tender("card", quote.payable),) if placed.paid is None else placed.paid
    return Purchase(placed.id, placed.at, book.place(quote, id=placed.number, paid=paid))
