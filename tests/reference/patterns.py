from __future__ import annotations

from itertools import chain, combinations
from typing import Any

from aftercare.policies.condition import unnamed
from aftercare.policies.pattern import Bundle, BuyGet, Every
from tests.reference.conditions import matches
from tests.reference.units import Unit, basket_first, cheapest_first, dearest_first


def groups_of(n: int, units: list[Unit], most: int) -> list[list[Unit]]:
    """The first so many groups of *n* units."""
    return [units[at * n : at * n + n] for at in range(most)]


def every(pattern: Every, free: list[Unit]) -> tuple[list[list[Unit]], list[Unit]]:
    """The target units (as one list) and all units that have a role."""
    n, m = pattern.n, pattern.targets
    units = [unit for unit in free if matches(pattern.of, unit.line)]
    times = len(units) // n
    if pattern.times is not None:
        times = min(times, pattern.times)
    pick = cheapest_first if pattern.pick == "cheapest" else dearest_first
    if (pattern.favour, pattern.pick) in {("merchant", "cheapest"), ("customer", "dearest")}:
        units.sort(key=pick)
        targets = units[: times * m]
        rest = sorted(units[times * m :], key=dearest_first if pattern.pick == "cheapest" else cheapest_first)
        return [targets], targets + rest[: times * (n - m)]
    units.sort(
        key={"merchant": cheapest_first, "customer": dearest_first, "basket_order": basket_first}[pattern.favour]
    )
    groups = groups_of(n, units, times)
    targets = [unit for group in groups for unit in sorted(group, key=pick)[:m]]
    held = list(chain(*groups))
    # Units of a line at one price are alike: the first of those that are held are the targets.
    first: list[Unit] = []
    for one in {(unit.line.id, unit.start): None for unit in targets}:
        alike = sorted((unit for unit in held if (unit.line.id, unit.start) == one), key=lambda unit: unit.n)
        first += alike[: sum((unit.line.id, unit.start) == one for unit in targets)]
    return [first], held


def possible(units: list[Unit], needs: list[tuple[Any, int]]) -> bool:
    """Whether *units* can fill all *needs* at once, each unit filling one (by the marriage theorem)."""
    fits = [{id(unit) for unit in units if matches(of, unit.line)} for of, _ in needs]
    return all(
        len(set().union(*(fits[at] for at in some))) >= sum(needs[at][1] for at in some)
        for size in range(1, len(needs) + 1)
        for some in combinations(range(len(needs)), size)
    )


def most_times(units: list[Unit], needs: list[tuple[Any, int]], limit: int | None) -> int:
    """How often all needs can be filled."""
    times = 0
    while (limit is None or times < limit) and possible(units, [(of, n * (times + 1)) for of, n in needs]):
        times += 1
    return times


def buy_get(pattern: BuyGet, free: list[Unit]) -> tuple[list[list[Unit]], list[Unit]]:
    """The target units (as one list) and all units that have a role."""
    bought, got = pattern.of, pattern.get_of
    if unnamed(bought) == unnamed(got):
        n, m = pattern.bought + pattern.got, pattern.got
        return every(Every(n, of=got, targets=m, favour=pattern.favour, times=pattern.times), free)
    times = most_times(free, [(bought, pattern.bought), (got, pattern.got)], pattern.times)
    targets: list[Unit] = []
    rest = list(free)
    order = {"merchant": cheapest_first, "customer": dearest_first, "basket_order": basket_first}[pattern.favour]
    for unit in sorted(free, key=order):
        if len(targets) == times * pattern.got:
            break
        without = [each for each in rest if each is not unit]
        needs = [(bought, times * pattern.bought), (got, times * pattern.got - len(targets) - 1)]
        if matches(got, unit.line) and possible(without, needs):
            targets.append(unit)
            rest = without
    order = {"merchant": dearest_first, "customer": cheapest_first, "basket_order": basket_first}[pattern.favour]
    paid = sorted((unit for unit in rest if matches(bought, unit.line)), key=order)[: times * pattern.bought]
    return [targets], targets + paid


def fitting(units: list[Unit], goods: list[Any], needs: list[int]) -> bool:
    """Whether every one of *units* finds a place, where there are *needs* places for each of *goods*."""
    places: list[list[Unit]] = [[] for _ in goods]

    def put(unit: Unit, seen: set[int]) -> bool:
        for at, of in enumerate(goods):
            if at in seen or not matches(of, unit.line):
                continue
            seen.add(at)
            if len(places[at]) < needs[at]:
                places[at].append(unit)
                return True
            for other in list(places[at]):
                if put(other, seen):
                    places[at].remove(other)
                    places[at].append(unit)
                    return True
        return False

    return all(put(unit, set()) for unit in units)


def bundle(pattern: Bundle, free: list[Unit]) -> tuple[list[list[Unit]], list[Unit]]:
    """The units of each occurrence, and all of them."""
    times = most_times(free, list(pattern.components), pattern.times)
    goods = [of for of, _ in pattern.components]
    needs = [times * n for _, n in pattern.components]
    order = {"merchant": cheapest_first, "customer": dearest_first, "basket_order": basket_first}[pattern.favour]
    chosen: list[Unit] = []
    for unit in sorted(free, key=order):
        if fitting([*chosen, unit], goods, needs):
            chosen.append(unit)
    taken: list[list[Unit]] = [[] for _ in goods]
    for place, unit in enumerate(chosen):
        for at, of in enumerate(goods):
            after = [need - (other == at) for other, need in enumerate(needs)]
            if needs[at] and matches(of, unit.line) and fitting(chosen[place + 1 :], goods, after):
                taken[at].append(unit)
                needs = after
                break
    occurrences: list[list[Unit]] = [[] for _ in range(times)]
    for (_, n), units in zip(pattern.components, taken, strict=True):
        for occurrence, some in zip(occurrences, groups_of(n, units, times), strict=True):
            occurrence.extend(some)
    return occurrences, list(chain(*taken))
