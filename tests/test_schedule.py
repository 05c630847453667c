from __future__ import annotations

import pickle
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare import schedule as schedule_module
from aftercare.calendar import WEEK
from aftercare.canonical import fingerprint
from aftercare.errors import CalendarError
from aftercare.schedule import Schedule
from aftercare.zones import start_of_day

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {**vars(schedule_module), "datetime": import_module("datetime"), "zoneinfo": zoneinfo}
WARSAW, NEW_YORK, TOKYO = ZoneInfo("Europe/Warsaw"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Tokyo")
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)
# Days around which clocks are turned, or the date line moves.
CHANGES = (
    ("Europe/Warsaw", date(2026, 3, 29)),
    ("Europe/Warsaw", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Beirut", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Tokyo", date(2026, 3, 29)),
)


def at(text: str, place: ZoneInfo = WARSAW) -> datetime:
    """The instant at which the clocks of a zone show a time."""
    return datetime.fromisoformat(text).replace(tzinfo=place)


@st.composite
def times(draw: st.DrawFn) -> time:
    """Mostly times of the night, when clocks are turned."""
    return time(draw(st.sampled_from([0, 0, 1, 1, 2, 2, 3, 9, 22, 23])), draw(st.sampled_from([0, 0, 1, 15, 30, 59])))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Schedules of every kind around a change of clocks; of those that never open, a weekly one instead."""
    place, change = draw(st.sampled_from(CHANGES))
    near = st.integers(-2, 2).map(lambda n: change + timedelta(days=n))
    edges = st.none() | near | st.builds(datetime.combine, near, times())
    edges |= st.builds(datetime.combine, near, times(), st.sampled_from([UTC, TOKYO, ZoneInfo(place)]))
    hours = st.tuples(times(), times()).filter(lambda pair: pair[0] != pair[1])
    try:
        return Schedule(
            draw(edges),
            draw(edges),
            zone=place,
            weekdays=draw(st.just(()) | st.sets(st.sampled_from(WEEK), min_size=3)),
            hours=draw(st.lists(hours, max_size=2)),
        )
    except CalendarError:
        return Schedule(zone=place, weekdays=draw(st.sets(st.sampled_from(WEEK), min_size=1)))


class Scan:
    """What a schedule means, read minute by minute off the clocks of its zone for some days."""

    def __init__(self, schedule: Schedule, middle: date) -> None:
        self.schedule = schedule
        start = datetime.combine(middle, time.min, UTC) - timedelta(days=6)
        self.minutes = [start + n * MINUTE for n in range(12 * 24 * 60)]
        place = ZoneInfo(schedule.zone)
        self.clocks = [minute.astimezone(place).replace(tzinfo=None) for minute in self.minutes]
        days = sorted({clock.date() for clock in self.clocks} | {middle})[1:-2]
        self.open = {n for day in days for begin, end in self._sessions(day) for n in range(begin, end)}

    def first(self, clock: datetime) -> int:
        """The first minute at which the clocks show a time, or a later one."""
        return next(n for n, shown in enumerate(self.clocks) if shown >= clock)

    def past(self, clock: datetime) -> int:
        """The first minute from which on the clocks never show an earlier time."""
        return next(n for n in range(len(self.clocks), 0, -1) if self.clocks[n - 1] < clock)

    def _sessions(self, day: date) -> Iterator[tuple[int, int]]:
        next_day = day + timedelta(days=1)
        if self.schedule.weekdays and WEEK[day.weekday()] not in self.schedule.weekdays:
            return
        if not self.schedule.hours:
            yield self.first(datetime.combine(day, time.min)), self.first(datetime.combine(next_day, time.min))
        for opening, closing in self.schedule.hours:
            end = datetime.combine(day if opening < closing else next_day, closing)
            yield self.first(datetime.combine(day, opening)), self.past(end)

    def edge(self, edge: date | datetime, *, last: bool) -> int:
        """The minute of a bound."""
        if not isinstance(edge, datetime):
            return self.first(datetime.combine(edge + timedelta(days=last), time.min))
        if edge.tzinfo:
            return next(n for n, minute in enumerate(self.minutes) if minute >= edge.astimezone(UTC))
        return self.past(edge) if last else self.first(edge)

    def states(self) -> list[str]:
        """The state at every minute."""
        starts, until = self.schedule.starts, self.schedule.until
        begin = 0 if starts is None else self.edge(starts, last=False)
        end = len(self.minutes) if until is None else self.edge(until, last=True)
        inside = ["open" if n in self.open else "closed" for n in range(begin, end)]
        return ["before"] * begin + inside + ["after"] * (len(self.minutes) - end)


def change_of(schedule: Schedule) -> date:
    """The change of clocks nearest to the start or the end of a schedule."""
    changes = [change for place, change in CHANGES if place == schedule.zone]
    edge = schedule.starts or schedule.until or changes[0]
    return min(changes, key=lambda change: abs((change - date(edge.year, edge.month, edge.day)).days))


@given(schedules())
@settings(max_examples=60)
def test_the_state_is_what_the_clocks_say(schedule: Schedule) -> None:
    """Where the state changes, and at times in between, it agrees with a plain reading of the clocks."""
    scan = Scan(schedule, change_of(schedule))
    expected = scan.states()
    inner = range(2 * 24 * 60, len(expected) - 3 * 24 * 60)
    kept = [n for n in inner if n % 20 == 0 or len(set(expected[n - 2 : n + 3])) > 1]
    assert [expected[n] for n in kept] == [schedule.state(scan.minutes[n]) for n in kept]


@given(schedules(), st.integers(0, 8 * 24 * 60))
def test_the_next_opening_is_the_first_open_minute(schedule: Schedule, n: int) -> None:
    """From an instant to its next opening nothing is open, and at that opening it is."""
    instant = datetime.combine(change_of(schedule), time.min, UTC) - timedelta(days=4) + n * MINUTE
    opening = schedule.next_opening(instant)
    end = instant + timedelta(days=9) if opening is None else opening.astimezone(UTC)
    assert instant <= end
    assert opening is None or schedule.is_open(opening)
    assert not any(schedule.is_open(instant + k * MINUTE) for k in range(0, -(-(end - instant) // MINUTE), 7))
    assert (
        opening is None or opening.astimezone(UTC) == instant or not schedule.is_open(opening.astimezone(UTC) - MOMENT)
    )


@given(schedules())
def test_a_schedule_opens_inside_its_dates(schedule: Schedule) -> None:
    """Before the first instant and from the last on it is not open, and in between it is at least once."""
    opens, closes = schedule.opens_at(), schedule.closes_at()
    some = opens or closes or at("2026-03-29")
    opening = schedule.next_opening(some.astimezone(UTC) - timedelta(days=30))
    assert opening is not None
    expected = "open"
    assert expected == schedule.state(opening)
    if opens:
        expected = "before"
        assert expected == schedule.state(opens.astimezone(UTC) - MOMENT)
        assert schedule.state(opens) in {"open", "closed"}
    if closes:
        expected = "after"
        assert expected == schedule.state(closes)
        assert schedule.state(closes.astimezone(UTC) - MOMENT) in {"open", "closed"}
        assert schedule.next_opening(closes) is None


@given(schedules())
def test_a_schedule_is_its_code_and_pickles(schedule: Schedule) -> None:
    """The repr of a schedule builds an equal one, with one hash and fingerprint, and so does pickling."""
    again = eval(repr(schedule), dict(NAMES))  # noqa: S307 - the text is our own
    assert schedule == again == pickle.loads(pickle.dumps(schedule))  # noqa: S301 - the bytes are our own
    assert hash(schedule) == hash(again)
    assert fingerprint(schedule) == fingerprint(again)


def test_a_schedule_reads_as_it_was_written() -> None:
    """What was left out is left out of the repr too."""
    schedule = Schedule(date(2026, 3, 1), zone=WARSAW, weekdays=("friday",), hours=((time(22), time(2)),))
    expected = (
        "Schedule(datetime.date(2026, 3, 1), None, zone='Europe/Warsaw', weekdays=('friday',), "
        "hours=((datetime.time(22, 0), datetime.time(2, 0)),))"
    )
    assert expected == repr(schedule)


def test_a_schedule_has_one_form() -> None:
    """Weekdays and hours in another order, and instants in another zone, make an equal schedule."""
    morning, evening = (time(9), time(12)), (time(17, fold=1), time(20))
    one = Schedule(
        at("2026-03-01T12:00"), zone="Europe/Warsaw", weekdays=("friday", "monday"), hours=(morning, evening)
    )
    two = Schedule(
        at("2026-03-01T20:00", TOKYO), zone=WARSAW, weekdays=["monday", "friday"], hours=[[*evening], [*morning]]
    )
    assert one == two
    assert repr(one) == repr(two)
    assert fingerprint(one) == fingerprint(two)


def test_a_schedule_tells_the_two_instants_of_a_clock_time_apart() -> None:
    """Schedules that start an hour apart differ, though the clocks show the same."""
    first = at("2026-10-25T02:30")
    assert Schedule(first, zone="Europe/Warsaw") != Schedule(first.replace(fold=1), zone="Europe/Warsaw")


def test_a_schedule_takes_times_of_other_libraries() -> None:
    """What a schedule keeps is plain, whatever it was given."""
    schedule = Schedule(
        pendulum.date(2026, 3, 1),
        pendulum.datetime(2026, 4, 1, tz="Europe/Warsaw"),
        zone=pendulum.timezone("Europe/Warsaw"),
        hours=((pendulum.time(9), pendulum.time(17)),),
    )
    plain = Schedule(date(2026, 3, 1), at("2026-04-01"), zone="Europe/Warsaw", hours=((time(9), time(17)),))
    assert repr(plain) == repr(schedule)


def test_the_last_day_is_inclusive() -> None:
    """An author's `until` is the last day; a datetime is the first instant outside."""
    by_date = Schedule(date(2026, 3, 1), date(2026, 3, 31), zone="Europe/Warsaw")
    by_instant = Schedule(datetime(2026, 3, 1), datetime(2026, 4, 1), zone="Europe/Warsaw")
    for schedule in (by_date, by_instant):
        assert repr(at("2026-03-01")) == repr(schedule.opens_at())
        assert repr(at("2026-04-01")) == repr(schedule.closes_at())
        assert date(2026, 3, 31) == schedule.last_day()
        expected = ["before", "open", "open", "after"]
        assert expected == [
            schedule.state(at(text))
            for text in ("2026-02-28T23:59:59", "2026-03-01", "2026-03-31T23:59:59.999999", "2026-04-01")
        ]


