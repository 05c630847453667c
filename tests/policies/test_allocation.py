"""How much each unit gives: caps, rounding, floors, splitting, price tags, the other price mode."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import CurrencyMismatch, Line, Product, Promotion, amounts, eur, everything, item, pln, policies
from aftercare.policies.allocation import common, share_amount
from tests.policies.till import basket, line, lost, off, price, prices

if TYPE_CHECKING:
    from aftercare import Order


def alone(order: Order, benefit: Any, **given: Any) -> list[int]:
    """What one benefit takes off each unit."""
    return off(price(order, Promotion("it", then=benefit), **given))


# --- rounding and caps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("half_up", [3, 2]), ("half_even", [2, 2]), ("half_down", [2, 2]), ("up", [3, 3]), ("down", [2, 2])],
)
def test_a_promotion_is_rounded_as_it_says(mode: str, expected: Any) -> None:
    """10 % of 0.25 is 2.5 cents and of 0.21 it is 2.1."""
    tenth = policies.percent_off(10, mode=mode)

    assert expected == [alone(prices(each), tenth)[0] for each in ("0.25", "0.21")]


@pytest.mark.parametrize("order", [prices("0.15", "0.15", "0.15"), basket(line("a", "0.15", 3))])
@pytest.mark.parametrize("scope", ["promotion", "line", "unit"])
def test_a_cap_is_split_by_share_whatever_is_rounded(order: Any, scope: str) -> None:
    """10 % of three units of 0.15 is 5 cents or 6; with a cap of 4 each owes 1.33 and the first one gives 2."""
    assert [2, 1, 1] == alone(order, policies.percent_off(10, rounding=scope, cap=eur("0.04")))


def test_a_cap_is_split_in_proportion() -> None:
    """Half of 6.00 and of 3.00 with a cap of 1.00 is 0.67 and 0.33."""
    assert [67, 33] == alone(prices("6", "3"), policies.percent_off(50, cap=eur(1)))


def test_a_cap_that_is_not_reached_changes_nothing() -> None:
    """Half of 6.00 and of 3.00 is below a cap of 5.00, also when each line is rounded."""
    for scope in ("promotion", "line"):
        assert [300, 150] == alone(prices("6", "3"), policies.percent_off(50, cap=eur(5), rounding=scope))


def test_a_reached_cap_hides_no_overflow() -> None:
    """Half of 10.00 (which may give 2.00) and of 10.00 with a cap of 4.00 gives 4.00, so that nothing is lost."""
    order = basket(line("a", "10", minimum_price=eur(8)), line("b", "10"))
    decision = price(order, Promotion("it", then=policies.percent_off(50, cap=eur(4))))

    # The shares are 2.00 and 5.00; of 4.00 these are 1.142... and 2.857...
    assert [114, 286] == off(decision)
    assert [] == lost(decision)


def test_a_cap_for_each_unit() -> None:
    """Half of 10.00 and 3.00 with 2.00 for each unit is 2.00 and 1.50."""
    assert [200, 150] == alone(prices("10", "3"), policies.percent_off(50, cap_each=eur(2)))


def test_a_cap_by_share_of_the_price() -> None:
    """5.00 off each unit but at most 20 % of its price is 2.00 off 10.00 and 5.00 off 40.00."""
    assert [200, 500] == alone(prices("10", "40"), policies.amount_off(eur(5), each="unit", cap_share=20))


# --- splitting -------------------------------------------------------------------------------------------------------


def test_what_one_unit_cannot_give_the_others_give() -> None:
    """6.00 over 10.00 (of which 2.00 may go), 6.00 (2.00) and 4.00.

    By price they owe 3.00, 1.80, 1.20; without the first 2.40 and 1.60; without the second the third owes 2.00.
    """
    order = basket(line("a", "10", minimum_price=eur(8)), line("b", "6", minimum_price=eur(4)), line("c", "4"))

    assert [200, 200, 200] == alone(order, policies.amount_off(eur(6)))


def test_free_units_give_nothing() -> None:
    """1.00 over units of 0.00 and 5.00 is off the second; over free units alone it is all overflow."""
    one = Promotion("one", then=policies.amount_off(eur(1)))
    decision = price(prices("0"), one)

    assert [0, 100] == off(price(prices("0", "5"), one))
    assert [("one", eur(1))] == lost(decision)
    assert {"one": "nothing_left"} == decision.states


def test_an_amount_over_no_goods_is_nothing() -> None:
    """An amount off goods that are not there takes nothing and reports nothing."""
    decision = price(prices("5"), Promotion("one", then=policies.amount_off(eur(1), of="X")))

    assert [0] == off(decision)
    assert [] == lost(decision)


def test_ties_go_by_price_then_sku_then_rate_then_unit() -> None:
    """Each of two units owes half a cent of 0.01."""
    cent = policies.amount_off(eur("0.01"))

    assert [0, 1] == alone(basket(line("1", "1", sku="B"), line("2", "1", sku="A")), cent)
    assert [0, 1] == alone(basket(line("1", "1", sku="A", tax=23), line("2", "1", sku="A", tax=8)), cent)
    assert [0, 1] == alone(basket(line("2", "1", sku="A"), line("1", "1", sku="A")), cent)
    assert [1, 0] == alone(basket(line("1", "1", 2)), cent)
    # 50 % of 0.01 and of 0.03 is 0.5 and 1.5 cents; the third cent is rounded away to 2, and the dearer unit gives it.
    assert [0, 2] == alone(prices("0.01", "0.03"), policies.percent_off(50))


def test_an_amount_off_each_line() -> None:
    """5.00 off a line of two units of 3.00 and off a line of 20.00."""
    order = basket(line("a", "3", 2), line("b", "20"))

    assert [250, 250, 500] == alone(order, policies.amount_off(eur(5), each="line"))


def test_an_amount_off_each_unit() -> None:
    """1.00 off each of three units."""
    assert [100] * 3 == alone(basket(line("a", "3", 2), line("b", "2")), policies.amount_off(eur(1), each="unit"))


def test_a_fixed_price_makes_nothing_dearer() -> None:
    """Goods at 4.00: one of 5.00 is 1.00 less and one of 3.00 stays."""
    assert [100, 0] == alone(prices("5", "3"), policies.fixed_price(eur(4), of=everything))


def test_units_that_give_alike_stay_together() -> None:
    """Shares are kept for runs of units: nothing to share is nothing to take."""
    assert ([], 1) == common([])
    assert ([], 1, 0) == share_amount([], 0)


# --- minimum prices --------------------------------------------------------------------------------------------------


def test_a_minimum_price_for_each_currency() -> None:
    """A product may have a minimum in every currency in which it is sold."""
    assert [200] == alone(basket(line("a", "10", minimum_price=amounts(eur(8), pln(30)))), policies.percent_off(50))


def test_a_minimum_price_in_another_currency_is_refused() -> None:
    """A minimum in zlotys says nothing about an order in euros, and is not guessed."""
    order = basket(line("a", "10", minimum_price=pln(30)))

    with pytest.raises(CurrencyMismatch):
        price(order, Promotion("it", then=policies.percent_off(50)))


def test_the_minimum_of_measured_goods_is_for_one_measure() -> None:
    """0.5 kg at 10.00 a kilogram with a minimum of 8.00 a kilogram goes from 5.00 to 4.00, in any phase."""
    order = basket(line("a", "10", measure=Decimal("0.5"), minimum_price=eur(8)))

    assert [100] == alone(order, policies.percent_off(50))
    assert [100] == alone(order, policies.percent_off(50, phase="catalogue"))


def test_a_gift_goes_no_lower_than_its_minimum() -> None:
    """A unit of 10.00 with a minimum of 8.00 gives 2.00 at most."""
    decision = price(basket(line("a", "10", minimum_price=eur(8))), Promotion("it", then=policies.gift("a")))

    assert decision.goods_paid >= eur(8)


# --- price tags ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        # 33 % off a tag of 0.99 is 0.6633, so 0.66: three units are 1.98, where one rounding would give 1.99.
        (policies.percent_off(33, phase="catalogue"), [33, 33, 33]),
        (policies.percent_off(33, of=everything), [33, 33, 32]),
        (policies.percent_off(33, phase="catalogue", base="running"), [33, 33, 33]),
        (policies.percent_off(33, phase="catalogue", cap_each=eur("0.10")), [10, 10, 10]),
        # 20 % of 0.99 is 0.198, which leaves 0.792.
        (policies.percent_off(33, phase="catalogue", cap_share=20), [20, 20, 20]),
        (policies.percent_off(100, phase="catalogue"), [99, 99, 99]),
        (policies.percent_off(33, of="X", phase="catalogue"), [0, 0, 0]),
        (policies.amount_off(eur("0.20"), each="unit", phase="catalogue"), [20, 20, 20]),
        (policies.amount_off(eur(2), each="unit", phase="catalogue"), [99, 99, 99]),
        (policies.fixed_price(eur("0.90"), of=everything, phase="catalogue"), [9, 9, 9]),
        (policies.fixed_price(eur(1), of=everything, phase="catalogue"), [0, 0, 0]),
        (policies.fixed_price(eur("0.90"), of=everything, phase="catalogue", cap_each=eur("0.05")), [5, 5, 5]),
    ],
)
def test_a_price_tag_is_rounded_for_each_unit(benefit: Any, expected: Any) -> None:
    """Three units of 0.99."""
    assert expected == alone(basket(line("a", "0.99", 3)), benefit)


def test_percentages_of_price_tags_add() -> None:
    """20 % and 10 % of a tag of 10.00 are 3.00; the fixed price of 7.50 that follows is no lower than 7.00."""
    decision = price(
        prices("10"),
        Promotion("a", then=policies.percent_off(20, phase="catalogue")),
        Promotion("b", then=policies.percent_off(10, phase="catalogue")),
        Promotion("c", then=policies.fixed_price(eur("7.50"), of=everything, phase="catalogue")),
    )

    assert [200] == off(decision, "a")
    assert [100] == off(decision, "b")
    assert "nothing_left" == decision.states["c"]


def test_a_running_percentage_of_a_price_tag() -> None:
    """20 % and then 10 % of what is left of a tag of 10.00 are 2.00 and 0.80."""
    decision = price(
        prices("10"),
        Promotion("a", then=policies.percent_off(20, phase="catalogue")),
        Promotion("b", then=policies.percent_off(10, phase="catalogue", base="running")),
    )

    assert [280] == off(decision)


@pytest.mark.parametrize(("minimum", "expected"), [("8", 200), ("4", 500), ("12", 0)])
def test_a_price_tag_has_a_floor(minimum: str, expected: Any) -> None:
    """Half off a tag of 10.00: not below 8.00, freely above 4.00, and not at all where the minimum is 12.00."""
    order = basket(line("a", "10", minimum_price=eur(minimum)))

    assert [expected] == alone(order, policies.percent_off(50, phase="catalogue"))


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("member", {}, 200),
        ("staff", {}, 0),
        ("vip", {}, 0),
        ("member", {"cap_each": eur(1)}, 100),
        ("member", {"of": "X"}, 0),
    ],
)
def test_a_named_price_holds_where_it_is_lower(key: str, given: Any, expected: Any) -> None:
    """A tag of 10.00 with a member price of 8.00, a staff price of 11.00 and no VIP price."""
    order = basket(line("a", "10", prices={"staff": eur(11), "member": eur(8)}))

    assert [expected] == alone(order, policies.named_price(key, **given))


def test_a_named_price_in_a_later_phase() -> None:
    """10.00 less 10 % is 9.00, and 8.00 for members; a line without that price keeps 9.00, a cheaper one 7.20."""
    order = basket(
        line("a", "10", 2, prices={"member": eur(8)}), line("b", "10"), line("c", "8", prices={"member": eur("7.50")})
    )
    decision = price(
        order,
        Promotion("tenth", then=policies.percent_off(10, of=everything)),
        Promotion("member", then=policies.named_price("member", phase="order")),
    )

    assert [100, 100, 0, 0] == off(decision, "member")


def test_a_named_price_of_a_measure_in_a_later_phase() -> None:
    """1.25 kg at 4.00 a kilogram is 5.00; for members it is 3.00 a kilogram, so 3.75."""
    order = basket(line("a", "4", measure=Decimal("1.25"), prices={"member": eur(3)}))

    assert [125] == alone(order, policies.named_price("member", phase="item"))


def test_a_measured_price_tag() -> None:
    """1.25 kg at 4.00 a kilogram is 5.00; 10 % off the tag is 3.60 a kilogram, so 4.50."""
    order = basket(line("a", "4", measure=Decimal("1.25")))

    assert [50] == alone(order, policies.percent_off(10, phase="catalogue"))


def test_a_fine_price_tag_that_does_not_divide() -> None:
    """3 units of 0.0125 are 0.04: 2, 1, 1 cents. Half off is 0.0063 a unit, 0.0189, so 0.02: 1, 1, 0 cents."""
    assert [1, 0, 1] == alone(basket(line("a", "0.0125", 3)), policies.percent_off(50, phase="catalogue"))


def test_a_price_tag_of_whole_cents_stays_whole() -> None:
    """A third off 1.00 is 0.67, for both units."""
    order = basket(line("a", "1", 2))

    assert [33, 33] == alone(order, policies.percent_off("33.3", phase="catalogue"))


def test_a_price_tag_of_other_goods_is_left_alone() -> None:
    """10 % off tags of tea: pans keep theirs."""
    order = basket(line("a", "10", of=["tea"]), line("b", "10", of=["iron"]))

    assert [100, 0] == alone(order, policies.percent_off(10, of=item.category.is_("tea"), phase="catalogue"))


def test_goods_of_which_nothing_is_known_are_left_alone() -> None:
    """10 % off iron: a product that does not say what it is made of is not taken for iron, nor for anything else."""
    order = basket(line("a", "10", attributes={"material": "iron"}), line("b", "10"))
    material = item.attribute("material")

    assert [100, 0] == alone(order, policies.percent_off(10, of=material.is_("iron")))
    assert [0, 0] == alone(order, policies.percent_off(10, of=material.is_not("iron")))


# --- the other price mode --------------------------------------------------------------------------------------------


def test_a_gross_amount_over_net_units() -> None:
    """0.04 gross over three net units of 0.10 at 23 %: gross parts 2, 1, 1 cents, net parts 1.63, 0.81 and 0.81.

    30 net are 36.9, so 37 cents gross; 33 remain to be paid.
    """
    order = basket(line("a", "0.10", 3, tax=23), prices="net")
    decision = price(order, Promotion("it", then=policies.amount_off(eur("0.04"), money="gross")))

    assert [2, 1, 1] == off(decision)
    assert eur("0.33") == decision.payable


def test_a_gross_cent_over_two_net_units() -> None:
    """0.01 gross over two units falls on the first one; the second one keeps its price."""
    order = basket(line("a", "0.10", 2, tax=23), prices="net")

    assert [1, 0] == alone(order, policies.amount_off(eur("0.01"), money="gross"))


def test_a_gross_bundle_price_in_a_net_shop() -> None:
    """Two units of 10.00 net at 23 % are 24.60; together at 20.00 gross each gives 2.30, of which 1.87 are net."""
    order = basket(line("a", "10", tax=23), line("b", "10", tax=23), prices="net")
    bundle = policies.bundle({"a": 1, "b": 1}).at_price(eur(20), money="gross")
    decision = price(order, Promotion("it", then=bundle))

    assert [187, 187] == off(decision)
    assert eur(20) == decision.payable


def test_buy_and_get_in_the_other_mode() -> None:
    """The cup of 12.30 gross costs 5.00 net with a pot: 5.00 net less, which is 6.15 gross."""
    order = basket(line("cup", "12.30", tax=23), line("pot", "20", tax=23))
    cup = policies.buy(1, of="pot").get(1, of="cup").at_price(eur(5), money="net")

    assert [615, 0] == alone(order, cup)


def test_the_own_price_mode_needs_no_conversion() -> None:
    """1.00 gross off a gross price is 1.00."""
    assert [100] == alone(basket(line("a", "10", tax=23)), policies.amount_off(eur(1), money="gross"))


# --- lines -----------------------------------------------------------------------------------------------------------


def test_the_units_of_a_fine_line_are_whole_cents() -> None:
    """40 screws of 0.0125 are 0.50: ten units of 2 cents and thirty of 1 cent."""
    found = price(basket(line("a", "0.0125", 40))).lines[0]

    assert [(1, 10, eur("0.02")), (11, 30, eur("0.01"))] == [(u.first, u.count, u.price) for u in found.units]


def test_equal_units_of_a_line_are_one_run() -> None:
    """4 units of 0.005 are 0.02, so two of a cent and two of nothing; 4 of 0.0100 and goods by measure are alike."""
    order = basket(
        line("a", "0.005", 4),
        line("b", "0.0100", 4),
        Line("c", Product("c"), unit_price=eur(4), measure=Decimal("1.5")),
    )
    units = [[(u.count, u.price) for u in each.units] for each in price(order).lines]

    assert [[(2, eur("0.01")), (2, eur(0))], [(4, eur("0.01"))], [(1, eur(6))]] == units
