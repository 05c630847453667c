"""The exact choice among occurrences that compete for units: the problem, its parts, its answer.

A `Column` is one occurrence of one owner (a promotion): so many units of some classes of identical units, and what it
saves. A `Packing` says how often each column is taken, what that is worth, and a proven bound on what any choice is
worth. All numbers are integers, so that a bound is a proof. Effort is counted in nodes of the search, never in seconds:
the answer is the same on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aftercare.policies.searching import Part, search

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.policies.searching import Solver


class Column(NamedTuple):
    """One occurrence of an owner: the units it takes (at least one), by class, and its value."""

    owner: int
    uses: tuple[tuple[int, int], ...]
    value: int


class Problem(NamedTuple):
    """What there is to choose from.

    *supply* is how many units each class has. An owner is used at most *limits* times, is worth at most *caps*, and
    costs *charge* once it is used at all. Of each of the *choices* (alternatives, each some owners) only one is used;
    an owner is in at most one choice.
    """

    supply: tuple[int, ...]
    columns: tuple[Column, ...]
    limits: tuple[int | None, ...]
    caps: tuple[int | None, ...]
    choices: tuple[tuple[frozenset[int], ...], ...] = ()
    charge: int = 0


class Packing(NamedTuple):
    """How often each column is taken (by its place), what that is worth, a bound on every choice, and the nodes."""

    chosen: tuple[tuple[int, int], ...]
    value: int
    bound: int
    nodes: int

    @property
    def optimal(self) -> bool:
        """Whether the choice is proven best."""
        return self.value == self.bound


def pack(problem: Problem, effort: int, solver: Solver | None = None) -> Packing:
    """The best choice found within *effort* nodes, independent parts apart, the small ones first.

    A part that is not proven within the effort is given to the *solver*, where there is one.

    >>> tea = Problem((3,), (Column(0, ((0, 2),), 5), Column(1, ((0, 1),), 2)), (None, None), (None, None))
    >>> pack(tea, 100)
    Packing(chosen=((0, 1), (1, 1)), value=7, bound=7, nodes=0)
    """
    chosen: list[tuple[int, int]] = []
    value = bound = nodes = 0
    for part in parts(problem):
        found = search(part, effort - nodes, solver)
        chosen += found.chosen
        value += found.value
        bound += found.bound
        nodes += found.nodes
    return Packing(tuple(sorted(chosen)), value, bound, nodes)


def useful(problem: Problem) -> list[int]:
    """The places of columns worth looking at: possible, worth something, not dominated by another of their owner.

    A column is dominated where another of the same owner takes no more units of any class and is worth as much.
    """
    kept: list[int] = []
    best: dict[tuple[int, tuple[tuple[int, int], ...]], int] = {}
    for place, (owner, uses, value) in enumerate(problem.columns):
        if value > 0 and problem.limits[owner] != 0 and _fits(uses, problem.supply):
            known = best.setdefault((owner, uses), place)
            if value > problem.columns[known].value:
                best[owner, uses] = place
    by_owner: dict[int, list[int]] = {}
    for place in best.values():
        by_owner.setdefault(problem.columns[place].owner, []).append(place)
    for places in by_owner.values():
        columns = [problem.columns[place] for place in places]
        if len({sum([count for _, count in column.uses]) for column in columns}) == 1:
            kept += places  # of equally many units none can be part of the other
            continue
        units = [dict(column.uses) for column in columns]
        kept += [
            place
            for at, place in enumerate(places)
            if not any(
                other != at
                and columns[other].value >= columns[at].value
                and all(count <= units[at].get(kind, 0) for kind, count in columns[other].uses)
                for other in range(len(columns))
            )
        ]
    return sorted(kept, key=lambda place: problem.columns[place])


def _fits(uses: Iterable[tuple[int, int]], supply: tuple[int, ...]) -> bool:
    return all([supply[kind] >= count for kind, count in uses])  # noqa: C419 - quicker as a list


def parts(problem: Problem) -> list[Part]:
    """The independent parts of *problem*: no two share units, a limit, a cap or a choice."""
    kept = useful(problem)
    columns = problem.columns
    parent = list(range(len(problem.supply) + len(problem.limits) + len(problem.choices)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    owners = len(problem.supply)
    choice_of = {
        owner: place for place, choice in enumerate(problem.choices) for alternative in choice for owner in alternative
    }
    tied = {
        owner
        for owner in range(len(problem.limits))
        if problem.charge or problem.limits[owner] is not None or problem.caps[owner] is not None or owner in choice_of
    }
    for owner, place in choice_of.items():
        parent[root(owners + owner)] = root(owners + len(problem.limits) + place)
    for place in kept:
        column = columns[place]
        nodes = [kind for kind, _ in column.uses]
        if column.owner in tied:
            nodes.append(owners + column.owner)
        first = root(nodes[0])
        for node in nodes[1:]:
            parent[root(node)] = first
    together: dict[int, list[int]] = {}
    for place in kept:
        column = columns[place]
        together.setdefault(root(column.uses[0][0]), []).append(place)
    return [_part(problem, places) for places in sorted(together.values(), key=len)]


def _part(problem: Problem, places: list[int]) -> Part:
    """One part by itself, its rows numbered: the classes of units, then the owners with a limit."""
    columns = [problem.columns[place] for place in places]
    present = {column.owner for column in columns}
    rows: dict[int, int] = {}
    supply: list[int] = []
    for kind in sorted({kind for column in columns for kind, _ in column.uses}):
        rows[kind] = len(supply)
        supply.append(problem.supply[kind])
    most = [min([problem.supply[kind] // count for kind, count in column.uses]) for column in columns]
    limit_row: dict[int, int] = {}
    for owner in sorted(present):
        limit = problem.limits[owner]
        if limit is not None and limit < sum(
            [at for at, column in zip(most, columns, strict=True) if column.owner == owner]
        ):
            limit_row[owner] = len(supply)
            supply.append(limit)
    uses = []
    for column in columns:
        mine = [(rows[kind], count) for kind, count in column.uses]
        if column.owner in limit_row:
            mine.append((limit_row[column.owner], 1))
        uses.append(tuple(mine))
    choices = []
    for choice in problem.choices:
        alternatives = list(dict.fromkeys(alternative & present for alternative in choice if alternative & present))
        if len(alternatives) > 1:
            choices.append(tuple(sorted(alternatives, key=sorted)))
    most = [min([supply[row] // count for row, count in mine]) for mine in uses]
    caps = {owner: cap for owner in sorted(present) if (cap := problem.caps[owner]) is not None}
    return Part(
        tuple(places),
        len(rows),
        tuple(supply),
        tuple([column.owner for column in columns]),
        tuple(uses),
        tuple([column.value for column in columns]),
        tuple(most),
        caps,
        tuple(choices),
        problem.charge,
    )
