"""Texts with placeholders: read, refused or compiled, and chosen by plural category.

A placeholder is a parameter's name in braces and nothing else: no attributes, conversions or format specifications,
so that nobody who writes a text can reach into a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.errors import did_you_mean
from aftercare.messages.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

Given: TypeAlias = "str | Mapping[str, str]"
"""A text, or one for each plural category under its name, with the parameter that chooses under `plural`."""

Pieces: TypeAlias = tuple[str, ...]
"""Literal, parameter, literal, and so on; a literal stands first and last."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@attrs.frozen
class Entry:
    """What a catalog says for one code: the compiled texts by plural category, a lone text under ``other``."""

    plural: str | None
    texts: Mapping[str, Pieces]


@lru_cache(maxsize=512)
def plural_rule(locale: str) -> Callable[[int | Decimal], str]:
    """What gives the plural category of a number in *locale*, compiled once."""
    from babel import Locale

    return Locale.parse(locale).plural_form


def categories(locale: str) -> frozenset[str]:
    """The plural categories of *locale*, those of CLDR."""
    from babel import Locale

    return Locale.parse(locale).plural_form.tags | {"other"}


def entry(code: str, given: object, locale: str) -> Entry:
    """The text or texts for *code* in *locale*, compiled.

    Raises `ValueError` when the code, a placeholder or a plural category is not one that there is.
    """
    if code not in CODES:
        msg = f"`{code}` is no statement code: {did_you_mean(code, CODES)}"
        raise ValueError(msg)
    match given:
        case str():
            return _entry(code, given, locale)
        case Mapping() if all(isinstance(part, str) for part in (*given, *given.values())):
            return _entry(code, tuple(given.items()), locale)
        case _:
            msg = f"`{given!r}` is no text: give text, or a text for each plural category with `plural` to choose by"
            raise ValueError(msg)


@lru_cache(maxsize=4096)
def _entry(code: str, given: str | tuple[tuple[str, str], ...], locale: str) -> Entry:
    if isinstance(given, str):
        return Entry(None, {"other": _pieces(code, given)})
    texts = dict(given)
    plural = texts.pop("plural", "")
    countable = [key for key, kind in CODES[code].items() if kind in {"count", "number"}]
    if plural not in countable:
        msg = f"`{plural}` cannot be the `plural` of `{code}`: {did_you_mean(plural, countable)}"
        raise ValueError(msg)
    if texts.keys() != categories(locale):
        needed = ", ".join(f"`{word}`" for word in sorted(categories(locale)))
        msg = f"`{code}` has texts for {', '.join(f'`{word}`' for word in sorted(texts))}: `{locale}` needs {needed}"
        raise ValueError(msg)
    return Entry(plural, {category: _pieces(code, text) for category, text in texts.items()})


def _pieces(code: str, text: str) -> Pieces:
    pieces = tuple(_PLACEHOLDER.split(text))
    for literal in pieces[::2]:
        if "{" in literal or "}" in literal:
            msg = f"`{text}` has braces that are no placeholder: write `{{name}}`, with no dots, `!` or `:` inside"
            raise ValueError(msg)
    for key in pieces[1::2]:
        if key not in CODES[code]:
            msg = f"`{{{key}}}` is no parameter of `{code}`: {did_you_mean(key, CODES[code])}"
            raise ValueError(msg)
    if not text.strip():
        msg = f"the text for `{code}` is empty: leave it out to use the one that there is"
        raise ValueError(msg)
    return pieces
