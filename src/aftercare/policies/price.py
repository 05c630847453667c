"""Pricing an order: phase by phase, groups settled, every part taken and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from aftercare.policies.combining import Combiner
from aftercare.policies.ordering import best_over_order
from aftercare.policies.prepared import Choice, Leaf, Node, PreparedPhase, PreparedPromotions, act_all, leaves
from aftercare.policies.pricing import Pricing
from aftercare.policies.stacking import has_pattern
from aftercare.policies.tariff import PreparedDelivery, charge_shipments
from aftercare.policies.totals import TaxRounding, payable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.history import History
    from aftercare.order import Order
    from aftercare.policies.candidate import Plan
    from aftercare.policies.discount import Phase
    from aftercare.policies.snapshot import Snapshot


class Fate(NamedTuple):
    """What a group did to an eligible promotion: it lost or was blocked, to whom (None: to several), by how much."""

    state: Literal["lost", "blocked"]
    winner: int | None
    by: int


class Combined(NamedTuple):
    """What a best combination decided: among which promotions, which act, and what is proven about it.

    *gap* is by how much a better one could at most be better, in minor units; None where no bound is known.
    """

    phase: Phase | None
    members: tuple[int, ...]
    acting: tuple[int, ...]
    optimal: bool
    gap: int | None
    nodes: int


class Priced(NamedTuple):
    """What pricing found; `aftercare.policies.decision` makes values of it."""

    pricing: Pricing
    taken: dict[int, int]
    fates: dict[int, Fate]
    snapshots: dict[str, Snapshot]
    acted: list[tuple[Phase, str, int]]
    kept_out: set[int]
    combined: list[Combined]


class Pricer:
    """Prices orders by prepared promotions and tariffs."""

    def __init__(
        self, promotions: PreparedPromotions, tariffs: Iterable[PreparedDelivery], zone: str, tax: TaxRounding
    ) -> None:
        self.promotions = promotions
        self.combiner = Combiner(promotions)
        self.tariffs = tuple(tariffs)
        self.zone = zone
        self.tax: TaxRounding = tax

    def price(self, order: Order, at: datetime, history: History | None, *, keep: bool = False) -> Priced:
        """Price *order* as of *at*; with *keep*, what each phase saw stays readable, to explain it."""
        fates: dict[int, Fate] = {}
        excluded: frozenset[int] = frozenset()
        combined: list[Combined] = []
        if self.promotions.spanning:
            excluded = self._settle(order, at, history, fates, combined)
        priced = self._run(order, at, history, excluded, keep=keep)
        priced.fates.update({index: fate for index, fate in fates.items() if index in priced.kept_out})
        priced.combined.extend(each for each in combined if excluded.isdisjoint(each.acting))
        return priced

    # --- groups that span phases -------------------------------------------------------------------------------------

    def _settle(
        self,
        order: Order,
        at: datetime,
        history: History | None,
        fates: dict[int, Fate],
        combined: list[Combined],
    ) -> frozenset[int]:
        """Choose in each spanning group, in order of rank, by what the whole order costs; return who stays out."""
        excluded = frozenset(index for node in self.promotions.spanning for index in leaves(node))

        def trial(chosen: frozenset[int], settled: frozenset[int]) -> tuple[int, bool, bool]:
            """What the order costs with *chosen*, whether any of them is eligible, and whether any takes something."""
            priced = self._run(order, at, history, excluded - settled - chosen)
            cost = payable(priced.pricing, self.tax) - priced.pricing.given()
            takes = not takers(priced).isdisjoint(self.promotions.ids[index] for index in chosen)
            return cost, not chosen.isdisjoint(priced.taken), takes

        def combine(node: Choice, settled: frozenset[int]) -> frozenset[int]:
            """The members that together make the order cost least, each way tried by pricing all of it."""
            promotions = self.promotions
            best = best_over_order(
                node,
                promotions.order_key,
                lambda chosen: trial(chosen, settled),
                shares_units=any(has_pattern(promotions.promotions[index]) for index in leaves(node)),
            )
            first = min(best.acting) if len(best.acting) == 1 else None
            for index in set(leaves(node)) - best.acting:
                cost, _, takes = trial(frozenset({index}), settled)
                if takes:
                    fates[index] = Fate("lost", first, max(0, cost - best.cost))
            members, acting = tuple(leaves(node)), tuple(sorted(best.acting))
            combined.append(Combined(None, members, acting, best.optimal, best.gap, best.nodes))
            return best.acting

        def pick(node: Node, settled: frozenset[int]) -> frozenset[int]:
            if isinstance(node, Leaf):
                return frozenset({node.place})
            if node.how == "stack":
                found: frozenset[int] = frozenset()
                for member in node.members:
                    found |= pick(member, settled | found)
                return found
            if node.terms is not None:
                return combine(node, settled)
            tried = []
            for member in node.members:
                chosen = pick(member, settled)
                cost, eligible, takes = trial(chosen, settled)
                if takes and node.how == "first_of":
                    self._close(node, chosen, fates)
                    return chosen
                if eligible:
                    tried.append((cost, min(map(self.promotions.order_key, chosen)), chosen, takes))
            if not tried:
                return frozenset()
            if node.how == "first_of":
                return tried[0][2]
            best = min(tried, key=lambda each: each[:2])
            winner = min(best[2], key=self.promotions.order_key)
            for cost, _, chosen, takes in tried:
                if takes and chosen != best[2]:
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

    def _run(
        self, order: Order, at: datetime, history: History | None, excluded: frozenset[int], *, keep: bool = False
    ) -> Priced:
        priced = Priced(Pricing(order, at, self.zone, history), {}, {}, {}, [], set(), [])
        pricing = priced.pricing
        live: dict[int, Plan] = {}
        turn = _Turn(priced, live, self.promotions, self.combiner)
        for phase in self.promotions.phases:
            snapshot = pricing.look()
            if phase.name == "shipping":
                pricing.shipping = charge_shipments(snapshot, self.tariffs)
            if not phase.keys:
                continue
            if keep:
                snapshot.freeze()
                priced.snapshots[phase.name] = snapshot
            for candidate in phase.starting(pricing.goods):
                plan = candidate.plan(snapshot, pricing.codes)
                if plan is None:
                    continue
                if candidate.index in excluded:
                    priced.kept_out.add(candidate.index)
                else:
                    live[candidate.index] = plan
                    priced.taken[candidate.index] = 0
            if not phase.keys.keys().isdisjoint(live):
                if phase.looks_back:
                    snapshot.freeze()
                pricing.begin()
                turn.act(phase)
        return priced


class _Turn:
    """The phases of one pricing, each in its turn."""

    __slots__ = ("acted", "combined", "combiner", "fates", "found", "live", "phase", "pricing", "promotions", "taken")

    phase: PreparedPhase

    def __init__(
        self, priced: Priced, live: dict[int, Plan], promotions: PreparedPromotions, combiner: Combiner
    ) -> None:
        self.pricing = priced.pricing
        self.combiner = combiner
        self.combined = priced.combined
        self.found: list[Combined] = []
        self.taken = priced.taken
        self.fates = priced.fates
        self.acted = priced.acted
        self.live = live
        self.promotions = promotions

    def act(self, phase: PreparedPhase) -> None:
        """Settle the groups, then let everybody act in the order of the phase."""
        self.phase = phase
        keys, live, ids, pricing = phase.keys, self.live, self.promotions.ids, self.pricing
        acting = [(keys[index], index, group) for group, members in phase.stacks for index in live if index in members]
        for group, node, members in phase.groups:
            if not members.isdisjoint(live):
                chosen = self.choose(node, group)
                acting += [(keys[index], index, group) for index in chosen]
                self.combined += [each for each in self.found if set(each.acting) <= set(chosen)]
                self.found.clear()
        acting.sort()
        for _, index, group in acting:
            taken = act_all(pricing, phase.name, live[index], ids[index], group)
            if taken:
                self.taken[index] += taken
                self.acted.append((phase.name, ids[index], taken))
        if phase.keeps_out:
            for run in self.pricing.runs:
                if any(who in phase.keeps_out for who, _, _ in run.parts):
                    run.counts = False

    def choose(self, node: Node, group: int) -> list[int]:
        """The promotions of a group that act: alternatives are compared by what each takes off alone."""
        if isinstance(node, Leaf):
            return [node.place] if node.place in self.live and node.place in self.phase.keys else []
        if node.terms is not None:
            return self.combine(node, group)
        eligible = [chosen for member in node.members if (chosen := self.choose(member, group))]
        if node.how == "stack":
            return [index for chosen in eligible for index in chosen]
        if len(eligible) <= 1:
            return eligible[0] if eligible else []
        return self.first(eligible, group) if node.how == "first_of" else self.best(eligible, group)

    def first(self, eligible: list[list[int]], group: int) -> list[int]:
        """The first that takes something, and those after it are blocked; the very first where none does."""
        for place, chosen in enumerate(eligible):
            if self.worth(chosen, group):
                winner = min(chosen, key=self.promotions.order_key)
                for other in eligible[place + 1 :]:
                    self.fates.update(dict.fromkeys(other, Fate("blocked", winner, 0)))
                return chosen
        return eligible[0]

    def best(self, eligible: list[list[int]], group: int) -> list[int]:
        """The one that takes most; the others lost to it."""
        keys = self.phase.keys
        worths = [self.worth(chosen, group) for chosen in eligible]
        most, place = min(
            (-worth, min(map(keys.__getitem__, chosen)), place)
            for place, (worth, chosen) in enumerate(zip(worths, eligible, strict=True))
        )[::2]
        winner = min(eligible[place], key=self.promotions.order_key)
        for other, chosen in enumerate(eligible):
            if other != place and worths[other]:
                self.fates.update(dict.fromkeys(chosen, Fate("lost", winner, -most - worths[other])))
        return eligible[place]

    def combine(self, node: Choice, group: int) -> list[int]:
        """The best combination; its patterns are given their units, and the others lost to it."""
        phase = self.phase
        plans = {
            index: [each for each in self.live[index] if each[0].phase == phase.name]
            for index in leaves(node)
            if index in self.live and index in phase.keys
        }
        plans = {index: plan for index, plan in plans.items() if plan}
        if not plans:
            return []
        found = self.combiner.combine(node, plans, self.pricing, lambda chosen: self.worth(chosen, group))
        acting = list(found.acting)
        self.pricing.planned.update(found.planned)
        proven = (found.optimal, found.gap, found.nodes)
        self.found.append(Combined(phase.name, tuple(plans), found.acting, *proven))
        whole: int | None = None
        for index in plans:
            if index not in acting and (alone := self.worth([index], group)):
                whole = self.worth(acting, group) if whole is None else whole
                self.fates[index] = Fate("lost", acting[0] if len(acting) == 1 else None, max(0, whole - alone))
        return acting

    def worth(self, chosen: list[int], group: int) -> int:
        """What *chosen* take off alone from the phase's starting prices, gifts and worth counted."""
        trial = self.pricing.fork()
        taken = sum(
            act_all(trial, self.phase.name, self.live[index], self.promotions.ids[index], group)
            for index in sorted(chosen, key=self.phase.keys.__getitem__)
        )
        return taken + trial.given()


def takers(priced: Priced) -> set[str]:
    """The promotions that took something off, gifts at their value and rewards at their worth included."""
    found = {who for _, who, _ in priced.acted}
    found.update(who for who, _, _, value in priced.pricing.gifts if value)
    found.update(who for who, *_, worth in priced.pricing.rewards if worth)
    return found
