"""What an order or another event earns: the reader of earning rules.

Rules share out exact fractions over the lines of a receipt. What depends on the order as it was placed (conditions, the
winner among rules, what a cap left) is decided on it and kept, so that goods which come back take their own points
with them and nothing else, unless a program reassesses.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never, cast

from aftercare.loyalty.credit import Basis, Kept, counted_amounts, staying, touched
from aftercare.loyalty.earned import Earned, Occasion, Path, RuleTrace, Shares, rounded
from aftercare.loyalty.earning import (
    AtMost,
    BestOf,
    Earning,
    Exact,
    Factor,
    FirstOf,
    OnlyWhen,
    PerAmount,
    PerEvent,
    PerOrder,
    PerUnit,
    Rule,
    SumOf,
    Times,
)
from aftercare.order import Customer, Order
from aftercare.policies.item_reading import item_mask
from aftercare.policies.judging import judge
from aftercare.policies.snapshot import Moment, Snapshot
from aftercare.policies.units import Goods, Run
from aftercare.policies.walking import leaves
from aftercare.statement import Name

if TYPE_CHECKING:
    from aftercare.loyalty.earning import Leaf
    from aftercare.order import Tier
    from aftercare.policies.condition import Condition, ItemCondition
    from aftercare.receipt import Receipt

Rooms: TypeAlias = Mapping[Path, Fraction]
_VALUE = Basis(tax="included", without=())
_OF_EVENTS = frozenset({"clock.date", "clock.weekday", "customer.tier"})
"""What conditions may ask about an event that is no order; any other condition does not hold for it."""


def reckon(
    earning: Earning | None, occasion: Occasion, *, rooms: Rooms, kept: Kept | None = None, reassess: bool = False
) -> Earned:
    """What *occasion* earns, or with *kept* what it still earns for the units that stay.

    *rooms* say how much each capped rule may still give. Raises `CurrencyMismatch` where no rule has an amount in the
    currency of the receipt.
    """
    reader = _Reader(occasion, rooms, None)
    shares = reader.earned(earning)
    if kept is not None:
        reader = _Reader(occasion, rooms, kept, {} if reassess else reader.choices)
        shares = reader.earned(earning)
    lines = rounded(shares, "down", "order") if earning is None else rounded(shares, earning.mode, earning.scope)
    return Earned(
        points=sum(lines.values()),
        lines=tuple(lines.items()),
        trace=tuple(reader.trace),
        used=tuple(reader.used.items()),
    )


class _Reader:
    """One reading of the rules for one occasion."""

    def __init__(
        self, occasion: Occasion, rooms: Rooms, kept: Kept | None, choices: dict[Path, Any] | None = None
    ) -> None:
        self.occasion = occasion
        self.rooms = rooms
        self.kept = kept
        self.known = choices or {}
        self.choices: dict[Path, Any] = {}
        self.trace: list[RuleTrace] = []
        self.used: dict[Path, Fraction] = {}
        receipt = occasion.receipt
        self.goods = None if receipt is None else Goods(receipt.order)
        self._snapshot: Snapshot | None = None

    def earned(self, earning: Earning | None) -> Shares:
        """The exact points by rule and line, rewards of the receipt's promotions included."""
        shares = {} if earning is None else self.read(earning.rule, ())
        receipt = self.occasion.receipt
        if receipt is None:
            return shares
        for place, reward in enumerate(receipt.rewards):
            match reward.kind:
                case "points_times":
                    shares = {key: share * Fraction(reward.value) for key, share in shares.items()}
                    self._say(Name(reward.promotion), shares)
                case "bonus_points":
                    bonus = self._flat((-1, place), reward.value)
                    self._say(Name(reward.promotion), bonus)
                    shares |= bonus
                case _:
                    pass
        return shares

    def read(self, rule: Rule, path: Path) -> Shares:
        """The exact points of *rule*, which stands at *path*, by leaf and line."""
        match rule:
            case PerAmount() | PerUnit() | PerOrder() | PerEvent():
                shares = self._leaf(rule, path)
                if shares:
                    self._say(called(rule, path), shares)
                return shares
            case Times(inner):
                return self._times(rule, self.read(inner, (*path, 0)), path)
            case OnlyWhen(inner, when):
                return self.read(inner, (*path, 0)) if self._holds(when, path, called(rule, path)) else {}
            case AtMost(inner):
                return self._cut(rule, self.read(inner, (*path, 0)), path)
            case SumOf(rules):
                found: Shares = {}
                for place, each in enumerate(rules):
                    found |= self.read(each, (*path, place))
                return found
            case BestOf(rules) | FirstOf(rules):
                return self._choose(rule, rules, path)
            case _:
                assert_never(rule)

    def _say(self, rule: Name, shares: Shares) -> None:
        self.trace.append(RuleTrace(rule=rule, points=_total(shares)))

    def _leaf(self, rule: Leaf, path: Path) -> Shares:
        receipt = self.occasion.receipt
        match rule:
            case PerEvent(points, on=on, measure=measure):
                if (on, measure) != (self.occasion.happening, self.occasion.measure):
                    return {}
                return {(path, None): Fraction(points * self.occasion.count)}
            case _ if receipt is None or self.goods is None:
                return {}
            case PerAmount():
                return self._per_amount(rule, receipt, path)
            case PerUnit(points, of=of):
                found: Shares = {}
                mask = self._mask(of)
                for units in receipt.units:
                    count = staying(units, self.kept)
                    if count and units.line in mask and not units.gift and not touched(units, receipt.no_points):
                        found[path, units.line] = found.get((path, units.line), Fraction(0)) + points * count
                return found
            case PerOrder(points):
                return self._flat(path, points)
            case _:
                assert_never(rule)

    def _per_amount(self, rule: PerAmount, receipt: Receipt, path: Path) -> Shares:
        per = rule.per.in_(receipt.payable.currency).minor
        mask = self._mask(rule.of)
        counted = counted_amounts(receipt, rule.basis, self.kept, skip=receipt.no_points)
        earns = {line: amount for line, amount in counted.items() if line is None or line in mask}
        if not rule.full_units:
            return {(path, line): amount * rule.points / per for line, amount in earns.items()}
        total = sum(earns.values(), Fraction(0))
        if not total:
            return {}
        points = total // per * rule.points
        return {(path, line): points * amount / total for line, amount in earns.items()}

    def _flat(self, path: Path, points: Exact) -> Shares:
        """Points of the whole order, on its lines by what these cost, or by their units where nothing costs."""
        receipt = self.occasion.receipt
        assert receipt is not None  # noqa: S101 - only receipts have flat points
        placed = counted_amounts(receipt, _VALUE)
        staying_ = counted_amounts(receipt, _VALUE, self.kept)
        total = sum(placed.values(), Fraction(0))
        if not total:
            placed, staying_ = _counts(receipt, None), _counts(receipt, self.kept)
            total = sum(placed.values(), Fraction(0))
        return {(path, line): Fraction(points) * amount / total for line, amount in staying_.items()}

    def _times(self, rule: Times, shares: Shares, path: Path) -> Shares:
        by = _factor_for(rule.factor, self.occasion.tier)
        name = called(rule, path)
        if not shares or by == 1 or (rule.when is not None and not self._holds(rule.when, path, name)):
            return shares
        mask = None if rule.of is None else self._mask(rule.of)
        made = {key: share * by if mask is None or key[1] in mask else share for key, share in shares.items()}
        self.trace.append(RuleTrace(rule=name, points=_total(made) - _total(shares)))
        return made

    def _cut(self, rule: AtMost, shares: Shares, path: Path) -> Shares:
        room = min(Fraction(rule.points), self.rooms.get(path, Fraction(rule.points)))
        total = _total(shares)
        if total > room:
            part = room / total
            self.trace.append(RuleTrace(rule=called(rule, path), points=room - total, cut=total - room))
            shares = {key: share * part for key, share in shares.items()}
        if rule.per != "order":
            self.used[path] = min(total, room)
        return shares

    def _choose(self, rule: BestOf | FirstOf, rules: tuple[Rule, ...], path: Path) -> Shares:
        read: list[tuple[Shares, list[RuleTrace], dict[Path, Fraction]]] = []
        outer_trace, outer_used = self.trace, self.used
        for place, each in enumerate(rules):
            self.trace, self.used = [], {}
            read.append((self.read(each, (*path, place)), self.trace, self.used))
        self.trace, self.used = outer_trace, outer_used
        totals = [_total(shares) for shares, _, _ in read]
        if path in self.known:
            winner: int = self.known[path]
        elif isinstance(rule, BestOf):
            winner = totals.index(max(totals))
        else:
            winner = next((place for place, total in enumerate(totals) if total), 0)
        self.choices[path] = winner
        shares, trace, used = read[winner]
        self.trace += trace
        self.used |= used
        for place, each in enumerate(rules):
            if place != winner and totals[place]:
                self.trace.append(
                    RuleTrace(
                        rule=called(each, (*path, place)),
                        points=Fraction(0),
                        lost_to=called(rules[winner], (*path, winner)),
                    )
                )
        return shares

    def _holds(self, when: Condition, path: Path, rule: Name) -> bool:
        if path in self.known:
            held: bool = self.known[path]
        else:
            held = self._judged(when, rule)
        self.choices[path] = held
        return held

    def _judged(self, when: Condition, rule: Name) -> bool:
        if self.occasion.receipt is None and not all(leaf.reading.name in _OF_EVENTS for leaf in leaves(when)):
            return False
        verdict = judge(when, self.snapshot())
        if verdict.holds is not True:
            self.trace.append(RuleTrace(rule=rule, points=Fraction(0), reason=verdict.reason))
        return verdict.holds is True

    def snapshot(self) -> Snapshot:
        """The order as conditions see it: at the prices that were paid, with the units that are looked at."""
        if self._snapshot is None:
            receipt, goods = self.occasion.receipt, self.goods
            runs: list[Run] = []
            if receipt is None or goods is None:
                goods = Goods(_nothing_bought(self.occasion.tier))
            else:
                places = {line.id: place for place, line in enumerate(receipt.order.lines)}
                for units in receipt.units:
                    count = staying(units, self.kept)
                    if count:
                        run = Run(places[units.line], units.first, count, units.price.minor, 0)
                        run.left, run.gift, run.counts = units.paid.minor, units.gift, not units.gift
                        runs.append(run)
            self._snapshot = Snapshot(goods, runs, Moment(self.occasion.at, self.occasion.zone, None))
        return self._snapshot

    def _mask(self, of: ItemCondition | None) -> frozenset[str]:
        goods = self.goods
        if goods is None:
            return frozenset()
        bits = goods.all if of is None else item_mask(of)(goods)
        return frozenset(line.id for place, line in enumerate(goods.lines) if bits >> place & 1)


def _nothing_bought(tier: Tier | None) -> Order:
    """An order for conditions about the clock and the tier alone; they never look at its currency."""
    return Order((), currency="EUR", customer=None if tier is None else Customer("member", tier=tier))


def _total(shares: Shares) -> Fraction:
    return sum(shares.values(), Fraction(0))


def _counts(receipt: Receipt, kept: Kept | None) -> dict[str | None, Fraction]:
    found: dict[str | None, Fraction] = {}
    for units in receipt.units:
        found[units.line] = found.get(units.line, Fraction(0)) + staying(units, kept)
    return found


def _factor_for(factor: Factor, tier: Tier | None) -> Exact:
    if not isinstance(factor, tuple):
        return factor
    by: Exact = 1
    for row, each in factor:
        if tier is not None and tier.rank >= row.rank:
            by = each
    return by


def called(rule: Rule, path: Path) -> Name:
    """The name that the shop gave *rule*, or its number in the tree of rules."""
    named = getattr(rule, "named", None)
    if named is not None:
        return cast("Name", named)
    inner = getattr(rule, "rule", None)
    return Name("rule " + ".".join(str(place + 1) for place in path or (0,))) if inner is None else called(inner, path)
