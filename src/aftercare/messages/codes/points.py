"""What is said about points: why they came and went, and what spending them needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.messages.kinds import COUNT_LOW, MONEY_LOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare.messages.kinds import Parameters

POINTS: Mapping[str, Parameters] = {
    # The reason of each entry in a statement of points.
    "points.earned": {"count": "count", "order": "name"},
    "points.earned_for.sign_up": {"count": "count"},
    "points.earned_for.visit": {"count": "count"},
    "points.earned_for.review": {"count": "count"},
    "points.earned_for.referral": {"count": "count"},
    "points.earned_for.measured": {"count": "count", "measure": "name"},
    "points.given": {"count": "count", "reason": "name"},
    "points.withdrawn": {"count": "count", "reason": "name"},
    "points.received": {"count": "count", "member": "name"},
    "points.transferred": {"count": "count", "member": "name"},
    "points.spent": {"count": "count"},
    "points.spent_on_order": {"count": "count", "order": "name"},
    "points.spent_again": {"count": "count", "order": "name"},
    "points.given_back": {"count": "count"},
    "points.cancelled": {"count": "count", "order": "name"},
    "points.taken_back": {"count": "count", "order": "name"},
    "points.return_undone": {"count": "count", "order": "name"},
    "points.deficit_forgiven": {"count": "count"},
    "points.converted": {"count": "count", "value": "money"},
    "points.expired": {"count": "count", "last_day": "date"},
    "points.idle": {"count": "count", "last_day": "date"},
    # Why fewer points are spent than was wished.
    "points.spend.basket": MONEY_LOW,
    "points.spend.too_few": {"found": "count", "needed": "count"},
    "points.spend.balance": {"asked": "count", "taken": "count"},
    "points.spend.most": {"asked": "count", "taken": "count"},
    "points.spend.share": {"asked": "count", "taken": "count"},
    "points.spend.step": {"asked": "count", "taken": "count"},
    "points.reward.too_few": COUNT_LOW,
    # Why an event changed nothing.
    "points.refused.balance": COUNT_LOW,
    "points.refused.key": {"key": "name"},
    "points.refused.unknown_key": {"key": "name"},
    "points.refused.known_order": {"order": "name"},
    "points.refused.unknown_order": {"order": "name"},
    "points.refused.too_many_units": {"order": "name", "line": "name"},
    "points.refused.nothing_to_undo": {"event": "name"},
    "points.refused.currency": {"currency": "currency"},
    "points.refused.not_a_member": {"event": "name"},
}
