from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.calendar import Window
from aftercare.errors import CalendarError
from aftercare.zones import (
    aware,
    clock_instant,
    in_zone,
    local_date,
    parse_instant,
    plain_clock,
    plain_day,
    start_of_day,
    utc,
    zone,
)

ZONES = (
    "Africa/Cairo",
    "America/Havana",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Europe/Warsaw",
    "Pacific/Apia",
    "Pacific/Kwajalein",
)
SKIPPED = {("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))}
WARSAW = ZoneInfo("Europe/Warsaw")
DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("place", ["Europe/Warsaw", WARSAW, pendulum.timezone("Europe/Warsaw")])
def test_a_zone_is_named_or_given(place: str | ZoneInfo) -> None:
    """A name, a zone and a zone of pendulum give the same plain zone."""
    actual = zone(place)
    assert WARSAW is actual


@pytest.mark.parametrize(
    "name", ["Europe/Warsow", "Europe", "localtime", "../etc/passwd", "/etc/localtime", "", "a\0b"]
)
def test_an_unknown_zone_is_refused(name: str) -> None:
    """What is not the name of a zone, or depends on the machine, is refused with advice."""
    with pytest.raises(CalendarError, match="is not a time zone: give an IANA name such as `Europe/Warsaw`"):
        zone(name)


def test_a_misspelt_zone_is_recognised() -> None:
    """The error names the zone that was probably meant."""
    with pytest.raises(CalendarError, match="did you mean `Europe/Warsaw`"):
        zone("Europe/Warsow")


@pytest.mark.parametrize("given_zone", [None, 2, UTC])
def test_a_zone_is_text(given_zone: object) -> None:
    """Something else than text is not a zone."""
    with pytest.raises(CalendarError, match="is not a time zone"):
        zone(given_zone)  # type: ignore[arg-type]


def test_a_zone_without_a_name_is_refused() -> None:
    """A zone read from a file has no name by which it could be stored."""
    nameless = _nameless_zone()
    with pytest.raises(CalendarError, match="is not a time zone"):
        zone(nameless)


def _nameless_zone() -> ZoneInfo:
    import tzdata

    with (Path(tzdata.__file__).parent / "zoneinfo" / "Asia" / "Tokyo").open("rb") as file:
        return ZoneInfo.from_file(file)


def test_an_instant_needs_a_zone() -> None:
    """A naive datetime is refused, and the error says how to attach a zone."""
    with pytest.raises(CalendarError, match=r"the order's instant needs a zone.*attach one, such as"):
        aware(datetime(2026, 3, 1), "the order's instant")


@pytest.mark.parametrize(
    "other", [date(2026, 3, 1), "2026-03-01T00:00Z", 1, None, pendulum.date(2026, 3, 1), pendulum.duration(days=1)]
)
def test_an_instant_is_a_datetime(other: object) -> None:
    """Dates, text, numbers and durations are no instants."""
    with pytest.raises(CalendarError, match="an instant is a `datetime` with a zone, not"):
        aware(other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (pendulum.datetime(2026, 3, 1, 12, tz="Europe/Warsaw"), datetime(2026, 3, 1, 12, tzinfo=WARSAW)),
        (pendulum.datetime(2026, 3, 1, 12), datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("UTC"))),
        (
            pendulum.datetime(2026, 3, 1, 12, tz=pendulum.timezone(3600)),
            datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=1))),
        ),
        (
            datetime(2026, 3, 1, 12, tzinfo=_nameless_zone()),
            datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=9))),
        ),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=1), datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=1)),
    ],
)
def test_an_instant_becomes_a_plain_one(moment: datetime, expected: datetime) -> None:
    """Whatever library an instant comes from, what is kept is a plain datetime in a plain zone."""
    actual = aware(moment)
    assert repr(expected) == repr(actual)
    assert type(actual) is datetime


def test_an_instant_must_fit_the_calendar() -> None:
    """An instant that leaves the years 1 to 9999 on other clocks is refused."""
    with pytest.raises(CalendarError, match="leaves the years 1 to 9999 in `UTC`"):
        utc(datetime.min.replace(tzinfo=WARSAW))
    with pytest.raises(CalendarError, match="leaves the years 1 to 9999 in `Europe/Warsaw`"):
        in_zone(datetime.max.replace(tzinfo=UTC), WARSAW)


