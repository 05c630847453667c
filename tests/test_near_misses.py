"""Near misses on generated orders: each keeps its promise, and a naive search over all changes finds none better.

A long run with new examples:

    NEAR_EXAMPLES=20000 python3 dev.py test -m reference --hypothesis-profile explore tests/test_near_misses.py
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import event, given, settings

from aftercare import eur
from aftercare.policies.stacking import promotions_in
from aftercare.policies.units_to_add import MOST_UNITS
from tests.reference import near
from tests.strategies_near import AT, small_carts
from tests.strategies_orders import AT as ANOTHER
from tests.strategies_policies import cases

if TYPE_CHECKING:
    from aftercare import Decision, Line, Order, PolicyBook
    from aftercare.history import History
    from aftercare.policies.changes import NearMiss

    Small = tuple[PolicyBook, Order, tuple[Line, ...]]

EXAMPLES = int(os.environ.get("NEAR_EXAMPLES", settings().max_examples))
ANY = eur(10_000_000)


def keeps_its_promise(found: NearMiss, decision: Decision, book: PolicyBook, history: History | None = None) -> None:
    """Applied, it gives what it says: the promotion, what is payable, what is saved in the end."""
    after = book.price(found.apply_to(decision.order), at=found.at, history=history)
    assert found.payable == after.payable
    assert found.net == decision.payable - after.payable
    assert found.gain == after.saved - decision.saved
    given_ = {each.id for each in after.applied}
    assert given_.issuperset({found.promotion, *found.also})
    assert 1 <= len(found.changes) <= near.MOST_FACTS


def order_of(found: NearMiss) -> tuple[int, int, str]:
    """What comes first."""
    return -found.net.minor, len(found.changes), found.promotion


@pytest.mark.reference
@settings(max_examples=EXAMPLES, deadline=None)
@given(small_carts())
def test_every_near_miss_of_a_small_cart_keeps_its_promise(case: Small) -> None:
    """Pricing the changed order gives the promised net saving, and never less than nothing unless it was asked for."""
    book, order, catalog = case
    decision = book.price(order, at=AT, catalog=catalog)

    found = decision.nearest_within(ANY)

    for each in found:
        keeps_its_promise(each, decision, book)
    assert sorted(found, key=order_of) == list(found)
    assert tuple(each for each in found if each.net.minor >= 0) == decision.nearest
    event(f"{len(found)} near misses")


@pytest.mark.reference
@settings(max_examples=EXAMPLES, deadline=None)
@given(cases())
def test_every_near_miss_of_any_order_keeps_its_promise(case: tuple[PolicyBook, Order, History | None]) -> None:
    """So it is in books of every kind of promotion, in every currency, price mode and phase."""
    book, order, history = case
    decision = book.price(order, at=ANOTHER, history=history)

    for each in decision.nearest:
        assert each.net.minor >= 0
        keeps_its_promise(each, decision, book, history)


@pytest.mark.reference
@settings(max_examples=max(EXAMPLES // 2, 1), deadline=None)
@given(small_carts())
def test_no_change_is_better_and_none_is_missing(case: Small) -> None:
    """The naive search over every change finds nothing less to pay than `nearest` does, and no near miss beside it.

    What is looked for are changes of facts that the promotion reads itself: those that would bring it nearer in a book
    without the others. Where goods cost so little that a percentage of them rounds to nothing, goods of another line
    may round it up, or cost a cent less: these are not looked for.
    """
    book, order, catalog = case
    cents = any(line.unit_price.minor < 10 for line in (*order.lines, *catalog))
    most = 5  # units: enough for the numbers that these books name, and few enough to try all
    decision = book.price(order, at=AT, catalog=catalog)
    found = {id_: each for each in decision.nearest_within(ANY) for id_ in (each.promotion, *each.also)}

    promotions = [each for entry in book.promotions for each in promotions_in(entry)]
    for promotion in promotions:
        expected = near.search(book, promotion, decision, catalog, most)
        engine = found.get(promotion.id)
        if engine is None and cents:
            continue
        missed = [each for each in expected if engine is None or engine.payable.minor > each.payable + cents]
        if missed:
            alone = attrs.evolve(book, promotions=[promotion])
            read = near.search(alone, promotion, alone.price(order, at=AT), catalog, most)
            assert not {frozenset(each.sizes) for each in missed} & {frozenset(each.sizes) for each in read}, promotion
        elif not expected and engine is not None and len(promotions) == 1:
            assert any(most < each.size <= MOST_UNITS for each in engine.changes), promotion


@pytest.mark.reference
@settings(max_examples=EXAMPLES, deadline=None)
@given(small_carts())
def test_near_misses_tell_no_secret(case: Small) -> None:
    """No code of a promotion that is not advertised is told, nor a start that was not announced."""
    book, order, catalog = case
    told = repr([each.changes for each in book.price(order, at=AT, catalog=catalog).nearest_within(ANY)])

    promotions = [each for entry in book.promotions for each in promotions_in(entry)]
    secret = [code for each in promotions if not each.advertised for code in each.codes]
    assert not any(repr(code) in told for code in secret)
    if all(each.notice is None for each in promotions):
        assert "datetime(2026, 11, 24" not in told  # the one start that any of these books has
