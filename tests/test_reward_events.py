from __future__ import annotations

import datetime as dt
import pickle
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

import aftercare
from aftercare import (
    CalendarError,
    History,
    HouseholdJoined,
    HouseholdLeft,
    MoneyCredited,
    MoneyReleased,
    MoneyReserved,
    MoneyReturned,
    MoneySpent,
    OrderError,
    ReferralDecided,
    RewardUsed,
    eur,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 12, tzinfo=UTC)
EVENTS: tuple[Any, ...] = (
    HouseholdJoined("1", AT, "the-nowaks"),
    HouseholdLeft("2", AT, "the-nowaks"),
    MoneyCredited("3", AT, "GIFT-7", eur(50), reason="bought", last_day=date(2029, 3, 1)),
    MoneyReserved("4", AT, "GIFT-7", eur(20), key="k", until=LATER),
    MoneySpent("5", AT, "GIFT-7", eur(20), key="k", order="A-1"),
    MoneyReleased("6", AT, "GIFT-7", key="k"),
    MoneyReturned("7", AT, "GIFT-7", eur(5), key="k"),
    ReferralDecided("8", AT, "C-8", accepted=False, by="Ewa"),
    RewardUsed("9", AT, "dessert-card", order="A-1"),
)


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_a_value(event: Any) -> None:
    """It can be pickled, kept in a history, and built again from its `repr`."""
    names = {each: getattr(aftercare, each) for each in aftercare.__all__}

    assert pickle.loads(pickle.dumps(event)) == event  # noqa: S301 - our own bytes
    assert eval(repr(event), {**names, "datetime": dt}) == event  # noqa: S307 - the repr of a value is code
    assert History([event, event]).events == (event,)


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: RewardUsed("x", AT, " "), "an id or name in an event needs some text, given `' '`"),
        (lambda: MoneyCredited("x", AT, "G", eur(0), reason="x"), "money that moves is an amount above zero"),
        (lambda: MoneySpent("x", AT, "G", cast("Any", 5), key="k"), "such as `eur(5)`, given `5`"),
        (lambda: MoneyReserved("x", LATER, "G", eur(1), key="k", until=AT), "end it after its start"),
        (lambda: MoneyReserved("x", AT, "G", eur(1), key="k", until=AT), "reservation `k` ends at"),
    ],
)
def test_an_impossible_event_is_refused(made: Any, problem: str) -> None:
    """An event that cannot have happened is refused with advice."""
    with pytest.raises(OrderError) as caught:
        made()
    assert problem in str(caught.value)


def test_an_instant_needs_a_zone() -> None:
    """Reward events are no exception."""
    with pytest.raises(CalendarError):
        RewardUsed("x", AT.replace(tzinfo=None), "card")
