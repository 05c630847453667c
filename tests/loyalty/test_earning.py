from __future__ import annotations

import datetime as dt
import decimal
import fractions
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftercare
from aftercare import PolicyError, Promotion, Tier, amounts, cart, clock, eur, item, loyalty, pln, policies
from aftercare.errors import CurrencyMismatch
from aftercare.loyalty.credit import Sale
from aftercare.loyalty.earned import Earned, Occasion
from aftercare.loyalty.earning import Rule, earning
from aftercare.loyalty.reckoning import reckon
from aftercare.statement import Name
from tests.loyalty.receipts import ZONE, noon, receipt, returned

SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "loyalty": loyalty,
    "datetime": dt,
    "decimal": decimal,
    "fractions": fractions,
}
PER_EURO = loyalty.points(1, per=eur(1), tax="included")


def earned(rule: Any, found: Any = None, **kwargs: Any) -> Earned:
    """What a receipt earns by *rule*."""
    given = found if found is not None else receipt()
    kept = kwargs.pop("kept", None)
    reassess = kwargs.pop("reassess", False)
    rooms = kwargs.pop("rooms", {})
    customer = given.order.customer
    occasion = Occasion(
        at=given.placed_at, zone=ZONE, tier=None if customer is None else customer.tier, receipt=given, **kwargs
    )
    return reckon(None if rule is None else earning(rule), occasion, rooms=rooms, kept=kept, reassess=reassess)


def happened(rule: Rule, happening: str, **kwargs: Any) -> int:
    """What an event earns that is no order."""
    occasion = Occasion(at=noon("2026-03-01"), zone=ZONE, happening=happening, **kwargs)
    return reckon(earning(rule), occasion, rooms={}).points


SIX_OFF = Promotion("coupon", then=policies.amount_off(eur(6)))
FIVE_ANSWERS = receipt("A-1", "39.99", "19.99", tax=20, shipping="4.99", promotions=[SIX_OFF])


@pytest.mark.parametrize(
    ("points", "rule"),
    [
        (44, loyalty.points(1, per=eur(1), tax="excluded")),
        (53, PER_EURO),
        (58, loyalty.points(1, per=eur(1), tax="included", shipping=True)),
        (59, loyalty.points(1, per=eur(1), tax="included", price="before_discounts")),
        (49, loyalty.points(1, per=eur(1), tax="excluded", price="before_discounts")),
        (49, loyalty.points(1, per=eur(1), tax="excluded", shipping=True)),
    ],
)
def test_the_basis_is_said(points: int, rule: Rule) -> None:
    """One order earns 44, 53, 58 or 59 points, by what counts: tax, delivery, prices before discounts."""
    assert points == earned(rule, FIVE_ANSWERS).points


@pytest.mark.parametrize(("tax", "points"), [("included", 24), ("excluded", 20)])
@pytest.mark.parametrize("price", ["paid", "before_discounts"])
def test_net_prices(tax: Any, points: int, price: Any) -> None:
    """Of an order in net prices, tax counts only where it is said to."""
    found = receipt("A-1", 10, 10, tax=20, mode="net", shipping="5.00")

    assert points == earned(loyalty.points(1, per=eur(1), tax=tax, price=price), found).points


@pytest.mark.parametrize(("tax", "points"), [("included", 30), ("excluded", 25)])
def test_net_delivery(tax: Any, points: int) -> None:
    """Delivery that counts is reckoned with tax or without, like the goods."""
    found = receipt("A-1", 10, 10, tax=20, mode="net", shipping="5.00")

    assert points == earned(loyalty.points(1, per=eur(1), tax=tax, shipping=True), found).points


THREE = receipt("A-1", ("1.99", 1), ("1.99", 1), ("1.99", 1))


