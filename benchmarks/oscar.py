"""The same baskets and the same offers in django-oscar and in the library.

django-oscar stands here twice: as it comes, with SQLite in memory; and with its ranges held in memory, the best it
could do without another design: whether a range has a product is read from a frozen set, the ranges of conditions and
benefits from a dictionary, the offers are loaded beforehand, and no SQL about offers is left.

Two recorded faults of django-oscar 4.2 are kept out of the way, so that both have to answer the same: every line is in
the range of one offer at most (a percentage otherwise stops at the first line that another offer consumed), and prices
and percentages are such that no line's discount needs rounding (lines are not rounded there). Totals are asserted to be
equal before anything is timed. Needs the `bench` dependency group.

What is timed of the library is `book.price` and `payable` read from the decision, which holds what every unit costs and
what each promotion took off it; the book has priced enough orders before to be written out. Without a bound stand
beside it: reading every line from the decision too, with its units and their tax, which django-oscar does not reckon;
and `book.payable`, which only tells the total.
"""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from aftercare import Line, Order, PolicyBook, Product, Promotion, eur, item, policies
from aftercare.policies.price import LONG_LIVED
from benchmarks.interleaved import at_least, medians, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.policies.benefit import Benefit

DATABASE, IN_MEMORY = 10_000.0, 500.0
OFFERS = 100
SIZES = {20: 3, 100: 1}
"""How many baskets of so many lines."""
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


def baskets(lines: int) -> list[list[tuple[int, int, int]]]:
    """Baskets of *lines*: the range each product is in, its quantity, its price in whole euros."""
    chance = random.Random(100)  # noqa: S311 - the same baskets every time
    # Half of the ranges that products are in have no offer.
    return [
        [(place, chance.randint(1, 5), 5 + place % 60) for place in chance.sample(range(2 * OFFERS), lines)]
        for _ in range(SIZES[lines])
    ]


def library() -> PolicyBook:
    """The offers as a book."""
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
        promotions.append(Promotion(f"offer-{number}", then=gives))
    return PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[policies.stack(*promotions)])


def order(basket: list[tuple[int, int, int]]) -> Order:
    """A basket as an order."""
    lines = [
        Line(str(place), Product(f"P{place}", categories=[f"range-{place}"]), quantity, unit_price=eur(price))
        for place, quantity, price in basket
    ]
    return Order(lines, currency="EUR")


def shop() -> dict[int, Any]:
    """Put the products and offers into Oscar's tables; the products by the range they are in."""
    from oscar.apps.catalogue.models import Product as Sold  # noqa: PLC0415
    from oscar.apps.catalogue.models import ProductClass  # noqa: PLC0415
    from oscar.apps.offer.models import Benefit as Gives  # noqa: PLC0415
    from oscar.apps.offer.models import Condition, ConditionalOffer, Range  # noqa: PLC0415
    from oscar.apps.partner.models import Partner, StockRecord  # noqa: PLC0415

    kind_of_goods = ProductClass.objects.create(name="goods", requires_shipping=True, track_stock=False)
    partner = Partner.objects.create(name="shop")
    sold = {}
    for place in range(2 * OFFERS):
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
    return sold


def filled(sold: dict[int, Any], basket: list[tuple[int, int, int]]) -> Any:
    """A basket in Oscar's tables, ready to have offers applied."""
    from oscar.apps.basket.models import Basket  # noqa: PLC0415
    from oscar.apps.partner.strategy import Selector  # noqa: PLC0415

    made = Basket.objects.create()
    made.strategy = Selector().strategy()
    for place, quantity, _ in basket:
        made.add_product(sold[place], quantity)
    made.all_lines()
    return made


