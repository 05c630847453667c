"""Which units the occurrences of a pattern take.

Equal units stay together: an `Occurrence` stands for *times* equal ones, and its members are runs of units. All
choices go by price at the start of the phase; equal prices by product, tax rate and unit id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aftercare.policies.condition import unnamed
from aftercare.policies.pattern import Bundle, BuyGet, Every
from aftercare.policies.selection import basket_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.policies.pattern import Pattern
    from aftercare.policies.units import Goods, Run


class Member(NamedTuple):
    """So many units of a run; the target ones get the benefit."""

    run: Run
    units: int
    target: bool


class Occurrence(NamedTuple):
    """*times* equal occurrences and the units of all of them."""

    times: int
    members: list[Member]


class _Pile:
    """Units in the order in which they are taken, in portions of equal size."""

    def __init__(self, runs: list[tuple[Run, int]], portion: int, *, target: bool) -> None:
        self.runs = [(run, count) for run, count in runs if count]
        self.portion = portion
        self.target = target
        self.place = 0
        self.used = 0

    def whole(self) -> int:
        """How many portions the current run still holds."""
        run, count = self.runs[self.place]
        return (count - self.used) // self.portion

    def draw(self, times: int) -> list[Member]:
        """The next *times* portions."""
        members = []
        needed = times * self.portion
        while needed:
            run, count = self.runs[self.place]
            units = min(needed, count - self.used)
            members.append(Member(run, units, self.target))
            needed -= units
            self.used += units
            if self.used == count:
                self.place += 1
                self.used = 0
        return members


def take_units(pattern: Pattern, masks: list[int], free: list[Run], goods: Goods) -> list[Occurrence]:
    """The occurrences of *pattern* among the *free* units; *masks* are the lines of the goods it wants."""
    match pattern:
        case Every():
            return _every(pattern, pattern.n, pattern.targets, [run for run in free if masks[0] >> run.line & 1], goods)
        case BuyGet():
            if unnamed(pattern.of) == unnamed(pattern.get_of):
                same = Every(
                    pattern.bought + pattern.got,
                    of=pattern.of,
                    targets=pattern.got,
                    favour=pattern.favour,
                    times=pattern.times,
                )
                return take_units(same, masks, free, goods)
            return _buy_get(pattern, masks, free, goods)
        case Bundle():
            return _bundle(pattern, masks, free, goods)


def _cheapest_first(goods: Goods) -> Callable[[Run], tuple[object, ...]]:
    return lambda run: (run.start, goods.keys[run.line], run.first)


def _dearest_first(goods: Goods) -> Callable[[Run], tuple[object, ...]]:
    return lambda run: (-run.start, goods.keys[run.line], run.first)


def _limited(found: int, times: int | None) -> int:
    return found if times is None else min(found, times)


def _zip(piles: list[_Pile], times: int) -> list[Occurrence]:
    """*times* occurrences, each drawing one portion of every pile; equal ones together."""
    found = []
    while times:
        together = max(1, min(times, *(pile.whole() for pile in piles)))
        found.append(Occurrence(together, [member for pile in piles for member in pile.draw(together)]))
        times -= together
    return found


def _every(pattern: Every, n: int, targets: int, runs: list[Run], goods: Goods) -> list[Occurrence]:
    units = sum(run.count for run in runs)
    times = _limited(units // n, pattern.times)
    if not times:
        return []
    cheap = pattern.pick == "cheapest"
    if pattern.favour == "basket_order":
        order = [(run, run.count) for run in sorted(runs, key=lambda run: basket_key(run, goods))]
        return [_aim(each, n, targets, goods, cheap=cheap) for each in _zip([_Pile(order, n, target=False)], times)]
    if cheap == (pattern.favour == "customer"):
        # Dearest (or cheapest) units first, in groups of n: the targets are the last of each group.
        key = _dearest_first(goods) if cheap else _cheapest_first(goods)
        order = [(run, run.count) for run in sorted(runs, key=key)]
        return [_aim(each, n, targets, goods, cheap=cheap) for each in _zip([_Pile(order, n, target=False)], times)]
    # The targets come from one end of the price list, the units paid in full from the other.
    key = _cheapest_first(goods) if cheap else _dearest_first(goods)
    order = [(run, run.count) for run in sorted(runs, key=key)]
    wanted = times * targets
    taken, rest = _cut(order, wanted)
    paid, _ = _cut(rest[::-1], times * (n - targets))
    return _zip([_Pile(taken, targets, target=True), _Pile(paid, n - targets, target=False)], times)


def _cut(order: list[tuple[Run, int]], units: int) -> tuple[list[tuple[Run, int]], list[tuple[Run, int]]]:
    """The first *units* and the rest."""
    head: list[tuple[Run, int]] = []
    tail: list[tuple[Run, int]] = []
    for run, count in order:
        here = min(units, count)
        units -= here
        head.append((run, here))
        tail.append((run, count - here))
    return head, tail


def _aim(occurrence: Occurrence, n: int, targets: int, goods: Goods, *, cheap: bool) -> Occurrence:
    """Choose the targets inside occurrences of *n* units."""
    key = _cheapest_first(goods) if cheap else _dearest_first(goods)
    left = occurrence.times * targets
    members = []
    for run, units, _ in sorted(occurrence.members, key=lambda member: key(member.run)):
        aimed = min(left, units)
        left -= aimed
        members += [Member(run, aimed, target=True), Member(run, units - aimed, target=False)]
    return Occurrence(occurrence.times, [member for member in members if member.units])


def _buy_get(pattern: BuyGet, masks: list[int], free: list[Run], goods: Goods) -> list[Occurrence]:
    buying, getting = masks
    only_buy = sum(run.count for run in free if buying >> run.line & 1 and not getting >> run.line & 1)
    only_get = sum(run.count for run in free if getting >> run.line & 1 and not buying >> run.line & 1)
    both = sum(run.count for run in free if getting >> run.line & 1 and buying >> run.line & 1)
    n, m = pattern.bought, pattern.got
    times = min((only_buy + both) // n, (only_get + both) // m, (only_buy + only_get + both) // (n + m))
    times = _limited(times, pattern.times)
    if not times:
        return []
    match pattern.favour:
        case "merchant":
            key, opposite = _cheapest_first(goods), _dearest_first(goods)
        case "customer":
            key, opposite = _dearest_first(goods), _cheapest_first(goods)
        case _:
            key = opposite = lambda run: basket_key(run, goods)
    # Of the units that may play both roles, enough are kept back to be bought.
    spare = only_buy + both - times * n
    left = times * m
    targets: list[tuple[Run, int]] = []
    used: dict[int, int] = {}
    for run in sorted((run for run in free if getting >> run.line & 1), key=key):
        shared = buying >> run.line & 1
        units = min(left, run.count, spare) if shared else min(left, run.count)
        spare -= units if shared else 0
        left -= units
        used[id(run)] = units
        targets.append((run, units))
    buyers = sorted((run for run in free if buying >> run.line & 1), key=opposite)
    paid, _ = _cut([(run, run.count - used.get(id(run), 0)) for run in buyers], times * n)
    return _zip([_Pile(targets, m, target=True), _Pile(paid, n, target=False)], times)


def _bundle(pattern: Bundle, masks: list[int], free: list[Run], goods: Goods) -> list[Occurrence]:
    """Units by Hall's condition: a set of components can be filled from the units that fit it and no others."""
    sizes = [n for _, n in pattern.components]
    kinds = range(len(sizes))
    fits = [(run, sum(1 << kind for kind in kinds if masks[kind] >> run.line & 1)) for run in free]
    fits = [(run, kind) for run, kind in fits if kind]
    groups = range(1, 1 << len(sizes))
    size = {group: sum(sizes[kind] for kind in kinds if group >> kind & 1) for group in groups}
    times = min(sum(run.count for run, kind in fits if kind & group) // size[group] for group in groups)
    times = _limited(times, pattern.times)
    if not times:
        return []
    match pattern.favour:
        case "merchant":
            key = _cheapest_first(goods)
        case "customer":
            key = _dearest_first(goods)
        case _:
            key = lambda run: basket_key(run, goods)
    fits.sort(key=lambda fit: key(fit[0]))
    chosen: list[tuple[Run, int, int]] = []
    inside = dict.fromkeys(groups, 0)
    for run, kind in fits:
        units = min(run.count, *(times * size[group] - inside[group] for group in groups if kind & group == kind))
        for group in groups:
            if kind & group == kind:
                inside[group] += units
        chosen.append((run, kind, units))
    filled = _fill(chosen, inside, {group: times * size[group] for group in groups}, len(sizes))
    return _zip([_Pile(filled[kind], sizes[kind], target=True) for kind in kinds], times)


def _fill(
    chosen: list[tuple[Run, int, int]], inside: dict[int, int], need: dict[int, int], components: int
) -> list[list[tuple[Run, int]]]:
    """Give each chosen unit to one component, keeping every other component fillable."""
    filled: list[list[tuple[Run, int]]] = [[] for _ in range(components)]
    for run, kind, count in chosen:
        units = count
        for component in range(components):
            bit = 1 << component
            if not kind & bit or not units:
                continue
            tight = [need[group] - inside[group] for group in need if group & bit and kind & group != kind]
            given = min(units, need[bit], *tight) if tight else min(units, need[bit])
            units -= given
            filled[component].append((run, given))
            for group in need:
                if group & bit:
                    need[group] -= given
                if kind & group == kind:
                    inside[group] -= given
    return filled
