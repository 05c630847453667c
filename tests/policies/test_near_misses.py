"""Near misses: what a shopper could change, what it brings, and what is never told."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import (
    Days,
    Delivery,
    Line,
    Name,
    Notice,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Schedule,
    Shipment,
    Tier,
    all_of,
    always,
    any_of,
    at_least_of,
    by,
    cart,
    custom,
    customer,
    dated,
    eur,
    item,
    jpy,
    policies,
    say,
    stepped,
)
from aftercare.errors import AftercareError, CurrencyMismatch, OrderError
from aftercare.policies import trials
from aftercare.policies.changes import AddUnits, ChooseDelivery, EnterCode, NearMiss, OrderFrom, SpendMore

if TYPE_CHECKING:
    from aftercare import Decision
    from aftercare.policies.changes import Change
    from aftercare.policies.stacking import Entry

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)
ANY = eur(10_000)
CUP = Product("CUP", name=Name("cup", pl="filiżanka"), categories=["cups"], attributes={"weight": 300})
POT = Product("POT", categories=["pots"], attributes={"weight": Decimal("0.9")})
CUPS = Line("cups", CUP, 3, unit_price=eur(3), tax=23)
POTS = Line("pots", POT, unit_price=eur(18), tax=8)
STANDARD = Shipment("s", "standard", eur("4.95"))
PICKUP = Shipment("p", "pickup", eur(0))


def priced(*promotions: Entry, catalog: Any = (), at: datetime = SUNDAY, **order: Any) -> Decision:
    """Three cups and a pot, or another order, under *promotions*."""
    book = PolicyBook(
        "shop", zone="UTC", currencies=["EUR"], promotions=promotions, delivery=[Delivery("standard", fee=eur("4.95"))]
    )
    return book.price(Order(**{"lines": [CUPS, POTS], "currency": "EUR", **order}), at=at, catalog=catalog)


def promotion(then: Any, when: Any = always, id_: str = "p", **terms: Any) -> Promotion:
    """A promotion."""
    return Promotion(id_, when=when, then=then, **terms)


def only(decision: Decision) -> NearMiss:
    """The one near miss that there is, whatever it costs; it is proved here once more."""
    (found,) = decision.nearest_within(ANY)
    book = decision._book
    assert isinstance(book, PolicyBook)
    after = book.price(found.apply_to(decision.order), at=found.at)
    assert found.payable == after.payable
    assert found.net == decision.payable - after.payable
    assert found.gain == after.saved - decision.saved
    return found


def added(decision: Decision) -> dict[str, int]:
    """How many units of which lines the one near miss adds."""
    changes = only(decision).changes
    assert all(isinstance(each, AddUnits) for each in changes)
    return {each.line.id: each.count for each in changes if isinstance(each, AddUnits)}


def none(decision: Decision) -> bool:
    """Whether nothing is suggested, whatever it costs."""
    return decision.nearest_within(ANY) == ()


# --- units -----------------------------------------------------------------------------------------------------------


def test_one_cup_more_ships_free() -> None:
    """The fourth cup costs 3.00 and saves 4.95 of delivery: 1.95 less is payable."""
    combo = promotion(policies.free_shipping(), cart.has("POT") & cart.quantity("CUP").at_least(4))
    near = only(priced(combo, shipments=[STANDARD]))

    assert (AddUnits(CUPS, 1),) == near.changes
    assert (eur("4.95"), eur("1.95"), eur(30)) == (near.gain, near.net, near.payable)
    assert near.delivery_free
    assert near.at == SUNDAY


def test_what_costs_more_than_it_saves_is_told_on_request_alone() -> None:
    """A cup for 3.00 that brings 1.00 is no near miss by default."""
    dear = priced(promotion(policies.amount_off(eur(1)), cart.quantity("CUP").at_least(4)))

    assert dear.nearest == ()
    assert dear.nearest_within(eur("1.99")) == ()
    assert [eur(-2)] == [each.net for each in dear.nearest_within(eur(2))]


def test_a_near_miss_that_costs_nothing_more_is_told() -> None:
    """The second pot for nothing: as much is payable."""
    near = only(priced(promotion(policies.every(2, of="POT").free())))

    assert (eur(18), eur(0)) == (near.gain, near.net)


def test_the_catalog_has_what_the_order_lacks() -> None:
    """A pot is not in the order; without a catalog nobody could suggest it."""
    pair = promotion(policies.amount_off(eur(20)), cart.has("POT") & cart.has("CUP"))

    assert none(priced(pair, lines=[CUPS]))
    assert {"pots": 1} == added(priced(pair, lines=[CUPS], catalog=[POTS]))


def test_a_catalog_line_that_the_order_has_is_the_same_line() -> None:
    """The catalog's cups are those of the order, whatever they are called there."""
    again = [CUPS, Line("cup", CUP, unit_price=eur(3), tax=23)]

    assert {"cups": 1} == added(
        priced(promotion(policies.amount_off(eur(5)), cart.quantity("CUP").at_least(4)), catalog=again)
    )


