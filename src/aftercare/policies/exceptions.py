"""Exceptions to a policy's terms: a default, and what holds instead when a condition holds.

An exception overrides term by term; a term it does not name keeps the default. Two exceptions that give one term
different values must be proved never to hold together, or a strategy says which counts. That is settled when the policy
is built, never on a customer's order.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from aftercare.canonical import Coded, written
from aftercare.errors import PolicyError, is_a
from aftercare.policies.condition import Condition, ItemCondition
from aftercare.policies.disjoint import disjoint

if TYPE_CHECKING:
    from aftercare.statement import Name

Strategy: TypeAlias = Literal["first_of"]


@attrs.frozen(eq=False, repr=False)
class Override(Coded):
    """Other *terms* for when a condition holds, *of* some goods or all, under a name for messages and errors."""

    when: Condition
    terms: tuple[tuple[str, Any], ...]
    named: Name | str | None = None
    of: ItemCondition | None = None

    def __attrs_post_init__(self) -> None:
        if not is_a(self.when, Condition):
            msg = f"an exception holds when a condition of the order does, given `{self.when!r}`"
            raise PolicyError(msg)

    @property
    def title(self) -> str:
        """What errors call it."""
        goods = "" if self.of is None else f" of {self.of!r}"
        return str(self.named or f"{self.when!r}{goods}")

    def __repr__(self) -> str:
        given = [repr(self.when), *([] if self.of is None else [f"of={self.of!r}"])]
        given += [f"{term}={written(value)}" for term, value in self.terms]
        given += [] if self.named is None else [f"named={self.named!r}"]
        return f".except_when({', '.join(given)})"


@attrs.frozen(eq=False, repr=False)
class Exceptional(Coded):
    """The exceptions of a policy, and the declared strategy for those that may hold together."""

    strategy: Strategy | None = None
    overrides: tuple[Override, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.strategy not in {None, "first_of"}:
            msg = f"`{self.strategy}` is not a strategy for exceptions: allowed: `first_of`"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        strategy = "" if self.strategy is None else f".exceptions_by({self.strategy!r})"
        return strategy + "".join(map(repr, self.overrides))


def with_override(known: Exceptional, override: Override, owner: str) -> Exceptional:
    """*known* with one more exception; raises `PolicyError` where two disagree and nothing says which counts."""
    overrides = (*known.overrides, override)
    if known.strategy is None:
        for one, other in combinations(overrides, 2):
            refuse_clash(one, other, clashing(one, other), owner, ("first_of",))
    return Exceptional(known.strategy, overrides)


def clashing(one: Override, other: Override) -> tuple[str, ...]:
    """The terms to which two exceptions give different values, though they may hold together."""
    terms = dict(one.terms)
    clash = tuple(term for term, given in other.terms if term in terms and terms[term] != given)
    return () if clash and apart(one, other) else clash


def apart(one: Override, other: Override) -> bool:
    """Whether two exceptions are proved never to hold together."""
    return disjoint(one.when, other.when) or (
        one.of is not None and other.of is not None and disjoint(one.of, other.of)
    )


def refuse_clash(one: Override, other: Override, clash: tuple[str, ...], owner: str, allowed: tuple[str, ...]) -> None:
    """Raise `PolicyError` if two exceptions of *owner* give terms different values; *allowed* are the ways out."""
    if clash:
        ways = " or ".join(f"`.exceptions_by({each!r})`" for each in allowed)
        declare = f", or declare {ways} before them" if allowed else ""
        msg = (
            f"exceptions `{one.title}` and `{other.title}` of {owner} give `{clash[0]}` different values and "
            f"may hold together: make their conditions exclude each other{declare}"
        )
        raise PolicyError(msg)
