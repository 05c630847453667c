"""Every combination of a group's promotions, one after the other: what a best combination has to beat.

Which of several equal combinations the engine takes is not repeated here. The engine's choice is checked to be one that
is allowed, priced the naive way, and compared with all others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from aftercare.policies.condition import unnamed
from aftercare.policies.limit import Budget
from aftercare.policies.pattern import Bundle, BuyGet, Every, PatternOff
from aftercare.policies.promotion import Promotion
from aftercare.policies.stacking import Group, promotions_in
from tests.reference.conditions import matches
from tests.reference.units import cheapest_first, dearest_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare import Decision, PolicyBook
    from aftercare.policies.stacking import Entry
    from tests.reference.promotions import Told
    from tests.reference.units import Unit

    Occurrence = tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]
    """The target units of one occurrence, and all of its units, by line and number."""
    Plan = dict[str, list[Occurrence]]


@dataclass
class Chosen:
    """What the engine chose: who lost, the units of each occurrence, and by how much each group may fall short.

    *refused* are the promotions that a budget may have refused.
    """

    lost: set[str]
    plan: Plan
    gaps: dict[tuple[tuple[str, ...], str], int]
    refused: set[str] = field(default_factory=set)
    compared: list[tuple[int, int, int, int]] = field(default_factory=list)
    """For each group: what it saved, the most that it could have, the gap it admits, and how many members it has."""


def combines(entry: Entry) -> bool:
    """Whether a best combination is in an entry of a book."""
    return isinstance(entry, Group) and (entry.terms is not None or any(map(combines, entry.members)))


def chosen(decision: Decision, book: PolicyBook) -> Chosen:
    """What the engine chose, read from its decision."""
    plan: Plan = {}
    for each in decision.occurrences:
        units = [((one.line, n), one.target) for one in each.units for n in range(one.first, one.first + one.count)]
        targets = tuple(unit for unit, target in units if target)
        plan.setdefault(each.promotion, []).append((targets, tuple(unit for unit, _ in units)))
    gaps = {
        (tuple(sorted(each.members)), each.phase or "order"): 0 if each.gap is None else each.gap.minor
        for each in decision.combinations
    }
    states = decision.states if any(map(combines, book.promotions)) else {}
    refused = {
        each.id
        for entry in book.promotions
        for each in promotions_in(entry)
        if states.get(each.id) == "exhausted"
        and any(isinstance(limit, Budget) and limit.partial == "refuse" for limit in each.limits)
    }
    state = {each.id: each.state for each in decision.matching}
    lost = {each for each, what in state.items() if what == "lost"}
    # What takes nothing is not said to have lost, also where another member keeps it out: one that applied, or one of
    # those that take nothing either, of which it makes no difference who acts.
    lost |= {
        one
        for entry in book.promotions
        for one, what in state.items()
        if what == "nothing_left"
        and any(
            other != one and state[other] in {"applied", "nothing_left"} and _apart(entry, one, other)
            for other in state
        )
    }
    return Chosen(lost, plan, gaps, refused)


def _apart(entry: Entry, one: str, other: str) -> bool:
    """Whether two promotions are in *entry* and only one of them may act."""
    inside = {each.id for each in promotions_in(entry)}
    return {one, other} <= inside and exclude(entry, one, other)


def exclude(entry: Entry, one: str, other: str) -> bool:
    """Whether a choice inside *entry* lets only one of two promotions act."""
    if isinstance(entry, Promotion):
        return False
    homes = [member for member in entry.members if {one, other} & {each.id for each in promotions_in(member)}]
    if len(homes) == 1:
        return exclude(homes[0], one, other)
    return entry.how in {"first_of", "best_of"}


def every_way(
    entry: Entry, present: list[Promotion], told: dict[str, list[Told]], units: list[Unit]
) -> Iterator[tuple[list[Promotion], Plan]]:
    """Every set of members that may act together, with every way to share out units among their patterns."""
    patterns = {each.id: told[each.id][0].benefit for each in present if _is_pattern(told[each.id])}
    for count in range(len(present) + 1):
        for some in combinations(present, count):
            ids = [each.id for each in some]
            if any(exclude(entry, one, other) for one, other in combinations(ids, 2)):
                continue
            idle = [each.id for each in present if each.id not in ids and each.id not in patterns]
            if any(not any(exclude(entry, one, other) for other in ids) for one in idle):
                continue  # what needs no units acts unless something keeps it out
            for plan in _plans([(each, patterns[each].pattern) for each in ids if each in patterns], units):
                yield list(some), plan


def _is_pattern(told: list[Told]) -> bool:
    return isinstance(told[0].benefit, PatternOff)


def _plans(patterns: list[tuple[str, Any]], units: list[Unit]) -> Iterator[Plan]:
    if not patterns:
        yield {}
        return
    (who, pattern), *others = patterns
    for held in _held(pattern, units, pattern.times):
        taken = {unit for _, all_ in held for unit in all_}
        rest = [unit for unit in units if (unit.line.id, unit.n) not in taken]
        for plan in _plans(others, rest):
            yield {who: held, **plan}


def _held(pattern: Any, units: list[Unit], times: int | None) -> Iterator[list[Occurrence]]:
    """Every list of occurrences that share no unit; each list once, by the first unit of its occurrences."""
    yield []
    if times == 0:
        return
    for place, first in enumerate(units):
        rest = units[place + 1 :]
        for occurrence in dict.fromkeys(_with(pattern, first, rest)):
            free = [unit for unit in rest if (unit.line.id, unit.n) not in occurrence[1]]
            for more in _held(pattern, free, None if times is None else times - 1):
                yield [occurrence, *more]


def _with(pattern: Any, first: Unit, rest: list[Unit]) -> Iterator[Occurrence]:
    """Every occurrence of *first* and some of the *rest*."""
    match pattern:
        case Every():
            yield from _alike(pattern, first, rest)
        case BuyGet(bought=n, got=m) if unnamed(pattern.of) == unnamed(pattern.get_of):
            yield from _alike(Every(n + m, of=pattern.of, targets=m), first, rest)
        case BuyGet(bought=n, got=m):
            for others in combinations(rest, n + m - 1):
                for targets in combinations((first, *others), m):
                    paid = [unit for unit in (first, *others) if unit not in targets]
                    if all(matches(pattern.get_of, unit.line) for unit in targets) and all(
                        matches(pattern.of, unit.line) for unit in paid
                    ):
                        yield _names(targets), _names((first, *others))
        case Bundle(components=components):
            goods = [of for of, n in components for _ in range(n)]
            for others in combinations(rest, len(goods) - 1):
                units = (first, *others)
                if _fills(list(units), goods):
                    yield _names(units), _names(units)


def _alike(pattern: Every, first: Unit, rest: list[Unit]) -> Iterator[Occurrence]:
    pick = cheapest_first if pattern.pick == "cheapest" else dearest_first
    for others in combinations(rest, pattern.n - 1):
        units = (first, *others)
        if all(matches(pattern.of, unit.line) for unit in units):
            targets = sorted(units, key=pick)[: pattern.targets]
            yield _names(targets), _names(units)


def _fills(units: list[Unit], goods: list[Any]) -> bool:
    if not units:
        return True
    return any(
        matches(of, units[0].line) and _fills(units[1:], goods[:at] + goods[at + 1 :]) for at, of in enumerate(goods)
    )


def _names(units: Any) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((unit.line.id, unit.n) for unit in units))


def is_allowed(
    entry: Entry, acting: list[Promotion], plan: Plan, told: dict[str, list[Told]], *, units: list[Unit]
) -> bool:
    """Whether a plan keeps the rules: no unit twice, complete occurrences, no more than allowed, none excluded."""
    held = [unit for occurrences in plan.values() for _, all_ in occurrences for unit in all_]
    by_name = {(unit.line.id, unit.n): unit for unit in units}
    if len(held) != len(set(held)) or not set(held) <= by_name.keys():
        return False
    if any(exclude(entry, one.id, other.id) for one, other in combinations(acting, 2)):
        return False
    return all(_complete(told[who][0].benefit.pattern, occurrences, by_name) for who, occurrences in plan.items())


def _complete(pattern: Any, occurrences: list[Occurrence], units: dict[tuple[str, int], Unit]) -> bool:
    """Whether *occurrences*, of which equal ones may be told together, have the goods that they need."""
    needs: list[tuple[Any, int]]
    match pattern:
        case Every(n=n, of=of):
            needs = [(of, n)]
        case BuyGet(bought=n, got=m):
            needs = [(pattern.of, n), (pattern.get_of, m)]
        case _:
            needs = list(pattern.components)
    size = sum(n for _, n in needs)
    times = 0
    for _, held in occurrences:
        if len(held) % size:
            return False
        here = len(held) // size
        times += here
        if not _fills([units[each] for each in held], [of for of, n in needs for _ in range(n * here)]):
            return False
    return pattern.times is None or times <= pattern.times


__all__ = ["Chosen", "chosen", "combines", "every_way", "exclude", "is_allowed"]
