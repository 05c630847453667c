"""The receipt of a placed order: plain data to store with it, enough to settle whatever comes later.

It keeps what every unit cost and which promotion took what, the facts that were read from outside the order, the
instant, what was promised, and the fingerprint of the book that priced it. `Receipt.text` is its canonical JSON, which
`aftercare.interchange.read_receipt` reads.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import attrs

from aftercare.bounds import checked, checked_all, checked_text
from aftercare.calendar import Span, aware
from aftercare.canonical import Coded
from aftercare.errors import OrderError, is_a
from aftercare.money import Money, UnitPrice
from aftercare.order_form import attribute_form, filled, instant_form, order_form, price_form, span_form
from aftercare.sealing import digest_of, seal_of, sealed_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from aftercare.canonical import Json
    from aftercare.order import Line, Order


def _instant(moment: datetime) -> datetime:
    return aware(moment, "the instant of a receipt")


@attrs.frozen(eq=False, repr=False)
class Tender(Coded):
    """A means of payment and how much of it was paid: ``card``, ``gift_card``, ``points``, ``cash`` or the shop's own.

    >>> Tender("card", Money("12.40", "EUR")).kind
    'card'
    """

    kind: str
    amount: Money

    def __attrs_post_init__(self) -> None:
        checked_text("the kind of a tender, such as `card`,", self.kind)
        checked(f"the amount that tender `{self.kind}` paid", self.amount, Money, "eur('12.40')")
        if self.amount.minor < 0:
            msg = f"a tender is not negative, given `{self.amount}`"
            raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class ReceiptPart(Coded):
    """What one promotion took off one unit, in the order's price mode."""

    promotion: str
    amount: Money


@attrs.frozen(eq=False, repr=False)
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


@attrs.frozen(eq=False, repr=False)
class ReceiptShipment(Coded):
    """One delivery: its charge before and after promotions, and its tax."""

    id: str
    charge: Money
    paid: Money
    tax: Money
    parts: tuple[ReceiptPart, ...] = ()


@attrs.frozen(eq=False, repr=False)
class ReceiptGift(Coded):
    """Units that a promotion added for nothing; *value* is for one unit."""

    promotion: str
    sku: str
    quantity: int
    value: Money


@attrs.frozen(eq=False, repr=False)
class ReceiptReward(Coded):
    """What a promotion promised beside the price: ``points_times``, ``bonus_points`` or ``voucher``."""

    promotion: str
    kind: str
    value: Any


@attrs.frozen(eq=False, repr=False)
class ReceiptOccurrence(Coded):
    """*times* equal occurrences of a pattern: units as line, first unit, count and whether they got the benefit.

    *tags* are what a unit of a line cost after the catalogue phase, of those lines where that was not its price: what
    the occurrence cost is shared by it.
    """

    promotion: str
    times: int
    units: tuple[tuple[str, int, int, bool], ...]
    tags: tuple[tuple[str, Money | UnitPrice], ...] = ()


def tenders(given: Tender | Iterable[Tender]) -> tuple[Tender, ...]:
    """The tenders that paid, one or several, as a receipt stores them; raises `OrderError` for anything else.

    >>> tenders(Tender("card", Money("12.40", "EUR")))
    (Tender('card', Money("12.40", "EUR")),)
    """
    if type(given) is Tender:
        return (given,)
    paid = (given,) if is_a(given, Money) else given
    return checked_all("tenders", paid, Tender, "Tender('card', eur('12.40'))")


