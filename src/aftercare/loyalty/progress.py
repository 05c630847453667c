"""How far a member has come: a fold over events that can go on event by event, for the price of what is still open.

Credit that may still come back changes the past: once it is gone, it never counted. So the member is kept as of a
frontier, before which nothing changes any more; what is open is read anew each time.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from aftercare.calendar import local_date, start_of_day, utc
from aftercare.errors import OrderError
from aftercare.loyalty.climbing import Climber
from aftercare.loyalty.counting import CounterKey, Told
from aftercare.loyalty.credit import Sale, settles
from aftercare.loyalty.gathering import climb, counters, gains, instant_of, of_event, of_sale, ordered
from aftercare.member_events import Pin, ProfileChange, SignUp
from aftercare.order_events import Purchase
from aftercare.points_events import Undone
from aftercare.return_events import Returned
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from aftercare.history import Event
    from aftercare.loyalty.climbing import Step
    from aftercare.loyalty.credit import Credit, Holds
    from aftercare.loyalty.gathering import Change, Counted, Version
    from aftercare.order import Tier

Source = tuple[str, str]
"""Where credit comes from: an order, another event, or the points of either, and its id."""
MOMENT = timedelta(microseconds=1)
"""A tier that an event brings is held from the next moment on, so no order earns at the rate that it leads to."""

_COPIED = ("early", "given", "holds", "live", "odd", "pins", "returned", "sales", "seen", "told")
_SHARED = ("frontier", "joined", "keys", "place", "settled_by", "signed_up", "versions", "watermark", "zone")


class Reward(NamedTuple):
    """What entering a tier brought, and when: once nothing that was bought until then can come back."""

    tier: Tier
    at: datetime
    points: int


class Open(NamedTuple):
    """The credit that is not part of the base: all of it and what is confirmed, in order."""

    all: list[Change]
    confirmed: list[Change]
    settled: list[tuple[datetime, datetime]]  # since when credit counts, and when it was settled
    since: datetime | None  # the instant of the first credit that is not settled
    owing: datetime | None  # the same, of those of which something is left
    sources: dict[Source, datetime | None]  # the last instant of each, None where it is not settled


class Head(NamedTuple):
    """The member at an instant, by all credit and by what is confirmed of it."""

    all: Climber
    confirmed: Climber
    rewards: tuple[Reward, ...]


class Progress:
    """The state of one member; it never changes, `after` gives another one.

    The last answer is remembered, because a standing and a ledger of one instant ask for the same.
    """

    __slots__ = ("answer", "base", *_COPIED, *_SHARED)

    def __init__(self, versions: Sequence[Version], zone: str, holds: Holds) -> None:
        self.versions = tuple(versions)
        self.keys = counters(versions)
        self.zone = zone
        self.holds = dict(holds)
        self.base: Climber | None = None
        self.place = 0  # the next version of the ladder that the base has not met
        self.joined: tuple[datetime, date] | None = None
        self.signed_up = False
        self.frontier: datetime | None = None
        self.settled_by: datetime | None = None
        self.watermark: datetime | None = None
        self.seen: list[Event] = []
        self.early: list[str] = []
        self.odd: list[Statement] = []
        self.pins: list[Pin] = []
        self.told: list[Told] = []
        self.sales: dict[str, Sale] = {}
        self.returned: dict[str, str] = {}
        self.live: dict[Source, tuple[Counted, ...]] = {}
        self.given: list[Reward] = []
        self.answer: tuple[datetime, Head] | None = None

    def after(self, events: Iterable[Event], *, holds: Holds | None = None, points: Iterable[Credit] = ()) -> Progress:
        """The state after more *events*, which are in order, with *holds* that changed and *points* that were earned.

        Raises `OrderError` for what is older than the watermark, or for a hold of what was settled before.
        """
        other: Progress = Progress.__new__(Progress)
        for name in _SHARED:
            setattr(other, name, getattr(self, name))
        for name in _COPIED:
            setattr(other, name, getattr(self, name).copy())
        other.base = None if self.base is None else self.base.copy()
        other.answer = None
        other._hold(holds or {})
        for event in events:
            other._take(event)
        earned: dict[Source, list[Counted]] = {}
        for credit in points:
            earned.setdefault(("points", credit.order), []).append((CounterKey("points"), credit))
        other.live.update((source, tuple(each)) for source, each in earned.items())
        other._settle()
        return other

    # Events.

    def _hold(self, holds: Holds) -> None:
        touched = set()
        for (order, line), last in holds.items():
            sale = self.sales.get(order)
            before = None if sale is None else settles(order, line, sale.at, self.holds, self.zone)
            self.holds[order, line] = last
            if sale is None or before == settles(order, line, sale.at, self.holds, self.zone):
                continue
            if before is not None and self.watermark is not None and utc(before) <= self.watermark:
                msg = f"line `{line}` of `{order}` was settled at `{before}`: fold the whole history again"
                raise OrderError(msg)
            touched.add(order)
        for order in touched:
            self._sell(self.sales[order])

    def _sell(self, sale: Sale) -> None:
        counted = tuple(of_sale(self.keys, sale, zone=self.zone, holds=self.holds))
        self.sales[sale.receipt.id] = sale
        if counted:
            self.live["order", sale.receipt.id] = counted

    def _take(self, event: Event) -> None:
        at = utc(event.at)
        if self.watermark is not None and at < self.watermark:
            msg = f"event `{event.id}` of `{event.at}` is before `{self.watermark}`: fold the whole history again"
            raise OrderError(msg)
        self.watermark = at
        if isinstance(event, SignUp) and not self.signed_up:
            self.signed_up = True
            self.early = [each.id for each in self.seen if utc(each.at) < at]
            self.seen = []
            self._join(event.at, event.on or local_date(event.at, self.zone))
        elif self.joined is None:
            self._join(event.at, local_date(event.at, self.zone))
        if not self.signed_up:
            self.seen.append(event)
        match event:
            case Purchase(receipt=receipt):
                currency = receipt.payable.currency
                if currency not in {key.currency for key in self.keys} | {None} and self._reads_money:
                    code = "standing.ignored.currency"
                    self.odd.append(Statement(code, order=Name(receipt.id), currency=Name(currency)))
                if receipt.id not in self.sales:
                    self._sell(Sale(receipt, event.at))
            case Returned(order=order) if order in self.sales:
                self.returned[event.id] = order
                self._sell(self.sales[order].after(event))
            case Undone(event=undone) if undone in self.returned:
                self._sell(self.sales[self.returned[undone]].after(event))
            case Pin():
                self.pins.append(event)
            case ProfileChange(key=key, value=value):
                self.told.append(Told(event.at, key, value))
            case _:
                counted = tuple(of_event(self.keys, event, self.zone))
                if counted:
                    self.live["event", event.id] = counted

    @property
    def _reads_money(self) -> bool:
        return any(key.kind == "spend" for key in self.keys)

    def _join(self, at: datetime, day: date) -> None:
        self.joined = at, day
        self.place = max(sum(version.began(at) for version in self.versions), 1)
        self.base = Climber(self.versions[self.place - 1].ladder, day)
        self.given = []

    # The frontier.

    def _open(self, now: datetime) -> Open:
        """What is open at an instant."""
        assert self.joined is not None  # noqa: S101 - something has happened
        start = utc(self.joined[0])
        found = Open([], [], [], None, None, {})
        every, confirmed, settled_by, since, owing, sources = found
        for source, each in self.live.items():
            last: datetime | None = start
            for key, credit in each:
                at = utc(credit.at)
                if at < start:
                    continue
                settled = None if credit.settled is None or utc(credit.settled) > now else utc(credit.settled)
                late = self._counts_late(at)
                if settled is None:
                    last = None
                    if late:
                        continue
                    since = at if since is None else min(since, at)
                    if not credit.lost or credit.left(now):
                        owing = at if owing is None else min(owing, at)
                else:
                    settled_by.append((settled if late else at, settled))
                changes = [
                    gain
                    for gain in gains((key, credit), settled, self.zone, late=late)
                    if self.frontier is None or utc(gain.at) >= self.frontier
                ]
                every += changes
                if settled is not None:
                    confirmed += changes
                if last is not None:
                    last = max([last, *(utc(gain.at) for gain in changes)])
            sources[source] = last
        told = [each for each in self.told if utc(each.at) >= start]
        return Open(ordered([*every, *told]), ordered([*confirmed, *told]), settled_by, since, owing, sources)

    def _counts_late(self, at: datetime) -> bool:
        """Whether what happened at an instant counts only once it is confirmed."""
        return next(each.ladder.counts for each in reversed(self.versions) if each.began(at)) == "confirmed"

    def _settle(self) -> None:
        """Move the frontier to where nothing before it changes any more."""
        if self.base is None or self.watermark is None:
            return
        found = self._open(self.watermark)
        frontier = self.watermark if found.since is None else min(self.watermark, found.since)
        past = found.all[: bisect_left(found.all, frontier, key=instant_of)]
        self.place = self._read(self.base, past, frontier, inclusive=False)
        self.given += self._rewards(self.base, found)
        settled = [settled for since, settled in found.settled if since < frontier]
        self.settled_by = max(settled if self.settled_by is None else [self.settled_by, *settled], default=None)
        self.told = [told for told in self.told if utc(told.at) >= frontier]
        self.live = {
            source: each
            for source, each in self.live.items()
            if (last := found.sources[source]) is None or last >= frontier
        }
        self.frontier = frontier

    def _read(self, climber: Climber, changes: list[Change], until: datetime, *, inclusive: bool) -> int:
        """Read *changes*, each onto the ladder in force; the next version that was not."""
        place = self.place
        for version in self.versions[self.place :]:
            start = version.start
            if start is None or not (utc(start) < until or (inclusive and utc(start) == until)):
                break
            first = bisect_left(changes, utc(start), key=instant_of)
            climb(climber, changes[:first], self.zone)
            day = local_date(start, self.zone)
            climber.advance(day)
            climber.switch(version.ladder, day)
            changes, place = changes[first:], place + 1
        climb(climber, changes, self.zone)
        return place

    def _rewards(self, climber: Climber, found: Open) -> list[Reward]:
        """The rewards of *climber* that were not given before, and are beyond doubt."""
        new = []
        for tier, step, points in climber.rewards[len(self.given) :]:
            at = instant_of_step(step, self.zone)
            if found.owing is None or at < found.owing:
                settled = [settled for since, settled in found.settled if since <= at]
                known = [] if self.settled_by is None else [self.settled_by]
                new.append(Reward(tier, max([at, *known, *settled]), points))
        return new

    # Reading.

    def head(self, at: datetime) -> Head | None:
        """The member at the instant *at*, which is not before the watermark; None before anything happened."""
        if self.base is None:
            return None
        now = utc(at)
        if self.watermark is not None and now < self.watermark:
            msg = f"`{at}` is before `{self.watermark}`: fold the history until then"
            raise OrderError(msg)
        if self.answer is not None and self.answer[0] == now:
            return self.answer[1]
        found = self._open(now)
        climbers = []
        for changes in (found.all,) if len(found.all) == len(found.confirmed) else (found.all, found.confirmed):
            climber = self.base.copy()
            past = changes[: bisect_left(changes, now + MOMENT, key=instant_of)]
            self._read(climber, past, now, inclusive=True)
            climber.advance(local_date(at, self.zone))
            climbers.append(climber)
        rewards = self._rewards(climbers[0], found)
        head = Head(climbers[0], climbers[-1], (*self.given, *rewards))
        self.answer = now, head
        return head


def instant_of_step(step: Step, zone: str) -> datetime:
    """Since when a step is in force: right after its event, or from the start of its day."""
    return utc(start_of_day(step.day, zone)) if step.at is None else utc(step.at) + MOMENT
