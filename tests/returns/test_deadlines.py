"""When a return window ends."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from zoneinfo import ZoneInfo

import attrs
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftercare
from aftercare import BusinessDays, CalendarError, Days, Months, Name, PolicyError, Statement, WorkWeek, returns
from aftercare.calendar import Span, WorkingDays, local_date
from aftercare.canonical import fingerprint
from aftercare.messages import say
from aftercare.returns.deadlines import Deadline, longest
from aftercare.returns.timeline import Milestones, Stop
from aftercare.returns.windows import IfRepaired, IfUninformed, ReturnWindow, Roll, Season, Start
from tests.returns.deliveries import LATER, WARSAW, ends, facts, noon

NAMES = {
    **{name: getattr(aftercare, name) for name in aftercare.__all__},
    "returns": returns,
    "datetime": import_module("datetime"),
    "zoneinfo": import_module("zoneinfo"),
}
EU = ReturnWindow(Days(14), after="last_delivered", roll=Roll(WorkWeek(holidays=[date(2026, 12, 25)])))
UNINFORMED = ReturnWindow(Days(14), after="last_delivered", extensions=[IfUninformed(Months(12), then=Days(14))])
REJECT = ReturnWindow(Days(30), stops_for_repair=True, tail=Days(7))
GUARANTEE = ReturnWindow(Months(24), extensions=[IfRepaired(Months(12))])
FTC = ReturnWindow(BusinessDays(3, calendar=WorkWeek(weekdays=aftercare.calendar.WEEK[:6])), after="ordered")
HOLIDAYS = Season("holidays", first=date(2026, 11, 1), last=date(2026, 12, 31), until=date(2027, 1, 31))
REPAIR = Stop(noon("2026-03-20"), noon("2026-04-02"))


def season(rule: str) -> ReturnWindow:
    """Thirty days with the holiday season by a rule."""
    return ReturnWindow(
        Days(30),
        seasons=[
            Season("s", first=date(2026, 11, 1), last=date(2026, 12, 31), until=date(2027, 1, 31), rule=rule),  # type: ignore[arg-type]
        ],
    )


HOLIDAY_ORDER = facts("2027-01-05", ordered=noon("2026-12-31"))


@pytest.mark.parametrize(
    ("window", "known", "expected"),
    [
        pytest.param(EU, facts("2026-12-11"), "2026-12-28", id="W1"),
        pytest.param(EU, facts("2026-03-02"), "2026-03-16", id="W2"),
        pytest.param(EU, facts("2026-03-07"), "2026-03-23", id="W3"),
        pytest.param(EU, facts("2026-03-02", last_delivered=noon("2026-03-10")), "2026-03-24", id="W4 last parcel"),
        pytest.param(ReturnWindow(Days(14)), facts("2026-03-02"), "2026-03-16", id="W4 first item"),
        pytest.param(ReturnWindow(Days(14)), facts("2026-03-10"), "2026-03-24", id="W4 second item"),
        pytest.param(ReturnWindow(Days(8), counting="inclusive"), facts("2026-03-02"), "2026-03-09", id="W5"),
        pytest.param(ReturnWindow(Days(8)), facts("2026-03-02"), "2026-03-10", id="W5 counted as in the EU"),
        pytest.param(REJECT, facts("2026-03-02"), "2026-04-01", id="W6 without a repair"),
        pytest.param(REJECT, facts("2026-03-02", stops=(REPAIR,)), "2026-04-15", id="W6"),
        pytest.param(ReturnWindow(Days(15), counting="inclusive"), facts("2026-03-02"), "2026-03-16", id="W8"),
        pytest.param(FTC, facts(ordered=noon("2026-03-06")), "2026-03-10", id="W9"),
        pytest.param(season("longest"), HOLIDAY_ORDER, "2027-02-04", id="W10"),
        pytest.param(season("replace"), HOLIDAY_ORDER, "2027-01-31", id="W10 replaced"),
        pytest.param(EU, HOLIDAY_ORDER, "2027-01-19", id="W10 by law"),
        pytest.param(UNINFORMED, facts("2026-03-02", informed=None), "2027-03-16", id="W11"),
        pytest.param(
            UNINFORMED, facts("2026-03-02", informed=noon("2026-06-10")), "2026-06-24", id="W11 informed late"
        ),
        pytest.param(GUARANTEE, facts("2026-09-01"), "2028-09-01", id="W12 not repaired"),
        pytest.param(
            GUARANTEE,
            facts("2026-09-01", stops=(Stop(noon("2027-01-01"), noon("2027-01-05")),)),
            "2029-09-01",
            id="W12 repaired",
        ),
        pytest.param(
            GUARANTEE,
            facts(
                "2026-09-01",
                stops=(Stop(noon("2027-01-01"), noon("2027-01-05")), Stop(noon("2028-01-01"), noon("2028-01-05"))),
            ),
            "2029-09-01",
            id="W12 repaired twice",
        ),
        pytest.param(
            ReturnWindow(Days(14), after="ordered"),
            facts(ordered=datetime(2026, 3, 2, 23, 59, tzinfo=UTC)),
            "2026-03-17",
            id="W13 from the order, whose day in Warsaw is the third",
        ),
        pytest.param(EU, facts("2026-03-12"), "2026-03-26", id="W13 by law"),
    ],
)
def test_published_days(window: ReturnWindow, known: Milestones, expected: str) -> None:
    """Windows end on the days that the sources of the rules name."""
    assert date.fromisoformat(expected) == ends(window, known).last_day


def test_blocks_of_24_hours() -> None:
    """W7: thirty blocks of 24 hours end at the same time in UTC, an hour later on clocks that were put forward."""
    came = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)

    found = ends(ReturnWindow(Days(30), counting="blocks"), facts(came))

    assert datetime(2026, 4, 1, 18, 30, tzinfo=UTC) == found.ends_at
    assert found.last_day is None
    assert found.said == Statement(
        "returns.deadline.requested_before", moment=datetime(2026, 4, 1, 20, 30, tzinfo=WARSAW)
    )
    assert not found.contains(datetime(2026, 4, 1, 18, 30, tzinfo=UTC))
    assert found.contains(datetime(2026, 4, 1, 18, 29, 59, 999999, tzinfo=UTC))
    assert found.why_not(found.ends_at) == Statement("returns.deadline.over_at", moment=found.ends_at)


def test_blocks_after_transit() -> None:
    """Days of transit are blocks, too, where blocks are counted."""
    window = ReturnWindow(Days(2), after=Start("shipped", plus=Days(1)), counting="blocks")

    found = ends(window, facts(shipped=datetime(2026, 3, 28, 12, tzinfo=UTC)))

    assert datetime(2026, 3, 31, 12, tzinfo=UTC) == found.ends_at
    assert [step.code for step in found.trace] == [
        "returns.start.shipped_at",
        "returns.start.transit_blocks",
        "returns.count.blocks",
    ]


@pytest.mark.parametrize(
    ("span", "day", "expected"),
    [
        (Months(1), "2026-03-01", "2026-03-31"),
        (Months(1), "2026-01-31", "2026-02-28"),
        (Months(1), "2026-01-30", "2026-02-28"),
        (Months(1), "2026-01-28", "2026-02-27"),
        (Months(12), "2028-02-29", "2029-02-28"),
        (BusinessDays(3), "2026-03-06", "2026-03-10"),
        (BusinessDays(1), "2026-03-07", "2026-03-09"),
        (Days(1), "2026-03-07", "2026-03-07"),
    ],
)
def test_the_first_day_counts(span: Span, day: str, expected: str) -> None:
    """Counted inclusively, the day of the event is the first of the span, if the span counts such a day."""
    window = ReturnWindow(span, counting="inclusive")

    assert date.fromisoformat(expected) == ends(window, facts(day)).last_day


def test_a_deadline_names_its_steps() -> None:
    """Every step that does something leaves a statement, in the order of the steps."""
    window = ReturnWindow(
        Days(13),
        after=Start("delivered").or_else(Start("shipped", plus=Days(2))),
        seasons=[Season("spring", first=date(2026, 3, 1), last=date(2026, 3, 5), until=date(2026, 3, 19))],
        stops_for_repair=True,
        tail=Days(7),
        extensions=[IfUninformed(Months(12), then=Days(3)), IfRepaired(Days(1))],
        roll=Roll(),
    )
    stops = (Stop(noon("2026-03-17"), noon("2026-03-18")),)

    found = ends(window, facts(shipped=noon("2026-03-02"), stops=stops, informed=noon("2026-03-30")))

    assert [
        Statement("returns.waiting.delivered"),
        Statement("returns.start.shipped", date=date(2026, 3, 2)),
        Statement("returns.start.transit", count=2, date=date(2026, 3, 4)),
        Statement("returns.count.days", count=13, date=date(2026, 3, 17)),
        Statement("returns.season", season=Name("spring"), date=date(2026, 3, 19)),
        Statement("returns.stop.days", count=2, date=date(2026, 3, 21)),
        Statement("returns.stop.tail", count=7, date=date(2026, 3, 25)),
        Statement("returns.extension.informed_late", given=date(2026, 3, 30), date=date(2026, 4, 2)),
        Statement("returns.extension.repaired", date=date(2026, 4, 3)),
        Statement("returns.roll.holidays_unknown"),
    ] == list(found.trace)
    assert found.at_least
    assert found.explanation == found.trace
    assert found.said == Statement("returns.deadline.requested_by_at_least", date=date(2026, 4, 3))


def test_the_trace_tells_the_roll() -> None:
    """A last day that moved names both days; with a calendar nothing is uncertain."""
    found = ends(EU, facts("2026-12-11"))

    assert found.trace[-1] == Statement("returns.roll", last=date(2026, 12, 25), date=date(2026, 12, 28))
    assert not found.at_least


@pytest.mark.parametrize(
    ("window", "code"),
    [
        (ReturnWindow(Days(3)), "days"),
        (ReturnWindow(Days(3), counting="inclusive"), "days_inclusive"),
        (ReturnWindow(Months(3)), "months"),
        (ReturnWindow(Months(3), counting="inclusive"), "months_inclusive"),
        (ReturnWindow(BusinessDays(3)), "business_days"),
        (ReturnWindow(BusinessDays(3), counting="inclusive"), "business_days_inclusive"),
    ],
)
def test_the_trace_tells_how_it_was_counted(window: ReturnWindow, code: str) -> None:
    """The count names its unit and whether the first day counts."""
    found = ends(window, facts("2026-03-02"))

    assert found.last_day is not None
    assert found.trace[1] == Statement(f"returns.count.{code}", count=3, date=found.last_day)


@pytest.mark.parametrize(
    ("calendar", "known"),
    [
        (None, False),
        (WorkWeek(), False),
        (WorkWeek(holidays=[date(2026, 12, 25)]), True),
        (WorkWeek(holidays=holidays.Poland(years=2026)), True),
    ],
    ids=["none", "weekdays", "holidays", "a calendar of holidays"],
)
def test_business_days_without_holidays(calendar: WorkingDays | None, known: bool) -> None:
    """Business days counted without knowing a single holiday may end later, and say so."""
    found = ends(ReturnWindow(BusinessDays(3, calendar=calendar)), facts("2026-03-02"))

    assert found.last_day == date(2026, 3, 5)
    assert found.at_least is not known
    assert (Statement("returns.count.holidays_unknown") in found.trace) is not known


# --- what is missing -------------------------------------------------------------------------------------------------


def test_waiting() -> None:
    """Before delivery there is no end yet: what is asked for before is in time, as it is under the law."""
    found = ends(ReturnWindow(Days(14)), facts())

    assert (found.ends_at, found.waiting_for, found.state(noon("2026-03-05"))) == (None, "delivered", "open")
    assert found.said == Statement("returns.waiting.delivered")
    assert found.why_not(noon("2026-03-05")) is None


def test_not_open_before_the_start() -> None:
    """A window that opens with its start lets nothing in before it."""
    window = ReturnWindow(Days(14), opens="start")

    assert ends(window, facts()).why_not(noon("2026-03-05")) == Statement("returns.waiting.delivered")
    assert ends(window, facts()).state(noon("2026-03-05")) == "not_yet"
    found = ends(window, facts("2026-03-05"))
    assert found.why_not(noon("2026-03-04")) == Statement("returns.deadline.not_yet", date=date(2026, 3, 5))
    assert found.state(noon("2026-03-04")) == "not_yet"
    assert found.contains(noon("2026-03-05"))


@pytest.mark.parametrize(("opens", "delivered"), [("ordered", None), ("start", "2026-03-02")])
def test_without_a_limit(opens: str, delivered: str | None) -> None:
    """A window without a limit is open for good once it is."""
    found = ends(ReturnWindow(None, opens=opens), facts(delivered))  # type: ignore[arg-type]

    assert found.said == Statement("returns.deadline.unlimited")
    assert found.ends_at is None
    assert found.contains(datetime(9998, 12, 31, tzinfo=UTC))


def test_without_a_limit_and_not_begun() -> None:
    """A window without a limit that opens with its start waits for it."""
    found = ends(ReturnWindow(None, opens="start"), facts())

    assert (found.waiting_for, found.state(LATER)) == ("delivered", "not_yet")


def test_over() -> None:
    """What is too late is told the last day."""
    found = ends(ReturnWindow(Days(14)), facts("2026-03-02"))

    assert found.state(datetime(2026, 3, 16, 23, 59, 59, 999999, tzinfo=WARSAW)) == "open"
    assert found.why_not(datetime(2026, 3, 17, tzinfo=WARSAW)) == Statement(
        "returns.deadline.over", date=date(2026, 3, 16)
    )


def test_an_unknown_zone_takes_the_latest_end() -> None:
    """Delivered where the date is latest, over where it is over last."""
    came = datetime(2026, 3, 2, 11, tzinfo=UTC)  # the third on Kiritimati

    found = ends(ReturnWindow(Days(14), zone="unknown"), facts(came))

    assert (found.last_day, found.ends_at) == (date(2026, 3, 17), datetime(2026, 3, 18, 12, tzinfo=UTC))
    assert found.trace[0] == Statement("returns.zone.unknown")


def test_a_zone_of_its_own() -> None:
    """A window may be counted on other clocks than the shop's."""
    came = datetime(2026, 3, 2, 18, tzinfo=UTC)

    found = ends(ReturnWindow(Days(14), zone="Asia/Tokyo"), facts(came))

    assert (found.zone, found.last_day) == ("Asia/Tokyo", date(2026, 3, 17))


