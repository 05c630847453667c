from __future__ import annotations

import pickle
import zoneinfo
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone
from importlib import import_module
from zoneinfo import ZoneInfo

import attrs
import holidays
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import calendar
from aftercare.calendar import BusinessDays, Days, Months, Span, Window, WorkingDays, WorkWeek
from aftercare.canonical import fingerprint
from aftercare.errors import CalendarError

NAMES = {**vars(calendar), "datetime": import_module("datetime"), "zoneinfo": zoneinfo}
WARSAW, NEW_YORK, TOKYO = ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
CHRISTMAS = date(2026, 12, 25)

days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
counts = st.integers(0, 400)
weeks = st.builds(
    WorkWeek,
    weekdays=st.sets(st.sampled_from(calendar.WEEK), min_size=1),
    holidays=st.lists(st.dates(date(2026, 1, 1), date(2026, 6, 30)), max_size=5),
    workdays=st.lists(st.dates(date(2026, 7, 1), date(2026, 12, 31)), max_size=5),
)
spans: st.SearchStrategy[Span] = st.one_of(
    st.builds(Days, counts), st.builds(Months, counts), st.builds(BusinessDays, counts, calendar=st.none() | weeks)
)
instants = st.datetimes(
    datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.sampled_from([UTC, WARSAW, NEW_YORK, TOKYO])
)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Windows with both bounds, one or none."""
    start, end = draw(st.none() | instants), draw(st.none() | instants)
    if start and end:
        start, end = sorted((start, end), key=lambda moment: moment.astimezone(UTC))
        if start.astimezone(UTC) == end.astimezone(UTC):
            end = None
    return Window(start, end)


@pytest.mark.parametrize("span", [Days, Months, BusinessDays])
@pytest.mark.parametrize("n", [-1, True, 1.0, "1", None, float("nan")])
def test_a_span_is_a_whole_number(span: type[Span], n: object) -> None:
    """Negative numbers, fractions, booleans and text are no count of days."""
    with pytest.raises(CalendarError, match="a span is a whole number, zero or more, not"):
        span(n)  # type: ignore[arg-type]


def test_spans_of_different_kinds_are_never_equal() -> None:
    """A month is not thirty days, and a day that is worked is not a day."""
    expected = 4
    assert expected == len({Days(30), Months(1), Months(30), BusinessDays(30)})


def test_spans_of_one_kind_have_an_order() -> None:
    """The longer of two spans of one kind is the greater; other kinds cannot be compared."""
    assert Days(60) == max(Days(30), Days(60))
    assert Months(1) == min(Months(1), Months(2))
    with pytest.raises(TypeError):
        max(Days(30), Months(1))


@given(spans)
def test_a_span_is_its_code_and_pickles(span: Span) -> None:
    """The repr of a span builds an equal one, and so does pickling."""
    assert span == eval(repr(span), dict(NAMES))  # noqa: S307 - the text is our own
    assert span == pickle.loads(pickle.dumps(span))  # noqa: S301 - the bytes are our own
    assert hash(span) == hash(pickle.loads(pickle.dumps(span)))  # noqa: S301 - as above


@pytest.mark.parametrize(
    ("span", "code"),
    [
        (Days(30), "Days(30)"),
        (Months(12), "Months(12)"),
        (BusinessDays(2), "BusinessDays(2)"),
        (BusinessDays(2, calendar=WorkWeek()), "BusinessDays(2, calendar=WorkWeek())"),
    ],
)
def test_a_span_reads_as_it_was_written(span: Span, code: str) -> None:
    """What was left out is left out of the repr too."""
    assert code == repr(span)


def test_a_span_is_frozen() -> None:
    """A span cannot be changed."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Days(1).n = 2  # type: ignore[misc]


@given(spans, days)
def test_nothing_after_a_day_is_that_day(span: Span, day: date) -> None:
    """No span ends before it starts, and a span of zero ends on the day it starts."""
    assert day <= span.after(day)
    assert day == attrs.evolve(span, n=0).after(day)


@given(spans, days, days)
def test_a_later_start_never_ends_sooner(span: Span, one: date, two: date) -> None:
    """Who starts later ends later, or on the same day."""
    assert span.after(min(one, two)) <= span.after(max(one, two))


@given(spans, days, counts)
def test_a_longer_span_never_ends_sooner(span: Span, day: date, n: int) -> None:
    """A greater count ends later, or on the same day."""
    longer = attrs.evolve(span, n=span.n + n)
    assert span.after(day) <= longer.after(day)


