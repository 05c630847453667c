"""The search for near misses: small changes of an order, each proved by pricing what it leads to.

`needs` says, from what each promotion reads, which facts to change and how far at least; this module prices the changed
orders, finds the least changes that do make the promotion give something (or more), and keeps for each promotion the
one after which least is payable.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import count, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from aftercare.calendar import local_date
from aftercare.money import Money, Percent
from aftercare.policies.changes import AddUnits, ChooseDelivery, EnterCode, NearMiss, OrderFrom, SpendMore
from aftercare.policies.item_reading import fold
from aftercare.policies.needs import Needs
from aftercare.policies.snapshot import other_mode
from aftercare.policies.trials import Trials, in_order, standing
from aftercare.policies.units_to_add import MOST_UNITS, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from fractions import Fraction

    from aftercare.order import Line, Order
    from aftercare.policies.decision import Decision
    from aftercare.policies.needs import Need, Way
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.trials import Changes, Price, Standing, Trial

MOST_FACTS = 3
"""So many facts are changed at most."""

MOST_FOR_ONE = 60
"""So many changes are tried for one promotion, the cheapest first of `MOST_SEEDS` that may do."""

MOST_SEEDS = 100


class _Found(NamedTuple):
    changes: Changes
    trial: Trial
    more: int

    @property
    def key(self) -> tuple[object, ...]:
        """The better near miss has the smaller key: less is payable, fewer facts change, by less."""
        payable = self.trial.decision.payable.minor
        return payable, len(self.changes), tuple((each.fact, each.size) for each in self.changes)


def near_misses(
    decision: Decision, promotions: Iterable[Promotion], catalog: Sequence[Line], price: Price
) -> tuple[NearMiss, ...]:
    """The best near miss of each promotion that has one: the greatest net first, then fewest changes, then by id.

    Those after which more is payable than now are among them. Raises `OrderError` for a catalog that does not fit.
    """
    trials, shelf = Trials(decision, price), Shelf(decision.order, catalog)
    by_changes: dict[Changes, list[tuple[Promotion, _Found]]] = {}
    for promotion in promotions:
        if trials.over:
            break
        found = _Pursuit(promotion, trials, shelf).found()
        if found:
            best = min(found, key=lambda each: each.key)
            by_changes.setdefault(best.changes, []).append((promotion, best))
    misses = [_told(decision, trials, same) for same in by_changes.values()]
    return tuple(sorted(misses, key=lambda each: (-each.net.minor, len(each.changes), each.promotion)))


def _told(decision: Decision, trials: Trials, same: list[tuple[Promotion, _Found]]) -> NearMiss:
    """The near miss of promotions with the same changes, under the one that gains most."""
    same = sorted(same, key=lambda each: (-each[1].more, each[0].id))
    promotion, best = same[0]
    after = best.trial.decision
    moved = any(isinstance(each, ChooseDelivery) for each in best.changes)
    return NearMiss(
        promotion=promotion.id,
        name=promotion.name,
        changes=best.changes,
        gain=after.saved - decision.saved,
        net=decision.payable - after.payable,
        payable=after.payable,
        at=trials.moment(best.changes),
        delivery_free=after.delivery.is_zero and not decision.delivery.is_zero and not moved,
        also=tuple(each.id for each, _ in same[1:]),
    )


class _Pursuit:
    """The search for one promotion."""

    def __init__(self, promotion: Promotion, trials: Trials, shelf: Shelf) -> None:
        self.promotion = promotion
        self.phase = promotion.phases[0]
        self.trials = trials
        self.shelf = shelf
        self.order = trials.order

    def found(self) -> list[_Found]:
        """Every least change that was found to make the promotion give something or more."""
        before = standing(self.promotion, self.trials.now)
        forced = self.forced()
        base = None if forced is None else self.trials.after(forced)
        if forced is None or base is None:
            return []
        needs = Needs(self.promotion, base.snapshots[self.phase])
        if before.eligible:
            ways = needs.to_grow(before.occurrences if before.state == "applied" else None)
        else:
            ways = needs.to_begin()
        raised = list(self.least(forced, ways, before))
        return [
            _Found(changes, trial, after.taken - before.taken)
            for changes, trial, after in raised
            if after.gives_more(before) and not any(_is_less(other, changes) for other, *_ in raised)
        ]

    def forced(self) -> Changes | None:
        """What has to change whatever the cart: its opening awaited, its code entered; None where that is not told.

        An opening is told while hours are closed and once its start is announced, a code if it is advertised.
        """
        promotion, at = self.promotion, self.trials.at
        if promotion.only_in and self.order.currency not in promotion.only_in:
            return None
        changes: Changes = ()
        schedule = promotion.schedule
        if schedule is not None and not schedule.is_open(at):
            opens = schedule.next_opening(at)
            if opens is None or (schedule.state(at) == "before" and not _is_announced(promotion, opens, at)):
                return None
            changes += (OrderFrom(opens),)
        if promotion.codes and {fold(code) for code in self.order.codes}.isdisjoint(map(fold, promotion.codes)):
            if not promotion.advertised:
                return None
            changes += (EnterCode(promotion.codes[0].strip()),)
        return in_order(changes)

    def least(
        self, forced: Changes, ways: Iterable[Way], before: Standing
    ) -> Iterator[tuple[Changes, Trial, Standing]]:
        """Changes that raise the promotion, the least among them: the cheapest are tried first.

        Then those that are too small are grown. No more than `MOST_FOR_ONE` are tried.
        """
        turns = count()
        seeds = islice(((changes, way) for way in ways for changes in self.seeds(forced, way)), MOST_SEEDS)
        waiting: list[tuple[Any, ...]] = [(False, *_cost(changes), next(turns), changes, way) for changes, way in seeds]
        heapify(waiting)
        seen: set[Changes] = {()}
        raised: list[dict[str, int]] = []
        while waiting and len(seen) <= MOST_FOR_ONE:
            *_, changes, way = heappop(waiting)
            sizes = _sizes(changes)
            if changes in seen or any(_is_within(less, sizes) for less in raised):
                continue
            seen.add(changes)
            trial = self.trials.after(changes)
            if trial is None:
                continue
            after = standing(self.promotion, trial)
            if after.is_raised(before):
                raised.append(sizes)
                yield changes, trial, after
                for fewer in _fewer(changes):
                    heappush(waiting, (False, *_cost(fewer), next(turns), fewer, None))
            elif way and (way.at_least or any(need.missing(trial.snapshots[self.phase]) > 0 for need in way.needs)):
                for grown in self.grown(changes, way):
                    heappush(waiting, (True, *_cost(grown), next(turns), grown, way))

    # --- proposals ---

    def seeds(self, forced: Changes, way: Way) -> Iterator[Changes]:
        """The changes to try first on *way*: with less, its needs are not met."""
        codes = [EnterCode(code.strip()) for code in way.codes]
        for delivery in self.deliveries(way.methods):
            base = in_order(dict.fromkeys((*forced, *codes, *delivery)))
            trial = self.trials.after(base)
            room = MOST_FACTS - len(base)
            if room < 0 or trial is None:
                continue
            missing = {need: need.missing(trial.snapshots[self.phase]) for need in way.needs}
            if room and any(need.any_goods and missing[need] > 0 for need in missing):
                yield from self.spending(base, missing, room - 1)
            for units in self.shelf.choices(missing, room):
                yield in_order((*base, *units))

    def deliveries(self, methods: frozenset[str] | None) -> Iterator[Changes]:
        """Each way to a delivery by one of *methods*."""
        if methods is None:
            yield ()
            return
        chosen: list[str | None] = [shipment.id for shipment in self.order.shipments]
        for option in self.order.delivery_options:
            if option.method in methods:
                for each in chosen or [None]:
                    yield (ChooseDelivery(option, each),)

    def spending(self, base: Changes, missing: dict[Need, int], room: int) -> Iterator[Changes]:
        """So much more spent on any goods as is missing once the other needs are met."""
        others = {
            # What more is spent on is a unit itself, and a product.
            need: amount - (need.reading.of is None and need.reading.name in {"cart.quantity", "cart.distinct"})
            for need, amount in missing.items()
            if not need.any_goods
        }
        for units in self.shelf.choices(others, room):
            yield from self.topped_up(in_order((*base, *units)), missing)

    def topped_up(self, changes: Changes, needs: Iterable[Need]) -> Iterator[Changes]:
        """*changes* and so much more spent as is missing then."""
        trial = self.trials.after(changes)
        tax = max((line.tax for line in self.order.lines), key=lambda rate: rate.ratio, default=Percent(0))
        for need in needs:
            gap = need.missing(trial.snapshots[self.phase]) if trial is not None and need.any_goods else 0
            if gap > 0:
                *less, most = (
                    in_order((*changes, SpendMore(Money.of_minor(minor, self.order.currency), tax)))
                    for minor in _prices(gap, need, self.order, tax)
                )
                yield next((some for some in less if self.meets(need, some)), most)

    def meets(self, need: Need, changes: Changes) -> bool:
        """Whether *need* is met after *changes*."""
        trial = self.trials.after(changes)
        return trial is not None and need.missing(trial.snapshots[self.phase]) <= 0

    def grown(self, changes: Changes, way: Way) -> Iterator[Changes]:
        """*changes* with one unit more in each place where units are added, and what is spent reckoned anew."""
        units = [each for each in changes if isinstance(each, AddUnits) and each.count < MOST_UNITS]
        kept = [each for each in changes if not isinstance(each, SpendMore)]
        for one in units:
            more = tuple(AddUnits(one.line, one.count + 1) if each is one else each for each in kept)
            if len(kept) == len(changes):
                yield more
            else:
                yield from self.topped_up(more, way.needs)


def _is_announced(promotion: Promotion, opens: datetime, at: datetime) -> bool:
    notice = promotion.notice
    return notice is not None and (opens.date() - local_date(at, str(opens.tzinfo))).days <= notice.customers.n


def _prices(gap: int, need: Need, order: Order, tax: Percent) -> Iterable[int]:
    """The price that closes a gap; where it is asked for in the other price mode, those about it, by its rounding."""
    money = need.reading.money
    if money is None or money == order.prices:
        return (gap,)
    price = other_mode(gap, tax.ratio, order.prices)
    return range(max(price - 1, 1), price + 2)


def _cost(changes: Changes) -> tuple[bool, int | Fraction, int]:
    """What is tried first: what adds no units, what costs least before promotions, what changes fewest facts."""
    cost: int | Fraction = 0
    for each in changes:
        if isinstance(each, AddUnits):
            cost += each.line.unit_price.minor * each.count
        elif isinstance(each, SpendMore):
            cost += each.amount.minor
    return any(isinstance(each, AddUnits) for each in changes), cost, len(changes)


def _fewer(changes: Changes) -> Iterator[Changes]:
    """*changes* with one unit less: enough where a discount that made the goods count for less ends with them."""
    if not any(isinstance(each, SpendMore) for each in changes):
        for one in changes:
            if isinstance(one, AddUnits) and one.count > 1:
                yield tuple(AddUnits(one.line, one.count - 1) if each is one else each for each in changes)


def _sizes(changes: Changes) -> dict[str, int]:
    return {each.fact: each.size for each in changes}


def _is_less(one: Changes, other: Changes) -> bool:
    return one != other and _is_within(_sizes(one), _sizes(other))


def _is_within(less: dict[str, int], sizes: dict[str, int]) -> bool:
    return all(fact in sizes and size <= sizes[fact] for fact, size in less.items())