# --- repairs and extensions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        ([("2026-03-20", "2026-03-20")], "2026-04-02"),
        ([("2026-03-20", "2026-03-22"), ("2026-03-21", "2026-03-24")], "2026-04-06"),
        ([("2026-03-20", "2026-03-24"), ("2026-03-21", "2026-03-22")], "2026-04-06"),
        ([("2026-03-20", "2026-03-22"), ("2026-03-22", "2026-03-24")], "2026-04-06"),
        ([("2026-03-20", "2026-03-22"), ("2026-03-23", "2026-03-24")], "2026-04-06"),
        ([("2026-03-10", "2026-03-10"), ("2026-04-02", "2026-04-02")], "2026-04-09"),
        ([("2026-04-01", "2026-04-03")], "2026-04-10"),
        ([("2026-04-02", "2026-04-03")], "2026-04-01"),
        ([("2026-03-01", "2026-03-02")], "2026-04-01"),
        ([("2026-03-02", "2026-03-03")], "2026-04-02"),
    ],
)
def test_days_under_repair(stops: list[tuple[str, str]], expected: str) -> None:
    """Each day under repair counts once, both ends included, if the window was running; some days are left after it."""
    known = facts("2026-03-02", stops=tuple(Stop(noon(start), noon(end)) for start, end in stops))

    assert date.fromisoformat(expected) == ends(REJECT, known).last_day


