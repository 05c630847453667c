"""Where a member stands: the tier, since when and until when, why, what is missing for more, and what lies ahead."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.qualification import Held, Reached
from aftercare.money import Money
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.loyalty.climbing import Move
    from aftercare.loyalty.tally import Found
    from aftercare.member_events import Pin
    from aftercare.order import Tier

Measure: TypeAlias = "Money | int | Fraction"


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Distance(LoyaltyCoded):
    """How far a member is with one metric: what was *found* and what is *needed*, in what the metric counts."""

    of: Reached | Held
    found: Measure
    needed: Measure
    missing: Measure

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def statement(self) -> Statement:
        """What is missing, to be told."""
        return _said("needs", self)

    @property
    def reached(self) -> Statement:
        """What was found, to be told."""
        return _said("has", self)


def distance(found: Found) -> Distance:
    """The distance that was found; parts of a minor unit are rounded so that what is missing suffices."""
    if found.currency is None:
        missing = max(found.needed - found.found, 0)
        return Distance(of=found.leaf, found=found.found, needed=found.needed, missing=missing)
    missing = max(ceil(found.needed - found.found), 0)
    money = (Money.of_minor(each, found.currency) for each in (floor(found.found), floor(found.needed), missing))
    return Distance(of=found.leaf, found=next(money), needed=next(money), missing=next(money))


def _said(verb: Literal["needs", "has"], each: Distance) -> Statement:
    if isinstance(each.of, Held):
        return Statement(f"standing.{verb}.attribute", key=Name(each.of.key))
    metric = each.of.metric
    params = {"found": _shown(each.found), "needed": _shown(each.needed)}
    if verb == "needs":
        params["missing"] = _shown(each.missing, up=True)
    if metric.name is not None:
        return Statement(f"standing.{verb}.measure", measure=Name(metric.name), **params)
    return Statement(f"standing.{verb}.{metric.kind}", **params)


def _shown(value: Measure, *, up: bool = False) -> Money | int | Decimal:
    """A fraction with two digits after the point, so that what is missing suffices."""
    if not isinstance(value, Fraction):
        return value
    return Decimal(ceil(value * 100) if up else floor(value * 100)).scaleb(-2)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Change(LoyaltyCoded):
    """The tier changed on a day, or was *kept* for another term; None is below the ladder.

    It is in force from the instant *at*: right after the event that did it, or from the start of the day. *entered* are
    the tiers that were new, those that were skipped included; *found* is what led to it.
    """

    on: date
    at: datetime
    move: Move
    before: Tier | None
    after: Tier | None
    entered: tuple[Tier, ...] = ()
    found: tuple[Distance, ...] = ()

    @property
    def statement(self) -> Statement:
        """What happened, to be told."""
        if self.after is None:
            return Statement("standing.fell_out", date=self.on)
        if self.move == "fell":
            return Statement("standing.fell", tier=self.after.name, date=self.on)
        parts = tuple(each.reached for each in self.found if each.is_met)
        return Statement(f"standing.{self.move}", tier=self.after.name, date=self.on, parts=parts)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Forecast(LoyaltyCoded):
    """What the tier becomes, and on which day, if nothing more happens.

    What is *missing* would prevent it if it came *by* the end of a day; *needs* says it.
    """

    on: date
    move: Move
    by: date
    tier: Tier | None
    missing: tuple[Distance, ...]
    needs: tuple[Statement, ...]

    @property
    def statement(self) -> Statement:
        """What lies ahead, to be told."""
        if self.move == "reached" and self.tier is not None:
            return Statement("standing.forecast_reached", date=self.on, tier=self.tier.name)
        if self.tier is None:
            return Statement("standing.forecast_none", date=self.on, by=self.by, parts=self.needs)
        return Statement("standing.forecast", date=self.on, by=self.by, tier=self.tier.name, parts=self.needs)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Standing(LoyaltyCoded):
    """Where a member stands at an instant.

    - *tier* counts all credit, *confirmed* only goods that can no longer come back; None is below the ladder.
    - *since* is the day on which the tier was gained, *until* its last day, None where it has none.
    - *grace* is the last day of the grace, where one is running.
    - *next* is the next higher tier, *missing* the distance to it for each metric and attribute; *needs* says it.
    - *forecast* is what happens if nothing more does; None if nothing does.
    - *pin* is the decision of staff that the tier rests on, *earned* the tier without it.
    - *changes* are the steps that led here; *rewards* what entering tiers brought, each
      with the instant from which nothing that was bought until the entry could come back.
    - *ignored* says which events do not count, and why.
    """

    tier: Tier | None
    confirmed: Tier | None
    earned: Tier | None
    since: date | None
    until: date | None
    grace: date | None = None
    next: Tier | None = None
    missing: tuple[Distance, ...] = ()
    needs: tuple[Statement, ...] = ()
    forecast: Forecast | None = None
    pin: Pin | None = None
    changes: tuple[Change, ...] = ()
    rewards: tuple[tuple[Tier, datetime, int], ...] = ()
    ignored: tuple[Statement, ...] = ()

    @property
    def at_risk(self) -> bool:
        """Whether the tier is lost if nothing more happens."""
        return self.forecast is not None and self.forecast.move == "fell"

    @property
    def is_confirmed(self) -> bool:
        """Whether the tier rests on goods that can no longer come back."""
        return self.confirmed == self.earned

    @property
    def why(self) -> tuple[Statement, ...]:
        """Why the member has this tier, to be told."""
        last = self.changes[-1] if self.changes else None
        found = [_came_to(self.earned) if last is None else last.statement]
        if not self.is_confirmed and self.earned is not None:
            found.append(_of("standing.provisional", self.earned))
        if self.grace is not None and self.earned is not None:
            found.append(Statement("standing.grace", tier=self.earned.name, date=self.grace))
        if self.pin is not None and self.tier is not None:
            found.append(Statement("standing.pinned", tier=self.tier.name, reason=self.pin.reason))
        return tuple(found)

    @property
    def distance(self) -> Statement | None:
        """What is missing for the next tier, to be told; None at the top, and where nothing is missing any more."""
        if self.next is None or not self.needs:
            return None
        return Statement("standing.next", tier=self.next.name, parts=self.needs)


def _of(code: str, tier: Tier) -> Statement:
    return Statement(code, tier=tier.name)


def _came_to(tier: Tier | None) -> Statement:
    return Statement("standing.none") if tier is None else _of("standing.base", tier)
