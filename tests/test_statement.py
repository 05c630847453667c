from __future__ import annotations

import datetime as dt
import decimal
import fractions
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import aftercare
from aftercare import BusinessDays, Days, Months, Name, Percent, Statement, StatementError, UnitPrice, eur
from aftercare.canonical import fingerprint
from aftercare.statement import name

NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "datetime": dt,
    "decimal": decimal,
    "fractions": fractions,
}
EVERY_KIND = (
    Name("coffee", pl="kawa"),
    eur("1.50"),
    UnitPrice("0.0125", "EUR"),
    Percent("12.5"),
    3,
    Decimal("2.5"),
    Fraction(1, 3),
    date(2026, 11, 22),
    datetime(2026, 11, 22, 12, tzinfo=UTC),
    Days(3),
    Months(2),
    BusinessDays(1),
    Statement("a.b", n=1),
)


# --- names -----------------------------------------------------------------------------------------------------------


def test_name_in_locales() -> None:
    """A name falls back from a territory to its language and from there to the text itself."""
    called = Name("coffee", pl="kawa", pt_BR="café", pt="bica")

    assert "kawa" == called.in_("pl") == called.in_("pl_PL") == called.in_("pl-PL")
    assert "café" == called.in_("pt_BR")
    assert "bica" == called.in_("pt_PT")
    assert "coffee" == called.in_("ja") == str(called)


def test_name_is_a_value() -> None:
    """The order of translations does not matter."""
    assert Name("a", ja="c", pl="b") == Name("a", pl="b", ja="c")
    assert hash(Name("a", ja="c", pl="b")) == hash(Name("a", pl="b", ja="c"))
    assert "Name('a', ja='c', pl='b')" == repr(Name("a", pl="b", ja="c"))


@pytest.mark.parametrize("text", ["", "  ", None, 3])
def test_name_needs_text(text: Any) -> None:
    """A name without text is refused, in any language."""
    with pytest.raises(StatementError, match="a name needs some text, given"):
        Name(text)
    with pytest.raises(StatementError, match="a name needs some text, given"):
        Name("a", pl=text)


@pytest.mark.parametrize("locale", ["p", "pl-PL", "polish", "pl_", "1"])
def test_name_locale(locale: str) -> None:
    """A translation is for a locale."""
    with pytest.raises(StatementError, match=f"`{locale}` is not a locale: give translations by keyword, like `pl=`"):
        Name("a", **{locale: "b"})


def test_name_of() -> None:
    """A text becomes a name; a name stays as it is."""
    called = Name("a", pl="b")

    assert called is name(called)
    assert Name("a") == name("a")


# --- statements ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [*EVERY_KIND, (EVERY_KIND, ())], ids=lambda given: type(given).__name__)
def test_parameter(given: Any) -> None:
    """A parameter is any value with a type, or several of them; its statement is a value too."""
    statement = Statement("some.code", given=given)

    assert given == statement["given"]
    assert statement == eval(repr(statement), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert statement == pickle.loads(pickle.dumps(statement))  # noqa: S301 - what was just pickled
    assert hash(statement) == hash(Statement("some.code", given=given))
    assert fingerprint(statement) == fingerprint(Statement("some.code", given=given))


@pytest.mark.parametrize("given", ["text", 1.5, True, None, ["a"], (1, "text"), ((2, False),), float("nan")])
def test_parameter_without_a_type(given: Any) -> None:
    """A bare text, a float or a truth value has no kind by which to show it, however deep it lies."""
    with pytest.raises(
        TypeError, match=r"parameter `given` of `some\.code` is `.*`, which has no kind to show it by: wrap"
    ):
        Statement("some.code", given=given)


@pytest.mark.parametrize("code", ["", "Some.code", "some..code", ".code", "some code", "code1"])
def test_code(code: str) -> None:
    """A code is lower-case words joined by dots."""
    with pytest.raises(StatementError, match="is not a statement code: use lower-case words joined by dots"):
        Statement(code)


def test_parameters_are_named() -> None:
    """A parameter may have any name, also `code`; one that is not there is a missing key."""
    statement = Statement("some.code", code=Name("SAVE"), b=2, a=1)

    assert (("a", 1), ("b", 2), ("code", Name("SAVE"))) == statement.params
    assert "Statement('some.code', a=1, b=2, code=Name('SAVE'))" == repr(statement)
    with pytest.raises(KeyError, match="promotion"):
        statement["promotion"]
