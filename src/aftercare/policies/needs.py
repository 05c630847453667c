"""What a promotion still needs from an order, of the facts that a shopper controls: the ways to reach it.

The trees of a promotion's conditions and values become ways, each a set of needs that all have to be met. What nobody
can change while shopping (a tier, a country, a date) is on no way. Ways propose; whoever prices the changed order
decides.
"""

from __future__ import annotations

from functools import reduce
from itertools import combinations
from operator import or_
from typing import TYPE_CHECKING, Any

import attrs

from aftercare.money import Amounts
from aftercare.policies.benefit import Reward, ShippingOff, values
from aftercare.policies.condition import Combination, Condition, Reading, Test
from aftercare.policies.holding import holds
from aftercare.policies.pattern import PatternOff, counts_of, wanted
from aftercare.policies.reading import reader
from aftercare.policies.selection import Selection
from aftercare.policies.variable import Cases, Dated, Steps
from aftercare.policies.vocabulary import always, cart
from aftercare.policies.walking import needed_goods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.exceptions import Override
    from aftercare.policies.pattern import Pattern
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.snapshot import Snapshot

MOST_WAYS = 24
"""So many ways of one promotion are followed, as they are written; a tree with more of them loses the last."""

_OF_GOODS = frozenset({"cart.quantity", "cart.distinct", "cart.amount", "cart.total"})


@attrs.frozen
class Need:
    """A fact of the cart that has to reach a bound; amounts in minor units."""

    reading: Reading
    bound: Any

    def missing(self, snapshot: Snapshot) -> Any:
        """How much the fact is below the bound, zero or less when it is not."""
        return self.bound - reader(self.reading)(snapshot)

    @property
    def any_goods(self) -> bool:
        """Whether it asks for money spent, whatever on."""
        return self.reading.name == "cart.amount" and self.reading.of is None


@attrs.frozen
class Way:
    """What brings a promotion nearer: *needs* met, a delivery by one of *methods*, *codes* entered.

    *at_least* says that meeting the needs may not be enough, as units may have nothing left or be taken by others.
    """

    needs: frozenset[Need] = frozenset()
    methods: frozenset[str] | None = None
    codes: tuple[str, ...] = ()
    at_least: bool = False

    def and_(self, other: Way) -> Way:
        """Both ways at once."""
        methods = self.methods if other.methods is None else other.methods
        if self.methods is not None and other.methods is not None:
            methods = self.methods & other.methods
        codes = tuple(dict.fromkeys((*self.codes, *other.codes)))
        return Way(self.needs | other.needs, methods, codes, self.at_least or other.at_least)


HERE = Way()
Ways = tuple[Way, ...]


def either(ways: Iterable[Way]) -> Ways:
    """Each of *ways* once, no more than are followed; nothing else where one of them is here already."""
    found = tuple(dict.fromkeys(ways))
    return (HERE,) if HERE in found else found[:MOST_WAYS]


def both(first: Ways, second: Ways) -> Ways:
    """The ways that are one of the *first* and one of the *second*."""
    return either(one.and_(other) for one in first for other in second)


