"""Groups whose members act in several phases: settled before any phase, by what the whole order costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aftercare.policies.fate import Combined, Fate
from aftercare.policies.ordering import best_over_order
from aftercare.policies.prepared import Choice, Leaf, Node, PreparedPromotions, leaves
from aftercare.policies.stacking import has_pattern
from aftercare.policies.totals import TaxRounding, payable
from aftercare.policies.turn import takers

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.policies.turn import Priced


class Trial(NamedTuple):
    """What an order costs, whether any promotion tried is eligible, and whether any takes something."""

    cost: int
    eligible: bool
    takes: bool


class Settling:
    """The choices of one order: in each group, in order of rank, with those settled before; who stays out, and why."""

    def __init__(
        self, promotions: PreparedPromotions, run: Callable[[frozenset[int]], Priced], tax: TaxRounding
    ) -> None:
        self.promotions = promotions
        self.run = run
        self.tax: TaxRounding = tax
        self.fates: dict[int, Fate] = {}
        self.combined: list[Combined] = []
        self.everybody = frozenset(index for node in promotions.spanning for index in leaves(node))
        self.excluded = self.everybody
        for node in promotions.spanning:
            self.excluded -= self._pick(node, self.everybody - self.excluded)

    def _try(self, chosen: frozenset[int], settled: frozenset[int]) -> Trial:
        priced = self.run(self.everybody - settled - chosen)
        cost = payable(priced.pricing, self.tax) - priced.pricing.given()
        takes = not takers(priced).isdisjoint(self.promotions.ids[index] for index in chosen)
        return Trial(cost, not chosen.isdisjoint(priced.taken), takes)

    def _pick(self, node: Node, settled: frozenset[int]) -> frozenset[int]:
        if isinstance(node, Leaf):
            return frozenset({node.place})
        if node.how == "stack":
            found: frozenset[int] = frozenset()
            for member in node.members:
                found |= self._pick(member, settled | found)
            return found
        if node.terms is not None:
            return self._combine(node, settled)
        tried = []
        for member in node.members:
            chosen = self._pick(member, settled)
            trial = self._try(chosen, settled)
            if trial.takes and node.how == "first_of":
                self._close(node, chosen)
                return chosen
            if trial.eligible:
                tried.append((trial.cost, min(map(self.promotions.order_key, chosen)), chosen, trial.takes))
        if not tried:
            return frozenset()
        if node.how == "first_of":
            return tried[0][2]
        best = min(tried, key=lambda each: each[:2])
        winner = min(best[2], key=self.promotions.order_key)
        for cost, _, chosen, takes in tried:
            if takes and chosen != best[2]:
                self.fates.update({index: Fate("lost", winner, cost - best[0]) for index in chosen})
        return best[2]

    def _combine(self, node: Choice, settled: frozenset[int]) -> frozenset[int]:
        """The members that together make the order cost least, each way tried by pricing all of it."""
        promotions = self.promotions
        best = best_over_order(
            node,
            promotions.order_key,
            lambda chosen: self._try(chosen, settled),
            shares_units=any(has_pattern(promotions.promotions[index]) for index in leaves(node)),
        )
        first = min(best.acting) if len(best.acting) == 1 else None
        for index in set(leaves(node)) - best.acting:
            trial = self._try(frozenset({index}), settled)
            if trial.takes:
                self.fates[index] = Fate("lost", first, max(0, trial.cost - best.cost))
        members, acting = tuple(leaves(node)), tuple(sorted(best.acting))
        self.combined.append(Combined(None, members, acting, best.optimal, best.gap, best.nodes))
        return best.acting

    def _close(self, node: Choice, chosen: frozenset[int]) -> None:
        """The members after the one that was *chosen* are blocked by it."""
        winner = min(chosen, key=self.promotions.order_key)
        reached = False
        for member in node.members:
            inside = leaves(member)
            if reached:
                self.fates.update({index: Fate("blocked", winner, 0) for index in inside})
            reached = reached or bool(chosen & set(inside))
