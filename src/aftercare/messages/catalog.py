"""The catalogs: one data file for each locale, found by its name. A new file is a new locale."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import attrs

from aftercare.messages.texts import entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare.messages.texts import Entry
    from aftercare.money_text import Form


@attrs.frozen
class Forms:
    """How a language writes what Babel does not know."""

    quotes: str  # the opening and the closing mark
    inner_quotes: str  # the marks inside quotation marks
    tier_in_list: str  # with `{name}`
    choice: str  # with `{number}` and `{sentence}`
    gap: str  # between two sentences
    date: str  # a pattern of CLDR, or `long`
    datetime: str  # with `{date}` and `{time}`
    money: Form  # how amounts stand in sentences


@attrs.frozen
class Catalog:
    """The words of one locale."""

    locale: str
    forms: Forms
    entries: Mapping[str, Entry]


@lru_cache(maxsize=1)
def locales() -> tuple[str, ...]:
    """The locales that there are words for.

    >>> locales()
    ('be', 'en', 'ja', 'pl', 'vi')
    """
    names = (file.name for file in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if name.endswith(".json")))


@lru_cache(maxsize=64)
def catalog(locale: str) -> Catalog:
    """The catalog of *locale*, one of `locales()`."""
    data = json.loads((_folder() / f"{locale}.json").read_text(encoding="utf-8"))
    messages = {code: entry(code, given, locale) for code, given in data["messages"].items()}
    return Catalog(locale, Forms(**data["forms"]), messages)


def _folder() -> Any:
    return files("aftercare.messages") / "catalogs"
