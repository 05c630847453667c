"""Where the credit that a ladder counts comes from: the events of a history, as far as they count at an instant."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, assert_never, cast

from aftercare.calendar import local_date, start_of_day, utc
from aftercare.loyalty.counting import CounterKey, Gain, Told, counter_of
from aftercare.loyalty.credit import Credit, quantities, settles, spend_credits
from aftercare.loyalty.qualification import Reached, leaves
from aftercare.member_events import Adjustment, Measured, ProfileChange, Referral, Review, SignUp, Visit
from aftercare.return_events import Returned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from aftercare.history import Event, History
    from aftercare.loyalty.climbing import Climber
    from aftercare.loyalty.counting import Number
    from aftercare.loyalty.credit import Basis, Holds
    from aftercare.loyalty.ladder import Ladder

Change: TypeAlias = "Gain | Told"


class Joining(NamedTuple):
    """When the member joined, on which day, and which events came before and so do not count."""

    at: datetime
    day: date
    ignored: tuple[Event, ...]


def joining(history: History, zone: str) -> Joining | None:
    """The first sign-up, or the first event where nobody signs up; None before anything happened."""
    if not history.events:
        return None
    first = next((event for event in history.events if isinstance(event, SignUp)), None)
    if first is None:
        at = history.events[0].at
        return Joining(at, local_date(at, zone), ())
    earlier = tuple(event for event in history.events if utc(event.at) < utc(first.at))
    return Joining(first.at, first.on or local_date(first.at, zone), earlier)


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


def order_credits(history: History, *, zone: str, holds: Holds) -> tuple[Credit, ...]:
    """One credit for each order, settled with its last line and lost with its last unit."""
    kept = {purchase.receipt.id: quantities(purchase.receipt) for purchase in history.purchases}
    lost: dict[str, datetime] = {}
    for event in history.events:
        if isinstance(event, Returned) and event.order in kept:
            left = kept[event.order]
            for units in event.units:
                left[units.line] = left.get(units.line, 0) - units.count
            if not any(count > 0 for count in left.values()):
                lost.setdefault(event.order, event.at)
    found = []
    for purchase in history.purchases:
        receipt = purchase.receipt
        ends = [settles(receipt.id, line.id, purchase.at, holds, zone) for line in receipt.order.lines]
        known = [end for end in ends if end is not None]
        found.append(
            Credit(
                at=purchase.at,
                day=local_date(purchase.at, zone),
                order=receipt.id,
                line=None,
                amount=Fraction(1),
                settled=None if len(known) < len(ends) else max(known, default=purchase.at),
                lost=((lost[receipt.id], Fraction(1)),) if receipt.id in lost else (),
            )
        )
    return tuple(found)


def _credits_of(
    key: CounterKey, history: History, points: Sequence[Credit], zone: str, holds: Holds
) -> Iterable[Credit]:
    """The credits that a counter counts."""
    match key.kind:
        case "spend":
            basis, currency = cast("Basis", key.basis), cast("str", key.currency)
            return spend_credits(history, basis, zone=zone, holds=holds, currency=currency)
        case "orders" | "days":
            return order_credits(history, zone=zone, holds=holds)
        case "points":
            staff = (event for event in history.events if isinstance(event, Adjustment) and event.qualifying)
            return (*points, *(_at_once(event, event.points, None, zone) for event in staff))
        case "visits":
            return _counted(history, Visit, zone)
        case "reviews":
            return _counted(history, Review, zone)
        case "referrals":
            return _counted(history, Referral, zone)
        case "measure":
            measured = (event for event in history.events if isinstance(event, Measured) and event.measure == key.name)
            return [_at_once(event, event.amount, event.on, zone) for event in measured]
        case never:
            assert_never(never)


def _counted(history: History, kind: type[Visit | Review | Referral], zone: str) -> list[Credit]:
    events = (event for event in history.events if isinstance(event, kind))
    return [_at_once(event, 1, getattr(event, "on", None), zone) for event in events]


def _at_once(event: Event, amount: Number, on: date | None, zone: str) -> Credit:
    """Credit that nothing takes back."""
    day = on or local_date(event.at, zone)
    return Credit(at=event.at, day=day, order=event.id, line=None, amount=Fraction(amount), settled=event.at)


class Gathered(NamedTuple):
    """What counts toward the tier, and what of it is confirmed already; the same where everything is."""

    all: tuple[Change, ...]
    confirmed: tuple[Change, ...]


def gather(
    versions: Sequence[Version],
    history: History,
    joined: Joining,
    *,
    points: Sequence[Credit],
    zone: str,
    holds: Holds,
    at: datetime,
) -> Gathered:
    """What the ladders count of *history* as of the instant *at*, in the order in which it counts."""
    gained: list[Change] = []
    confirmed: list[Change] = []
    start, now = utc(joined.at), utc(at)
    for key in counters(versions):
        for credit in _credits_of(key, history, points, zone, holds):
            if utc(credit.at) < start:
                continue
            settled = credit.settled if credit.settled is not None and utc(credit.settled) <= now else None
            late = [version for version in versions if version.began(credit.at)][-1].ladder.counts == "confirmed"
            if settled is None and late:
                continue
            gains = [gain for gain in _gains(key, credit, settled, zone, late=late) if utc(gain.at) <= now]
            gained += gains
            if settled is not None:
                confirmed += gains
    told = [
        Told(event.at, event.key, event.value)
        for event in history.events
        if isinstance(event, ProfileChange) and utc(event.at) >= start
    ]
    return Gathered(_ordered([*gained, *told]), _ordered([*confirmed, *told]))


def _gains(key: CounterKey, credit: Credit, settled: datetime | None, zone: str, *, late: bool) -> Iterator[Gain]:
    """What is left of a credit once it is settled, and each loss after that; until then a loss undoes it."""
    start = settled if late and settled is not None else credit.at
    if credit.day > local_date(start, zone):
        start = start_of_day(credit.day, zone)
    amount = credit.amount
    for lost_at, part in credit.lost:
        if settled is None or lost_at < settled:
            amount -= part
        else:
            yield Gain(max(lost_at, start), key, credit.day, _plain(-part))
    if amount:
        yield Gain(start, key, credit.day, _plain(amount))


def _plain(amount: Fraction) -> Number:
    """A whole number where it is one: it is quicker to add."""
    return amount.numerator if amount.denominator == 1 else amount


def _ordered(changes: list[Change]) -> tuple[Change, ...]:
    """By instant; at one instant the profile first, then credit, then what is taken away."""
    return tuple(sorted(changes, key=_turn))


def _turn(change: Change) -> tuple[datetime, int]:
    return utc(change.at), 0 if isinstance(change, Told) else 1 if change.amount > 0 else 2


def climb(climber: Climber, changes: Iterable[Change], zone: str) -> None:
    """Read *changes*, which are in order, into *climber*."""
    for at, together in groupby(changes, key=instant_of):
        today = local_date(at, zone)
        climber.advance(today)
        told, less = False, []
        for change in together:
            if isinstance(change, Told):
                climber.tell(change.key, change.value)
                told = True
            elif change.amount > 0:
                climber.count(change.key, change.day, change.amount)
            else:
                less.append(change)
        climber.credited(today)
        for change in less:
            climber.count(change.key, change.day, change.amount)
        if less or told:
            climber.debited(today)


def instant_of(change: Change) -> datetime:
    """The instant from which *change* counts, comparable with any other."""
    return utc(change.at)
