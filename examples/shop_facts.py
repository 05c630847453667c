"""Facts that a shop reads with functions of its own; policies name them as `examples.shop_facts:letters`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare import Line, Order


def letters(line: Line) -> int:
    """How many letters the SKU has."""
    return len(line.product.sku)


def bulky(order: Order, at: datetime) -> bool:  # noqa: ARG001 - every fact of an order is also given the instant
    """Whether the order needs a pallet: fifty units or more."""
    return sum(line.quantity for line in order.lines) >= 50


def shelves(order: Order, at: datetime) -> tuple[str, ...] | None:  # noqa: ARG001 - as above
    """The shelves that the order is picked from; unknown for an empty order."""
    return tuple(sorted({line.product.sku[0] for line in order.lines})) or None
