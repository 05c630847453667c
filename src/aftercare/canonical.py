"""Canonical form and fingerprint of values, and the `repr` that is the code which builds one.

The canonical form of a value is JSON with sorted keys, no floats and no white space: equal values have equal
canonical text on every machine, so a fingerprint of it names the value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"


class Coded:
    """A value whose `repr` is the code that builds it: positional fields first, defaults left out.

    Equality and hash are written here once, by the fields: for attrs to write them anew into each class
    (`eq=True`) costs as much as the rest of the class, and the library is imported more often than values compare.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return call(type(self).__name__, self)

    # Hidden from type checkers, which otherwise let a value be compared with one of another kind.
    if not TYPE_CHECKING:

        def __eq__(self, other: object) -> bool:
            if other.__class__ is not self.__class__:
                return NotImplemented
            compared = _compared(self.__class__)
            return compared(self) == compared(other)

        def __hash__(self) -> int:
            return hash((self.__class__, _compared(self.__class__)(self)))


_COMPARED: dict[type[Any], Callable[[object], object]] = {}


def _compared(kind: type[Any]) -> Callable[[object], object]:
    """What values of *kind* are compared by: their fields, or a lone one itself."""
    found = _COMPARED.get(kind)
    if found is None:
        names = [field.name for field in attrs.fields(kind) if field.eq]
        found = _COMPARED[kind] = attrgetter(*names) if names else lambda _: ()
    return found


def call(name: str, value: Any, *, skip: frozenset[str] = frozenset()) -> str:
    """The call of *name* that builds the attrs instance *value*, without the fields in *skip*."""
    positional, named = [], []
    for field in attrs.fields(type(value)):
        if not field.init or field.name in skip:
            continue
        given = getattr(value, field.name)
        if not field.kw_only:
            positional.append(written(given))
        elif not _is_default(field, given):
            named.append(f"{field.alias}={written(given)}")
    return f"{name}({', '.join(positional + named)})"


def written(value: Any) -> str:
    """The code that builds *value*: its `repr`, with decimals and fractions under the names of their modules.

    >>> from decimal import Decimal
    >>> written((1, Decimal("1.5")))
    "(1, decimal.Decimal('1.5'))"
    """
    if isinstance(value, Decimal):
        return f"decimal.{value!r}"
    if isinstance(value, Fraction):
        return f"fractions.{value!r}"
    if type(value) is tuple:
        parts = ", ".join(map(written, value))
        return f"({parts},)" if len(value) == 1 else f"({parts})"
    return repr(value)


def _is_default(field: attrs.Attribute[Any], given: Any) -> bool:
    default = field.default
    if default is attrs.NOTHING:
        return False
    return type(default) is type(given) and bool(default == given)


def plain(value: Any) -> Json:
    """The canonical form of *value* as JSON data.

    Raises `TypeError` for a value that has none, such as a float or a function.

    >>> plain((1, "a", None))
    [1, 'a', None]
    """
    match value:
        case None | bool() | int() | str():
            return value
        case Fraction():
            return str(value)
        case Decimal():
            return f"{value.normalize() + 0:f}"
        case datetime():
            return _instant(value)
        case date() | time():
            return value.isoformat()
        case ZoneInfo():
            return value.key
        case tuple() | list():
            return [plain(part) for part in value]
        case frozenset():
            return sorted((plain(part) for part in value), key=_sorting)
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case _:
            return _plain_object(value)


def _plain_object(value: Any) -> Json:
    if hasattr(value, "__plain__"):
        form: Json = value.__plain__()
        return form
    if attrs.has(type(value)):
        return {
            "type": type(value).__name__,
            **{
                field.name: plain(getattr(value, field.name))
                for field in attrs.fields(type(value))
                if field.init and field.eq and not _is_default(field, getattr(value, field.name))
            },
        }
    kind = type(value).__name__
    msg = f"`{kind}` has no canonical form: use text, integers, fractions, dates or values of this library"
    raise TypeError(msg)


def _instant(moment: datetime) -> Json:
    zone = moment.tzinfo
    if isinstance(zone, ZoneInfo):
        return f"{moment.isoformat()}[{zone.key}]"
    return moment.isoformat()


def _sorting(form: Json) -> str:
    return json.dumps(form, sort_keys=True)


def text(value: Any) -> str:
    """The canonical text of *value*: JSON, keys sorted, no white space.

    >>> text({"b": 1, "a": (True, "ł")})
    '{"a":[true,"ł"],"b":1}'
    """
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def fingerprint(value: Any) -> str:
    """The SHA-256 of the canonical text, in hexadecimal.

    >>> fingerprint("a")[:8]
    'ac8d8342'
    """
    return sha256(text(value).encode()).hexdigest()
