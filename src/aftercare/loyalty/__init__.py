"""Loyalty: tiers, points and what they bring, as values that a history is read with.

>>> from aftercare import loyalty
>>> loyalty.Basis(tax="included")
Basis(tax='included')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftercare.loyalty.credit import Basis, Credit
    from aftercare.loyalty.earning import Earning, best_of, first_of, sum_of
    from aftercare.loyalty.earning import PerAmount as points
    from aftercare.loyalty.earning import PerEvent as points_for
    from aftercare.loyalty.earning import PerOrder as bonus
    from aftercare.loyalty.earning import PerUnit as points_each
    from aftercare.loyalty.ladder import Carry, Downgrade, Ladder
    from aftercare.loyalty.metrics import (
        attribute,
        distinct_days,
        measure,
        orders,
        points_earned,
        referrals,
        reviews,
        spend,
        visits,
    )
    from aftercare.loyalty.periods import CalendarYear, Lifetime, MembershipYear, Rolling, SinceChange
    from aftercare.loyalty.program import Program, ProgramVersions
    from aftercare.loyalty.qualification import Metric, all_required, any_required, required
    from aftercare.loyalty.standing import Change, Distance, Forecast, Standing
    from aftercare.loyalty.validity import KeptFor, KeptToAnniversary, KeptToYearEnd, Term

__all__ = [
    "Basis",
    "CalendarYear",
    "Carry",
    "Change",
    "Credit",
    "Distance",
    "Downgrade",
    "Earning",
    "Forecast",
    "KeptFor",
    "KeptToAnniversary",
    "KeptToYearEnd",
    "Ladder",
    "Lifetime",
    "MembershipYear",
    "Metric",
    "Program",
    "ProgramVersions",
    "Rolling",
    "SinceChange",
    "Standing",
    "Term",
    "all_required",
    "any_required",
    "attribute",
    "best_of",
    "bonus",
    "distinct_days",
    "first_of",
    "measure",
    "orders",
    "points",
    "points_each",
    "points_earned",
    "points_for",
    "referrals",
    "required",
    "reviews",
    "spend",
    "sum_of",
    "visits",
]

# Where each word lives, as module and name there.
_HOMES = {
    "Basis": ("credit", "Basis"),
    "CalendarYear": ("periods", "CalendarYear"),
    "Carry": ("ladder", "Carry"),
    "Change": ("standing", "Change"),
    "Credit": ("credit", "Credit"),
    "Distance": ("standing", "Distance"),
    "Downgrade": ("ladder", "Downgrade"),
    "Earning": ("earning", "Earning"),
    "Forecast": ("standing", "Forecast"),
    "KeptFor": ("validity", "KeptFor"),
    "KeptToAnniversary": ("validity", "KeptToAnniversary"),
    "KeptToYearEnd": ("validity", "KeptToYearEnd"),
    "Ladder": ("ladder", "Ladder"),
    "Lifetime": ("periods", "Lifetime"),
    "MembershipYear": ("periods", "MembershipYear"),
    "Metric": ("qualification", "Metric"),
    "Program": ("program", "Program"),
    "ProgramVersions": ("program", "ProgramVersions"),
    "Rolling": ("periods", "Rolling"),
    "SinceChange": ("periods", "SinceChange"),
    "Standing": ("standing", "Standing"),
    "Term": ("validity", "Term"),
    "all_required": ("qualification", "all_required"),
    "any_required": ("qualification", "any_required"),
    "attribute": ("metrics", "attribute"),
    "best_of": ("earning", "best_of"),
    "bonus": ("earning", "PerOrder"),
    "distinct_days": ("metrics", "distinct_days"),
    "first_of": ("earning", "first_of"),
    "measure": ("metrics", "measure"),
    "orders": ("metrics", "orders"),
    "points": ("earning", "PerAmount"),
    "points_each": ("earning", "PerUnit"),
    "points_earned": ("metrics", "points_earned"),
    "points_for": ("earning", "PerEvent"),
    "referrals": ("metrics", "referrals"),
    "required": ("qualification", "required"),
    "reviews": ("metrics", "reviews"),
    "spend": ("metrics", "spend"),
    "sum_of": ("earning", "sum_of"),
    "visits": ("metrics", "visits"),
}

# Hidden from type checkers, which would otherwise believe that every misspelt name exists.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            msg = f"module `{__name__}` has no attribute `{name}`"
            raise AttributeError(msg)
        module, there = _HOMES[name]
        found = getattr(import_module(f"{__name__}.{module}"), there)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
