from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import (
    Adjustment,
    Birthday,
    Days,
    Delivered,
    Dispatch,
    History,
    Measured,
    Money,
    Months,
    Name,
    OrderError,
    Payment,
    Pin,
    PointsPart,
    PointsReceived,
    PointsReleased,
    PointsReserved,
    PointsSpent,
    PointsTransferred,
    Purchase,
    Review,
    SignUp,
    Statement,
    Tier,
    Undone,
    Visit,
    cart,
    eur,
    loyalty,
    say,
)
from aftercare.calendar import start_of_day
from aftercare.loyalty.ledger import Ledger, account, ledger
from aftercare.order_events import Units
from tests.loyalty.receipts import ZONE, bought, noon, receipt, returned

if TYPE_CHECKING:
    from aftercare.history import Event

MEMBER, SILVER, GOLD = Tier("member", 0), Tier("silver", 1), Tier("gold", 2)
PER_EURO = loyalty.points(1, per=eur(1), tax="included")
LATER = noon("2027-12-31")


def terms(**more: Any) -> loyalty.Points:
    """A point for a euro."""
    return loyalty.Points(**{"earning": PER_EURO, **more})


def read(*events: Event, at: str | datetime = LATER, points: Any = None, **more: Any) -> Ledger:
    """The ledger of *events*, all of whose reasons can be said."""
    instant = noon(at) if isinstance(at, str) else at
    found = ledger(points or terms(), History(events), at=instant, zone=more.pop("zone", ZONE), **more)
    assert all(say(each.reason, locale="en") for each in (*found.entries, *found.refused))
    return found


def given(points: int, day: str, id: str = "") -> Adjustment:
    """Points that staff gave, or took."""
    return Adjustment(id or f"gift-{day}-{points}", noon(day), points, reason="a gift")


def order(id: str, *prices: Any, on: str = "2026-03-01", **more: Any) -> Any:
    """An order placed on a day."""
    return bought(receipt(id, *prices, at=noon(on), **more))


def spent(points: int, day: str, key: str = "k", **more: Any) -> PointsSpent:
    """Points spent at noon of a day."""
    return PointsSpent(f"spend-{key}-{day}", noon(day), key, points, **more)


# Held until the return window ends.


HELD = {("A-1", "1"): date(2026, 4, 8), ("A-1", "2"): None}


@pytest.mark.parametrize(
    ("at", "available", "pending"),
    [
        (noon("2026-03-09"), 0, 30),
        (start_of_day(date(2026, 4, 9), ZONE) - timedelta(microseconds=1), 0, 30),
        (start_of_day(date(2026, 4, 9), ZONE), 10, 20),
        (noon("2027-04-09"), 10, 20),
    ],
)
def test_held_until_the_window_ends(at: datetime, available: int, pending: int) -> None:
    """Points are available from the day after the last day of returning their line; undelivered lines are held."""
    found = read(order("A-1", 10, 20), at=at, holds=HELD)

    assert (available, pending, 30) == (found.available, found.pending, found.balance)


def test_a_return_cancels_pending_points() -> None:
    """Pending points of a returned line are cancelled: they never were to be spent."""
    found = read(order("A-1", 10, 20), returned("A-1", noon("2026-03-12"), {"1": 1}), holds=HELD)

    assert (0, 20) == (found.available, found.pending)
    assert ["points.earned", "points.cancelled"] == [entry.reason.code for entry in found.entries]


def test_pending_is_told() -> None:
    """A ledger says what arrives when and what lapses when."""
    points = terms(lots=loyalty.Lots(expire=Months(1)))
    found = read(
        order("A-1", 10, 20),
        given(7, "2026-03-02"),
        given(5, "2026-03-02", "x"),
        at="2026-03-10",
        holds=HELD,
        points=points,
    )

    assert ((start_of_day(date(2026, 4, 9), ZONE).astimezone(UTC), 10),) == found.arriving
    assert ((date(2026, 4, 2), 12),) == found.expiring


@pytest.mark.parametrize(
    ("hold", "events", "available"),
    [
        ("not", [], 10),
        (Days(7), [], 10),
        (Days(20), [], 0),
        (loyalty.held_until("delivered"), [], 0),
        (loyalty.held_until("delivered"), [Delivered("d", noon("2026-03-05"), "A-1")], 10),
        (loyalty.held_until("delivered"), [Delivered("d", noon("2026-03-05"), "A-1", (Units("1", 1),))], 10),
        (loyalty.held_until("delivered"), [Delivered("d", noon("2026-03-05"), "A-1", (Units("2", 1),))], 0),
        (loyalty.held_until("delivered"), [Dispatch("d", noon("2026-03-05"), "A-1")], 0),
        (loyalty.held_until("delivered"), [Delivered("d", noon("2026-03-05"), "A-9")], 0),
        (loyalty.held_until("delivered", Days(5)), [Delivered("d", noon("2026-03-05"), "A-1")], 0),
        (loyalty.held_until("paid", Days(4)), [Payment("d", noon("2026-03-05"), "A-1", eur(10))], 10),
    ],
)
def test_other_holds(hold: Any, events: list[Any], available: int) -> None:
    """Points are held for whole days, until a milestone of the order, some days after it, or not at all."""
    found = read(order("A-1", 10), *events, at="2026-03-10", points=terms(lots=loyalty.Lots(hold=hold)))

    assert (available, 10 - available) == (found.available, found.pending)


def test_a_fixed_hold_starts_the_next_day() -> None:
    """Seven days after the first of March points are held; on the ninth they are there."""
    points = terms(earning=loyalty.points_for(50, on="visit"), lots=loyalty.Lots(hold=Days(7)))
    visit = Visit("v", noon("2026-03-01"))

    assert 0 == read(visit, at="2026-03-08", points=points).available
    assert 50 == read(visit, at="2026-03-09", points=points).available


# Spending and lapsing.


LOTS = [
    given(100, "2026-01-10", "L1"),
    PointsReceived("L2", noon("2026-02-01"), [PointsPart(50, date(2026, 3, 31))], sender="C-9"),
]
UNTIL_JANUARY = loyalty.Lots(expire=loyalty.expire_after(Months(12), to_end_of="month"))