def test_a_tail_that_adds_nothing_is_not_told() -> None:
    """Where as many days are left anyway, nothing is said of the least number."""
    found = ends(REJECT, facts("2026-03-02", stops=(Stop(noon("2026-03-26"), noon("2026-03-26")),)))

    assert found.trace[-1] == Statement("returns.stop.days", count=1, date=date(2026, 4, 2))


def test_a_repair_in_an_unknown_zone() -> None:
    """Days under repair are as many as they may be anywhere."""
    window = ReturnWindow(Days(30), zone="unknown", stops_for_repair=True)
    moment = datetime(2026, 3, 20, 11, tzinfo=UTC)  # the 19th in one zone, the 21st in another

    found = ends(window, facts(datetime(2026, 3, 2, 11, tzinfo=UTC), stops=(Stop(moment, moment),)))

    assert found.last_day == date(2026, 4, 5)


def test_the_first_day_under_repair_counts_inclusively() -> None:
    """Where the first day counts, it also stands still under repair."""
    window = ReturnWindow(Days(30), counting="inclusive", stops_for_repair=True)

    assert ends(window, facts("2026-03-02", stops=(Stop(noon("2026-03-02"), noon("2026-03-03")),))).last_day == date(
        2026, 4, 2
    )


def test_business_days_under_repair() -> None:
    """Of a window in business days, only these stand still."""
    window = ReturnWindow(BusinessDays(5), stops_for_repair=True)
    known = facts("2026-03-02", stops=(Stop(noon("2026-03-06"), noon("2026-03-08")),))

    found = ends(window, known)

    assert (date(2026, 3, 10), Statement("returns.stop.days", count=1, date=date(2026, 3, 10))) == (
        found.last_day,
        found.trace[-1],
    )


