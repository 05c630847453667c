"""Laws that ledgers keep; AFTERCARE_LEDGERS, _EVENTS and _LEAST_EVENTS ask for more and longer ones."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare import (
    Adjustment,
    Days,
    History,
    Months,
    PointsReleased,
    PointsReserved,
    PointsSpent,
    Purchase,
    Undone,
    eur,
    loyalty,
)
from aftercare.loyalty.ledger import Ledger, _place, account, ledger
from aftercare.loyalty.terms import Points
from tests.loyalty.receipts import receipt, returned
from tests.loyalty.reference_ledger import NaiveLedger

RUNS = int(os.environ.get("AFTERCARE_LEDGERS", "40"))
LENGTH = int(os.environ.get("AFTERCARE_LEDGERS_EVENTS", "30"))
SHORTEST = int(os.environ.get("AFTERCARE_LEDGERS_LEAST_EVENTS", "1"))
laws = settings(
    max_examples=RUNS, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
ZONES = ("Europe/Warsaw", "Asia/Tokyo", "America/Los_Angeles", "Africa/Casablanca", "UTC")
STARTS = (datetime(2024, 2, 27, 22, tzinfo=UTC), datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 12, 30, tzinfo=UTC))
BASES = [
    receipt("X", 10, points="0"),
    receipt("X", (3, 3), 20),
    receipt("X", ("1.99", 3), ("0.50", 2), points="1.00"),
]


@st.composite
def lots(draw: st.DrawFn) -> loyalty.Lots:
    """Rules of lots that the naive ledger knows."""
    expire = draw(
        st.sampled_from(
            [None, Days(0), Days(3), Days(40), Months(1), loyalty.expire_after(Months(1), to_end_of="month")]
        )
    )
    return loyalty.Lots(expire=expire, spend=draw(st.sampled_from(["expiring_first", "oldest_first"])))


@st.composite
def programs(draw: st.DrawFn) -> Points:
    """Points for each unit, kept and taken back in some way."""
    return Points(
        earning=loyalty.points_each(draw(st.integers(1, 3))),
        lots=draw(lots()),
        claw_back=loyalty.ClawBack(
            shortfall=draw(st.sampled_from(["deficit", "forgive"])), courtesy=Days(draw(st.sampled_from([0, 10])))
        ),
    )


GAPS = (0, 1, 12, 30, 24 * 9)
HOLDS = ("none", "none", "unknown", 0, 5, 20)
STEPS = ("buy", "buy", "give", "spend", "return", "return", "reserve", "release", "undo")
# What happens, how many hours later, and three numbers that say what of it.
recipes = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(GAPS), *[st.integers(0, 59)] * 3),
    min_size=SHORTEST,
    max_size=LENGTH,
)


def cooked(recipe: Any, start: datetime, *, undone: bool = False) -> tuple[list[Any], dict[Any, date | None]]:
    """The events of a recipe, many at the same instant, and the holds of what was bought."""
    now = start
    events: list[Any] = []
    holds: dict[Any, date | None] = {}
    orders: list[str] = []
    for place, (step, gap, one, two, three) in enumerate(recipe):
        now += timedelta(hours=gap)
        key = f"{place:03}"
        match step:
            case "buy":
                base = BASES[one % len(BASES)]
                orders.append(f"A{key}")
                events.append(Purchase(key, now, attrs.evolve(base, id=orders[-1], placed_at=now)))
                for line, chosen in zip(base.order.lines, (two, three), strict=False):
                    hold = HOLDS[chosen % len(HOLDS)]
                    if hold != "none":
                        last = None if hold == "unknown" else now.date() + timedelta(days=int(hold))
                        holds[orders[-1], line.id] = last
            case "give":
                events.append(Adjustment(key, now, one % 10 or -1 - two % 5, reason="x"))
            case "spend":
                order = ([None, *orders[-3:]])[one % (1 + len(orders[-3:]))]
                events.append(PointsSpent(key, now, f"s{key}", 1 + two % 9, order=order))
            case "reserve":
                until = now + timedelta(days=2) if three % 2 else None
                events.append(PointsReserved(key, now, f"r{one % 3}", 1 + two % 6, until=until))
            case "release":
                events.append(PointsReleased(key, now, f"r{one % 3}"))
            case "undo" if events and undone:
                events.append(Undone(key, now, events[one % len(events)].id))
            case "return" if orders:
                order = orders[-1 - one % min(len(orders), 4)]
                events.append(returned(order, now, {"112"[two % 3]: 1 + three % 2}, key))
            case _:
                pass
    return events, holds


def _numbers(found: Ledger) -> tuple[int, int, int, int]:
    return (found.available, found.pending, found.reserved, found.deficit)


@laws
@given(programs(), recipes, st.sampled_from(STARTS), st.sampled_from(ZONES), st.integers(0, 70))
def test_the_naive_ledger_agrees(points: Points, recipe: Any, start: datetime, zone: str, days: int) -> None:
    """A ledger that looks at every point by itself finds the same numbers, after every event and later."""
    events, holds = cooked(recipe, start)
    rule: Any = points.earning.rule if points.earning is not None else None
    naive = NaiveLedger(points, rule.points, holds, zone)
    state = account(points, History(), zone=zone, holds=holds)
    for event in sorted(events, key=_place):
        naive.play(event)
        state = state.advance(event)
        naive.until(event.at)
        assert naive.numbers() == _numbers(state.at(event.at))
    if events:
        end = events[-1].at + timedelta(days=days)
        naive.until(end)
        assert naive.numbers() == _numbers(state.at(end))


@laws
@given(programs(), recipes, st.sampled_from(STARTS), st.sampled_from(ZONES), st.integers(0, 60))
def test_entries_and_lots_agree(points: Points, recipe: Any, start: datetime, zone: str, days: int) -> None:
    """Entries sum up to what is there; no lot is below zero or above what it had; recording order changes nothing."""
    events, holds = cooked(recipe, start, undone=True)
    at = (events[-1].at if events else start) + timedelta(days=days)

    found = ledger(points, History(events), at=at, zone=zone, holds=holds)

    assert found.balance == sum(entry.points for entry in found.entries)
    assert all(0 <= lot.left <= lot.points for lot in found.lots)
    assert found.available == sum(lot.left for lot in found.lots if not lot.pending)
    assert found.pending == sum(lot.left for lot in found.lots if lot.pending)
    assert min(_numbers(found)) >= 0
    assert found == ledger(points, History([*reversed(events), *events[:3]]), at=at, zone=zone, holds=holds)


@laws
@given(programs(), recipes, st.sampled_from(ZONES), st.integers(0, 99), st.integers(0, 60))
def test_going_on_is_the_full_fold(points: Points, recipe: Any, zone: str, part: int, days: int) -> None:
    """A state that goes on says what the fold of the whole history says, and nothing later changes what it said."""
    events, holds = cooked(recipe, STARTS[1], undone=True)
    cut = part % (len(events) + 1)
    ordered = sorted(events, key=_place)
    state = account(points, History(ordered[:cut]), zone=zone, holds=holds)
    here = ordered[cut - 1].at if cut else STARTS[0]
    early = state.at(here)
    for event in ordered[cut:]:
        state = state.advance(event)
    at = (ordered[-1].at if ordered else here) + timedelta(days=days)

    assert ledger(points, History(events), at=at, zone=zone, holds=holds) == state.at(at)
    if cut == len(ordered) or ordered[cut].at > here:
        assert early == ledger(points, History(events), at=here, zone=zone, holds=holds)


@laws
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 30), st.integers(1, 60)), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6),
    st.integers(0, 100),
)
def test_expiring_first_never_loses_more(gifts: Any, spends: Any, later: int) -> None:
    """Spending what expires first never leaves fewer points than spending the oldest first."""
    from aftercare import PointsPart, PointsReceived

    start = STARTS[0]
    events: list[Any] = [
        PointsReceived(
            f"g{place}",
            start + timedelta(days=day),
            [PointsPart(points, (start + timedelta(days=day + lasts)).date())],
            sender="C-9",
        )
        for place, (day, points, lasts) in enumerate(gifts)
    ]
    events += [
        PointsSpent(f"s{place}", start + timedelta(days=day), f"s{place}", points)
        for place, (day, points) in enumerate(spends)
    ]
    at = start + timedelta(days=later)
    left = []
    for spend in ("expiring_first", "oldest_first"):
        # Only histories in which both can pay everything are compared: what is refused is not lost.
        points = Points(lots=loyalty.Lots(spend=spend))  # type: ignore[arg-type]
        left.append(ledger(points, History(events), at=at, zone="UTC"))

    if not left[0].refused and not left[1].refused:
        assert left[0].balance >= left[1].balance
    # After a spending that only one of them can pay they are no longer alike.
    if left[0].refused:
        assert left[1].refused
        assert left[1].refused[0].at <= left[0].refused[0].at


RULES = [
    loyalty.points(1, per=eur(1), tax="included"),
    loyalty.points(1, per=eur(1), tax="included").rounded("half_up", scope="line"),
    loyalty.points(3, per=eur(2), tax="included", full_units=True),
    loyalty.sum_of(loyalty.points(1, per=eur(1), tax="included"), loyalty.bonus(7)).rounded("up", scope="rule"),
    loyalty.best_of(loyalty.points(2, per=eur(1), tax="included", of="SKU-1"), loyalty.bonus(9)).at_most(8, per="week"),
]


@laws
@given(st.sampled_from(RULES), st.sampled_from(BASES), st.permutations(["1", "1", "1", "2", "2"]), st.booleans())
def test_parts_of_a_return_add_up(rule: Any, base: Any, back: list[str], held: bool) -> None:
    """However an order comes back, unit by unit, in the end it earned nothing, and no step gives points."""
    start = STARTS[1]
    events: list[Any] = [Purchase("buy", start, attrs.evolve(base, id="A", placed_at=start))]
    quantity = {line.id: line.quantity for line in base.order.lines}
    holds = {("A", "1"): None} if held else {}
    balances = [ledger(Points(earning=rule), History(events), at=start, zone="UTC", holds=holds).balance]
    for place, line in enumerate(back):
        if quantity.get(line, 0):
            quantity[line] -= 1
            events.append(returned("A", start + timedelta(days=place + 1), {line: 1}, f"r{place}"))
            balances.append(
                ledger(Points(earning=rule), History(events), at=events[-1].at, zone="UTC", holds=holds).balance
            )

    assert sorted(balances, reverse=True) == balances
    assert not any(quantity.values())
    assert 0 == balances[-1]


@laws
@given(programs(), recipes, st.integers(0, 59), st.integers(1, 2), st.integers(1, 30))
def test_a_return_called_off_at_once(points: Points, recipe: Any, which: int, count: int, days: int) -> None:
    """A return that is undone before anything else happens leaves every lot exactly as it was."""
    events, holds = cooked(recipe, STARTS[2])
    zone = ZONES[which % len(ZONES)]
    orders = [event.receipt.id for event in events if isinstance(event, Purchase)]
    if not orders:
        return
    # A courtesy, or the lack of it, is for points that expired meanwhile: see the examples.
    lasting = attrs.evolve(points, lots=loyalty.Lots(spend=points.lots.spend))
    now = events[-1].at + timedelta(days=days)
    back = returned(orders[which % len(orders)], now, {"1": count}, "zz-back")
    before = ledger(lasting, History(events), at=now, zone=zone, holds=holds)

    after = ledger(
        lasting, History([*events, back, Undone("zz-undone", now, "zz-back")]), at=now, zone=zone, holds=holds
    )

    assert (_numbers(before), before.lots) == (_numbers(after), after.lots)


@pytest.mark.parametrize("zone", ZONES)
def test_twice_is_once(zone: str) -> None:
    """The same event recorded twice counts once."""
    event = Adjustment("a", STARTS[0], 5, reason="x")

    assert 5 == ledger(Points(), History([event, event]), at=STARTS[1], zone=zone).balance
