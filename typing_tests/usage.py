"""What type checkers see of correct use; read by mypy and pyright, never run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import assert_type

from aftercare import (
    Cancelled,
    Condition,
    Days,
    Decision,
    Delivery,
    History,
    ItemCondition,
    Line,
    Money,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Receipt,
    ReturnPolicy,
    Statement,
    Tender,
    Tier,
    Units,
    all_of,
    always,
    amounts,
    any_of,
    at_least_of,
    by,
    cart,
    clock,
    custom,
    customer,
    dated,
    eur,
    everything,
    item,
    loyalty,
    pln,
    policies,
    returns,
    say,
    stepped,
)
from aftercare.policies.benefit import AmountOff, FixedPrice, Gift, NamedPrice, PercentOff, Reward, ShippingOff
from aftercare.policies.fact import Count, Day, Quantity, Rank, Value, Words
from aftercare.policies.outcome import Explained, LineDecision
from aftercare.policies.pattern import Bundle, BuyGet, Buying, Every, PatternOff
from aftercare.policies.selection import Selection
from aftercare.policies.stacking import Group
from aftercare.policies.variable import Cases, Dated, Steps

MEMBER, GOLD = Tier("member", 0), Tier("gold", 2)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CUP = Product("CUP", name="Cup", attributes={"grams": 220})

# --- conditions ------------------------------------------------------------------------------------------------------

assert_type(cart.quantity("CUP"), Count[Condition])
assert_type(cart.amount(), Value[Condition])
assert_type(cart.total("grams"), Quantity[Condition])
assert_type(customer.tier, Rank[Condition])
assert_type(customer.since, Day[Condition])
assert_type(item.category, Words[ItemCondition])
assert_type(item.price, Value[ItemCondition])

assert_type(cart.quantity(CUP).at_least(3), Condition)
assert_type(cart.quantity() >= 3, Condition)
assert_type(cart.amount().below(amounts(eur(5), pln(20))), Condition)
assert_type(cart.amount() > eur(5), Condition)
assert_type(cart.total("grams") >= Decimal("0.5"), Condition)
assert_type(customer.since <= date(2026, 1, 1), Condition)
assert_type(customer.tier.one_of(MEMBER, GOLD), Condition)
assert_type(clock.weekday.is_("monday"), Condition)
assert_type(custom.flag("shop:is_harvest"), Condition)
assert_type(item.price.at_most(eur(5)), ItemCondition)
assert_type(item.category.is_("coffee").named("coffee", pl="kawa"), ItemCondition)

assert_type(customer.staff & cart.has("CUP"), Condition)
assert_type(customer.staff | always, Condition)
assert_type(~customer.staff, Condition)
assert_type(item.on_sale & everything, ItemCondition)
assert_type(~item.on_sale | item.tag.is_("outlet"), ItemCondition)
assert_type(all_of(customer.staff, cart.has("CUP")), Condition)
assert_type(any_of(item.on_sale, item.tag.is_("outlet")), ItemCondition)
assert_type(at_least_of(2, customer.staff, customer.opted_in, customer.signed_in), Condition)

# --- values that vary ------------------------------------------------------------------------------------------------

assert_type(stepped(cart.quantity(), {3: 5, 10: 15}), Steps[int])
assert_type(stepped(cart.amount(), {eur(60): eur(3)}), Steps[Money])
assert_type(by(customer.tier, {MEMBER: 5, GOLD: 10}), Steps[int])
assert_type(by(customer.group, {"cafe": 12, "hotel": 15}, choose="highest"), Cases[int])
assert_type(dated(eur(5), {NOON: eur(6)}), Dated[Money])

# --- benefits --------------------------------------------------------------------------------------------------------

assert_type(policies.percent_off(10), PercentOff)
assert_type(policies.percent_off("12.5", of=item.tag.is_("outlet"), phase="catalogue"), PercentOff)
assert_type(policies.percent_off(stepped(cart.quantity(), {3: 5}), of=policies.cheapest(1, "CUP")), PercentOff)
assert_type(policies.amount_off(amounts(eur(5), pln(20)), each="unit", cap=eur(9)), AmountOff)
assert_type(policies.fixed_price(eur(2), of="CUP"), FixedPrice)
assert_type(policies.named_price("member", of=CUP), NamedPrice)
assert_type(policies.gift("SPOON", per=1, of="TEAPOT", value=eur(3), name="spoon"), Gift)
assert_type(policies.free_shipping("standard"), ShippingOff)
assert_type(policies.shipping_percent_off(dated(25, {NOON: 50}), "express"), ShippingOff)
assert_type(policies.shipping_amount_off(eur(1)), ShippingOff)
assert_type(policies.shipping_at_price(eur(1)), ShippingOff)
assert_type(policies.points_times(Decimal("1.5")), Reward)
assert_type(policies.bonus_points(by(customer.tier, {GOLD: 50}), worth=eur("0.50")), Reward)
assert_type(policies.voucher(eur(5)), Reward)

assert_type(policies.cheapest(1, item.on_sale), Selection)
assert_type(policies.at_most(3, "CUP", per="line"), Selection)
assert_type(policies.every(2, of="CUP", pick="dearest"), Every)
assert_type(policies.every(2, of="CUP").percent_off(50, cap=eur(10)), PatternOff)
assert_type(policies.buy(2, of="POT"), Buying)
assert_type(policies.buy(2, of="POT").get(1, of="CUP"), BuyGet)
assert_type(policies.buy(2, of="POT", favour="customer").get_same(1).free(mode="down"), PatternOff)
assert_type(policies.bundle({"POT": 1, item.on_sale: 2, CUP: 1}), Bundle)
assert_type(policies.bundle({"POT": 1, "CUP": 2}).at_price(eur(25)), PatternOff)
skus: dict[str, int] = {"POT": 1, "CUP": 2}
assert_type(policies.bundle(skus), Bundle)

# --- a book and its answers ------------------------------------------------------------------------------------------

tea = Promotion("tea", when=cart.has("TEA"), then=policies.percent_off(10), codes="TEA", title="Tea")
sale = Promotion("sale", then=[policies.percent_off(5), policies.bonus_points(50)])
assert_type(tea.except_when(customer.staff, then=policies.percent_off(20)), Promotion)
assert_type(policies.best_of(tea, policies.stack(sale)), Group)
tariff = Delivery(
    "standard", fee=stepped(cart.amount(), {eur(0): eur(5), eur(20): eur(3)}), extra={item.on_sale: eur(1)}
)
assert_type(tariff.except_when(customer.tier.at_least(GOLD), free_from=eur(40)), Delivery)

book = PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[tea, policies.stack(sale)], delivery=[tariff])
order = Order([Line("1", CUP, 2, unit_price=eur(3))], currency="EUR")
decision = book.price(order, at=NOON)
assert_type(decision, Decision)
assert_type(decision.payable, Money)
assert_type(decision.saved, Money)
assert_type(decision.lines, tuple[LineDecision, ...])
assert_type(decision.why("sale"), Statement)
assert_type(decision.why_not("tea"), Statement)
assert_type(decision.explain("tea"), Explained)
assert_type(decision.codes, dict[str, Statement])
assert_type(decision.reasons, tuple[Statement, ...])
assert_type(decision.with_book(book), Decision)
assert_type(say(decision.why("sale"), locale="pl"), str)
assert_type(book.place(decision, id="A-1", paid=[Tender("card", decision.payable)]), Receipt)
assert_type(book.price_many([order], at=NOON), Iterator[Decision])
assert_type(book.price_many((each, NOON) for each in (order, order)), Iterator[Decision])
assert_type(book.price_many([(order, NOON), (order, NOON, History())]), Iterator[Decision])
assert_type(book.fingerprint, str)

# --- goods of a promise for after the sale ---------------------------------------------------------------------------

standard = ReturnPolicy("standard", within=Days(30), after="delivered").not_returnable(of="TEA", because="final_sale")
assert_type(standard.except_when(of=CUP, within=Days(60)), ReturnPolicy)
assert_type(standard.reviewed("rare", of=CUP).asks("wipe it", of="CUP").tells("warehouse", of=CUP), ReturnPolicy)
cancellation = returns.CancellationPolicy("cancel")
assert_type(cancellation.not_cancellable(of="TEA", because="perishable"), returns.CancellationPolicy)
assert_type(returns.ExchangePolicy("swap", within=None, of=CUP).of, ItemCondition | None)
assert_type(returns.TradeIn("upgrade", values={Days(365): {"A": 50}}, of=CUP).of, ItemCondition | None)
assert_type(returns.TakeBack("recycling", of="CUP").of, ItemCondition | None)

# --- several of something, given as a list ---------------------------------------------------------------------------

card = loyalty.PunchCard("coffee-card", buy=5, of="COFFEE")
club = loyalty.Program("club", cards=[card], earning=loyalty.points(1, per=eur(1), tax="included", without=["points"]))
assert_type(club.cards, tuple[loyalty.PunchCard | loyalty.VisitCard, ...])
assert_type(Cancelled("e1", NOON, "A-1", [Units("1", 1)]).units, tuple[Units, ...])
