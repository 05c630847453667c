from __future__ import annotations

import datetime as dt
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftercare
from aftercare import (
    CalendarError,
    Cancelled,
    Delivered,
    Dispatch,
    History,
    Installed,
    Lost,
    OrderError,
    Payment,
    Picked,
    PointsReceived,
    Purchase,
    Refunded,
    RefundReversed,
    RemedyDone,
    RemedyRequested,
    ReturnCancelled,
    Returned,
    ReturnRequested,
    ReturnSent,
    Visit,
    eur,
    order_events,
    pln,
)
from aftercare import receipt as receipt_module
from aftercare.interchange.events import EVENTS
from aftercare.order_events import Units
from tests.policies.conditions import histories, instants, purchase

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    **vars(receipt_module),
    **vars(order_events),
    "datetime": dt,
}
FIRST = purchase("p1", AT, eur(10))
LATER = purchase("p2", AT + timedelta(hours=11, minutes=30), eur(5))
FOREIGN = purchase("p3", AT - timedelta(days=3), pln(7))
EVERY_EVENT = (
    FIRST,
    Payment("e1", AT, "A-1", eur(10)),
    Dispatch("e2", AT, "A-1"),
    Delivered("e3", AT, "A-1", (Units("1", 2),)),
    Installed("e4", AT, "A-1"),
    Returned("e5", AT, "A-1", (Units("1", 1, first=2),), "change_of_mind"),
    Picked("e6", AT, "A-1", (Units("1", 2),)),
    Cancelled("e7", AT, "A-1", (Units("1", 1),)),
    Lost("e8", AT, "A-1"),
)


def test_history_is_a_value() -> None:
    """A history of every kind of event is equal to its code and its pickle."""
    history = History(EVERY_EVENT)

    assert history == eval(repr(history), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert history == pickle.loads(pickle.dumps(history))  # noqa: S301 - what was just pickled
    assert hash(history) == hash(History(reversed(EVERY_EVENT)))


@given(st.permutations([FIRST, LATER, FOREIGN, FIRST, LATER]))
def test_idempotent(events: list[Any]) -> None:
    """Events are kept by instant in whatever order they come, and one recorded twice counts once."""
    history = History(events)

    assert (FOREIGN, FIRST, LATER) == history.events == history.purchases
    assert 3 == history.orders


def test_events_at_one_instant() -> None:
    """Events of one instant are kept by id, but those of one order causes before effects."""
    expected = ["e1", "e2", "e6", "e7", "e3", "e4", "e5", "e8", "p1"]

    assert expected == [event.id for event in History(EVERY_EVENT).events]


ONE_INSTANT = (
    (Purchase("z", AT, FIRST.receipt), Payment("a", AT, FIRST.receipt.id, eur(10))),
    (Dispatch("z", AT, "A-1"), Delivered("a", AT, "A-1")),
    (Delivered("z", AT, "A-1", [Units("1", 2)]), Cancelled("a", AT, "A-1")),
    (Cancelled("z", AT, "A-1", [Units("1", 1)]), Delivered("a", AT, "A-1")),
    (Delivered("z", AT, "A-1"), Returned("a", AT, "A-1", [Units("1", 1)])),
    (
        RemedyRequested("z", AT, "A-1", [Units("1", 1)], remedy_id="m"),
        RemedyDone("a", AT, "A-1", remedy_id="m"),
    ),
    (
        ReturnRequested("z", AT, "A-1", [Units("1", 1)], "defect", return_id="R"),
        ReturnSent("y", AT, "A-1", return_id="R"),
        Returned("b", AT, "A-1", [Units("1", 1)], return_id="R"),
        Refunded("d", AT, "A-1", (), return_id="R"),
        RefundReversed("c", AT, "A-1", "d"),
    ),
    (
        ReturnRequested("b", AT, "A-1", [Units("1", 2)], "defect", return_id="R-1"),
        ReturnCancelled("a", AT, "A-1", return_id="R-1"),
        ReturnRequested("c", AT, "A-1", [Units("1", 2)], "defect", return_id="R-2"),
    ),
    (RefundReversed("a", AT, "A-1", "elsewhere"), Refunded("b", AT, "A-1", ())),
)


@pytest.mark.parametrize("story", ONE_INSTANT, ids=range(len(ONE_INSTANT)))
@given(st.randoms(use_true_random=False))
def test_causes_before_effects(story: tuple[Any, ...], random: Any) -> None:
    """What leads to something else at the same instant comes first, whatever the ids and the order of recording."""
    others = (FOREIGN, Delivered("m", AT, "A-9"), Visit("n", AT))
    events = random.sample((*story, *others), len(story) + len(others))

    found = History(events)

    assert story == tuple(event for event in found.events if event not in others)
    assert History(found.events) == found == History(reversed(events))


def test_two_events_of_one_id() -> None:
    """An id belongs to one event."""
    with pytest.raises(
        OrderError, match="two different events have the id `p1`: an event keeps its id, and another has"
    ):
        History([FIRST, attrs.evolve(FIRST, at=AT + timedelta(1))])


@given(histories(), instants)
def test_until(history: History, at: datetime) -> None:
    """What had happened by an instant includes the instant, and nothing after it."""
    before = history.until(at)

    assert tuple(event for event in history.events if event.at <= at) == before.events
    assert before == before.until(at)


def test_until_keeps_what_is_whole() -> None:
    """A history that is over already is given back as it is."""
    history = History([FIRST])

    assert history is history.until(AT)
    assert History() == history.until(AT - timedelta(microseconds=1))
    assert History() == History().until(AT)


def test_spend() -> None:
    """Spend adds up the orders of one currency."""
    history = History([FIRST, LATER, FOREIGN, *EVERY_EVENT])

    assert eur(15) == history.spend("EUR")
    assert pln(7) == history.spend("PLN")
    assert 0 == history.spend("JPY").minor
    assert eur(0) == History().spend("EUR")


def test_last_order() -> None:
    """The date of the last order is that of the zone it is asked in."""
    history = History([LATER, FIRST])

    assert date(2026, 11, 22) == history.last_order_on("UTC")
    assert date(2026, 11, 23) == history.last_order_on("Europe/Warsaw")
    assert History(EVERY_EVENT[1:]).last_order_on("UTC") is None


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "2"])
def test_units(count: Any) -> None:
    """An event is about whole units, at least one."""
    with pytest.raises(OrderError, match=f"an event is about at least one unit of line `1`, given `{count!r}`"):
        Units("1", count)


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: type(event).__name__)
def test_instants_have_a_zone(event: Any) -> None:
    """Every event happened at an instant with a zone."""
    with pytest.raises(CalendarError, match="the instant of an event"):
        attrs.evolve(event, at=datetime(2026, 11, 22))


