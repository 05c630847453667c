"""Exceptions to a policy's terms: a default, and what holds instead when a condition holds.

An exception overrides term by term; a term it does not name keeps the default. Two exceptions that give one term
different values must be proved never to hold together, or a strategy says which counts. That is settled when the policy
is built, never on a customer's order.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any, Literal, TypeAlias

import attrs

from aftercare.canonical import Coded
from aftercare.errors import PolicyError, is_a
from aftercare.policies.condition import Condition
from aftercare.policies.disjoint import disjoint

Strategy: TypeAlias = Literal["first_of"]


@attrs.frozen(repr=False)
class Override(Coded):
    """Other *terms* for when a condition holds, under a name for messages and errors."""

    when: Condition
    terms: tuple[tuple[str, Any], ...]
    named: str | None = None

    def __attrs_post_init__(self) -> None:
        if not is_a(self.when, Condition):
            msg = f"an exception holds when a condition of the order does, given `{self.when!r}`"
            raise PolicyError(msg)

    @property
    def title(self) -> str:
        """What errors call it."""
        return self.named or repr(self.when)

    def __repr__(self) -> str:
        terms = ", ".join(f"{term}={given!r}" for term, given in self.terms)
        named = "" if self.named is None else f", named={self.named!r}"
        return f".except_when({self.when!r}, {terms}{named})"


@attrs.frozen(repr=False)
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
            terms = dict(one.terms)
            clash = [term for term, given in other.terms if term in terms and terms[term] != given]
            if clash and not disjoint(one.when, other.when):
                msg = (
                    f"exceptions `{one.title}` and `{other.title}` of {owner} give `{clash[0]}` different values and "
                    "may hold together: make their conditions exclude each other, or declare "
                    "`.exceptions_by('first_of')` before them"
                )
                raise PolicyError(msg)
    return Exceptional(known.strategy, overrides)
