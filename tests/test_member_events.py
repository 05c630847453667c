from __future__ import annotations

import datetime as dt
import fractions
import pickle
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

import aftercare
from aftercare import (
    Adjustment,
    Birthday,
    CalendarError,
    History,
    Measured,
    OrderError,
    Pin,
    ProfileChange,
    Referral,
    Review,
    SignUp,
    Tier,
    Visit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOLD = Tier("gold", 2)
NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "datetime": dt,
    "fractions": fractions,
}
EVENTS = (
    SignUp("e1", AT, on=date(2026, 11, 23)),
    Visit("e2", AT, place="Gdynia"),
    Review("e3", AT, "CUP"),
    Referral("e4", AT, "C-8"),
    Birthday("e5", AT, date(1988, 2, 29)),
    ProfileChange("e6", AT, "card", None),
    Measured("e7", AT, "nights", Fraction(1, 2), on=date(2026, 11, 20)),
    Adjustment("e8", AT, -5, reason="mistake", by="Ewa", qualifying=True),
    Pin("e9", AT, GOLD, until=AT + timedelta(days=9), kind="exact", reason="long wait", by="Ewa"),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_values(event: object) -> None:
    """The `repr` of an event is the code that builds it; it pickles and hashes."""
    assert event == eval(repr(event), dict(NAMESPACE))  # noqa: S307 - that is what is promised
    assert event == pickle.loads(pickle.dumps(event))  # noqa: S301 - our own bytes
    assert hash(event) == hash(pickle.loads(pickle.dumps(event)))  # noqa: S301 - our own bytes


def test_joined_in_history() -> None:
    """The events of a member stand in the history, each once."""
    assert EVENTS == History([*reversed(EVENTS), EVENTS[0]]).events


def test_whole_measure() -> None:
    """A fraction that is whole is a whole number."""
    assert Measured("n", AT, "nights", 2) == Measured("n", AT, "nights", Fraction(4, 2))


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda: Visit("v", datetime(2026, 1, 1)), CalendarError, "needs a zone"),
        (lambda: Visit("v", AT, place=" "), OrderError, "some text, given ` `|some text, given `' '`"),
        (lambda: Visit("v", AT, on=AT), CalendarError, "a day is a `date`"),
        (lambda: Review("r", AT, 5), OrderError, "some text, given `5`"),
        (lambda: Measured("n", AT, "nights", 0.5), OrderError, "`0.5` does not measure anything"),
        (lambda: Measured("n", AT, "nights", True), OrderError, "`True` does not measure anything"),
        (lambda: Adjustment("a", AT, 0, reason="x"), OrderError, "not zero, given `0`"),
        (lambda: Adjustment("a", AT, 1.5, reason="x"), OrderError, "not zero, given `1.5`"),
        (lambda: Pin("p", AT, GOLD, kind="roof", reason="x", by="Ewa"), OrderError, "`roof` is not a kind of pin"),
        (lambda: Pin("p", AT, "gold", reason="x", by="Ewa"), OrderError, "a pin sets a tier"),
        (lambda: Pin("p", AT, GOLD, until=AT, reason="x", by="Ewa"), OrderError, "end it after its start"),
        (lambda: History([SignUp("e", AT), Visit("e", AT)]), OrderError, "two different events have the id `e`"),
    ],
)
def test_refused(attempt: Callable[[], Any], error: type[Exception], message: str) -> None:
    """An event that cannot be is refused, and the error says what is allowed."""
    with pytest.raises(error, match=message):
        attempt()
