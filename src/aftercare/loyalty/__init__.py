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

__all__ = [
    "Basis",
    "Credit",
    "Earning",
    "best_of",
    "bonus",
    "first_of",
    "points",
    "points_each",
    "points_for",
    "sum_of",
]

# Where each word lives, as module and name there.
_HOMES = {
    "Basis": ("credit", "Basis"),
    "Credit": ("credit", "Credit"),
    "Earning": ("earning", "Earning"),
    "best_of": ("earning", "best_of"),
    "bonus": ("earning", "PerOrder"),
    "first_of": ("earning", "first_of"),
    "points": ("earning", "PerAmount"),
    "points_each": ("earning", "PerUnit"),
    "points_for": ("earning", "PerEvent"),
    "sum_of": ("earning", "sum_of"),
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
