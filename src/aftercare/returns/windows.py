"""Return windows as values: from which event, how counted, in which zone, rolled to which day, for which act.

The values say what a shop or a law promises; `aftercare.returns.deadlines` reads them for the units of a receipt.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import BusinessDays, Days, Months, Span, WorkingDays, calendar_problem
from aftercare.calendar import zone as find_zone
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.statement import Name, name
from aftercare.zones import plain_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

StartEvent: TypeAlias = Literal[
    "ordered",
    "paid",
    "shipped",
    "delivered",
    "first_delivered",
    "last_delivered",
    "installed",
    "informed",
]
"""What a window may start with; `delivered` is the unit's own parcel, `last_delivered` the last one of the order."""

Counting: TypeAlias = Literal["exclusive", "inclusive", "blocks"]
"""The day of the event is day 0, or day 1, or there are no days but blocks of 24 hours from its instant."""

Act: TypeAlias = Literal["requested", "sent", "received"]
"""What has to happen within the window."""

Opening: TypeAlias = Literal["ordered", "start"]
SeasonKey: TypeAlias = Literal["ordered", "delivered"]
SeasonRule: TypeAlias = Literal["longest", "replace"]


def one_of(what: str, given: object, allowed: Iterable[str]) -> None:
    """Refuse a word that is not *allowed*, with a `PolicyError`."""
    words = tuple(allowed)
    if given not in words:
        msg = f"{what} is not `{given}`: {did_you_mean(str(given), words)}"
        raise PolicyError(msg)


def a_span(what: str, given: object, *kinds: type) -> None:
    """Refuse anything but a span of the *kinds*, with a `PolicyError`."""
    if not is_a(given, *kinds):
        allowed = ", ".join(f"`{kind.__name__}(...)`" for kind in kinds)
        msg = f"{what} is a span, given `{given!r}`: allowed: {allowed}"
        raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False)
class Start(Coded):
    """The event that starts a window, *plus* some days of transit, and what starts it *otherwise*, if that is missing.

    Raises `PolicyError` for an unknown event and for a fallback that names an event twice.

    >>> Start("delivered").or_else(Start("shipped", plus=Days(5))).events
    ('delivered', 'shipped')
    """

    event: StartEvent
    plus: Days = attrs.field(default=Days(0), kw_only=True)
    otherwise: Start | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("the start of a window", self.event, get_args(StartEvent))
        a_span(f"what is added to `{self.event}`", self.plus, Days)
        if self.otherwise is not None and self.event in self.otherwise.events:
            msg = f"`{self.event}` is its own fallback: name another event that is known when it is not"
            raise PolicyError(msg)

    @property
    def events(self) -> tuple[StartEvent, ...]:
        """The event and its fallbacks, in the order in which they are looked for."""
        return (self.event, *(self.otherwise.events if self.otherwise else ()))

    def or_else(self, fallback: Start | StartEvent) -> Start:
        """The same start with one more *fallback*, looked at last."""
        last = start(fallback)
        return attrs.evolve(self, otherwise=self.otherwise.or_else(last) if self.otherwise else last)

    def __repr__(self) -> str:
        return call("returns.Start", self)


def start(given: Start | StartEvent) -> Start:
    """The start that a word names, or the start itself.

    >>> start("delivered")
    returns.Start('delivered')
    """
    return given if isinstance(given, Start) else Start(given)


@attrs.frozen(eq=False, repr=False)
class Roll(Coded):
    """A last day that is not worked moves to the next that is, by a *calendar* apart from the one that counts.

    Without a calendar only Saturdays and Sundays are known to move, and the deadline is marked "at least". Raises
    `PolicyError` for a calendar that is no value: the dates of one of the `holidays` package go into a `WorkWeek`.

    >>> Roll().calendar is None
    True
    """

    calendar: WorkingDays | None = None

    def __attrs_post_init__(self) -> None:
        if self.calendar is not None and (problem := calendar_problem(self.calendar)):
            raise PolicyError(problem)

    def __repr__(self) -> str:
        return "returns.Roll()" if self.calendar is None else call("returns.Roll", self)