@given(days, st.integers(0, 2000))
def test_months_keep_the_day_or_end_with_the_month(day: date, n: int) -> None:
    """Months end on the same day of the month, or on its last day where the month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    expected = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    assert expected == Months(n).after(day)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
    ],
)
def test_months_are_anchored_to_the_start(start: date, n: int, expected: date) -> None:
    """Clamping to a short month does not carry over to the next."""
    actual = Months(n).after(start)
    assert expected == actual
    assert type(actual) is date


@pytest.mark.parametrize("span", [Days(1), Months(1), BusinessDays(1)])
def test_spans_start_on_a_day(span: Span) -> None:
    """An instant is refused: which day it is depends on a zone."""
    with pytest.raises(CalendarError, match=r"a day is a `date`.*`local_date\(instant, zone\)`"):
        span.after(datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize("span", [Days(30), Days(10**12), Months(1), Months(10**12), BusinessDays(30)])
def test_spans_end_within_the_calendar(span: Span) -> None:
    """A span that ends past the year 9999 is refused."""
    with pytest.raises(CalendarError, match="after `9999-12-15` is past the year 9999"):
        span.after(date(9999, 12, 15))


@pytest.mark.parametrize("span", [Days(1), Months(1), BusinessDays(1)])
def test_spans_take_days_of_other_libraries(span: Span) -> None:
    """A date of pendulum counts like a plain one and never comes back."""
    actual = span.after(pendulum.date(2026, 3, 2))
    assert span.after(date(2026, 3, 2)) == actual
    assert type(actual) is date


@given(weeks, days, st.integers(1, 30))
def test_business_days_count_the_days_worked(week: WorkWeek, day: date, n: int) -> None:
    """From the day after the start to the end lie exactly so many days worked, the end being one."""
    end = BusinessDays(n, calendar=week).after(day)
    passed = [day + timedelta(days=k) for k in range(1, (end - day).days + 1)]
    assert n == sum(week.is_working_day(one) for one in passed)
    assert week.is_working_day(end)


def test_business_days_are_monday_to_friday() -> None:
    """Without a calendar the week has five days."""
    assert date(2026, 3, 9) == BusinessDays(1).after(date(2026, 3, 6))
    assert date(2026, 3, 13) == BusinessDays(5).after(date(2026, 3, 7))


def test_business_days_need_a_calendar_that_knows() -> None:
    """Something without `is_working_day` is no calendar."""
    with pytest.raises(CalendarError, match="does not know which days are worked: give a `WorkWeek`"):
        BusinessDays(1, calendar="PL")  # type: ignore[arg-type]


def test_nobody_works() -> None:
    """Counting gives up when no day is worked for a year."""
    never = WorkWeek(weekdays=("monday",), holidays=[date(2026, 1, 5) + timedelta(weeks=n) for n in range(60)])
    with pytest.raises(CalendarError, match="no day is worked in the year after `2026-01-05`"):
        BusinessDays(1, calendar=never).after(date(2026, 1, 5))


@pytest.mark.parametrize("years", [None, 2026])
def test_a_calendar_that_fills_itself_is_refused(years: int | None) -> None:
    """A calendar of the holidays package is a dict of what it was asked so far, so it is no part of a policy."""
    poland = holidays.country_holidays("PL", years=years)
    assert isinstance(poland, WorkingDays)
    with pytest.raises(CalendarError, match=r"may change, and a policy must not: keep its dates.*WorkWeek\(holidays="):
        BusinessDays(3, calendar=poland)


def test_a_calendar_of_holidays_names_its_years() -> None:
    """A calendar that holds no dates yet gives a working week nothing to keep, which is refused."""
    with pytest.raises(CalendarError, match=r"holds no dates yet: name its years"):
        WorkWeek(holidays=holidays.country_holidays("PL"))


@attrs.frozen
class Team:
    """Colleagues who work on some weekdays; without one they count as nobody."""

    weekdays: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.weekdays) - 1

    def is_working_day(self, day: date, /) -> bool:
        """Whether somebody works."""
        return day.weekday() in self.weekdays


def test_a_calendar_of_ones_own_is_asked_whatever_its_truth() -> None:
    """A hashable object that knows the days worked is used as it is, even one that is false as a truth value."""
    assert date(2026, 3, 15) == BusinessDays(1, calendar=Team((6,))).after(date(2026, 3, 9))


def test_a_year_of_holidays() -> None:
    """Business days go by the dates that a working week keeps."""
    poland = WorkWeek(holidays=holidays.country_holidays("PL", years=2026))
    assert date(2026, 5, 6) == BusinessDays(3, calendar=poland).after(date(2026, 4, 30))
    assert date(2026, 4, 7) == BusinessDays(1, calendar=poland).after(date(2026, 4, 3))


def test_a_calendar_of_holidays_becomes_a_value() -> None:
    """A working week keeps the dates of a calendar, and agrees with it on every day of those years."""
    belarus = holidays.country_holidays("BY", years=(2025, 2026))
    week = WorkWeek(holidays=belarus, workdays=belarus.weekend_workdays)
    year = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]
    assert [belarus.is_working_day(day) for day in year] == [week.is_working_day(day) for day in year]
    assert week == eval(repr(week), dict(NAMES))  # noqa: S307 - the text is our own
    assert hash(week) == hash(pickle.loads(pickle.dumps(week)))  # noqa: S301 - the bytes are our own


def test_a_working_week_has_one_form() -> None:
    """Weekdays, holidays and workdays given in another order, or twice, make an equal week."""
    one = WorkWeek(weekdays=["friday", "monday"], holidays=[CHRISTMAS, date(2026, 5, 1), CHRISTMAS])
    two = WorkWeek(weekdays=("monday", "friday", "monday"), holidays=(date(2026, 5, 1), CHRISTMAS))
    assert one == two
    expected = ("monday", "friday")
    assert expected == one.weekdays
    assert (date(2026, 5, 1), CHRISTMAS) == one.holidays


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 6), True),
        (date(2026, 3, 7), False),
        (date(2026, 3, 8), False),
        (CHRISTMAS, False),
        (date(2026, 12, 19), True),
    ],
)
def test_a_working_week_knows_its_days(day: date, expected: bool) -> None:
    """Weekdays are worked but for holidays, and a moved Saturday is worked too."""
    week = WorkWeek(holidays=(CHRISTMAS,), workdays=(date(2026, 12, 19),))
    assert expected is week.is_working_day(day)


def test_a_misspelt_weekday_is_recognised() -> None:
    """The error lists the weekdays and names the one probably meant."""
    with pytest.raises(CalendarError, match=r"`Monday` is not a weekday; allowed: .*did you mean `monday`"):
        WorkWeek(weekdays=("Monday",))


def test_weekdays_are_several() -> None:
    """One name in place of a tuple of names is refused with the tuple to write."""
    with pytest.raises(CalendarError, match=r'write `\("monday",\)`'):
        WorkWeek(weekdays="monday")


def test_a_working_week_has_a_day() -> None:
    """A week in which nobody works is refused."""
    with pytest.raises(CalendarError, match="at least one weekday"):
        WorkWeek(weekdays=())


def test_a_day_is_not_both_holiday_and_workday() -> None:
    """A contradiction is refused, with the day."""
    with pytest.raises(CalendarError, match="`2026-12-25` is both a holiday and a workday"):
        WorkWeek(holidays=(CHRISTMAS,), workdays=(CHRISTMAS,))


def test_a_window_contains_its_start_and_not_its_end() -> None:
    """The first instant is inside, the end is outside."""
    start, end = datetime(2026, 3, 1, tzinfo=WARSAW), datetime(2026, 4, 1, tzinfo=WARSAW)
    window = Window(start, end)
    moment = timedelta(microseconds=1)
    expected = [(False, False, True), (True, False, False), (True, False, False), (False, True, False)]
    assert expected == [
        (window.contains(instant), window.before(instant), window.after(instant))
        for instant in (start - moment, start, end - moment, end)
    ]


@given(windows(), instants)
def test_an_instant_is_before_inside_or_after(window: Window, instant: datetime) -> None:
    """A window is over, is on, or has yet to start: one of the three."""
    expected = 1
    assert expected == [window.before(instant), window.contains(instant), window.after(instant)].count(True)


def test_a_window_tells_the_two_instants_of_a_clock_time_apart() -> None:
    """A window may end at the second half past two in the night when the clocks go back."""
    first = datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW)
    second = first.replace(fold=1)
    window = Window(first, second)
    assert window.contains(first)
    assert window.contains(datetime(2026, 10, 25, 2, 45, tzinfo=WARSAW))
    assert not window.contains(second)
    assert Window(None, first) != Window(None, second)
    assert Window(first, None) != Window(second, None)


def test_a_window_without_bounds_is_always_open() -> None:
    """A missing bound leaves that side open."""
    window = Window()
    assert window.contains(datetime(1, 1, 1, tzinfo=UTC))
    assert window.contains(datetime.max.replace(tzinfo=UTC))
    assert window.last_day("Asia/Tokyo") is None
    expected = "Window(None, None)"
    assert expected == repr(window)


def test_windows_in_different_zones_are_equal() -> None:
    """Equal instants make equal windows with one hash and one fingerprint, in whatever zones they are written."""
    one = Window(datetime(2026, 3, 1, 12, tzinfo=WARSAW), datetime(2026, 3, 2, 12, tzinfo=WARSAW))
    two = Window(datetime(2026, 3, 1, 20, tzinfo=TOKYO), datetime(2026, 3, 2, 11, tzinfo=UTC))
    assert one == two
    assert hash(one) == hash(two)
    assert fingerprint(one) == fingerprint(two)
    assert fingerprint(one) != fingerprint(Window(one.start))
    assert fingerprint(one) != fingerprint(Window(None, one.end))


@given(windows())
def test_a_window_is_its_code_and_pickles(window: Window) -> None:
    """The repr of a window builds an equal one, and so does pickling."""
    assert window == eval(repr(window), dict(NAMES))  # noqa: S307 - the text is our own
    assert window == pickle.loads(pickle.dumps(window))  # noqa: S301 - the bytes are our own
    assert hash(window) == hash(eval(repr(window), dict(NAMES)))  # noqa: S307 - the text is our own


@given(windows(), windows(), instants)
def test_an_intersection_is_inside_both(one: Window, two: Window, instant: datetime) -> None:
    """An instant is in the intersection exactly if it is in both windows, whichever comes first."""
    both = one & two
    assert both == two.intersection(one)
    assert (one.contains(instant) and two.contains(instant)) == (both is not None and both.contains(instant))


@given(windows())
def test_a_window_intersects_itself(window: Window) -> None:
    """A window meets itself, and the window without bounds, in itself."""
    assert window == window & window == window & Window()


def test_windows_that_touch_do_not_meet() -> None:
    """Where one window ends and the next starts there is no instant in both."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert (Window(None, noon) & Window(noon, None)) is None


