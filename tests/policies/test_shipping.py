"""What delivery costs, by tariff and by promotion."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import (
    BookError,
    Customer,
    Delivery,
    Name,
    OrderError,
    PolicyError,
    Promotion,
    Shipment,
    Statement,
    amounts,
    cart,
    customer,
    eur,
    item,
    pln,
    policies,
    stepped,
)
from tests.policies.till import NOON, basket, line, lost, price, prices, shop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare import Money, Order

PARCEL = {"shipments": [Shipment("s", "parcel")]}
GIFTS, IRON = item.category.is_("gift"), item.category.is_("iron")


def delivered(order: Order, *tariffs: Delivery, promotions: Iterable[Promotion] = ()) -> Money:
    """What delivery of an order costs."""
    return price(order, *promotions, delivery=tariffs).delivery


# --- tariffs ---------------------------------------------------------------------------------------------------------

GOODS = basket(
    line("a", "10", 2), line("b", "5", 3, of=["gift"]), line("c", "7", of=["iron"], discountable=False), **PARCEL
)
FEE = eur("4.95")


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, "4.95"),
        ({"per_unit": eur("0.10")}, "5.55"),
        ({"per_unit": eur("0.10"), "ships_free": GIFTS}, "5.25"),
        ({"ships_free": GIFTS}, "4.95"),
        ({"ships_free": GIFTS | IRON | item.sku.is_("a")}, "0"),
        ({"ships_free": "X"}, "4.95"),
        ({"extra": {"c": eur(2), GIFTS: eur("0.50")}}, "8.45"),
        ({"extra": [(IRON, eur(2))], "ships_free": IRON}, "6.95"),
        # The discountable goods are 35.00.
        ({"free_from": eur(35)}, "0"),
        ({"free_from": eur("35.01")}, "4.95"),
        ({"fee": eur(0)}, "0"),
        ({"fee": stepped(cart.quantity(), {1: eur(3), 5: eur(4), 6: eur(6)})}, "4"),
        ({"when": cart.has("a")}, "4.95"),
    ],
)
def test_what_a_parcel_costs(terms: Any, expected: Any) -> None:
    """Two of 10.00, three gifts of 5.00 and a pan of 7.00 that is not discountable, and delivered all the same."""
    assert eur(expected) == delivered(GOODS, Delivery("parcel", **{"fee": FEE, **terms}))


@pytest.mark.parametrize(("mode", "expected"), [("net", "4.95"), ("gross", "0"), (None, "4.95")])
def test_free_from_names_its_price_mode(mode: str, expected: Any) -> None:
    """41.00 net at 23 % is 50.43 gross, above 50.00."""
    order = basket(line("a", "41", tax=23), prices="net", **PARCEL)

    assert eur(expected) == delivered(order, Delivery("parcel", fee=FEE, free_from=eur(50), money=mode))


def test_free_from_looks_at_what_is_left() -> None:
    """60.00 less 20 % is 48.00, below 50.00."""
    fifth = Promotion("fifth", then=policies.percent_off(20))

    assert FEE == delivered(prices("60", **PARCEL), Delivery("parcel", fee=FEE, free_from=eur(50)), promotions=[fifth])


def test_a_shipment_that_states_a_charge_costs_that() -> None:
    """The tariff is asked by the shipment without a charge alone; charges of both add up."""
    order = prices("10", shipments=[Shipment("s", "parcel", eur(2)), Shipment("t", "parcel")])

    assert eur("6.95") == delivered(order, Delivery("parcel", fee=FEE))


def test_the_tariff_of_the_method_that_holds() -> None:
    """Of two tariffs for one method the one whose condition holds, and none of another method."""
    small = Delivery("parcel", fee=eur(3), when=cart.quantity() < 3)
    large = Delivery("parcel", fee=eur(6), when=cart.quantity() >= 3)
    post = Delivery("post", fee=eur(1))

    assert eur(3) == delivered(prices("1", **PARCEL), post, large, small)
    assert eur(6) == delivered(prices("1", "1", "1", **PARCEL), post, large, small)


@pytest.mark.parametrize(
    "tariffs",
    [
        [],
        [Delivery("post", fee=FEE)],
        [Delivery("parcel", fee=FEE, when=cart.has("X"))],
    ],
)
def test_a_shipment_that_nothing_charges_is_refused(tariffs: Any) -> None:
    """No tariff of the method holds: better no price than a wrong one."""
    with pytest.raises(
        OrderError, match=r"shipment `s` by `parcel` has no charge .* give the shipment a charge, or the book"
    ):
        delivered(prices("1", **PARCEL), *tariffs)


@pytest.mark.parametrize(
    "fee", [stepped(cart.quantity(), {9: FEE}), stepped(cart.total("weight"), {0: FEE})], ids=["step", "unknown"]
)
def test_a_fee_that_cannot_be_told_is_refused(fee: Any) -> None:
    """A tariff holds and cannot tell its fee: better no price than a wrong one."""
    with pytest.raises(
        OrderError, match=r"shipment `s` by `parcel` cannot tell its fee.*complete the order's products"
    ):
        delivered(prices("1", **PARCEL), Delivery("parcel", fee=fee))


def test_a_fee_by_weight() -> None:
    """2 x 1.25 kg and 1 kg are 3.5 kg: the band from 2.5 kg on."""
    bands = stepped(cart.total("weight"), {0: eur(3), Decimal("2.5"): eur(5), 10: eur(9)})
    order = basket(
        line("a", "1", 2, attributes={"weight": Decimal("1.25")}), line("b", "1", attributes={"weight": 1}), **PARCEL
    )

    assert eur(5) == delivered(order, Delivery("parcel", fee=bands))


# --- exceptions ------------------------------------------------------------------------------------------------------

STAFF = customer.staff
EXCEPTED = (
    Delivery("parcel", fee=FEE, per_unit=eur(1), free_from=eur(50))
    .exceptions_by("first_of")
    .except_when(STAFF, fee=eur(1), named="staff")
    .except_when(customer.country.is_("PL"), fee=eur(2), per_unit=eur("0.50"))
    .except_when(customer.country.is_("DE"), free_from=None)
)


@pytest.mark.parametrize(
    ("who", "count", "expected"),
    [
        ({}, 1, "5.95"),
        ({"staff": True}, 1, "2.00"),
        ({"country": "PL"}, 1, "2.50"),
        # The first exception gives the fee, the second one what the first leaves open.
        ({"staff": True, "country": "PL"}, 2, "2.00"),
        ({}, 5, "0"),
        ({"country": "DE"}, 5, "9.95"),
    ],
)
def test_an_exception_changes_the_terms_it_names(who: Any, count: int, expected: Any) -> None:
    """Units of 10.00; the exceptions for staff, Poland and Germany leave each other's terms alone."""
    order = basket(line("a", "10", count), customer=Customer("c", **who), **PARCEL)

    assert eur(expected) == delivered(order, EXCEPTED)


