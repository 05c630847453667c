"""Units whose order was cancelled, as a programme of members hears of them: they came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.history import History
from aftercare.order_events import Cancelled, Units
from aftercare.return_events import Returned
from aftercare.returns.timeline import moves

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.history import Event
    from aftercare.receipt import Receipt


def with_cancelled_as_returned(history: History) -> History:
    """The same history, where units that were cancelled came back instead: they earn nothing and reach no tier."""
    if not any(isinstance(event, Cancelled) for event in history.events):
        return history
    receipts = {purchase.receipt.id: purchase.receipt for purchase in history.purchases}
    own = history.by_order
    return History(
        as_returned(event, receipts[event.order], own[event.order].events)
        if isinstance(event, Cancelled) and event.order in receipts
        else event
        for event in history.events
    )


def as_returned(event: Cancelled, receipt: Receipt, own: Iterable[Event]) -> Event:
    """The return that stands for a cancellation, by its *own* order's events up to it; itself where nothing was left.

    Raises `OrderError` for events about units that the order does not have.
    """
    known = History(each for each in own if each.at <= event.at)
    gone = moves(receipt, known, at=event.at).get(event.id, {})
    units = [Units(line, last - first + 1, first=first) for line, runs in gone.items() for first, last in runs]
    if not units:
        return event
    return Returned(event.id, event.at, event.order, units, "cancelled", regimes=event.regimes)
