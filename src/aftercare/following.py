"""A customer who is told event by event, in the order of time: where they stand, for the price of what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.calendar import start_of_day, utc
from aftercare.cancelled import called_off
from aftercare.crossings import holds_of_order
from aftercare.errors import OrderError
from aftercare.history import History
from aftercare.loyalty.days import day_after
from aftercare.loyalty.folding import lasting_events
from aftercare.order_events import Cancelled, Purchase
from aftercare.punched import Carding, Stamps, holds_stamps
from aftercare.return_events import ReturnCancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from aftercare.crossings import Promise
    from aftercare.history import Event
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.member_state import Member
    from aftercare.loyalty.program import ProgramVersions
    from aftercare.loyalty.stamps import PunchCard
    from aftercare.loyalty.standing import Standing
    from aftercare.order import Tier
    from aftercare.receipt import Receipt


class Follower:
    """A customer from the first event on.

    *programs* tells the programme with tiers that is known at an instant, *promise_of* what is promised for a receipt,
    *cards* the punch cards at an instant and the zone of their days. Until when goods hold their points is worked out
    anew for orders that something happened to, and while their time runs.
    """

    def __init__(
        self,
        programs: Callable[[datetime], ProgramVersions | None],
        promise_of: Callable[[Receipt], Promise | None],
        cards: Callable[[datetime], tuple[tuple[PunchCard, ...], str]],
    ) -> None:
        self._programs = programs
        self._promise_of = promise_of
        self._cards = cards
        self._carding = Carding()
        self._member: tuple[ProgramVersions, Member] | None = None
        self._events: list[Event] = []
        self._new: list[Event] = []
        self._receipts: dict[str, Receipt] = {}
        self._own: dict[str, list[Event]] = {}
        self._open: dict[str, None] = {}
        self._held: dict[str, Holds] = {}

    def take(self, event: Event) -> None:
        """Hear of one more event, which is not before those that are known."""
        order = getattr(event, "order", None)
        if order is not None:
            self._own.setdefault(order, []).append(event)
            self._open[order] = None
        told: Sequence[Event] = [event]
        if isinstance(event, Cancelled | ReturnCancelled) and event.order in self._receipts:
            told = called_off(event, self._receipts[event.order], self._own[event.order])
        self._events += told
        self._new += told
        if isinstance(event, Purchase):
            self._receipts.setdefault(event.receipt.id, event.receipt)
            self._open[event.receipt.id] = None

    def standing(self, at: datetime) -> Standing | None:
        """What the whole history says at *at*, which is not before the last event; None where there are no tiers."""
        member = self._member_at(at)
        return None if member is None else member.standing(at=at)

    def tier(self, at: datetime) -> Tier | None:
        """The tier alone, sooner; None also where there are no tiers."""
        member = self._member_at(at)
        return None if member is None else member.tier(at=at)

    def stamps(self, at: datetime) -> Stamps | None:
        """What is on the punch cards at *at*, which is not before the last event; None where there are none."""
        cards, zone = self._cards(at)
        if not cards:
            return None
        if not holds_stamps(cards):
            return self._carding.stamps(cards, self._events, at=at, zone=zone)
        history = History(self._events)
        self._changes(at)
        return Stamps(cards, zone=zone, holds=self._holds()).read(lasting_events(history, at))

    def _member_at(self, at: datetime) -> Member | None:
        program = self._programs(at)
        if program is None or program.first.ladder is None:
            return None
        changed = self._changes(at)
        member = self._further(program, changed) or self._from_the_start(program)
        self._member, self._new = (program, member), []
        return member

    def _changes(self, at: datetime) -> Holds | None:
        """The holds that are not what they were; None where one is no more."""
        changed: dict[tuple[str, str], date | None] = {}
        gone = False
        for order in [each for each in self._open if each in self._receipts]:
            receipt = self._receipts[order]
            found = holds_of_order(self._promise_of(receipt), receipt, History(self._own.get(order, ())), at=at)
            before = self._held.get(order, {})
            gone = gone or not before.keys() <= found.keys()
            changed.update((line, last) for line, last in found.items() if line not in before or before[line] != last)
            self._held[order] = found
            if all(last is not None and _is_over(last, receipt.zone, at) for last in found.values()):
                del self._open[order]
        return None if gone else changed

    def _further(self, program: ProgramVersions, changed: Holds | None) -> Member | None:
        """The member after all that is new; None where that takes back what was told before."""
        if self._member is None or self._member[0] is not program or changed is None or (changed and not self._new):
            return None
        member = self._member[1]
        try:
            for event in self._new:
                member = member.advance(event, holds=changed)
        except OrderError:
            return None
        return member

    def _from_the_start(self, program: ProgramVersions) -> Member:
        return program.member(History(self._events), holds=self._holds())

    def _holds(self) -> Holds:
        return {line: last for each in self._held.values() for line, last in each.items()}


def _is_over(last: date, zone: str, at: datetime) -> bool:
    return utc(start_of_day(day_after(last), zone)) <= utc(at)
