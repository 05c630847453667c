"""Reads receipts as `Receipt.text` writes them; `aftercare.receipt.receipt_form` says what the format is.

What was stored may have been altered, by accident or on purpose, so nothing of it is believed: it is bounded as every
document is, its parts have to add up, and it has to be what its digest or its seal was made for.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from aftercare.errors import did_you_mean
from aftercare.interchange.cursor import Cursor, all_of
from aftercare.interchange.native import order_at, unit_price_at
from aftercare.interchange.parts import attribute_at, known, tender_at, versioned, words_at
from aftercare.interchange.source import shortened
from aftercare.money import Money
from aftercare.order import MAX_QUANTITY
from aftercare.order_form import SPANS
from aftercare.receipt import (
    Receipt,
    ReceiptGift,
    ReceiptOccurrence,
    ReceiptPart,
    ReceiptPromise,
    ReceiptReward,
    ReceiptShipment,
    ReceiptUnits,
    receipt_form,
)
from aftercare.sealing import digest_of, seal_of
from aftercare.zones import in_zone, parse_instant, zone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aftercare.calendar import Span
    from aftercare.interchange.source import Source
    from aftercare.money import UnitPrice
    from aftercare.order import Line, Order

_INSTANT: Final = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")
_REWARDS: Final = ("points_times", "bonus_points", "voucher")
_FACTS: Final = ("card.<id of a punch card>", "customer.last_order_on", "customer.orders", "customer.spend")


def read_receipt(source: Source, *, key: bytes | None = None) -> Receipt:
    """The receipt of a text that `Receipt.text` made, or `Receipt.sealed` with the same *key*.

    Raises `DocumentError` with everything that is wrong, also where the receipt was altered: a digest shows accidents,
    for who alters a text on purpose can work out another; a seal shows these, too. With a key, only what is sealed by
    it is read. Raises `OrderError` for a key of less than 16 bytes.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Line, Order, PolicyBook, Product, Tender, eur
    >>> book = PolicyBook("shop", zone="UTC", currencies=["EUR"])
    >>> order = Order([Line("1", Product("CUP"), unit_price=eur(3))], currency="EUR")
    >>> quote = book.price(order, at=datetime(2026, 3, 1, tzinfo=UTC))
    >>> receipt = book.place(quote, id="A-1", paid=[Tender("card", eur(3))])
    >>> read_receipt(receipt.text) == receipt
    True
    >>> read_receipt(receipt.text.replace("3.00", "2.00"))
    Traceback (most recent call last):
      ...
    aftercare.errors.DocumentError: the receipt cannot be read
      digest: is not that of this receipt: something in it was altered; take it from a copy
    """
    root = Cursor.of(source)
    receipt = sealed_at(root, key)
    if receipt is None or not root.is_clean:
        title = "the receipt cannot be read"
        raise root.problems.error(title)
    return receipt


def sealed_at(at: Cursor, key: bytes | None = None) -> Receipt | None:
    """The receipt with its digest, or with a *key* its seal, that is written here; None with problems."""
    if not at.is_object:
        return None
    versioned(at, "receipts")
    if not at.is_clean:
        return None
    kind = "digest" if key is None else "seal"
    at.only(("aftercare", kind, "receipt"))
    proof = at.field(kind).text()
    receipt = receipt_at(at.field("receipt"))
    if receipt is None or not at.is_clean:
        return None
    form = receipt_form(receipt)
    made = digest_of(form) if key is None else seal_of(form, key)
    if not hmac.compare_digest(made.encode(), proof.encode()):
        at.field(kind).problem("is not that of this receipt: something in it was altered; take it from a copy")
    return receipt


def receipt_at(at: Cursor) -> Receipt | None:
    """The receipt here, or None with problems."""
    if not at.is_object:
        return None
    at.only(field.name for field in attrs.fields(Receipt))
    order = order_at(at.field("order"))
    promotions = at.field("promotions")
    read = _Reader(order, [place.text() for each in promotions.items() for place in list(each.items())[:1]])
    given: dict[str, Any] = {
        "id": at.field("id").text(),
        "placed_at": _instant(at.field("placed_at")),
        "zone": _zone(at.field("zone")),
        "book": at.field("book").text(),
        "order": order,
        "payable": read.amount(at.field("payable")),
        "tax": read.amount(at.field("tax"), negative=True),
        "units": read.lines(at.field("units")),
        "shipments": all_of(at.field("shipments").items(), read.shipment),
        "charge_taxes": all_of(at.field("charge_taxes").items(), read.taken),
        "paid": all_of(at.field("paid").items(), lambda each: tender_at(each, read.currency)),
        "promotions": all_of(promotions.items(), read.taken),
        "gifts": all_of(at.field("gifts").items(), read.gift),
        "rewards": all_of(at.field("rewards").items(), read.reward),
        "occurrences": all_of(at.field("occurrences").items(), read.occurrence),
        "no_points": words_at(at.field("no_points")),
        "facts": tuple((fact, read.fact(fact, each)) for fact, each in at.field("facts").fields()),
        "promises": all_of(at.field("promises").items(), read.promise),
    }
    if order is None or not at.is_clean:
        return None
    _check(at, order, given)
    return at.make(lambda: Receipt(**given))


class _Reader:
    """Reads the parts of a receipt that hold amounts, in the currency of its *order*, and name its *promotions*."""

    def __init__(self, order: Order | None, promotions: list[str]) -> None:
        self._lines = () if order is None else order.lines
        self._promotions = promotions
        self.currency = "" if order is None else order.currency

    def amount(self, at: Cursor, *, negative: bool = False) -> Money:
        """An amount."""
        return at.money(self.currency, written=True, negative=negative)

    def taken(self, at: Cursor) -> tuple[str, Money] | None:
        """An id and an amount."""
        places = _row(at, 2)
        return None if places is None else (places[0].text(), self.amount(places[1], negative=True))

    def _part(self, at: Cursor) -> ReceiptPart | None:
        places = _row(at, 2)
        if places is None:
            return None
        place, amount = places[0].whole(0, max(len(self._promotions) - 1, 0)), self.amount(places[1], negative=True)
        if not self._promotions:
            places[0].problem("names a promotion of a receipt that has none")
        return ReceiptPart(self._promotions[place], amount) if at.is_clean else None

    def lines(self, at: Cursor) -> tuple[ReceiptUnits, ...]:
        """The runs of every line."""
        places = list(at.items())
        if self.currency and len(places) != len(self._lines):
            at.problem(f"{len(places)} lists of units: expected one for each of {len(self._lines)} lines")
        return tuple(run for line, place in zip(self._lines, places, strict=False) for run in self._runs(line, place))

    def _runs(self, line: Line, at: Cursor) -> Iterator[ReceiptUnits]:
        """The runs of one line, which are each of its units."""
        first = 1
        for each in at.items():
            run = self._run(line, each, first)
            if run is not None:
                yield run
                first += run.count
        if at.is_clean and first != line.quantity + 1:
            at.problem(f"{first - 1} units: line `{shortened(line.id)}` has {line.quantity}")

    def _run(self, line: Line, at: Cursor, first: int) -> ReceiptUnits | None:
        if not at.is_object:
            return None
        at.only(("count", "price", "paid", "tax", "parts", "gift"))
        usual, price = line.unit_price, at.field("price")
        return ReceiptUnits(
            line.id,
            first,
            at.field("count").maybe(_count) or 1,
            usual if isinstance(usual, Money) and not price.is_there else self.amount(price),
            self.amount(at.field("paid")),
            at.field("tax").maybe(self.amount) or Money.of_minor(0, self.currency),
            all_of(at.field("parts").items(), self._part),
            at.field("gift").maybe(Cursor.flag) is True,
        )

    def shipment(self, at: Cursor) -> ReceiptShipment | None:
        """A delivery."""
        if not known(at, ReceiptShipment):
            return None
        charge, paid, tax = (self.amount(at.field(each)) for each in ("charge", "paid", "tax"))
        return ReceiptShipment(at.field("id").text(), charge, paid, tax, all_of(at.field("parts").items(), self._part))

    def gift(self, at: Cursor) -> ReceiptGift | None:
        """Units added for nothing."""
        if not known(at, ReceiptGift):
            return None
        promotion, sku = at.field("promotion").text(), at.field("sku").text()
        return ReceiptGift(promotion, sku, _count(at.field("quantity")), self.amount(at.field("value")))

    def occurrence(self, at: Cursor) -> ReceiptOccurrence | None:
        """Units that a pattern put together."""
        if not known(at, ReceiptOccurrence):
            return None
        units, tags = all_of(at.field("units").items(), _members), all_of(at.field("tags").items(), self._tag)
        return ReceiptOccurrence(at.field("promotion").text(), _count(at.field("times")), units, tags)

    def _tag(self, at: Cursor) -> tuple[str, Money | UnitPrice] | None:
        """What a unit of a line cost after the catalogue phase."""
        places = _row(at, 2)
        return None if places is None else (places[0].text(), unit_price_at(places[1], self.currency))

    def reward(self, at: Cursor) -> ReceiptReward | None:
        """What a promotion promised beside the price."""
        places = _row(at, 3)
        if places is None:
            return None
        kind = places[1].choice(_REWARDS)
        value = self.amount(places[2]) if kind == "voucher" else attribute_at(places[2])
        return ReceiptReward(places[0].text(), kind, value)

    def promise(self, at: Cursor) -> ReceiptPromise | None:
        """What was promised, for some lines or for all."""
        if not known(at, ReceiptPromise):
            return None
        lines = at.field("lines")
        return ReceiptPromise(
            at.field("right").text(),
            at.field("regime").text(),
            words_at(lines) if lines.is_there else tuple(line.id for line in self._lines),
            at.field("within").maybe(_span),
            at.field("after").maybe_text(),
            at.field("last_day").day(),
        )

    def fact(self, fact: str, at: Cursor) -> Any:
        """What was read from outside the order."""
        match fact:
            case "customer.last_order_on":
                return at.day()
            case "customer.orders":
                return at.whole(0, MAX_QUANTITY)
            case "customer.spend":
                return self.amount(at, negative=True)
            case _ if fact.startswith("card."):
                return _count(at)
            case _:
                at.problem(f"`{shortened(fact)}` is no fact of a receipt: {did_you_mean(shortened(fact), _FACTS)}")
                return None


def _row(at: Cursor, length: int) -> list[Cursor] | None:
    """The places of a list of so many items."""
    places = list(at.items())
    if len(places) == length:
        return places
    at.problem(f"expected a list of {length} items")
    return None


def _count(at: Cursor) -> int:
    return at.whole(1, MAX_QUANTITY)


def _members(at: Cursor) -> tuple[str, int, int, bool] | None:
    places = _row(at, 4)
    if places is None:
        return None
    return places[0].text(), _count(places[1]), _count(places[2]), places[3].flag()


def _span(at: Cursor) -> Span | None:
    if not at.is_object:
        return None
    if len(at.value) != 1:
        at.problem('expected one span, such as `{"days": 30}`')
        return None
    at.only(SPANS)
    return next((SPANS[word](place.whole(0, MAX_QUANTITY)) for word, place in at.fields() if word in SPANS), None)


def _instant(at: Cursor) -> datetime | None:
    """An instant, with the zone on whose clocks it is told where one is named."""
    text = at.text()
    written = _INSTANT.fullmatch(text)
    if written is None:
        return None if not text else at.make(lambda: parse_instant(text))
    return at.make(lambda: in_zone(parse_instant(written[1]), zone(written[2])))


def _zone(at: Cursor) -> str:
    name = at.text()
    if name:
        at.make(lambda: zone(name))
    return name


def _check(at: Cursor, order: Order, given: dict[str, Any]) -> None:
    """Refuse parts that are not those of the order, and sums that are not those of the parts."""
    for what, ids, wanted in (
        ("shipments", [each.id for each in given["shipments"]], [each.id for each in order.shipments]),
        ("charge_taxes", [charge for charge, _ in given["charge_taxes"]], [each.id for each in order.charges]),
    ):
        if ids != wanted:
            at.field(what).problem(f"`{shortened(str(ids))}` are not those of the order, `{shortened(str(wanted))}`")
    paid = [each.paid * each.count for each in given["units"]] + [each.paid for each in given["shipments"]]
    paid += [charge.amount for charge in order.charges]
    total = sum(paid, Money.of_minor(0, order.currency))
    if order.prices == "net":
        total += given["tax"]
    if total != given["payable"]:
        at.field("payable").problem(f"`{given['payable']}` is not what the parts add up to, `{total}`")