@pytest.mark.parametrize(
    ("spend", "left", "lapsed"),
    [("expiring_first", {"L1": 30, "L2:1": 0}, 0), ("oldest_first", {"L1": 0, "L2:1": 30}, 30)],
)
def test_soonest_expiring_first(spend: Any, left: dict[str, int], lapsed: int) -> None:
    """Spending what expires first leaves what lasts; the oldest first loses thirty points."""
    points = terms(lots=loyalty.Lots(expire=UNTIL_JANUARY.expire, spend=spend))
    events = [*LOTS, spent(120, "2026-03-01")]

    assert left == {lot.id: lot.left for lot in read(*events, at="2026-03-01", points=points).lots}
    after = read(*events, at="2026-04-01", points=points)
    assert (30 - lapsed, lapsed) == (after.available, sum(lot.expired for lot in after.lots))


def test_each_debit_names_its_lots() -> None:
    """A debit says from which lots it came."""
    found = read(*LOTS, spent(120, "2026-03-01"), at="2026-03-01", points=terms(lots=UNTIL_JANUARY))

    assert (("L2:1", 50), ("L1", 70)) == found.entries[-1].parts


def test_the_balance_does_not_collapse() -> None:
    """Spent points do not lapse a second time: a later credit stays."""
    events = [
        PointsReceived("a", noon("2026-02-01"), [PointsPart(100, date(2026, 6, 30))], sender="C-9"),
        spent(100, "2026-03-01"),
        given(40, "2026-05-01"),
    ]

    assert 40 == read(*events, at="2026-07-01").balance


@pytest.mark.parametrize(("zone", "last"), [("UTC", date(2026, 2, 28)), ("Europe/Warsaw", date(2026, 3, 31))])
def test_the_zone_matters_by_a_month(zone: str, last: date) -> None:
    """Half past eleven in the evening of 31 January in London is February in Warsaw."""
    points = terms(lots=loyalty.Lots(expire=loyalty.expire_after(Months(1), to_end_of="month")))
    event = Adjustment("a", datetime(2026, 1, 31, 23, 30, tzinfo=UTC), 10, reason="x")

    assert ((last, 10),) == read(event, at="2026-02-10", points=points, zone=zone).expiring


@pytest.mark.parametrize(
    ("zone", "last", "end"),
    [
        ("Europe/Warsaw", "2026-03-28", "2026-03-28T23:00"),
        ("Europe/Warsaw", "2026-03-29", "2026-03-29T22:00"),
        ("Asia/Tokyo", "2026-03-31", "2026-03-31T15:00"),
        ("America/Los_Angeles", "2026-03-31", "2026-04-01T07:00"),
    ],
)
def test_the_last_day_ends_where_the_program_is(zone: str, last: str, end: str) -> None:
    """Points are good through their last day on the clocks of the program, also when these change."""
    instant = datetime.fromisoformat(end).replace(tzinfo=UTC)
    event = PointsReceived("a", noon("2026-02-01"), [PointsPart(10, date.fromisoformat(last))], sender="C-9")

    assert 10 == read(event, at=instant - timedelta(microseconds=1), zone=zone).balance
    assert 0 == read(event, at=instant, zone=zone).balance


@pytest.mark.parametrize(("clock", "last"), [("available", date(2026, 5, 9)), ("earned", date(2026, 4, 1))])
def test_the_clock_starts(clock: Any, last: date) -> None:
    """The clock starts when points are available, or when they were earned."""
    points = terms(lots=loyalty.Lots(expire=Months(1), clock=clock))

    # In the second case the hold outlasts the points, and they lapse on the day that they arrive.
    found = read(order("A-1", 10), at="2026-04-10", points=points, holds={("A-1", "1"): date(2026, 4, 8)})

    assert last == found.lots[0].last_day
    assert (10 if clock == "available" else 0) == found.balance


# Idleness.


SLEEPY = terms(lots=loyalty.Lots(idle=loyalty.expire_unless_active(Days(180), activity=("dispatched",))))


@pytest.mark.parametrize(
    ("events", "at", "left"),
    [
        ([Dispatch("d", noon("2026-03-02"), "A-1")], "2026-08-29", 110),
        ([Dispatch("d", noon("2026-03-02"), "A-1")], "2026-08-30", 0),
        ([Dispatch("d", noon("2026-03-02"), "A-1"), Dispatch("e", noon("2026-08-29"), "A-1")], "2026-08-30", 110),
        ([], "2026-12-30", 110),
    ],
)
def test_idleness(events: list[Any], at: str, left: int) -> None:
    """All points lapse after half a year without a dispatched order, however many there are."""
    assert left == read(order("A-1", 10), given(100, "2026-03-01"), *events, at=at, points=SLEEPY).balance


def test_an_order_that_came_back_was_no_activity() -> None:
    """When an order comes back whole, the activity before it counts again."""
    events = [
        given(100, "2026-01-01"),
        order("A-1", 10, on="2026-01-01"),
        Dispatch("d1", noon("2026-01-01"), "A-1"),
        order("A-2", 10, on="2026-05-01"),
        Dispatch("d2", noon("2026-05-01"), "A-2"),
        returned("A-2", noon("2026-08-01"), {"1": 1}, "back"),
    ]

    assert 120 == read(*events, at="2026-07-31", points=SLEEPY).balance
    assert 0 == read(*events, at="2026-08-01", points=SLEEPY).balance
    kept = [
        *events[:-1],
        returned("A-2", noon("2026-06-01"), {"1": 1}, "back"),
        Undone("u", noon("2026-06-02"), "back"),
    ]
    assert 120 == read(*kept, at="2026-10-28", points=SLEEPY).balance
    assert 0 == read(*kept, at="2026-10-29", points=SLEEPY).balance


def test_an_order_that_was_no_activity() -> None:
    """An order that was never dispatched prolonged nothing, and its return shortens nothing."""
    events = [
        order("A-1", 10),
        Dispatch("d1", noon("2026-03-01"), "A-1"),
        order("A-2", 10),
        returned("A-2", noon("2026-03-05"), {"1": 1}),
    ]

    assert 10 == read(*events, at="2026-08-28", points=SLEEPY).balance


