"""The engine against the naive evaluator of `tests/reference`, on generated books and orders.

Every run tries five times what its Hypothesis profile asks for, a fifth of that with limits. A long one with new
examples:

    REFERENCE_EXAMPLES=20000 python3 dev.py test -m reference --hypothesis-profile explore
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import event, example, given, settings

from aftercare import Line, Order, PolicyBook, Product, Promotion, eur, policies
from aftercare.limits import Counts, Tally, reserve
from tests import reference
from tests.strategies_limits import limited_cases
from tests.strategies_orders import AT
from tests.strategies_policies import cases
from tests.strategies_usual import usual_cases

if TYPE_CHECKING:
    from aftercare import Decision
    from aftercare.history import History

    Case = tuple[PolicyBook, Order, History | None]
    Limited = tuple[PolicyBook, Order, History | None, Counts | None]

EXAMPLES = int(os.environ.get("REFERENCE_EXAMPLES", "500"))


def engine(decision: Decision) -> reference.Priced:
    """What the engine found, in the terms of the reference evaluator."""
    return reference.Priced(
        {
            (line.line.id, n): (
                units.price.minor,
                units.paid.minor,
                _by_promotion(units.parts),
                units.tax.minor,
                units.gift,
            )
            for line in decision.lines
            for units in line.units
            for n in range(units.first, units.first + units.count)
        },
        {
            each.shipment.id: (each.charge.minor, each.paid.minor, _by_promotion(each.parts), each.tax.minor)
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
        sorted(
            (
                (
                    use.tally.promotion,
                    use.tally.of,
                    use.tally.customer,
                    use.tally.code,
                    use.tally.every,
                    use.tally.start,
                    use.amount,
                )
                for use in decision.uses
            ),
            key=repr,
        ),
    )


def _by_promotion(parts: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in parts:  # type: ignore[attr-defined]
        found[part.promotion] = found.get(part.promotion, 0) + part.amount.minor
    return {who: amount for who, amount in found.items() if amount}


def check_combinations(chosen: reference.Chosen) -> None:
    """No combination of promotions, really priced, saves more than the gap and rounding allow."""
    for saved, most, gap, rounded in chosen.compared:
        event("a best combination compared with all others")
        assert most <= saved + gap + rounded


def both_ways(book: PolicyBook, order: Order, history: History | None, counts: Counts | None = None) -> Decision:
    """The decision of a book that was not written out, which is that of the same book written out."""
    plain = book.price(order, at=AT, history=history, counts=counts)
    assert plain.payable == book.payable(order, at=AT, history=history, counts=counts)
    written = book.pricer.write(order.currency)
    if written is not None:
        assert plain == book.price(order, at=AT, history=history, counts=counts)
        assert plain.payable == book.payable(order, at=AT, history=history, counts=counts)
    return plain


def alternatives_that_take_nothing() -> Case:
    """Two alternatives inside a best combination, neither of which takes anything off."""
    pair = Promotion("pair", then=policies.bundle({"A": 2}).percent_off(10))
    none = Promotion("none", then=policies.named_price("member", of="A", phase="item"))
    zero = Promotion("zero", then=policies.amount_off(eur(0), of="A"))
    choice = policies.best_combination(pair, policies.best_of(none, zero))
    book = PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[choice])
    return book, Order([Line("1", Product("A"), 3, unit_price=eur(10))], currency="EUR"), None


@pytest.mark.reference
@settings(max_examples=EXAMPLES)
@example(alternatives_that_take_nothing())
@given(cases())
def test_the_engine_and_the_naive_evaluator_agree(case: Case) -> None:
    """The engine prices every order as the naive evaluator does."""
    book, order, history = case
    decision = both_ways(book, order, history)
    chosen = reference.chosen(decision, book)
    expected = reference.price(book, order, AT, history, chosen=chosen)
    actual = engine(decision)
    check_combinations(chosen)
    event(f"promotions that took something: {len(expected.taken)}")
    assert expected == actual


def refused_in_a_best_combination() -> Limited:
    """A budget that refuses, after which nobody of a best combination is left."""
    pair = policies.every(2, of="A").percent_off(10)
    spent = Promotion("p0", then=pair, limits=policies.budget(eur(1), partial="cut"))
    short = Promotion("p1", then=pair, limits=policies.budget(eur("1.01"), partial="refuse"))
    book = PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[policies.best_combination(spent, short)])
    order = Order([Line("1", Product("A"), 2, unit_price=eur(10))], currency="EUR")
    return book, order, None, Counts({Tally("p0", of="EUR"): 100, Tally("p1", of="EUR"): 100})


@pytest.mark.reference
@settings(max_examples=EXAMPLES // 5)
@given(limited_cases())
@example(refused_in_a_best_combination())
def test_the_engine_and_the_naive_evaluator_agree_on_limits(case: Limited) -> None:
    """The engine lets through, cuts and refuses what the naive evaluator does, and uses as much of each limit."""
    book, order, history, counts = case
    decision = both_ways(book, order, history, counts)
    chosen = reference.chosen(decision, book)
    expected = reference.price(book, order, AT, history, counts, chosen=chosen)
    check_combinations(chosen)
    states = decision.states
    event(f"used: {bool(expected.uses)}, kept out: {'exhausted' in states.values()}")
    assert expected == engine(decision)


@pytest.mark.reference
@settings(max_examples=EXAMPLES // 2)
@given(usual_cases())
def test_the_engine_and_the_naive_evaluator_agree_on_usual_orders(case: Limited) -> None:
    """What is written out prices usual orders as the naive evaluator does."""
    book, order, history, counts = case
    decision = both_ways(book, order, history, counts)
    chosen = reference.chosen(decision, book)
    expected = reference.price(book, order, AT, history, counts, chosen=chosen)
    check_combinations(chosen)
    assert expected == engine(decision)


@settings(max_examples=max(1, EXAMPLES // 10))
@given(limited_cases())
def test_what_a_decision_uses_can_be_reserved(case: Limited) -> None:
    """Whatever was priced fits: reserved with the counts it was priced with, no limit is ever too small."""
    book, order, history, counts = case
    if counts is None:
        return
    decision = book.price(order, at=AT, history=history, counts=counts)
    posting = reserve(counts, decision.uses, key="the order", until=AT + timedelta(minutes=15), at=AT)
    assert posting.accepted
    for use in decision.uses:
        assert posting.counts.used(use.tally, at=AT, since=use.since) <= use.most


@given(cases())
def test_the_parts_of_a_unit_are_what_it_costs_less(case: Case) -> None:
    """What promotions took off a unit or a shipment adds up to its saving; no part is negative or above the price."""
    book, order, history = case
    decision = book.price(order, at=AT, history=history)
    priced = [(units.price, units.paid, units.parts) for line in decision.lines for units in line.units]
    priced += [(each.charge, each.paid, each.parts) for each in decision.shipments]
    for price, paid, parts in priced:
        assert (price - paid).minor == sum(part.amount.minor for part in parts)
        assert all(0 <= part.amount.minor <= price.minor for part in parts)
        assert paid.minor >= 0


@given(cases())
def test_what_is_payable_is_the_sum_of_its_parts(case: Case) -> None:
    """Units, shipments and charges with their tax add up to the taxes of each rate and to what is payable."""
    book, order, history = case
    decision = book.price(order, at=AT, history=history)
    lines = [
        (units.paid.minor, units.tax.minor)
        for line in decision.lines
        for units in line.units
        for _ in range(units.count)
    ]
    lines += [(each.paid.minor, each.tax.minor) for each in decision.shipments]
    lines += [(each.charge.amount.minor, each.tax.minor) for each in decision.charges]
    paid, tax = sum(each for each, _ in lines), sum(each for _, each in lines)
    assert decision.tax.minor == tax == sum(each.tax.minor for each in decision.taxes)
    assert decision.payable.minor == (paid + tax if order.prices == "net" else paid)
    assert decision.payable.minor == sum(each.gross.minor for each in decision.taxes)
    assert decision.net.minor == sum(each.net.minor for each in decision.taxes)
