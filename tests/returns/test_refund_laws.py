"""Laws of refunds on generated books, orders and returns, against the naive enumeration of `tests/reference/again.py`.

A long run with new examples:

    REFERENCE_EXAMPLES=20000 python3 dev.py test --hypothesis-profile explore tests/returns/test_refund_laws.py
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from aftercare import cart, policies
from aftercare.money import Money, percent
from aftercare.order_events import Units
from aftercare.policies.promotion import Promotion
from aftercare.policies.repricing import Repricing
from aftercare.returns.fees import fees, flat, graded, label, restocking
from tests.policies.till import prices
from tests.reference.again import Refunds
from tests.reference.combining import combines
from tests.returns.desk import LAW, PROMISE, Desk, desk, pricer
from tests.strategies_orders import AT
from tests.strategies_policies import World

if TYPE_CHECKING:
    from aftercare.returns.settled import Settlement

EXAMPLES = int(os.environ.get("REFERENCE_EXAMPLES", settings().max_examples // 2))
MOST_UNITS = 6
ANY_ORDER = ["proportional", "recompute_monotone", "all_or_nothing"]
STRATEGIES = [*ANY_ORDER, "recompute_kept", "forfeit_benefit"]


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


def cents(minor: int) -> Money:
    """So many cents."""
    return Money.of_minor(minor, "EUR")


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
@given(returns(), st.sampled_from(STRATEGIES), st.randoms(use_true_random=False), st.integers(1, 6))
def test_the_order_of_returns_does_not_matter(case: Any, strategy: Any, random: Any, most: int) -> None:
    """Any order of the same returns, of some units or all, gives the same total; a strategy that cannot says so."""
    at, steps = case
    steps = steps[:most]
    one, other = (Desk.of(at.book, at.quote, refund=strategy) for _ in range(2))
    first = [one.back(*named(units), regimes=regimes) for units, regimes in steps]
    shuffled = random.sample(steps, len(steps))
    second = [other.back(*named(units), regimes=regimes) for units, regimes in shuffled]
    promised = [any("promise" in regimes for _, regimes in steps[: count + 1]) for count in range(len(steps))]
    if strategy in ANY_ORDER:
        assert first[-1].total == second[-1].total
        assert not any(settled.path_dependent for settled in (*first, *second))
    else:
        event("too many subsets" if first[-1].too_many else "depends on the order")
        assert promised == [settled.path_dependent or settled.too_many for settled in first]


@settings(max_examples=EXAMPLES)
@given(returns())
def test_a_whole_receipt_priced_again_is_what_it_was(case: Any) -> None:
    """All units of a receipt cost what was paid for them; priced anew too, unless equal combinations can be chosen."""
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
        anew = everything if at.quote.combinations else again.anew(tuple(range(len(again.units))))
        assert expected == anew.goods
        if whole:
            assert again.delivery_paid == everything.delivery
            assert everything == anew


def fees_in(currency: str) -> st.SearchStrategy[Any]:
    """No fees, or some in a currency, each with its own base."""
    few, many = (Money.of_minor(minor, currency) for minor in (350, 9_000))
    return st.sampled_from(
        [
            (),
            fees(flat(few)),
            fees(restocking(15, at_most=few)),
            fees([graded({"B": 20}), restocking(15, of="after_grade"), label(few)]),
            fees([graded({"B": 100}), flat(many), label(many)]),
        ]
    )


@settings(max_examples=EXAMPLES)
@given(
    returns(),
    st.data(),
    st.fixed_dictionaries(
        {
            "refund": st.sampled_from(STRATEGIES),
            "tenders": st.sampled_from(["card_first", "credit_first", "ratio"]),
            "gifts": st.sampled_from(["list_value", "free"]),
            "free_shipping": st.sampled_from(["keep", "claw_back"]),
            "delivery": st.sampled_from(["none", "standard", "full"]),
            "credit_bonus": st.sampled_from([percent(0), percent(5)]),
        }
    ),
)
def test_refunds_are_bounded_by_what_was_paid(case: Any, data: st.DataObject, usual: dict[str, Any]) -> None:
    """No step takes money, no tender gets more than it paid, and refund + fees + kept value is what was paid.

    A bonus on store credit comes on top of all that.
    """
    at, steps = case
    at = Desk.of(at.book, at.quote, split=3, fee=data.draw(fees_in(at.receipt.payable.currency)), **usual)
    held = {tender.kind: tender.amount.minor for tender in at.receipt.paid}
    net = at.receipt.order.prices == "net"
    paid = sum((run.paid.minor + (run.tax.minor if net else 0)) * run.count for run in at.receipt.units)
    given_back = kept_as_fees = 0
    for units, regimes in steps:
        settled = at.back(*named(units), regimes=regimes, grade=data.draw(st.sampled_from([None, "B"])))
        taken = sum(fee.amount.minor for fee in settled.fees)
        assert settled.refund.minor >= 0
        assert settled.unplaced.is_zero
        for tender in settled.tenders:
            held[tender.kind] -= tender.amount.minor
            assert held[tender.kind] >= 0
        assert settled.refund.minor == sum(tender.amount.minor for tender in settled.tenders)
        assert settled.refund.minor + taken == settled.goods.minor + settled.delivery.minor
        assert 0 <= taken <= settled.goods.minor
        assert all(tax.minor >= 0 for _, tax in settled.tax)
        credit = settled.as_credit()
        assert (settled.refund + credit.bonus).minor == sum(tender.amount.minor for tender in credit.tenders)
        assert credit.bonus == settled.refund.scaled(usual["credit_bonus"].ratio)
        given_back += settled.goods.minor
        kept_as_fees += taken
        assert given_back == settled.total.minor <= paid
        if settled.kept:
            assert paid - given_back == total_kept(settled)
    event("fees were kept" if kept_as_fees else "no fees")
    if usual["refund"] in ANY_ORDER and usual["gifts"] == "free":
        assert given_back == paid
        assert sum(run.tax.minor * run.count for run in at.receipt.units) == sum(
            tax.minor for each in at.settled() for _, tax in each.tax
        )


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.integers(1, 9_000), min_size=1, max_size=5),
    st.integers(1, 25_000),
    st.integers(1, 100).map(policies.percent_off) | st.integers(1, 6_000).map(cents).map(policies.amount_off),
    st.sampled_from(STRATEGIES),
    st.data(),
)
def test_up_to_an_amount_never_refunds_too_much(
    minors: list[int], most: int, off: Any, strategy: Any, data: st.DataObject
) -> None:
    """Where a promotion holds up to an amount, what is returned never gives back more than its price.

    Least of all where the promotion would hold for what is kept, and did not for the order: then each strategy gives
    back exactly the price.
    """
    small = Promotion("small", when=cart.amount().at_most(cents(most)), then=off)
    order = prices(*(str(cents(minor).decimal) for minor in minors))
    at = desk(order, small, refund=strategy)
    back, total = 0, cents(0)
    for place in data.draw(st.permutations(range(len(minors)))):
        total = at.back(f"{place:02}").total
        back += minors[place]
        assert total.minor <= back
        if sum(minors) > most:
            assert total.minor == back
    event("held for the order" if sum(minors) <= most else "held for less")
    if strategy in ANY_ORDER:
        assert total == at.receipt.payable