def test_activity_that_returns_behind_another() -> None:
    """An order whose return was called off is an activity of its own day again, not the latest one."""
    events = [
        order("A-1", 10, on="2026-01-01"),
        Dispatch("d1", noon("2026-01-01"), "A-1"),
        returned("A-1", noon("2026-01-05"), {"1": 1}, "back"),
        order("A-2", 10, on="2026-02-01"),
        Dispatch("d2", noon("2026-02-01"), "A-2"),
        Undone("u", noon("2026-02-02"), "back"),
    ]

    assert 20 == read(*events, at="2026-07-31", points=SLEEPY).balance
    assert 0 == read(*events, at="2026-08-01", points=SLEEPY).balance


# Suspended expiry.


@pytest.mark.parametrize(
    ("on_loss", "last"),
    [("restart", date(2029, 3, 31)), ("resume", date(2028, 12, 31)), ("lapse", date(2023, 3, 31))],
)
def test_points_of_a_tier(on_loss: Any, last: date) -> None:
    """Points do not lapse while the tier is held; on its loss the clock restarts, resumes, or they lapse."""
    expire = loyalty.expire_after(Months(36), to_end_of="quarter")
    points = terms(lots=loyalty.Lots(expire=expire, suspended=loyalty.never_with(SILVER, on_loss=on_loss)))
    tiers = [(noon("2020-05-01"), MEMBER), (noon("2020-06-01"), GOLD), (noon("2026-02-28"), None)]

    kept = read(given(10, "2020-01-05"), at="2026-02-27", points=points, tiers=tiers)
    lost = read(given(10, "2020-01-05"), at="2026-02-28", points=points, tiers=tiers)

    assert 10 == kept.balance
    if on_loss == "resume":  # what was left from June 2020 on
        last = date(2026, 2, 28) + (date(2023, 3, 31) - date(2020, 6, 1))
    assert last == lost.lots[0].last_day
    assert (0 if on_loss == "lapse" else 10) == lost.balance


def test_resumed_points_that_started_late() -> None:
    """Points whose clock started while it stood still have their whole term from the loss on; others keep theirs."""
    rules = loyalty.Lots(expire=Days(100), suspended=loyalty.never_with(GOLD, on_loss="resume"))
    tiers = [(noon("2026-01-01"), GOLD), (noon("2026-03-01"), None)]
    events = [
        given(1, "2026-01-20", "a"),
        PointsReceived("b", noon("2026-01-20"), [PointsPart(1, date(2026, 1, 25))], sender="C-9"),
        PointsReceived("c", noon("2025-12-01"), [PointsPart(1, date(2025, 12, 5))], sender="C-9"),
        PointsReceived("d", noon("2025-12-01"), [PointsPart(1)], sender="C-9"),
    ]

    found = read(*events, at="2026-03-01", points=terms(lots=rules), tiers=tiers)

    assert {
        "a": date(2026, 6, 9),
        "b:1": date(2026, 3, 6),
        "c:1": date(2025, 12, 5),
        "d:1": date(2026, 5, 9),
    } == {lot.id: lot.last_day for lot in found.lots}


@pytest.mark.parametrize(("on_loss", "left"), [("restart", 100), ("resume", 100), ("lapse", 0)])
def test_idleness_is_suspended_too(on_loss: Any, left: int) -> None:
    """Nor do points lapse for want of activity while the tier is held; on its loss that clock starts anew, or not."""
    idle = loyalty.expire_unless_active(Days(30))
    points = terms(lots=loyalty.Lots(idle=idle, suspended=loyalty.never_with(GOLD, on_loss=on_loss)))
    events = [Review("r", noon("2026-01-01"), "CUP")]
    points = loyalty.Points(earning=loyalty.points_for(100, on="review"), lots=points.lots)
    tiers = [(noon("2026-01-01"), GOLD), (noon("2026-03-01"), None)]

    assert 100 == read(*events, at="2026-02-28", points=points, tiers=tiers).balance
    assert left == read(*events, at="2026-03-30", points=points, tiers=tiers).balance
    assert 0 == read(*events, at="2026-04-02", points=points, tiers=tiers).balance


# Goods that come back.


def test_points_of_the_lines_that_came_back() -> None:
    """A return takes the points of its own lines, not a share of everybody's."""
    extra = loyalty.sum_of(
        PER_EURO,
        loyalty.points_each(10, of="SKU-1"),
        loyalty.points_each(20, of="SKU-2"),
    )
    events = [order("A-1", 10, 10, 20), returned("A-1", noon("2026-03-05"), {"3": 1})]

    assert 50 == read(*events, points=terms(earning=extra)).balance


@pytest.mark.parametrize("held", [True, False])
def test_parts_add_up(held: bool) -> None:
    """Three of 1.99 earn five; one after another they take back two, two and one."""
    events: list[Any] = [order("A-1", ("1.99", 3))]
    balances = []
    for place in range(1, 4):
        events.append(returned("A-1", noon(f"2026-03-0{place + 1}"), {"1": 1}))
        balances.append(read(*events, holds={("A-1", "1"): None} if held else {}).balance)

    assert [3, 1, 0] == balances


def test_the_stored_version_takes_back() -> None:
    """What an order earned is taken back by the rules it was earned by, whatever these are today."""
    double = terms(earning=PER_EURO.times(2))
    versions = ((None, terms()), (noon("2026-03-02"), double), (noon("2026-03-03"), loyalty.Points()))
    events = [order("A-1", 50), order("A-2", 50, on="2026-03-02"), returned("A-1", noon("2026-03-04"), {"1": 1})]

    assert 150 == read(*events[:2], points=versions).balance
    assert 100 == read(*events, points=versions).balance


@pytest.mark.parametrize(("reassess", "left"), [(False, 140), (True, 70)])
def test_minimums(reassess: bool, left: int) -> None:
    """A minimum that was met is only read again where the program says so."""
    rule = PER_EURO.times(2, when=cart.amount().at_least(eur(100)))
    points = terms(earning=rule, claw_back=loyalty.ClawBack(reassess_minimums=reassess))
    events = [order("A-1", 70, 40), returned("A-1", noon("2026-03-05"), {"2": 1})]

    assert left == read(*events, points=points).balance


