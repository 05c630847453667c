"""How price tags change in the catalogue phase: unit by unit, independent of the rest of the basket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.money import Money, round_fraction
from aftercare.policies.benefit import AmountOff, FixedPrice, NamedPrice, PercentOff
from aftercare.policies.discounting import mask_of
from aftercare.policies.units import measured, minimum, retag

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from aftercare.order import Line
    from aftercare.policies.pattern import PatternOff
    from aftercare.policies.pricing import Act, Pricing, Values


def tag_act(benefit: PercentOff | AmountOff | FixedPrice | PatternOff | NamedPrice) -> Act:
    """The function by which a benefit changes price tags."""
    of = getattr(benefit, "of", None)
    mask = mask_of(of)
    new_tag = _new_tag(benefit)

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        goods = pricing.goods
        lines = mask(goods) & goods.discountable
        if not lines:
            return 0
        changed = {}
        unfit = 0
        for place, line in enumerate(goods.lines):
            if lines >> place & 1:
                tag = pricing.tags[place]
                wanted = new_tag(line, pricing.start_tags[place], tag, values)
                if wanted is not None and wanted < tag:
                    fresh = retag(wanted.numerator, wanted.denominator, line)
                    changed[place] = max(fresh, min(tag, minimum(line)))
                    if fresh < changed[place]:
                        unfit += measured(line, changed[place]) - measured(line, fresh)
        if unfit:
            pricing.overflow.append((who, unfit))
        return _set_tags(pricing, who, changed) if changed else 0

    return act


def _new_tag(
    benefit: PercentOff | AmountOff | FixedPrice | PatternOff | NamedPrice,
) -> Callable[[Line, Fraction | int, Fraction | int, Values], Fraction | int | None]:
    """What a unit's price tag becomes, exactly; None where the line has no such price."""

    def capped(off: Fraction | int, start: Fraction | int, values: Values) -> Fraction | int:
        cap_each = values[2]
        if cap_each is not None:
            off = min(off, cap_each)
        return off if benefit.cap_share is None else min(off, start * benefit.cap_share.ratio)

    match benefit:
        case NamedPrice(key):

            def named(line: Line, start: Fraction | int, tag: Fraction | int, values: Values) -> Fraction | int | None:
                for name, price in line.prices:
                    if name == key:
                        return tag - capped(max(0, tag - price.minor), start, values)
                return None

            return named
        case FixedPrice():
            return lambda _, start, tag, values: tag - capped(max(0, tag - values[0]), start, values)
        case AmountOff():
            return lambda _, start, tag, values: tag - capped(values[0], start, values)
        case _:
            running = isinstance(benefit, PercentOff) and benefit.base == "running"

            def percent(line: Line, start: Fraction | int, tag: Fraction | int, values: Values) -> Fraction | int:
                price = tag if running else start
                ratio = values[0].ratio
                whole = isinstance(price, int) and isinstance(tag, int) and isinstance(line.unit_price, Money)
                if whole and benefit.cap_share is None and values[2] is None:
                    # A whole price is rounded to a whole one in the end: without fractions that takes a tenth.
                    num, den = ratio.numerator, ratio.denominator
                    return round_fraction(tag * den - price * num, den, "half_up")
                return tag - capped(price * ratio, start, values)

            return percent


def _set_tags(pricing: Pricing, who: str, changed: dict[int, int | Fraction]) -> int:
    """Give the units of lines their new prices; a total that does not divide lies on the first units."""
    prices: dict[int, tuple[int, int]] = {}
    for place, tag in changed.items():
        line = pricing.goods.lines[place]
        pricing.tags[place] = tag
        if isinstance(tag, int) and line.measure is None:
            prices[place] = (tag, 0)
        else:
            prices[place] = divmod(measured(line, tag), line.quantity)
    taken = 0
    for run in pricing.runs.copy():
        found = prices.get(run.line)
        if found is None:
            continue
        price, more = found
        pieces = [run]
        if run.first <= more < run.first + run.count - 1:
            pieces.append(run.split(more - run.first + 1))
            pricing.runs.append(pieces[1])
        for piece in pieces:
            part = piece.left - price - (piece.first <= more)
            if part:
                piece.take(who, part)
                taken += part * piece.count
    return taken
