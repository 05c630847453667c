"""The catalogs: a folder of data files for each locale, found by its name. A new folder is a new locale."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import attrs

from aftercare.messages.codes import PARTS
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
    return tuple(sorted(folder.name for folder in _folder().iterdir() if folder.is_dir()))


@lru_cache(maxsize=64)
def catalog(locale: str) -> Catalog:
    """The catalog of *locale*, one of `locales()`."""
    messages = {code: entry(code, given, locale) for part in PARTS for code, given in _read(locale, part).items()}
    return Catalog(locale, Forms(**_read(locale, "forms")), messages)


def _read(locale: str, part: str) -> Any:
    return json.loads((_folder() / locale / f"{part}.json").read_text(encoding="utf-8"))


def _folder() -> Any:
    return files("aftercare.messages") / "catalogs"
