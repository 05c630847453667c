"""Golden numbers that no other test of loyalty states; the rest is with the rule that it belongs to.

| numbers | tests |
|---|---|
| what is earned, rounding, meeting of rules | `test_earning.py` |
| holds, lots, expiry at the end of a day, claw-back, deficits, part paid by points, idleness | `test_ledger.py` |
| last days of points as they are published | `test_lots.py`, `tests/stories` |
| windows, terms, falls, grace, carry-over | `test_tiers.py` |
| provisional tiers, pins | `test_standing.py`, `test_ladder.py` |
| spending and vouchers | `test_spending.py` |
| punch cards, birthdays | `test_punch_cards.py`, `test_awards.py` |
"""

from __future__ import annotations

from datetime import date

import pytest

from aftercare import Days, History, Measured, Months, loyalty
from aftercare.calendar import start_of_day, utc
from aftercare.loyalty.days import day_after
from aftercare.loyalty.periods import next_anniversary
from tests.loyalty.members import GOLD, SILVER, ZONE, noon
from tests.stories.shopping import given, ledger


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (date(2026, 1, 31), Months(2), date(2026, 3, 31)),
        (date(2023, 3, 1), Days(730), date(2025, 2, 28)),
        (date(2023, 3, 1), Months(24), date(2025, 3, 1)),
        (date(2026, 1, 31), Months(1), date(2026, 2, 28)),
    ],
)
def test_lengths_are_counted_from_their_start(start: date, length: Days | Months, expected: date) -> None:
    """Months are never chained, and days are no years."""
    assert expected == loyalty.expire_after(length).last_day(start)


@pytest.mark.parametrize(("issued", "expected"), [((2021, 2), date(2023, 2, 28)), ((2022, 2), date(2024, 2, 29))])
def test_vouchers_to_the_end_of_february(issued: tuple[int, int], expected: date) -> None:
    """Two years to the end of the month end on 29 February where there is one."""
    assert expected == loyalty.expire_after(Months(24), to_end_of="month").last_day(date(*issued, 10))


def test_anniversaries_of_a_leap_day_do_not_drift() -> None:
    """Who joined on 29 February 2024 has the anniversary on the 28th, and on the 29th again in 2028."""
    found, day = [], date(2024, 2, 29)
    for _ in range(4):
        day = next_anniversary(date(2024, 2, 29), day)
        found.append(day)

    assert [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)] == found


@pytest.mark.parametrize(
    ("last", "zone", "expected"),
    [
        (date(2026, 3, 28), "Europe/Warsaw", "2026-03-28T23:00:00+00:00"),
        (date(2026, 3, 29), "Europe/Warsaw", "2026-03-29T22:00:00+00:00"),
        (date(2026, 3, 31), "Asia/Tokyo", "2026-03-31T15:00:00+00:00"),
        (date(2026, 3, 31), "America/Los_Angeles", "2026-04-01T07:00:00+00:00"),
    ],
)
def test_the_end_of_a_day(last: date, zone: str, expected: str) -> None:
    """What is good through a day ends with it on the clocks of the programme."""
    assert expected == utc(start_of_day(day_after(last), zone)).isoformat()


def test_no_collapse_at_expiry() -> None:
    """A hundred that were spent in March do not lapse once more in June: the forty of May stay."""
    club = loyalty.Program("club", lots=loyalty.Lots(expire=loyalty.expire_yearly(6, 30)), zone=ZONE)
    later = loyalty.Program("club", lots=loyalty.Lots(expire=Months(24)), zone=ZONE)
    both = loyalty.ProgramVersions(club, {noon("2026-04-01"): later})
    spent = given("2026-03-01", -100)
    events = History([given("2026-01-10", 100), spent, given("2026-05-01", 40)])

    assert 40 == both.ledger(events, at=noon("2026-07-01")).available
    assert ((date(2026, 6, 30), 100),) == ledger(club, "2026-01-10", given("2026-01-10", 100)).expiring


def test_a_boundary_is_reached() -> None:
    """Exactly 10,000 is the tier of 10,000, however it came together."""
    ladder = loyalty.Ladder.by(loyalty.measure("spent"), {SILVER: 10_000, GOLD: 10_001})
    club = loyalty.Program("club", ladder=ladder, zone=ZONE)
    halves = [Measured(day, noon(day), "spent", 5000) for day in ("2026-01-01", "2026-01-02")]

    assert SILVER == club.standing(History(halves), at=noon("2026-01-02")).tier
