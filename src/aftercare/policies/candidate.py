"""A promotion ready to be asked whether it is eligible, and what it will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from aftercare.money import Amounts, Money, amounts
from aftercare.policies.acting import kind, prepare
from aftercare.policies.benefit import values
from aftercare.policies.condition import ItemTest, Reading, unnamed
from aftercare.policies.holding import holds
from aftercare.policies.item_reading import fold, item_mask
from aftercare.policies.resolving import resolver
from aftercare.policies.variable import Cases, Dated, Steps
from aftercare.policies.vocabulary import always
from aftercare.policies.walking import goods_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.discount import Phase
    from aftercare.policies.holding import Holds
    from aftercare.policies.pricing import Act, Alone, Values
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.resolving import Resolve
    from aftercare.policies.snapshot import Snapshot


Plan: TypeAlias = "list[tuple[Phase, Act, Values, Alone, Benefit]]"
"""What a promotion will do: in which phase, how, and with which values, in the order in which it acts; the function
that tells what that takes off alone, and the benefit it comes from."""

_NONE: frozenset[str] = frozenset()
_VALUES = ("value", "cap", "cap_each", "worth")


class Candidate:
    """A promotion of a book; the functions that ask and act for it are made when an order first reaches it."""

    __slots__ = (
        "_checks",
        "_default",
        "_overrides",
        "_plans",
        "codes",
        "currencies",
        "first",
        "id",
        "index",
        "name",
        "promotion",
        "reached",
    )

    def __init__(self, index: int, promotion: Promotion, *, reached: bool = False) -> None:
        self.index = index
        self.promotion = promotion
        self.id = promotion.id
        self.name = promotion.name
        self.first = promotion.phases[0]
        self.codes = frozenset(map(fold, promotion.codes)) if promotion.codes else _NONE
        self.currencies = frozenset(promotion.only_in) if promotion.only_in else _NONE
        self.reached = reached
        self._checks: tuple[Holds, ...] | None = None
        self._plans: tuple[tuple[str, Plan], ...] = ()

    def prepare(self) -> tuple[Holds, ...]:
        """Make its functions; raises `PolicyError` for a condition or benefit that cannot be read."""
        promotion = self.promotion
        self._default = _told(promotion.then) if _varies(promotion.then) else None
        self._overrides = tuple(
            (holds(override.when), _told(dict(override.terms)["then"])) for override in promotion.exceptions.overrides
        )
        checks = self._checks = tuple(self._gates())
        return checks

    def plan(self, snapshot: Snapshot) -> Plan | None:
        """What it will do, or None when it is not eligible."""
        checks = self._checks
        if checks is None:
            checks = self.prepare()
        for check in checks:
            if not check(snapshot):
                return None
        for condition, alternative in self._overrides:
            if condition(snapshot):
                return alternative(snapshot)
        default = self._default
        return self._fixed(snapshot.order.currency) if default is None else default(snapshot)

    def constant(self, currency: str) -> Plan | None:
        """What it will do for every order in *currency* for which it is eligible, None where that is not always one."""
        promotion = self.promotion
        if promotion.exceptions.overrides or _varies(promotion.then):
            return None
        return self._fixed(currency)

    def _fixed(self, currency: str) -> Plan:
        """The same where every value is constant; a plan for each currency is made when an order first needs it."""
        for known, plan in self._plans:
            if known == currency:
                return plan
        made = _constant_plan(self.promotion.then, currency)
        self._plans += ((currency, made),)
        return made

    def _gates(self) -> Iterable[Holds]:
        """What must hold, the quickest first."""
        promotion = self.promotion
        if self.codes:
            codes = self.codes
            yield lambda snapshot: not codes.isdisjoint(map(fold, snapshot.order.codes))
        if self.currencies:
            currencies = self.currencies
            yield lambda snapshot: snapshot.order.currency in currencies
        if not self.reached:
            reach = _reach(promotion)
            if reach is not None:
                yield reach
        if promotion.when != always:
            yield holds(promotion.when)
        schedule = promotion.schedule
        if schedule is not None:
            yield lambda snapshot: schedule.is_open(snapshot.moment.at)


def _told(benefits: Iterable[Benefit]) -> Callable[[Snapshot], Plan | None]:
    """The function that tells what *benefits* will do; None where a value cannot be told."""
    steps: list[tuple[Phase, Act, Alone, Callable[[Snapshot], Values | None], Benefit]] = [
        (benefit.acts_in, *prepare(benefit), _resolved(benefit), benefit) for benefit in sorted(benefits, key=kind)
    ]

    def told(snapshot: Snapshot) -> Plan | None:
        plan: Plan = []
        for phase, act, alone, resolve, benefit in steps:
            values = resolve(snapshot)
            if values is None:
                return None
            plan.append((phase, act, values, alone, benefit))
        return plan

    return told


def _constant_plan(benefits: Iterable[Benefit], currency: str) -> Plan:
    plan: Plan = []
    for benefit in sorted(benefits, key=kind):
        act, alone = prepare(benefit)
        values = tuple([_constant(getattr(benefit, key, None), currency) for key in _VALUES])
        plan.append((benefit.acts_in, act, values, alone, benefit))
    return plan


def _varies(benefits: Iterable[Benefit]) -> bool:
    return any(isinstance(each, Steps | Cases | Dated) for benefit in benefits for each in values(benefit))


def _constant(value: Any, currency: str) -> Any:
    match value:
        case Amounts():
            return value.in_(currency).minor
        case Money():
            return amounts(value).in_(currency).minor
        case _:
            return value


def _resolved(benefit: Benefit) -> Callable[[Snapshot], Values | None]:
    """The function that tells the values of *benefit*, None where one that it has is not known."""
    read = [getattr(benefit, key, None) for key in _VALUES]
    first, *others = (resolver(each) for each in read)
    if read[0] is not None and not any(each is not None for each in read[1:]):

        def one(snapshot: Snapshot) -> Values | None:
            value = first(snapshot)
            return None if value is None else (value, None, None, None)

        return one
    resolves: list[tuple[Resolve, bool]] = list(zip((first, *others), (each is None for each in read), strict=True))

    def several(snapshot: Snapshot) -> Values | None:
        found: list[Any] = []
        for resolve, optional in resolves:
            value = resolve(snapshot)
            if value is None and not optional:
                return None
            found.append(value)
        return tuple(found)

    return several


def _reach(promotion: Promotion) -> Holds | None:
    """Whether an order has the goods without which no benefit of *promotion* does anything; None where one needs none.

    A discount needs some of its goods, a pattern some of each.
    """
    needed = []
    for benefits in promotion.alternatives:
        for benefit in benefits:
            goods = list(goods_of(benefit))
            if not goods:
                return None
            needed.append([item_mask(each) for each in goods])
    if len(needed) == 1 and len(needed[0]) == 1:
        (only,) = needed[0]
        return lambda snapshot: bool(only(snapshot.goods))

    def reach(snapshot: Snapshot) -> bool:
        goods = snapshot.goods
        for masks in needed:
            for mask in masks:
                if not mask(goods):
                    break
            else:
                return True
        return False

    return reach


def words_of(promotion: Promotion) -> tuple[set[tuple[Reading, str]], bool] | None:
    """Words of goods (a category, a SKU): without one of them *promotion* does nothing; None where no words say so.

    With the words comes whether any of them is enough, so that nothing else has to be looked for.
    """
    found: set[tuple[Reading, str]] = set()
    enough = True
    for benefits in promotion.alternatives:
        for benefit in benefits:
            match [unnamed(each) for each in goods_of(benefit)]:
                case [ItemTest(Reading("item.sku" | "item.category" | "item.tag") as reading, "one_of", words), *more]:
                    found |= {(reading, str(word)) for word in cast("tuple[str, ...]", words)}
                    enough = enough and not more
                case _:
                    return None
    return found, enough