def test_a_catalog_line_needs_an_id_of_its_own() -> None:
    """Other goods under the id of a line of the order are refused, when near misses are asked for."""
    decision = priced(promotion(policies.percent_off(10)), catalog=[Line("cups", POT, unit_price=eur(1))])

    with pytest.raises(OrderError, match="catalog line `cups` has the id of another line of the order"):
        _ = decision.nearest


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (cart.quantity("CUP").at_least(5), {"cups": 2}),
        (cart.quantity().at_least(6), {"cups": 2}),
        (cart.quantity("CUP").at_least(13), {"cups": 10}),
        (cart.amount("CUP").at_least(eur("12.01")), {"cups": 2}),
        (cart.amount(item.category.is_("cups"), money="net").at_least(eur("9.70")), {"cups": 1}),
        (cart.amount("CUP", money="gross", basis="before_discounts").at_least(eur(10)), {"cups": 1}),
        (cart.total("weight", "CUP").at_least(1000), {"cups": 1}),
        (cart.total("weight", "POT").at_least(Decimal("2.5")), {"pots": 2}),
        (cart.distinct().at_least(3), {"tea": 1}),
        (cart.has("TEA") & cart.distinct(item.category.is_("tea")).at_least(1), {"tea": 1}),
        (cart.quantity(item.sku.is_("CUP") & item.quantity.at_least(4)).at_least(1), {"cups": 1}),
        (cart.quantity("CUP").at_least(4) & cart.quantity("POT").at_least(2), {"cups": 1, "pots": 1}),
        (cart.quantity("CUP").at_least(9) | cart.quantity("POT").at_least(2), {"cups": 6}),
        (
            at_least_of(
                2, cart.quantity("CUP").at_least(4), cart.quantity("POT").at_least(9), cart.quantity().at_least(7)
            ),
            {"cups": 3},
        ),
        (any_of(all_of(cart.has("TEA"), cart.has("NONE")), cart.quantity("CUP").at_least(4)), {"cups": 1}),
        (cart.quantity("CUP").at_least(4) & cart.quantity("CUP").below(6), {"cups": 1}),
    ],
)
def test_the_least_units_are_added(when: Any, expected: dict[str, int]) -> None:
    """As many units as the condition lacks, of the lines after which least is payable."""
    tea = Line("tea", Product("TEA", categories=["tea"]), unit_price=eur(4))

    assert expected == added(priced(promotion(policies.amount_off(eur(1)), when), catalog=[tea]))


@pytest.mark.parametrize(
    "when",
    [
        cart.quantity("CUP").at_least(14),
        cart.quantity("CUP").below(3),
        cart.quantity("CUP").at_least(4) & cart.quantity().below(5),
        cart.total("weight").at_least(5),
        cart.has("NONE"),
        at_least_of(2, cart.has("NONE"), cart.quantity("CUP").at_least(4), customer.staff),
        customer.tier.at_least(Tier("gold", 2)),
        cart.channel.is_("app"),
        custom.flag("tests.policies.shop_facts:raining"),
    ],
)
def test_what_a_shopper_cannot_change_is_no_near_miss(when: Any) -> None:
    """More than ten units, fewer units, goods that nobody offers, facts of the customer and the shop."""
    assert none(
        priced(
            promotion(policies.amount_off(eur(9)), when), lines=[CUPS, POTS, Line("n", Product("N"), unit_price=eur(1))]
        )
    )


def test_conditions_that_exclude_one_another() -> None:
    """A cup that the points need is a unit too many for them."""
    when = cart.quantity("CUP").at_least(4) & cart.quantity().below(5)

    assert none(priced(promotion(policies.bonus_points(5), when)))


def test_different_products_are_counted_once_each() -> None:
    """Ten teas are one product: two more products are two lines of the catalog."""
    tea, milk = (Line(sku, Product(sku), unit_price=eur(1)) for sku in ("TEA", "MILK"))
    four = promotion(policies.amount_off(eur(9)), cart.distinct().at_least(4))

    assert none(priced(four, catalog=[tea]))
    assert {"TEA": 1, "MILK": 1} == added(priced(four, catalog=[tea, milk]))


def test_goods_by_measure_and_full_lines_are_left_alone() -> None:
    """Nobody is told to buy another 1.25 kg of cheese, or the line's millionth unit."""
    cheese = Line("cheese", Product("CHEESE"), unit_price=eur(10), measure=Decimal("1.25"))
    screws = Line("screws", Product("SCREW"), 999_995, unit_price=eur(1))
    two = promotion(policies.amount_off(eur(50)), cart.quantity("CHEESE").at_least(2))
    more = promotion(policies.amount_off(eur(50)), cart.quantity("SCREW").at_least(999_996), "q")

    assert none(priced(two, more, lines=[cheese, screws]))


