"""Caps of calendar periods: how much room they have left, and what used it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from aftercare.loyalty.earning import AtMost, BestOf, FirstOf, OnlyWhen, Rule, SumOf, Times

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from aftercare.loyalty.earned import Earned, Path
    from aftercare.loyalty.vault import Vault


def capped(rule: Rule, path: Path) -> Iterator[tuple[Path, AtMost]]:
    """The capped rules in a tree, with their places."""
    match rule:
        case AtMost(inner):
            yield path, rule
            yield from capped(inner, (*path, 0))
        case Times(inner) | OnlyWhen(inner):
            yield from capped(inner, (*path, 0))
        case SumOf(rules) | BestOf(rules) | FirstOf(rules):
            for place, each in enumerate(rules):
                yield from capped(each, (*path, place))
        case _:
            pass


def rooms_at(vault: Vault, version: int, at: datetime) -> dict[Path, Fraction]:
    """How much each rule that is capped for a calendar period may still give."""
    earning = vault.terms(version).earning
    if earning is None:
        return {}
    day = vault.day(at)
    return {
        path: max(Fraction(0), rule.points - vault.caps.get((version, path, period(rule.per, day)), Fraction(0)))
        for path, rule in capped(earning.rule, ())
        if rule.per != "order"
    }


def period(per: str, day: date) -> str:
    """The calendar period that *day* is in, by a name of its own; weeks are ISO weeks.

    >>> from datetime import date
    >>> period("week", date(2027, 1, 1)), period("month", date(2027, 1, 1))
    ('2026-W53', '2027-01')
    """
    match per:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{day:%Y-%m}"
        case "year":
            return f"{day:%Y}"
        case _:
            return "ever"


def use_caps(vault: Vault, version: int, at: datetime, earned: Earned, sign: int) -> None:
    """What capped rules gave no longer has room in their periods."""
    earning = vault.terms(version).earning
    if earning is None or not earned.used:
        return
    rules = dict(capped(earning.rule, ()))
    for path, used in earned.used:
        key = (version, path, period(rules[path].per, vault.day(at)))
        vault.caps[key] = vault.caps.get(key, Fraction(0)) + sign * used
