"""What settling a return costs beside pricing the order: five lines, the third return, each refund recomputed.

Every receipt has two returns of one unit behind it; the third is settled by a fold over all three, the receipt priced
again for every set of units between what is kept and what was ordered.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs

from aftercare.order_events import Units
from aftercare.policies.prepared import PreparedPromotions
from aftercare.policies.price import Pricer
from aftercare.policies.repricing import Repricing
from aftercare.policies.tariff import PreparedDelivery
from aftercare.receipt import Tender
from aftercare.return_events import Returned
from aftercare.returns.jointly import LineTerms
from aftercare.returns.settlement import settle
from aftercare.returns.terms import Terms
from aftercare.returns.windows import ReturnWindow
from benchmarks import policies20
from benchmarks.interleaved import at_most, medians

if TYPE_CHECKING:
    from aftercare import Order, PolicyBook
    from aftercare.receipt import Receipt

SETTLED = 40.0
ORDERS = 60
AT = policies20.AT
TERMS = LineTerms(Terms(window=ReturnWindow(None), refund="recompute_monotone"))


def with_units(order: Order, count: int) -> Order:
    """The same lines with *count* units each."""
    return attrs.evolve(order, lines=[attrs.evolve(line, quantity=count, measure=None) for line in order.lines])


def returned(shop: PolicyBook, order: Order) -> tuple[Receipt, list[Returned]]:
    """The receipt of an order, and three returns of one unit each."""
    quote = shop.price(order, at=AT)
    receipt = shop.place(quote, id="A", paid=[Tender("card", quote.payable)])
    back = [
        Returned(f"r{day}", AT + timedelta(days=day), "A", [Units(line.id, 1)], regimes="promise")
        for day, line in enumerate(order.lines[:3])
    ]
    return receipt, back


def main() -> bool:
    """Print the ratios; whether the bounded one is within its bound."""
    shop = policies20.book()
    tariffs = map(PreparedDelivery, shop.delivery)
    pricer = Pricer(PreparedPromotions(shop.promotions), tariffs, shop.zone, shop.tax_rounding)
    one = [with_units(order, 1) for order in policies20.orders(ORDERS, 5)]
    three = [with_units(order, 3) for order in policies20.orders(ORDERS, 5)]

    def price(order: Order) -> Any:
        decision = shop.price(order, at=AT)
        return decision.lines, decision.shipments, decision.taxes, decision.payable

    def settled(case: tuple[Receipt, list[Returned]]) -> Any:
        receipt, back = case
        return settle(receipt, back, pricer=pricer, terms=lambda _, __: TERMS)

    times = medians(
        {
            "price": (price, one),
            "settle": (settled, [returned(shop, order) for order in one]),
            "price three": (price, three),
            "settle three": (settled, [returned(shop, order) for order in three]),
        },
        rounds=5,
    )
    met = at_most("settle, 5 lines of 1 unit, third return / price", times["settle"] / times["price"], SETTLED)
    receipts = [returned(shop, order)[0] for order in three]
    small = sum(Repricing(pricer, receipt).feasible for receipt in receipts)
    print(f"of {len(three)} receipts with 5 lines of 3 units, {small} are small enough to be priced again")
    ratio = times["settle three"] / times["price three"]
    print(f"{'settle, 5 lines of 3 units, third return / price':58}{ratio:>10,.2f}x  stated", flush=True)
    return met


if __name__ == "__main__":
    sys.exit(not main())
