"""Values in words: numbers, money, dates, names and lists, as a language writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import attrs

from aftercare.messages.sinks import cleaned
from aftercare.money import Money
from aftercare.money_text import money_text, percent_text
from aftercare.rates import Percent
from aftercare.statement import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftercare.messages.catalog import Catalog
    from aftercare.messages.kinds import Kind
    from aftercare.messages.sinks import Sink

_WEEK = frozenset(range(1, 8))


@attrs.frozen
class Voice:
    """A locale that speaks: the one that was *wanted*, the *catalog* of its words, the *locale* of its numbers."""

    wanted: str
    catalog: Catalog
    locale: str


def written(kind: Kind, value: object, voice: Voice, sink: Sink) -> str | None:
    """*value* in words that are safe for *sink*; None when it is not of the *kind* or is made of statements."""
    forms, locale = voice.catalog.forms, voice.locale
    match kind, value:
        case "name" | "tier", Name():
            return _name(value, voice, sink)
        case "names" | "any name", tuple() if _all(value, Name):
            quoted = [f"{forms.quotes[0]}{_name(each, voice, sink)}{forms.quotes[1]}" for each in value]
            return listed(quoted, "or" if kind == "any name" else "standard", locale)
        case "any tier", tuple() if _all(value, Name):
            return listed([forms.tier_in_list.format(name=_name(each, voice, sink)) for each in value], "or", locale)
        case "countries", tuple() if _all(value, Name):
            return listed([sink.escaped(_territory(each.text, locale)) for each in value], "standard", locale)
        case "weekdays", tuple() if _WEEK.issuperset(value):
            return listed([sink.escaped(_weekday(each, locale)) for each in value], "standard", locale)
        case _:
            words = _unnamed(kind, value, voice)
            return None if words is None else sink.escaped(words)


def _unnamed(kind: Kind, value: object, voice: Voice) -> str | None:
    forms, locale = voice.catalog.forms, voice.locale
    match kind, value:
        case ("count", int()) | ("number", int() | Decimal()):
            return _number(value, locale)
        case "money", Money():
            return money_text(value, locale, form=forms.money)
        case "figures", Money():
            return money_text(value, locale)
        case "percent", Percent():
            return percent_text(value, locale)
        case "time", datetime():
            return _time(value, locale)
        case "datetime", datetime():
            return forms.datetime.format(date=_date(value.date(), locale, forms.date), time=_time(value, locale))
        case "date", date() if not isinstance(value, datetime):
            return _date(value, locale, forms.date)
        case "currency", Name():
            return _currency(value.text, locale)
        case _:
            return None


def _all(values: tuple[object, ...], kind: type) -> bool:
    return all(isinstance(each, kind) for each in values)


def shown(number: int | Decimal) -> int | Decimal:
    """The *number* with the digits that are shown of it, by which a language chooses its plural.

    >>> shown(Decimal("2.50")), shown(Decimal("2.00"))
    (Decimal('2.5'), 2)
    """
    if isinstance(number, int):
        return number
    return int(number) if number == number.to_integral_value() else number.normalize()


def _name(name: Name, voice: Voice, sink: Sink) -> str:
    """The name in the language, its own quotation marks turned into those that stand inside others."""
    words = cleaned(name.in_(voice.wanted))
    outer, inner = voice.catalog.forms.quotes, voice.catalog.forms.inner_quotes
    if outer[0] in words and outer[1] in words:
        words = words.replace(outer[0], inner[0]).replace(outer[1], inner[1])
    return sink.isolated(words)


def listed(words: Sequence[str], style: Literal["standard", "or"], locale: str) -> str:
    """The *words* as a list inside a sentence: all of them, or one of them."""
    from babel.lists import format_list

    return format_list(words, style, locale)


@lru_cache(maxsize=4096)
def _number(number: int | Decimal, locale: str) -> str:
    from babel.numbers import format_decimal

    return format_decimal(shown(number), locale=locale, decimal_quantization=False)


@lru_cache(maxsize=2048)
def _date(day: date, locale: str, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, locale)


def _time(moment: datetime, locale: str) -> str:
    from babel.dates import format_time

    return format_time(moment.time(), "short", locale=locale)  # a time without a zone stays what it is


@lru_cache(maxsize=256)
def _weekday(number: int, locale: str) -> str:
    from babel.dates import get_day_names

    return str(get_day_names("wide", locale=locale)[number - 1])


@lru_cache(maxsize=1024)
def _territory(code: str, locale: str) -> str:
    from babel import Locale

    return str(Locale.parse(locale).territories.get(code.upper(), code))


@lru_cache(maxsize=1024)
def _currency(code: str, locale: str) -> str:
    from babel import Locale

    return str(Locale.parse(locale).currencies.get(code, code))
