"""How long points are held, how long they last, and in which order they are spent."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import Days, Months
from aftercare.canonical import call
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.days import Period, end_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.order import Tier

Length: TypeAlias = "Days | Months"
Clock: TypeAlias = Literal["available", "earned"]
SpendOrder: TypeAlias = Literal["expiring_first", "oldest_first"]
Activity: TypeAlias = Literal["earned", "spent", "ordered", "dispatched", "visited"]
Milestone: TypeAlias = Literal["paid", "dispatched", "delivered", "installed"]
OnLoss: TypeAlias = Literal["resume", "restart", "lapse"]

_ANY_YEAR = 2024  # a leap year, in which every day of the calendar exists
_LONGEST_MONTH = 31


def _length(given: Any) -> Length:
    if not is_a(given, Days, Months):
        msg = f"points last some days or months, such as `Months(24)`, given `{given!r}`"
        raise PolicyError(msg)
    return given  # type: ignore[no-any-return]


def one_of(what: str, given: object, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not among *allowed*.

    >>> one_of("a clock", "earned", ("available", "earned"))
    """
    if given not in allowed:
        msg = f"`{given}` is not {what}: {did_you_mean(str(given), allowed)}"
        raise PolicyError(msg)


def _activities(given: Iterable[Activity]) -> tuple[Activity, ...]:
    return tuple(given)


def _period(given: Period | None) -> None:
    if given is not None:
        one_of("a period that points may last to the end of", given, get_args(Period))


@attrs.frozen(eq=False, repr=False)
class After(LoyaltyCoded):
    """Points last for a *length*, to the end of a calendar period if told.

    The first day is not counted, so that a month from 25 January ends on 25 February; with *first_day* it is, and the
    last day is one earlier.

    >>> After(Months(36), to_end_of="quarter").last_day(date(2025, 2, 10))
    datetime.date(2028, 3, 31)
    """

    length: Length = attrs.field(converter=_length)
    to_end_of: Period | None = attrs.field(default=None, kw_only=True)
    first_day: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _period(self.to_end_of)
        if self.first_day and not self.length.n:
            msg = "points that last no days cannot count their first day: give a longer length"
            raise PolicyError(msg)

    @property
    def most_days(self) -> int:
        """How many days may lie between the first and the last one, at most, without the rest of a period."""
        each = _LONGEST_MONTH if isinstance(self.length, Months) else 1
        return self.length.n * each - self.first_day

    def last_day(self, start: date) -> date:
        """The last day of points whose clock starts on *start*."""
        end = self.length.after(start)
        if self.first_day:
            end = date.fromordinal(end.toordinal() - 1)
        return end if self.to_end_of is None else end_of(end, self.to_end_of)

    def __repr__(self) -> str:
        return call("loyalty.expire_after", self)


@attrs.frozen(eq=False, repr=False)
class Yearly(LoyaltyCoded):
    """Points last to the next *month* and *day*, and at least for so long.

    The 29th of February is its eve in common years. Raises `PolicyError` for a day that no calendar has.

    >>> Yearly(4, 4).last_day(date(2026, 5, 1))
    datetime.date(2027, 4, 4)
    """

    month: int
    day: int
    at_least: Length = attrs.field(default=Days(0), converter=_length, kw_only=True)

    def __attrs_post_init__(self) -> None:
        try:
            date(_ANY_YEAR, self.month, self.day)
        except (TypeError, ValueError):
            msg = f"no year has day `{self.day!r}` of month `{self.month!r}`: write such as `expire_yearly(4, 4)`"
            raise PolicyError(msg) from None

    def last_day(self, start: date) -> date:
        """The last day of points whose clock starts on *start*."""
        least = self.at_least.after(start)
        this = self._in(least.year)
        return this if this >= least else self._in(least.year + 1)

    def _in(self, year: int) -> date:
        last = end_of(date(year, self.month, 1), "month")
        return min(last, last.replace(day=min(self.day, last.day)))

    def __repr__(self) -> str:
        return call("loyalty.expire_yearly", self)


