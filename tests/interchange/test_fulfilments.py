"""What platforms tell of dispatch and delivery becomes events of the order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from aftercare.errors import DocumentError
from aftercare.interchange import OrderDocument, read_any, read_shopify, read_woocommerce
from aftercare.order_events import Delivered, Dispatch, Units

ORDERS = Path(__file__).parents[2] / "examples" / "orders"
SENT, ARRIVED = "2026-03-03T12:00:00+00:00", "2026-03-05T09:30:00+00:00"
SENT_AT, ARRIVED_AT = datetime(2026, 3, 3, 12, tzinfo=UTC), datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


def fulfilment(**given: Any) -> dict[str, Any]:
    """A parcel with two of line 1, delivered."""
    return {
        "id": 77,
        "status": "success",
        "created_at": SENT,
        "updated_at": ARRIVED,
        "shipment_status": "delivered",
        "line_items": [{"id": 1, "quantity": 2}],
        **given,
    }


def shopify(*fulfilments: Any, **given: Any) -> OrderDocument:
    """A Shopify order of two lines, with fulfilments."""
    items = [{"id": number, "sku": "CUP", "quantity": 3, "price": "3.00"} for number in (1, 2)]
    payload = {"id": 5, "currency": "EUR", "taxes_included": True, "line_items": items, **given}
    return read_shopify({**payload, "fulfillments": list(fulfilments)}, zone="UTC")


def test_a_delivered_fulfilment_is_two_events() -> None:
    """It was dispatched when it was created and delivered when it was last updated."""
    units = (Units("1", 2),)

    assert (
        Dispatch("77-dispatched", SENT_AT, "5", units),
        Delivered("77-delivered", ARRIVED_AT, "5", units),
    ) == shopify(fulfilment()).events


def test_a_fulfilment_on_its_way_is_dispatched() -> None:
    """Its last update is no delivery."""
    assert [Dispatch("77-dispatched", SENT_AT, "5", (Units("1", 2),))] == list(
        shopify(fulfilment(shipment_status="in_transit", updated_at=None)).events
    )


def test_a_fulfilment_without_goods_has_them_all() -> None:
    """Older payloads do not list what is in a parcel; an order without an id is called so."""
    found = shopify(fulfilment(line_items=None), id=None)

    assert "order" == found.number
    assert Dispatch("77-dispatched", SENT_AT, "order", (Units("1", 3), Units("2", 3))) == found.events[0]


def test_goods_that_are_no_line_are_left_out() -> None:
    """A tip is in the parcel of the platform, not of the order; nothing is left of a parcel without goods."""
    found = shopify(fulfilment(line_items=[{"id": 9, "quantity": 1}, {"id": 2, "quantity": 0}]))

    assert () == found.events
    assert "fulfillments[0].line_items[0]: `9` is no line of the order: left out" in found.reconciliation.notes


@pytest.mark.parametrize("status", ["cancelled", "error", "failure"])
def test_a_fulfilment_that_failed_is_left_out(status: str) -> None:
    """And a note says so."""
    found = shopify(fulfilment(status=status))

    assert () == found.events
    assert f"fulfillments[0].status: the fulfilment is `{status}`: left out" in found.reconciliation.notes


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("sent", "fulfillments[0]: `sent` is not an object"),
        (fulfilment(created_at=None), "fulfillments[0].created_at: is missing: expected an instant"),
        (fulfilment(updated_at=None), "fulfillments[0].updated_at: is missing: expected an instant"),
        (fulfilment(created_at="soon"), "fulfillments[0].created_at: "),
        (
            fulfilment(line_items=[{"id": 1, "quantity": 4}]),
            "fulfillments[0].line_items[0].quantity: 4 units of line `1` are sent, 3 were bought",
        ),
    ],
)
def test_a_fulfilment_that_cannot_be_read(given: Any, problem: str) -> None:
    """What is wrong has its path."""
    with pytest.raises(DocumentError) as raised:
        shopify(given)

    assert str(raised.value.problems[0]).startswith(problem)


def test_the_example_orders_tell_what_happened() -> None:
    """The one of Shopify arrived whole, that of WooCommerce is on its way."""
    sent, arrived = read_any((ORDERS / "shopify_order.json").read_bytes(), zone="Europe/Warsaw").events
    (completed,) = read_any((ORDERS / "woocommerce_order.json").read_bytes(), zone="Europe/Warsaw").events

    assert "2026-11-10T15:30:00+01:00" == sent.at.isoformat()
    assert isinstance(arrived, Delivered)
    assert [2, 1, 1, 4, 1] == [units.count for units in arrived.units]
    assert "2026-11-11T09:15:00+01:00" == completed.at.isoformat()


def test_a_completed_woocommerce_order_was_dispatched() -> None:
    """When it was completed; until then nothing is known."""
    item = {"id": 1, "product_id": 7, "quantity": 1, "subtotal": "10.00", "total": "10.00"}
    payload: dict[str, Any] = {"id": 8, "currency": "EUR", "prices_include_tax": False, "line_items": [item]}

    assert () == read_woocommerce(payload, zone="UTC").events
    for key in ("date_completed", "date_completed_gmt"):
        found = read_woocommerce({**payload, key: "2026-03-03T12:00:00"}, zone="UTC")
        assert (Dispatch("8-completed", SENT_AT, "8"),) == found.events
