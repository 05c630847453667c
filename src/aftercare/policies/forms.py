"""Which promotions can be written out, and in which form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from aftercare.policies.benefit import AmountOff, FixedPrice, Gift, NamedPrice, PercentOff, Reward, ShippingOff, values
from aftercare.policies.condition import Reading
from aftercare.policies.limit import Budget
from aftercare.policies.pattern import Bundle, Every, PatternOff
from aftercare.policies.selection import Selection
from aftercare.policies.variable import facts
from aftercare.policies.walking import leaves as walk

if TYPE_CHECKING:
    from aftercare.policies.prepared import PreparedPromotions
    from aftercare.policies.promotion import Promotion

MOST = 200
"""A book of more promotions is not written out: to ask each would cost more than to look up the few that match."""

Form: TypeAlias = Literal[
    "tags", "named", "percent", "amount", "each", "price", "every", "bundle", "leading", "shipping", "plain"
]
MAY_REFUSE: frozenset[Form] = frozenset({"tags", "percent", "amount", "each", "every", "bundle", "leading", "shipping"})
"""The forms that may find that an order needs more."""

_ABOUT_GOODS = frozenset({"cart.quantity", "cart.amount", "cart.distinct", "cart.total"})


def worth_writing(promotions: PreparedPromotions) -> bool:
    """Whether a book can be written out: of moderate size, without what reaches across phases."""
    if len(promotions.ids) > MOST or promotions.spanning:
        return False
    return not any(map(_reaches_on, promotions.promotions))


def _reaches_on(promotion: Promotion) -> bool:
    """Whether what *promotion* touches counts differently from then on."""
    gives = any(isinstance(benefit, Gift) for benefits in promotion.alternatives for benefit in benefits)
    return gives or not promotion.counts_towards_thresholds


def has_budget(promotion: Promotion) -> bool:
    """Whether *promotion* may give only so much money."""
    return any(isinstance(limit, Budget) for limit in promotion.limits)


def form_of(promotion: Promotion) -> Form:
    """How a promotion is written out; a ``plain`` one acts as it always does."""
    if len(promotion.then) != 1 or promotion.exceptions.overrides or has_budget(promotion):
        return "plain"
    benefit = promotion.then[0]
    if isinstance(benefit, ShippingOff):
        return "shipping" if benefit.gives == "percent_off" else "plain"
    if isinstance(benefit, Gift | Reward):
        return "plain"
    limits = (benefit.cap_each, benefit.cap_share, benefit.money, benefit.rounding, benefit.mode)
    if limits != (None, None, None, "promotion", "half_up"):
        return "plain"
    tags = benefit.acts_in == "catalogue"
    match benefit:
        case PercentOff(of=Selection(how=how, per="order"), cap=None, base="start") if how != "after":
            return "leading"
        case PercentOff(of=Selection()) | AmountOff(of=Selection()) | FixedPrice(of=Selection()):
            return "plain"
        case PatternOff(pattern=Every(favour="merchant", pick="cheapest"), cap=None, gives="percent_off"):
            return "every"
        case PatternOff(pattern=Bundle(), cap=None):
            return "bundle"
        case PercentOff(base="start"):
            return "tags" if tags else "percent"
        case NamedPrice() if tags:
            return "named"
        case AmountOff(cap=None, each="order"):
            return "amount"
        case AmountOff(cap=None, each="unit") if not tags:
            return "each"
        case FixedPrice(cap=None) if not tags:
            return "price"
        case _:
            return "plain"


def about_all_goods(promotion: Promotion) -> bool:
    """Whether what *promotion* gives is about all goods together."""
    return getattr(promotion.then[0], "of", None) is None


def reads_goods(promotion: Promotion) -> bool:
    """Whether a condition or value of *promotion* looks at goods in another way than at the sum of all."""
    asked = [leaf.reading for leaf in walk(promotion.when)]
    asked += [fact.reading for value in values(promotion.then[0]) for fact in facts(value)]
    return any(each.name in _ABOUT_GOODS and each != Reading("cart.amount") for each in asked)
