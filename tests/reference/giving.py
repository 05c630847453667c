from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

from aftercare.money import Money
from aftercare.policies.benefit import AmountOff, FixedPrice, Gift, NamedPrice, PercentOff, Reward, ShippingOff
from aftercare.policies.pattern import Bundle, BuyGet, Every, PatternOff
from aftercare.policies.selection import Selection
from tests.reference.conditions import matches
from tests.reference.numbers import converted, in_currency, rounded, split
from tests.reference.patterns import bundle, buy_get, every
from tests.reference.units import basket_first, cheapest_first, dearest_first, line_price, line_prices, minimum

if TYPE_CHECKING:
    from aftercare import Order
    from aftercare.order import Line
    from aftercare.policies.promotion import Promotion
    from tests.reference.combining import Plan
    from tests.reference.promotions import Told
    from tests.reference.units import State, Unit


@dataclass(eq=False)
class Seen:
    """A unit as a benefit sees it: in the price mode in which the benefit is reckoned."""

    unit: Unit
    start: int
    left: int
    floor: int
    share: Fraction = Fraction(0)


def fill(pool: int, seen: list[Seen]) -> None:
    """Share *pool* in proportion to what is left; what a unit cannot give, the others give."""
    left = Fraction(pool)
    open_ = [each for each in seen if each.left > each.floor]
    while open_:
        weights = sum(each.left for each in open_)
        full = [each for each in open_ if left * each.left / weights > each.left - each.floor]
        if not full:
            for each in open_:
                each.share = left * each.left / weights
            return
        for each in full:
            each.share = Fraction(each.left - each.floor)
            left -= each.share
        open_ = [each for each in open_ if each not in full]


