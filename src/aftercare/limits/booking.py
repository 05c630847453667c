"""Reserving, committing and releasing what orders use of limits, without a race and without a leak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import attrs

from aftercare.calendar import aware, utc
from aftercare.errors import OrderError
from aftercare.limits.counting import Counts, shortage
from aftercare.limits.tallies import Listed, Reservation, Tally, Use
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime


@attrs.frozen(eq=False, repr=False)
class Delta(Listed):
    """One row that a host writes, in one transaction with the others of its `Posting`.

    ``hold``: keep *amount* of *tally* for *key* until *until*, in place of what the key held of it, if for each of
    *limits*, a pair of a day and a number, what is counted and held once all rows are written is at most the number;
    with a day all tallies like this one that start on or after it count together. ``count``: drop the hold and add
    *amount* to the tally; where *limits* are given the hold had lapsed, and they are checked as before. ``drop``: drop
    the hold.

    >>> Delta("drop", "A-1", Tally("flash"), 1).limits
    ()
    """

    action: Literal["hold", "count", "drop"]
    key: str
    tally: Tally
    amount: int
    until: datetime | None = attrs.field(default=None, kw_only=True)
    limits: tuple[tuple[date | None, int], ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen(eq=False, repr=False)
class Posting(Listed):
    """What came of `reserve`, `commit` or `release`: the *counts* after it and the *deltas* to write.

    Where it was *refused*, the statement says why, the counts are those before, and there is nothing to write.

    >>> Posting(Counts()).accepted
    True
    """

    counts: Counts
    deltas: tuple[Delta, ...] = ()
    refused: Statement | None = attrs.field(default=None, kw_only=True)

    @property
    def accepted(self) -> bool:
        """Whether it was not refused."""
        return self.refused is None


def reserve(counts: Counts, uses: Iterable[Use], *, key: str, until: datetime, at: datetime) -> Posting:
    """Hold *uses*, such as those of a decision, for the order with a *key*, *until* an instant after *at*.

    All or nothing: where one limit has too little left, all is refused. What two decisions under one key use of a limit
    is added up. The same key with the same uses changes nothing once it is committed; while it holds, a later *until*
    prolongs it and any other changes nothing; a lapsed one is reserved anew. Raises `OrderError` for a key that has
    other uses, and for *until* not after *at*.

    >>> from datetime import UTC, datetime, timedelta
    >>> now = datetime(2026, 11, 22, tzinfo=UTC)
    >>> use = Use(Tally("flash"), 1, most=1, title="Flash sale")
    >>> posting = reserve(Counts(), [use], key="A-1", until=now + timedelta(minutes=15), at=now)
    >>> posting.deltas[0].action, posting.counts.left(use, at=now)
    ('hold', 0)
    >>> reserve(posting.counts, [use], key="A-2", until=now + timedelta(minutes=15), at=now).refused.code
    'promotion.exhausted'
    """
    now = aware(at, "the instant of a reservation")
    wanted = Reservation(key, uses, until=until)
    if not wanted.holds(now):
        msg = f"a reservation until `{wanted.until.isoformat()}` is over at `{now.isoformat()}`: let it end later"
        raise OrderError(msg)
    known = counts.reservation(key)
    holding = known is not None and known.holds(now)
    if known is not None:
        if known.uses != wanted.uses:
            msg = f"key `{key}` has reserved other uses: release them first, or give this order its own key"
            raise OrderError(msg)
        if known.committed or (holding and utc(known.until) >= utc(wanted.until)):
            return Posting(counts)
    refused = None if holding else _shortage(counts, wanted, now)
    if refused is not None:
        return Posting(counts, refused=refused)
    return Posting(_with(counts, wanted), _deltas("hold", wanted, until=wanted.until, checked=True))


def commit(counts: Counts, *, key: str, at: datetime) -> Posting:
    """Count for good what the order with a *key* has reserved; a second time it changes nothing.

    A reservation that lapsed is counted only where there is still room, and refused otherwise. The instants that
    `reserve` and `commit` are given must come from one clock that does not go back, such as the database's. Raises
    `OrderError` for an unknown key.

    >>> from datetime import UTC, datetime, timedelta
    >>> now = datetime(2026, 11, 22, tzinfo=UTC)
    >>> use = Use(Tally("flash"), 1, most=1, title="Flash sale")
    >>> held = reserve(Counts(), [use], key="A-1", until=now + timedelta(minutes=15), at=now).counts
    >>> commit(held, key="A-1", at=now).counts.tallies
    ((limits.Tally('flash'), 1),)
    """
    now = aware(at, "the instant of a commitment")
    known = counts.reservation(key)
    if known is None:
        msg = f"nothing is reserved under key `{key}`: reserve first, and keep what lapsed till the order ends"
        raise OrderError(msg)
    if known.committed:
        return Posting(counts)
    lapsed = not known.holds(now)
    if lapsed:
        refused = _shortage(counts, known, now)
        if refused is not None:
            return Posting(counts, refused=refused)
    numbers = dict(counts.tallies)
    for tally, amount in known.amounts.items():
        numbers[tally] = numbers.get(tally, 0) + amount
    after = _with(attrs.evolve(counts, tallies=numbers), attrs.evolve(known, committed=True))
    return Posting(after, _deltas("count", known, checked=lapsed))


def release(counts: Counts, *, key: str) -> Posting:
    """Give back what the order with a *key* has reserved; for an unknown key it changes nothing.

    A commitment is refused: it is counted for good, and a late release must not give it to somebody else.

    >>> release(Counts(), key="A-1").deltas
    ()
    """
    known = counts.reservation(key)
    if known is None:
        return Posting(counts)
    if known.committed:
        return Posting(counts, refused=Statement("limit.committed"))
    others = (each for each in counts.reservations if each.key != key)
    return Posting(attrs.evolve(counts, reservations=others), _deltas("drop", known))


def _with(counts: Counts, reservation: Reservation) -> Counts:
    others = (each for each in counts.reservations if each.key != reservation.key)
    return attrs.evolve(counts, reservations=(*others, reservation))


def _deltas(
    action: Literal["hold", "count", "drop"],
    reservation: Reservation,
    *,
    until: datetime | None = None,
    checked: bool = False,
) -> tuple[Delta, ...]:
    """One row for each tally, with every limit that reads it where these are to be checked."""
    return tuple(
        Delta(
            action,
            reservation.key,
            tally,
            amount,
            until=until,
            limits=tuple((use.since, use.most) for use in reservation.uses if checked and use.tally == tally),
        )
        for tally, amount in reservation.amounts.items()
    )


def _shortage(counts: Counts, wanted: Reservation, at: datetime) -> Statement | None:
    """Why there is no room for all of *wanted*; None where there is."""
    short: dict[str, list[Statement]] = {}
    names: dict[str, Name] = {}
    for use in wanted.uses:
        left, taken = counts.left(use, at=at), wanted.takes(use)
        if left < taken:
            promotion = use.tally.promotion
            names[promotion] = use.title
            whole = attrs.evolve(use, amount=taken)
            short.setdefault(promotion, []).extend(shortage(whole, left, counts.free_again(whole, at=at)))
    said = tuple(
        Statement("promotion.exhausted", promotion=names[promotion], reasons=tuple(reasons))
        for promotion, reasons in short.items()
    )
    if len(said) > 1:
        return Statement("conditions.all", parts=said)
    return said[0] if said else None
