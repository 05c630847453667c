from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from aftercare import Days, Measured, Months, Tier, amounts, eur, loyalty, pln
from tests.loyalty.members import (
    BASE,
    GOLD,
    SILVER,
    SPENDING,
    bought,
    joined,
    ladder_of_points,
    noon,
    stands,
    tier,
)

if TYPE_CHECKING:
    from aftercare.loyalty.ladder import Fall
    from aftercare.loyalty.validity import Validity


YEAR = loyalty.CalendarYear()
# One history, four windows: 400, 350 and 300 spent; joined on 1 October 2025.
SPENT = (joined("2025-10-01"), bought("2025-11-20", 400), bought("2026-02-10", 350), bought("2026-06-15", 300))
LIFETIME = loyalty.Ladder.by(loyalty.spend(), SPENDING)
CALENDAR = loyalty.Ladder.by(loyalty.spend(within=YEAR), SPENDING, validity=loyalty.KeptToYearEnd())
ROLLING = loyalty.Ladder.by(loyalty.spend(last=Months(12)), SPENDING)
ANNIVERSARY = loyalty.Ladder.by(
    loyalty.spend(within=loyalty.MembershipYear()), SPENDING, validity=loyalty.KeptToAnniversary()
)


@pytest.mark.parametrize(
    ("ladder", "day", "expected"),
    [
        (LIFETIME, "2026-02-09", None),
        (LIFETIME, "2026-02-10", "silver"),
        (LIFETIME, "2026-06-15", "gold"),
        (LIFETIME, "2036-06-15", "gold"),
        (CALENDAR, "2026-02-10", None),
        (CALENDAR, "2026-06-15", "silver"),
        (ROLLING, "2026-02-10", "silver"),
        (ROLLING, "2026-06-15", "gold"),
        (ROLLING, "2026-11-19", "gold"),
        (ROLLING, "2026-11-20", "silver"),
        (ROLLING, "2027-02-10", None),
        (ANNIVERSARY, "2026-06-14", "silver"),
        (ANNIVERSARY, "2026-06-15", "gold"),
    ],
)
def test_windows(ladder: loyalty.Ladder, day: str, expected: str | None) -> None:
    """One history gives four results by four windows."""
    assert expected == tier(ladder, day, *SPENT)


@pytest.mark.parametrize(
    ("spent", "expected"), [("499.99", None), (500, "silver"), ("999.99", "silver"), (1000, "gold")]
)
def test_inclusive(spent: str, expected: str | None) -> None:
    """A threshold is reached by exactly its amount."""
    assert expected == tier(LIFETIME, "2026-01-02", bought("2026-01-01", spent))


@pytest.mark.parametrize(
    ("validity", "gained", "last"),
    [
        (loyalty.KeptToYearEnd(), "2018-11-05", "2019-12-31"),
        (loyalty.KeptFor(Months(12)), "2019-03-03", "2020-03-03"),
        (loyalty.KeptToYearEnd(tail=Months(1)), "2026-05-02", "2028-01-31"),
        (loyalty.KeptFor(Days(30)), "2026-07-20", "2026-08-19"),
        (loyalty.KeptFor(Months(12), to_end_of="quarter"), "2026-02-10", "2027-03-31"),
        (loyalty.KeptToYearEnd(starts=(4, 1)), "2026-02-10", "2027-03-31"),
        (loyalty.KeptToYearEnd(minimum=Months(24)), "2026-02-10", "2028-12-31"),
    ],
)
def test_validity(validity: Validity, gained: str, last: str) -> None:
    """A tier is kept to the last day of its term, and is gone on the day after."""
    ladder = ladder_of_points(validity=validity, within=loyalty.SinceChange())
    credit = Measured("m", noon(gained), "points", 500)
    end = date.fromisoformat(last)

    assert end == stands(ladder, gained, credit).until
    assert "silver" == tier(ladder, last, credit)
    assert "base" == tier(ladder, (end + timedelta(days=1)).isoformat(), credit)


def test_tenure_trap() -> None:
    """Who is upgraded ten days before the anniversary keeps the tier for the minimum, and is judged a year later."""
    credit = (joined("2024-10-25"), Measured("m", noon("2025-10-15"), "points", 500))
    year = loyalty.MembershipYear()

    short = ladder_of_points(within=year, validity=loyalty.KeptToAnniversary())
    minimum = ladder_of_points(within=year, validity=loyalty.KeptToAnniversary(minimum=Months(3)))

    assert date(2025, 10, 24) == stands(short, "2025-10-15", *credit).until
    assert date(2026, 10, 24) == stands(minimum, "2025-10-15", *credit).until