def test_a_schedule_without_bounds_is_always_open() -> None:
    """Without dates, weekdays and hours nothing is ever closed."""
    schedule = Schedule(zone="Asia/Tokyo")
    now = datetime(2026, 3, 1, tzinfo=UTC)
    expected = (None, None, None, None)
    assert expected == (
        schedule.opens_at(),
        schedule.closes_at(),
        schedule.last_day(),
        schedule.days_until_start(now),
    )
    assert schedule.is_open(now)
    assert now == schedule.next_opening(now)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("2026-03-06T21:59", "closed"),
        ("2026-03-06T22:00", "open"),
        ("2026-03-07T01:59", "open"),
        ("2026-03-07T02:00", "closed"),
        ("2026-03-07T23:00", "closed"),
        ("2026-03-13T23:59", "open"),
        ("2026-03-14T00:00", "after"),
    ],
)
def test_hours_may_pass_midnight(text: str, state: str) -> None:
    """A Friday evening lasts into Saturday, but never past the last day."""
    happy_hours = Schedule(
        date(2026, 3, 1), date(2026, 3, 13), zone="Europe/Warsaw", weekdays=("friday",), hours=((time(22), time(2)),)
    )
    assert state == happy_hours.state(at(text))


@pytest.mark.parametrize(
    ("place", "day", "hours", "opens", "closes"),
    [
        ("Europe/Warsaw", "2026-03-29", (time(2, 30), time(5)), "01:00", "03:00"),
        ("Europe/Warsaw", "2026-03-29", (time(1), time(2, 30)), "00:00", "01:00"),
        ("Europe/Warsaw", "2026-10-25", (time(2), time(2, 30)), "00:00", "01:30"),
        ("America/New_York", "2026-03-08", (time(2), time(4)), "07:00", "08:00"),
        ("America/New_York", "2026-11-01", (time(1, 30), time(4)), "05:30", "09:00"),
        ("Asia/Tokyo", "2026-03-29", (time(12), time(13)), "03:00", "04:00"),
        ("Pacific/Apia", "2011-12-31", (time(1), time(3)), "2011-12-30T11:00", "2011-12-30T13:00"),
    ],
)
def test_hours_where_clocks_are_turned(place: str, day: str, hours: tuple[time, time], opens: str, closes: str) -> None:
    """Skipped hours open and close at the change; repeated ones open at the first and close at the second."""
    schedule = Schedule(zone=place, hours=(hours,))
    begin, end = (datetime.fromisoformat(f"{text}Z" if "T" in text else f"{day}T{text}Z") for text in (opens, closes))
    expected = ["closed", "open", "open", "closed"]
    assert expected == [schedule.state(instant) for instant in (begin - MOMENT, begin, end - MOMENT, end)]