def test_a_repair_that_goes_on() -> None:
    """While goods are under repair the window does not lapse, and its end is not known yet."""
    known = facts("2026-03-02", stops=(Stop(noon("2026-04-01")),))

    for days in range(40):
        found = ends(REJECT, known, at=noon("2026-04-01") + timedelta(days=days))
        assert found.at_least
        assert found.contains(noon("2026-04-01") + timedelta(days=days))
        assert Statement("returns.stop.running", date=date(2026, 4, 1)) in found.trace


@pytest.mark.parametrize("stops", [True, False])
def test_a_repair_that_will_make_the_window_longer(stops: bool) -> None:
    """What a repair adds is known once it is over; until then the window is open, and ends no earlier than told."""
    window = ReturnWindow(Months(24), stops_for_repair=stops, extensions=[IfRepaired(Months(12))])
    since, running = noon("2028-03-01"), Statement("returns.stop.running", date=date(2028, 3, 1))
    under_repair = facts("2026-03-03", stops=(Stop(since),))

    for days in (0, 9, 400):
        now = since + timedelta(days=days)
        found = ends(window, under_repair, at=now)
        assert (True, True, 1) == (found.at_least, found.contains(now), [*found.trace].count(running))
    over = ends(window, facts("2026-03-03", stops=(Stop(since, noon("2028-04-01")),)))
    assert (False, 2029) == (over.at_least, over.ends_at.year if over.ends_at else None)
    too_late = facts("2026-03-03", stops=(Stop(noon("2028-03-04")),))
    assert (False, date(2028, 3, 3)) == (ends(window, too_late).at_least, ends(window, too_late).last_day)


