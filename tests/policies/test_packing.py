"""The search for the best choice among columns, against every choice there is and against another solver.

A long run of the comparison:

    PACKING_EXAMPLES=2000 python3 dev.py test -m reference tests/policies/test_packing.py --hypothesis-profile explore
"""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from aftercare.policies import cp_sat
from aftercare.policies.packing import Column, Problem, pack, parts, useful
from aftercare.policies.relaxing import greedy, worth
from aftercare.policies.searching import orders
from benchmarks.best_combination import instance

if TYPE_CHECKING:
    from aftercare.policies.relaxing import Part
    from tests.strategies_orders import Draw

EXAMPLES = int(os.environ.get("PACKING_EXAMPLES", 2 * settings().max_examples))
PLENTY = 100_000
NO_SOLVER = pytest.mark.skipif(not cp_sat.installed(), reason="OR-tools, the extra `solver`, is not installed")


def every_value(problem: Problem) -> int:
    """The best value by trying every choice."""

    def go(at: int, left: tuple[int, ...], times: dict[int, int], values: dict[int, int]) -> int:
        if at == len(problem.columns):
            return value_of(problem, values)
        owner, uses, value = problem.columns[at]
        best = go(at + 1, left, times, values)
        limit = problem.limits[owner]
        for count in range(1, 100):
            left = tuple(have - dict(uses).get(kind, 0) for kind, have in enumerate(left))
            if min(left, default=0) < 0 or (limit is not None and times.get(owner, 0) + count > limit):
                break
            more = {**values, owner: values.get(owner, 0) + value * count}
            best = max(best, go(at + 1, left, {**times, owner: times.get(owner, 0) + count}, more))
        return best

    return go(0, problem.supply, {}, {})


def value_of(problem: Problem, values: dict[int, int]) -> int:
    """What a choice is worth, from what each owner that is used comes to; less than nothing where it is not allowed."""
    for choice in problem.choices:
        used = values.keys() & frozenset().union(*choice)
        if not any(used <= alternative for alternative in choice):
            return -1
    caps = problem.caps
    return sum(min(value, value if caps[who] is None else caps[who]) - problem.charge for who, value in values.items())  # type: ignore[type-var]


@st.composite
def problems(draw: Draw, kinds: int = 4, columns: int = 7) -> Problem:
    """Small problems with many ties, limits, caps and choices."""
    owners = draw(st.integers(1, 5))
    supply = draw(st.lists(st.integers(0, 4), min_size=1, max_size=kinds))
    made = []
    for _ in range(draw(st.integers(0, columns))):
        of = draw(st.sets(st.integers(0, len(supply) - 1), min_size=1, max_size=3))
        uses = tuple((kind, draw(st.integers(1, 2))) for kind in sorted(of))
        made.append(Column(draw(st.integers(0, owners - 1)), uses, draw(st.integers(0, 20))))
    limits = [draw(st.sampled_from([None, None, 0, 1, 2])) for _ in range(owners)]
    caps = [draw(st.sampled_from([None, None, 5, 12])) for _ in range(owners)]
    split = draw(st.integers(0, owners))
    apart = list(range(split)) if draw(st.booleans()) else []
    cut = draw(st.integers(0, len(apart)))
    choice: tuple[frozenset[int], ...] = (frozenset(apart[:cut]), frozenset(apart[cut:]))
    if draw(st.booleans()):
        choice = tuple(frozenset({owner}) for owner in apart)
    choices = (choice,) if len(choice) > 1 and all(choice) else ()
    charge = draw(st.sampled_from([0, 0, 1]))
    return Problem(tuple(supply), tuple(made), tuple(limits), tuple(caps), choices, charge)


@pytest.mark.reference
@settings(max_examples=EXAMPLES)
@given(problems())
def test_the_choice_is_the_best_there_is(problem: Problem) -> None:
    """With plenty of effort the choice is worth as much as the best of all choices, and is proven."""
    found = pack(problem, PLENTY)
    event(f"nodes: {found.nodes > 0}")
    assert (every_value(problem), True) == (found.value, found.optimal)


@given(problems(), st.integers(0, 6))
def test_the_bound_holds_at_every_effort(problem: Problem, effort: int) -> None:
    """However little effort is spent, the best of all choices lies between the value found and the bound."""
    found = pack(problem, effort)
    assert found.value <= every_value(problem) <= found.bound
    assert found.nodes <= effort


@given(problems(kinds=8, columns=30), st.sampled_from([0, 5, PLENTY]))
def test_what_is_chosen_is_allowed_and_worth_what_is_said(problem: Problem, effort: int) -> None:
    """The chosen columns respect supply and limits and add up to the value."""
    found = pack(problem, effort)
    values: dict[int, int] = {}
    used = [0] * len(problem.supply)
    times = [0] * len(problem.limits)
    for place, count in found.chosen:
        owner, uses, value = problem.columns[place]
        values[owner] = values.get(owner, 0) + value * count
        times[owner] += count
        for kind, each in uses:
            used[kind] += each * count
    assert all(have <= there for have, there in zip(used, problem.supply, strict=True))
    assert all(limit is None or count <= limit for count, limit in zip(times, problem.limits, strict=True))
    assert found.value == value_of(problem, values)