@pytest.mark.parametrize(
    ("place", "starts", "until", "opens", "closes"),
    [
        ("Asia/Beirut", date(2026, 3, 29), date(2026, 3, 29), "2026-03-28T22:00Z", "2026-03-29T21:00Z"),
        ("Europe/Warsaw", date(2026, 3, 29), date(2026, 3, 29), "2026-03-28T23:00Z", "2026-03-29T22:00Z"),
        ("America/Havana", date(2026, 10, 31), date(2026, 10, 31), "2026-10-31T04:00Z", "2026-11-01T04:00Z"),
        ("Pacific/Apia", date(2011, 12, 29), date(2011, 12, 30), "2011-12-29T10:00Z", "2011-12-30T10:00Z"),
        (
            "Europe/Warsaw",
            datetime(2026, 3, 29, 2, 30),
            datetime(2026, 10, 25, 2, 30),
            "2026-03-29T01:00Z",
            "2026-10-25T01:30Z",
        ),
    ],
)
def test_dates_where_clocks_are_turned(
    place: str, starts: date | datetime, until: date | datetime, opens: str, closes: str
) -> None:
    """Dates begin at their first instant; clock times open at the first and close at the second of two."""
    schedule = Schedule(starts, until, zone=place)
    actual = [instant and instant.astimezone(UTC) for instant in (schedule.opens_at(), schedule.closes_at())]
    assert [datetime.fromisoformat(opens), datetime.fromisoformat(closes)] == actual


