"""How gifts, rewards and delivery benefits act."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aftercare.money import round_fraction
from aftercare.policies.allocation import split, spread
from aftercare.policies.reading import item_mask
from aftercare.policies.selection import Selection, select
from aftercare.policies.sharing import percent_shares
from aftercare.policies.vocabulary import goods as to_goods

if TYPE_CHECKING:
    from aftercare.policies.benefit import Gift, Reward, ShippingOff
    from aftercare.policies.pricing import Act, Pricing, Values


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
        runs = [run for run in pricing.runs if lines >> run.line & 1 and not run.gift and run.left]
        chosen = select(Selection("cheapest", units, to_goods(benefit.sku)), runs, pricing.runs, pricing.goods)
        taken = 0
        for run in chosen:
            run.gift = True
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

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        value = values[0]
        runs = [run for run in pricing.shipping if not methods or pricing.order.shipments[run.line].method in methods]
        match benefit.gives:
            case "percent_off":
                shares, den, _ = percent_shares([run.start for run in runs], value)
            case "amount_off":
                shares, den = [value] * len(runs), 1
            case "at_price":
                shares, den = [max(0, run.left - value) for run in runs], 1
            case never:
                assert_never(never)
        limited = [min(part, run.left * den) for part, run in zip(shares, runs, strict=True)]
        taken = round_fraction(sum(limited), den, "half_up")
        if values[1] is not None and taken > values[1]:
            # A budget has less left: its rest is shared as the whole would have been.
            return spread(pricing.shipping, runs, limited, den, pricing.shipping_keys, who, cap=values[1])
        if limited != shares:
            pricing.overflow.append((who, round_fraction(sum(shares), den, "half_up") - taken))
        return split(pricing.shipping, runs, limited, den, taken, pricing.shipping_keys, who)

    return act
