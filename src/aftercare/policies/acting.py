"""How each benefit acts on the units: which ones, how large each share is, and what is taken.

Every discount on goods is one pipeline: choose runs of units, give each unit an exact share, limit the shares to caps
and floors, round once and split. `prepare` turns a benefit into a function that does so.
"""

from __future__ import annotations

from functools import reduce
from operator import gt, or_
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, assert_never

from aftercare.money import Money, Percent, round_fraction
from aftercare.policies.allocation import common, share_amount, split, spread
from aftercare.policies.benefit import AmountOff, Benefit, FixedPrice, Gift, NamedPrice, PercentOff, Reward, ShippingOff
from aftercare.policies.pattern import Bundle, PatternOff, counts_of, wanted
from aftercare.policies.reading import item_mask
from aftercare.policies.selection import Selection, select
from aftercare.policies.snapshot import other_mode
from aftercare.policies.taking import Member, Occurrence, take_units
from aftercare.policies.units import Run, measured, minimum, retag
from aftercare.policies.vocabulary import goods as to_goods

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from aftercare.order import Line, PriceMode
    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.discount import Discount
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.units import Goods

Values: TypeAlias = "tuple[Any, ...]"
Act: TypeAlias = "Callable[[Pricing, str, Values, int], int]"
Shares: TypeAlias = "tuple[list[int], int, int]"
"""The exact share of each run's units over one denominator, and the amount that found no room above the floors."""

Share: TypeAlias = "Callable[[list[Run], Any], Shares]"

PERCENT, PRICE, AMOUNT = 0, 1, 2
"""Within a phase percentages act before fixed prices, and those before amounts."""


class Aim(NamedTuple):
    """The units that a discount acts on, and the occurrences they belong to."""

    runs: list[Run]
    occurrences: list[Occurrence]


_NOTHING = Aim([], [])


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


def prepare(benefit: Benefit) -> Act:
    """The function by which *benefit* acts; it returns how much it took."""
    match benefit:
        case Gift():
            return _gift(benefit)
        case Reward():
            return _reward(benefit)
        case ShippingOff():
            return _shipping(benefit)
        case NamedPrice():
            return _tag_act(benefit) if benefit.acts_in == "catalogue" else _named_act(benefit)
        case PercentOff() | AmountOff() | FixedPrice() | PatternOff():
            return _tag_act(benefit) if benefit.acts_in == "catalogue" else _goods_act(benefit)
        case never:
            assert_never(never)


def _all_goods(goods: Goods) -> int:
    return goods.all


def _mask(of: ItemCondition | None) -> Callable[[Goods], int]:
    return _all_goods if of is None else item_mask(of)


# --- goods -----------------------------------------------------------------------------------------------------------


def _goods_act(benefit: PercentOff | AmountOff | FixedPrice | PatternOff) -> Act:
    aim = _pattern_aim(benefit) if isinstance(benefit, PatternOff) else _aim(benefit.of)
    share = _share(benefit)
    plain = _is_plain(benefit)
    if plain and not isinstance(benefit, PatternOff) and not isinstance(benefit.of, Selection):
        if isinstance(benefit, PercentOff) and benefit.base == "start":
            return _percent_act(benefit, _mask(benefit.of))
        if isinstance(benefit, AmountOff) and benefit.each == "order":
            return _amount_act(benefit, _mask(benefit.of))

    def act(pricing: Pricing, who: str, values: Values, group: int) -> int:
        found = aim(pricing, who, group)
        if not found.runs:
            return 0
        if benefit.money is not None and benefit.money != pricing.order.prices:
            return _through_other_mode(benefit, share, found, pricing, who, values)
        return _take_off(benefit, share, found, pricing, who, values, pricing.runs, plain=plain)

    return act


