"""A customer who is told event by event stands where the whole history says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aftercare import (
    Cancelled,
    Customer,
    Days,
    Delivered,
    History,
    Line,
    Months,
    Order,
    PolicyBook,
    Product,
    Purchase,
    Returned,
    ReturnPolicy,
    Tender,
    Tier,
    Visit,
    eur,
    loyalty,
    returns,
)
from aftercare.following import Follower
from aftercare.loyalty.program import ProgramVersions
from aftercare.order_events import Units
from aftercare.points_events import Undone
from aftercare.return_events import RemedyDone, RemedyRequested, ReturnCancelled, ReturnRequested

SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
UNIT = (Units("1", 1),)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLUB = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(loyalty.spend(last=Months(2)), {SILVER: eur(20), GOLD: eur(50)}, counts="confirmed"),
    earning=loyalty.points(1, per=eur(1), tax="included"),
)
PROMISES = (
    ReturnPolicy("from the order", within=Days(9), after="ordered"),
    ReturnPolicy("from the delivery", within=Days(9), after="delivered"),
    ReturnPolicy("once", within=Days(20), after="ordered", once="line"),
    ReturnPolicy("repairs", within=returns.ReturnWindow(Days(20), after="ordered", stops_for_repair=True)),
)


def book(promise: ReturnPolicy | None, club: loyalty.Program | None = CLUB) -> PolicyBook:
    """A shop with a club."""
    return PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], returns=promise, loyalty=club)


def cooked(shop: PolicyBook, recipe: list[tuple[str, int, int]]) -> list[Any]:
    """Events, each so many hours after the one before, about one of the orders placed until then."""
    order = Order([Line("1", Product("CUP"), 3, unit_price=eur(10))], currency="EUR", customer=Customer("ola"))
    first = shop.place(shop.price(order, at=START), id="A", paid=[Tender("card", eur(30))])
    events: list[Any] = []
    orders: list[str] = []
    delivered, asked, mending = set[str](), set[str](), set[str]()
    at = START
    for place, (step, hours, which) in enumerate(recipe):
        at += timedelta(hours=hours)
        name, order_id = f"e{place:03}", orders[which % len(orders)] if orders else ""
        match step:
            case "buy":
                orders.append(f"A-{place}")
                events.append(Purchase(name, at, attrs.evolve(first, id=orders[-1], placed_at=at)))
            case "deliver" if order_id and order_id not in delivered:
                delivered.add(order_id)
                events.append(Delivered(name, at, order_id))
            case "ask" if order_id and order_id not in asked:
                asked.add(order_id)
                events.append(ReturnRequested(name, at, order_id, UNIT, "change_of_mind", return_id=f"R-{order_id}"))
            case "cancel" if order_id in asked:
                events.append(ReturnCancelled(name, at, order_id, return_id=f"R-{order_id}"))
            case "back" if order_id and order_id not in mending and order_id not in asked:
                asked.add(order_id)
                events.append(Returned(name, at, order_id, UNIT))
            case "mend" if order_id in delivered and order_id not in mending:
                mending.add(order_id)
                events.append(RemedyRequested(name, at, order_id, UNIT, remedy_id=f"M-{order_id}"))
            case "mended" if order_id in mending:
                events.append(RemedyDone(name, at, order_id, remedy_id=f"M-{order_id}"))
            case "revoke" if order_id and order_id not in asked | delivered | mending:
                asked.add(order_id)
                events.append(Cancelled(name, at, order_id, UNIT if hours else ()))
            case "undo" if events:
                events.append(Undone(name, at, events[which % len(events)].id))
            case _:
                events.append(Visit(name, at))
    return events


STEPS = ("buy", "buy", "deliver", "ask", "cancel", "back", "mend", "mended", "revoke", "undo", "visit")
recipes = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from([0, 1, 30, 24 * 9, 24 * 25]), st.integers(0, 9)))


@settings(max_examples=60)
@given(st.sampled_from(PROMISES), recipes, st.integers(1, 3))
@example(PROMISES[2], [("buy", 0, 0), ("ask", 30, 0), ("visit", 1, 0), ("cancel", 30, 0)], 1)  # held, not, and again
def test_told_event_by_event(promise: ReturnPolicy, recipe: list[tuple[str, int, int]], asks: int) -> None:
    """Whatever happens and however often it is asked, the standing is that of the whole history."""
    shop = book(promise)
    events = cooked(shop, recipe)
    customer = shop.follower()
    for place, event in enumerate(events):
        customer.take(event)
        if place % asks == 0:
            at = event.at + timedelta(hours=place % 3)
            later = events[place + 1].at if place + 1 < len(events) else at
            at = min(at, later)
            assert shop.standing(History(events[: place + 1]), at=at) == customer.standing(at)
            assert shop.standing(History(events[: place + 1]), at=at).tier == customer.tier(at)


CUPS = Order([Line("1", Product("CUP"), 9, unit_price=eur(10))], currency="EUR", customer=Customer("ola"))
CARDS = (
    loyalty.PunchCard("four", buy=4, of="CUP"),
    loyalty.PunchCard("five", buy=5, of="CUP", lots=loyalty.Lots(hold="not", expire=Days(30))),
)
HOLDING = loyalty.PunchCard("holds", buy=4, of="CUP", in_cart=False, lots=loyalty.Lots(hold="returns"))


@settings(max_examples=60)
@given(st.sampled_from(PROMISES), recipes, st.integers(1, 3), st.sampled_from([CARDS, (*CARDS, HOLDING)]))
@example(PROMISES[0], [("buy", 0, 0), ("undo", 0, 0), ("buy", 24 * 25, 0), ("buy", 0, 0)], 1, CARDS)
def test_stamps_told_event_by_event(
    promise: ReturnPolicy, recipe: list[tuple[str, int, int]], asks: int, cards: tuple[loyalty.PunchCard, ...]
) -> None:
    """What is free on the cards is what the whole history says, also after an undone event and a look ahead."""
    shop = book(promise, attrs.evolve(CLUB, cards=cards))
    events = cooked(shop, recipe)
    customer = shop.follower()
    for place, event in enumerate(events):
        customer.take(event)
        if place % asks == 0:
            for at in (event.at, event.at + timedelta(days=20 * (place % 2))):
                past, stamps = History(events[: place + 1]), customer.stamps(at)
                whole = shop.members.stamps(past, at=at)
                assert whole is not None
                assert stamps is not None
                assert whole.free_on(CUPS, at=at) == stamps.free_on(CUPS, at=at)


def test_an_event_that_comes_late_is_read_with_all_others() -> None:
    """An order of last week that is told today counts from last week on."""
    shop = book(None)
    first, second = cooked(shop, [("buy", 24 * 7, 0), ("buy", 24, 0)])
    customer = shop.follower()
    at = second.at + timedelta(hours=1)
    customer.take(second)
    before = customer.standing(at)
    customer.take(first)

    assert before == shop.standing(History([second]), at=at)
    assert customer.standing(at) == shop.standing(History([first, second]), at=at)


def test_without_cards_there_are_no_stamps() -> None:
    """A programme without punch cards, and a book without a programme."""
    assert [None, None] == [book(None, club).follower().stamps(START) for club in (None, CLUB)]


def test_time_alone_moves_a_standing() -> None:
    """Asked again without an event, a customer stands where time has led, repairs that go on included."""
    shop = book(PROMISES[3])
    events = cooked(shop, [("buy", 0, 0), ("mend", 24, 0)])
    customer = shop.follower()
    for event in events:
        customer.take(event)

    for days in (1, 2, 30, 60, 80, 100):
        at = START + timedelta(days=days)
        assert shop.standing(History(events), at=at) == customer.standing(at)


def test_without_tiers_nobody_stands_anywhere() -> None:
    """A book without a programme, or a programme without tiers, has no standing to tell."""
    for club in (None, attrs.evolve(CLUB, ladder=None)):
        assert book(None, club).follower().standing(START) is None


def test_another_programme_reads_everything_anew() -> None:
    """Once another programme is known, the customer stands where that one says."""
    shop = book(None)
    (event,) = cooked(shop, [("buy", 0, 0)])
    low, high = (
        ProgramVersions(
            attrs.evolve(CLUB, ladder=loyalty.Ladder.by(loyalty.spend(), {SILVER: eur(n)}), zone="Europe/Warsaw")
        )
        for n in (20, 40)
    )
    customer = Follower(lambda at: low if at < START + timedelta(days=1) else high, lambda _: None, lambda _: ((), ""))
    customer.take(event)

    each = [customer.standing(START + timedelta(days=days)) for days in (0, 1, 2)]
    assert [SILVER, None, None] == [found.tier for found in each if found is not None]


def test_the_price_of_a_member() -> None:
    """A tier that is known is taken as it is; a guest has none."""
    shop = book(None)
    order = Order([Line("1", Product("CUP"), 3, unit_price=eur(10))], currency="EUR", customer=Customer("ola"))
    history = History(cooked(shop, [("buy", 0, 0)]))
    guest = attrs.evolve(order, customer=None)

    found = [shop.price_member(order, at=START, history=history, tier=given) for given in (GOLD, None)]
    assert [GOLD, None] == [each.order.customer.tier for each in found if each.order.customer is not None]
    assert shop.price_member(guest, at=START, history=history, tier=GOLD).order.customer is None


@pytest.mark.parametrize("count", [1, 2])
def test_an_event_of_an_unknown_order(count: int) -> None:
    """What is told of an order that nobody placed changes nothing."""
    shop = book(PROMISES[0])
    customer = shop.follower()
    events = [Delivered(f"d{n}", START, "unknown") for n in range(count)]
    for event in events:
        customer.take(event)

    assert shop.standing(History(events), at=START) == customer.standing(START)
