"""How discounts on goods act, in every phase but the catalogue: aim, share, limit, round, split, take."""

from __future__ import annotations

from functools import reduce
from operator import gt, or_
from typing import TYPE_CHECKING, Any

from aftercare.money import round_fraction
from aftercare.policies.allocation import share_amount, spread
from aftercare.policies.benefit import AmountOff, FixedPrice, NamedPrice, PercentOff
from aftercare.policies.item_reading import item_mask
from aftercare.policies.pattern import PatternOff, counts_of, wanted
from aftercare.policies.selection import Selection, select
from aftercare.policies.sharing import NOTHING, Aim, Shares, share_of
from aftercare.policies.snapshot import other_mode
from aftercare.policies.taking import Member, Occurrence, place_units, take_units
from aftercare.policies.units import Run, measured

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.order import PriceMode
    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.discount import Discount
    from aftercare.policies.pricing import Act, Alone, Pricing, Values
    from aftercare.policies.units import Goods


def all_goods(goods: Goods) -> int:
    """Every line."""
    return goods.all


def mask_of(of: ItemCondition | None) -> Callable[[Goods], int]:
    """The function from goods to the lines that satisfy *of*; without it, all lines."""
    return all_goods if of is None else item_mask(of)


def goods_act(benefit: PercentOff | AmountOff | FixedPrice | PatternOff) -> tuple[Act, Alone]:
    """The function by which a discount on goods acts, and the one that tells what it takes off alone."""
    alone: Alone = to_be_tried
    if _is_plain(benefit) and isinstance(benefit, PercentOff | AmountOff) and not isinstance(benefit.of, Selection):
        together = Together(benefit, mask_of(benefit.of))
        if isinstance(benefit, PercentOff):
            alone = together.percent_alone
            if benefit.base == "start":
                return together.percent, alone
        elif benefit.each == "order":
            return together.amount, together.amount_alone
    aim = _pattern_aim(benefit) if isinstance(benefit, PatternOff) else _aim(benefit.of)
    return Aimed(benefit, aim).act, alone


class Aimed:
    """Any other discount on goods: it aims at units, and each has its share."""

    __slots__ = ("aim", "benefit", "plain", "share")

    def __init__(
        self, benefit: PercentOff | AmountOff | FixedPrice | PatternOff, aim: Callable[[Pricing, str, int], Aim]
    ) -> None:
        self.benefit = benefit
        self.aim = aim
        self.share = share_of(benefit)
        self.plain = _is_plain(benefit)

    def act(self, pricing: Pricing, who: str, values: Values, group: int) -> int:
        """The discount acts."""
        found = self.aim(pricing, who, group)
        if not found.runs:
            return 0
        return _discount(self.benefit, self.share, found, pricing, who, values, plain=self.plain)


def _in_own_mode(benefit: Discount, pricing: Pricing) -> bool:
    """Whether *benefit* is reckoned in the order's own price mode."""
    return benefit.money is None or benefit.money == pricing.order.prices


def _discount(
    benefit: Discount,
    share: Callable[[Aim, Any], Shares],
    aim: Aim,
    pricing: Pricing,
    who: str,
    values: Values,
    *,
    plain: bool,
) -> int:
    """Take the discount off what it aims at, in whichever price mode it is reckoned."""
    if _in_own_mode(benefit, pricing):
        return _take_off(benefit, share, aim, pricing, who, values, pricing.runs, plain=plain)
    return _through_other_mode(benefit, share, aim, pricing, who, values)


