"""When something is open: a range of dates, and within it weekdays and hours of the day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

import attrs

from aftercare.calendar import WEEK, weekday_names
from aftercare.canonical import Coded
from aftercare.errors import CalendarError
from aftercare.zones import aware, clock_instant, in_zone, local_date, plain_clock, plain_day, utc, zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

State: TypeAlias = Literal["before", "open", "closed", "after"]

_When = TypeVar("_When", date, datetime)

_DAY = timedelta(days=1)
# A week names every weekday; one occurrence may be lost to a change of clocks, hardly two in a row.
_SEARCH = 22


def _zone_name(name: str | ZoneInfo) -> str:
    return zone(name).key


def _edge(edge: date | datetime | None) -> date | datetime | None:
    if edge is None:
        return None
    if not isinstance(edge, datetime):
        return _reachable(plain_day(edge))
    return _reachable(plain_clock(edge) if edge.tzinfo is None else aware(edge))


def _reachable(moment: _When) -> _When:
    if not 1 < moment.year < date.max.year:
        msg = f"`{moment}` is outside the years 2 to 9998 of schedules: leave a bound out if there is none"
        raise CalendarError(msg)
    return moment


def _edge_key(edge: date | datetime | None) -> object:
    return utc(edge) if isinstance(edge, datetime) and edge.tzinfo else edge


def _hours(ranges: Iterable[Iterable[time]]) -> tuple[tuple[time, time], ...]:
    return tuple(sorted({_range(given) for given in ranges}))


def _range(given: object) -> tuple[time, time]:
    match given:
        case [time(tzinfo=None) as opening, time(tzinfo=None) as closing] if opening != closing:
            return _plain_time(opening), _plain_time(closing)
        case _:
            pass
    msg = (
        f"`{given!r}` is not a range of hours: hours are a tuple of pairs of different times without a zone, "
        "such as `((time(9), time(17)),)`; leave them out for the whole day"
    )
    raise CalendarError(msg)


def _plain_time(given: time) -> time:
    return time(given.hour, given.minute, given.second, given.microsecond)


@attrs.frozen(repr=False)
class Schedule(Coded):
    """When something is open: from *starts* to *until*, on *weekdays*, during *hours*, all on the clocks of *zone*.

    A date `until` is the last day, inclusive; a `datetime` is the first instant outside. Either may have no zone and
    then is clock time. Hours are half-open pairs and may pass midnight: `(time(22), time(2))` on a Friday lasts until
    two on Saturday. Without weekdays it is every day, without hours the whole day; the dates always win, so that
    nothing is open past `until`.

    Where clocks are turned, a day starts at its first instant and ends when the next one starts. A clock time that is
    shown twice opens at the first and closes at the second; one that is skipped, opening or closing, is the instant
    of the change.

    Raises `CalendarError` for an unknown zone or weekday, and for a schedule that never opens.

    >>> weekends = Schedule(date(2026, 3, 7), date(2026, 3, 29), zone="Europe/Warsaw", weekdays=("saturday", "sunday"))
    >>> weekends.state(datetime(2026, 3, 9, 12, tzinfo=zone("Europe/Warsaw")))
    'closed'
    >>> weekends.closes_at().isoformat()
    '2026-03-30T00:00:00+02:00'
    """

    starts: date | datetime | None = attrs.field(default=None, converter=_edge, eq=_edge_key)
    until: date | datetime | None = attrs.field(default=None, converter=_edge, eq=_edge_key)
    zone: str = attrs.field(converter=_zone_name, kw_only=True)
    weekdays: tuple[str, ...] = attrs.field(default=(), converter=weekday_names, kw_only=True)
    hours: tuple[tuple[time, time], ...] = attrs.field(default=(), converter=_hours, kw_only=True)

    def __attrs_post_init__(self) -> None:
        # The clocks of the schedule's own zone, so that equal schedules are written alike.
        for name in ("starts", "until"):
            edge = getattr(self, name)
            if isinstance(edge, datetime) and edge.tzinfo:
                object.__setattr__(self, name, in_zone(edge, zone(self.zone)))
        opens, closes = self._opens(), self._closes()
        if opens is not None and closes is not None and closes <= opens:
            msg = f"a schedule from `{self.starts}` until `{self.until}` never opens: end it after its start"
            raise CalendarError(msg)
        first = opens or (closes and closes - _SEARCH * _DAY)
        if first is not None and self.next_opening(first) is None:
            msg = f"`{self!r}` never opens: none of its weekdays and hours lie within its dates"
            raise CalendarError(msg)

    def opens_at(self) -> datetime | None:
        """The first instant of its dates, in its zone, or None if it has no start.

        It may be closed at that instant, by its weekdays or hours: `next_opening` tells when it opens.
        """
        return self._shown(self._opens())

    def closes_at(self) -> datetime | None:
        """The first instant after its dates, in its zone, or None if it has no end."""
        return self._shown(self._closes())

    def _shown(self, instant: datetime | None) -> datetime | None:
        return None if instant is None else in_zone(instant, zone(self.zone))

    def _opens(self) -> datetime | None:
        return self._instant(self.starts, last=False)

    def _closes(self) -> datetime | None:
        return self._instant(self.until, last=True)

    def _instant(self, edge: date | datetime | None, *, last: bool) -> datetime | None:
        match edge:
            case None:
                return None
            case datetime():
                return utc(edge) if edge.tzinfo else clock_instant(edge, self.zone, last=last)
            case _:
                return self._midnight(edge + _DAY if last else edge)

    def _midnight(self, day: date) -> datetime:
        return clock_instant(datetime.combine(day, time.min), self.zone)

    def state(self, instant: datetime) -> State:
        """Whether *instant* is `before` or `after` its dates, or inside them and in `open` or `closed` hours.

        Raises `CalendarError` if *instant* has no zone.
        """
        now = _reachable(utc(instant))
        opens, closes = self._opens(), self._closes()
        if opens is not None and now < opens:
            return "before"
        if closes is not None and closes <= now:
            return "after"
        if not self.weekdays and not self.hours:
            return "open"
        return "open" if any(begin <= now for begin in self._openings(now, days=1)) else "closed"

    def is_open(self, instant: datetime) -> bool:
        """Whether it is open at *instant*; raises `CalendarError` if that has no zone."""
        return self.state(instant) == "open"

    def next_opening(self, instant: datetime) -> datetime | None:
        """The first instant, not before *instant*, at which it is open, in its zone; None if it never is again.

        Raises `CalendarError` if *instant* has no zone.
        """
        opens, closes = self._opens(), self._closes()
        now = _reachable(utc(instant))
        earliest = now if opens is None else max(now, opens)
        found = next((max(earliest, begin) for begin in self._openings(earliest, days=_SEARCH)), None)
        return None if found is None or (closes is not None and closes <= found) else self._shown(found)

    def _openings(self, now: datetime, *, days: int) -> Iterator[datetime]:
        """When each session that is not over at *now* begins, in order; sessions of so many days around are read."""
        today = local_date(now, self.zone)
        for day in (today + n * _DAY for n in range(-1, days + 1)):
            for begin, end in self._sessions(day):
                if begin < end and now < end:
                    yield begin

    def _sessions(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if self.weekdays and WEEK[day.weekday()] not in self.weekdays:
            return
        if not self.hours:
            yield self._midnight(day), self._midnight(day + _DAY)
        for opening, closing in self.hours:
            last_day = day if opening < closing else day + _DAY
            yield (
                clock_instant(datetime.combine(day, opening), self.zone),
                clock_instant(datetime.combine(last_day, closing), self.zone, last=True),
            )

    def days_until_start(self, instant: datetime) -> int | None:
        """The calendar days in its zone from the date of *instant* to the first date: 0 if it starts later that day.

        None if it has no start or has started; weekdays and hours are left aside. Raises `CalendarError` if *instant*
        has no zone.
        """
        opens, now = self._opens(), utc(instant)
        if opens is None or opens <= now:
            return None
        return (local_date(opens, self.zone) - local_date(now, self.zone)).days

    def last_day(self) -> date | None:
        """The last date in its zone on which it is open, or None if it has no end."""
        closes = self._closes()
        if closes is None:
            return None
        last = self._day_before(closes)
        sessions = (session for n in range(_SEARCH) for session in self._sessions(last - n * _DAY))
        ends = (min(end, closes) for begin, end in sessions if begin < min(end, closes))
        return self._day_before(max(ends))

    def _day_before(self, end: datetime) -> date:
        """The date that lasts until *end*."""
        return local_date(end - timedelta(microseconds=1), self.zone)
