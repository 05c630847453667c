"""What a return does as a whole, said before it is confirmed: money, points and tier at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare.messages.kinds import Parameters

SETTLED: Mapping[str, Parameters] = {
    "settled.refund": {"amount": "money"},
    "settled.points_taken": {"count": "count"},
    "settled.points_back": {"count": "count"},
    "settled.tier_lost": {"tier": "tier"},
    "settled.tier_at_risk": {"date": "date", "tier": "tier"},
}
