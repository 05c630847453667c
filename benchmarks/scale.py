"""How cost and memory follow the number of promotions: 100, 10,000 and 100,000 of them, of which five match an order.

Conditions and benefits of the promotions that an order never reached are not made into functions. Memory is measured
of 10,000 promotions in five forms, as the book is prepared, and again once every promotion was asked and acted.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from datetime import UTC, datetime
from time import process_time
from typing import TYPE_CHECKING

from aftercare import Line, Order, PolicyBook, Product, Promotion, cart, eur, item, policies
from benchmarks.interleaved import at_most, medians

if TYPE_CHECKING:
    from typing import Any

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.condition import ItemCondition

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
SIZES = (100, 10_000, 100_000)
GROWTH = 1.2
LINEAR = 1.5
KILOBYTES = 2.0
MEASURED = 10_000
TOGETHER = 50


def book(count: int) -> PolicyBook:
    """So many promotions, each for a category of its own."""
    categories = [item.category.is_(f"c{n}") for n in range(count)]
    return PolicyBook(
        "shop",
        zone="Europe/Warsaw",
        currencies=["EUR"],
        promotions=[
            Promotion(f"p{n}", when=cart.quantity(goods).at_least(2), then=policies.percent_off(10, of=goods))
            for n, goods in enumerate(categories)
        ],
    )


def gives(number: int, goods: ItemCondition) -> Benefit:
    """What promotion *number* gives, in five forms by turns."""
    match number % 5:
        case 0:
            return policies.percent_off(10, of=goods)
        case 1:
            return policies.amount_off(eur(1), of=goods)
        case 2:
            return policies.amount_off(eur(1), of=goods, each="unit")
        case 3:
            return policies.fixed_price(eur(8), of=goods)
        case _:
            return policies.every(2, of=goods).percent_off(50)


def assortment(count: int) -> PolicyBook:
    """So many promotions as a shop has them, each for a category of its own."""
    categories = [item.category.is_(f"c{n}") for n in range(count)]
    promotions = [
        Promotion(f"p{n}", when=cart.quantity(goods).at_least(2), then=gives(n, goods))
        for n, goods in enumerate(categories)
    ]
    return PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], promotions=[policies.stack(*promotions)])


def order(first: int = 0, lines: int = 5) -> Order:
    """So many lines, each with a promotion of its own."""
    return Order(
        [
            Line(str(n), Product(f"S{n}", categories=[f"c{n}"]), 2, unit_price=eur("9.99"), tax=23)
            for n in range(first, first + lines)
        ],
        currency="EUR",
    )


def prepared(count: int) -> tuple[PolicyBook, float]:
    """A prepared book, and how many seconds of CPU preparing took for each promotion."""
    made = book(count)
    gc.collect()
    gc.disable()
    start = process_time()
    made.pricer  # noqa: B018 - prepares it
    taken = process_time() - start
    gc.enable()
    return made, taken / count


def kilobytes() -> tuple[float, float]:
    """What a prepared promotion takes, and what it takes once it was asked and acted."""
    made = assortment(MEASURED)
    given = [order(first, TOGETHER) for first in range(0, MEASURED, TOGETHER)]
    gc.collect()
    tracemalloc.start()
    made.pricer  # noqa: B018 - prepares it
    gc.collect()
    indexed = tracemalloc.get_traced_memory()[0]
    acted = sum(len(made.price(each, at=AT).applied) for each in given)
    gc.collect()
    asked = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    if acted != MEASURED:
        msg = f"of {MEASURED} promotions {acted} acted"
        raise AssertionError(msg)
    return indexed / MEASURED / 1024, asked / MEASURED / 1024


def main() -> bool:
    """Print the ratios; whether all are within their bounds."""
    books = [prepared(count) for count in SIZES]
    small, *_ = given = [order() for _ in range(100)]

    def priced(shop: PolicyBook) -> Any:
        return lambda each: shop.price(each, at=AT)

    for shop, _ in books:
        # The same way for every size: a small book would be written out, a large one never is.
        shop.pricer.orders["EUR"] = sys.maxsize // 2
        if len(shop.price(small, at=AT).applied) != len(small.lines):
            msg = "every line has a promotion"
            raise AssertionError(msg)
    names = [f"{count:,}" for count in SIZES]
    times = medians({name: (priced(shop), given) for name, (shop, _) in zip(names, books, strict=True)})
    indexed, asked = kilobytes()
    met = [
        at_most(f"price, {name} promotions / {names[0]}", times[name] / times[names[0]], GROWTH) for name in names[1:]
    ]
    met.append(at_most(f"prepare one of {names[2]} / of {names[1]}", books[2][1] / books[1][1], LINEAR))
    met.append(at_most("memory of a promotion that acted / 2 KB", asked / KILOBYTES, 1))
    print(f"{'before it was asked':58}{indexed:>10,.2f} KB", flush=True)
    return all(met)


if __name__ == "__main__":
    sys.exit(not main())