def test_an_earlier_discount_asks_for_more_units() -> None:
    """Cups at half price count half: 12.00 are four more cups at 1.50, where two would do at full price."""
    half = promotion(policies.percent_off(50, of="CUP"), id_="half")
    from_twelve = promotion(policies.amount_off(eur(6)), cart.amount("CUP").at_least(eur("10.50")), "twelve")

    assert {"cups": 4} == added(priced(half, from_twelve))


# --- money -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prices", "money", "expected"),
    [("gross", None, "3.00"), ("net", None, "3.00"), ("gross", "net", "8.49"), ("net", "gross", "0.01")],
)
def test_a_spend_gap_is_spent_on_anything(prices: Any, money: Any, expected: str) -> None:
    """The missing amount as one unit that no promotion names, at the highest rate of the order."""
    bound = {None: eur(30), "net": eur("30.89"), "gross": eur("30.52")}[money]
    gap = promotion(policies.amount_off(eur(9)), cart.amount(money=money).at_least(bound))

    assert (SpendMore(eur(expected), CUPS.tax),) == only(priced(gap, prices=prices)).changes


def test_a_spend_gap_is_not_crowded_out_by_units() -> None:
    """However many ways there are to fill a gap with cheap units that fall short, what is missing can be spent."""
    cheap = [Line(str(n), Product(str(n)), unit_price=eur("0.10"), tax=23) for n in range(4)]
    goal = promotion(policies.amount_off(eur(10)), cart.amount(money="net").at_least(eur("1.95")))
    decision = priced(goal, lines=[CUPS, *cheap][1:])
    assert [(SpendMore, eur("2.00"))] == [(type(each), each.amount) for each in only(decision).changes]


def test_units_are_weighed_in_the_price_mode_that_is_asked_for() -> None:
    """Net 3.00 of goods at 1.00 gross: three and some of a cheaper line are less than four."""
    goods = item.category.is_("x")
    off = promotion(policies.amount_off(eur(1)), cart.amount(goods, money="net").at_least(eur(3)))
    cheap = Line("cheap", Product("B", categories=["x"]), unit_price=eur("0.10"))
    dear = Line("dear", Product("A", categories=["x"]), unit_price=eur(1), tax=23)

    assert {"B": 5, "A": 3} == {
        each.line.product.sku: each.count
        for each in only(priced(off, lines=[cheap], catalog=[dear])).changes
        if isinstance(each, AddUnits)
    }


def test_a_spend_gap_in_the_other_price_mode_is_the_least_that_closes_it() -> None:
    """Of the prices about it one is tried, so that what else is needed is not crowded out by the others."""
    when = cart.quantity().at_least(4) & cart.amount(money="net").at_least(eur("7.77"))
    lines = [Line("cup", CUP, unit_price=eur(1), tax=23)]
    tea = Line("tea", Product("TEA"), unit_price=eur("0.30"), tax=23)
    near = only(priced(promotion(policies.gift("TEA"), when), lines=lines, catalog=[tea]))

    assert {AddUnits, SpendMore} == {type(each) for each in near.changes}


def test_what_is_spent_on_anything_is_a_product_and_a_unit() -> None:
    """It counts as one where goods are counted, beside what else is needed."""
    when = cart.amount().at_least(eur("40.50")) & cart.quantity().at_least(6) & cart.has("TEA")
    tea = Line("tea", Product("TEA"), unit_price=eur(1))
    near = only(priced(promotion(policies.amount_off(eur(9)), when), catalog=[tea]))

    assert (AddUnits(tea, 1), SpendMore(eur("12.50"), CUPS.tax)) == near.changes


def test_what_is_spent_follows_the_units_that_grow() -> None:
    """One cup more looks enough for a pair, but the others are in a bundle: two are added, and less is spent."""
    bundle = promotion(policies.bundle({"POT": 1, "CUP": 3}, times=1).percent_off(10), id_="a")
    pair = promotion(policies.every(2, of="CUP").free(), cart.amount().at_least(eur(300)), id_="b")
    near = only(priced(policies.stack(bundle, pair)))

    assert (AddUnits(CUPS, 2), SpendMore(eur(267), CUPS.tax)) == near.changes


def test_the_neutral_line_has_an_id_of_its_own() -> None:
    """An order may have a line of the same id already."""
    taken = Line("more-goods", CUP, unit_price=eur(3))
    near = only(priced(promotion(policies.amount_off(eur(9)), cart.amount().at_least(eur(4))), lines=[taken]))

    assert ["more-goods", "more-goods+"] == [line.id for line in near.apply_to(Order([taken], currency="EUR")).lines]


