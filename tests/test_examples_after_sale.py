"""The shop of the examples keeps what it promises after the sale, and to its members."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import (
    Customer,
    Delivered,
    History,
    Line,
    Order,
    PointsSpent,
    Product,
    Purchase,
    Referral,
    Returned,
    Review,
    Tender,
    Tier,
    Visit,
    eur,
    loyalty,
    returns,
    say,
)
from aftercare.order_events import Units
from examples.shop import (
    GOLD,
    MEMBER,
    SILVER,
    ZONE,
    coffee_card,
    dessert_card,
    friends,
    machine_upgrade,
    machine_warranty,
    products,
    shop,
    thirty_days,
)

if TYPE_CHECKING:
    from aftercare import Receipt
    from aftercare.history import Event

KNOWN = {product.sku: product for product in products}
MONDAY = dt.datetime(2026, 11, 23, 12, tzinfo=zoneinfo.ZoneInfo(ZONE))
OUTLET = Product("OLD", tags=["outlet"])


def day(count: int) -> dt.datetime:
    """Noon, so many days after the order."""
    return MONDAY + dt.timedelta(days=count)


def buy(
    *lines: tuple[str, str, int], tier: Tier | None = None, country: str | None = None, id: str = "A-1", at: int = 0
) -> Receipt:
    """The receipt of lines named by their SKU, paid by card."""
    order = Order(
        [Line(sku, KNOWN.get(sku, OUTLET), count, unit_price=eur(price)) for sku, price, count in lines],
        currency="EUR",
        customer=Customer("ola", tier=tier, country=country),
    )
    quote = shop.price(order, at=day(at))
    return shop.place(quote, id=id, paid=[Tender("card", quote.payable)])


def arrived(receipt: Receipt, at: int = 2) -> Delivered:
    """The delivery of a receipt."""
    return Delivered(f"came {receipt.id}", day(at), receipt.id)


def bought(receipt: Receipt) -> Purchase:
    """The purchase of a receipt."""
    return Purchase(f"buy {receipt.id}", receipt.placed_at, receipt)


def ask(receipt: Receipt, line: str, at: int, **given: Any) -> returns.Assessment:
    """The answer for one unit, delivered two days after the order."""
    history = History([arrived(receipt)])
    (answer,) = shop.assess_return(receipt, history=history, returning={line: 1}, at=day(at), **given)
    return answer


# --- after the sale --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "last", "fee"),
    [(None, 32, "4.95"), (SILVER, 32, "4.95"), (GOLD, 62, "0"), (Tier("platinum", 3), 62, "0")],
)
def test_thirty_days_and_sixty_for_gold(tier: Tier | None, last: int, fee: str) -> None:
    """From the delivery, the day after it is the first; a fee for all but Gold and above."""
    receipt = buy(("CUP", "20", 1), tier=tier, country="JP")
    history = History([arrived(receipt)])

    assert ["accept", "refuse"] == [ask(receipt, "CUP", at).outcome for at in (last, last + 1)]
    refund = shop.preview_return(receipt, history=history, returning={"CUP": 1}, at=day(last)).money.refund
    assert receipt.payable - eur(fee) == refund


def test_the_law_of_the_union_holds_below_the_promise() -> None:
    """Within a fortnight a German gives back an outlet vase; later, or in Japan, it is final sale."""
    german, japanese = (buy(("OLD", "20", 1), country=country) for country in ("DE", "JP"))

    assert ["accept", "refuse"] == [ask(german, "OLD", at).outcome for at in (16, 17)]
    assert "refuse" == ask(japanese, "OLD", 5).outcome
    assert ("returns.barred.final_sale",) == tuple(each.code for each in ask(japanese, "OLD", 5).reasons)


def test_a_gift_card_stays() -> None:
    """It is said for what it is."""
    receipt = buy(("GIFT-CARD", "20", 1), country="JP")

    assert ["returns.barred.gift_card"] == [each.code for each in ask(receipt, "GIFT-CARD", 5).reasons]


@pytest.mark.parametrize("ground", ["defect", "damaged_in_transit"])
def test_damage_needs_a_photo(ground: str) -> None:
    """What came broken is shown, and costs no fee."""
    answer = ask(buy(("TEAPOT", "20", 1), country="JP"), "TEAPOT", 5, ground=ground)

    assert ("accept", ()) == (answer.outcome, answer.terms.fee)
    assert "Please send us: “photo”." in [say(step, locale="en", sink="plain") for step in answer.steps]


def test_a_combo_comes_back_in_parts_or_whole() -> None:
    """A teapot and two cups for 25.00 instead of 30.00, for Gold 5 percent less: 23.75, and a spoon worth 3.00.

    Whole, it gives back all but the spoon that is kept. Without the cups, these cost what they cost alone, 2 x 4.75.
    """
    receipt = buy(("TEAPOT", "20", 1), ("CUP", "5", 2), tier=GOLD, country="JP")
    history = History([arrived(receipt)])

    def back(**units: int) -> Any:
        return shop.preview_return(receipt, history=history, returning=units, at=day(5)).money.refund

    assert eur("20.75") == back(TEAPOT=1, CUP=2)
    assert eur("11.25") == back(TEAPOT=1)


@pytest.mark.parametrize(("tier", "years"), [(SILVER, 2), (GOLD, 3)])
def test_machines_have_a_warranty(tier: Tier, years: int) -> None:
    """Two years from the delivery, three for Gold; a cup has none."""
    receipt = buy(("MACHINE", "90", 1), ("CUP", "5", 1), tier=tier)
    history = History([arrived(receipt)])
    ((claim,), (cup,)) = (
        shop.assess_warranty(receipt, history=history, line=line, at=day(400)) for line in ("MACHINE", "CUP")
    )

    assert claim.deadline is not None
    assert ("accept", dt.date(2026 + years, 11, 25)) == (claim.outcome, claim.deadline.last_day)
    assert ("repair", "replacement") == claim.assessment.terms.resolutions
    assert ("refuse", ["returns.barred.other"]) == (cup.outcome, [each.code for each in cup.reasons])


@pytest.mark.parametrize(
    ("grade", "at", "worth"), [("A", 300, "43.50"), ("B", 300, "26.10"), ("A", 600, "26.10"), ("B", 600, "10")]
)
def test_old_machines_are_bought_back(grade: str, at: int, worth: str) -> None:
    """A part of the 87.00 that were paid in the first year and the second, by condition."""
    receipt = buy(("MACHINE", "90", 1))
    history = History([arrived(receipt)])
    reply = returns.assess_trade_in(machine_upgrade, receipt, history, line="MACHINE", grade=grade, at=day(at))

    assert eur(worth) == reply.value


def test_every_right_is_listed() -> None:
    """A machine can go back, has a warranty, and can be traded in."""
    receipt = buy(("MACHINE", "90", 1), country="JP")
    found = shop.rights_at(receipt, history=History([arrived(receipt)]), at=day(5)).rights

    assert {each.name for each in (thirty_days, machine_warranty, machine_upgrade)} <= {each.right for each in found}


# --- the club --------------------------------------------------------------------------------------------------------


def spent(*amounts: int, every: int = 10) -> History:
    """Orders of teapots for so much, some days apart, each delivered two days later."""
    events: list[Event] = []
    for place, amount in enumerate(amounts):
        receipt = buy(("TEAPOT", str(amount), 1), id=f"A-{place}", at=place * every)
        events += [bought(receipt), arrived(receipt, place * every + 2)]
    return History(events)


def test_tiers_are_climbed_by_spending() -> None:
    """Silver from 150.00, Gold from 500.00, after the discounts of more for more."""
    assert [MEMBER, MEMBER, SILVER, GOLD] == [
        shop.standing(spent(*amounts), at=day(100)).tier for amounts in ((), (140,), (159,), (309, 209))
    ]


def test_gold_is_lost_in_steps_and_not_at_once() -> None:
    """Gold of November 2026 lasts through November 2027, thirty more days, and then Silver is left."""
    history = spent(600)

    assert [GOLD, GOLD, SILVER] == [
        shop.standing(history, at=dt.datetime(*when, tzinfo=dt.UTC)).tier
        for when in ((2027, 11, 30, 12), (2027, 12, 30, 12), (2028, 1, 2, 12))
    ]


def test_points_come_when_the_goods_stay() -> None:
    """51.00 for a teapot give 51 points, available once its thirty days are over, and good for two years."""
    history = spent(51)

    assert (0, 51) == (shop.points(history, at=day(32)).available, shop.points(history, at=day(32)).pending)
    late = shop.points(history, at=day(33))
    assert (51, ((dt.date(2028, 12, 26), 51),)) == (late.available, late.expiring)


def test_silver_earns_half_as_much_again() -> None:
    """Whoever is Silver gets 75 points for 50.00; a review brings 20."""
    history = History([*spent(200).events, Review("review", day(40), "TEAPOT")])
    receipt = buy(("TEAPOT", "50", 1), id="A-9", at=50)

    assert 75 == shop.earn(receipt, history=history, at=day(50)).change
    assert 20 == shop.points(history, at=day(41)).balance - shop.points(history, at=day(39)).balance


def test_points_pay_up_to_half() -> None:
    """A hundred points are five euros, and no more than half of an order."""
    rate = shop.loyalty.spending if isinstance(shop.loyalty, loyalty.Program) else None
    assert rate is not None

    assert [eur(5), eur(10), eur(0)] == [
        rate.plan(points, balance=1000, order=eur(24)).worth for points in (100, 900, 99)
    ]


def test_a_return_takes_points_and_the_tier() -> None:
    """One teapot of two for 80.00 each goes back: Silver with it, and its points."""
    receipt = buy(("TEAPOT", "80", 2), country="JP")
    preview = shop.preview_return(
        receipt, history=History([bought(receipt), arrived(receipt)]), returning={"TEAPOT": 1}, at=day(5)
    )

    assert SILVER == preview.tier_lost
    assert preview.points_taken > 0


def test_spent_points_are_owed() -> None:
    """Points that are gone when their goods come back are owed: the photo of the crack came after sixty days."""
    receipt = buy(("CUP", "50", 1), country="JP")
    back = Returned("back", day(60), "A-1", [Units("CUP", 1)], "defect", regimes=("promise",))
    history = History([bought(receipt), arrived(receipt), PointsSpent("spent", day(40), "basket", 40), back])

    assert [0, 40] == [shop.points(history, at=day(at)).deficit for at in (59, 61)]


# --- cards and friends -----------------------------------------------------------------------------------------------


def test_the_sixth_coffee_is_free() -> None:
    """Five were bought earlier; the next one costs nothing."""
    earlier = buy(("COFFEE-ETH", "10", 5))
    order = Order([Line("1", KNOWN["COFFEE-ETH"], unit_price=eur(10))], currency="EUR")
    offer = loyalty.card_offer(coffee_card, order, History([bought(earlier)]), at=day(5), zone=ZONE)

    assert (5, 1) == (offer.stamps, offer.free)
    assert loyalty.card_offer(coffee_card, order, History(), at=day(5), zone=ZONE).free == 0
    assert eur(0) == shop.price(order, at=day(5), history=History([bought(earlier)])).goods_paid


def test_the_tenth_visit_brings_a_dessert() -> None:
    """The ninth does not; two visits of one day are one."""
    visits = [Visit(f"visit {count}", day(count)) for count in range(10)]
    again = Visit("again", day(3) + dt.timedelta(hours=1))

    standings = [
        loyalty.card_standing(dessert_card, History([*visits[:count], again]), at=day(9), zone=ZONE)
        for count in (9, 10)
    ]
    assert [0, 1] == [each.ready for each in standings]


def test_a_friend_is_worth_two_hundred_points() -> None:
    """Once the friend's order can no longer come back, the friend has a voucher and the member points."""
    receipt = buy(("TEAPOT", "40", 1), at=1)
    theirs = History([bought(receipt), arrived(receipt, 3)])

    def state(at: int) -> loyalty.ReferralStanding:
        (found,) = loyalty.referrals_of(
            friends,
            "ola",
            History([Referral("invitation", day(0), "jan")]),
            {"jan": theirs},
            at=day(at),
            zone=ZONE,
            holds=shop.holds(theirs, at=day(at)),
        )
        return found

    assert ["ordered", "vested"] == [state(at).state for at in (33, 34)]
    vested = state(34)
    assert vested.member_award is not None
    assert vested.friend_award is not None
    assert loyalty.give_points(200) == vested.member_award.gift
    assert friends.friend == vested.friend_award.gift
