"""The best combination of a group's promotions: the problem that an order poses, its answer, and what is proven.

What promotions come to is compared before rounding: each then rounds once, as always. Members without a pattern which
exclude nobody always act. For each way to settle choices among the others, the occurrences of the patterns are packed.
"""

from __future__ import annotations

from functools import reduce
from itertools import islice, product
from math import ceil, floor, prod
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never, cast

from aftercare.policies.benefit import Gift, PercentOff, Reward, ShippingOff
from aftercare.policies.bounding import most
from aftercare.policies.columns import Valued
from aftercare.policies.cp_sat import solve
from aftercare.policies.item_reading import item_mask
from aftercare.policies.modelling import Model, Stock
from aftercare.policies.pattern import Bundle, PatternOff, wanted
from aftercare.policies.prepared import Choice, Leaf, Node
from aftercare.policies.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from aftercare.order import PriceMode
    from aftercare.policies.benefit import Benefit
    from aftercare.policies.candidate import Plan
    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.prepared import PreparedPromotions
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.stacking import Combining
    from aftercare.policies.taking import Planned


PRICING = 50
"""How many nodes of the effort it counts to settle choices in one more way, or to price an order once more."""


class Combination(NamedTuple):
    """Who acts, which occurrences their patterns have, and what is proven about it.

    *gap* is by how much a better combination could at most be better, in minor units.
    """

    acting: tuple[int, ...]
    planned: dict[str, list[Planned]]
    optimal: bool
    gap: int
    nodes: int


class _Pattern(NamedTuple):
    """The pattern of a member that is eligible: what it gives, its cap, and the lines of each of its goods."""

    given: Valued
    cap: int | None
    lines: list[int]


class _Trial(NamedTuple):
    """What is found where the choices among members without patterns are settled in one way.

    *saved* is what is taken off, before rounding, and *bound* the most that it could be; *used* counts the promotions
    that take something, or for the merchant the occurrences. It is *exact* where no member changes what another takes.
    """

    acting: tuple[int, ...]
    planned: dict[str, list[Planned]]
    used: int
    saved: Fraction
    bound: Fraction
    exact: bool
    optimal: bool
    nodes: int


def alternatives(node: Node, present: frozenset[int]) -> list[frozenset[int]]:
    """The largest sets of *present* promotions that may act together."""
    if isinstance(node, Leaf):
        return [present & {node.place}]
    found = [alternatives(member, present) for member in node.members]
    if node.how in {"first_of", "best_of"}:
        return list(dict.fromkeys(some for each in found for some in each if some)) or [frozenset()]
    return [frozenset().union(*some) for some in product(*found)]


def choices(node: Node, present: frozenset[int]) -> Iterator[list[frozenset[int]]]:
    """The alternatives of each outermost choice inside *node* that still has more than one."""
    if isinstance(node, Choice):
        if node.how in {"first_of", "best_of"}:
            found = alternatives(node, present)
            if len(found) > 1:
                yield found
        else:
            for member in node.members:
                yield from choices(member, present)


class Combiner:
    """Finds best combinations for the groups of a book."""

    def __init__(self, promotions: PreparedPromotions) -> None:
        self.promotions = promotions
        self._masks: dict[int, list[Callable[[Any], int]]] = {}

    def lines(self, conditions: tuple[ItemCondition, ...], key: object, pricing: Pricing) -> list[int]:
        """The discountable lines of each of some goods."""
        known = self._masks.get(id(key))
        if known is None:
            known = self._masks[id(key)] = [item_mask(of) for of in conditions]
        return [mask(pricing.goods) & pricing.goods.discountable for mask in known]

    def combine(
        self,
        node: Choice,
        plans: dict[int, Plan],
        pricing: Pricing,
        worth: Callable[[list[int]], int],
    ) -> Combination:
        """The best combination of the members with *plans* for the phase; *worth* really prices some of them."""
        return _Group(self, node, plans, pricing, worth).best()


