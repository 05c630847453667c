"""Branch and bound for one part of a packing problem.

With a price for every row (a class of units, a limit) each column has a reduced value: its value less the price of
what it takes. Starting from the relaxation's bound, every decision that differs from what the prices ask for is a loss:
a column with a negative reduced value that is taken, one with a positive value that is not, a row whose units are left
over, an alternative that is not the best of its choice. A branch ends where its losses leave nothing to win.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aftercare.policies.relaxing import SCALE, Part, Relaxed, greedy, improve, relax, worth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Solver: TypeAlias = Callable[[Part, list[int]], tuple[list[int], int] | None]

__all__ = ["Part", "search"]

_FIRST, _NEXT, _LAST = 6, 40, 240
"""How many steps the prices are improved: at first, before a longer search, before the longest."""
_MEMORY = 4_000_000
"""So many numbers are kept of states that were seen; those that come later may be searched twice."""
_SHORT, _LONGER = 100, 3000
"""How many nodes the first searches may take, before better prices pay for themselves."""


class Found(NamedTuple):
    """The answer for one part, with places of columns as the whole problem has them."""

    chosen: list[tuple[int, int]]
    value: int
    bound: int
    nodes: int


def search(part: Part, effort: int, solver: Solver | None = None) -> Found:
    """The best choice within *effort* nodes, with a bound that holds whatever is chosen; *solver* does the rest."""
    bound = sum([value * most for value, most in zip(part.values, part.most, strict=True)])
    best: list[int] = []
    most_found = -1
    for order in orders(part):
        found = greedy(part, order)
        value = worth(part, found)
        if value > most_found:
            best, most_found = found, value
        if value == bound:
            return Found(_placed(part, best), value, bound, 0)
    prices: list[int] | None = None
    nodes = 0
    for steps, most in ((_FIRST, _SHORT), (_NEXT, _LONGER), (_LAST, effort)):
        value = worth(part, best)
        if steps != _FIRST and (value >= bound or nodes >= effort):
            break
        relaxed, best = relax(part, best, value, steps, prices)
        prices = relaxed.prices
        if steps == _LAST:
            best = improve(part, best, relaxed.reduced)
        value = worth(part, best)
        bound = min(bound, relaxed.bound // SCALE)
        if value >= bound:
            break
        tree = _Tree(part, relaxed, best, value)
        tree.run(min(most, effort - nodes))
        nodes += tree.nodes
        best = tree.best
        bound = min(bound, tree.bound)
    if solver is not None and worth(part, best) < bound:
        solved = solver(part, best)
        if solved is not None:
            best = max(best, solved[0], key=lambda counts: worth(part, counts))
            bound = min(bound, solved[1])
    return Found(_placed(part, best), worth(part, best), bound, nodes)


def _placed(part: Part, counts: list[int]) -> list[tuple[int, int]]:
    """The columns that are taken, by their place in the whole problem."""
    return [(part.places[column], count) for column, count in enumerate(counts) if count]


def orders(part: Part) -> Iterator[list[int]]:
    """Columns by owner, by value, and by value for each unit: what somebody in a hurry would try."""
    columns = range(len(part.values))
    values = part.values
    yield sorted(columns, key=lambda column: (part.owners[column], -values[column], column))
    yield sorted(columns, key=lambda column: (-values[column], column))
    units = [sum([count for row, count in uses if row < part.kinds]) for uses in part.uses]
    yield sorted(columns, key=lambda column: (-Fraction(values[column], units[column]), column))


class _Step(NamedTuple):
    """One step of the search: settle a choice, decide a column, or close a row."""

    what: int
    which: int


_CHOICE, _COLUMN, _ROW = range(3)

_State: TypeAlias = "tuple[int, int, tuple[int, ...], frozenset[int], int, tuple[int, ...], _Taken]"
"""Place, losses, units left in each row, owners closed, owners used (bits), what capped owners have, what is taken."""
_Taken: TypeAlias = "tuple[tuple[int, int], _Taken] | None"


class _Tree:
    """The search below one relaxation."""

    def __init__(self, part: Part, relaxed: Relaxed, best: list[int], value: int) -> None:
        self.part = part
        self.relaxed = relaxed
        self.best = best
        self.value = value
        self.root = relaxed.bound
        self.bound = relaxed.bound // SCALE
        self.nodes = 0
        self.memory = _MEMORY // len(part.supply)
        self.capped = {owner: place for place, owner in enumerate(part.caps)}
        self.program = self._program()
        self.owner_bit = {owner: 1 << place for place, owner in enumerate(sorted(set(part.owners)))}

    def allowed(self) -> int:
        """The largest loss that still leaves a better choice."""
        return self.root - (self.value + 1) * SCALE

    def _program(self) -> list[_Step]:
        """The steps in an order that closes rows soon; columns that cannot be in a better choice are left out."""
        part, reduced = self.part, self.relaxed.reduced
        allowed = self.allowed()
        open_columns = {column for column in range(len(part.values)) if reduced[column] >= -allowed}
        of_row: list[set[int]] = [set() for _ in part.supply]
        for column in open_columns:
            for row, _ in part.uses[column]:
                of_row[row].add(column)
        choice_of = {owner: place for place, choice in enumerate(part.choices) for some in choice for owner in some}
        settled: set[int] = set()
        program: list[_Step] = []

        def decide(columns: list[int]) -> None:
            for column in columns:
                choice = choice_of.get(part.owners[column])
                if choice is not None and choice not in settled:
                    settled.add(choice)
                    program.append(_Step(_CHOICE, choice))
                program.append(_Step(_COLUMN, column))
                for row, _ in part.uses[column]:
                    of_row[row].discard(column)

        rows = set(range(len(part.supply)))
        while rows:
            row = min(rows, key=lambda each: (len(of_row[each]), -self.relaxed.prices[each], each))
            decide(sorted(of_row[row], key=lambda column: (-reduced[column], column)))
            program.append(_Step(_ROW, row))
            rows.discard(row)
        program += [_Step(_CHOICE, choice) for choice in range(len(part.choices)) if choice not in settled]
        return program

    def run(self, effort: int) -> None:
        """Search depth first within *effort* nodes; what is left open keeps the bound up."""
        start: _State = (0, 0, self.part.supply, frozenset(), 0, (0,) * len(self.capped), None)
        stack: list[_State] = [start]
        seen: dict[object, int] = {}
        while stack:
            state = stack.pop()
            if state[1] > self.allowed():
                continue
            if self.nodes >= effort:
                least = min(loss for _, loss, *_ in (state, *stack))
                self.bound = max(self.value, min(self.bound, (self.root - least) // SCALE))
                return
            self.nodes += 1
            self._follow(state, stack, seen)
        self.bound = self.value

    def _follow(self, state: _State, stack: list[_State], seen: dict[object, int]) -> None:
        """Go on from *state* by the way that loses least; the other ways wait on *stack*."""
        part, prices, program = self.part, self.relaxed.prices, self.program
        place, loss, rest, closed, used, capped, taken = state
        left = list(rest)
        allowed = self.allowed()
        while place < len(program):
            what, which = program[place]
            place += 1
            if what == _ROW:
                loss += prices[which] * left[which]
                left[which] = 0
                if loss > allowed:
                    return
                key = (place, tuple(left), closed, used if part.charge else 0, capped)
                if seen.get(key, loss + 1) <= loss:
                    return
                if len(seen) < self.memory or key in seen:
                    seen[key] = loss
                continue
            if what == _CHOICE:
                ways = self._alternatives(which, loss, closed)
                for more, others in reversed(ways[1:]):
                    stack.append((place, more, tuple(left), others, used, capped, taken))
                loss, closed = ways[0]
                continue
            if part.owners[which] in closed:
                continue
            found = self._counts(which, (place, loss, tuple(left), closed, used, capped, taken))
            if not found:
                return
            stack.extend(reversed(found[1:]))
            _, loss, rest, closed, used, capped, taken = found[0]
            left = list(rest)
        self._leaf(taken)

    def _counts(self, which: int, state: _State) -> list[_State]:
        """How often a column may be taken, what loses least first."""
        part = self.part
        place, loss, rest, closed, used, capped, taken = state
        allowed = self.allowed()
        most = part.most[which]
        for row, count in part.uses[which]:
            fits = rest[row] // count
            most = min(most, fits)
        reduced = self.relaxed.reduced[which]
        found: list[_State] = []
        for count in range(most, -1, -1) if reduced > 0 else range(most + 1):
            more = loss + (reduced * (part.most[which] - count) if reduced > 0 else -reduced * count)
            if more > allowed:
                break
            if not count:
                found.append((place, more, rest, closed, used, capped, taken))
                continue
            more, now_used, now_capped = self._take(which, count, more, used, capped)
            if more <= allowed:
                units = list(rest)
                for row, each in part.uses[which]:
                    units[row] -= each * count
                found.append((place, more, tuple(units), closed, now_used, now_capped, ((which, count), taken)))
        return found

    def _take(
        self, which: int, count: int, loss: int, used: int, capped: tuple[int, ...]
    ) -> tuple[int, int, tuple[int, ...]]:
        """What taking a column costs beside its reduced value: the charge of its owner, and what is above its cap."""
        part = self.part
        owner = part.owners[which]
        bit = self.owner_bit[owner]
        if not used & bit:
            loss += part.charge * SCALE
        at = self.capped.get(owner)
        if at is not None:
            before = capped[at]
            after = before + part.values[which] * count
            cap = part.caps[owner]
            loss += (max(0, after - cap) - max(0, before - cap)) * SCALE
            capped = (*capped[:at], min(after, cap), *capped[at + 1 :])
        return loss, used | bit, capped

    def _alternatives(self, which: int, loss: int, closed: frozenset[int]) -> list[tuple[int, frozenset[int]]]:
        """Each alternative of a choice with the loss and the owners it closes, the best first."""
        choice = self.part.choices[which]
        worths = self.relaxed.alternatives[which]
        everyone = frozenset().union(*choice)
        best = max(worths)
        found = []
        for place in sorted(range(len(choice)), key=lambda each: (-worths[each], each)):
            more = loss + best - worths[place]
            if more <= self.allowed():
                found.append((more, closed | (everyone - choice[place])))
        return found

    def _leaf(self, taken: _Taken) -> None:
        counts = [0] * len(self.part.values)
        while taken is not None:
            (which, count), taken = taken
            counts[which] = count
        # What it lost left it worth more than the best so far.
        self.value, self.best = worth(self.part, counts), counts