def test_a_return_earns_nothing() -> None:
    """Goods that stay do not earn more because others went."""
    rule = PER_EURO.times(2, when=cart.amount().below(eur(100)))
    points = terms(earning=rule, claw_back=loyalty.ClawBack(reassess_minimums=True))
    events = [order("A-1", 70, 40), returned("A-1", noon("2026-03-05"), {"2": 1})]

    assert 110 == read(*events, points=points).balance


SPENT_BEFORE = [order("A-1", 300), spent(250, "2026-03-02"), returned("A-1", noon("2026-03-03"), {"1": 1}, "back")]
CENT = eur("0.01")


@pytest.mark.parametrize(
    ("claw_back", "balance", "later", "withheld"),
    [
        (loyalty.ClawBack(shortfall="forgive"), 0, 400, None),
        (loyalty.ClawBack(), -250, 150, None),
        (loyalty.ClawBack(shortfall="set_off", point_worth=CENT), 0, 400, eur("2.50")),
    ],
)
def test_points_that_were_spent(claw_back: Any, balance: int, later: int, withheld: Money | None) -> None:
    """What is gone is forgiven, owed until new points fill it, or set off against the refund."""
    points = terms(claw_back=claw_back)

    found = read(*SPENT_BEFORE, points=points)
    after = read(*SPENT_BEFORE, given(400, "2026-03-04"), points=points)

    assert (balance, later) == (found.balance, after.balance)
    assert later == after.available
    assert (None if withheld is None else withheld) == (found.set_offs[0].amount if found.set_offs else None)


def test_deficits_end() -> None:
    """What is owed may be forgiven after a time, while points expire as ever; what was filled by then is gone."""
    lots = loyalty.Lots(expire=Months(6))
    points = terms(lots=lots, claw_back=loyalty.ClawBack(deficit_lasts=Months(12)))
    events = [*SPENT_BEFORE, given(100, "2026-04-01"), given(200, "2027-03-10")]

    assert -150 == read(*events, at="2027-03-03", points=points).balance
    assert 0 == read(*events, at="2027-03-04", points=points).balance
    assert 200 == read(*events, at="2027-03-10", points=points).balance
    filled = [*SPENT_BEFORE, given(300, "2026-04-01")]
    assert 50 == read(*filled, at="2026-09-30", points=points).balance
    assert 0 == read(*filled, at="2027-03-04", points=points).balance


def test_points_that_expired_count_as_taken() -> None:
    """Whoever let points lapse is not punished twice; they count before those that were spent."""
    points = terms(lots=loyalty.Lots(expire=Months(1)))
    events = [order("A-1", 300), spent(250, "2026-03-02"), returned("A-1", noon("2026-05-01"), {"1": 1})]

    assert -250 == read(*events, points=points).balance
    assert 0 == read(*events[:1], *events[2:], points=points).balance


def test_whose_points_go_first() -> None:
    """Pending points of the line go first, then the order's own, then others; never pending points of other orders."""
    holds = {("A-1", "1"): None, ("A-2", "1"): None}
    events = [
        order("A-1", 10, 20),
        order("A-2", 40),
        PointsReceived("soon", noon("2026-03-01"), [PointsPart(5, date(2027, 12, 31))], sender="C-9"),
        given(5, "2026-03-01", "late"),
        spent(25, "2026-03-01"),
    ]
    first = read(*events, returned("A-1", noon("2026-03-05"), {"1": 1}), holds=holds, at="2026-03-06")
    both = read(*events, returned("A-1", noon("2026-03-05"), {"1": 1, "2": 1}), holds=holds, at="2026-03-06")

    assert (5, 40, 0) == (first.available, first.pending, first.deficit)
    assert (0, 40, 15) == (both.available, both.pending, both.deficit)


def test_paid_with_points() -> None:
    """Of an order of 100, a fifth paid with 2000 points, 40 come back: 800 points, and 32 of the 80 earned go."""
    events = [
        given(2000, "2026-02-01"),
        order("A-1", 40, 60, points=20),
        spent(2000, "2026-03-01", order="A-1"),
        returned("A-1", noon("2026-03-05"), {"1": 1}),
        returned("A-1", noon("2026-03-06"), {"2": 1}),
    ]

    assert 80 == read(*events[:3]).balance
    assert 848 == read(*events[:4]).balance
    assert 2000 == read(*events).balance


@pytest.mark.parametrize(("how", "back"), [("points_first", 2000), ("points_last", 0), ("ratio", 600), ("not", 0)])
def test_who_gets_the_refund_first(how: Any, back: int) -> None:
    """A refund goes back to points first, last, in the ratio in which they paid, or not at all."""
    points = loyalty.Points(claw_back=loyalty.ClawBack(giving_back=how))
    events = [
        given(2000, "2026-02-01"),
        order("A-1", 30, 70, points=20),
        spent(2000, "2026-03-01", order="A-1"),
        returned("A-1", noon("2026-03-05"), {"1": 1}),
    ]

    assert back == read(*events, points=points).balance
    whole = read(*events, returned("A-1", noon("2026-03-06"), {"2": 1}), points=points).balance
    assert (0 if how == "not" else 2000) == whole


def test_what_was_taken_last_goes_back_first() -> None:
    """Of points that came from two lots, those of the lot that was touched last go back first."""
    events = [
        given(60, "2026-02-01", "a"),
        given(60, "2026-02-02", "b"),
        order("A-1", 40, 60, points=50),
        spent(100, "2026-03-01", order="A-1"),
        returned("A-1", noon("2026-03-05"), {"1": 1}),
        returned("A-1", noon("2026-03-06"), {"2": 1}),
    ]
    lefts = [{lot.id: lot.left for lot in read(*events[:count], points=loyalty.Points()).lots} for count in (4, 5, 6)]

    assert [{"a": 0, "b": 20}, {"a": 0, "b": 60}, {"a": 60, "b": 60}] == lefts


def test_nothing_was_payable() -> None:
    """An order that cost nothing gives no points back."""
    events = [
        given(10, "2026-02-01"),
        order("A-1", 0),
        spent(10, "2026-03-01", order="A-1"),
        returned("A-1", noon("2026-03-05"), {"1": 1}),
    ]

    assert 0 == read(*events).balance