@pytest.mark.parametrize("kind", [*EVENTS.values(), Purchase, Units], ids=lambda kind: kind.__name__)
def test_ids_and_words_are_text(kind: Any) -> None:
    """Whatever an event names, it names with some text: a number would match nothing."""
    named = [field for field in attrs.fields(kind) if field.type in {"str", "str | None", "tuple[str, ...]"}]

    assert named
    for field in named:
        given = (1001,) if field.type == "tuple[str, ...]" else 1001
        with pytest.raises(OrderError, match="an id or name in an event needs some text, given `1001`: write `'1001'`"):
            field.converter(given)


def test_a_delivery_of_a_number_is_refused() -> None:
    """An order whose number is a number would never be seen as delivered."""
    with pytest.raises(OrderError, match="needs some text, given `1001`: write `'1001'`"):
        Delivered("d", AT, 1001)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Purchase("p", AT, eur(1)), "the receipt of a purchase is `Money.*`, which is no `Receipt`: give one"),
        (
            lambda: Payment("p", AT, "A-1", 5),
            r"the money of an event is `5`, which is no `Money`: give one, such as",
        ),
        (lambda: Delivered("d", AT, "A-1", None), "the units of an event are `None`, which cannot be gone through"),
        (lambda: Delivered("d", AT, "A-1", ["1"]), "one of the units of an event is `'1'`, which is no `Units`"),
        (lambda: Refunded("r", AT, "A-1", eur(5)), "one of the tenders is `Money.*`, which is no `Tender`: give one"),
        (lambda: Returned("r", AT, "A-1", [Units("1", 1)], regimes=5), "the words of an event are `5`, which cannot"),
        (lambda: PointsReceived("r", AT, [5], sender="C-7"), "one of the parts of points is `5`, which is no `Points"),
        (lambda: History(Delivered("d", AT, "A-1")), "the events of a history are `Delivered.*`, which cannot be gone"),
        (lambda: History([purchase("p", AT, eur(1)).receipt]), "`Receipt.*` is no event: give what happened, such as"),
        (lambda: History([5]), r"`5` is no event: give what happened, such as `Delivered\('d1', now, 'A-1'\)`"),
    ],
)
def test_parts_are_of_their_kind(make: Any, message: str) -> None:
    """What is no part of an event or a history is told when it is built."""
    with pytest.raises(OrderError, match=message):
        make()
