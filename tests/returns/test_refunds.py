"""Refunds as tables: the worked examples, step by step, and the defects of other engines that this one has not."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare import cart, item, policies
from aftercare.money import eur
from aftercare.order import Shipment
from aftercare.policies.promotion import Promotion
from aftercare.returns.fees import graded, label, restocking
from tests.policies.till import basket, line, prices
from tests.returns.desk import LAW, PROMISE, Desk, desk, kept, money, paid, to

TEN_FROM_100 = Promotion("ten", when=cart.amount().at_least(eur(100)), then=policies.percent_off(10))
TWENTY_FROM_100 = Promotion("twenty", when=cart.amount().at_least(eur(100)), then=policies.percent_off(20))
FREE_FROM_50 = Promotion("free", when=cart.amount().at_least(eur(50)), then=policies.free_shipping())
GIFT_FROM_80 = Promotion("gift", when=cart.amount().at_least(eur(80)), then=policies.gift("TOTE", value=eur(15)))


def refunds(at: Desk, *steps: Any) -> list[str]:
    """What each step gives back."""
    return [money(at.back(*(step if isinstance(step, list) else [step]))) for step in steps]


@pytest.mark.parametrize("strategy", ["proportional", "recompute_monotone", "recompute_kept", "all_or_nothing"])
def test_three_units_for_ten_give_back_ten(strategy: Any) -> None:
    """R1, Solidus: three units paid 10.00 give back every cent, the highest unit ids first."""
    order = basket(line("1", "3.3334", 3))
    at = desk(order, refund=strategy)
    assert ["3.33", "3.33", "3.34"] == refunds(at, "1", "1", "1")


def test_an_order_discount_comes_back_in_its_parts() -> None:
    """R2: 15 % off 19.99, 14.98 and 9.99 lies on the lines as 3.00, 2.24 and 1.50, and comes back so."""
    order = prices("19.99", "14.98", "9.99")
    at = desk(order, Promotion("sale", then=policies.percent_off(15)), refund="proportional")
    assert ["16.99", "12.74", "8.49"] == refunds(at, "00", "01", "02")


@pytest.mark.parametrize(
    ("percent", "share", "expected"),
    [
        (100, "occurrence", {"a": "18.00", "b": "12.00"}),
        (50, "occurrence", {"a": "24.00", "b": "16.00"}),
        (100, "target", {"a": "30.00", "b": "0.00"}),
        (50, "target", {"a": "30.00", "b": "10.00"}),
    ],
)
def test_each_of_a_pair_comes_back_at_its_share(percent: int, share: Any, expected: dict[str, str]) -> None:
    """R3: a pair of 30 and 20, the second free or at half price, shares what it cost; or by the stored parts."""
    pair = Promotion("pair", then=policies.every(2, of=item.tag.is_("t")).percent_off(percent))
    order = basket(line("a", "30", tags=["t"]), line("b", "20", tags=["t"]))
    for which, amount in expected.items():
        at = desk(order, pair, refund="proportional", share=share)
        assert amount == money(at.back(which))


@pytest.mark.parametrize("strategy", ["proportional", "recompute_monotone", "recompute_kept"])
@pytest.mark.parametrize("regimes", [LAW, PROMISE])
def test_a_unit_that_is_free_in_the_other_mode(strategy: Any, regimes: tuple[str, ...]) -> None:
    """A unit free by a gross amount bears no tax beside one of 0.27: the two come back for 0.00 and 3.60."""
    free = Promotion(
        "free", then=policies.amount_off(eur(10), of=policies.cheapest(1, "a"), money="gross", rounding="unit")
    )
    at = desk(basket(line("a", "3.33", 2, tax=8), prices="net"), free, refund=strategy)
    assert [0, 27] == [run.tax.minor for run in at.receipt.units]
    settled = at.back("a", regimes=regimes)
    assert ["3.60", "0.00"] == [money(settled), str(settled.unplaced.decimal)]
    assert {("a", 1): "0.00"} == kept(settled)
    assert "0.00" == money(at.back("a", regimes=regimes))


@pytest.mark.parametrize(("strategy", "expected"), [("proportional", "18.00"), ("recompute_monotone", "9.00")])
def test_a_return_below_a_threshold(strategy: Any, expected: str) -> None:
    """R4: 10 % from 100 on 60, 30 and 20; returning the 20 gives its paid part, or what the kept ones leave."""
    at = desk(prices("60", "30", "20"), TEN_FROM_100, refund=strategy)
    assert expected == money(at.back("02"))


@pytest.mark.parametrize(("strategy", "expected"), [("proportional", "4.00"), ("recompute_monotone", "0.00")])
def test_a_return_never_costs_the_customer(strategy: Any, expected: str) -> None:
    """R5: returning 5 of 99 and 5 under 20 % from 100 would leave 15.80 to pay; it gives nothing instead."""
    at = desk(prices("99", "5"), TWENTY_FROM_100, refund=strategy)
    assert expected == money(at.back("01"))


@pytest.mark.parametrize(
    ("strategy", "order", "expected", "path_dependent"),
    [
        ("recompute_kept", ("00", "01"), ["48.00", "0.00"], True),
        ("recompute_kept", ("01", "00"), ["4.00", "28.20"], True),
        ("recompute_monotone", ("00", "01"), ["48.00", "0.00"], False),
        ("recompute_monotone", ("01", "00"), ["4.00", "44.00"], False),
    ],
)
def test_the_order_of_returns(strategy: Any, order: tuple[str, str], expected: list[str], path_dependent: bool) -> None:
    """R6: 20 % from 100 on 60, 5 and 99; only the closure gives the same in either order; others say so."""
    at = desk(prices("60", "5", "99"), TWENTY_FROM_100, refund=strategy)
    assert expected == refunds(at, *order)
    assert at.settled()[-1].path_dependent is path_dependent


@pytest.mark.parametrize(
    ("strategy", "expected", "left"), [("proportional", "225.00", "45.00"), ("recompute_monotone", "220.00", "50.00")]
)
def test_keeping_one_of_six(strategy: Any, expected: str, left: str) -> None:
    """R7: six at 50 with 10 % from 300; returning five keeps one at 45, or at its price without the discount."""
    sale = Promotion("sale", when=cart.amount().at_least(eur(300)), then=policies.percent_off(10))
    at = desk(basket(line("1", "50", 6)), sale, refund=strategy)
    settled = at.back(("1", 5))
    assert expected == money(settled)
    assert {("1", 1): left} == kept(settled)


@pytest.mark.parametrize(
    ("free_shipping", "expected"), [("keep", ["25.00", "30.00"]), ("claw_back", ["20.05", "34.95"])]
)
def test_free_shipping_after_a_return(free_shipping: Any, expected: list[str]) -> None:
    """R8: free shipping from 50 on 30 and 25; returning the 25 keeps it, or costs 4.95 until the rest is back."""
    order = prices("30", "25", shipments=[Shipment("p", "standard", eur("4.95"))])
    at = desk(order, FREE_FROM_50, free_shipping=free_shipping)
    assert expected == refunds(at, "01", "00")


@pytest.mark.parametrize(("delivery", "expected"), [("none", "60.00"), ("standard", "64.95"), ("full", "72.90")])
def test_outbound_delivery_of_a_whole_return(delivery: Any, expected: str) -> None:
    """R9: express for 12.90 where standard was 4.95; a whole withdrawal gives the standard delivery back."""
    order = prices(
        "60",
        shipments=[Shipment("p", "express", eur("12.90"))],
        delivery_options=[Shipment("q", "standard", eur("4.95"))],
    )
    at = desk(order, delivery=delivery)
    assert expected == money(at.back("00", regimes=LAW))


def test_delivery_waits_until_everything_is_back() -> None:
    """Outbound delivery is given back once, with the last unit."""
    order = prices("60", "40", shipments=[Shipment("p", "standard", eur("4.95"))])
    at = desk(order, delivery="standard")
    assert ["60.00", "44.95"] == refunds(at, "00", "01")


@pytest.mark.parametrize(
    ("gifts", "sent_back", "expected"),
    [("list_value", (), "15.00"), ("list_value", ("TOTE",), "30.00"), ("free", (), "30.00")],
)
def test_a_gift_that_is_no_longer_earned(gifts: Any, sent_back: tuple[str, ...], expected: str) -> None:
    """R10: a gift from 80; after a return down to 50 a kept gift counts at its list value, or is waived."""
    at = desk(prices("50", "30"), GIFT_FROM_80, gifts=gifts)
    assert expected == money(at.back("01", gifts=sent_back))


def test_a_kept_gift_never_costs_more_than_the_return_gives() -> None:
    """R10: a return of 5 with a kept gift of 15 gives nothing, and takes nothing."""
    at = desk(prices("75", "5"), GIFT_FROM_80)
    assert "0.00" == money(at.back("01"))


MIXED = paid(gift_card="40", points="10", card="50")


@pytest.mark.parametrize(
    ("tenders", "expected"),
    [
        ("card_first", [{"card": "45.00"}, {"gift_card": "40.00", "points": "10.00", "card": "5.00"}]),
        ("credit_first", [{"gift_card": "40.00", "points": "5.00"}, {"points": "5.00", "card": "50.00"}]),
        (
            "ratio",
            [
                {"gift_card": "18.00", "points": "4.50", "card": "22.50"},
                {"gift_card": "22.00", "points": "5.50", "card": "27.50"},
            ],
        ),
    ],
)
def test_tenders(tenders: Any, expected: list[dict[str, str]]) -> None:
    """R11: 45 and then 55 go back to a gift card, points and a card: card first, credit first, or by ratio."""
    at = desk(prices("45", "55"), paid=MIXED, tenders=tenders)
    assert expected == [to(at.back("00")), to(at.back("01"))]


def test_a_ratio_in_thirds_ends_exact() -> None:
    """R12: each refund is split over what the tenders still hold, and each tender ends exact."""
    at = desk(prices("33.33", "33.33", "33.34"), paid=MIXED, tenders="ratio")
    expected = [
        {"gift_card": "13.33", "points": "3.33", "card": "16.67"},
        {"gift_card": "13.33", "points": "3.34", "card": "16.66"},
        {"gift_card": "13.34", "points": "3.33", "card": "16.67"},
    ]
    assert expected == [to(at.back(each)) for each in ("00", "01", "02")]


@pytest.mark.parametrize(
    ("of", "expected", "fees"),
    [
        ("paid", "45.05", [("graded", "16.00"), ("restocking", "12.00"), ("label", "6.95")]),
        ("after_grade", "47.45", [("graded", "16.00"), ("restocking", "9.60"), ("label", "6.95")]),
    ],
)
def test_fees_with_their_base(of: Any, expected: str, fees: list[tuple[str, str]]) -> None:
    """R15: paid 80, grade B takes 20 %, restocking 15 % of what was paid or of what is left, a label 6.95."""
    charged = (label(eur("6.95")), restocking(15, of=of), graded({"B": 20}))
    settled = desk(prices("80"), fee=(charged[2], charged[1], charged[0])).back("00", grade="B")
    assert expected == money(settled)
    assert fees == [(fee.kind, str(fee.amount.decimal)) for fee in settled.fees]


def test_restocking_is_capped_for_each_unit() -> None:
    """R16: 15 % up to 50 a unit, of one unit paid 400, is 50."""
    settled = desk(prices("400"), fee=(restocking(15, at_most=eur(50)),)).back("00")
    assert "350.00" == money(settled)


# --- defects of other engines -----------------------------------------------------------------------------------------


def test_prestashop_takes_the_whole_voucher_off_a_part() -> None:
    """PrestaShop #18319: of 150 and 60 with a voucher of 42, the 150 gives back 120, not 108."""
    voucher = Promotion("voucher", then=policies.amount_off(eur(42)))
    at = desk(prices("150", "60"), voucher, refund="proportional")
    assert "120.00" == money(at.back("00"))


