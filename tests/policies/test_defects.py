"""Defects that shop engines are known for, each with what this one does instead; numbers are worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any
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


def test_the_order_of_lines_changes_nothing() -> None:
    """20 % of each line from 100.00 on takes 22.00 of 110.00 whichever line is first: the condition is read once."""
    fifth = Promotion("fifth", when=cart.amount() >= eur(100), then=policies.percent_off(20, of=everything))

    assert {eur(88)} == {price(prices(*order), fifth).payable for order in permutations(["50", "50", "10"])}


def test_the_order_in_which_promotions_are_written_changes_nothing() -> None:
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


def test_equal_ranks_are_settled_by_id() -> None:
    """Of two amounts of one rank the lower id takes first, so that what each took is never a matter of chance."""
    a = Promotion("a", then=policies.amount_off(eur(6)), rank=1)
    b = Promotion("b", then=policies.amount_off(eur(6)), rank=1)

    for written in ((a, b), (b, a)):
        decision = price(prices("10"), *written)
        assert [600] == off(decision, "a")
        assert [400] == off(decision, "b")
        assert [("b", eur(2))] == lost(decision)


FIVE_FIRST = Promotion("five", then=policies.amount_off(eur(5)), rank=1)


def test_ranks_decide_when_all_have_one() -> None:
    """An amount of rank 1 acts before a running percentage of rank 2: 10.00, 5.00, 2.50."""
    half = Promotion("half", then=policies.percent_off(50, base="running"), rank=2)

    assert eur("2.50") == price(prices("10"), half, FIVE_FIRST).payable


def test_kinds_decide_when_one_has_no_rank() -> None:
    """With one promotion unranked, percentages act before amounts: 10.00, 5.00, 0.00."""
    half = Promotion("half", then=policies.percent_off(50, base="running"))

    assert eur(0) == price(prices("10"), half, FIVE_FIRST).payable


def test_a_small_code_does_not_kill_a_large_promotion() -> None:
    """1 % by code and 30 % add to 31 % in a stack; where only one may act, the larger one does."""
    sale = Promotion("sale", then=policies.percent_off(30))
    code = Promotion("code", codes="ONE", then=policies.percent_off(1))
    order = prices("100", codes=["ONE"])

    assert eur(69) == price(order, sale, code).payable
    assert eur(70) == price(order, policies.best_of(code, sale)).payable


def test_promotions_that_exclude_each_other_are_never_mixed() -> None:
    """40 % of the 10.00 beats 30 % of 10.00 and 2.00, and then nothing is off the 2.00.

    Choosing for each line apart would take 4.00 and 0.60, which neither promotion promises.
    """
    one = Promotion("one", then=policies.percent_off(40, of="00"))
    both = Promotion("both", then=policies.percent_off(30, of=everything))

    assert [400, 0] == off(price(prices("10", "2"), policies.best_of(one, both)))


def test_excluding_reaches_no_further_than_the_group() -> None:
    """The first of a group keeps out the rest of that group and nothing beyond it."""
    group = policies.first_of(
        Promotion("a", then=policies.percent_off(10)), Promotion("b", then=policies.percent_off(50))
    )
    decision = price(prices("100"), Promotion("c", then=policies.percent_off(20)), group)

    assert eur(70) == decision.payable
    assert {"a": "applied", "b": "blocked", "c": "applied"} == decision.states


def test_the_best_is_told_by_money() -> None:
    """10 % of 100.00 is better than 50 % of it with a cap of 5.00."""
    capped = Promotion("capped", then=policies.percent_off(50, cap=eur(5)))
    decision = price(prices("100"), policies.best_of(capped, TEN_PERCENT))

    assert ["ten"] == ids(decision.applied)
    assert Statement("promotion.lost", promotion=Name("capped"), winner=Name("ten"), amount=eur(5)) == decision.why_not(
        "capped"
    )


def test_equals_are_settled_and_not_refused() -> None:
    """Two promotions that take the same are no error at the till: the lower id acts, and the other one is tied."""
    decision = price(prices("100"), policies.best_of(Promotion("b", then=policies.percent_off(10)), TEN_PERCENT))

    assert ["b"] == ids(decision.applied)
    assert "promotion.tied" == decision.why_not("ten").code


def test_conditions_read_and_consume_nothing() -> None:
    """The unit that a pattern gave away still counts in the condition of another promotion of the phase."""
    free = Promotion("free", then=policies.buy(1, of="00").get(1, of="01").free())
    other = Promotion("other", when=cart.has("01"), then=policies.percent_off(10, of="00"))
    decision = price(prices("10", "4"), free, other)

    assert [100, 400] == off(decision)


# --- thresholds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("basis", "expected"), [("before_phase", "58"), ("before_discounts", "48")])
def test_a_threshold_says_on_which_prices_it_stands(basis: str, expected: Any) -> None:
    """After half off 116.00 there are 58.00: 10.00 off from 100.00 on holds on the prices before discounts alone."""
    half = Promotion("half", then=policies.percent_off(50, of=everything))
    ten = Promotion("ten", when=cart.amount(basis=basis) >= eur(100), then=policies.amount_off(eur(10)))

    assert eur(expected) == price(prices("116"), half, ten).payable


def test_a_promotion_does_not_defeat_its_sibling() -> None:
    """Two promotions from 100.00 on both hold at 100.00, as they look at the same prices."""
    both = [Promotion(each, when=cart.amount() >= eur(100), then=policies.amount_off(eur(10))) for each in ("a", "b")]

    assert eur(80) == price(prices("100"), *both).payable


def test_a_gift_does_not_help_to_reach_a_threshold() -> None:
    """60.00 with a free mug of 10.00 in the cart are 60.00 and one unit."""
    mug = Promotion("mug", then=policies.gift("mug"))
    amount = Promotion("amount", when=cart.amount() > eur(60), then=policies.percent_off(10))
    pieces = Promotion("pieces", when=cart.quantity() >= 2, then=policies.percent_off(10))
    decision = price(basket(line("mug", "10"), line("pot", "60")), mug, amount, pieces)

    assert [1000, 0] == off(decision)


def test_an_added_gift_costs_nothing_and_counts_nothing() -> None:
    """A mug of 10.00 that the shop adds changes neither what is payable nor what counts."""
    mug = Promotion("mug", then=policies.gift("mug", value=eur(10)))
    pieces = Promotion("pieces", when=cart.quantity() >= 2, then=policies.percent_off(10))
    decision = price(prices("60"), mug, pieces)

    assert eur(60) == decision.payable
    assert [("mug", 1, eur(10))] == [(gift.sku, gift.quantity, gift.value) for gift in decision.gifts]


def test_what_is_not_discountable_neither_gives_nor_counts() -> None:
    """A gift card of 50.00 beside goods of 60.00: the threshold of 100.00 is not reached, 10 % is 6.00."""
    order = basket(line("card", "50", discountable=False), line("pot", "60"))
    hundred = Promotion("hundred", when=cart.amount() >= eur(100), then=policies.amount_off(eur(5)))

    assert [0, 600] == off(price(order, hundred, TEN_PERCENT))


def test_clearance_can_be_left_out_of_thresholds() -> None:
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
def test_percentages_add_within_a_phase_and_compound_between_phases(first: Any, second: Any, expected: Any) -> None:
    """20 % and 10 % of 100.00 are 30.00 in one phase, 28.00 in two phases or where one is of what is left."""
    decision = price(prices("100"), Promotion("a", then=first), Promotion("b", then=second))

    assert eur(expected) == decision.payable


def test_a_tier_and_its_percentage_look_at_the_same_price() -> None:
    """After half off 120.00 the tier of 50.00 is reached, not the one of 100.00, and its 5 % is of 60.00."""
    tiers = stepped(cart.amount(), {eur(50): 5, eur(100): 10})
    half = Promotion("half", then=policies.percent_off(50, of=everything))

    assert eur(57) == price(prices("120"), half, Promotion("tiers", then=policies.percent_off(tiers))).payable


def test_one_consumed_line_does_not_end_a_percentage() -> None:
    """10 % of all goods reaches the dearer lines though the cheapest one is already free."""
    free = Promotion("free", then=policies.gift("00"))
    tenth = Promotion("tenth", then=policies.percent_off(10, of=everything))

    assert [100, 50, 80] == off(price(prices("1", "5", "8"), free, tenth))


def test_the_parts_of_a_percentage_add_up() -> None:
    """15 % of 18.09 is 2.7135, so 2.71; the shares are 1.4985, 0.0495 and 1.1655.

    Rounded down they are 2.69; the cents that are left go to the remainders 0.95 and 0.85.
    """
    decision = price(prices("9.99", "0.33", "7.77"), Promotion("off", then=policies.percent_off(15)))

    assert [150, 5, 116] == off(decision)
    assert eur("2.71") == decision.saved


@pytest.mark.parametrize(
    ("scope", "expected"), [("promotion", [2, 2, 1, 1]), ("line", [2, 1, 2, 2]), ("unit", [2, 2, 2, 2])]
)
def test_rounding_happens_once_unless_asked(scope: str, expected: Any) -> None:
    """10 % of four units of 0.15 is 6 cents; rounded for lines of 2, 1 and 1 it is 7, for each unit 8."""
    order = basket(*(line(ident, "0.15", count, sku="S") for ident, count in (("a", 2), ("b", 1), ("c", 1))))
    tenth = Promotion("tenth", then=policies.percent_off(10, rounding=scope))

    assert expected == off(price(order, tenth))


def test_a_cap_is_never_overshot() -> None:
    """Half off 6.00 and 6.00 with a cap of 5.00 is 2.50 and 2.50."""
    capped = Promotion("capped", then=policies.percent_off(50, cap=eur(5)))

    assert [250, 250] == off(price(prices("6", "6"), capped))


# --- splitting amounts -----------------------------------------------------------------------------------------------


def test_no_line_bears_the_rest_alone() -> None:
    """2.00 off 40 units of 0.10 and one of 0.11: the last line gives 5 cents, not what the others left over."""
    order = basket(line("a", "0.10", 40), line("z", "0.11"))

    assert 5 == off(price(order, Promotion("two", then=policies.amount_off(eur(2)))))[-1]


def test_nothing_of_an_amount_is_forgotten() -> None:
    """1.00 off 67 units of 0.10 and one of 0.01 is 1.00, though each share is rounded down first."""
    order = basket(line("a", "0.10", 67), line("z", "0.01"))

    assert eur(1) == price(order, Promotion("one", then=policies.amount_off(eur(1)))).saved


def test_small_prices_give_too() -> None:
    """0.05 off ten units of 0.01 is 0.05, though each share is only half a cent."""
    assert (
        eur("0.05")
        == price(basket(line("a", "0.01", 10)), Promotion("five", then=policies.amount_off(eur("0.05")))).saved
    )


def test_the_unit_that_bears_the_odd_cent_is_known() -> None:
    """0.04 off three equal units: the first one gives 2 cents."""
    assert [2, 1, 1] == off(price(basket(line("a", "1", 3)), Promotion("four", then=policies.amount_off(eur("0.04")))))


def test_the_odd_cent_goes_by_what_a_unit_is_not_by_what_its_line_is_called() -> None:
    """Of equal remainders the dearer unit gives more, then the lower SKU, whatever the ids of the lines."""
    order = basket(line("1", "1", sku="Z"), line("2", "1", sku="A"), line("3", "3", sku="M"))

    # 0.05 over 1.00, 1.00 and 3.00 is 1, 1 and 3; of 0.02 the shares are 0.4, 0.4 and 1.2 cents.
    assert [0, 1, 1] == off(price(order, Promotion("two", then=policies.amount_off(eur("0.02")))))


# --- patterns --------------------------------------------------------------------------------------------------------


def test_buy_and_get_repeats() -> None:
    """6 X and 5 Y under "buy two X, get a Y" make three free Y."""
    free = Promotion("free", then=policies.buy(2, of="X").get(1, of="Y").free())

    assert 3 * 400 == sum(off(price(basket(line("X", "10", 6), line("Y", "4", 5)), free)))


def test_buy_and_get_stops_where_it_is_told_to() -> None:
    """With `times=2` the same basket has two free Y."""
    free = Promotion("free", then=policies.buy(2, of="X", times=2).get(1, of="Y").free())

    assert 2 * 400 == sum(off(price(basket(line("X", "10", 6), line("Y", "4", 5)), free)))


def test_more_may_be_got_than_is_bought() -> None:
    """Two pots bring two cups each: four of five cups are free."""
    cups = Promotion("cups", then=policies.buy(1, of="pot").get(2, of="cup").free())

    assert [0] * 2 + [200] * 4 + [0] == off(price(basket(line("pot", "9", 2), line("cup", "2", 5)), cups))


def test_an_incomplete_occurrence_gives_nothing() -> None:
    """Two pots bring two cups each, all or none: of three cups two are free."""
    cups = Promotion("cups", then=policies.buy(1, of="pot").get(2, of="cup").free())

    assert [0] * 2 + [200] * 2 + [0] == off(price(basket(line("pot", "9", 2), line("cup", "2", 3)), cups))


def test_a_unit_is_bought_or_got_and_never_both() -> None:
    """Two pieces of X under "buy two X, get an X" are bought; a third one is free."""
    third = Promotion("third", then=policies.buy(2, of="X").get(1, of="X").free())

    assert 0 == sum(off(price(basket(line("X", "4", 2)), third)))
    assert 400 == sum(off(price(basket(line("X", "4", 3)), third)))


def test_units_that_are_needed_to_buy_are_not_given_away() -> None:
    """Buy a tea, get a tea on sale: the only tea on sale is free when another tea is bought, and not by itself."""
    tea, sale = item.category.is_("tea"), item.category.is_("sale")
    free = Promotion("free", then=policies.buy(1, of=tea).get(1, of=tea & sale).free())
    plain, cheap = line("a", "5", of=["tea"]), line("b", "3", of=["tea", "sale"])

    assert [0, 300] == off(price(basket(plain, cheap), free))
    assert [0] == off(price(basket(cheap), free))
    assert [300, 0] == off(price(basket(line("b", "3", 2, of=["tea", "sale"])), free))


def test_naming_goods_changes_no_price() -> None:
    """Buying two, getting one of the same saves 80.00 and 10.00 for the customer, also where one side has a name."""
    tea = item.category.is_("tea")
    order = basket(*(line(each, each, of=["tea"]) for each in ("100", "90", "80", "30", "20", "10")))
    named = policies.buy(2, of=tea, favour="customer").get(1, of=tea.named("tea"))

    assert [0, 0, 8000, 0, 0, 1000] == off(price(order, Promotion("third", then=named.free())))


def test_patterns_look_at_units_not_at_lines() -> None:
    """Three products of one unit each make three for two, and the cheapest one is free."""
    third = Promotion("third", then=policies.every(3, of=everything).free())

    assert [0, 300, 0] == off(price(prices("5", "3", "4"), third))


def test_the_dearest_unit_is_not_the_dearest_line() -> None:
    """A jacket of 25.00 is dearer than one of ten socks of 3.00."""
    half = Promotion("half", then=policies.percent_off(50, of=policies.dearest(1, everything)))

    assert [0] * 10 + [1250] == off(price(basket(line("a", "3", 10), line("b", "25")), half))


def test_groups_go_by_price_not_by_what_was_put_in_first() -> None:
    """Six units entered cheapest first are grouped for the customer by price: 80.00 and 10.00 are free."""
    entered = ["10", "20", "30", "80", "90", "100"]
    order = basket(*(line(f"{place}", each, position=place) for place, each in enumerate(entered)))
    third = Promotion("third", then=policies.every(3, of=everything, favour="customer").free())

    assert [1000, 0, 0, 8000, 0, 0] == off(price(order, third))


def test_the_units_of_each_occurrence_are_known() -> None:
    """The decision says which units were bought and which were given for them."""
    free = Promotion("free", then=policies.buy(2, of="X").get(1, of="Y").free())
    (found,) = price(basket(line("X", "10", 3), line("Y", "4", 2)), free).occurrences

    assert ("free", 1) == (found.promotion, found.times)
    assert {("X", 1, 2, False), ("Y", 1, 1, True)} == {(u.line, u.first, u.count, u.target) for u in found.units}


def test_two_patterns_do_not_take_a_unit_twice() -> None:
    """Of three units a pair is taken by one pattern; the other one finds a single unit and gives nothing."""
    group = policies.stack(
        Promotion("a", then=policies.every(2, of=everything).percent_off(50)),
        Promotion("b", then=policies.every(2, of=everything).percent_off(50)),
    )
    decision = price(prices("10", "10", "10"), group)

    assert ["a"] == ids(decision.applied)
    assert 500 == sum(off(decision))


def test_patterns_that_may_want_the_same_unit_are_refused_beside_each_other() -> None:
    """Two such promotions without a group are a mistake of the book, found when it is built."""
    a = Promotion("a", then=policies.every(2, of="X").free())
    b = Promotion("b", then=policies.buy(1, of="X").get(1, of="Y").free())

    with pytest.raises(BookError, match=r"promotions\[1\]: `b` and `a` may want the same unit"):
        shop(a, b)


# --- floors ----------------------------------------------------------------------------------------------------------


def test_totals_are_never_negative() -> None:
    """50.00 off goods of 20.00 leaves 0.00, and the 30.00 without room are reported."""
    decision = price(prices("12", "8"), Promotion("fifty", then=policies.amount_off(eur(50))))

    assert eur(0) == decision.payable
    assert [("fifty", eur(30))] == lost(decision)


@pytest.mark.parametrize(("cents", "lines"), [(1, 3), (2, 4), (4, 2), (9, 5)])
def test_what_is_free_bears_no_tax(cents: int, lines: int) -> None:
    """Everything off in gross prices leaves nothing of an order in net prices, however the tax of its parts rounds."""
    goods = [
        Line(f"{n} at {rate}", Product(f"P{n}"), unit_price=eur(f"0.0{cents}"), tax=rate)
        for n in range(lines)
        for rate in (5, 23)
    ]
    order = Order(goods, currency="EUR", prices="net")
    decision = price(order, Promotion("free", then=policies.percent_off(100, money="gross")))

    assert (eur(0), eur(0)) == (decision.payable, decision.tax)
    assert {eur(0)} == {each.tax for each in decision.lines}


def test_a_minimum_price_passes_the_rest_on() -> None:
    """10.00 over two units of 10.00 is 5.00 each; one of them may give 2.00, so that the other one gives 8.00."""
    order = basket(line("a", "10", minimum_price=eur(8)), line("b", "10"))

    assert [200, 800] == off(price(order, Promotion("ten", then=policies.amount_off(eur(10)))))


def test_a_minimum_price_that_leaves_no_room_is_reported() -> None:
    """10.00 over two units that may give 2.00 and 3.00 is 5.00; the other 5.00 are reported."""
    order = basket(line("a", "10", minimum_price=eur(8)), line("b", "10", minimum_price=eur(7)))
    decision = price(order, Promotion("ten", then=policies.amount_off(eur(10))))

    assert [200, 300] == off(decision)
    assert [("ten", eur(5))] == lost(decision)


def test_a_percentage_is_not_passed_on() -> None:
    """Half off 10.00 and 10.00, of which one may give 2.00: 2.00 and 5.00; 3.00 are reported."""
    order = basket(line("a", "10", minimum_price=eur(8)), line("b", "10"))
    decision = price(order, Promotion("half", then=policies.percent_off(50)))

    assert [200, 500] == off(decision)
    assert [("half", eur(3))] == lost(decision)


def test_a_minimum_above_the_price_means_no_discount() -> None:
    """A unit of 5.00 whose minimum is 6.00 stays at 5.00: no promotion makes it dearer."""
    order = basket(line("a", "5", minimum_price=eur(6)))
    decision = price(order, Promotion("half", then=policies.percent_off(50)))

    assert [0] == off(decision)
    assert "nothing_left" == decision.states["half"]


def test_what_a_unit_cannot_give_is_reported() -> None:
    """10.00 off each unit of 6.00 takes 6.00; 4.00 are reported."""
    decision = price(prices("6"), Promotion("ten", then=policies.amount_off(eur(10), each="unit")))

    assert [600] == off(decision)
    assert [("ten", eur(4))] == lost(decision)


def test_what_a_line_cannot_give_is_reported() -> None:
    """10.00 off each line takes 6.00 of a line of 6.00; 4.00 are reported."""
    decision = price(prices("6", "20"), Promotion("ten", then=policies.amount_off(eur(10), each="line")))

    assert [600, 1000] == off(decision)
    assert [("ten", eur(4))] == lost(decision)


def test_what_a_bundle_cannot_give_is_reported() -> None:
    """10.00 off a bundle of 7.00 takes 7.00; 3.00 are reported."""
    bundle = policies.bundle({"00": 1, "01": 1})
    decision = price(prices("6", "1"), Promotion("ten", then=bundle.amount_off(eur(10))))

    assert [600, 100] == off(decision)
    assert [("ten", eur(3))] == lost(decision)


def test_what_delivery_cannot_give_is_reported() -> None:
    """10.00 off a delivery of 4.00 takes 4.00; 6.00 are reported."""
    order = prices("6", shipments=[Shipment("s", "parcel", eur(4))])
    decision = price(order, Promotion("ten", then=policies.shipping_amount_off(eur(10))))

    assert eur(0) == decision.delivery
    assert [("ten", eur(6))] == lost(decision)


def test_what_a_price_tag_cannot_give_is_reported() -> None:
    """Half off a tag of 10.00 with a minimum of 8.00 takes 2.00; 3.00 are reported."""
    half = Promotion("half", then=policies.percent_off(50, phase="catalogue"))
    decision = price(basket(line("a", "10", minimum_price=eur(8))), half)

    assert [200] == off(decision)
    assert [("half", eur(3))] == lost(decision)


def test_what_a_cap_keeps_back_is_not_overflow() -> None:
    """10.00 with a cap of 5.00 off goods of 3.00 gives 3.00 and could have given 5.00: 2.00 are reported."""
    decision = price(prices("3"), Promotion("ten", then=policies.amount_off(eur(10), cap=eur(5))))

    assert [("ten", eur(2))] == lost(decision)


# --- tax -------------------------------------------------------------------------------------------------------------


def test_tax_follows_each_unit_at_its_own_rate() -> None:
    """10.00 off 10.00 at 23 % and 10.00 at 8 % leaves 5.00 of each: 0.93 and 0.37 tax are inside."""
    order = basket(line("a", "10", tax=23), line("b", "10", tax=8))
    decision = price(order, Promotion("ten", then=policies.amount_off(eur(10))))

    assert [eur("0.37"), eur("0.93")] == [each.tax for each in decision.taxes]
    assert eur(10) == decision.payable == decision.net + decision.tax


def test_tax_is_added_to_discounted_net_prices() -> None:
    """10 % off 10.00 at 23 % and 10.00 at 8 %, both net: 9.00 + 2.07 and 9.00 + 0.72."""
    order = basket(line("a", "10", tax=23), line("b", "10", tax=8), prices="net")

    assert eur("20.79") == price(order, TEN_PERCENT).payable


@pytest.mark.parametrize(("rounding", "tax"), [("rate", "0.02"), ("line", "0.03"), ("unit", "0.04")])
def test_tax_is_rounded_as_the_book_says(rounding: str, tax: str) -> None:
    """5 % on four net units of 0.10 in lines of 2, 1, 1: 2.0 cents at once, 1.0 + 0.5 + 0.5 by line, 0.5 by unit."""
    order = basket(line("a", "0.10", 2, tax=5), line("b", "0.10", tax=5), line("c", "0.10", tax=5), prices="net")

    assert eur(tax) == price(order, tax_rounding=rounding).tax


def test_a_gross_amount_off_net_prices_is_that_much_off_what_is_paid() -> None:
    """10.00 gross off 100.00 net at 23 %: 123.00 becomes 113.00; 8.13 net and 1.87 tax are gone."""
    order = basket(line("a", "100", tax=23), prices="net")
    decision = price(order, Promotion("ten", then=policies.amount_off(eur(10), money="gross")))

    assert eur(113) == decision.payable
    assert eur("21.13") == decision.tax
    assert [813] == off(decision)


def test_a_net_amount_off_gross_prices_is_that_much_off_the_net() -> None:
    """10.00 net off 123.00 gross at 23 % leaves 90.00 net and 20.70 tax."""
    order = basket(line("a", "123", tax=23))
    decision = price(order, Promotion("ten", then=policies.amount_off(eur(10), money="net")))

    assert (eur(90), eur("20.70")) == (decision.net, decision.tax)


@pytest.mark.parametrize(("net", "expected"), [("81.30", "applied"), ("81.29", "not_eligible")])
def test_a_threshold_names_its_price_mode(net: str, expected: Any) -> None:
    """81.30 net at 23 % is 99.999, so 100.00 gross; 81.29 is 99.99."""
    gross = Promotion("gross", when=cart.amount(money="gross") >= eur(100), then=policies.percent_off(10))

    assert expected == price(basket(line("a", net, tax=23), prices="net"), gross).states["gross"]


def test_fees_are_never_discounted() -> None:
    """A deposit of 0.25 is paid in full beside goods of which everything is off."""
    order = prices("10", charges=[Charge("deposit", eur("0.25"))])

    assert eur("0.25") == price(order, Promotion("all", then=policies.percent_off(100))).payable


# --- time ------------------------------------------------------------------------------------------------------------

MAY = Schedule(date(2026, 5, 1), date(2026, 5, 31), zone="Europe/Warsaw")


@pytest.mark.parametrize(
    ("instant", "state"),
    [
        (datetime(2026, 4, 30, 23, 59, 59, 999999, tzinfo=WARSAW), "not_yet"),
        (datetime(2026, 5, 1, tzinfo=WARSAW), "applied"),
        (datetime(2026, 5, 31, 23, 59, 59, 999999, tzinfo=WARSAW), "applied"),
        (datetime(2026, 6, 1, tzinfo=WARSAW), "no_longer"),
        (datetime(2026, 5, 31, 22, 30, tzinfo=UTC), "no_longer"),
    ],
)
def test_the_last_day_is_a_whole_day_of_the_shop(instant: datetime, state: str) -> None:
    """May begins at midnight in Warsaw and ends when June begins there."""
    promotion = Promotion("may", then=policies.percent_off(10), schedule=MAY)

    assert state == price(prices("10"), promotion, at=instant).states["may"]


def test_bounds_are_half_open() -> None:
    """A promotion until ten and one from ten on never meet and leave no gap."""
    ten = datetime(2026, 5, 4, 10, tzinfo=UTC)
    early = Promotion("early", then=policies.percent_off(10), schedule=Schedule(until=ten, zone="UTC"))
    late = Promotion("late", then=policies.percent_off(20), schedule=Schedule(ten, zone="UTC"))
    instants = (ten - timedelta(microseconds=1), ten)

    assert [["early"], ["late"]] == [ids(price(prices("10"), early, late, at=at).applied) for at in instants]


def test_the_clock_is_an_argument() -> None:
    """An instant without a zone is refused rather than guessed."""
    with pytest.raises(CalendarError):
        price(prices("10"), at=datetime(2026, 5, 4, 10))


def test_an_order_keeps_its_instant() -> None:
    """Priced at its own instant, an order costs the same after the promotion has ended; its receipt does not change."""
    book = shop(Promotion("may", then=policies.percent_off(10), schedule=MAY))
    quote = book.price(prices("10"), at=NOON)
    receipt = book.place(quote, id="A-1", paid=[Tender("card", eur(9))])

    assert eur(10) == book.price(quote.order, at=NOON + timedelta(days=60)).payable
    assert quote == book.price(receipt.order, at=receipt.placed_at)
    assert eur(9) == receipt.payable


def test_a_receipt_keeps_what_each_unit_bore() -> None:
    """0.04 off three units is 2, 1 and 1 cents for good, so that each unit can be refunded by itself."""
    book = shop(Promotion("four", then=policies.amount_off(eur("0.04"))))
    quote = book.price(basket(line("a", "1", 3)), at=NOON)
    receipt = book.place(quote, id="A-1", paid=[Tender("card", eur("2.96"))])

    assert [(1, 1, 2), (2, 2, 1)] == [(u.first, u.count, u.parts[0].amount.minor) for u in receipt.units]


# --- currencies ------------------------------------------------------------------------------------------------------

BOTH = {"currencies": ["EUR", "PLN"]}


@pytest.mark.parametrize(
    "promotion",
    [
        Promotion("p", then=policies.amount_off(eur(5))),
        Promotion("p", then=policies.percent_off(5, cap=eur(5))),
        Promotion("p", then=policies.percent_off(5, cap_each=eur(5), of="X")),
        Promotion("p", then=policies.fixed_price(eur(5), of="X")),
        Promotion("p", then=policies.shipping_at_price(eur(5))),
        Promotion("p", then=policies.gift("X", value=eur(5))),
        Promotion("p", then=policies.voucher(eur(5))),
        Promotion("p", then=policies.points_times(2, worth=eur(5))),
        Promotion("p", then=policies.every(2, of="X").at_price(eur(5))),
        Promotion("p", when=cart.amount() >= eur(5), then=policies.percent_off(5)),
        Promotion("p", when=cart.has(item.price >= eur(5)), then=policies.percent_off(5)),
        Promotion("p", then=policies.percent_off(5, of=item.price >= eur(5))),
        Promotion("p", then=policies.percent_off(stepped(cart.amount(), {eur(5): 5}))),
    ],
)
def test_a_missing_currency_is_found_when_the_book_is_built(promotion: Any) -> None:
    """An amount in euros alone, in a book of euros and zlotys, is refused with its path; nothing is ever converted."""
    with pytest.raises(BookError, match=r"promotions\[0\]: .*no amount in `PLN`"):
        shop(promotion, **BOTH)


@pytest.mark.parametrize(
    "delivery",
    [Delivery("d", fee=eur(5)), Delivery("d", fee=amounts(eur(5), pln(20)), free_from=eur(50))],
    ids=["fee", "free_from"],
)
def test_a_missing_currency_of_a_tariff_is_found_when_the_book_is_built(delivery: Any) -> None:
    """A tariff has all its amounts in every currency of the book."""
    with pytest.raises(BookError, match=r"delivery\[0\]: .*no amount in `PLN`"):
        shop(delivery=[delivery], **BOTH)


def test_each_currency_has_its_own_amount() -> None:
    """5.00 euros or 20.00 zlotys: the amounts are written, not converted."""
    book = shop(Promotion("off", then=policies.amount_off(amounts(eur(5), pln(20)))), **BOTH)
    zlotys = Order([Line("1", Product("X"), unit_price=pln(100))], currency="PLN")

    assert pln(80) == book.price(zlotys, at=NOON).payable
    assert eur(95) == book.price(prices("100"), at=NOON).payable


def test_a_promotion_may_be_offered_in_some_currencies() -> None:
    """Offered in euros alone it needs no other amount, and says so on an order in zlotys."""
    book = shop(Promotion("off", then=policies.amount_off(eur(5)), only_in=["EUR"]), **BOTH)
    decision = book.price(Order([Line("1", Product("X"), unit_price=pln(100))], currency="PLN"), at=NOON)

    assert pln(100) == decision.payable
    assert Statement("promotion.other_currency", currency=Name("PLN"), promotion=Name("off")) == decision.why_not("off")


def test_an_order_has_one_currency_of_the_book() -> None:
    """An order that mixes currencies cannot be built, and one in a strange currency is not priced."""
    with pytest.raises(OrderError, match="an order has one currency"):
        Order([Line("1", Product("X"), unit_price=pln(1))], currency="EUR")
    with pytest.raises(OrderError, match="the order is in `PLN`, this book sells in `EUR`"):
        shop().price(Order([], currency="PLN"), at=NOON)


# --- reasons ---------------------------------------------------------------------------------------------------------


def test_a_refusal_says_what_was_found_and_what_is_missing() -> None:
    """36.50 of 50.00: found, needed and missing are amounts."""
    refused = price(
        prices("36.50"), Promotion("fifty", when=cart.amount() >= eur(50), then=policies.percent_off(10))
    ).why_not("fifty")

    reason = Statement("cart.amount.too_little", found=eur("36.50"), needed=eur(50), missing=eur("13.50"))
    assert Statement("promotion.not_eligible", promotion=Name("fifty"), reasons=(reason,)) == refused


def test_every_promotion_has_a_state() -> None:
    """Applied, kept out, without effect, too early: no promotion of the book is passed over in silence."""
    decision = price(
        prices("10"),
        Promotion("none", when=cart.has("X"), then=policies.percent_off(1)),
        policies.first_of(
            Promotion("yes", then=policies.percent_off(1)), Promotion("out", then=policies.percent_off(2))
        ),
        Promotion("empty", then=policies.percent_off(0)),
        Promotion("june", then=policies.percent_off(1), schedule=Schedule(date(2026, 6, 1), zone="UTC")),
    )
    states = {"none": "not_eligible", "yes": "applied", "out": "blocked", "empty": "nothing_left", "june": "not_yet"}

    assert states == decision.states
    assert all(decision.why_not(each).code for each in states if each != "yes")


def test_what_is_unknown_asks_to_sign_in() -> None:
    """A promotion for customers of Poland does not guess the country of a guest."""
    decision = price(prices("10"), Promotion("pl", when=customer.country.is_("PL"), then=policies.percent_off(10)))

    needed = Statement("customer.country.needed.sign_in", countries=(Name("PL"),))
    assert (needed,) == decision.why_not("pl")["reasons"]


def test_or_and_not_are_there() -> None:
    """Members of staff, or buyers of X that are not from Poland."""
    when = customer.staff | (cart.has("X") & ~customer.country.is_("PL"))
    book = shop(Promotion("p", when=when, then=policies.percent_off(10)))

    def states(sku: str, **given: object) -> str:
        order = basket(line("1", "10", sku=sku), customer=Customer("c", **given))
        return book.price(order, at=NOON).states["p"]

    assert "applied" == states("Y", staff=True, country="PL")
    assert "applied" == states("X", country="DE")
    assert "not_eligible" == states("X", country="PL")
    assert "not_eligible" == states("Y", country="DE")
    assert "not_eligible" == states("X")


# --- comparisons -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (cart.quantity() >= 9, True),
        (cart.quantity() >= 10, True),
        (cart.quantity() > 10, False),
        (cart.quantity() < 10, False),
        (cart.quantity() <= 10, True),
        (cart.quantity() <= 9, False),
        (cart.quantity().is_(10), True),
        (cart.amount() >= eur(9), True),
        (cart.amount() > eur(10), False),
        (cart.amount() <= eur(10), True),
        (cart.amount() < eur(100), True),
        (cart.total("weight") >= Decimal(9), True),
        (cart.total("weight") < Decimal("10.5"), True),
        (cart.code.none_of("A", "B"), False),
        (cart.code.none_of("B", "C"), True),
        (cart.code.one_of("B", "A"), True),
    ],
)
def test_numbers_are_compared_as_numbers_and_sides_are_not_swapped(condition: Any, expected: Any) -> None:
    """10 is more than 9, though as text it is less; a word is none of several when it is not any of them."""
    order = basket(line("1", "1", 10, attributes={"weight": 1}), codes=["A"])
    decision = price(order, Promotion("p", when=condition, then=policies.percent_off(10)))

    assert expected is (decision.states["p"] == "applied")


# --- prices and codes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("phase", "expected"), [("item", "0.45"), ("catalogue", "0.45")])
def test_prices_finer_than_a_cent(phase: str, expected: Any) -> None:
    """40 screws of 0.0125 are 0.50; less 10 % they are 0.45, at once or as 40 times 0.0113 = 0.452."""
    tenth = Promotion("tenth", then=policies.percent_off(10, of=everything, phase=phase))

    assert eur(expected) == price(basket(line("screw", "0.0125", 40)), tenth).payable


def test_a_line_total_that_does_not_divide_lies_on_the_first_units() -> None:
    """3 screws of 0.0125 are 0.0375, so 0.04: 2, 1 and 1 cents; half of them is 2 cents: 1 + 0.5 + 0.5."""
    half = Promotion("half", then=policies.percent_off(50))

    assert [1, 1, 0] == off(price(basket(line("screw", "0.0125", 3)), half))


@pytest.mark.parametrize("entered", ["SUMMER", "summer", "  Summer ", "\tsUmMeR\n"])
def test_codes_have_no_case_and_no_spaces_around(entered: str) -> None:
    """A code is accepted as people type it."""
    decision = price(prices("10", codes=[entered]), Promotion("p", codes="Summer", then=policies.percent_off(10)))

    assert eur(9) == decision.payable
    assert {entered.strip(): "code.accepted"} == {code: said.code for code, said in decision.codes.items()}


def test_codes_fold_letters_of_every_script() -> None:
    """STRASSE and straße are one code, entered twice it counts once."""
    order = prices("10", codes=["STRASSE", "straße"])

    assert eur(9) == price(order, Promotion("p", codes="Straße", then=policies.percent_off(10))).payable


def test_an_unknown_code_is_named() -> None:
    """A code that no promotion asks for says so."""
    decision = price(prices("10", codes=["WINTER"]), Promotion("p", codes="Summer", then=policies.percent_off(10)))

    assert {"WINTER": Statement("code.unknown", code=Name("WINTER"))} == decision.codes


def test_two_promotions_do_not_share_a_code() -> None:
    """A code that differs in case alone is the same code, found when the book is built."""
    with pytest.raises(BookError, match="code `summer` is already that of `promotions"):
        shop(
            Promotion("a", codes="Summer", then=policies.percent_off(10)),
            Promotion("b", codes="SUMMER", then=policies.percent_off(10)),
        )


def test_a_book_says_everything_that_is_wrong_at_once() -> None:
    """Each problem comes with its path."""
    twice = [Promotion("a", then=policies.amount_off(pln(5))) for _ in range(2)]
    with pytest.raises(BookError) as caught:
        PolicyBook("shop", zone="Nowhere/Town", currencies=["EUR"], promotions=twice)

    assert ["zone", "promotions[1]", "promotions[0]", "promotions[1]"] == [each.path for each in caught.value.problems]


# --- groups ----------------------------------------------------------------------------------------------------------

POINTS = Promotion("points", then=policies.points_times(2))


def test_points_take_nothing_so_that_the_next_one_acts() -> None:
    """The first that takes something is the 10 %, as points take nothing off."""
    assert ["ten"] == ids(price(prices("10"), policies.first_of(POINTS, TEN_PERCENT)).applied)


def test_points_take_nothing_in_a_group_across_phases_either() -> None:
    """The same holds where the 10 % act in another phase than the points."""
    tenth = Promotion("ten", then=policies.percent_off(10, of=everything))

    assert ["ten"] == ids(price(prices("10"), policies.first_of(POINTS, tenth)).applied)
