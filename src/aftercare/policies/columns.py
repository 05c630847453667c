"""The occurrences that a pattern may have, as columns of a packing problem: which units, and what they save.

Identical units are one `Kind`: of one price and one floor, wanted by the same patterns. What an occurrence saves is
exact, before any rounding.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, islice, product
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, assert_never

from aftercare.policies.condition import unnamed
from aftercare.policies.pattern import Bundle, BuyGet, Every
from aftercare.policies.sharing import Aim, share_of
from aftercare.policies.snapshot import other_mode
from aftercare.policies.taking import Member, Occurrence
from aftercare.policies.units import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.order import PriceMode
    from aftercare.policies.pattern import Pattern, PatternOff

MOST_COLUMNS = 2000
"""Of a pattern that has more occurrences than this among an order's units, only so many are looked at."""

Roles: TypeAlias = "tuple[tuple[int, int, bool], ...]"
"""How many units of which kind an occurrence takes, and whether as targets."""


def aims(pattern: Pattern) -> bool:
    """Whether *pattern* takes units of one kind of goods and aims at the cheapest or the dearest of them."""
    match pattern:
        case Every(n=n, targets=targets):
            return targets < n
        case BuyGet():
            return unnamed(pattern.of) == unnamed(pattern.get_of)
        case _:
            return False


class Kind(NamedTuple):
    """Identical units: their price, the price below which they do not go, what others take off each, how many."""

    start: int
    floor: int
    taken: Fraction
    units: int
    line: int


def occurrences(pattern: Pattern, fits: list[list[int]], kinds: list[Kind]) -> tuple[list[Roles], bool]:
    """The occurrences of *pattern*, and whether that is all; *fits* are the kinds of each good, the cheapest first."""
    found = list(islice(_occurrences(pattern, fits, kinds), MOST_COLUMNS + 1))
    return found[:MOST_COLUMNS], len(found) <= MOST_COLUMNS


def _occurrences(pattern: Pattern, fits: list[list[int]], kinds: list[Kind]) -> Iterator[Roles]:
    match pattern:
        case Every(n=n, targets=targets, pick=pick):
            for units in _multisets(fits[0], n, kinds):
                yield _aimed(units if pick == "cheapest" else _dearest(units, kinds), targets)
        case BuyGet(bought=n, got=m) if unnamed(pattern.of) == unnamed(pattern.get_of):
            for both in _multisets(fits[0], n + m, kinds):
                yield _aimed(both, m)
        case BuyGet(bought=n, got=m):
            for aimed, paid in product(_some(fits[1], m, kinds), _some(fits[0], n, kinds)):
                yield (
                    *((kind, count, True) for kind, count in aimed),
                    *((kind, count, False) for kind, count in paid),
                )
        case Bundle(components=components):
            for filled in product(*(_some(some, n, kinds) for some, (_, n) in zip(fits, components, strict=True))):
                together: dict[int, int] = {}
                for kind, count in (each for some in filled for each in some):
                    together[kind] = together.get(kind, 0) + count
                yield tuple((kind, count, True) for kind, count in sorted(together.items()))
        case never:
            assert_never(never)


def _multisets(of: list[int], n: int, kinds: list[Kind]) -> Iterator[list[tuple[int, int]]]:
    """Every way to take *n* units of some kinds."""
    units = [kinds[kind].units for kind in of]
    rest = [*reversed(list(accumulate(reversed(units), initial=0)))]

    def taken(place: int, left: int) -> Iterator[list[tuple[int, int]]]:
        if not left:
            yield []
            return
        for at in range(place, len(of)):
            if rest[at] < left:
                return
            # With fewer of this kind there are too few units.
            for count in range(min(left, units[at]), max(0, left - rest[at + 1] - 1), -1):
                for more in taken(at + 1, left - count):
                    yield [(of[at], count), *more]

    yield from taken(0, n)


def _some(of: list[int], n: int, kinds: list[Kind]) -> list[list[tuple[int, int]]]:
    """As many ways to take *n* units as are looked at."""
    return list(islice(_multisets(of, n, kinds), MOST_COLUMNS + 1))


def _dearest(units: list[tuple[int, int]], kinds: list[Kind]) -> list[tuple[int, int]]:
    """The dearest units first; those of one price stay in their order."""
    return sorted(units, key=lambda some: -kinds[some[0]].start)


def _aimed(units: list[tuple[int, int]], targets: int) -> Roles:
    """The first of *units* as targets."""
    roles = []
    for kind, count in units:
        here = min(targets, count)
        targets -= here
        roles += [(kind, some, target) for some, target in ((here, True), (count - here, False)) if some]
    return tuple(roles)


class Valued(NamedTuple):
    """What a benefit gives to its targets, with its values told; *rates* are each line's, for the other price mode."""

    benefit: PatternOff
    value: Any
    cap_each: int | None
    loose: bool
    other: PriceMode | None
    rates: list[Fraction]


def saving(given: Valued, roles: Roles, kinds: list[Kind]) -> Fraction:
    """What one occurrence takes off its targets before rounding, beside what others take off the same units.

    When *loose*, limits on single units are left out: a bound that holds whatever others have taken before.
    """
    benefit = given.benefit
    targets = []
    members = []
    for place, count, target in roles:
        each = kinds[place]
        run = Run(each.line, 1, count, each.start, each.floor)
        factor = Fraction(1)
        if given.other is not None:
            rate = given.rates[each.line]
            run.start = run.left = other_mode(run.start, rate, given.other)
            run.floor = min(run.left, other_mode(run.floor, rate, given.other))
            factor = 1 + rate if given.other == "net" else 1 / (1 + rate)
        members.append(Member(run, count, target))
        if target:
            targets.append((run, each, factor))
    shares, den, _ = share_of(benefit)(Aim([run for run, _, _ in targets], [Occurrence(1, members)]), given.value)
    total = Fraction(0)
    for part, (run, kind, factor) in zip(shares, targets, strict=True):
        share = Fraction(part, den)
        if not given.loose:
            if given.cap_each is not None:
                share = min(share, Fraction(given.cap_each))
            if benefit.cap_share is not None:
                share = min(share, run.start * benefit.cap_share.ratio)
            share = min(share, Fraction(run.start - run.floor))
        share *= factor
        if not given.loose:
            share = max(Fraction(0), min(share, kind.start - kind.floor - kind.taken))
        total += share * run.count
    return total


def at_most(pattern: Pattern, fits: list[list[int]], kinds: list[Kind]) -> int:
    """A bound on what a pattern takes: as many of the units that can be targets as may be, the dearest, for nothing."""
    match pattern:
        case Every(n=n, targets=targets):
            size, aimed, each = n, fits[0], targets
        case BuyGet(bought=n, got=m):
            size, aimed, each = n + m, fits[1], m
        case Bundle(components=components):
            size = each = sum(n for _, n in components)
            aimed = sorted({kind for some in fits for kind in some})
        case never:
            assert_never(never)
    times = sum(kinds[kind].units for kind in {kind for some in fits for kind in some}) // size
    left = each * (times if pattern.times is None else min(times, pattern.times))
    total = 0
    for kind in sorted(aimed, key=lambda kind: kinds[kind].floor - kinds[kind].start):
        units = min(left, kinds[kind].units)
        left -= units
        total += (kinds[kind].start - kinds[kind].floor) * units
    return total
