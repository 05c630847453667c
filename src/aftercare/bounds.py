"""What values may hold, checked when they are built, so that whatever is written of them can be read back."""

from __future__ import annotations

from typing import Any

from aftercare.errors import OrderError


def checked_text(what: str, given: Any) -> str:
    """*given*, which has to be some text; raises `OrderError` that calls it *what*.

    >>> checked_text("a sku", "CUP")
    'CUP'
    """
    if not isinstance(given, str) or not given.strip():
        hint = f": write `{str(given)!r}`" if type(given) is int else ""
        msg = f"{what} needs some text, given `{given!r}`{hint}"
        raise OrderError(msg)
    return given
