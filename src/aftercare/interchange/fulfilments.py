"""Reads what Shopify's fulfilments say: which units were dispatched and delivered, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aftercare.order import MAX_QUANTITY
from aftercare.order_events import Delivered, Dispatch, Units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from zoneinfo import ZoneInfo

    from aftercare.interchange.cursor import Cursor
    from aftercare.order import Order

_FAILED: Final = ("cancelled", "error", "failure")


def fulfilment_events(
    at: Cursor, order: Order, number: str, *, zone: str | ZoneInfo | None, note: Callable[[Cursor, str], None]
) -> tuple[Dispatch | Delivered, ...]:
    """The events of fulfilments: dispatched when one was created, delivered when its last update says so.

    Those that failed, and goods that are no line of the *order*, are left out and noted.
    """
    return tuple(event for each in at.items() for event in _events(each, order, number, zone=zone, note=note))


def _events(
    at: Cursor, order: Order, number: str, *, zone: str | ZoneInfo | None, note: Callable[[Cursor, str], None]
) -> Iterator[Dispatch | Delivered]:
    if not at.is_object:
        return
    if at.field("status").value in _FAILED:
        note(at.field("status"), f"the fulfilment is `{at.field('status').value}`: left out")
        return
    ident = at.field("id").word()
    units = _units(at.field("line_items"), order, note)
    created, updated = at.field("created_at"), at.field("updated_at")
    sent, arrived = created.instant(zone), updated.instant(zone)
    delivered = at.field("shipment_status").value == "delivered"
    for field, needed in ((created, True), (updated, delivered)):
        if needed and not field.is_there:
            field.problem("is missing: expected an instant such as 2026-03-01T12:00:00+01:00")
    if sent is None or not units or not at.is_clean:
        return
    yield Dispatch(f"{ident}-dispatched", sent, number, units)
    if delivered and arrived is not None:
        yield Delivered(f"{ident}-delivered", arrived, number, units)


def _units(at: Cursor, order: Order, note: Callable[[Cursor, str], None]) -> tuple[Units, ...]:
    """The units of a fulfilment, all of the order's where it does not list any."""
    if not at.is_there:
        return tuple(Units(line.id, line.quantity) for line in order.lines)
    bought = {line.id: line.quantity for line in order.lines}
    found = []
    for each in at.items():
        ident, count = each.field("id").word(), each.field("quantity").whole(0, MAX_QUANTITY)
        if ident not in bought:
            note(each, f"`{ident}` is no line of the order: left out")
        elif count > bought[ident]:
            each.field("quantity").problem(f"{count} units of line `{ident}` are sent, {bought[ident]} were bought")
        elif count:
            found.append(Units(ident, count))
    return tuple(found)
