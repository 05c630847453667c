"""The same choice by the CP-SAT solver of OR-tools, for parts too hard for the search; an optional extra.

It runs in one thread from a fixed seed and its effort is limited in deterministic units, never in seconds.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aftercare.policies.relaxing import Part

_MODULE = "ortools.sat.python.cp_model"
_MOST = 1 << 50
"""Sums above this are left to the search: the solver states its bounds as floats, which are exact below 2**53."""
_EFFORT = 120.0


def installed() -> bool:
    """Whether OR-tools can be imported.

    >>> isinstance(installed(), bool)
    True
    """
    return find_spec("ortools") is not None


def solve(part: Part, best: list[int]) -> tuple[list[int], int] | None:
    """The best counts of columns and a bound on every value, starting from *best*; None for numbers too large."""
    if sum([value * most for value, most in zip(part.values, part.most, strict=True)]) > _MOST:
        return None
    cp_model: Any = import_module(_MODULE)
    model = cp_model.CpModel()
    counts = [model.new_int_var(0, most, "") for most in part.most]
    for row, supply in enumerate(part.supply):
        model.add(
            sum(each * count for uses, count in zip(part.uses, counts, strict=True) for at, each in uses if at == row)
            <= supply
        )
    worths: list[Any] = []
    by_owner: dict[int, list[int]] = {}
    for column, owner in enumerate(part.owners):
        by_owner.setdefault(owner, []).append(column)
    for owner, columns in by_owner.items():
        worth = sum(part.values[column] * counts[column] for column in columns)
        if owner in part.caps:
            capped = model.new_int_var(0, part.caps[owner], "")
            model.add(capped <= worth)
            worth = capped
        worths.append(worth)
        if part.charge:
            worths.append(-part.charge * _used(model, part, counts, columns))
    for choice in part.choices:
        taken = [model.new_bool_var("") for _ in choice]
        model.add_at_most_one(taken)
        for owner in frozenset().union(*choice):
            for column in by_owner[owner]:
                open_ = sum(each for each, alternative in zip(taken, choice, strict=True) if owner in alternative)
                model.add(counts[column] <= part.most[column] * open_)
    model.maximize(sum(worths))
    for count, known in zip(counts, best, strict=True):
        model.add_hint(count, known)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = _EFFORT
    status = solver.solve(model)
    found = [solver.value(count) for count in counts] if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else best
    return found, round(solver.best_objective_bound)


def _used(model: Any, part: Part, counts: list[Any], columns: list[int]) -> Any:
    """Whether an owner is used."""
    used = model.new_bool_var("")
    for column in columns:
        model.add(counts[column] <= part.most[column] * used)
    return used
