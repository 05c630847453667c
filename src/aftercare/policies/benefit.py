"""Benefits: what a promotion gives, as values written like the promise they stand for.

A benefit acts in one phase: on price tags (``catalogue``), on goods (``item``), on the whole order (``order``) or on
delivery (``shipping``). Amounts may be given for several currencies with `amounts`, and every value may be a constant,
`stepped`, `by` or `dated`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from aftercare.canonical import Coded, call, written
from aftercare.errors import PolicyError, is_a
from aftercare.money import Amounts, Money, Percent
from aftercare.policies.discount import (
    Discount,
    Phase,
    Share,
    Sum,
    chosen,
    maybe_chosen,
    maybe_sum,
    one_of,
    variable_percent,
    variable_sum,
)
from aftercare.policies.selection import Selection, whole_number
from aftercare.policies.variable import Variable, constants, convert
from aftercare.policies.vocabulary import maybe_goods
from aftercare.statement import Name, maybe_name

if TYPE_CHECKING:
    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.pattern import PatternOff


Each: TypeAlias = Literal["order", "line", "unit"]
Base: TypeAlias = Literal["start", "running"]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class PercentOff(Discount):
    """A percentage off the price at the start of the phase, or off what is left when it acts (``base="running"``)."""

    value: Variable[Percent] = attrs.field(converter=variable_percent, kw_only=False)
    of: ItemCondition | Selection | None = attrs.field(default=None, converter=maybe_chosen)
    base: Base = "start"

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        one_of("base of a percentage", self.base, get_args(Base))

    def __repr__(self) -> str:
        return call("policies.percent_off", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class AmountOff(Discount):
    """An amount off the order, off each line or off each unit."""

    value: Variable[Sum] = attrs.field(converter=variable_sum, kw_only=False)
    of: ItemCondition | Selection | None = attrs.field(default=None, converter=maybe_chosen)
    each: Each = "order"

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        one_of("scope of an amount", self.each, get_args(Each))

    def fit_for_tags(self) -> None:
        """Refuse what a price tag cannot say."""
        super().fit_for_tags()
        if self.each != "unit":
            msg = "a catalogue price is set tag by tag: an amount needs `each='unit'` there"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        return call("policies.amount_off", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class FixedPrice(Discount):
    """A price for each unit, where it is lower than the unit's own."""

    value: Variable[Sum] = attrs.field(converter=variable_sum, kw_only=False)
    of: ItemCondition | Selection = attrs.field(converter=chosen)

    def __repr__(self) -> str:
        return call("policies.fixed_price", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class NamedPrice(Discount):
    """Another price of the line's own list, such as ``member``, where it is lower."""

    key: str = attrs.field(kw_only=False)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods)
    phase: Phase = "catalogue"

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.money is not None:
            msg = f"price `{self.key}` of a line is in the order's own price mode: leave out `money`"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        return call("policies.named_price", self)


ShippingGives: TypeAlias = Literal["percent_off", "amount_off", "at_price"]


@attrs.frozen(eq=False, repr=False)
class ShippingOff(Coded):
    """What delivery costs less; by some methods, or by any."""

    gives: ShippingGives
    value: Variable[Any]
    methods: tuple[str, ...] = ()

    @property
    def acts_in(self) -> Phase:
        """Always the shipping phase."""
        return "shipping"

    def __repr__(self) -> str:
        methods = ", ".join(map(repr, self.methods))
        if self.gives == "percent_off" and self.value == Percent(100):
            return f"policies.free_shipping({methods})"
        return f"policies.shipping_{self.gives}({', '.join(filter(None, [repr(self.value), methods]))})"


