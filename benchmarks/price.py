"""What the library costs beside hand-written code: `book.price` against the `yardstick`, on the same orders.

Before anything is timed both give equal answers for some hundred orders of 1 to 12 lines.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from benchmarks import policies20, yardstick
from benchmarks.interleaved import at_most, medians

if TYPE_CHECKING:
    from aftercare import Order

ALL_PARTS = 3.0
TOTALS = 1.5
EXPLAINED = 15.0
CHECKED = 400
ORDERS = 200
AT = policies20.AT


def main() -> bool:
    """Print the ratios; whether all are within their bounds."""
    shop = policies20.book()
    policies20.check(shop, policies20.orders(CHECKED))
    five = policies20.orders(ORDERS, 5)
    mixed = policies20.orders(ORDERS)
    policies20.check(shop, five)

    def all_parts(order: Order) -> Any:
        decision = shop.price(order, at=AT)
        return decision.lines, decision.shipments, decision.taxes, decision.payable

    def totals(order: Order) -> Any:
        return shop.payable(order, at=AT)

    def explained(order: Order) -> Any:
        decision = shop.price(order, at=AT)
        found = [decision.explain(promotion) for promotion in ("tea-set", "ten-off", "ships-free")]
        return decision.lines, decision.shipments, decision.taxes, decision.payable, found

    def decided(order: Order) -> Any:
        return shop.price(order, at=AT)

    def all_explained(order: Order) -> Any:
        return shop.price(order, at=AT).states

    def by_hand(basket: yardstick.Basket) -> Any:
        return yardstick.price(basket, AT)

    def totals_by_hand(basket: yardstick.Basket) -> Any:
        return yardstick.payable(basket, AT)

    rows = [policies20.row(order) for order in five]
    times = medians(
        {
            "all parts": (all_parts, five),
            "totals": (totals, five),
            "by hand": (by_hand, rows),
            "totals by hand": (totals_by_hand, rows),
            "mixed": (all_parts, mixed),
            "mixed by hand": (by_hand, [policies20.row(order) for order in mixed]),
        }
    )
    # Apart from the others: explanations refer to their decisions, and what that keeps alive would slow them all down.
    said = medians(
        {
            "decision": (decided, five),
            "explained": (explained, five),
            "all states": (all_explained, five),
            "by hand": (by_hand, rows),
        }
    )
    met = [
        at_most("price, 5 lines, all parts / yardstick", times["all parts"] / times["by hand"], ALL_PARTS),
        at_most("price, 1 to 12 lines, all parts / yardstick", times["mixed"] / times["mixed by hand"], ALL_PARTS),
        at_most("price, 5 lines, payable alone / yardstick", times["totals"] / times["totals by hand"], TOTALS),
        at_most("price, 5 lines, 3 explained / yardstick", said["explained"] / said["by hand"], EXPLAINED),
        at_most("price, 5 lines, all 20 states / decision", said["all states"] / said["decision"], EXPLAINED),
    ]
    return all(met)


if __name__ == "__main__":
    sys.exit(not main())
