from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from aftercare.history import History
from aftercare.policies.pattern import PatternOff
from aftercare.policies.promotion import Promotion
from aftercare.policies.stacking import promotions_in
from tests.reference.bill import Priced, answer, parcel
from tests.reference.combining import Chosen, combines, every_way, is_allowed
from tests.reference.conditions import Snapshot
from tests.reference.giving import Giving
from tests.reference.limits import Limits
from tests.reference.promotions import Told, decided, kind
from tests.reference.units import State, Unit, gave, line_price, line_prices, minimum, takes

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare import Order, PolicyBook
    from aftercare.limits import Counts
    from aftercare.policies.stacking import Entry
    from tests.reference.combining import Plan

MOST_UNITS, MOST_WAYS = 7, 600
"""So many units and combinations are looked at one by one."""
PHASES = ("catalogue", "item", "order", "shipping")


def price(
    book: PolicyBook,
    order: Order,
    at: datetime,
    history: History | None = None,
    counts: Counts | None = None,
    *,
    chosen: Chosen | None = None,
) -> Priced:
    """What *order* costs by *book*, whose best combinations are those *chosen*."""
    if history is not None:
        history = History(event for event in history.events if event.at <= at)
    limits = Limits(order, at, book.zone, counts)
    chosen = chosen or Chosen(set(), {}, {})
    # What a best combination chose before a promotion was refused is not known; whether the refusals fit is.
    limits.refused |= chosen.refused
    reference = Reference(book, order, at, history, limits, chosen)
    while True:
        run = reference.run(reference.settled())
        late = reference.does_not_fit(run)
        if late is None:
            return answer(book, run.state, reference.uses(run))
        limits.refused.add(late)


@dataclass
class Run:
    """The order after all phases, and what is known of the promotions."""

    state: State
    eligible: dict[str, list[Told]]


