"""The units of an order while it is priced: those of some lines are found among all; values built sooner are equal."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.policies.outcome import LineDecision, Units, line_of, units_of
from aftercare.policies.units import Run, Runs
from tests.policies.till import line

if TYPE_CHECKING:
    from collections.abc import Callable


def parted(whole: int, splits: list[int], *, known: bool) -> Runs:
    """Runs of ten units for so many lines, from some of which, in turn, a unit was split off."""
    runs = Runs([Run(place, 1, 10, 500, 0) for place in range(whole)], whole if known else 0)
    for place in splits:
        run = runs[place % whole]
        runs.append(run.split(run.count - 1))
    return runs


@given(st.integers(1, 12), st.lists(st.integers(0, 11), max_size=6), st.booleans(), st.integers(0, 2**12 - 1))
def test_the_units_of_some_lines_are_those_that_a_look_at_all_finds(
    whole: int, splits: list[int], known: bool, lines: int
) -> None:
    """However few lines are asked for, and however often they were split, all their units are found, once each."""
    runs = parted(whole, splits, known=known)
    lines &= (1 << whole) - 1

    def place(run: Run) -> tuple[int, int]:
        return (run.line, run.first)

    expected = sorted((run for run in runs if lines >> run.line & 1), key=place)
    assert expected == sorted(runs.of(lines), key=place)
    assert [place(run) for run in runs] == [place(run) for run in runs.copies()]
    assert [place(run) for run in expected] == sorted(map(place, runs.copies().of(lines)))


@pytest.mark.parametrize("known", [True, False])
def test_few_lines_of_many_are_found_by_their_place(known: bool) -> None:
    """Of twelve lines the third, from which units were split off, and the last."""
    runs = parted(12, [2, 2], known=known)
    assert [(2, 1, 8), (2, 10, 1), (2, 9, 1), (11, 1, 10)] == [
        (run.line, run.first, run.count) for run in runs.of(1 << 2 | 1 << 11)
    ]


def test_copies_of_units_change_on_their_own() -> None:
    """What is taken off copies is not taken off the units."""
    runs = parted(8, [0], known=True)
    for run in runs.copies().of(1):
        run.take("it", 100)
    assert [500, 500] == [run.left for run in runs.of(1)]


UNITS = (1, 2, 999, 899, 168, "EUR", (("it", 100, None),), False)
TEA = line("T", "9.99", 2)


@pytest.mark.parametrize(
    ("quick", "plain"),
    [
        (lambda: units_of(*UNITS), lambda: Units(*UNITS)),
        (lambda: line_of(TEA, (), 1998, 1798, 336), lambda: LineDecision(TEA, (), 1998, 1798, 336)),
    ],
    ids=["units", "a line"],
)
def test_what_is_built_sooner_is_the_same_frozen_value(
    quick: Callable[[], object], plain: Callable[[], object]
) -> None:
    """Equal, hashable, written the same, pickled, and nothing can be assigned."""
    found, expected = quick(), plain()
    assert type(expected) is type(found)
    assert expected == found
    assert hash(expected) == hash(found)
    assert repr(expected) == repr(found)
    assert found == pickle.loads(pickle.dumps(found))  # noqa: S301 - it was made a line above
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        found.tax_minor = 0  # type: ignore[attr-defined]
