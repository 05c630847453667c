"""Return windows that cannot exist."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import attrs
import holidays
import pytest

from aftercare import BusinessDays, CalendarError, Days, Months, PolicyError, returns
from aftercare.returns.windows import IfRepaired, IfUninformed, ReturnWindow, Roll, Season, Start

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)
JANUARY = date(2027, 1, 31)


def season(name: str = "s", **terms: Any) -> Season:
    """A season in November and December until the end of January."""
    return Season(name, **{"first": FIRST, "last": LAST, "until": JANUARY, **terms})


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"after": "deliverd"}, "the start of a window is not `deliverd`.*did you mean `delivered`"),
        ({"counting": "inclusiv"}, "the counting of a window is not `inclusiv`.*did you mean `inclusive`"),
        ({"act": "request"}, "the act of a window is not `request`"),
        ({"opens": "delivered"}, "the opening of a window is not `delivered`: allowed: `ordered`, `start`"),
        ({"within": 30}, r"`within` is a span, given `30`: allowed: `Days\(...\)`, `Months\(...\)`"),
        ({"within": Days(0), "counting": "inclusive"}, r"`Days\(0\)` with the first day counted is over before"),
        ({"within": Months(1), "counting": "blocks"}, r"`Months\(1\)` is no number of blocks of 24 hours"),
        ({"counting": "blocks", "roll": Roll()}, "blocks of 24 hours end at an instant"),
        ({"counting": "blocks", "seasons": [season()]}, "blocks of 24 hours end at an instant"),
        ({"counting": "blocks", "extensions": [IfRepaired(Days(1))]}, "blocks of 24 hours end at an instant"),
        ({"counting": "blocks", "stops_for_repair": True}, "blocks of 24 hours end at an instant"),
        ({"tail": Days(7)}, "add `stops_for_repair=True`"),
        ({"tail": 7, "stops_for_repair": True}, "the tail of a window is a span, given `7`"),
        ({"extensions": [IfRepaired(Days(1)), IfRepaired(Days(2))]}, "two extensions of one kind"),
        ({"within": None, "roll": Roll()}, "a window without a limit has nothing to count"),
        ({"within": None, "seasons": [season()]}, "a window without a limit has nothing to count"),
        ({"within": None, "counting": "inclusive"}, "a window without a limit has nothing to count"),
        ({"within": None, "stops_for_repair": True}, "a window without a limit has nothing to count"),
        ({"within": None, "extensions": [IfRepaired(Days(1))]}, "a window without a limit has nothing to count"),
        (
            {"seasons": [season("one"), season("two", rule="replace")]},
            "seasons `one` and `two` may both hold and one replaces the window",
        ),
        (
            {"seasons": [season("one", last=FIRST), season("two", first=LAST, by="delivered", rule="replace")]},
            "may both hold",
        ),
        (
            {"seasons": [season("one"), season("two", first=LAST, last=LAST, rule="replace")]},
            "may both hold and one replaces",
        ),
        (
            {"seasons": [season("one"), season("two", first=date(2026, 10, 1), last=FIRST, rule="replace")]},
            "seasons `two` and `one` may both hold",
        ),
        (
            {"counting": "inclusive", "seasons": [season(until=None, within=Days(0))]},
            "season `s` is over before it starts",
        ),
    ],
)
def test_refused(terms: dict[str, Any], problem: str) -> None:
    """A window that nobody could count is refused when built, with what to do instead."""
    with pytest.raises(PolicyError, match=problem):
        ReturnWindow(**{"within": Days(30), **terms})


def test_an_unknown_zone() -> None:
    """A zone that there is not is refused."""
    with pytest.raises(CalendarError, match="did you mean `Europe/Warsaw`"):
        ReturnWindow(Days(30), zone="Europe/Warszaw")


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"by": "paid"}, "the key of season `s` is not `paid`"),
        ({"rule": "shortest"}, "the rule of season `s` is not `shortest`"),
        ({"first": LAST, "last": FIRST}, "ends on `2026-11-01`, before it starts on `2026-12-31`"),
        ({"until": None}, "season `s` needs one end"),
        ({"within": Days(3)}, "season `s` needs one end"),
        ({"until": None, "within": 3}, "`within` of season `s` is a span"),
        ({"until": date(2026, 12, 30)}, "ends? on `2026-12-30`, before its last day"),
    ],
)
def test_seasons_refused(terms: dict[str, Any], problem: str) -> None:
    """A season has its days in order and one end after them."""
    with pytest.raises(PolicyError, match=problem):
        season(**terms)


def test_seasons_that_never_meet() -> None:
    """Seasons that replace the window may stand beside others on other days, written in any order."""
    spring = season("spring", first=date(2026, 3, 1), last=date(2026, 3, 31), rule="replace")

    assert ReturnWindow(Days(30), seasons=[season(), spring]) == ReturnWindow(Days(30), seasons=[spring, season()])
    assert ReturnWindow(Days(30), seasons=[season("a"), season("b")]).seasons == (season("a"), season("b"))


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda: Start("shipped", plus=BusinessDays(1)), r"what is added to `shipped` is a span, given"),  # type: ignore[arg-type]
        (lambda: Start("shipped").or_else("paid").or_else("shipped"), "`shipped` is its own fallback"),
        (lambda: Roll("weekends"), "`'weekends'` does not know which days are worked"),  # type: ignore[arg-type]
        (lambda: Roll(holidays.Poland()), "may change, and a policy must not: keep its dates"),
        (lambda: IfRepaired(12), "an extension is a span, given `12`"),  # type: ignore[arg-type]
        (lambda: IfUninformed(9, then=Days(1)), "an extension is a span, given `9`"),  # type: ignore[arg-type]
        (lambda: IfUninformed(Days(1), then=Months(1)), "what is left after late information is a span"),  # type: ignore[arg-type]
    ],
)
def test_parts_refused(build: Any, problem: str) -> None:
    """A part of a window that cannot be counted is refused when built."""
    with pytest.raises(PolicyError, match=problem):
        build()


@attrs.frozen
class Sundays:
    """A calendar that is false as a truth value."""

    def __len__(self) -> int:
        return 0

    def is_working_day(self, day: date, /) -> bool:
        """Whether it is a Sunday."""
        return f"{day:%A}" == "Sunday"


def test_a_roll_reads_as_it_was_written() -> None:
    """A calendar is part of the repr, whatever its truth value."""
    assert repr(Roll(Sundays())) == "returns.Roll(Sundays())"
    assert repr(Roll()) == "returns.Roll()"


def test_fallbacks() -> None:
    """Fallbacks are looked at in the order in which they are added."""
    start = Start("delivered").or_else(Start("shipped", plus=Days(5))).or_else("paid")

    assert start.events == ("delivered", "shipped", "paid")
    assert repr(start) == (
        "returns.Start('delivered', otherwise=returns.Start('shipped', plus=Days(5), otherwise=returns.Start('paid')))"
    )


@pytest.mark.parametrize("name", returns.__all__)
def test_names(name: str) -> None:
    """Every name of the package is there, and told by `dir`; it is the very object its module has."""
    home = import_module(f"aftercare.returns.{returns._HOMES[name]}")

    assert getattr(home, name) is getattr(returns, name)
    assert name in dir(returns)


def test_a_misspelt_name() -> None:
    """A misspelt name is an `AttributeError` that says which name of which module."""
    with pytest.raises(AttributeError, match=r"module `aftercare\.returns` has no attribute `Windw`"):
        getattr(returns, "Windw")  # noqa: B009 - the plain spelling is a type error, as it should be