class Together:
    """A percentage of some goods, or an amount off them together: the commonest discounts, each in one pass.

    Whatever a cap, a floor or the other price mode limits goes the long way.
    """

    __slots__ = ("benefit", "mask")

    def __init__(self, benefit: PercentOff | AmountOff, mask: Callable[[Goods], int]) -> None:
        self.benefit = benefit
        self.mask = mask

    def percent(self, pricing: Pricing, who: str, values: Values, _group: int) -> int:
        """A percentage of the prices at the start of the phase acts."""
        goods = pricing.goods
        num, den = values[0].ratio.as_integer_ratio()
        runs = []
        shares = []
        whole = 0
        fits = values[2] is None and _in_own_mode(self.benefit, pricing)
        for run in pricing.runs.of(self.mask(goods) & goods.discountable):
            if not run.gift:
                part = run.start * num
                if fits and part > (run.left - run.floor) * den:
                    fits = False
                runs.append(run)
                shares.append(part)
                whole += part * run.count
        total = (2 * whole + den) // (2 * den)
        if fits and (values[1] is None or total <= values[1]):
            return pricing.split(pricing.runs, runs, shares, den, total, goods, who) if runs else 0
        return self._limited(runs, pricing, who, values)

    def amount(self, pricing: Pricing, who: str, values: Values, _group: int) -> int:
        """An amount off the goods acts, which finds its own way around floors."""
        goods = pricing.goods
        runs = [run for run in pricing.runs.of(self.mask(goods) & goods.discountable) if not run.gift]
        if not runs:
            return 0
        value, cap, cap_each, _ = values
        if cap is not None or cap_each is not None or not _in_own_mode(self.benefit, pricing):
            return self._limited(runs, pricing, who, values)
        shares, den, unfit = share_amount(runs, value)
        if unfit:
            pricing.overflow.append((who, unfit))
        return pricing.split(pricing.runs, runs, shares, den, value - unfit, goods, who)

    def _limited(self, runs: list[Run], pricing: Pricing, who: str, values: Values) -> int:
        benefit = self.benefit
        return _discount(benefit, share_of(benefit), Aim(runs, []), pricing, who, values, plain=True)

    def percent_alone(self, pricing: Pricing, values: Values) -> int | None:
        """What a percentage takes off alone when a phase begins; None where it has to be tried."""
        room = self._room(pricing, values)
        if room is None:
            return None
        num, den = values[0].ratio.as_integer_ratio()
        return _at_most(values[1], (2 * room * num + den) // (2 * den))

    def amount_alone(self, pricing: Pricing, values: Values) -> int | None:
        """What an amount takes off alone when a phase begins; None where it has to be tried."""
        room = self._room(pricing, values)
        return None if room is None else _at_most(values[1], min(room, values[0]))

    def _room(self, pricing: Pricing, values: Values) -> int | None:
        """What the goods cost; None where floors, a cap for each unit or the other price mode have a say."""
        if values[2] is not None or not _in_own_mode(self.benefit, pricing):
            return None
        goods = pricing.goods
        room = 0
        for run in pricing.runs.of(self.mask(goods) & goods.discountable):
            if not run.gift:
                if run.floor:
                    return None
                room += run.left * run.count
        return room


def _at_most(cap: int | None, taken: int) -> int:
    return taken if cap is None else min(taken, cap)


def to_be_tried(_pricing: Pricing, _values: Values) -> None:
    """What only trying tells."""


def named_act(benefit: NamedPrice) -> Act:
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
    return _AtGoods(of).aim


class _AtGoods:
    """Some goods, or a selection among them."""

    __slots__ = ("mask", "selection")

    def __init__(self, of: ItemCondition | Selection | None) -> None:
        self.selection = of if isinstance(of, Selection) else None
        self.mask = mask_of(of.of if isinstance(of, Selection) else of)

    def aim(self, pricing: Pricing, _who: str, _group: int) -> Aim:
        goods = pricing.goods
        lines = self.mask(goods) & goods.discountable
        if not lines:
            return NOTHING
        runs = [run for run in pricing.runs.of(lines) if not run.gift]
        if self.selection is not None:
            runs = select(self.selection, runs, pricing.runs, goods)
        return Aim(runs, [])


def _pattern_aim(benefit: PatternOff) -> Callable[[Pricing, str, int], Aim]:
    pattern = benefit.pattern
    masks = [item_mask(of) for of in wanted(pattern)]
    counts = counts_of(pattern)
    least = sum(counts)

    def aim(pricing: Pricing, who: str, group: int) -> Aim:
        goods = pricing.goods
        lines = [mask(goods) & goods.discountable for mask in masks]
        if not all(lines):
            return NOTHING
        wanted_lines = reduce(or_, lines)
        free = [run for run in pricing.runs.of(wanted_lines) if not run.roles & group and not run.gift]
        if sum([run.count for run in free]) < least:
            return NOTHING
        for wants, count in zip(lines, counts, strict=True):
            if sum([run.count for run in free if wants >> run.line & 1]) < count:
                return NOTHING
        marked: list[Occurrence] = []
        targets: list[Run] = []
        planned = pricing.planned.get(who)
        if planned is None:
            taken = take_units(pattern, lines, free, goods, pricing.runs)
        else:
            taken = place_units(planned, free, pricing.runs)
        for times, members in taken:
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
            return pricing.split(units, runs, asked, den, (2 * whole + den) // (2 * den), pricing.goods, who)
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
        units,
        runs,
        limited,
        den,
        pricing.goods,
        who,
        cap=cap,
        scope=benefit.rounding,
        mode=benefit.mode,
        take=pricing.split,
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
        rate = goods.keys[run.line][1]
        shadow = run.copy()
        shadow.start = other_mode(run.start, rate, to)
        shadow.left = other_mode(run.left, rate, to)
        shadow.floor = min(shadow.left, other_mode(run.floor, rate, to))
        shadow.parts = ()
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
                pricing.carries = True
                own = min(other_mode(given, goods.keys[run.line][1], prices), piece.left - piece.floor)
                piece.take(who, own, abs(given - own))
                taken += own * piece.count
            piece = rest
    return taken
