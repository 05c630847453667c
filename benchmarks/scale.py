"""How cost and memory follow the number of promotions: 100, 10,000 and 100,000 of them, of which five match an order.

Conditions and benefits of the promotions that an order never reached are not made into functions; memory is measured
as books are prepared, and again with the conditions of every promotion made.
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

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
SIZES = (100, 10_000, 100_000)
GROWTH = 1.2
LINEAR = 1.5
KILOBYTES = 2.0
MEASURED = 5_000


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


def order() -> Order:
    """Five lines, each with a promotion of its own."""
    return Order(
        [Line(str(n), Product(f"S{n}", categories=[f"c{n}"]), 2, unit_price=eur("9.99"), tax=23) for n in range(5)],
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
    """What a prepared promotion takes, and what it takes once its condition was asked."""
    made = book(MEASURED)
    gc.collect()
    tracemalloc.start()
    candidates = made.pricer.promotions.candidates
    gc.collect()
    indexed = tracemalloc.get_traced_memory()[0]
    for candidate in candidates:
        candidate.prepare()
    gc.collect()
    asked = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
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
    met.append(at_most("memory of a prepared promotion / 2 KB", indexed / KILOBYTES, 1))
    print(f"{'with its condition asked':58}{asked:>10,.2f} KB", flush=True)
    return all(met)


if __name__ == "__main__":
    sys.exit(not main())
