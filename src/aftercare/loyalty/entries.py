"""What a ledger of points is made of: its entries, what it refused, and what was paid out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import attrs

from aftercare.loyalty.coded import LoyaltyCoded

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.loyalty.earned import Earned, Occasion, RuleTrace
    from aftercare.loyalty.reckoning import Rooms
    from aftercare.money import Money
    from aftercare.receipt import Receipt
    from aftercare.return_events import Returned
    from aftercare.statement import Statement

Parts: TypeAlias = "tuple[tuple[str, int], ...]"
"""Lots by id, and how many points of each."""


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Entry(LoyaltyCoded):
    """One line of a statement of points: how many came (or went, below zero), by which event, to or from which lots.

    *reason* says why, in no language yet; *trace* is how the rules arrived at points that were earned.
    """

    at: datetime
    event: str
    points: int
    reason: Statement
    parts: Parts = ()
    trace: tuple[RuleTrace, ...] = ()


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Refused(LoyaltyCoded):
    """An event that changed nothing, and why."""

    at: datetime
    event: str
    reason: Statement


@attrs.frozen(eq=False, repr=False, kw_only=True)
class PointsVoucher(LoyaltyCoded):
    """A voucher that points became at the end of a period."""

    at: datetime
    points: int
    value: Money


@attrs.frozen(eq=False, repr=False, kw_only=True)
class SetOff(LoyaltyCoded):
    """What is withheld from a refund for points that were gone; below zero it is paid after all."""

    at: datetime
    event: str
    points: int
    amount: Money


class OrderRecord(NamedTuple):
    """What an order earned, and what stays of it."""

    receipt: Receipt
    occasion: Occasion
    version: int
    rooms: Rooms
    kept: tuple[tuple[str, int], ...]
    earned: Earned
    lots: tuple[str, ...]
    counted: int = 0  # expired points that were taken for returned ones


class Reservation(NamedTuple):
    """Points that were set aside."""

    points: int
    parts: Parts
    until: datetime | None


class SpentPoints(NamedTuple):
    """Points that were spent, and how many of each lot did not come back."""

    points: int
    parts: Parts
    order: str | None
    back: int = 0


class Deficit(NamedTuple):
    """Points that are owed, and the lots that have paid some of them."""

    left: int
    paid: Parts = ()


class GivenBack(NamedTuple):
    """Points of a spending that went back to a lot, and the last day that the lot had before."""

    key: str
    lot: str
    points: int
    last_day: date | None
    lapsed: bool = False


class ReturnEffect(NamedTuple):
    """What a return did, so that it can be undone."""

    event: Returned
    before: OrderRecord
    taken: Parts
    deficit: int
    set_off: SetOff | None
    back: tuple[GivenBack, ...]
    active: tuple[tuple[int, date], ...]
