"""A place in data from outside, which reads what is there and writes down everything that is wrong, with its path.

No method raises at the first problem: it notes it and gives back a stand-in, so that one reading finds them all. A part
of which something is wrong is never built.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from aftercare.bounds import MAX_TEXT
from aftercare.errors import AftercareError, DocumentError, Problem, did_you_mean
from aftercare.interchange.source import Source, check_data, load_json, shortened, stepped
from aftercare.money import Money
from aftercare.zones import in_zone, parse_instant
from aftercare.zones import zone as zone_named

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_T = TypeVar("_T")

_MAX_NUMBER: Final = 100
_KEPT: Final = 100
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class Problems:
    """What was found wrong; counts all of it and keeps the first hundred."""

    __slots__ = ("count", "kept")

    def __init__(self) -> None:
        self.kept: list[Problem] = []
        self.count = 0

    def add(self, path: str, message: str) -> None:
        """Note one more."""
        self.count += 1
        if self.count <= _KEPT:
            self.kept.append(Problem(path or "$", message))

    def error(self, title: str) -> DocumentError:
        """The error that tells them all."""
        more = self.count - len(self.kept)
        last = [Problem("$", f"{more} more problems like these")] if more else []
        return DocumentError(title, [*self.kept, *last])


@attrs.frozen(eq=False)
class Cursor:
    """The *value* at a *path* of the document; None where nothing is or null is written."""

    value: Any
    path: str = ""
    problems: Problems = attrs.field(factory=Problems)
    _start: int = attrs.field(init=False, default=attrs.Factory(lambda self: self.problems.count, takes_self=True))

    @classmethod
    def of(cls, source: Source) -> Cursor:
        """The root of a document given as text, bytes or parsed data; raises `DocumentError` as `load_json` does.

        >>> Cursor.of('{"a": [1]}').field("a").path
        'a'
        """
        if isinstance(source, Mapping):
            check_data(source)
            return cls(source)
        return cls(load_json(source))

    def problem(self, message: str) -> None:
        """Note that something is wrong here."""
        self.problems.add(self.path, message)

    @property
    def is_there(self) -> bool:
        """Whether anything but null is here."""
        return self.value is not None

    @property
    def is_object(self) -> bool:
        """Whether an object is here; a problem otherwise."""
        if not isinstance(self.value, Mapping):
            self._expected("an object")
            return False
        return True

    def field(self, key: str) -> Cursor:
        """The place of a field, whether it is there or not."""
        value = self.value.get(key) if isinstance(self.value, Mapping) else None
        return Cursor(value, stepped(self.path, key), self.problems)

    def fields(self) -> Iterator[tuple[str, Cursor]]:
        """The keys and places of an object's fields; none where nothing is."""
        if self.is_there and self.is_object:
            for key in self.value:
                yield key, self.field(key)

    def items(self) -> Iterator[Cursor]:
        """The places of a list's items; none where nothing is."""
        if isinstance(self.value, list):
            for number, item in enumerate(self.value):
                yield Cursor(item, f"{self.path}[{number}]", self.problems)
        elif self.is_there:
            self._expected("a list")

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse fields that are not *allowed*."""
        names = frozenset(allowed)
        for key, place in self.fields():
            if key not in names:
                place.problem(f"`{shortened(key)}` is not a field here: {did_you_mean(shortened(key), names)}")

    def text(self) -> str:
        """Text that is not blank."""
        if isinstance(self.value, str) and self.value.strip():
            if len(self.value) <= MAX_TEXT:
                return self.value
            self.problem(f"{len(self.value)} characters of text: allowed: at most {MAX_TEXT}")
        else:
            self._expected("some text")
        return ""

    def maybe_text(self) -> str | None:
        """Text, or None where there is none or it is blank."""
        if self.value is None or (isinstance(self.value, str) and not self.value.strip()):
            return None
        return self.text()

    def word(self) -> str:
        """Text that names something; platforms also write it as a whole number."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        return self.text()

    def maybe_word(self) -> str | None:
        """As `word`, or None where there is none, it is blank or zero."""
        nothing = self.value is None or self.value == "" or (type(self.value) is int and not self.value)
        return None if nothing else self.word()

    def choice(self, allowed: Iterable[str]) -> str:
        """One of the *allowed* words."""
        words = tuple(allowed)
        given = self.text()
        if given and given not in words:
            self.problem(f"`{shortened(given)}` is not known here: {did_you_mean(shortened(given), words)}")
        return given

    def flag(self) -> bool:
        """True or false."""
        if isinstance(self.value, bool):
            return self.value
        self._expected("true or false")
        return False

    def whole(self, least: int, most: int) -> int:
        """A whole number within the bounds, both included."""
        if isinstance(self.value, int) and not isinstance(self.value, bool) and least <= self.value <= most:
            return self.value
        self._expected(f"a whole number from {least} to {most}")
        return least

    def decimal(self, *, written: bool = False) -> Decimal:
        """An exact number: digits as text, or a number unless it has to be *written* as text."""
        match self.value:
            case float():
                self.problem(f"`{self.value}` is a float, which has lost digits: read the text with `load_json`")
            case str() if len(self.value) <= _MAX_NUMBER and _NUMBER.fullmatch(self.value):
                return Decimal(self.value)
            case int() | Decimal() if not written and not isinstance(self.value, bool):
                return Decimal(self.value)
            case int() | Decimal() if not isinstance(self.value, bool):
                self.problem(f'`{self.value}` is a number: write it as text, "{self.value}", which keeps its digits')
            case _:
                self._expected('a number such as "12.40"')
        return Decimal(0)

    def money(self, currency: str, *, written: bool = False, negative: bool = False) -> Money:
        """An amount in *currency*, which is empty where that is itself a problem; *negative* ones only if allowed."""
        number = self.decimal(written=written)
        if not currency:
            return Money.of_minor(0, "EUR")
        if number < 0 and not negative:
            self.problem(f"`{number}` is below zero: allowed: zero or above")
        try:
            return Money(number, currency)
        except AftercareError as error:
            self.problem(str(error))
            return Money.of_minor(0, currency)

    def currency(self) -> str:
        """A currency of ISO 4217; empty, with a problem, for anything else."""
        code = self.text()
        if code and self.make(lambda: Money.of_minor(0, shortened(code))) is not None:
            return code
        return ""

    def instant(self, zone: str | ZoneInfo | None, *, local: str | None = None) -> datetime | None:
        """The instant that a text names, on the clocks of *zone* if one is given; None where nothing is.

        Text without an offset is in the zone *local*, or else in *zone*. Raises `CalendarError` for a *zone* that is
        none, which is no problem of the document.
        """
        place = None if zone is None else zone_named(zone)
        if not self.is_there:
            return None
        text = self.text()
        found = self.make(lambda: parse_instant(text, local or place))
        return found if found is None or place is None else self.make(lambda: in_zone(found, place))

    def day(self) -> date | None:
        """The day that a text names, by its own clock if it is an instant; None where nothing is."""
        text = self.maybe_text()
        if text is None or not self.is_clean:
            return None
        try:
            return datetime.fromisoformat(text).date()
        except ValueError:
            self._expected("a day such as 2026-03-01")
            return None

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found wrong since this cursor was made."""
        return self.problems.count == self._start

    def make(self, build: Callable[[], _T]) -> _T | None:
        """What *build* makes, unless something is already wrong here; what it refuses is a problem of this place."""
        if not self.is_clean:
            return None
        try:
            return build()
        except AftercareError as error:
            self.problem(str(error))
            return None

    def maybe(self, read: Callable[[Cursor], _T]) -> _T | None:
        """What *read* makes of this place, or None where nothing is."""
        return read(self) if self.is_there else None

    def _expected(self, what: str) -> None:
        if self.value is None:
            self.problem(f"is missing: expected {what}")
        else:
            self.problem(f"`{_shown(self.value)}` is not {what}")


def all_of(places: Iterable[Cursor], read: Callable[[Cursor], _T | None]) -> tuple[_T, ...]:
    """What *read* makes of each place, without those it makes nothing of."""
    return tuple(made for made in map(read, places) if made is not None)


def distinct(*lists: Cursor) -> None:
    """Refuse an item whose `id` an earlier item has, in any of the *lists*."""
    first: dict[str, str] = {}
    for each in (item for items in lists if isinstance(items.value, list) for item in items.items()):
        ident = each.field("id")
        if isinstance(ident.value, str | int):
            earlier = first.setdefault(str(ident.value), each.path)
            if earlier != each.path:
                ident.problem(f"`{_shown(ident.value)}` is already the id of {earlier}: give each its own")


def _shown(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return shortened(value)
        case Mapping():
            return "{...}"
        case list():
            return "[...]"
        case _:
            return str(value)
