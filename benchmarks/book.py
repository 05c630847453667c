"""What a book costs beside its promotions: `book.price` of a shop that promises everything, and its promotions alone.

The book has returns and a programme too, and asks neither while an order without a history is priced.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import attrs

from aftercare.policies.assembling import decide
from benchmarks import policies20
from benchmarks.interleaved import at_most, medians
from examples.shop import shop as everything

if TYPE_CHECKING:
    from aftercare import Decision, Order

ALONE = 1.3
ORDERS = 400
AT = policies20.AT


def main() -> bool:
    """Print the ratio; whether it is within its bound."""
    five = policies20.orders(ORDERS, 5)
    only = policies20.book()
    book = attrs.evolve(only, returns=everything.returns, loyalty=everything.loyalty)
    if any(book.price(order, at=AT).payable != only.price(order, at=AT).payable for order in five):
        msg = "returns and a programme change no price without a history"
        raise AssertionError(msg)
    pricer = only.pricer  # the promotions alone

    def through_the_book(order: Order) -> Decision:
        return book.price(order, at=AT)

    def alone(order: Order) -> Decision:
        return decide(pricer, pricer.price(order, AT, None), only)

    times = medians({"book": (through_the_book, five), "alone": (alone, five)})
    return at_most("book.price / its promotions alone", times["book"] / times["alone"], ALONE)


if __name__ == "__main__":
    sys.exit(not main())