@pytest.mark.parametrize(
    ("points", "rule"),
    [
        (3, PER_EURO.rounded(scope="line")),
        (5, PER_EURO),
        (8, PER_EURO.times(Fraction(3, 2))),
        (6, PER_EURO.rounded("half_up")),
        (6, PER_EURO.rounded("half_up", scope="line")),
        (9, PER_EURO.times(Fraction(3, 2)).rounded("half_up")),
        (8, loyalty.sum_of(PER_EURO, loyalty.points(Fraction(1, 2), per=eur(1), tax="included"))),
        (7, loyalty.sum_of(PER_EURO, loyalty.points(Fraction(1, 2), per=eur(1), tax="included")).rounded(scope="rule")),
    ],
)
def test_one_rounding(points: int, rule: Any) -> None:
    """Points are rounded once, last, for the scope that is named."""
    assert points == earned(rule, THREE).points


@pytest.mark.parametrize(
    ("basket", "full", "proportional"), [("49.00", 0, 245), ("149.99", 500, 749), ("150.00", 750, 750)]
)
def test_full_units(basket: str, full: int, proportional: int) -> None:
    """Two hundred and fifty points for every full 50 zl are not five points a zloty."""
    found = receipt("A-1", basket, currency="PLN")
    rule = loyalty.points(250, per=pln(50), tax="included", full_units=True)

    assert full == earned(rule, found).points
    assert proportional == earned(loyalty.points(250, per=pln(50), tax="included"), found).points


def test_full_units_of_two() -> None:
    """Seven dollars at ten points for two are thirty points."""
    assert 30 == earned(loyalty.points(10, per=eur(2), tax="included", full_units=True), receipt("A-1", 7)).points
    assert () == earned(loyalty.points(10, per=eur(2), tax="included", full_units=True), receipt("A-1", 0)).lines


BASE, DOUBLE, THIRTY = PER_EURO, PER_EURO.times(2), loyalty.bonus(30)


@pytest.mark.parametrize(
    ("points", "rule"),
    [
        (130, loyalty.sum_of(BASE, THIRTY)),
        (200, loyalty.best_of(DOUBLE, loyalty.sum_of(BASE, THIRTY))),
        (230, loyalty.sum_of(DOUBLE, THIRTY)),
        (260, loyalty.sum_of(BASE, THIRTY).times(2)),
        (130, loyalty.first_of(loyalty.sum_of(BASE, THIRTY), DOUBLE)),
        (200, loyalty.first_of(THIRTY.only_when(cart.amount().at_least(eur(200))), DOUBLE)),
        (0, loyalty.first_of(THIRTY.only_when(cart.amount().at_least(eur(200))))),
    ],
)
def test_rules_meet(points: int, rule: Rule) -> None:
    """How rules meet is written down, never decided by when they were edited."""
    assert points == earned(rule, receipt("A-1", 60, 40)).points


def test_losers_are_named() -> None:
    """The rule that lost is in the trace, with the one it lost to."""
    rule = loyalty.best_of(
        loyalty.points(2, per=eur(1), tax="included", named="double"), loyalty.bonus(30, named="thirty")
    )

    (won, lost) = earned(rule, receipt("A-1", 100)).trace

    assert (Name("double"), Fraction(200), None) == (won.rule, won.points, won.lost_to)
    assert (Name("thirty"), Fraction(0), Name("double")) == (lost.rule, lost.points, lost.lost_to)


def test_a_rule_that_does_not_apply_says_why() -> None:
    """A condition that fails says what the order needed, and a rule without a name is called by its number."""
    rule = loyalty.sum_of(PER_EURO, PER_EURO.only_when(cart.amount().at_least(eur(100))))

    (_, failed) = earned(rule, receipt("A-1", 40)).trace

    assert failed.reason is not None
    assert "cart.amount.too_little" == failed.reason.code
    assert eur(60) == failed.reason["missing"]
    assert Name("rule 2") == failed.rule


def test_goods_that_earn() -> None:
    """Points are for some goods only, or multiplied for some."""
    found = receipt("A-1", 10, (20, 2))
    first = item.category.is_("c1")

    assert 40 == earned(loyalty.points(1, per=eur(1), tax="included", of=~first), found).points
    assert 60 == earned(PER_EURO.times(2, of=first), found).points
    assert 14 == earned(loyalty.points_each(7, of=item.category.is_("c2")), found).points
    assert 21 == earned(loyalty.points_each(7), found).points


