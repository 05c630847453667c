"""What had happened to units by an instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import (
    Days,
    Delivered,
    Dispatch,
    History,
    InformationGiven,
    Installed,
    OrderError,
    Payment,
    RemedyDone,
    RemedyRequested,
    Returned,
    eur,
)
from aftercare.order_events import Units
from aftercare.returns.counting import deadline
from aftercare.returns.timeline import Milestones, Stop, milestones
from aftercare.returns.windows import ReturnWindow
from tests.returns.deliveries import noon, ordered

if TYPE_CHECKING:
    from aftercare import Receipt
    from aftercare.history import Event

ORDER = noon("2026-03-01")


def day(n: int) -> datetime:
    """Noon of so many days after the order."""
    return ORDER + timedelta(days=n)


def told(
    receipt: Receipt, *events: Event, line: str = "1", at: datetime | None = None, **others: Any
) -> list[Milestones]:
    """The milestones of a line."""
    return list(milestones(receipt, History(events), at=at or day(1000), line=line, **others))


def runs(found: list[Milestones], name: str) -> list[tuple[int, int, Any]]:
    """The first unit, the number of units and one fact of each run."""
    return [(group.first, group.count, getattr(group, name)) for group in found]


def test_nothing_happened_yet() -> None:
    """An order that was just placed is ordered, paid and informed of, and nothing else."""
    assert [
        Milestones(line="1", first=1, count=3, ordered=ORDER, paid=ORDER, informed=ORDER),
    ] == told(ordered(3), at=ORDER)


@pytest.mark.parametrize(("event", "name"), [(Dispatch, "shipped"), (Delivered, "delivered"), (Installed, "installed")])
def test_parcels_part_the_units(event: Any, name: str) -> None:
    """Units that came in different parcels are told apart; counted ones are the lowest that are left."""
    receipt = ordered(5, 2)
    events = [
        event("a", day(1), "A-1", (Units("1", 1, first=3),)),
        event("b", day(2), "A-1", (Units("1", 3), Units("2", 1))),
    ]

    assert [(1, 2, day(2)), (3, 1, day(1)), (4, 1, day(2)), (5, 1, None)] == runs(told(receipt, *events), name)
    assert [(1, 1, day(2)), (2, 1, None)] == runs(told(receipt, *events, line="2"), name)
    everything = event("c", day(3), "A-1")
    assert [(1, 2, day(2)), (3, 1, day(1)), (4, 1, day(2)), (5, 1, day(3))] == runs(
        told(receipt, *events, everything), name
    )
    assert [(1, 1, day(2)), (2, 1, day(3))] == runs(told(receipt, *events, everything, line="2"), name)


def test_what_happens_at_the_instant_is_known() -> None:
    """An event at the very instant of the question counts, one after it does not."""
    parcel = Delivered("a", day(1), "A-1")

    assert [(1, 3, day(1))] == runs(told(ordered(3), parcel, at=day(1)), "delivered")
    assert [(1, 3, None)] == runs(told(ordered(3), parcel, at=day(1) - timedelta(microseconds=1)), "delivered")


def test_a_whole_parcel_is_one_run() -> None:
    """Units with the same facts are told together, however their events were written."""
    events = [Delivered("a", day(1), "A-1", (Units("1", 2), Units("1", 1))), Dispatch("b", day(0), "A-1")]

    assert [(1, 3, day(1))] == runs(told(ordered(3), *events), "delivered")


def test_first_and_last_parcel() -> None:
    """The last parcel is that of the whole order, the first one that of the line."""
    receipt = ordered(2, 1)
    first, second, third = (
        Delivered("a", day(1), "A-1", (Units("1", 1),)),
        Delivered("b", day(2), "A-1", (Units("2", 1),)),
        Delivered("c", day(3), "A-1", (Units("1", 1),)),
    )

    assert [(1, 1, None), (2, 1, None)] == runs(told(receipt, first, second), "last_delivered")
    assert [(1, 1, day(3)), (2, 1, day(3))] == runs(told(receipt, first, second, third), "last_delivered")
    assert [(1, 1, day(1)), (2, 1, day(1))] == runs(told(receipt, first, second, third), "first_delivered")
    assert [(1, 1, day(3))] == runs(told(receipt, first, second, third, line="2"), "last_delivered")
    assert [(1, 1, day(2))] == runs(told(receipt, first, second, third, line="2"), "first_delivered")


@pytest.mark.parametrize(
    ("payments", "expected"),
    [([], ORDER), ([(2, 1)], None), ([(2, 1), (1, 2)], day(2)), ([(2, 1), (1, 2), (5, 3)], day(2)), ([(5, 1)], day(1))],
)
def test_paid(payments: list[tuple[int, int]], expected: datetime | None) -> None:
    """An order is paid when the payments come up to what is payable; without any, when it was placed."""
    events = [Payment(str(n), day(n), "A-1", eur(amount)) for amount, n in payments]

    assert [(1, 3, expected)] == runs(told(ordered(3), *events), "paid")


def test_information() -> None:
    """An order without the information that the law asks for is informed of when it is first given."""
    early, late = InformationGiven("a", day(5), "A-1"), InformationGiven("b", day(9), "A-1")
    other = InformationGiven("c", day(1), "A-1", "care")

    assert [(1, 3, ORDER)] == runs(told(ordered(3), early), "informed")
    assert [(1, 3, None)] == runs(told(ordered(3), other, informed=False), "informed")
    assert [(1, 3, day(5))] == runs(told(ordered(3), late, early, informed=False), "informed")


def test_repairs() -> None:
    """A repair or replacement stops the window of its units from the request until they are back."""
    events = [
        Delivered("d", day(1), "A-1"),
        RemedyRequested("a", day(5), "A-1", (Units("1", 1, first=2),), remedy_id="R-1"),
        RemedyRequested("b", day(6), "A-1", (Units("1", 2), Units("2", 1)), remedy="replacement", remedy_id="R-2"),
        RemedyDone("c", day(8), "A-1", remedy_id="R-1"),
        RemedyDone("e", day(9), "A-1", remedy_id="R-1"),
    ]
    repair, replacement = Stop(day(5), day(8)), Stop(day(6), remedy="replacement")

    assert [(1, 1, (replacement,)), (2, 1, (repair, replacement)), (3, 1, ())] == runs(
        told(ordered(3, 1), *events), "stops"
    )


def test_other_events_move_nothing() -> None:
    """Other orders, purchases and the rest of a return have no say."""
    receipt = ordered(3)
    from aftercare import Purchase

    events = [
        Purchase("p", ORDER, receipt),
        Delivered("a", day(1), "A-2"),
        Returned("b", day(2), "A-1", (Units("1", 1),), "defect"),
    ]

    assert told(receipt) == told(receipt, *events)


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        ([Delivered("e", day(-1), "A-1")], "event `e` is at `.*`, before `A-1` was placed: correct its instant"),
        ([Delivered("e", day(1), "A-1", (Units("1", 4),))], "about unit 4 of line `1`, which has 3"),
        ([Delivered("e", day(1), "A-1", (Units("1", 1, first=4),))], "about unit 4 of line `1`, which has 3"),
        ([Delivered("e", day(1), "A-1", (Units("cup", 1),))], "about line `cup`, which is not ordered: allowed: `1`"),
        (
            [Delivered("e", day(1), "A-1"), Delivered("f", day(2), "A-1", (Units("1", 1),))],
            "event `f` says that 1 of line `1` were delivered, 0 are left: record each unit once",
        ),
        (
            [Dispatch("e", day(1), "A-1", (Units("1", 2),)), Dispatch("f", day(2), "A-1", (Units("1", 1, first=2),))],
            "event `f` says that 1 of line `1` were dispatched, 1 are left",
        ),
        (
            [Dispatch("e", day(1), "A-1", (Units("1", 2),)), Dispatch("f", day(2), "A-1", (Units("1", 2),))],
            "event `f` says that 2 of line `1` were dispatched, 1 are left",
        ),
        (
            [RemedyRequested("e", day(1), "A-1", (Units("1", 9),), remedy_id="R")],
            "event `e` is about unit 9 of line `1`",
        ),
        ([RemedyDone("e", day(1), "A-1", remedy_id="R")], "event `e` ends remedy `R`, which nobody requested"),
    ],
)
def test_impossible_events(events: list[Event], problem: str) -> None:
    """What cannot have happened is refused when asked, naming the event."""
    with pytest.raises(OrderError, match=problem):
        told(ordered(3), *events)


def test_unknown_line() -> None:
    """A line that was not ordered is refused."""
    with pytest.raises(OrderError, match="receipt `A-1` has no line `cup`: allowed: `1`"):
        told(ordered(3), line="cup")


def test_before_the_order() -> None:
    """Nobody asks about an order before it was placed."""
    with pytest.raises(OrderError, match=r"`A-1` was placed at .*: ask for an instant after it"):
        told(ordered(3), at=day(-1))


# --- laws ------------------------------------------------------------------------------------------------------------

QUANTITIES = (4, 2)


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    """What may happen to an order of four and two units, each unit once a track."""
    events: list[Event] = []
    for kind in (Dispatch, Delivered, Installed):
        for line, quantity in enumerate(QUANTITIES, 1):
            for unit in range(1, quantity + 1):
                if draw(st.booleans()):
                    at = day(draw(st.integers(0, 30)))
                    units = (Units(str(line), 1, first=unit),)
                    events.append(kind(f"{kind.__name__}{line}.{unit}", at, "A-1", units))
    if draw(st.booleans()):
        events.append(InformationGiven("i", day(draw(st.integers(0, 30))), "A-1"))
    if draw(st.booleans()):
        asked = draw(st.integers(0, 30))
        events.append(RemedyRequested("r", day(asked), "A-1", (Units("1", 2),), remedy_id="R"))
        events.append(RemedyDone("s", day(asked + draw(st.integers(0, 9))), "A-1", remedy_id="R"))
    return events


@given(lives(), lives(), st.integers(0, 30))
def test_a_later_event_changes_no_earlier_answer(events: list[Event], more: list[Event], asked: int) -> None:
    """What is recorded after the instant of a question changes neither the milestones nor the deadline."""
    at = day(asked)
    known = [event for event in events if event.at <= at]
    later = [event for event in more if event.at > at and event.id not in {event.id for event in events}]
    later = [event for event in later if isinstance(event, InformationGiven)]
    window = ReturnWindow(Days(14), stops_for_repair=True)

    before, after = (told(ordered(*QUANTITIES), *past, at=at, informed=False) for past in (known, [*events, *later]))

    assert before == after
    assert [deadline(window, each, at=at, zone="UTC") for each in before] == [
        deadline(window, each, at=at, zone="UTC") for each in after
    ]


@given(lives())
def test_every_unit_is_told_once(events: list[Event]) -> None:
    """The runs of a line follow each other, differ, and have the facts that each unit's own events say."""
    for line, quantity in enumerate(QUANTITIES, 1):
        found = told(ordered(*QUANTITIES), *events, line=str(line))
        units = [unit for group in found for unit in range(group.first, group.first + group.count)]
        assert units == list(range(1, quantity + 1))
        for group in found:
            for unit in range(group.first, group.first + group.count):
                own = {event.id: event.at for event in events}
                assert group.delivered == own.get(f"Delivered{line}.{unit}")
                assert group.shipped == own.get(f"Dispatch{line}.{unit}")
                assert group.installed == own.get(f"Installed{line}.{unit}")
                assert bool(group.stops) == ("r" in own and line == 1 and unit <= 2)
        for one, two in pairwise(found):
            facts = ("shipped", "delivered", "installed", "stops")
            assert [getattr(one, name) for name in facts] != [getattr(two, name) for name in facts]


def test_w4_by_receipt_and_history() -> None:
    """Two parcels of one order: by the last parcel both lines end together, by the own one each for itself."""
    receipt = ordered(1, 1)
    events = [
        Delivered("a", noon("2026-03-02"), "A-1", (Units("1", 1),)),
        Delivered("b", noon("2026-03-10"), "A-1", (Units("2", 1),)),
    ]
    last, own = ReturnWindow(Days(14), after="last_delivered"), ReturnWindow(Days(14))
    lines = [told(receipt, *events, line=line)[0] for line in ("1", "2")]
    found = [
        [deadline(window, line, at=day(99), zone=receipt.zone).last_day for line in lines] for window in (last, own)
    ]

    assert [[date(2026, 3, 24)] * 2, [date(2026, 3, 16), date(2026, 3, 24)]] == found