def _percent_act(benefit: PercentOff, mask: Callable[[Goods], int]) -> Act:
    """The commonest discount in one pass; whatever a cap, a floor or the other price mode limits goes the long way."""
    share = _share(benefit)

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        goods = pricing.goods
        lines = mask(goods) & goods.discountable
        ratio = values[0].ratio
        num, den = ratio.numerator, ratio.denominator
        runs = []
        shares = []
        whole = 0
        fits = values[2] is None and benefit.money in {None, pricing.order.prices}
        for run in pricing.runs:
            if lines >> run.line & 1 and not run.gift:
                part = run.start * num
                if part > (run.left - run.floor) * den:
                    fits = False
                runs.append(run)
                shares.append(part)
                whole += part * run.count
        total = (2 * whole + den) // (2 * den)
        if fits and (values[1] is None or total <= values[1]):
            return split(pricing.runs, runs, shares, den, total, goods.keys, who) if runs else 0
        if benefit.money in {None, pricing.order.prices}:
            return _take_off(benefit, share, Aim(runs, []), pricing, who, values, pricing.runs, plain=True)
        return _through_other_mode(benefit, share, Aim(runs, []), pricing, who, values)

    return act


def _amount_act(benefit: AmountOff, mask: Callable[[Goods], int]) -> Act:
    """An amount off the order, which finds its own way around floors."""
    share = _share(benefit)

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        goods = pricing.goods
        lines = mask(goods) & goods.discountable
        runs = [run for run in pricing.runs if lines >> run.line & 1 and not run.gift]
        if not runs:
            return 0
        value, cap, cap_each, _ = values
        if benefit.money not in {None, pricing.order.prices}:
            return _through_other_mode(benefit, share, Aim(runs, []), pricing, who, values)
        if cap is not None or cap_each is not None:
            return _take_off(benefit, share, Aim(runs, []), pricing, who, values, pricing.runs, plain=True)
        shares, den, unfit = share_amount(runs, value)
        if unfit:
            pricing.overflow.append((who, unfit))
        return split(pricing.runs, runs, shares, den, value - unfit, goods.keys, who)

    return act


def _named_act(benefit: NamedPrice) -> Act:
    """A named price in a later phase: a fixed price for each unit, which may differ from line to line."""
    aim = _aim(benefit.of)
    plain = _is_plain(benefit)

    def share(found: Aim, prices: dict[int, int]) -> Shares:
        return [max(0, run.left - prices[run.line]) for run in found.runs], 1, 0

    def act(pricing: Pricing, who: str, values: Values, group: int) -> int:
        named = {
            place: measured(line, price.minor) // line.quantity
            for place, line in enumerate(pricing.goods.lines)
            for name, price in line.prices
            if name == benefit.key
        }
        runs = [run for run in aim(pricing, who, group).runs if run.line in named]
        return _take_off(benefit, share, Aim(runs, []), pricing, who, (named, *values[1:]), pricing.runs, plain=plain)

    return act


def _is_plain(benefit: Discount) -> bool:
    """Whether the sum of the shares is rounded once, half up, and no unit's share has a cap of its own."""
    return benefit.cap_share is None and benefit.rounding == "promotion" and benefit.mode == "half_up"


def _aim(of: ItemCondition | Selection | None) -> Callable[[Pricing, str, int], Aim]:
    selection = of if isinstance(of, Selection) else None
    mask = _mask(of.of if isinstance(of, Selection) else of)

    def aim(pricing: Pricing, _who: str, _group: int) -> Aim:
        goods = pricing.goods
        lines = mask(goods) & goods.discountable
        if not lines:
            return _NOTHING
        runs = [run for run in pricing.runs if lines >> run.line & 1 and not run.gift]
        if selection is not None:
            runs = select(selection, runs, pricing.runs, goods)
        return Aim(runs, [])

    return aim


