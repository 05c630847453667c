from __future__ import annotations

import datetime as dt
import pickle
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest

import aftercare
from aftercare import History, Name, OrderError, Tender, eur, return_events
from aftercare.order_events import Units
from aftercare.return_events import (
    AmountRefunded,
    Exchanged,
    HandedIn,
    InformationGiven,
    OwnerChanged,
    Refunded,
    RefundReversed,
    RemedyDone,
    RemedyRequested,
    ReturnApproved,
    ReturnCancelled,
    Returned,
    ReturnEvent,
    ReturnRefused,
    ReturnRequested,
    ReturnSent,
    WarrantyRegistered,
)
from tests.policies.conditions import purchase

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 3, 9, 12, tzinfo=UTC)
CUPS = (Units("1", 2, first=3),)
CARD = (Tender("card", eur(20)),)
WORD: Any = str
NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "Units": Units,
    "datetime": dt,
}
LIFE = (
    ReturnRequested("e1", AT, "A-1", CUPS, "defect", return_id="R-1", channel="mail", evidence=["photo"]),
    ReturnApproved("e2", AT, "A-1", return_id="R-1", regimes="promise", by="anna", reason="a good customer"),
    ReturnSent("e3", AT, "A-1", return_id="R-1"),
    Returned("e4", AT, "A-1", CUPS, return_id="R-1", grade="B", restocked=True, unexpected=["MUG"]),
    Refunded("e5", AT, "A-1", CARD, units=CUPS, return_id="R-1", regimes="promise"),
    RefundReversed("e6", AT, "A-1", "e5"),
    AmountRefunded("e7", AT, "A-1", eur(20), CARD, reason="arrived late"),
    ReturnRefused("e8", AT, "A-1", return_id="R-2", reason="worn", by="anna"),
    ReturnCancelled("e9", AT, "A-1", return_id="R-3", by="shop"),
    Exchanged("f1", AT, "A-1", return_id="R-1", new_order="A-2"),
    RemedyRequested("f2", AT, "A-1", CUPS, remedy="replacement", remedy_id="M-1"),
    RemedyDone("f3", AT, "A-1", remedy_id="M-1"),
    InformationGiven("f4", AT, "A-1"),
    WarrantyRegistered("f5", AT, "A-1", CUPS, warranty="maker"),
    OwnerChanged("f6", AT, "A-1", owner="C-8"),
    HandedIn("f7", AT, "A-1", CUPS, value=eur(5)),
)


def test_every_event_is_in_the_union() -> None:
    """The union of the events of a return names each of them, and each has an everyday name."""
    named = {each.__name__ for each in get_args(ReturnEvent)}

    assert {type(event).__name__ for event in LIFE} == named
    assert named <= set(aftercare.__all__)


@pytest.mark.parametrize("event", LIFE, ids=lambda event: type(event).__name__)
def test_events_are_values(event: Any) -> None:
    """Every event is equal to its code and its pickle."""
    assert event == eval(repr(event), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert event == pickle.loads(pickle.dumps(event))  # noqa: S301 - what was just pickled
    assert hash(event) == hash(pickle.loads(pickle.dumps(event)))  # noqa: S301 - what was just pickled


def test_texts_become_names() -> None:
    """A reason is a name, and words that stand alone are a tuple of one."""
    assert Name("worn") == LIFE[7].reason
    assert ("photo",) == ReturnRequested("e1", AT, "A-1", CUPS, "defect", return_id="R-1", evidence="photo").evidence


def test_history_of_one_order() -> None:
    """The history of one order leaves out other orders, and the purchase itself."""
    other = ReturnSent("x1", AT + timedelta(days=1), "A-2", return_id="R-9")
    history = History((*LIFE, other, purchase("p1", AT, eur(10))))

    assert History(LIFE) == history.of("A-1")
    assert (other,) == history.of("A-2").events


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ReturnRequested("e1", AT, "A-1", (), "defect", return_id="R-1"), "`e1` names no units: say which"),
        (lambda: Returned("e1", AT, "A-1", ()), "`e1` names no units: say which line and how many"),
        (lambda: RemedyRequested("e1", AT, "A-1", (), remedy_id="M-1"), "`e1` names no units"),
        (
            lambda: RemedyRequested("e1", AT, "A-1", CUPS, remedy=WORD("repare"), remedy_id="M-1"),
            "`repare` is not a remedy: allowed: `repair`, `replacement`; did you mean `repair`?",
        ),
        (
            lambda: ReturnCancelled("e1", AT, "A-1", return_id="R-1", by=WORD("staff")),
            "`staff` is not who cancels a return: allowed: `customer`, `shop`",
        ),
        (
            lambda: ReturnApproved("e1", AT, "A-1", return_id="R-1", by="anna"),
            "`e1` is a decision of `anna` without a reason: record why with `reason=`",
        ),
        (lambda: HandedIn("h1", AT, "A-1", ()), "`h1` names no units"),
        (
            lambda: HandedIn("e1", AT, "A-1", CUPS, to=WORD("recycle")),
            "`recycle` is not where goods are handed in: allowed: `recycling`, `trade_in`; did you mean `recycling`?",
        ),
        (lambda: AmountRefunded("e1", AT, "A-1", eur(0), ()), "the amount that `e1` pays back is `0.00 EUR`: it is"),
        (
            lambda: AmountRefunded("e1", AT, "A-1", eur(21), CARD),
            "`e1` pays back `21.00 EUR`, and `20.00 EUR` of it to tenders: name where all of it went",
        ),
        (lambda: Units("1", 0), "an event is about at least one unit of line `1`, given `0`"),
        (lambda: Units("1", 1, first=0), "the first unit of line `1` is counted from 1, given `0`"),
        (lambda: Units("1", 1, first=True), "the first unit of line `1` is counted from 1, given `True`"),
    ],
)
def test_refused(build: Callable[[], object], message: str) -> None:
    """An event that cannot be says what is wrong with it."""
    with pytest.raises(OrderError, match=message.replace("?", r"\?")):
        build()


def test_only_unexpected_goods_came() -> None:
    """A parcel with only other goods is a return without units."""
    assert ("MUG",) == Returned("e1", AT, "A-1", (), unexpected="MUG").unexpected


def test_events_live_in_one_module() -> None:
    """Every event is importable from its module."""
    assert all(getattr(return_events, type(event).__name__) is type(event) for event in LIFE)