def test_a_repair_that_goes_on_beside_another() -> None:
    """That another repair is over does not end the one that goes on."""
    known = facts("2026-03-02", stops=(Stop(noon("2026-03-20")), Stop(noon("2026-03-21"), noon("2026-03-22"))))

    assert ends(REJECT, known, at=noon("2026-03-25")).at_least


def test_a_repair_does_not_stop_every_window() -> None:
    """A window that does not stop for repairs runs on."""
    assert ends(ReturnWindow(Days(30)), facts("2026-03-02", stops=(REPAIR,))).last_day == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("informed", "expected"),
    [
        ("2026-03-01", "2026-03-16"),
        ("2026-03-02", "2026-03-16"),
        ("2026-03-03", "2026-03-17"),
        ("2027-03-02", "2027-03-16"),
        ("2027-03-03", "2027-03-16"),
    ],
)
def test_late_information(informed: str, expected: str) -> None:
    """Information within the year leaves two weeks from it; later, it changes nothing."""
    known = facts("2026-03-02", informed=noon(informed))

    assert date.fromisoformat(expected) == ends(UNINFORMED, known).last_day


def test_information_on_the_last_day_of_the_year() -> None:
    """The year in which late information helps includes its last day."""
    window = ReturnWindow(Days(30), extensions=[IfUninformed(Months(12), then=Days(14))])

    assert ends(window, facts("2026-03-02", informed=noon("2027-03-02"))).last_day == date(2027, 3, 16)
    assert ends(window, facts("2026-03-02", informed=noon("2027-03-03"))).last_day == date(2027, 4, 1)


