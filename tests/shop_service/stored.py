"""Looks into a shop's database from outside, as an auditor would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import func, select

from examples.fastapi_shop import orders
from examples.fastapi_shop.database import Database
from examples.fastapi_shop.database import holds as holds_table
from examples.fastapi_shop.database import orders as orders_table
from examples.fastapi_shop.database import tallies as tallies_table

if TYPE_CHECKING:
    from aftercare import History, Receipt


@attrs.frozen
class Stored:
    """What a database holds: every receipt and its text, what was counted of each limit, and how much is on hold."""

    texts: dict[str, str]
    receipts: tuple[Receipt, ...]
    tallies: dict[tuple[str, str], int]
    holds: int
    customers: dict[str, History]


def stored(url: str) -> Stored:
    """What a database holds."""
    database = Database.at(url)
    try:
        with database.reading() as connection:
            rows = connection.execute(select(orders_table.c.id, orders_table.c.receipt, orders_table.c.customer)).all()
            found = [orders.find(connection, row.id) for row in rows]
            tallies = connection.execute(select(tallies_table)).all()
            return Stored(
                {row.id: row.receipt for row in rows},
                tuple(each.receipt for each in found if each is not None),
                {(row.promotion, row.of): row.amount for row in tallies if not row.customer},
                connection.execute(select(func.count()).select_from(holds_table)).scalar_one(),
                {row.customer: orders.history_of(connection, row.customer) for row in rows if row.customer},
            )
    finally:
        database.engine.dispose()
