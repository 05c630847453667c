"""Prices for units and limits, and the bound that they prove; greedy choices.

For any prices that are not negative, the price of all units plus what every column is worth above the price of what it
takes is at least the value of every choice. The prices are whole numbers, `SCALE` to one unit of value, so the
bound is exact; improving them step by step only makes it tighter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SCALE = 64
_NONE: frozenset[int] = frozenset()
_PACE = 1024
_MOMENTUM = 11  # sixteenths
_PATIENCE = 4


class Part(NamedTuple):
    """One independent part of a packing problem; limits are rows after those of the *kinds* of units."""

    places: tuple[int, ...]
    kinds: int
    supply: tuple[int, ...]
    owners: tuple[int, ...]
    uses: tuple[tuple[tuple[int, int], ...], ...]
    values: tuple[int, ...]
    most: tuple[int, ...]
    caps: dict[int, int]
    choices: tuple[tuple[frozenset[int], ...], ...]
    charge: int


class Relaxed(NamedTuple):
    """Prices of the rows, the columns' values less those prices, and the bound; all times `SCALE`."""

    prices: list[int]
    reduced: list[int]
    alternatives: list[list[int]]
    bound: int


def worth(part: Part, counts: list[int]) -> int:
    """What a choice is worth: values, at most each owner's cap, less the charge of each owner that is used."""
    if not part.caps and not part.charge:
        return sum([value * count for value, count in zip(part.values, counts, strict=True)])
    owners: dict[int, int] = {}
    for owner, value, count in zip(part.owners, part.values, counts, strict=True):
        if count:
            owners[owner] = owners.get(owner, 0) + value * count
    return sum(min(value, part.caps.get(owner, value)) - part.charge for owner, value in owners.items())


def greedy(part: Part, order: Iterable[int]) -> list[int]:
    """Each column of *order* as often as units, limits and choices still allow."""
    left = list(part.supply)
    counts = [0] * len(part.values)
    rivals = _rivals(part) if part.choices else {}
    closed: set[int] = set()
    for column in order:
        owner = part.owners[column]
        if owner in closed:
            continue
        count = part.most[column]
        for row, each in part.uses[column]:
            fits = left[row] // each
            count = min(count, fits)
        if count:
            for row, each in part.uses[column]:
                left[row] -= each * count
            counts[column] = count
            closed |= rivals.get(owner, _NONE)
    return counts


def improve(part: Part, best: list[int], reduced: list[int]) -> list[int]:
    """A choice at least as good: each column in turn is put first, then those chosen, then the others, as they fit."""
    value = worth(part, best)
    by_worth = sorted(range(len(reduced)), key=lambda column: (-reduced[column], column))
    again = True
    while again:
        again = False
        for column in by_worth:
            order = [column, *(each for each in by_worth if best[each]), *by_worth]
            found = greedy(part, dict.fromkeys(order))
            if worth(part, found) > value:
                best, value, again = found, worth(part, found), True
    return best


def _rivals(part: Part) -> dict[int, frozenset[int]]:
    """For each owner in a choice, the owners that stand in no alternative with it."""
    found = {}
    for choice in part.choices:
        everyone = frozenset().union(*choice)
        for owner in everyone:
            together = frozenset().union(*(some for some in choice if owner in some))
            found[owner] = everyone - together
    return found


def price_out(part: Part, prices: list[int]) -> tuple[Relaxed, list[int]]:
    """The bound that *prices* prove, and how often each column is taken by them alone."""
    bound = sum([price * units for price, units in zip(prices, part.supply, strict=True)])
    reduced = []
    owners: dict[int, int] = {}
    chosen = []
    for uses, value, most, owner in zip(part.uses, part.values, part.most, part.owners, strict=True):
        rest = value * SCALE
        for row, count in uses:
            rest -= prices[row] * count
        reduced.append(rest)
        if rest > 0:
            bound += rest * most
            if part.choices:
                owners[owner] = owners.get(owner, 0) + rest * most
            chosen.append(most)
        else:
            chosen.append(0)
    alternatives = []
    for choice in part.choices:
        worths = [sum([owners.get(owner, 0) for owner in alternative]) for alternative in choice]
        everyone = frozenset().union(*choice)
        bound += max(worths) - sum([owners.get(owner, 0) for owner in everyone])
        alternatives.append(worths)
        out = everyone - choice[worths.index(max(worths))]
        chosen = [0 if owner in out else count for owner, count in zip(part.owners, chosen, strict=True)]
    return Relaxed(prices, reduced, alternatives, bound), chosen


def relax(part: Part, best: list[int], value: int, steps: int, prices: list[int] | None) -> tuple[Relaxed, list[int]]:
    """Better prices after some *steps*, and a choice at least as good as *best*, which is worth *value*."""
    if prices is None:
        prices = _first_prices(part)
    relaxed, chosen = price_out(part, prices)
    current = relaxed
    pace = _PACE
    idle = 0
    way = [0] * len(part.supply)
    for step in range(steps):
        if relaxed.bound // SCALE <= value or not pace:
            break
        slope = list(part.supply)
        for uses, count in zip(part.uses, chosen, strict=True):
            if count:
                for row, each in uses:
                    slope[row] -= each * count
        # The way goes on in part as before, which keeps it from going to and fro.
        way = [16 * each + _MOMENTUM * before // 16 for each, before in zip(slope, way, strict=True)]
        norm = sum([each * each for each, price in zip(way, current.prices, strict=True) if each < 0 or price > 0])
        if not norm:
            break
        reach = 16 * pace * max(SCALE, current.bound - value * SCALE)
        norm *= _PACE
        moved = [max(0, price - reach * each // norm) for price, each in zip(current.prices, way, strict=True)]
        current, chosen = price_out(part, moved)
        if current.bound < relaxed.bound:
            relaxed = current
            idle = 0
        else:
            idle += 1
            if idle == _PATIENCE:
                pace = pace * 11 // 16
                idle = 0
        if step % 4 == 0:
            better = greedy(part, _asked_first(current, chosen))
            found = worth(part, better)
            if found > value:
                best, value = better, found
    return relaxed, best


def _asked_first(relaxed: Relaxed, chosen: list[int]) -> list[int]:
    """Columns by reduced value, those that the prices ask for before those of other alternatives."""
    reduced = relaxed.reduced
    return sorted(
        range(len(reduced)), key=lambda column: (reduced[column] > 0 and not chosen[column], -reduced[column], column)
    )


def _first_prices(part: Part) -> list[int]:
    """Each row at the best value, spread over what a column takes, of the columns that take from it."""
    prices = [0] * len(part.supply)
    for uses, value in zip(part.uses, part.values, strict=True):
        units = sum([count for _, count in uses])
        for row, _ in uses:
            prices[row] = max(prices[row], value * SCALE // units)
    return prices
