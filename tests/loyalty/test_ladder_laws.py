from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare import Days, History, Measured, Months, PointsSpent, SignUp, eur, loyalty
from aftercare.calendar import local_date
from aftercare.loyalty.periods import anniversary, first_day_of_rolling, next_anniversary
from tests.loyalty.members import BASE, GOLD, SILVER, bought, noon, sent_back
from tests.loyalty.reference_tiers import Naive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.history import Event
    from aftercare.loyalty.periods import CreditWindow


START = datetime(2023, 11, 1, 9, tzinfo=UTC)
ZONES = ("Europe/Warsaw", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia")
LONG = int(os.environ.get("AFTERCARE_TIER_RUNS", "0"))

lengths = st.sampled_from([Days(10), Days(45), Months(1), Months(3), Months(12)])
windows = st.sampled_from(
    [
        loyalty.Lifetime(),
        loyalty.Rolling(Months(1)),
        loyalty.Rolling(Months(6)),
        loyalty.Rolling(Months(12)),
        loyalty.CalendarYear(),
        loyalty.CalendarYear((4, 1)),
        loyalty.MembershipYear(),
        loyalty.SinceChange(),
    ]
)
validities = st.one_of(
    st.builds(loyalty.KeptFor, lengths, to_end_of=st.sampled_from([None, "month", "quarter", "half_year", "year"])),
    st.builds(loyalty.KeptToAnniversary, minimum=st.none() | lengths),
)


@st.composite
def ladders(draw: st.DrawFn) -> loyalty.Ladder:
    """Three tiers by a measure, with any of the terms that go together."""
    window, keeping = draw(windows), draw(windows)
    validity = draw(st.none() | validities)
    for each in (window, keeping):
        if isinstance(each, loyalty.CalendarYear):
            validity = loyalty.KeptToYearEnd(
                after=draw(st.integers(1, 2)),
                starts=each.starts,
                tail=draw(st.none() | lengths),
                minimum=draw(st.none() | lengths),
            )
            window, keeping = (each, each)
            break
    if validity is None and any(isinstance(each, loyalty.MembershipYear) for each in (window, keeping)):
        validity = loyalty.KeptToAnniversary()
    if validity is None:
        # What keeps a tier that follows its credit is no more than what reaches it.
        keeping = window
    silver = draw(st.integers(1, 8))
    gold = silver + draw(st.integers(1, 8))
    keep = draw(st.none() | st.just({SILVER: silver, GOLD: max(silver, gold // 2)}))
    return loyalty.Ladder.by(
        loyalty.measure("points", within=window),
        {BASE: 0, SILVER: silver, GOLD: gold},
        keep=keep,
        keep_by=loyalty.measure("points", within=keeping) if keep else None,
        validity=validity,
        downgrade=loyalty.Downgrade(
            draw(st.sampled_from(["one_step", "supported", "base"])), grace=draw(st.none() | lengths)
        ),
        steps=draw(st.sampled_from(["any", "one", "one_after_first"])),
        tenure=draw(st.none() | lengths),
        changes=draw(st.sampled_from(["at_once", "month"])),
    )


@st.composite
def earnings(draw: st.DrawFn, most: int = 20, least: int = 0) -> list[Measured]:
    """Credit at different instants, hours to months apart; several of them may fall on one day."""
    at, found = START, []
    for number in range(draw(st.integers(least, most))):
        at += timedelta(hours=draw(st.sampled_from([1, 5, 30, 24 * 20, 24 * 28, 24 * 90])))
        found.append(Measured(f"m{number:03}", at, "points", draw(st.integers(1, 9))))
    return found


def standing(ladder: loyalty.Ladder, events: Iterable[Event], at: datetime, zone: str) -> loyalty.Standing:
    """The standing of a member who joined at the start."""
    club = loyalty.Program("club", ladder=ladder, zone=zone)
    return club.standing(History([SignUp("join", START), *events]), at=at)


def agrees(ladder: loyalty.Ladder, events: list[Measured], after: timedelta, zone: str) -> None:
    """Compare with the naive reckoning so long after the last event."""
    at = (events[-1].at if events else START) + after
    found = standing(ladder, events, at, zone)
    naive = Naive(ladder, events, local_date(START, zone), zone)

    assert naive.tier_on(local_date(at, zone)) == (found.tier and found.tier.id, found.until)


afterwards = st.integers(0, 900).map(lambda days: timedelta(days=days))


@settings(max_examples=150)
@given(ladder=ladders(), events=earnings(), after=afterwards, zone=st.sampled_from(ZONES))
def test_reference(ladder: loyalty.Ladder, events: list[Measured], after: timedelta, zone: str) -> None:
    """The tier and its last day are those of a naive reckoning, day by day."""
    agrees(ladder, events, after, zone)


def test_what_comes_before_the_first_of_the_month_saves_a_tier() -> None:
    """The term ended on 10 November without enough; what came on the 11th is enough on 1 December."""
    year = loyalty.measure("points", within=loyalty.MembershipYear())
    ladder = loyalty.Ladder.by(
        year,
        {BASE: 0, SILVER: 2, GOLD: 3},
        validity=loyalty.KeptFor(Days(10)),
        downgrade=loyalty.Downgrade("one_step", grace=Months(1)),
        changes="month",
    )
    events = [
        Measured(f"m{month}{day}", datetime(2031, month, day, 10, tzinfo=UTC), "points", points)
        for month, day, points in ((8, 13, 5), (11, 11, 3))
    ]
    found = standing(ladder, events, datetime(2031, 12, 2, tzinfo=UTC), "UTC")

    assert (GOLD, date(2031, 12, 11), None) == (found.tier, found.until, found.grace)
    agrees(ladder, events, timedelta(days=21), "UTC")


@pytest.mark.reference
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # long histories are
@pytest.mark.skipif(not LONG, reason="set AFTERCARE_TIER_RUNS to the number of histories")
@settings(max_examples=max(LONG, 1), suppress_health_check=list(HealthCheck))
@given(ladder=ladders(), events=earnings(220, least=200), after=afterwards, zone=st.sampled_from(ZONES))
def test_reference_at_length(ladder: loyalty.Ladder, events: list[Measured], after: timedelta, zone: str) -> None:
    """The same for histories of 200 events and more, as many as are asked for."""
    agrees(ladder, events, after, zone)


def rank(found: loyalty.Standing) -> int:
    """The rank of the tier, -1 below the ladder."""
    return -1 if found.tier is None else found.tier.rank


@given(ladder=ladders(), events=earnings(), data=st.data())
def test_recording_order(ladder: loyalty.Ladder, events: list[Measured], data: st.DataObject) -> None:
    """In whatever order events are recorded, and however often, the standing is the same."""
    shuffled = data.draw(st.permutations([*events, *events[:3]]))
    at = START + timedelta(days=500)

    assert standing(ladder, events, at, ZONES[0]) == standing(ladder, shuffled, at, ZONES[0])


@given(ladder=ladders(), events=earnings(), cut=st.integers(0, 25))
def test_later_events(ladder: loyalty.Ladder, events: list[Measured], cut: int) -> None:
    """An event changes no answer for an instant before it."""
    known, later = events[:cut], events[cut:]
    at = later[0].at - timedelta(microseconds=1) if later else START + timedelta(days=900)

    assert standing(ladder, known, at, ZONES[0]) == standing(ladder, events, at, ZONES[0])


@given(ladder=ladders(), events=earnings(), more=st.integers(1, 20), after=afterwards)
def test_more_credit(ladder: loyalty.Ladder, events: list[Measured], more: int, after: timedelta) -> None:
    """More credit never gives a lower tier at its own instant."""
    at = (events[-1].at if events else START) + after
    extra = Measured("x", at, "points", more)

    assert rank(standing(ladder, events, at, ZONES[0])) <= rank(standing(ladder, [*events, extra], at, ZONES[0]))


@given(
    ladder=ladders(),
    events=earnings(),
    spends=st.lists(st.tuples(st.integers(0, 800), st.integers(1, 9)), max_size=5),
    after=afterwards,
)
def test_spending_changes_no_tier(
    ladder: loyalty.Ladder, events: list[Measured], spends: list[tuple[int, int]], after: timedelta
) -> None:
    """Points that are spent change nothing about the tier, whenever that is: its days, why, and what lies ahead."""
    spent = [PointsSpent(f"s{n}", START + timedelta(days=day), f"k{n}", count) for n, (day, count) in enumerate(spends)]
    at = (events[-1].at if events else START) + after

    assert standing(ladder, events, at, ZONES[0]) == standing(ladder, [*events, *spent], at, ZONES[0])


PLAIN = [loyalty.Lifetime(), loyalty.Rolling(Months(12)), loyalty.CalendarYear()]


@given(
    window=st.sampled_from(PLAIN),
    events=earnings(),
    extra=st.tuples(st.integers(0, 800), st.integers(1, 20)),
    after=afterwards,
)
def test_more_credit_later(
    window: CreditWindow, events: list[Measured], extra: tuple[int, int], after: timedelta
) -> None:
    """With a lifetime, a rolling window or a year, more credit never gives a lower tier later either."""
    validity = loyalty.KeptToYearEnd() if isinstance(window, loyalty.CalendarYear) else None
    metric = loyalty.measure("points", within=window)
    ladder = loyalty.Ladder.by(metric, {BASE: 0, SILVER: 6, GOLD: 12}, validity=validity)
    days, amount = extra
    more = [*events, Measured("x", START + timedelta(days=days), "points", amount)]
    at = (events[-1].at if events else START) + after

    assert rank(standing(ladder, events, at, ZONES[0])) <= rank(standing(ladder, more, at, ZONES[0]))


@given(st.integers(1, 40), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_first_day_of_rolling(months: int, day: date) -> None:
    """Credit counts from the first day of the window on, and not from the day before it."""
    first = first_day_of_rolling(months, day)

    assert Months(months).after(first) > day
    assert Months(months).after(first - timedelta(days=1)) <= day


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(0, 4000))
def test_years_of_membership_tile(joined: date, days: int) -> None:
    """Every day is in one year of membership: from the last anniversary until the next."""
    day = joined + timedelta(days=days)

    assert anniversary(joined, day) <= day < next_anniversary(joined, day)
    assert anniversary(joined, next_anniversary(joined, day)) == next_anniversary(joined, day)
    assert next_anniversary(joined, anniversary(joined, day)) == next_anniversary(joined, day)


def test_leap_day_anniversaries() -> None:
    """Who joined on 29 February has the anniversary on the 28th, and on the 29th of a leap year."""
    joined, found = date(2024, 2, 29), []
    for _ in range(4):
        found.append(next_anniversary(joined, found[-1] if found else joined))

    assert [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)] == found


def test_before_the_first_year() -> None:
    """A window that is longer than the calendar has no first day but the first there is."""
    assert date.min == first_day_of_rolling(12 * 3000, date(2026, 1, 1))


prices = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 900)), max_size=6, unique_by=lambda each: each[0])


@given(prices=prices, back=st.integers(0, 400))
def test_all_returned(prices: list[tuple[int, int]], back: int) -> None:
    """Who returns everything before it is confirmed stands as if nothing had been bought."""
    ladder = loyalty.Ladder.by(loyalty.spend(last=Months(6)), {SILVER: eur(500), GOLD: eur(1000)})
    orders = [bought((START + timedelta(days=days)).date().isoformat(), price) for days, price in prices]
    day = (START + timedelta(days=310 + back)).date().isoformat()
    returns = [sent_back(day, order.receipt.id) for order in orders]
    holds = {(order.receipt.id, "1"): None for order in orders}
    club = loyalty.Program("club", ladder=ladder, zone=ZONES[0])

    found = club.standing(History([SignUp("join", START), *orders, *returns]), at=noon(day), holds=holds)

    assert club.standing(History([SignUp("join", START)]), at=noon(day)) == found
