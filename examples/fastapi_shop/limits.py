"""What the limits of promotions have used: counts read from the tables, deltas written to them.

What an order takes of a limit is held when it is placed, counted when it is paid, dropped when it is given up. A hold
that nobody pays for lapses by the clock, and nothing has to be cleaned up after a crash.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from aftercare import Name
from aftercare.limits import Counts, Reservation, Tally, Use, commit, release, reserve
from aftercare.policies.stacking import promotions_in
from examples.fastapi_shop.database import Database, Overtaken, holds, insert_new, lock, orders, tallies

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping, Table

    from aftercare import Order, PolicyBook, Statement
    from aftercare.limits import Posting


class Limits:
    """The limits of a book, and where they are counted."""

    def __init__(self, book: PolicyBook, database: Database) -> None:
        every = (each for entry in book.promotions for each in promotions_in(entry))
        self._names = {each.id: each.name for each in every if each.limits}
        self._database = database

    def counts(self, connection: Connection, order: Order, *, at: datetime) -> Counts:
        """All counts that can concern an order, with what other orders hold at an instant."""
        used = connection.execute(select(tallies).where(self._concerning(tallies, order))).mappings()
        others = (orders.c.reserved_until > at) & self._concerning(holds, order)
        return Counts({_tally(row): row["amount"] for row in used}, reservations=self._reservations(connection, others))

    def reserve(self, connection: Connection, order: Order, uses: Iterable[Use], *, key: str, until: datetime) -> None:
        """Hold what a decision uses; raises `Overtaken` where less is left by now than when it was made."""
        wanted = tuple(uses)
        lock(connection, (_lock_of(use.tally) for use in wanted))
        now = self._database.now(connection)
        posting = reserve(self.counts(connection, order, at=now), wanted, key=key, until=until, at=now)
        if not posting.accepted:
            raise Overtaken
        _write(connection, posting)

    def commit(self, connection: Connection, order: Order, *, key: str) -> Statement | None:
        """Count for good what an order holds; the reason where it lapsed and others took it meanwhile."""
        known = self._locked(connection, key)
        if known is None:
            return None
        now = self._database.now(connection)
        others = self.counts(connection, order, at=now)
        counts = Counts(
            others.tallies, reservations=[known, *(each for each in others.reservations if each.key != key)]
        )
        posting = commit(counts, key=key, at=now)
        _write(connection, posting)
        return posting.refused

    def release(self, connection: Connection, *, key: str) -> None:
        """Give back what an order holds."""
        known = self._locked(connection, key)
        if known is not None:
            _write(connection, release(Counts(reservations=[known]), key=key))

    def _locked(self, connection: Connection, key: str) -> Reservation | None:
        """What an order holds or held, kept from other transactions; None where it took nothing that is limited."""
        known = next(iter(self._reservations(connection, holds.c.order_id == key)), None)
        if known is not None:
            lock(connection, (_lock_of(use.tally) for use in known.uses))
        return known

    def _reservations(self, connection: Connection, which: ColumnElement[bool]) -> list[Reservation]:
        rows = connection.execute(select(holds, orders.c.reserved_until).join(orders).where(which)).mappings()
        uses: dict[tuple[str, datetime], list[Use]] = {}
        for row in rows:
            tally = _tally(row)
            title = self._names.get(tally.promotion, Name(tally.promotion))
            uses.setdefault((row["order_id"], row["reserved_until"]), []).extend(
                Use(
                    tally,
                    row["amount"],
                    most=most,
                    since=None if since is None else date.fromisoformat(since),
                    title=title,
                )
                for since, most in row["limits"]
            )
        return [Reservation(key, each, until=until) for (key, until), each in uses.items()]

    def _concerning(self, table: Table, order: Order) -> ColumnElement[bool]:
        """The rows of the book's promotions for nobody in particular, for the order's customer and for its codes."""
        customers = ["", *([] if order.customer is None else [order.customer.id])]
        codes = ["", *(code.casefold() for code in order.codes)]
        return and_(table.c.promotion.in_(self._names), table.c.customer.in_(customers), table.c.code.in_(codes))


def _write(connection: Connection, posting: Posting) -> None:
    """Write the rows of a step; the locks are taken, and nothing has to be checked once more."""
    for delta in posting.deltas:
        row = _row(delta.tally)
        if delta.action == "hold":
            limits = [[None if since is None else since.isoformat(), most] for since, most in delta.limits]
            connection.execute(holds.insert().values(**row, order_id=delta.key, amount=delta.amount, limits=limits))
            continue
        connection.execute(holds.delete().where(holds.c.order_id == delta.key, _is(holds, row)))
        if delta.action == "count":
            insert_new(connection, tallies, **row, amount=0)
            added = tallies.c.amount + delta.amount
            connection.execute(tallies.update().where(_is(tallies, row)).values(amount=added))


def _row(tally: Tally) -> dict[str, str]:
    """The columns of a tally."""
    start = None if tally.start is None else tally.start.isoformat()
    names = ("promotion", "of", "customer", "code", "every", "start")
    return {name: each or "" for name, each in zip(names, (*tally.kind, start), strict=True)}


def _tally(row: RowMapping) -> Tally:
    """The tally of columns."""
    return Tally(
        row["promotion"],
        of=row["of"],
        customer=row["customer"] or None,
        code=row["code"] or None,
        every=row["every"] or None,
        start=date.fromisoformat(row["start"]) if row["start"] else None,
    )


def _is(table: Table, row: dict[str, str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in row.items()))


def _lock_of(tally: Tally) -> str:
    """What to lock before a tally is read to be changed; a limit of the last days reads several, so without the day."""
    return json.dumps(["limit", *tally.kind])