@attrs.frozen(eq=False, repr=False)
class Gift(Coded):
    """Units given for free: taken from the cart, or, with a *value* of one unit, added to the order.

    *quantity* units for every *per* units *of* the goods in the cart (never more than *most*), or once.
    """

    sku: str
    quantity: int = attrs.field(default=1, kw_only=True)
    per: int | None = attrs.field(default=None, kw_only=True)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    most: int | None = attrs.field(default=None, kw_only=True)
    value: Variable[Sum] | None = attrs.field(default=None, converter=maybe_sum, kw_only=True)
    name: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        whole_number("the quantity of a gift", self.quantity)
        for what, given in (("`per`", self.per), ("`most`", self.most)):
            if given is not None:
                whole_number(f"{what} of a gift", given)
        if (self.per is None) != (self.of is None):
            msg = "a gift for so many units needs both `per=` (how many) and `of=` (of which goods)"
            raise PolicyError(msg)

    @property
    def acts_in(self) -> Phase:
        """Always the item phase."""
        return "item"

    def __repr__(self) -> str:
        return call("policies.gift", self)


@attrs.frozen(eq=False, repr=False)
class Reward(Coded):
    """Something that takes nothing off the price: points times so many, bonus points, a voucher.

    The loyalty part credits it; *worth* is what it counts for where promotions are compared, by default nothing.
    """

    kind: Literal["points_times", "bonus_points", "voucher"]
    value: Variable[Any]
    worth: Sum | None = attrs.field(default=None, kw_only=True)

    @property
    def acts_in(self) -> Phase:
        """Rewards are told in the order phase."""
        return "order"

    def __repr__(self) -> str:
        worth = "" if self.worth is None else f", worth={self.worth!r}"
        return f"policies.{self.kind}({written(self.value)}{worth})"


def free_shipping(*methods: str) -> ShippingOff:
    """Delivery for nothing, by *methods* or by any.

    >>> free_shipping("standard")
    policies.free_shipping('standard')
    """
    return ShippingOff("percent_off", Percent(100), methods)


def shipping_percent_off(value: Variable[Share], *methods: str) -> ShippingOff:
    """A percentage off delivery, by *methods* or by any.

    >>> shipping_percent_off(50)
    policies.shipping_percent_off(Percent("50"))
    """
    return ShippingOff("percent_off", variable_percent(value), methods)


def shipping_amount_off(value: Variable[Sum], *methods: str) -> ShippingOff:
    """An amount off each delivery, by *methods* or by any.

    >>> shipping_amount_off(Money("2.00", "EUR"), "express").methods
    ('express',)
    """
    return ShippingOff("amount_off", variable_sum(value), methods)


def shipping_at_price(value: Variable[Sum], *methods: str) -> ShippingOff:
    """A lower price for each delivery, by *methods* or by any.

    >>> shipping_at_price(Money("1.00", "EUR")).gives
    'at_price'
    """
    return ShippingOff("at_price", variable_sum(value), methods)


def points_times(value: Variable[int | Decimal], *, worth: Sum | None = None) -> Reward:
    """The points of the order, times so many.

    >>> points_times(2)
    policies.points_times(2)
    """
    return Reward("points_times", convert(value, _positive), worth=worth)


def bonus_points(value: Variable[int], *, worth: Sum | None = None) -> Reward:
    """So many points more.

    >>> bonus_points(100).kind
    'bonus_points'
    """
    return Reward("bonus_points", convert(value, _positive), worth=worth)


def voucher(value: Variable[Sum], *, worth: Sum | None = None) -> Reward:
    """A voucher for a later order.

    >>> voucher(Money("5.00", "EUR")).kind
    'voucher'
    """
    return Reward("voucher", variable_sum(value), worth=worth)


def _positive(given: int | Decimal) -> int | Decimal:
    if is_a(given, bool) or not is_a(given, int, Decimal) or not given > 0:
        msg = f"points are a number above zero, given `{given!r}`"
        raise PolicyError(msg)
    return given


Benefit: TypeAlias = "PercentOff | AmountOff | FixedPrice | NamedPrice | PatternOff | ShippingOff | Gift | Reward"


def values(benefit: Benefit) -> list[Any]:
    """Every variable value that *benefit* reads, the caps included."""
    read = [getattr(benefit, key, None) for key in ("value", "cap", "cap_each")]
    return [each for each in read if each is not None]


def sums(benefit: Benefit) -> list[Sum]:
    """Every constant amount in *benefit*."""
    given = [each for value in values(benefit) for each in constants(value)]
    if isinstance(benefit, Reward) and benefit.worth is not None:
        given.append(benefit.worth)
    return [each for each in given if isinstance(each, Money | Amounts)]
