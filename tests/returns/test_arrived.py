"""Units that an event only counts: of those that have arrived the highest, in every reading of a history."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare import (
    Cancelled,
    Days,
    Delivered,
    History,
    Lost,
    PolicyBook,
    Refunded,
    ReturnCancelled,
    Returned,
    ReturnPolicy,
    ReturnRequested,
    Units,
)
from aftercare.returns.jointly import LineTerms
from aftercare.returns.left import units_left
from aftercare.returns.returnable import returnable_until
from aftercare.returns.settlement import settlements
from tests.returns.counter import STANDARD, ask, at, cups, placed
from tests.returns.desk import pricer, terms

RECEIPT = placed()


def parcel(day: int, *units: Units) -> Delivered:
    """A parcel that arrived on a day of March."""
    return Delivered(f"d{day}", at(day), "A-1", units)


def left(*events: Any) -> tuple[tuple[int, int], ...]:
    """The runs of cups that can still come back on 20 March."""
    return units_left(RECEIPT, History(events), "1", at=at(20)).left


ONE = parcel(4, Units("1", 1))
BACK = Returned("r", at(6), "A-1", cups(1))


def settled(*events: Any) -> list[tuple[str, set[int]]]:
    """Which cups the customer keeps after each event that gave money back."""
    shop = pricer(PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"]))
    past = History(events).events
    found = settlements(RECEIPT, past, pricer=shop, terms=lambda _, __: LineTerms(terms()))
    return [
        (each.event, {unit for run in each.kept for unit in range(run.first, run.first + run.count)}) for each in found
    ]


def test_a_count_means_units_that_have_arrived() -> None:
    """A question about one cup, its request and its return are about the one that came, not about one on its way."""
    asked = ReturnRequested("q", at(5), "A-1", cups(1), "change_of_mind", return_id="R-1")

    answer = ask(STANDARD, RECEIPT, ONE, when=at(5))
    assert (cups(1, 1), at(3, 4).date()) == (answer.units, answer.deadline.last_day)
    assert ((2, 3),) == left(ONE, asked) == left(ONE, BACK)
    assert [("r", {2, 3})] == settled(ONE, BACK)


def test_where_too_few_have_arrived_the_highest_others_are_meant() -> None:
    """Two cups come back of which one arrived: that one, and the highest of those on their way."""
    both = Returned("r", at(6), "A-1", cups(2))

    assert ((2, 2),) == left(ONE, both)
    assert [("r", {2})] == settled(ONE, both)
    assert ((1, 1),) == left(both)


def test_what_arrives_later_changes_no_count() -> None:
    """A cup that came back is one of those that were there; the next parcel has a window of its own."""
    two, third = parcel(4, Units("1", 2)), parcel(18, Units("1", 1))

    assert ((1, 1), (3, 3)) == left(two, BACK) == left(two, BACK, third)
    answer = ask(ReturnPolicy("short", within=Days(3), after="delivered"), RECEIPT, two, BACK, third, when=at(20))
    assert ("accept", cups(1, 3)) == (answer.outcome, answer.units)


@pytest.mark.parametrize("gone", [Cancelled, Lost])
@pytest.mark.parametrize("parcels", [[ONE], []])
def test_what_came_back_is_not_still_to_come(gone: Any, parcels: list[Any]) -> None:
    """What is cancelled or lost after a return is the rest, whether or not somebody recorded the parcel."""
    rest = gone("x", at(7), "A-1")

    assert () == left(*parcels, BACK, rest)
    assert ["r", "x"][: 2 if gone is Cancelled else 1] == [event for event, _ in settled(*parcels, BACK, rest)]


def test_what_is_the_customers_again_has_arrived() -> None:
    """A return that was called off after its goods came leaves them with the customer, whatever is cancelled then."""
    came = Returned("r", at(6), "A-1", cups(1), return_id="R-1")
    off = ReturnCancelled("o", at(7), "A-1", return_id="R-1")

    assert ((3, 3),) == left(came, off, Cancelled("x", at(8), "A-1"))


def test_what_is_paid_back_and_kept_is_not_cancelled_again() -> None:
    """A cup that never came is paid back; cancelling the order pays back the other two."""
    paid = Refunded("f", at(5), "A-1", (), units=cups(1), kept=True)

    assert [("f", {1, 2}), ("x", set())] == settled(paid, Cancelled("x", at(6), "A-1"))


def test_what_is_paid_back_and_kept_holds_its_line_until_then() -> None:
    """One cup came on 4 March, and for those that did not nobody waits once they are paid back."""
    paid = Refunded("f", at(10, 4), "A-1", (), units=cups(2, 2), kept=True)
    past = History([ONE, paid])

    assert [{"1": None}, {"1": at(10, 4).date()}] == [
        returnable_until(STANDARD, RECEIPT, past, at=when) for when in (at(9, 4), at(11, 4))
    ]