# --- promotions ------------------------------------------------------------------------------------------------------

TWO = {"shipments": [Shipment("s", "parcel", eur(5)), Shipment("t", "express", eur("9.99"))]}


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        (policies.free_shipping(), ["0", "0"]),
        (policies.free_shipping("express"), ["5", "0"]),
        (policies.free_shipping("post"), ["5", "9.99"]),
        # 14.99 / 3 is 4.99666, so 5.00: 1.66666 and 3.33, of which the first has the larger remainder.
        (policies.shipping_percent_off("33.333333"), ["3.33", "6.66"]),
        (policies.shipping_percent_off(50, "parcel"), ["2.50", "9.99"]),
        (policies.shipping_amount_off(eur(3)), ["2", "6.99"]),
        (policies.shipping_amount_off(eur(6)), ["0", "3.99"]),
        (policies.shipping_at_price(eur(6)), ["5", "6"]),
        (policies.shipping_at_price(eur(1), "parcel", "express"), ["1", "1"]),
    ],
)
def test_what_delivery_costs_less(benefit: Any, expected: Any) -> None:
    """A parcel of 5.00 and an express delivery of 9.99."""
    decision = price(prices("1", **TWO), Promotion("it", then=benefit))

    assert [eur(each) for each in expected] == [each.paid for each in decision.shipments]
    assert eur("14.99") == sum((each.charge for each in decision.shipments), eur(0))


def test_percentages_of_delivery_add_up_to_everything_at_most() -> None:
    """60 % and 60 % of 5.00 are 3.00 and 2.00; 1.00 finds no room."""
    decision = price(
        prices("1", shipments=[Shipment("s", "parcel", eur(5))]),
        Promotion("a", then=policies.shipping_percent_off(60)),
        Promotion("b", then=policies.shipping_percent_off(60)),
    )

    assert eur(0) == decision.delivery
    assert [eur(3), eur(2)] == [part.amount for part in decision.shipments[0].parts]
    assert [("b", eur(1))] == lost(decision)


