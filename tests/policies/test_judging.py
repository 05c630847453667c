from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from aftercare import (
    Condition,
    Customer,
    History,
    Line,
    Money,
    Name,
    Order,
    Product,
    Shipment,
    Statement,
    Tier,
    any_of,
    at_least_of,
    cart,
    clock,
    custom,
    customer,
    eur,
    item,
    never,
    pln,
)
from aftercare.messages.codes import CODES
from aftercare.policies.judging import goods_name, judge
from tests.policies.conditions import AT, look, purchase
from tests.policies.shop_facts import load, moods, raining

MEMBER, SILVER, GOLD = Tier("member", 0), Tier("silver", 1, title="Silver"), Tier("gold", 2)
CUP = Product("CUP", categories=["cups"], attributes={"weight": 2})
POT = Product("POT", attributes={"weight": Decimal("1.5")})
LINES = (Line("1", CUP, 2, unit_price=eur(3)), Line("2", POT, unit_price=eur(10)))
PERSON = Customer("c1", tier=SILVER, groups=["club"], tags=["loud"], country="PL", since=date(2020, 1, 1), staff=True)
EARLIER = History([purchase("p1", datetime(2026, 11, 1, tzinfo=UTC), eur(10))])
CUPS = item.category.is_("cups").named("cups", pl="kubki")
ONE_CUP_TOO_MANY = {"goods": Name("CUP"), "found": 2, "most": 0, "excess": 2}
FEW = item.quantity.at_most(2)


def why(condition: Condition, *, history: History | None = EARLIER, lines: Any = LINES, **options: Any) -> Statement:
    """Why *condition* does not hold of the order, which is that of a known customer unless *options* say otherwise."""
    options = {"customer": PERSON, "shipments": [Shipment("s", "std", eur(5))], "channel": "web", **options}
    verdict = judge(condition, look(Order(lines, currency="EUR", **options), history=history))
    (reason,) = verdict.reasons
    assert (verdict.holds is None) is (reason.code.endswith(("unknown", "sign_in")))
    return reason


def names(*texts: str) -> tuple[Name, ...]:
    """Texts as names."""
    return tuple(map(Name, texts))