# --- codes, deliveries, openings -------------------------------------------------------------------------------------


def test_an_advertised_code_is_suggested() -> None:
    """The first of its codes, as it is written; not where it is entered already."""
    sale = promotion(policies.percent_off(10), codes=[" Save10 ", "TEN"], advertised=True)

    assert (EnterCode("Save10"),) == only(priced(sale)).changes
    assert none(priced(sale, codes=["ten"]))


def test_a_secret_code_is_never_told() -> None:
    """What is not advertised is not suggested, be it the promotion's code or one of its condition."""
    secret = promotion(policies.percent_off(50), codes=["SECRET"])
    asked = promotion(policies.percent_off(50), cart.code.is_("SECRET"), "q")

    assert none(priced(secret, asked))
    assert (EnterCode("TOLD"),) == only(
        priced(promotion(policies.percent_off(5), cart.code.is_("TOLD"), advertised=True))
    ).changes


def test_another_delivery_is_chosen() -> None:
    """The option takes the place of the shipment, which becomes an option."""
    pickup = promotion(policies.amount_off(eur(1)), cart.delivery.is_("pickup"))
    near = only(priced(pickup, shipments=[STANDARD], delivery_options=[PICKUP]))
    after = near.apply_to(Order([CUPS], currency="EUR", shipments=[STANDARD], delivery_options=[PICKUP]))

    assert (ChooseDelivery(PICKUP, "s"),) == near.changes
    assert (eur("5.95"), False) == (near.net, near.delivery_free)
    assert ((PICKUP,), (STANDARD,)) == (after.shipments, after.delivery_options)


@pytest.mark.parametrize(
    ("when", "then"),
    [
        (cart.delivery.is_not("standard"), policies.amount_off(eur(1))),
        (always, policies.shipping_amount_off(eur(1), "express")),
        (cart.delivery.is_("express") & cart.delivery.one_of("express", "pickup"), policies.amount_off(eur(1))),
        (always, policies.amount_off(by(cart.delivery, {"express": eur(1)}, choose=None))),
    ],
)
def test_a_delivery_is_chosen_for_what_it_brings(when: Any, then: Any) -> None:
    """A condition that refuses the present one, a benefit or a value for another one."""
    express = Shipment("e", "express", eur(6))

    assert (ChooseDelivery(express, "s"),) == only(
        priced(promotion(then, when), shipments=[STANDARD], delivery_options=[express])
    ).changes


def test_a_delivery_that_would_be_free_beside_one_that_is() -> None:
    """Free delivery has nothing to take off the present one, here or after what it needs, but of another it has."""
    express, given = Shipment("e", "express", eur(6)), Shipment("s", "standard", eur(0))
    free = promotion(policies.free_shipping())
    chosen = only(priced(free, shipments=[given], delivery_options=[express]))
    later = promotion(policies.free_shipping(), cart.quantity("CUP").at_least(4))
    grown = only(priced(later, shipments=[given], delivery_options=[express]))

    assert ((ChooseDelivery(express, "s"),), eur(0), False) == (chosen.changes, chosen.net, chosen.delivery_free)
    assert (AddUnits(CUPS, 1), ChooseDelivery(express, "s")) == grown.changes


def test_a_first_delivery_is_chosen() -> None:
    """An order without a shipment gets one; options that nothing charges cannot be chosen."""
    free = promotion(policies.free_shipping())
    options = [Shipment("o", "owl"), Shipment("s", "standard")]

    assert (ChooseDelivery(options[1]),) == only(priced(free, delivery_options=options)).changes
    assert none(
        priced(
            promotion(policies.percent_off(9), cart.delivery.one_of("owl") & cart.delivery.is_("standard")),
            delivery_options=options,
        )
    )


def test_closed_hours_are_told_and_announced_starts() -> None:
    """When it opens again, or starts once the notice has begun; a start that nobody announced stays unknown."""
    hours = Schedule(zone="UTC", hours=((time(15), time(17)),))
    starts = Schedule(date(2026, 11, 25), zone="UTC")
    ended = Schedule(until=date(2026, 11, 20), zone="UTC")
    ten = policies.percent_off(10)

    assert (OrderFrom(datetime(2026, 11, 22, 15, tzinfo=UTC)),) == only(priced(promotion(ten, schedule=hours))).changes
    assert (OrderFrom(datetime(2026, 11, 25, tzinfo=UTC)),) == only(
        priced(promotion(ten, schedule=starts, notice=Notice()))
    ).changes
    assert none(priced(promotion(ten, schedule=starts, notice=Notice(customers=Days(2)))))
    assert none(priced(promotion(ten, schedule=starts)))
    assert none(priced(promotion(ten, schedule=ended)))


