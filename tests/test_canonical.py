from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import Amounts, amounts, eur, pln
from aftercare.canonical import Coded, call, fingerprint, plain, text
from tests.strategies import orders

WARSAW = ZoneInfo("Europe/Warsaw")


@attrs.frozen(repr=False)
class Point(Coded):
    """A value with every kind of field."""

    x: int
    y: int = 0
    colour: str = attrs.field(default="red", kw_only=True)
    size: int = attrs.field(kw_only=True)
    is_known: bool = attrs.field(default=True, kw_only=True)
    cache: int = attrs.field(default=1, init=False)
    note: str = attrs.field(default="", eq=False, kw_only=True)


# --- the code that builds a value ------------------------------------------------------------------------------------


def test_code() -> None:
    """Positional fields come first, by place; keywords that have their default are left out."""
    assert "Point(1, 0, size=2)" == repr(Point(1, size=2))
    assert "Point(1, 3, colour='blue', size=2, is_known=False)" == repr(
        Point(1, 3, colour="blue", size=2, is_known=False)
    )


def test_default_of_another_type() -> None:
    """A value that merely equals its default is no default: 1 is not True."""
    assert "Point(1, 0, size=2, is_known=1)" == repr(Point(1, size=2, is_known=1))  # type: ignore[arg-type]


def test_call() -> None:
    """A call may have another name and leave fields out."""
    assert "point(1, size=2)" == call("point", Point(1, 5, size=2, colour="blue"), skip=frozenset({"y", "colour"}))


# --- canonical form --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("ł", "ł"),
        (Fraction(1, 3), "1/3"),
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 11, 22), "2026-11-22"),
        (time(9, 30), "09:30:00"),
        (datetime(2026, 11, 22, 12, tzinfo=UTC), "2026-11-22T12:00:00+00:00"),
        (datetime(2026, 11, 22, 12, tzinfo=WARSAW), "2026-11-22T12:00:00+01:00[Europe/Warsaw]"),
        (WARSAW, "Europe/Warsaw"),
        ((1, [2, "a"]), [1, [2, "a"]]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({"b": 1, 2: (3,)}, {"b": 1, "2": [3]}),
        (eur(5), "5.00 EUR"),
        (amounts(pln(2), eur(5)), ["5.00 EUR", "2.00 PLN"]),
        (Point(1, size=2, note="never seen"), {"type": "Point", "x": 1, "size": 2}),
        (Point(1, 4, size=2), {"type": "Point", "x": 1, "y": 4, "size": 2}),
    ],
)
def test_plain(value: object, expected: object) -> None:
    """Every value has a form in JSON, in which what is left to its default does not show."""
    assert expected == plain(value)
    assert type(expected) is type(plain(value))


class Stranger:
    """Nothing that the library knows."""


@pytest.mark.parametrize("value", [1.5, float("nan"), b"bytes", len, Stranger(), object, (1, 2.5), {"a": {1.5}}])
def test_no_form(value: Any) -> None:
    """What is not exact, or not data, has no canonical form."""
    with pytest.raises(
        TypeError, match="has no canonical form: use text, integers, fractions, dates or values of this"
    ):
        plain(value)


def test_text() -> None:
    """The canonical text has its keys sorted, no white space and every letter as it is."""
    assert '{"a":[true,"ł"],"b":1}' == text({"b": 1, "a": (True, "ł")})


@given(orders(), orders())
def test_fingerprints(one: Any, other: Any) -> None:
    """Values have the same fingerprint exactly when they are equal, and their text is JSON."""
    assert (one == other) is (fingerprint(one) == fingerprint(other))
    assert plain(one) == json.loads(text(one))


@given(st.permutations(["b", "a", "c"]))
def test_order_of_keys(keys: list[str]) -> None:
    """The order in which a mapping was filled does not matter."""
    assert fingerprint({"a": 1, "b": 2, "c": 3}) == fingerprint({key: " abc".index(key) for key in keys})


def test_amounts_are_themselves() -> None:
    """Amounts given in another order are the same value."""
    assert isinstance(amounts(eur(1)), Amounts)
    assert text(amounts(eur(1), pln(2))) == text(amounts(pln(2), eur(1)))
