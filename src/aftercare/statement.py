"""Something to tell somebody, in no language yet: a code and typed parameters.

Policies speak in statements; `aftercare.messages` turns them into words. A parameter is a value with a type, never a
bare text: text that a shop or a customer wrote is a `Name`, so that it can be quoted, isolated and escaped.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import attrs

from aftercare.bounds import text_trouble
from aftercare.calendar import BusinessDays, Days, Months
from aftercare.canonical import Coded, written
from aftercare.errors import StatementError
from aftercare.money import Money, Percent, UnitPrice

_CODE = re.compile(r"[a-z_]+(\.[a-z0-9_]+)*")
_LOCALE = re.compile(r"[a-zA-Z]{2,3}(_[A-Za-z0-9]+)*")


@attrs.frozen(eq=False, repr=False, init=False)
class Name(Coded):
    """A text that the shop or a customer wrote: a promotion's title, a product, a set of goods.

    Other languages are given by keyword; a locale without its own text falls back to its language, then to *text*.
    Raises `StatementError` for what is not some text, and for a keyword that is not a locale.

    >>> Name("coffee", pl="kawa").in_("pl_PL")
    'kawa'
    """

    text: str
    translations: tuple[tuple[str, str], ...] = ()

    def __init__(self, text: str, **translations: str) -> None:
        for words in (text, *translations.values()):
            if type(words) is not str or not words.strip():
                msg = f"a name needs some text, given `{words!r}`"
                raise StatementError(msg)
            trouble = text_trouble(words)
            if trouble is not None:
                msg = f"a name {trouble}"
                raise StatementError(msg)
        for locale in translations:
            if not _LOCALE.fullmatch(locale):
                msg = f"`{locale}` is not a locale: give translations by keyword, like `pl=` or `pt_BR=`"
                raise StatementError(msg)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "translations", tuple(sorted(translations.items())) if translations else ())

    def in_(self, locale: str) -> str:
        """The text for *locale*, such as ``pl`` or ``pl_PL``."""
        known = dict(self.translations)
        tag = locale.replace("-", "_")
        return known.get(tag) or known.get(tag.split("_")[0]) or self.text

    def __repr__(self) -> str:
        words = [repr(self.text), *(f"{locale}={text!r}" for locale, text in self.translations)]
        return f"Name({', '.join(words)})"

    def __str__(self) -> str:
        return self.text


def name(given: Name | str) -> Name:
    """The name for a text that may already be one.

    >>> name("Summer")
    Name('Summer')
    """
    return given if isinstance(given, Name) else Name(given)


def maybe_name(given: Name | str | None) -> Name | None:
    """The same for one that may be absent.

    >>> maybe_name(None) is None
    True
    """
    return None if given is None else name(given)


_Number: TypeAlias = "Money | UnitPrice | Percent | int | Decimal | Fraction"
Parameter: TypeAlias = "Name | _Number | date | Days | Months | BusinessDays | Statement | tuple[Parameter, ...]"

_KINDS = (Name, Money, UnitPrice, Percent, int, Decimal, Fraction, date, Days, Months, BusinessDays)


@attrs.frozen(eq=False, repr=False, init=False)
class Statement(Coded):
    """Something to tell somebody: a *code* that the catalogs know, and its parameters.

    Raises `StatementError` for a parameter without a type, such as a bare `str` or a `float`.

    >>> Statement("promotion.applied", promotion=Name("Summer"), amount=Money("1.50", "EUR"))
    Statement('promotion.applied', amount=Money("1.50", "EUR"), promotion=Name('Summer'))
    """

    code: str
    params: tuple[tuple[str, Parameter], ...] = ()

    def __init__(self, code: str, /, **params: Parameter) -> None:
        if not _CODE.fullmatch(code):
            msg = f"`{code}` is not a statement code: use lower-case words joined by dots"
            raise StatementError(msg)
        for key, given in params.items():
            _check(code, key, given)
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "params", tuple(sorted(params.items())))

    def __getitem__(self, key: str) -> Parameter:
        for known, given in self.params:
            if known == key:
                return given
        raise KeyError(key)

    def __repr__(self) -> str:
        words = [repr(self.code), *(f"{key}={written(given)}" for key, given in self.params)]
        return f"Statement({', '.join(words)})"


def known(code: str, /, **params: Parameter) -> Statement:
    """A statement of the library's own making, whose *params* are each of a kind; nothing is checked again.

    >>> known("promotion.missing.quantity", count=2) == Statement("promotion.missing.quantity", count=2)
    True
    """
    made: Statement = object.__new__(Statement)
    object.__setattr__(made, "code", code)
    object.__setattr__(made, "params", tuple(sorted(params.items())))
    return made


def _check(code: str, key: str, given: Parameter) -> None:
    if isinstance(given, tuple):
        for part in given:
            _check(code, key, part)
    elif isinstance(given, bool) or not isinstance(given, (*_KINDS, Statement)):
        msg = (
            f"parameter `{key}` of `{code}` is `{given!r}`, which has no kind to show it by: "
            "wrap text in `Name`, give amounts as `Money` and numbers as integers or `Decimal`"
        )
        raise StatementError(msg)
