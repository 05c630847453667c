"""The lots of an account while its history is folded: released, spent, lapsed and restored as time goes by.

Everything here is private to one fold and changes while it runs. Boundaries (the end of a hold, of a reservation, of a
tier, of points) wait in a heap and are passed in order of time; at one instant holds end first and points last.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from datetime import date, timedelta
from enum import IntEnum
from heapq import heappop, heappush
from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.calendar import local_date, start_of_day
from aftercare.loyalty.days import day_after
from aftercare.loyalty.entries import Deficit, Entry, Refused
from aftercare.statement import Statement
from aftercare.zones import utc

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from aftercare.loyalty.earned import Earned, Path, RuleTrace
    from aftercare.loyalty.entries import (
        OrderRecord,
        Parts,
        PointsVoucher,
        Reservation,
        ReturnEffect,
        SetOff,
        SpentPoints,
    )
    from aftercare.loyalty.lots import Lot, Lots
    from aftercare.loyalty.terms import Points, Versions
    from aftercare.order import Tier

Boundary: TypeAlias = "tuple[datetime, Ending, str, datetime]"
"""An instant in UTC, where instants compare soon and right, what ends, its key, and the instant in its own zone."""

TierChange: TypeAlias = "tuple[datetime, Tier | None]"

_COPIED = (
    "activities",
    "boundaries",
    "caps",
    "closed",
    "deficits",
    "earnings",
    "effects",
    "entries",
    "holds",
    "lots",
    "open",
    "orders",
    "owing",
    "refused",
    "repaid",
    "rechecks",
    "reservations",
    "set_offs",
    "since",
    "spendings",
    "spent_by",
    "spent_on",
    "vouchers",
)
_SHARED = ("available", "converts_at", "deficit", "joined", "pending", "reserved", "tier", "tiers", "versions", "zone")


class Ending(IntEnum):
    """What ends at a boundary, in the order in which it does at one instant."""

    HOLD = 0
    RESERVATION = 1
    TIER = 2
    POINTS = 3
    IDLENESS = 4
    DEFICIT = 5
    PERIOD = 6


class Vault:
    """The state of an account."""

    __slots__ = (*_COPIED, *_SHARED)

    def __init__(self, versions: Versions, zone: str, holds: dict[tuple[str, str], date | None]) -> None:
        self.versions = versions
        self.zone = zone
        self.holds = holds
        self.lots: dict[str, Lot] = {}
        self.open: list[tuple[date, datetime, str]] = []
        self.boundaries: list[Boundary] = []
        self.orders: dict[str, OrderRecord] = {}
        self.reservations: dict[str, Reservation] = {}
        self.closed: dict[str, None] = {}
        self.spendings: dict[str, SpentPoints] = {}
        self.spent_on: dict[str, tuple[str, ...]] = {}
        self.spent_by: dict[str, str] = {}
        self.deficits: dict[str, Deficit] = {}
        self.earnings: dict[str, tuple[tuple[datetime, Earned], ...]] = {}
        self.owing: dict[str, None] = {}
        self.effects: dict[str, ReturnEffect] = {}
        self.repaid: dict[tuple[str, ...], int] = {}
        self.caps: dict[tuple[int, Path, str], Fraction] = {}
        self.activities: dict[int, dict[str, date]] = {}
        self.rechecks: dict[int, datetime] = {}
        self.since: dict[int, date] = {}
        self.entries: list[Entry] = []
        self.refused: list[Refused] = []
        self.vouchers: list[PointsVoucher] = []
        self.set_offs: list[SetOff] = []
        self.tiers: dict[str, Tier | None] = {}
        self.tier: Tier | None = None
        self.joined = False
        self.converts_at: datetime | None = None
        self.available = self.pending = self.reserved = self.deficit = 0

    def copy(self) -> Vault:
        """The same state, free to change on its own."""
        other: Vault = Vault.__new__(Vault)
        for name in _SHARED:
            setattr(other, name, getattr(self, name))
        for name in _COPIED:
            setattr(other, name, getattr(self, name).copy())
        other.activities = {version: days.copy() for version, days in self.activities.items()}
        return other

    # What was said.

    def enter(
        self,
        at: datetime,
        event: str,
        points: int,
        reason: Statement,
        parts: Parts = (),
        *,
        trace: tuple[RuleTrace, ...] = (),
    ) -> None:
        """Write an entry."""
        self.entries.append(Entry(at=at, event=event, points=points, reason=reason, parts=parts, trace=trace))

    def earn(self, source: str, at: datetime, earned: Earned) -> None:
        """Remember what an order or event has earned by now."""
        self.earnings[source] = (*self.earnings.get(source, ()), (at, earned))

    def refuse(self, at: datetime, event: str, reason: Statement) -> None:
        """Write down that an event changed nothing."""
        self.refused.append(Refused(at=at, event=event, reason=reason))

    def day(self, at: datetime) -> date:
        """The date at an instant, in the zone of the program."""
        return local_date(at, self.zone)

    def after(self, last: date) -> datetime:
        """The first instant after a last day."""
        return start_of_day(day_after(last), self.zone)

    def terms(self, version: int) -> Points:
        """The terms of one version."""
        return self.versions[version][1]

    # Boundaries.

    def push(self, at: datetime, rank: Ending, key: str) -> None:
        """Remember a boundary."""
        heappush(self.boundaries, (utc(at), rank, key, at))

    def due(self, at: datetime) -> Boundary | None:
        """The next boundary up to the instant *at*, taken from the heap."""
        if self.boundaries and self.boundaries[0][0] <= at:
            return heappop(self.boundaries)
        return None

    # Lots.

    def add(self, lot: Lot) -> None:
        """A new lot, pending until its boundary; `release` makes it available."""
        self.lots[lot.id] = lot
        self.pending += lot.left
        if lot.available_at is not None:
            self.push(lot.available_at, Ending.HOLD, lot.id)

    def hold_until(self, lot_id: str, available_at: datetime | None) -> None:
        """A pending lot is available from another instant."""
        self.lots[lot_id] = attrs.evolve(self.lots[lot_id], available_at=available_at)
        if available_at is not None:
            self.push(available_at, Ending.HOLD, lot_id)

    def release(self, lot_id: str, now: datetime) -> None:
        """The hold of a lot ends, if it still ends *now*."""
        lot = self.lots[lot_id]
        if not lot.pending or lot.available_at != now:
            return
        rules = self.terms(lot.version).lots
        last = lot.last_day
        if last is None and rules.expire is not None:
            last = rules.expire.last_day(self.day(now) if rules.clock == "available" else lot.earned_on)
        self.pending -= lot.left
        self.lots[lot_id] = attrs.evolve(lot, pending=False, left=0, last_day=last)
        self.put(lot_id, lot.left)
        if last is not None:
            self.push(max(now, self.after(last), key=utc), Ending.POINTS, lot_id)

    def put(self, lot_id: str, points: int) -> None:
        """Points become available in a lot; what is owed is paid first."""
        lot = self.lots[lot_id]
        while points and self.owing:
            key = next(iter(self.owing))
            points -= self.pay(key, points, lot_id)
        if points:
            self._set_left(lot, lot.left + points)
            self.available += points

    def pay(self, key: str, points: int, lot_id: str) -> int:
        """A lot pays up to so many of the points that are owed under *key*; how many it paid."""
        owed = self.deficits[key]
        paid = min(points, owed.left)
        self.deficits[key] = Deficit(owed.left - paid, (*owed.paid, (lot_id, paid)))
        self.deficit -= paid
        if owed.left == paid:
            del self.owing[key]
        return paid

    def _set_left(self, lot: Lot, left: int, lapsed: int = 0) -> None:
        if not lot.left and left:
            insort(self.open, _place(lot))
        elif lot.left and not left:
            del self.open[bisect_left(self.open, _place(lot))]
        self.lots[lot.id] = attrs.evolve(lot, left=left, expired=lot.expired + lapsed)

    def take_from(self, lot_id: str, points: int, *, lapses: bool = False) -> int:
        """Take up to so many points, or let them lapse, from one lot, available or pending; how many there were."""
        lot = self.lots[lot_id]
        taken = min(points, lot.left)
        if not taken:
            return 0
        lapsed = taken if lapses else 0
        if lot.pending:
            self.lots[lot_id] = attrs.evolve(lot, left=lot.left - taken, expired=lot.expired + lapsed)
            self.pending -= taken
        else:
            self._set_left(lot, lot.left - taken, lapsed)
            self.available -= taken
        return taken

    def take(self, points: int, lots: Lots) -> Parts:
        """Take up to so many available points, in the order that *lots* declares."""
        parts = []
        ids = [place[-1] for place in self.open] if lots.spend == "oldest_first" else []
        ids.sort(key=lambda lot_id: (utc(self.lots[lot_id].earned_at), lot_id), reverse=True)
        while points and self.open:
            lot_id = ids.pop() if ids else self.open[0][-1]
            taken = self.take_from(lot_id, points)
            parts.append((lot_id, taken))
            points -= taken
        return tuple(parts)

    def restore(self, lot_id: str, points: int, now: datetime, courtesy: date | None, event: str) -> date | None:
        """Points go back to their own lot, which may have expired; the last day it had before.

        With a *courtesy* day they last at least to it, otherwise they lapse at once.
        """
        lot = self.lots[lot_id]
        before = lot.last_day
        if lot.pending:
            self.lots[lot_id] = attrs.evolve(lot, left=lot.left + points)
            self.pending += points
            return before
        if before is None or self.after(before) > now or self.is_suspended(lot.version):
            self.put(lot_id, points)
        elif courtesy is not None and self.after(courtesy) > now:
            self.move(lot_id, courtesy, now)
            self.put(lot_id, points)
        else:
            self.lots[lot_id] = attrs.evolve(lot, expired=lot.expired + points)
            self.enter(
                now, event, -points, Statement("points.expired", count=points, last_day=before), ((lot_id, points),)
            )
        return before

    def move(self, lot_id: str, last: date, now: datetime) -> None:
        """A lot gets another last day."""
        lot = self.lots[lot_id]
        moved = attrs.evolve(lot, last_day=last)
        if lot.left:
            del self.open[bisect_left(self.open, _place(lot))]
            insort(self.open, _place(moved))
        self.lots[lot_id] = moved
        self.push(max(now, self.after(last), key=utc), Ending.POINTS, lot_id)

    def expire(self, lot_id: str, now: datetime) -> None:
        """Points lapse, if their day is over and nothing suspends it."""
        lot = self.lots[lot_id]
        last = lot.last_day
        if lot.left and last is not None and self.after(last) <= now and not self.is_suspended(lot.version):
            self.lapse(lot_id, now, Statement("points.expired", count=lot.left, last_day=last))

    def lapse(self, lot_id: str, now: datetime, reason: Statement) -> None:
        """What is left in a lot lapses."""
        gone = self.take_from(lot_id, self.lots[lot_id].left, lapses=True)
        self.enter(now, lot_id, -gone, reason, ((lot_id, gone),))

    def owe(self, points: int, now: datetime, event: str, version: int) -> None:
        """Points are owed that nobody has."""
        known = self.deficits.get(event, Deficit(0))
        self.deficits[event] = Deficit(known.left + points, known.paid)
        self.owing[event] = None
        self.deficit += points
        lasts = self.terms(version).claw_back.deficit_lasts
        if lasts is not None:
            self.push(self.after(lasts.after(self.day(now))), Ending.DEFICIT, event)

    # Tiers and idleness.

    def is_suspended(self, version: int) -> bool:
        """Whether the tier that is held keeps the points of a version from lapsing."""
        suspended = self.terms(version).lots.suspended
        return suspended is not None and self.tier is not None and self.tier.rank >= suspended.tier.rank

    def change_tier(self, tier: Tier | None, now: datetime) -> None:
        """Another tier is held from *now* on."""
        versions = range(len(self.versions))
        before = [self.is_suspended(version) for version in versions]
        self.tier = tier
        today = self.day(now)
        for version, was in zip(versions, before, strict=True):
            suspends = self.is_suspended(version)
            if suspends and not was:
                self.since[version] = today
            elif was and not suspends:
                self._lose(version, today, now)

    def _lose(self, version: int, today: date, now: datetime) -> None:
        rules = self.terms(version).lots
        since = self.since.pop(version)
        on_loss = rules.suspended.on_loss if rules.suspended is not None else "lapse"
        if on_loss != "lapse" and version in self.activities:
            self.active(version, today, "", now)
        elif version in self.activities:
            self.recheck(version, now)
        for lot in [lot for lot in self.lots.values() if lot.version == version and not lot.pending]:
            last = lot.last_day
            if last is None or rules.expire is None:
                continue
            if on_loss == "restart":
                last = rules.expire.last_day(today)
            elif on_loss == "resume":
                start = self.day(lot.available_at or now) if rules.clock == "available" else lot.earned_on
                stopped = max(since, start)
                if last >= stopped:
                    last = today + timedelta(days=(last - stopped).days)
            self.move(lot.id, last, now)

    def active(self, version: int, day: date, source: str, now: datetime) -> None:
        """Something happened that keeps the points of a version from lapsing; the last activity stands last."""
        days = self.activities.setdefault(version, {})
        days.pop(source, None)
        days[source] = day
        self.recheck(version, now)

    def inactive(self, order: str, now: datetime) -> tuple[tuple[int, date], ...]:
        """An order came back whole: it was no activity; what it was before."""
        found = []
        for version, days in self.activities.items():
            day = days.pop(order, None)
            if day is not None:
                found.append((version, day))
                self.recheck(version, now)
        return tuple(found)

    def active_again(self, version: int, day: date, order: str, now: datetime) -> None:
        """An order that came back whole did not, after all."""
        days = self.activities[version]
        later = bool(days) and next(reversed(days.values())) > day
        self.activities[version] = {order: day, **days} if later else {**days, order: day}
        self.recheck(version, now)

    def recheck(self, version: int, now: datetime) -> None:
        """Look again when the points of a version lapse for want of activity; one look ahead is enough."""
        last = self.idle_until(version)
        if last is None:
            return
        at = max(now, self.after(last), key=utc)
        if version not in self.rechecks or utc(at) < utc(self.rechecks[version]):
            self.rechecks[version] = at
            self.push(at, Ending.IDLENESS, str(version))

    def idle_until(self, version: int) -> date | None:
        """The last day of all points of a version, as it stands, or None while nothing ends them."""
        idle = self.terms(version).lots.idle
        days = self.activities.get(version)
        return None if idle is None or not days else idle.last_day(next(reversed(days.values())))

    def lapse_idle(self, version: int, now: datetime) -> None:
        """All points of a version lapse, if nothing has happened for too long; an outdated look does nothing.

        Points that come later, without being an activity themselves, wait for the next one.
        """
        if self.rechecks.get(version) != now:
            return
        del self.rechecks[version]
        last = self.idle_until(version)
        if last is None or self.is_suspended(version):
            return
        if self.after(last) > now:
            self.recheck(version, now)
            return
        for lot in [lot for lot in self.lots.values() if lot.version == version and lot.left]:
            self.lapse(lot.id, now, Statement("points.idle", count=lot.left, last_day=last))


def _place(lot: Lot) -> tuple[date, datetime, str]:
    return (lot.last_day or date.max, utc(lot.available_at or lot.earned_at), lot.id)
