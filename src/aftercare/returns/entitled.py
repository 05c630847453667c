"""What came back of a receipt, a total that it is worth, and what lessens totals beside the goods."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

if TYPE_CHECKING:
    from aftercare.policies.repricing import Repriced, Repricing
    from aftercare.policies.worth import Unit
    from aftercare.returns.terms import RefundStrategy, Terms


@attrs.define
class Given:
    """What came back of a receipt so far, and what was paid back without a return."""

    returned: set[Unit] = attrs.field(factory=set)
    withdrawn: set[Unit] = attrs.field(factory=set)
    credits: dict[Unit, int] = attrs.field(factory=dict)
    gifts: dict[str, int] = attrs.field(factory=dict)
    promise: bool = False


class Entitled(NamedTuple):
    """A total in minor units: how it was told, and what gifts and delivery made it less by."""

    total: int
    strategy: RefundStrategy
    gifts: int = 0
    clawed_back: int = 0


def extras_of(terms: Terms, given: Given, repricing: Repricing, repriced: Repriced) -> tuple[int, int]:
    """What gifts no longer earned are worth, and what delivery would have cost more."""
    if not repricing.whole:
        return 0, 0
    clawed = 0
    if terms.free_shipping == "claw_back":
        clawed = max(0, repriced.delivery - repricing.delivery_paid)
    if terms.gifts != "list_value":
        return 0, clawed
    values: dict[str, list[int]] = {}
    for gift in repricing.receipt.gifts:
        values.setdefault(gift.sku, []).extend([gift.value.minor] * gift.quantity)
    earned: dict[str, int] = {}
    for _, sku, units, _ in repriced.gifts:
        earned[sku] = earned.get(sku, 0) + units
    owed = 0
    for sku, each in values.items():
        unearned = max(0, len(each) - given.gifts.get(sku, 0) - earned.get(sku, 0))
        owed += sum(sorted(each)[:unearned])
    return owed, clawed
