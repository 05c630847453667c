from __future__ import annotations

import pickle
import weakref
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import (
    CalendarError,
    History,
    Line,
    Order,
    OrderError,
    PolicyBook,
    Product,
    Promotion,
    cart,
    clock,
    custom,
    customer,
    eur,
    policies,
)
from aftercare.policies.price import LONG_LIVED
from tests.policies.conditions import purchase
from tests.strategies_limits import limited_cases
from tests.strategies_orders import AT as THEN
from tests.strategies_policies import cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.limits import Counts

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday
MONDAY = AT + timedelta(days=2)
SALE = Promotion("sale", then=policies.percent_off(10))
BOOK = PolicyBook("shop", zone="UTC", currencies="EUR", promotions=[SALE])


def cups(quantity: int = 1, **options: Any) -> Order:
    """Cups at 3.00."""
    return Order([Line("1", Product("CUP"), quantity, unit_price=eur(3))], **{"currency": "EUR", **options})


def refuses(order: Order, at: datetime) -> bool:  # noqa: ARG001 - a custom fact is given both
    """A fact of somebody else's that cannot be read."""
    msg = "the warehouse does not answer"
    raise TimeoutError(msg)


# --- laws ------------------------------------------------------------------------------------------------------------


@given(cases(), st.lists(st.integers(0, 72), min_size=1, max_size=3))
def test_many_are_as_one_by_one(case: tuple[PolicyBook, Order, History | None], hours: list[int]) -> None:
    """Each decision is the one that the order alone would get at its instant, with its history."""
    book, order, history = case
    instants = [THEN + timedelta(hours=each) for each in hours]

    assert [book.price(order, at=each) for each in instants] == list(
        book.price_many((order, each) for each in instants)
    )
    assert [book.price(order, at=each, history=history) for each in instants] == list(
        book.price_many([(order, each, history) for each in instants])
    )
    assert [book.price(order, at=THEN)] * 2 == list(book.price_many([order, order], at=THEN))


@given(limited_cases())
def test_counts_hold_for_all(case: tuple[PolicyBook, Order, History | None, Counts | None]) -> None:
    """The counts are those of every order; none of them uses anything up for the next."""
    book, order, history, counts = case

    assert [book.price(order, at=THEN, history=history, counts=counts)] * 2 == list(
        book.price_many([(order, THEN, history)] * 2, counts=counts)
    )
    assert [book.price(order, at=THEN, counts=counts)] == list(book.price_many([order], at=THEN, counts=counts))


@given(cases())
def test_a_pickled_book_decides_the_same(case: tuple[PolicyBook, Order, History | None]) -> None:
    """A book that comes out of a pickle decides as the one that went in, whether that had priced anything or not."""
    book, order, history = case
    fresh = pickle.dumps(book)
    expected = list(book.price_many([(order, THEN, history)]))
    again = pickle.loads(fresh)  # noqa: S301 - what was just pickled

    assert fresh == pickle.dumps(book)
    assert expected == list(again.price_many([(order, THEN, history)]))


def test_a_book_that_is_written_out_pickles_as_before() -> None:
    """What a book prepares for itself is not in its pickle, not even after so many orders that it is written out."""
    book = PolicyBook(
        "shop", zone="UTC", currencies="EUR", promotions=[SALE, Promotion("b", when=cart.has("CUP"), then=SALE.then)]
    )
    fresh = pickle.dumps(book)
    decisions = list(book.price_many([cups(2)] * (LONG_LIVED + 1), at=AT))
    again = pickle.loads(pickle.dumps(book))  # noqa: S301 - what was just pickled

    assert decisions[0] == decisions[-1] == next(again.price_many([cups(2)], at=AT))
    assert fresh == pickle.dumps(book)


# --- a stream --------------------------------------------------------------------------------------------------------