@pytest.mark.parametrize(
    ("courtesy", "on", "last", "balance"),
    [
        (Days(30), "2026-03-20", date(2026, 4, 19), 100),
        (Days(30), "2026-03-02", date(2026, 3, 15), 100),
        (Days(0), "2026-03-20", date(2026, 3, 15), 0),
    ],
)
def test_points_go_back_to_their_lots(courtesy: Days, on: str, last: date, balance: int) -> None:
    """Spent points go back to their own lots; those whose day is over have a courtesy, which may be nothing."""
    points = loyalty.Points(lots=loyalty.Lots(expire=Days(14)), claw_back=loyalty.ClawBack(courtesy=courtesy))
    events = [
        given(100, "2026-03-01", "g"),
        order("A-1", 100, points=50),
        spent(100, "2026-03-01", order="A-1"),
        returned("A-1", noon(on), {"1": 1}),
    ]

    found = read(*events, at=on, points=points)

    assert (last, balance) == (found.lots[0].last_day, found.balance)
    assert 0 == read(*events, points=points).balance


# Returns that were called off.


def _state(found: Ledger) -> Any:
    return (found.available, found.pending, found.reserved, found.deficit, found.lots)


@pytest.mark.parametrize("holds", [{}, {("A-1", "1"): None}])
@pytest.mark.parametrize("claw_back", [loyalty.ClawBack(), loyalty.ClawBack(shortfall="set_off", point_worth=CENT)])
def test_a_return_that_was_called_off(holds: Any, claw_back: Any) -> None:
    """A return that is undone leaves the lots exactly as they were."""
    before = [
        given(500, "2026-02-01"),
        order("A-1", 100, 200, points=50),
        spent(450, "2026-03-01", order="A-1"),
    ]
    after = [returned("A-1", noon("2026-03-05"), {"1": 1, "2": 1}, "back"), Undone("u", noon("2026-03-06"), "back")]
    points = terms(claw_back=claw_back)

    found, undone = read(*before, holds=holds, points=points), read(*before, *after, holds=holds, points=points)

    assert _state(found) == _state(undone)
    assert 0 == sum(each.points for each in undone.set_offs)
    assert undone.balance == sum(entry.points for entry in undone.entries)


def test_set_off_is_paid_after_all() -> None:
    """What was withheld for points is paid when the return is undone."""
    points = terms(claw_back=loyalty.ClawBack(shortfall="set_off", point_worth=CENT))

    found = read(*SPENT_BEFORE, Undone("u", noon("2026-03-04"), "back"), points=points)

    assert [eur("2.50"), eur("-2.50")] == [each.amount for each in found.set_offs]
    assert 50 == found.balance


@pytest.mark.parametrize("filled", [0, 100, 400])
def test_a_deficit_that_is_undone(filled: int) -> None:
    """What had been filled of a deficit goes back to the lots that filled it."""
    fill = [given(filled, "2026-03-04")] if filled else []

    found = read(*SPENT_BEFORE, *fill, Undone("u", noon("2026-03-05"), "back"))

    assert (50 + filled, 0) == (found.available, found.deficit)
    assert found.balance == sum(entry.points for entry in found.entries)


def test_an_earlier_return_is_undone() -> None:
    """When the first of two returns is undone, the second stands as if it had been alone."""
    events = [order("A-1", ("1.99", 3)), returned("A-1", noon("2026-03-02"), {"1": 1}, "one")]
    second = returned("A-1", noon("2026-03-03"), {"1": 1}, "two")
    undone = Undone("u", noon("2026-03-04"), "one")

    assert 3 == read(*events, second, undone).balance
    assert _state(read(events[0], second)) == _state(read(*events, second, undone))


def test_points_given_back_and_spent_again() -> None:
    """Points that a return gave back and that were spent since are owed when the return is undone."""
    events = [
        given(100, "2026-02-01"),
        order("A-1", 100, points=50),
        spent(100, "2026-03-01", order="A-1"),
        returned("A-1", noon("2026-03-05"), {"1": 1}, "back"),
        spent(100, "2026-03-06", "other"),
        Undone("u", noon("2026-03-07"), "back"),
    ]

    assert -100 == read(*events, points=loyalty.Points()).balance


@pytest.mark.parametrize("courtesy", [Days(0), Days(30)])
def test_courtesy_is_undone(courtesy: Days) -> None:
    """A return that is undone takes back the courtesy that it brought, and no points that lapsed at once."""
    points = loyalty.Points(lots=loyalty.Lots(expire=Days(14)), claw_back=loyalty.ClawBack(courtesy=courtesy))
    events = [
        given(100, "2026-03-01", "g"),
        order("A-1", 100, points=50),
        spent(90, "2026-03-01", order="A-1"),
    ]
    after = [returned("A-1", noon("2026-03-20"), {"1": 1}, "back"), Undone("u", noon("2026-03-21"), "back")]

    found = read(*events, *after, points=points)

    assert 0 == found.balance == sum(entry.points for entry in found.entries)
    assert _state(read(*events, points=points)) == _state(found)


def test_a_spending_is_undone() -> None:
    """A spending that failed gives its points back to their lots."""
    events = [*LOTS, spent(120, "2026-03-01"), Undone("u", noon("2026-03-02"), "spend-k-2026-03-01")]

    assert _state(read(*LOTS, at="2026-03-03")) == _state(read(*events, at="2026-03-03"))
    again = Undone("v", noon("2026-03-02"), "spend-k-2026-03-01")
    assert ["points.refused.nothing_to_undo"] == [each.reason.code for each in read(*events, again).refused]


# Reserving.


@pytest.mark.parametrize(
    ("more", "available", "reserved"),
    [
        ([], 50, 50),
        ([PointsReserved("r2", noon("2026-03-03"), "k", 50)], 50, 50),
        ([PointsReleased("x", noon("2026-03-03"), "k")], 100, 0),
        ([PointsReleased("x", noon("2026-03-03"), "k"), PointsReleased("y", noon("2026-03-03"), "k")], 100, 0),
        ([spent(50, "2026-03-03")], 50, 0),
        ([spent(50, "2026-03-03"), spent(50, "2026-03-04")], 50, 0),
        ([spent(20, "2026-03-03")], 80, 0),
        ([spent(70, "2026-03-03")], 30, 0),
        ([spent(70, "2026-03-03"), PointsReserved("r2", noon("2026-03-04"), "k", 70)], 30, 0),
    ],
)
def test_reserve_commit_release(more: list[Any], available: int, reserved: int) -> None:
    """Points are set aside, spent or freed; the same act twice counts once."""
    events = [
        given(60, "2026-03-01", "a"),
        given(40, "2026-03-01", "b"),
        PointsReserved("r", noon("2026-03-02"), "k", 50),
    ]

    found = read(*events, *more, at="2026-03-05")

    assert (available, reserved, ()) == (found.available, found.reserved, found.refused)
    assert found.balance == sum(entry.points for entry in found.entries)