@pytest.mark.parametrize(
    ("condition", "code", "params"),
    [
        # Counts: of all goods, of goods with a name, of goods without one.
        (cart.quantity() >= 5, "cart.quantity.too_little", {"found": 3, "needed": 5, "missing": 2}),
        (cart.quantity() <= 2, "cart.quantity.too_much", {"found": 3, "most": 2, "excess": 1}),
        (cart.has("TEA"), "cart.quantity_of.too_little", {"goods": Name("TEA"), "found": 0, "needed": 1, "missing": 1}),
        (
            cart.quantity(CUPS) < 1,
            "cart.quantity_of.too_much",
            {"goods": Name("cups", pl="kubki"), "found": 2, "most": 0, "excess": 2},
        ),
        (cart.quantity(FEW) >= 4, "cart.quantity_some.too_little", {"found": 3, "needed": 4, "missing": 1}),
        (cart.quantity(~CUPS) < 1, "cart.quantity_some.too_much", {"found": 1, "most": 0, "excess": 1}),
        (cart.distinct() >= 3, "cart.distinct.too_little", {"found": 2, "needed": 3, "missing": 1}),
        (
            cart.distinct(item.category.is_("cups")) < 1,
            "cart.distinct_of.too_much",
            {"goods": Name("cups"), "found": 1, "most": 0, "excess": 1},
        ),
        (cart.distinct(FEW) >= 3, "cart.distinct_some.too_little", {"found": 2, "needed": 3, "missing": 1}),
        # Amounts.
        (
            cart.amount() >= eur(50),
            "cart.amount.too_little",
            {"found": eur(16), "needed": eur(50), "missing": eur(34)},
        ),
        (cart.amount() < eur(10), "cart.amount.too_much", {"found": eur(16), "limit": eur(10), "excess": eur(6)}),
        (
            cart.amount(item.sku.is_("CUP")) >= eur(10),
            "cart.amount_of.too_little",
            {"goods": Name("CUP"), "found": eur(6), "needed": eur(10), "missing": eur(4)},
        ),
        (
            cart.amount(item.sku.one_of("CUP", "POT")) < eur(10),
            "cart.amount_some.too_much",
            {"found": eur(16), "limit": eur(10), "excess": eur(6)},
        ),
        # Sums of an attribute.
        (
            cart.total("weight") >= 10,
            "cart.total.too_little",
            {"measure": Name("weight"), "found": Decimal("5.5"), "needed": Decimal(10), "missing": Decimal("4.5")},
        ),
        (
            cart.total("weight", "CUP") < 3,
            "cart.total_of.too_much",
            {
                "measure": Name("weight"),
                "goods": Name("CUP"),
                "found": Decimal(4),
                "limit": Decimal(3),
                "excess": Decimal(1),
            },
        ),
        (
            cart.total("weight", FEW) >= 10,
            "cart.total_some.too_little",
            {"measure": Name("weight"), "found": Decimal("5.5"), "needed": Decimal(10), "missing": Decimal("4.5")},
        ),
        (cart.total("length") >= 1, "cart.total.unknown", {"measure": Name("length")}),
        # Words of the cart.
        (
            cart.channel.one_of("app", "pos"),
            "cart.channel.needed",
            {"needed": names("app", "pos"), "found": names("web")},
        ),
        (cart.channel.is_not("web"), "cart.channel.excluded", {"found": names("web")}),
        (cart.code.is_("Vip"), "cart.code.needed", {"needed": names("Vip"), "found": ()}),
        (cart.delivery.is_("exp"), "cart.delivery.needed", {"needed": names("exp"), "found": names("std")}),
        (cart.delivery.none_of("exp", "std"), "cart.delivery.excluded", {"found": names("std")}),
        # The customer.
        (customer.tier >= GOLD, "customer.tier.too_low", {"found": Name("Silver"), "needed": Name("gold")}),
        (customer.tier < SILVER, "customer.tier.too_high", {"found": Name("Silver"), "limit": Name("Silver")}),
        (
            customer.tier.one_of(MEMBER, GOLD),
            "customer.tier.needed",
            {"found": Name("Silver"), "needed": names("member", "gold")},
        ),
        (customer.tier.is_not(SILVER), "customer.tier.excluded", {"found": Name("Silver")}),
        (customer.id.is_("c2"), "customer.id.needed", {"needed": names("c2"), "found": names("c1")}),
        (customer.group.is_("press"), "customer.group.needed", {"needed": names("press"), "found": names("club")}),
        (customer.group.none_of("club", "press"), "customer.group.excluded", {"found": names("club")}),
        (customer.tag.is_not("loud"), "customer.tag.excluded", {"found": names("loud")}),
        (
            customer.country.one_of("DE", "FR"),
            "customer.country.needed",
            {"countries": names("DE", "FR"), "found": names("PL")},
        ),
        (customer.country.is_not("PL"), "customer.country.excluded", {"countries": names("PL")}),
        (
            customer.since >= date(2021, 1, 1),
            "customer.since.too_early",
            {"found": date(2020, 1, 1), "earliest": date(2021, 1, 1)},
        ),
        (
            customer.since < date(2019, 1, 1),
            "customer.since.too_late",
            {"found": date(2020, 1, 1), "latest": date(2018, 12, 31)},
        ),
        (~customer.staff, "customer.staff.excluded", {}),
        (~customer.signed_in, "customer.signed_in.excluded", {}),
        (customer.opted_in, "customer.opted_in.unknown", {}),
        (customer.first_order, "customer.first_order.needed", {}),
        (customer.orders >= 3, "customer.orders.too_little", {"found": 1, "needed": 3, "missing": 2}),
        (customer.orders < 1, "customer.orders.too_much", {"found": 1, "most": 0, "excess": 1}),
        (
            customer.spend >= eur(100),
            "customer.spend.too_little",
            {"found": eur(10), "needed": eur(100), "missing": eur(90)},
        ),
        (customer.spend < eur(4), "customer.spend.too_much", {"found": eur(10), "limit": eur(4), "excess": eur(6)}),
        (
            customer.days_since_order >= 7,
            "customer.days_since_order.too_little",
            {"found": 5, "needed": 7, "missing": 2},
        ),
        (customer.days_since_order < 5, "customer.days_since_order.too_much", {"found": 5, "most": 4, "excess": 1}),
        # The clock: it is Friday, 6 November.
        (clock.date >= date(2026, 12, 1), "clock.date.too_early", {"earliest": date(2026, 12, 1)}),
        (clock.date < date(2026, 11, 6), "clock.date.too_late", {"latest": date(2026, 11, 5)}),
        (clock.weekday.one_of("sunday", "monday"), "clock.weekday.needed", {"weekdays": (1, 7)}),
        (clock.weekday.none_of("friday", "monday"), "clock.weekday.excluded", {"weekdays": (1, 5)}),
        # Facts of the shop's own, with a label and without.
        (
            custom.number(load, label="load") >= 20,
            "custom.number.too_little",
            {"label": Name("load"), "found": Decimal(13), "needed": Decimal(20), "missing": Decimal(7)},
        ),
        (
            custom.number(load) < Decimal("12.5"),
            "custom.number.too_much",
            {"label": Name("load"), "found": Decimal(13), "limit": Decimal("12.5"), "excess": Decimal("0.5")},
        ),
        (
            custom.words(moods, label=Name("mood", pl="nastrój")).is_("angry"),
            "custom.words.needed",
            {"label": Name("mood", pl="nastrój"), "needed": names("angry"), "found": names("calm", "kind")},
        ),
        (
            custom.words(moods).none_of("kind", "angry"),
            "custom.words.excluded",
            {"label": Name("moods"), "found": names("kind")},
        ),
        (custom.flag(raining), "custom.unknown", {"label": Name("raining")}),
        # Several together.
        (never, "conditions.never", {}),
        (customer.staff & ~cart.has("CUP") & customer.signed_in, "cart.quantity_of.too_much", ONE_CUP_TOO_MANY),
        (
            ~customer.staff & ~customer.signed_in,
            "conditions.all",
            {"parts": (Statement("customer.staff.excluded"), Statement("customer.signed_in.excluded"))},
        ),
        (
            ~customer.staff | ~customer.signed_in,
            "conditions.any",
            {"parts": (Statement("customer.staff.excluded"), Statement("customer.signed_in.excluded"))},
        ),
        (
            at_least_of(2, ~customer.staff, ~customer.signed_in, customer.group.is_("club")),
            "conditions.any",
            {"parts": (Statement("customer.staff.excluded"), Statement("customer.signed_in.excluded"))},
        ),
        (
            at_least_of(3, ~customer.staff, ~customer.signed_in, customer.group.is_("club"), customer.opted_in),
            "conditions.at_least_of",
            {
                "needed": 2,
                "parts": (
                    Statement("customer.staff.excluded"),
                    Statement("customer.signed_in.excluded"),
                    Statement("customer.opted_in.unknown"),
                ),
            },
        ),
    ],
    ids=lambda given: repr(given) if isinstance(given, Condition) else "",
)
def test_reason(condition: Any, code: str, params: dict[str, Any]) -> None:
    """What does not hold says what was found, what is needed and what is missing, in a statement of the catalogs."""
    assert Statement(code, **params) == why(condition)
    assert set(CODES[code]) == set(params)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (customer.tier < GOLD, "customer.unknown"),
        (customer.country.is_not("PL"), "customer.unknown"),
        (~customer.staff, "customer.unknown"),
        (customer.opted_in, "customer.unknown"),
        (customer.signed_in, "customer.signed_in.needed"),
        (customer.orders >= 1, "customer.history.unknown"),
        (customer.first_order, "customer.history.unknown"),
        (customer.spend >= eur(1), "customer.history.unknown"),
        (customer.days_since_order >= 1, "customer.history.unknown"),
        (cart.channel.is_("web"), "cart.channel.unknown"),
        (cart.delivery.is_("std"), "cart.delivery.unknown"),
    ],
    ids=repr,
)
def test_guest(condition: Any, code: str) -> None:
    """Of a guest without a history, a channel and a delivery little is known, and nothing follows from that."""
    assert Statement(code) == why(condition, history=None, customer=None, shipments=(), channel=None)


