"""The shop of the examples keeps every promise it makes, and shows every word that there is for one."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import zoneinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import attrs
import pytest

import aftercare
from aftercare import (
    Customer,
    Delivery,
    History,
    Line,
    Order,
    Pin,
    PolicyBook,
    Product,
    Promotion,
    Shipment,
    Tier,
    eur,
    loyalty,
    pln,
    policies,
    returns,
)
from aftercare.interchange import read_any
from aftercare.limits import Counts, Tally
from aftercare.messages import locales
from aftercare.policies.benefit import AmountOff, Each, Gift, ShippingGives, ShippingOff
from aftercare.policies.discount import PHASES, Discount
from aftercare.policies.pattern import Gives, PatternOff
from aftercare.policies.selection import How, Selection
from aftercare.policies.stacking import promotions_in
from aftercare.returns.clauses import Bar
from examples.shop import (
    GOLD,
    MEMBER,
    SILVER,
    ZONE,
    dessert_card,
    friends,
    machine_upgrade,
    machine_warranty,
    products,
    shop,
    thirty_days,
)

if TYPE_CHECKING:
    from aftercare import Decision, Money
    from aftercare.interchange.checks import OrderDocument

ORDERS = Path(__file__).parent.parent / "examples" / "orders"
PROMOTIONS = {each.id: each for entry in shop.promotions for each in promotions_in(entry)}
BENEFITS = [benefit for each in PROMOTIONS.values() for benefits in each.alternatives for benefit in benefits]
KNOWN = {product.sku: product for product in products}


def at(day: int, hour: int = 12, *, month: int = 11) -> dt.datetime:
    """An instant of 2026 in the shop's zone; 22 November is a Sunday."""
    return dt.datetime(2026, month, day, hour, tzinfo=zoneinfo.ZoneInfo(ZONE))


SUNDAY, MONDAY = at(22), at(23)


def line(sku: str, price: str, quantity: int = 1, **given: Any) -> Line:
    """A line of the shop's own product in euros."""
    product = KNOWN.get(sku) or Product(sku, tags=["outlet"] if sku == "OLD" else [])
    return Line(sku, product, quantity, unit_price=eur(price), **given)


def basket(*lines: Line, by: str | None = None, charge: Money | None = None, **given: Any) -> Order:
    """An order in euros, delivered *by* a method."""
    shipments = [] if by is None else [Shipment("parcel", by, charge)]
    return Order(lines, currency="EUR", shipments=shipments, **given)


def ola(**given: Any) -> Customer:
    """A customer who is signed in."""
    return Customer("ola", **given)


def priced(order: Order, when: dt.datetime = MONDAY) -> Decision:
    """The order of somebody who never ordered before; a tier was given as a present."""
    tier = None if order.customer is None else order.customer.tier
    given = [] if tier is None else [Pin("present", at(1), tier, reason="a present", by="Ada")]
    return shop.price(order, at=when, history=History(given), counts=Counts())


# --- the book shows everything ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [*policies.__all__, "amounts", "stepped", "by", "dated"])
def test_every_word_has_an_example(word: str) -> None:
    """There is no word for a benefit, a selection, a pattern or a group that the shop does not use."""
    spoken = f"policies.{word}(" if word in policies.__all__ else f"{word}("

    assert spoken in repr(shop)


def test_every_kind_of_value_has_an_example() -> None:
    """What a word can be told in several ways, it is told in each of them."""
    patterns = {benefit.gives for benefit in BENEFITS if isinstance(benefit, PatternOff)}
    shipping = {benefit.gives for benefit in BENEFITS if isinstance(benefit, ShippingOff)}
    each = {benefit.each for benefit in BENEFITS if isinstance(benefit, AmountOff)}
    selections = {found.how for benefit in BENEFITS if isinstance(found := getattr(benefit, "of", None), Selection)}
    gifts = {benefit.value is None for benefit in BENEFITS if isinstance(benefit, Gift)}

    assert set(get_args(Gives)) == patterns
    assert set(get_args(ShippingGives)) == shipping
    assert set(get_args(Each)) == each
    assert set(get_args(How)) == selections
    assert {True, False} == gifts
    assert set(PHASES) == {phase for promotion in PROMOTIONS.values() for phase in promotion.phases}


def unused(kind: type[attrs.AttrsInstance], values: list[Any]) -> set[str]:
    """The fields of *kind* that none of *values* gives."""
    return {
        field.name for field in attrs.fields(kind) if all(getattr(each, field.name) == field.default for each in values)
    }


