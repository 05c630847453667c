"""Money and percentages as people write them in a locale: the same text as Babel's, much sooner.

What a locale does to a number (signs, groups, symbol, order) is read from Babel once for each locale and currency;
after that an amount is put together from its digits. Nothing is rounded: an amount shows every digit of its currency.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from aftercare.currencies import DIGITS
from aftercare.errors import MoneyError, did_you_mean
from aftercare.exact import decimal_text
from aftercare.plurals import plural_of
from aftercare.rates import ending_decimal

if TYPE_CHECKING:
    from collections.abc import Callable

    from babel import Locale
    from babel.numbers import NumberPattern

    from aftercare.money import Money
    from aftercare.rates import Percent

    Writer: TypeAlias = Callable[[int], str]

Form: TypeAlias = Literal["standard", "name"]


def money_text(money: Money, locale: str, *, form: Form = "standard") -> str:
    """The amount as it is written in *locale*, such as `pl`, `pl_PL` or `pl-PL`.

    The form `standard` has the symbol of the currency, `name` its name in the plural form that goes with the digits
    shown. Raises `ValueError` for an unknown locale and `MoneyError` for an unknown form.

    >>> from aftercare.money import eur, jpy
    >>> money_text(eur("1234.50"), "en"), money_text(jpy(500), "ja", form="name")
    ('€1,234.50', '500円')
    """
    return _money_writer(locale, money.currency, form)(money.minor)


def percent_text(percent: Percent, locale: str) -> str:
    """The percentage as it is written in *locale*, with all its digits; one whose digits never end has a fraction.

    Raises `ValueError` for an unknown locale.

    >>> from aftercare.money import Percent
    >>> percent_text(Percent("12.5"), "en"), percent_text(Percent("12.5"), "tr")
    ('12.5%', '%12,5')
    """
    value = percent.value
    written = ending_decimal(value)
    if written is not None:
        whole, _, fraction = written.partition(".")
        before, number, after = _percent_parts(locale, len(fraction))
        return before + number(int(whole + fraction)) + after
    before, number, after = _percent_parts(locale, 0)
    full, rest = divmod(value.numerator, value.denominator)
    full_text = f"{number(full)}\N{NO-BREAK SPACE}" if full else ""
    return f"{before}{full_text}{rest}/{value.denominator}{after}"


@lru_cache(maxsize=512)
def _locale(name: str) -> Locale:
    from babel import Locale, UnknownLocaleError
    from babel.localedata import locale_identifiers

    given = name.replace("-", "_")
    try:
        return Locale.parse(given)
    except (UnknownLocaleError, ValueError):
        language = given.partition("_")[0].lower()
        known = [each for each in locale_identifiers() if each.partition("_")[0] == language]
        allowed = did_you_mean(given, known) if known else "allowed: those of CLDR, such as `be`, `en_US`, `pl` or `vi`"
        msg = f"`{name}` is not a known locale: {allowed}"
        raise ValueError(msg) from None


@lru_cache(maxsize=2048)
def _money_writer(locale: str, currency: str, form: Form) -> Writer:
    """What writes minor units of *currency* in *locale*."""
    match form:
        case "standard":
            return _with_symbol(_locale(locale), currency)
        case "name":
            return _with_name(_locale(locale), currency)
        case _:
            msg = f"`{form}` is not a form of money: {did_you_mean(str(form), get_args(Form))}"  # type: ignore[unreachable]
            raise MoneyError(msg)


def _with_symbol(locale: Locale, currency: str) -> Writer:
    from babel.numbers import get_currency_symbol

    pattern = locale.currency_formats["standard"]
    symbol = get_currency_symbol(currency, locale)
    return _signed(pattern, _number(locale, pattern, DIGITS[currency]), symbol)


def _with_name(locale: Locale, currency: str) -> Writer:
    digits = DIGITS[currency]
    pattern = locale.decimal_formats[None]
    signed = _signed(pattern, _number(locale, pattern, digits))
    plural = plural_of(locale.plural_form.rules, digits)
    around: dict[str, tuple[str, str]] = {}

    def write(minor: int) -> str:
        form = plural(minor)
        if form not in around:
            around[form] = _around(locale, currency, Decimal(decimal_text(minor, digits)))
        before, after = around[form]
        return f"{before}{signed(minor)}{after}"

    return write


def _around(locale: Locale, currency: str, count: Decimal) -> tuple[str, str]:
    """What stands before and after *count* and every number of its plural form: the name of the currency."""
    from babel.numbers import get_currency_name, get_currency_unit_pattern

    unit = get_currency_unit_pattern(currency, count, locale)
    before, _, after = unit.replace("{1}", get_currency_name(currency, count, locale)).partition("{0}")
    return before, after


@lru_cache(maxsize=512)
def _percent_parts(locale: str, digits: int) -> tuple[str, Writer, str]:
    """What stands before a percentage, what writes it from its *digits* digits after the point, what stands after."""
    known = _locale(locale)
    pattern = known.percent_formats[None]
    return pattern.prefix[0], _number(known, pattern, digits), pattern.suffix[0]


def _signed(pattern: NumberPattern, number: Writer, symbol: str = "") -> Writer:
    before, before_negative = (affix.replace("¤", symbol) for affix in pattern.prefix)
    after, after_negative = (affix.replace("¤", symbol) for affix in pattern.suffix)

    def write(minor: int) -> str:
        if minor < 0:
            return f"{before_negative}{number(-minor)}{after_negative}"
        return f"{before}{number(minor)}{after}"

    return write


def _number(locale: Locale, pattern: NumberPattern, digits: int) -> Writer:
    """What writes a number that is not negative, the last *digits* digits of it after the point."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    group = get_group_symbol(locale)
    point = get_decimal_symbol(locale)
    thousands = pattern.grouping == (3, 3)
    scale = 10**digits

    def write(minor: int) -> str:
        whole, rest = divmod(minor, scale)
        grouped = f"{whole:,}".replace(",", group) if thousands else _grouped(str(whole), group, pattern.grouping)
        return f"{grouped}{point}{rest:0{digits}}" if digits else grouped

    return write


def _grouped(digits: str, group: str, sizes: tuple[int, int]) -> str:
    """*digits* with *group* between groups of the first size on the right, then of the second."""
    size, others = sizes
    parts = []
    while len(digits) > size:
        parts.append(digits[-size:])
        digits = digits[:-size]
        size = others
    parts.append(digits)
    return group.join(reversed(parts))