def test_gifts_earn_nothing() -> None:
    """A unit that was given away earns no points of its own."""
    found = receipt("A-1", 10, 5, promotions=[Promotion("gift", then=policies.gift("SKU-2"))])

    assert 7 == earned(loyalty.points_each(7), found).points
    assert 10 == earned(loyalty.points(1, per=eur(1), tax="included", price="before_discounts"), found).points


@pytest.mark.parametrize(("tier", "points"), [(None, 100), (SILVER, 150), (GOLD, 200), (Tier("black", 3), 200)])
def test_tiers_multiply(tier: Tier | None, points: int) -> None:
    """A tier's row holds for the tiers above it."""
    rule = PER_EURO.times({GOLD: 2, SILVER: Fraction(3, 2)})

    assert points == earned(rule, receipt("A-1", 100, tier=tier)).points


def test_promotions_of_the_order_reward() -> None:
    """What promotions promised in points is given: a factor on everything earned, bonus points on top."""
    promised = [
        Promotion("double", then=policies.points_times(Decimal("1.5"))),
        Promotion("welcome", then=policies.bonus_points(100)),
        Promotion("voucher", then=policies.voucher(eur(5))),
    ]
    found = receipt("A-1", 10, 30, promotions=promised)

    assert 160 == earned(PER_EURO, found).points
    assert 100 == earned(None, found).points
    assert {"1": 40, "2": 120} == dict(earned(PER_EURO, found).lines)


def test_promotions_that_earn_no_points() -> None:
    """Goods that a silent promotion made cheaper earn nothing; other units of the same line do."""
    half = Promotion("half", then=policies.every(2, of=item.category.is_("c1")).percent_off(50), earns_points=False)
    found = receipt("A-1", (10, 2), 7, promotions=[half])

    assert 17 == earned(PER_EURO, found).points
    assert 2 == earned(loyalty.points_each(1), found).points


def test_silent_delivery() -> None:
    """Delivery that a silent promotion made cheaper earns nothing either."""
    cheap = Promotion("ship", then=policies.shipping_amount_off(eur(2)), earns_points=False)
    found = receipt("A-1", 10, shipping="5.00", promotions=[cheap])

    assert 10 == earned(loyalty.points(1, per=eur(1), tax="included", shipping=True), found).points


@pytest.mark.parametrize(("without", "points"), [(("points",), 80), ((), 100), (("points", "card"), 0)])
def test_paid_with_points(without: tuple[str, ...], points: int) -> None:
    """What points paid earns nothing unless it is said to."""
    found = receipt("A-1", 60, 40, points=20)

    assert points == earned(loyalty.points(1, per=eur(1), tax="included", without=without), found).points


def test_nothing_paid() -> None:
    """An order that costs nothing earns by its units what is flat, and no more."""
    found = receipt("A-1", 0, (0, 2))

    assert {"1": 10, "2": 20} == dict(earned(loyalty.bonus(30), found).lines)
    assert 0 == earned(PER_EURO, found).points


def test_caps_cut_off() -> None:
    """Points above a cap are cut off; the rest is given."""
    rule = PER_EURO.at_most(80, per="order")

    assert 80 == earned(rule, receipt("A-1", 60, 40)).points
    assert {"1": 48, "2": 32} == dict(earned(rule, receipt("A-1", 60, 40)).lines)
    assert 50 == earned(rule, receipt("A-1", 50)).points
    assert Fraction(20) == earned(rule, receipt("A-1", 60, 40)).trace[-1].cut


def test_caps_of_a_period() -> None:
    """A cap of a period gives what room is left, and says what it used."""
    rule = PER_EURO.at_most(500, per="week")

    found = earned(rule, receipt("A-1", 100), rooms={(): Fraction(30)})

    assert (30, (((), Fraction(30)),)) == (found.points, found.used)
    assert 0 == earned(rule, receipt("A-1", 100), rooms={(): Fraction(0)}).points


