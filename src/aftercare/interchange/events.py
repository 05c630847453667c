"""Reads events: objects with a word for what happened, and otherwise the fields of the event's class.

`{"event": "delivered", "id": "e2", "at": "2026-03-05T12:00:00+01:00", "order": "A-1"}` is a `Delivered`. Money is
`{"amount": "5.00", "currency": "EUR"}`, units are `{"line": "1", "count": 2}`. What a field holds is read by how its
class annotates it, so an event that is added is read without a word here.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, cast

import attrs

from aftercare import member_events, order_events, points_events, return_events, reward_events
from aftercare.exact import MAX_DIGITS
from aftercare.interchange.checks import ORDER
from aftercare.interchange.cursor import Cursor, all_of, distinct
from aftercare.interchange.parts import attribute_at, name_at, tier_at, words_at
from aftercare.order import MAX_QUANTITY
from aftercare.order_events import Purchase, Units
from aftercare.points_events import PointsPart
from aftercare.receipt import Tender

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from aftercare.history import Event
    from aftercare.money import Money

Kinds = dict[str, type[attrs.AttrsInstance]]

_FURTHEST: Final = 10**MAX_DIGITS - 1
_RATIO: Final = re.compile(r"(-?[0-9]{1,60})/([0-9]{1,60})")
_MODULES: Final = (order_events, return_events, member_events, points_events, reward_events)


def word_of(kind: type) -> str:
    """The word for a class of events.

    >>> from aftercare.member_events import SignUp
    >>> word_of(SignUp)
    'sign_up'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _is_event(given: object, module: str) -> bool:
    return (
        isinstance(given, type)
        and given.__module__ == module
        and attrs.has(given)
        and {"id", "at"} <= {field.name for field in attrs.fields(given)}
    )


EVENTS: Final[Kinds] = {
    word_of(each): each
    for module in _MODULES
    for each in vars(module).values()
    if _is_event(each, module.__name__) and each is not Purchase
}
"""The events beside purchases, whose receipts a book has to write, by their words."""

OF_ORDERS: Final[Kinds] = {
    word: kind
    for word, kind in EVENTS.items()
    if any(field.name == "order" and field.default is attrs.NOTHING for field in attrs.fields(kind))
}
"""The events that are about one order."""


def order_events_at(at: Cursor, zone: str | ZoneInfo | None, order: str = ORDER) -> tuple[Event, ...]:
    """The events of one *order*, which they do not name, from a list or nothing."""
    distinct(at)
    return all_of(at.items(), lambda each: event_at(each, OF_ORDERS, zone, order=order))


def event_at(at: Cursor, kinds: Kinds, zone: str | ZoneInfo | None, *, order: str | None = None) -> Event | None:
    """The event here, one of the *kinds*; that of an *order* which is known does not name it. None with problems."""
    if not at.is_object:
        return None
    word = at.field("event").choice(kinds)
    if word not in kinds:
        return None
    kind = kinds[word]
    fields = {field.name: field for field in attrs.fields(kind)}
    given: dict[str, Any] = {}
    if order is not None:
        del fields["order"]
        given["order"] = order
    at.only(("event", *(_written(name) for name in fields)))
    for name, field in fields.items():
        place = at.field(_written(name))
        annotation = str(field.type)
        if place.is_there or (field.default is attrs.NOTHING and not annotation.endswith("| None")):
            given[name] = _read(place, annotation.removesuffix(" | None"), zone)
        elif field.default is attrs.NOTHING:
            given[name] = None
    return at.make(lambda: cast("Event", kind(**given)))


def _written(name: str) -> str:
    """The key of a field: `event` is taken, so what `Undone` undoes is `undone`."""
    return "undone" if name == "event" else name


def _read(at: Cursor, annotation: str, zone: str | ZoneInfo | None) -> Any:
    if annotation != "datetime":
        return READERS[annotation](at)
    if not at.is_there:
        at.problem("is missing: expected an instant such as 2026-03-01T12:00:00+01:00")
    return at.instant(zone)


def _day(at: Cursor) -> Any:
    if not at.is_there:
        at.problem("is missing: expected a day such as 2026-03-01")
    return at.day()


def _count(at: Cursor) -> int:
    return at.whole(-_FURTHEST, _FURTHEST)


def _exact(at: Cursor) -> int | Fraction:
    """A whole number, or a fraction as text such as "1/3"."""
    ratio = _RATIO.fullmatch(at.value) if isinstance(at.value, str) else None
    if ratio is None or not int(ratio[2]):
        return _count(at)
    return Fraction(int(ratio[1]), int(ratio[2]))


def money_at(at: Cursor) -> Money:
    """An amount with its currency."""
    if at.is_object:
        at.only(("amount", "currency"))
    return at.field("amount").money(at.field("currency").currency(), written=True)


def _units(at: Cursor) -> Units | None:
    if not at.is_object:
        return None
    at.only(("line", "count", "first"))
    line, count = at.field("line").text(), at.field("count").whole(1, MAX_QUANTITY)
    first = at.field("first").maybe(lambda each: each.whole(1, MAX_QUANTITY))
    return at.make(lambda: Units(line, count, first=first))


def _tender(at: Cursor) -> Tender | None:
    if not at.is_object:
        return None
    at.only(("kind", "amount", "currency"))
    kind, currency = at.field("kind").text(), at.field("currency").currency()
    amount = at.field("amount").money(currency, written=True)
    return at.make(lambda: Tender(kind, amount))


def _points_part(at: Cursor) -> PointsPart | None:
    if not at.is_object:
        return None
    at.only(("points", "last_day"))
    points, last_day = _count(at.field("points")), at.field("last_day").day()
    return at.make(lambda: PointsPart(points, last_day))


def _every(read: Callable[[Cursor], Any]) -> Callable[[Cursor], Any]:
    return lambda at: all_of(at.items(), read)


READERS: Final[Mapping[str, Callable[[Cursor], Any]]] = {
    "str": Cursor.text,
    "bool": Cursor.flag,
    "int": _count,
    "int | Fraction": _exact,
    "date": _day,
    "Money": money_at,
    "Name": name_at,
    "Tier": tier_at,
    "Attribute": attribute_at,
    "PinKind": Cursor.text,
    "Party": Cursor.text,
    "MadeGood": Cursor.text,
    "HandedTo": Cursor.text,
    "tuple[str, ...]": words_at,
    "tuple[Units, ...]": _every(_units),
    "tuple[Tender, ...]": _every(_tender),
    "tuple[PointsPart, ...]": _every(_points_part),
}
"""How a field is read, by its annotation, without the None that it may be."""
