"""The total by stored paid parts where what a pattern priced together counts only once it is back whole.

Kept gifts and delivery lessen it. So that a return never takes back what an earlier one gave, the total is the highest
that any of the units which came back give, as if the others had stayed.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, NamedTuple

from aftercare.returns.entitled import Entitled, extras_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aftercare.policies.repricing import Repricing
    from aftercare.policies.worth import Unit, Worths
    from aftercare.returns.entitled import Given
    from aftercare.returns.terms import Terms

_MOST = 1 << 10
"""How many sets of units are looked at; a receipt that has more is settled by the stored paid parts."""


class _Group(NamedTuple):
    """Units of one line that are alike for every promotion, of one pattern's occurrences or of none.

    *nets* are what those that are back add to what was paid back for them before, the highest first.
    """

    component: int | None
    line: str
    alike: int
    nets: list[int]


def by_the_whole(terms: Terms, given: Given, worths: Worths, repricing: Repricing, *, extras: bool) -> Entitled | None:
    """The total, where *extras* (gifts and delivery) lessen it or not; None for a receipt with too many units."""
    groups, most = _groups(given, worths, repricing)
    if extras and most > _MOST:
        return None
    before = sum(given.credits.values())
    needed = [_needed(component.units, component.times) for component in worths.components]
    kept = [sum(repricing.units[at] not in given.returned for at in alike) for alike in repricing.classes]
    best = best_with_gifts = best_of_all = 0
    for staying in _staying(groups, extras=extras):
        gives = before + _paid(groups, staying, needed)
        gifts = clawed = 0
        if extras:
            counts = kept.copy()
            for group, stay in zip(groups, staying, strict=True):
                counts[group.alike] += stay
            gifts, clawed = extras_of(terms, given, repricing, repricing.price_of(counts))
        best = max(best, gives)
        best_with_gifts = max(best_with_gifts, gives - gifts)
        best_of_all = max(best_of_all, gives - gifts - clawed)
    return Entitled(best_of_all, "all_or_nothing", best - best_with_gifts, best_with_gifts - best_of_all)


def _groups(given: Given, worths: Worths, repricing: Repricing) -> tuple[list[_Group], int]:
    """The groups of units, and how many sets of units there are of the whole receipt."""
    component_of = {unit: at for at, component in enumerate(worths.components) for unit in component.units}
    class_of = {repricing.units[at]: number for number, alike in enumerate(repricing.classes) for at in alike}
    found: dict[tuple[int | None, str, int], _Group] = {}
    sizes: dict[tuple[int | None, str, int], int] = {}
    for unit in worths.units:
        # Where gifts or delivery take part, every unit is priced again; otherwise nobody asks for the class.
        key = component_of.get(unit), unit.line, class_of.get(unit, 0)
        group = found.setdefault(key, _Group(*key, []))
        sizes[key] = sizes.get(key, 0) + 1
        if unit in given.returned:
            group.nets.append(max(0, worths[unit].paid - given.credits.get(unit, 0)))
    for group in found.values():
        group.nets.sort(reverse=True)
    return list(found.values()), prod(size + 1 for size in sizes.values())


def _needed(units: Sequence[Unit], times: int) -> dict[str, int]:
    """How many units of each line one occurrence holds."""
    counts: dict[str, int] = {}
    for unit in units:
        counts[unit.line] = counts.get(unit.line, 0) + 1
    return {line: count // times for line, count in counts.items()}


def _staying(groups: Iterable[_Group], *, extras: bool) -> Iterator[tuple[int, ...]]:
    """How many units of each group, of those that are back, count as if they had stayed."""
    return product(*(range(len(each.nets) + 1 if extras else 1) for each in groups))


def _paid(groups: Sequence[_Group], staying: Sequence[int], needed: Sequence[dict[str, int]]) -> int:
    """What the units that are back were paid, of occurrences only those that are back whole."""
    total = 0
    parts: dict[int, dict[str, list[int]]] = {}
    for group, stay in zip(groups, staying, strict=True):
        nets = group.nets[: len(group.nets) - stay]
        if group.component is None:
            total += sum(nets)
        else:
            parts.setdefault(group.component, {}).setdefault(group.line, []).extend(nets)
    for component, lines in parts.items():
        whole = min(len(lines.get(line, ())) // count for line, count in needed[component].items())
        total += sum(
            sum(sorted(lines[line], reverse=True)[: whole * count]) for line, count in needed[component].items()
        )
    return total