def test_every_term_has_an_example() -> None:
    """Every term of a promotion, a tariff and a discount is shown, but for those of special books."""
    assert {"only_in", "rank"} == unused(Promotion, list(PROMOTIONS.values()))
    assert {"money"} == unused(Delivery, list(shop.delivery))
    assert {"rounding", "mode", "money"} == unused(Discount, [each for each in BENEFITS if isinstance(each, Discount)])
    assert {"tax_rounding"} == unused(PolicyBook, [shop])


def test_the_shop_is_its_own_code() -> None:
    """Run, the text of the shop is the shop again."""
    names = {name: getattr(aftercare, name) for name in aftercare.__all__}
    modules = {"datetime": dt, "zoneinfo": zoneinfo, "fractions": fractions, "decimal": decimal}
    parts = {"loyalty": loyalty, "policies": policies, "returns": returns}

    assert shop == eval(repr(shop), {**names, **modules, **parts})  # noqa: S307


@pytest.mark.parametrize(
    "name",
    [
        *(each.title for each in PROMOTIONS.values()),
        *(product.name for product in products),
        *(tier.title for tier in (MEMBER, SILVER, GOLD)),
        *(each.name for each in BENEFITS if isinstance(each, Gift) and each.name is not None),
        *(each.title for each in (thirty_days, machine_warranty.promise, machine_upgrade, friends)),
        *(each.because for each in machine_warranty.promise.clauses if isinstance(each, Bar)),
        dessert_card.brings,
    ],
    ids=str,
)
def test_every_name_is_in_all_languages(name: aftercare.Name | str | None) -> None:
    """What a customer reads has words in each shipped language."""
    assert isinstance(name, aftercare.Name)
    assert set(locales()) == {"en", *dict(name.translations)}


# --- the orders of the platforms -------------------------------------------------------------------------------------


def document(platform: str) -> OrderDocument:
    """An example order as it was read."""
    return read_any((ORDERS / f"{platform}_order.json").read_bytes(), zone=ZONE)


@pytest.mark.parametrize("platform", ["shopify", "woocommerce"])
def test_the_payload_adds_up(platform: str) -> None:
    """Every total that the platform states is the sum of its parts, and nothing had to be guessed."""
    reconciliation = document(platform).reconciliation

    assert reconciliation.checks
    assert () == reconciliation.failures
    assert () == reconciliation.notes


def test_the_order_from_shopify() -> None:
    """Coffee, a tea set and a biscuit, on a Monday afternoon.

    Goods are 2 x 9.90 + 24.00 + 19.00 + 4 x 4.50 + 1.20 = 82.00.
    Second coffee: the cheaper of a pair, 9.90, at half price: 4.95.
    Dearest cup: a quarter of 4.50 is 1.125, rounded up: 1.13.
    Tea for two: the teapot, that cup and another are now 19.00 + 3.37 + 4.50 = 26.87, for 25.00: 1.87.
    Biscuit: 1.20. What is left is 82.00 - 9.15 = 72.85, from 60.00 on 3.00 less: 69.85. Delivery, 4.95, is free.
    Tax is in everything but the biscuit: 69.85 x 23 / 123 = 13.061.
    """
    read = document("shopify")
    decision = shop.price(read.order.with_products(products), at=read.at or SUNDAY)

    assert {
        "second-coffee-half-price": eur("4.95"),
        "dearest-cup": eur("1.13"),
        "tea-for-two": eur("1.87"),
        "biscuit": eur("1.20"),
        "spoon-with-teapot": eur(0),
        "more-for-more": eur(3),
        "combo-ships-free": eur("4.95"),
    } == {each.id: each.taken for each in decision.applied}
    assert eur("69.85") == decision.payable
    assert eur("13.06") == decision.tax
    assert ["SPOON"] == [gift.sku for gift in decision.gifts]


def test_the_order_from_woocommerce() -> None:
    """Four teas and five packs of filters, in zlotys.

    Goods are 3 x 23.90 + 31.00 + 5 x 12.50 = 165.20. Of the three dearest teas, 31.00, 23.90 and 23.90, the cheapest
    is free: 23.90. The fourth and fifth filters are 2.00 less each: 4.00. With delivery: 137.30 + 15.00 = 152.30, in
    which tax is 152.30 x 23 / 123 = 28.478. Nobody knows whether it is the first order, so the code is not used.
    """
    read = document("woocommerce")
    decision = shop.price(read.order.with_products(products), at=read.at or SUNDAY)

    assert {
        "three-teas-for-two": pln("23.90"),
        "filters-after-three": pln(4),
        "double-points-for-tea": pln(0),
    } == {each.id: each.taken for each in decision.applied}
    assert pln("152.30") == decision.payable
    assert pln("28.48") == decision.tax
    assert ["points_times", "bonus_points"] == [reward.kind for reward in decision.rewards]
    assert "code.not_eligible" == decision.codes["WITAJ"].code


