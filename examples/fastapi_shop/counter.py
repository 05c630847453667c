"""What each request does: the book is asked, and what it said is stored. No HTTP and no SQL here.

Whatever rests on an amount that was shown, a price or a refund, is asked for with that amount, and is done only if it
is still the same.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import attrs

from aftercare import Tender
from examples.fastapi_shop import orders
from examples.fastapi_shop.catalogue import CATALOG
from examples.fastapi_shop.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from aftercare import Decision, Money, Order, PolicyBook, Statement
    from aftercare.crossings import SettledReturn
    from aftercare.loyalty import Ledger, Standing
    from aftercare.returns import OpenRights
    from examples.fastapi_shop.database import Database
    from examples.fastapi_shop.orders import Placed

HELD_FOR: Final = timedelta(minutes=15)
"""How long an order that is not paid keeps its price and its promotions."""


class NotFound(Exception):
    """There is no such order."""


class Conflict(Exception):
    """What is asked does not go with what has happened to the order."""


class Refused(Exception):
    """What a customer asks for cannot be; it says why."""

    def __init__(self, *reasons: Statement) -> None:
        super().__init__(*(reason.code for reason in reasons))
        self.reasons = reasons


class PriceChanged(Exception):
    """The order costs something else than was shown."""

    def __init__(self, quote: Decision) -> None:
        super().__init__(str(quote.payable))
        self.quote = quote


class RefundChanged(Exception):
    """The return gives back something else than was shown."""

    def __init__(self, preview: SettledReturn) -> None:
        super().__init__(str(preview.refund))
        self.preview = preview


@attrs.frozen
class Counter:
    """A book and a database; every question takes the transaction that it belongs to."""

    book: PolicyBook
    database: Database
    limits: Limits = attrs.field(
        init=False, default=attrs.Factory(lambda self: Limits(self.book, self.database), takes_self=True)
    )

    # --- before the sale ---------------------------------------------------------------------------------------------

    def quote(self, connection: Connection, order: Order) -> Decision:
        """What an order costs now, with what is left of every limit; nothing is held."""
        now = self.database.now(connection)
        who = order.customer
        past = None if who is None else orders.history_of(connection, who.id)
        catalog = CATALOG[order.currency]
        counts = self.limits.counts(connection, order, at=now)
        return self.book.price(order, at=now, history=past, counts=counts, catalog=catalog)

    def place(self, connection: Connection, id: str, order: Order, *, shown: Money) -> Placed:
        """Place an order at the price that was *shown*, and hold what its promotions use until it is paid."""
        quote = self.quote(connection, order)
        if quote.payable != shown:
            raise PriceChanged(quote)
        receipt = self.book.place(quote, id=id, paid=[Tender("card", quote.payable)])
        until = quote.at + HELD_FOR
        orders.add(connection, receipt, reserved_until=until)
        self.limits.reserve(connection, order, quote.uses, key=id, until=until)
        return self.find(connection, id)

    def pay(self, connection: Connection, placed: Placed, *, amount: Money) -> Placed:
        """Note that the money for an order came in, and count for good what its promotions used.

        After the time for which they were held, it is refused where others have taken them meanwhile. *placed* is
        locked.
        """
        receipt = placed.receipt
        if placed.released_at is not None:
            msg = f"order `{receipt.id}` was given up: place another"
            raise Conflict(msg)
        if amount != receipt.payable:
            msg = f"`{amount}` was paid for order `{receipt.id}`, payable is `{receipt.payable}`"
            raise Conflict(msg)
        refused = self.limits.commit(connection, receipt.order, key=receipt.id)
        if refused is not None:
            raise Refused(refused)
        return self._marked(connection, receipt.id, "paid_at")

    def give_up(self, connection: Connection, id: str) -> Placed:
        """Give up an order that is not paid; what it held is free for others at once."""
        placed = self.find(connection, id, locked=True)
        if placed.paid_at is not None:
            msg = f"order `{id}` is paid: have it delivered, and return it"
            raise Conflict(msg)
        self.limits.release(connection, key=id)
        return self._marked(connection, id, "released_at")

    def deliver(self, connection: Connection, id: str) -> Placed:
        """Note that an order arrived."""
        self.paid(connection, id, locked=True)
        return self._marked(connection, id, "delivered_at")

    def _marked(self, connection: Connection, id: str, what: str) -> Placed:
        orders.mark(connection, id, **{what: self.database.now(connection)})
        return self.find(connection, id)

    # --- after the sale ----------------------------------------------------------------------------------------------

    def find(self, connection: Connection, id: str, *, locked: bool = False) -> Placed:
        """An order."""
        placed = orders.find(connection, id, locked=locked)
        if placed is None:
            msg = f"there is no order `{id}`"
            raise NotFound(msg)
        return placed

    def paid(self, connection: Connection, id: str, *, locked: bool = False) -> Placed:
        """An order that is paid."""
        placed = self.find(connection, id, locked=locked)
        if placed.paid_at is None:
            msg = f"order `{id}` is not paid yet"
            raise Conflict(msg)
        return placed

    def rights(self, connection: Connection, placed: Placed) -> OpenRights:
        """What the customer can still do with an order, and until when."""
        past = orders.history_with(connection, placed)
        return self.book.rights_at(placed.receipt, history=past, at=self.database.now(connection))

    def preview_return(
        self, connection: Connection, placed: Placed, units: Mapping[str, int], *, ground: str
    ) -> SettledReturn:
        """What a return would give back and take away, if the goods came now; raises `Refused` where they may not."""
        past = orders.history_with(connection, placed)
        now = self.database.now(connection)
        preview = self.book.preview_return(placed.receipt, history=past, returning=units, ground=ground, at=now)
        if not preview.accepted:
            raise Refused(*(each.said for each in preview.assessments if each.outcome != "accept"))
        return preview

    def take_back(
        self, connection: Connection, placed: Placed, id: str, units: Mapping[str, int], *, ground: str, shown: Money
    ) -> SettledReturn:
        """Take units back for the refund that was *shown*; *placed* is locked, so that no unit comes back twice."""
        preview = self.preview_return(connection, placed, units, ground=ground)
        if preview.refund != shown:
            raise RefundChanged(preview)
        answers = preview.assessments
        regimes = tuple(dict.fromkeys(regime for each in answers for regime in each.regimes))
        event = orders.returned(placed.receipt.id, id, answers[0].at, units, ground=ground, regimes=regimes)
        orders.add_return(connection, event, refund=preview.refund)
        return preview

    def points(self, connection: Connection, customer: str) -> tuple[Ledger, Standing]:
        """The account of a member: points, and the tier."""
        past = orders.history_of(connection, customer)
        now = self.database.now(connection)
        return self.book.points(past, at=now), self.book.standing(past, at=now)