def test_no_more_than_three_facts_change() -> None:
    """An opening, a code and a delivery are three; a cup beside them is too much."""
    terms: dict[str, Any] = {
        "codes": ["A"],
        "advertised": True,
        "schedule": Schedule(zone="UTC", weekdays=("monday",)),
    }
    three = promotion(policies.percent_off(50), cart.delivery.is_("pickup"), **terms)
    four = promotion(policies.percent_off(50), cart.delivery.is_("pickup") & cart.quantity("CUP").at_least(4), **terms)
    five = promotion(policies.percent_off(50), cart.delivery.is_("pickup") & cart.code.is_("B"), **terms)
    options = {"shipments": [STANDARD], "delivery_options": [PICKUP]}

    assert [EnterCode, ChooseDelivery, OrderFrom] == [type(each) for each in only(priced(three, **options)).changes]
    assert none(priced(four, **options))
    assert none(priced(five, **options))


# --- promotions that apply already -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "changes"),
    [
        (policies.percent_off(stepped(cart.quantity("CUP"), {3: 10, 5: 60, 6: 70})), {"cups": 2}),
        (
            policies.percent_off(
                dated(
                    stepped(cart.quantity("CUP"), {3: 10, 5: 60}),
                    {SUNDAY: stepped(cart.quantity("CUP"), {1: 10, 4: 60})},
                )
            ),
            {"cups": 1},
        ),
        (
            policies.percent_off(stepped(cart.quantity("CUP"), {1: stepped(cart.quantity("POT"), {1: 10, 2: 80})})),
            {"pots": 1},
        ),
        (policies.amount_off(stepped(cart.quantity("CUP"), {5: eur(7)})), {"cups": 2}),
        (policies.amount_off(dated(stepped(cart.quantity("CUP"), {5: eur(7)}), {LATER: eur(9)})), {"cups": 2}),
        (
            policies.amount_off(stepped(cart.quantity("CUP"), {1: stepped(cart.quantity("POT"), {2: eur(9)})})),
            {"pots": 1},
        ),
        (policies.every(3, of="CUP").free(), {"cups": 3}),
        (policies.buy(1, of="POT").get(2, of="CUP").free(), {"cups": 1, "pots": 1}),
        (policies.bundle({"POT": 1, "CUP": 2}).at_price(eur(1)), {"cups": 1, "pots": 1}),
    ],
)
def test_the_next_step_and_the_next_occurrence(then: Any, changes: dict[str, int]) -> None:
    """A promotion that gives something may give more: the next step of a value, one occurrence more of a pattern."""
    assert changes == added(priced(promotion(then)))


def test_an_occurrence_takes_each_unit_once() -> None:
    """Goods that are bought and goods that are free may be the same: two more of both are needed, in any mixture."""
    a = Line("a", Product("A"), 1, unit_price=eur(1))
    b = Line("b", Product("B"), 3, unit_price=eur("2.50"))
    pattern = policies.buy(1, of=item.sku.one_of("A", "B")).get(2, of="B").free()

    assert {"a": 1, "b": 1} == added(priced(promotion(pattern), lines=[a, b]))


def test_patterns_stop_at_their_times() -> None:
    """An occurrence that is not given is not promised."""
    assert none(priced(promotion(policies.every(3, of="CUP", times=1).free())))


def test_another_exception_is_reached() -> None:
    """What an exception gives is a near miss, from the default and from nothing."""
    one = promotion(policies.percent_off(5)).except_when(
        cart.quantity("CUP").at_least(5), then=policies.percent_off(60)
    )
    none_yet = promotion(policies.percent_off(5, of="NONE")).except_when(
        cart.quantity("CUP").at_least(5), then=policies.percent_off(60)
    )
    last = promotion(policies.percent_off(5)).except_when(always, then=policies.percent_off(60))

    assert {"cups": 2} == added(priced(one)) == added(priced(none_yet))
    assert none(priced(last))


def test_another_exception_is_reached_with_what_it_acts_on() -> None:
    """An exception that would have nothing to take is reached together with the units that it takes something off."""
    default = policies.amount_off(eur(1))
    fourth = promotion(default).except_when(
        cart.quantity("POT").at_least(2), then=policies.percent_off(100, of=policies.after(3, "CUP"))
    )
    bundled = promotion(policies.bundle({"CUP": 1, "POT": 1}).at_price(eur(20))).except_when(
        cart.amount("POT").at_least(eur(30)), then=policies.percent_off(100, of=policies.after(2, "POT"))
    )

    assert {"cups": 1, "pots": 1} == added(priced(fourth))
    assert {"pots": 2} == added(priced(bundled))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ({1: 10, 2: 50}, {"pots": 1}),
        ({2: 10, 3: 20, 4: 50}, {"pots": 3}),
        ({1: 10, 2: stepped(cart.quantity("CUP"), {1: 10, 5: 50})}, {"cups": 2, "pots": 1}),
    ],
)
def test_a_further_step_is_reached_where_the_first_gives_nothing(steps: Any, expected: dict[str, int]) -> None:
    """A tenth of a cent is nothing: the step is reached that gives half of it."""
    penny = Line("penny", Product("PENNY"), unit_price=eur("0.01"))
    value = stepped(cart.quantity("POT"), steps)
    decision = priced(
        promotion(policies.percent_off(value, of=policies.cheapest(1, "PENNY"))), lines=[CUPS, POTS, penny]
    )

    assert expected == added(decision)


