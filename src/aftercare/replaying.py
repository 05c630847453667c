"""What a stored receipt would be if its order were priced again, by the book and with the facts that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from aftercare.canonical import Coded
from aftercare.receipt import ReceiptPart
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aftercare.money import Money
    from aftercare.receipt import Receipt, ReceiptPromise, ReceiptUnits
    from aftercare.statement import Parameter


@attrs.frozen(eq=False, repr=False)
class Replay(Coded):
    """A receipt *found* by pricing the order of another one again, and each of the *differences* from it."""

    found: Receipt
    differences: tuple[Statement, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the order still comes to what was stored."""
        return not self.differences


def compared(stored: Receipt, found: Receipt) -> Replay:
    """The differences of two receipts of one order."""
    readers = (_units, _delivery, _beside, _totals)
    return Replay(found, tuple(dict.fromkeys(each for reader in readers for each in reader(stored, found))))


def _units(stored: Receipt, found: Receipt) -> Iterator[Statement]:
    for first, last, one, other in _side_by_side(stored, found):
        place: dict[str, Parameter] = {"line": Name(one.line), "first": first, "last": last}
        for code, kept, made in (
            ("price", one.price, other.price),
            ("paid", one.paid, other.paid),
            ("tax", one.tax, other.tax),
        ):
            if kept != made:
                yield Statement(f"replay.{code}", **place, stored=kept, found=made)
        for promotion, kept, made in _parts(one.parts, other.parts, one.paid):
            yield Statement("replay.part", **place, promotion=promotion, stored=kept, found=made)


def _delivery(stored: Receipt, found: Receipt) -> Iterator[Statement]:
    for one, other in zip(stored.shipments, found.shipments, strict=True):
        shipment = Name(one.id)
        for code, kept, made in (
            ("delivery_charge", one.charge, other.charge),
            ("delivery", one.paid, other.paid),
            ("delivery_tax", one.tax, other.tax),
        ):
            if kept != made:
                yield Statement(f"replay.{code}", shipment=shipment, stored=kept, found=made)
        for promotion, kept, made in _parts(one.parts, other.parts, one.paid):
            yield Statement("replay.delivery_part", shipment=shipment, promotion=promotion, stored=kept, found=made)


def _side_by_side(stored: Receipt, found: Receipt) -> Iterator[tuple[int, int, ReceiptUnits, ReceiptUnits]]:
    """The units of both that are alike in each, from the first to the last number of them."""
    kept, made = iter(stored.units), iter(found.units)
    one, other = next(kept, None), next(made, None)
    while one is not None and other is not None:
        first = max(one.first, other.first)
        ends = one.first + one.count, other.first + other.count
        last = min(ends) - 1
        yield first, last, one, other
        if ends[0] == last + 1:
            one = next(kept, None)
        if ends[1] == last + 1:
            other = next(made, None)


def _parts(
    kept: Iterable[ReceiptPart], made: Iterable[ReceiptPart], like: Money
) -> Iterator[tuple[Name, Money, Money]]:
    """The promotions that took something else, with what they took."""
    nothing = like.of_minor(0, like.currency)
    taken = [_taken(kept, nothing), _taken(made, nothing)]
    for promotion in dict.fromkeys((*taken[0], *taken[1])):
        before, after = (each.get(promotion, nothing) for each in taken)
        if before != after:
            yield Name(promotion), before, after


def _taken(parts: Iterable[ReceiptPart], nothing: Money) -> dict[str, Money]:
    taken: dict[str, Money] = {}
    for part in parts:
        taken[part.promotion] = taken.get(part.promotion, nothing) + part.amount
    return taken


def _beside(stored: Receipt, found: Receipt) -> Iterator[Statement]:
    """What does not stand in the price: gifts, rewards, patterns, points, promises."""
    for code, kept, made in (
        ("given", stored.gifts, found.gifts),
        ("given", stored.rewards, found.rewards),
        ("grouped", stored.occurrences, found.occurrences),
    ):
        for each in _only_one_has(kept, made):
            yield Statement(f"replay.{code}", promotion=Name(each.promotion))
    for promotion in _only_one_has(stored.no_points, found.no_points):
        yield Statement("replay.points", promotion=Name(promotion))
    promises: Iterable[ReceiptPromise] = _only_one_has(stored.promises, found.promises)
    for promise in promises:
        yield Statement("replay.promised", right=Name(promise.right))


def _only_one_has(kept: tuple[Any, ...], made: tuple[Any, ...]) -> list[Any]:
    return [each for each in kept if each not in made] + [each for each in made if each not in kept]


def _totals(stored: Receipt, found: Receipt) -> Iterator[Statement]:
    again = dict(found.charge_taxes)
    for charge, tax in stored.charge_taxes:
        if tax != again[charge]:
            yield Statement("replay.charge_tax", charge=Name(charge), stored=tax, found=again[charge])
    kept, made = ((ReceiptPart(*each) for each in receipt.promotions) for receipt in (stored, found))
    for promotion, before, after in _parts(kept, made, stored.payable):
        yield Statement("replay.promotion", promotion=promotion, stored=before, found=after)
    for code, before, after in (("total_tax", stored.tax, found.tax), ("total", stored.payable, found.payable)):
        if before != after:
            yield Statement(f"replay.{code}", stored=before, found=after)
