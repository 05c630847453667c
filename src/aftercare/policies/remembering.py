"""The history of a customer as a receipt remembers it: what conditions had read of it when the order was placed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from datetime import date

    from aftercare.history import History
    from aftercare.money import Money
    from aftercare.receipt import Receipt


class _StoredFacts:
    """The facts of a receipt that were read from outside the order, as conditions read a history."""

    def __init__(self, receipt: Receipt) -> None:
        self._facts = dict(receipt.facts)

    @property
    def orders(self) -> int:
        """How many orders had been placed."""
        return cast("int", self._facts["customer.orders"])

    def spend(self, _currency: str) -> Money:
        """What they had cost; stored in the currency of the order, in which alone conditions ask."""
        return cast("Money", self._facts["customer.spend"])

    def last_order_on(self, _zone: str) -> date | None:
        """The date of the last one, as the receipt stores it."""
        return cast("date | None", self._facts["customer.last_order_on"])


def remembered(receipt: Receipt) -> History | None:
    """What conditions read as the history of *receipt*'s customer, None where it was priced without one."""
    return cast("History", _StoredFacts(receipt)) if "customer.orders" in dict(receipt.facts) else None