@attrs.frozen(eq=False, repr=False)
class Idle(LoyaltyCoded):
    """All points lapse after so long without any *activity*; an order that came back whole was none.

    Rolling expiry, where every new credit prolongs all points, is idleness with the activity ``earned``.

    >>> Idle(Days(180), activity=("dispatched",)).activity
    ('dispatched',)
    """

    length: Length = attrs.field(converter=_length)
    activity: tuple[Activity, ...] = attrs.field(default=("earned", "spent"), kw_only=True, converter=_activities)
    to_end_of: Period | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _period(self.to_end_of)
        if not self.activity:
            msg = "idleness names the activity that ends it, such as `activity=('earned', 'spent')`"
            raise PolicyError(msg)
        for each in self.activity:
            one_of("an activity", each, get_args(Activity))

    def last_day(self, active: date) -> date:
        """The last day of points after an activity on *active*."""
        end = self.length.after(active)
        return end if self.to_end_of is None else end_of(end, self.to_end_of)

    def __repr__(self) -> str:
        return call("loyalty.expire_unless_active", self)


@attrs.frozen(eq=False, repr=False)
class Suspended(LoyaltyCoded):
    """No points lapse while *tier*, or a tier above it, is held.

    On its loss, the clock resumes with the time that was left when it stopped, restarts for all points, or those whose
    day has passed lapse at once.

    >>> from aftercare import Tier
    >>> Suspended(Tier("gold", 2), on_loss="restart").on_loss
    'restart'
    """

    tier: Tier
    on_loss: OnLoss = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("what happens when the tier is lost", self.on_loss, get_args(OnLoss))

    def __repr__(self) -> str:
        return call("loyalty.never_with", self)


@attrs.frozen(eq=False, repr=False)
class Until(LoyaltyCoded):
    """Points are held until a milestone of their order, and for some days after its own.

    >>> Until("delivered", Days(5))
    loyalty.held_until('delivered', Days(5))
    """

    milestone: Milestone
    days: Days = Days(0)

    def __attrs_post_init__(self) -> None:
        one_of("a milestone of an order", self.milestone, get_args(Milestone))

    def __repr__(self) -> str:
        return call("loyalty.held_until", self)


Hold: TypeAlias = "Literal['returns', 'not'] | Days | Until"
Expiry: TypeAlias = "After | Yearly | None"


def _expiry(given: Any) -> Expiry:
    if given is None or is_a(given, After, Yearly):
        return given  # type: ignore[no-any-return]
    return After(given)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Lots(LoyaltyCoded):
    """How points are kept: a lot for every line of an order and for every other event.

    *hold* says how long they are pending: until the line can no longer be returned, so many whole days after the one on
    which they were earned, until a milestone, or not at all. The clock of *expire* starts when they are available or
    when they were earned. The soonest expiring are spent first, or the oldest.

    >>> Lots(expire=Months(24)).expire
    loyalty.expire_after(Months(24))
    """

    hold: Hold = "returns"
    expire: Expiry = attrs.field(default=None, converter=_expiry)
    clock: Clock = "available"
    idle: Idle | None = None
    suspended: Suspended | None = None
    spend: SpendOrder = "expiring_first"

    def __attrs_post_init__(self) -> None:
        if not is_a(self.hold, Days, Until):
            one_of("a hold", self.hold, ("returns", "not"))
        one_of("a start of the clock", self.clock, get_args(Clock))
        one_of("an order of spending", self.spend, get_args(SpendOrder))
        if (
            isinstance(self.hold, Days)
            and self.clock == "earned"
            and isinstance(self.expire, After)
            and self.expire.to_end_of is None
            and self.hold.n >= self.expire.most_days
        ):
            msg = (
                f"points that are held `{self.hold!r}` expire `{self.expire.length!r}` after they were earned, before "
                "anybody can spend them: hold them for less, or start the clock when they are `available`"
            )
            raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Lot(LoyaltyCoded):
    """Points that came at one time from one line or event: how many there were, and how many are left.

    They can be spent from *available_at* on (None while nobody can tell) through *last_day* (None without an end).
    """

    id: str
    points: int
    left: int
    earned_at: datetime
    earned_on: date
    available_at: datetime | None
    pending: bool
    last_day: date | None = None
    order: str | None = None
    line: str | None = None
    version: int = 0
    expired: int = 0
