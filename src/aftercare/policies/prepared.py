"""Promotions prepared for pricing: found by the words of goods they need, put in the order in which they act.

Preparing happens once for a book. An order looks up its own words, so that what it costs to price follows the number
of promotions that may concern it and not the number of those there are.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from aftercare.policies.acting import kind
from aftercare.policies.benefit import Gift
from aftercare.policies.candidate import Candidate, Plan, words_of
from aftercare.policies.discount import PHASES, Phase
from aftercare.policies.item_reading import item_reader
from aftercare.policies.pattern import PatternOff
from aftercare.policies.promotion import Promotion
from aftercare.policies.stacking import Combining, Entry, Group, promotions_in, spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.order import Line
    from aftercare.policies.condition import Reading
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.units import Goods

_UNRANKED = 1 << 60
PLACES = {phase: place for place, phase in enumerate(PHASES)}
"""The phases by their place."""


class Leaf(NamedTuple):
    """A promotion as an entry of a phase, by its place in the book."""

    place: int


class Choice(NamedTuple):
    """A group as an entry of a phase."""

    how: str
    members: tuple[Leaf | Choice, ...]
    terms: Combining | None = None


Node: TypeAlias = "Leaf | Choice"


class Seat(NamedTuple):
    """Where a promotion acts: in which phase, when in it, in which group of units, and which choice is about it."""

    phase: int
    key: int
    group: int
    choice: int | None


class PreparedPhase(NamedTuple):
    """What is to be known of one phase."""

    name: Phase
    seats: dict[int, Seat]
    keeps_out: frozenset[str]
    looks_back: bool


class PreparedPromotions:
    """All promotions of a book, prepared."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        written = tuple(entries)
        self.promotions = tuple(promotion for entry in written for promotion in promotions_in(entry))
        self.ids = tuple(promotion.id for promotion in self.promotions)
        self.index = {promotion: index for index, promotion in enumerate(self.ids)}
        self.candidates: list[Candidate] = []
        self.anywhere: list[dict[int, Candidate]] = [{} for _ in PHASES]
        keyed: dict[Reading, dict[str, list[Candidate]]] = {}
        for index, promotion in enumerate(self.promotions):
            words = words_of(promotion)
            candidate = Candidate(index, promotion, reached=words is not None and words[1])
            self.candidates.append(candidate)
            if words is None:
                self.anywhere[PLACES[candidate.first]][index] = candidate
            else:
                for reading, word in words[0]:
                    keyed.setdefault(reading, {}).setdefault(word, []).append(candidate)
        self.keyed: list[tuple[object, Callable[[Line], Any], dict[str, list[Candidate]]]] = [
            ((reading.name, reading.key), item_reader(reading), each) for reading, each in keyed.items()
        ]
        turns = sorted(self.candidates, key=lambda candidate: (PLACES[candidate.first], candidate.index))
        self.turns = {candidate.index: turn for turn, candidate in enumerate(turns)}
        self.choices: dict[int, Choice] = {}
        groups = self._groups(written)
        self.phases = [self._phase(phase, groups) for phase in PHASES]
        self.seats = [
            [phase.seats[index] for phase in self.phases if index in phase.seats] for index in range(len(self.ids))
        ]
        self.limited = sorted(
            (promotion for promotion in self.promotions if promotion.limits),
            key=lambda promotion: (PLACES[promotion.phases[0]], self.order_key(self.index[promotion.id])),
        )

    def _groups(self, written: tuple[Entry, ...]) -> list[tuple[int, int | None]]:
        """For each promotion the group whose patterns share units, as a bit, and the choice that is about it.

        A choice across phases is settled before any phase, so that in the phases its members stack.
        """
        found: list[tuple[int, int | None]] = []
        bit = 1
        spanning = []
        for entry in written:
            if isinstance(entry, Promotion):
                found.append((1, None))
                continue
            members = tuple(promotions_in(entry))
            if any(isinstance(each, PatternOff) for member in members for then in member.alternatives for each in then):
                bit <<= 1
            flat = entry.how == "stack" and all(isinstance(member, Promotion) for member in entry.members)
            choice = None
            if spans(entry):
                spanning.append(self._node(entry))
                node = self._sharing(entry)
                if combines(node):
                    choice = len(self.choices)
                    self.choices[choice] = node
            elif not flat:
                choice = len(self.choices)
                self.choices[choice] = self._node(entry)
            found += [(bit, choice)] * len(members)
        self.spanning = sorted(spanning, key=lambda node: min(map(self.order_key, leaves(node))))
        return found

    def _node(self, group: Group) -> Choice:
        return Choice(
            group.how,
            tuple(
                Leaf(self.index[member.id]) if isinstance(member, Promotion) else self._node(member)
                for member in group.members
            ),
            group.terms,
        )

    def _sharing(self, group: Group) -> Choice:
        """The same where it is settled who takes part: all do, and best combinations share out units to patterns."""
        if group.terms is not None:
            everyone = tuple(Leaf(self.index[member.id]) for member in promotions_in(group))
            return Choice(group.how, (Choice("stack", everyone),), group.terms)
        members = (
            Leaf(self.index[member.id]) if isinstance(member, Promotion) else self._sharing(member)
            for member in group.members
        )
        return Choice("stack", tuple(members))

    def _phase(self, phase: Phase, groups: list[tuple[int, int | None]]) -> PreparedPhase:
        acting = [(index, each) for index, each in enumerate(self.promotions) if phase in each.phases]
        all_ranked = all(promotion.rank is not None for _, promotion in acting)
        keys: dict[int, tuple[Any, ...]] = {}
        for index, promotion in acting:
            kinds = [
                kind(benefit) for benefits in promotion.alternatives for benefit in benefits if benefit.acts_in == phase
            ]
            keys[index] = self.order_key(index) if all_ranked else (min(kinds), *self.order_key(index))
        place = PLACES[phase]
        seats = {
            index: Seat(place, key, *groups[index]) for key, index in enumerate(sorted(keys, key=keys.__getitem__))
        }
        keeps_out = frozenset(promotion.id for _, promotion in acting if not promotion.counts_towards_thresholds)
        looks_back = phase == "item" and any(_counts_goods(promotion) for _, promotion in acting)
        return PreparedPhase(phase, seats, keeps_out, looks_back)

    def restricted(
        self, candidates: Iterable[Candidate], spanning: list[Choice], phases: Iterable[Phase]
    ) -> PreparedPromotions:
        """Some of the promotions, looked for in every order, with the choices that are left among them."""
        made = copy(self)
        taking = {candidate.index: candidate for candidate in candidates}
        made.spanning = spanning
        made.keyed = []
        made.anywhere = [{index: each for index, each in taking.items() if each.first == phase} for phase in PHASES]
        kept = [self.phases[PLACES[phase]] for phase in phases]
        made.phases = [
            phase._replace(seats={index: seat for index, seat in phase.seats.items() if index in taking})
            for phase in kept
        ]
        return made

    def named(self, promotion: str) -> Promotion:
        """The promotion with an id."""
        return self.promotions[self.index[promotion]]

    def order_key(self, index: int) -> tuple[Any, ...]:
        """Declared rank, then id: the order that settles ties."""
        promotion = self.promotions[index]
        return (_UNRANKED if promotion.rank is None else promotion.rank, promotion.id)

    def reached(self, goods: Goods) -> list[dict[int, Candidate]]:
        """The promotions that start in each phase and may have goods in the order."""
        found = [each.copy() for each in self.anywhere]
        for key, read, by_word in self.keyed:
            for word in goods.words(key, read)[0]:
                for candidate in by_word.get(word, ()):
                    found[PLACES[candidate.first]][candidate.index] = candidate
        return found


def _counts_goods(promotion: Promotion) -> bool:
    """Whether a gift of *promotion* counts goods as they stood when the phase began."""
    return any(
        isinstance(benefit, Gift) and benefit.per is not None
        for benefits in promotion.alternatives
        for benefit in benefits
    )


def leaves(node: Node) -> list[int]:
    """The promotions of *node*, by their place in the book."""
    if isinstance(node, Leaf):
        return [node.place]
    return [index for member in node.members for index in leaves(member)]


def combines(node: Node) -> bool:
    """Whether there is a best combination in *node*."""
    return isinstance(node, Choice) and (node.terms is not None or any(map(combines, node.members)))


def act_all(pricing: Pricing, phase: Phase, plan: Plan, who: str, group: int) -> int:
    """Let a promotion act in one phase; percentages first, then prices, then amounts."""
    taken = 0
    for acts_in, act, values, *_ in plan:
        if acts_in == phase:
            taken += act(pricing, who, values, group)
    return taken
