from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest
from babel import Locale
from babel.numbers import format_currency, format_percent, get_currency_precision
from hypothesis import assume, given
from hypothesis import strategies as st

from aftercare.currencies import DIGITS
from aftercare.errors import MoneyError
from aftercare.money import Money, Percent, byn, eur, jpy, pln, vnd
from aftercare.money_text import Form, money_text, percent_text
from aftercare.plurals import plural_of

# Beside the five languages of the catalogs: signs behind the symbol (da, nl), marks for writing from the right (ar,
# he), groups of two (hi, en_IN), no groups (en_US_POSIX), a negative pattern of its own (es_CL), the percent sign
# first (tr, eu) and every plural form there is (ar, cy, lt, fr).
LOCALES = (
    *("en", "en_US", "ja", "pl", "be", "vi", "de", "fr", "ar", "ar_EG", "he", "hi", "en_IN", "en_US_POSIX", "es_CL"),
    *("tr", "eu", "cy", "lt", "da", "nl", "fa", "sl", "pt_BR", "gd", "lv"),
)
CURRENCIES = ("EUR", "PLN", "JPY", "VND", "BYN", "USD", "KWD", "GBP")
SIZES = (0, 1, 2, 5, 100, 101, 500, 999, 1000, 123_456, 1_234_567, 99_999_999, 100_000_000, 200_000_000, 12_345_678_900)


def babels(money: Money, locale: str, form: Form = "standard") -> str:
    """The text that Babel has for the amount."""
    return format_currency(money.decimal, money.currency, locale=locale, format_type=form)


def starts_with_zeros(unscaled: int, digits: int) -> bool:
    """Whether the number is 0.0 and so on, whose digits after the point Babel miscounts for the plural form."""
    return unscaled < 10 ** (digits - 1)


@pytest.mark.parametrize("form", get_args(Form))
@pytest.mark.parametrize("locale", LOCALES)
def test_same_as_babel(locale: str, form: Form) -> None:
    """Every amount is written as Babel writes it, to the byte."""
    cases = [Money.of_minor(sign * size, currency) for currency in CURRENCIES for size in SIZES for sign in (1, -1)]

    assert [babels(money, locale, form) for money in cases] == [money_text(money, locale, form=form) for money in cases]


@given(
    st.builds(
        Money.of_minor,
        st.integers(-(10**18), 10**18),
        st.sampled_from([code for code, digits in DIGITS.items() if digits == get_currency_precision(code)]),
    ),
    st.sampled_from(LOCALES),
    st.sampled_from(get_args(Form)),
)
def test_same_as_babel_at_random(money: Money, locale: str, form: Form) -> None:
    """Random amounts in all currencies are written as Babel writes them."""
    assume(money.is_zero or not starts_with_zeros(abs(money.minor), money.digits))

    assert babels(money, locale, form) == money_text(money, locale, form=form)


def test_currencies_that_cldr_writes_shorter() -> None:
    """These have more digits in ISO 4217 than CLDR writes, and show all of them, so that no amount looks rounded."""
    shorter = {code for code, digits in DIGITS.items() if digits != get_currency_precision(code)}

    assert {
        *("AFN", "ALL", "IQD", "IRR", "KPW", "LAK", "LBP", "MGA", "MMK", "RSD", "SLL", "SOS", "SYP", "YER")
    } == shorter
    for code in shorter - {"IQD"}:
        money = Money("1234.56", code)
        assert format_currency(money.decimal, code, locale="en", currency_digits=False) == money_text(money, "en")
    assert "IQD1,234.567" == money_text(Money("1234.567", "IQD"), "en")


@pytest.mark.parametrize(
    ("money", "locale", "form", "text"),
    [
        (eur("-1234.50"), "en", "standard", "-€1,234.50"),
        (jpy(-1234), "ja", "standard", "-\N{FULLWIDTH YEN SIGN}1,234"),
        (pln("1234.50"), "pl", "standard", "1\N{NO-BREAK SPACE}234,50\N{NO-BREAK SPACE}zł"),
        (vnd(99000), "vi", "standard", "99.000\N{NO-BREAK SPACE}₫"),
        (byn(5), "be", "name", "5,00 беларускіх рублёў"),
        (jpy(500), "ja", "name", "500円"),
        (jpy(1), "pl", "name", "1 jen japoński"),
        (jpy(22), "pl", "name", "22 jeny japońskie"),
        (jpy(25), "pl", "name", "25 jenów japońskich"),
        (eur(1), "en", "name", "1.00 euros"),
    ],
)
def test_text(money: Money, locale: str, form: Form, text: str) -> None:
    """Amounts read as people write them; the name takes the plural form of the digits shown."""
    assert text == money_text(money, locale, form=form)