def _pattern_aim(benefit: PatternOff) -> Callable[[Pricing, str, int], Aim]:
    pattern = benefit.pattern
    masks = [item_mask(of) for of in wanted(pattern)]
    counts = counts_of(pattern)
    least = sum(counts)

    def aim(pricing: Pricing, who: str, group: int) -> Aim:
        goods = pricing.goods
        lines = [mask(goods) & goods.discountable for mask in masks]
        if not all(lines):
            return _NOTHING
        wanted_lines = reduce(or_, lines)
        free = [run for run in pricing.runs if wanted_lines >> run.line & 1 and not run.roles & group and not run.gift]
        if sum([run.count for run in free]) < least:
            return _NOTHING
        for wants, count in zip(lines, counts, strict=True):
            if sum([run.count for run in free if wants >> run.line & 1]) < count:
                return _NOTHING
        marked: list[Occurrence] = []
        targets: list[Run] = []
        for times, members in take_units(pattern, lines, free, goods, pricing.runs):
            placed: list[Member] = []
            for run, units, target in members:
                piece = run
                if units < run.count:
                    # The units taken leave the run, which keeps the rest for the members still to come.
                    piece = run.copy()
                    piece.count = units
                    run.first += units
                    run.count -= units
                    pricing.runs.append(piece)
                piece.roles |= group
                placed.append(Member(piece, units, target))
                if target:
                    targets.append(piece)
            marked.append(Occurrence(times, placed))
            pricing.occurrences.append(
                (who, times, tuple((run.line, run.first, units, target) for run, units, target in placed))
            )
        return Aim(targets, marked)

    return aim


def _share(benefit: PercentOff | AmountOff | FixedPrice | PatternOff) -> Callable[[Aim, Any], Shares]:
    match benefit:
        case PercentOff(base="running"):
            return lambda aim, value: _percent([run.left for run in aim.runs], value)
        case PercentOff() | PatternOff(gives="percent_off"):
            return lambda aim, value: _percent([run.start for run in aim.runs], value)
        case PatternOff(pattern=Bundle(), gives="at_price"):
            return lambda aim, value: _by_occurrence(aim, lambda price: max(0, price - value))
        case PatternOff(pattern=Bundle()):
            return lambda aim, value: _by_occurrence(aim, lambda _: value)
        case FixedPrice() | PatternOff(gives="at_price"):
            return lambda aim, value: ([max(0, run.left - value) for run in aim.runs], 1, 0)
        case AmountOff(each="line"):
            return _line_amount
        case AmountOff(each="order"):
            return lambda aim, value: share_amount(aim.runs, value)
        case AmountOff() | PatternOff():
            return lambda aim, value: ([value] * len(aim.runs), 1, 0)
        case never:
            assert_never(never)


def _percent(prices: list[int], value: Percent) -> Shares:
    ratio = value.ratio
    num = ratio.numerator
    return [price * num for price in prices], ratio.denominator, 0


def _by_occurrence(aim: Aim, off: Callable[[int], int]) -> Shares:
    """Each occurrence's discount by price over its units, at most their price."""
    shares = []
    unfit = 0
    for times, members in aim.occurrences:
        price = sum(run.left * run.count for run, _, _ in members) // times
        # `times` equal occurrences have equal prices, so that the division leaves nothing.
        amount = off(price)
        unfit += max(0, amount - price) * times
        shares += [(run.left * min(amount, price), max(price, 1)) for run, _, _ in members]
    return (*common(shares), unfit)


def _line_amount(aim: Aim, value: int) -> Shares:
    shares: dict[int, tuple[int, int]] = {}
    unfit = 0
    for line in {run.line for run in aim.runs}:
        runs = [run for run in aim.runs if run.line == line]
        parts, den, more = share_amount(runs, value)
        unfit += more
        shares |= {id(run): (part, den) for run, part in zip(runs, parts, strict=True)}
    return (*common([shares[id(run)] for run in aim.runs]), unfit)


