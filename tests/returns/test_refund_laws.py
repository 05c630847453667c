"""Laws of refunds on generated books, orders and returns, against the naive enumeration of `tests/reference/again.py`.

A long run with new examples:

    REFERENCE_EXAMPLES=20000 python3 dev.py test -m reference --hypothesis-profile explore tests/returns
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from aftercare.order_events import Units
from aftercare.policies.repricing import Repricing
from tests.reference.again import Refunds
from tests.reference.combining import combines
from tests.returns.desk import LAW, PROMISE, Desk, pricer
from tests.strategies_orders import AT
from tests.strategies_policies import World

if TYPE_CHECKING:
    from aftercare.returns.settled import Settlement

EXAMPLES = int(os.environ.get("REFERENCE_EXAMPLES", settings().max_examples // 2))
MOST_UNITS = 6


@st.composite
def desks(draw: Any, *, naive: bool) -> Desk:
    """A desk with a receipt of few units; *naive*, by a book that the naive evaluator can price again."""
    world = World(draw)
    order = world.order()
    assume(sum(line.quantity for line in order.lines) <= MOST_UNITS)
    book = world.book()
    # What a best combination leaves when it is priced again is not part of the naive evaluator.
    assume(not naive or not any(map(combines, book.promotions)))
    quote = book.price(order, at=AT, history=world.history(order))
    assume(quote.payable.minor >= sum(charge.amount.minor for charge in order.charges) >= 0)
    return Desk.of(book, quote)


def places(at: Desk) -> list[tuple[str, int]]:
    """Every unit of the receipt."""
    return [(run.line, n) for run in at.receipt.units for n in range(run.first, run.first + run.count)]


def named(some: list[tuple[str, int]]) -> list[Units]:
    """Units by name."""
    return [Units(line, 1, first=n) for line, n in some]


@st.composite
def returns(draw: Any, *, naive: bool = False) -> tuple[Desk, list[tuple[list[tuple[str, int]], tuple[str, ...]]]]:
    """A desk, and its units in the order and the groups in which they come back, each under the law or the promise."""
    at = draw(desks(naive=naive))
    units = draw(st.permutations(places(at)))
    steps = []
    while units:
        size = draw(st.integers(1, len(units)))
        regimes = draw(st.sampled_from([PROMISE, PROMISE, LAW, (*LAW, *PROMISE)]))
        steps.append((units[:size], regimes))
        units = units[size:]
    return at, steps


def total_kept(settled: Settlement) -> int:
    """What the kept units cost in the end."""
    return sum(run.value.minor * run.count for run in settled.kept)


@pytest.mark.reference
@settings(max_examples=EXAMPLES)
@given(returns(naive=True))
def test_totals_are_those_of_the_naive_enumeration(case: Any) -> None:
    """By law the stored paid parts come back; once the promise takes part, at least paid - min price(K)."""
    at, steps = case
    naive = Refunds(at.book, at.quote, at.receipt)
    stored = naive.shared()
    back: list[tuple[str, int]] = []
    lawful: list[tuple[str, int]] = []
    promise = False
    event(f"promotions that took part: {len(naive.taking)}")
    for units, regimes in steps:
        settled = at.back(*named(units), regimes=regimes)
        back += units
        lawful += units if "withdrawal" in regimes else []
        promise = promise or "promise" in regimes
        expected = sum(stored[each] for each in lawful)
        if promise:
            expected = max(expected, naive.promised(back))
        assert expected == settled.total.minor
        if len(back) < len(stored):
            assert naive.paid - expected == total_kept(settled)


@settings(max_examples=EXAMPLES)
@given(returns(), st.randoms(use_true_random=False))
def test_the_order_of_returns_does_not_matter(case: Any, random: Any) -> None:
    """Any order of the same returns gives the same total, and all of it is what was paid."""
    at, steps = case
    expected = [at.back(*named(units), regimes=regimes) for units, regimes in steps][-1]
    other = Desk.of(at.book, at.quote)
    random.shuffle(steps)
    actual = [other.back(*named(units), regimes=regimes) for units, regimes in steps][-1]
    assert expected.total == actual.total
    assert not expected.path_dependent


@settings(max_examples=EXAMPLES)
@given(returns())
def test_a_whole_receipt_priced_again_is_what_it_was(case: Any) -> None:
    """All units of a receipt cost what was paid for them."""
    at, _ = case
    for whole in (False, True):
        again = Repricing(pricer(at.book), at.receipt, whole=whole)
        if not again.feasible:
            event("too dear to be priced again")
            continue
        everything = again.price(range(len(again.units)))
        stored = {(run.line, n): run for run in at.receipt.units for n in range(run.first, run.first + run.count)}
        net = at.receipt.order.prices == "net"
        expected = sum(stored[unit].paid.minor + (stored[unit].tax.minor if net else 0) for unit in again.units)
        assert expected == everything.goods
        if whole:
            assert again.delivery_paid == everything.delivery


@settings(max_examples=EXAMPLES)
@given(
    returns(),
    st.sampled_from(["proportional", "recompute_monotone", "recompute_kept", "forfeit_benefit", "all_or_nothing"]),
    st.sampled_from(["card_first", "credit_first", "ratio"]),
    st.sampled_from(["list_value", "free"]),
    st.sampled_from(["keep", "claw_back"]),
)
def test_refunds_are_bounded_by_what_was_paid(
    case: Any, strategy: Any, tenders: Any, gifts: Any, free_shipping: Any
) -> None:
    """No step takes money, no tender gets more than it paid, and refund + fees + kept value is what was paid."""
    at, steps = case
    at = Desk.of(at.book, at.quote, split=3, refund=strategy, tenders=tenders, gifts=gifts, free_shipping=free_shipping)
    held = {tender.kind: tender.amount.minor for tender in at.receipt.paid}
    net = at.receipt.order.prices == "net"
    paid = sum((run.paid.minor + (run.tax.minor if net else 0)) * run.count for run in at.receipt.units)
    given_back = 0
    for units, regimes in steps:
        settled = at.back(*named(units), regimes=regimes)
        assert settled.refund.minor >= 0
        assert settled.unplaced.is_zero
        for tender in settled.tenders:
            held[tender.kind] -= tender.amount.minor
            assert held[tender.kind] >= 0
        assert settled.refund.minor == sum(tender.amount.minor for tender in settled.tenders)
        assert all(tax.minor >= 0 for _, tax in settled.tax)
        given_back += settled.goods.minor
        assert given_back == settled.total.minor <= paid
        if settled.kept:
            assert paid - given_back == total_kept(settled)
    if strategy in {"proportional", "recompute_monotone", "all_or_nothing"} and gifts == "free":
        assert given_back == paid
        assert sum(run.tax.minor * run.count for run in at.receipt.units) == sum(
            tax.minor for each in at.settled() for _, tax in each.tax
        )
