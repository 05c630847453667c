"""Who takes part when a receipt is priced again, and which goods they read or act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.policies.benefit import Gift, Reward, ShippingOff
from aftercare.policies.item_reading import item_mask
from aftercare.policies.prepared import leaves as places_of
from aftercare.policies.vocabulary import goods as to_goods
from aftercare.policies.walking import goods_of, leaves, order_conditions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.condition import Condition, ItemCondition
    from aftercare.policies.prepared import PreparedPromotions
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.units import Goods
    from aftercare.receipt import Receipt

_NOT_ABOUT_GOODS = ("customer.", "clock.", "cart.channel", "cart.code", "cart.delivery")


def taking_part(
    promotions: PreparedPromotions, receipt: Receipt, settled: Iterable[int], *, whole: bool
) -> tuple[int, ...]:
    """The promotions applied on *receipt* and those that *settled* a group or units, by their place in the book.

    Unless *whole*, those that act on neither goods nor in a choice with some stay out; a choice that reaches over goods
    and delivery weighs what all the others left of both, so all take part.
    """
    took = {promotions.index[promotion] for promotion, _ in receipt.promotions}.union(settled)
    if whole or any(place in took for node in promotions.spanning for place in places_of(node)):
        return tuple(sorted(took))
    chosen = {place for node in promotions.choices.values() for place in places_of(node)}
    return tuple(sorted(place for place in took if place in chosen or _acts_on_goods(promotions.promotions[place])))


def _acts_on_goods(promotion: Promotion) -> bool:
    return any(_on_goods(benefit) for benefits in promotion.alternatives for benefit in benefits)


def _on_goods(benefit: Benefit) -> bool:
    return not isinstance(benefit, ShippingOff | Reward) and not (
        isinstance(benefit, Gift) and benefit.value is not None
    )


def read_lines(promotions: Iterable[Promotion], goods: Goods) -> int:
    """The lines, as bits, whose goods one of *promotions* reads or acts on; never those that take no discount."""
    found = 0
    for promotion in promotions:
        for condition in order_conditions(promotion):
            found |= _read_by(condition, goods)
        for benefits in promotion.alternatives:
            for benefit in benefits:
                found |= _acted_on(benefit, goods)
    return found & goods.discountable


def _read_by(condition: Condition, goods: Goods) -> int:
    found = 0
    for leaf in leaves(condition):
        reading = leaf.reading
        if reading.about_item or reading.name.startswith(_NOT_ABOUT_GOODS):
            continue
        found |= goods.all if reading.of is None else _lines_of(reading.of, goods)
    return found


def _acted_on(benefit: Benefit, goods: Goods) -> int:
    named: Collection[ItemCondition] = list(goods_of(benefit))
    if isinstance(benefit, Gift) and benefit.value is None:
        named = [*named, to_goods(benefit.sku)]
    if not named:
        return goods.all if _on_goods(benefit) else 0
    found = 0
    for of in named:
        found |= _lines_of(of, goods)
    return found


def _lines_of(of: ItemCondition, goods: Goods) -> int:
    """The lines that satisfy *of*; all lines where it asks for the quantity of a line, which returns change."""
    if any(leaf.reading.name == "item.quantity" for leaf in leaves(of)):
        return goods.all
    return item_mask(of)(goods)
