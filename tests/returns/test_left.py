"""What is left of a line to give back, against a naive count of units one by one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import History, OrderError, Refunded, RefundReversed, Tender, eur, returns
from aftercare.order_events import Units
from aftercare.return_events import ReturnCancelled, Returned, ReturnRefused, ReturnRequested, ReturnSent
from aftercare.returns.left import left_in, units_left
from aftercare.returns.line_units import LineUnits
from aftercare.returns.runs import highest, joined, lowest, size, within, without
from aftercare.returns.timeline import follow
from tests.returns.counter import CUP, at, cups, line, placed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.returns.runs import Run

RECEIPT = placed()
CARD = (Tender("card", eur(10)),)


def left(*events: Any, but: str | None = None) -> Any:
    """What is left of the three cups of line 1 on 20 March."""
    return units_left(RECEIPT, History(events), "1", at=at(20), but=but)


def request(count: int, *, first: int | None = None, id: str = "R-1") -> ReturnRequested:
    """Some cups are asked for."""
    return ReturnRequested(f"q{id}", at(5), "A-1", cups(count, first), "defect", return_id=id)


REQUEST = request(2)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((), (0, 0, ((1, 3),), 0)),
        ((REQUEST,), (0, 2, ((1, 1),), 1)),
        ((request(1, first=2),), (0, 1, ((1, 1), (3, 3)), 1)),
        ((REQUEST, ReturnRefused("e", at(6), "A-1", return_id="R-1", reason="worn")), (0, 0, ((1, 3),), 0)),
        ((REQUEST, ReturnCancelled("e", at(6), "A-1", return_id="R-1")), (0, 0, ((1, 3),), 0)),
        ((REQUEST, ReturnSent("e", at(6), "A-1", return_id="R-1")), (0, 2, ((1, 1),), 1)),
        ((REQUEST, Returned("e", at(6), "A-1", cups(1), return_id="R-1")), (1, 1, ((1, 1),), 1)),
        ((REQUEST, Returned("e", at(6), "A-1", cups(1, 1), return_id="R-1")), (1, 2, (), 1)),
        ((REQUEST, Returned("e", at(6), "A-1", cups(3), return_id="R-1")), (3, 0, (), 1)),
        (
            (
                REQUEST,
                Returned("e", at(6), "A-1", cups(1), return_id="R-1"),
                Refunded("f", at(7), "A-1", CARD, return_id="R-1"),
            ),
            (1, 0, ((1, 2),), 1),
        ),
        ((Returned("e", at(6), "A-1", cups(2)),), (2, 0, ((1, 1),), 1)),
        ((Returned("e", at(6), "A-1", (Units("2", 1),)),), (0, 0, ((1, 3),), 0)),
        ((Returned("e", at(6), "A-2", cups(2)),), (0, 0, ((1, 3),), 0)),
        ((Returned("e", at(21), "A-1", cups(2)),), (0, 0, ((1, 3),), 0)),
        ((Refunded("e", at(6), "A-1", CARD, units=cups(1)),), (0, 0, ((1, 3),), 0)),
        ((Refunded("e", at(6), "A-1", CARD, units=cups(1), kept=True),), (1, 0, ((1, 2),), 1)),
        (
            (
                Refunded("e", at(6), "A-1", CARD, units=cups(1), kept=True),
                RefundReversed("f", at(7), "A-1", "e"),
            ),
            (0, 0, ((1, 3),), 1),
        ),
        ((RefundReversed("f", at(7), "A-1", "e"),), (0, 0, ((1, 3),), 0)),
    ],
    ids=str,
)
def test_units_left(events: tuple[Any, ...], expected: Any) -> None:
    """Units come back, are asked for and are left; a return that came to nothing frees its units."""
    found = left(*events)

    assert expected == (found.back, found.asked, found.left, found.returns)
    assert 3 == found.bought
    assert size(found.left) == found.count


def test_but_one_return() -> None:
    """The return that is asked about does not count against itself, others do."""
    assert ((1, 3),) == left(REQUEST, but="R-1").left
    assert ((1, 1),) == left(REQUEST, but="R-2").left
    assert 0 == left(Returned("e", at(6), "A-1", cups(1), return_id="R-1"), but="R-1").returns


def test_a_return_that_is_asked_for_twice() -> None:
    """Units that join a return are asked for with those that were, and are free with them."""
    more = attrs.evolve(request(1), id="q2", at=at(6))
    gone = ReturnCancelled("c", at(7), "A-1", return_id="R-1")

    assert (2, ((1, 1),)) == (left(request(1), more).asked, left(request(1), more).left)
    assert (0, ((1, 3),)) == (left(request(1), more, gone).asked, left(request(1), more, gone).left)


def test_paid_back_before_the_goods_come() -> None:
    """What is paid back and on its way is neither left nor free until it comes; what came alone closes a return."""
    paid = Refunded("f", at(6), "A-1", CARD, return_id="R-1")
    came = Returned("e", at(7), "A-1", cups(1), return_id="R-1")
    both = Refunded("g", at(8), "A-1", CARD, units=cups(2), return_id="R-1")
    closed = Refunded("g", at(8), "A-1", CARD, units=cups(1), return_id="R-1")

    assert (0, 2, ((1, 1),)) == counted(left(REQUEST, paid))
    assert (1, 1, ((1, 1),)) == counted(left(REQUEST, paid, came))
    assert (1, 1, ((1, 1),)) == counted(left(REQUEST, came, both))
    assert (1, 0, ((1, 2),)) == counted(left(REQUEST, came, closed))


def test_goods_that_are_paid_back_and_kept_stay_paid() -> None:
    """To call off their return gives back what was asked for and did not come, but not what was paid for."""
    kept = Refunded("f", at(6), "A-1", CARD, units=cups(1), kept=True, return_id="R-1")
    gone = ReturnCancelled("x", at(7), "A-1", return_id="R-1")

    assert (1, 0, ((1, 2),)) == counted(left(REQUEST, kept, gone))


def test_an_event_is_read_for_the_lines_that_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens to one line is not read again for every other; what closes a return, for all of its lines."""
    receipt = placed(*(line(CUP, 1, id=str(number)) for number in range(1, 31)))
    one_by_one = [
        Returned(f"e{number}", at(6), "A-1", [Units(str(number), 1)], return_id=f"R-{number}")
        for number in range(1, 29)
    ]
    asked = ReturnRequested("q", at(5), "A-1", [Units("29", 1), Units("30", 1)], "defect", return_id="R-29")
    gone = ReturnCancelled("x", at(6), "A-1", return_id="R-29")
    read: list[str] = []
    add = LineUnits.add

    def noted(units: LineUnits, event: Any, *given: Any) -> None:
        read.append(event.id)
        add(units, event, *given)

    monkeypatch.setattr(LineUnits, "add", noted)
    timeline = follow(receipt, History([*one_by_one, asked, gone]), at(20))

    assert () == left_in(timeline, "1").left
    assert ["e1"] == read
    assert ((1, 1),) == left_in(timeline, "30").left
    assert ["e1", "q", "x"] == read