class Reference:
    """One order and the book by which it is priced."""

    def __init__(  # noqa: PLR0917 - all there is to know
        self,
        book: PolicyBook,
        order: Order,
        at: datetime,
        history: History | None,
        limits: Limits,
        chosen: Chosen,
    ) -> None:
        self.book, self.order, self.at, self.history, self.limits = book, order, at, history, limits
        self.chosen = chosen
        # Bare promotions are one group: number -1. The others are numbered by their place in the book.
        self.outermost = {
            promotion.id: -1 if isinstance(entry, Promotion) else place
            for place, entry in enumerate(book.promotions)
            for promotion in promotions_in(entry)
        }
        self.giving = Giving(order, self.outermost)
        self.everyone = everyone = [promotion for entry in book.promotions for promotion in promotions_in(entry)]
        self.all_ranked = {
            phase: all(promotion.rank is not None for promotion in everyone if phase in promotion.phases)
            for phase in PHASES
        }

    # --- limits ---

    def does_not_fit(self, run: Run) -> str | None:
        """The first promotion, by phase, rank and id, that gave more than a budget has left."""
        given = gave(run.state)
        for promotion in sorted(self.everyone, key=lambda each: (PHASES.index(each.phases[0]), self.rank(each))):
            let = self.limits.let(promotion)
            if let is not None and let.fit is not None and given.get(promotion.id, 0) > let.fit:
                return promotion.id
        return None

    def uses(self, run: Run) -> list[tuple[Any, ...]]:
        """What the promotions that applied take of their limits."""
        given = gave(run.state)
        return [use for each in self.everyone if each.id in given for use in self.limits.uses(each, given[each.id])]

    # --- groups whose promotions act in more than one phase ---

    def spans(self, entry: Entry) -> bool:
        """Whether a choice in *entry* is among promotions of different phases."""
        if isinstance(entry, Promotion):
            return False
        phases = {phase for promotion in promotions_in(entry) for phase in promotion.phases}
        return (entry.how != "stack" and len(phases) > 1) or any(self.spans(member) for member in entry.members)

    def settled(self) -> set[str]:
        """The promotions that take part, once all groups that span phases are settled."""
        spanning = [entry for entry in self.book.promotions if self.spans(entry)]
        out = {promotion.id for entry in spanning for promotion in promotions_in(entry)}
        present = set(self.outermost) - out
        for group in sorted(spanning, key=lambda entry: min(map(self.rank, promotions_in(entry)))):
            present |= self.picked(group, present)
        return present

    def rank(self, promotion: Promotion) -> Any:
        """Rank, then id; unranked last."""
        return (math.inf if promotion.rank is None else promotion.rank, promotion.id)

    def picked(self, entry: Entry, present: set[str]) -> set[str]:
        """The promotions of *entry* that act, by what the whole order costs with those *present* already."""
        if isinstance(entry, Promotion):
            return {entry.id}
        found: set[str] = set()
        if entry.how == "stack":
            for member in entry.members:
                found |= self.picked(member, present | found)
            return found
        tried = []
        for member in entry.members:
            chosen = self.picked(member, present)
            run = self.run(present | chosen)
            if entry.how == "first_of" and any(takes(run.state, who) for who in chosen):
                return chosen
            if not chosen.isdisjoint(run.eligible):
                first = min(self.rank(promotion) for promotion in promotions_in(member) if promotion.id in chosen)
                tried.append((answer(self.book, run.state).payable - run.state.given(), first, chosen))
        if not tried:
            return set()
        return tried[0][2] if entry.how == "first_of" else min(tried, key=lambda each: each[:2])[2]

    # --- phases ---

    def run(self, present: set[str]) -> Run:
        """The order after all phases, when the promotions *present* take part."""
        state = self.fresh()
        eligible: dict[str, list[Told]] = {}
        for phase in PHASES:
            snapshot = Snapshot(
                self.order, [unit.copy() for unit in state.units], self.at, self.book.zone, self.history
            )
            if phase == "shipping":
                state.parcels = [parcel(self.book, shipment, snapshot) for shipment in self.order.shipments]
            self.begin(state)
            for promotion in (each for entry in self.book.promotions for each in promotions_in(entry)):
                if promotion.id in present and promotion.phases[0] == phase:
                    found = decided(promotion, snapshot)
                    let = self.limits.let(promotion)
                    if found and let is not None:
                        for each in found:
                            each.room = let.room
                        eligible[promotion.id] = found
            # A best combination comes last: it looks for its units among those that do not become gifts before.
            self.sure: list[Promotion] = []
            for entry in sorted(self.book.promotions, key=combines):
                self.sure += self.acting(entry, phase, state, eligible)
            acting = self.sure
            self.act(acting, phase, state, eligible)
            for promotion in acting:
                if not promotion.counts_towards_thresholds:
                    for unit in state.units:
                        unit.hidden = unit.hidden or any(who == promotion.id for who, *_ in unit.parts)
        return Run(state, eligible)

    def fresh(self) -> State:
        """The order before all promotions."""
        units = []
        tags = {}
        for line in self.order.lines:
            tags[line.id] = Fraction(line.unit_price.minor)
            for n, each in enumerate(line_prices(line, tags[line.id]), 1):
                floor = min(line_price(line, minimum(line)), each)
                units.append(Unit(line, n, line.product.sku, line.tax.ratio, each, each, each, floor))
        return State(self.order, units, tags, dict(tags))

    def begin(self, state: State) -> None:
        """The prices at which a phase starts; every unit is free."""
        state.start_tags = dict(state.tags)
        for unit in chain(state.units, state.parcels):
            unit.start = unit.left
            unit.roles = set()

    def acting(
        self, entry: Entry, phase: str, state: State, eligible: dict[str, list[Told]], *, inside: bool = False
    ) -> list[Promotion]:
        """The promotions of *entry* that act in *phase*, its groups settled."""
        if isinstance(entry, Promotion):
            return [entry] if any(each.benefit.acts_in == phase for each in eligible.get(entry.id, ())) else []
        if not inside and self.spans(entry):  # settled before pricing
            return [
                promotion for each in promotions_in(entry) for promotion in self.acting(each, phase, state, eligible)
            ]
        if entry.how == "best_combination":
            return self.combined(entry, phase, state, eligible)
        found = [self.acting(member, phase, state, eligible, inside=True) for member in entry.members]
        if entry.how == "stack":
            return list(chain(*found))
        tried = [(self.alone(some, phase, state, eligible), some) for some in found if some]
        if not tried:
            return []
        if entry.how == "first_of":
            return next((some for trial, some in tried if any(takes(trial, each.id) for each in some)), tried[0][1])
        return min(tried, key=lambda each: (each[0].cost(), min(self.key(one, phase) for one in each[1])))[1]

    def combined(self, entry: Entry, phase: str, state: State, eligible: dict[str, list[Told]]) -> list[Promotion]:
        """The engine's choice, after a look at all others."""
        present = [each for each in promotions_in(entry) for each in self.acting(each, phase, state, eligible)]
        told = {each.id: [one for one in eligible[each.id] if one.benefit.acts_in == phase] for each in present}
        patterns = {each.id for each in present if isinstance(told[each.id][0].benefit, PatternOff)}
        acting = [
            each
            for each in present
            if (each.id in self.chosen.plan if each.id in patterns else each.id not in self.chosen.lost)
        ]
        plan = {each.id: self.chosen.plan[each.id] for each in acting if each.id in patterns}
        before = min((self.key(each, phase) for each in present), default=())
        state = self.with_gifts([each for each in self.sure if self.key(each, phase) < before], phase, state, eligible)
        units = [unit for unit in state.units if unit.discountable]
        assert is_allowed(entry, acting, plan, told, units=units)
        saved = self.saved(acting, plan, phase, state, eligible)
        if present and len(units) <= MOST_UNITS:
            ways = list(islice(every_way(entry, present, told, units), MOST_WAYS + 1))
            if len(ways) <= MOST_WAYS:
                most = max(self.saved(some, each, phase, state, eligible) for some, each in ways)
                gap = self.chosen.gaps[tuple(sorted(each.id for each in present)), phase]
                rounded = sum(
                    1 if one.benefit.rounding == "promotion" and one.benefit.money is None else 3 * len(units)
                    for each in present
                    for one in told[each.id]
                    if hasattr(one.benefit, "rounding")
                )
                self.chosen.compared.append((saved, most, gap, rounded))
        self.giving.plan |= plan
        return acting

    def with_gifts(self, some: list[Promotion], phase: str, state: State, eligible: dict[str, list[Told]]) -> State:
        """The start of a phase, where the units that *some* promotions give for nothing are gifts already."""
        trial = self.alone(some, phase, state, eligible)
        start = state.copy()
        for unit, tried in zip(start.units, trial.units, strict=True):
            unit.gift = tried.gift
        return start

    def saved(
        self, some: list[Promotion], plan: Plan, phase: str, state: State, eligible: dict[str, list[Told]]
    ) -> int:
        """What *some* promotions take off alone, with the units of a plan."""
        known, self.giving.plan = self.giving.plan, plan
        trial = self.alone(some, phase, state, eligible)
        self.giving.plan = known
        return sum(unit.left for unit in chain(state.units, state.parcels)) - trial.cost()

    def alone(self, some: list[Promotion], phase: str, state: State, eligible: dict[str, list[Told]]) -> State:
        """What comes of *some* promotions alone, from the prices at the start of the phase."""
        trial = state.copy()
        trial.gifts, trial.rewards = [], []
        for unit in chain(trial.units, trial.parcels):
            unit.parts = []
        self.act(some, phase, trial, eligible)
        return trial

    def key(self, promotion: Promotion, phase: str) -> Any:
        """A promotion's place among those that act in a phase."""
        rank = math.inf if promotion.rank is None else promotion.rank
        if self.all_ranked[phase]:
            return (rank, promotion.id)
        kinds = [kind(each) for given in promotion.alternatives for each in given if each.acts_in == phase]
        return (min(kinds), rank, promotion.id)

    def act(self, some: list[Promotion], phase: str, state: State, eligible: dict[str, list[Told]]) -> None:
        """Let promotions act in the order of their keys."""
        for promotion in sorted(some, key=lambda each: self.key(each, phase)):
            benefits = [each for each in eligible[promotion.id] if each.benefit.acts_in == phase]
            for each in sorted(benefits, key=lambda each: kind(each.benefit)):
                self.giving.give(promotion, each, phase, state)