def test_orders_are_read_when_their_decisions_are_asked_for() -> None:
    """No order is read before its decision is asked for, and there may be orders without end."""
    read: list[int] = []

    def endless() -> Iterator[Order]:
        for quantity in count(1):
            read.append(quantity)
            yield cups(quantity)

    decisions = BOOK.price_many(endless(), at=AT)

    assert [] == read
    assert ["2.70", "5.40"] == [str(each.payable.decimal) for each in islice(decisions, 2)]
    assert [1, 2] == read


def test_nothing_is_kept() -> None:
    """A decision that nobody holds any more is gone when the next one is made."""
    decisions = BOOK.price_many((cups(quantity) for quantity in (1, 2)), at=AT)
    first = weakref.ref(next(decisions))
    second = next(decisions)

    assert first() is None
    assert eur("5.40") == second.payable


# --- instants and histories ------------------------------------------------------------------------------------------


def test_each_at_its_own_instant() -> None:
    """An order in a pair is priced as of the instant beside it, with the history beside that."""
    weekend = Promotion("weekend", when=clock.weekday.one_of("saturday", "sunday"), then=policies.percent_off(10))
    first = Promotion("first", when=customer.first_order, then=policies.percent_off(50))
    book = PolicyBook("shop", zone="UTC", currencies="EUR", promotions=[weekend, first])
    known = History([purchase("p1", AT, eur(10))])

    assert [["weekend"], [], ["weekend", "first"], []] == [
        [each.id for each in decision.applied]
        for decision in book.price_many(
            [(cups(), AT), (cups(), MONDAY), (cups(), AT, History()), (cups(), MONDAY, known)]
        )
    ]


def test_an_order_needs_an_instant() -> None:
    """An order without an instant is refused, and so is one with two; the place of the order is told."""
    mixed: Any = [(cups(), AT), cups()]
    untimed = BOOK.price_many(mixed)
    next(untimed)
    with pytest.raises(OrderError, match=r"without an instant: give `at=` for all orders, or pairs") as caught:
        next(untimed)
    assert ["at orders[1]"] == caught.value.__notes__

    twice = BOOK.price_many(mixed, at=AT)
    with pytest.raises(OrderError, match=r"of its own beside `at=`: leave out `at=`, or give orders alone"):
        next(twice)


def test_an_instant_without_a_zone_is_refused_at_once() -> None:
    """The instant of all orders is looked at before the first order is."""
    with pytest.raises(CalendarError, match="the instant of pricing"):
        BOOK.price_many([], at=datetime(2026, 11, 21))


# --- errors ----------------------------------------------------------------------------------------------------------


def test_an_error_tells_the_place_of_its_order() -> None:
    """Whatever goes wrong with an order, the error says with which."""
    abroad = BOOK.price_many([cups(), Order([], currency="JPY")], at=AT)
    next(abroad)
    with pytest.raises(OrderError, match="the order is in `JPY`") as caught:
        next(abroad)
    assert ["at orders[1]"] == caught.value.__notes__

    asked = Promotion("asked", when=custom.flag(refuses), then=policies.percent_off(10))
    book = PolicyBook("shop", zone="UTC", currencies="EUR", promotions=[asked])
    with pytest.raises(TimeoutError, match="the warehouse") as failed:
        next(book.price_many([cups()], at=AT))
    assert ["at orders[0]"] == failed.value.__notes__


@pytest.mark.parametrize("given_", [None, "A-1", (cups(),), [], {}], ids=repr)
@pytest.mark.parametrize("options", [{}, {"at": AT}], ids=["each", "all"])
def test_what_is_no_order_is_refused(given_: Any, options: Any) -> None:
    """What is neither an order nor a pair is told, with its place."""
    with pytest.raises(OrderError, match="is no order: give orders, or pairs of an order and its instant") as caught:
        list(BOOK.price_many([(cups(), AT) if not options else cups(), given_], **options))
    assert ["at orders[1]"] == caught.value.__notes__
