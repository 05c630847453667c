"""The counts that go into pricing: tallies with their numbers, and reservations that are not settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, cast

import attrs

from aftercare.calendar import utc
from aftercare.errors import OrderError
from aftercare.limits.tallies import Listed, Reservation, Tally, Use, check_number, checked_key, next_day
from aftercare.money import Money
from aftercare.statement import Statement

if TYPE_CHECKING:
    from datetime import datetime


def _tallies(given: Mapping[Tally, int] | Iterable[tuple[Tally, int]]) -> tuple[tuple[Tally, int], ...]:
    if isinstance(given, Mapping):
        # For a type checker, a mapping is an iterable of pairs too.
        return _tallies(cast("Mapping[Tally, int]", given).items())
    pairs = list(given)
    if len({tally for tally, _ in pairs}) < len(pairs):
        msg = "a tally is given twice: add its numbers up first"
        raise OrderError(msg)
    for tally, number in pairs:
        check_number(f"`{tally!r}`", number)
    return tuple(sorted(((tally, number) for tally, number in pairs if number), key=lambda each: each[0].order))


def _reservations(given: Iterable[Reservation]) -> tuple[Reservation, ...]:
    found = tuple(given)
    known = {each.key: each for each in found}
    if len(known) < len(found):
        msg = "two reservations have one key: each order has its own"
        raise OrderError(msg)
    return tuple(known[key] for key in sorted(known))


@attrs.frozen(eq=False, repr=False)
class Counts(Listed):
    """What was used of limits so far: tallies with their numbers, and reservations that are not settled yet.

    A tally that is not there is zero, so load all that an order may need: those of its promotions, for nobody in
    particular, for its customer and for its codes, the reservations on them that have not lapsed, and the one with
    the order's own key. Raises `OrderError`.

    >>> counts = Counts({Tally("flash"): 41})
    >>> from datetime import UTC, datetime
    >>> counts.used(Tally("flash"), at=datetime(2026, 11, 22, tzinfo=UTC))
    41
    """

    tallies: tuple[tuple[Tally, int], ...] = attrs.field(default=(), converter=_tallies)
    reservations: tuple[Reservation, ...] = attrs.field(default=(), converter=_reservations, kw_only=True)

    @cached_property
    def _known(self) -> dict[tuple[str | None, ...], list[tuple[date | None, int, datetime | None]]]:
        """By kind of tally: the first day of each period, its number, and where that is only held, until when."""
        found: dict[tuple[str | None, ...], list[tuple[date | None, int, datetime | None]]] = {}
        for tally, number in self.tallies:
            found.setdefault(tally.kind, []).append((tally.start, number, None))
        for reservation in self.reservations:
            if not reservation.committed:
                until = utc(reservation.until)
                for tally, number in reservation.amounts.items():
                    found.setdefault(tally.kind, []).append((tally.start, number, until))
        return found

    def _counting(self, tally: Tally, at: datetime, since: date | None) -> list[tuple[date | None, int]]:
        """The numbers that count, each with the first day of its period."""
        now = utc(at)
        return [
            (start, number)
            for start, number, until in self._known.get(tally.kind, ())
            if (start == tally.start if since is None else start is not None and start >= since)
            and (until is None or now < until)
        ]

    def used(self, tally: Tally, *, at: datetime, since: date | None = None) -> int:
        """What *tally* has come to at *at*, with what is reserved.

        With *since*, all tallies like it that start on or after that day count together.
        """
        return sum(number for _, number in self._counting(tally, at, since))

    def left(self, use: Use, *, at: datetime) -> int:
        """What the limit of *use* has left at *at*; never below zero."""
        return max(0, use.most - self.used(use.tally, at=at, since=use.since))

    def free_again(self, use: Use, *, at: datetime) -> date | None:
        """The first day on which there is room for *use* if nobody uses more; None where waiting does not help."""
        tally = use.tally
        if tally.every is None or tally.start is None or use.amount > use.most:
            return None
        if use.since is None:
            return next_day(tally.every, tally.start)
        days = tally.start - use.since + timedelta(days=1)
        left = use.most
        found: date = tally.start
        for start, number in sorted(self._counting(tally, at, use.since), reverse=True):
            left -= number
            if left < use.amount:
                found = (start or tally.start) + days
                break
        return found

    def reservation(self, key: str) -> Reservation | None:
        """The reservation with a *key*, settled or not; raises `OrderError` for a key that is not some text."""
        wanted = checked_key(key)
        return next((each for each in self.reservations if each.key == wanted), None)


def shortage(use: Use, left: int, again: date | None) -> list[Statement]:
    """Why *use* does not fit what is *left*: found, needed, missing; and the day from which it may fit again.

    >>> shortage(Use(Tally("flash"), 1, most=100, title="Flash sale"), 0, None)
    [Statement('limit.uses', found=0, missing=1, most=100, needed=1)]
    """
    tally = use.tally
    whose = "_of_customer" if tally.customer is not None else "_of_code" if tally.code is not None else ""
    numbers = {"found": left, "needed": use.amount, "missing": use.amount - left, "most": use.most}
    if tally.of == "uses":
        said = Statement(f"limit.uses{whose}", **numbers)
    else:
        said = Statement(
            f"limit.budget{whose}", **{key: Money.of_minor(each, tally.of) for key, each in numbers.items()}
        )
    return [said] if again is None else [said, Statement("limit.free_again", date=again)]
