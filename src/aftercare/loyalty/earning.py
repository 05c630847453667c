"""How points are earned: rules about amounts, goods, orders and events, and how these meet.

Every rule reckons in exact fractions; `Earning` rounds once, last.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

import attrs

from aftercare.canonical import Coded, call, written
from aftercare.errors import PolicyError, is_a
from aftercare.event_fields import words
from aftercare.exact import Rounding
from aftercare.loyalty.credit import Basis, Price, Tax
from aftercare.loyalty.lots import one_of
from aftercare.money import Amounts, Money, amounts
from aftercare.policies.condition import Condition, ItemCondition
from aftercare.policies.vocabulary import maybe_goods
from aftercare.statement import Name, maybe_name

if TYPE_CHECKING:
    from aftercare.order import Tier
    from aftercare.policies.vocabulary import Goods

Scope: TypeAlias = Literal["order", "line", "rule"]
"""What is rounded on its own: everything that an order earns, each of its lines, or each rule."""
Happening: TypeAlias = Literal["sign_up", "visit", "review", "referral", "measured"]
CapPeriod: TypeAlias = Literal["order", "day", "week", "month", "year", "ever"]
Exact: TypeAlias = "int | Fraction"
Factor: TypeAlias = "int | Fraction | tuple[tuple[Tier, int | Fraction], ...]"


def exact(given: Any) -> Exact:
    """A number above zero that is exact; raises `PolicyError` for floats, truth values and anything else.

    >>> exact(Fraction(3, 2))
    Fraction(3, 2)
    """
    if type(given) is int and given > 0:
        return given
    if type(given) is Fraction and given > 0:
        return given.numerator if given.denominator == 1 else given
    msg = f"`{given!r}` is no number of points: allowed: a whole number or a `Fraction` above zero"
    raise PolicyError(msg)


def _amounts(given: Money | Amounts) -> Amounts:
    made = amounts(given) if isinstance(given, Money) else given
    if not is_a(made, Amounts) or any(each.minor <= 0 for each in made.each):
        msg = f"points are given per amount above zero, such as `eur(1)`, not per `{given!r}`"
        raise PolicyError(msg)
    return made


def _factor(given: Any) -> Factor:
    if not is_a(given, Mapping, tuple):
        return exact(given)
    rows = tuple(sorted(((tier, exact(each)) for tier, each in dict(given).items()), key=lambda row: row[0].rank))
    if not rows:
        msg = "a table of multipliers has at least one row, such as `{GOLD: 2}`"
        raise PolicyError(msg)
    return rows


class EarningRule(Coded):
    """What every rule can be made into."""

    __slots__ = ()

    def times(
        self,
        factor: Exact | Mapping[Tier, Exact],
        *,
        when: Condition | None = None,
        of: Goods | None = None,
        named: Name | str | None = None,
    ) -> Times:
        """The same, times *factor*: a number, or one a tier, each for the tiers above it too.

        Only orders that *when* holds for and goods *of* some are multiplied.
        """
        return Times(cast("Rule", self), factor, when=when, of=of, named=named)

    def only_when(self, when: Condition) -> OnlyWhen:
        """The same, for orders that the condition holds for."""
        return OnlyWhen(cast("Rule", self), when)

    def at_most(self, points: int, *, per: CapPeriod) -> AtMost:
        """The same, cut off at *points* an order or a calendar period."""
        return AtMost(cast("Rule", self), points, per=per)

    def rounded(self, mode: Rounding = "down", *, scope: Scope = "order") -> Earning:
        """The same, rounded once and last, by *mode*, for each *scope*."""
        return Earning(cast("Rule", self), mode, scope=scope)


@attrs.frozen(eq=False, repr=False)
class PerAmount(EarningRule):
    """So many points for every so much money; the amount that counts is said in full.

    *per* is one amount a currency. Whether *tax* counts has no default. With *full_units*, 49.99 of 50 gives nothing;
    otherwise points are in proportion. What was paid by the tenders *without* earns nothing. Raises `PolicyError`.

    >>> from aftercare.money import eur
    >>> PerAmount(1, per=eur(1), tax="included")
    loyalty.points(1, per=amounts(Money("1.00", "EUR")), tax='included')
    """

    points: Exact = attrs.field(converter=exact)
    per: Amounts = attrs.field(converter=_amounts, kw_only=True)
    tax: Tax = attrs.field(kw_only=True)
    shipping: bool = attrs.field(default=False, kw_only=True)
    price: Price = attrs.field(default="paid", kw_only=True)
    without: tuple[str, ...] = attrs.field(default=("points",), converter=words, kw_only=True)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    full_units: bool = attrs.field(default=False, kw_only=True)
    named: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _ = self.basis

    @property
    def basis(self) -> Basis:
        """Which amounts of a receipt earn."""
        return Basis(tax=self.tax, shipping=self.shipping, price=self.price, without=self.without)

    def __repr__(self) -> str:
        return call("loyalty.points", self)


@attrs.frozen(eq=False, repr=False)
class PerUnit(EarningRule):
    """So many points for each unit of some goods; gifts earn none.

    >>> PerUnit(10, of="CUP")
    loyalty.points_each(10, of=item.sku.is_('CUP'))
    """

    points: Exact = attrs.field(converter=exact)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    named: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __repr__(self) -> str:
        return call("loyalty.points_each", self)


@attrs.frozen(eq=False, repr=False)
class PerOrder(EarningRule):
    """So many points for an order, whatever it costs; they lie on its lines in proportion to what these cost.

    >>> PerOrder(30)
    loyalty.bonus(30)
    """

    points: Exact = attrs.field(converter=exact)
    named: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __repr__(self) -> str:
        return call("loyalty.bonus", self)


@attrs.frozen(eq=False, repr=False)
class PerEvent(EarningRule):
    """So many points each time that something happens: a sign-up, visit, review, referral, or a measure of the shop's.

    >>> PerEvent(50, on="review")
    loyalty.points_for(50, on='review')
    """

    points: Exact = attrs.field(converter=exact)
    on: Happening = attrs.field(kw_only=True)
    measure: str | None = attrs.field(default=None, kw_only=True)
    named: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("an event that earns", self.on, get_args(Happening))
        if (self.on == "measured") != (self.measure is not None):
            msg = "points for a measure name it: write `points_for(1, on='measured', measure='nights')`"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        return call("loyalty.points_for", self)


@attrs.frozen(eq=False, repr=False)
class Times(EarningRule):
    """A rule whose points are multiplied."""

    rule: Rule
    factor: Factor = attrs.field(converter=_factor)
    when: Condition | None = attrs.field(default=None, kw_only=True)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    named: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.when is not None:
            _condition(self.when)

    def __repr__(self) -> str:
        shown = written(self.factor)
        if isinstance(self.factor, tuple):
            shown = "{" + ", ".join(f"{written(tier)}: {written(each)}" for tier, each in self.factor) + "}"
        options = "".join(
            f", {key}={each!r}"
            for key, each in (("when", self.when), ("of", self.of), ("named", self.named))
            if each is not None
        )
        return f"{self.rule!r}.times({shown}{options})"


@attrs.frozen(eq=False, repr=False)
class OnlyWhen(EarningRule):
    """A rule for some orders only; the condition is read on the order as it was placed."""

    rule: Rule
    when: Condition

    def __attrs_post_init__(self) -> None:
        _condition(self.when)

    def __repr__(self) -> str:
        return f"{self.rule!r}.only_when({self.when!r})"


@attrs.frozen(eq=False, repr=False)
class AtMost(EarningRule):
    """A rule whose points are cut off: never refused for being too many."""

    rule: Rule
    points: Exact = attrs.field(converter=exact)
    per: CapPeriod = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("a period of a cap", self.per, get_args(CapPeriod))

    def __repr__(self) -> str:
        return f"{self.rule!r}.at_most({written(self.points)}, per={self.per!r})"


@attrs.frozen(eq=False, repr=False)
class SumOf(EarningRule):
    """All rules give their points."""

    rules: tuple[Rule, ...]

    def __repr__(self) -> str:
        return f"loyalty.sum_of({', '.join(map(repr, self.rules))})"


@attrs.frozen(eq=False, repr=False)
class BestOf(EarningRule):
    """The rule that gives most points; of equals, the one written first."""

    rules: tuple[Rule, ...]

    def __repr__(self) -> str:
        return f"loyalty.best_of({', '.join(map(repr, self.rules))})"


@attrs.frozen(eq=False, repr=False)
class FirstOf(EarningRule):
    """The first rule that gives any points."""

    rules: tuple[Rule, ...]

    def __repr__(self) -> str:
        return f"loyalty.first_of({', '.join(map(repr, self.rules))})"


Leaf: TypeAlias = "PerAmount | PerUnit | PerOrder | PerEvent"
Rule: TypeAlias = "Leaf | Times | OnlyWhen | AtMost | SumOf | BestOf | FirstOf"


def _condition(given: object) -> None:
    if not is_a(given, Condition):
        msg = f"`{given!r}` is not a condition of an order: write one such as `cart.amount().at_least(eur(100))`"
        raise PolicyError(msg)


def _several(what: str, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    if not rules or not all(is_a(rule, EarningRule) for rule in rules):
        msg = f"`{what}` joins at least one rule, such as `loyalty.points(1, per=eur(1), tax='included')`"
        raise PolicyError(msg)
    return rules


def sum_of(*rules: Rule) -> SumOf:
    """All *rules* give their points.

    >>> sum_of(PerOrder(30), PerEvent(5, on="visit"))
    loyalty.sum_of(loyalty.bonus(30), loyalty.points_for(5, on='visit'))
    """
    return SumOf(_several("sum_of", rules))


def best_of(*rules: Rule) -> BestOf:
    """The rule that gives most points; of equals, the one written first.

    >>> best_of(PerOrder(30), PerOrder(20)).rules[0].points
    30
    """
    return BestOf(_several("best_of", rules))


def first_of(*rules: Rule) -> FirstOf:
    """The first rule that gives any points.

    >>> len(first_of(PerOrder(30), PerOrder(20)).rules)
    2
    """
    return FirstOf(_several("first_of", rules))


@attrs.frozen(eq=False, repr=False)
class Earning(Coded):
    """A rule and how its points become whole: by *mode*, once and last, for each *scope*.

    >>> PerOrder(30).rounded("half_up", scope="line")
    loyalty.bonus(30).rounded('half_up', scope='line')
    """

    rule: Rule
    mode: Rounding = "down"
    scope: Scope = attrs.field(default="order", kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("a way of rounding", self.mode, get_args(Rounding))
        one_of("a scope of rounding points", self.scope, get_args(Scope))

    def __repr__(self) -> str:
        scope = "" if self.scope == "order" else f", scope={self.scope!r}"
        return f"{self.rule!r}.rounded({self.mode!r}{scope})"


def earning(given: Rule | Earning) -> Earning:
    """A rule, rounded down for the whole order unless it says otherwise.

    >>> earning(PerOrder(30)).scope
    'order'
    """
    if isinstance(given, Earning):
        return given
    return Earning(_several("earning", (given,))[0])
