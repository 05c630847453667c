"""The reader of households: the ledgers of all members folded side by side, with spending taken from the pool."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from aftercare.calendar import aware, utc
from aftercare.exact import allocate
from aftercare.loyalty.clawback import points_due_back
from aftercare.loyalty.folding import Fold, lasting_events, place_of
from aftercare.loyalty.household import Household, HouseholdLedger
from aftercare.loyalty.returning import bring_back, going_back, goods_value
from aftercare.points_events import (
    PointsPart,
    PointsReceived,
    PointsReleased,
    PointsReserved,
    PointsSpent,
    PointsTransferred,
    Undone,
)
from aftercare.return_events import Returned
from aftercare.reward_events import HouseholdJoined, HouseholdLeft
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aftercare.history import Event, History
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.terms import Points


def household_ledger(
    household: Household,
    terms: Points,
    histories: Mapping[str, History],
    *,
    at: datetime,
    zone: str,
    holds: Holds | None = None,
) -> HouseholdLedger:
    """The points of a *household* as of the instant *at*, by the *histories* of everybody who ever was in it.

    Members join and leave by `HouseholdJoined` and `HouseholdLeft` in their own histories. Whoever is alone, or may not
    spend, has the own points only. A return that was called off never was.

    >>> from datetime import UTC, datetime
    >>> from aftercare import History
    >>> from aftercare.loyalty.terms import Points
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> household_ledger(Household("h"), Points(), {"C-1": History()}, at=now, zone="Europe/Warsaw").available
    0
    """
    instant = aware(at, "the instant of a ledger")
    pool = _Pool(household, {member: Fold(terms, zone, holds) for member in sorted(histories)})
    every = [(member, event) for member in sorted(histories) for event in lasting_events(histories[member], instant)]
    for member, event in sorted(every, key=_place):
        pool.read(member, event)
    ledgers = tuple((member, fold.at(instant)) for member, fold in pool.folds.items())
    return HouseholdLedger(at=instant, members=tuple(pool.members), ledgers=ledgers)


def _place(owned: tuple[str, Event]) -> tuple[datetime, bool, str, str]:
    member, event = owned
    return (*place_of(event), member)


class _Pool:
    """A household, while its histories are folded."""

    def __init__(self, household: Household, folds: dict[str, Fold]) -> None:
        self.household = household
        self.folds = folds
        self.members: list[str] = []
        """Who is in, those who joined first before others."""
        self.keys: dict[str, int] = {}
        self.orders: dict[str, list[str]] = {}

    def read(self, member: str, event: Event) -> None:
        match event:
            case HouseholdJoined(household=joined):
                if joined == self.household.id and member not in self.members:
                    self.members.append(member)
            case HouseholdLeft(household=left):
                if left == self.household.id and member in self.members:
                    self._leave(member, event)
            case PointsReserved() if self._shares(member):
                self._take(member, event)
            case PointsSpent() if self._shares(member):
                self._free(event)
                self._take(member, event)
            case PointsReleased():
                self._free(event)
            case Undone():
                for fold in self.folds.values():
                    if event.event in fold.vault.spent_by or fold is self.folds[member]:
                        fold.post(event)
            case Returned():
                self.folds[member].post(event)
                self._give_back(member, event)
            case _:
                self.folds[member].post(event)

    def _shares(self, member: str) -> bool:
        spenders = self.household.spenders
        return member in self.members and (spenders is None or member in spenders)

    def _free(self, event: PointsSpent | PointsReleased) -> None:
        """Whatever was set aside under the key of *event* is free again, everywhere."""
        for fold in self.folds.values():
            fold.pass_to(utc(event.at))
            if event.key in fold.vault.reservations:
                fold.post(PointsReleased(event.id, event.at, event.key))

    def _take(self, member: str, event: PointsReserved | PointsSpent) -> None:
        """Reserve or spend points of the pool, all of them or none."""
        vault = self.folds[member].vault
        for each in self.members:
            self.folds[each].pass_to(utc(event.at))
        if event.key in self.keys:
            if self.keys[event.key] != event.points:
                vault.refuse(event.at, event.id, Statement("points.refused.key", key=Name(event.key)))
            return
        found = sum(self.folds[each].vault.available for each in self.members)
        if found < event.points:
            missing = event.points - found
            reason = Statement("points.refused.balance", found=found, needed=event.points, missing=missing)
            vault.refuse(event.at, event.id, reason)
            return
        if isinstance(event, PointsSpent):
            self.keys[event.key] = event.points
            if event.order is not None:
                self.orders.setdefault(event.order, []).append(event.key)
        for each, points in self._parts(member, event.points).items():
            if isinstance(event, PointsSpent):
                order = event.order if each == member else None
                self.folds[each].post(PointsSpent(event.id, event.at, event.key, points, order=order))
            else:
                self.folds[each].post(PointsReserved(event.id, event.at, event.key, points, until=event.until))

    def _parts(self, member: str, points: int) -> dict[str, int]:
        """How many of so many points each member gives, in the order that the household declares."""
        lots = [
            (lot.last_day or date.max, lot.earned_at, each, lot.left)
            for each in self.members
            for lot in self.folds[each].vault.lots.values()
            if lot.left and not lot.pending
        ]
        own_first = self.household.spend == "own_first"
        lots.sort(key=lambda lot: (own_first and lot[2] != member, *lot))
        found: dict[str, int] = {}
        for _, _, each, left in lots:
            some = min(points, left)
            points -= some
            if some:
                found[each] = found.get(each, 0) + some
        return found

    def _give_back(self, member: str, event: Returned) -> None:
        """Points of others that paid for an order go back to them; those of the buyer already did."""
        record = self.folds[member].vault.orders.get(event.order)
        if record is None:
            return
        returned = goods_value(record.receipt) - goods_value(record.receipt, dict(record.kept))
        for each, fold in self.folds.items():
            for key in self.orders.get(event.order, ()):
                spending = fold.vault.spendings.get(key)
                if each == member or spending is None:
                    continue
                rules = fold.vault.terms(record.version).claw_back
                due = points_due_back(record.receipt, spending.points, returned, rules.giving_back) - spending.back
                last = rules.courtesy.after(fold.vault.day(event.at)) if rules.courtesy.n else None
                fold.pass_to(utc(event.at))
                bring_back(fold.vault, event.at, event.id, going_back(fold.vault, key, due), last)

    def _leave(self, member: str, event: HouseholdLeft) -> None:
        for each in self.members:
            self.folds[each].pass_to(utc(event.at))
        others = [each for each in self.members if each != member]
        own = self.folds[member].vault.available
        if others and self.household.on_leaving == "stays":
            self._move(event, member, others[0], own)
        elif others and self.household.on_leaving == "share":
            total = sum(self.folds[each].vault.available for each in self.members)
            share = allocate(total, [1] * len(self.members))[self.members.index(member)]
            self._move(event, member, others[0], own - share)
            self.members = others
            for each, points in self._parts("", max(0, share - own)).items():
                self._move(event, each, member, points)
        self.members = others

    def _move(self, event: HouseholdLeft, sender: str, to: str, points: int) -> None:
        """Points go from one member to another, and keep their last days."""
        if points <= 0:
            return
        key = f"{event.id}:{sender}:{to}"
        vault = self.folds[sender].vault
        self.folds[sender].post(PointsTransferred(key, event.at, points, to=to))
        parts = [PointsPart(some, vault.lots[lot].last_day) for lot, some in vault.entries[-1].parts]
        self.folds[to].post(PointsReceived(key, event.at, parts, sender=sender))
