"""Runs of units: the first and last of each, both included, sorted and apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Run: TypeAlias = "tuple[int, int]"
"""Units from the first to the last, both included."""


def size(runs: Iterable[Run]) -> int:
    """How many units *runs* have.

    >>> size([(1, 2), (5, 9)])
    7
    """
    return sum(last - first + 1 for first, last in runs)


def highest(runs: Iterable[Run], count: int) -> list[Run]:
    """The *count* highest units of sorted *runs*, or all if there are fewer.

    >>> highest([(1, 2), (5, 9)], 6)
    [(2, 2), (5, 9)]
    """
    found: list[Run] = []
    for first, last in reversed([*runs]):
        size = min(count, last - first + 1)
        if size:
            found.append((last - size + 1, last))
        count -= size
    return found[::-1]


def meant(free: Iterable[Run], arrived: Iterable[Run], count: int) -> list[Run]:
    """Which *free* units a mere *count* means: the highest that have *arrived*, then the highest of the others.

    >>> meant([(1, 9)], [(1, 2)], 1), meant([(1, 9)], [(1, 2)], 3)
    ([(2, 2)], [(1, 2), (9, 9)])
    """
    free = [*free]
    others = without(free, arrived)
    found = highest(without(free, others), count)
    return joined(found, highest(others, count - size(found)))


def without(runs: Iterable[Run], taken: Iterable[Run]) -> list[Run]:
    """*runs* without the units of *taken*.

    >>> without([(1, 9)], [(3, 4), (9, 12)])
    [(1, 2), (5, 8)]
    """
    found = [*runs]
    for from_, to in taken:
        found = [
            part
            for first, last in found
            for part in ((first, min(last, from_ - 1)), (max(first, to + 1), last))
            if part[0] <= part[1]
        ]
    return found


def joined(runs: Iterable[Run], more: Iterable[Run]) -> list[Run]:
    """The units of both, as sorted runs that do not touch.

    >>> joined([(1, 2), (7, 8)], [(3, 4)])
    [(1, 4), (7, 8)]
    """
    found: list[Run] = []
    for first, last in sorted((*runs, *more)):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def within(runs: Iterable[Run], first: int, count: int) -> list[Run]:
    """The units of *runs* among *count* from the *first* on.

    >>> within([(1, 2), (5, 9)], 2, 5)
    [(2, 2), (5, 6)]
    """
    last = first + count - 1
    return [(max(first, start), min(last, end)) for start, end in runs if start <= last and first <= end]


def lowest(runs: Iterable[Run], count: int) -> list[Run]:
    """The *count* lowest units of sorted *runs*, or all if there are fewer.

    >>> lowest([(1, 2), (5, 9)], 3)
    [(1, 2), (5, 5)]
    """
    found: list[Run] = []
    for first, last in runs:
        size = min(count, last - first + 1)
        if size:
            found.append((first, first + size - 1))
        count -= size
    return found
