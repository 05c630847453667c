"""What has happened between a customer and the shop: events as an immutable tuple, facts by folding over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.bounds import checked, listed
from aftercare.calendar import local_date, utc
from aftercare.calendar import zone as find_zone
from aftercare.canonical import Coded
from aftercare.errors import OrderError, is_a
from aftercare.event_order import in_order
from aftercare.money import Money
from aftercare.order_events import Cancelled, Delivered, Dispatch, Installed, Lost, Payment, Picked, Purchase

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aftercare.member_events import (
        Adjustment,
        Birthday,
        Measured,
        Pin,
        ProfileChange,
        Referral,
        Review,
        SignUp,
        Visit,
    )
    from aftercare.points_events import (
        PointsReceived,
        PointsReleased,
        PointsReserved,
        PointsSpent,
        PointsTransferred,
        Undone,
    )
    from aftercare.return_events import ReturnEvent
    from aftercare.reward_events import (
        HouseholdJoined,
        HouseholdLeft,
        MoneyCredited,
        MoneyReleased,
        MoneyReserved,
        MoneyReturned,
        MoneySpent,
        ReferralDecided,
        RewardUsed,
    )

OrderEvent: TypeAlias = "Purchase | Payment | Picked | Dispatch | Delivered | Installed | Cancelled | Lost"
MemberEvent: TypeAlias = "SignUp | Visit | Review | Referral | Birthday | ProfileChange | Measured | Adjustment | Pin"
PointsEvent: TypeAlias = "PointsReserved | PointsSpent | PointsReleased | PointsTransferred | PointsReceived | Undone"
MoneyEvent: TypeAlias = "MoneyCredited | MoneyReserved | MoneySpent | MoneyReleased | MoneyReturned"
RewardEvent: TypeAlias = "RewardUsed | ReferralDecided | HouseholdJoined | HouseholdLeft | MoneyEvent"
Event: TypeAlias = "OrderEvent | ReturnEvent | MemberEvent | PointsEvent | RewardEvent"


def _events(given: Iterable[Event]) -> tuple[Event, ...]:
    known: dict[str, Event] = {}
    for event in listed("events of a history", given, "Delivered('d1', now, 'A-1')"):
        if not (is_a(event, Coded) and hasattr(event, "at")):
            msg = f"`{event!r}` is no event: give what happened, such as `Delivered('d1', now, 'A-1')`"
            raise OrderError(msg)
        if known.setdefault(event.id, event) != event:
            msg = f"two different events have the id `{event.id}`: an event keeps its id, and another has its own"
            raise OrderError(msg)
    return in_order((utc(event.at), event.id, event) for event in known.values())


@attrs.frozen(eq=False, repr=False)
class History(Coded):
    """The events of one customer, by instant, causes before effects; the same event recorded twice counts once.

    >>> History().orders
    0
    """

    events: tuple[Event, ...] = attrs.field(default=(), converter=_events)

    def until(self, at: datetime) -> History:
        """What had happened by *at*."""
        now = utc(at)
        if not self.events or self.events[-1].at <= now:
            return self
        return History(event for event in self.events if event.at <= now)

    def of(self, order: str) -> History:
        """What happened to one order after it was placed."""
        return History(event for event in self.events if getattr(event, "order", None) == order)

    @property
    def by_order(self) -> dict[str, History]:
        """What happened to each order after it was placed, by the id of the order."""
        found: dict[str, list[Event]] = {}
        for event in self.events:
            order = getattr(event, "order", None)
            if order is not None:
                found.setdefault(order, []).append(event)
        return {order: History(events) for order, events in found.items()}

    @property
    def purchases(self) -> tuple[Purchase, ...]:
        """The placed orders."""
        return tuple(event for event in self.events if isinstance(event, Purchase))

    @property
    def orders(self) -> int:
        """How many orders were placed."""
        return len(self.purchases)

    def spend(self, currency: str) -> Money:
        """What the orders in *currency* cost, tax and delivery included."""
        each = (purchase.receipt.payable for purchase in self.purchases)
        return sum((money for money in each if money.currency == currency), Money.of_minor(0, currency))

    def last_order_on(self, zone: str) -> date | None:
        """The date of the last order in *zone*, or None before the first."""
        purchases = self.purchases
        return local_date(purchases[-1].at, find_zone(zone)) if purchases else None


def checked_history(given: History) -> History:
    """*given*, which has to be a history; raises `OrderError` for anything else, such as a list of events.

    >>> checked_history(History()).events
    ()
    """
    return checked("what happened before", given, History, "History(events)")