def test_units_that_others_hold_do_not_count() -> None:
    """The cups are in the bundle of another promotion: a pair of them needs new ones."""
    bundle = promotion(policies.bundle({"POT": 1, "CUP": 3}, times=1).percent_off(10), id_="a")
    pair = promotion(policies.every(2, of="CUP").free(), id_="b")

    assert {"cups": 2} == added(priced(policies.stack(bundle, pair)))


def test_fewer_units_are_enough_where_a_discount_ends_with_them() -> None:
    """Cups are 10 % off up to five: of eight the amount is 24.00 and not 21.60."""
    few = promotion(policies.percent_off(10, of="CUP"), cart.quantity("CUP").at_most(5), "few")
    off = promotion(policies.amount_off(eur(1)), cart.amount(item.sku.is_("CUP")).at_least(eur("23.31")))
    found = {each.promotion: each for each in priced(few, off).nearest_within(ANY)}

    assert [5] == [each.size for each in found["p"].changes]


def test_units_of_several_goods_that_others_hold() -> None:
    """Where another promotion took all units, a bundle needs one more of each of its goods."""
    cup, pot = item.sku.is_("CUP"), item.sku.is_("POT")
    taken = promotion(policies.buy(3, of=cup).get(1, of=pot).free(), id_="taken")
    pair = promotion(policies.bundle({cup: 1, pot: 1}).at_price(eur(1)), id_="pair")
    found = {each.promotion: each for each in priced(policies.stack(taken, pair)).nearest_within(ANY)}

    assert {"CUP": 1, "POT": 1} == {
        each.line.product.sku: each.count for each in found["pair"].changes if isinstance(each, AddUnits)
    }


def test_units_after_the_first_and_units_with_nothing_left() -> None:
    """What comes after three cups is the fourth; a gift that is free already brings nothing."""
    after = promotion(policies.percent_off(90, of=policies.after(3, "CUP")))
    free = promotion(policies.percent_off(50, of="SPOON"))
    spoons = [Line("1", Product("SPOON"), unit_price=eur(0)), Line("2", Product("SPOON"), unit_price=eur(2))]

    assert {"cups": 1} == added(priced(after))
    assert {"2": 1} == added(priced(free, lines=spoons[:1], catalog=spoons[1:]))


def test_a_loser_is_no_near_miss_until_its_terms_are_better() -> None:
    """The lost one wins with its next step."""
    best = policies.best_of(
        promotion(policies.percent_off(20), id_="a"),
        promotion(policies.percent_off(stepped(cart.quantity("CUP"), {1: 5, 4: 15, 5: 50})), id_="b"),
    )

    assert none(priced(best))
    two = priced(best, lines=[attrs_evolve(CUPS, 4)])
    assert ("b", {"cups": 1}) == (only(two).promotion, added(two))


def attrs_evolve(line: Line, quantity: int) -> Line:
    """The line with another quantity."""
    return Line(line.id, line.product, quantity, unit_price=line.unit_price, tax=line.tax)


def test_points_and_other_currencies() -> None:
    """Points are worth telling where they cost nothing more; a promotion for another currency is not."""
    points = promotion(policies.bonus_points(10), codes=["P"], advertised=True)
    euros = promotion(policies.percent_off(50), codes=["E"], advertised=True, only_in=["JPY"], id_="e")
    book = PolicyBook("shop", zone="UTC", currencies=["EUR", "JPY"], promotions=[euros])
    decision = book.price(Order([CUPS], currency="EUR"), at=SUNDAY)

    assert (eur(0), eur(0)) == (only(priced(points)).gain, only(priced(points)).net)
    assert none(decision)


# --- order, sameness, bounds -----------------------------------------------------------------------------------------


def test_the_best_comes_first() -> None:
    """By what is saved in the end, then by fewest facts, then by id."""
    found = priced(
        promotion(policies.amount_off(eur(1)), id_="z", codes=["Z"], advertised=True),
        promotion(policies.amount_off(eur(1)), id_="y", codes=["Y"], advertised=True),
        promotion(policies.amount_off(eur(1)), cart.code.is_("X"), "x", codes=["XX"], advertised=True),
        promotion(policies.amount_off(eur(5)), id_="v", codes=["V"], advertised=True),
    ).nearest

    assert ["v", "y", "z", "x"] == [each.promotion for each in found]


