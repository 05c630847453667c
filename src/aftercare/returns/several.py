"""Several return policies at once: a shop's usual promise, a money-back guarantee, goodwill for what a customer broke.

A ground of a return chooses among them by itself, for each policy serves only some. Where two serve one ground, the
shop says which counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from aftercare.canonical import Coded
from aftercare.errors import PolicyError, is_a
from aftercare.returns.policy import ReturnPolicy

if TYPE_CHECKING:
    from aftercare.returns.grounds import Ground

PolicyStrategy: TypeAlias = Literal["first_of", "longest_of", "best_for_customer"]


@attrs.frozen(eq=False, repr=False)
class ReturnPolicies(Coded):
    """Several return policies and the *strategy* that decides where two serve one ground.

    Build it with `first_of`, `longest_of` or `best_for_customer`.
    """

    strategy: PolicyStrategy
    policies: tuple[ReturnPolicy, ...]

    def __attrs_post_init__(self) -> None:
        for each in self.policies:
            if not is_a(each, ReturnPolicy):
                msg = f"`{each!r}` is no return policy: give `ReturnPolicy(...)` values"
                raise PolicyError(msg)
        if len(self.policies) < 2:  # noqa: PLR2004
            msg = f"`{self.strategy}` chooses among policies, given {len(self.policies)}: give two or more"
            raise PolicyError(msg)
        ids = [each.id for each in self.policies]
        for word in ids:
            if ids.count(word) > 1:
                msg = f"two return policies have the id `{word}`: give each its own"
                raise PolicyError(msg)
        acts = {window.act for each in self.policies for window in each.windows}
        if self.strategy == "longest_of" and len(acts) > 1:
            words = " and ".join(f"`{act}`" for act in sorted(acts))
            msg = f"windows of `longest_of` end for {words}, which no date compares: give them one act, or `first_of`"
            raise PolicyError(msg)

    @property
    def own_grounds(self) -> tuple[Ground, ...]:
        """The grounds that only these policies know."""
        return tuple(dict.fromkeys(ground for each in self.policies for ground in each.own_grounds))

    def __repr__(self) -> str:
        return f"returns.{self.strategy}({', '.join(map(repr, self.policies))})"


def first_of(*policies: ReturnPolicy) -> ReturnPolicies:
    """Of the *policies* that serve the ground, the first counts that does not refuse; raises `PolicyError`.

    Where the time of all is over, the one that lasted longest says so.

    >>> from aftercare import Days, ReturnPolicy, eur
    >>> promise = ReturnPolicy("standard", within=Days(30), after="delivered")
    >>> goodwill = ReturnPolicy("goodwill", regime="goodwill", within=None, resolutions="spare_part", ceiling=eur(20))
    >>> first_of(promise, goodwill).strategy
    'first_of'
    """
    return ReturnPolicies("first_of", policies)


def longest_of(*policies: ReturnPolicy) -> ReturnPolicies:
    """Of the *policies* with the best answer, the one counts whose window ends last; raises `PolicyError`.

    >>> from aftercare import Days, ReturnPolicy
    >>> promise = ReturnPolicy("standard", within=Days(30), after="delivered")
    >>> guarantee = ReturnPolicy("guarantee", regime="money_back", within=Days(100), after="delivered")
    >>> longest_of(promise, guarantee).policies[1].id
    'guarantee'
    """
    return ReturnPolicies("longest_of", policies)


def best_for_customer(*policies: ReturnPolicy) -> ReturnPolicies:
    """Each of the *policies* is a right of its own: any suffices, each term at its best; raises `PolicyError`.

    Terms that have no better value, such as the strategy of the refund, are those of the first policy that accepts.

    >>> from aftercare import Days, ReturnPolicy, eur
    >>> promise = ReturnPolicy("standard", within=Days(30), after="delivered", fee=eur("4.95"))
    >>> guarantee = ReturnPolicy("guarantee", regime="money_back", within=Days(100), after="delivered")
    >>> best_for_customer(promise, guarantee).strategy
    'best_for_customer'
    """
    return ReturnPolicies("best_for_customer", policies)