def test_information_on_the_first_day_is_in_time() -> None:
    """What was told on the day of delivery was told in time."""
    window = ReturnWindow(Days(3), extensions=[IfUninformed(Months(12), then=Days(14))])

    assert ends(window, facts("2026-03-02", informed=noon("2026-03-02"))).last_day == date(2026, 3, 5)
    assert ends(window, facts("2026-03-02", informed=noon("2026-03-03"))).last_day == date(2026, 3, 17)


def test_short_late_information() -> None:
    """Late information never shortens the window itself."""
    window = ReturnWindow(Days(30), extensions=[IfUninformed(Months(12), then=Days(3))])

    found = ends(window, facts("2026-03-02", informed=noon("2026-03-05")))

    assert found.last_day == date(2026, 4, 1)
    assert found.trace[-1].code == "returns.count.days"


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        (Stop(noon("2028-09-01"), noon("2028-10-01")), "2029-09-01"),
        (Stop(noon("2028-09-02"), noon("2028-10-01")), "2028-09-01"),
        (Stop(noon("2027-01-01"), noon("2027-01-05"), remedy="replacement"), "2028-09-01"),
    ],
)
def test_only_a_repair_in_time_extends(stop: Stop, expected: str) -> None:
    """A repair that was asked for in time and done makes the guarantee longer; a replacement does not."""
    assert date.fromisoformat(expected) == ends(GUARANTEE, facts("2026-09-01", stops=(stop,))).last_day


def test_months_are_counted_from_the_start() -> None:
    """An extension by months does not shorten the month by being counted in two steps."""
    known = facts("2026-01-31", ordered=noon("2026-01-30"), stops=(Stop(noon("2026-02-02"), noon("2026-02-03")),))
    extensions = [IfRepaired(Months(1))]

    assert ends(ReturnWindow(Months(1), extensions=extensions), known).last_day == date(2026, 3, 31)
    stopping = ReturnWindow(Months(1), stops_for_repair=True, extensions=extensions)
    assert ends(stopping, known).last_day == date(2026, 4, 2)


# --- seasons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "ordered", "delivered", "expected"),
    [
        ({"until": date(2027, 1, 31)}, "2026-10-31", "2026-11-03", "2026-12-03"),
        ({"until": date(2027, 1, 31)}, "2026-11-01", "2026-11-03", "2027-01-31"),
        ({"until": date(2027, 1, 31), "by": "delivered"}, "2026-10-31", "2026-11-03", "2027-01-31"),
        ({"until": date(2027, 1, 31), "by": "delivered"}, "2026-12-31", "2027-01-03", "2027-02-02"),
        ({"within": Days(60)}, "2026-11-01", "2026-11-03", "2027-01-02"),
        ({"within": Days(10)}, "2026-11-01", "2026-11-03", "2026-12-03"),
        ({"within": Days(10), "rule": "replace"}, "2026-11-01", "2026-11-03", "2026-11-13"),
        ({"within": Days(30), "rule": "replace"}, "2026-11-01", "2026-11-03", "2026-12-03"),
    ],
)
def test_seasons(terms: dict[str, object], ordered: str, delivered: str, expected: str) -> None:
    """A season gives what was bought or delivered in it another end."""
    window = ReturnWindow(
        Days(30),
        seasons=[Season("s", first=date(2026, 11, 1), last=date(2026, 12, 31), **terms)],  # type: ignore[arg-type]
    )

    assert date.fromisoformat(expected) == ends(window, facts(delivered, ordered=noon(ordered))).last_day


