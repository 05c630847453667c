"""The ledger of points: a pure fold over a history, in one go or event by event.

Nothing is stored but events. At one instant boundaries come first (holds end, tiers change, points lapse), then
credits, then debits; the order in which events were recorded never matters.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs

from aftercare.calendar import aware, utc
from aftercare.errors import OrderError
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.credit import Credit
from aftercare.loyalty.posting import held_until, pass_boundaries, post
from aftercare.loyalty.terms import versions_of
from aftercare.loyalty.vault import Ending, Vault
from aftercare.member_events import Adjustment
from aftercare.points_events import PointsReleased, PointsReserved, PointsSpent, PointsTransferred, Undone
from aftercare.return_events import Returned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.history import Event, History
    from aftercare.loyalty.clawback import Repaid
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.entries import Entry, PointsVoucher, Refused, SetOff
    from aftercare.loyalty.lots import Lot
    from aftercare.loyalty.stamps import CardPreview
    from aftercare.loyalty.terms import Points, Versions
    from aftercare.loyalty.vault import TierChange

_DEBITS = (PointsReserved, PointsSpent, PointsReleased, PointsTransferred, Returned, Undone)


def _place(event: Event) -> tuple[datetime, bool, str]:
    """Where an event stands: by instant, credits before debits, then by id."""
    debit = isinstance(event, _DEBITS) or (isinstance(event, Adjustment) and event.points < 0)
    return (event.at.astimezone(UTC), debit, event.id)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Ledger(LoyaltyCoded):
    """The points of a member at one instant: what is there, in which lots, and how it came about.

    *available* can be spent, *pending* is held, *reserved* is set aside, *deficit* is owed. *expiring* is how many
    available points are last good on which day if nothing else happens, the soonest first.
    """

    at: datetime
    available: int
    pending: int
    reserved: int
    deficit: int
    lots: tuple[Lot, ...]
    entries: tuple[Entry, ...]
    expiring: tuple[tuple[date, int], ...] = ()
    refused: tuple[Refused, ...] = ()
    vouchers: tuple[PointsVoucher, ...] = ()
    set_offs: tuple[SetOff, ...] = ()

    @property
    def balance(self) -> int:
        """The sum of all entries: what is available, pending and reserved, less what is owed."""
        return self.available + self.pending + self.reserved - self.deficit

    @property
    def arriving(self) -> tuple[tuple[datetime, int], ...]:
        """How many pending points become available at which instant, as far as anybody can tell."""
        found: dict[datetime, tuple[datetime, int]] = {}
        for lot in self.lots:
            if lot.left and lot.pending and lot.available_at is not None:
                at = utc(lot.available_at)
                found[at] = lot.available_at, found.get(at, (at, 0))[1] + lot.left
        return tuple(found[at] for at in sorted(found))


@attrs.frozen(eq=False, repr=False, kw_only=True)
class PointsPreview(LoyaltyCoded):
    """What an event would do: the ledger before and after it, what it would add to it, and to the punch *cards*."""

    before: Ledger
    after: Ledger
    entries: tuple[Entry, ...]
    refused: tuple[Refused, ...]
    set_offs: tuple[SetOff, ...]
    cards: tuple[CardPreview, ...] = ()

    @property
    def change(self) -> int:
        """How many points the balance would have more, or less below zero."""
        return self.after.balance - self.before.balance


@attrs.frozen(eq=False)
class Account:
    """The state of a fold, to go on from: `advance` by an event, or read `at` an instant.

    It can be pickled and kept; it never changes.
    """

    _vault: Vault
    _last: tuple[datetime, bool, str] | None

    @property
    def watermark(self) -> datetime | None:
        """The instant of the last event; what happened before it is no longer taken in."""
        return None if self._last is None else self._last[0]

    def advance(
        self,
        event: Event,
        *,
        holds: Holds | None = None,
        tiers: Iterable[TierChange] = (),
        repaid: Repaid | None = None,
    ) -> Account:
        """The state after one more *event*, with *holds* that changed and *tiers* that were gained or lost since.

        *repaid* is what is new of refunds to points.

        Raises `OrderError` for an event, or a change, before the watermark: then fold the whole history again.
        """
        return self.after([event], holds=holds, tiers=tiers, repaid=repaid)

    def after(
        self,
        events: Iterable[Event],
        *,
        holds: Holds | None = None,
        tiers: Iterable[TierChange] = (),
        repaid: Repaid | None = None,
    ) -> Account:
        """The state after several more *events*, which come in any order; otherwise as `advance`."""
        vault = self._vault.copy()
        last = self._last
        for instant, tier in tiers:
            change = aware(instant, "the instant of a tier").astimezone(UTC)
            if last is not None and change <= last[0]:
                _refuse_late(f"a tier of `{instant}`", last[0])
            vault.tiers[change.isoformat()] = tier
            vault.push(change, Ending.TIER, change.isoformat())
        vault.repaid |= repaid or {}
        self._hold(vault, holds or {})
        for event in sorted(events, key=_place):
            place = _place(event)
            if last is not None and place <= last:
                _refuse_late(f"event `{event.id}` of `{event.at}`", last[0])
            last = place
            pass_boundaries(vault, place[0])
            post(vault, event)
        return Account(vault, last)

    def _hold(self, vault: Vault, holds: Holds) -> None:
        for (order, line), last in holds.items():
            if (order, line) in vault.holds and vault.holds[order, line] == last:
                continue
            vault.holds[order, line] = last
            record = vault.orders.get(order)
            if record is None or vault.terms(record.version).lots.hold != "returns":
                continue
            at = record.occasion.at
            each = [held_until(vault, order, known, at) for known, _ in record.kept]
            whole = None if None in each else max((one for one in each if one is not None), key=utc)
            for lot_id in record.lots:
                lot = vault.lots[lot_id]
                until = whole if lot.line is None else held_until(vault, order, lot.line, at)
                if lot.available_at == until:
                    continue
                passed = not lot.pending or (until is not None and self._last is not None and until <= self._last[0])
                if passed and self._last is not None:
                    _refuse_late(f"a hold of line `{lot.line}` of `{order}` until `{last}`", self._last[0])
                vault.hold_until(lot_id, until)

    def credits(self, only: Iterable[str] | None = None) -> tuple[Credit, ...]:
        """The points that each line, or event, earned and lost again: what tiers by points are reckoned on.

        Spending, expiry and adjustments change nothing in them. *only* names the orders and events that are asked for.
        """
        vault = self._vault
        found = []
        for source in vault.earnings if only is None else [each for each in only if each in vault.earnings]:
            steps = vault.earnings[source]
            at, first = steps[0]
            for line, points in first.lines:
                lost, before = [], points
                for later, earned in steps[1:]:
                    left = dict(earned.lines).get(line, 0)
                    if left != before:
                        lost.append((later, Fraction(before - left)))
                    before = left
                settled: datetime | None = at if line is None else held_until(vault, source, line, at)
                found.append(
                    Credit(
                        at=at,
                        day=vault.day(at),
                        order=source,
                        line=line,
                        amount=Fraction(points),
                        settled=settled,
                        lost=tuple(lost),
                    )
                )
        return tuple(found)

    def preview(self, event: Event) -> PointsPreview:
        """What one more *event*, such as a return that is not confirmed yet, would do to the points."""
        before = self.at(event.at)
        after = self.advance(event).at(event.at)
        return PointsPreview(
            before=before,
            after=after,
            entries=after.entries[len(before.entries) :],
            refused=after.refused[len(before.refused) :],
            set_offs=after.set_offs[len(before.set_offs) :],
        )

    def at(self, instant: datetime) -> Ledger:
        """The ledger as of an *instant*, which is not before the watermark."""
        now = aware(instant, "the instant of a ledger").astimezone(UTC)
        if self._last is not None and now < self._last[0]:
            _refuse_late(f"a ledger of `{instant}`", self._last[0])
        vault = self._vault.copy()
        pass_boundaries(vault, now)
        return Ledger(
            at=now,
            available=vault.available,
            pending=vault.pending,
            reserved=vault.reserved,
            deficit=vault.deficit,
            lots=tuple(vault.lots.values()),
            entries=tuple(vault.entries),
            expiring=_expiring(vault),
            refused=tuple(vault.refused),
            vouchers=tuple(vault.vouchers),
            set_offs=tuple(vault.set_offs),
        )


def _expiring(vault: Vault) -> tuple[tuple[date, int], ...]:
    """How many available points lapse after which day, of their own or for want of activity, as it stands."""
    idle = {version: vault.idle_until(version) for version in vault.rechecks}
    kept = {version for version in range(len(vault.versions)) if vault.is_suspended(version)}
    found: dict[date, int] = {}
    for lot in vault.lots.values():
        if lot.left and not lot.pending and lot.version not in kept:
            last = min(lot.last_day or date.max, idle.get(lot.version) or date.max)
            found[last] = found.get(last, 0) + lot.left
    found.pop(date.max, None)
    return tuple(sorted(found.items()))


def _refuse_late(what: str, watermark: datetime) -> Any:
    msg = f"{what} is not after the watermark `{watermark}`: fold the whole history again with `account(...)`"
    raise OrderError(msg)


def account(
    terms: Points | Versions,
    history: History,
    *,
    zone: str,
    holds: Holds | None = None,
    tiers: Iterable[TierChange] = (),
    repaid: Repaid | None = None,
) -> Account:
    """The state of an account of points after all events of *history*.

    *terms* are those of one program or of its dated versions. *holds* is the last day on which each line may come back;
    *tiers* are the instants at which the member's tier changed; *repaid* is what refunds gave to points that paid.
    """
    empty = Account(Vault(versions_of(terms), zone, dict(holds or {})), None)
    return empty.after(history.events, tiers=tiers, repaid=repaid)


def ledger(
    terms: Points | Versions,
    history: History,
    *,
    at: datetime,
    zone: str,
    holds: Holds | None = None,
    tiers: Iterable[TierChange] = (),
) -> Ledger:
    """The points of a member as of the instant *at*: nothing that happened later is looked at.

    >>> from aftercare.history import History
    >>> from aftercare.loyalty.terms import Points
    >>> ledger(Points(), History(), at=datetime(2026, 3, 1, tzinfo=UTC), zone="Europe/Warsaw").balance
    0
    """
    known = [(instant, tier) for instant, tier in tiers if utc(instant) <= utc(at)]
    return account(terms, history.until(at), zone=zone, holds=holds, tiers=known).at(at)
