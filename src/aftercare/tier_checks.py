"""What a book says of tiers, held against the ladder of its programme: tiers that are none, or are worth nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from aftercare.errors import Problem, did_you_mean
from aftercare.loyalty.earning import Times
from aftercare.money import Amounts, Money
from aftercare.order import Tier
from aftercare.policies.benefit import AmountOff, PercentOff, Reward
from aftercare.policies.variable import Steps
from aftercare.word_checks import parts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aftercare.loyalty.ladder import Ladder
    from aftercare.loyalty.program import Program

Part = tuple[str, Any]
"""A promise of a book, and the path at which it stands."""


def unknown_tiers(parts: Iterable[Part], ladders: Iterable[Ladder]) -> Iterator[Problem]:
    """Every part that names a tier which no member can have."""
    known = {tier for ladder in ladders for tier in ladder.tiers}
    names = [f"{tier.id} ({tier.rank})" for tier in known]
    for path, part in parts:
        for tier in dict.fromkeys(each for each in parts_of(part) if isinstance(each, Tier)):
            if tier not in known:
                named = f"{tier.id} ({tier.rank})"
                message = f"`{named}` is no tier of the programme: {did_you_mean(named, names)}"
                yield Problem(path, message)


def doubtful_tiers(parts: Iterable[Part], program: Program, path: str) -> Iterator[Problem]:
    """Tiers that bring nothing, and tables that give a tier less than a lower one."""
    ladder = program.ladder
    if ladder is None:
        return
    every = list(parts)
    named = {each for _, part in every for each in parts_of(part) if isinstance(each, Tier)}
    named |= {tier for tier, _ in ladder.rewards}
    for tier in ladder.tiers[1:]:
        if tier not in named:
            message = (
                f"tier `{tier.id}` brings nothing: no promise of the book names it, so reaching it is worth nothing"
            )
            yield Problem(f"{path}.ladder.enter[{tier.id}]", message)
    for where, part in every:
        for rows in _tables(part):
            for (lower, less), (higher, more) in pairwise(rows):
                if _falls(less, more):
                    message = f"gives `{higher.id}` less than `{lower.id}`: `{more}` instead of `{less}`"
                    yield Problem(where, message)


def _tables(part: Any) -> Iterator[tuple[tuple[Tier, Any], ...]]:
    """What tiers are given, where more is better for the customer."""
    for each in parts_of(part):
        match each:
            case PercentOff(value=Steps(_, rows)) | AmountOff(value=Steps(_, rows)) | Reward(value=Steps(_, rows)):
                if isinstance(rows[0][0], Tier):
                    yield rows
            case Times(_, tuple() as rows):
                yield rows
            case _:
                pass


def _falls(less: Any, more: Any) -> bool:
    if isinstance(less, Money | Amounts) and isinstance(more, Money | Amounts):
        one, other = ({money.currency: money for money in _each(given)} for given in (less, more))
        return any(other[currency] < one[currency] for currency in one.keys() & other.keys())
    return bool(more < less)


def _each(given: Money | Amounts) -> tuple[Money, ...]:
    return (given,) if isinstance(given, Money) else given.each