class Needs:
    """Reads what one promotion needs in one snapshot."""

    def __init__(self, promotion: Promotion, snapshot: Snapshot) -> None:
        self.promotion = promotion
        self.snapshot = snapshot

    # --- for a promotion that gives nothing yet ---

    def to_begin(self) -> Ways:
        """The ways to its giving something, by default or in one of its exceptions."""
        promotion = self.promotion
        chances = [(promotion.when, promotion.then)]
        chances += [(promotion.when & override.when, _then(override)) for override in promotion.exceptions.overrides]
        chances += [(promotion.when & when, then) for when, then in self._to_leave()]
        return tuple(dict.fromkeys(self._to_take(chances)))[:MOST_WAYS]

    def _to_leave(self) -> Iterator[tuple[Condition, tuple[Benefit, ...]]]:
        """What comes after an exception counts where that one does not hold, or not once something else is changed."""
        left: Condition = always
        for override in self.promotion.exceptions.overrides:
            if left is not always:
                yield left & override.when, _then(override)
            left &= ~override.when
        if left is not always:
            yield left, self.promotion.then

    def _to_take(self, chances: Iterable[tuple[Condition, tuple[Benefit, ...]]]) -> list[Way]:
        """The ways to a condition and what its benefits need; then, as little may be nothing, to further steps."""
        found: list[Way] = []
        further: list[Way] = []
        for when, then in chances:
            here = both(self.to_hold(when), self._to_give(then))
            found += here
            further += both(here, tuple(way for value in _values(then) for way in self._to_step(value)))
        return found + further

    def to_hold(self, condition: Condition) -> Ways:
        """The ways to *condition* holding; none where the shopper cannot bring it about."""
        if isinstance(condition, Combination):
            parts = [self.to_hold(part) for part in condition.parts]
            missing = condition.needed - parts.count((HERE,))
            open_ = [ways for ways in parts if ways and ways != (HERE,)]
            return either(_together(open_, missing)) if missing > 0 else (HERE,)
        if holds(condition)(self.snapshot):
            return (HERE,)
        match condition:
            case Test(Reading(name) as reading, "at_least", bound) if name in _OF_GOODS:
                if reader(reading)(self.snapshot) is None:
                    return ()
                limit = bound.in_(self.snapshot.order.currency).minor if isinstance(bound, Amounts) else bound
                return (Way(frozenset({Need(reading, limit)})),)
            case Test(Reading("cart.delivery"), "one_of", tuple() as bound):
                return self._by(frozenset(map(str, bound)))
            case Test(Reading("cart.delivery"), "none_of", tuple() as bound):
                return self._by(self._offered() - frozenset(bound))
            case Test(Reading("cart.code"), "one_of", tuple() as bound) if self.promotion.advertised:
                return (Way(codes=(str(bound[0]),)),)
            case _:
                return ()

    def _offered(self) -> frozenset[str]:
        return frozenset(option.method for option in self.snapshot.order.delivery_options)

    def _by(self, methods: frozenset[str]) -> Ways:
        known = methods & self._offered()
        return (Way(methods=known),) if known else ()

    def _to_give(self, benefits: tuple[Benefit, ...]) -> Ways:
        """All values have to be told, and one benefit has to have what it acts on."""
        told: Ways = (HERE,)
        for value in _values(benefits):
            told = both(told, self._to_tell(value))
        return both(told, either(way for benefit in benefits for way in self._to_act(benefit)))

    def _to_tell(self, value: Any) -> Ways:
        match value:
            case Steps(fact, steps):
                reached = self._reached(value)
                if reached >= 0:
                    return self._to_tell(steps[reached][1])
                return both(self.to_hold(fact.at_least(steps[0][0])), self._to_tell(steps[0][1]))
            case Cases(fact, cases):
                return self.to_hold(fact.one_of(*(word for word, _ in cases)))
            case Dated():
                return self._to_tell(value.at(self.snapshot.moment.at))
            case _:
                return (HERE,)

    def _to_act(self, benefit: Benefit) -> Ways:
        match benefit:
            case Reward():
                return (HERE,)
            case ShippingOff(_, _, methods):
                chosen = {shipment.method for shipment in self.snapshot.order.shipments}
                fits = chosen.intersection(methods) if methods else chosen
                here = (HERE,) if fits else ()  # and another delivery, where that one may be free without it
                return self._with_room(benefit, (*here, *self._by(frozenset(methods) or self._offered())))
            case PatternOff(pattern=pattern):
                return self._with_room(benefit, self._to_occur(pattern, 1))
            case _:
                of = getattr(benefit, "of", None)
                more = of.n if isinstance(of, Selection) and of.how == "after" else 0
                needed: Ways = (HERE,)
                for goods, least in needed_goods(benefit):
                    needed = both(needed, self.to_hold(cart.quantity(goods).at_least(least + more)))
                return self._with_room(benefit, needed)

    def _to_occur(self, pattern: Pattern, times: int) -> Ways:
        """The ways to units for so many occurrences: enough of each of the goods, and of all, as one is taken once."""
        goods, counts = wanted(pattern), counts_of(pattern)
        needed: Ways = (HERE,)
        for of, n in (*zip(goods, counts, strict=True), (reduce(or_, goods), sum(counts))):
            needed = both(needed, self.to_hold(cart.quantity(of).at_least(n * times)))
        return needed

    def _with_room(self, benefit: Benefit, needed: Ways) -> Ways:
        """*needed*; and in case units have nothing left or are with others, one unit more of some of the goods."""
        least = [way.and_(Way(at_least=True)) for way in needed]
        named: list[ItemCondition | None] = [goods for goods, _ in needed_goods(benefit)]
        readings = [cart.quantity(goods).reading for goods in named or [None]]
        more = [Need(reading, reader(reading)(self.snapshot) + 1) for reading in dict.fromkeys(readings)]
        some = (each for count in range(len(more) + 1) for each in combinations(more, count))
        return tuple(dict.fromkeys(way.and_(Way(frozenset(each))) for each in some for way in least))[:MOST_WAYS]

    # --- for a promotion that may give more ---

    def to_grow(self, occurrences: int | None) -> Ways:
        """The ways to another exception, to the next step of a value, to one occurrence more than there are."""
        missed = [each for each in self.promotion.exceptions.overrides if not holds(each.when)(self.snapshot)]
        found = self._to_take([*((override.when, _then(override)) for override in missed), *self._to_leave()])
        for benefit in self.benefits:
            for value in values(benefit):
                found += self._to_step(value)
            if isinstance(benefit, PatternOff) and occurrences is not None:
                found += self._to_repeat(benefit, occurrences)
        return tuple(dict.fromkeys(way for way in found if way != HERE))[:MOST_WAYS]

    def _to_step(self, value: Any) -> Iterator[Way]:
        """The ways to each step of *value* above the one that is reached."""
        match value:
            case Steps(fact, steps):
                reached = self._reached(value)
                for bound, inner in steps[reached + 1 :]:
                    yield from both(self.to_hold(fact.at_least(bound)), (*self._to_tell(inner), *self._to_step(inner)))
                if reached >= 0:
                    yield from self._to_step(steps[reached][1])
            case Dated():
                yield from self._to_step(value.at(self.snapshot.moment.at))
            case _:
                pass

    def _to_repeat(self, benefit: PatternOff, occurrences: int) -> Iterator[Way]:
        pattern = benefit.pattern
        if pattern.times is not None and occurrences >= pattern.times:
            return
        needed = self._to_occur(pattern, occurrences + 1)
        yield from (way for way in self._with_room(benefit, needed) if way.needs)

    # --- how it stands ---

    @property
    def _alternative(self) -> int:
        """The first exception that holds, or -1 for the default."""
        overrides = self.promotion.exceptions.overrides
        held = (place for place, override in enumerate(overrides) if holds(override.when)(self.snapshot))
        return next(held, -1)

    @property
    def benefits(self) -> tuple[Benefit, ...]:
        """What it gives as things stand."""
        chosen = self._alternative
        if chosen < 0:
            return self.promotion.then
        return _then(self.promotion.exceptions.overrides[chosen])

    @property
    def level(self) -> tuple[int, tuple[int, ...]]:
        """The alternative that counts, and the steps that its values have reached; for one that is eligible."""
        return self._alternative, tuple(step for value in _values(self.benefits) for step in self._steps(value))

    def _steps(self, value: Any) -> Iterator[int]:
        match value:
            case Steps(_, steps):
                reached = self._reached(value)
                yield reached
                yield from self._steps(steps[reached][1])
            case Dated():
                yield from self._steps(value.at(self.snapshot.moment.at))
            case _:
                pass

    def _reached(self, value: Steps[Any]) -> int:
        held = (holds(value.fact.at_least(bound))(self.snapshot) for bound, _ in value.steps)
        return sum(held) - 1


def _then(override: Override) -> tuple[Benefit, ...]:
    benefits: tuple[Benefit, ...] = dict(override.terms)["then"]
    return benefits


def _values(benefits: Iterable[Benefit]) -> Iterator[Any]:
    for benefit in benefits:
        yield from values(benefit)


def _together(parts: list[Ways], missing: int) -> Iterator[Way]:
    """The ways that are one way of each of so many of the *parts*."""
    for chosen in combinations(parts, missing):
        ways: Ways = (HERE,)
        for each in chosen:
            ways = both(ways, each)
        yield from ways