def test_part_of_a_reservation() -> None:
    """What was set aside and not spent is free again, lot by lot."""
    events = [
        given(60, "2026-03-01", "a"),
        given(40, "2026-03-01", "b"),
        PointsReserved("r", noon("2026-03-02"), "k", 80),
    ]

    found = read(*events, spent(20, "2026-03-03"))

    assert {"a": 40, "b": 40} == {lot.id: lot.left for lot in found.lots}


def test_events_that_move_no_points() -> None:
    """A pin or a date of birth moves no points."""
    pin = Pin("p", noon("2026-03-02"), GOLD, reason="long wait", by="Ewa")

    assert read(order("A-1", 10)) == read(order("A-1", 10), pin, Birthday("b", noon("2026-03-02"), date(1988, 2, 29)))


def test_a_reservation_lapses() -> None:
    """A reservation that nobody spent is free again at its end; one that was spent has none."""
    until = noon("2026-03-04")
    events = [given(100, "2026-03-01"), PointsReserved("r", noon("2026-03-02"), "k", 50, until=until)]

    assert 50 == read(*events, at=until - timedelta(microseconds=1)).available
    assert 100 == read(*events, at=until).available
    assert 50 == read(*events, spent(50, "2026-03-03"), at=until).available


def test_a_key_is_one_act() -> None:
    """A key that was freed cannot set points aside again; late, it can still be spent where there are points."""
    events = [
        given(100, "2026-03-01"),
        PointsReserved("r", noon("2026-03-02"), "k", 50),
        PointsReleased("x", noon("2026-03-03"), "k"),
    ]

    found = read(*events, PointsReserved("r2", noon("2026-03-04"), "k", 50))

    assert (100, ["points.refused.key"]) == (found.available, [each.reason.code for each in found.refused])
    assert 50 == read(*events, spent(50, "2026-03-04")).available


def test_reserved_points_do_not_lapse() -> None:
    """Points that are set aside outlast their day; once free, they lapse."""
    points = terms(lots=loyalty.Lots(expire=Days(1)))
    events = [given(100, "2026-03-01", "g"), PointsReserved("r", noon("2026-03-02"), "k", 50)]

    held = read(*events, at="2026-03-09", points=points)
    freed = read(*events, PointsReleased("x", noon("2026-03-08"), "k"), at="2026-03-09", points=points)

    assert (50, 50) == (held.balance, held.reserved)
    assert (0, 0, 100) == (freed.balance, freed.reserved, freed.lots[0].expired)


# What is refused changes nothing.


@pytest.mark.parametrize(
    ("code", "event"),
    [
        ("points.refused.balance", spent(31, "2026-03-02")),
        ("points.refused.balance", PointsReserved("r", noon("2026-03-02"), "k", 31)),
        ("points.refused.balance", PointsTransferred("t", noon("2026-03-02"), 31, to="C-9")),
        ("points.refused.key", spent(9, "2026-03-02", "known")),
        ("points.refused.key", PointsReserved("r", noon("2026-03-02"), "known", 9)),
        ("points.refused.unknown_key", PointsReleased("x", noon("2026-03-02"), "k")),
        ("points.refused.unknown_order", returned("A-9", noon("2026-03-02"), {"1": 1})),
        ("points.refused.too_many_units", returned("A-1", noon("2026-03-02"), {"1": 2})),
        ("points.refused.too_many_units", returned("A-1", noon("2026-03-02"), {"9": 1})),
        ("points.refused.known_order", Purchase("twice", noon("2026-03-02"), receipt("A-1", 9))),
        ("points.refused.nothing_to_undo", Undone("u", noon("2026-03-02"), "nothing")),
        ("points.refused.currency", order("A-2", 9, on="2026-03-02", currency="PLN")),
    ],
)
def test_what_is_refused(code: str, event: Any) -> None:
    """An event that cannot be is named, with its reason, and changes nothing."""
    events = [order("A-1", 35), spent(5, "2026-03-01", "known")]

    found = read(*events, event)

    assert [(event.id, code)] == [(each.event, each.reason.code) for each in found.refused]
    assert _state(read(*events)) == _state(found)


def test_points_that_come_after_idleness() -> None:
    """Points that come once everything has lapsed wait for the next activity; an outdated look takes nothing."""
    events = [
        order("A-1", 10, on="2026-01-01"),
        Dispatch("d1", noon("2026-01-01"), "A-1"),
        order("A-2", 10, on="2026-05-01"),
        Dispatch("d2", noon("2026-05-01"), "A-2"),
        returned("A-2", noon("2026-08-01"), {"1": 1}),
        given(20, "2026-08-02"),
    ]

    assert 0 == read(*events[:-1], at="2026-08-02", points=SLEEPY).balance
    assert 20 == read(*events, at="2026-12-01", points=SLEEPY).balance


def test_members_only() -> None:
    """Where only members collect, nothing counts before the sign-up, and it is said."""
    points = terms(members_only=True)
    events = [
        order("A-1", 10),
        given(5, "2026-03-01"),
        SignUp("s", noon("2026-03-02")),
        order("A-2", 20, on="2026-03-03"),
    ]

    found = read(*events, points=points)

    assert 20 == found.balance
    assert ["points.refused.not_a_member"] == [each.reason.code for each in found.refused]


# Other credits and debits.


