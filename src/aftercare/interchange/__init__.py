"""Orders, receipts and histories in and out: the documents of this library, and the order payloads of shop platforms.

Every reader of orders gives an `OrderDocument`: the order as it was placed, before any discount, what happened to it
since, and a `Reconciliation` of what the platform says against its own parts. Nothing is repaired silently, and no
amount ever passes through a float.
"""

from __future__ import annotations

from aftercare.interchange.checks import Check, OrderDocument, Reconciliation
from aftercare.interchange.histories import read_history
from aftercare.interchange.native import read_order
from aftercare.interchange.reading import read_any
from aftercare.interchange.receipts import read_receipt
from aftercare.interchange.shopify import read_shopify
from aftercare.interchange.source import load_json
from aftercare.interchange.woocommerce import read_woocommerce
from aftercare.interchange.writing import write_order

__all__ = [
    "Check",
    "OrderDocument",
    "Reconciliation",
    "load_json",
    "read_any",
    "read_history",
    "read_order",
    "read_receipt",
    "read_shopify",
    "read_woocommerce",
    "write_order",
]
