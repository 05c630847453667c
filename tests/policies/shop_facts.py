"""The facts of a shop of its own, as functions at the top of a module; policies name them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare import Line, Order

NOT_A_FUNCTION = 5


def stock(line: Line) -> int | None:
    """How many units are in stock: known of cups alone."""
    return 3 if line.product.sku == "A" else None


def makers(line: Line) -> list[str] | str | None:
    """Who made the goods: several, one, or nobody knows."""
    return {"A": ["anna", "bert"], "B": "bert"}.get(line.product.sku)


def fragile(line: Line) -> bool | None:
    """Whether the goods break."""
    return {"A": True, "B": False}.get(line.product.sku)


def load(order: Order, at: datetime) -> int | Decimal | None:
    """How full the shop is: unknown at the checkout of the street shop."""
    return None if order.channel == "pos" else Decimal(at.hour) + len(order.lines)


def moods(order: Order, at: datetime) -> tuple[str, ...] | str | None:
    """In which moods the shop is."""
    if order.channel is None:
        return None
    return ("calm", "kind") if at.hour < 12 else "calm"


def raining(order: Order, at: datetime) -> bool | None:
    """Whether it rains: nobody looks out of the window of a web shop."""
    return None if order.channel == "web" else at.hour % 2 == 0
