"""The events of an account of points: reserved, spent, released, passed on, and what is undone.

A *key* names one act of spending, so that a request sent twice counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.bounds import checked_all
from aftercare.canonical import Coded
from aftercare.errors import OrderError
from aftercare.event_fields import instant, maybe_day, maybe_instant, maybe_word, word
from aftercare.zones import utc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


def _points(given: int) -> int:
    if type(given) is not int or given < 1:
        msg = f"points are a whole number of at least one here, given `{given!r}`"
        raise OrderError(msg)
    return given


@attrs.frozen(eq=False, repr=False)
class PointsReserved(Coded):
    """Points were set aside under *key*; not spent *until* then, they are free again.

    Raises `OrderError` for less than one point and for an end that is not after the start.

    >>> from datetime import UTC, datetime
    >>> PointsReserved("e1", datetime(2026, 3, 1, 12, tzinfo=UTC), "basket-7", 500).points
    500
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    key: str = attrs.field(converter=word)
    points: int = attrs.field(converter=_points)
    until: datetime | None = attrs.field(default=None, converter=maybe_instant, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.until is not None and utc(self.until) <= utc(self.at):
            msg = f"reservation `{self.key}` ends at `{self.until}` and starts at `{self.at}`: end it after its start"
            raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class PointsSpent(Coded):
    """Points were spent under *key*, those reserved under it first; *order* is the receipt that they paid for.

    >>> from datetime import UTC, datetime
    >>> PointsSpent("e2", datetime(2026, 3, 1, 12, tzinfo=UTC), "basket-7", 500, order="A-1").order
    'A-1'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    key: str = attrs.field(converter=word)
    points: int = attrs.field(converter=_points)
    order: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class PointsReleased(Coded):
    """What was reserved under *key* is free again, without being spent.

    >>> from datetime import UTC, datetime
    >>> PointsReleased("e3", datetime(2026, 3, 1, 12, tzinfo=UTC), "basket-7").key
    'basket-7'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    key: str = attrs.field(converter=word)


@attrs.frozen(eq=False, repr=False)
class PointsTransferred(Coded):
    """Points went to the account of another member, *to*.

    >>> from datetime import UTC, datetime
    >>> PointsTransferred("e4", datetime(2026, 3, 1, 12, tzinfo=UTC), 100, to="C-8").to
    'C-8'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    points: int = attrs.field(converter=_points)
    to: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class PointsPart(Coded):
    """So many points that are good through *last_day*, or for ever."""

    points: int = attrs.field(converter=_points)
    last_day: date | None = attrs.field(default=None, converter=maybe_day)


def _parts(given: Iterable[PointsPart]) -> tuple[PointsPart, ...]:
    parts = checked_all("parts of points", given, PointsPart, "PointsPart(100)")
    if not parts:
        msg = "points that were received have at least one part, such as `PointsPart(100)`"
        raise OrderError(msg)
    return parts


@attrs.frozen(eq=False, repr=False)
class PointsReceived(Coded):
    """Points came from the account of another member, *sender*, each part with the last day that it had there.

    >>> from datetime import UTC, datetime
    >>> PointsReceived("e5", datetime(2026, 3, 1, 12, tzinfo=UTC), [PointsPart(100)], sender="C-7").points
    100
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    parts: tuple[PointsPart, ...] = attrs.field(converter=_parts)
    sender: str = attrs.field(converter=word, kw_only=True)

    @property
    def points(self) -> int:
        """How many points came in all."""
        return sum(part.points for part in self.parts)


@attrs.frozen(eq=False, repr=False)
class Undone(Coded):
    """What *event* did is undone: a return that was called off, a spending that failed, a reward used by mistake.

    An undone visit takes its stamp along; points that it earned are taken back by an `Adjustment`.

    >>> from datetime import UTC, datetime
    >>> Undone("e6", datetime(2026, 3, 1, 12, tzinfo=UTC), "return-3").event
    'return-3'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    event: str = attrs.field(converter=word)
