"""The standing of a member: the tier, why, what is missing for more, and what lies ahead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aftercare.calendar import Months, local_date, utc
from aftercare.loyalty.progress import Progress, instant_of_step
from aftercare.loyalty.qualification import Several, leaves
from aftercare.loyalty.standing import Change, Forecast, Standing, distance
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from aftercare.history import History
    from aftercare.loyalty.climbing import Climber
    from aftercare.loyalty.credit import Credit, Holds
    from aftercare.loyalty.gathering import Version
    from aftercare.loyalty.qualification import Requirement
    from aftercare.loyalty.standing import Distance
    from aftercare.member_events import Pin
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
    past = history.until(at).events
    return standing_of(Progress(versions, zone, holds).after(past, points=points), at)


def standing_of(progress: Progress, at: datetime) -> Standing:
    """Where a member who came so far stands at the instant *at*."""
    head = progress.head(at)
    if head is None:
        ladder = progress.versions[0].ladder
        base = ladder.tiers[0] if ladder.starts_free else None
        return Standing(tier=base, confirmed=base, earned=base, since=None, until=None)
    today = local_date(at, progress.zone)
    member = head.all
    pin, tier = _pinned(member, progress.pins, at, progress.zone)
    higher = member.ladder.enter[member.place + 1 :][:1]
    return Standing(
        tier=tier,
        confirmed=head.confirmed.tier,
        earned=member.tier,
        since=member.since,
        until=None if member.term is None else member.term.last,
        grace=member.grace,
        next=higher[0][0] if higher else None,
        missing=tuple(distance(member.tally.look(leaf, today)) for row in higher for leaf in leaves(row[1])),
        needs=tuple(part for row in higher for part in _needs(member, row[1], today)),
        forecast=_forecast(member),
        pin=pin,
        changes=_changes(member, progress.zone),
        rewards=tuple((each.tier, each.at, each.points) for each in head.rewards),
        ignored=tuple(_ignored(progress, member)),
    )


def tier_of(progress: Progress, at: datetime) -> Tier | None:
    """The tier of `standing_of`, sooner: nobody asks what lies ahead."""
    head = progress.head(at)
    if head is None:
        ladder = progress.versions[0].ladder
        return ladder.tiers[0] if ladder.starts_free else None
    return _pinned(head.all, progress.pins, at, progress.zone)[1]


def _changes(member: Climber, zone: str) -> tuple[Change, ...]:
    return tuple(
        Change(
            on=step.day,
            at=instant_of_step(step, zone),
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
        found = distance(member.tally.look(requirement, day))
        return () if found.is_met else (found.statement,)
    unmet = [part for part in requirement.parts if not member.tally.meets(part, day)]
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
            missing = tuple(distance(ahead.tally.look(leaf, day)) for leaf in leaves(requirement))
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


def _pinned(member: Climber, pins: Sequence[Pin], at: datetime, zone: str) -> tuple[Pin | None, Tier | None]:
    """The pin in force, and the tier with it; after its end the grace of the ladder still holds a higher one."""
    pin, end = None, None
    for event in pins:
        if event.tier is not None and event.tier not in member.ladder.tiers:
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


def _ignored(progress: Progress, member: Climber) -> Iterator[Statement]:
    """Which events do not count toward the tier, and why."""
    for event in progress.early:
        yield Statement("standing.ignored.early", event=Name(event), date=member.joined)
    yield from progress.odd
    for pin in progress.pins:
        if pin.tier is not None and pin.tier not in member.ladder.tiers:
            yield Statement("standing.ignored.tier", event=Name(pin.id), tier=pin.tier.name)
