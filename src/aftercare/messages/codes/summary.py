"""What stands above and between the statements of a summary: of an order's rights, or of a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare.messages.kinds import Parameters

SUMMARY: Mapping[str, Parameters] = {
    "summary.order": {"order": "name"},
    "summary.no_rights": {},
    "summary.line": {"line": "name", "product": "name"},
    "summary.next_to_lapse": {"line": "name", "product": "name"},
    "summary.next_steps": {},
    "summary.comes_back": {},
    "summary.effects": {},
    "summary.tier": {},
    "summary.tier_until": {"date": "date", "tier": "tier"},
    "summary.ahead": {},
    "summary.ignored": {},
    "summary.points": {},
    "summary.entries": {},
    "summary.available": {"count": "count"},
    "summary.expiring": {"count": "count", "date": "date"},
    "summary.arriving": {"count": "count", "date": "date"},
    "summary.waiting": {"count": "count"},
    "summary.reserved": {"count": "count"},
    "summary.owed": {"count": "count"},
    "summary.cards": {},
    "summary.vouchers": {},
    "summary.wallets": {},
}
