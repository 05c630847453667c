"""All that a programme knows of one member, to go on from: tiers and points together, event by event."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from aftercare.calendar import aware, utc
from aftercare.errors import OrderError, PolicyError
from aftercare.history import History
from aftercare.loyalty.assessing import standing_of, tier_of
from aftercare.loyalty.ledger import Account, account
from aftercare.loyalty.progress import Progress, instant_of_step
from aftercare.member_events import Adjustment
from aftercare.order_events import Purchase
from aftercare.points_events import Undone

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.history import Event
    from aftercare.loyalty.clawback import Repaid
    from aftercare.loyalty.credit import Credit, Holds
    from aftercare.loyalty.gathering import Version
    from aftercare.loyalty.ledger import Ledger
    from aftercare.loyalty.standing import Standing
    from aftercare.loyalty.terms import Versions
    from aftercare.loyalty.vault import TierChange
    from aftercare.order import Tier


class Rules(NamedTuple):
    """What a programme promises, by version: its ladders, none where it has no tiers, and its points."""

    ladders: tuple[Version, ...]
    points: Versions
    zone: str


class Fed(NamedTuple):
    """What tiers did to points: when they changed, and what entering them brought."""

    tiers: tuple[TierChange, ...] = ()
    rewards: tuple[Adjustment, ...] = ()


@attrs.frozen(eq=False)
class Member:
    """The state of one member: `advance` it by an event, or ask it for a standing or a ledger.

    It can be pickled and kept instead of reading the whole history again; it never changes. Built by `Program.member`.
    """

    _rules: Rules
    _events: dict[str, Event]
    _holds: dict[tuple[str, str], date | None]
    _repaid: Repaid
    _progress: Progress | None
    _credited: Account | None  # the points that tiers by points are reckoned on
    _account: Account
    _fed: Fed

    @property
    def watermark(self) -> datetime | None:
        """The instant of the last event; what happened before it is no longer taken in."""
        return self._account.watermark

    def advance(self, event: Event, *, holds: Holds | None = None, repaid: Repaid | None = None) -> Member:
        """The state after one more *event*, with *holds* that changed; the same event once more changes nothing.

        *repaid* says what a refund gives to the points that paid, where the event brings one; see `Program.ledger`.

        A line whose hold is not known when its order is placed is named with None from the start. Raises `OrderError`
        for an event before the watermark, another one with a known id, and a hold of what was settled before: then
        read the whole history again.

        >>> from datetime import UTC, datetime
        >>> from aftercare import Visit, loyalty
        >>> club = loyalty.Program("club", earning=loyalty.points_for(5, on="visit"), zone="Europe/Warsaw")
        >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
        >>> club.member().advance(Visit("v1", noon)).ledger(at=noon).available
        5
        """
        known = self._events.get(event.id)
        if known == event and not holds:
            return self
        if known is not None:
            msg = f"event `{event.id}` is known already: another event has an id of its own"
            raise OrderError(msg)
        changed = holds or {}
        progress, credited = self._progress, self._credited
        if progress is not None:
            earned: tuple[Credit, ...] = ()
            if credited is not None:
                credited = credited.advance(event, holds=changed)
                earned = credited.credits(_touched(event, changed, progress))
            progress = progress.after([event], holds=changed, points=earned)
        events, every = {**self._events, event.id: event}, {**self._holds, **changed}
        back = {**self._repaid, **(repaid or {})}
        fed = _fed(progress, event.at)
        more = self._since(fed)
        if more is None:
            # A tier that was not confirmed is gone, so what it did to points never was.
            whole = _account(self._rules, events, every, fed, back)
        else:
            whole = self._account.after([*more.rewards, event], holds=changed, tiers=more.tiers, repaid=repaid)
        return Member(self._rules, events, every, back, progress, credited, whole, fed)

    def standing(self, *, at: datetime) -> Standing:
        """Where the member stands at the instant *at*, which is not before the watermark.

        Raises `PolicyError` where the programme has no tiers.
        """
        if self._progress is None:
            msg = "the program has no tiers: give it `ladder=loyalty.Ladder.by(...)`"
            raise PolicyError(msg)
        return standing_of(self._progress, aware(at, "the instant of a standing"))

    def tier(self, *, at: datetime) -> Tier | None:
        """The tier alone, sooner than `standing` tells it and what lies ahead; None also where there are no tiers."""
        return None if self._progress is None else tier_of(self._progress, aware(at, "the instant of a tier"))

    def ledger(self, *, at: datetime) -> Ledger:
        """The points at the instant *at*, which is not before the watermark."""
        more = self._since(_fed(self._progress, aware(at, "the instant of a ledger")))
        # Time alone adds to what tiers did, and takes nothing of it back.
        return (self._account if more is None else self._account.after(more.rewards, tiers=more.tiers)).at(at)

    def _since(self, fed: Fed) -> Fed | None:
        """What is new in *fed*; None where it is not what was known, with something later."""
        before, mark = self._fed, self.watermark
        more = Fed(fed.tiers[len(before.tiers) :], fed.rewards[len(before.rewards) :])
        instants = [*(instant for instant, _ in more.tiers), *(reward.at for reward in more.rewards)]
        if before != Fed(fed.tiers[: len(before.tiers)], fed.rewards[: len(before.rewards)]):
            return None
        return None if mark is not None and any(utc(each) <= mark for each in instants) else more


def _touched(event: Event, holds: Holds, progress: Progress) -> set[str]:
    """The orders and events whose points one more *event* may change."""
    found = {event.id, *(order for order, _ in holds)}
    if isinstance(event, Purchase):
        found.add(event.receipt.id)
    elif isinstance(event, Undone):
        found.add(progress.returned.get(event.event, event.id))
    return found | {getattr(event, "order", None) or event.id}


def _fed(progress: Progress | None, at: datetime) -> Fed:
    """What tiers did to points up to an instant."""
    head = None if progress is None else progress.head(at)
    if progress is None or head is None:
        return Fed()
    steps = ((instant_of_step(step, progress.zone), step.after) for step in head.all.steps if step.move != "kept")
    return Fed(
        tuple(step for step in steps if step[0] <= utc(at)),
        tuple(
            Adjustment(f"reward:{tier.id}", instant, points, reason=tier.name)
            for tier, instant, points in head.rewards
            if instant <= utc(at)
        ),
    )


def _account(rules: Rules, events: dict[str, Event], holds: Holds, fed: Fed, repaid: Repaid) -> Account:
    past = History((*events.values(), *fed.rewards))
    return account(rules.points, past, zone=rules.zone, holds=holds, tiers=fed.tiers, repaid=repaid)


def progress_of(rules: Rules, history: History, holds: Holds) -> tuple[Progress, Account | None]:
    """How far a member has come on the ladders of *rules*, and the points that this was reckoned on, if it was."""
    empty = Progress(rules.ladders, rules.zone, holds)
    reads = any(key.kind == "points" for key in empty.keys)
    credited = account(rules.points, history, zone=rules.zone, holds=holds) if reads else None
    return empty.after(history.events, points=() if credited is None else credited.credits()), credited


def member_of(rules: Rules, history: History, holds: Holds, repaid: Repaid) -> Member:
    """The state of a member after a whole history."""
    progress, credited = progress_of(rules, history, holds) if rules.ladders else (None, None)
    fed = Fed() if not history.events else _fed(progress, history.events[-1].at)
    events = {event.id: event for event in history.events}
    whole = _account(rules, events, holds, fed, repaid)
    return Member(rules, events, dict(holds), dict(repaid), progress, credited, whole, fed)
