"""On which clocks an instant is written changes no answer, not even in the hour that they show twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from aftercare import (
    Cancelled,
    Days,
    Delivered,
    History,
    Line,
    Order,
    OrderError,
    PolicyBook,
    Product,
    Returned,
    ReturnPolicy,
    Tender,
    Units,
    dated,
    eur,
    returns,
)

WARSAW = ZoneInfo("Europe/Warsaw")
FIRST = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # clocks show 02:00 to 03:00 twice from 00:00 on
POLICY = ReturnPolicy(
    "standard",
    within=returns.ReturnWindow(Days(1), counting="blocks"),
    fee=dated(returns.FREE, {FIRST.astimezone(WARSAW) + timedelta(minutes=50): eur(1)}),
)
BOOK = PolicyBook(
    "shop",
    zone="Europe/Warsaw",
    currencies=["EUR"],
    returns=returns.AfterSales(
        returns=POLICY, cancellation=returns.CancellationPolicy("cancel", fee=eur(2), free_minutes=20)
    ),
)
ORDER = Order([Line("1", Product("CUP"), 3, unit_price=eur(10))], currency="EUR")


def moment(minutes: int, *, local: bool) -> datetime:
    """An instant of that night, on the clocks of Warsaw or in UTC."""
    at = FIRST + timedelta(minutes=minutes)
    return at.astimezone(WARSAW) if local else at


def answers(minutes: tuple[int, ...], *, local: bool) -> list[Any]:
    """What the book says of an order, its parcel, a return, a cancellation and a question, each so many minutes on."""
    placed, came, back, cancelled, asked = (moment(each, local=local) for each in minutes)
    receipt = BOOK.place(BOOK.price(ORDER, at=placed), id="A", paid=[Tender("card", eur(30))])
    history = History(
        [
            Delivered("d", came, "A", [Units("1", 2, first=1)]),
            Returned("r", back, "A", [Units("1", 1)], "change_of_mind"),
            Cancelled("c", cancelled, "A", [Units("1", 1, first=3)]),
        ]
    )
    found: list[Any] = [event.id for event in history.until(asked).events]
    for ask in (
        lambda: BOOK.settle(receipt, history=history, at=asked).refund,
        lambda: BOOK.preview_return(receipt, history=history, returning={"1": 1}, at=asked).refund,
        lambda: BOOK.assess_return(receipt, history=history, returning={"1": 1}, at=asked)[0].outcome,
        lambda: len(BOOK.rights_at(receipt, history=history, at=asked).rights),
    ):
        try:
            found.append(ask())
        except OrderError as error:
            found.append(str(error).partition("`A` was placed at")[1] or str(error).partition(" is at ")[0])
    return found


@given(st.tuples(*[st.integers(0, 150)] * 5))
def test_clocks_change_no_answer(minutes: tuple[int, ...]) -> None:
    """Events of a night in which clocks are put back mean the same on them as in UTC."""
    assert answers(minutes, local=False) == answers(minutes, local=True)


def test_the_hour_that_is_shown_twice() -> None:
    """Who orders at 02:45, hears of it at 02:15 of the second time, and is not told to wait."""
    minutes = (75, 80, 110, 90, 120)
    placed, *_, asked = (moment(each, local=True) for each in minutes)
    assert ("02:45", "02:30") == (placed.strftime("%H:%M"), asked.strftime("%H:%M"))
    expected = ["d", "c", "r", eur(9), eur(9), "accept"]
    assert expected == answers(minutes, local=True)[:6]
