from __future__ import annotations

import datetime as dt
import pickle
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import aftercare
from aftercare import Days, Months, PolicyError, Tier, loyalty

if TYPE_CHECKING:
    from aftercare.loyalty.lots import Expiry

GOLD = Tier("gold", 2)
NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "loyalty": loyalty, "datetime": dt}
AFTER = loyalty.expire_after


@pytest.mark.parametrize(
    ("expiry", "start", "last"),
    [
        (AFTER(Months(12), to_end_of="month"), "2020-07-06", "2021-07-31"),
        (AFTER(Months(6), to_end_of="month"), "2020-12-15", "2021-06-30"),
        (AFTER(Months(36), to_end_of="quarter"), "2016-12-12", "2019-12-31"),
        (AFTER(Months(36), to_end_of="quarter"), "2025-02-10", "2028-03-31"),
        (AFTER(Months(36), to_end_of="quarter"), "2026-03-31", "2029-03-31"),
        (AFTER(Months(36), to_end_of="quarter"), "2026-04-01", "2029-06-30"),
        (AFTER(Months(12), to_end_of="quarter"), "2022-01-15", "2023-03-31"),
        (AFTER(Months(0)), "2026-03-01", "2026-03-01"),
        (AFTER(Months(1)), "2026-01-31", "2026-02-28"),
        (AFTER(Months(1)), "2026-01-25", "2026-02-25"),
        (AFTER(Months(1), first_day=True), "2026-01-25", "2026-02-24"),
        (AFTER(Months(12), first_day=True), "2023-01-01", "2023-12-31"),
        (AFTER(Months(11), to_end_of="month"), "2026-05-10", "2027-04-30"),
        (AFTER(Months(11), to_end_of="month"), "2026-11-03", "2027-10-31"),
        (AFTER(Days(0), to_end_of="month"), "2026-01-22", "2026-01-31"),
        (AFTER(Days(0), to_end_of="year"), "2026-01-22", "2026-12-31"),
        (AFTER(Days(0), to_end_of="half_year"), "2026-01-22", "2026-06-30"),
        (AFTER(Days(730)), "2023-03-01", "2025-02-28"),
        (AFTER(Months(24)), "2023-03-01", "2025-03-01"),
        (AFTER(Months(24), to_end_of="month"), "2021-02-10", "2023-02-28"),
        (AFTER(Months(24), to_end_of="month"), "2022-02-10", "2024-02-29"),
        (AFTER(Months(2)), "2026-01-31", "2026-03-31"),
        (loyalty.expire_yearly(4, 4), "2026-04-04", "2026-04-04"),
        (loyalty.expire_yearly(4, 4), "2026-04-05", "2027-04-04"),
        (loyalty.expire_yearly(1, 31, at_least=Months(1)), "2020-12-31", "2021-01-31"),
        (loyalty.expire_yearly(1, 31, at_least=Months(1)), "2021-01-01", "2022-01-31"),
        (loyalty.expire_yearly(2, 29), "2026-01-01", "2026-02-28"),
        (loyalty.expire_yearly(2, 29), "2028-01-01", "2028-02-29"),
    ],
)
def test_last_days(expiry: Any, start: str, last: str) -> None:
    """The last day of points, as shops and airlines publish it."""
    assert date.fromisoformat(last) == expiry.last_day(date.fromisoformat(start))


@pytest.mark.parametrize(("active", "last"), [("2026-05-10", "2027-04-30"), ("2026-11-03", "2027-10-31")])
def test_rolling(active: str, last: str) -> None:
    """Any new credit moves the whole balance to the end of the month before the same month next year."""
    idle = loyalty.expire_unless_active(Months(11), activity=("earned",), to_end_of="month")

    assert date.fromisoformat(last) == idle.last_day(date.fromisoformat(active))


def test_idleness_in_days() -> None:
    """Without a calendar period, idleness ends on the very day."""
    assert date(2026, 6, 30) == loyalty.expire_unless_active(Days(180)).last_day(date(2026, 1, 1))


VALUES = [
    loyalty.Lots(),
    loyalty.Lots(hold=loyalty.held_until("delivered", Days(5)), expire=Months(24), spend="oldest_first"),
    loyalty.Lots(hold=Days(7), expire=AFTER(Months(36), to_end_of="quarter", first_day=True), clock="earned"),
    loyalty.Lots(expire=loyalty.expire_yearly(4, 4), idle=loyalty.expire_unless_active(Days(180))),
    loyalty.Lots(suspended=loyalty.never_with(GOLD, on_loss="restart")),
]


@pytest.mark.parametrize("lots", VALUES, ids=repr)
def test_lots_are_values(lots: Any) -> None:
    """Rules of lots are equal to their code and their pickle."""
    assert lots == eval(repr(lots), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert lots == pickle.loads(pickle.dumps(lots))  # noqa: S301 - what was just pickled
    assert hash(lots) == hash(pickle.loads(pickle.dumps(lots)))  # noqa: S301 - as above


def test_a_length_is_an_expiry() -> None:
    """Points that last so long need no other word."""
    expected: Expiry = AFTER(Months(24))

    assert expected == loyalty.Lots(expire=Months(24)).expire


REFUSED = [
    (lambda: loyalty.Lots(expire=24), "such as `Months.24.`, given `24`"),  # type: ignore[arg-type]
    (lambda: loyalty.Lots(hold="return"), "did you mean `returns`"),  # type: ignore[arg-type]
    (lambda: loyalty.Lots(clock="earn"), "did you mean `earned`"),  # type: ignore[arg-type]
    (lambda: loyalty.Lots(spend="newest"), "not an order of spending"),  # type: ignore[arg-type]
    (lambda: AFTER(Months(1), to_end_of="week"), "not a period"),  # type: ignore[arg-type]
    (lambda: AFTER(Days(0), first_day=True), "cannot count their first day"),
    (lambda: loyalty.expire_yearly(2, 30), "no year has day `30` of month `2`"),
    (lambda: loyalty.expire_unless_active(Days(180), activity=()), "names the activity"),
    (lambda: loyalty.expire_unless_active(Days(180), activity=("earning",)), "did you mean `earned`"),  # type: ignore[arg-type]
    (lambda: loyalty.never_with(GOLD, on_loss="stop"), "not what happens when the tier is lost"),  # type: ignore[arg-type]
    (lambda: loyalty.held_until("delivery"), "did you mean `delivered`"),  # type: ignore[arg-type]
    (lambda: loyalty.Lots(hold=Days(30), expire=Days(30), clock="earned"), "before anybody can spend them"),
    (
        lambda: loyalty.Lots(hold=Days(62), expire=Months(2), clock="earned"),
        "expire `Months.2.` after they were earned",
    ),
    (
        lambda: loyalty.Lots(hold=Days(30), expire=AFTER(Days(31), first_day=True), clock="earned"),
        "before anybody can spend them",
    ),
]


@pytest.mark.parametrize("expire", [Days(31), Months(1), AFTER(Days(1), to_end_of="month")])
def test_holds_that_leave_a_day(expire: Any) -> None:
    """A hold is fine that leaves a day to spend points on, be it in the longest month alone."""
    assert Days(30) == loyalty.Lots(hold=Days(30), expire=expire, clock="earned").hold


@pytest.mark.parametrize(("build", "message"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_impossible_lots(build: Any, message: str) -> None:
    """Rules of lots that cannot be kept cannot be built."""
    with pytest.raises(PolicyError, match=message):
        build()
