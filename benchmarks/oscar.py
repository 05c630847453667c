"""The same basket and the same offers in django-oscar, on SQLite in memory, and in the library.

Two recorded faults of django-oscar 4.2 are kept out of the way, so that both have to answer the same: every line is in
the range of one offer at most (a percentage otherwise stops at the first line that another offer consumed), and prices
and percentages are such that no line's discount needs rounding (lines are not rounded there). Totals are asserted to be
equal before anything is timed. Needs the `bench` dependency group.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aftercare import Line, Order, PolicyBook, Product, Promotion, cart, eur, item, policies
from benchmarks.interleaved import at_least, medians

if TYPE_CHECKING:
    from aftercare.policies.benefit import Benefit

AT_LEAST = 5_000.0
LINES, OFFERS, BASKETS = 20, 100, 3
AT = datetime(2026, 11, 21, tzinfo=UTC)


def configure() -> None:
    """Django and Oscar with everything in memory."""
    import django  # noqa: PLC0415 - only here, and only once it is configured
    from django.conf import settings  # noqa: PLC0415
    from oscar import defaults  # noqa: PLC0415

    parts = (
        "analytics checkout address shipping catalogue catalogue.reviews communication partner basket payment "
        "offer order customer search voucher wishlists"
    )
    settings.configure(
        **{name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR_")},
        SECRET_KEY="benchmark",  # noqa: S106 - nothing is served
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.flatpages",
            *(f"oscar.apps.{part}.apps.{part.title().replace('.', '')}Config" for part in parts.split()),
            "haystack",
            "treebeard",
        ],
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        SITE_ID=1,
        ROOT_URLCONF="django.urls",
    )
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0, run_syncdb=True)


def kinds(number: int) -> tuple[str, int]:
    """What offer *number* gives: a percentage, one of three for nothing, or an amount in whole euros."""
    return (("Percentage", 5 + number % 16), ("Multibuy", 1), ("Absolute", 1 + number % 3))[number % 3]


def baskets() -> list[list[tuple[int, int, int]]]:
    """Baskets of twenty lines: the range each product is in, its quantity, its price in whole euros."""
    chance = random.Random(100)  # noqa: S311 - the same baskets every time
    # Half of the ranges that products are in have no offer.
    return [
        [(place, chance.randint(1, 5), 5 + place % 60) for place in chance.sample(range(2 * OFFERS), LINES)]
        for _ in range(BASKETS)
    ]


def library() -> tuple[PolicyBook, list[Order]]:
    """The offers as a book, and the baskets as orders."""
    promotions = []
    for number in range(OFFERS):
        goods = item.category.is_(f"range-{number}")
        kind, value = kinds(number)
        gives: Benefit
        if kind == "Percentage":
            gives = policies.percent_off(value, of=goods)
        elif kind == "Multibuy":
            gives = policies.every(3, of=goods).free()
        else:
            gives = policies.amount_off(eur(value), of=goods)
        promotions.append(Promotion(f"offer-{number}", when=cart.has(goods), then=gives))
    orders = [
        Order(
            [
                Line(str(place), Product(f"P{place}", categories=[f"range-{place}"]), quantity, unit_price=eur(price))
                for place, quantity, price in basket
            ],
            currency="EUR",
        )
        for basket in baskets()
    ]
    return PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[policies.stack(*promotions)]), orders


def shop() -> list[Any]:
    """The offers and baskets in Oscar's tables; the baskets, ready to have offers applied."""
    from oscar.apps.basket.models import Basket  # noqa: PLC0415
    from oscar.apps.catalogue.models import Product as Sold  # noqa: PLC0415
    from oscar.apps.catalogue.models import ProductClass  # noqa: PLC0415
    from oscar.apps.offer.models import Benefit as Gives  # noqa: PLC0415
    from oscar.apps.offer.models import Condition, ConditionalOffer, Range  # noqa: PLC0415
    from oscar.apps.partner.models import Partner, StockRecord  # noqa: PLC0415
    from oscar.apps.partner.strategy import Selector  # noqa: PLC0415

    kind_of_goods = ProductClass.objects.create(name="goods", requires_shipping=True, track_stock=False)
    partner = Partner.objects.create(name="shop")
    sold = {}
    for place in sorted({place for basket in baskets() for place, _, _ in basket} | set(range(OFFERS))):
        product = Sold.objects.create(title=f"P{place}", upc=f"P{place}", product_class=kind_of_goods)
        StockRecord.objects.create(
            product=product,
            partner=partner,
            partner_sku=f"P{place}",
            price=Decimal(5 + place % 60),
            price_currency="EUR",
            num_in_stock=1000,
        )
        sold[place] = product
    for number in range(OFFERS):
        kind, value = kinds(number)
        products = Range.objects.create(name=f"range-{number}")
        products.add_product(sold[number])
        ConditionalOffer.objects.create(
            name=f"offer-{number}",
            condition=Condition.objects.create(range=products, type="Count", value=3 if kind == "Multibuy" else 1),
            benefit=Gives.objects.create(
                range=products, type=kind, value=None if kind == "Multibuy" else Decimal(value)
            ),
            max_basket_applications=1 if kind == "Absolute" else None,
        )
    filled = []
    for basket in baskets():
        made = Basket.objects.create()
        made.strategy = Selector().strategy()
        for place, quantity, _ in basket:
            made.add_product(sold[place], quantity)
        made.all_lines()
        filled.append(made)
    return filled


def main() -> bool:
    """Print the ratio; whether it is within its bound."""
    configure()
    from oscar.apps.offer.applicator import Applicator  # noqa: PLC0415

    filled = shop()
    book, orders = library()

    def theirs(basket: Any) -> Decimal:
        basket.reset_offer_applications()
        Applicator().apply(basket)
        total: Decimal = basket.total_incl_tax
        return total

    def ours(order: Order) -> Decimal:
        return book.price(order, at=AT).payable.decimal

    for basket, order in zip(filled, orders, strict=True):
        mine, other = ours(order), theirs(basket)
        if mine != other or mine == order.goods.decimal:
            msg = f"totals differ: {mine} and {other}"
            raise AssertionError(msg)
    times = medians({"theirs": (theirs, filled), "ours": (ours, orders * 20)}, rounds=5)
    return at_least(f"django-oscar / price, {LINES} lines, {OFFERS} offers", times["theirs"] / times["ours"], AT_LEAST)


if __name__ == "__main__":
    sys.exit(not main())