class Giving:
    """How benefits act on an order; *outermost* numbers the outermost group of each promotion."""

    def __init__(self, order: Order, outermost: dict[str, int]) -> None:
        self.order, self.outermost = order, outermost
        self.plan: Plan = {}

    def give(self, promotion: Promotion, given: Told, phase: str, state: State) -> None:
        """Let one benefit act, within what a budget has left for its promotion."""
        spent = state.spent.get(promotion.id, 0)
        before = state.cost() + state.given()
        if given.room is not None:
            left = given.room - spent
            given = replace(given, cap=left if given.cap is None else min(left, given.cap))
        self.act(promotion, given, phase, state)
        state.spent[promotion.id] = spent + before - state.cost() - state.given()

    def act(self, promotion: Promotion, given: Told, phase: str, state: State) -> None:
        """Let one benefit act."""
        match given.benefit:
            case Gift():
                self.gift(promotion, given, state)
            case Reward():
                worth = 0 if given.benefit.worth is None else in_currency(given.benefit.worth, self.order.currency)
                state.rewards.append((promotion.id, given.benefit.kind, given.value, worth))
            case ShippingOff():
                self.ship(promotion, given, state)
            case _ if phase == "catalogue":
                self.tag(promotion, given, state)
            case _:
                self.discount(promotion, given, state)

    def gift(self, promotion: Promotion, given: Told, state: State) -> None:
        """Give units for nothing, from the cart or beside it."""
        benefit = given.benefit
        if benefit.value is not None:
            if given.count:
                state.gifts.append((promotion.id, benefit.sku, given.count, given.value))
            return
        with_room = [
            unit for unit in state.units if unit.discountable and unit.sku == benefit.sku and unit.left > unit.floor
        ]
        for unit in sorted(with_room, key=cheapest_first)[: given.count]:
            unit.take(promotion.id, unit.left - unit.floor)
            unit.gift = True

    def ship(self, promotion: Promotion, given: Told, state: State) -> None:
        """Take something off delivery."""
        methods = given.benefit.methods
        seen = [
            Seen(parcel, parcel.start, parcel.left, 0)
            for parcel in state.parcels
            if not methods or parcel.line.method in methods
        ]
        for each in seen:
            match given.benefit.gives:
                case "percent_off":
                    each.share = given.value * each.start
                case "at_price":
                    each.share = max(Fraction(0), Fraction(each.left - given.value))
                case _:
                    each.share = Fraction(given.value)
            each.share = min(each.share, Fraction(each.left))
        exact = sum(each.share for each in seen)
        total = rounded(exact)
        if given.cap is not None and total > given.cap:
            total = given.cap
            for each in seen:
                each.share = each.share * total / exact
        self.take(promotion, seen, total, None)

    def tag(self, promotion: Promotion, given: Told, state: State) -> None:
        """Set new price tags."""
        benefit = given.benefit
        for line in self.order.lines:
            if not line.product.discountable or (benefit.of is not None and not matches(benefit.of, line)):
                continue
            start, left = state.start_tags[line.id], state.tags[line.id]
            share = self.simple_share(given, line, start, left)
            if given.cap_each is not None:
                share = min(share, Fraction(given.cap_each))
            if benefit.cap_share is not None:
                share = min(share, benefit.cap_share.ratio * start)
            floor = min(Fraction(minimum(line)), Fraction(line.unit_price.minor))
            share = max(Fraction(0), min(share, left - floor))
            finer = 10 ** (line.unit_price.digits - Money.of_minor(0, line.currency).digits)
            state.tags[line.id] = Fraction(rounded((left - share) * finer), finer)
            if state.tags[line.id] == left:
                continue
            units = [unit for unit in state.units if unit.line is line]
            for unit, new in zip(units, line_prices(line, state.tags[line.id]), strict=True):
                if unit.left > new:
                    unit.take(promotion.id, unit.left - new)

    def simple_share(self, given: Told, line: Line, start: Fraction | int, left: Fraction | int) -> Fraction:
        """The share of a benefit for which a unit's own price is enough."""
        match given.benefit:
            case PercentOff(base=base):
                return Fraction(given.value * (left if base == "running" else start))
            case FixedPrice():
                return max(Fraction(0), Fraction(left) - given.value)
            case NamedPrice(key=key):
                prices = dict(line.prices)
                if key not in prices:
                    return Fraction(0)
                named = (
                    prices[key].minor if given.benefit.acts_in == "catalogue" else line_price(line, prices[key].minor)
                )
                return max(Fraction(0), Fraction(left) - named)
            case AmountOff(each="unit"):
                return Fraction(given.value)
        raise AssertionError(given)

    def discount(self, promotion: Promotion, given: Told, state: State) -> None:
        """Take something off units, in a phase after the catalogue."""
        benefit = given.benefit
        prices = benefit.money if benefit.money != self.order.prices else None

        def seen(units: list[Unit]) -> list[Seen]:
            return [
                Seen(unit, *(converted(each, unit.rate, prices) for each in (unit.start, unit.left, unit.floor)))
                if prices
                else Seen(unit, unit.start, unit.left, unit.floor)
                for unit in units
            ]

        discountable = [unit for unit in state.units if unit.discountable]
        if isinstance(benefit, PatternOff):
            group = self.outermost[promotion.id]
            free = [unit for unit in discountable if group not in unit.roles]
            if promotion.id in self.plan:
                named = {(unit.line.id, unit.n): unit for unit in free}
                occurrences = [[named[each] for each in targets] for targets, _ in self.plan[promotion.id]]
                held = [named[each] for _, all_ in self.plan[promotion.id] for each in all_]
            else:
                occurrences, held = {Every: every, BuyGet: buy_get, Bundle: bundle}[type(benefit.pattern)](
                    benefit.pattern,
                    free,  # type: ignore[arg-type]
                )
            for unit in held:
                unit.roles.add(group)
            parts = [seen(units) for units in occurrences]
            for some in parts:
                self.pattern_shares(given, some)
            everyone = list(chain(*parts))
        else:
            everyone = seen(self.chosen(getattr(benefit, "of", None), discountable))
            self.plain_shares(given, everyone)
        for each in everyone:
            if given.cap_each is not None:
                each.share = min(each.share, Fraction(given.cap_each))
            if benefit.cap_share is not None:
                each.share = min(each.share, benefit.cap_share.ratio * each.start)
            each.share = max(Fraction(0), min(each.share, Fraction(each.left - each.floor)))
        self.round_and_take(promotion, given, everyone, prices)

    def chosen(self, of: Any, units: list[Unit]) -> list[Unit]:
        """The units that a benefit is about."""
        if not isinstance(of, Selection):
            return [unit for unit in units if of is None or matches(of, unit.line)]
        room = [unit for unit in units if matches(of.of, unit.line) and unit.left > unit.floor]
        match of.how:
            case "cheapest":
                return sorted(room, key=cheapest_first)[: of.n]
            case "dearest":
                return sorted(room, key=dearest_first)[: of.n]
            case "after":
                return sorted(room, key=basket_first)[of.n :]
        room.sort(key=basket_first)
        if of.per == "order":
            return room[: of.n]
        return [unit for line in self.order.lines for unit in [each for each in room if each.line is line][: of.n]]

    def pattern_shares(self, given: Told, seen: list[Seen]) -> None:
        """Set the shares of an occurrence's target units."""
        gives = given.benefit.gives
        whole = isinstance(given.benefit.pattern, Bundle) and gives != "percent_off"
        left = sum(each.left for each in seen)
        discount = max(0, min(left, left - given.value if gives == "at_price" else given.value))
        for each in seen:
            if whole:
                each.share = Fraction(discount * each.left, left) if left else Fraction(0)
            elif gives == "percent_off":
                each.share = Fraction(given.value * each.start)
            elif gives == "at_price":
                each.share = Fraction(max(0, each.left - given.value))
            else:
                each.share = Fraction(given.value)

    def plain_shares(self, given: Told, seen: list[Seen]) -> None:
        """Set the shares of a benefit without a pattern."""
        match given.benefit:
            case AmountOff(each="order"):
                fill(given.value, seen)
            case AmountOff(each="line"):
                for line in self.order.lines:
                    fill(given.value, [each for each in seen if each.unit.line is line])
            case _:
                for each in seen:
                    each.share = self.simple_share(given, each.unit.line, each.start, each.left)

    def round_and_take(self, promotion: Promotion, given: Told, seen: list[Seen], prices: str | None) -> None:
        """Round the shares in their scope, limit them to the cap, and take them."""
        benefit = given.benefit
        match benefit.rounding:
            case "line":
                scopes = [[each for each in seen if each.unit.line is line] for line in self.order.lines]
            case "unit":
                scopes = [[each] for each in seen]
            case _:
                scopes = [seen]
        totals = [rounded(sum((each.share for each in scope), Fraction(0)), benefit.mode) for scope in scopes]
        if given.cap is not None and sum(totals) > given.cap:
            exact = sum(each.share for each in seen)
            for each in seen:
                each.share = each.share * given.cap / exact
            scopes, totals = [seen], [given.cap]
        for scope, total in zip(scopes, totals, strict=True):
            self.take(promotion, scope, total, prices)

    def take(self, promotion: Promotion, seen: list[Seen], total: int, prices: str | None) -> None:
        """Take *total* off the units, split by their shares."""
        parts = split(total, [each.share for each in seen], [(-each.left, each.unit.key) for each in seen])
        for each, part in zip(seen, parts, strict=True):
            if not part:
                continue
            if prices is None:
                each.unit.take(promotion.id, part)
                continue
            own = min(converted(part, each.unit.rate, self.order.prices), each.unit.left - each.unit.floor)
            each.unit.take(promotion.id, own, abs(part - own))
