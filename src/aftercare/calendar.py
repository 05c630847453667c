"""Spans of days and months, working weeks, and windows of time.

Windows are half-open: the start is inside, the end is the first instant outside. What a zone makes of an instant is
told by `aftercare.zones`, whose functions can be read from here as well.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

import attrs

from aftercare.canonical import Coded
from aftercare.errors import CalendarError, did_you_mean
from aftercare.zones import aware, clock_instant, in_zone, local_date, parse_instant, plain_day, start_of_day, utc, zone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from aftercare.canonical import Json

__all__ = [
    "BusinessDays",
    "Days",
    "Months",
    "Span",
    "Window",
    "WorkWeek",
    "WorkingDays",
    "aware",
    "clock_instant",
    "in_zone",
    "local_date",
    "parse_instant",
    "start_of_day",
    "utc",
    "zone",
]

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_CLOSURE = timedelta(days=366)


def _count(number: int) -> int:
    if type(number) is not int or number < 0:
        msg = f"a span is a whole number, zero or more, not `{number!r}`"
        raise CalendarError(msg)
    return number


def _too_late(span: object, day: date) -> CalendarError:
    return CalendarError(f"`{span!r}` after `{day}` is past the year 9999: give a shorter span")


@attrs.frozen(repr=False, order=True)
class Days(Coded):
    """So many calendar days, each as long as the clocks of its zone make it.

    Raises `CalendarError` for anything but a whole number, zero or more.

    >>> Days(30).after(date(2026, 2, 28))
    datetime.date(2026, 3, 30)
    """

    n: int = attrs.field(converter=_count)

    def after(self, day: date) -> date:
        """The date so many days after *day*, which is day 0."""
        start = plain_day(day)
        try:
            return start + timedelta(days=self.n)
        except OverflowError:
            raise _too_late(self, start) from None


@attrs.frozen(repr=False, order=True)
class Months(Coded):
    """So many calendar months; a year is `Months(12)`, and no number of months equals a number of days.

    Raises `CalendarError` for anything but a whole number, zero or more.

    >>> Months(1).after(date(2026, 1, 31)), Months(2).after(date(2026, 1, 31))
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    """

    n: int = attrs.field(converter=_count)

    def after(self, day: date) -> date:
        """The same day of the month so many months after *day*, or that month's last day if it is shorter.

        Count from the start (`Months(2).after(day)`), not month by month, or the clamping adds up.
        """
        import pendulum  # costly to import, and few programs count months

        start = plain_day(day)
        try:
            return plain_day(pendulum.Date(start.year, start.month, start.day).add(months=self.n))
        except (OverflowError, ValueError):
            raise _too_late(self, start) from None


@runtime_checkable
class WorkingDays(Protocol):
    """Whatever knows which days are worked and is hashable, as a value is: a `WorkWeek`, or an object of your own."""

    @abstractmethod
    def is_working_day(self, day: date, /) -> bool:
        """Whether *day* is worked."""


def weekday_names(names: Iterable[str]) -> tuple[str, ...]:
    """The weekdays named, once each and from Monday on.

    Raises `CalendarError` for anything but English names in lower case.

    >>> weekday_names(["sunday", "friday"])
    ('friday', 'sunday')
    """
    if isinstance(names, str):
        msg = f'weekdays are a tuple of names, not `{names!r}`: write `("{names}",)`'
        raise CalendarError(msg)
    given = tuple(names)
    for name in given:
        if name not in WEEK:
            msg = f"`{name}` is not a weekday; {did_you_mean(str(name), WEEK)}"
            raise CalendarError(msg)
    return tuple(name for name in WEEK if name in given)


def _days(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted({plain_day(day) for day in days}))


def _holidays(days: Iterable[date]) -> tuple[date, ...]:
    if isinstance(days, Mapping) and not days:
        kind = type(days).__name__
        msg = f"`{kind}` holds no dates yet: name its years, such as `country_holidays('PL', years=range(2026, 2031))`"
        raise CalendarError(msg)
    return _days(days)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class WorkWeek(Coded):
    """The *weekdays* worked, but for *holidays*; *workdays* are worked all the same, such as moved Saturdays.

    A calendar of the `holidays` package can be given as *holidays*: the dates it holds are kept, so that it has to
    name its years. Raises `CalendarError` for one without dates, an unknown weekday, a week without any, and a day that
    is both holiday and workday.

    >>> WorkWeek(holidays=[date(2026, 12, 25)]).is_working_day(date(2026, 12, 25))
    False
    """

    weekdays: tuple[str, ...] = attrs.field(default=WEEK[:5], converter=weekday_names)
    holidays: tuple[date, ...] = attrs.field(default=(), converter=_holidays)
    workdays: tuple[date, ...] = attrs.field(default=(), converter=_days)

    def __attrs_post_init__(self) -> None:
        if not self.weekdays:
            msg = "a working week has at least one weekday: name those that are worked"
            raise CalendarError(msg)
        if both := sorted({*self.holidays} & {*self.workdays}):
            msg = f"`{both[0]}` is both a holiday and a workday: name it in one of them"
            raise CalendarError(msg)

    def is_working_day(self, day: date, /) -> bool:
        """Whether *day* is worked."""
        usual = WEEK[day.weekday()] in self.weekdays and day not in self.holidays
        return usual or day in self.workdays


MONDAY_TO_FRIDAY = WorkWeek()


def calendar_problem(calendar: object) -> str | None:
    """What is wrong with a *calendar* of days worked, in words for developers, or None.

    >>> calendar_problem("PL")
    "`'PL'` does not know which days are worked: give a `WorkWeek` or an object with `is_working_day`"
    """
    if not isinstance(calendar, WorkingDays):
        return (
            f"`{calendar!r}` does not know which days are worked: give a `WorkWeek` or an object with `is_working_day`"
        )
    if not isinstance(calendar, Hashable):
        return (
            f"a calendar of the kind `{type(calendar).__name__}` may change, and a policy must not: keep its dates, "
            "such as `WorkWeek(holidays=country_holidays('PL', years=range(2026, 2031)))`"
        )
    return None


def _working_days(calendar: WorkingDays | None) -> WorkingDays | None:
    if calendar is not None and (problem := calendar_problem(calendar)):
        raise CalendarError(problem)
    return calendar


@attrs.frozen(eq=False, repr=False)
class BusinessDays(Coded):
    """So many days that are worked by *calendar*, Monday to Friday without one.

    Any hashable object with `is_working_day(date)` counts. Raises `CalendarError` for anything but a whole number, zero
    or more, and such an object: a calendar of the `holidays` package fills itself as it is asked, so give
    `WorkWeek(holidays=...)` its dates.

    >>> BusinessDays(2).after(date(2026, 3, 6))
    datetime.date(2026, 3, 10)
    """

    n: int = attrs.field(converter=_count)
    calendar: WorkingDays | None = attrs.field(default=None, converter=_working_days, kw_only=True)

    def after(self, day: date) -> date:
        """The last of so many days worked after *day*, which is not counted itself.

        Raises `CalendarError` if nobody works for a year.
        """
        start = plain_day(day)
        calendar = MONDAY_TO_FRIDAY if self.calendar is None else self.calendar
        left, worked, here = self.n, start, start
        while left:
            if here == date.max:
                raise _too_late(self, start)
            here += timedelta(days=1)
            if calendar.is_working_day(here):
                left, worked = left - 1, here
            elif here - worked >= _LONGEST_CLOSURE:
                msg = f"no day is worked in the year after `{worked}` by `{calendar!r}`: add working days to it"
                raise CalendarError(msg)
        return worked


Span: TypeAlias = Days | Months | BusinessDays

_SHORTEST_MONTH, _LONGEST_MONTH = 28, 31


def no_longer(one: Span, other: Span) -> bool:
    """Whether *one* never lasts longer than the *other*, whatever day they start.

    >>> no_longer(Days(28), Months(1)), no_longer(Months(1), Days(30)), no_longer(BusinessDays(3), BusinessDays(5))
    (True, False, True)
    """
    if type(one) is type(other) and getattr(one, "calendar", None) == getattr(other, "calendar", None):
        return one.n <= other.n
    return _most_days(one) <= _fewest_days(other)


def _fewest_days(span: Span) -> int:
    return span.n * _SHORTEST_MONTH if isinstance(span, Months) else span.n


def _most_days(span: Span) -> float:
    match span:
        case Days(n):
            return n
        case Months(n):
            return n * _LONGEST_MONTH
        case _:
            return float("inf") if span.n else 0


def _start(moment: datetime | None) -> datetime | None:
    return None if moment is None else aware(moment, "the start of a window")


def _end(moment: datetime | None) -> datetime | None:
    return None if moment is None else aware(moment, "the end of a window")


def _instant(moment: datetime | None) -> datetime | None:
    return None if moment is None else utc(moment)


@attrs.frozen(repr=False)
class Window(Coded):
    """The time from *start* to *end*, the end itself being outside; without a bound it is open on that side.

    Windows are equal if their instants are, in whatever zones these are written. Raises `CalendarError` for an
    instant without a zone, and for a window that contains no instant.

    >>> tokyo = zone("Asia/Tokyo")
    >>> march = Window(start_of_day(date(2026, 3, 1), tokyo), start_of_day(date(2026, 4, 1), tokyo))
    >>> march.contains(datetime(2026, 4, 1, tzinfo=tokyo)), march.last_day(tokyo)
    (False, datetime.date(2026, 3, 31))
    """

    start: datetime | None = attrs.field(default=None, converter=_start, eq=_instant)
    end: datetime | None = attrs.field(default=None, converter=_end, eq=_instant)

    def __attrs_post_init__(self) -> None:
        if _is_empty(self.start, self.end):
            msg = f"a window that starts at `{self.start}` and ends at `{self.end}` is empty: end it after its start"
            raise CalendarError(msg)

    def __plain__(self) -> Json:
        start = None if self.start is None else utc(self.start).isoformat()
        end = None if self.end is None else utc(self.end).isoformat()
        return {"type": "Window", "start": start, "end": end}

    def contains(self, instant: datetime) -> bool:
        """Whether *instant* is inside; raises `CalendarError` if it has no zone."""
        now = utc(instant)
        return not self.before(now) and not self.after(now)

    def before(self, instant: datetime) -> bool:
        """Whether the whole window lies before *instant*: it is over."""
        now = utc(instant)
        return self.end is not None and utc(self.end) <= now

    def after(self, instant: datetime) -> bool:
        """Whether the whole window lies after *instant*: it has yet to start."""
        now = utc(instant)
        return self.start is not None and now < utc(self.start)

    def intersection(self, other: Window) -> Window | None:
        """The time inside both windows, or None if there is none; `&` is short for it."""
        start = max((moment for moment in (self.start, other.start) if moment), key=utc, default=None)
        end = min((moment for moment in (self.end, other.end) if moment), key=utc, default=None)
        return None if _is_empty(start, end) else Window(start, end)

    def __and__(self, other: Window) -> Window | None:
        return self.intersection(other)

    def last_day(self, zone: str | ZoneInfo) -> date | None:
        """The last date in *zone* that has an instant inside, or None if the window has no end."""
        return None if self.end is None else local_date(utc(self.end) - timedelta(microseconds=1), zone)


def _is_empty(start: datetime | None, end: datetime | None) -> bool:
    return start is not None and end is not None and utc(end) <= utc(start)
