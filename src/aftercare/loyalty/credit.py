"""What the lines of a receipt count for: the amounts that points are earned on and tiers are reached by."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

import attrs

from aftercare.calendar import local_date, start_of_day, utc
from aftercare.errors import PolicyError, did_you_mean
from aftercare.event_fields import words
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.days import day_after
from aftercare.points_events import Undone
from aftercare.policies.worth import Unit, Worths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from aftercare.policies.worth import Worth
    from aftercare.receipt import Receipt, ReceiptShipment, ReceiptUnits
    from aftercare.return_events import Returned

Tax: TypeAlias = Literal["included", "excluded"]
Price: TypeAlias = Literal["paid", "before_discounts"]
Holds: TypeAlias = Mapping[tuple[str, str], "date | None"]
"""The last day on which a line, named by receipt and line id, may still come back; None while nobody can tell, as for
one that is not delivered. A line that is not named is not held."""
Kept: TypeAlias = Mapping[str, int]
"""How many units of each line stay with the customer; the highest unit numbers come back first."""


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Basis(LoyaltyCoded):
    """Which amounts of a receipt count: goods always, fees and deposits never.

    *tax* says whether tax counts, *shipping* whether delivery does, *price* whether discounts are taken off first. What
    was paid by the tenders *without* does not count: every line counts for as much less. Raises `PolicyError`.

    >>> Basis(tax="included").shipping
    False
    """

    tax: Tax
    shipping: bool = False
    price: Price = "paid"
    without: tuple[str, ...] = attrs.field(default=("points",), converter=words)

    def __attrs_post_init__(self) -> None:
        if self.tax not in get_args(Tax):
            msg = f"`{self.tax}` does not say whether tax counts: {did_you_mean(str(self.tax), get_args(Tax))}"
            raise PolicyError(msg)
        if self.price not in get_args(Price):
            msg = f"`{self.price}` is not a price that counts: {did_you_mean(str(self.price), get_args(Price))}"
            raise PolicyError(msg)


def quantities(receipt: Receipt) -> dict[str, int]:
    """How many units each line of *receipt* has."""
    found: dict[str, int] = {}
    for units in receipt.units:
        found[units.line] = found.get(units.line, 0) + units.count
    return found


def staying(units: ReceiptUnits, kept: Kept | None) -> int:
    """How many of these equal units stay when *kept* units of their line do; all of them without."""
    if kept is None:
        return units.count
    return min(max(kept.get(units.line, 0) - units.first + 1, 0), units.count)


def touched(part: ReceiptUnits | ReceiptShipment, promotions: tuple[str, ...]) -> bool:
    """Whether one of *promotions* took something off these units or this delivery."""
    return bool(promotions) and any(each.promotion in promotions for each in part.parts)


def counted_amounts(
    receipt: Receipt, basis: Basis, kept: Kept | None = None, *, skip: tuple[str, ...] = ()
) -> dict[str | None, Fraction]:
    """What each line of *receipt* counts for, in minor units, exactly; with *kept*, the units that stay.

    Where delivery counts, it stands under None; it goes when the last unit does. What one of the promotions *skip* took
    something off does not count.
    """
    part = counting_part(receipt, basis)
    net = receipt.order.prices == "net"
    rates = {line.id: line.tax.ratio for line in receipt.order.lines}
    found: dict[str | None, Fraction] = dict.fromkeys(rates, Fraction(0))
    stays = False
    worths = Worths(receipt, but=skip) if receipt.occurrences and basis.price == "paid" else None
    for units in receipt.units:
        count = staying(units, kept)
        stays = stays or count > 0
        if not count or touched(units, skip):
            continue
        if worths is None:
            found[units.line] += part * count * unit_amount(units, basis, rates[units.line], net=net)
        else:
            numbers = range(units.first, units.first + count)
            found[units.line] += part * sum(_worth(worths[Unit(units.line, number)], basis) for number in numbers)
    if basis.shipping:
        found[None] = delivery_amount(receipt, basis, skip) if stays else Fraction(0)
    return found


def _worth(worth: Worth, basis: Basis) -> int:
    """What a unit of a pattern's occurrence counts for: its share of what was paid for all of it."""
    return worth.paid if basis.tax == "included" else worth.paid - sum(tax for _, tax in worth.taxes)


def unit_amount(units: ReceiptUnits, basis: Basis, rate: Fraction, *, net: bool) -> Fraction:
    """What one of *units* counts for before tenders are looked at; *net* says that its prices lack tax."""
    taxed = basis.tax == "included"
    if basis.price == "before_discounts":
        price = Fraction(0 if units.gift else units.price.minor)
        if net == taxed:
            return price * (1 + rate) if net else price / (1 + rate)
        return price
    paid = units.paid.minor
    if net == taxed:
        paid += units.tax.minor if net else -units.tax.minor
    return Fraction(paid)


