"""The shop of the benchmarks: twenty promotions as one book, orders for it, and the same orders as plain rows.

`check` asserts that the book and the hand-written `yardstick` give equal answers: what is payable, what every unit
costs, what each promotion took off it, the tax it bears, and the tax of each rate.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from aftercare import (
    Customer,
    Delivery,
    Line,
    Money,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Shipment,
    Tier,
    by,
    cart,
    clock,
    customer,
    eur,
    item,
    policies,
    stepped,
)
from benchmarks import yardstick

if TYPE_CHECKING:
    from aftercare import Decision

SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
AT = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)  # a Saturday
RATES = {
    "books": 5,
    "candles": 23,
    "coffee": 8,
    "cups": 23,
    "gadgets": 23,
    "garden": 23,
    "oils": 5,
    "pots": 23,
    "snacks": 8,
    "soap": 23,
    "tea": 8,
    "textiles": 23,
}
DEAREST = {"gadgets": 9900, "garden": 3900, "pots": 5900, "textiles": 4900}


def book() -> PolicyBook:
    """The twenty promotions, two tariffs."""
    goods = {category: item.category.is_(category) for category in RATES}
    return PolicyBook(
        "shop",
        zone="Europe/Warsaw",
        currencies=["EUR"],
        promotions=[
            Promotion("member-price", when=customer.signed_in, then=policies.named_price("member")),
            Promotion("outlet", then=policies.percent_off(15, of=item.tag.is_("outlet"), phase="catalogue")),
            Promotion("coffee", then=policies.percent_off(10, of=goods["coffee"])),
            policies.stack(
                Promotion("second-tea", then=policies.every(2, of=goods["tea"]).percent_off(50)),
                Promotion("three-for-two", then=policies.every(3, of=goods["snacks"]).free()),
                Promotion("tea-set", then=policies.bundle({goods["pots"]: 1, goods["cups"]: 2}).amount_off(eur(5))),
            ),
            Promotion(
                "books",
                then=policies.percent_off(stepped(cart.quantity(goods["books"]), {2: 5, 4: 10}), of=goods["books"]),
            ),
            Promotion("soap", then=policies.amount_off(eur("0.50"), of=goods["soap"], each="unit")),
            Promotion(
                "candle",
                when=cart.quantity(goods["candles"]).at_least(3),
                then=policies.percent_off(50, of=policies.cheapest(1, goods["candles"])),
            ),
            policies.best_of(
                Promotion("gadgets-percent", then=policies.percent_off(8, of=goods["gadgets"])),
                Promotion(
                    "gadgets-amount",
                    when=cart.amount(goods["gadgets"]).at_least(eur(40)),
                    then=policies.amount_off(eur(6), of=goods["gadgets"], each="order"),
                ),
            ),
            Promotion("garden", then=policies.fixed_price(eur("9.99"), of=goods["garden"])),
            Promotion(
                "weekend",
                when=clock.weekday.one_of("saturday", "sunday"),
                then=policies.percent_off(5, of=goods["textiles"]),
            ),
            Promotion(
                "spend-more", then=policies.percent_off(stepped(cart.amount(), {eur(50): 3, eur(100): 5, eur(200): 8}))
            ),
            Promotion("tier", then=policies.percent_off(by(customer.tier, {SILVER: 2, GOLD: 5}))),
            Promotion("ten-off", when=cart.amount().at_least(eur(120)), then=policies.amount_off(eur(10))),
            policies.first_of(
                Promotion("welcome", codes="WELCOME", then=policies.percent_off(10, cap=eur(15))),
                Promotion(
                    "newsletter",
                    when=customer.opted_in & cart.amount().at_least(eur(30)),
                    then=policies.amount_off(eur(3)),
                ),
            ),
            Promotion(
                "ships-free",
                when=cart.amount().at_least(eur(60)),
                then=policies.free_shipping("standard"),
            ),
            Promotion(
                "express-half",
                when=customer.tier.at_least(GOLD),
                then=policies.shipping_percent_off(50, "express"),
            ),
        ],
        delivery=[Delivery("standard", fee=eur("4.95")), Delivery("express", fee=eur("9.90"))],
    )


def products() -> list[tuple[Product, Money, Money | None]]:
    """Six products of each category, with price and member price."""
    chance = random.Random(20)  # noqa: S311 - the same shop every time
    found = []
    for category in RATES:
        for number in range(6):
            price = chance.randrange(149, DEAREST.get(category, 1900))
            tags = ["outlet"] if chance.random() < 0.2 else []
            member = eur_minor(price * chance.randrange(80, 97) // 100) if chance.random() < 0.4 else None
            found.append((Product(f"{category}-{number}", categories=[category], tags=tags), eur_minor(price), member))
    return found


def eur_minor(minor: int) -> Money:
    """So many cents."""
    return Money.of_minor(minor, "EUR")


def orders(count: int, lines: int | None = None) -> list[Order]:
    """Orders of 1 to 12 lines, or of *lines* each; the same ones every time."""
    chance = random.Random(f"{count} {lines}")  # noqa: S311
    shelf = products()
    found = []
    for _ in range(count):
        chosen = chance.choices(shelf, k=lines or chance.randint(1, 12))
        buyer = None
        if chance.random() < 0.7:
            buyer = Customer(
                "C-1", tier=chance.choice([None, SILVER, GOLD]), opted_in=chance.choice([None, False, True, True])
            )
        found.append(
            Order(
                [
                    Line(
                        str(place),
                        product,
                        chance.choice([1, 1, 1, 2, 2, 3, 4]),
                        unit_price=price,
                        prices={} if member is None else {"member": member},
                        tax=RATES[product.categories[0]],
                    )
                    for place, (product, price, member) in enumerate(chosen)
                ],
                currency="EUR",
                customer=buyer,
                codes=["welcome"] if chance.random() < 0.3 else [],
                shipments=[Shipment("parcel", chance.choice(["standard", "standard", "express"]), tax=23)],
            )
        )
    return found


def row(order: Order) -> yardstick.Basket:
    """The same order as a shop's own plain rows."""
    buyer = order.customer
    return yardstick.Basket(
        [
            yardstick.Item(
                line.id,
                line.product.sku,
                line.product.categories[0],
                line.quantity,
                int(line.unit_price.minor),
                next((price.minor for _, price in line.prices), None),
                "outlet" in line.product.tags,
                int(line.tax.value),
            )
            for line in order.lines
        ],
        signed_in=buyer is not None,
        tier=buyer.tier.rank if buyer is not None and buyer.tier is not None else 0,
        opted_in=buyer is not None and buyer.opted_in is True,
        codes=list(order.codes),
        method=order.shipments[0].method,
    )


