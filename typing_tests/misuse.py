"""Misuse that type checkers report, each line with the error it gets; read by mypy and pyright, never run."""

from __future__ import annotations

from datetime import UTC, datetime

from aftercare import (
    Delivery,
    Line,
    Name,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Schedule,
    Statement,
    Tier,
    all_of,
    by,
    cart,
    clock,
    customer,
    dated,
    eur,
    item,
    policies,
    say,
    stepped,
)

GOLD = Tier("gold", 2)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
TEN = policies.percent_off(10)
CUP = Product("CUP")
CUPS = Line("1", CUP, 2, unit_price=eur(3))
_: object

# --- a condition of the order and one of its items are not of a kind -------------------------------------------------

_ = customer.staff & item.on_sale  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
_ = customer.staff | item.on_sale  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
_ = item.on_sale & customer.staff  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
_ = item.on_sale | customer.staff  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
all_of(customer.staff, item.on_sale)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
customer.staff.and_(item.on_sale)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Promotion("sale", when=item.on_sale, then=TEN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Promotion("sale", then=TEN).except_when(item.on_sale, then=TEN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Delivery("standard", fee=eur(5), when=item.on_sale)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Delivery("standard", fee=eur(5), ships_free=customer.staff)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cart.has(customer.staff)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.percent_off(10, of=customer.staff)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.cheapest(1, customer.staff)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.every(2, of=customer.staff)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.buy(2, of="POT").get(1, of=customer.staff)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.bundle({customer.staff: 1})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue]

# --- a fact is no condition before it is compared --------------------------------------------------------------------

Promotion("sale", when=cart.quantity(), then=TEN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Promotion("sale", when=True, then=TEN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
_ = customer.staff & customer.tier  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
_ = ~cart.quantity()  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
Promotion("sale", when=customer.tier == GOLD, then=TEN)  # type: ignore[arg-type, comparison-overlap]  # pyright: ignore[reportArgumentType]
Promotion("sale", when=cart.has, then=TEN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# --- a fact is compared with values of its own kind ------------------------------------------------------------------

cart.quantity().at_least(eur(5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cart.quantity().at_least("5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cart.amount().at_least(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
_ = cart.amount() >= 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
cart.total("grams").at_least(0.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
cart.total("grams").is_(5)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
customer.tier.at_least("gold")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
customer.tier.is_("gold")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
customer.since.at_least("2026-01-01")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
item.category.is_(CUP)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
item.category.at_least("coffee")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
item.category.one_of(["coffee", "tea"])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
clock.date.at_least(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
stepped(cart.quantity(), {eur(5): 10})  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
stepped(cart.amount(), {5: 10})  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
stepped(item.quantity, {5: 10})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
stepped(customer.country, {"PL": 10})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
by(customer.tier, {"gold": 10})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
by(customer.group, {GOLD: 10})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType, reportCallIssue]
by(customer.group, {"cafe": 10}, choose="best")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
by(cart.quantity(), {3: 10})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
dated(5, {"2027-01-01": 10})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]

# --- a benefit gives what its word says ------------------------------------------------------------------------------

policies.percent_off(eur(5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.percent_off(0.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.percent_off(stepped(cart.quantity(), {3: eur(5)}))  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
policies.amount_off(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.amount_off(5.0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.amount_off(eur(5), each="item")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.amount_off(eur(5), cap=9)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.percent_off(10, phase="items")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.fixed_price(eur(5))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
policies.gift("SPOON", value=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.voucher(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.bonus_points(eur(5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.shipping_amount_off(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.every(2, of="CUP").percent_off(50, capped=eur(5))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
policies.every(2, of="CUP").percent_off(50, cap=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.every(2, of="CUP").amount_off(50)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.every(2, of="CUP", favour="merchnt")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
policies.buy(2, of="CUP").free()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
policies.bundle(["POT", "CUP"])  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]
policies.best_of(TEN, TEN)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Promotion("sale", then=10)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Promotion("sale", then=policies.every(2, of="CUP"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Promotion("sale", then=TEN).exceptions_by("last_of")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Delivery("standard", fee=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Delivery("standard", fee=eur(5)).except_when(customer.staff, when=cart.has("CUP"))  # type: ignore[misc]  # pyright: ignore[reportCallIssue]

# --- what has a keyword is given by keyword --------------------------------------------------------------------------

Promotion("sale", customer.staff, TEN)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Delivery("standard", eur(5))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
policies.percent_off(10, item.on_sale)  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
policies.every(2, "CUP")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
policies.buy(2, "CUP")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
policies.gift("SPOON", 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
policies.at_most(3, "CUP", "line")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
stepped(fact=cart.quantity(), values={3: 5})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Line("1", CUP, 2, eur(3))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Product("CUP", ["cups"])  # type: ignore[arg-type, call-arg]  # pyright: ignore[reportCallIssue]
Order([CUPS], "EUR")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
PolicyBook("shop", "UTC", ["EUR"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Name("coffee", "kawa")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
say(Statement("receipt.total"), "pl")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

# --- and what is needed is given -------------------------------------------------------------------------------------

Promotion("sale")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Order([CUPS])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Line("1", CUP, 2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
PolicyBook("shop", currencies=["EUR"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
say(Statement("receipt.total"))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
book = PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[TEN])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
book = PolicyBook("shop", zone="UTC", currencies=["EUR"], tax_rounding="cent")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
order = Order([CUPS], currency="EUR", prices="before tax")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
book.price(order)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
book.price([CUPS], at=NOON)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
book.price(order, at="2026-05-04")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
book.price_many([order])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
book.price_many([(order, NOON)], at=NOON)  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
book.price(order, at=NOON).payable = eur(5)  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
_ = book.price(order, at=NOON).payable + 5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
_ = eur(5) * 0.5  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
eur(5.0)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Statement("promotion.applied", promotion="Summer")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Schedule(weekdays=("monday",))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
