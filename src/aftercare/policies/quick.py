"""How the commonest benefits act on an order of whole prices without floors, gifts or goods that take no discount.

Generated code calls these for what `discounting` and `tagging` do in general. Each returns what it took, or -1 where it
would need more than these orders have: then the general way has to be gone from the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare.policies.allocation import split_one
from aftercare.policies.fate import Fate

if TYPE_CHECKING:
    from aftercare.policies.allocation import Keyed
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.units import Run

REFUSED = -1
UNLIKE = -2
"""What a pattern says whose units are not all alike: there is something to choose."""
Percentage = tuple[int, int]


def tag_percent(pricing: Pricing, lines: int, value: Percentage, who: str) -> int:
    """A percentage off price tags."""
    num, den = value
    taken = 0
    for run in pricing.runs.of(lines):
        fresh = (2 * (run.left * den - run.price * num) + den) // (2 * den)
        part = run.left - fresh
        if fresh < 0:
            return REFUSED
        if part > 0:
            run.left = pricing.tags[run.line] = fresh
            run.parts += ((who, part, None),)
            taken += part * run.count
    return taken


def tag_named(pricing: Pricing, lines: int, key: str, who: str) -> int:
    """Another price of the line's own list, where it is lower."""
    taken = 0
    for run in pricing.runs.of(lines):
        for name, price in pricing.goods.lines[run.line].prices:
            if name == key:
                part = run.left - price.minor
                if part > 0:
                    run.left = pricing.tags[run.line] = price.minor
                    run.parts += ((who, part, None),)
                    taken += part * run.count
    return taken


def percent_off(  # noqa: PLR0917 - inner loop
    units: list[Run], found: list[Run], value: Percentage, cap: int | None, goods: Keyed, who: str
) -> int:
    """A percentage of the prices at the start of the phase, rounded once; at most *cap*."""
    num, den = value
    if cap is not None:
        whole = sum([run.start * run.count for run in found])
        if 2 * whole * num >= (2 * cap + 1) * den:
            for run in found:
                if run.start * num > run.left * den:
                    return REFUSED
            num, den = cap, whole
    if len(found) == 1:
        (run,) = found
        if run.start * num > run.left * den:
            return REFUSED
        taken = (2 * run.start * num * run.count + den) // (2 * den)
        split_one(units, run, taken, who)
        return taken
    return _take(units, found, num, den, goods, who)


def amount_off(units: list[Run], found: list[Run], value: int, goods: Keyed, who: str) -> int:
    """An amount off the goods together, by price."""
    if len(found) == 1:
        (run,) = found
        if value > run.left * run.count:
            return REFUSED
        split_one(units, run, value, who)
        return value
    room = sum([run.left * run.count for run in found])
    if value > room:
        return REFUSED
    return _take(units, found, value, room, goods, who, of_rest=True) if value else 0


def _take(  # noqa: PLR0917 - inner loop
    units: list[Run], found: list[Run], num: int, den: int, goods: Keyed, who: str, *, of_rest: bool = False
) -> int:
    """The same share of every price, the sum rounded once: what `allocation.split` does, reckoning as it goes.

    Prices are those at the start of the phase, or what is left of them. Where a unit has less left everything is thrown
    away, so that others may have been taken from by then.
    """
    taken = exact = 0
    keys = goods.keys
    rests = []
    for run in found:
        left = run.left
        share = (left if of_rest else run.start) * num
        if share > left * den:
            return REFUSED
        part, rest = divmod(share, den)
        count = run.count
        if part:
            run.left = left - part
            run.parts += ((who, part, None),)
            taken += part * count
        if rest:
            exact += rest * count
            rests.append((-rest, -left, keys[run.line], run.first, run, part))
    more = (2 * exact + den) // (2 * den)
    taken += more
    if more and len(rests) > 1:
        rests.sort()
    for _, _, _, _, run, part in rests:
        if not more:
            break
        if more < run.count:
            units.append(run.split(more))
        more -= run.count  # what is left of the run, where it was split
        run.left -= 1
        if part:
            run.parts = (*run.parts[:-1], (who, part + 1, None))
        else:
            run.parts += ((who, 1, None),)
    return taken


def each_unit_off(found: list[Run], value: int, who: str) -> int:
    """An amount off each unit."""
    taken = 0
    for run in found:
        if value > run.left:
            return REFUSED
        if value:
            run.left -= value
            run.parts += ((who, value, None),)
            taken += value * run.count
    return taken


def at_price(found: list[Run], value: int, who: str) -> int:
    """A price for each unit, where it is lower."""
    taken = 0
    for run in found:
        part = run.left - value
        if part > 0:
            run.left = value
            run.parts += ((who, part, None),)
            taken += part * run.count
    return taken


def every(  # noqa: PLR0917 - inner loop
    pricing: Pricing, found: list[Run], sizes: tuple[int, int, int | None], value: Percentage, group: int, who: str
) -> int:
    """A percentage of the cheapest of every so many units, as the merchant would choose them; one run for each line."""
    n, targets, most = sizes
    others = n - targets
    if len(found) > 1 or found[0].roles & group:
        found = [run for run in found if not run.roles & group]
    times = sum([run.count for run in found]) // n
    if most is not None and most < times:
        times = most
    if not times:
        return 0
    if len(found) == 1:
        chosen = _of_one(pricing, found[0], times * targets, times * others, times, group, who)
    elif len({run.line for run in found}) < len(found):
        return UNLIKE
    else:
        chosen = _of_several(pricing, found, targets, others, times, group, who)
    return percent_off(pricing.runs, chosen, value, None, pricing.goods, who)