def said(decision: Decision) -> yardstick.Bill:
    """What the library answers, as the yardstick says it."""
    (shipment,) = decision.shipments
    return yardstick.Bill(
        [
            yardstick.Units(
                place,
                units.first,
                units.count,
                units.price.minor,
                units.paid.minor,
                units.tax.minor,
                [(part.promotion, part.amount.minor) for part in units.parts],
            )
            for place, line in enumerate(decision.lines)
            for units in line.units
        ],
        shipment.charge.minor,
        shipment.paid.minor,
        shipment.tax.minor,
        [(part.promotion, part.amount.minor) for part in shipment.parts],
        {int(total.rate.value): total.tax.minor for total in decision.taxes},
        decision.payable.minor,
    )


def merged(units: list[yardstick.Units]) -> list[yardstick.Units]:
    """The same units with equal neighbours together: both may cut equal units into different runs."""
    found: list[yardstick.Units] = []
    for each in units:
        if found:
            last = found[-1]
            if replace(last, first=each.first, count=each.count) == each and last.first + last.count == each.first:
                found[-1] = replace(last, count=last.count + each.count)
                continue
        found.append(each)
    return found


def check(shop: PolicyBook, given: list[Order]) -> None:
    """Both give equal answers for every order."""
    for order in given:
        ours = said(shop.price(order, at=AT))
        theirs = yardstick.price(row(order), AT)
        ours.units, theirs.units = merged(ours.units), merged(theirs.units)
        if ours != theirs:
            msg = f"answers differ:\n{ours}\n{theirs}\n{order!r}"
            raise AssertionError(msg)
        if yardstick.payable(row(order), AT) != ours.payable:
            msg = f"payable differs: {order!r}"
            raise AssertionError(msg)