@contextmanager
def ranges_in_memory() -> Iterator[list[Any]]:
    """Let Oscar hold its ranges in memory; the offers, loaded."""
    from oscar.apps.offer.applicator import Applicator  # noqa: PLC0415
    from oscar.apps.offer.models import Benefit as Gives  # noqa: PLC0415
    from oscar.apps.offer.models import Condition, Range  # noqa: PLC0415

    held = {each.id: each for each in Range.objects.all()}
    products = {key: frozenset(each.all_products().values_list("id", flat=True)) for key, each in held.items()}

    def contains(self: Any, product: Any) -> bool:
        return product.id in products[self.id]

    of = property(lambda self: held[self.range_id])
    with (
        patch.object(Range, "contains_product", contains),
        patch.object(Gives, "range", of),
        patch.object(Condition, "range", of),
    ):
        yield list(Applicator().get_site_offers())


@contextmanager
def queries() -> Iterator[list[str]]:
    """The SQL that is executed meanwhile."""
    from django.db import connection  # noqa: PLC0415

    asked: list[str] = []

    def noted(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(noted):
        yield asked


def compare(book: PolicyBook, sold: dict[int, Any], lines: int) -> list[bool]:
    """Print both ratios for baskets of so many *lines*; whether they are within their bounds."""
    from oscar.apps.offer.applicator import Applicator  # noqa: PLC0415

    given = baskets(lines)
    orders = [order(basket) for basket in given]
    theirs = [filled(sold, basket) for basket in given]

    def ours(given: Order) -> Decimal:
        return book.price(given, at=AT).payable.decimal

    def with_lines(given: Order) -> Any:
        decision = book.price(given, at=AT)
        return decision.lines, decision.payable.decimal

    def only_total(given: Order) -> Decimal:
        return book.payable(given, at=AT).decimal

    def stock(basket: Any) -> Decimal:
        basket.reset_offer_applications()
        Applicator().apply(basket)
        total: Decimal = basket.total_incl_tax
        return total

    def agree(other: Decimal, given: Order) -> None:
        mine = ours(given)
        if mine != other or mine == given.goods.decimal:
            msg = f"totals differ: {mine} and {other}"
            raise AssertionError(msg)

    with queries() as asked:
        for basket, each in zip(theirs, orders, strict=True):
            agree(stock(basket), each)
    print(f"{lines} lines, {OFFERS} offers: {len(asked) // len(theirs):,} SQL queries a basket", flush=True)
    times = medians({"stock": (stock, theirs), "ours": (ours, orders * 20)}, rounds=3)
    with ranges_in_memory() as offers:

        def tuned(basket: Any) -> Decimal:
            basket.reset_offer_applications()
            Applicator().apply_offers(basket, offers)
            total: Decimal = basket.total_incl_tax
            return total

        for basket, each in zip(theirs, orders, strict=True):
            agree(tuned(basket), each)
        with queries() as asked:
            tuned(theirs[0])
        if any("offer_" in query for query in asked):
            msg = f"SQL about offers is left: {asked}"
            raise AssertionError(msg)
        many = orders * 20
        tuned_times = medians(
            {
                "tuned": (tuned, theirs),
                "ours": (ours, many),
                "with lines": (with_lines, many),
                "only total": (only_total, many),
            }
        )
    size = f"{lines} lines, {OFFERS} offers"
    met = [
        at_least(f"django-oscar / price, {size}", times["stock"] / times["ours"], DATABASE),
        at_least(f"django-oscar in memory / price, {size}", tuned_times["tuned"] / tuned_times["ours"], IN_MEMORY),
    ]
    shown("  the same, every line with its tax read", tuned_times["tuned"] / tuned_times["with lines"])
    shown("  the same, the total alone", tuned_times["tuned"] / tuned_times["only total"])
    return met


def main() -> bool:
    """Print the ratios; whether all are within their bounds."""
    configure()
    sold = shop()
    book = library()
    for _ in range(LONG_LIVED):
        book.price(order(baskets(min(SIZES))[0]), at=AT)
    met = [each for lines in SIZES for each in compare(book, sold, lines)]
    return all(met)


if __name__ == "__main__":
    sys.exit(not main())
