"""Pricing an order: phase by phase, groups settled, every part taken and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from aftercare.policies.combining import Combiner
from aftercare.policies.discount import PHASES
from aftercare.policies.fate import Combined, Fate
from aftercare.policies.forms import worth_writing
from aftercare.policies.generating import Writer
from aftercare.policies.limiting import Gate
from aftercare.policies.ordering import best_over_order
from aftercare.policies.prepared import Choice, Leaf, Node, PreparedPhase, PreparedPromotions, act_all, leaves
from aftercare.policies.pricing import Pricing
from aftercare.policies.snapshot import Moment
from aftercare.policies.stacking import has_pattern
from aftercare.policies.tariff import PreparedDelivery, charge_shipments
from aftercare.policies.totals import TaxRounding, payable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.order import Order
    from aftercare.policies.candidate import Plan
    from aftercare.policies.discount import Phase
    from aftercare.policies.snapshot import Snapshot


class Priced(NamedTuple):
    """What pricing found; `aftercare.policies.decision` makes values of it."""

    pricing: Pricing
    taken: dict[int, int]
    fates: dict[int, Fate]
    snapshots: dict[str, Snapshot]
    acted: list[tuple[Phase, str, int]]
    kept_out: set[int]
    gate: Gate
    combined: list[Combined]


class _Settled(NamedTuple):
    """What groups that span phases decided before any phase: who stays out, why, and what is proven."""

    excluded: frozenset[int]
    fates: dict[int, Fate]
    combined: list[Combined]


_NOTHING_SETTLED = _Settled(frozenset(), {}, [])

Written: TypeAlias = "tuple[Callable[..., Any], Callable[..., Any] | None]"
"""A book written out: the functions that give the pricing of an order, and what it costs alone."""

LONG_LIVED = 200
"""After so many orders in a currency a book is written out for it, which costs as much as it then saves on as many."""


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
        self.written: dict[str, Written] = {}
        self.orders: dict[str, int] = {}

    def price(
        self, order: Order, at: datetime, history: History | None, counts: Counts | None = None, *, keep: bool = False
    ) -> Priced:
        """Price *order* as of *at*; with *keep*, what each phase saw stays readable, to explain it.

        A promotion that gives more than a budget has left is taken out, one at a time, and the order priced again.
        """
        return self.priced(order, at, history, Gate(counts, order, at, self.zone), keep=keep)

    def priced(self, order: Order, at: datetime, history: History | None, gate: Gate, *, keep: bool = False) -> Priced:
        """The same, with what limits let through."""
        while True:
            priced = self._price(order, at, history, gate, keep=keep)
            if not gate.standings or not gate.refuse(self.promotions.limited, given_by(priced, self.promotions.ids)):
                return priced

    def owed(self, order: Order, at: datetime, history: History | None, counts: Counts | None = None) -> int:
        """What *order* costs as of *at*, tax included, in minor units, and nothing else."""
        written = self.written.get(order.currency)
        if written is not None and written[1] is not None:
            gate = Gate(counts, order, at, self.zone)
            found: int | None = written[1](order, Moment(at, self.zone, history), gate)
            if found is not None:
                return found
        return payable(self.price(order, at, history, counts).pricing, self.tax)

    def _asked(self, currency: str) -> Written | None:
        """Count an order; a book that is asked often is written out for its currency."""
        self.orders[currency] = self.orders.get(currency, 0) + 1
        return self.write(currency) if self.orders[currency] == LONG_LIVED else None

    def write(self, currency: str) -> Written | None:
        """Write the book out for the orders in *currency*; None where that is not worth it."""
        if not worth_writing(self.promotions):
            return None
        writers = [Writer(self.promotions, self.tariffs, currency) for _ in range(2)]
        self.written[currency] = (writers[0].charge(), writers[1].owed())
        return self.written[currency]

    def _price(self, order: Order, at: datetime, history: History | None, gate: Gate, *, keep: bool) -> Priced:
        if not keep:
            charge = self.written.get(order.currency) or self._asked(order.currency)
            found = None if charge is None else charge[0](order, Moment(at, self.zone, history), gate)
            if found is not None:
                pricing, taken, fates, acted = found
                return Priced(pricing, taken, fates, {}, acted, set(), gate, [])
        return self._from_the_start(order, at, history, gate, keep=keep)

    def _from_the_start(self, order: Order, at: datetime, history: History | None, gate: Gate, *, keep: bool) -> Priced:
        settled = self._settle(order, at, history, gate) if self.promotions.spanning else _NOTHING_SETTLED
        excluded, fates, combined = settled
        priced = self._run(order, at, history, excluded, gate, keep=keep)
        priced.fates.update({index: fate for index, fate in fates.items() if index in priced.kept_out})
        priced.combined.extend(each for each in combined if excluded.isdisjoint(each.acting))
        return priced

    # --- groups that span phases -------------------------------------------------------------------------------------

    def _settle(self, order: Order, at: datetime, history: History | None, gate: Gate) -> _Settled:
        """Choose in each spanning group, in order of rank, by what the whole order costs."""
        fates: dict[int, Fate] = {}
        combined: list[Combined] = []
        excluded = frozenset(index for node in self.promotions.spanning for index in leaves(node))

        def trial(chosen: frozenset[int], settled: frozenset[int]) -> tuple[int, bool, bool]:
            """What the order costs with *chosen*, whether any of them is eligible, and whether any takes something."""
            priced = self._run(order, at, history, excluded - settled - chosen, gate)
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
        return _Settled(excluded - settled, fates, combined)

    def _close(self, node: Choice, chosen: frozenset[int], fates: dict[int, Fate]) -> None:
        winner = min(chosen, key=self.promotions.order_key)
        reached = False
        for member in node.members:
            inside = leaves(member)
            if reached:
                fates.update({index: Fate("blocked", winner, 0) for index in inside})
            reached = reached or bool(chosen & set(inside))

    # --- phases ------------------------------------------------------------------------------------------------------

    def _start(self, order: Order, moment: Moment) -> Pricing:
        return Pricing(order, moment)

    def _run(
        self,
        order: Order,
        at: datetime,
        history: History | None,
        excluded: frozenset[int],
        gate: Gate,
        *,
        keep: bool = False,
    ) -> Priced:
        pricing = self._start(order, Moment(at, self.zone, history))
        priced = Priced(pricing, {}, {}, {}, [], set(), gate, [])
        promotions = self.promotions
        turn = _Turn(priced, promotions, self.combiner)
        waiting = promotions.reached(pricing.goods)
        for place, phase in enumerate(promotions.phases):
            candidates = waiting[place]
            ships = phase.name == "shipping"
            if candidates or ships or keep or phase.looks_back:
                snapshot = pricing.look()
                if ships:
                    pricing.shipping = charge_shipments(snapshot, self.tariffs)
                if keep:
                    snapshot.freeze()
                    priced.snapshots[phase.name] = snapshot
                for candidate in candidates.values():
                    plan = candidate.plan(snapshot)
                    if plan is not None and candidate.promotion.limits:
                        plan = gate.admit(candidate.promotion, plan)
                    if plan is None:
                        continue
                    if candidate.index in excluded:
                        priced.kept_out.add(candidate.index)
                    else:
                        turn.admit(candidate.index, plan)
                if phase.looks_back:
                    snapshot.freeze()
            turn.act(phase, place)
        return priced


class _Turn:
    """The phases of one pricing, each in its turn."""

    __slots__ = (
        "acted",
        "acting",
        "begun",
        "choosing",
        "combined",
        "combiner",
        "fates",
        "found",
        "gate",
        "live",
        "phase",
        "pricing",
        "promotions",
        "taken",
    )

    phase: PreparedPhase

    def __init__(self, priced: Priced, promotions: PreparedPromotions, combiner: Combiner) -> None:
        self.pricing = priced.pricing
        self.gate = priced.gate
        self.combiner = combiner
        self.combined = priced.combined
        self.found: list[Combined] = []
        self.taken = priced.taken
        self.fates = priced.fates
        self.acted = priced.acted
        self.promotions = promotions
        self.live: dict[int, Plan] = {}
        self.acting: list[list[tuple[int, int, int]]] = [[] for _ in PHASES]
        self.choosing: list[dict[int, int]] = [{} for _ in PHASES]
        self.begun = False

    def admit(self, index: int, plan: Plan) -> None:
        """An eligible promotion acts in each of its phases, or waits there for the choice that is about it."""
        self.live[index] = plan
        self.taken[index] = 0
        for phase, key, group, choice in self.promotions.seats[index]:
            if choice is None:
                self.acting[phase].append((key, index, group))
            else:
                self.choosing[phase][choice] = group

    def act(self, phase: PreparedPhase, place: int) -> None:
        """Settle the choices, then let everybody act in the order of the phase."""
        acting = self.acting[place]
        choosing = self.choosing[place]
        if not acting and not choosing:
            return
        self.phase = phase
        live, ids, pricing = self.live, self.promotions.ids, self.pricing
        if self.begun:
            pricing.begin()
        self.begun = True
        for choice, group in choosing.items():
            chosen = self.choose(self.promotions.choices[choice], group)
            acting += [(phase.seats[index].key, index, group) for index in chosen]
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
            return [node.place] if node.place in self.live and node.place in self.phase.seats else []
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
        seats = self.phase.seats
        worths = [self.worth(chosen, group) for chosen in eligible]
        most, place = min(
            (-worth, min(seats[index].key for index in chosen), place)
            for place, (worth, chosen) in enumerate(zip(worths, eligible, strict=True))
        )[::2]
        winner = min(eligible[place], key=self.promotions.order_key)
        for other, chosen in enumerate(eligible):
            if other != place and worths[other]:
                self.fates.update(dict.fromkeys(chosen, Fate("lost", winner, -most - worths[other])))
        return eligible[place]

    def combine(self, node: Choice, group: int) -> list[int]:
        """The best combination; its patterns are given their units, and the others lost to it."""
        name = self.phase.name
        plans = {}
        for index in leaves(node):
            plan = [each for each in self.live.get(index, ()) if each[0] == name]
            if plan:
                plans[index] = self.gate.capped(self.promotions.promotions[index], plan, self.pricing)
        if not plans:
            return []
        found = self.combiner.combine(node, plans, self.pricing, lambda chosen: self.worth(chosen, group))
        acting = list(found.acting)
        self.pricing.planned.update(found.planned)
        proven = (found.optimal, found.gap, found.nodes)
        self.found.append(Combined(name, tuple(plans), found.acting, *proven))
        whole: int | None = None
        for index in plans:
            if index not in acting and (alone := self.worth([index], group)):
                whole = self.worth(acting, group) if whole is None else whole
                self.fates[index] = Fate("lost", acting[0] if len(acting) == 1 else None, max(0, whole - alone))
        return acting

    def worth(self, chosen: list[int], group: int) -> int:
        """What *chosen* take off alone from the phase's starting prices, gifts and worth counted."""
        if len(chosen) == 1 and len(self.live[chosen[0]]) == 1:
            _, _, values, alone, _ = self.live[chosen[0]][0]
            told = alone(self.pricing, values)
            if told is not None:
                return told
        trial = self.pricing.fork()
        taken = sum(
            act_all(trial, self.phase.name, self.live[index], self.promotions.ids[index], group)
            for index in sorted(chosen, key=self.key)
        )
        return taken + trial.given()

    def key(self, index: int) -> int:
        """When a promotion acts in the phase."""
        return self.phase.seats[index].key


def takers(priced: Priced) -> set[str]:
    """The promotions that took something off, gifts at their value and rewards at their worth included."""
    found = {who for _, who, _ in priced.acted}
    found.update(who for who, _, _, value in priced.pricing.gifts if value)
    found.update(who for who, *_, worth in priced.pricing.rewards if worth)
    return found


def given_by(priced: Priced, ids: Sequence[str]) -> dict[str, int]:
    """What each promotion gave: what it took off, its gifts at their value, its rewards at their worth."""
    found = {ids[index]: taken for index, taken in priced.taken.items()}
    for who, _, units, value in priced.pricing.gifts:
        found[who] += units * value
    for who, _, _, worth in priced.pricing.rewards:
        found[who] += worth
    return found
