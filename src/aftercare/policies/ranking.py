"""The orders in which units are taken: by price at the start of the phase, or by their place in the basket.

Equal units follow one another by product and tax rate; only between units that are alike in all of that does the id
decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.policies.units import Goods

_LAST = 1 << 60


class Ranked(Protocol):
    """Units of one line at one price."""

    line: int
    first: int
    start: int


def cheapest_first(goods: Goods) -> Callable[[Ranked], tuple[object, ...]]:
    """The cheaper unit first."""
    keys = goods.keys
    return lambda unit: (unit.start, keys[unit.line], unit.first)


def dearest_first(goods: Goods) -> Callable[[Ranked], tuple[object, ...]]:
    """The dearer unit first."""
    keys = goods.keys
    return lambda unit: (-unit.start, keys[unit.line], unit.first)


def basket_order(goods: Goods) -> Callable[[Ranked], tuple[object, ...]]:
    """As in the basket; where no position tells, the dearer unit first."""
    keys = goods.keys
    places = [_LAST if line.position is None else line.position for line in goods.lines]
    return lambda unit: (places[unit.line], -unit.start, keys[unit.line], unit.first)
