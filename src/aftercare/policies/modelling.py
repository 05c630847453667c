"""From units and patterns to a packing problem, and from its answer back to units.

Units that are identical (one price, one floor, wanted by the same patterns, with the same taken off by others) are one
kind. Between units of a kind nothing is to choose: they are dealt by SKU, tax rate, line id and number. A pattern may
aim at some of the units that it takes, of equal prices at the first by these: then a kind has no units on either side
of others that it could take with them.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

from aftercare.policies.columns import Kind, Roles, Valued, aims, at_most, occurrences, saving
from aftercare.policies.packing import Column, Problem, pack
from aftercare.policies.pattern import Bundle

if TYPE_CHECKING:
    from aftercare.policies.searching import Solver
    from aftercare.policies.stacking import Maximise
    from aftercare.policies.taking import Planned
    from aftercare.policies.units import Goods, Run


class _Entry:
    """Units of one line at one price."""

    __slots__ = ("count", "floor", "key", "line", "start")

    def __init__(self, run: Run, goods: Goods) -> None:
        self.line = run.line
        self.start = run.start
        self.floor = min(run.start, run.floor)
        self.key = (goods.keys[run.line], run.start)
        self.count = 0


class Stock:
    """The units that members may take something off."""

    def __init__(self, runs: list[Run], goods: Goods) -> None:
        found: dict[tuple[int, int], _Entry] = {}
        for run in runs:
            if not run.gift and goods.discountable >> run.line & 1:
                entry = found.get((run.line, run.start))
                if entry is None:
                    entry = found[run.line, run.start] = _Entry(run, goods)
                entry.count += run.count
        self.entries = sorted(found.values(), key=lambda entry: (entry.start, entry.key))
        self.goods = goods

    def shared(self, even: list[tuple[int, Fraction]]) -> tuple[list[Fraction], Fraction]:
        """What percentages take off a unit of each entry, not below its floor; and what they take off all of them."""
        if not even:
            return [Fraction(0)] * len(self.entries), Fraction(0)
        taken = []
        for entry in self.entries:
            share = sum((ratio for lines, ratio in even if lines >> entry.line & 1), Fraction(0))
            taken.append(min(share * entry.start, Fraction(entry.start - entry.floor)))
        whole = sum((each * entry.count for each, entry in zip(taken, self.entries, strict=True)), Fraction(0))
        return taken, whole


class Modelled(NamedTuple):
    """The patterns that have occurrences, and which; what that comes to before rounding, and the most it could."""

    planned: dict[int, list[Planned]]
    used: int
    saved: Fraction
    bound: Fraction
    complete: bool
    optimal: bool
    nodes: int


class _Owner(NamedTuple):
    promotion: int
    given: Valued
    cap: int | None
    lines: list[int]


class Model:
    """The packing problem of some patterns."""

    def __init__(self, stock: Stock, taken: list[Fraction], maximise: Maximise, solver: Solver | None) -> None:
        self.stock = stock
        self.taken = taken
        self.maximise = maximise
        self.solver = solver
        self.owners: list[_Owner] = []
        self.kinds: list[Kind] = []
        self.entries: list[list[_Entry]] = []
        self.wanted: list[int] = []

    def add(self, index: int, given: Valued, cap: int | None, lines: list[int]) -> None:
        """Let the pattern of promotion *index* take part, as the next owner."""
        self.owners.append(_Owner(index, given, cap, lines))

    def _sort(self) -> None:
        """Put identical units together."""
        masks = [mask for owner in self.owners for mask in owner.lines]
        apart = any(owner.given.other is not None for owner in self.owners)
        aimed = self._aimed()
        price = -1
        found: dict[tuple[object, ...], int] = {}
        for entry, taken in zip(self.stock.entries, self.taken, strict=True):
            wants = 0
            for place, mask in enumerate(masks):
                wants |= (mask >> entry.line & 1) << place
            if not wants:
                continue
            rate = self.stock.goods.keys[entry.line][1] if apart else None
            if entry.start != price:
                price, found = entry.start, {}
            place = found.setdefault((entry.floor, wants, taken, rate), len(self.kinds))
            rivals = wants & aimed
            found = {key: each for key, each in found.items() if each == place or not self.wanted[each] & rivals}
            if place == len(self.kinds):
                self.kinds.append(Kind(entry.start, entry.floor, taken, 0, entry.line))
                self.entries.append([])
                self.wanted.append(wants)
            self.kinds[place] = self.kinds[place]._replace(units=self.kinds[place].units + entry.count)
            self.entries[place].append(entry)

    def _aimed(self) -> int:
        """The goods of which a pattern aims at some of the units that it takes, as bits of what is wanted."""
        bits = place = 0
        for owner in self.owners:
            if aims(owner.given.benefit.pattern):
                bits |= 1 << place
            place += len(owner.lines)
        return bits

    def solve(self, packed: list[list[frozenset[int]]], effort: int) -> Modelled:
        """The best occurrences; of each of the choices *packed* only one alternative has some."""
        self._sort()
        rows: list[tuple[int, Roles, Fraction]] = []
        beyond = Fraction(0)
        partial = set()
        bit = 0
        limits: list[int | None] = []
        for place, owner in enumerate(self.owners):
            pattern = owner.given.benefit.pattern
            fits = [
                [kind for kind, wants in enumerate(self.wanted) if wants >> (bit + component) & 1]
                for component in range(len(owner.lines))
            ]
            bit += len(owner.lines)
            found, complete = occurrences(pattern, fits, self.kinds)
            rows += [(place, roles, saving(owner.given, roles, self.kinds)) for roles in found]
            limits.append(pattern.times)
            if not complete:
                partial.add(place)
                beyond += at_most(pattern, fits, self.kinds)
        scale = lcm(*(value.denominator for *_, value in rows))
        values = [value.numerator * (scale // value.denominator) for *_, value in rows]
        problem = self._problem(rows, values, limits, scale, packed)
        answer = pack(problem, effort, self.solver)
        bound = answer.bound
        nodes = answer.nodes
        if partial:
            others = tuple(column for column in problem.columns if column.owner not in partial)
            rest = pack(problem._replace(columns=others), effort, self.solver)
            bound, nodes = rest.bound, nodes + rest.nodes
        owners = [0] * len(self.owners)
        used: dict[int, int] = {}
        for at, times in answer.chosen:
            place = rows[at][0]
            owners[place] += values[at] * times
            used[place] = used.get(place, 0) + times
        caps = [None if owner.given.other else owner.cap for owner in self.owners]
        saved = Fraction(0)
        for each, cap in zip(owners, caps, strict=True):
            worth = Fraction(each, scale)
            saved += worth if cap is None else min(worth, Fraction(cap))
        if self.maximise == "fewest":
            bound = (bound + len(self.owners)) // (len(self.owners) + 1)
        return Modelled(
            self._planned(rows, answer.chosen),
            sum(used.values()) if self.maximise == "merchant" else len(used),
            saved,
            Fraction(bound, scale) + beyond,
            not partial and not (self.maximise == "merchant" and any(cap is not None for cap in caps)),
            answer.optimal and not partial,
            nodes,
        )

    def _problem(
        self,
        rows: list[tuple[int, Roles, Fraction]],
        values: list[int],
        limits: list[int | None],
        scale: int,
        packed: list[list[frozenset[int]]],
    ) -> Problem:
        places = {owner.promotion: place for place, owner in enumerate(self.owners)}
        factor = len(self.owners) + 1 if self.maximise == "fewest" else 1
        caps: list[int | None] = [
            None if owner.cap is None or owner.given.other else owner.cap * scale * factor for owner in self.owners
        ]
        worths = [value * factor for value in values]
        if self.maximise == "merchant":
            # One occurrence more counts above everything that any occurrences save.
            whole = 1 + max(values, default=0) * sum(kind.units for kind in self.kinds)
            worths = [whole - value for value in values]
            caps = [None] * len(caps)
        columns = []
        for (place, roles, _), worth in zip(rows, worths, strict=True):
            uses: dict[int, int] = {}
            for kind, count, _ in roles:
                uses[kind] = uses.get(kind, 0) + count
            columns.append(Column(place, tuple(sorted(uses.items())), worth))
        return Problem(
            tuple(kind.units for kind in self.kinds),
            tuple(columns),
            tuple(limits),
            tuple(caps),
            tuple(tuple(frozenset(places[index] for index in some) for some in choice) for choice in packed),
            int(self.maximise == "fewest"),
        )

    def _planned(
        self, rows: list[tuple[int, Roles, Fraction]], chosen: tuple[tuple[int, int], ...]
    ) -> dict[int, list[Planned]]:
        """The units of each occurrence: those of a kind are dealt in their order."""
        left = [[(entry, entry.count) for entry in reversed(entries)] for entries in self.entries]
        found: dict[int, list[Planned]] = {}
        for place, roles in ((rows[at][0], rows[at][1]) for at, times in chosen for _ in range(times)):
            owner = self.owners[place]
            units: list[tuple[int, int, int, bool]] = []
            for kind, count, target in roles:
                needed = count
                while needed:
                    entry, free = left[kind].pop()
                    some = min(needed, free)
                    if some < free:
                        left[kind].append((entry, free - some))
                    needed -= some
                    units.append((entry.line, entry.start, some, target))
            made = found.setdefault(owner.promotion, [])
            whole = not isinstance(owner.given.benefit.pattern, Bundle)
            if whole and made and _one(made[-1]) == tuple(units):
                times = made[-1][0] + 1
                made[-1] = (times, tuple((line, start, n * times, target) for line, start, n, target in units))
            else:
                made.append((1, tuple(units)))
        return found


def _one(planned: Planned) -> tuple[tuple[int, int, int, bool], ...]:
    """One of equal occurrences."""
    times, units = planned
    return tuple((line, start, count // times, target) for line, start, count, target in units)
