"""Carts on which shop engines went wrong, each with the answer worked out by hand."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from aftercare import Delivery, Promotion, Shipment, cart, eur, everything, policies
from tests.policies.till import basket, cents, ids, line, lost, off, price, prices


def test_ten_euros_over_three_thirds() -> None:
    """10.00 off 33.33, 33.33 and 33.34 is 3.33, 3.33 and 3.34: the exact shares are 3.333, 3.333 and 3.334."""
    decision = price(prices("33.33", "33.33", "33.34"), Promotion("ten", then=policies.amount_off(eur(10))))

    assert [333, 333, 334] == off(decision)
    assert eur(90) == decision.payable


def test_one_euro_over_sixty_seven_coins_and_a_cent() -> None:
    """1.00 off 67 units of 0.10 and one of 0.01 is given whole.

    A unit of 10 cents owes 1000/671 = 1.49 cents, the one of 1 cent owes 0.15: rounded down 67 cents, and the 33 cents
    that are left go to the first 33 of the larger remainders.
    """
    cart_ = basket(line("a", "0.10", 67), line("b", "0.01"))
    decision = price(cart_, Promotion("one", then=policies.amount_off(eur(1))))

    assert [2] * 33 + [1] * 34 + [0] == off(decision)
    assert eur("5.71") == decision.payable
    assert [] == lost(decision)


def test_two_euros_over_forty_coins_and_one_of_eleven_cents() -> None:
    """2.00 off 40 units of 0.10 and one of 0.11 never takes more than its share off the last one.

    A unit of 10 cents owes 2000/411 = 4.87 cents, the one of 11 cents owes 5.35: rounded down 165 cents, and the 35
    cents that are left go to 35 of the 40.
    """
    cart_ = basket(line("a", "0.10", 40), line("b", "0.11"))
    decision = price(cart_, Promotion("two", then=policies.amount_off(eur(2))))

    assert [5] * 35 + [4] * 5 + [5] == off(decision)


def test_five_cents_over_ten_cents() -> None:
    """0.05 off ten units of 0.01 is given, to the five units with the lowest numbers."""
    decision = price(basket(line("a", "0.01", 10)), Promotion("five", then=policies.amount_off(eur("0.05"))))

    assert [1] * 5 + [0] * 5 == off(decision)
    assert eur("0.05") == decision.payable


@pytest.mark.parametrize("order", list(permutations(["50", "50", "10"])))
@pytest.mark.parametrize("of", [None, everything])
def test_a_fifth_off_from_a_hundred_on(order: Any, of: Any) -> None:
    """20 % off from 100.00 on is 22.00 off 110.00, in whatever order the lines stand."""
    fifth = Promotion("fifth", when=cart.amount().at_least(eur(100)), then=policies.percent_off(20, of=of))
    decision = price(prices(*order), fifth)

    assert [cents(each) // 5 for each in order] == off(decision)
    assert eur(88) == decision.payable


def test_two_offers_of_thirty_in_conflict() -> None:
    """Of two promotions of 30.00 with different reach one acts whole; the id settles the tie."""
    wide = Promotion("a-wide", then=policies.amount_off(eur(30)))
    narrow = Promotion("b-narrow", then=policies.amount_off(eur(30), of="A", phase="order"))
    decision = price(basket(line("A", "40"), line("B", "20")), policies.best_of(narrow, wide))

    assert [2000, 1000] == off(decision)
    assert ["a-wide"] == ids(decision.applied)
    assert eur(30) == decision.saved


def test_of_two_offers_the_one_that_finds_more_room_acts_whole() -> None:
    """30.00 off goods of 25.00 takes 25.00, so 30.00 off everything takes more: never fragments of both."""
    narrow = Promotion("a-narrow", then=policies.amount_off(eur(30), of="A", phase="order"))
    wide = Promotion("b-wide", then=policies.amount_off(eur(30)))
    decision = price(basket(line("A", "25"), line("B", "25")), policies.best_of(narrow, wide))

    assert [1500, 1500] == off(decision)
    assert eur(5) == next(each.by for each in decision.matching if each.id == "a-narrow")


def test_buy_two_get_one_with_six_and_five() -> None:
    """6 X pay for 3 free Y, of 5."""
    free_y = Promotion("free-y", then=policies.buy(2, of="X").get(1, of="Y").free())
    decision = price(basket(line("X", "10", 6), line("Y", "4", 5)), free_y)

    assert [0] * 6 + [400] * 3 + [0] * 2 == off(decision)


@pytest.mark.parametrize(("pieces", "expected"), [(2, [0, 0]), (3, [400, 0, 0])])
def test_buy_two_get_one_of_the_same(pieces: int, expected: Any) -> None:
    """Buying two X for a free X takes three: the two that are bought are not the one that is free."""
    third = Promotion("third", then=policies.buy(2, of="X").get(1, of="X").free())

    assert expected == off(price(basket(line("X", "4", pieces)), third))


SIX = ["100", "90", "80", "30", "20", "10"]


@pytest.mark.parametrize(
    ("favour", "expected"),
    [
        ("merchant", [0, 0, 0, 0, 2000, 1000]),
        ("customer", [0, 0, 8000, 0, 0, 1000]),
        ("basket_order", [0, 0, 8000, 0, 0, 1000]),
    ],
)
def test_three_for_two_on_six_prices(favour: str, expected: Any) -> None:
    """Three for two on 100, 90, 80, 30, 20, 10: the merchant gives 30, the customer saves 90, as does the basket."""
    order = basket(*(line(f"{place}", each, position=place) for place, each in enumerate(SIX)))
    third = Promotion("third", then=policies.every(3, of=everything, favour=favour).free())

    assert expected == off(price(order, third))


def test_three_for_two_in_another_basket_order() -> None:
    """Entered as 10, 100, 20 and 90, 30, 80, the cheapest of each three are 10 and 30."""
    entered = ["10", "100", "20", "90", "30", "80"]
    order = basket(*(line(f"{place}", each, position=place) for place, each in enumerate(entered)))
    third = Promotion("third", then=policies.every(3, of=everything, favour="basket_order").free())

    assert [1000, 0, 0, 0, 3000, 0] == off(price(order, third))


def test_three_different_products_of_one() -> None:
    """Three for two holds across lines: three products of one unit each make three."""
    third = Promotion("third", then=policies.every(3, of=everything).free())

    assert [0, 300, 0] == off(price(prices("5", "3", "4"), third))


def test_ten_socks_and_a_jacket() -> None:
    """The dearest unit is the jacket of 25.00, though ten socks of 3.00 are the dearer line."""
    half = Promotion("half", then=policies.percent_off(50, of=policies.dearest(1, everything)))
    decision = price(basket(line("jacket", "25"), line("socks", "3", 10)), half)

    assert [1250] + [0] * 10 == off(decision)


def test_the_dearest_of_two_is_a_unit_not_a_line() -> None:
    """The dearest target of every eleven units is the jacket, not one of ten socks."""
    gift = Promotion("gift", then=policies.every(11, of=everything, pick="dearest", favour="customer").free())
    decision = price(basket(line("jacket", "25"), line("socks", "3", 10)), gift)

    assert [2500] + [0] * 10 == off(decision)


def test_sixty_and_sixty_percent() -> None:
    """Two times 60 % of 50.00 take everything and no more; the 10.00 without room are reported."""
    first = Promotion("first", then=policies.percent_off(60))
    second = Promotion("second", then=policies.percent_off(60))
    decision = price(prices("50"), first, second)

    assert [3000] == off(decision, "first")
    assert [2000] == off(decision, "second")
    assert eur(0) == decision.payable
    assert [("second", eur(10))] == lost(decision)


HALF = Promotion("half", then=policies.percent_off(50))
TO_DOOR = {"shipments": [Shipment("s", "standard")]}
TARIFF = {"delivery": [Delivery("standard", fee=eur("4.95"))]}


def test_half_off_then_free_delivery_from_a_hundred_on() -> None:
    """Half off 120.00 leaves 60.00, and free delivery from 100.00 on looks at what is left."""
    ship = Promotion("ship", when=cart.amount().at_least(eur(100)), then=policies.free_shipping())
    decision = price(prices("120", **TO_DOOR), HALF, ship, **TARIFF)

    assert eur("64.95") == decision.payable
    assert "not_eligible" == decision.states["ship"]


def test_half_off_and_free_delivery_by_the_price_before() -> None:
    """The same delivery is free when the condition names the prices before discounts."""
    before = cart.amount(basis="before_discounts").at_least(eur(100))
    ship = Promotion("ship", when=before, then=policies.free_shipping())

    assert eur(60) == price(prices("120", **TO_DOOR), HALF, ship, **TARIFF).payable


@pytest.mark.parametrize("gift", [policies.percent_off(100), policies.amount_off(eur(15))])
@pytest.mark.parametrize("mode", ["gross", "net"])
def test_everything_off_two_rates(gift: Any, mode: str) -> None:
    """With nothing left to pay there is no cent of tax, at either rate."""
    order = basket(line("a", "9.99", tax=23), line("b", "5.01", tax=8), prices=mode)
    decision = price(order, Promotion("gift", then=gift))

    assert [999, 501] == off(decision)
    assert eur(0) == decision.payable
    assert [eur(0), eur(0)] == [total.tax for total in decision.taxes]
    assert [] == lost(decision)


@pytest.mark.parametrize(("goods", "payable"), [("110", "90"), ("100", "80"), ("99.99", "99.99")])
def test_a_promotion_does_not_defeat_itself(goods: str, payable: str) -> None:
    """20.00 off from 100.00 on holds at 100.00 and above, though what is left is below."""
    twenty = Promotion("twenty", when=cart.amount().at_least(eur(100)), then=policies.amount_off(eur(20)))

    assert eur(payable) == price(prices(goods), twenty).payable


@pytest.mark.parametrize(("amount", "expected"), [("0.03", [1, 1, 1]), ("0.04", [0, 2, 2])])
def test_alabama(amount: Any, expected: Any) -> None:
    """A larger discount may take less off one unit: the cents of 3 and of 4 over prices 1, 3, 3.

    Of 3, the shares are 3/7, 9/7, 9/7 and the largest remainder is 3/7; of 4 they are 4/7, 12/7, 12/7, and the two
    remainders of 5/7 are larger than 4/7. A placed order keeps its parts, so that this never shows on it.
    """
    decision = price(prices("0.01", "0.03", "0.03"), Promotion("off", then=policies.amount_off(eur(amount))))

    assert expected == off(decision)