def _of_one(  # noqa: PLR0917 - inner loop
    pricing: Pricing, run: Run, aimed: int, paid: int, times: int, group: int, who: str
) -> list[Run]:
    """All occurrences of a pattern among the units of one line; the targets."""
    runs = pricing.runs
    rest = run.split(aimed)
    runs.append(rest)
    if rest.count > paid:
        runs.append(rest.split(paid))
    run.roles |= group
    rest.roles |= group
    line = run.line
    pricing.occurrences.append((who, times, ((line, run.first, aimed, True), (line, rest.first, paid, False))))
    return [run]


def _of_several(  # noqa: PLR0917 - inner loop
    pricing: Pricing, found: list[Run], targets: int, others: int, times: int, group: int, who: str
) -> list[Run]:
    """The same among the units of several lines, one run for each."""
    runs, keys = pricing.runs, pricing.goods.keys
    found.sort(key=lambda run: (run.start, keys[run.line], run.first))
    aimed = _draw(found, times * targets, runs)
    found.sort(key=lambda run: (-run.start, keys[run.line], run.first))
    paid = _draw(found, times * others, runs)
    chosen: list[Run] = []
    while times:
        # Occurrences that take from the same runs are told together.
        together = max(1, min(times, aimed[0].count // targets, paid[0].count // others))
        first, rest = _draw(aimed, together * targets, runs), _draw(paid, together * others, runs)
        told = [(run.line, run.first, run.count, True) for run in first]
        told += [(run.line, run.first, run.count, False) for run in rest]
        pricing.occurrences.append((who, together, tuple(told)))
        for run in rest:
            run.roles |= group
        chosen += first
        times -= together
    for run in chosen:
        run.roles |= group
    return chosen


def _draw(pile: list[Run], count: int, units: list[Run]) -> list[Run]:
    """Take the first *count* units off a *pile*; a run that has to be split is split in *units*."""
    drawn = []
    while count:
        run = pile[0]
        if run.count > count:
            pile[0] = run.split(count)
            units.append(pile[0])
        else:
            del pile[0]
        count -= run.count
        drawn.append(run)
    return drawn


def bundle(  # noqa: PLR0917 - inner loop
    pricing: Pricing,
    wanted: tuple[tuple[int, int], ...],
    most: int | None,
    gives: str,
    value: Any,
    group: int,
    who: str,
) -> int:
    """What bundles give where the units of each component are all alike; the lines of each, and how many it takes."""
    runs = pricing.runs
    found: list[Run] = []
    fits = []
    for lines, n in wanted:
        free = [run for run in runs.of(lines) if not run.roles & group]
        if len(free) != 1 or free[0] in found:
            return UNLIKE if free else 0
        found += free
        fits.append(free[0].count // n)
    times = min(fits) if most is None else min(*fits, most)
    if not times:
        return 0
    whole = 0
    for run, (_, n) in zip(found, wanted, strict=True):
        if run.count > n * times:
            runs.append(run.split(n * times))
        run.roles |= group
        whole += run.left * run.count
    pricing.occurrences.append((who, times, tuple([(run.line, run.first, run.count, True) for run in found])))
    if gives == "percent_off":
        return percent_off(runs, found, value, None, pricing.goods, who)
    if gives == "at_price":
        return amount_off(runs, found, max(0, whole - value * times), pricing.goods, who)
    return amount_off(runs, found, value * times, pricing.goods, who)


def leading(units: list[Run], found: list[Run], n: int) -> list[Run]:
    """The first *n* of units that are all alike and have something left."""
    (run,) = found
    if not run.left:
        return []
    if run.count > n:
        units.append(run.split(n))
    return found


def shipping_percent(found: list[Run], value: Percentage, who: str) -> int:
    """A percentage off the delivery by some methods."""
    if len(found) != 1:
        return REFUSED if found else 0
    num, den = value
    (run,) = found
    part = (2 * run.start * num + den) // (2 * den)
    if run.start * num > run.left * den:
        return REFUSED
    if part:
        run.left -= part
        run.parts += ((who, part, None),)
    return part


Eligible = tuple[int, int, int]
"""A promotion by its place in the book, when it acts in the phase, and what it takes alone."""


def best(eligible: list[Eligible], fates: dict[int, Fate]) -> int:
    """The one that takes most, and of equals the one that acts first; the others lost to it."""
    winner, _, most = min(eligible, key=lambda each: (-each[2], each[1]))
    for index, _, worth in eligible:
        if index != winner and worth:
            fates[index] = Fate("lost", winner, most - worth)
    return winner


def first(eligible: list[Eligible], fates: dict[int, Fate]) -> int:
    """The first that takes something, and those after it are blocked; the very first where none does."""
    winner: int | None = None
    for index, _, worth in eligible:
        if winner is not None:
            fates[index] = Fate("blocked", winner, 0)
        elif worth:
            winner = index
    return eligible[0][0] if winner is None else winner


def percent_of(amount: int, value: Percentage, cap: int | None) -> int:
    """A percentage of an amount, rounded half up; at most *cap*."""
    num, den = value
    part = (2 * amount * num + den) // (2 * den)
    return part if cap is None or part < cap else cap
