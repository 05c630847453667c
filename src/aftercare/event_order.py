"""The order of events: by instant, and at one instant those of an order in the order in which one leads to another."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from aftercare.order_events import Cancelled, Delivered, Dispatch, Installed, Lost, Payment, Picked, Purchase
from aftercare.return_events import (
    InformationGiven,
    Refunded,
    RefundReversed,
    RemedyDone,
    RemedyRequested,
    ReturnApproved,
    ReturnCancelled,
    Returned,
    ReturnRefused,
    ReturnRequested,
    ReturnSent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_T = TypeVar("_T")

_LIFE: dict[type, int] = {
    ReturnRequested: 0,
    ReturnApproved: 1,
    ReturnRefused: 1,
    ReturnSent: 2,
    Returned: 3,
    Refunded: 4,
    ReturnCancelled: 5,
    RemedyRequested: 0,
    RemedyDone: 1,
}


def in_order(events: Iterable[tuple[datetime, str, _T]]) -> tuple[_T, ...]:
    """Events, given with instants and different ids: at one instant by id, but of one order causes before effects.

    An order is placed, paid and dispatched before it arrives, and units come back once they have arrived. What is
    cancelled or lost without naming units is the rest. A return or remedy is requested before anything else happens to
    it, and a refund is paid before it is reversed.
    """
    placed = sorted(events)
    if all(placed[at][0] != placed[at - 1][0] for at in range(1, len(placed))):
        return tuple(event for *_, event in placed)
    found: list[_T] = []
    for _, together in groupby(placed, key=_instant):
        found += _at_once({key: event for _, key, event in together})
    return tuple(found)


def _instant(placed: tuple[datetime, str, _T]) -> datetime:
    return placed[0]


def _at_once(events: dict[str, _T]) -> list[_T]:
    """Events of one instant, sorted by id: those of an order change places with each other alone."""
    if len(events) == 1:
        return [*events.values()]
    orders: dict[str | None, dict[str, _T]] = {}
    for key, event in events.items():
        orders.setdefault(_order(event), {})[key] = event
    turns = {order: iter(own.values() if order is None else _one_order(own)) for order, own in orders.items()}
    return [next(turns[_order(event)]) for event in events.values()]


def _order(event: object) -> str | None:
    order: str | None = event.receipt.id if isinstance(event, Purchase) else getattr(event, "order", None)
    return order


def _one_order(events: dict[str, _T]) -> list[_T]:
    lives: dict[tuple[str, str], list[str]] = {}
    for key, event in events.items():
        for life in _lives(event):
            lives.setdefault(life, []).append(key)
    found: list[_T] = []
    met: set[str] = set()

    def place(key: str) -> None:
        if key in met:
            return
        met.add(key)
        event = events[key]
        if isinstance(event, RefundReversed) and event.refund in events:
            place(event.refund)
        for life in _lives(event):
            for each in lives[life]:
                if _LIFE[type(events[each])] < _LIFE[type(event)]:
                    place(each)
        found.append(event)

    for key in sorted(events, key=lambda each: _turn(events[each])):
        place(key)
    return found


def _lives(event: object) -> Iterator[tuple[str, str]]:
    """The return or remedy that an event is of."""
    if type(event) in _LIFE:
        for name in ("return_id", "remedy_id"):
            known = getattr(event, name, None)
            if known is not None:
                yield name, known


def _turn(event: object) -> int:
    """When an event has its turn among those of its order."""
    match event:
        case Purchase():
            return 0
        case Payment() | InformationGiven() | Picked() | Dispatch():
            return 1
        case Cancelled() | Lost():
            return 2 if event.units else 6
        case Delivered():
            return 3 if event.units else 4
        case Installed():
            return 4
        case _:
            return 5
