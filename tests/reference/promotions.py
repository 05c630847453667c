from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aftercare.policies.benefit import AmountOff, FixedPrice, Gift, NamedPrice, ShippingOff
from aftercare.policies.pattern import Bundle, PatternOff
from aftercare.policies.selection import Selection
from tests.reference.conditions import folded, holds, matches, value_of

if TYPE_CHECKING:
    from aftercare import Order
    from aftercare.policies.promotion import Promotion
    from tests.reference.conditions import Snapshot


@dataclass
class Told:
    """A benefit with its values as they were read."""

    benefit: Any
    value: Any = None
    cap: Any = None
    cap_each: Any = None
    count: int = 0
    room: int | None = None


def told(benefit: Any, snapshot: Snapshot) -> Told | None:
    """A benefit with its values as they are read now; None where one cannot be told."""
    made = Told(benefit)
    for name in ("value", "cap", "cap_each"):
        given = getattr(benefit, name, None)
        if given is not None:
            found = value_of(given, snapshot)
            if found is None:
                return None
            setattr(made, name, found)
    if isinstance(benefit, Gift):
        times = 1 if benefit.per is None else len(snapshot.counted(benefit.of)) // benefit.per
        made.count = benefit.quantity * times
        if benefit.most is not None:
            made.count = min(made.count, benefit.most)
    return made


def decided(promotion: Promotion, snapshot: Snapshot) -> list[Told]:
    """What *promotion* gives to the order of *snapshot*; nothing where it is not eligible."""
    if promotion.only_in and snapshot.order.currency not in promotion.only_in:
        return []
    codes = {folded(code) for code in snapshot.order.codes}
    if promotion.codes and not any(folded(code) in codes for code in promotion.codes):
        return []
    if promotion.schedule is not None and promotion.schedule.state(snapshot.at) != "open":
        return []
    if holds(promotion.when, snapshot) is not True or not reaches(promotion, snapshot.order):
        return []
    benefits = promotion.then
    for override in reversed(promotion.exceptions.overrides):
        if holds(override.when, snapshot) is True:
            benefits = dict(override.terms)["then"]
    found = [told(benefit, snapshot) for benefit in benefits]
    return [] if None in found else found  # type: ignore[return-value]


def reaches(promotion: Promotion, order: Order) -> bool:
    """Whether the order has some of all the goods that one of the benefits names."""
    for benefit in (each for given in promotion.alternatives for each in given):
        named = (
            [of for of, _ in benefit.pattern.components]
            if isinstance(getattr(benefit, "pattern", None), Bundle)
            else []
        )
        for owner in (benefit, getattr(benefit, "pattern", None)):
            for name in ("of", "get_of"):
                of = getattr(owner, name, None)
                if of is not None:
                    named.append(of.of if isinstance(of, Selection) else of)
        if all(any(matches(of, line) for line in order.lines) for of in named):
            return True
    return False


def kind(benefit: Any) -> int:
    """Percentages and gifts, then fixed prices, then amounts."""
    match benefit:
        case FixedPrice() | NamedPrice():
            return 1
        case AmountOff():
            return 2
        case PatternOff(gives=gives) | ShippingOff(gives=gives):
            return {"percent_off": 0, "at_price": 1, "amount_off": 2}[gives]
    return 0
