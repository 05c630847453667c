"""The tables, and what a transaction is: on SQLite it has the whole file, on PostgreSQL the rows that it locks.

The rule that keeps both right: what is decided is decided on rows that were read after they were locked, by the clock
as it stood then, and written in the same transaction. A process that dies leaves all of it or nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from sqlalchemy import Connection, Dialect, Engine

WAIT = 60
"""For how many seconds a transaction waits for SQLite's one writer."""


class Instant(TypeDecorator[datetime]):
    """An instant, kept and given in UTC; SQLite has no zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The instant in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The instant in UTC, with its zone."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


metadata = MetaData()

orders = Table(
    "orders",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer", String, index=True),
    Column("receipt", String, nullable=False),  # `Receipt.text`, as it was placed, for ever
    Column("reserved_until", Instant, nullable=False),
    Column("paid_at", Instant),
    Column("delivered_at", Instant),
    Column("released_at", Instant),
)
returns = Table(
    "returns",
    metadata,
    Column("order_id", ForeignKey(orders.c.id), primary_key=True),
    Column("id", String, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("units", JSON, nullable=False),  # how many of which line
    Column("ground", String, nullable=False),
    Column("regimes", JSON, nullable=False),
    Column("refund", String, nullable=False),
)


def _tally_columns() -> list[Column[Any]]:
    """A `Tally`, with empty text for what it does not tell."""
    return [
        Column(name, String, primary_key=True) for name in ("promotion", "of", "customer", "code", "every", "start")
    ]


tallies = Table("tallies", metadata, *_tally_columns(), Column("amount", BigInteger, nullable=False))
holds = Table(
    "holds",
    metadata,
    Column("order_id", ForeignKey(orders.c.id), primary_key=True),
    *_tally_columns(),
    Column("amount", BigInteger, nullable=False),
    Column("limits", JSON, nullable=False),  # pairs of a day, or null, and the most
    Index("holds_by_tally", "promotion", "customer", "code"),
)
locks = Table("locks", metadata, Column("name", String, primary_key=True))  # rows that exist to be locked
replies = Table(
    "replies",
    metadata,
    Column("request", String, primary_key=True),  # such as `PUT /orders/A-1`
    Column("body", String, nullable=False),  # the fingerprint of what was asked
    Column("answer", LargeBinary),
)


class KeyReused(Exception):
    """A request comes again under the same name, and asks for something else."""


class Overtaken(Exception):
    """Another transaction changed what this one had decided upon; it starts over."""


@attrs.frozen
class Database:
    """An engine, and how far the shop's clock is *ahead* of the database's."""

    engine: Engine
    ahead: timedelta = timedelta(0)

    @classmethod
    def at(cls, url: str, *, starting: datetime | None = None) -> Database:
        """The database with an URL, its tables made if they are not there; the clock starts at *starting*, or now."""
        local = url.startswith("sqlite")
        engine = create_engine(url, connect_args={"timeout": WAIT} if local else {}, pool_timeout=WAIT)
        if local:
            event.listen(engine, "connect", _leave_transactions_to_us)
            event.listen(engine, "begin", _begin)
        metadata.create_all(engine)
        return cls(engine, timedelta(0) if starting is None else starting - datetime.now(UTC))

    @contextmanager
    def reading(self) -> Generator[Connection, None, None]:
        """A transaction that changes nothing."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection, None, None]:
        """A transaction that is written as a whole at its end, or not at all where anything is raised."""
        with self.engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                yield connection

    def now(self, connection: Connection) -> datetime:
        """The instant by the one clock that all servers share; ask it once the rows in question are locked."""
        if connection.dialect.name == "postgresql":
            now: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return now + self.ahead
        return datetime.now(UTC) + self.ahead

    def once(self, request: str, body: bytes, answer: Callable[[Connection], bytes]) -> bytes:
        """What *answer* gives, and the same bytes whenever the *request* comes again.

        What it changes and what it says are written together. A request that was refused has changed nothing, is not
        remembered, and may be made again. Raises `KeyReused` for another *body*.
        """
        while True:
            try:
                return self._once(request, sha256(body).hexdigest(), answer)
            except Overtaken:
                continue  # somebody else got what this one was after, so that all together come forward

    def _once(self, request: str, asked: str, answer: Callable[[Connection], bytes]) -> bytes:
        with self.writing() as connection:
            if not insert_new(connection, replies, request=request, body=asked):
                known = connection.execute(select(replies).where(replies.c.request == request)).one()
                if known.body != asked:
                    raise KeyReused(request)
                return bytes(known.answer)
            found = answer(connection)
            connection.execute(replies.update().where(replies.c.request == request).values(answer=found))
            return found


def insert_new(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row, and tell whether it was new; while another transaction inserts the same one, wait for its end."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(row).first() is not None


def lock(connection: Connection, names: Iterable[str]) -> None:
    """Keep *names* from other transactions until this one ends; in one order, so that no two wait for each other.

    SQLite, whose transactions never write side by side, leaves the `FOR UPDATE` out.
    """
    for name in sorted(set(names)):
        insert_new(connection, locks, name=name)
        connection.execute(select(locks).where(locks.c.name == name).with_for_update())


def _leave_transactions_to_us(connection: Any, _: object) -> None:
    """Keep Python's driver from opening transactions by itself, and let readers read beside the writer."""
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    """Open a transaction; one that writes waits here until it is the only one, and never fails later for another."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
