"""From a decision to the receipt that stores it with the placed order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare.exact import decimal_text
from aftercare.money import Money, UnitPrice
from aftercare.rates import FINEST
from aftercare.receipt import (
    Receipt,
    ReceiptGift,
    ReceiptOccurrence,
    ReceiptPart,
    ReceiptReward,
    ReceiptShipment,
    ReceiptUnits,
    Tender,
)

if TYPE_CHECKING:
    from fractions import Fraction

    from aftercare.order import Line
    from aftercare.policies.decision import Decision


def _facts(quote: Decision) -> tuple[tuple[str, Any], ...]:
    """What was read from outside the order, as it stood."""
    if quote.history is None:
        return ()
    return (
        *((f"card.{card}", free) for card, free in sorted(quote.found.cards)),
        ("customer.last_order_on", quote.history.last_order_on(quote.zone)),
        ("customer.orders", quote.history.orders),
        ("customer.spend", quote.history.spend(quote.order.currency)),
    )


def _tag(line: Line, minor: int | Fraction) -> tuple[str, Money | UnitPrice]:
    """A line, and its price tag of so many minor units, exactly."""
    currency = line.unit_price.currency
    if isinstance(minor, int):
        return line.id, Money.of_minor(minor, currency)
    finest = FINEST - Money.of_minor(0, currency).digits
    return line.id, UnitPrice(decimal_text(int(minor * 10**finest), FINEST), currency)


def receipt_of(quote: Decision, *, id: str, paid: tuple[Tender, ...], no_points: frozenset[str]) -> Receipt:
    """The receipt that stores *quote*; *no_points* are the promotions whose goods earn none."""
    tags = tuple(_tag(quote.order.lines[place], minor) for place, minor in quote.found.tags)
    return Receipt(
        id=id,
        placed_at=quote.at,
        zone=quote.zone,
        book=quote.fingerprint,
        order=quote.order,
        units=tuple(
            ReceiptUnits(
                each.line.id,
                units.first,
                units.count,
                units.price,
                units.paid,
                units.tax,
                tuple(ReceiptPart(part.promotion, part.amount) for part in units.parts),
                units.gift,
            )
            for each in quote.lines
            for units in each.units
        ),
        payable=quote.payable,
        tax=quote.tax,
        paid=paid,
        shipments=tuple(
            ReceiptShipment(
                each.shipment.id,
                each.charge,
                each.paid,
                each.tax,
                tuple(ReceiptPart(part.promotion, part.amount) for part in each.parts),
            )
            for each in quote.shipments
        ),
        charge_taxes=tuple((each.charge.id, each.tax) for each in quote.charges),
        gifts=tuple(ReceiptGift(gift.promotion, gift.sku, gift.quantity, gift.value) for gift in quote.gifts),
        rewards=tuple(ReceiptReward(reward.promotion, reward.kind, reward.value) for reward in quote.rewards),
        occurrences=tuple(
            ReceiptOccurrence(
                each.promotion,
                each.times,
                tuple((unit.line, unit.first, unit.count, unit.target) for unit in each.units),
                tuple((line, tag) for line, tag in tags if any(unit.line == line for unit in each.units)),
            )
            for each in quote.occurrences
        ),
        promotions=tuple((each.id, each.taken) for each in quote.applied),
        no_points=tuple(sorted(no_points & {each.id for each in quote.applied})),
        facts=_facts(quote),
    )