@attrs.frozen(eq=False, repr=False)
class IfUninformed(Coded):
    """While the information that the law asks for is missing, the window lasts so much longer.

    Given within that time after the start, it ends *then* after the day on which it was given, if that is later than
    without any of this.

    >>> IfUninformed(Months(12), then=Days(14)).by
    Months(12)
    """

    by: Months | Days
    then: Days = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        a_span("an extension", self.by, Months, Days)
        a_span("what is left after late information", self.then, Days)

    def __repr__(self) -> str:
        return call("returns.IfUninformed", self)


@attrs.frozen(eq=False, repr=False)
class IfRepaired(Coded):
    """Once the goods came back repaired, the window lasts so much longer: once, however often they are repaired.

    >>> IfRepaired(Months(12)).by
    Months(12)
    """

    by: Months | Days

    def __attrs_post_init__(self) -> None:
        a_span("an extension", self.by, Months, Days)

    def __repr__(self) -> str:
        return call("returns.IfRepaired", self)


Extension: TypeAlias = IfUninformed | IfRepaired


def _maybe_day(day: date | None) -> date | None:
    return None if day is None else plain_day(day)


@attrs.frozen(eq=False, repr=False)
class Season(Coded):
    """Another end for what was ordered, or *by* ``"delivered"`` delivered, from *first* to *last*, both included.

    Either a fixed last day, *until*, or another span, *within*. The *rule* says whether the later end counts
    (``"longest"``) or the season's own (``"replace"``). Raises `PolicyError` for a season without one end.

    >>> from datetime import date
    >>> Season("holidays", first=date(2026, 11, 1), last=date(2026, 12, 31), until=date(2027, 1, 31)).rule
    'longest'
    """

    named: Name = attrs.field(converter=name)
    first: date = attrs.field(kw_only=True, converter=plain_day)
    last: date = attrs.field(kw_only=True, converter=plain_day)
    until: date | None = attrs.field(default=None, kw_only=True, converter=_maybe_day)
    within: Span | None = attrs.field(default=None, kw_only=True)
    by: SeasonKey = attrs.field(default="ordered", kw_only=True)
    rule: SeasonRule = attrs.field(default="longest", kw_only=True)

    def __attrs_post_init__(self) -> None:
        title = f"season `{self.named}`"
        one_of(f"the key of {title}", self.by, get_args(SeasonKey))
        one_of(f"the rule of {title}", self.rule, get_args(SeasonRule))
        if self.last < self.first:
            msg = f"{title} ends on `{self.last}`, before it starts on `{self.first}`: give the days in order"
            raise PolicyError(msg)
        if (self.until is None) == (self.within is None):
            msg = f"{title} needs one end: either `until=`, its last day, or `within=`, its span"
            raise PolicyError(msg)
        if self.within is not None:
            a_span(f"`within` of {title}", self.within, Days, Months, BusinessDays)
        if self.until is not None and self.until < self.last:
            msg = (
                f"{title} lets returns end on `{self.until}`, before its last day `{self.last}`: give a later `until=`"
            )
            raise PolicyError(msg)

    def meets(self, other: Season) -> bool:
        """Whether one purchase may be in both seasons."""
        return self.by != other.by or (self.first <= other.last and other.first <= self.last)

    def __repr__(self) -> str:
        return call("returns.Season", self)


def _seasons(given: Iterable[Season]) -> tuple[Season, ...]:
    return tuple(sorted(given, key=lambda season: (season.first, season.last, season.by, season.named.text)))


def _extensions(given: Iterable[Extension]) -> tuple[Extension, ...]:
    return tuple(given)