def test_the_last_day_exists() -> None:
    """If the last day was skipped, the last date is the one before it."""
    assert date(2011, 12, 29) == Schedule(None, date(2011, 12, 30), zone="Pacific/Apia").last_day()


def test_the_last_day_is_open() -> None:
    """By weekdays and hours it may be before the last of its dates; a night that began before counts."""
    dates = (date(2026, 11, 1), date(2026, 11, 24))

    assert date(2026, 11, 23) == Schedule(*dates, zone="UTC", weekdays=("saturday", "monday")).last_day()
    late = Schedule(*dates, zone="UTC", weekdays=("friday",), hours=((time(22), time(2)),))
    assert date(2026, 11, 21) == late.last_day()
    early = Schedule(None, datetime(2026, 11, 24, 8), zone="UTC", hours=((time(9), time(17)),))
    assert date(2026, 11, 23) == early.last_day()


@given(schedules())
def test_nothing_opens_after_the_last_day(schedule: Schedule) -> None:
    """It is open on its last day, and never after it."""
    last = schedule.last_day()

    assert (last is None) is (schedule.closes_at() is None)
    if last is not None:
        opens = schedule.next_opening(start_of_day(last, schedule.zone))
        assert opens is not None
        assert last == opens.date()
        assert schedule.next_opening(start_of_day(last + timedelta(days=1), schedule.zone)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T12:00", "2026-03-06T22:00"),
        ("2026-03-06T22:00", "2026-03-06T22:00"),
        ("2026-03-07T01:00", "2026-03-07T01:00"),
        ("2026-03-07T02:00", "2026-03-13T22:00"),
        ("2026-01-01T00:00", "2026-03-06T22:00"),
        ("2026-03-14T02:00", None),
        ("2026-05-01T00:00", None),
    ],
)
def test_the_next_opening(text: str, expected: str | None) -> None:
    """It opens at once if it is open, else when the next of its hours come, else never again."""
    schedule = Schedule(
        date(2026, 3, 2), date(2026, 3, 19), zone="Europe/Warsaw", weekdays=("friday",), hours=((time(22), time(2)),)
    )
    assert repr(expected and at(expected)) == repr(schedule.next_opening(at(text)))


