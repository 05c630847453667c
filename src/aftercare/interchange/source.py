"""Data from outside, loaded with bounds: size, depth, list length; doubled keys, NaN and lost digits are refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple, NoReturn, TypeAlias

from aftercare.bounds import MAX_ITEMS, is_whole_text
from aftercare.errors import DocumentError, Problem
from aftercare.exact import MAX_DIGITS

Source: TypeAlias = "str | bytes | Mapping[str, Any]"
"""The text of a JSON document, or what `load_json` made of one."""

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 64
_MAX_KEY: Final = 40
_KEPT: Final = 100

# Possessive, so that a text without a closing quote is read once and not once from each of its quotes.
_MARKS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_MOVES = {"[": 1, "{": 1, "]": -1, "}": -1}


class _Refused(NamedTuple):
    """Stands in the data where a number was that cannot be taken, until its path is known."""

    message: str


class _Doubled(dict[str, Any]):
    """An object of which some keys were written twice."""

    twice: tuple[str, ...] = ()


def load_json(
    text: str | bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH, max_items: int = MAX_ITEMS
) -> Any:
    """The data of a JSON *text*, with exact numbers: those with a point or an exponent are `Decimal`.

    Bytes are UTF-8. *max_items* bounds every single list. Raises `DocumentError`, with all the places that are wrong,
    for text beyond the bounds, keys written twice, `NaN`, infinities, numbers of more than 60 digits and half
    characters (lone surrogates).

    >>> load_json('{"price": 0.10}')
    {'price': Decimal('0.10')}
    """
    words = _decoded(text, max_bytes)
    _check_depth(words, max_depth)
    try:
        data = json.loads(
            words,
            parse_float=_exact,
            parse_int=_whole,
            parse_constant=lambda word: _Refused(f"`{word}` is not a number"),
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        _refuse(f"not JSON: {error.msg} in line {error.lineno}, column {error.colno}")
    check_data(data, max_depth=max_depth, max_items=max_items)
    return data


def check_data(data: Any, *, max_depth: int = MAX_DEPTH, max_items: int = MAX_ITEMS) -> None:
    """Hold parsed data to the bounds of `load_json`.

    Raises `DocumentError`; lists, objects with text keys, text, numbers, yes/no and null are allowed.

    >>> check_data({"lines": []})
    """
    problems: list[Problem] = []
    waiting: list[tuple[Any, str, int]] = [(data, "", 0)]
    while waiting and len(problems) < _KEPT:
        value, path, depth = waiting.pop()
        message = _trouble(value, depth, max_depth, max_items)
        if message is not None:
            problems.append(Problem(path or "$", message))
        elif isinstance(value, Mapping):
            waiting.extend((part, stepped(path, key), depth + 1) for key, part in reversed(list(value.items())))
        elif isinstance(value, list):
            waiting.extend((value[n], f"{path}[{n}]", depth + 1) for n in range(len(value) - 1, -1, -1))
    if problems:
        raise DocumentError(_TITLE, problems)


_TITLE = "the document cannot be read"


def stepped(path: str, key: str) -> str:
    """The path of the field *key* of what is at *path*.

    >>> stepped("line_items[0]", "price"), stepped("", "a b")
    ('line_items[0].price', '["a b"]')
    """
    if _PLAIN_KEY.fullmatch(key):
        return f"{path}.{key}" if path else key
    return f"{path}[{json.dumps(shortened(key), ensure_ascii=False)}]"


def shortened(text: str) -> str:
    """The first forty characters of *text*.

    >>> shortened("a" * 50)
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'
    """
    return text if len(text) <= _MAX_KEY else f"{text[:_MAX_KEY]}..."


def _refuse(message: str) -> NoReturn:
    raise DocumentError(_TITLE, [Problem("$", message)])


def _decoded(text: str | bytes, most: int) -> str:
    if not isinstance(text, str | bytes):
        _refuse(f"`{type(text).__name__}` is not a text: give JSON as text or as bytes")
    if len(text) > most:
        _refuse(f"longer than {most} bytes: split it, or raise `max_bytes`")
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(f"not UTF-8 from byte {error.start} on: save it as UTF-8")


def _check_depth(text: str, most: int) -> None:
    depth = 0
    for mark in _MARKS.finditer(text):
        depth += _MOVES.get(mark[0], 0)
        if depth > most:
            _refuse(f"lists and objects nested deeper than {most}")


def _exact(digits: str) -> Decimal | _Refused:
    exponent = digits.lower().partition("e")[2].lstrip("+-0")
    if len(digits) <= MAX_DIGITS and len(exponent) <= len("99"):
        return Decimal(digits)
    return _long_number(digits)


def _whole(digits: str) -> int | _Refused:
    return int(digits) if len(digits) <= MAX_DIGITS else _long_number(digits)


def _long_number(digits: str) -> _Refused:
    return _Refused(f"`{shortened(digits)}` is too long a number: allowed: {MAX_DIGITS} digits, exponents to 99")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    seen: set[str] = set()
    doubled = _Doubled(found)
    doubled.twice = tuple({key: None for key, _ in pairs if key in seen or seen.add(key)})  # type: ignore[func-returns-value]
    return doubled


def _trouble(value: Any, depth: int, max_depth: int, max_items: int) -> str | None:
    """What is wrong with this very value, whatever is in it."""
    match value:
        case _Refused():
            return value.message
        case _Doubled():
            return f"`{shortened(value.twice[0])}` is given twice: keep one"
        case str():
            return None if is_whole_text(value) else "half a character (a lone surrogate) is in this text"
        case None | bool() | float():
            return None
        case Decimal():
            fits = value.is_finite() and abs(value.adjusted()) < 2 * MAX_DIGITS
            return None if fits and len(value.as_tuple().digits) <= MAX_DIGITS else "not a number of 60 digits or less"
        case int():
            return None if abs(value) < 10**MAX_DIGITS else f"a number of more than {MAX_DIGITS} digits"
        case Mapping() | list() if depth >= max_depth:
            return f"lists and objects nested deeper than {max_depth}"
        case Mapping():
            wrong = [key for key in value if not isinstance(key, str) or not is_whole_text(key)]
            return "an object whose keys are not all text" if wrong else None
        case list():
            return None if len(value) <= max_items else f"{len(value)} items in a list: allowed: at most {max_items}"
        case _:
            return (
                f"`{type(value).__name__}` is not JSON data: allowed: lists, objects, text, numbers, true, false, null"
            )
