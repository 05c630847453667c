"""What an order or another event earned, and how its exact points became whole."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.exact import Rounding, allocate, round_fraction
from aftercare.loyalty.coded import LoyaltyCoded

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.loyalty.earning import Exact, Scope
    from aftercare.order import Tier
    from aftercare.receipt import Receipt
    from aftercare.statement import Name, Statement

Path: TypeAlias = "tuple[int, ...]"
"""Where a rule stands in its tree: the place in each group on the way to it."""
Shares: TypeAlias = "dict[tuple[Path, str | None], Fraction]"
"""Exact points by rule and line."""


@attrs.frozen(eq=False, repr=False, kw_only=True)
class RuleTrace(LoyaltyCoded):
    """What became of one rule: the points it gave, before rounding, and why they are not more.

    *lost_to* names the rule that was taken in its place, *reason* a condition that did not hold, *cut* the points above
    a cap.
    """

    rule: Name
    points: Fraction
    lost_to: Name | None = None
    reason: Statement | None = None
    cut: Fraction = Fraction(0)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Earned(LoyaltyCoded):
    """The points of one order or event, whole, by line (None for what belongs to no line), and how they came about.

    *used* is what each capped rule gave, by its place in the tree of rules.
    """

    points: int
    lines: tuple[tuple[str | None, int], ...]
    trace: tuple[RuleTrace, ...] = ()
    used: tuple[tuple[Path, Fraction], ...] = ()


@attrs.frozen(kw_only=True)
class Occasion:
    """What may earn: a receipt, or an event that is *happening* so many *times*; with the tier of its instant."""

    at: datetime
    zone: str
    tier: Tier | None = None
    receipt: Receipt | None = None
    happening: str | None = None
    measure: str | None = None
    count: Exact = 1


def rounded(shares: Shares, mode: Rounding, scope: Scope) -> dict[str | None, int]:
    """Whole points by line: each scope is rounded once and split over its lines by largest remainder."""
    scopes: dict[object, dict[str | None, Fraction]] = {}
    for (path, line), share in shares.items():
        key: object = {"order": None, "line": (line,), "rule": path}[scope]
        lines = scopes.setdefault(key, {})
        lines[line] = lines.get(line, Fraction(0)) + share
    found: dict[str | None, int] = {}
    for lines in scopes.values():
        total = sum(lines.values(), Fraction(0))
        whole = round_fraction(total.numerator, total.denominator, mode)
        for line, part in zip(lines, allocate(whole, list(lines.values())), strict=True):
            found[line] = found.get(line, 0) + part
    return found
