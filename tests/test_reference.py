from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import event, given, settings

from tests import reference
from tests.strategies_policies import AT, cases

if TYPE_CHECKING:
    from aftercare import Decision, Order, PolicyBook
    from aftercare.history import History

EXAMPLES = int(os.environ.get("REFERENCE_EXAMPLES", "500"))


def engine(decision: Decision) -> reference.Priced:
    """What the engine found, in the terms of the reference evaluator."""
    return reference.Priced(
        {
            (line.line.id, n): (
                units.price.minor,
                units.paid.minor,
                _parts(units.parts),
                units.tax.minor,
                units.gift,
            )
            for line in decision.lines
            for units in line.units
            for n in range(units.first, units.first + units.count)
        },
        {
            each.shipment.id: (each.charge.minor, each.paid.minor, _parts(each.parts), each.tax.minor)
            for each in decision.shipments
        },
        {each.charge.id: each.tax.minor for each in decision.charges},
        sorted((each.promotion, each.sku, each.quantity, each.value.minor) for each in decision.gifts),
        sorted(
            (each.promotion, each.kind, each.value.minor if each.kind == "voucher" else each.value)
            for each in decision.rewards
        ),
        {each.rate.ratio: each.tax.minor for each in decision.taxes},
        decision.payable.minor,
        {each.id: each.taken.minor for each in decision.applied if each.taken},
    )


def _parts(parts: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in parts:  # type: ignore[attr-defined]
        found[part.promotion] = found.get(part.promotion, 0) + part.amount.minor
    return {who: amount for who, amount in found.items() if amount}


@pytest.mark.reference
@settings(max_examples=EXAMPLES)
@given(cases())
def test_engine_and_reference_agree(case: tuple[PolicyBook, Order, History | None]) -> None:
    """The engine prices every order as the naive evaluator does."""
    book, order, history = case
    expected = reference.price(book, order, AT, history)
    actual = engine(book.price(order, at=AT, history=history))
    event(f"promotions that took something: {len(expected.taken)}")
    assert expected == actual
