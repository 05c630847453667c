"""A member who is followed event by event, against the whole history read anew.

A long run with new examples, each of so many events or a few more:

    LOYALTY_EXAMPLES=10000 LOYALTY_EVENTS=200 python3 dev.py test -m reference --hypothesis-profile explore
"""

from __future__ import annotations

import os
import pickle
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare import (
    Adjustment,
    Days,
    History,
    Measured,
    Months,
    OrderError,
    Pin,
    PointsSpent,
    PolicyError,
    ProfileChange,
    Purchase,
    Returned,
    SignUp,
    Undone,
    Visit,
    eur,
    loyalty,
)
from aftercare.calendar import start_of_day
from aftercare.history import Event
from aftercare.loyalty.credit import Holds
from aftercare.order_events import Units
from tests.loyalty.members import BASE, GOLD, SILVER, ZONE, bought, joined, noon, sent_back
from tests.loyalty.receipts import receipt

EXAMPLES = int(os.environ.get("LOYALTY_EXAMPLES", "60"))
EVENTS = int(os.environ.get("LOYALTY_EVENTS", "25"))
ZONES = (ZONE, "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia")
START = datetime(2024, 2, 20, 9, tzinfo=UTC)
RECEIPTS = {cents: receipt("A", (Fraction(cents, 100).__floor__(), 2), 5) for cents in (1000, 4000, 20_000)}
EARNING = loyalty.points(1, per=eur(1), tax="included")
SPENT = loyalty.spend(last=Months(6))
LADDERS = (
    loyalty.Ladder.by(SPENT, {BASE: eur(0), SILVER: eur(100), GOLD: eur(500)}, rewards={SILVER: 30, GOLD: 70}),
    loyalty.Ladder.by(
        loyalty.points_earned(within=loyalty.SinceChange()),
        {SILVER: 100, GOLD: 400},
        keep={SILVER: 50},
        validity=loyalty.KeptFor(Months(2)),
        downgrade=loyalty.Downgrade("one_step", grace=Days(20)),
        rewards={SILVER: 10},
        carry=loyalty.Carry(cap=60),
    ),
    loyalty.Ladder.by(
        loyalty.spend(within=loyalty.CalendarYear((4, 1))),
        {SILVER: eur(100), GOLD: eur(500)},
        validity=loyalty.KeptToYearEnd(starts=(4, 1), tail=Months(1)),
        counts="confirmed",
        rewards={GOLD: 10},
    ),
    loyalty.Ladder(
        {
            SILVER: loyalty.orders(last=Months(3)).at_least(2) | loyalty.visits().at_least(9),
            GOLD: loyalty.required(
                2,
                loyalty.distinct_days(last=Months(3)).at_least(4),
                loyalty.attribute("card").is_(True),
                loyalty.points_earned().at_least(300),
            ),
        },
        changes="month",
        tenure=Days(10),
    ),
)
LOTS = (
    loyalty.Lots(expire=Months(3), suspended=loyalty.never_with(SILVER, on_loss="restart")),
    loyalty.Lots(hold="not", expire=Months(2), suspended=loyalty.never_with(GOLD, on_loss="resume")),
    loyalty.Lots(idle=loyalty.expire_unless_active(Days(40))),
)

Step = tuple[Event, Holds]


