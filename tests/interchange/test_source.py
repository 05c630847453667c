from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.errors import DocumentError
from aftercare.interchange import load_json
from aftercare.interchange.source import check_data, stepped


def problems(text: Any, **bounds: int) -> dict[str, str]:
    """What is wrong with the text, by path."""
    with pytest.raises(DocumentError) as caught:
        load_json(text, **bounds)
    return {problem.path: problem.message for problem in caught.value.problems}


def test_exact() -> None:
    """Numbers keep every digit, and whole numbers stay whole."""
    assert {"a": Decimal("0.10"), "b": 10, "c": Decimal("5E-18")} == load_json('{"a": 0.10, "b": 10, "c": 5e-18}')
    assert "0.10" == str(load_json("0.10"))


def test_bytes() -> None:
    """Bytes are UTF-8, with or without a byte order mark."""
    assert "kawa ł" == load_json('"kawa ł"'.encode())
    assert [] == load_json(b"\xef\xbb\xbf[]")
    assert [] == load_json("\ufeff[]")


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        (b"\xff", "$", "not UTF-8 from byte 0 on"),
        ("{", "$", "not JSON: Expecting property name"),
        ('{"a": "b', "$", "not JSON: Unterminated string"),
        ("", "$", "not JSON"),
        (7, "$", "`int` is not a text"),
        ('{"a": [NaN]}', "a[0]", "`NaN` is not a number"),
        ('{"a": -Infinity}', "a", "`-Infinity` is not a number"),
        ('{"a": {"b": 1, "c": 2, "b": 3}}', "a", "`b` is given twice"),
        ("[" * 100_000, "$", "nested deeper than 64"),
        ("[" * 65 + "]" * 65, "$", "nested deeper than 64"),
        ('{"a": ' * 65 + "1" + "}" * 65, "$", "nested deeper than 64"),
        ("1" * 61, "$", "too long a number"),
        ("1e100", "$", "too long a number"),
        ("1e-99999999999999999999", "$", "too long a number"),
        ("0." + "1" * 60, "$", "too long a number"),
        (r'{"a": "\ud800"}', "a", "a lone surrogate"),
        (r'{"\ud800": 1}', "$", "keys are not all text"),
        ("[" + "0," * 10_000 + "0]", "$", "10001 items in a list: allowed: at most 10000"),
        ('"' + r"\"" * 50_000, "$", "not JSON"),
    ],
)
def test_refused(text: Any, path: str, message: str) -> None:
    """What could mislead or exhaust a reader is refused, at its path."""
    assert message in problems(text)[path]


def test_bounds() -> None:
    """The bounds are inclusive and can be chosen."""
    assert [[0, 0]] == load_json("[[0,0]]", max_bytes=7, max_depth=2, max_items=2)
    assert "longer than 6 bytes" in problems("[[0,0]]", max_bytes=6)["$"]
    assert "deeper than 1" in problems("[[0,0]]", max_depth=1)["$"]
    assert "2 items in a list" in problems("[[0,0]]", max_items=1)["[0]"]
    assert "[[]]" == load_json('"[[]]"', max_depth=0)


def test_all_at_once() -> None:
    """Every wrong place is told, in the order of the document."""
    assert ["a", "b.c", "d[1]"] == list(problems('{"a": NaN, "b": {"c": 1e999}, "d": [1, {"e": 1, "e": 1}]}'))


def test_most_problems() -> None:
    """No more than a hundred places are told."""
    assert 100 == len(problems("[" + ",".join(["NaN"] * 500) + "]"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({1: 2}, "keys are not all text"),
        ({"a": (1, 2)}, "`tuple` is not JSON data"),
        ({"a": Decimal("Infinity")}, "not a number of 60 digits"),
        ({"a": Decimal("1E+999999")}, "not a number of 60 digits"),
        ({"a": Decimal("1." + "1" * 60)}, "not a number of 60 digits"),
        ({"a": 10**60}, "more than 60 digits"),
    ],
)
def test_data(data: Any, message: str) -> None:
    """Parsed data is held to the same bounds."""
    with pytest.raises(DocumentError, match=message):
        check_data(data)


def test_circle() -> None:
    """Data that holds itself is too deep."""
    data: dict[str, Any] = {}
    data["a"] = [data]

    with pytest.raises(DocumentError, match="nested deeper than 64"):
        check_data(data)


def test_path() -> None:
    """A key that is not a plain word is quoted, and shortened."""
    assert 'a["b c"]' == stepped("a", "b c")
    assert f'["{"x" * 40}..."]' == stepped("", "x" * 99)


@given(st.text(max_size=40) | st.binary(max_size=40) | st.text('{}[]",:\\0e.-', max_size=40))
def test_any_text(text: str | bytes) -> None:
    """Any text is loaded or refused, and nothing else is raised."""
    with suppress(DocumentError):
        assert load_json(text) == load_json(text)