@pytest.mark.parametrize(("to", "expected"), [("one_step", "silver"), ("base", "base"), ("supported", "base")])
def test_downgrade(to: Fall, expected: str) -> None:
    """Gold, whose last year ended with 100, falls one step, to the base, or to what 100 supports."""
    ladder = ladder_of_points(within=YEAR, validity=loyalty.KeptToYearEnd(), downgrade=loyalty.Downgrade(to))
    events = (Measured("m1", noon("2025-05-01"), "points", 1000), Measured("m2", noon("2026-05-01"), "points", 100))

    assert "gold" == tier(ladder, "2026-12-31", *events)
    assert expected == tier(ladder, "2027-01-01", *events)


def test_grace() -> None:
    """A grace of thirty days after 1 January 2027 ends on the 31st; who qualifies again in it keeps the tier."""
    downgrade = loyalty.Downgrade("one_step", grace=Days(30))
    ladder = ladder_of_points(within=YEAR, validity=loyalty.KeptToYearEnd(), downgrade=downgrade)
    events = (Measured("m1", noon("2025-05-01"), "points", 1000),)
    again = Measured("m2", noon("2027-01-20"), "points", 1000)

    assert date(2027, 1, 30) == stands(ladder, "2027-01-01", *events).grace
    assert "gold" == tier(ladder, "2027-01-30", *events)
    assert "silver" == tier(ladder, "2027-01-31", *events)
    assert "gold" == tier(ladder, "2027-01-31", *events, again)
    assert date(2028, 12, 31) == stands(ladder, "2027-01-31", *events, again).until


def test_one_step_is_not_the_last_one() -> None:
    """Where no validity keeps the tier below and no credit does, it goes as well: a day later, or after its grace."""
    gone = Measured("m1", noon("2025-05-01"), "points", 1000)  # a year later, nothing of it is left
    steps = ladder_of_points(within=loyalty.Rolling(Months(12)), downgrade=loyalty.Downgrade("one_step"))
    slow = ladder_of_points(within=loyalty.Rolling(Months(12)), downgrade=loyalty.Downgrade("one_step", grace=Days(10)))

    days = ("2026-04-30", "2026-05-01", "2026-05-02")
    assert ["gold", "silver", "base"] == [tier(steps, day, gone) for day in days]
    days = ("2026-05-10", "2026-05-11", "2026-05-21", "2026-05-22")
    assert ["gold", "silver", "silver", "base"] == [tier(slow, day, gone) for day in days]


def test_one_step_down_is_where_credit_that_comes_holds() -> None:
    """Credit of the day of the fall keeps the tier below."""
    steps = ladder_of_points(within=loyalty.Rolling(Months(12)), downgrade=loyalty.Downgrade("one_step"))
    events = (
        Measured("m1", noon("2025-05-01"), "points", 1000),
        Measured("m2", noon("2026-05-01"), "points", 500),
    )

    assert ["gold", "silver", "silver"] == [
        tier(steps, day, *events) for day in ("2026-04-30", "2026-05-01", "2026-05-03")
    ]


VIP5, VIP10, VIP20 = Tier("vip5", 1), Tier("vip10", 2), Tier("vip20", 3)
ROUTINE = loyalty.Ladder.by(
    loyalty.measure("points", within=loyalty.SinceChange()),
    {VIP5: 1000, VIP10: 2000, VIP20: 4000},
    keep={VIP5: 500, VIP10: 1000, VIP20: 2000},
    validity=loyalty.KeptFor(Months(12)),
    downgrade=loyalty.Downgrade("one_step"),
)


@pytest.mark.parametrize(("earned", "expected"), [(1999, "vip10"), (2000, "vip20")])
def test_retention(earned: int, expected: str) -> None:
    """What keeps a tier is counted since the last change, without the credit that made it; else one step down."""
    events = (Measured("m1", noon("2025-03-01"), "points", 9000), Measured("m2", noon("2025-09-01"), "points", earned))

    assert "vip20" == tier(ROUTINE, "2026-03-01", *events)
    assert expected == tier(ROUTINE, "2026-03-02", *events)


@pytest.mark.parametrize(("xp", "carried"), [(250, 70), (180, 0), (600, 300)])
def test_carry(xp: int, carried: int) -> None:
    """What is over the threshold for another term counts in it, up to the cap: 250 where 180 are needed leave 70."""
    ladder = loyalty.Ladder.by(
        loyalty.measure("xp", within=loyalty.SinceChange()),
        {BASE: 0, SILVER: 100, GOLD: 700},
        keep={SILVER: 180},
        validity=loyalty.KeptFor(Months(12)),
        carry=loyalty.Carry(cap=300),
    )
    events = (Measured("m1", noon("2025-01-01"), "xp", 100), Measured("m2", noon("2025-06-01"), "xp", xp))

    found = stands(ladder, "2026-01-02", *events)

    assert SILVER == found.tier
    assert [carried] == [each.found for each in found.missing]


