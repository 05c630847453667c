"""The standing of a member: the history read onto the ladder, twice where something may still come back."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from typing import TYPE_CHECKING

from aftercare.calendar import Months, local_date, utc
from aftercare.loyalty.climbing import Climber
from aftercare.loyalty.gathering import climb, counters, gather, instant_of, joining
from aftercare.loyalty.qualification import Several, leaves
from aftercare.loyalty.standing import Change, Forecast, Standing, distance
from aftercare.member_events import Pin
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from aftercare.history import History
    from aftercare.loyalty.credit import Credit, Holds
    from aftercare.loyalty.gathering import Change as Credited
    from aftercare.loyalty.gathering import Joining, Version
    from aftercare.loyalty.qualification import Requirement
    from aftercare.loyalty.standing import Distance
    from aftercare.order import Tier

_LOOK_AHEAD = Months(120)


def assess(
    versions: Sequence[Version],
    history: History,
    *,
    at: datetime,
    zone: str,
    holds: Holds,
    points: Sequence[Credit] = (),
) -> Standing:
    """Where a member with that *history* stands at the instant *at*; *points* are the credit of points earned."""
    past = history.until(at)
    joined = joining(past, zone)
    if joined is None:
        tiers = versions[0].ladder.tiers if versions[0].ladder.starts_free else ()
        base = tiers[0] if tiers else None
        return Standing(tier=base, confirmed=base, earned=base, since=None, until=None)
    gathered = gather(versions, past, joined, points=points, zone=zone, holds=holds, at=at)
    today = local_date(at, zone)
    member = _climbed(versions, gathered.all, joined, zone, at)
    sure = member if gathered.all == gathered.confirmed else _climbed(versions, gathered.confirmed, joined, zone, at)
    pin, tier = _pinned(member, past, at, zone)
    higher = member.ladder.enter[member.place + 1 :][:1]
    return Standing(
        tier=tier,
        confirmed=sure.tier,
        earned=member.tier,
        since=member.since,
        until=None if member.term is None else member.term.last,
        grace=member.grace,
        next=higher[0][0] if higher else None,
        missing=tuple(distance(member.look(leaf, today)) for row in higher for leaf in leaves(row[1])),
        needs=tuple(part for row in higher for part in _needs(member, row[1], today)),
        forecast=_forecast(member),
        pin=pin,
        changes=_changes(member),
        rewards=tuple(sure.rewards),
        ignored=(*_ignored(joined, past, versions), *_unknown_pins(member, past)),
    )


def _climbed(
    versions: Sequence[Version], changes: Sequence[Credited], joined: Joining, zone: str, at: datetime
) -> Climber:
    """The member after all *changes*, each read onto the ladder that was in force."""
    climber = Climber(next(each.ladder for each in reversed(versions) if each.began(joined.at)), joined.day)
    rest = list(changes)
    for version in versions:
        start = version.start
        if start is None or version.began(joined.at) or not version.began(at):
            continue
        place = bisect_left(rest, utc(start), key=instant_of)
        climb(climber, rest[:place], zone)
        day = local_date(start, zone)
        climber.advance(day)
        climber.switch(version.ladder, day)
        rest = rest[place:]
    climb(climber, rest, zone)
    climber.advance(local_date(at, zone))
    return climber


def _changes(member: Climber) -> tuple[Change, ...]:
    return tuple(
        Change(
            on=step.day,
            move=step.move,
            before=step.before,
            after=step.after,
            entered=step.entered,
            found=tuple(map(distance, step.found)),
        )
        for step in member.steps
    )


def _needs(member: Climber, requirement: Requirement, day: date) -> tuple[Statement, ...]:
    """What is missing for *requirement* as of *day*: all of it, or a choice where not all is needed."""
    if not isinstance(requirement, Several):
        found = distance(member.look(requirement, day))
        return () if found.is_met else (found.statement,)
    unmet = [part for part in requirement.parts if not member.meets(part, day)]
    short = requirement.needed - (len(requirement.parts) - len(unmet))
    if short <= 0:
        return ()
    parts = [_needs(member, part, day) for part in unmet]
    if short == len(unmet):
        return tuple(statement for part in parts for statement in part)
    choices = tuple(part[0] if len(part) == 1 else Statement("conditions.all", parts=part) for part in parts)
    if short == 1:
        return (Statement("conditions.any", parts=choices),)
    return (Statement("conditions.at_least_of", needed=short, parts=choices),)


def _forecast(member: Climber) -> Forecast | None:
    """The next change of the tier if nothing more happens, as far ahead as terms are likely to last."""
    ahead = member.copy()
    horizon = _LOOK_AHEAD.after(ahead.today)
    warned: tuple[date, tuple[Distance, ...], tuple[Statement, ...]] | None = None
    while (boundary := ahead.boundary()) is not None and boundary <= horizon:
        if warned is None:
            requirement, day = ahead.kept_by, ahead.judged(boundary)
            missing = tuple(distance(ahead.look(leaf, day)) for leaf in leaves(requirement))
            by = min(day, boundary - timedelta(days=1))
            outlook = (by, missing, _needs(ahead, requirement, day))
        else:
            outlook = warned
        ahead.advance(boundary)
        if ahead.tier != member.tier:
            by, missing, needs = outlook
            move = ahead.steps[-1].move
            if move == "reached":
                missing, needs = (), ()
            return Forecast(on=boundary, move=move, tier=ahead.tier, by=by, missing=missing, needs=needs)
        warned = outlook if ahead.grace is not None and member.grace is None else None
    return None


def _pinned(member: Climber, past: History, at: datetime, zone: str) -> tuple[Pin | None, Tier | None]:
    """The pin in force, and the tier with it; after its end the grace of the ladder still holds a higher one."""
    pin, end = None, None
    for event in past.events:
        if not isinstance(event, Pin) or (event.tier is not None and event.tier not in member.ladder.tiers):
            continue
        if event.tier is not None:
            pin, end = event, event.until
        elif end is None or utc(event.at) < utc(end):
            end = event.at
    earned = member.tier
    if pin is None or pin.tier is None:
        return None, earned
    higher = pin.tier if earned is None or pin.tier.rank > earned.rank else earned
    if end is None or utc(at) < utc(end):
        return pin, pin.tier if pin.kind == "exact" else higher
    grace = member.ladder.downgrade.grace
    last = local_date(utc(end) - timedelta(microseconds=1), zone)
    if grace is not None and local_date(at, zone) <= grace.after(last):
        return pin, higher
    return None, earned


def _ignored(joined: Joining, past: History, versions: Sequence[Version]) -> Iterator[Statement]:
    """Which events do not count toward the tier, and why."""
    for event in joined.ignored:
        yield Statement("standing.ignored.early", event=Name(event.id), date=joined.day)
    read = {key.currency for key in counters(versions)} - {None}
    for purchase in past.purchases:
        currency = purchase.receipt.payable.currency
        if read and currency not in read:
            yield Statement("standing.ignored.currency", order=Name(purchase.receipt.id), currency=Name(currency))


def _unknown_pins(member: Climber, past: History) -> Iterator[Statement]:
    for event in past.events:
        if isinstance(event, Pin) and event.tier is not None and event.tier not in member.ladder.tiers:
            yield Statement("standing.ignored.tier", event=Name(event.id), tier=event.tier.name)
