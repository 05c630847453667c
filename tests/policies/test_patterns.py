"""Every n-th unit, buy some get some, bundles: which units they take, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aftercare import PolicyError, Promotion, eur, everything, item, policies
from tests.policies.till import basket, line, off, price, prices

if TYPE_CHECKING:
    from aftercare import Order


def alone(order: Order, benefit: Any) -> list[int]:
    """What one benefit takes off each unit."""
    return off(price(order, Promotion("it", then=benefit)))


def placed(*each: str, **given: Any) -> Order:
    """One unit a line, at these prices, in this basket order."""
    return basket(*(line(f"{place}", price, position=place, **given) for place, price in enumerate(each)))


# --- every n-th ------------------------------------------------------------------------------------------------------

SEVEN = placed("10", "100", "20", "90", "30", "80", "40")


@pytest.mark.parametrize(
    ("favour", "pick", "expected"),
    [
        # Dearest first: (100, 90, 80), (40, 30, 20) and 10 is left; cheapest first: (10, 20, 30), (40, 80, 90).
        ("merchant", "cheapest", ["10", "20"]),
        ("customer", "cheapest", ["80", "20"]),
        ("merchant", "dearest", ["30", "90"]),
        ("customer", "dearest", ["100", "90"]),
        # As entered: (10, 100, 20), (90, 30, 80).
        ("basket_order", "cheapest", ["10", "30"]),
        ("basket_order", "dearest", ["100", "90"]),
    ],
)
def test_which_units_are_free(favour: str, pick: str, expected: Any) -> None:
    """Three for two on 10, 100, 20, 90, 30, 80, 40, for the six ways to choose."""
    free = policies.every(3, of=everything, favour=favour, pick=pick).free()
    entered = ["10", "100", "20", "90", "30", "80", "40"]

    assert [eur(each).minor if each in expected else 0 for each in entered] == alone(SEVEN, free)


@pytest.mark.parametrize(
    ("favour", "expected"), [("merchant", [0, 0, 80, 70, 60, 50]), ("customer", [0, 90, 80, 0, 60, 50])]
)
def test_several_targets_in_a_group(favour: str, expected: Any) -> None:
    """Two of every three: 100, 90, 80, 70, 60, 50."""
    free = policies.every(3, of=everything, targets=2, favour=favour).free()

    assert [each * 100 for each in expected] == alone(placed("100", "90", "80", "70", "60", "50"), free)


def test_no_more_often_than_said() -> None:
    """With `times=1` one of six units is free, the one that the merchant would give first."""
    free = policies.every(2, of=everything, times=1).free()

    assert [0, 0, 0, 0, 0, 100] == alone(prices("6", "5", "4", "3", "2", "1"), free)


def test_too_few_units_are_no_group() -> None:
    """Two of the three units, and goods that are not there, give nothing."""
    assert [0, 0] == alone(prices("2", "1"), policies.every(3, of=everything).free())
    assert [0, 0] == alone(prices("2", "1"), policies.every(2, of="X").free())


@pytest.mark.parametrize("favour", ["merchant", "customer", "basket_order"])
def test_equal_units_are_grouped_together(favour: str) -> None:
    """Nine units of 5.00 are three groups, and the first three are free."""
    found = price(basket(line("a", "5", 9)), Promotion("it", then=policies.every(3, of="a", favour=favour).free()))

    assert 1500 == sum(off(found))
    assert 3 == sum(each.times for each in found.occurrences)
    assert 9 == sum(unit.count for each in found.occurrences for unit in each.units)


def test_groups_across_lines_of_several_units() -> None:
    """Five of 4.00 and four of 2.00 in threes for the customer: (4, 4, 4), (4, 4, 2), (2, 2, 2)."""
    free = policies.every(3, of=everything, favour="customer").free()
    found = alone(basket(line("a", "4", 5), line("b", "2", 4)), free)

    assert [400, 0, 0, 0, 0] == sorted(found[:5], reverse=True)
    assert [200, 200, 0, 0] == sorted(found[5:], reverse=True)


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        (policies.every(2, of=everything).percent_off(50), [0, 200]),
        (policies.every(2, of=everything).amount_off(eur(1)), [0, 100]),
        (policies.every(2, of=everything).amount_off(eur(9)), [0, 400]),
        (policies.every(2, of=everything).at_price(eur(1)), [0, 300]),
        (policies.every(2, of=everything).at_price(eur(9)), [0, 0]),
        (policies.every(2, of=everything).free(cap=eur(3)), [0, 300]),
    ],
)
def test_what_a_target_gets(benefit: Any, expected: Any) -> None:
    """A percentage, an amount, a price, nothing to pay: on the cheaper of 6.00 and 4.00."""
    assert expected == alone(prices("6", "4"), benefit)


def test_a_pattern_sees_no_gifts() -> None:
    """The gift is neither a unit that is paid nor one that is free."""
    order = basket(line("a", "6"), line("b", "4"))
    decision = price(
        order, Promotion("gift", then=policies.gift("b")), Promotion("z", then=policies.every(2, of=everything).free())
    )

    assert [0, 400] == off(decision)
    assert [] == off(decision, "z")[2:]
    assert "nothing_left" == decision.states["z"]


def test_a_pattern_may_act_on_the_whole_order() -> None:
    """In the order phase prices are those after the item phase: of 6.00 and 5.00 less 40 %, 3.00 is the cheaper one."""
    decision = price(
        prices("6", "5"),
        Promotion("item", then=policies.percent_off(40, of="01")),
        Promotion("order", then=policies.every(2, of=everything).free(phase="order")),
    )

    assert [0, 300] == off(decision, "order")


# --- buy some, get some ----------------------------------------------------------------------------------------------

TEA, IRON = item.category.is_("tea"), item.category.is_("iron")
BOTH = ["tea", "iron"]


@pytest.mark.parametrize(
    ("favour", "expected"),
    [("merchant", [0, 0, 0, 0, 200]), ("customer", [0, 0, 400, 0, 0]), ("basket_order", [0, 0, 0, 300, 0])],
)
def test_whose_unit_is_free(favour: str, expected: Any) -> None:
    """Two pots for a cup of 4.00, 3.00 or 2.00, of which the one of 3.00 was put in first."""
    pots = [line("p1", "9", position=5), line("p2", "8", position=6)]
    cups = [line("c1", "4", sku="cup", position=3), line("c2", "3", sku="cup", position=1), line("c3", "2", sku="cup")]
    free = policies.buy(2, of=item.sku.one_of("p1", "p2"), favour=favour).get(1, of="cup").free()

    assert expected == alone(basket(*pots, *cups), free)


def test_units_of_both_kinds_are_kept_back_to_be_bought() -> None:
    """Two units are both tea and iron, one is iron alone: buy a tea, get an iron takes one of each, once.

    The two iron ones of 1.00 would be the cheapest targets, but one is needed to be bought; with the one of 5.00 a
    single pair can be made with the other, and a second pair cannot.
    """
    free = policies.buy(1, of=TEA).get(1, of=IRON).free()
    order = basket(line("a", "1", 2, of=BOTH), line("b", "5", of=["iron"]))

    assert [100, 0, 0] == alone(order, free)


def test_as_many_pairs_as_the_units_allow() -> None:
    """Two of both kinds and two of iron alone make two pairs: the ones of both kinds are bought."""
    free = policies.buy(1, of=TEA).get(1, of=IRON).free()
    order = basket(line("a", "1", 2, of=BOTH), line("b", "5", 2, of=["iron"]))

    assert [0, 0, 500, 500] == alone(order, free)


def test_buy_one_get_one_of_a_wider_kind() -> None:
    """One of iron bought makes one of all goods free: the cheapest one, which is not needed to be bought."""
    free = policies.buy(1, of=IRON).get(1, of=everything).free()
    order = basket(line("pan", "9", of=["iron"]), line("cup", "2"), line("pot", "3", of=["iron"]))

    assert [0, 200, 0] == alone(order, free)


def test_buy_and_get_of_the_same() -> None:
    """Buy two, get one of the same is every third one, with its own choice of the unit."""
    order = prices("6", "5", "4")

    assert [0, 0, 400] == alone(order, policies.buy(2, of=everything).get(1, of=everything).free())
    assert [0, 0, 400] == alone(order, policies.buy(2, of=everything).get_same(1).free())
    dearest = policies.buy(2, of=everything, favour="customer").get_same(1, pick="dearest")
    assert [600, 0, 0] == alone(order, dearest.free())


def test_nothing_to_buy_or_to_get() -> None:
    """Without a unit on one side there is no pair."""
    free = policies.buy(1, of="a").get(1, of="b").free()

    assert [0] == alone(basket(line("a", "1")), free)
    assert [0] == alone(basket(line("b", "1")), free)


# --- bundles ---------------------------------------------------------------------------------------------------------


def test_a_bundle_at_a_price() -> None:
    """A pot of 20.00 and two cups of 5.00 for 24.00: 6.00 off, as 4.00, 1.00 and 1.00."""
    bundle = policies.bundle({"pot": 1, "cup": 2}).at_price(eur(24))

    assert [400, 100, 100, 0] == alone(basket(line("pot", "20"), line("cup", "5", 3)), bundle)


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        (policies.bundle({"a": 1, "b": 1}).at_price(eur(9)), [60, 40]),
        (policies.bundle({"a": 1, "b": 1}).at_price(eur(11)), [0, 0]),
        (policies.bundle({"a": 1, "b": 1}).amount_off(eur(2)), [120, 80]),
        (policies.bundle({"a": 1, "b": 1}).amount_off(eur(12)), [600, 400]),
        (policies.bundle({"a": 1, "b": 1}).percent_off(10), [60, 40]),
        (policies.bundle({"a": 1, "b": 1}).free(), [600, 400]),
        (policies.bundle({"a": 1, "b": 2}).free(), [0, 0]),
        (policies.bundle({"a": 1, "b": 1, "c": 1}).free(), [0, 0]),
    ],
)
def test_what_a_bundle_gets(benefit: Any, expected: Any) -> None:
    """6.00 and 4.00 together: a price, an amount, a percentage; too few units are no bundle."""
    assert expected == alone(basket(line("a", "6"), line("b", "4")), benefit)


def test_a_bundle_of_free_units_costs_nothing_less() -> None:
    """Two units of 0.00 for 1.00 stay at 0.00."""
    assert [0, 0] == alone(prices("0", "0"), policies.bundle({"00": 1, "01": 1}).at_price(eur(1)))


@pytest.mark.parametrize(
    ("favour", "expected"),
    [("merchant", [0, 0, 300, 100]), ("customer", [900, 0, 0, 100]), ("basket_order", [0, 500, 0, 100])],
)
def test_which_units_make_a_bundle(favour: str, expected: Any) -> None:
    """A pan of 9.00, 5.00 or 3.00 with a cup: the cheapest, the dearest, the first one put in."""
    pans = [line("1", "9", sku="pan", position=2), line("2", "5", sku="pan", position=1), line("3", "3", sku="pan")]

    assert expected == alone(
        basket(*pans, line("cup", "1")), policies.bundle({"pan": 1, "cup": 1}, favour=favour).free()
    )


def test_several_bundles_deal_units_in_order() -> None:
    """Two bundles of pots (9.00, 8.00) and cups (2.00, 1.00), each for 10.00, dealt cheapest first.

    8.00 and 1.00 are 9.00 and stay; 9.00 and 2.00 are 11.00 and lose 1.00, as 0.82 and 0.18.
    """
    order = basket(
        line("1", "9", sku="pot"), line("2", "8", sku="pot"), line("3", "2", sku="cup"), line("4", "1", sku="cup")
    )

    assert [82, 0, 18, 0] == alone(order, policies.bundle({"pot": 1, "cup": 1}).at_price(eur(10)))


def test_no_more_bundles_than_said() -> None:
    """With `times=1` one of two bundles is free."""
    order = basket(line("a", "6", 2), line("b", "4", 2))

    assert [600, 0, 400, 0] == alone(order, policies.bundle({"a": 1, "b": 1}, times=1).free())


def test_a_unit_that_fits_twice_goes_where_it_is_needed() -> None:
    """Tea with iron: a pot that is both is the iron next to a cup, the tea next to a pan, either with another pot."""
    bundle = policies.bundle({TEA: 1, IRON: 1}).free()
    cup, pan, pot = line("cup", "1", of=["tea"]), line("pan", "2", of=["iron"]), line("pot", "3", of=BOTH)

    assert [100, 300] == alone(basket(cup, pot), bundle)
    assert [200, 300] == alone(basket(pan, pot), bundle)
    assert [300, 300] == alone(basket(line("pot", "3", 2, of=BOTH)), bundle)
    assert [100, 200, 0] == alone(basket(cup, pan, pot), bundle)
    assert [0] == alone(basket(pot), bundle)


def test_a_bundle_of_three_kinds_that_overlap() -> None:
    """Tea, iron and anything: four units that fit in part make one bundle of the three cheapest that can."""
    bundle = policies.bundle({TEA: 1, IRON: 1, everything: 1}).free()
    order = basket(line("cup", "4", of=["tea"]), line("pan", "3", of=["iron"]), line("a", "1"), line("b", "2"))

    assert [400, 300, 100, 0] == alone(order, bundle)


def test_a_bundle_of_one_kind() -> None:
    """Three of the same for 10.00: of seven units of 4.00 six lose 0.67 or 0.66."""
    bundle = policies.bundle({"a": 3}).at_price(eur(10))

    assert [67, 67, 67, 67, 66, 66, 0] == alone(basket(line("a", "4", 7)), bundle)


# --- roles -----------------------------------------------------------------------------------------------------------


def test_two_patterns_of_one_group_share_the_units() -> None:
    """The pair that one pattern took is not there for the other one; in the next phase all units are free again."""
    pair = policies.every(2, of="a")
    order = basket(line("a", "10", 3))
    first, second = Promotion("1", then=pair.percent_off(10)), Promotion("2", then=pair.percent_off(20))
    later = Promotion("3", then=pair.percent_off(20, phase="order"))

    assert 100 == sum(off(price(order, policies.stack(first, second))))
    assert 100 + 180 == sum(off(price(order, first, later)))


def test_two_groups_start_with_all_units() -> None:
    """A pattern of another group takes the same units again: 1.00 and 2.00 off one unit of 10.00."""
    pair = policies.every(2, of="a")
    groups = [policies.stack(Promotion(f"{each}", then=pair.percent_off(each))) for each in (10, 20)]

    assert [300, 0] == off(price(basket(line("a", "10", 2)), *groups))


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: policies.every(2, of="a", favour="merchnt"), "`merchnt` is not a favour: .*did you mean `merchant`"),
        (lambda: policies.every(2, of="a", times=0), "`times` takes a whole number of at least 1, given `0`"),
        (lambda: policies.every(1, of="a"), "`every` takes a whole number of at least 2, given `1`"),
        (lambda: policies.every(True, of="a"), "`every` takes a whole number of at least 2, given `True`"),
        (lambda: policies.every(3, of="a", targets=0), "`targets` takes a whole number of at least 1, given `0`"),
        (lambda: policies.every(3, of="a", targets=3), "of every 3 units `3` are targets: at least one must be paid"),
        (lambda: policies.every(3, of="a", pick="cheap"), "`cheap` is not a pick: allowed: `cheapest`, `dearest`"),
        (lambda: policies.every(3, of=None), "`None` does not say which goods"),
        (lambda: policies.buy(0, of="a"), "`buy` takes a whole number of at least 1, given `0`"),
        (lambda: policies.buy(1, of="a").get(0, of="b"), "`get` takes a whole number of at least 1, given `0`"),
        (lambda: policies.buy(1, of="a").get_same(0), "`get_same` takes a whole number of at least 1, given `0`"),
        (lambda: policies.buy(1, of="a", favour="x").get(1, of="b"), "`x` is not a favour: allowed"),
        (lambda: policies.buy(1, of="a", times=0).get(1, of="b"), "`times` takes a whole number of at least 1"),
        (lambda: policies.bundle({}), "a bundle has 1 to 6 kinds of goods, given `0`"),
        (lambda: policies.bundle({f"{n}": 1 for n in range(7)}), "a bundle has 1 to 6 kinds of goods, given `7`"),
        (
            lambda: policies.bundle({"a": 0, "b": 2}),
            r"the number of `item.sku.is_\('a'\)` in a bundle takes a whole number",
        ),
        (
            lambda: policies.bundle(["a", "b"]),
            "a bundle of `.*` does not say how many of each: write them such as `{'POT",
        ),
        (lambda: policies.bundle({"a": 1}), "a bundle is at least two units: for one unit use `fixed_price`"),
        (lambda: policies.bundle({"a": 2}, favour="all"), "`all` is not a favour: allowed"),
        (lambda: policies.every(2, of="a").percent_off(101), "`101%` takes more than everything"),
        (lambda: policies.every(2, of="a").amount_off(5), "`5` is no amount: write"),
        (lambda: policies.every(2, of="a").at_price(eur(-1)), "`-1.00 EUR` is negative: a benefit takes off"),
        (lambda: policies.every(2, of="a").free(phase="catalogue"), "a pattern needs a later phase"),
    ],
)
def test_a_pattern_that_cannot_be_is_refused(build: Any, message: str) -> None:
    """Each refusal names what was given and what is allowed."""
    with pytest.raises(PolicyError, match=message):
        build()
