"""What values may hold, checked when they are built, so that whatever is written of them can be read back."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from aftercare.errors import OrderError

_T = TypeVar("_T")

MAX_TEXT: Final = 10_000
"""A text in a document has so many characters at most."""

MAX_ITEMS: Final = 10_000
"""A list in a document has so many items at most."""


def is_whole_text(text: str) -> bool:
    """Whether *text* can be written: it holds no half of a character.

    >>> is_whole_text("猫"), is_whole_text(chr(0xD800))
    (True, False)
    """
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def text_trouble(text: str) -> str | None:
    """Why a document cannot hold *text*; None where it can.

    >>> text_trouble("CUP") is None
    True
    """
    if len(text) > MAX_TEXT:
        return f"has {len(text)} characters: allowed: at most {MAX_TEXT}"
    return None if is_whole_text(text) else "has half a character (a lone surrogate): decode the whole text it is from"


def checked_text(what: str, given: Any) -> str:
    """*given*, which has to be some text; raises `OrderError` that calls it *what*.

    >>> checked_text("a sku", "CUP")
    'CUP'
    """
    if not isinstance(given, str) or not given.strip():
        hint = f": write `{str(given)!r}`" if type(given) is int else ""
        msg = f"{what} needs some text, given `{given!r}`{hint}"
        raise OrderError(msg)
    trouble = text_trouble(given)
    if trouble is not None:
        msg = f"{what} {trouble}"
        raise OrderError(msg)
    return given


def checked(what: str, given: Any, kind: type[_T], example: str) -> _T:
    """*given*, which has to be of a *kind*; raises `OrderError` that calls it *what* and shows an *example* of one.

    >>> checked("the number of a page", 3, int, "3")
    3
    """
    if isinstance(given, kind):
        return given
    msg = f"{what} is `{given!r}`, which is no `{kind.__name__}`: give one, such as `{example}`"
    raise OrderError(msg)


def listed(what: str, given: Any, example: str) -> tuple[Any, ...]:
    """What *given* holds; raises `OrderError` that calls it *what* and shows an *example* of one, where it cannot.

    >>> listed("pages", iter([3, 5]), "3")
    (3, 5)
    """
    try:
        return tuple(given)
    except TypeError:
        msg = f"the {what} are `{given!r}`, which cannot be gone through: give a list of them, such as `[{example}]`"
        raise OrderError(msg) from None


def checked_all(what: str, given: Any, kind: type[_T], example: str) -> tuple[_T, ...]:
    """What *given* holds, which has to be all of a *kind*; raises as `listed` and `checked` do.

    >>> checked_all("pages", [3, 5], int, "3")
    (3, 5)
    """
    found = listed(what, given, example)
    for each in found:
        if not isinstance(each, kind):
            checked(f"one of the {what}", each, kind, example)
    return found
