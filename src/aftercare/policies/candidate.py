"""A promotion ready to be asked whether it is eligible, and what it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from aftercare.policies.acting import kind, prepare
from aftercare.policies.benefit import values
from aftercare.policies.condition import ItemTest, Reading, unnamed
from aftercare.policies.reading import fold, holds, item_mask
from aftercare.policies.resolving import Resolve, resolver
from aftercare.policies.variable import Cases, Dated, Steps
from aftercare.policies.vocabulary import always
from aftercare.policies.walking import goods_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.discount import Phase
    from aftercare.policies.pricing import Act, Values
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.reading import Mask
    from aftercare.policies.snapshot import Snapshot
    from aftercare.policies.units import Goods


Plan: TypeAlias = "list[tuple[Prepared, Values]]"


class Prepared(NamedTuple):
    """A benefit ready to act."""

    phase: Phase
    kind: int
    act: Act
    values: tuple[Resolve, ...]
    optional: tuple[bool, ...]
    benefit: Benefit


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


def words_of(promotion: Promotion) -> set[tuple[Reading, str]] | None:
    """Words of goods (a category, a SKU): without one of them *promotion* does nothing; None where no words say so."""
    found: set[tuple[Reading, str]] = set()
    for benefits in promotion.alternatives:
        for benefit in benefits:
            match [unnamed(each) for each in goods_of(benefit)]:
                case [ItemTest(Reading("item.sku" | "item.category" | "item.tag") as reading, "one_of", words), *_]:
                    found |= {(reading, str(word)) for word in cast("tuple[str, ...]", words)}
                case _:
                    return None
    return found


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
        benefit,
    )
