"""What the conditions of a return policy see: the order as it was placed and paid, and what is known of the return.

The customer, the tier included, is the one of the purchase; what was folded from the history then is read from the
receipt, so that no later event changes an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare.calendar import local_date
from aftercare.policies.remembering import remembered
from aftercare.policies.snapshot import Moment, Snapshot
from aftercare.policies.units import Goods, Run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from aftercare.receipt import Receipt


class _OneLine(Goods):
    """One line of an order, as item conditions read it."""

    __slots__ = ()

    def __init__(self, receipt: Receipt, place: int) -> None:
        self.order = receipt.order
        self.lines = receipt.order.lines[place : place + 1]
        self.all = 1
        self.known = {}
        self._numbers = {}


class Circumstances(Snapshot):
    """The order at the end of its pricing, and the facts of one return.

    Most conditions ask little: the goods, the units and the history are read when one asks for them.
    """

    __slots__ = ("_one", "_place", "receipt", "returning")

    def __init__(self, receipt: Receipt, returning: Mapping[str, Any]) -> None:
        self.receipt = receipt
        self.returning = returning
        self.order = receipt.order
        self.customer = receipt.order.customer
        self._lines = None
        self._quantities = {}
        self._amounts = {}
        self._place = -1

    def __getattr__(self, name: str) -> Any:
        """What was not read yet."""
        match name:
            case "moment":
                self.moment = Moment(self.receipt.placed_at, self.receipt.zone, None)
            case "goods":
                self.goods = Goods(self.receipt.order)
            case "runs":
                self.runs = _runs(self.receipt)
            case "history":
                self.history = remembered(self.receipt)
            case _:
                raise AttributeError(name)
        return getattr(self, name)

    def line(self, place: int) -> Goods:
        """The line at a *place*, alone: the first bit of a mask tells whether it satisfies a condition."""
        if place != self._place:
            self._one, self._place = _OneLine(self.receipt, place), place
        return self._one

    def outside(self, name: str) -> Any:
        """A fact of the return, None where it is not known."""
        match name:
            case "returns.days_since_delivery":
                return self._days_since_delivery()
            case "returns.tender":
                return tuple(tender.kind for tender in self.receipt.paid)
            case _:
                return self.returning.get(name)

    def _days_since_delivery(self) -> int | None:
        at, delivered = self.returning["returns.at"], self.returning["returns.delivered"]
        if delivered is None:
            return None
        zone = self.receipt.zone
        return (local_date(at, zone) - local_date(delivered, zone)).days


def _runs(receipt: Receipt) -> list[Run]:
    places = {line.id: place for place, line in enumerate(receipt.order.lines)}
    found = []
    for units in receipt.units:
        run = Run(places[units.line], units.first, units.count, units.price.minor, 0)
        run.left = units.paid.minor
        run.gift = units.gift
        run.counts = not units.gift
        found.append(run)
    return found


def facts_of_return(
    *,
    ground: str,
    quantity: int,
    at: datetime,
    delivered: datetime | None,
    grade: str | None,
    channel: str | None,
    evidence: tuple[str, ...],
) -> Mapping[str, Any]:
    """The facts of a return by the names under which conditions read them; two instants for the days between."""
    return {
        "returns.ground": (ground,),
        "returns.grade": None if grade is None else (grade,),
        "returns.channel": None if channel is None else (channel,),
        "returns.evidence": evidence,
        "returns.quantity": quantity,
        "returns.at": at,
        "returns.delivered": delivered,
    }
