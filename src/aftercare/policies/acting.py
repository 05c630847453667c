"""From a benefit to the function by which it acts on the units of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aftercare.policies.benefit import AmountOff, Benefit, FixedPrice, Gift, NamedPrice, PercentOff, Reward, ShippingOff
from aftercare.policies.discounting import goods_act, named_act, to_be_tried
from aftercare.policies.giving import gift_act, reward_act, shipping_act
from aftercare.policies.pattern import PatternOff
from aftercare.policies.tagging import tag_act

if TYPE_CHECKING:
    from aftercare.policies.pricing import Act, Alone


PERCENT, PRICE, AMOUNT = 0, 1, 2
"""Within a phase percentages act before fixed prices, and those before amounts."""


def kind(benefit: Benefit) -> int:
    """Whether *benefit* is a percentage, a fixed price or an amount."""
    match benefit:
        case PatternOff(gives=gives) | ShippingOff(gives=gives):
            return {"percent_off": PERCENT, "at_price": PRICE, "amount_off": AMOUNT}[gives]
        case FixedPrice() | NamedPrice():
            return PRICE
        case AmountOff():
            return AMOUNT
        case PercentOff() | Gift() | Reward():
            return PERCENT
        case never:
            assert_never(never)


def prepare(benefit: Benefit) -> tuple[Act, Alone]:
    """The function by which *benefit* acts, which returns how much it took, and the one that tells what it takes alone.

    The latter says None where that has to be tried.
    """
    match benefit:
        case Gift():
            return gift_act(benefit), to_be_tried
        case Reward():
            return reward_act(benefit), to_be_tried
        case ShippingOff():
            return shipping_act(benefit), to_be_tried
        case NamedPrice():
            return (tag_act if benefit.acts_in == "catalogue" else named_act)(benefit), to_be_tried
        case PercentOff() | AmountOff() | FixedPrice() | PatternOff():
            return (tag_act(benefit), to_be_tried) if benefit.acts_in == "catalogue" else goods_act(benefit)
        case never:
            assert_never(never)
