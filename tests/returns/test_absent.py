"""Units that are cancelled or lost: nobody waits for them, and they cannot come back."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare import (
    Cancelled,
    Delivered,
    Dispatch,
    HandedIn,
    History,
    Lost,
    OrderError,
    Picked,
    PolicyBook,
    ReturnRequested,
    Units,
)
from aftercare.return_events import Returned
from aftercare.returns.jointly import LineTerms
from aftercare.returns.left import units_left
from aftercare.returns.settlement import settlements
from aftercare.returns.timeline import milestones, moves
from tests.returns.counter import CUP, at, cups, line, placed
from tests.returns.desk import pricer, terms

RECEIPT = placed()
TWO_LINES = placed(line(CUP, 2), line(CUP, 1, id="2"))


def told(*events: Any, receipt: Any = RECEIPT, name: str = "delivered", of: str = "1") -> list[tuple[int, int, Any]]:
    """The first unit, the number of units and one fact of each run of a line on 20 March."""
    found = milestones(receipt, History(events), at=at(20), line=of)
    return [(group.first, group.count, getattr(group, name)) for group in found]


def left(*events: Any) -> tuple[tuple[int, int], ...]:
    """The runs of cups that can still come back on 20 March."""
    return units_left(RECEIPT, History(events), "1", at=at(20)).left


def parcel(day: int, *units: Units, of: Any = Delivered) -> Any:
    """A parcel that left or arrived on a day of March."""
    return of(f"{of.__name__}{day}", at(day), "A-1", units)


@pytest.mark.parametrize("event", [Cancelled, Lost])
@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([parcel(4, Units("1", 2))], None),
        ([parcel(4, Units("1", 2)), parcel(6, Units("2", 1))], 6),
        ([parcel(4, Units("1", 1)), "absent", parcel(7)], 7),
        ([parcel(4, Units("1", 2)), "absent"], 4),
        (["absent", parcel(4, Units("1", 2))], 4),
        (["absent", parcel(4)], 4),
    ],
    ids=str,
)
def test_the_last_parcel_is_that_of_what_is_still_to_come(event: Any, events: list[Any], expected: int | None) -> None:
    """For units that are cancelled or lost, the last parcel does not wait."""
    absent = event("x", at(5) if events[0] != "absent" else at(3), "A-1", (Units("2", 1),))
    past = [absent if each == "absent" else each for each in events]

    found = told(*past, receipt=TWO_LINES, name="last_delivered")

    assert [(1, 2, None if expected is None else at(expected))] == found or [
        (1, 1, at(expected or 1)),
        (2, 1, at(expected or 1)),
    ] == found


def test_all_is_cancelled() -> None:
    """An order that is cancelled as a whole has no last parcel, and nothing of it arrives."""
    events = [Cancelled("x", at(3), "A-1")]

    assert [(1, 3, at(3))] == told(*events, name="cancelled")
    assert [(1, 3, None)] == told(*events, parcel(4), name="last_delivered")
    assert () == left(*events)


@pytest.mark.parametrize(
    ("events", "name", "expected"),
    [
        # Cancelled: what was not dispatched first, of these the highest.
        ([parcel(3, Units("1", 1, first=3), of=Dispatch), Cancelled("x", at(4), "A-1", cups(1))], "cancelled", 2),
        ([parcel(3, of=Dispatch), Cancelled("x", at(4), "A-1", cups(1))], "cancelled", 3),
        ([Cancelled("x", at(4), "A-1", cups(1, 1))], "cancelled", 1),
        # Lost: what was dispatched first.
        ([parcel(3, Units("1", 2, first=1), of=Dispatch), Lost("x", at(4), "A-1", cups(1))], "lost", 2),
        ([Lost("x", at(4), "A-1", cups(1))], "lost", 3),
        ([Lost("x", at(4), "A-1", cups(1, 2))], "lost", 2),
    ],
)
def test_which_units_are_meant(events: list[Any], name: str, expected: int) -> None:
    """Units that are only counted are those that most likely are meant; units that are named are those."""
    assert (expected, 1, at(4)) in told(*events, name=name)
    assert [run for run in ((1, expected - 1), (expected + 1, 3)) if run[0] <= run[1]] == list(left(*events))


def test_cancelled_after_being_lost() -> None:
    """What was lost can be cancelled."""
    events = [Lost("x", at(4), "A-1"), Cancelled("y", at(5), "A-1", cups(2))]

    assert [(1, 1, None), (2, 2, at(5))] == told(*events, name="cancelled")
    assert [(1, 1, at(4)), (2, 2, at(4))] == told(*events, name="lost")


def test_what_turns_up_is_there() -> None:
    """What was lost and then arrives by name counts as delivered, and can come back."""
    events = [Lost("x", at(4), "A-1", cups(2, 1)), parcel(9, Units("1", 1, first=2)), parcel(10, Units("1", 1))]

    assert [(1, 1, None), (2, 1, at(9)), (3, 1, at(10))] == told(*events)
    assert [(1, 1, at(4)), (2, 1, None), (3, 1, None)] == told(*events, name="lost")
    assert ((2, 3),) == left(*events)


def test_a_whole_parcel_after_a_loss() -> None:
    """A parcel with everything that is left has nothing of what was lost, on every track."""
    lost = Lost("x", at(4), "A-1", cups(1, 2))
    events = [lost, *(parcel(day, of=of) for day, of in ((5, Picked), (6, Dispatch), (7, Delivered)))]

    for name, day in (("picked", 5), ("shipped", 6), ("delivered", 7)):
        assert [(1, 1, at(day)), (2, 1, None), (3, 1, at(day))] == told(*events, name=name)


def test_picked() -> None:
    """Units that are picked before others are told apart."""
    assert [(1, 2, at(3)), (3, 1, None)] == told(Picked("e", at(3), "A-1", cups(2)), name="picked")


@pytest.mark.parametrize(
    ("events", "problem"),
    [
        ([parcel(3), Cancelled("x", at(4), "A-1", cups(1))], "`x` is about 1 of line `1` .* of which 0 are still to"),
        ([Lost("x", at(4), "A-1", cups(4))], "`x` is about unit 4 of line `1`, which has 3"),
        ([Lost("x", at(4), "A-1", (Units("7", 1),))], "event `x` is about line `7`, which is not ordered"),
        ([Cancelled("x", at(4), "A-1", cups(2)), Cancelled("y", at(4), "A-1", cups(2))], "`y` is about 2 of line `1`"),
        ([Cancelled("x", at(4), "A-1", cups(1, 2)), Lost("y", at(4), "A-1", cups(1, 2))], "`y` is about 1 of line"),
        ([Cancelled("x", at(4), "A-1"), parcel(5, Units("1", 1))], "1 of line `1` were delivered, 0 are left"),
    ],
)
def test_refused(events: list[Any], problem: str) -> None:
    """What arrived was not lost, and a unit is cancelled once."""
    with pytest.raises(OrderError, match=problem):
        told(*events)


def test_everything_twice() -> None:
    """Cancelling all that is left is no error where nothing is."""
    assert [(1, 3, at(3))] == told(parcel(3), Cancelled("x", at(4), "A-1"))


def test_a_whole_parcel_twice() -> None:
    """A parcel with everything that is left is none where nothing is."""
    assert [(1, 3, at(3))] == told(parcel(3), parcel(4))
    assert [(1, 3, at(3))] == told(parcel(3), parcel(4), Lost("x", at(5), "A-1"), parcel(6))


def test_asked_for_and_cancelled() -> None:
    """A return of units that were then cancelled asks for nothing more."""
    asked = ReturnRequested("q", at(3), "A-1", cups(2), "change_of_mind", return_id="R-1")
    found = units_left(RECEIPT, History([asked, Cancelled("x", at(4), "A-1", cups(1))]), "1", at=at(20))

    assert (1, ((1, 1),)) == (found.asked, found.left)


def test_handed_in_is_not_left() -> None:
    """What was traded in or recycled cannot come back, and is no return."""
    found = units_left(RECEIPT, History([HandedIn("h", at(9), "A-1", cups(1))]), "1", at=at(20))

    assert (((1, 2),), 0, 0) == (found.left, found.back, found.returns)


def test_nothing_moves_without_such_events() -> None:
    """Where nothing is cancelled or lost, nothing is read twice."""
    assert {} == moves(RECEIPT, History([parcel(3)]), at=at(20))
    assert {"x": {"1": [(3, 3)]}} == moves(RECEIPT, History([Lost("x", at(4), "A-1", cups(1))]), at=at(20))


def settled(*events: Any) -> list[tuple[str, str]]:
    """Each settlement's event and refund, in euros."""
    book = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"])
    found = settlements(
        RECEIPT,
        events,
        pricer=pricer(book),
        terms=lambda _, __: LineTerms(terms()),
    )
    return [(each.event, str(each.refund.decimal)) for each in found]