@pytest.mark.parametrize("other", [datetime(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01", None])
def test_a_day_is_not_an_instant(other: object) -> None:
    """A datetime or text in place of a date is refused."""
    with pytest.raises(CalendarError, match="a day is a `date`, not"):
        plain_day(other)  # type: ignore[arg-type]


def test_a_day_becomes_a_plain_one() -> None:
    """A date of another library becomes a plain date."""
    actual = plain_day(pendulum.date(2026, 3, 1))
    assert date(2026, 3, 1) == actual
    assert type(actual) is date


@pytest.mark.parametrize(
    ("place", "clock", "first", "last"),
    [
        ("Europe/Warsaw", datetime(2026, 3, 1, 12), "2026-03-01T11:00", "2026-03-01T11:00"),
        ("Europe/Warsaw", datetime(2026, 3, 29, 2), "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Warsaw", datetime(2026, 3, 29, 2, 30), "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Warsaw", datetime(2026, 3, 29, 2, 59, 59, 999999), "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Warsaw", datetime(2026, 3, 29, 3), "2026-03-29T01:00", "2026-03-29T01:00"),
        ("Europe/Warsaw", datetime(2026, 10, 25, 2, 30), "2026-10-25T00:30", "2026-10-25T01:30"),
        ("America/New_York", datetime(2026, 3, 8, 2, 15), "2026-03-08T07:00", "2026-03-08T07:00"),
        ("America/New_York", datetime(2026, 11, 1, 1), "2026-11-01T05:00", "2026-11-01T06:00"),
        ("America/New_York", datetime(2026, 11, 1, 2), "2026-11-01T07:00", "2026-11-01T07:00"),
        ("Asia/Beirut", datetime(2026, 3, 29), "2026-03-28T22:00", "2026-03-28T22:00"),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 10), "2026-10-03T15:30", "2026-10-03T15:30"),
        ("Pacific/Apia", datetime(2011, 12, 30), "2011-12-30T10:00", "2011-12-30T10:00"),
        ("Pacific/Apia", datetime(2011, 12, 30, 17, 45), "2011-12-30T10:00", "2011-12-30T10:00"),
        ("America/Toronto", datetime(1919, 3, 31), "1919-03-31T04:30", "1919-03-31T04:30"),
        ("Asia/Tokyo", datetime(2026, 3, 29, 2, 30), "2026-03-28T17:30", "2026-03-28T17:30"),
    ],
)
def test_a_clock_time_is_an_instant(place: str, clock: datetime, first: str, last: str) -> None:
    """A clock time shown twice has two instants, one that was skipped is the instant of the change."""
    assert datetime.fromisoformat(f"{first}+00:00") == clock_instant(clock, place)
    assert datetime.fromisoformat(f"{last}+00:00") == clock_instant(clock, place, last=True)


@given(st.sampled_from(ZONES), st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)))
def test_clocks_show_the_time_of_the_instant(place: str, clock: datetime) -> None:
    """At the first and the last instant of a clock time the clocks show it, or have just skipped it."""
    first, last = clock_instant(clock, place), clock_instant(clock, place, last=True)
    assert first <= last
    for instant in (first, last):
        shown = plain_clock(in_zone(instant, zone(place)))
        assert shown == clock or plain_clock(in_zone(instant - MOMENT, zone(place))) < clock < shown


@pytest.mark.parametrize("place", ZONES)
@pytest.mark.parametrize("year", [1993, 2011, 2017, 2026])
def test_days_tile_time(place: str, year: int) -> None:
    """Each day starts the moment the day before it ends, and only a skipped day is empty."""
    day = date(year, 1, 1)
    while day.year == year:
        start, end = start_of_day(day, place), start_of_day(day + DAY, place)
        if (place, day) in SKIPPED:
            assert utc(start) == utc(end)
        else:
            assert utc(start) < utc(end)
            assert day == local_date(start, place)
            assert day == Window(start, end).last_day(place)
        assert local_date(utc(start) - MOMENT, place) < day
        day += DAY


@given(st.sampled_from(ZONES), st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))
def test_every_instant_is_in_one_day(place: str, instant: datetime) -> None:
    """Of the windows of the days around it, one alone contains an instant."""
    around = [local_date(instant, place) + n * DAY for n in range(-3, 4)]
    bounds = [(start_of_day(day, place), start_of_day(day + DAY, place)) for day in around]
    windows = [Window(start, end) for start, end in bounds if utc(start) != utc(end)]
    expected = [True]
    assert expected == [window.contains(instant) for window in windows if window.contains(instant)]


def test_a_day_starts_where_the_clocks_say() -> None:
    """The first instant of a day is shown on the clocks of its zone."""
    expected = datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("Asia/Beirut"))
    assert repr(expected) == repr(start_of_day(date(2026, 3, 29), "Asia/Beirut"))


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("2026-03-01T12:00:00+01:00", None, datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-03-01T11:00:00Z", None, datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01T11:00:00Z", "Europe/Warsaw", datetime(2026, 3, 1, 12, tzinfo=WARSAW)),
        ("2026-03-01T12:00:00", WARSAW, datetime(2026, 3, 1, 12, tzinfo=WARSAW)),
        ("2026-03-29T02:30:00", "Europe/Warsaw", datetime(2026, 3, 29, 3, tzinfo=WARSAW)),
        ("2026-10-25T02:30:00", "Europe/Warsaw", datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW)),
    ],
)
def test_text_is_read_as_an_instant(text: str, place: str | ZoneInfo | None, expected: datetime) -> None:
    """ISO 8601 text names an instant by its offset, or else by the clocks of the zone given."""
    assert repr(expected) == repr(parse_instant(text, place))


def test_text_without_an_offset_needs_a_zone() -> None:
    """A local time is no instant until a zone is known: UTC is never assumed."""
    with pytest.raises(CalendarError, match="`2026-03-01T12:00:00` has no offset: write one"):
        parse_instant("2026-03-01T12:00:00")


@pytest.mark.parametrize("text", ["2026-03-01", "20260301", "2026-W09-7"])
def test_a_day_is_not_read_as_an_instant(text: str) -> None:
    """A date alone does not say which instant of it is meant."""
    with pytest.raises(CalendarError, match=f"`{text}` is a day, not an instant: add a time"):
        parse_instant(text, "Europe/Warsaw")


@pytest.mark.parametrize("text", ["now", "12:30", "2026", "", "2026-02-30T12:00", 20260301, None])
def test_other_text_is_refused(text: object) -> None:
    """What is not ISO 8601 with a date and a time is refused, and never filled in from a clock."""
    with pytest.raises(CalendarError, match="is not an instant: write ISO 8601"):
        parse_instant(text)  # type: ignore[arg-type]


def test_pendulum_is_imported_when_months_are_counted() -> None:
    """Importing the calendar, and reading zones, leaves pendulum alone."""
    script = (
        "import sys; from datetime import date; from aftercare.calendar import *; start_of_day(date.max, 'UTC');"
        "print('pendulum' in sys.modules); Months(1).after(date(2026, 3, 1)); print('pendulum' in sys.modules)"
    )
    actual = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    expected = ["False", "True"]
    assert expected == actual
