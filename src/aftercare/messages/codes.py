"""Every statement code that the catalogs have words for, with the kind of each parameter.

This table and the catalogs are the two places to edit when a new statement is to be said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind: TypeAlias = Literal[
    "count",  # int
    "number",  # int or Decimal
    "money",  # Money
    "figures",  # Money, as it stands in a column of amounts
    "percent",  # Percent
    "date",  # date, a day
    "datetime",  # datetime, the day and the time in its own zone
    "time",  # datetime, of which only the time is told
    "name",  # Name
    "names",  # tuple of Name, all of them
    "any name",  # tuple of Name, one of them
    "tier",  # Name of a tier
    "any tier",  # tuple of Name, one of these tiers
    "countries",  # tuple of Name, each an ISO 3166 code
    "currency",  # Name, an ISO 4217 code
    "weekdays",  # tuple of int, Monday is 1
    "sentences",  # tuple of Statement, said one after another
    "choices",  # tuple of Statement, numbered
]

Parameters: TypeAlias = "Mapping[str, Kind]"

_COUNT_LOW: Parameters = {"found": "count", "needed": "count", "missing": "count"}
_COUNT_HIGH: Parameters = {"found": "count", "most": "count", "excess": "count"}
_MONEY_LOW: Parameters = {"found": "money", "needed": "money", "missing": "money"}
_MONEY_HIGH: Parameters = {"found": "money", "limit": "money", "excess": "money"}
_NUMBER_LOW: Parameters = {"found": "number", "needed": "number", "missing": "number"}
_NUMBER_HIGH: Parameters = {"found": "number", "limit": "number", "excess": "number"}
_WORDS: Parameters = {"needed": "any name", "found": "names"}

CODES: Mapping[str, Parameters] = {
    # Why a condition does not hold: the cart.
    "cart.quantity.too_little": _COUNT_LOW,
    "cart.quantity.too_much": _COUNT_HIGH,
    "cart.quantity_of.too_little": {"goods": "name", **_COUNT_LOW},
    "cart.quantity_of.too_much": {"goods": "name", **_COUNT_HIGH},
    "cart.quantity_some.too_little": _COUNT_LOW,
    "cart.quantity_some.too_much": _COUNT_HIGH,
    "cart.distinct.too_little": _COUNT_LOW,
    "cart.distinct.too_much": _COUNT_HIGH,
    "cart.distinct_of.too_little": {"goods": "name", **_COUNT_LOW},
    "cart.distinct_of.too_much": {"goods": "name", **_COUNT_HIGH},
    "cart.distinct_some.too_little": _COUNT_LOW,
    "cart.distinct_some.too_much": _COUNT_HIGH,
    "cart.amount.too_little": _MONEY_LOW,
    "cart.amount.too_much": _MONEY_HIGH,
    "cart.amount_of.too_little": {"goods": "name", **_MONEY_LOW},
    "cart.amount_of.too_much": {"goods": "name", **_MONEY_HIGH},
    "cart.amount_some.too_little": _MONEY_LOW,
    "cart.amount_some.too_much": _MONEY_HIGH,
    "cart.total.too_little": {"measure": "name", **_NUMBER_LOW},
    "cart.total.too_much": {"measure": "name", **_NUMBER_HIGH},
    "cart.total.unknown": {"measure": "name"},
    "cart.total_of.too_little": {"goods": "name", "measure": "name", **_NUMBER_LOW},
    "cart.total_of.too_much": {"goods": "name", "measure": "name", **_NUMBER_HIGH},
    "cart.total_some.too_little": {"measure": "name", **_NUMBER_LOW},
    "cart.total_some.too_much": {"measure": "name", **_NUMBER_HIGH},
    "cart.channel.needed": _WORDS,
    "cart.channel.excluded": {"found": "names"},
    "cart.channel.unknown": {},
    "cart.code.needed": _WORDS,
    "cart.code.excluded": {"found": "names"},
    "cart.delivery.needed": _WORDS,
    "cart.delivery.excluded": {"found": "names"},
    "cart.delivery.unknown": {},
    # The customer.
    "customer.unknown": {},
    "customer.orders.too_little": _COUNT_LOW,
    "customer.orders.too_much": _COUNT_HIGH,
    "customer.spend.too_little": _MONEY_LOW,
    "customer.spend.too_much": _MONEY_HIGH,
    "customer.days_since_order.too_little": _COUNT_LOW,
    "customer.days_since_order.too_much": _COUNT_HIGH,
    "customer.days_since_order.unknown": {},
    "customer.history.unknown": {},
    "customer.tier.too_low": {"found": "tier", "needed": "tier"},
    "customer.tier.too_high": {"found": "tier", "limit": "tier"},
    "customer.tier.needed": {"found": "tier", "needed": "any tier"},
    "customer.tier.excluded": {"found": "tier"},
    "customer.tier.unknown": {},
    "customer.since.too_late": {"found": "date", "latest": "date"},
    "customer.since.too_early": {"found": "date", "earliest": "date"},
    "customer.since.unknown": {},
    "customer.country.needed": {"countries": "countries", "found": "countries"},
    "customer.country.excluded": {"countries": "countries"},
    "customer.country.unknown": {},
    "customer.group.needed": _WORDS,
    "customer.group.excluded": {"found": "names"},
    "customer.group.unknown": {},
    "customer.tag.needed": _WORDS,
    "customer.tag.excluded": {"found": "names"},
    "customer.tag.unknown": {},
    "customer.id.needed": _WORDS,
    "customer.id.excluded": {"found": "names"},
    "customer.staff.needed": {},
    "customer.staff.excluded": {},
    "customer.opted_in.needed": {},
    "customer.opted_in.excluded": {},
    "customer.opted_in.unknown": {},
    "customer.signed_in.needed": {},
    "customer.signed_in.excluded": {},
    "customer.first_order.needed": {},
    "customer.first_order.excluded": {},
    # The moment.
    "clock.date.too_early": {"earliest": "date"},
    "clock.date.too_late": {"latest": "date"},
    "clock.weekday.needed": {"weekdays": "weekdays"},
    "clock.weekday.excluded": {"weekdays": "weekdays"},
    # The shop's own facts, and conditions made of others.
    "custom.unknown": {"label": "name"},
    "custom.number.too_little": {"label": "name", **_NUMBER_LOW},
    "custom.number.too_much": {"label": "name", **_NUMBER_HIGH},
    "custom.words.needed": {"label": "name", **_WORDS},
    "custom.words.excluded": {"label": "name", "found": "names"},
    "custom.flag.needed": {"label": "name"},
    "custom.flag.excluded": {"label": "name"},
    "conditions.any": {"parts": "choices"},
    "conditions.at_least_of": {"needed": "count", "parts": "choices"},
    "conditions.all": {"parts": "sentences"},
    "conditions.never": {},
    # What became of a promotion.
    "promotion.applied": {"promotion": "name", "amount": "money"},
    "promotion.gift_added": {"promotion": "name", "gift": "name", "count": "count"},
    "promotion.points_times": {"promotion": "name", "times": "number"},
    "promotion.bonus_points": {"promotion": "name", "count": "count"},
    "promotion.voucher": {"promotion": "name", "amount": "money"},
    "promotion.overflow": {"promotion": "name", "amount": "money"},
    "promotion.lost": {"promotion": "name", "winner": "name", "amount": "money"},
    "promotion.tied": {"promotion": "name", "winner": "name"},
    "promotion.blocked": {"promotion": "name", "winner": "name"},
    "promotion.not_eligible": {"promotion": "name", "reasons": "sentences"},
    "promotion.code_needed": {"promotion": "name"},
    "promotion.nothing_left": {"promotion": "name"},
    "promotion.other_currency": {"promotion": "name", "currency": "currency"},
    "promotion.starts_today": {"promotion": "name", "time": "time"},
    "promotion.starts_tomorrow": {"promotion": "name", "date": "date"},
    "promotion.starts_in_days": {"promotion": "name", "count": "count", "date": "date"},
    "promotion.ended": {"promotion": "name", "date": "date"},
    "promotion.closed_now": {"promotion": "name", "opens": "datetime"},
    "promotion.earns_no_points": {"promotion": "name"},
    "promotion.staff_brief": {"promotion": "name", "count": "count", "date": "date"},
    # What became of a code that the shopper entered.
    "code.accepted": {"code": "name", "promotion": "name"},
    "code.unknown": {"code": "name"},
    "code.not_yet": {"code": "name", "promotion": "name", "date": "date"},
    "code.no_longer": {"code": "name", "promotion": "name", "date": "date"},
    "code.not_eligible": {"code": "name", "promotion": "name", "reasons": "sentences"},
    "code.sign_in": {"code": "name", "promotion": "name"},
    "code.blocked": {"code": "name", "promotion": "name", "winner": "name"},
    "code.lost": {"code": "name", "promotion": "name", "winner": "name", "amount": "money"},
    "code.tied": {"code": "name", "promotion": "name", "winner": "name"},
    "code.nothing_left": {"code": "name", "promotion": "name"},
    # The labels of a receipt.
    "receipt.title": {},
    "receipt.goods": {},
    "receipt.savings": {},
    "receipt.delivery": {},
    "receipt.delivery_free": {},
    "receipt.charges": {},
    "receipt.total": {},
    "receipt.tax_included": {"rate": "percent"},
    "receipt.tax_added": {"rate": "percent"},
    "receipt.gift": {},
    "receipt.you_save": {"amount": "money"},
    "receipt.unit_price": {"count": "count", "price": "figures"},
    "receipt.units": {"count": "count"},
    "receipt.net": {},
    "receipt.rewards": {},
    "receipt.not_applied": {},
    "receipt.thanks": {},
}
