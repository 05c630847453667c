"""What refunds gave to the points that paid for an order: the money of settlements, for the ledger of points."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from aftercare.history import History
from aftercare.order_events import Cancelled
from aftercare.points_events import Undone
from aftercare.return_events import ReturnCancelled, Returned

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from aftercare.crossings import Desk
    from aftercare.history import Event
    from aftercare.loyalty.clawback import Repaid
    from aftercare.receipt import Receipt

DeskOf: TypeAlias = "Callable[[Receipt, History], Desk]"
"""What tells where the goods of a receipt come back, with what happened to it."""

_BACK = (Returned, Cancelled)


def repaid_of(desk_of: DeskOf, history: History, *, at: datetime) -> Repaid:
    """What the refunds of a *history* gave to points by *at*, for all orders that points paid for.

    *desk_of* is where goods of a receipt come back, with what happened to them. Where nothing is promised about
    returns, or one cannot be settled, the programme has to reckon itself.
    """
    past = history.until(at)
    found: dict[tuple[str, ...], int] = {}
    for purchase in past.purchases:
        if any(tender.kind == "points" and tender.amount for tender in purchase.receipt.paid):
            found |= repaid_of_order(desk_of, purchase.receipt, past)
    return found


def repaid_of_order(desk_of: DeskOf, receipt: Receipt, past: History) -> Repaid:
    """What `repaid_of` says of the order of one *receipt*.

    A return that is called off never was, from then on: so what went to points is settled as it was known before each
    such event, and once more after the last of them.
    """
    found: dict[tuple[str, ...], int] = {}
    own = _own(receipt.id, past.events)
    if desk_of(receipt, past).promises.returns is None or not any(isinstance(each, _BACK) for each in own):
        return found
    ends = [place for place, event in enumerate(own) if isinstance(event, Undone | ReturnCancelled)]
    for end in (*ends, len(own)):
        undone = {event.event for event in own[:end] if isinstance(event, Undone)}
        known = [event for event in own[:end] if event.id not in undone]
        returned = {event.id for event in known if isinstance(event, _BACK)}
        standing: tuple[str, ...] = ()
        for event, money in desk_of(receipt, History(known)).paid_back("points"):
            if event in returned:
                standing = (*standing, event)
                found.setdefault(standing, money)
    return found


def _own(order: str, events: Sequence[Event]) -> list[Event]:
    """What happened to an order, and which of its returns were undone."""
    ids = {event.id for event in events if isinstance(event, Returned) and event.order == order}
    return [
        event
        for event in events
        if getattr(event, "order", None) == order or (isinstance(event, Undone) and event.event in ids)
    ]
