"""What a member of a best combination can take at most, whatever others take before it.

Most take most where they act alone. What acts on the first of the units that have something left goes on to others
where these are taken, and may take more from them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from aftercare.policies.benefit import Gift, PercentOff
from aftercare.policies.selection import Selection, at_most
from aftercare.policies.vocabulary import goods

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.candidate import Plan
    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.pricing import Pricing, Values
    from aftercare.policies.units import Run

Lines: TypeAlias = "Callable[[tuple[ItemCondition, ...], object, Pricing], list[int]]"
"""What finds the discountable lines of each of some goods, by what asks for them."""
MANY = 1 << 30
"""More units than an order has."""


def most(plan: Plan, alone: int, pricing: Pricing, lines: Lines) -> Fraction:
    """The bound for a member that takes *alone* by itself, in minor units and before rounding; *lines* finds goods."""
    choosing = [
        _most(values, benefit, chosen, pricing.runs.of(lines((chosen.of,), benefit, pricing)[0]))
        for _, _, values, _, benefit in plan
        if (chosen := _selection(benefit))
    ]
    bound = sum(choosing, Fraction(0))
    return max(Fraction(alone), bound if len(choosing) == len(plan) else alone + bound)


def _selection(benefit: Benefit) -> Selection | None:
    """Which units *benefit* chooses among those that have something left, if it chooses."""
    if isinstance(benefit, Gift):
        units = benefit.quantity if benefit.per is None else MANY
        return at_most(units, goods(benefit.sku)) if benefit.value is None else None
    of = getattr(benefit, "of", None)
    return of if isinstance(of, Selection) else None


def _most(values: Values, benefit: Benefit, chosen: Selection, runs: list[Run]) -> Fraction:
    """What it comes to on those of the units that have most to take."""
    ratio = values[0].ratio if isinstance(benefit, PercentOff) else Fraction(1)
    rooms = [(min(run.left * ratio, run.left - run.floor), run) for run in runs]
    total = Fraction(0)
    free: dict[int, int] = {}
    for room, run in sorted(rooms, key=lambda each: -each[0]):
        place = run.line if chosen.per == "line" else -1
        units = min(run.count, MANY if chosen.how == "after" else free.get(place, chosen.n))
        free[place] = free.get(place, chosen.n) - units
        total += units * max(Fraction(0), Fraction(room))
    return total