def test_events_that_earn() -> None:
    """Sign-ups, visits, reviews and the shop's own measures earn by the rules."""
    rule = loyalty.sum_of(
        loyalty.points_for(100, on="sign_up"),
        loyalty.points_for(5, on="visit"),
        loyalty.points_for(50, on="review").at_most(50, per="day"),
        loyalty.points_for(2, on="measured", measure="nights"),
    )
    events = [
        SignUp("s", noon("2026-03-01")),
        Visit("v", noon("2026-03-02")),
        Review("r1", noon("2026-03-02"), "CUP"),
        Review("r2", noon("2026-03-02"), "POT"),
        Review("r3", noon("2026-03-03"), "TEA"),
        Measured("n", noon("2026-03-03"), "nights", 3),
        Measured("m", noon("2026-03-03"), "nights", -3),
    ]

    found = read(*events, points=terms(earning=rule))

    assert [100, 50, 5, 6, 50] == [entry.points for entry in found.entries]
    assert [
        Statement("points.earned_for.sign_up", count=100),
        Statement("points.earned_for.review", count=50),
        Statement("points.earned_for.visit", count=5),
        Statement("points.earned_for.measured", count=6, measure=Name("nights")),
        Statement("points.earned_for.review", count=50),
    ] == [entry.reason for entry in found.entries]
    assert 0 == read(Visit("v", noon("2026-03-02")), points=loyalty.Points()).balance


def test_staff_give_and_take_points() -> None:
    """What staff gave and what they took are told apart, each with its number above zero."""
    found = read(given(50, "2026-03-01"), given(-20, "2026-03-02"))

    assert [
        Statement("points.given", count=50, reason=Name("a gift")),
        Statement("points.withdrawn", count=20, reason=Name("a gift")),
    ] == [entry.reason for entry in found.entries]


@pytest.mark.parametrize(
    ("per", "points"), [("order", 160), ("day", 100), ("week", 100), ("month", 80), ("year", 80), ("ever", 80)]
)
def test_caps_of_periods(per: Any, points: int) -> None:
    """A cap cuts off what is above it in its calendar period; weeks are ISO weeks."""
    rule = PER_EURO.at_most(80, per=per) if per in {"order", "month", "year", "ever"} else PER_EURO.at_most(50, per=per)
    events = [
        order("A-1", 60, on="2026-03-01"),  # a Sunday
        order("A-2", 60, on="2026-03-02"),
        order("A-3", 40, on="2026-03-02"),
    ]

    assert points == read(*events, points=terms(earning=rule)).balance


def test_a_return_makes_room_under_a_cap() -> None:
    """Points that a return took back no longer use up the cap of their period."""
    points = terms(earning=PER_EURO.at_most(50, per="week"))
    events = [
        order("A-1", 100, on="2026-03-02"),
        returned("A-1", noon("2026-03-03"), {"1": 1}, "back"),
        order("A-2", 40, on="2026-03-04"),
    ]

    assert 40 == read(*events, points=points).balance
    undone = [*events, Undone("u", noon("2026-03-05"), "back"), order("A-3", 40, on="2026-03-06")]
    assert 90 == read(*undone, points=points).balance


@pytest.mark.parametrize(("points", "balance"), [(30, 40), (-4, 6), (-30, -20)])
def test_adjustments(points: int, balance: int) -> None:
    """Staff give and take points, with a reason."""
    found = read(order("A-1", 10), given(points, "2026-03-02"))

    assert (balance, "a gift") == (found.balance, str(found.entries[-1].reason["reason"]))


def test_transfers_keep_their_dates() -> None:
    """Points that went to another member last there as long as they would have."""
    sent = read(given(100, "2026-01-10"), PointsTransferred("t", noon("2026-02-01"), 40, to="C-9"))
    arrived = read(
        PointsReceived("t", noon("2026-02-01"), [PointsPart(40, date(2026, 3, 1))], sender="C-7"),
        at="2026-02-02",
        points=terms(lots=loyalty.Lots(expire=Months(24))),
    )

    assert (60, "C-9") == (sent.balance, str(sent.entries[-1].reason["member"]))
    assert ((date(2026, 3, 1), 40),) == arrived.expiring


def test_delivery_earns_with_its_goods() -> None:
    """Points for delivery are held as long as any line, and go with the last unit."""
    rule = loyalty.points(1, per=eur(1), tax="included", shipping=True)
    event = order("A-1", 10, 20, shipping="5.00")
    last = {("A-1", "1"): date(2026, 3, 10), ("A-1", "2"): date(2026, 3, 20)}

    assert 10 == read(event, at="2026-03-12", points=terms(earning=rule), holds=last).available
    assert 35 == read(event, at="2026-03-22", points=terms(earning=rule), holds=last).available
    unknown = last | {("A-1", "2"): None}
    assert 10 == read(event, at="2026-03-22", points=terms(earning=rule), holds=unknown).available


@pytest.mark.parametrize(("points", "value"), [(149, None), (150, "1.50"), (199, "1.50"), (265, "2.50")])
def test_vouchers_at_intervals(points: int, value: str | None) -> None:
    """At the end of a quarter points become a voucher in steps of fifty; the rest is carried to the next."""
    conversion = loyalty.Conversion(every="quarter", least=150, step=50, point_worth=CENT)
    rules = terms(conversion=conversion)

    found = read(given(points, "2026-02-10"), at="2026-04-01", points=rules)

    assert ([] if value is None else [eur(value)]) == [each.value for each in found.vouchers]
    assert points == found.balance + sum(each.value.minor for each in found.vouchers)
    assert () == read(given(points, "2026-02-10"), at="2026-03-31", points=rules).vouchers
    more = read(given(points, "2026-02-10"), given(150, "2026-05-01"), at="2026-07-01", points=rules)
    assert (points + 150) // 50 * 50 == sum(each.points for each in more.vouchers)


def test_conversion_ends_with_its_version() -> None:
    """Once a version without vouchers is in force, points stay points."""
    conversion = loyalty.Conversion(every="month", least=1, point_worth=CENT)
    versions = ((None, terms(conversion=conversion)), (noon("2026-02-20"), terms()))

    assert 100 == read(given(100, "2026-02-10"), points=versions).balance


# Going on from a state.


def test_advance() -> None:
    """A state goes on event by event to what the whole history says; it can be pickled, and never changes."""
    events = [order("A-1", 10, 20), spent(5, "2026-03-02"), returned("A-1", noon("2026-03-03"), {"2": 1})]
    state = account(terms(), History(), zone=ZONE)
    for event in events:
        state = pickle.loads(pickle.dumps(state)).advance(event)  # noqa: S301 - what was just pickled

    assert read(*events) == state.at(LATER) == state.at(LATER)
    assert noon("2026-03-03") == state.watermark