def delivery_amount(receipt: Receipt, basis: Basis, skip: tuple[str, ...] = ()) -> Fraction:
    """What delivery counts for, in minor units, where none of the promotions *skip* took something off it."""
    net, taxed = receipt.order.prices == "net", basis.tax == "included"
    total = 0
    for shipment in receipt.shipments:
        if touched(shipment, skip):
            continue
        total += shipment.paid.minor
        if net == taxed:
            total += shipment.tax.minor if net else -shipment.tax.minor
    return counting_part(receipt, basis) * total


def counting_part(receipt: Receipt, basis: Basis) -> Fraction:
    """The part of what was paid that tenders which count paid."""
    payable = receipt.payable.minor
    if not payable:
        return Fraction(1)
    silent = sum(tender.amount.minor for tender in receipt.paid if tender.kind in basis.without)
    return Fraction(payable - silent, payable)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Credit(LoyaltyCoded):
    """What one line of an order counts for: *amount* in minor units or points, from the instant *at*.

    *settled* is the instant from which the line can no longer come back, None while nobody can tell; *lost* are the
    parts that returned goods took away again, each with its instant.
    """

    at: datetime
    day: date
    order: str
    line: str | None
    amount: Fraction
    settled: datetime | None
    lost: tuple[tuple[datetime, Fraction], ...] = ()

    def left(self, at: datetime) -> Fraction:
        """What still counts at the instant *at*."""
        now = utc(at)
        if now < utc(self.at):
            return Fraction(0)
        return self.amount - sum((part for lost_at, part in self.lost if utc(lost_at) <= now), Fraction(0))


def settles(order: str, line: str, at: datetime, holds: Holds, zone: str) -> datetime | None:
    """The instant from which a line bought *at* is settled, as the start of the day after its hold."""
    if (order, line) not in holds:
        return at
    last = holds[order, line]
    return None if last is None else max(at, start_of_day(day_after(last), zone), key=utc)


class Sale(NamedTuple):
    """An order, and what stayed of it: how many units of each line, from the instants at which goods came back."""

    receipt: Receipt
    at: datetime
    returns: tuple[Returned, ...] = ()
    kept: tuple[tuple[datetime, Kept], ...] = ()

    def after(self, event: Returned | Undone) -> Sale:
        """The same once goods came back, or did not after all; a return of more than there is changes nothing."""
        if isinstance(event, Undone):
            returns = tuple(each for each in self.returns if each.id != event.event)
        else:
            returns = (*self.returns, event)
        kept = quantities(self.receipt)
        for each in returns:
            for units in each.units:
                kept[units.line] = kept.get(units.line, 0) - units.count
        if returns == self.returns or any(count < 0 for count in kept.values()):
            return self
        return self._replace(returns=returns, kept=(*self.kept, (event.at, kept)))

    def spend(self, basis: Basis, *, zone: str, holds: Holds) -> Iterator[Credit]:
        """The credit that every line gives for money spent."""
        receipt, day = self.receipt, local_date(self.at, zone)
        before = placed = counted_amounts(receipt, basis)
        lost: dict[str | None, list[tuple[datetime, Fraction]]] = {}
        for at, kept in self.kept:
            after = counted_amounts(receipt, basis, kept)
            for line, amount in after.items():
                if amount != before[line]:
                    lost.setdefault(line, []).append((at, before[line] - amount))
            before = after
        for line, amount in placed.items():
            settled = self.at if line is None else settles(receipt.id, line, self.at, holds, zone)
            yield Credit(
                at=self.at,
                day=day,
                order=receipt.id,
                line=line,
                amount=amount,
                settled=settled,
                lost=tuple(lost.get(line, ())),
            )

    def order(self, *, zone: str, holds: Holds) -> Credit:
        """The credit of the order itself: settled with its last line, and lost while nothing of it stays."""
        receipt = self.receipt
        ends = [settles(receipt.id, line.id, self.at, holds, zone) for line in receipt.order.lines]
        known = [end for end in ends if end is not None]
        lost, stays = [], True
        for at, kept in self.kept:
            before, stays = stays, any(kept.values())
            if stays != before:
                lost.append((at, Fraction(before - stays)))
        return Credit(
            at=self.at,
            day=local_date(self.at, zone),
            order=receipt.id,
            line=None,
            amount=Fraction(1),
            settled=None if len(known) < len(ends) else max(known, default=self.at, key=utc),
            lost=tuple(lost),
        )