def test_what_is_cancelled_is_paid_back() -> None:
    """Cancelled units are settled like returned ones, whole; cancelling nothing settles nothing."""
    assert [("x", "10.00"), ("y", "20.00")] == settled(
        Cancelled("x", at(4), "A-1", cups(1)),
        Cancelled("y", at(5), "A-1", regimes=("withdrawal",)),
        Cancelled("z", at(6), "A-1"),
    )


def test_returned_after_a_part_was_cancelled() -> None:
    """A return after a cancellation gives back what is left, and no more can come."""
    events = [Cancelled("x", at(4), "A-1", cups(1)), parcel(5), Returned("y", at(6), "A-1", cups(2))]

    assert [("x", "10.00"), ("y", "20.00")] == settled(*events)
    with pytest.raises(OrderError, match="the customer keeps 0 of it"):
        settled(*events, Returned("z", at(7), "A-1", cups(1)))


def test_what_is_lost_is_not_brought_back() -> None:
    """Of units that are only counted none is meant that was lost, until it turns up or is cancelled."""
    lost = Lost("l", at(4), "A-1", cups(1, 3))
    back = Returned("y", at(6), "A-1", cups(2))

    assert [("y", "20.00"), ("z", "10.00")] == settled(lost, parcel(5), back, Cancelled("z", at(7), "A-1"))
    with pytest.raises(OrderError, match="the customer keeps 1 of it"):
        settled(lost, parcel(5), back, Returned("z", at(7), "A-1", cups(1)))
    turned_up = parcel(6, Units("1", 1, first=3))
    last = Returned("z", at(7), "A-1", cups(1))
    assert [("y", "20.00"), ("z", "10.00")] == settled(lost, parcel(5), back, turned_up, last)
