"""What was called off, as a programme of members hears of it.

Units whose order was cancelled came back; a return that was given up after its goods had come is undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.calendar import utc
from aftercare.history import History
from aftercare.order_events import Cancelled, Units
from aftercare.points_events import Undone
from aftercare.return_events import ReturnCancelled, Returned
from aftercare.returns.timeline import moves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from aftercare.history import Event
    from aftercare.receipt import Receipt


def as_members_hear(history: History, *, at: datetime) -> History:
    """What had happened by *at*, where cancelled units came back, and returns that were given up are undone."""
    past = history.until(at)
    if not any(isinstance(event, Cancelled | ReturnCancelled) for event in past.events):
        return past
    receipts = {purchase.receipt.id: purchase.receipt for purchase in past.purchases}
    own = past.by_order
    return History(
        told
        for event in past.events
        for told in (
            called_off(event, receipts[event.order], own[event.order].events)
            if isinstance(event, Cancelled | ReturnCancelled) and event.order in receipts
            else [event]
        )
    )


def called_off(event: Cancelled | ReturnCancelled, receipt: Receipt, own: Iterable[Event]) -> Sequence[Event]:
    """What stands for an event that calls something off, by its *own* order's events up to it.

    Raises `OrderError` for events about units that the order does not have.
    """
    now = utc(event.at)
    known = [each for each in own if each.at <= now]
    if isinstance(event, ReturnCancelled):
        came = [each.id for each in known if isinstance(each, Returned) and each.return_id == event.return_id]
        return [Undone(f"{event.id}: {each}", event.at, each) for each in came]
    gone = moves(receipt, History(known), at=event.at).get(event.id, {})
    units = [Units(line, last - first + 1, first=first) for line, runs in gone.items() for first, last in runs]
    return [Returned(event.id, event.at, event.order, units, "cancelled", regimes=event.regimes)] if units else []
