"""The best combination over the whole order: every way to take part is tried by pricing the order with it.

A way is a set of members of which no two exclude one another. The largest sets come first, then those with fewer
members; a pricing counts as `PRICING` nodes of the effort. Where all ways fit into the effort and no member shares out
units, the choice is proven. Otherwise the units of patterns are those of the best combination of each phase.
"""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from aftercare.policies.combining import PRICING, alternatives
from aftercare.policies.prepared import leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aftercare.policies.prepared import Choice
    from aftercare.policies.stacking import Combining


class Best(NamedTuple):
    """Who takes part, what the order costs then (less gifts and worth), and what is proven."""

    acting: frozenset[int]
    cost: int
    optimal: bool
    gap: int | None
    nodes: int


def ways(node: Choice, key: Callable[[int], Any], *, fewer: bool) -> Iterator[frozenset[int]]:
    """The largest sets of members that may act together; where *fewer*, then those with one less, and so on."""
    largest = sorted(alternatives(node, frozenset(leaves(node))), key=lambda some: (-len(some), sorted(map(key, some))))
    seen: set[frozenset[int]] = set()
    for less in range(len(largest[0]) + 1 if fewer else 1):
        for some in largest:
            for chosen in combinations(sorted(some, key=key), max(0, len(some) - less)):
                made = frozenset(chosen)
                if made not in seen:
                    seen.add(made)
                    yield made


def best_over_order(
    node: Choice,
    key: Callable[[int], Any],
    trial: Callable[[frozenset[int]], tuple[int, bool, bool]],
    *,
    shares_units: bool,
) -> Best:
    """The members that make the order cheapest (as *trial* prices it); of equals those that come first.

    For the merchant only the largest sets are compared, and the order is the dearest. *shares_units* says that a member
    takes units, so that who takes part is not all there is to choose.
    """
    terms = cast("Combining", node.terms)
    merchant = terms.maximise == "merchant"
    most = max(1, terms.effort // PRICING)
    tried = list(islice(ways(node, key, fewer=not merchant), most + 1))
    found = [(trial(chosen)[0], chosen) for chosen in tried[:most]]

    def goal(each: tuple[int, frozenset[int]]) -> tuple[int, ...]:
        cost, chosen = each
        return (-cost,) if merchant else (cost, len(chosen)) if terms.maximise == "fewest" else (cost,)

    cost, acting = min(found, key=goal)
    optimal = len(tried) <= most and not shares_units
    return Best(acting, cost, optimal, 0 if optimal else None, len(found) * PRICING)