def counted(found: Any) -> tuple[int, int, tuple[Run, ...]]:
    """How many came back and are asked for, and what is left."""
    return found.back, found.asked, found.left


def test_as_code() -> None:
    """What is left is equal to its code."""
    assert left(REQUEST) == eval(repr(left(REQUEST)), {"returns": returns})  # noqa: S307 - the repr of a value is code


@pytest.mark.parametrize(
    "events",
    [
        (request(4),),
        (request(2, first=3),),
        (REQUEST, request(2, id="R-2")),
        (request(1, first=1), request(1, first=1, id="R-2")),
        (Returned("e", at(6), "A-1", cups(2)), Returned("f", at(7), "A-1", cups(2))),
    ],
    ids=str,
)
def test_more_than_is_left(events: tuple[Any, ...]) -> None:
    """An event about units that are not left is an error that names it."""
    with pytest.raises(OrderError, match=f"event `{events[-1].id}` is about .* of line `1`, of which .* are left"):
        left(*events)


runs = st.sets(st.integers(1, 12)).map(lambda units: joined(((unit, unit) for unit in units), ()))


def units_of(given: Iterable[Run]) -> set[int]:
    """Every unit of runs."""
    return {unit for first, last in given for unit in range(first, last + 1)}


@given(runs, runs, st.integers(0, 12), st.integers(1, 12))
def test_runs(one: list[Run], other: list[Run], count: int, first: int) -> None:
    """Runs of units do what sets of units do."""
    assert units_of(one) | units_of(other) == units_of(joined(one, other))
    assert units_of(one) - units_of(other) == units_of(without(one, other))
    assert set(sorted(units_of(one), reverse=True)[:count]) == units_of(highest(one, count))
    assert set(sorted(units_of(one))[:count]) == units_of(lowest(one, count))
    assert units_of(one) & set(range(first, first + count)) == units_of(within(one, first, count))
    assert size(one) == len(units_of(one))


@given(st.lists(st.tuples(st.sampled_from(["ask", "free", "back", "close"]), st.integers(0, 2), st.integers(1, 3))))
def test_as_counted_one_by_one(steps: list[tuple[str, int, int]]) -> None:
    """Whatever happens, units are bought = back + asked + left, as a naive count finds them."""
    free, asked, back, came = 3, dict.fromkeys(range(3), 0), 0, dict.fromkeys(range(3), 0)
    met: set[int] = set()
    events: list[Any] = []
    for place, (what, number, count) in enumerate(steps):
        event_id, when = f"e{place:03}", at(6) + timedelta(minutes=place)
        key = f"R-{number}"
        if what == "ask" and not asked[number] and count <= free:
            events.append(ReturnRequested(event_id, when, "A-1", cups(count), "defect", return_id=key))
            asked[number], free = count, free - count
        elif what == "free":
            events.append(ReturnCancelled(event_id, when, "A-1", return_id=key))
            free, back = free + asked[number] + came[number], back - came[number]
            asked[number] = came[number] = 0
            met.discard(number)
        elif what == "back" and count <= asked[number] + free:
            events.append(Returned(event_id, when, "A-1", cups(count), return_id=key))
            own = min(count, asked[number])
            asked[number], free, back = asked[number] - own, free - (count - own), back + count
            came[number] += count
            met.add(number)
        elif what == "close":
            events.append(Refunded(event_id, when, "A-1", (), return_id=key))
            if number in met:
                asked[number], free = 0, free + asked[number]
    found = left(*events)

    assert (back, sum(asked.values()), free) == (found.back, found.asked, found.count)
