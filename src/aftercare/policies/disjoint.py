"""Proofs that two conditions never hold together, for rules that must not meet unless declared."""

from __future__ import annotations

from itertools import chain, combinations, islice, product
from typing import Any, cast

from aftercare.money import Amounts
from aftercare.order import Tier
from aftercare.policies.condition import (
    MANY_VALUED,
    Combination,
    Condition,
    ItemCombination,
    ItemCondition,
    ItemTest,
    NamedGoods,
    Test,
)


def disjoint(one: Condition | ItemCondition, other: Condition | ItemCondition) -> bool:
    """Whether the two are proved never to hold together; False means only that no proof was found.

    >>> from aftercare.policies.condition import Reading, Test
    >>> ordered = Reading("cart.quantity")
    >>> disjoint(Test(ordered, "at_least", 3), Test(ordered, "below", 3))
    True
    """
    return all(
        any(_contradict(a, b) for a, b in combinations(left + right, 2))
        for left in _alternatives(one)
        for right in _alternatives(other)
    )


_MOST_ALTERNATIVES = 256


def _alternatives(condition: Any) -> list[tuple[Any, ...]]:
    """The leaves that hold together, for each way in which the condition can hold."""
    match condition:
        case Combination(needed, parts) | ItemCombination(needed, parts):
            ways: list[tuple[Any, ...]] = []
            for chosen in combinations(parts, needed):
                together = (tuple(chain(*way)) for way in product(*map(_alternatives, chosen)))
                ways += islice(together, _MOST_ALTERNATIVES)
                if len(ways) >= _MOST_ALTERNATIVES:
                    return [()]
            return ways
        case NamedGoods(goods, _, is_negated):
            return _alternatives(goods.negated() if is_negated else goods)
        case _:
            return [(condition,)]


def _contradict(one: Test | ItemTest, other: Test | ItemTest) -> bool:
    if one.reading != other.reading:
        return False
    match one.operator, other.operator:
        case ("at_least", "below"):
            return _never_less(one.bound, other.bound)
        case ("below", "at_least"):
            return _never_less(other.bound, one.bound)
        case ("one_of", "one_of"):
            return one.reading.name not in MANY_VALUED and not _words(one) & _words(other)
        case ("one_of", "none_of"):
            return _words(one) <= _words(other)
        case ("none_of", "one_of"):
            return _words(other) <= _words(one)
        case _:
            return {one.operator, other.operator} == {"holds", "fails"}


def _words(leaf: Test | ItemTest) -> set[object]:
    return set(cast("tuple[object, ...]", leaf.bound))


def _never_less(least: Any, limit: Any) -> bool:
    """Whether *least* is at or above *limit*, in every currency where they are amounts."""
    if isinstance(least, Amounts):
        return least.currencies == limit.currencies and all(
            least.in_(currency) >= limit.in_(currency) for currency in least.currencies
        )
    if isinstance(least, Tier):
        return bool(least.rank >= limit.rank)
    return bool(least >= limit)
