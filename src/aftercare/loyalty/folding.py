"""One account of anything that is counted (stamps, vouchers, minor units of money), folded event by event.

It is the ledger of points under other words: the same lots, entries and refusals, told as what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.calendar import utc
from aftercare.loyalty.ledger import Account
from aftercare.loyalty.posting import pass_boundaries, post
from aftercare.loyalty.terms import versions_of
from aftercare.loyalty.vault import Vault
from aftercare.member_events import Visit
from aftercare.points_events import (
    PointsReleased,
    PointsReserved,
    PointsSpent,
    PointsTransferred,
    Undone,
)
from aftercare.return_events import Returned
from aftercare.reward_events import MoneyReleased, MoneyReserved, MoneySpent, RewardUsed
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from aftercare.history import Event, History
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.entries import Entry, Refused
    from aftercare.loyalty.ledger import Ledger
    from aftercare.loyalty.terms import Points
    from aftercare.money import Money

Counted: TypeAlias = "Callable[[int], int | Money]"
"""How a number of the ledger is told: as it is, or as money."""

_DEBITS = (
    MoneyReleased,
    MoneyReserved,
    MoneySpent,
    PointsReleased,
    PointsReserved,
    PointsSpent,
    PointsTransferred,
    Returned,
    RewardUsed,
    Undone,
)
_COUNTS = frozenset({"count", "found", "needed", "missing"})


def place_of(event: Event) -> tuple[datetime, bool, str]:
    """Where an event stands: by instant, credits before debits, then by id."""
    return (utc(event.at), isinstance(event, _DEBITS), event.id)


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events each at its place."""
    return sorted(events, key=place_of)


def lasting_events(history: History, at: datetime) -> list[Event]:
    """What happened by the instant *at*, in order, without visits, returns and uses that were undone by then."""
    past = history.until(at).events
    undone = {event.event for event in past if isinstance(event, Undone)}
    gone = {event.id for event in past if event.id in undone and isinstance(event, Visit | Returned | RewardUsed)}
    return in_order(
        event for event in past if event.id not in gone and not (isinstance(event, Undone) and event.event in gone)
    )


class Fold:
    """The running state of one account; private to the fold that made it."""

    __slots__ = ("vault",)

    def __init__(self, terms: Points, zone: str, holds: Holds | None = None) -> None:
        self.vault = Vault(versions_of(terms), zone, dict(holds or {}))

    def post(self, event: Event) -> None:
        """Let time go by up to *event*, then post it; what it brings without a hold is there at once."""
        now = utc(event.at)
        self.pass_to(now)
        post(self.vault, event)
        self.pass_to(now)

    def pass_to(self, now: datetime) -> None:
        """Let time go by up to an instant in UTC."""
        pass_boundaries(self.vault, now)

    def at(self, instant: datetime) -> Ledger:
        """The ledger as of an *instant* that is not before the last event."""
        return Account(self.vault, None).at(instant)


def retold(reason: Statement, word: str, counted: Counted = int) -> Statement:
    """The reason of an entry of points in the words of another account: its code begins with *word*.

    >>> from aftercare import Money
    >>> retold(Statement("points.spent", count=250), "credit", lambda n: Money.of_minor(n, "EUR"))
    Statement('credit.spent', count=Money("2.50", "EUR"))
    """
    params = {
        key: counted(given) if key in _COUNTS and isinstance(given, int) else given for key, given in reason.params
    }
    return Statement(word + reason.code.removeprefix("points"), **params)


def retold_entries(entries: Iterable[Entry], word: str, counted: Counted = int) -> tuple[Entry, ...]:
    """Entries of points in the words of another account.

    >>> retold_entries((), "stamps")
    ()
    """
    return tuple(attrs.evolve(entry, reason=retold(entry.reason, word, counted), trace=()) for entry in entries)


def retold_refusals(refused: Iterable[Refused], word: str, counted: Counted = int) -> tuple[Refused, ...]:
    """Refusals of points in the words of another account; those that already are stay as they are.

    >>> retold_refusals((), "stamps")
    ()
    """
    return tuple(attrs.evolve(each, reason=retold(each.reason, word, counted)) for each in refused)