def test_a_window_needs_zones() -> None:
    """A bound without a zone is refused by name, and so is an instant to look up."""
    with pytest.raises(CalendarError, match="the start of a window needs a zone"):
        Window(datetime(2026, 3, 1), None)
    with pytest.raises(CalendarError, match="the end of a window needs a zone"):
        Window(None, datetime(2026, 3, 1))
    for ask in (Window().contains, Window().before, Window().after):
        with pytest.raises(CalendarError, match="an instant needs a zone"):
            ask(datetime(2026, 3, 1))


@pytest.mark.parametrize("hours", [0, 1])
def test_an_empty_window_is_refused(hours: int) -> None:
    """A window ends after it starts, as instants go and not as clocks show."""
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    end = (start - timedelta(hours=hours)).astimezone(TOKYO)
    with pytest.raises(CalendarError, match="is empty: end it after its start"):
        Window(start, end)


@pytest.mark.parametrize(
    ("end", "place", "expected"),
    [
        (datetime(2026, 4, 1, tzinfo=TOKYO), "Asia/Tokyo", date(2026, 3, 31)),
        (datetime(2026, 4, 1, 0, 0, 1, tzinfo=TOKYO), "Asia/Tokyo", date(2026, 4, 1)),
        (datetime(2026, 4, 1, tzinfo=TOKYO), "America/New_York", date(2026, 3, 31)),
        (datetime(2026, 4, 1, tzinfo=NEW_YORK), "Asia/Tokyo", date(2026, 4, 1)),
        (datetime(2026, 3, 29, 1, tzinfo=ZoneInfo("Asia/Beirut")), "Asia/Beirut", date(2026, 3, 28)),
        (datetime(2011, 12, 31, tzinfo=ZoneInfo("Pacific/Apia")), "Pacific/Apia", date(2011, 12, 29)),
    ],
)
def test_a_window_has_a_last_day(end: datetime, place: str, expected: date) -> None:
    """The last day is the date, in the zone asked for, just before the end."""
    assert expected == Window(None, end).last_day(place)


def test_a_window_takes_instants_of_other_libraries() -> None:
    """What a window keeps is plain, whatever it was given."""
    window = Window(pendulum.datetime(2026, 3, 1, tz="Asia/Tokyo"), None)
    assert repr(Window(datetime(2026, 3, 1, tzinfo=TOKYO), None)) == repr(window)
    assert Window(datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=9))), None) == window
