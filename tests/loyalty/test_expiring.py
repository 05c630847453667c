"""What a ledger tells of expiry ahead: every day on which points lapse if nothing else happens, and no other day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import Adjustment, Days, Dispatch, History, Months, PointsSpent, Visit, loyalty
from aftercare.calendar import start_of_day
from aftercare.loyalty.days import day_after
from aftercare.loyalty.ledger import Ledger, ledger
from tests.loyalty.members import GOLD, ZONE, noon

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftercare import Tier
    from aftercare.history import Event

VISITS = loyalty.points_for(10, on="visit")
SLEEPY = loyalty.expire_unless_active(Days(30), activity=["visited"])


def read(
    lots: loyalty.Lots, events: Sequence[Event], at: datetime, tiers: Sequence[tuple[datetime, Tier | None]] = ()
) -> Ledger:
    """The points of somebody who gets ten a visit."""
    points = loyalty.Points(earning=VISITS, lots=lots)
    return ledger(points, History(events), at=at, zone=ZONE, tiers=tiers)


def visit(day: str) -> Visit:
    """A visit at noon."""
    return Visit(f"visit-{day}", noon(day))


def test_idleness_is_told_ahead() -> None:
    """All points lapse thirty days after the last visit, and the member knows which day that is."""
    lots = loyalty.Lots(hold="not", idle=SLEEPY)
    events = [visit("2026-03-01"), visit("2026-03-10")]

    assert ((date(2026, 4, 9), 20),) == read(lots, events, noon("2026-03-10")).expiring
    assert (20, 0) == tuple(read(lots, events, noon(day)).available for day in ("2026-04-09", "2026-04-10"))
    assert () == read(lots, events, noon("2026-04-10")).expiring


def test_the_sooner_end_is_told() -> None:
    """Where points have a last day of their own and lapse for want of activity, too, the sooner of both is told."""
    lots = loyalty.Lots(hold="not", expire=Days(35), idle=SLEEPY)
    events = [visit("2026-03-01"), visit("2026-03-10")]

    assert ((date(2026, 4, 5), 10), (date(2026, 4, 9), 10)) == read(lots, events, noon("2026-03-10")).expiring


def test_points_that_come_after_idleness_have_no_end_yet() -> None:
    """Points that were given after the others lapsed wait for the next visit; no day ends them before that."""
    lots = loyalty.Lots(hold="not", idle=SLEEPY)
    events: list[Event] = [visit("2026-03-01"), Adjustment("gift", noon("2026-05-01"), 7, reason="gift")]

    found = read(lots, events, noon("2026-05-01"))
    assert (7, ()) == (found.available, found.expiring)
    assert ((date(2026, 6, 1), 17),) == read(lots, [*events, visit("2026-05-02")], noon("2026-05-02")).expiring


@pytest.mark.parametrize("lots", [{"expire": Days(35)}, {"idle": SLEEPY}])
def test_a_tier_that_keeps_points_is_told_no_day(lots: dict[str, Any]) -> None:
    """While Gold keeps points from lapsing no day ends them; on its loss there is one again."""
    rules = loyalty.Lots(hold="not", suspended=loyalty.never_with(GOLD, on_loss="restart"), **lots)
    tiers = [(noon("2026-03-02"), GOLD), (noon("2026-06-01"), None)]
    before, during, after = (
        read(rules, [visit("2026-03-01")], noon(day), tiers) for day in ("2026-03-01", "2026-05-01", "2026-06-01")
    )

    assert (10, 10, 10) == (before.available, during.available, after.available)
    assert [1, 0, 1] == [len(each.expiring) for each in (before, during, after)]


ENDS = [None, Days(20), Months(1), loyalty.expire_after(Months(1), to_end_of="month"), loyalty.expire_yearly(4, 4)]
IDLE = [None, SLEEPY, loyalty.expire_unless_active(Days(45), activity=["earned", "spent"], to_end_of="month")]
TIERS = [(), ((noon("2026-02-01"), GOLD),), ((noon("2026-02-01"), GOLD), (noon("2026-03-01"), None))]


@given(
    st.builds(
        loyalty.Lots,
        hold=st.just("not"),
        expire=st.sampled_from(ENDS),
        idle=st.sampled_from(IDLE),
        suspended=st.sampled_from([None, loyalty.never_with(GOLD, on_loss="resume")]),
    ),
    st.lists(st.tuples(st.sampled_from("vgs"), st.integers(0, 90), st.integers(1, 15)), max_size=8),
    st.sampled_from(TIERS),
    st.integers(0, 120),
)
def test_what_is_told_happens(lots: loyalty.Lots, steps: Any, tiers: Any, days: int) -> None:
    """If nothing else happens, points lapse on the days that were told, as many as were told, and no others ever do."""
    start = noon("2026-01-01")
    made: dict[str, Any] = {
        "v": lambda key, at, _: Visit(key, at),
        "g": lambda key, at, n: Adjustment(key, at, n, reason="gift"),
        "s": lambda key, at, n: PointsSpent(key, at, key, n),
    }
    events = [made[kind](f"e{place}", start + timedelta(days=day), n) for place, (kind, day, n) in enumerate(steps)]
    at = start + timedelta(days=days)
    past, known = History(events).until(at).events, [each for each in tiers if each[0] <= at]

    found = read(lots, past, at, known)

    left = found.available
    for day, count in found.expiring:
        left -= count
        assert left == read(lots, past, start_of_day(day_after(day), ZONE), known).available
    assert left == read(lots, past, noon("2046-01-01"), known).available


def test_an_activity_of_an_order_prolongs_all() -> None:
    """A parcel that is sent moves the day of all points."""
    lots = loyalty.Lots(hold="not", idle=loyalty.expire_unless_active(Days(180), activity=["dispatched"]))
    events: list[Event] = [
        visit("2026-03-01"),
        Dispatch("d1", noon("2026-03-02"), "A-1"),
        Dispatch("d2", noon("2026-03-05"), "A-2"),
    ]

    assert ((date(2026, 9, 1), 10),) == read(lots, events, noon("2026-03-06")).expiring
