"""What the fields of events are made of: instants, days and words, each checked when an event is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.bounds import checked, checked_text, listed
from aftercare.money import Money
from aftercare.zones import aware, plain_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


def instant(given: datetime) -> datetime:
    """The instant of an event; raises `CalendarError` for one without a zone."""
    return aware(given, "the instant of an event")


def maybe_instant(given: datetime | None) -> datetime | None:
    """The same for one that may be absent."""
    return None if given is None else instant(given)


def maybe_day(given: date | None) -> date | None:
    """A day that may be absent, as a plain `date`."""
    return None if given is None else plain_day(given)


def an_amount(given: Money) -> Money:
    """The money of an event; raises `OrderError` for what is no amount."""
    return checked("the money of an event", given, Money, "eur('12.40')")


def maybe_amount(given: Money | None) -> Money | None:
    """The same where there may be none."""
    return None if given is None else an_amount(given)


def word(given: str) -> str:
    """What an event is about, named with some text; raises `OrderError` for anything else.

    >>> word("CUP")
    'CUP'
    """
    return checked_text("an id or name in an event", given)


def maybe_word(given: str | None) -> str | None:
    """The same for one that may be absent."""
    return None if given is None else word(given)


def words(given: Iterable[str] | str) -> tuple[str, ...]:
    """Several words, or one of them alone.

    >>> words("withdrawal")
    ('withdrawal',)
    """
    return (given,) if isinstance(given, str) else tuple(given)


def some_words(given: Iterable[str] | str) -> tuple[str, ...]:
    """The same of an event; raises `OrderError` for a word that is not some text.

    >>> some_words(["withdrawal", "promise"])
    ('withdrawal', 'promise')
    """
    return (word(given),) if isinstance(given, str) else tuple(map(word, listed("words of an event", given, "'photo'")))
