"""The receipt of a placed order: plain data to store with it, enough to settle whatever comes later.

It keeps what every unit cost and which promotion took what, the facts that were read from outside the order, the
instant, and the fingerprint of the book that priced it. `Receipt.text` is its canonical JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from aftercare import canonical
from aftercare.calendar import aware
from aftercare.canonical import Coded
from aftercare.errors import OrderError, is_a
from aftercare.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.order import Order

VERSION = 1


@attrs.frozen(repr=False)
class Tender(Coded):
    """A means of payment and how much of it was paid: ``card``, ``gift_card``, ``points``, ``cash`` or the shop's own.

    >>> Tender("card", Money("12.40", "EUR")).kind
    'card'
    """

    kind: str
    amount: Money

    def __attrs_post_init__(self) -> None:
        if not self.kind.strip():
            msg = "a tender names its kind, such as `card`"
            raise OrderError(msg)
        if self.amount.minor < 0:
            msg = f"a tender is not negative, given `{self.amount}`"
            raise OrderError(msg)


@attrs.frozen(repr=False)
class ReceiptPart(Coded):
    """What one promotion took off one unit, in the order's price mode."""

    promotion: str
    amount: Money


@attrs.frozen(repr=False)
class ReceiptUnits(Coded):
    """Equal units of a line, from the *first* (counted from 1), *count* of them; money is for one unit."""

    line: str
    first: int
    count: int
    price: Money
    paid: Money
    tax: Money
    parts: tuple[ReceiptPart, ...] = ()
    gift: bool = False


@attrs.frozen(repr=False)
class ReceiptShipment(Coded):
    """One delivery: its charge before and after promotions, and its tax."""

    id: str
    charge: Money
    paid: Money
    tax: Money
    parts: tuple[ReceiptPart, ...] = ()


@attrs.frozen(repr=False)
class ReceiptGift(Coded):
    """Units that a promotion added for nothing; *value* is for one unit."""

    promotion: str
    sku: str
    quantity: int
    value: Money


@attrs.frozen(repr=False)
class ReceiptReward(Coded):
    """What a promotion promised beside the price: ``points_times``, ``bonus_points`` or ``voucher``."""

    promotion: str
    kind: str
    value: Any


@attrs.frozen(repr=False)
class ReceiptOccurrence(Coded):
    """*times* equal occurrences of a pattern: units as line, first unit, count and whether they got the benefit."""

    promotion: str
    times: int
    units: tuple[tuple[str, int, int, bool], ...]


def tenders(given: Tender | Iterable[Tender]) -> tuple[Tender, ...]:
    """The tenders that paid, one or several, as a receipt stores them; raises `OrderError` for anything else.

    >>> tenders(Tender("card", Money("12.40", "EUR")))
    (Tender('card', Money("12.40", "EUR")),)
    """
    paid = (given,) if isinstance(given, Tender | Money) else tuple(given)
    for each in paid:
        if not is_a(each, Tender):
            msg = f"`{each!r}` does not say what paid: give a tender, such as `Tender('card', eur('12.40'))`"
            raise OrderError(msg)
    return paid


@attrs.frozen(repr=False, kw_only=True)
class Receipt(Coded):
    """A placed order, priced and paid; raises `OrderError` where tenders do not add up to what is payable."""

    id: str
    placed_at: datetime
    zone: str
    book: str
    order: Order
    units: tuple[ReceiptUnits, ...]
    payable: Money
    tax: Money
    paid: tuple[Tender, ...]
    shipments: tuple[ReceiptShipment, ...] = ()
    charge_taxes: tuple[tuple[str, Money], ...] = ()
    gifts: tuple[ReceiptGift, ...] = ()
    rewards: tuple[ReceiptReward, ...] = ()
    occurrences: tuple[ReceiptOccurrence, ...] = ()
    promotions: tuple[tuple[str, Money], ...] = ()
    no_points: tuple[str, ...] = ()
    facts: tuple[tuple[str, Any], ...] = ()
    version: int = VERSION

    def __attrs_post_init__(self) -> None:
        aware(self.placed_at, "the instant of a receipt")
        if not self.id.strip():
            msg = "a receipt needs an id"
            raise OrderError(msg)
        total = sum((tender.amount for tender in self.paid), Money.of_minor(0, self.payable.currency))
        if total != self.payable:
            msg = f"tenders of `{self.id}` add up to `{total}`, payable is `{self.payable}`: they must be equal"
            raise OrderError(msg)

    @property
    def text(self) -> str:
        """The canonical JSON of the receipt."""
        return canonical.text(self)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the canonical JSON: it changes when anything in the receipt does."""
        return canonical.fingerprint(self)
