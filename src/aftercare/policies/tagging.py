"""How price tags change in the catalogue phase: unit by unit, independent of the rest of the basket."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

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


_NewTag: TypeAlias = "Callable[[Line, Fraction | int, Fraction | int, Values], Fraction | int | None]"


def tag_act(benefit: PercentOff | AmountOff | FixedPrice | PatternOff | NamedPrice) -> Act:
    """The function by which a benefit changes price tags."""
    of = getattr(benefit, "of", None)
    mask = mask_of(of)
    new_tag = _new_tag(benefit)

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        goods = pricing.goods
        lines = mask(goods) & goods.discountable
        whole = lines & goods.whole
        taken = unfit = 0
        for run in pricing.runs:
            # The tag of a whole line is the price of its units, so that nothing has to be split.
            if whole >> run.line & 1:
                price = run.left
                wanted = new_tag(goods.lines[run.line], run.price, price, values)
                if wanted is None or wanted >= price:
                    continue
                fresh = (
                    wanted if type(wanted) is int else round_fraction(wanted.numerator, wanted.denominator, "half_up")
                )
                part = price - fresh
                if part > price - run.floor:
                    part = price - run.floor
                    unfit += (run.floor - fresh) * run.count
                if part:
                    run.left -= part
                    run.parts += ((who, part, None),)
                    taken += part * run.count
                    pricing.tags[run.line] = run.left
        if lines != whole:
            changed, more = _changed(pricing, lines & ~whole, new_tag, values)
            taken += _set_tags(pricing, who, changed)
            unfit += more
        if unfit:
            pricing.overflow.append((who, unfit))
        return taken

    return act


def _changed(pricing: Pricing, lines: int, new_tag: _NewTag, values: Values) -> tuple[dict[int, int | Fraction], int]:
    """The new price tags of lines that are finer than a minor unit or for a measure, and what is below a floor."""
    changed = {}
    unfit = 0
    for place, line in enumerate(pricing.goods.lines):
        if lines >> place & 1:
            start = line.unit_price.minor
            tag = pricing.tags.get(place, start)
            wanted = new_tag(line, start, tag, values)
            if wanted is not None and wanted < tag:
                fresh = retag(wanted.numerator, wanted.denominator, line)
                lowered = max(fresh, min(tag, minimum(line)))
                if lowered < tag:
                    changed[place] = lowered
                if fresh < lowered:
                    unfit += measured(line, lowered) - measured(line, fresh)
    return changed, unfit


def _new_tag(benefit: PercentOff | AmountOff | FixedPrice | PatternOff | NamedPrice) -> _NewTag:
    """What a unit's price tag becomes, exactly; None where the line has no such price."""

    def capped(off: Fraction | int, start: Fraction | int, values: Values) -> Fraction | int:
        cap_each = values[2]
        if cap_each is not None:
            off = min(off, cap_each)
        return off if benefit.cap_share is None else min(off, start * benefit.cap_share.ratio)

    match benefit:
        case NamedPrice(key):
            limited = benefit.cap_share is not None or benefit.cap_each is not None

            def named(line: Line, start: Fraction | int, tag: Fraction | int, values: Values) -> Fraction | int | None:
                for name, price in line.prices:
                    if name == key:
                        return tag - capped(max(0, tag - price.minor), start, values) if limited else price.minor
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
    pricing.tags.update(changed)
    lines = pricing.goods.lines
    prices = {place: divmod(measured(lines[place], tag), lines[place].quantity) for place, tag in changed.items()}
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
            # Some units of a receipt alone may cost a cent less already than they would by the new price tag.
            if part > 0:
                piece.take(who, part)
                taken += part * piece.count
    return taken
