"""Pricing an order: phase by phase, groups settled, every part taken and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from aftercare.policies.prepared import Choice, Leaf, Node, Plan, PreparedPhase, PreparedPromotions, act_all, leaves
from aftercare.policies.pricing import Pricing
from aftercare.policies.tariff import PreparedDelivery, charge_shipments
from aftercare.policies.totals import TaxRounding, payable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.history import History
    from aftercare.order import Order
    from aftercare.policies.snapshot import Snapshot


class Fate(NamedTuple):
    """What a group did to an eligible promotion: it lost or was blocked, to which other, and by how much."""

    state: Literal["lost", "blocked"]
    winner: int
    by: int


class Priced(NamedTuple):
    """What pricing found; `aftercare.policies.decision` makes values of it."""

    pricing: Pricing
    taken: dict[int, int]
    fates: dict[int, Fate]
    snapshots: dict[str, Snapshot]


class Pricer:
    """Prices orders by prepared promotions and tariffs."""

    def __init__(
        self, promotions: PreparedPromotions, tariffs: Iterable[PreparedDelivery], zone: str, tax: TaxRounding
    ) -> None:
        self.promotions = promotions
        self.tariffs = tuple(tariffs)
        self.zone = zone
        self.tax = tax

    def price(self, order: Order, at: datetime, history: History | None) -> Priced:
        """Price *order* as of *at*."""
        fates: dict[int, Fate] = {}
        excluded: frozenset[int] = frozenset()
        if self.promotions.spanning:
            excluded = self._settle(order, at, history, fates)
        priced = self._run(order, at, history, excluded)
        priced.fates.update(fates)
        return priced

    # --- groups that span phases -------------------------------------------------------------------------------------

    def _settle(self, order: Order, at: datetime, history: History | None, fates: dict[int, Fate]) -> frozenset[int]:
        """Choose in each spanning group, in order of rank, by what the whole order costs; return who stays out."""
        excluded = frozenset(index for node in self.promotions.spanning for index in leaves(node))

        def trial(chosen: frozenset[int], settled: frozenset[int]) -> tuple[int, bool]:
            priced = self._run(order, at, history, excluded - settled - chosen)
            cost = payable(priced.pricing, self.tax) - priced.pricing.given()
            return cost, any(gave(priced, index) for index in chosen)

        def pick(node: Node, settled: frozenset[int]) -> frozenset[int]:
            if isinstance(node, Leaf):
                return frozenset({node.place})
            if node.how == "stack":
                found: frozenset[int] = frozenset()
                for member in node.members:
                    found |= pick(member, settled | found)
                return found
            tried = []
            for member in node.members:
                chosen = pick(member, settled)
                cost, gives = trial(chosen, settled)
                if gives and node.how == "first_of":
                    self._close(node, chosen, fates)
                    return chosen
                tried.append((cost, min(map(self.promotions.order_key, chosen)), chosen, gives))
            best = min(tried, key=lambda each: each[:2])
            winner = min(best[2], key=self.promotions.order_key)
            for cost, _, chosen, gives in tried:
                if gives and chosen != best[2]:
                    fates.update({index: Fate("lost", winner, cost - best[0]) for index in chosen})
            return best[2]

        settled: frozenset[int] = frozenset()
        for node in self.promotions.spanning:
            settled |= pick(node, settled)
        return excluded - settled

    def _close(self, node: Choice, chosen: frozenset[int], fates: dict[int, Fate]) -> None:
        winner = min(chosen, key=self.promotions.order_key)
        reached = False
        for member in node.members:
            inside = leaves(member)
            if reached:
                fates.update({index: Fate("blocked", winner, 0) for index in inside})
            reached = reached or bool(chosen & set(inside))

    # --- phases ------------------------------------------------------------------------------------------------------

    def _run(self, order: Order, at: datetime, history: History | None, excluded: frozenset[int]) -> Priced:
        pricing = Pricing(order, at, self.zone, history)
        live: dict[int, Plan] = {}
        taken: dict[int, int] = {}
        fates: dict[int, Fate] = {}
        snapshots: dict[str, Snapshot] = {}
        for phase in self.promotions.phases:
            if phase.name == "shipping":
                pricing.shipping = charge_shipments(pricing, self.tariffs)
            if not phase.keys:
                continue
            snapshot = snapshots[phase.name] = pricing.look()
            for candidate in phase.starting:
                plan = None if candidate.index in excluded else candidate.plan(snapshot, pricing.codes)
                if plan is not None:
                    live[candidate.index] = plan
                    taken[candidate.index] = 0
            if phase.keys.keys().isdisjoint(live):
                continue
            snapshot.freeze()
            pricing.begin()
            self._act(phase, pricing, live, taken, fates)
        return Priced(pricing, taken, fates, snapshots)

    def _act(
        self,
        phase: PreparedPhase,
        pricing: Pricing,
        live: dict[int, Plan],
        taken: dict[int, int],
        fates: dict[int, Fate],
    ) -> None:
        acting: list[tuple[int, int]] = []
        for index in live:
            if index in phase.bare:
                acting.append((index, 1))
        for group, node in phase.groups:
            acting += [(index, group) for index in self._choose(node, group, phase, pricing, live, fates)]
        acting.sort(key=lambda each: phase.keys[each[0]])
        keeps_out = []
        for index, group in acting:
            taken[index] += act_all(pricing, phase.name, live[index], index, group)
            if not self.promotions.promotions[index].counts_towards_thresholds:
                keeps_out.append(index)
        if keeps_out:
            for run in pricing.runs:
                if any(who in keeps_out for who, _, _ in run.parts):
                    run.counts = False

    def _choose(
        self,
        node: Node,
        group: int,
        phase: PreparedPhase,
        pricing: Pricing,
        live: dict[int, Plan],
        fates: dict[int, Fate],
    ) -> list[int]:
        """The promotions of a group that act: alternatives are compared by what each takes off alone."""
        if isinstance(node, Leaf):
            return [node.place] if node.place in live else []
        if node.how == "stack":
            return [
                index for member in node.members for index in self._choose(member, group, phase, pricing, live, fates)
            ]
        eligible = [
            chosen for member in node.members if (chosen := self._choose(member, group, phase, pricing, live, fates))
        ]
        if len(eligible) < 2:
            return eligible[0] if eligible else []
        tried: list[tuple[int, list[int]]] = []
        blocked: list[int] = []
        for chosen in eligible:
            if node.how == "first_of" and tried and tried[-1][0]:
                blocked += chosen
            else:
                tried.append((self._worth(chosen, group, phase, pricing, live), chosen))
        if node.how == "first_of":
            best = tried[-1]
        else:
            best = min(tried, key=lambda each: (-each[0], min(phase.keys[index] for index in each[1])))
        winner = min(best[1], key=self.promotions.order_key)
        for index in blocked:
            fates[index] = Fate("blocked", winner, 0)
        if node.how == "best_of":
            for worth, chosen in tried:
                if chosen is not best[1] and worth:
                    fates.update({index: Fate("lost", winner, best[0] - worth) for index in chosen})
        return best[1]

    def _worth(
        self, chosen: list[int], group: int, phase: PreparedPhase, pricing: Pricing, live: dict[int, Plan]
    ) -> int:
        """What *chosen* take off alone from the phase's starting prices, gifts and worth counted."""
        trial = pricing.fork()
        taken = sum(
            act_all(trial, phase.name, live[index], index, group)
            for index in sorted(chosen, key=phase.keys.__getitem__)
        )
        return taken + trial.given()


def gave(priced: Priced, index: int) -> bool:
    """Whether a promotion took something off, or gave a gift or a reward."""
    given = (*priced.pricing.gifts, *priced.pricing.rewards)
    return bool(priced.taken.get(index)) or any(who == index for who, *_ in given)
