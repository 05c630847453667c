"""How gifts, rewards and delivery benefits act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from aftercare.money import round_fraction
from aftercare.policies.allocation import split, spread
from aftercare.policies.item_reading import item_mask
from aftercare.policies.selection import Selection, select
from aftercare.policies.vocabulary import goods as to_goods

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.money import Percent
    from aftercare.policies.benefit import Gift, Reward, ShippingOff
    from aftercare.policies.pricing import Act, Pricing, Values
    from aftercare.policies.units import Run


def gift_act(benefit: Gift) -> Act:
    """The function by which a gift is given: units of the cart cost nothing, others are added."""
    given = item_mask(to_goods(benefit.sku))
    counted = None if benefit.of is None else item_mask(benefit.of)

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        units = benefit.quantity
        if counted is not None and benefit.per is not None:
            units *= pricing.snapshot.quantity(counted(pricing.goods)) // benefit.per
        if benefit.most is not None:
            units = min(units, benefit.most)
        if not units:
            return 0
        if benefit.value is not None:
            pricing.gifts.append((who, benefit.sku, units, values[0]))
            return 0
        lines = given(pricing.goods) & pricing.goods.discountable
        runs = [run for run in pricing.runs.of(lines) if not run.gift and run.left]
        chosen = select(Selection("cheapest", units, to_goods(benefit.sku)), runs, pricing.runs, pricing.goods)
        taken = 0
        for run in chosen:
            run.gift = True
            run.counts = False
            part = run.left - run.floor
            taken += part * run.count
            run.take(who, part)
            if run.floor:
                pricing.overflow.append((who, run.floor * run.count))
        return taken

    return act


def reward_act(benefit: Reward) -> Act:
    """The function by which a reward is carried; it takes nothing."""

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        pricing.rewards.append((who, benefit.kind, values[0], values[3] or 0))
        return 0

    return act


def shipping_act(benefit: ShippingOff) -> Act:
    """The function by which delivery gets cheaper."""
    methods = frozenset(benefit.methods)
    share = _shipping_share(benefit)

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        shipments = pricing.order.shipments
        runs = [run for run in pricing.shipping if not methods or shipments[run.line].method in methods]
        if not runs:
            return 0
        shares, den = share(runs, values[0])
        limited = [min(part, run.left * den) for part, run in zip(shares, runs, strict=True)]
        taken = (2 * sum(limited) + den) // (2 * den)
        if values[1] is not None and taken > values[1]:
            # A budget has less left: its rest is shared as the whole would have been.
            return spread(pricing.shipping, runs, limited, den, pricing.deliveries, who, cap=values[1])
        if limited != shares:
            pricing.overflow.append((who, round_fraction(sum(shares), den, "half_up") - taken))
        return split(pricing.shipping, runs, limited, den, taken, pricing.deliveries, who)

    return act


def _shipping_share(benefit: ShippingOff) -> Callable[[list[Run], Any], tuple[list[int], int]]:
    """The function from shipments and the benefit's value to what is asked of each."""
    match benefit.gives:
        case "percent_off":

            def percent(runs: list[Run], value: Percent) -> tuple[list[int], int]:
                num, den = value.ratio.as_integer_ratio()
                return [run.start * num for run in runs], den

            return percent
        case "amount_off":
            return lambda runs, value: ([value] * len(runs), 1)
        case "at_price":
            return lambda runs, value: ([max(0, run.left - value) for run in runs], 1)
        case never:
            assert_never(never)
