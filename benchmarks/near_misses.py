"""What near misses cost beside pricing, with 20 promotions and a catalog of twenty products; and nothing unless asked.

`python -m benchmarks.near_misses`
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from attrs import evolve

from benchmarks import policies20
from benchmarks.interleaved import at_most, medians

if TYPE_CHECKING:
    from aftercare import Line, Order

NEAREST = 600.0
WITH_CATALOG = 1_000.0
FREE = 1.2
ORDERS = 10
AT = policies20.AT


def main() -> bool:
    """Print the ratios; whether all are within their bounds."""
    shop = policies20.book()
    five = policies20.orders(ORDERS, 5)
    catalog: dict[str, Line] = {}
    for order in policies20.orders(40, 5):
        catalog.update({line.product.sku: line for line in order.lines})
    lines = [_named(line, f"catalog {sku}") for sku, line in sorted(catalog.items())[:20]]

    def price(order: Order) -> Any:
        return shop.price(order, at=AT).payable

    def price_with_catalog(order: Order) -> Any:
        return shop.price(order, at=AT, catalog=lines).payable

    def nearest(order: Order) -> Any:
        return shop.price(order, at=AT).nearest

    def nearest_with_catalog(order: Order) -> Any:
        return shop.price(order, at=AT, catalog=lines).nearest

    found = [len(nearest_with_catalog(order)) for order in five]
    print(f"near misses in {ORDERS} orders with the catalog: {sum(found)}")
    times = medians(
        {
            "price": (price, five),
            "price, catalog": (price_with_catalog, five),
            "nearest": (nearest, five),
            "nearest, catalog": (nearest_with_catalog, five),
        },
        rounds=5,
    )
    met = [
        at_most("price with a catalog, not asked / price", times["price, catalog"] / times["price"], FREE),
        at_most("nearest / price", times["nearest"] / times["price"], NEAREST),
        at_most("nearest with a catalog / price", times["nearest, catalog"] / times["price"], WITH_CATALOG),
    ]
    return all(met)


def _named(line: Line, id_: str) -> Line:
    return evolve(line, id=id_, quantity=1)


if __name__ == "__main__":
    sys.exit(not main())
