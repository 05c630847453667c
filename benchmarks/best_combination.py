"""The best combination beside greedy choices and beside CP-SAT, on baskets whose promotions compete for units.

`retail` baskets have lines and promotions scattered over twenty categories; `dense` ones so few categories that every
promotion meets others. The baskets are made up: what greedy choices lose on them can happen, and is no market average.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import combinations_with_replacement
from random import Random
from statistics import mean, median
from time import process_time
from typing import TYPE_CHECKING, Literal

from aftercare.policies.cp_sat import installed, solve
from aftercare.policies.packing import Column, Packing, Problem, pack
from aftercare.policies.stacking import EFFORT
from benchmarks.interleaved import at_least, at_most

if TYPE_CHECKING:
    from collections.abc import Callable

RATIO = 25.0
DISTANCE = 3.0
ORDERS: dict[str, Callable[[Column], object]] = {
    "rank": lambda column: (column.owner, -column.value),
    "saving": lambda column: -column.value,
    "density": lambda column: -column.value / sum(count for _, count in column.uses),
}


def instance(random: Random, lines: int, promotions: int, kind: Literal["retail", "dense"]) -> Problem:
    """Promotions of five shapes (percent, n for m, second at half, bundle, a whole category) on a basket."""
    categories = 20 if kind == "retail" else max(1, lines // 4)
    category = [random.randrange(categories) for _ in range(lines)]
    price = [random.randint(100, 9999) for _ in range(lines)]
    supply = tuple(random.choice((1, 1, 1, 2, 2, 3, 4)) for _ in range(lines))
    of = [[line for line in range(lines) if category[line] == each] for each in range(categories)]
    columns: list[Column] = []
    limits: list[int | None] = []
    choices: dict[int, list[frozenset[int]]] = {}
    for promotion in range(promotions):
        goods = of[random.randrange(categories)]
        limits.append(random.choice((None, None, 1, 2, 3)))
        if random.random() < 0.3:
            choices.setdefault(random.randrange(max(1, promotions // 5)), []).append(frozenset({promotion}))
        shape = random.choice(("percent", "n for m", "second", "bundle", "whole"))
        if shape == "percent":
            percent = random.choice((5, 10, 15, 20))
            columns += [Column(promotion, ((line, 1),), price[line] * percent // 100) for line in goods]
        elif shape == "whole":
            percent = random.choice((5, 10, 15))
            if goods:
                total = sum(price[line] * supply[line] for line in goods)
                columns.append(Column(promotion, tuple((line, supply[line]) for line in goods), total * percent // 100))
        elif shape == "bundle":
            others = of[random.randrange(categories)]
            percent = random.choice((10, 15, 20, 25))
            columns += [
                Column(promotion, uses((one, other)), (price[one] + price[other]) * percent // 100)
                for one in goods
                for other in others
            ]
        else:
            n, percent = (2, 50) if shape == "second" else random.choice(((2, 100), (3, 100)))
            columns += [
                Column(promotion, uses(units), min(price[line] for line in units) * percent // 100)
                for units in combinations_with_replacement(goods, n)
            ]
    return Problem(
        supply,
        tuple(columns),
        tuple(limits),
        (None,) * promotions,
        tuple(tuple(each) for each in choices.values() if len(each) > 1),
    )


def uses(units: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """How many units of each line."""
    return tuple(sorted(Counter(units).items()))


def greedy(problem: Problem, key: Callable[[Column], object]) -> int:
    """What somebody in a hurry saves: each column in some order, as often as possible."""
    left, limits = list(problem.supply), list(problem.limits)
    rivals = {
        owner: frozenset().union(*choice) - some for choice in problem.choices for some in choice for owner in some
    }
    closed: set[int] = set()
    saved = 0
    for column in sorted(sorted(problem.columns), key=key):  # type: ignore[arg-type]
        owner = column.owner
        if owner in closed or not column.value:
            continue
        times = min([left[line] // count for line, count in column.uses])
        limit = limits[owner]
        if limit is not None:
            times = min(times, limit)
            limits[owner] = limit - times
        if times:
            for line, count in column.uses:
                left[line] -= times * count
            saved += times * column.value
            closed |= rivals.get(owner, frozenset())
    return saved


def measure(kind: Literal["retail", "dense"], lines: int, promotions: int, baskets: int) -> tuple[float, float, float]:
    """Print how the search does; the median ratio to greedy, the share proven, the mean distance to the best (%)."""
    problems = [instance(Random(seed), lines, promotions, kind) for seed in range(baskets)]  # noqa: S311 - no secret
    ratios: list[float] = []
    found: list[Packing] = []
    saved: dict[str, list[int]] = {name: [] for name in ORDERS}
    for problem in problems:
        start = process_time()
        found.append(pack(problem, EFFORT))
        middle = process_time()
        for name, key in ORDERS.items():
            saved[name].append(greedy(problem, key))
        ratios.append((middle - start) / max((process_time() - middle) / len(ORDERS), 1e-7))
    proven = mean(each.optimal for each in found)
    below = sum(each.value < max(some) for each, some in zip(found, zip(*saved.values(), strict=True), strict=True))
    gap = 100 * mean(1 - each.value / each.bound if each.bound else 0 for each in found)
    print(f"\n{kind}, {lines} lines x {promotions} promotions, {baskets} baskets")
    print(
        f"  best / greedy: median {median(ratios):,.1f}x; proven {proven:.1%}; mean proven gap {gap:.2f}%", flush=True
    )
    best = [each.value for each in found]
    distance = 0.0
    if installed():
        solved = [pack(problem, 0, solve) for problem in problems]
        for ours, theirs in zip(found, solved, strict=True):
            if not ours.value <= theirs.value <= ours.bound:
                sys.exit(f"the search and CP-SAT disagree: {ours} and {theirs}")
        best = [each.value for each in solved]
        distance = 100 * mean(1 - ours.value / max(1, theirs) for ours, theirs in zip(found, best, strict=True))
        all_proven = mean(each.optimal for each in solved)
        print(f"  with CP-SAT proven {all_proven:.1%}; mean distance of the search to it {distance:.3f}%", flush=True)
    for name, values in saved.items():
        losses = [1 - value / top if top else 0.0 for value, top in zip(values, best, strict=True)]
        worse = mean(loss > 0 for loss in losses)
        print(f"  greedy by {name}: worse on {worse:.0%} of baskets, loses {mean(losses):.1%} on average")
    if below:
        print(f"  below a greedy choice on {below} baskets")
        return median(ratios), 0.0, 100.0
    return median(ratios), proven, distance


def main() -> bool:
    """Print the figures; whether all are within their bounds."""
    small = measure("retail", 20, 20, 300)
    middle = measure("retail", 50, 20, 200)
    large = measure("retail", 50, 50, 40)
    measure("dense", 20, 20, 40)
    print()
    if not installed():
        print("OR-tools is not installed: `python3 dev.py bench` brings it, to compare with")
    met = [
        at_most("best combination / greedy, 20 lines, 20 promotions", small[0], RATIO),
        at_least("proven of 20 lines x 20 promotions (share)", small[1], 1.0),
        at_least("proven of 50 lines x 20 promotions (share)", middle[1], 0.99),
        at_most("distance to the best, 50 x 50 (percent)", large[2], DISTANCE),
    ]
    return all(met)


if __name__ == "__main__":
    sys.exit(not main())