# --- every promise can be kept ---------------------------------------------------------------------------------------

COFFEE, TEA, POT, MACHINE = (
    line("COFFEE-ETH", "10"),
    line("TEA-ASSAM", "6"),
    line("TEAPOT", "20"),
    line("MACHINE", "90"),
)

KEPT: dict[str, tuple[Order, dt.datetime, str]] = {
    "subscriber-price": (
        basket(line("CUP", "5", prices={"member": eur(4)}), customer=ola(opted_in=True)),
        MONDAY,
        "1.00",
    ),
    "outlet": (basket(line("OLD", "10")), MONDAY, "3.00"),
    # Two pairs at most: half of 10 and half of 10, though there are five.
    "second-coffee-half-price": (basket(line("COFFEE-ETH", "10", 5)), MONDAY, "10.00"),
    "coffee-by-the-dozen": (basket(line("COFFEE-ETH", "10", 6)), MONDAY, "12.00"),
    "machine-brings-coffee": (basket(MACHINE, line("COFFEE-ETH", "10", 3)), MONDAY, "10.00"),
    "three-teas-for-two": (basket(line("TEA-ASSAM", "6", 3)), MONDAY, "6.00"),
    "tea-for-two": (basket(POT, line("CUP", "5", 2)), MONDAY, "5.00"),
    "cups-with-tin": (basket(line("CUP", "5", 2), line("TIN", "4")), MONDAY, "1.40"),
    "dearest-cup": (basket(line("CUP", "4", 4)), MONDAY, "1.00"),
    "cheapest-tin": (basket(TEA, line("TIN", "5", 2)), MONDAY, "3.00"),
    "filters-after-three": (basket(line("FILTER", "3", 5)), MONDAY, "1.00"),
    "first-two-syrups": (basket(line("SYRUP", "10", 3), customer=ola()), MONDAY, "8.00"),
    "dearest-of-three-syrups": (basket(line("SYRUP", "10", 3)), MONDAY, "2.00"),
    "happy-hour": (basket(line("BISCUIT", "5", 2), line("SYRUP", "10")), at(23, 15), "1.00"),
    "three-sweets": (basket(line("BISCUIT", "5", 4)), at(23, 17), "3.00"),
    "machine-week": (basket(line("MACHINE", "90", 2)), at(6, 23, month=12), "20.00"),
    "biscuit": (basket(COFFEE, line("BISCUIT", "1.20", 2)), MONDAY, "1.20"),
    "spoon-with-teapot": (basket(line("TEAPOT", "20", 2)), MONDAY, "0.00"),
    "club-rate": (basket(COFFEE, customer=ola(tier=GOLD)), MONDAY, "0.50"),
    "staff-rate": (basket(COFFEE, customer=ola(staff=True)), MONDAY, "2.00"),
    "more-for-more": (basket(line("TEAPOT", "30", 4)), MONDAY, "9.00"),
    # The higher row, 15 percent, is also the cap of each unit.
    "wholesale": (basket(COFFEE, customer=ola(groups=["cafe", "hotel"])), MONDAY, "1.50"),
    "welcome": (basket(POT, customer=ola(), codes=["witaj"]), MONDAY, "5.00"),
    "combo-ships-free": (basket(POT, line("CUP", "5", 4), by="standard"), MONDAY, "4.95"),
    "express-for-gold": (basket(COFFEE, by="express", charge=eur(9), customer=ola(tier=GOLD)), MONDAY, "7.00"),
    "winter-express": (basket(line("TEAPOT", "50"), by="express", charge=eur(8)), at(28, 23), "2.00"),
    "app-delivery": (basket(COFFEE, by="standard", channel="app"), MONDAY, "1.00"),
    "double-points-for-tea": (basket(line("TEA-ASSAM", "6", 3), customer=ola()), MONDAY, "0.00"),
    "voucher-for-next-time": (basket(line("TEAPOT", "50", 2)), MONDAY, "0.00"),
}


def test_no_promise_goes_without_an_order() -> None:
    """There is an order for each promotion of the shop."""
    assert set(PROMOTIONS) == set(KEPT)


@pytest.mark.parametrize("promotion", KEPT)
def test_every_promise_is_kept(promotion: str) -> None:
    """There is an order on which each promotion applies, and it takes off what was promised."""
    order, when, taken = KEPT[promotion]
    decision = priced(order, when)

    assert "applied" == decision.explain(promotion).state
    assert eur(taken) == next(each.taken for each in decision.applied if each.id == promotion)


def test_cups_go_where_they_save_most() -> None:
    """Two cups beside a teapot and a tin: they are in the bundle that saves more."""
    decision = priced(basket(POT, line("CUP", "5", 2), line("TIN", "4")))

    assert ("applied", "lost") == (decision.states["tea-for-two"], decision.states["cups-with-tin"])
    assert [True] == [each.optimal for each in decision.combinations]


