"""What the conditions of a return policy see: the order as it was placed and paid, and what is known of the return.

The customer, the tier included, is the one of the purchase; what was folded from the history then is read from the
receipt, so that no later event changes an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aftercare.calendar import local_date
from aftercare.policies.snapshot import Moment, Snapshot
from aftercare.policies.units import Goods, Run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from aftercare.history import History
    from aftercare.money import Money
    from aftercare.receipt import Receipt


class _Remembered:
    """The history of the customer as the receipt remembers it."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.orders: int = facts["customer.orders"]
        self._spend: Money = facts["customer.spend"]
        self._last_order_on: date | None = facts["customer.last_order_on"]

    def spend(self, currency: str) -> Money:  # noqa: ARG002 - it was folded in the currency of the order
        return self._spend

    def last_order_on(self, zone: str) -> date | None:  # noqa: ARG002 - it was folded in the zone of the book
        return self._last_order_on


class Circumstances(Snapshot):
    """The order at the end of its pricing, and the facts of one return."""

    __slots__ = ("returning",)

    def __init__(self, receipt: Receipt, returning: Mapping[str, Any]) -> None:
        facts = dict(receipt.facts)
        past = cast("History", _Remembered(facts)) if "customer.orders" in facts else None
        super().__init__(Goods(receipt.order), _runs(receipt), Moment(receipt.placed_at, receipt.zone, past))
        self.returning = returning

    def outside(self, name: str) -> Any:
        """A fact of the return, None where it is not known."""
        return self.returning.get(name)


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
    receipt: Receipt,
    ground: str,
    quantity: int,
    at: datetime,
    delivered: datetime | None,
    grade: str | None,
    channel: str | None,
    evidence: tuple[str, ...],
) -> Mapping[str, Any]:
    """The facts of a return by the names under which conditions read them."""
    return {
        "returns.ground": (ground,),
        "returns.grade": None if grade is None else (grade,),
        "returns.channel": None if channel is None else (channel,),
        "returns.evidence": evidence,
        "returns.tender": tuple(tender.kind for tender in receipt.paid),
        "returns.quantity": quantity,
        "returns.days_since_delivery": None
        if delivered is None
        else (local_date(at, receipt.zone) - local_date(delivered, receipt.zone)).days,
    }