class _Group:
    """One group and one order."""

    def __init__(
        self,
        combiner: Combiner,
        node: Choice,
        plans: dict[int, Plan],
        pricing: Pricing,
        worth: Callable[[list[int]], int],
    ) -> None:
        self.combiner = combiner
        self.node = node
        self.terms = cast("Combining", node.terms)
        self.plans = plans
        self.ids = combiner.promotions.ids
        self.pricing = pricing
        self.worth = worth
        self.patterns: dict[int, _Pattern] = {}
        self.even: dict[int, tuple[int, Fraction]] = {}
        self.others: dict[int, int] = {}
        self.most: dict[int, Fraction] = {}
        self.reach: dict[int, int] = {}

    def best(self) -> Combination:
        """The best combination."""
        key = self.combiner.promotions.order_key
        present = frozenset(self.plans)
        for index in sorted(present, key=key):
            self._read(index)
        found = [sorted(each, key=lambda some: sorted(map(key, some))) for each in choices(self.node, present)]
        found.sort(key=lambda each: [sorted(map(key, some)) for some in each])
        packed = [each for each in found if all(some <= self.patterns.keys() for some in each)]
        mixed = [each for each in found if each not in packed]
        free = present.difference(*(some for each in mixed for some in each))
        ways = prod(map(len, mixed))
        most = min(ways, max(1, self.terms.effort // PRICING))
        # The first way is the search itself; each one more is paid for.
        left = self.terms.effort - (most - 1) * PRICING
        trials = []
        for settled in islice(product(*mixed), most):
            trials.append(self._try(sorted(free.union(*settled), key=key), packed, left))
            left = max(0, left - trials[-1].nodes)
        nodes = sum(trial.nodes for trial in trials) + (most - 1) * PRICING
        if most < ways or not self.patterns or not all(trial.exact for trial in trials):
            return self._really_best(trials, nodes, all_ways=most == ways)
        best = max(trials, key=lambda trial: self._goal(trial.saved, trial.used))
        if self.terms.maximise == "merchant":
            optimal = all(trial.optimal for trial in trials)
            return Combination(best.acting, best.planned, optimal, 0 if optimal else ceil(best.saved), nodes)
        optimal = all(trial.optimal or trial.bound < best.saved for trial in trials)
        gap = ceil(max(trial.bound for trial in trials) - best.saved)
        return Combination(best.acting, best.planned, optimal, 0 if optimal else gap, nodes)

    def _goal(self, saved: Fraction | int, used: int) -> tuple[Fraction | int, ...]:
        """What is to be as large as possible."""
        match self.terms.maximise:
            case "saving":
                return (saved,)
            case "fewest":
                return (saved, -used)
            case "merchant":
                return (used, -saved)
            case never:
                assert_never(never)

    def _really_best(self, trials: list[_Trial], nodes: int, *, all_ways: bool) -> Combination:
        """The best one by what each really takes; proven where that reaches the bound, or where all ways are tried."""
        found = [(self._really(trial), trial) for trial in trials]
        saved, best = max(found, key=lambda each: self._goal(each[0], each[1].used))
        if all_ways and not self.patterns:
            return Combination(best.acting, best.planned, optimal=True, gap=0, nodes=nodes)
        if self.terms.maximise == "merchant":
            return Combination(best.acting, best.planned, optimal=False, gap=saved, nodes=nodes)
        bound = floor(max(trial.bound for trial in trials) + self._slack()) if all_ways else self._room()
        gap = max(0, bound - saved)
        optimal = not gap and self.terms.maximise == "saving"
        return Combination(best.acting, best.planned, optimal, gap, nodes)

    def _room(self) -> int:
        """What no way to settle the choices exceeds: all that there is above floors, and what members give besides."""
        return sum((run.left - min(run.left, run.floor)) * run.count for run in self.pricing.runs) + sum(
            self.others.values()
        )

    def _really(self, trial: _Trial) -> int:
        known = self.pricing.planned
        self.pricing.planned = {**known, **trial.planned}
        saved = self.worth(list(trial.acting))
        self.pricing.planned = known
        return saved

    def _slack(self) -> int:
        """What rounding could add to all members together: a minor unit for each thing that is rounded."""
        units = sum(run.count for run in self.pricing.runs) + len(self.pricing.shipping)
        found = 0
        for plan in self.plans.values():
            for *_, given in plan:
                whole = getattr(given, "rounding", "promotion") == "promotion" and getattr(given, "money", None) is None
                found += 1 if whole else 3 * units
        return found

    # --- what members come to ---------------------------------------------------------------------------------------

    def _read(self, index: int) -> None:
        """Sort a member: a pattern, a percentage of each unit, or something else that is priced as it is."""
        plan = self.plans[index]
        _, _, values, _, given = plan[0]
        pricing = self.pricing
        own = getattr(given, "money", None) in {None, pricing.order.prices}
        if isinstance(given, PatternOff):
            lines = self.combiner.lines(wanted(given.pattern), given, pricing)
            other: PriceMode | None = None if own else "net" if pricing.order.prices == "gross" else "gross"
            rates = [rate for _, rate, _ in pricing.goods.keys]
            valued = Valued(given, values[0], values[2], loose=False, other=other, rates=rates)
            self.patterns[index] = _Pattern(valued, values[1], lines)
        elif (
            len(plan) == 1
            and isinstance(given, PercentOff)
            and given.base == "start"
            and not isinstance(given.of, Selection)
            and (own, values[1], values[2], given.cap_share) == (True, None, None, None)
        ):
            self.even[index] = (self._reach(given), values[0].ratio)
        else:
            self.others[index] = self.worth([index])
            self.most[index] = most(plan, self.others[index], pricing, self.combiner.lines)
            self.reach[index] = reduce(or_, [self._reach(benefit) for *_, benefit in plan])

    def _reach(self, benefit: Benefit) -> int:
        """The lines whose units *benefit* may take something off."""
        if isinstance(benefit, Reward | ShippingOff):
            return 0
        of = getattr(benefit, "of", None)
        if of is None or isinstance(benefit, Gift):
            return self.pricing.goods.discountable
        return self.combiner.lines((of.of if isinstance(of, Selection) else of,), benefit, self.pricing)[0]

    # --- one way to settle the choices -------------------------------------------------------------------------------

    def _try(self, inside: list[int], packed: list[list[frozenset[int]]], effort: int) -> _Trial:
        others = [index for index in inside if index not in self.patterns]
        patterns = [index for index in inside if index in self.patterns]
        stock = Stock(self.pricing.runs, self.pricing.goods)
        taken, even = stock.shared([self.even[index] for index in others if index in self.even])
        alone = even + sum(self.others.get(index, 0) for index in others)
        exact, loose = self._apart(others, patterns)
        at_most = alone if exact else even + sum(self.most.get(index, 0) for index in others)
        model = Model(stock, taken, self.terms.maximise, solve if self.terms.solver == "cp-sat" else None)
        for index in patterns:
            given, cap, lines = self.patterns[index]
            model.add(index, given._replace(loose=loose and _by_occurrence(given)), cap, lines)
        found = model.solve(packed, effort)
        used = found.used + sum(index in self.even or self.others[index] > 0 for index in others)
        planned = {self.ids[index]: some for index, some in found.planned.items()}
        return _Trial(
            (*others, *found.planned),
            planned,
            used,
            alone + found.saved,
            at_most + found.bound,
            exact and found.complete,
            found.optimal,
            found.nodes,
        )

    def _apart(self, others: list[int], patterns: list[int]) -> tuple[bool, bool]:
        """Whether what members take adds up, and whether something may be taken before a pattern takes."""
        of_patterns = [(reduce(or_, self.patterns[index].lines), self.patterns[index].given) for index in patterns]
        even = reduce(or_, [self.even[index][0] for index in others if index in self.even], 0)
        wanted_by_patterns = reduce(or_, [lines for lines, _ in of_patterns], 0)
        exact = True
        seen = even | wanted_by_patterns
        uneven = 0
        for index in others:
            if index in self.reach:
                exact = exact and not self.reach[index] & seen
                seen |= self.reach[index]
                uneven |= self.reach[index]
        for lines, given in of_patterns:
            adds = given.benefit.gives == "percent_off" or (
                given.benefit.gives == "amount_off" and not isinstance(given.benefit.pattern, Bundle)
            )
            exact = exact and given.other is None and (adds or not lines & even)
        return exact, bool((even | uneven) & wanted_by_patterns)


def _by_occurrence(given: Valued) -> bool:
    """Whether the shares of units depend on what is left of the others of their occurrence."""
    return isinstance(given.benefit.pattern, Bundle) and given.benefit.gives != "percent_off"