@given(problems(kinds=8, columns=30), st.sampled_from([0, 5, 50]))
def test_the_answer_is_the_same_again(problem: Problem, effort: int) -> None:
    """Under an effort limit, too, the same problem has the same answer."""
    assert pack(problem, effort) == pack(problem, effort)


@given(problems(kinds=8, columns=30), st.randoms(use_true_random=False))
def test_the_order_of_columns_makes_no_difference(problem: Problem, random: Any) -> None:
    """Columns in another order: the same columns are taken as often, for the same nodes."""
    order = list(range(len(problem.columns)))
    random.shuffle(order)
    shuffled = problem._replace(columns=tuple(problem.columns[place] for place in order))

    def said(problem: Problem) -> Any:
        found = pack(problem, 50)
        return sorted((problem.columns[place], count) for place, count in found.chosen), *found[1:]

    assert said(problem) == said(shuffled)


@given(problems(kinds=8, columns=30))
def test_never_below_greedy(problem: Problem) -> None:
    """Without any effort the choice is no worse than taking columns by owner, by value, or by value for each unit."""
    found = pack(problem, 0)
    simple = [[worth(part, greedy(part, order)) for order in orders(part)] for part in parts(problem)]
    assert all(found.value >= sum(some) for some in zip(*simple, strict=True))


@given(problems())
def test_dominated_columns_are_dropped(problem: Problem) -> None:
    """Without the columns that are not useful the best value is the same."""
    kept = useful(problem)
    fewer = problem._replace(columns=tuple(problem.columns[place] for place in kept))
    assert every_value(problem) == every_value(fewer)


def test_golden_numbers() -> None:
    """Three for two on six prices with a pair at a quarter off: worked out by hand."""
    # Prices 100, 90, 80, 30, 20, 10: groups (100, 90, 80) and (30, 20, 10) free 90.
    prices = (100, 90, 80, 30, 20, 10)
    free = tuple(
        Column(0, ((a, 1), (b, 1), (c, 1)), prices[c])
        for a in range(6)
        for b in range(a + 1, 6)
        for c in range(b + 1, 6)
    )
    alone = Problem((1,) * 6, free, (None, None), (None, None))
    assert (90, True) == (pack(alone, PLENTY).value, pack(alone, PLENTY).optimal)
    # With 60 for the two dearest together: 60 + 30 for (80, 30, 20)'s cheapest is 80; 90 stays best. With 80, 100.
    pair = Column(1, ((0, 1), (1, 1)), 60)
    assert 90 == pack(alone._replace(columns=(*free, pair)), PLENTY).value
    assert 100 == pack(alone._replace(columns=(*free, pair._replace(value=80))), PLENTY).value


def test_parts_are_apart() -> None:
    """What shares no units, limit or choice is solved apart; units that only unlimited owners share tie them."""
    columns = (Column(0, ((0, 1),), 5), Column(0, ((1, 1),), 5), Column(1, ((1, 1),), 4))
    free = Problem((1, 1), columns, (None, None), (None, None))
    assert [1, 2] == [len(part.values) for part in parts(free)]
    assert [3] == [len(part.values) for part in parts(free._replace(limits=(1, None)))]


@NO_SOLVER
@settings(max_examples=EXAMPLES, deadline=None)
@given(problems(kinds=8, columns=30))
def test_another_solver_agrees(problem: Problem) -> None:
    """CP-SAT proves the same value for every problem."""
    found = pack(problem, 0, cp_sat.solve)
    assert (pack(problem, PLENTY).value, True) == (found.value, found.optimal)


def test_a_hard_problem_keeps_its_promise() -> None:
    """A problem too hard for its effort has a gap; what a solver finds is taken, with the bound that it proves."""
    problem = instance(Random(2), 50, 50, "retail")  # noqa: S311 - no secret
    found = pack(problem, 4000)
    assert not found.optimal
    assert found.nodes <= 4000
    asked: list[Part] = []

    def solver(part: Part, best: list[int]) -> tuple[list[int], int] | None:
        asked.append(part)
        return best, worth(part, best)

    assert pack(problem, 4000, solver).optimal
    assert asked
    assert found == pack(problem, 4000, lambda _part, _best: None)


@NO_SOLVER
def test_a_solver_proves_a_hard_problem() -> None:
    """With CP-SAT a problem of fifty lines and fifty promotions is proven, within the bounds of the search."""
    problem = instance(Random(2), 50, 50, "retail")  # noqa: S311 - no secret
    found = pack(problem, 100)
    solved = pack(problem, 100, cp_sat.solve)
    assert solved.optimal
    assert found.value <= solved.value <= found.bound


def test_large_numbers_are_left_to_the_search() -> None:
    """CP-SAT states bounds as floats: a problem whose sums they cannot hold exactly is not given to it."""
    huge = Problem((1,), (Column(0, ((0, 1),), 1 << 60),), (None,), (None,))
    assert cp_sat.solve(parts(huge)[0], [0]) is None
