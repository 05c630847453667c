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

__all__ = [
    "Basis",
    "Credit",
]

# Where each word lives, as module and name there.
_HOMES = {
    "Basis": ("credit", "Basis"),
    "Credit": ("credit", "Credit"),
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