def test_advance_with_news() -> None:
    """Holds that became known and tiers that changed since are taken in with the next event."""
    points = terms(lots=loyalty.Lots(expire=Days(20), suspended=loyalty.never_with(GOLD, on_loss="lapse")))
    first, second = order("A-1", 10, 20, shipping="5.00"), given(1, "2026-03-10", "x")
    points = loyalty.Points(earning=loyalty.points(1, per=eur(1), tax="included", shipping=True), lots=points.lots)
    undelivered = {("A-1", "1"): None, ("A-1", "2"): None}
    known = {("A-1", "1"): date(2026, 3, 14), ("A-1", "2"): date(2026, 3, 14)}
    tiers = [(noon("2026-03-09"), GOLD)]
    state = account(points, History([first]), zone=ZONE, holds=undelivered)

    after = state.advance(second, holds=known | {("A-9", "1"): None}, tiers=tiers)

    assert read(first, second, points=points, holds=known, tiers=tiers) == after.at(LATER)
    assert 36 == after.at(LATER).balance
    assert 36 == after.advance(given(1, "2026-03-16", "y"), holds=known).at(LATER).balance - 1


def test_preview() -> None:
    """What a return would do is known before it is confirmed, and asking changes nothing."""
    points = terms(claw_back=loyalty.ClawBack(shortfall="set_off", point_worth=CENT))
    state = account(points, History([order("A-1", 10, 20), spent(15, "2026-03-02")]), zone=ZONE)

    asked = state.preview(returned("A-1", noon("2026-03-05"), {"2": 1}))
    wrong = state.preview(returned("A-9", noon("2026-03-05"), {"2": 1}))

    assert (-15, [eur("0.05")]) == (asked.change, [each.amount for each in asked.set_offs])
    assert ["points.taken_back"] == [entry.reason.code for entry in asked.entries]
    assert (0, 1, ()) == (wrong.change, len(wrong.refused), wrong.entries)
    assert 15 == state.at(noon("2026-03-05")).balance


def test_credits() -> None:
    """Points count for tiers from the event that earned them, less what returned goods took away; never by spending."""
    rule = loyalty.sum_of(PER_EURO, loyalty.points_for(5, on="visit"))
    events = [
        order("A-1", 10, ("1.99", 3)),
        Visit("v", noon("2026-03-01")),
        spent(10, "2026-03-02"),
        returned("A-1", noon("2026-03-03"), {"2": 1}, "back"),
        returned("A-1", noon("2026-03-04"), {"2": 1}, "more"),
        Undone("u", noon("2026-03-05"), "more"),
    ]
    state = account(terms(earning=rule), History(events), zone=ZONE, holds={("A-1", "1"): date(2026, 4, 8)})
    first, second, visit = state.credits()

    # Fifteen points for 15.97, shared out over both lines.
    assert (9, 6, 5) == (first.amount, second.amount, visit.amount)
    assert [6, 4, 2, 4] == [second.left(noon(f"2026-03-0{day}")) for day in (2, 3, 4, 5)]
    assert 0 == second.left(noon("2026-02-28"))
    assert start_of_day(date(2026, 4, 9), ZONE) == first.settled
    assert (events[0].at, events[1].at) == (second.settled, visit.settled)


@pytest.mark.parametrize(
    "late",
    [
        lambda state: state.advance(given(1, "2026-02-28")),
        lambda state: state.advance(order("A-1", 10)),
        lambda state: state.advance(given(1, "2026-03-10"), holds={("A-1", "1"): date(2026, 2, 20)}),
        lambda state: state.advance(given(1, "2026-03-10"), tiers=[(noon("2026-03-01"), GOLD)]),
        lambda state: state.at(noon("2026-02-28")),
    ],
    ids=["event", "the same event", "hold", "tier", "ledger"],
)
def test_older_than_the_watermark(late: Any) -> None:
    """What is older than the state's last event asks for the full fold."""
    state = account(terms(), History([order("A-1", 10)]), zone=ZONE, holds={("A-1", "1"): None})

    with pytest.raises(OrderError, match=r"is not after the watermark .*: fold the whole history again"):
        late(state)


def test_holds_that_move() -> None:
    """While points are held, news may hold them longer, or for nobody knows how long."""
    state = account(terms(), History([order("A-1", 10, 20)]), zone=ZONE, holds=HELD)

    longer = state.advance(given(1, "2026-03-10"), holds={("A-1", "1"): date(2026, 4, 20)})
    unknown = state.advance(given(1, "2026-03-10"), holds={("A-1", "1"): None})

    assert [1, 11] == [longer.at(noon(f"2026-04-{day}")).available for day in (20, 21)]
    assert 1 == unknown.at(LATER).available


def test_holds_of_other_lots() -> None:
    """News about holds says nothing to programs that hold points otherwise."""
    points = terms(lots=loyalty.Lots(hold="not"))
    state = account(points, History([order("A-1", 10)]), zone=ZONE)

    assert 10 == state.advance(given(1, "2026-03-10"), holds={("A-1", "1"): None}).at(LATER).available - 1


def test_rules_without_points() -> None:
    """A program without rules of earning gives what promotions promised, and nothing else."""
    assert 0 == read(order("A-1", 10), points=loyalty.Points()).balance
    assert Fraction(0) == sum((each.points for each in read(points=loyalty.Points()).entries), Fraction(0))


REFUSED = [
    (lambda: PointsReserved("r", noon("2026-03-01"), "k", 0), "at least one here, given `0`"),
    (lambda: PointsSpent("r", noon("2026-03-01"), "k", True), "at least one here, given `True`"),
    (lambda: PointsReleased("r", noon("2026-03-01"), " "), "with some text, given ` `|' '"),
    (lambda: PointsReserved("r", noon("2026-03-01"), "k", 5, until=noon("2026-03-01")), "end it after its start"),
    (lambda: PointsReceived("r", noon("2026-03-01"), [], sender="C-9"), "at least one part"),
]


@pytest.mark.parametrize(("build", "message"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_events_that_cannot_be(build: Any, message: str) -> None:
    """An event about points that cannot be is refused when it is written down."""
    with pytest.raises(OrderError, match=message):
        build()
