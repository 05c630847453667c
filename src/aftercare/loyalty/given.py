"""Checks of what users write into the policies of this package."""

from __future__ import annotations

from typing import Any

from aftercare.calendar import Days, Months
from aftercare.errors import PolicyError, is_a
from aftercare.money import Amounts, Money, amounts


def an_id(given: str) -> str:
    """The id of a policy; raises `PolicyError` for what is no text.

    >>> an_id("coffee-card")
    'coffee-card'
    """
    if type(given) is not str or not given.strip():
        msg = f"it has an id, given `{given!r}`"
        raise PolicyError(msg)
    return given


def whole(what: str, given: object, least: int = 1) -> None:
    """Refuse what is not a whole number of at least *least*.

    >>> whole("the units to buy", 5)
    """
    if type(given) is not int or given < least:
        msg = f"{what} are a whole number of at least {least}, given `{given!r}`"
        raise PolicyError(msg)


def maybe_length(given: Any) -> Days | Months | None:
    """How long something lasts, or None for ever; raises `PolicyError` for anything else.

    >>> maybe_length(Days(30))
    Days(30)
    """
    if given is None or is_a(given, Days, Months):
        return given  # type: ignore[no-any-return]
    msg = f"it lasts some days or months, such as `Days(30)`, or for ever (`None`), given `{given!r}`"
    raise PolicyError(msg)


def maybe_amounts(given: Any) -> Amounts | None:
    """An amount above zero, in one currency or several, or None; raises `PolicyError` for anything else.

    >>> maybe_amounts(Money("5.00", "EUR"))
    amounts(Money("5.00", "EUR"))
    """
    if given is None:
        return None
    made = amounts(given) if isinstance(given, Money) else given
    if not is_a(made, Amounts) or any(each.minor <= 0 for each in made.each):
        msg = f"it is an amount above zero, such as `eur(5)`, given `{given!r}`"
        raise PolicyError(msg)
    return made