@pytest.mark.parametrize(
    ("points", "rule", "happening", "more"),
    [
        (50, loyalty.points_for(50, on="review"), "review", {}),
        (0, loyalty.points_for(50, on="review"), "visit", {}),
        (0, PER_EURO, "visit", {}),
        (0, loyalty.bonus(10), "visit", {}),
        (0, loyalty.points_each(10, of="CUP"), "visit", {}),
        (15, loyalty.points_for(5, on="measured", measure="nights"), "measured", {"measure": "nights", "count": 3}),
        (0, loyalty.points_for(5, on="measured", measure="nights"), "measured", {"measure": "miles", "count": 3}),
        (100, loyalty.points_for(50, on="review").times({GOLD: 2}), "review", {"tier": GOLD}),
        (
            100,
            loyalty.points_for(50, on="review").times(2, when=clock.date.at_least(dt.date(2026, 3, 1))),
            "review",
            {"tier": GOLD},
        ),
        (50, loyalty.points_for(50, on="review").times(2, of="CUP"), "review", {}),
        (0, loyalty.points_for(50, on="review").only_when(cart.amount().below(eur(5))), "review", {}),
        (0, loyalty.points_for(50, on="review").only_when(clock.date.below(dt.date(2026, 3, 1))), "review", {}),
    ],
)
def test_events_earn(points: int, rule: Rule, happening: str, more: dict[str, Any]) -> None:
    """Events that are no orders earn what is promised for them; conditions about a cart do not hold for them."""
    assert points == happened(rule, happening, **more)


def test_kept_lines_earn_as_they_did() -> None:
    """What stays earns under the rules that won and with the conditions that held; a minimum is not read again."""
    found = receipt("A-1", 70, 40)
    rule = PER_EURO.times(2, when=cart.amount().at_least(eur(100)))

    assert 220 == earned(rule, found).points
    assert 140 == earned(rule, found, kept={"1": 1}).points
    assert 70 == earned(rule, found, kept={"1": 1}, reassess=True).points
    assert (
        60
        == earned(loyalty.best_of(PER_EURO.times(2), loyalty.bonus(100)), receipt("A-1", 30, 70), kept={"1": 1}).points
    )


def test_every_condition_is_asked() -> None:
    """Each rule has its own condition."""
    rule = PER_EURO.times(2, when=cart.quantity().at_least(2)).times(2, when=cart.amount().at_least(eur(100)))

    assert 440 == earned(rule, receipt("A-1", 70, 40)).points


def test_kept_conditions_that_failed() -> None:
    """A condition that failed when the order was placed does not hold for what stays of it."""
    rule = PER_EURO.times(2, when=cart.amount().below(eur(100)))

    assert 70 == earned(rule, receipt("A-1", 70, 40), kept={"1": 1}).points


def test_a_bonus_lies_on_the_lines() -> None:
    """Points for the whole order go with the goods, in proportion to what these cost; delivery goes with the last."""
    found = receipt("A-1", 75, (5, 5), shipping="5.00")
    shipped = loyalty.points(1, per=eur(1), tax="included", shipping=True)

    assert 75 == earned(loyalty.bonus(100), found, kept={"1": 1}).points
    assert 80 == earned(shipped, found, kept={"1": 1}).points
    assert 0 == earned(shipped, found, kept={}).points


def test_an_amount_in_every_currency() -> None:
    """Points are given in the currency of the receipt; nothing is converted."""
    rule = loyalty.points(1, per=amounts(eur(1), pln(4)), tax="included")

    assert 25 == earned(rule, receipt("A-1", 100, currency="PLN")).points
    with pytest.raises(CurrencyMismatch, match="there is no amount in `PLN`"):
        earned(PER_EURO, receipt("A-1", 100, currency="PLN"))


RULES = [
    PER_EURO,
    loyalty.points(Fraction(1, 3), per=eur(2), tax="excluded", shipping=True, full_units=True, named="x"),
    loyalty.points_each(2, of="CUP").times({GOLD: 2}, when=cart.quantity().at_least(2)),
    loyalty.best_of(loyalty.bonus(5), loyalty.points_for(5, on="measured", measure="nights")).at_most(9, per="week"),
    loyalty.first_of(loyalty.bonus(5).only_when(cart.quantity().at_least(2))).times(3, of="CUP", named="y"),
    loyalty.sum_of(PER_EURO, loyalty.bonus(5)).rounded("half_up", scope="rule"),
    earning(PER_EURO),
]


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_rules_are_values(rule: Any) -> None:
    """A rule is equal to its code and its pickle."""
    assert rule == eval(repr(rule), dict(NAMESPACE))  # noqa: S307 - a repr is code
    assert rule == pickle.loads(pickle.dumps(rule))  # noqa: S301 - what was just pickled
    assert hash(rule) == hash(pickle.loads(pickle.dumps(rule)))  # noqa: S301 - as above


