"""What is said about members: where they stand, what their points did, and what a refusal needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.messages.kinds import COUNT_LOW, MONEY_HIGH, MONEY_LOW, NUMBER_LOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare.messages.kinds import Parameters

COUNT_FOUND: Parameters = {"found": "count", "needed": "count"}
MONEY_FOUND: Parameters = {"found": "money", "needed": "money"}
NUMBER_FOUND: Parameters = {"found": "number", "needed": "number"}

LOYALTY: Mapping[str, Parameters] = {
    # What is missing for a tier.
    "standing.needs.spend": MONEY_LOW,
    "standing.needs.points": COUNT_LOW,
    "standing.needs.orders": COUNT_LOW,
    "standing.needs.visits": COUNT_LOW,
    "standing.needs.days": COUNT_LOW,
    "standing.needs.reviews": COUNT_LOW,
    "standing.needs.referrals": COUNT_LOW,
    "standing.needs.measure": {"measure": "name", **NUMBER_LOW},
    "standing.needs.attribute": {"key": "name"},
    # What was found when a tier was reached or kept.
    "standing.has.spend": MONEY_FOUND,
    "standing.has.points": COUNT_FOUND,
    "standing.has.orders": COUNT_FOUND,
    "standing.has.visits": COUNT_FOUND,
    "standing.has.days": COUNT_FOUND,
    "standing.has.reviews": COUNT_FOUND,
    "standing.has.referrals": COUNT_FOUND,
    "standing.has.measure": {"measure": "name", **NUMBER_FOUND},
    "standing.has.attribute": {"key": "name"},
    # Why a member has a tier.
    "standing.none": {},
    "standing.base": {"tier": "tier"},
    "standing.reached": {"tier": "tier", "date": "date", "parts": "sentences"},
    "standing.kept": {"tier": "tier", "date": "date", "parts": "sentences"},
    "standing.fell": {"tier": "tier", "date": "date"},
    "standing.fell_out": {"date": "date"},
    "standing.provisional": {"tier": "tier"},
    "standing.grace": {"tier": "tier", "date": "date"},
    "standing.pinned": {"tier": "tier", "reason": "name"},
    # What lies ahead.
    "standing.next": {"tier": "tier", "parts": "sentences"},
    "standing.forecast": {"tier": "tier", "date": "date", "by": "date", "parts": "sentences"},
    "standing.forecast_none": {"date": "date", "by": "date", "parts": "sentences"},
    "standing.forecast_reached": {"tier": "tier", "date": "date"},
    # Which events do not count.
    "standing.ignored.early": {"event": "name", "date": "date"},
    "standing.ignored.currency": {"order": "name", "currency": "currency"},
    "standing.ignored.tier": {"event": "name", "tier": "tier"},
    # What is on a punch card.
    "stamps.free": {"count": "count"},
    "stamps.ready": {"count": "count"},
    "stamps.buy_more": COUNT_LOW,
    "stamps.visit_more": {"reward": "name", "found": "count", "needed": "count", "missing": "count"},
    "stamps.brought": {"reward": "name"},
    "stamps.charged": {"amount": "money", "order": "name"},
    "stamps.earned": {"count": "count", "order": "name"},
    "stamps.earned_for.visit": {"count": "count"},
    "stamps.spent": {"count": "count"},
    "stamps.given_back": {"count": "count"},
    "stamps.cancelled": {"count": "count", "order": "name"},
    "stamps.taken_back": {"count": "count", "order": "name"},
    "stamps.expired": {"count": "count", "last_day": "date"},
    "stamps.idle": {"count": "count", "last_day": "date"},
    "stamps.refused.balance": COUNT_LOW,
    "stamps.refused.same_day": {"date": "date"},
    "stamps.refused.known_order": {"order": "name"},
    "stamps.refused.unknown_order": {"order": "name"},
    "stamps.refused.too_many_units": {"order": "name", "line": "name"},
    "stamps.reward.refused.balance": COUNT_LOW,
    # What was given for birthdays and reviews, and what became of vouchers.
    "voucher.valid": {"title": "name"},
    "voucher.valid_until": {"title": "name", "last_day": "date"},
    "voucher.used": {"title": "name"},
    "voucher.used_on_order": {"title": "name", "order": "name"},
    "voucher.withdrawn": {"title": "name"},
    "voucher.expired": {"title": "name", "last_day": "date"},
    "voucher.refused.gone": {"title": "name"},
    "voucher.refused.basket": MONEY_LOW,
    "birthday.awarded": {"date": "date"},
    "birthday.refused.notice": {"date": "date", "needed": "count"},
    "birthday.refused.same_year": {"date": "date"},
    "birthday.refused.too_soon": {"date": "date"},
    "feedback.awarded": {"subject": "name"},
    "feedback.refused.enough": {"most": "count"},
    "feedback.refused.twice": {"subject": "name"},
    "feedback.refused.not_bought": {"subject": "name"},
    "feedback.refused.late": {"subject": "name", "date": "date"},
    # What is said of store credit, gift cards and cashback.
    "credit.given": {"count": "money", "reason": "name"},
    "credit.withdrawn": {"count": "money", "reason": "name"},
    "credit.earned": {"count": "money", "order": "name"},
    "credit.spent": {"count": "money"},
    "credit.spent_on_order": {"count": "money", "order": "name"},
    "credit.given_back": {"count": "money"},
    "credit.cancelled": {"count": "money", "order": "name"},
    "credit.taken_back": {"count": "money", "order": "name"},
    "credit.deficit_forgiven": {"count": "money"},
    "credit.expired": {"count": "money", "last_day": "date"},
    "credit.idle": {"count": "money", "last_day": "date"},
    "credit.refused.empty": {},
    "credit.refused.balance": MONEY_LOW,
    "credit.refused.currency": {"currency": "currency"},
    "credit.refused.key": {"key": "name"},
    "credit.refused.unknown_key": {"key": "name"},
    "credit.refused.too_much_back": {"found": "money", "needed": "money"},
    "credit.refused.known_order": {"order": "name"},
    "credit.refused.unknown_order": {"order": "name"},
    "credit.refused.too_many_units": {"order": "name", "line": "name"},
    "gift_card.refused.too_small": MONEY_LOW,
    "gift_card.refused.too_large": MONEY_HIGH,
    # Where a referral stands.
    "referral.invited": {},
    "referral.invited_until": {"last_day": "date"},
    "referral.too_small": MONEY_LOW,
    "referral.currency": {"currency": "currency"},
    "referral.waits_until": {"date": "date"},
    "referral.waits_for_returns": {},
    "referral.waits_for_second": {},
    "referral.vested": {"friend": "name", "order": "name"},
    "referral.taken_back": {"friend": "name", "order": "name"},
    "referral.expired": {"last_day": "date"},
    "referral.awarded": {"friend": "name"},
    "referral.in_review": {"signals": "names"},
    "referral.refused.signals": {"signals": "names"},
    "referral.refused.by_staff": {},
    "referral.refused.self": {},
    "referral.refused.twice": {"friend": "name"},
    "referral.refused.known_customer": {"date": "date"},
    "referral.refused.mutual": {"friend": "name"},
    "referral.refused.enough": {"most": "count"},
}
