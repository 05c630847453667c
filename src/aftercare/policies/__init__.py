"""Promotions: conditions over orders, benefits, and how they meet.

The facts and conditions are everyday names (`from aftercare import cart, customer, item`); this package holds the words
for what a promotion gives and how promotions stack.

>>> from aftercare import item, policies
>>> policies.every(2, of=item.category.is_("coffee")).percent_off(50)
policies.every(2, of=item.category.is_('coffee')).percent_off(Percent("50"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.lazily import loader

if TYPE_CHECKING:
    from aftercare.policies.benefit import AmountOff as amount_off
    from aftercare.policies.benefit import FixedPrice as fixed_price
    from aftercare.policies.benefit import Gift as gift
    from aftercare.policies.benefit import NamedPrice as named_price
    from aftercare.policies.benefit import PercentOff as percent_off
    from aftercare.policies.benefit import (
        bonus_points,
        free_shipping,
        points_times,
        shipping_amount_off,
        shipping_at_price,
        shipping_percent_off,
        voucher,
    )
    from aftercare.policies.limit import Budget as budget
    from aftercare.policies.limit import Uses as uses
    from aftercare.policies.pattern import bundle, buy, every
    from aftercare.policies.selection import after, at_most, cheapest, dearest, first
    from aftercare.policies.stacking import best_combination, best_of, first_of, stack

__all__ = [
    "after",
    "amount_off",
    "at_most",
    "best_combination",
    "best_of",
    "bonus_points",
    "budget",
    "bundle",
    "buy",
    "cheapest",
    "dearest",
    "every",
    "first",
    "first_of",
    "fixed_price",
    "free_shipping",
    "gift",
    "named_price",
    "percent_off",
    "points_times",
    "shipping_amount_off",
    "shipping_at_price",
    "shipping_percent_off",
    "stack",
    "uses",
    "voucher",
]

# Where each word lives, as module and name there.
_HOMES = {
    "after": ("selection", "after"),
    "amount_off": ("benefit", "AmountOff"),
    "at_most": ("selection", "at_most"),
    "best_combination": ("stacking", "best_combination"),
    "best_of": ("stacking", "best_of"),
    "bonus_points": ("benefit", "bonus_points"),
    "budget": ("limit", "Budget"),
    "bundle": ("pattern", "bundle"),
    "buy": ("pattern", "buy"),
    "cheapest": ("selection", "cheapest"),
    "dearest": ("selection", "dearest"),
    "every": ("pattern", "every"),
    "first": ("selection", "first"),
    "first_of": ("stacking", "first_of"),
    "fixed_price": ("benefit", "FixedPrice"),
    "free_shipping": ("benefit", "free_shipping"),
    "gift": ("benefit", "Gift"),
    "named_price": ("benefit", "NamedPrice"),
    "percent_off": ("benefit", "PercentOff"),
    "points_times": ("benefit", "points_times"),
    "shipping_amount_off": ("benefit", "shipping_amount_off"),
    "shipping_at_price": ("benefit", "shipping_at_price"),
    "shipping_percent_off": ("benefit", "shipping_percent_off"),
    "stack": ("stacking", "stack"),
    "uses": ("limit", "Uses"),
    "voucher": ("benefit", "voucher"),
}

# Hidden from type checkers, which would otherwise believe that every misspelt name exists.
if not TYPE_CHECKING:
    __getattr__ = loader(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
