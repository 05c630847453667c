"""What is said after the sale: deadlines, returns, refunds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare.messages.kinds import Parameters

RETURNS: Mapping[str, Parameters] = {
    # By when something has to happen.
    "returns.deadline.requested_by": {"date": "date"},
    "returns.deadline.requested_by_at_least": {"date": "date"},
    "returns.deadline.requested_before": {"moment": "datetime"},
    "returns.deadline.sent_by": {"date": "date"},
    "returns.deadline.sent_by_at_least": {"date": "date"},
    "returns.deadline.sent_before": {"moment": "datetime"},
    "returns.deadline.received_by": {"date": "date"},
    "returns.deadline.received_by_at_least": {"date": "date"},
    "returns.deadline.received_before": {"moment": "datetime"},
    "returns.deadline.unlimited": {},
    "returns.deadline.not_yet": {"date": "date"},
    "returns.deadline.over": {"date": "date"},
    "returns.deadline.over_at": {"moment": "datetime"},
    "returns.deadline.governed": {"right": "name"},
    # What a deadline waits for.
    "returns.waiting.ordered": {},
    "returns.waiting.paid": {},
    "returns.waiting.shipped": {},
    "returns.waiting.delivered": {},
    "returns.waiting.first_delivered": {},
    "returns.waiting.last_delivered": {},
    "returns.waiting.installed": {},
    "returns.waiting.informed": {},
    # How a deadline came about.
    "returns.start.ordered": {"date": "date"},
    "returns.start.paid": {"date": "date"},
    "returns.start.shipped": {"date": "date"},
    "returns.start.delivered": {"date": "date"},
    "returns.start.first_delivered": {"date": "date"},
    "returns.start.last_delivered": {"date": "date"},
    "returns.start.installed": {"date": "date"},
    "returns.start.informed": {"date": "date"},
    "returns.start.ordered_at": {"moment": "datetime"},
    "returns.start.paid_at": {"moment": "datetime"},
    "returns.start.shipped_at": {"moment": "datetime"},
    "returns.start.delivered_at": {"moment": "datetime"},
    "returns.start.first_delivered_at": {"moment": "datetime"},
    "returns.start.last_delivered_at": {"moment": "datetime"},
    "returns.start.installed_at": {"moment": "datetime"},
    "returns.start.informed_at": {"moment": "datetime"},
    "returns.start.transit": {"count": "count", "date": "date"},
    "returns.start.transit_blocks": {"count": "count"},
    "returns.zone.unknown": {},
    "returns.count.days": {"count": "count", "date": "date"},
    "returns.count.days_inclusive": {"count": "count", "date": "date"},
    "returns.count.months": {"count": "count", "date": "date"},
    "returns.count.months_inclusive": {"count": "count", "date": "date"},
    "returns.count.business_days": {"count": "count", "date": "date"},
    "returns.count.business_days_inclusive": {"count": "count", "date": "date"},
    "returns.count.blocks": {"count": "count", "moment": "datetime"},
    "returns.season": {"season": "name", "date": "date"},
    "returns.stop.days": {"count": "count", "date": "date"},
    "returns.stop.running": {"date": "date"},
    "returns.stop.tail": {"count": "count", "date": "date"},
    "returns.extension.uninformed": {"date": "date"},
    "returns.extension.informed_late": {"given": "date", "date": "date"},
    "returns.extension.repaired": {"date": "date"},
    "returns.roll": {"last": "date", "date": "date"},
    "returns.roll.holidays_unknown": {},
}
