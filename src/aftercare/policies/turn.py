"""The phases of one pricing, each in its turn: choices settled, then everybody acts in the order of the phase."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aftercare.policies.benefit import Gift
from aftercare.policies.discount import PHASES
from aftercare.policies.fate import Combined, Fate
from aftercare.policies.prepared import Choice, Leaf, Node, PreparedPhase, act_all, combines, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aftercare.policies.candidate import Plan
    from aftercare.policies.combining import Combination
    from aftercare.policies.discount import Phase
    from aftercare.policies.limiting import Gate
    from aftercare.policies.prepared import PreparedPromotions
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.snapshot import Snapshot


Combine: TypeAlias = "Callable[[Choice, dict[int, Plan], Pricing, Callable[[list[int]], int]], Combination]"
"""What finds the best combination of a group: its members with their plans, and what really prices some of them."""


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


class Turn:
    """The phases of one pricing, each in its turn."""

    __slots__ = (
        "acted",
        "acting",
        "begun",
        "best_combination",
        "choosing",
        "combined",
        "fates",
        "found",
        "gate",
        "live",
        "phase",
        "pricing",
        "promotions",
        "sure",
        "taken",
    )

    phase: PreparedPhase
    sure: list[tuple[int, int, int]]

    def __init__(self, priced: Priced, promotions: PreparedPromotions, best_combination: Combine) -> None:
        self.pricing = priced.pricing
        self.gate = priced.gate
        self.best_combination = best_combination
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
        self.sure = acting
        # A best combination comes last: it looks for its units among those that do not become gifts before.
        for choice, group in sorted(choosing.items(), key=self.combines):
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

    def combines(self, choosing: tuple[int, int]) -> bool:
        """Whether a choice is made by a best combination."""
        return combines(self.promotions.choices[choosing[0]])

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
        first = min(map(self.key, plans))
        giving = [each for each in self.sure if gives_units(self.live[each[1]], name)]
        pricing = self.without_gifts(first) if any(key < first for key, *_ in giving) else self.pricing

        def worth(chosen: list[int]) -> int:
            return self.worth(chosen, group, pricing)

        found = self.best_combination(node, plans, pricing, worth)
        acting = list(found.acting)
        self.pricing.planned.update(found.planned)
        # A gift between two members may take a unit of the later one; what that costs has not been proven away.
        among = [each for each in giving if each[0] > first]
        short = worth(acting) - self.worth_among(acting, group, among, pricing) if among else 0
        proven = (found.optimal and not short, found.gap + short, found.nodes)
        self.found.append(Combined(name, tuple(plans), found.acting, *proven))
        whole: int | None = None
        for index in plans:
            if index not in acting and (alone := worth([index])):
                whole = worth(acting) if whole is None else whole
                self.fates[index] = Fate("lost", acting[0] if len(acting) == 1 else None, max(0, whole - alone))
        return acting

    def without_gifts(self, key: int) -> Pricing:
        """The prices at the start of the phase, without the units that become gifts before the turn of *key*."""
        trial = self.pricing.fork()
        for _, index, group in sorted(each for each in self.sure if each[0] < key):
            act_all(trial, self.phase.name, self.live[index], self.promotions.ids[index], group)
        trial.restart()
        return trial

    def worth(self, chosen: list[int], group: int, pricing: Pricing | None = None) -> int:
        """What *chosen* take off alone from the phase's starting prices, gifts and worth counted."""
        start = pricing or self.pricing
        if len(chosen) == 1 and len(self.live[chosen[0]]) == 1:
            _, _, values, alone, _ = self.live[chosen[0]][0]
            told = alone(start, values)
            if told is not None:
                return told
        return self.worth_among(chosen, group, [], start)

    def worth_among(self, chosen: list[int], group: int, others: list[tuple[int, int, int]], pricing: Pricing) -> int:
        """What *chosen* take off from the starting prices of *pricing* where *others* act in their turn among them."""
        trial = pricing.fork()
        taken = 0
        for _, index, own in sorted([*((self.key(index), index, group) for index in chosen), *others]):
            given = trial.given()
            found = act_all(trial, self.phase.name, self.live[index], self.promotions.ids[index], own)
            if index in chosen:
                taken += found + trial.given() - given
        return taken

    def key(self, index: int) -> int:
        """When a promotion acts in the phase."""
        return self.phase.seats[index].key


def gives_units(plan: Plan, phase: Phase) -> bool:
    """Whether a promotion makes units of the order gifts in *phase*."""
    return any(acts_in == phase and isinstance(given, Gift) and given.value is None for acts_in, *_, given in plan)


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