@pytest.mark.parametrize("locale", LOCALES)
def test_percent_same_as_babel(locale: str) -> None:
    """Percentages are written as Babel writes them when told to cut nothing."""
    values = ("0", "5", "12.5", "0.001", "100", "1234.567", "99999")

    assert [format_percent(Decimal(value) / 100, locale=locale, decimal_quantization=False) for value in values] == [
        percent_text(Percent(value), locale) for value in values
    ]


def test_percent_keeps_its_digits() -> None:
    """Half a percent is not rounded away, and Belarusian has a no-break space before the sign."""
    assert ["12.5%", "12,5\N{NO-BREAK SPACE}%", "%12,5"] == [
        percent_text(Percent("12.5"), locale) for locale in ("en", "be", "tr")
    ]


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        ("100/3", "en", "33\N{NO-BREAK SPACE}1/3%"),
        ("100/3", "tr", "%33\N{NO-BREAK SPACE}1/3"),
        ("2/3", "pl", "2/3%"),
        ("10000/3", "en", "3,333\N{NO-BREAK SPACE}1/3%"),
    ],
)
def test_percent_without_end(value: str, locale: str, text: str) -> None:
    """A percentage whose digits never end is written with a fraction, for rounding it would be untrue."""
    assert text == percent_text(Percent(Fraction(value)), locale)


@pytest.mark.parametrize("locale", ["pl-PL", "pl_PL", "PL-pl", "pl"])
def test_spellings_of_a_locale(locale: str) -> None:
    """A locale may be spelt with a hyphen or an underscore."""
    assert "5,00\N{NO-BREAK SPACE}zł" == money_text(pln(5), locale)


@pytest.mark.parametrize(
    ("locale", "message"),
    [
        ("xx", "`xx` is not a known locale: allowed: those of CLDR, such as `be`, `en_US`, `pl` or `vi`"),
        ("", "`` is not a known locale: allowed: those of CLDR"),
        ("C", "`C` is not a known locale: allowed: those of CLDR"),
        ("pl-PT", "`pl-PT` is not a known locale: allowed: `pl`, `pl_PL`; did you mean `pl_PL`?"),
    ],
)
@pytest.mark.parametrize(
    "write",
    [lambda locale: money_text(eur(1), locale), lambda locale: percent_text(Percent(1), locale)],
    ids=["money", "percent"],
)
def test_unknown_locale(write: Any, locale: str, message: str) -> None:
    """An unknown locale is refused, with those that are known for its language."""
    with pytest.raises(ValueError, match="is not a known locale") as caught:
        write(locale)

    assert str(caught.value).startswith(message)


def test_unknown_form() -> None:
    """An unknown form is refused."""
    with pytest.raises(
        MoneyError, match=r"`names` is not a form of money: allowed: `name`, `standard`; did you mean `name`\?"
    ):
        money_text(eur(1), "en", form="names")  # type: ignore[arg-type]


@pytest.mark.parametrize("locale", [*LOCALES, "kw", "br", "mt", "is", "mk", "lag", "fil", "si", "tzm", "ksh"])
def test_plural_forms(locale: str) -> None:
    """Plural forms over whole numbers are those of Babel over decimals."""
    rule = Locale.parse(locale).plural_form
    plurals = [plural_of(rule.rules, digits) for digits in range(4)]
    numbers = [*range(130), 1000, 1001, 20_000, 100_000, 1_000_000, 1_000_002, 3_000_000]
    cases = [(number, digits) for number in numbers for digits in range(4) if not starts_with_zeros(number, digits)]

    assert [rule(Decimal(number).scaleb(-digits)) for number, digits in cases] == [
        plurals[digits](number) for number, digits in cases
    ]


def test_plural_of_thousandths() -> None:
    """The zeros that a fraction starts with count: 0.011 has three digits after the point; Babel takes them for two."""
    rule = Locale.parse("lv").plural_form

    assert ["one", "zero"] == [plural_of(rule.rules, 3)(11), plural_of(rule.rules, 2)(11)]
    assert "zero" == rule(Decimal("0.011"))


def test_plural_of_a_negative_number() -> None:
    """A minus changes no plural form."""
    assert "one" == plural_of({"one": "i in 1 and v in 0"}, 0)(-1)


def test_unreadable_plural_rule() -> None:
    """A rule in another notation is refused, not misread."""
    with pytest.raises(ValueError, match="`n is 1` is not a relation of a plural rule"):
        plural_of({"one": "n is 1"}, 0)
