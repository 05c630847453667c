"""After the sale: windows and deadlines, grounds, what the law gives, refunds.

>>> from aftercare import Days, returns
>>> returns.ReturnWindow(Days(30), after="delivered")
returns.ReturnWindow(Days(30))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftercare.returns.counting import deadline
    from aftercare.returns.deadlines import Deadline, longest
    from aftercare.returns.timeline import Milestones, Stop, milestones
    from aftercare.returns.windows import IfRepaired, IfUninformed, ReturnWindow, Roll, Season, Start

__all__ = [
    "Deadline",
    "IfRepaired",
    "IfUninformed",
    "Milestones",
    "ReturnWindow",
    "Roll",
    "Season",
    "Start",
    "Stop",
    "deadline",
    "longest",
    "milestones",
]

# The module in which each word lives.
_HOMES = {
    "Deadline": "deadlines",
    "IfRepaired": "windows",
    "IfUninformed": "windows",
    "Milestones": "timeline",
    "ReturnWindow": "windows",
    "Roll": "windows",
    "Season": "windows",
    "Start": "windows",
    "Stop": "timeline",
    "deadline": "counting",
    "longest": "deadlines",
    "milestones": "timeline",
}

# Hidden from type checkers, which would otherwise believe that every misspelt name exists.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            msg = f"module `{__name__}` has no attribute `{name}`"
            raise AttributeError(msg)
        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
