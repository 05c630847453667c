"""What is wrong with a ladder, all of it at once, each with its path."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

from aftercare.errors import Problem
from aftercare.loyalty.periods import CalendarYear, MembershipYear, SinceChange
from aftercare.loyalty.qualification import Held, Reached, leaves
from aftercare.loyalty.validity import KeptToYearEnd
from aftercare.money import Amounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.loyalty.counting import Number
    from aftercare.loyalty.ladder import Ladder
    from aftercare.loyalty.qualification import Requirement
    from aftercare.order import Tier


def ladder_problems(ladder: Ladder) -> list[Problem]:
    """Every problem of *ladder*; none if it can keep what it promises."""
    return [
        *_tiers(ladder),
        *_order(ladder),
        *_currencies(ladder),
        *_windows(ladder),
        *_carrying(ladder),
    ]


def _rows(ladder: Ladder) -> Iterator[tuple[str, Tier, Requirement]]:
    for part, rows in (("enter", ladder.enter), ("retention", ladder.retention)):
        for tier, requirement in rows:
            yield f"ladder.{part}[{tier.id}]", tier, requirement


def _tiers(ladder: Ladder) -> Iterator[Problem]:
    for lower, higher in pairwise(ladder.tiers):
        if lower.rank == higher.rank:
            message = f"`{lower.id}` and `{higher.id}` have the rank {lower.rank}: give the better tier a higher one"
            yield Problem(f"ladder.enter[{higher.id}]", message)
    names = [tier.id for tier in ladder.tiers]
    for twice in sorted({each for each in names if names.count(each) > 1}):
        yield Problem(f"ladder.enter[{twice}]", f"`{twice}` is the id of two tiers: give each its own")
    known = ", ".join(f"`{each}`" for each in names)
    for part, rows in (("retention", ladder.retention), ("rewards", ladder.rewards)):
        for tier, given in rows:
            path = f"ladder.{part}[{tier.id}]"
            if tier not in ladder.tiers:
                yield Problem(path, f"`{tier.id}` is no tier of this ladder: it has {known}")
            if part == "rewards" and (type(given) is not int or given < 1):
                yield Problem(path, f"entering a tier brings a whole number of points, given `{given!r}`")


def _order(ladder: Ladder) -> Iterator[Problem]:
    """A higher tier takes more of each metric that stands alone, and no less of one among several."""
    for (_, lower), (tier, higher) in pairwise(ladder.enter):
        alone = isinstance(lower, Reached) and isinstance(higher, Reached)
        below = {leaf.metric: leaf for leaf in leaves(lower) if isinstance(leaf, Reached)}
        for leaf in leaves(higher):
            other = None if isinstance(leaf, Held) else below.get(leaf.metric)
            if isinstance(leaf, Reached) and other is not None and _falls(other, leaf, alone=alone):
                message = f"`{leaf!r}` is not more than `{other!r}` of the tier below: thresholds rise with the tiers"
                yield Problem(f"ladder.enter[{tier.id}]", message)


def _falls(lower: Reached, higher: Reached, *, alone: bool) -> bool:
    pairs: list[tuple[Number, Number]]
    if isinstance(lower.threshold, Amounts) and isinstance(higher.threshold, Amounts):
        both = sorted(lower.threshold.currencies & higher.threshold.currencies)
        pairs = [(lower.threshold.in_(each).minor, higher.threshold.in_(each).minor) for each in both]
    else:
        pairs = [(cast("Number", lower.threshold), cast("Number", higher.threshold))]
    return any(more <= less if alone else more < less for less, more in pairs)


def _currencies(ladder: Ladder) -> Iterator[Problem]:
    first: frozenset[str] | None = None
    for path, _, requirement in _rows(ladder):
        for leaf in leaves(requirement):
            if isinstance(leaf, Held) or not isinstance(leaf.threshold, Amounts):
                continue
            given = leaf.threshold.currencies
            first = first or given
            if given != first:
                message = f"has amounts in {', '.join(sorted(given))}, other tiers in {', '.join(sorted(first))}"
                yield Problem(path, message + ": every tier needs the same currencies")


def _windows(ladder: Ladder) -> Iterator[Problem]:
    for path, _, requirement in _rows(ladder):
        for leaf in leaves(requirement):
            window = None if isinstance(leaf, Held) else leaf.metric.window
            if isinstance(window, CalendarYear | MembershipYear) and ladder.validity is None:
                message = (
                    f"`{leaf!r}` starts anew every year, and nothing says how long the tier is kept: "
                    "give the ladder `validity=loyalty.KeptToYearEnd()`"
                )
                yield Problem(path, message)
            elif (
                isinstance(window, CalendarYear)
                and isinstance(ladder.validity, KeptToYearEnd)
                and window.starts != ladder.validity.starts
            ):
                message = (
                    f"the year of `{leaf!r}` starts on {window.starts}, that of the validity on "
                    f"{ladder.validity.starts}: they have to be the same"
                )
                yield Problem(path, message)


def _carrying(ladder: Ladder) -> Iterator[Problem]:
    if ladder.carry is None:
        return
    for path, _, requirement in _rows(ladder):
        if isinstance(requirement, Reached) and isinstance(
            requirement.metric.window, SinceChange | CalendarYear | MembershipYear
        ):
            continue
        message = (
            f"`{requirement!r}` carries nothing over: that takes one metric whose counter starts anew, "
            "`within=loyalty.SinceChange()` or a year"
        )
        yield Problem(path, message)
