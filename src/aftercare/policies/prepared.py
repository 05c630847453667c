"""Promotions prepared for pricing: conditions as functions, benefits as functions, phases in their order.

Preparing happens once for a book; pricing an order then asks only what the order needs.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from aftercare.policies.acting import kind
from aftercare.policies.benefit import Gift
from aftercare.policies.candidate import Candidate, Plan, words_of
from aftercare.policies.discount import PHASES, Phase
from aftercare.policies.promotion import Promotion
from aftercare.policies.reading import item_reader
from aftercare.policies.stacking import Combining, Entry, Group, promotions_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.order import Line
    from aftercare.policies.condition import Reading
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.units import Goods

_UNRANKED = 1 << 60
_INDEX = attrgetter("index")


def _keyed(
    candidates: list[Candidate],
) -> tuple[list[Candidate], list[tuple[object, Callable[[Line], Any], dict[str, list[Candidate]]]]]:
    """Candidates without words, and the others by their words: an order looks up only what it has."""
    unkeyed = []
    keyed: dict[Reading, dict[str, list[Candidate]]] = {}
    for candidate in candidates:
        words = words_of(candidate.promotion)
        if words is None:
            unkeyed.append(candidate)
        else:
            for reading, word in words:
                keyed.setdefault(reading, {}).setdefault(word, []).append(candidate)
    return unkeyed, [((reading.name, reading.key), item_reader(reading), each) for reading, each in keyed.items()]


class Leaf(NamedTuple):
    """A promotion as an entry of a phase, by its place in the book."""

    place: int


class Choice(NamedTuple):
    """A group as an entry of a phase."""

    how: str
    members: tuple[Leaf | Choice, ...]
    terms: Combining | None = None


Node: TypeAlias = "Leaf | Choice"


class PreparedPhase(NamedTuple):
    """What acts in one phase, and in which order."""

    name: Phase
    unkeyed: list[Candidate]
    keyed: list[tuple[object, Callable[[Line], Any], dict[str, list[Candidate]]]]
    stacks: list[tuple[int, frozenset[int]]]
    groups: list[tuple[int, Choice, frozenset[int]]]
    keys: dict[int, int]
    keeps_out: frozenset[str]
    looks_back: bool

    def starting(self, goods: Goods) -> list[Candidate]:
        """The promotions that start here and may have goods in the order, in the order of the book."""
        found = self.unkeyed.copy()
        for key, read, by_word in self.keyed:
            for word in goods.words(key, read)[0]:
                found += by_word.get(word, ())
        return sorted(dict.fromkeys(found), key=_INDEX) if self.keyed else found


class PreparedPromotions:
    """All promotions of a book, prepared."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        written = tuple(entries)
        self.promotions = tuple(promotion for entry in written for promotion in promotions_in(entry))
        self.ids = tuple(promotion.id for promotion in self.promotions)
        self.index = {promotion: index for index, promotion in enumerate(self.ids)}
        self.candidates = [Candidate(index, promotion) for index, promotion in enumerate(self.promotions)]
        choices = [entry for entry in written if isinstance(entry, Group) and _spans(entry)]
        self.spanning = sorted(map(self._node, choices), key=lambda node: min(map(self.order_key, leaves(node))))
        settled = {id(entry) for entry in choices}
        self.phases = [self._phase(phase, written, settled) for phase in PHASES]

    def _node(self, group: Group) -> Choice:
        return Choice(
            group.how,
            tuple(
                Leaf(self.index[member.id]) if isinstance(member, Promotion) else self._node(member)
                for member in group.members
            ),
            group.terms,
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
        bare = frozenset(self.index[entry.id] for entry in written if isinstance(entry, Promotion))
        stacks = [(1, bare & keys.keys())]
        groups: list[tuple[int, Choice, frozenset[int]]] = []
        for place, entry in enumerate(written):
            if isinstance(entry, Group):
                node = self._node(entry)
                members = frozenset(leaves(node)) & keys.keys()
                flat = entry.how == "stack" and all(isinstance(member, Leaf) for member in node.members)
                if entry.terms is not None and id(entry) in settled:
                    # Who takes part is settled over the order; here their patterns share out the units.
                    everyone = Choice("stack", tuple(map(Leaf, leaves(node))))
                    groups.append((1 << (place + 1), Choice(entry.how, (everyone,), entry.terms), members))
                elif flat or id(entry) in settled:
                    stacks.append((1 << (place + 1), members))
                elif members:
                    groups.append((1 << (place + 1), node, members))
        unkeyed, keyed = _keyed([candidate for candidate in self.candidates if candidate.first == phase])
        keeps_out = frozenset(each.id for each in acting if not each.counts_towards_thresholds)
        turns = {index: turn for turn, index in enumerate(sorted(keys, key=keys.__getitem__))}
        looks_back = phase == "item" and any(map(_counts_goods, acting))
        return PreparedPhase(phase, unkeyed, keyed, stacks, groups, turns, keeps_out, looks_back)


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
    whole = entry.terms is not None and entry.terms.over == "order"
    return whole or (entry.how != "stack" and len(phases) > 1) or any(map(_spans, entry.members))


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
