"""Writes an order as this library's own document; `aftercare.interchange.native` says what the format is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare.interchange.native import read_order
from aftercare.interchange.parts import VERSION
from aftercare.order_form import order_form
from aftercare.zones import aware

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.order import Order


def write_order(order: Order, *, at: datetime | None = None) -> dict[str, Any]:
    """The order as a document of lists, objects and text, ready for `json.dumps`; *at* is when it was placed.

    What is written is read back, so that nothing is stored which could not be read later: raises `DocumentError` for
    an order beyond the bounds of documents, such as one of more than 10 000 lines.

    >>> from aftercare.order import Order
    >>> write_order(Order([], currency="EUR"))
    {'aftercare': 1, 'order': {'currency': 'EUR', 'prices': 'gross', 'lines': []}}
    """
    document: dict[str, Any] = {"aftercare": VERSION, "order": order_form(order)}
    if at is not None:
        document["at"] = aware(at).isoformat()
    read_order(document)
    return document
