"""Events in documents: each has a word, and fields as its class has them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import attrs
import pytest

from aftercare import history
from aftercare.errors import DocumentError
from aftercare.interchange import read_order
from aftercare.interchange.cursor import Cursor
from aftercare.interchange.events import EVENTS, OF_ORDERS, READERS, event_at, word_of
from aftercare.member_events import Birthday, Measured, Pin, ProfileChange, Review
from aftercare.money import Money
from aftercare.order import Tier
from aftercare.order_events import Delivered, Dispatch, Purchase, Units
from aftercare.points_events import PointsPart
from aftercare.receipt import Tender
from aftercare.statement import Name

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
MONEY = {"amount": "5.00", "currency": "EUR"}

SAMPLES: dict[str, tuple[Any, Any]] = {
    "str": ("A-1", "A-1"),
    "bool": (True, True),
    "int": (3, 3),
    "int | Fraction": ("1/3", Fraction(1, 3)),
    "datetime": ("2026-03-05T12:00:00+00:00", AT),
    "date": ("1988-02-29", date(1988, 2, 29)),
    "Money": (MONEY, Money("5.00", "EUR")),
    "Name": ({"text": "gift", "translations": {"pl": "prezent"}}, Name("gift", pl="prezent")),
    "Tier": ({"id": "gold", "rank": 2}, Tier("gold", 2)),
    "Attribute": (True, True),
    "PinKind": ("exact", "exact"),
    "Party": ("shop", "shop"),
    "MadeGood": ("replacement", "replacement"),
    "HandedTo": ("recycling", "recycling"),
    "tuple[str, ...]": (["promise"], ("promise",)),
    "tuple[Units, ...]": ([{"line": "1", "count": 2, "first": 1}], (Units("1", 2, first=1),)),
    "tuple[Tender, ...]": ([{"kind": "card", **MONEY}], (Tender("card", Money("5.00", "EUR")),)),
    "tuple[PointsPart, ...]": (
        [{"points": 7, "last_day": "2027-01-31"}, {"points": 1}],
        (PointsPart(7, date(2027, 1, 31)), PointsPart(1)),
    ),
}
LATER = ("2026-04-05T12:00:00+00:00", datetime(2026, 4, 5, 12, tzinfo=UTC))


def read(event: dict[str, Any], **given: Any) -> tuple[Any, list[str]]:
    """The event that is read from an object, and the problems of it."""
    at = Cursor(event, "events[0]")
    found = event_at(at, given.pop("kinds", EVENTS), "UTC", **given)
    return found, [str(problem) for problem in at.problems.kept]


def sample(kind: type[attrs.AttrsInstance], *, full: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """An event of a kind as data and as the arguments of its class, with every field or only those it needs."""
    data: dict[str, Any] = {"event": word_of(kind)}
    arguments: dict[str, Any] = {}
    for field in attrs.fields(kind):
        if full or field.default is attrs.NOTHING:
            sampled = SAMPLES[str(field.type).removesuffix(" | None")] if field.name != "until" else LATER
            key = "undone" if field.name == "event" else field.name
            data[key], arguments[field.name] = sampled
    return data, arguments


def test_every_event_has_a_word() -> None:
    """The words are those of all classes of events but purchases, which need a book."""
    unions = (history.OrderEvent, history.MemberEvent, history.PointsEvent, history.RewardEvent, history.MoneyEvent)
    names = set(re.findall(r"\w+", " ".join(map(str, unions)))) - {"Purchase", "MoneyEvent"}
    returns = {kind.__name__ for kind in EVENTS.values() if kind.__module__.endswith("return_events")}

    assert names | returns == {kind.__name__ for kind in EVENTS.values()}
    assert 16 == len(returns)
    assert word_of(Purchase) not in EVENTS
    assert set(SAMPLES) == {*READERS, "datetime"}


@pytest.mark.parametrize("word", EVENTS)
@pytest.mark.parametrize("full", [True, False])
def test_every_event_is_read(word: str, full: bool) -> None:
    """Whatever the class takes, the document gives."""
    data, arguments = sample(EVENTS[word], full=full)

    assert (EVENTS[word](**arguments), []) == read(data)


@pytest.mark.parametrize("word", EVENTS)
def test_what_an_event_needs_is_missed(word: str) -> None:
    """An event without its fields is refused, each with its path; one that may be unknown may be left out."""
    needed = {
        "undone" if field.name == "event" else field.name
        for field in attrs.fields(EVENTS[word])
        if field.default is attrs.NOTHING and not str(field.type).endswith("| None") and "tuple" not in str(field.type)
    }
    found, problems = read({"event": word})

    assert found is None
    assert {f"events[0].{name}" for name in needed} <= {problem.partition(":")[0] for problem in problems}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "profile_change", "key": "card", "value": None}, ProfileChange("e", AT, "card", None)),
        ({"event": "measured", "measure": "nights", "amount": 2}, Measured("e", AT, "nights", 2)),
        ({"event": "measured", "measure": "nights", "amount": "-1/2"}, Measured("e", AT, "nights", Fraction(-1, 2))),
        ({"event": "review", "subject": "CUP"}, Review("e", AT, "CUP")),
        ({"event": "birthday", "born": "1988-02-29"}, Birthday("e", AT, date(1988, 2, 29))),
        ({"event": "pin", "tier": None, "reason": "over", "by": "Ewa"}, Pin("e", AT, None, reason="over", by="Ewa")),
    ],
)
def test_an_event(event: dict[str, Any], expected: Any) -> None:
    """What is unknown is null, parts are fractions."""
    assert (expected, []) == read({"id": "e", "at": "2026-03-05T12:00Z", **event})


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ("delivered", "events[0]: `delivered` is not an object"),
        ({"event": "deliverd"}, "events[0].event: `deliverd` is not known here: "),
        ({"event": "visit", "id": "v", "at": "noon"}, "events[0].at: "),
        ({"event": "visit", "id": "v"}, "events[0].at: is missing: expected an instant"),
        ({"event": "visit", "id": "v", "at": "2026-03-05T12:00", "plase": "x"}, "events[0].plase: `plase` is not a"),
        ({"event": "adjustment", "points": 1.5}, "events[0].points: "),
        ({"event": "adjustment", "points": 0, "reason": "x"}, "events[0]: an adjustment is a whole number"),
        ({"event": "measured", "measure": "nights", "amount": "1/0"}, "events[0].amount: `1/0` is not a whole number"),
        ({"event": "delivered", "order": "A", "units": ["1"]}, "events[0].units[0]: `1` is not an object"),
        ({"event": "delivered", "order": "A", "units": [{"line": "1", "count": 0}]}, "events[0].units[0].count: "),
        ({"event": "refunded", "order": "A", "tenders": ["card"]}, "events[0].tenders[0]: `card` is not an object"),
        ({"event": "payment", "order": "A", "amount": 5}, "events[0].amount: `5` is not an object"),
        ({"event": "payment", "order": "A", "amount": {"amount": 5, "currency": "EUR"}}, "events[0].amount.amount: "),
        ({"event": "points_received", "sender": "C", "parts": [1]}, "events[0].parts[0]: `1` is not an object"),
        ({"event": "birthday", "born": "in May"}, "events[0].born: `in May` is not a day"),
        ({"event": "handed_in", "order": "A", "units": [{"line": "1", "count": 1}], "to": "x"}, "events[0]: `x` is "),
    ],
)
def test_an_event_that_cannot_be_read(event: Any, problem: str) -> None:
    """What is wrong has its place."""
    given = {"id": "e", "at": "2026-03-05T12:00Z", **event} if isinstance(event, dict) and len(event) > 2 else event
    found, problems = read(given)

    assert found is None
    assert any(each.startswith(problem) for each in problems), problems


# --- events beside an order ------------------------------------------------------------------------------------------

ORDER = {"currency": "EUR", "lines": [{"id": "1", "product": {"sku": "CUP"}, "quantity": 2, "unit_price": "3.00"}]}


def test_an_order_document_tells_what_happened() -> None:
    """Its events are those of its order, which they need not name; instants are on the clocks of the zone given."""
    events = [
        {"event": "dispatch", "id": "e1", "at": "2026-03-03T12:00"},
        {"event": "delivered", "id": "e2", "at": "2026-03-05T12:00", "units": [{"line": "1", "count": 1}]},
    ]
    found = read_order({"aftercare": 1, "order": ORDER, "events": events}, zone="UTC")

    assert "order" == found.number
    assert (
        Dispatch("e1", datetime(2026, 3, 3, 12, tzinfo=UTC), "order"),
        Delivered("e2", AT, "order", (Units("1", 1),)),
    ) == found.events


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ({"event": "visit", "id": "e", "at": "2026-03-05T12:00Z"}, "events[0].event: `visit` is not known here"),
        ({"event": "delivered", "id": "e", "at": "2026-03-05T12:00Z", "order": "A"}, "events[0].order: `order` is not"),
        ({"event": "points_spent", "id": "e"}, "events[0].event: "),
    ],
)
def test_other_events_do_not_stand_beside_an_order(event: dict[str, Any], problem: str) -> None:
    """Those of members do not, and none names an order."""
    with pytest.raises(DocumentError) as raised:
        read_order({"aftercare": 1, "order": ORDER, "events": [event]})

    assert str(raised.value.problems[0]).startswith(problem)
    assert "visit" not in OF_ORDERS


def test_events_have_ids_of_their_own() -> None:
    """Two events with one id are refused."""
    event = {"event": "delivered", "id": "e", "at": "2026-03-05T12:00Z"}
    with pytest.raises(DocumentError, match=r"events\[1\].id: `e` is already the id of events\[0\]"):
        read_order({"aftercare": 1, "order": ORDER, "events": [event, event]})
