"""What the record shop knows of a customer beside the order: the points there are, which it writes on the order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare import Order


def points(order: Order, at: datetime) -> int | None:  # noqa: ARG001 - every fact of an order is also given the instant
    """The balance of the customer, which stands on the order as a tag such as `points:1200`."""
    tags = () if order.customer is None else order.customer.tags
    return next((int(tag.removeprefix("points:")) for tag in tags if tag.startswith("points:")), None)