def test_gifts_and_rewards() -> None:
    """A spoon for each of up to three teapots; twice the points and fifty more; a voucher."""
    spoons = priced(basket(line("TEAPOT", "10", 5))).gifts
    points = priced(KEPT["double-points-for-tea"][0]).rewards
    voucher = priced(KEPT["voucher-for-next-time"][0]).rewards

    assert [("SPOON", 3, eur(3))] == [(gift.sku, gift.quantity, gift.value) for gift in spoons]
    assert [("points_times", 2), ("bonus_points", 50)] == [(reward.kind, reward.value) for reward in points]
    assert [("voucher", eur(5))] == [(reward.kind, reward.value) for reward in voucher]


def test_staff_save_more_on_sundays() -> None:
    """The exception holds in the shop's own zone: a quarter instead of a fifth."""
    order = KEPT["staff-rate"][0]

    assert eur("2.50") == priced(order, SUNDAY).saved
    assert eur("2.00") == priced(order, dt.datetime(2026, 11, 22, 23, tzinfo=dt.UTC)).saved


def test_express_is_half_price_in_advent() -> None:
    """The announced change holds from the first moment of 29 November on."""
    order = KEPT["winter-express"][0]

    assert eur(4) == priced(order, at(29, 0)).saved


def test_machine_week_is_announced() -> None:
    """Staff are told ten days before, customers three."""
    assert ["promotion.staff_brief"] == [each.code for each in shop.staff_briefing(at=at(20))]
    assert () == shop.announcements(at=at(26))
    assert ["promotion.starts_in_days"] == [each.code for each in shop.announcements(at=at(27))]
    assert ["promotion.ends_tomorrow"] == [each.code for each in shop.announcements(at=at(5, month=12))]


def test_limited_promises_are_kept_within_their_limits() -> None:
    """The welcome is for once; machine week gives what is left of its two thousand euros."""
    welcome, machines = KEPT["welcome"], KEPT["machine-week"]
    counts = Counts({Tally("welcome", customer="ola"): 1, Tally("machine-week", of="EUR"): 198_500})

    again = shop.price(welcome[0], at=welcome[1], history=History(), counts=counts)
    last = shop.price(machines[0], at=machines[1], history=History(), counts=counts)
    assert "exhausted" == again.explain("welcome").state
    assert [eur(15)] == [each.taken for each in last.applied if each.id == "machine-week"]
    assert ["welcome"] == [use.tally.promotion for use in priced(*welcome[:2]).uses]


@pytest.mark.parametrize(
    ("order", "charge"),
    [
        (basket(line("CUP", "5"), by="standard"), "4.95"),
        (basket(line("CUP", "0.50", 23), by="standard"), "7.95"),  # 23 x 220 g are 5060 g
        (basket(line("TEAPOT", "20", 4), by="standard"), "0.00"),  # for 80.00, less 3.00
        (basket(line("CUP", "5", 9), by="standard"), "4.95"),
        (basket(line("CUP", "5", 9), by="standard", customer=ola(tier=SILVER)), "0.00"),  # from 40.00 on
        (basket(line("MACHINE", "70", 1), by="standard"), "8.95"),  # 4.95, and 4.00 for a machine
        (basket(line("GIFT-CARD", "20"), by="standard"), "0.00"),
        (basket(line("CUP", "5", 3), by="express"), "10.70"),  # 9.95 and three times 0.25
        (basket(line("CUP", "5"), by="locker"), "2.95"),
        (basket(line("MACHINE", "70"), by="pickup"), "0.00"),
    ],
)
def test_delivery(order: Order, charge: str) -> None:
    """What a delivery costs before promotions."""
    assert eur(charge) == priced(order).shipments[0].charge


def test_a_machine_does_not_fit_a_locker() -> None:
    """No tariff holds, so the order cannot be priced."""
    with pytest.raises(aftercare.OrderError, match="no charge"):
        priced(basket(MACHINE, by="locker"))


def test_a_gift_card_is_never_discounted() -> None:
    """Not even for staff."""
    assert eur(0) == priced(basket(line("GIFT-CARD", "20"), customer=ola(staff=True))).saved


def test_a_tier_is_a_rank() -> None:
    """Members have no club rate, and a tier above Gold has that of Gold."""
    member, above = (basket(COFFEE, customer=ola(tier=tier)) for tier in (MEMBER, Tier("platinum", 3)))

    assert eur(0) == shop.price(member, at=MONDAY).saved
    assert eur("0.50") == shop.price(above, at=MONDAY).saved