def test_a_season_that_changes_nothing_is_not_told() -> None:
    """A season whose end is the window's own leaves no step."""
    same = Season("s", first=date(2026, 3, 1), last=date(2026, 3, 5), within=Days(30), rule="replace")

    found = ends(ReturnWindow(Days(30), seasons=[same]), facts("2026-03-02"))

    assert found.trace[-1].code == "returns.count.days"


def test_a_season_by_a_delivery_that_did_not_happen() -> None:
    """A season keyed on delivery says nothing of what was not delivered."""
    window = ReturnWindow(
        Days(3),
        after="ordered",
        seasons=[Season("s", first=date(2026, 1, 1), last=date(2026, 12, 31), until=date(2027, 1, 31), by="delivered")],
    )

    assert ends(window, facts()).last_day == date(2026, 3, 4)


# --- laws ------------------------------------------------------------------------------------------------------------

# Days around which clocks are turned, or the date line moves.
CHANGES = (
    ("Europe/Warsaw", date(2026, 3, 29)),
    ("Europe/Warsaw", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Tokyo", date(2026, 3, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("UTC", date(2026, 3, 29)),
)


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_windows_tile(name: str, change: date) -> None:
    """A day more begins where a day less ends, whatever clocks do; a deadline names a day that there is."""
    came = noon(change - timedelta(days=4), ZoneInfo(name))
    known = facts(came, ordered=came - timedelta(days=1))
    found = [ends(ReturnWindow(Days(n)), known, zone=name) for n in range(9)]

    for n, (shorter, longer) in enumerate(pairwise(found)):
        last = shorter.ends_at
        assert last is not None
        assert longer.ends_at is not None
        assert shorter.last_day == local_date(last.astimezone(UTC) - timedelta.resolution, name)
        assert shorter.contains(last.astimezone(UTC) - timedelta.resolution)
        assert not shorter.contains(last)
        skipped = came.date() + timedelta(days=n + 1) == change and name in {"Pacific/Apia", "Pacific/Kwajalein"}
        assert longer.contains(last) != skipped


spans = st.one_of(
    st.builds(Days, st.integers(1, 60)),
    st.builds(Months, st.integers(1, 30)),
    st.builds(BusinessDays, st.integers(1, 30)),
)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def stops(draw: st.DrawFn) -> tuple[Stop, ...]:
    """Up to three repairs, some of which go on."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        start = noon(draw(days))
        length = draw(st.none() | st.integers(0, 40))
        found.append(Stop(start, None if length is None else start + timedelta(days=length)))
    return tuple(found)


@st.composite
def windows(draw: st.DrawFn) -> ReturnWindow:
    """Windows with any of what they may have, counted in days."""
    stopping = draw(st.booleans())
    return ReturnWindow(
        draw(spans),
        counting=draw(st.sampled_from(["exclusive", "inclusive"])),
        zone=draw(st.sampled_from(["shop", "unknown", "Asia/Tokyo"])),
        roll=draw(st.none() | st.builds(Roll, st.none() | st.just(WorkWeek(holidays=[date(2026, 12, 25)])))),
        seasons=draw(st.sampled_from([(), (HOLIDAYS,)])),
        stops_for_repair=stopping,
        tail=draw(st.none() | st.builds(Days, st.integers(0, 9))) if stopping else None,
        extensions=draw(st.sampled_from([(), (IfUninformed(Months(12), then=Days(14)), IfRepaired(Months(12)))])),
    )


@given(windows(), days, stops(), st.none() | days)
def test_more_never_shortens(
    window: ReturnWindow, came: date, stopped: tuple[Stop, ...], informed: date | None
) -> None:
    """A repair, missing information, a roll and an unknown zone only ever make a window longer."""
    told = None if informed is None else noon(informed)
    plain = facts(noon(came), ordered=noon("2025-12-01"))
    found = ends(window, facts(noon(came), ordered=noon("2025-12-01"), stops=stopped, informed=told))
    base = ends(ReturnWindow(window.within, counting=window.counting), plain)
    assert found.ends_at is not None
    assert base.ends_at is not None

    if window.zone == "Asia/Tokyo":
        assert base.ends_at - timedelta(days=1) <= found.ends_at
    else:
        assert base.ends_at <= found.ends_at


@given(windows(), days, stops(), days)
def test_a_deadline_is_a_value(window: ReturnWindow, came: date, stopped: tuple[Stop, ...], informed: date) -> None:
    """Windows, milestones and deadlines are the code that builds them, hash, pickle and can be said."""
    known = facts(noon(came), ordered=noon("2025-12-01"), stops=stopped, informed=noon(informed))
    found = ends(window, known)
    for value in (window, known, found):
        assert value == eval(repr(value), NAMES)  # noqa: S307 - that a `repr` can be evaluated is what is tested
        assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - as above
        assert hash(value) == hash(eval(repr(value), NAMES))  # noqa: S307 - as above
    assert fingerprint(window) == fingerprint(eval(repr(window), NAMES))  # noqa: S307 - as above
    for step in (*found.explanation, found.said):
        assert say(step, locale="en")


deadlines = st.builds(
    lambda end, right, opens: Deadline(
        act="requested", zone="Europe/Warsaw", opens=noon(opens), right=Name(right), **end
    ),
    st.one_of(
        st.builds(lambda day: {"last_day": day}, days),
        st.builds(lambda day: {"instant": noon(day)}, days),
        st.sampled_from([{}, {"waiting_for": "delivered"}]),
    ),
    st.sampled_from(["law", "shop", "season"]),
    st.dates(date(2025, 1, 1), date(2025, 1, 3)),
)


@given(deadlines, deadlines, deadlines)
def test_longest_is_an_order(one: Deadline, two: Deadline, three: Deadline) -> None:
    """Which of several rights governs depends neither on their order nor on how they are grouped."""
    assert longest(one, one) == one
    assert longest(one, two) == longest(two, one)
    assert longest(longest(one, two), three) == longest(one, longest(two, three)) == longest(three, two, one)


@given(deadlines, deadlines, days)
def test_longest_is_open_while_any_is(one: Deadline, two: Deadline, day: date) -> None:
    """Either right suffices: what is open under one is open under the longest."""
    at = noon(day)

    assert longest(one, two).contains(at) == (one.contains(at) or two.contains(at))


def test_longest_without_names() -> None:
    """Deadlines whose right is not told, and ones that have not opened, compare as well."""
    waiting = Deadline(act="sent", zone="UTC", opens=None, waiting_for="delivered")
    ending = Deadline(act="sent", zone="UTC", opens=noon("2026-03-01"), last_day=date(2026, 3, 5))

    unlimited = Deadline(act="sent", zone="UTC", opens=noon("2026-03-01"))

    assert longest(waiting) == waiting
    assert longest(ending, waiting) == waiting
    assert longest(unlimited, attrs.evolve(waiting, opens=noon("2026-02-01"))) == unlimited


@pytest.mark.parametrize(
    ("deadlines", "problem"),
    [
        ([], "given nothing"),
        ([ends(EU, facts("2026-03-02")), ends(ReturnWindow(Days(3), act="sent"), facts("2026-03-02"))], "`sent`"),
    ],
)
def test_only_one_act_compares(deadlines: list[Deadline], problem: str) -> None:
    """No date says whether sending by Monday is longer than asking by Sunday."""
    with pytest.raises(PolicyError, match=problem):
        longest(*deadlines)


def test_the_explanation_ends_with_the_right() -> None:
    """Where it is told whose deadline it is, the explanation says so last."""
    found = returns.deadline(EU, facts("2026-03-02"), at=LATER, zone="UTC", right=Name("the law"))

    assert found.explanation[-1] == Statement("returns.deadline.governed", right=Name("the law"))


@pytest.mark.parametrize("name", ["opens", "instant"])
def test_instants_have_a_zone(name: str) -> None:
    """A deadline without a zone would be another one on every machine."""
    with pytest.raises(CalendarError, match="an instant of a deadline needs a zone"):
        Deadline(**{"act": "sent", "zone": "UTC", "opens": None, name: datetime(2026, 3, 1, 9)})  # type: ignore[arg-type]


def test_past_the_calendar() -> None:
    """A window that ends after the last year there is is an error that says so."""
    with pytest.raises(CalendarError, match="past the year 9999"):
        ends(ReturnWindow(Months(100_000)), facts("2026-03-02"))
