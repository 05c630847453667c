"""Promotions prepared for pricing: conditions as functions, benefits as functions, phases in their order.

Preparing happens once for a book; pricing an order then asks only what the order needs.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from aftercare.money import Amounts, Money, amounts
from aftercare.policies.acting import kind, prepare
from aftercare.policies.benefit import Gift, values
from aftercare.policies.discount import PHASES, Phase
from aftercare.policies.promotion import Promotion
from aftercare.policies.reading import fold, holds, item_mask, reader
from aftercare.policies.stacking import Entry, Group, promotions_in
from aftercare.policies.variable import Cases, Dated, Steps
from aftercare.policies.vocabulary import always
from aftercare.policies.walking import goods_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.pricing import Act, Pricing, Values
    from aftercare.policies.reading import Mask
    from aftercare.policies.snapshot import Snapshot
    from aftercare.policies.units import Goods

Resolve: TypeAlias = "Callable[[Snapshot], Any]"
Plan: TypeAlias = "list[tuple[Prepared, Values]]"
_UNRANKED = 1 << 60


class Prepared(NamedTuple):
    """A benefit ready to act."""

    phase: Phase
    kind: int
    act: Act
    values: tuple[Resolve, ...]
    optional: tuple[bool, ...]


class Alternative:
    """What a promotion gives, by default or in an exception."""

    __slots__ = ("_constant", "_plans", "benefits")

    def __init__(self, benefits: Iterable[Benefit]) -> None:
        given = tuple(benefits)
        self.benefits = sorted((_prepared(benefit) for benefit in given), key=lambda each: each.kind)
        self._constant = not any(
            isinstance(each, Steps | Cases | Dated) for benefit in given for each in values(benefit)
        )
        self._plans: dict[str, Plan] = {}

    def plan(self, snapshot: Snapshot) -> Plan | None:
        """The benefits with their values, or None where one cannot be told; constants are read once a currency."""
        if not self._constant:
            return _resolved(self.benefits, snapshot)
        currency = snapshot.order.currency
        known = self._plans.get(currency)
        if known is None:
            known = _resolved(self.benefits, snapshot) or []
            self._plans[currency] = known
        return known


class Candidate:
    """A promotion ready to be asked whether it is eligible."""

    __slots__ = (
        "codes",
        "currencies",
        "default",
        "first",
        "holds",
        "index",
        "name",
        "overrides",
        "promotion",
        "reach",
        "schedule",
    )

    def __init__(self, index: int, promotion: Promotion) -> None:
        self.index = index
        self.promotion = promotion
        self.name = promotion.name
        self.first = promotion.phases[0]
        self.holds = None if promotion.when == always else holds(promotion.when)
        self.codes = frozenset(fold(code) for code in promotion.codes)
        self.currencies = frozenset(promotion.only_in)
        self.schedule = promotion.schedule
        self.reach = _reach(promotion)
        self.default = Alternative(promotion.then)
        self.overrides = [
            (holds(override.when), Alternative(dict(override.terms)["then"]))
            for override in promotion.exceptions.overrides
        ]

    def plan(self, snapshot: Snapshot, codes: frozenset[str]) -> Plan | None:
        """What it will do, or None when it is not eligible."""
        if self.codes and self.codes.isdisjoint(codes):
            return None
        if self.currencies and snapshot.order.currency not in self.currencies:
            return None
        if self.reach is not None and not self.reach(snapshot.goods):
            return None
        if self.holds is not None and not self.holds(snapshot):
            return None
        if self.schedule is not None and not self.schedule.is_open(snapshot.moment.at):
            return None
        for condition, alternative in self.overrides:
            if condition(snapshot):
                return alternative.plan(snapshot)
        return self.default.plan(snapshot)


def _reach(promotion: Promotion) -> Callable[[Goods], int | bool] | None:
    """Whether an order has the goods without which no benefit of *promotion* does anything; None where one needs none.

    A discount needs some of its goods, a pattern some of each.
    """
    needed: list[list[Mask]] = []
    for benefits in promotion.alternatives:
        for benefit in benefits:
            goods = list(goods_of(benefit))
            if not goods:
                return None
            needed.append([item_mask(each) for each in goods])
    if len(needed) == 1 and len(needed[0]) == 1:
        return needed[0][0]

    def reach(goods: Goods) -> bool:
        for masks in needed:
            for mask in masks:
                if not mask(goods):
                    break
            else:
                return True
        return False

    return reach


def _resolved(benefits: list[Prepared], snapshot: Snapshot) -> Plan | None:
    plan = []
    for benefit in benefits:
        found = []
        for resolve, optional in zip(benefit.values, benefit.optional, strict=True):
            value = resolve(snapshot)
            if value is None and not optional:
                return None
            found.append(value)
        plan.append((benefit, tuple(found)))
    return plan


def _prepared(benefit: Benefit) -> Prepared:
    read = [getattr(benefit, key, None) for key in ("value", "cap", "cap_each", "worth")]
    return Prepared(
        benefit.acts_in,
        kind(benefit),
        prepare(benefit),
        tuple(resolver(each) for each in read),
        tuple(each is None for each in read),
    )


def resolver(value: Any) -> Resolve:
    """The function that tells a variable value: amounts as minor units of the order's currency, None where unknown."""
    match value:
        case Steps(fact, steps):
            read = reader(fact.reading)
            given = [resolver(each) for _, each in steps]
            heights: dict[str, list[Any]] = {}

            def step(snapshot: Snapshot) -> Any:
                found = read(snapshot)
                if found is None:
                    return None
                currency = snapshot.order.currency
                bounds = heights.get(currency)
                if bounds is None:
                    bounds = heights[currency] = [_height(bound, currency) for bound, _ in steps]
                reached = bisect_right(bounds, getattr(found, "rank", found))
                return given[reached - 1](snapshot) if reached else None

            return step
        case Cases(fact, cases, choose):
            read = reader(fact.reading)
            rows = {fold(row) if fact.reading.name == "cart.code" else row: resolver(each) for row, each in cases}

            def case_(snapshot: Snapshot) -> Any:
                found = [rows[each](snapshot) for each in read(snapshot) or () if each in rows]
                known = [each for each in found if each is not None]
                if len(known) <= 1:
                    return known[0] if known else None
                return max(known) if choose == "highest" else min(known)

            return case_
        case Dated(first, changes):
            start = resolver(first)
            turns = [(at, resolver(each)) for at, each in changes]

            def by_date(snapshot: Snapshot) -> Any:
                current = start
                for at, each in turns:
                    if snapshot.moment.at < at:
                        break
                    current = each
                return current(snapshot)

            return by_date
        case Amounts():
            return lambda snapshot: value.in_(snapshot.order.currency).minor
        case Money():
            return resolver(amounts(value))
        case _:
            return lambda _: value


