"""Orders as they are stored, and the history of a customer as it is read back from them.

An order is its receipt, word for word, and the instants of what happened to it. Nothing else is stored that could be
reckoned from these: tiers, points, refunds and deadlines are answers of the book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import select

from aftercare import Delivered, History, Purchase, Receipt, Returned
from aftercare.interchange import read_receipt
from aftercare.order_events import Units
from examples.fastapi_shop.database import orders, returns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from aftercare import Money
    from aftercare.history import Event


@attrs.frozen(kw_only=True)
class Placed:
    """An order and what became of it."""

    receipt: Receipt
    reserved_until: datetime
    paid_at: datetime | None
    delivered_at: datetime | None
    released_at: datetime | None

    @property
    def state(self) -> str:
        """The last thing that happened to it."""
        if self.released_at is not None:
            return "given up"
        if self.delivered_at is not None:
            return "delivered"
        return "reserved" if self.paid_at is None else "paid"

    @property
    def customer(self) -> str | None:
        """Who bought, where it is known."""
        who = self.receipt.order.customer
        return None if who is None else who.id


def add(connection: Connection, receipt: Receipt, *, reserved_until: datetime) -> None:
    """Store a receipt."""
    who = receipt.order.customer
    connection.execute(
        orders.insert().values(
            id=receipt.id,
            customer=None if who is None else who.id,
            receipt=receipt.text,
            reserved_until=reserved_until,
        )
    )


def mark(connection: Connection, id: str, **instants: datetime) -> None:
    """Note when something happened to an order."""
    connection.execute(orders.update().where(orders.c.id == id).values(**instants))


def add_return(connection: Connection, event: Returned, *, refund: Money) -> None:
    """Store that units came back, and what was paid for them."""
    connection.execute(
        returns.insert().values(
            order_id=event.order,
            id=event.return_id,
            at=event.at,
            units={each.line: each.count for each in event.units},
            ground=event.ground,
            regimes=list(event.regimes),
            refund=str(refund),
        )
    )


def find(connection: Connection, id: str, *, locked: bool = False) -> Placed | None:
    """An order; *locked*, no other transaction changes it until this one ends."""
    query = select(orders).where(orders.c.id == id)
    row = connection.execute(query.with_for_update() if locked else query).mappings().one_or_none()
    return None if row is None else _placed(row)


def history_of(connection: Connection, customer: str) -> History:
    """All that happened to the orders that a customer paid."""
    return History(_events(connection, orders.c.customer == customer))


def history_with(connection: Connection, placed: Placed) -> History:
    """The history that an order belongs to: that of its customer, or of a guest's order alone."""
    if placed.customer is not None:
        return history_of(connection, placed.customer)
    return History(_events(connection, orders.c.id == placed.receipt.id))


def _events(connection: Connection, which: ColumnElement[bool]) -> Iterator[Event]:
    for row in connection.execute(select(orders).where(which, orders.c.paid_at.is_not(None))).mappings():
        yield Purchase(f"{row['id']} paid", row["paid_at"], read_receipt(row["receipt"]))
        if row["delivered_at"] is not None:
            yield Delivered(f"{row['id']} delivered", row["delivered_at"], row["id"])
    for row in connection.execute(select(returns).join(orders).where(which)).mappings():
        yield returned(
            row["order_id"], row["id"], row["at"], row["units"], ground=row["ground"], regimes=tuple(row["regimes"])
        )


def returned(
    order: str, id: str, at: datetime, units: Mapping[str, int], *, ground: str, regimes: tuple[str, ...]
) -> Returned:
    """The event of a return, the same when it happens and whenever it is read back."""
    return Returned(
        f"{order} returned {id}",
        at,
        order,
        [Units(line, count) for line, count in units.items()],
        ground,
        return_id=id,
        regimes=regimes,
    )


def _placed(row: RowMapping) -> Placed:
    return Placed(
        receipt=read_receipt(row["receipt"]),
        reserved_until=row["reserved_until"],
        paid_at=row["paid_at"],
        delivered_at=row["delivered_at"],
        released_at=row["released_at"],
    )