def test_soft_landing_ends_with_the_year() -> None:
    """A tier that a fall leads to is kept for the year that its credit has earned, not for one more."""
    ladder = ladder_of_points(within=YEAR, validity=loyalty.KeptToYearEnd())
    events = (Measured("m1", noon("2025-05-01"), "points", 1000), Measured("m2", noon("2026-05-01"), "points", 600))

    found = stands(ladder, "2027-01-01", *events)

    assert (SILVER, date(2027, 12, 31)) == (found.tier, found.until)


def test_grace_takes_nothing() -> None:
    """What was enough for a lower tier when the grace began is enough when it ends, though another year runs then."""
    ladder = ladder_of_points(
        within=YEAR, validity=loyalty.KeptToYearEnd(), downgrade=loyalty.Downgrade(grace=Days(30))
    )
    events = (Measured("m1", noon("2025-05-01"), "points", 1000), Measured("m2", noon("2026-05-01"), "points", 600))

    assert "silver" == tier(ladder, "2027-01-31", *events)


def test_terms_after_a_grace() -> None:
    """Terms are counted from the day of the grace on which the tier was reached again."""
    ladder = ladder_of_points(
        within=loyalty.Rolling(Months(12)),
        validity=loyalty.KeptFor(Months(12)),
        downgrade=loyalty.Downgrade(grace=Days(30)),
    )
    days = ("2024-03-01", "2025-03-20", "2026-03-20")
    events = [Measured(day, noon(day), "points", 500) for day in days]

    found = stands(ladder, "2026-03-21", *events)

    assert (SILVER, date(2027, 3, 20), date(2024, 3, 1)) == (found.tier, found.until, found.since)


def test_a_rolling_window_in_a_currency_that_was_never_spent() -> None:
    """Money of one currency leaves the window, whatever other currencies the tiers name."""
    ladder = loyalty.Ladder.by(loyalty.spend(last=Months(1)), {SILVER: amounts(eur(500), pln(2000))})
    events = (bought("2026-01-10", 500),)

    assert ["silver", None] == [tier(ladder, day, *events) for day in ("2026-02-09", "2026-02-11")]


def test_surplus_of_a_year() -> None:
    """What a year had over the threshold counts in the next one."""
    ladder = ladder_of_points(within=YEAR, validity=loyalty.KeptToYearEnd(), carry=loyalty.Carry(cap=300))
    events = (Measured("m1", noon("2025-05-01"), "points", 500), Measured("m2", noon("2026-05-01"), "points", 700))

    assert [200] == [each.found for each in stands(ladder, "2027-01-01", *events).missing]
    assert [0] == [each.found for each in stands(ladder, "2028-01-01", *events).missing]


def test_since_change_takes_no_tier() -> None:
    """A counter that starts anew with each tier takes none away, not even by a correction."""
    ladder = ladder_of_points(within=loyalty.SinceChange())
    events = (Measured("m1", noon("2025-05-01"), "points", 500), Measured("m2", noon("2025-06-01"), "points", -100))

    assert "silver" == tier(ladder, "2035-01-01", *events)


def test_backdated_credit() -> None:
    """Credit that is recorded late counts on its own day, among what is known by then."""
    metric = loyalty.measure("points", last=Months(1))
    ladder = loyalty.Ladder.by(metric, {BASE: 0, SILVER: 20})
    events = (
        Measured("m1", noon("2025-05-01"), "points", 10),
        Measured("m2", noon("2025-05-20"), "points", 5),
        Measured("m3", noon("2025-05-21"), "points", 5, on=date(2025, 5, 10)),
        Measured("m4", noon("2025-05-21"), "points", 5, on=date(2025, 4, 30)),
    )

    assert ["base", "silver"] == [tier(ladder, day, *events) for day in ("2025-05-20", "2025-05-21")]
    assert ["silver", "base"] == [tier(ladder, day, *events) for day in ("2025-05-31", "2025-06-01")]


def test_correction_waits_for_the_month() -> None:
    """Where changes wait for the month, so does a correction."""
    ladder = ladder_of_points(changes="month")
    events = (Measured("m1", noon("2025-05-01"), "points", 500), Measured("m2", noon("2025-06-10"), "points", -100))

    assert ["silver", "base"] == [tier(ladder, day, *events) for day in ("2025-06-30", "2025-07-01")]


def test_kept_by_another_metric() -> None:
    """The same thresholds may be counted by another metric for another term."""
    ladder = loyalty.Ladder.by(
        loyalty.measure("points"), {SILVER: 500}, keep_by=loyalty.measure("points", last=Months(1))
    )

    assert {SILVER: loyalty.measure("points", last=Months(1)).at_least(500)} == dict(ladder.retention)
