"""Reads an order of any known format, told apart by the fields that only one of them has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aftercare.interchange.cursor import Cursor
from aftercare.interchange.native import native_order
from aftercare.interchange.shopify import shopify_order
from aftercare.interchange.woocommerce import woocommerce_order

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from aftercare.interchange.checks import OrderDocument
    from aftercare.interchange.source import Source

_SHOPIFY = ("taxes_included", "total_line_items_price", "admin_graphql_api_id")
_WOOCOMMERCE = ("prices_include_tax", "coupon_lines", "date_created", "date_created_gmt")


def read_any(source: Source, *, zone: str | ZoneInfo | None = None) -> OrderDocument:
    """The order of a document of this library, of Shopify or of WooCommerce.

    *zone* is that of the clocks on which the instant is told. Raises `DocumentError` for any other document, and for
    what the reader of its format refuses.

    >>> read_any('{"aftercare": 1, "order": {"currency": "EUR", "lines": []}}').origin
    'aftercare'
    """
    root = Cursor.of(source)
    title = "this is no order document that is known"
    if not root.is_object:
        raise root.problems.error(title)
    if "aftercare" in root.value:
        return native_order(root, zone)
    wrapped = root.field("order").value
    if _has(root.value, _SHOPIFY) or (isinstance(wrapped, Mapping) and _has(wrapped, _SHOPIFY)):
        return shopify_order(root, zone)
    if _has(root.value, _WOOCOMMERCE):
        return woocommerce_order(root, zone)
    if "orders" in root.value:
        root.field("orders").problem("several orders: give them one at a time")
    else:
        root.problem(
            "allowed: an order of this library, with `aftercare`; of Shopify, with `line_items` and "
            "`taxes_included`; of WooCommerce, with `line_items` and `prices_include_tax`"
        )
    raise root.problems.error(title)


def _has(body: Mapping[str, Any], marks: tuple[str, ...]) -> bool:
    return "line_items" in body and any(mark in body for mark in marks)