@st.composite
def programs(draw: st.DrawFn) -> loyalty.ProgramVersions:
    """One programme, or one that another replaced on a day."""
    zone = draw(st.sampled_from(ZONES))
    each = [
        loyalty.Program(
            "club",
            ladder=draw(st.sampled_from(LADDERS)),
            earning=draw(st.sampled_from([EARNING, EARNING.times({GOLD: 2})])),
            lots=draw(st.sampled_from(LOTS)),
            zone=zone,
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    return loyalty.ProgramVersions(each[0], [(START + timedelta(days=100), other) for other in each[1:]])


@st.composite
def steps(draw: st.DrawFn, least: int = 0, most: int = 25) -> list[Step]:
    """What happens, one after the other, and the holds that become known with each."""
    at, found = START, list[Step]()
    orders: dict[str, int] = {}
    open_: list[str] = []
    undoable: list[str] = []
    for number in range(draw(st.integers(least, most))):
        at += timedelta(hours=draw(st.sampled_from([0, 1, 20, 24 * 5, 24 * 31])))
        name = f"e{number:03}"
        day = (at + timedelta(days=draw(st.integers(3, 30)))).date()
        match draw(
            st.sampled_from(["buy", "buy", "buy", "back", "undo", "spend", "visit", "tell", "pin", "join", "give"])
        ):
            case "buy":
                bought_ = RECEIPTS[draw(st.sampled_from(sorted(RECEIPTS)))]
                sale = attrs.evolve(bought_, id=f"A-{name}", placed_at=at)
                orders[sale.id] = 2
                hold: Holds = {}
                if draw(st.booleans()):
                    hold = {(sale.id, line): draw(st.sampled_from([None, day])) for line in ("1", "2")}
                    open_.append(sale.id)
                found.append((Purchase(name, at, sale), hold))
            case "back" if orders:
                order = draw(st.sampled_from(sorted(orders)))
                found.append((Returned(name, at, order, (Units(draw(st.sampled_from("12")), 1),)), {}))
                undoable.append(name)
            case "undo" if undoable:
                found.append((Undone(name, at, draw(st.sampled_from(undoable))), {}))
            case "spend":
                spent = PointsSpent(name, at, name, draw(st.integers(1, 60)))
                found.append((spent, {(order, "1"): day for order in open_[-1:]}))
                open_.clear()
            case "tell":
                found.append((ProfileChange(name, at, "card", draw(st.booleans())), {}))
            case "pin":
                found.append((Pin(name, at, draw(st.sampled_from([None, SILVER, GOLD])), reason="x", by="y"), {}))
            case "join":
                found.append((SignUp(name, at), {}))
            case "give":
                found.append((Adjustment(name, at, 40, reason="x", qualifying=True), {}))
            case _:
                found.append((Visit(name, at), {}))
    return found


def follows(club: loyalty.ProgramVersions, given_steps: list[Step], later: int) -> None:
    """Follow the member, or read the history where a step asks for that; compare after each step and later."""
    state = club.member()
    events: list[Event] = []
    known: dict[tuple[str, str], date | None] = {}
    for event, holds in given_steps:
        events.append(event)
        known |= holds
        try:
            state = state.advance(event, holds=holds)
        except OrderError:
            state = club.member(History(events), holds=known)
    at = (events[-1].at if events else START) + timedelta(days=later)
    history = History(events)

    assert club.standing(history, at=at, holds=known) == state.standing(at=at)
    assert club.ledger(history, at=at, holds=known) == state.ledger(at=at)


@settings(max_examples=EXAMPLES)
@given(programs(), steps(), st.sampled_from([0, 1, 29, 200]))
def test_advancing_is_reading_everything(club: loyalty.ProgramVersions, given_steps: list[Step], later: int) -> None:
    """Event by event a member comes to the same standing and the same points as by the whole history."""
    follows(club, given_steps, later)


@pytest.mark.reference
@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # long histories are
@pytest.mark.skipif("LOYALTY_EXAMPLES" not in os.environ, reason="set LOYALTY_EXAMPLES and LOYALTY_EVENTS")
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(programs(), steps(EVENTS, EVENTS + 20), st.sampled_from([0, 1, 29, 200]))
def test_reference(club: loyalty.ProgramVersions, given_steps: list[Step], later: int) -> None:
    """The same for as many histories, as long, as are asked for."""
    follows(club, given_steps, later)


CLUB = loyalty.Program("club", ladder=LADDERS[0], earning=EARNING, lots=LOTS[0], zone=ZONE)
BIG = bought("2026-03-01", 600)
HELD: Holds = {(BIG.receipt.id, "1"): date(2026, 3, 31)}


def test_a_member_can_be_kept() -> None:
    """The state of a member can be pickled, and going on from it changes nothing in it."""
    state = CLUB.member(History([joined("2026-01-01")]))
    kept = pickle.loads(pickle.dumps(state))  # noqa: S301 - what was just written
    after = kept.advance(BIG)

    assert (BASE, GOLD) == (kept.standing(at=noon("2026-03-02")).tier, after.standing(at=noon("2026-03-02")).tier)
    assert state.ledger(at=noon("2026-03-02")) == kept.ledger(at=noon("2026-03-02"))


def test_the_same_event_counts_once() -> None:
    """An event that was taken in changes nothing when it comes again; another one with its id is refused."""
    state = CLUB.member().advance(BIG)

    assert state is state.advance(BIG)
    with pytest.raises(OrderError, match="is known already"):
        state.advance(Visit(BIG.id, noon("2026-03-02")))


def test_older_than_the_watermark() -> None:
    """What is older than the last event asks for the whole history, and so does a question about the past."""
    state = CLUB.member().advance(BIG)

    assert noon("2026-03-01") == state.watermark
    with pytest.raises(OrderError, match="fold the whole history again"):
        state.advance(Visit("v", noon("2026-02-28")))
    with pytest.raises(OrderError, match="fold the history until then"):
        state.standing(at=noon("2026-02-28"))


def test_a_hold_that_is_over() -> None:
    """Goods that were settled are not held again; what is still held may be held longer."""
    state = CLUB.member().advance(BIG, holds=HELD)
    longer: Holds = {(BIG.receipt.id, "1"): date(2026, 4, 10)}
    later = state.advance(Visit("v", noon("2026-03-20")), holds=longer)

    assert [False, True] == [later.standing(at=noon(day)).is_confirmed for day in ("2026-04-10", "2026-04-11")]
    with pytest.raises(OrderError, match="was settled at"):
        state.advance(Visit("v", noon("2026-04-02")), holds=HELD).advance(Visit("w", noon("2026-04-03")), holds=longer)


def test_a_tier_that_never_was() -> None:
    """Who loses a tier that was not confirmed never had it: points that it kept from lapsing lapse after all."""
    club = loyalty.Program(
        "club",
        ladder=loyalty.Ladder.by(SPENT, {SILVER: eur(500)}),
        lots=loyalty.Lots(hold="not", expire=Days(10), suspended=loyalty.never_with(SILVER, on_loss="restart")),
        zone=ZONE,
    )
    gift = Adjustment("gift", noon("2026-02-25"), 40, reason="welcome")
    state = club.member().advance(gift).advance(BIG, holds=HELD)
    waiting = state.advance(Visit("v", noon("2026-03-15")))

    assert 40 == waiting.ledger(at=noon("2026-03-15")).available
    assert 0 == waiting.advance(sent_back("2026-03-16", BIG.receipt.id)).ledger(at=noon("2026-03-16")).available


def test_entry_rewards_wait_for_everything_bought_before() -> None:
    """An entry reward comes when nothing bought until then can come back, and does not change what was before."""
    state = CLUB.member().advance(BIG, holds=HELD).advance(Visit("v", noon("2026-03-30")))

    assert () == state.standing(at=noon("2026-03-31")).rewards
    settled = start_of_day(date(2026, 4, 1), ZONE)
    assert ((SILVER, settled, 30), (GOLD, settled, 70)) == state.standing(at=noon("2026-04-01")).rewards
    found = state.advance(Visit("w", noon("2026-04-02"))).ledger(at=noon("2026-04-02"))
    assert [600, 70, 30] == [entry.points for entry in found.entries]
    assert found == CLUB.ledger(
        History([BIG, Visit("v", noon("2026-03-30")), Visit("w", noon("2026-04-02"))]),
        at=noon("2026-04-02"),
        holds=HELD,
    )


def test_a_return_that_is_called_off_counts_again() -> None:
    """Goods that stay after all count again, whether or not they could still come back."""
    back, undone = (
        sent_back("2026-03-10", BIG.receipt.id),
        Undone("undo", noon("2026-03-12"), "return A-2026-03-01 1 2026-03-10"),
    )
    for holds in ({}, HELD):
        events = [BIG, back, undone]
        tiers = [CLUB.standing(History(events[:n]), at=noon("2026-03-12"), holds=holds).tier for n in (1, 2, 3)]
        assert [GOLD, BASE, GOLD] == tiers
        by_points = attrs.evolve(CLUB, ladder=loyalty.Ladder.by(loyalty.points_earned(), {BASE: 0, GOLD: 100}))
        member = by_points.member()
        for event in events:
            member = member.advance(event, holds=holds)
        expected = by_points.standing(History(events), at=noon("2026-03-12"), holds=holds)
        assert expected == member.standing(at=noon("2026-03-12"))


def test_no_tiers() -> None:
    """A programme without tiers has points alone."""
    club = loyalty.Program("club", earning=loyalty.points_for(5, on="visit"), zone=ZONE)
    state = club.member().advance(Visit("v", noon("2026-03-01")))

    assert 5 == state.ledger(at=noon("2026-03-01")).available
    with pytest.raises(PolicyError, match="has no tiers"):
        state.standing(at=noon("2026-03-01"))


def test_bad_events_change_nothing() -> None:
    """A return of more than there is, of an unknown order, and an order placed twice count for no tier, either."""
    events = (
        BIG,
        attrs.evolve(BIG, id="again"),
        sent_back("2026-03-02", BIG.receipt.id, count=2),
        sent_back("2026-03-03", "unknown"),
        Undone("undo", noon("2026-03-04"), "unknown"),
        Purchase("pln", noon("2026-03-05"), receipt("P", 900, currency="PLN")),
        Measured("m", noon("2026-03-06"), "nights", 3),
    )
    found = CLUB.standing(History(events), at=noon("2026-03-07"))

    assert (GOLD, eur(600)) == (found.tier, found.changes[0].found[0].found)
    assert ["standing.ignored.currency"] == [each.code for each in found.ignored]