def test_an_hour_that_was_skipped_opens_a_week_later() -> None:
    """If its only hour of the week falls where the clocks are put forward, the next opening is a week later."""
    schedule = Schedule(zone="Europe/Warsaw", weekdays=("sunday",), hours=((time(2, 10), time(2, 50)),))
    assert at("2026-04-05T02:10") == schedule.next_opening(at("2026-03-23"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-02-26T23:59", 3), ("2026-02-28T00:00", 1), ("2026-03-01T09:59", 0), ("2026-03-01T10:00", None)],
)
def test_the_days_until_the_start(text: str, expected: int | None) -> None:
    """Days are counted by date, today is 0, and once started there is nothing to wait for."""
    assert expected == Schedule(datetime(2026, 3, 1, 10), zone="Europe/Warsaw").days_until_start(at(text))


def test_the_days_until_the_start_are_those_of_its_zone() -> None:
    """It is the date in the schedule's zone that counts."""
    now = datetime(2026, 2, 27, 23, 30, tzinfo=UTC)
    expected = 1
    assert expected == Schedule(date(2026, 3, 1), zone="Asia/Tokyo").days_until_start(now)
    expected = 2
    assert expected == Schedule(date(2026, 3, 1), zone="America/New_York").days_until_start(now)


@pytest.mark.parametrize(
    ("starts", "until"),
    [
        (date(2026, 3, 2), date(2026, 3, 1)),
        (datetime(2026, 3, 1), datetime(2026, 3, 1)),
        (date(2026, 4, 1), datetime(2026, 4, 1)),
        (at("2026-03-01T12:00"), at("2026-03-01T20:00", TOKYO)),
        (datetime(2026, 3, 29, 2, 10), datetime(2026, 3, 29, 2, 50)),
    ],
)
def test_a_schedule_ends_after_it_starts(starts: date, until: date) -> None:
    """Dates with no instant between them are refused."""
    with pytest.raises(CalendarError, match="never opens: end it after its start"):
        Schedule(starts, until, zone="Europe/Warsaw")


def test_a_skipped_day_alone_never_opens() -> None:
    """A schedule for a day that its zone skipped is refused."""
    with pytest.raises(CalendarError, match="never opens"):
        Schedule(date(2011, 12, 30), date(2011, 12, 30), zone="Pacific/Apia")


@pytest.mark.parametrize(
    ("starts", "until", "weekdays", "hours"),
    [
        (date(2026, 3, 2), date(2026, 3, 6), ("sunday",), ()),
        (datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 11), (), ((time(12), time(13)),)),
        (date(2026, 3, 29), date(2026, 3, 29), (), ((time(2), time(3)),)),
        (datetime(2026, 3, 2), date(2026, 3, 6), ("monday",), ((time(0), time(0, 0, 0, 1)), (time(1), time(1, 1)))),
    ],
)
def test_a_schedule_opens_at_least_once(
    starts: date, until: date, weekdays: tuple[str, ...], hours: tuple[tuple[time, time], ...]
) -> None:
    """Weekdays and hours that never meet the dates are refused, and the least overlap is enough."""
    if len(hours) > 1:
        assert Schedule(starts, until, zone="Europe/Warsaw", weekdays=weekdays, hours=hours).is_open(at("2026-03-02"))
        return
    with pytest.raises(CalendarError, match="never opens: none of its weekdays and hours lie within its dates"):
        Schedule(starts, until, zone="Europe/Warsaw", weekdays=weekdays, hours=hours)


@pytest.mark.parametrize(
    "hours",
    [
        ((time(9), time(9)),),
        (time(9), time(17)),
        ((time(9),),),
        (("09:00", "17:00"),),
        ((time(9, tzinfo=UTC), time(17, tzinfo=UTC)),),
    ],
)
def test_hours_are_pairs_of_times(hours: object) -> None:
    """Hours that are empty, or not pairs of times without a zone, are refused with an example."""
    with pytest.raises(CalendarError, match=r"is not a range of hours: .*`\(\(time\(9\), time\(17\)\),\)`"):
        Schedule(zone="Europe/Warsaw", hours=hours)  # type: ignore[arg-type]


def test_a_schedule_needs_a_known_zone() -> None:
    """The zone is checked when the schedule is built."""
    with pytest.raises(CalendarError, match="did you mean `Europe/Warsaw`"):
        Schedule(zone="Europe/Warsow")


def test_a_misspelt_weekday_of_a_schedule_is_recognised() -> None:
    """Weekdays are checked when the schedule is built."""
    with pytest.raises(CalendarError, match="did you mean `tuesday`"):
        Schedule(zone="Europe/Warsaw", weekdays=("tusday",))


@pytest.mark.parametrize(
    "edge", [date.max, date.min, datetime(9999, 1, 1), datetime(1, 12, 31), datetime.max.replace(tzinfo=UTC)]
)
def test_forever_is_written_by_leaving_a_bound_out(edge: date) -> None:
    """The ends of the calendar are no bounds."""
    with pytest.raises(CalendarError, match="leave a bound out if there is none"):
        Schedule(None, edge, zone="Europe/Warsaw")


@pytest.mark.parametrize("edge", ["2026-03-01", 1, pendulum.duration(days=1)])
def test_a_bound_is_a_date(edge: object) -> None:
    """Text and numbers are no bounds."""
    with pytest.raises(CalendarError, match="a day is a `date`"):
        Schedule(edge, zone="Europe/Warsaw")  # type: ignore[arg-type]


def test_a_schedule_is_asked_about_instants() -> None:
    """A time without a zone is refused by every question."""
    schedule = Schedule(date(2026, 3, 1), zone="Europe/Warsaw")
    for ask in (schedule.state, schedule.is_open, schedule.next_opening, schedule.days_until_start):
        with pytest.raises(CalendarError, match="an instant needs a zone"):
            ask(datetime(2026, 3, 1))
