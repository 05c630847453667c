"""Where the credit that a ladder counts comes from: each order and event by itself, as far as it counts by now."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from aftercare.calendar import local_date, start_of_day, utc
from aftercare.loyalty.counting import CounterKey, Gain, Told, counter_of
from aftercare.loyalty.credit import Credit
from aftercare.loyalty.qualification import Reached, leaves
from aftercare.member_events import Adjustment, Measured, Referral, Review, Visit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from aftercare.history import Event
    from aftercare.loyalty.climbing import Climber
    from aftercare.loyalty.counting import Number
    from aftercare.loyalty.credit import Basis, Holds, Sale
    from aftercare.loyalty.ladder import Ladder

Change: TypeAlias = "Gain | Told"
Counted: TypeAlias = "tuple[CounterKey, Credit]"
"""One credit, and the counter that counts it."""


class Version(NamedTuple):
    """A ladder and the instant from which it is in force, None from the beginning."""

    start: datetime | None
    ladder: Ladder

    def began(self, at: datetime) -> bool:
        """Whether it is in force, or was, at the instant *at*."""
        return self.start is None or utc(self.start) <= utc(at)


def counters(versions: Sequence[Version]) -> tuple[CounterKey, ...]:
    """Every counter that the ladders read."""
    found: dict[CounterKey, None] = {}
    for version in versions:
        ladder = version.ladder
        for place in range(len(ladder.enter)):
            for leaf in (*leaves(ladder.enter[place][1]), *leaves(ladder.kept_by(place))):
                if isinstance(leaf, Reached):
                    found.update((counter_of(leaf.metric, currency), None) for currency in leaf.currencies)
    return tuple(found)


def of_sale(keys: Iterable[CounterKey], sale: Sale, *, zone: str, holds: Holds) -> Iterator[Counted]:
    """What an order counts for, but for points."""
    for key in keys:
        if key.kind == "spend" and key.currency == sale.receipt.payable.currency:
            for credit in sale.spend(cast("Basis", key.basis), zone=zone, holds=holds):
                yield key, credit
        elif key.kind in {"orders", "days"}:
            yield key, sale.order(zone=zone, holds=holds)


def of_event(keys: Iterable[CounterKey], event: Event, zone: str) -> Iterator[Counted]:
    """What an event that is no order counts for, but for points by the rules of earning; nothing takes it back."""
    for key in keys:
        amount: Number = 0
        match key.kind, event:
            case ("visits", Visit()) | ("reviews", Review()) | ("referrals", Referral()):
                amount = 1
            case "measure", Measured(measure=key.name, amount=amount):
                pass
            case "points", Adjustment(points=amount, qualifying=True):
                pass
            case _:
                continue
        day: date = getattr(event, "on", None) or local_date(event.at, zone)
        settled = event.at
        yield key, Credit(at=event.at, day=day, order=event.id, line=None, amount=Fraction(amount), settled=settled)


def gains(counted: Counted, settled: datetime | None, zone: str, *, late: bool) -> Iterator[Gain]:
    """What is left of a credit once it is *settled*, and each loss after that; until then a loss undoes it.

    Credit that counts *late* counts from then on, other credit from its own instant.
    """
    key, credit = counted
    start = settled if late and settled is not None else credit.at
    if credit.day > local_date(start, zone):
        start = start_of_day(credit.day, zone)
    amount = credit.amount
    for lost_at, part in credit.lost:
        if settled is None or utc(lost_at) < utc(settled):
            amount -= part
        else:
            yield Gain(max(lost_at, start, key=utc), key, credit.day, _plain(-part))
    if amount:
        yield Gain(start, key, credit.day, _plain(amount))


def _plain(amount: Fraction) -> Number:
    """A whole number where it is one: it is quicker to add."""
    return amount.numerator if amount.denominator == 1 else amount


def ordered(changes: Iterable[Change]) -> list[Change]:
    """By instant; at one instant the profile first, then credit, then what is taken away."""
    return sorted(changes, key=_turn)


def _turn(change: Change) -> tuple[datetime, int]:
    return utc(change.at), 0 if isinstance(change, Told) else 1 if change.amount > 0 else 2


def climb(climber: Climber, changes: Iterable[Change], zone: str) -> None:
    """Read *changes*, which are in order, into *climber*."""
    tally = climber.tally
    for at, together in groupby(changes, key=instant_of):
        today = local_date(at, zone)
        climber.advance(today)
        told, less = False, []
        for change in together:
            if isinstance(change, Told):
                tally.tell(change.key, change.value)
                told = True
            elif change.amount > 0:
                tally.count(change.key, change.day, change.amount)
            else:
                less.append(change)
        climber.credited(today, at)
        for change in less:
            tally.count(change.key, change.day, change.amount)
        if less or told:
            climber.debited(today, at)


def instant_of(change: Change) -> datetime:
    """The instant from which *change* counts, comparable with any other."""
    return utc(change.at)