def test_the_same_changes_are_told_once() -> None:
    """Two promotions need the same cup: it is one near miss, under the one that gains more."""
    four = cart.quantity("CUP").at_least(4)
    decision = priced(
        promotion(policies.amount_off(eur(2)), four, "a"), promotion(policies.amount_off(eur(5)), four, "b")
    )

    assert ("b", ("a",), eur(7)) == (only(decision).promotion, only(decision).also, only(decision).gain)


def test_without_promotions_nothing_is_near() -> None:
    """An empty book promises nothing, and an empty cart lacks too much."""
    gap = promotion(policies.amount_off(eur(1)), cart.amount().at_least(eur(5)))

    assert none(priced())
    assert none(priced(promotion(policies.amount_off(eur(1)), cart.has("CUP")), lines=[]))
    assert eur(4) == only(priced(gap, lines=[])).payable


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However large the cart and the catalog, so many orders are priced and no more."""
    kinds = [Line(f"l{n}", Product(f"P{n}", categories=["x"]), unit_price=eur(n + 1)) for n in range(40)]
    needs = [
        promotion(
            policies.percent_off(1),
            cart.quantity(item.category.is_("x")).at_least(49) & cart.amount("P3").at_least(eur(n)),
            f"p{n}",
        )
        for n in range(50)
    ]
    decision = priced(*needs, lines=kinds[:30], catalog=kinds[30:])
    counted = []
    pricer = type(decision._book.pricer)  # type: ignore[union-attr]
    price = pricer.price
    monkeypatch.setattr(pricer, "price", lambda *args, **terms: counted.append(1) or price(*args, **terms))

    assert decision.nearest_within(ANY)
    assert len(counted) <= 502


def test_promotions_come_in_the_order_of_the_book_until_enough_was_priced(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found within the bound is told; the rest is not looked at."""
    monkeypatch.setattr(trials, "MOST_TRIALS", 2)
    coded = [promotion(policies.amount_off(eur(1)), id_=id_, codes=[id_], advertised=True) for id_ in "zyx"]
    when = cart.quantity("CUP").at_least(4)

    assert ["y", "z"] == [each.promotion for each in priced(*coded).nearest]
    assert ["y", "z"] == [
        each.promotion for each in priced(*coded[:2], promotion(policies.amount_off(eur(9)), when)).nearest
    ]


def test_when_enough_was_priced_the_best_so_far_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One promotion alone may have more ways than are priced."""
    monkeypatch.setattr(trials, "MOST_TRIALS", 1)
    either = promotion(policies.amount_off(eur(9)), cart.quantity("CUP").at_least(4) | cart.quantity("POT").at_least(2))

    assert 1 == len(priced(either).nearest)


def test_a_condition_of_very_many_ways_is_followed_in_part() -> None:
    """The first ways are tried, as they are written; the rest are not."""
    some = [cart.quantity("CUP").at_least(4 + n) for n in range(9)]

    assert {"cups": 4} == added(priced(promotion(policies.amount_off(eur(9)), at_least_of(4, *some))))


# --- the decision ----------------------------------------------------------------------------------------------------


def test_the_catalog_is_no_part_of_a_decision() -> None:
    """Decisions with and without one are equal; after unpickling, it is given again with the book."""
    pair = promotion(policies.amount_off(eur(20)), cart.has("POT") & cart.has("CUP"))
    bare, with_pots = priced(pair, lines=[CUPS]), priced(pair, lines=[CUPS], catalog=[POTS])
    stored = pickle.loads(pickle.dumps(with_pots))  # noqa: S301
    book = with_pots._book
    assert book is not None

    assert bare == with_pots == stored
    with pytest.raises(AftercareError, match="was stored without its book"):
        _ = stored.nearest
    assert stored.with_book(book).nearest == ()
    assert with_pots.nearest == stored.with_book(book, catalog=[POTS]).nearest != ()


def test_another_currency_is_refused() -> None:
    """What more may cost is said in the order's currency."""
    with pytest.raises(CurrencyMismatch):
        priced(promotion(policies.every(2, of="CUP").free())).nearest_within(jpy(5))


def test_near_misses_are_values() -> None:
    """They compare, hash and pickle by what they say, and are written as the code that builds them."""
    near = only(priced(promotion(policies.every(2, of="POT").free())))

    assert near == pickle.loads(pickle.dumps(near))  # noqa: S301
    assert repr(near).startswith("NearMiss(promotion='p', name=Name('p'), changes=(AddUnits(Line('pots', ")
    assert len({near, only(priced(promotion(policies.every(2, of="POT").free())))}) == 1


# --- words -----------------------------------------------------------------------------------------------------------


def said(near: NearMiss, locale: str) -> str:
    """The near miss in words."""
    return say(near.statement, locale=locale, sink="plain")


