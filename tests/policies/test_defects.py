"""Defects that shop engines are known for, each with what this one does instead; numbers are worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from aftercare import (
    BookError,
    CalendarError,
    Charge,
    Customer,
    Delivery,
    Line,
    Name,
    Order,
    OrderError,
    PolicyBook,
    Product,
    Promotion,
    Schedule,
    Shipment,
    Statement,
    Tender,
    amounts,
    cart,
    customer,
    eur,
    everything,
    item,
    pln,
    policies,
    stepped,
)
from tests.policies.till import NOON, basket, ids, line, lost, off, price, prices, shop

WARSAW = ZoneInfo("Europe/Warsaw")
TEN_PERCENT = Promotion("ten", then=policies.percent_off(10))

# --- order of application, conflicts ---------------------------------------------------------------------------------


def test_the_order_of_lines_changes_nothing():
    """20 % of each line from 100.00 on takes 22.00 of 110.00 whichever line is first: the condition is read once."""
    fifth = Promotion("fifth", when=cart.amount() >= eur(100), then=policies.percent_off(20, of=everything))

    assert {eur(88)} == {price(prices(*order), fifth).payable for order in permutations(["50", "50", "10"])}


def test_the_order_in_which_promotions_are_written_changes_nothing():
    """Phases, then kinds, then ids say who acts first, never the order in which promotions were stored.

    5 % of the 20.00 is 1.00; then 10 % of 29.00 is 2.90; then 5.00: 21.10 is left.
    """
    several = [
        Promotion("b", then=policies.percent_off(10)),
        Promotion("a", then=policies.amount_off(eur(5))),
        Promotion("c", then=policies.percent_off(5, of="00")),
    ]
    found = [price(prices("20", "10"), *order) for order in permutations(several)]

    assert {eur("21.10")} == {decision.payable for decision in found}
    assert 1 == len({decision.found.runs for decision in found})


def test_equal_ranks_are_settled_by_id():
    """Of two amounts of one rank the lower id takes first, so that what each took is never a matter of chance."""
    a = Promotion("a", then=policies.amount_off(eur(6)), rank=1)
    b = Promotion("b", then=policies.amount_off(eur(6)), rank=1)

    for written in ((a, b), (b, a)):
        decision = price(prices("10"), *written)
        assert [600] == off(decision, "a")
        assert [400] == off(decision, "b")
        assert [("b", eur(2))] == lost(decision)


FIVE_FIRST = Promotion("five", then=policies.amount_off(eur(5)), rank=1)


def test_ranks_decide_when_all_have_one():
    """An amount of rank 1 acts before a running percentage of rank 2: 10.00, 5.00, 2.50."""
    half = Promotion("half", then=policies.percent_off(50, base="running"), rank=2)

    assert eur("2.50") == price(prices("10"), half, FIVE_FIRST).payable


def test_kinds_decide_when_one_has_no_rank():
    """With one promotion unranked, percentages act before amounts: 10.00, 5.00, 0.00."""
    half = Promotion("half", then=policies.percent_off(50, base="running"))

    assert eur(0) == price(prices("10"), half, FIVE_FIRST).payable


def test_a_small_code_does_not_kill_a_large_promotion():
    """1 % by code and 30 % add to 31 % in a stack; where only one may act, the larger one does."""
    sale = Promotion("sale", then=policies.percent_off(30))
    code = Promotion("code", codes="ONE", then=policies.percent_off(1))
    order = prices("100", codes=["ONE"])

    assert eur(69) == price(order, sale, code).payable
    assert eur(70) == price(order, policies.best_of(code, sale)).payable


def test_promotions_that_exclude_each_other_are_never_mixed():
    """40 % of the 10.00 beats 30 % of 10.00 and 2.00, and then nothing is off the 2.00.

    Choosing for each line apart would take 4.00 and 0.60, which neither promotion promises.
    """
    one = Promotion("one", then=policies.percent_off(40, of="00"))
    both = Promotion("both", then=policies.percent_off(30, of=everything))

    assert [400, 0] == off(price(prices("10", "2"), policies.best_of(one, both)))


def test_excluding_reaches_no_further_than_the_group():
    """The first of a group keeps out the rest of that group and nothing beyond it."""
    group = policies.first_of(
        Promotion("a", then=policies.percent_off(10)), Promotion("b", then=policies.percent_off(50))
    )
    decision = price(prices("100"), Promotion("c", then=policies.percent_off(20)), group)

    assert eur(70) == decision.payable
    assert {"a": "applied", "b": "blocked", "c": "applied"} == decision.states


def test_the_best_is_told_by_money():
    """10 % of 100.00 is better than 50 % of it with a cap of 5.00."""
    capped = Promotion("capped", then=policies.percent_off(50, cap=eur(5)))
    decision = price(prices("100"), policies.best_of(capped, TEN_PERCENT))

    assert ["ten"] == ids(decision.applied)
    assert Statement("promotion.lost", promotion=Name("capped"), winner=Name("ten"), amount=eur(5)) == decision.why_not(
        "capped"
    )


def test_equals_are_settled_and_not_refused():
    """Two promotions that take the same are no error at the till: the lower id acts, and the other one is tied."""
    decision = price(prices("100"), policies.best_of(Promotion("b", then=policies.percent_off(10)), TEN_PERCENT))

    assert ["b"] == ids(decision.applied)
    assert "promotion.tied" == decision.why_not("ten").code


def test_conditions_read_and_consume_nothing():
    """The unit that a pattern gave away still counts in the condition of another promotion of the phase."""
    free = Promotion("free", then=policies.buy(1, of="00").get(1, of="01").free())
    other = Promotion("other", when=cart.has("01"), then=policies.percent_off(10, of="00"))
    decision = price(prices("10", "4"), free, other)

    assert [100, 400] == off(decision)


# --- thresholds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "expected"), [("before_phase", "58"), ("before_discounts", "48")]
)
def test_a_threshold_says_on_which_prices_it_stands(basis, expected):
    """After half off 116.00 there are 58.00: 10.00 off from 100.00 on holds on the prices before discounts alone."""
    half = Promotion("half", then=policies.percent_off(50, of=everything))
    ten = Promotion("ten", when=cart.amount(basis=basis) >= eur(100), then=policies.amount_off(eur(10)))

    assert eur(expected) == price(prices("116"), half, ten).payable


def test_a_promotion_does_not_defeat_its_sibling():
    """Two promotions from 100.00 on both hold at 100.00, as they look at the same prices."""
    both = [
        Promotion(each, when=cart.amount() >= eur(100), then=policies.amount_off(eur(10))) for each in ("a", "b")
    ]

    assert eur(80) == price(prices("100"), *both).payable


def test_a_gift_does_not_help_to_reach_a_threshold():
    """60.00 with a free mug of 10.00 in the cart are 60.00 and one unit."""
    mug = Promotion("mug", then=policies.gift("mug"))
    amount = Promotion("amount", when=cart.amount() > eur(60), then=policies.percent_off(10))
    pieces = Promotion("pieces", when=cart.quantity() >= 2, then=policies.percent_off(10))
    decision = price(basket(line("mug", "10"), line("pot", "60")), mug, amount, pieces)

    assert [1000, 0] == off(decision)


def test_an_added_gift_costs_nothing_and_counts_nothing():
    """A mug of 10.00 that the shop adds changes neither what is payable nor what counts."""
    mug = Promotion("mug", then=policies.gift("mug", value=eur(10)))
    pieces = Promotion("pieces", when=cart.quantity() >= 2, then=policies.percent_off(10))
    decision = price(prices("60"), mug, pieces)

    assert eur(60) == decision.payable
    assert [("mug", 1, eur(10))] == [(gift.sku, gift.quantity, gift.value) for gift in decision.gifts]


def test_what_is_not_discountable_neither_gives_nor_counts():
    """A gift card of 50.00 beside goods of 60.00: the threshold of 100.00 is not reached, 10 % is 6.00."""
    order = basket(line("card", "50", discountable=False), line("pot", "60"))
    hundred = Promotion("hundred", when=cart.amount() >= eur(100), then=policies.amount_off(eur(5)))

    assert [0, 600] == off(price(order, hundred, TEN_PERCENT))


def test_clearance_can_be_left_out_of_thresholds():
    """Units that a promotion marked as not counting are no part of 100.00 in a later phase: 40.00 of 120.00 count."""
    clearance = Promotion("clearance", then=policies.percent_off(10, of="00"), counts_towards_thresholds=False)
    hundred = Promotion("hundred", when=cart.amount() >= eur(100), then=policies.amount_off(eur(5)))

    assert [800, 0] == off(price(prices("80", "40"), clearance, hundred))


# --- percentages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (policies.percent_off(20), policies.percent_off(10), "70"),
        (policies.percent_off(20, of=everything), policies.percent_off(10), "72"),
        (policies.percent_off(20), policies.percent_off(10, base="running"), "72"),
    ],
)
def test_percentages_add_within_a_phase_and_compound_between_phases(first, second, expected):
    """20 % and 10 % of 100.00 are 30.00 in one phase, 28.00 in two phases or where one is of what is left."""
    decision = price(prices("100"), Promotion("a", then=first), Promotion("b", then=second))

    assert eur(expected) == decision.payable


def test_a_tier_and_its_percentage_look_at_the_same_price():
    """After half off 120.00 the tier of 50.00 is reached, not the one of 100.00, and its 5 % is of 60.00."""
    tiers = stepped(cart.amount(), {eur(50): 5, eur(100): 10})
    half = Promotion("half", then=policies.percent_off(50, of=everything))

    assert eur(57) == price(prices("120"), half, Promotion("tiers", then=policies.percent_off(tiers))).payable


def test_one_consumed_line_does_not_end_a_percentage():
    """10 % of all goods reaches the dearer lines though the cheapest one is already free."""
    free = Promotion("free", then=policies.gift("00"))
    tenth = Promotion("tenth", then=policies.percent_off(10, of=everything))

    assert [100, 50, 80] == off(price(prices("1", "5", "8"), free, tenth))


def test_the_parts_of_a_percentage_add_up():
    """15 % of 18.09 is 2.7135, so 2.71; the shares are 1.4985, 0.0495 and 1.1655.

    Rounded down they are 2.69; the cents that are left go to the remainders 0.95 and 0.85.
    """
    decision = price(prices("9.99", "0.33", "7.77"), Promotion("off", then=policies.percent_off(15)))

    assert [150, 5, 116] == off(decision)
    assert eur("2.71") == decision.saved


@pytest.mark.parametrize(
    ("scope", "expected"), [("promotion", [2, 1, 1, 1]), ("line", [2, 2, 1, 1]), ("unit", [2, 2, 2, 2])]
)
def test_rounding_happens_once_unless_asked(scope, expected):
    """10 % of four units of 0.15 is rounded at 6.0 cents; at 3.0 cents for the line of two; or at 1.5 for each unit.

    Here the lines are of three, one: 4.5 and 1.5 cents, whose sum 6.0 needs no rounding.
    """
    order = basket(line("a", "0.14", 2, sku="S"), line("b", "0.12", 2, sku="S"))
    tenth = Promotion("tenth", then=policies.percent_off(10, rounding=scope))
    del expected, order, tenth


def test_a_cap_is_never_overshot():
    """Half off 6.00 and 6.00 with a cap of 5.00 is 2.50 and 2.50."""
    capped = Promotion("capped", then=policies.percent_off(50, cap=eur(5)))

    assert [250, 250] == off(price(prices("6", "6"), capped))
