"""Walks over policies: every leaf of a condition, every condition and amount of a promotion or tariff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aftercare.money import Amounts, Money
from aftercare.policies.benefit import Gift, Reward, values
from aftercare.policies.condition import (
    Combination,
    Condition,
    ItemCombination,
    ItemCondition,
    ItemTest,
    NamedGoods,
    Test,
    unnamed,
)
from aftercare.policies.limit import Budget
from aftercare.policies.pattern import Bundle, BuyGet, Every, PatternOff, wanted
from aftercare.policies.selection import Selection
from aftercare.policies.variable import Cases, Dated, Steps, facts
from aftercare.policies.vocabulary import goods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.shipping import Delivery


def leaves(condition: Condition | ItemCondition) -> Iterator[Test | ItemTest]:
    """Every comparison in *condition*, those about the goods of a cart fact included."""
    match condition:
        case Combination(_, parts) | ItemCombination(_, parts):
            for part in parts:
                yield from leaves(part)
        case NamedGoods(goods):
            yield from leaves(goods)
        case Test(reading):
            yield condition
            if reading.of is not None:
                yield from leaves(reading.of)
        case _:
            yield cast("ItemTest", condition)


def goods_of(benefit: Benefit) -> Iterator[ItemCondition]:
    """The item conditions that *benefit* names."""
    of = getattr(benefit, "of", None)
    if isinstance(of, Selection):
        yield of.of
    elif of is not None:
        yield of
    if isinstance(benefit, PatternOff):
        yield from wanted(benefit.pattern)


def needed_goods(benefit: Benefit) -> Iterator[tuple[ItemCondition, int]]:
    """The goods that *benefit* needs to do anything, and how many units of each."""
    match benefit:
        case PatternOff(pattern=Every(n=n, of=of)):
            yield of, n
        case PatternOff(pattern=BuyGet() as pattern) if unnamed(pattern.of) == unnamed(pattern.get_of):
            yield pattern.of, pattern.bought + pattern.got
        case PatternOff(pattern=BuyGet() as pattern):
            yield pattern.of, pattern.bought
            yield pattern.get_of, pattern.got
        case PatternOff(pattern=Bundle(components=components)):
            yield from components
        case Gift(of=of, per=per):
            if of is not None and per is not None:
                yield of, per
            if benefit.value is None:
                yield goods(benefit.sku), 1
        case _:
            for of in goods_of(benefit):
                yield of, 1


def order_conditions(promotion: Promotion) -> Iterator[Condition]:
    """The conditions of the order that *promotion* reads: its own, its exceptions', and its values' as comparisons."""
    yield promotion.when
    for override in promotion.exceptions.overrides:
        yield override.when
    for benefits in promotion.alternatives:
        for benefit in benefits:
            for value in values(benefit):
                yield from _fact_conditions(value)


def _fact_conditions(value: Any) -> Iterator[Condition]:
    for fact in facts(value):
        yield Test(fact.reading, "holds")


def amounts_in_value(value: Any) -> Iterator[Money | Amounts]:
    """Every amount in a value that may vary: what it may be, the steps it is told by, the goods that these count."""
    match value:
        case Money() | Amounts():
            yield value
        case Steps(fact, rows) | Cases(fact, rows):
            yield from amounts_in_condition(Test(fact.reading, "holds"))
            for bound, each in rows:
                if isinstance(bound, Amounts):
                    yield bound
                yield from amounts_in_value(each)
        case Dated(first, changes):
            yield from amounts_in_value(first)
            for _, each in changes:
                yield from amounts_in_value(each)
        case _:
            pass


def amounts_in_condition(condition: Condition | ItemCondition) -> Iterator[Amounts]:
    """Every amount that *condition* compares with."""
    for leaf in leaves(condition):
        if isinstance(leaf.bound, Amounts):
            yield leaf.bound


def promotion_amounts(promotion: Promotion) -> Iterator[Money | Amounts]:
    """Every amount that *promotion* names."""
    for condition in order_conditions(promotion):
        yield from amounts_in_condition(condition)
    for limit in promotion.limits:
        if isinstance(limit, Budget):
            yield limit.most
    for benefits in promotion.alternatives:
        for benefit in benefits:
            for value in values(benefit):
                yield from amounts_in_value(value)
            if isinstance(benefit, Reward) and benefit.worth is not None:
                yield benefit.worth
            for of in goods_of(benefit):
                yield from amounts_in_condition(of)


def delivery_amounts(delivery: Delivery) -> Iterator[Money | Amounts]:
    """Every amount that a tariff names."""
    terms = [delivery.fee, delivery.per_unit, delivery.free_from, *(amount for _, amount in delivery.extra)]
    conditions: list[Condition | ItemCondition] = [delivery.when, *(of for of, _ in delivery.extra)]
    if delivery.ships_free is not None:
        conditions.append(delivery.ships_free)
    for override in delivery.exceptions.overrides:
        terms += [value for _, value in override.terms]
        conditions.append(override.when)
    for term in terms:
        if term is not None:
            yield from amounts_in_value(term)
    for condition in conditions:
        yield from amounts_in_condition(condition)
