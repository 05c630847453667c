"""Prices orders by the thousand: how often each promotion of the shop applies, and what it takes off.

    python -m examples.back_test 10000 --workers 2

The orders are made up, the same ones every time. A shop would read its own, in shares as well: each worker makes or
reads the orders of its share, because an order takes longer to send to another process than to price.
"""

from __future__ import annotations

import random
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING

from aftercare import Customer, History, Line, Money, Order, Shipment
from examples.shop import GOLD, MEMBER, SILVER, products, shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare import PolicyBook

OPENING = datetime(2026, 11, 23, 8, tzinfo=UTC)
NEW = History()
CENTS = {
    "COFFEE-ETH": 990,
    "COFFEE-HOUSE": 2690,
    "TEA-ASSAM": 640,
    "TEA-TIN": 1150,
    "TIN": 390,
    "TEAPOT": 1890,
    "CUP": 450,
    "FILTER": 320,
    "SYRUP": 790,
    "BISCUIT": 120,
    "MACHINE": 24900,
    "GIFT-CARD": 2500,
}


def orders(share: range) -> Iterator[tuple[Order, datetime, History | None]]:
    """The orders with these numbers, each with the minute in which it came and what is known of its customer."""
    chance = random.Random()  # noqa: S311 - these are no secrets
    shelf = [(product, Money.of_minor(CENTS[product.sku], "EUR")) for product in products]
    for number in share:
        chance.seed(number)  # the same orders every time, however they are shared
        lines = [
            Line(str(place), product, chance.choice((1, 1, 1, 2, 2, 3, 6)), unit_price=price, tax=23)
            for place, (product, price) in enumerate(chance.sample(shelf, chance.randint(1, 9)))
        ]
        buyer = Customer(f"C-{number}", tier=chance.choice((None, MEMBER, SILVER, GOLD)), opted_in=number % 3 == 0)
        order = Order(
            lines,
            currency="EUR",
            customer=None if number % 4 == 0 else buyer,
            codes=["WELCOME"] if number % 10 == 0 else [],
            channel=chance.choice(("web", "app")),
            shipments=[Shipment("parcel", chance.choice(("standard", "standard", "express")), tax=23)],
        )
        yield order, OPENING + timedelta(minutes=number % 10_000), NEW if number % 5 == 0 else None


def tally(book: PolicyBook, share: range) -> tuple[Counter[str], Counter[str]]:
    """How often each promotion of *book* applies to the orders of *share*, and how many cents it takes off."""
    uses: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    for decision in book.price_many(orders(share)):
        for each in decision.applied:
            uses[each.id] += 1
            cents[each.id] += each.taken.minor
    return uses, cents


def shares(count: int, workers: int) -> list[range]:
    """The numbers from 0 below *count*, an equal share for each of the *workers*."""
    return [range(count * worker // workers, count * (worker + 1) // workers) for worker in range(workers)]


def tally_in_processes(book: PolicyBook, count: int, workers: int) -> tuple[Counter[str], Counter[str]]:
    """The tallies of *count* orders, which that many *workers* share; each gets its own copy of *book*."""
    uses: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for share_uses, share_cents in pool.map(partial(tally, book), shares(count, workers)):
            uses += share_uses
            cents += share_cents
    return uses, cents


def main() -> None:
    """Print a table of the promotions that applied, the commonest first."""
    parser = ArgumentParser(description="what the promotions of the shop come to over many orders")
    parser.add_argument("orders", type=int, nargs="?", default=1000)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    uses, cents = tally_in_processes(shop, given.orders, given.workers)
    for promotion, times in uses.most_common():
        print(f"{promotion:28}{times:10,}{Money.of_minor(cents[promotion], 'EUR').decimal:14,}")


if __name__ == "__main__":
    main()