@pytest.mark.parametrize("strategy", ["proportional", "recompute_monotone"])
def test_odoo_gives_the_whole_discount_back(strategy: Any) -> None:
    """Odoo #286433: a discount on the whole order is not given back in full with any one unit."""
    at = desk(prices("60", "40"), Promotion("sale", then=policies.percent_off(10)), refund=strategy)
    assert ["54.00", "36.00"] == refunds(at, "00", "01")


def test_easy_digital_downloads_takes_the_discount_off_each_item() -> None:
    """Easy Digital Downloads #8076: an amount off the order is shared by the items, not taken off each of them."""
    at = desk(prices("50", "50"), Promotion("ten", then=policies.amount_off(eur(10))), refund="proportional")
    assert ["45.00", "45.00"] == refunds(at, "00", "01")


def test_vendure_prices_again_with_what_holds_today() -> None:
    """Vendure #3885: only promotions that took part on the receipt are asked again, with the facts of that day."""
    small = Promotion("small", when=cart.amount().below(eur(70)), then=policies.percent_off(50))
    at = desk(prices("60", "40"), TEN_FROM_100, small)
    settled = at.back("01")
    assert "30.00" == money(settled)
    assert {("00", 1): "60.00"} == kept(settled)


def test_a_lost_alternative_takes_part_again() -> None:
    """What lost in a declared group on the receipt may win for the kept units."""
    five = Promotion("five", then=policies.percent_off(5))
    at = desk(prices("60", "40"), policies.best_of(TEN_FROM_100, five))
    settled = at.back("01")
    assert {("00", 1): "57.00"} == kept(settled)
    assert "33.00" == money(settled)


def test_up_to_an_amount_does_not_refund_too_much() -> None:
    """A promotion that held up to an amount, and holds for less, does not refund more than was paid for it."""
    small = Promotion("small", when=cart.amount().at_most(eur(100)), then=policies.percent_off(10))
    at = desk(prices("60", "40"), small)
    assert ["36.00", "54.00"] == refunds(at, "01", "00")


def test_solidus_loses_a_cent_to_rounding_down() -> None:
    """Solidus: parts of an order discount that does not divide add up to what was paid."""
    at = desk(prices("3.33", "3.33", "3.34"), Promotion("sale", then=policies.percent_off(15)), refund="proportional")
    found = refunds(at, "00", "01", "02")
    assert eur("8.50") == sum((eur(each) for each in found), eur(0))