@pytest.mark.parametrize(
    ("condition", "code", "needed"),
    [
        (customer.tier >= GOLD, "customer.tier.too_low", {"needed": GOLD.name}),
        (customer.tier.one_of(SILVER, GOLD), "customer.tier.needed", {"needed": (SILVER.name, GOLD.name)}),
        (customer.country.is_("PL"), "customer.country.needed", {"countries": (Name("PL"),)}),
        (customer.group.is_("cafe"), "customer.group.needed", {"needed": (Name("cafe"),)}),
    ],
    ids=repr,
)
def test_what_is_needed_of_a_customer_is_said_to_a_guest(condition: Any, code: str, needed: dict[str, Any]) -> None:
    """To sign in is not enough: the tier, the country or the group is named, of whom it is not known too."""
    assert Statement(f"{code}.sign_in", **needed) == why(condition, customer=None)
    if not code.startswith("customer.group"):
        assert Statement(f"{code}.unknown", **needed) == why(condition, customer=Customer("c"))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (customer.staff | customer.opted_in, Statement("customer.unknown")),
        (customer.staff & customer.opted_in, Statement("customer.unknown")),
        (
            any_of(customer.staff, customer.opted_in, customer.signed_in),
            Statement("conditions.any", parts=(Statement("customer.unknown"), Statement("customer.signed_in.needed"))),
        ),
    ],
    ids=repr,
)
def test_what_several_need_is_said_once(condition: Any, expected: Statement) -> None:
    """Where all or any are needed, the same reason is said once."""
    assert (expected,) == judge(condition, look(Order(LINES, currency="EUR"))).reasons


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (customer.tier < GOLD, "customer.tier.unknown"),
        (customer.country.is_not("PL"), "customer.country.unknown"),
        (customer.since >= date(2020, 1, 1), "customer.since.unknown"),
        (customer.opted_in, "customer.opted_in.unknown"),
        (customer.staff, "customer.staff.needed"),
        (customer.days_since_order >= 1, "customer.days_since_order.unknown"),
    ],
    ids=repr,
)
def test_customer_of_whom_little_is_known(condition: Any, code: str) -> None:
    """What a customer did not tell is unknown one by one, and so is the last order before the first."""
    assert Statement(code) == why(condition, history=History(), customer=Customer("c9"))