def _height(bound: Any, currency: str) -> Any:
    """A step as it is compared: an amount in minor units, a tier by its rank."""
    if isinstance(bound, Amounts):
        return bound.in_(currency).minor
    return getattr(bound, "rank", bound)


class Leaf(NamedTuple):
    """A promotion as an entry of a phase, by its place in the book."""

    place: int


class Choice(NamedTuple):
    """A group as an entry of a phase."""

    how: str
    members: tuple[Leaf | Choice, ...]


Node: TypeAlias = "Leaf | Choice"


class PreparedPhase(NamedTuple):
    """What acts in one phase, and in which order."""

    name: Phase
    starting: list[Candidate]
    bare: frozenset[int]
    groups: list[tuple[int, Choice, frozenset[int]]]
    keys: dict[int, int]
    keeps_out: frozenset[str]
    looks_back: bool


class PreparedPromotions:
    """All promotions of a book, prepared."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        written = tuple(entries)
        self.promotions = tuple(promotion for entry in written for promotion in promotions_in(entry))
        self.ids = tuple(promotion.id for promotion in self.promotions)
        self.index = {promotion: index for index, promotion in enumerate(self.ids)}
        self.candidates = [Candidate(index, promotion) for index, promotion in enumerate(self.promotions)]
        self.spanning = sorted(
            (self._node(entry) for entry in written if isinstance(entry, Group) and _spans(entry)),
            key=lambda node: min(map(self.order_key, leaves(node))),
        )
        settled = {id(entry) for entry in written if isinstance(entry, Group) and _spans(entry)}
        self.phases = [self._phase(phase, written, settled) for phase in PHASES]

    def _node(self, group: Group) -> Choice:
        return Choice(
            group.how,
            tuple(
                Leaf(self.index[member.id]) if isinstance(member, Promotion) else self._node(member)
                for member in group.members
            ),
        )

    def named(self, promotion: str) -> Promotion:
        """The promotion with an id."""
        return self.promotions[self.index[promotion]]

    def order_key(self, index: int) -> tuple[Any, ...]:
        """Declared rank, then id: the order that settles ties."""
        promotion = self.promotions[index]
        return (_UNRANKED if promotion.rank is None else promotion.rank, promotion.id)

    def _phase(self, phase: Phase, written: tuple[Entry, ...], settled: set[int]) -> PreparedPhase:
        acting = [promotion for promotion in self.promotions if phase in promotion.phases]
        all_ranked = all(promotion.rank is not None for promotion in acting)
        keys: dict[int, tuple[Any, ...]] = {}
        for promotion in acting:
            index = self.index[promotion.id]
            kinds = [
                kind(benefit) for benefits in promotion.alternatives for benefit in benefits if benefit.acts_in == phase
            ]
            keys[index] = self.order_key(index) if all_ranked else (min(kinds), *self.order_key(index))
        bare = set()
        groups: list[tuple[int, Choice, frozenset[int]]] = []
        for place, entry in enumerate(written):
            if isinstance(entry, Promotion):
                bare.add(self.index[entry.id])
            elif any(phase in promotion.phases for promotion in promotions_in(entry)):
                node = self._node(entry)
                if id(entry) in settled:
                    node = Choice("stack", tuple(Leaf(index) for index in leaves(node)))
                groups.append((1 << (place + 1), node, frozenset(leaves(node)) & keys.keys()))
        starting = [candidate for candidate in self.candidates if candidate.first == phase]
        keeps_out = frozenset(each.id for each in acting if not each.counts_towards_thresholds)
        turns = {index: turn for turn, index in enumerate(sorted(keys, key=keys.__getitem__))}
        looks_back = phase == "item" and any(map(_counts_goods, acting))
        return PreparedPhase(phase, starting, frozenset(bare & keys.keys()), groups, turns, keeps_out, looks_back)


def _counts_goods(promotion: Promotion) -> bool:
    """Whether a gift of *promotion* counts goods as they stood when the phase began."""
    return any(
        isinstance(benefit, Gift) and benefit.per is not None
        for benefits in promotion.alternatives
        for benefit in benefits
    )


def _spans(entry: Entry) -> bool:
    """Whether a choice in *entry* is among promotions of different phases."""
    if isinstance(entry, Promotion):
        return False
    phases = {phase for promotion in promotions_in(entry) for phase in promotion.phases}
    return (entry.how != "stack" and len(phases) > 1) or any(map(_spans, entry.members))


def leaves(node: Node) -> list[int]:
    """The promotions of *node*, by their place in the book."""
    if isinstance(node, Leaf):
        return [node.place]
    return [index for member in node.members for index in leaves(member)]


def act_all(pricing: Pricing, phase: Phase, plan: Plan, who: str, group: int) -> int:
    """Let a promotion act in one phase; percentages first, then prices, then amounts."""
    if len(plan) == 1:
        benefit, resolved = plan[0]
        return benefit.act(pricing, who, resolved, group) if benefit.phase == phase else 0
    taken = 0
    for benefit, resolved in plan:
        if benefit.phase == phase:
            taken += benefit.act(pricing, who, resolved, group)
    return taken