def test_a_tariff_comes_before_promotions() -> None:
    """Half of the fee that the tariff sets."""
    half = Promotion("half", then=policies.shipping_percent_off(50))

    assert eur("2.47") == delivered(prices("1", **PARCEL), Delivery("parcel", fee=FEE), promotions=[half])


def test_free_delivery_of_nothing_is_nothing() -> None:
    """Without a shipment a delivery promotion has nothing to take."""
    decision = price(prices("1"), Promotion("ship", then=policies.free_shipping()))

    assert {"ship": "nothing_left"} == decision.states
    assert (Statement("cart.delivery.unknown"),) == decision.why_not("ship")["reasons"]


def test_a_delivery_that_a_promotion_is_not_about() -> None:
    """Free delivery by another method says by which; where delivery is free already, it says that."""
    post = Promotion("post", then=policies.free_shipping("post"))
    free = Promotion("free", then=policies.free_shipping(), codes="SHIP")
    decision = price(prices("1", shipments=[Shipment("s", "parcel", eur(0))], codes=["SHIP"]), post, free)
    needed = Statement("cart.delivery.needed", needed=(Name("post"),), found=(Name("parcel"),))

    assert (needed,) == decision.why_not("post")["reasons"]
    assert Statement("promotion.delivery_free", promotion=Name("free")) == decision.why_not("free")
    assert Statement("code.delivery_free", code=Name("SHIP"), promotion=Name("free")) == decision.codes["SHIP"]


def test_tax_of_delivery_follows_its_price() -> None:
    """Net 5.00 at 23 %, half off: 2.50 and 0.58 tax (0.575)."""
    order = prices("0", shipments=[Shipment("s", "parcel", eur(5), tax=23)], prices="net")

    assert eur("3.08") == price(order, Promotion("half", then=policies.shipping_percent_off(50))).payable


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Delivery(" ", fee=FEE), "a delivery tariff names its method, given `' '`"),
        (lambda: Delivery(3, fee=FEE), "a delivery tariff names its method, given `3`"),
        (lambda: Delivery("d", fee=5), "`5` is no amount: write"),
        (lambda: Delivery("d", fee=eur(-1)), "`-1.00 EUR` is negative: a benefit takes off, it never adds"),
        (lambda: Delivery("d", fee=FEE, extra={"a": 1}), "`1` is no amount: write"),
        (lambda: Delivery("d", fee=FEE, ships_free=1), "`1` does not say which goods"),
        (
            lambda: Delivery("d", fee=FEE).except_when(STAFF),
            r"an exception of a tariff changes `fee`, `per_unit` or `free_from`, given `\[\]`",
        ),
        (lambda: Delivery("d", fee=FEE).except_when(STAFF, price=FEE), r"given `\['price'\]`"),
        (
            lambda: Delivery("d", fee=FEE).except_when(item.on_sale, fee=FEE),
            "an exception holds when a condition of the order",
        ),
        (
            lambda: Delivery("d", fee=FEE).exceptions_by("best"),
            "`best` is not a strategy for exceptions: allowed: `first_of`",
        ),
        (
            lambda: Delivery("d", fee=FEE).except_when(STAFF, fee=eur(1)).except_when(cart.has("a"), fee=eur(2)),
            "exceptions `customer.staff` and `.*` of delivery `d` give `fee` different values and may hold together",
        ),
        (lambda: policies.shipping_percent_off(101), "`101%` takes more than everything"),
        (lambda: policies.shipping_amount_off(5), "`5` is no amount"),
        (lambda: policies.shipping_at_price(eur(-1)), "`-1.00 EUR` is negative"),
    ],
)
def test_a_tariff_that_cannot_be_is_refused(build: Any, message: str) -> None:
    """Each refusal names what was given and what is allowed."""
    with pytest.raises(PolicyError, match=message):
        build()


def test_two_tariffs_that_may_hold_together_are_refused() -> None:
    """Else the order in which they are written would set the price."""
    with pytest.raises(BookError, match=r"delivery\[1\]: two tariffs for `parcel` may hold together"):
        shop(delivery=[Delivery("parcel", fee=FEE), Delivery("parcel", fee=FEE, when=STAFF)])


def test_a_tariff_has_its_fee_in_the_currency_of_the_order() -> None:
    """20.00 zlotys for an order in zlotys."""
    book = shop(delivery=[Delivery("parcel", fee=amounts(eur(5), pln(20)))], currencies=["EUR", "PLN"])

    assert eur(5) == book.price(prices("1", **PARCEL), at=NOON).delivery