REFUSED = [
    (lambda: loyalty.points(0, per=eur(1), tax="included"), "`0` is no number of points"),
    (lambda: loyalty.points(1.5, per=eur(1), tax="included"), "`1.5` is no number of points"),  # type: ignore[arg-type]
    (lambda: loyalty.points(True, per=eur(1), tax="included"), "`True` is no number of points"),
    (lambda: loyalty.points(1, per=eur(0), tax="included"), "per amount above zero"),
    (lambda: loyalty.points(1, per=5, tax="included"), "per amount above zero"),  # type: ignore[arg-type]
    (lambda: loyalty.points(1, per=eur(1), tax="include"), "did you mean `included`"),  # type: ignore[arg-type]
    (lambda: loyalty.points(1, per=eur(1), tax="included", price="list"), "not a price that counts"),  # type: ignore[arg-type]
    (lambda: loyalty.points_for(1, on="reviews"), "did you mean `review`"),  # type: ignore[arg-type]
    (lambda: loyalty.points_for(1, on="measured"), "points for a measure name it"),
    (lambda: loyalty.points_for(1, on="visit", measure="x"), "points for a measure name it"),
    (lambda: PER_EURO.times({}), "at least one row"),
    (lambda: PER_EURO.times(2, when=item.on_sale), "not a condition of an order"),  # type: ignore[arg-type]
    (lambda: PER_EURO.only_when(item.on_sale), "not a condition of an order"),  # type: ignore[arg-type]
    (lambda: PER_EURO.at_most(5, per="weeks"), "did you mean `week`"),  # type: ignore[arg-type]
    (lambda: PER_EURO.rounded("floor"), "not a way of rounding"),  # type: ignore[arg-type]
    (lambda: PER_EURO.rounded(scope="basket"), "not a scope of rounding points"),  # type: ignore[arg-type]
    (loyalty.sum_of, "joins at least one rule"),
    (lambda: loyalty.best_of(5), "joins at least one rule"),  # type: ignore[arg-type]
    (lambda: earning(5), "joins at least one rule"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("build", "message"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_impossible_rules(build: Any, message: str) -> None:
    """A rule that cannot be kept cannot be built."""
    with pytest.raises(PolicyError, match=message):
        build()


@given(st.lists(st.integers(1, 500), min_size=1, max_size=4), st.data())
def test_splitting_an_order_earns_no_more(prices: list[int], data: st.DataObject) -> None:
    """Rounded down for the whole order, two parts of it never earn more than the whole (proportional rules)."""
    cut = data.draw(st.integers(1, len(prices)))
    cents = [f"{price // 100}.{price % 100:02}" for price in prices]
    whole = earned(PER_EURO, receipt("A-1", *cents)).points
    parts = sum(earned(PER_EURO, receipt("A-1", *part)).points for part in (cents[:cut], cents[cut:]) if part)

    assert parts <= whole


def test_splitting_an_order_earns_more_where_points_are_rounded_up() -> None:
    """Rounded up, twice 1.50 earns two points each time, and 3.00 earns three."""
    up = PER_EURO.rounded("up")

    assert [3, 2] == [earned(up, receipt("A-1", *prices)).points for prices in (("1.50", "1.50"), ("1.50",))]


def test_spending_counts_line_by_line() -> None:
    """A line that stays counts as it did when another came back."""
    found = receipt("A-1", 10, 20)
    sale = Sale(found, found.placed_at).after(returned("A-1", noon("2026-03-05"), {"2": 1}))

    first, second = sale.spend(loyalty.Basis(tax="included"), zone=ZONE, holds={})

    assert ((), 1000) == (first.lost, first.left(noon("2026-03-06")))
    assert [2000, 0] == [second.left(noon(day)) for day in ("2026-03-04", "2026-03-05")]
