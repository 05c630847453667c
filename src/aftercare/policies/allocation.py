"""How an exact discount becomes whole parts of units: round once, split by largest remainder, respect floors.

Ties go to the dearer unit, then by product and tax rate; a unit's id decides only between units that are alike.
"""

from __future__ import annotations

from abc import abstractmethod
from math import lcm
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from aftercare.money import Rounding, round_fraction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from aftercare.policies.units import Run

Scope: TypeAlias = Literal["promotion", "line", "unit"]


class Keyed(Protocol):
    """What tells units apart that have equal rests: the product, tax rate and id of each line."""

    @property
    @abstractmethod
    def keys(self) -> Sequence[tuple[str, Fraction, str]]:
        """A key for each line."""


Take: TypeAlias = "Callable[[list[Run], list[Run], list[int], int, int, Keyed, str], int]"
"""How a rounded total is taken from runs by their shares over a denominator; `split` is the way."""


def spread(
    units: list[Run],
    runs: list[Run],
    shares: list[int],
    den: int,
    goods: Keyed,
    who: str,
    *,
    cap: int | None = None,
    scope: Scope = "promotion",
    mode: Rounding = "half_up",
    take: Take | None = None,
) -> int:
    """Take from each unit of *runs* its share, *shares* over *den*, for promotion *who*; return how much in all.

    The sum is rounded once for the promotion (or each line's, or each unit's, by *scope*), limited to *cap*, and split
    by largest remainder; no unit gives more than its share rounded up. Runs that have to be split are split in *units*.
    What was rounded is taken by *take*, by default `split`.
    """
    take = take or split
    if scope == "promotion":
        total = round_fraction(_whole(runs, shares), den, mode)
        if cap is not None and total > cap:
            return _capped(units, runs, shares, cap, goods, who, take)
        return take(units, runs, shares, den, total, goods, who)
    rounded: list[tuple[list[Run], list[int], int]] = []
    if scope == "unit":
        rounded = [([run], [round_fraction(share, den, mode)], 1) for share, run in zip(shares, runs, strict=True)]
    else:
        for line in dict.fromkeys(run.line for run in runs):
            chosen = [place for place, run in enumerate(runs) if run.line == line]
            rounded.append(([runs[place] for place in chosen], [shares[place] for place in chosen], den))
    totals = [round_fraction(_whole(group, some), each, mode) for group, some, each in rounded]
    if cap is not None and sum(totals) > cap:
        return _capped(units, runs, shares, cap, goods, who, take)
    return sum(
        take(units, group, some, each, total, goods, who)
        for (group, some, each), total in zip(rounded, totals, strict=True)
    )


def _whole(runs: list[Run], shares: list[int]) -> int:
    """The shares of all units."""
    return sum([share * run.count for share, run in zip(shares, runs, strict=True)])


def _capped(units: list[Run], runs: list[Run], shares: list[int], cap: int, goods: Keyed, who: str, take: Take) -> int:
    """Split *cap* in proportion to *shares*, which sum to more."""
    return take(units, runs, [share * cap for share in shares], _whole(runs, shares), cap, goods, who)


def split(units: list[Run], runs: list[Run], shares: list[int], den: int, total: int, goods: Keyed, who: str) -> int:
    """Take *total*, the rounded sum of all shares: each unit its share rounded down, the largest rests one more."""
    # The hottest loop there is: what `Run.take` does is written out.
    if len(runs) == 1:
        split_one(units, runs[0], total, who)
        return total
    left = total
    keys = goods.keys
    rests: list[tuple[int, int, tuple[str, Fraction, str], int, Run, int]] = []
    for share, run in zip(shares, runs, strict=True):
        part, rest = divmod(share, den)
        left -= part * run.count
        if rest:
            rests.append((-rest, -run.left, keys[run.line], run.first, run, part))
        elif part:
            run.left -= part
            run.parts += ((who, part, None),)
    if left and len(rests) > 1:
        rests.sort()
    for _, _, _, _, run, floor in rests:
        part = floor
        if left:
            if left < run.count:
                others = run.split(left)
                units.append(others)
                if floor:
                    others.take(who, floor)
            left -= run.count  # what is left of the run, where it was split
            part += 1
        if part:
            run.left -= part
            run.parts += ((who, part, None),)
    return total


def split_one(units: list[Run], run: Run, total: int, who: str) -> None:
    """Take *total* off equal units: the first ones bear what does not divide."""
    part = total
    if run.count > 1:
        part, more = divmod(total, run.count)
        if more:
            others = run.split(more)
            units.append(others)
            if part:
                others.take(who, part)
            part += 1
    if part:
        run.left -= part
        run.parts += ((who, part, None),)


def share_amount(runs: list[Run], amount: int) -> tuple[list[int], int, int]:
    """The exact share of each unit in *amount*, by price, never below a unit's floor; and what finds no room.

    What a unit at its floor cannot give, the others give. The shares come with their common denominator.

    >>> share_amount([], 5)
    ([], 1, 5)
    """
    rooms = [run.left - run.floor for run in runs]
    room = _whole(runs, rooms)
    if amount >= room:
        return rooms, 1, amount - room
    if not any([run.floor for run in runs]):  # noqa: C419 - quicker as a list
        return [amount * space for space in rooms], room, 0
    full: set[int] = set()
    while True:
        rest = amount - sum(rooms[place] * runs[place].count for place in full)
        base = sum(run.left * run.count for place, run in enumerate(runs) if place not in full)
        over = {place for place, run in enumerate(runs) if place not in full and rest * run.left > rooms[place] * base}
        if not over:
            return (
                [rooms[place] * base if place in full else rest * run.left for place, run in enumerate(runs)],
                base,
                0,
            )
        full |= over


def common(shares: list[tuple[int, int]]) -> tuple[list[int], int]:
    """Fractions, each a numerator and a denominator, over one denominator.

    >>> common([(1, 2), (1, 3)])
    ([3, 2], 6)
    """
    den = lcm(*(each for _, each in shares)) if shares else 1
    return [num * (den // each) for num, each in shares], den
