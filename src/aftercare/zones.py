"""Zones, instants, and the days and clock times that a zone makes of them.

An instant is an aware `datetime`; a day is a `date`; a zone is an IANA name. A clock time that a zone skipped stands
for the instant at which its clocks were put forward.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from aftercare.errors import CalendarError


def zone(name: str | ZoneInfo) -> ZoneInfo:
    """The time zone with an IANA *name*.

    Raises `CalendarError` for a name that the zone database lacks, and for `localtime`, which depends on the machine.

    >>> zone("Asia/Tokyo")
    zoneinfo.ZoneInfo(key='Asia/Tokyo')
    """
    key = name.key if isinstance(name, ZoneInfo) else name
    if not isinstance(key, str):
        raise _not_a_zone(repr(name))
    return _zone(key)


def _not_a_zone(given: str, hint: str = "") -> CalendarError:
    return CalendarError(f"`{given}` is not a time zone: give an IANA name such as `Europe/Warsaw`{hint}")


@lru_cache(maxsize=1024)
def _zone(key: str) -> ZoneInfo:
    try:
        if key not in {"", "localtime"}:
            return ZoneInfo(key)
    except (LookupError, ValueError, OSError):
        pass  # not found, not a name at all, or the name of a folder of zones
    near = get_close_matches(key, available_timezones(), n=1)
    raise _not_a_zone(key, f"; did you mean `{near[0]}`?" if near else "")


def aware(moment: datetime, what: str = "an instant") -> datetime:
    """The same instant as a plain `datetime`, whatever library *moment* comes from; errors name it by *what*.

    Its zone becomes a `ZoneInfo` where it has an IANA name, a fixed offset otherwise. Raises `CalendarError` for
    anything but a `datetime` with a zone.

    >>> aware(datetime(2026, 3, 1, 12, tzinfo=zone("Asia/Tokyo")))
    datetime.datetime(2026, 3, 1, 12, 0, tzinfo=zoneinfo.ZoneInfo(key='Asia/Tokyo'))
    """
    if not isinstance(moment, datetime):
        raise _not_an_instant(moment, what)
    if type(moment) is datetime and (moment.tzinfo is UTC or _is_plain(moment)):
        return moment
    offset = moment.utcoffset()
    if offset is None:
        msg = (
            f"{what} needs a zone, and `{moment.isoformat()}` has none: "
            'attach one, such as `.replace(tzinfo=ZoneInfo("Europe/Warsaw"))`'
        )
        raise CalendarError(msg)
    key = moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else None
    plain = plain_clock(moment).replace(tzinfo=_zone(key) if key else timezone(offset))
    # `fold` is kept only where it says which of two instants is meant: some libraries always set it.
    return plain if plain.utcoffset() == offset else plain.replace(fold=1)


def _is_plain(moment: datetime) -> bool:
    """Whether nothing has to be done to *moment*: the usual case, told without building anything."""
    place = moment.tzinfo
    return type(place) is ZoneInfo and not moment.fold and bool(place.key) and _zone(place.key) is place


def _not_an_instant(given: object, what: str) -> CalendarError:
    return CalendarError(f"{what} is a `datetime` with a zone, not `{given!r}`")


def in_zone(moment: datetime, place: tzinfo, what: str = "an instant") -> datetime:
    """The same instant on the clocks of *place*.

    Raises `CalendarError` as `aware` does, and where those clocks would be outside the years 1 to 9999.

    >>> in_zone(datetime(2026, 3, 1, 12, tzinfo=zone("Asia/Tokyo")), zone("Europe/Warsaw")).hour
    4
    """
    known = aware(moment, what)
    try:
        return known.astimezone(place)
    except OverflowError:
        msg = f"{what} `{known.isoformat()}` leaves the years 1 to 9999 in `{place}`: use None for no bound"
        raise CalendarError(msg) from None


def utc(moment: datetime, what: str = "an instant") -> datetime:
    """The same instant in UTC, where instants compare and subtract without surprises.

    >>> utc(datetime(2026, 3, 1, 12, tzinfo=zone("Asia/Tokyo"))).hour
    3
    """
    if type(moment) is datetime and moment.tzinfo is UTC:
        return moment
    return in_zone(moment, UTC, what)


def plain_day(day: date) -> date:
    """The same day as a plain `date`; raises `CalendarError` for anything else, a `datetime` included.

    >>> plain_day(date(2026, 3, 1))
    datetime.date(2026, 3, 1)
    """
    if isinstance(day, datetime) or not isinstance(day, date):
        msg = f"a day is a `date`, not `{day!r}`: `local_date(instant, zone)` gives the date of an instant"
        raise CalendarError(msg)
    return date(day.year, day.month, day.day)


def plain_clock(moment: datetime) -> datetime:
    """What the clock shows at *moment*, as a plain `datetime` without a zone.

    >>> plain_clock(datetime(2026, 3, 1, 12, tzinfo=UTC))
    datetime.datetime(2026, 3, 1, 12, 0)
    """
    return datetime.combine(
        date(moment.year, moment.month, moment.day),
        time(moment.hour, moment.minute, moment.second, moment.microsecond),
    )


def clock_instant(clock: datetime, zone: str | ZoneInfo, *, last: bool = False) -> datetime:
    """The instant, in UTC, at which the clocks of *zone* show *clock*, a time without a zone.

    Of a time shown twice, the first instant, or the second if *last*; for a time that was skipped, the instant of
    the change. Raises `CalendarError` outside the years 1 to 9999.

    >>> clock_instant(datetime(2026, 3, 29, 2, 30), "Europe/Warsaw").isoformat()
    '2026-03-29T01:00:00+00:00'
    """
    return _clock_instant(clock, _key(zone), last=last)


@lru_cache(maxsize=8192)
def _clock_instant(clock: datetime, key: str, *, last: bool) -> datetime:
    place = _zone(key)
    first, second = (utc(clock.replace(tzinfo=place, fold=fold), "a local time") for fold in (0, 1))
    if first <= second:
        return second if last else first
    # Skipped: read with the offset after the change, the time lies before it; zones change on whole seconds.
    start = second.replace(microsecond=0)

    def shows_later(seconds: int) -> bool:
        return plain_clock((start + timedelta(seconds=seconds)).astimezone(place)) >= clock

    longest = (first - start) // timedelta(seconds=1)
    seconds = bisect_left(range(longest), x=True, key=shows_later)
    return start + timedelta(seconds=seconds)


def start_of_day(day: date, zone: str | ZoneInfo) -> datetime:
    """The first instant of *day* in *zone*, also where that day has no midnight.

    A day that the zone skipped starts, and ends, when the next one starts.

    >>> start_of_day(date(2026, 3, 29), "Asia/Beirut").isoformat()
    '2026-03-29T01:00:00+03:00'
    """
    key = _key(zone)
    return in_zone(_clock_instant(datetime.combine(plain_day(day), time.min), key, last=False), _zone(key))


def local_date(instant: datetime, zone: str | ZoneInfo) -> date:
    """The date in *zone* at *instant*.

    >>> local_date(datetime(2026, 2, 27, 23, 30, tzinfo=UTC), "Asia/Tokyo")
    datetime.date(2026, 2, 28)
    """
    place = _zone(zone if type(zone) is str else _key(zone))
    if type(instant) is datetime and instant.tzinfo is UTC and 1 < instant.year < MAXYEAR:
        return instant.astimezone(place).date()  # the usual case, without a call more than it needs
    return in_zone(instant, place).date()


def parse_instant(text: str, zone: str | ZoneInfo | None = None) -> datetime:
    """The instant that an ISO 8601 *text* names, on the clocks of *zone* if one is given.

    Text without an offset is local time in *zone*; a time shown twice is the first of the two. Raises
    `CalendarError` for text that is not a date with a time, or that has no offset when there is no *zone*.

    >>> parse_instant("2026-03-01T12:00:00Z", "Asia/Tokyo").isoformat()
    '2026-03-01T21:00:00+09:00'
    """
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        msg = f"`{text}` is not an instant: write ISO 8601 with a time, such as `2026-03-01T12:00:00+01:00`"
        raise CalendarError(msg) from None
    if _is_day(text):
        msg = f"`{text}` is a day, not an instant: add a time, or use `start_of_day` for its first instant"
        raise CalendarError(msg)
    if zone is None and moment.tzinfo is None:
        msg = (
            f"`{text}` has no offset: write one, such as `{moment.isoformat()}+01:00`, "
            "or give the zone on whose clocks it is read"
        )
        raise CalendarError(msg)
    if zone is None:
        return aware(moment)
    return in_zone(moment if moment.tzinfo else clock_instant(moment, zone), _zone(_key(zone)))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _key(name: str | ZoneInfo) -> str:
    return zone(name).key