def near(changes: list[Change], net: str, *, free: bool = False) -> NearMiss:
    """A near miss of "Summer"."""
    return NearMiss(
        promotion="summer",
        name=Name("Summer"),
        changes=tuple(changes),
        gain=eur(5),
        net=eur(net),
        payable=eur(9),
        at=SUNDAY,
        delivery_free=free,
    )


@pytest.mark.parametrize(
    ("locale", "count", "expected"),
    [
        ("en", 1, "Add 1 more “cup” item (€3.00): with “Summer” you pay €3.80 less in the end."),
        ("en", 2, "Add 2 more “cup” items (€6.00): with “Summer” you pay €3.80 less in the end."),
        ("ja", 2, "「cup」あと2点のご購入（6.00ユーロ）で「Summer」が適用され、お支払い総額が3.80ユーロ安くなります。"),
        (
            "pl",
            1,
            "Dodaj jeszcze 1 produkt „filiżanka” (3,00 €): dzięki promocji „Summer” łącznie zapłacisz o 3,80 € mniej.",
        ),
        (
            "pl",
            3,
            "Dodaj jeszcze 3 produkty „filiżanka” (9,00 €): dzięki promocji „Summer” łącznie zapłacisz o 3,80 € mniej.",
        ),
        (
            "pl",
            5,
            (
                "Dodaj jeszcze 5 produktów „filiżanka” (15,00 €): "
                "dzięki promocji „Summer” łącznie zapłacisz o 3,80 € mniej."
            ),
        ),
        ("be", 2, "Дадайце яшчэ 2 тавары «cup» (6,00 €): дзякуючы акцыі «Summer» Вы заплаціце на 3,80 € менш."),
        ("be", 5, "Дадайце яшчэ 5 тавараў «cup» (15,00 €): дзякуючы акцыі «Summer» Вы заплаціце на 3,80 € менш."),
        ("vi", 2, "Mua thêm 2 sản phẩm “cup” (6,00 €): với ưu đãi “Summer”, tổng tiền thanh toán giảm 3,80 €."),
    ],
)
def test_units_in_words(locale: str, count: int, expected: str) -> None:
    """The goods agree with their number, and the saving is what is left in the end."""
    assert expected == said(near([AddUnits(CUPS, count)], "3.80"), locale).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (SpendMore(eur("4.20"), CUPS.tax), "Spend €4.20 more"),
        (EnterCode("TEN"), "Enter the code “TEN”"),
        (ChooseDelivery(PICKUP), "Choose “pickup” delivery"),
        (OrderFrom(datetime(2026, 11, 27, tzinfo=UTC)), "Order on or after November 27, 2026 (Friday)"),
        (OrderFrom(datetime(2026, 11, 27, 15, tzinfo=UTC)), "Order from November 27, 2026 at 3:00 PM on"),
    ],
)
def test_each_change_in_words(change: Change, expected: str) -> None:
    """A sentence begins with what to do."""
    words = said(near([change], "1.00"), "en").replace("\u202f", " ")

    assert f"{expected}: with “Summer” you pay €1.00 less in the end." == words


@pytest.mark.parametrize(
    ("net", "free", "expected"),
    [
        ("0", False, "Enter the code “TEN”: with “Summer” you pay no more in the end."),
        ("-0.40", False, "Enter the code “TEN”: with “Summer” you pay €0.40 more in the end."),
        ("-0.40", True, "Enter the code “TEN”: with “Summer” you pay €0.40 more in the end."),
        ("0", True, "Enter the code “TEN”: delivery is free, and you pay no more in the end."),
        ("1.95", True, "Enter the code “TEN”: delivery is free, and you pay €1.95 less in the end."),
    ],
)
def test_what_it_brings_in_words(net: str, *, free: bool, expected: str) -> None:
    """Less, as much, or more; and a delivery that becomes free is said by name."""
    assert expected == said(near([EnterCode("TEN")], net, free=free), "en")


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        ("en", "Add 1 more “cup” item (€3.00) and enter the code “TEN”: "),
        ("ja", "「cup」あと1点のご購入（3.00ユーロ）、クーポンコード「TEN」のご入力で"),
        ("pl", "Dodaj jeszcze 1 produkt „filiżanka” (3,00 €) i wpisz kod „TEN”: "),
        ("be", "Дадайце яшчэ 1 тавар «cup» (3,00 €) і увядзіце прамакод «TEN»: "),
        ("vi", "Mua thêm 1 sản phẩm “cup” (3,00 €) và nhập mã “TEN”: "),
    ],
)
def test_changes_are_joined_as_the_language_joins_them(locale: str, expected: str) -> None:
    """One clause after the other, with the language's own "and"."""
    assert said(near([AddUnits(CUPS, 1), EnterCode("TEN")], "1.00"), locale).replace("\u00a0", " ").startswith(expected)
