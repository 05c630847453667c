"""Gifts and rewards, groups across phases, and what a benefit may not say."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import (
    AftercareError,
    Charge,
    Name,
    PolicyError,
    Promotion,
    Shipment,
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
from aftercare.policies.acting import kind
from aftercare.policies.benefit import sums, values
from tests.policies.till import basket, ids, line, off, price, prices

if TYPE_CHECKING:
    from aftercare import Order

TEA = item.category.is_("tea")


def alone(order: Order, benefit: Any) -> list[int]:
    """What one benefit takes off each unit."""
    return off(price(order, Promotion("it", then=benefit)))


# --- gifts -----------------------------------------------------------------------------------------------------------


def test_a_gift_from_the_cart_is_its_cheapest_units() -> None:
    """Two of four cups: of 3.00 and three of 2.00, two of 2.00."""
    order = basket(line("a", "3", sku="cup"), line("b", "2", 3, sku="cup"))
    decision = price(order, Promotion("it", then=policies.gift("cup", quantity=2)))

    assert [0, 200, 200, 0] == off(decision)
    assert [(False, 1), (True, 2), (False, 1)] == [(u.gift, u.count) for each in decision.lines for u in each.units]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"per": 2, "of": TEA}, 3),
        ({"per": 2, "of": TEA, "most": 2}, 2),
        ({"per": 8, "of": TEA}, 0),
        ({"quantity": 2}, 2),
    ],
)
def test_so_many_gifts(terms: Any, expected: Any) -> None:
    """Of seven teas: one for every two, at most two, one for every eight, or two at once."""
    order = basket(line("a", "1", 7, of=["tea"]))
    decision = price(order, Promotion("it", then=policies.gift("mug", value=eur(3), name="A mug", **terms)))

    assert expected == sum(gift.quantity for gift in decision.gifts)
    assert eur(7) == decision.payable
    assert all(Name("A mug") == gift.name for gift in decision.gifts)


def test_two_gifts_for_every_three() -> None:
    """Nine teas make three times two mugs."""
    gift = policies.gift("mug", value=eur(3), quantity=2, per=3, of=TEA)

    assert [6] == [
        each.quantity for each in price(basket(line("a", "1", 9, of=["tea"])), Promotion("it", then=gift)).gifts
    ]


def test_a_gift_that_is_not_in_the_cart_is_not_given() -> None:
    """Without a value the gift is one of the units in the cart; one that takes part in no promotion is none."""
    assert [0] == alone(basket(line("a", "1")), policies.gift("cup"))
    assert [0] == alone(basket(line("cup", "1", discountable=False)), policies.gift("cup"))
    assert {"it": "nothing_left"} == price(prices("1"), Promotion("it", then=policies.gift("cup"))).states


def test_a_gift_is_out_of_reach_for_others() -> None:
    """The free cup takes no part in 10 % off, in the same phase or a later one."""
    decision = price(
        basket(line("cup", "4"), line("pot", "6")),
        Promotion("gift", then=policies.gift("cup")),
        Promotion("tenth", then=policies.percent_off(10, of=everything)),
        Promotion("twentieth", then=policies.percent_off(5)),
    )

    # 10 % of 6.00, then 5 % of 5.40.
    assert [400, 87] == off(decision)


def test_two_gifts_of_one_product_are_two_units() -> None:
    """A unit is given once; the second promotion gives the next one."""
    order = basket(line("cup", "4", 3))
    twice = [Promotion(each, then=policies.gift("cup")) for each in ("a", "b")]

    assert [400, 400, 0] == off(price(order, *twice))


# --- rewards ---------------------------------------------------------------------------------------------------------


def test_rewards_take_nothing_and_are_told() -> None:
    """Points twice, a hundred more and a voucher of 5.00 cost nothing on this order."""
    decision = price(
        prices("10"),
        Promotion("a", then=policies.points_times(2)),
        Promotion("b", then=policies.bonus_points(100)),
        Promotion("c", then=policies.voucher(amounts(eur(5), pln(20)))),
    )

    assert eur(10) == decision.payable
    assert [("a", "points_times", 2), ("b", "bonus_points", 100), ("c", "voucher", eur(5))] == [
        (each.promotion, each.kind, each.value) for each in decision.rewards
    ]


@pytest.mark.parametrize(("worth", "winner"), [(eur(2), "points"), (eur("0.50"), "ten"), (None, "ten")])
def test_points_are_compared_at_their_worth(worth: Any, winner: str) -> None:
    """10 % of 10.00 is 1.00; points are worth 2.00, half of it, or nothing unless it is said."""
    group = policies.best_of(
        Promotion("points", then=policies.points_times(2, worth=worth)), Promotion("ten", then=policies.percent_off(10))
    )

    assert [winner] == ids(price(prices("10"), group).applied)


def test_gifts_are_compared_at_their_value() -> None:
    """A mug of 3.00 is better than 10 % of 20.00, and 20 % is better than the mug."""
    mug = Promotion("mug", then=policies.gift("mug", value=eur(3)))

    def best(percent: int) -> list[str]:
        other = Promotion("percent", then=policies.percent_off(percent, of=everything))
        return ids(price(prices("20"), policies.best_of(mug, other)).applied)

    assert ["mug"] == best(10)
    assert ["percent"] == best(20)


# --- several benefits, several phases --------------------------------------------------------------------------------


def test_all_benefits_act_or_none() -> None:
    """Tea for half, 1.00 off the order and free delivery; where one value cannot be told, nothing of it."""
    given = [policies.percent_off(50, of=TEA), policies.amount_off(eur(1)), policies.free_shipping()]
    order = basket(line("a", "10", of=["tea"]), shipments=[Shipment("s", "parcel", eur(4))])

    assert eur(4) == price(order, Promotion("it", then=given)).payable
    unknown = policies.percent_off(stepped(cart.quantity(), {2: 5}))
    assert eur(14) == price(order, Promotion("it", then=[*given, unknown])).payable


def test_benefits_of_one_phase_act_by_kind() -> None:
    """Written amount first: half of 10.00, then the price of 4.00, then 1.00 off."""
    given = [
        policies.amount_off(eur(1), of="00"),
        policies.fixed_price(eur(4), of="00"),
        policies.percent_off(50, of="00"),
    ]

    assert [700] == alone(prices("10"), given)


@pytest.mark.parametrize(("mode", "expected"), [("gross", "80"), ("net", "99.63")])
def test_a_group_across_phases_is_settled_by_what_the_order_costs(mode: str, expected: Any) -> None:
    """15 % of the goods or 20.00 off the order: the second leaves 80.00, or 98.40 with 23 % tax, and a fee of 1.00 net.

    Gross: 100.00 less 20.00. Net: 80.00 and 1.00 are 81.00, and 99.63 with tax.
    """
    group = policies.best_of(
        Promotion("goods", then=policies.percent_off(15, of=everything)),
        Promotion("order", then=policies.amount_off(eur(20))),
    )
    charges = [Charge("fee", eur(1), tax=23)] if mode == "net" else []
    decision = price(basket(line("a", "100", tax=23), prices=mode, charges=charges), group)

    assert eur(expected) == decision.payable
    assert {"goods": "lost", "order": "applied"} == decision.states


def test_a_group_across_phases_counts_delivery_and_its_tax() -> None:
    """Free delivery of 5.00 net is 6.15, more than 5 % of 100.00 net, which is also 6.15: the rank settles it."""
    group = policies.best_of(
        Promotion("ship", then=policies.free_shipping(), rank=2),
        Promotion("goods", then=policies.percent_off(5), rank=1),
    )
    order = basket(line("a", "100", tax=23), prices="net", shipments=[Shipment("s", "parcel", eur(5), tax=23)])

    assert ["goods"] == ids(price(order, group).applied)


def test_a_gross_amount_in_a_group_across_phases_keeps_its_tax() -> None:
    """30.00 gross off 123.00 leaves 93.00; 20 % of the goods would leave 98.40."""
    group = policies.best_of(
        Promotion("goods", then=policies.percent_off(20, of=everything)),
        Promotion("order", then=policies.amount_off(eur(30), money="gross")),
    )

    assert eur(93) == price(basket(line("a", "100", tax=23), prices="net"), group).payable


def test_what_a_promotion_names() -> None:
    """Every value that a benefit reads, and every constant amount in it."""
    given = policies.percent_off(5, of=TEA, cap=eur(9), cap_each=stepped(cart.quantity(), {1: eur(1), 2: eur(2)}))
    points = policies.points_times(2, worth=eur(3))

    assert 3 == len(values(given))
    assert [eur(9), eur(1), eur(2)] == sums(given)
    assert [eur(3)] == sums(points)
    assert [0, 0, 1, 2, 1, 2] == [
        kind(each)
        for each in (
            given,
            points,
            policies.named_price("member"),
            policies.amount_off(eur(1)),
            policies.shipping_at_price(eur(1)),
            policies.bundle({"a": 2}).amount_off(eur(1)),
        )
    ]


# --- refusals --------------------------------------------------------------------------------------------------------

FIVE = eur(5)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: policies.percent_off(101), "`101%` takes more than everything: a discount is from 0 to 100 percent"),
        (lambda: policies.percent_off("100.01"), "`100.01%` takes more than everything"),
        (lambda: policies.percent_off(-1), "below zero"),
        (lambda: policies.percent_off(0.5), "`0.5` is a float, which is not exact"),
        (lambda: policies.percent_off(True), "`True` is not an exact number"),
        (lambda: policies.percent_off(Decimal("NaN")), "is not an exact number"),
        (lambda: policies.percent_off(5, cap_share=120), "`120%` takes more than everything"),
        (lambda: policies.percent_off(5, cap=3), r"`3` is no amount: write `eur\(5\)`, or `amounts"),
        (
            lambda: policies.percent_off(5, cap_each=eur(-1)),
            "`-1.00 EUR` is negative: a benefit takes off, it never adds",
        ),
        (lambda: policies.amount_off(amounts(eur(1), pln(-1))), "`-1.00 PLN` is negative: .* use a `Charge`"),
        (lambda: policies.amount_off("5"), "`'5'` is no amount"),
        (lambda: policies.percent_off(5, phase="items"), "`items` is not a phase of goods: .* did you mean `item`"),
        (lambda: policies.percent_off(5, phase="shipping"), "`shipping` is not a phase of goods: allowed: `catalogue`"),
        (
            lambda: policies.percent_off(5, rounding="units"),
            "`units` is not a scope of rounding: .* did you mean `unit`",
        ),
        (
            lambda: policies.percent_off(5, mode="halfup"),
            "`halfup` is not a way of rounding: .* did you mean `half_up`",
        ),
        (lambda: policies.percent_off(5, money="grosss"), "`grosss` is not a price mode: .* did you mean `gross`"),
        (
            lambda: policies.percent_off(5, base="runing"),
            "`runing` is not a base of a percentage: .*did you mean `running`",
        ),
        (
            lambda: policies.amount_off(FIVE, each="units"),
            "`units` is not a scope of an amount: .* did you mean `unit`",
        ),
        (lambda: policies.percent_off(5, of=7), "`7` does not say which goods"),
        (lambda: policies.fixed_price(FIVE, of=None), "`None` does not say which goods"),
        (
            lambda: policies.percent_off(5, phase="catalogue", cap=FIVE),
            "`cap`, `rounding`, `mode` and `money` need a later phase",
        ),
        (lambda: policies.percent_off(5, phase="catalogue", rounding="unit"), "set tag by tag: `cap`, `rounding`"),
        (lambda: policies.percent_off(5, phase="catalogue", money="net"), "set tag by tag: `cap`, `rounding`"),
        (
            lambda: policies.percent_off(5, phase="catalogue", of=policies.cheapest(1, "a")),
            "a selection such as `cheapest` needs a later phase",
        ),
        (lambda: policies.amount_off(FIVE, phase="catalogue"), "an amount needs `each='unit'` there"),
        (lambda: policies.amount_off(FIVE, phase="catalogue", each="line"), "an amount needs `each='unit'` there"),
        (
            lambda: policies.gift("a", quantity=0),
            "the quantity of a gift takes a whole number of at least 1, given `0`",
        ),
        (lambda: policies.gift("a", per=0, of="b"), "`per` of a gift takes a whole number of at least 1, given `0`"),
        (lambda: policies.gift("a", most=True), "`most` of a gift takes a whole number of at least 1, given `True`"),
        (lambda: policies.gift("a", per=2), "a gift for so many units needs both `per=` .* and `of=`"),
        (lambda: policies.gift("a", of="b"), "a gift for so many units needs both `per=` .* and `of=`"),
        (lambda: policies.gift("a", value=3), "`3` is no amount"),
        (lambda: policies.points_times(0), "points are a number above zero, given `0`"),
        (lambda: policies.points_times(1.5), "points are a number above zero, given `1.5`"),
        (lambda: policies.bonus_points(True), "points are a number above zero, given `True`"),
        (lambda: policies.bonus_points("5"), "points are a number above zero, given `'5'`"),
        (lambda: policies.voucher(5), "`5` is no amount"),
        (
            lambda: policies.named_price("member", phase="item", money="net"),
            "price `member` of a line is in the order's own price mode",
        ),
        (lambda: policies.missing, "module `aftercare.policies` has no attribute `missing`"),
    ],
    ids=count(),
)
def test_a_benefit_that_cannot_be_is_refused(build: Any, message: str) -> None:
    """Each refusal names what was given and what is allowed."""
    with pytest.raises((AftercareError, AttributeError), match=message):
        build()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Promotion("", then=policies.free_shipping()), "a promotion needs an id, given `''`"),
        (lambda: Promotion(3, then=policies.free_shipping()), "a promotion needs an id, given `3`"),
        (
            lambda: Promotion("p", when=TEA, then=policies.free_shipping()),
            "`when` of `p` is `.*`, which is no condition of the",
        ),
        (lambda: Promotion("p", then=[]), "`p` gives nothing: name at least one benefit"),
        (lambda: Promotion("p", then=policies.every(2, of="a")), "of `p` is no benefit: say what it gives"),
        (
            lambda: Promotion("p", then=policies.free_shipping(), rank="1"),
            "the rank of `p` is a whole number, given `'1'`",
        ),
        (
            lambda: Promotion("p", then=policies.free_shipping(), rank=True),
            "the rank of `p` is a whole number, given `True`",
        ),
        (lambda: Promotion("p", then=policies.free_shipping(), codes=["A", " "]), "a code of `p` is empty"),
        (policies.stack, "`stack` has 0 members: it needs at least 1"),
        (
            lambda: policies.best_of(Promotion("p", then=policies.free_shipping())),
            "`best_of` has 1 members: it needs at least 2 to choose from",
        ),
        (
            lambda: policies.first_of(customer.staff, customer.staff),
            "`customer.staff` cannot be in a group: give promotions",
        ),
    ],
    ids=count(),
)
def test_a_promotion_or_group_that_cannot_be_is_refused(build: Any, message: str) -> None:
    """Each refusal names what was given and what is allowed."""
    with pytest.raises(PolicyError, match=message):
        build()


def test_alternatives_are_compared_without_units_that_are_gifts() -> None:
    """A unit that is a gift already costs nothing that an amount could be taken off."""
    free = Promotion("free", then=policies.gift("CUP"), rank=1)
    three = Promotion("three", then=policies.amount_off(eur(3), of="CUP", phase="order"))
    two = Promotion("two", then=policies.amount_off(eur(2), of="POT", phase="order"))
    decision = price(basket(line("CUP", "8.00"), line("POT", "24.00")), free, policies.best_of(three, two))
    assert ["free", "two"] == ids(decision.applied)
    assert [800, 200] == off(decision)