@attrs.frozen(eq=False, repr=False)
class ReceiptPromise(Coded):
    """What was promised for after the sale: a *right* of a *regime*, such as ``promise`` or ``warranty``, of *lines*.

    It lasts *within* a span *after* an event, or without a limit; *last_day* is its last one, None where it was not
    known yet, as the goods were on their way.
    """

    right: str
    regime: str
    lines: tuple[str, ...]
    within: Span | None = None
    after: str | None = None
    last_day: date | None = None


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Receipt(Coded):
    """A placed order, priced and paid; raises `OrderError` where tenders do not add up to what is payable."""

    id: str
    placed_at: datetime = attrs.field(converter=_instant)
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
    promises: tuple[ReceiptPromise, ...] = ()

    def __attrs_post_init__(self) -> None:
        checked_text("the id of a receipt", self.id)
        total = sum((tender.amount for tender in self.paid), Money.of_minor(0, self.payable.currency))
        if total != self.payable:
            msg = f"tenders of `{self.id}` add up to `{total}`, payable is `{self.payable}`: they must be equal"
            raise OrderError(msg)

    @property
    def text(self) -> str:
        """The canonical JSON of the receipt, with its fingerprint, by which an accident to it is found when it is read.

        Raises `OrderError` where an amount is not in the currency of the order, or the units are not those of it.
        """
        form = receipt_form(self)
        return sealed_text("receipt", form, "digest", digest_of(form))

    def sealed(self, key: bytes) -> str:
        """The same text with a seal that only who knows the *key* can make, in place of the fingerprint.

        Raises `OrderError` for a key of less than 16 bytes, too.
        """
        form = receipt_form(self)
        return sealed_text("receipt", form, "seal", seal_of(form, key))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of everything that the receipt says: it changes when anything of that does."""
        return digest_of(receipt_form(self))

    def __plain__(self) -> Json:
        return receipt_form(self)


def receipt_form(receipt: Receipt) -> dict[str, Any]:
    """Everything that *receipt* says, as lists, objects and text: short and exact.

    Amounts are in the currency of the order and do not repeat it. What says nothing is left out, as are the price of
    units where it is that of their line, and the lines of a promise that is for all. Equal units are written once,
    line by line as the order has them; a part of a discount names its promotion by its place among the promotions.
    """
    write = _Writer(receipt)
    every = tuple(line.id for line in receipt.order.lines)
    return {
        "id": receipt.id,
        "placed_at": instant_form(receipt.placed_at),
        "zone": receipt.zone,
        "book": receipt.book,
        "order": order_form(receipt.order),
        "payable": write.amount(receipt.payable),
        "tax": write.amount(receipt.tax),
        **filled(
            units=[[write.units(each, line) for each in runs] for line, runs in _by_line(receipt)],
            shipments=[write.shipment(each) for each in receipt.shipments],
            charge_taxes=[[charge, write.amount(tax)] for charge, tax in receipt.charge_taxes],
            paid=[{"kind": each.kind, "amount": write.amount(each.amount)} for each in receipt.paid],
            promotions=[[each, write.amount(taken)] for each, taken in receipt.promotions],
            gifts=[write.gift(each) for each in receipt.gifts],
            rewards=[[each.promotion, each.kind, write.value(each.value)] for each in receipt.rewards],
            occurrences=[write.occurrence(each) for each in receipt.occurrences],
            no_points=list(receipt.no_points),
            facts={fact: write.value(value) for fact, value in receipt.facts},
            promises=[_promise(each, every) for each in receipt.promises],
        ),
    }


def _by_line(receipt: Receipt) -> list[tuple[Line, list[ReceiptUnits]]]:
    """The runs of each line; raises `OrderError` where they are not each unit of each line once, in turn."""
    runs_of: dict[str, list[ReceiptUnits]] = {line.id: [] for line in receipt.order.lines}
    for run in receipt.units:
        runs_of.get(run.line, []).append(run)
    found = [(line, runs_of[line.id]) for line in receipt.order.lines]
    if [run for _, runs in found for run in _in_turn(runs)] != list(receipt.units) or any(
        sum(run.count for run in runs) != line.quantity for line, runs in found
    ):
        msg = f"the units of receipt `{receipt.id}` are not each unit of each line of its order, once and in turn"
        raise OrderError(msg)
    return found


def _in_turn(runs: list[ReceiptUnits]) -> Iterator[ReceiptUnits]:
    """Each of the *runs* as it would be, if it came right after the one before."""
    first = 1
    for run in runs:
        yield attrs.evolve(run, first=first)
        first += run.count


class _Writer:
    """Writes the parts of a receipt that hold amounts."""

    def __init__(self, receipt: Receipt) -> None:
        self._receipt = receipt
        self._places = {promotion: place for place, (promotion, _) in enumerate(receipt.promotions)}

    def amount(self, money: Money) -> str:
        """The digits of an amount in the currency of the order."""
        return self.price(money)

    def price(self, price: Money | UnitPrice) -> str:
        """The digits of an amount, or of a finer price."""
        currency = self._receipt.order.currency
        if price.currency != currency:
            msg = f"receipt `{self._receipt.id}` of an order in `{currency}` names `{price}`: all its money is in one"
            raise OrderError(msg)
        return price_form(price)

    def value(self, given: Any) -> Any:
        """A reward's value, or a fact: an amount, a day, a number or None."""
        if isinstance(given, Money):
            return self.amount(given)
        if isinstance(given, date):
            return given.isoformat()
        return None if given is None else attribute_form(given)

    def _parts(self, parts: tuple[ReceiptPart, ...]) -> list[list[int | str]]:
        return [[self._place(part.promotion), self.amount(part.amount)] for part in parts]

    def _place(self, promotion: str) -> int:
        if promotion not in self._places:
            msg = f"receipt `{self._receipt.id}` names a part of `{promotion}`, which is not among its promotions"
            raise OrderError(msg)
        return self._places[promotion]

    def units(self, run: ReceiptUnits, line: Line) -> dict[str, Any]:
        """A run of equal units of a line."""
        return {
            "paid": self.amount(run.paid),
            **filled(
                price=None if run.price == line.unit_price else self.amount(run.price),
                count=None if run.count == 1 else run.count,
                tax=None if run.tax.is_zero else self.amount(run.tax),
                parts=self._parts(run.parts),
                gift=run.gift or None,
            ),
        }

    def shipment(self, shipment: ReceiptShipment) -> dict[str, Any]:
        """A delivery."""
        return {
            "id": shipment.id,
            "charge": self.amount(shipment.charge),
            "paid": self.amount(shipment.paid),
            "tax": self.amount(shipment.tax),
            **filled(parts=self._parts(shipment.parts)),
        }

    def gift(self, gift: ReceiptGift) -> dict[str, Any]:
        """Units added for nothing."""
        return {
            "promotion": gift.promotion,
            "sku": gift.sku,
            "quantity": gift.quantity,
            "value": self.amount(gift.value),
        }

    def occurrence(self, occurrence: ReceiptOccurrence) -> dict[str, Any]:
        """Units that a pattern put together."""
        return {
            "promotion": occurrence.promotion,
            "times": occurrence.times,
            "units": [list(each) for each in occurrence.units],
            **filled(tags=[[line, self.price(tag)] for line, tag in occurrence.tags]),
        }


def _promise(promise: ReceiptPromise, every: tuple[str, ...]) -> dict[str, Any]:
    return {
        "right": promise.right,
        "regime": promise.regime,
        **filled(
            lines=None if promise.lines == every else list(promise.lines),
            within=None if promise.within is None else span_form(promise.within),
            after=promise.after,
            last_day=None if promise.last_day is None else promise.last_day.isoformat(),
        ),
    }