def test_codes_are_folded() -> None:
    """An excluded code is found in any spelling."""
    condition = cart.code.is_not("vip")

    assert Statement("cart.code.excluded", found=names("vip")) == why(condition, codes=[" VIP ", "x"])


def test_other_currency() -> None:
    """Amounts are said in the currency of the order."""
    order = Order([Line("1", CUP, unit_price=pln(3))], currency="PLN")
    condition = cart.amount().at_least(pln(5)) | customer.spend.at_least(pln(1))
    verdict = judge(condition, look(order, history=EARLIER))
    too_little = {"found": Money(3, "PLN"), "needed": pln(5), "missing": pln(2)}
    no_spend = {"found": pln(0), "needed": pln(1), "missing": pln(1)}

    assert (
        Statement("cart.amount.too_little", **too_little),
        Statement("customer.spend.too_little", **no_spend),
    ) == verdict.reasons[0]["parts"]


def test_unknown_wins_over_no() -> None:
    """Where one part is unknown and another would do, the whole is unknown; where none can, it does not hold."""
    snapshot = look(Order(LINES, currency="EUR"), at=AT)

    assert judge(customer.staff | cart.has("TEA"), snapshot).holds is None
    assert judge(customer.staff & cart.has("TEA"), snapshot).holds is False
    assert judge(at_least_of(2, customer.staff, cart.has("TEA"), cart.has("CUP")), snapshot).holds is None


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        (item.sku.is_("CUP"), Name("CUP")),
        (item.category.is_("cups"), Name("cups")),
        (item.tag.is_("hot"), Name("hot")),
        (CUPS, Name("cups", pl="kubki")),
        (~CUPS, None),
        (item.sku.is_not("CUP"), None),
        (item.sku.one_of("CUP", "POT"), None),
        (item.line.is_("1"), None),
        (item.on_sale, None),
    ],
    ids=repr,
)
def test_goods_name(goods: Any, expected: Name | None) -> None:
    """Goods are called by their name, or by the one word that they are; other goods have no name."""
    assert expected == goods_name(goods)