@attrs.frozen(repr=False, cache_hash=True)
class ReturnWindow(Coded):
    """How long something can be returned: *within* a span, or without a limit if that is None.

    - *after* the event that starts it, with its fallbacks;
    - *counting* the day of that event as day 0, as day 1, or blocks of 24 hours;
    - on the clocks of *zone*: the ``"shop"``'s, those of an IANA zone, or ``"unknown"``, which takes the latest end;
    - a last day that is not worked may *roll*;
    - the *act* must fall inside, from the order on or, if it *opens* with the ``"start"``, from the event on.

    *seasons* give another end; days under repair do not count if it *stops_for_repair*, after which at least *tail* is
    left; if it *restarts_for_replacement*, it starts anew when the customer gets new goods for the old; *extensions*
    come next, the roll last. Raises `PolicyError` for what cannot be counted.

    >>> ReturnWindow(Days(14), after="delivered", roll=Roll()).act
    'requested'
    """

    within: Span | None
    after: Start = attrs.field(default=Start("delivered"), kw_only=True, converter=start)
    counting: Counting = attrs.field(default="exclusive", kw_only=True)
    zone: str = attrs.field(default="shop", kw_only=True)
    roll: Roll | None = attrs.field(default=None, kw_only=True)
    act: Act = attrs.field(default="requested", kw_only=True)
    opens: Opening = attrs.field(default="ordered", kw_only=True)
    seasons: tuple[Season, ...] = attrs.field(default=(), kw_only=True, converter=_seasons)
    stops_for_repair: bool = attrs.field(default=False, kw_only=True)
    restarts_for_replacement: bool = attrs.field(default=False, kw_only=True)
    tail: Days | None = attrs.field(default=None, kw_only=True)
    extensions: tuple[Extension, ...] = attrs.field(default=(), kw_only=True, converter=_extensions)

    def __attrs_post_init__(self) -> None:
        one_of("the counting of a window", self.counting, get_args(Counting))
        one_of("the act of a window", self.act, get_args(Act))
        one_of("the opening of a window", self.opens, get_args(Opening))
        if self.zone not in {"shop", "unknown"}:
            find_zone(self.zone)
        if self.tail is not None:
            a_span("the tail of a window", self.tail, Days)
            if not self.stops_for_repair:
                msg = "a tail is what is left after a repair: add `stops_for_repair=True`"
                raise PolicyError(msg)
        if self.within is None:
            self._check_unlimited()
        else:
            a_span("`within`", self.within, Days, Months, BusinessDays)
            self._check_counting(self.within)
        self._check_seasons()
        kinds = [type(extension) for extension in self.extensions]
        if len(kinds) != len({*kinds}):
            msg = "a window has two extensions of one kind: give each kind once"
            raise PolicyError(msg)

    @cached_property
    def is_plain(self) -> bool:
        """Whether its end, but for repairs and missing information, needs no more than the day on which it starts."""
        business_days = isinstance(self.within, BusinessDays)
        holidays = self.roll is not None and self.roll.calendar is not None
        return not (self.seasons or business_days or holidays)

    def _check_unlimited(self) -> None:
        if self.roll or self.seasons or self.stops_for_repair or self.extensions or self.counting != "exclusive":
            msg = "a window without a limit has nothing to count, roll, stop or extend: leave these out"
            raise PolicyError(msg)

    def _check_counting(self, within: Span) -> None:
        if self.counting == "inclusive" and within.n == 0:
            msg = f"`{within!r}` with the first day counted is over before it starts: allowed: one or more"
            raise PolicyError(msg)
        if self.counting != "blocks":
            return
        if not isinstance(within, Days):
            msg = f"`{within!r}` is no number of blocks of 24 hours: write `Days(n)`"
            raise PolicyError(msg)
        if self.roll or self.seasons or self.extensions or self.stops_for_repair:
            msg = "blocks of 24 hours end at an instant, not on a day: count days to roll, stop, extend or have seasons"
            raise PolicyError(msg)

    def _check_seasons(self) -> None:
        for season in self.seasons:
            if self.counting == "inclusive" and season.within is not None and season.within.n == 0:
                msg = f"season `{season.named}` is over before it starts: with the first day counted, allow one or more"
                raise PolicyError(msg)
        for one, other in combinations(self.seasons, 2):
            if "replace" in {one.rule, other.rule} and one.meets(other):
                msg = (
                    f"seasons `{one.named}` and `{other.named}` may both hold and one replaces the window: "
                    "part their days, key both on one event, or let the longest count"
                )
                raise PolicyError(msg)

    def __repr__(self) -> str:
        return call("returns.ReturnWindow", self)
