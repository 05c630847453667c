"""A member who is followed event by event, against the whole history read anew.

A long run with new examples:

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
    pln,
)
from aftercare.calendar import start_of_day
from aftercare.history import Event
from aftercare.loyalty.credit import Holds
from aftercare.order_events import Units
from tests.loyalty.members import BASE, GOLD, SILVER, ZONE, bought, joined, noon, sent_back
from tests.loyalty.receipts import receipt

EXAMPLES = int(os.environ.get("LOYALTY_EXAMPLES", "60"))
EVENTS = int(os.environ.get("LOYALTY_EVENTS", "25"))
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
    each = [
        loyalty.Program(
            "club",
            ladder=draw(st.sampled_from(LADDERS)),
            earning=draw(st.sampled_from([EARNING, EARNING.times({GOLD: 2})])),
            lots=draw(st.sampled_from(LOTS)),
            zone=ZONE,
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    return loyalty.ProgramVersions(each[0], [(START + timedelta(days=100), other) for other in each[1:]])


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    """What happens, one after the other, and the holds that become known with each."""
    at, found = START, list[Step]()
    orders: dict[str, int] = {}
    open_: list[str] = []
    undoable: list[str] = []
    for number in range(draw(st.integers(0, EVENTS))):
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
