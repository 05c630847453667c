"""Pricing some units of a receipt again: who takes part, which facts count, which goods are out of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from aftercare import Customer, Tender, cart, clock, customer, item, policies
from aftercare.history import History
from aftercare.limits import Counts, Tally
from aftercare.money import eur
from aftercare.order import Shipment
from aftercare.order_events import Purchase
from aftercare.policies.combining import PRICING
from aftercare.policies.prepared import Choice, PreparedPromotions
from aftercare.policies.price import Pricer
from aftercare.policies.promotion import Promotion
from aftercare.policies.repricing import MOST_NODES, Repricing
from aftercare.policies.worth import Unit
from tests.policies.till import NOON, basket, line, prices, shop

if TYPE_CHECKING:
    from aftercare.order import Order

TAGGED = item.tag.is_("t")
TEN = policies.percent_off(10)


def again(
    order: Order, *promotions: Any, history: History | None = None, counts: Counts | None = None, whole: bool = False
) -> Repricing:
    """An order placed under promotions, ready to be priced again."""
    book = shop(*promotions)
    quote = book.price(order, at=NOON, history=history, counts=counts)
    receipt = book.place(quote, id="A", paid=[Tender("card", quote.payable)])
    pricer = Pricer(PreparedPromotions(book.promotions), (), book.zone, book.tax_rounding)
    return Repricing(pricer, receipt, whole=whole)


def earlier(*, days: int, cost: str) -> History:
    """A customer who bought once before."""
    book = shop()
    at = NOON - timedelta(days=days)
    quote = book.price(prices(cost), at=at)
    return History([Purchase("p", at, book.place(quote, id="B", paid=[Tender("card", quote.payable)]))])


@pytest.mark.parametrize(
    "when",
    [
        customer.orders.at_least(1),
        customer.spend.at_least(eur(20)),
        customer.days_since_order.at_most(7),
        clock.weekday.is_("monday"),
        ~customer.first_order,
    ],
)
def test_facts_are_those_of_the_receipt(when: Any) -> None:
    """What was read from outside the order is read from the receipt, not from today."""
    order = prices("10", "20", customer=Customer("C"))
    sale = Promotion("sale", when=when, then=policies.percent_off(10))
    found = again(order, sale, history=earlier(days=3, cost="30"))
    assert 900 == found.price([0]).goods


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (item.sku.is_("00"), {"00"}),
        (item.category.is_("x"), set()),
        (item.quantity.at_least(1), {"00", "01"}),
    ],
)
def test_goods_that_nobody_reads_are_out(of: Any, expected: set[str]) -> None:
    """Only goods that a promotion reads or acts on are priced again."""
    other = Promotion("other", when=clock.weekday.is_("monday"), then=policies.percent_off(10, of=of))
    found = again(prices("10", "20"), other)
    assert expected == {unit.line for unit in found.units}
    assert (0 if "00" in expected else None) == found.unit(Unit("00", 1))


def test_what_lowers_fine_tags_takes_part() -> None:
    """5 % and 10 % off a tag of 4.02 cents: only the second takes a cent, but both brought the tag there."""
    off = [Promotion(str(n), then=policies.percent_off(n, phase="catalogue", base="running"), rank=n) for n in (5, 10)]
    found = again(basket(line("a", "0.0402")), *off)
    assert [3, 3] == [found.price([0]).goods, found.anew((0,)).goods]


def test_what_takes_no_discount_is_out() -> None:
    """Goods that are not discountable are never priced again."""
    order = basket(line("a", "10"), line("b", "20", discountable=False))
    ten = Promotion("ten", then=policies.percent_off(10))
    assert {"a"} == {unit.line for unit in again(order, ten).units}
    # With delivery they are priced again, and still take no discount.
    assert 900 + 2000 == again(order, ten, whole=True).price([0, 1]).goods


def test_delivery_takes_part_only_where_it_matters() -> None:
    """A promotion on delivery alone reads goods for nothing, unless delivery is asked for."""
    free = Promotion("free", when=cart.amount().at_least(eur(5)), then=policies.free_shipping())
    gift = Promotion("gift", when=cart.amount().at_least(eur(5)), then=policies.gift("TOTE", value=eur(3)))
    order = prices("10", "20")
    assert () == again(order, free, gift).units
    assert 2 == len(again(order, free, gift, whole=True).units)


def test_a_choice_across_phases_is_settled_again() -> None:
    """Of a choice between goods and delivery, the alternative that is better for the kept units acts."""
    ten = Promotion("ten", then=policies.percent_off(10))
    three = Promotion("three", then=policies.amount_off(eur(3), phase="item"))
    found = again(prices("50", "10"), policies.best_of(ten, three))
    assert 1000 - 300 == found.price([1]).goods
    assert 6000 - 600 == found.price([0, 1]).goods


def test_a_choice_of_one_is_no_choice() -> None:
    """Those of a choice that took no part leave the others as they are."""
    never = Promotion("never", when=cart.has("NONE"), then=policies.free_shipping())
    three = Promotion("three", then=policies.amount_off(eur(3)))
    found = again(prices("50", "10"), policies.best_of(never, three))
    assert 1000 - 300 == found.price([1]).goods


def test_a_choice_in_one_phase_is_compared_afresh() -> None:
    """Of two discounts on goods, the better one for the kept units acts."""
    goods = item.sku.one_of("00", "01")
    both = policies.best_of(
        Promotion("ten", then=policies.percent_off(10, of=goods)),
        Promotion("two", then=[policies.percent_off(5, of=goods), policies.percent_off(20, of="01")]),
    )
    found = again(prices("50", "10"), both)
    assert [6000 - 600, 1000 - 250] == [found.price(each).goods for each in ([0, 1], [1])]


def test_a_gift_of_the_cart_costs_its_price_when_it_is_no_longer_earned() -> None:
    """A unit that was a gift costs what it costs when its promotion no longer holds."""
    cup = Promotion("cup", when=cart.quantity(item.sku.is_("POT")).at_least(1), then=policies.gift("CUP"))
    found = again(basket(line("POT", "24"), line("CUP", "8")), cup)
    place = found.unit(Unit("CUP", 1))
    assert place is not None
    assert 800 == found.price([place]).goods
    assert 2400 == found.price([0, 1]).goods


def test_unchanged_discounts_keep_their_cents() -> None:
    """A cent that rounding laid on a unit stays with it while the discount is unchanged."""
    sale = Promotion("sale", then=policies.percent_off(15, of=item.tag.is_("t")))
    order = basket(*(line(f"{n}", "3.33", tags=["t"]) for n in range(3)))
    found = again(order, sale)
    each = [found.price([at]).goods for at in range(3)]
    assert found.price(range(3)).goods == sum(each) == 849


# --- best combinations -----------------------------------------------------------------------------------------------


def combination(**terms: Any) -> Any:
    """Three patterns that want the same units."""
    three = Promotion("three", then=policies.every(3, of=TAGGED).free())
    pair = Promotion("pair", then=policies.bundle({"00": 1, "01": 1}).percent_off(50))
    two = Promotion("two", then=policies.every(2, of=TAGGED).percent_off(40))
    return policies.best_combination(three, pair, two, **terms)


def tagged(*each: str) -> Order:
    """Tagged goods, a unit a line."""
    return basket(*(line(f"{place:02}", amount, tags=["t"]) for place, amount in enumerate(each)))


@pytest.mark.parametrize("over", ["phase", "order"])
def test_the_best_combination_is_that_of_the_kept_units(over: Any) -> None:
    """For each set of kept units the best combination is chosen anew, as if they alone were bought."""
    order, group = tagged("10", "8", "6", "5"), combination(over=over)
    found = again(order, group)
    assert found.feasible
    for kept in ([0], [0, 1], [1, 2, 3], [0, 1, 2], [0, 1, 2, 3]):
        alone = attrs.evolve(order, lines=[order.lines[place] for place in kept])
        assert shop(group).price(alone, at=NOON).payable.minor == found.price(kept).goods


@pytest.mark.parametrize(("over", "most"), [("phase", 8), ("order", 6)])
def test_a_receipt_whose_combinations_take_long_is_not_priced_again(over: Any, most: int) -> None:
    """What the search took for the whole order, it may take for each set of units: only so many are searched."""
    costs = [f"{10 - 0.37 * place:.2f}" for place in range(most + 1)]
    assert again(tagged(*costs[:-1]), combination(over=over)).feasible
    dear = again(tagged(*costs), combination(over=over))
    assert dear.subsets * PRICING <= MOST_NODES < dear.subsets * dear.nodes
    assert not dear.feasible


def test_what_a_solver_proved_is_not_priced_again() -> None:
    """A solver that was asked for the order would be asked for each set of units; one that was not makes no odds."""
    order = tagged("10", "8", "6", "5", "4.50")
    assert again(order, combination(solver="cp-sat")).feasible
    assert again(order, combination(effort=1)).feasible
    assert not again(order, combination(effort=1, solver="cp-sat")).feasible


def test_no_set_of_units_is_searched_for_more_than_its_share() -> None:
    """The nodes are shared out by the number of sets, below the effort that the group declares."""
    order = tagged("10", "8", "6", "5")
    efforts = [
        node.terms.effort
        for group in (combination(), combination(effort=99), policies.stack(combination(), Promotion("x", then=TEN)))
        for choice in again(order, group)._pricer.promotions.choices.values()
        for node in (choice, *choice.members)
        if isinstance(node, Choice) and node.terms is not None
    ]
    assert [MOST_NODES // 16, 99, MOST_NODES // 16] == efforts


# --- cents -----------------------------------------------------------------------------------------------------------


def test_a_price_tag_that_stays_splits_no_price_anew() -> None:
    """Of two units at 10.005 the second cost 10.00; alone it still does, whatever rounds to the tag that it has."""
    sale = Promotion("sale", then=policies.percent_off("0.001", phase="catalogue"))
    found = again(basket(line("a", "10.005", 2), line("b", "1000")), sale)
    assert [1001, 1000, 2001] == [found.price(each).goods for each in ([0], [1], [0, 1])]


def test_another_price_tag_makes_no_unit_dearer() -> None:
    """A unit that cost 10.00 of two at 10.0074 costs no more by a tag of 10.006 that wins without other goods."""
    half = Promotion("half", then=policies.percent_off(50, of="x", phase="catalogue"))
    hair = policies.percent_off("0.014", of="a", phase="catalogue")
    other = Promotion("other", then=[hair, policies.amount_off(eur(1), of="b", each="unit", phase="catalogue")])
    order = basket(line("a", "10.0074", 2), line("b", "9"), line("x", "50"))
    found = again(order, policies.best_of(half, other))
    assert [1001, 1000, 800, 2500] == [found.price([place]).goods for place in range(4)]
    assert 1000 + 800 == found.price([1, 2]).goods


def test_free_delivery_that_won_a_choice_wins_it_again() -> None:
    """Delivery that a choice preferred to a discount on goods is preferred for the kept units too."""
    free = Promotion("free", then=policies.free_shipping())
    three = Promotion("three", then=policies.amount_off(eur(3)))
    order = prices("50", "10", shipments=[Shipment("p", "standard", eur("4.95"))])
    assert 5000 == again(order, policies.first_of(free, three)).price([0]).goods


def test_a_choice_with_delivery_weighs_what_others_left_of_it() -> None:
    """A reduced fee that made a discount on goods the better choice takes part, though it acts on delivery alone."""
    euro = Promotion("euro", then=policies.shipping_at_price(eur(1)))
    choice = policies.best_of(
        Promotion("ten", then=policies.percent_off(10)), Promotion("f", then=policies.free_shipping())
    )
    order = prices("20", shipments=[Shipment("p", "standard", eur("3.33"))])
    found = again(order, euro, choice)
    assert 1800 == found.price(range(len(found.units))).goods


@pytest.mark.parametrize("choice", [policies.best_of, policies.first_of])
def test_a_gift_that_won_a_choice_wins_it_again(choice: Any) -> None:
    """A discount that lost to an added gift stays out when the goods are priced again."""
    gift = Promotion("gift", then=policies.gift("SPOON", value=eur(3)))
    sale = Promotion("sale", then=policies.percent_off(10, of="A"))
    order = basket(line("A", "10"))
    found = again(order, choice(gift, sale))

    assert 1000 == found.price(range(len(found.units))).goods


def test_limits_let_through_what_they_did() -> None:
    """A budget that cut a discount off cuts it off again, and a limit that kept a promotion out still does."""
    order = prices("50", "10", customer=Customer("C"))
    cut = Promotion("cut", then=policies.percent_off(50), limits=[policies.budget(eur(12), partial="cut")])
    once = Promotion("once", then=policies.percent_off(10), limits=[policies.uses(1, per="customer")])
    found = again(order, policies.first_of(once, cut), counts=Counts({Tally("once", customer="C"): 1}))
    assert [6000 - 1200, 1000 - 500] == [found.price(each).goods for each in ([0, 1], [1])]