def _take_off(
    benefit: Discount,
    share: Callable[[Aim, Any], Shares],
    aim: Aim,
    pricing: Pricing,
    who: str,
    values: Values,
    units: list[Run],
    *,
    plain: bool,
) -> int:
    """Limit the shares, round, split and take; what found no room above the floors is reported."""
    value, cap, cap_each, _ = values
    runs = aim.runs
    asked, den, unfit = share(aim, value)
    if plain and not unfit and cap is None and cap_each is None:
        whole = 0
        for part, run in zip(asked, runs, strict=True):
            if part > (run.left - run.floor) * den:
                break
            whole += part * run.count
        else:
            return split(units, runs, asked, den, (2 * whole + den) // (2 * den), pricing.goods.keys, who)
    if cap_each is not None:
        asked = [min(part, cap_each * den) for part in asked]
        unfit = 0
    if benefit.cap_share is not None:
        most = benefit.cap_share.ratio
        asked = [
            min(part * most.denominator, run.start * most.numerator * den)
            for part, run in zip(asked, runs, strict=True)
        ]
        den *= most.denominator
        unfit = 0
    rooms = [(run.left - run.floor) * den for run in runs]
    limited = list(map(min, asked, rooms)) if any(map(gt, asked, rooms)) else asked
    if unfit or limited is not asked:
        exact = sum(part * run.count for part, run in zip(asked, runs, strict=True))
        unfit += round_fraction(exact, den, benefit.mode)
        unfit = unfit if cap is None else min(unfit, cap)
    taken = spread(
        units, runs, limited, den, pricing.goods.keys, who, cap=cap, scope=benefit.rounding, mode=benefit.mode
    )
    if unfit > taken:
        pricing.overflow.append((who, unfit - taken))
    return taken


def _through_other_mode(
    benefit: Discount,
    share: Callable[[Aim, Any], Shares],
    aim: Aim,
    pricing: Pricing,
    who: str,
    values: Values,
) -> int:
    """Reckon in the other price mode: keep its parts, derive the order's own, and let tax be the difference."""
    goods = pricing.goods
    prices = pricing.order.prices
    to: PriceMode = "net" if prices == "gross" else "gross"
    shadows: dict[int, Run] = {}
    for run in aim.runs:
        rate = goods.rates[run.line]
        shadow = run.copy()
        shadow.start = other_mode(run.start, rate, to)
        shadow.left = other_mode(run.left, rate, to)
        shadow.floor = min(shadow.left, other_mode(run.floor, rate, to))
        shadow.parts = []
        shadows[id(run)] = shadow
    occurrences = [
        Occurrence(times, [member._replace(run=shadows.get(id(member.run), member.run)) for member in members])
        for times, members in aim.occurrences
    ]
    units = [shadows[id(run)] for run in aim.runs]
    mirrored = Aim(list(units), occurrences)
    _take_off(benefit, share, mirrored, pricing, who, values, units, plain=False)
    taken = 0
    for run in aim.runs:
        inside = sorted(
            (
                shadow
                for shadow in units
                if shadow.line == run.line and run.first <= shadow.first < run.first + run.count
            ),
            key=lambda shadow: shadow.first,
        )
        piece = run
        for place, shadow in enumerate(inside):
            if place < len(inside) - 1:
                rest = piece.split(shadow.count)
                pricing.runs.append(rest)
            else:
                rest = piece
            given = sum(part for _, part, _ in shadow.parts)
            if given:
                own = min(other_mode(given, goods.rates[run.line], prices), piece.left - piece.floor)
                piece.take(who, own, abs(given - own))
                taken += own * piece.count
            piece = rest
    return taken


# --- price tags ------------------------------------------------------------------------------------------------------


def _tag_act(benefit: PercentOff | AmountOff | FixedPrice | PatternOff | NamedPrice) -> Act:
    of = getattr(benefit, "of", None)
    mask = _mask(of)
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
        if run.line in prices:
            price, more = prices[run.line]
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


# --- gifts, rewards, delivery ----------------------------------------------------------------------------------------


def _gift(benefit: Gift) -> Act:
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


def _reward(benefit: Reward) -> Act:
    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        pricing.rewards.append((who, benefit.kind, values[0], values[3] or 0))
        return 0

    return act


def _shipping(benefit: ShippingOff) -> Act:
    methods = frozenset(benefit.methods)

    def act(pricing: Pricing, who: str, values: Values, _group: int) -> int:
        value = values[0]
        runs = [run for run in pricing.shipping if not methods or pricing.order.shipments[run.line].method in methods]
        match benefit.gives:
            case "percent_off":
                shares, den, _ = _percent([run.start for run in runs], value)
            case "amount_off":
                shares, den = [value] * len(runs), 1
            case "at_price":
                shares, den = [max(0, run.left - value) for run in runs], 1
            case never:
                assert_never(never)
        limited = [min(part, run.left * den) for part, run in zip(shares, runs, strict=True)]
        taken = spread(pricing.shipping, runs, limited, den, pricing.shipping_keys, who)
        if limited != shares:
            pricing.overflow.append((who, round_fraction(sum(shares), den, "half_up") - taken))
        return taken

    return act
