"""A second, naive reading of docs/explanation/pricing.md, to compare the engine with.

One object for every unit, fractions everywhere, everything computed anew whenever it is asked for. It shares with the
engine the classes in which books and orders are written, and nothing of how they are priced.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, combinations
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aftercare.money import Amounts, Money, Percent
from aftercare.order import Tier
from aftercare.policies.benefit import AmountOff, FixedPrice, Gift, NamedPrice, PercentOff, Reward, ShippingOff
from aftercare.policies.condition import Combination, ItemCombination, ItemTest, NamedGoods, Test, unnamed
from aftercare.policies.discount import Discount
from aftercare.policies.pattern import Bundle, BuyGet, Every, PatternOff
from aftercare.policies.promotion import Promotion
from aftercare.policies.selection import Selection
from aftercare.policies.stacking import promotions_in
from aftercare.policies.variable import Cases, Dated, Steps

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare import Order, PolicyBook
    from aftercare.history import History
    from aftercare.order import Line
    from aftercare.policies.shipping import Delivery
    from aftercare.policies.stacking import Entry, Group

PHASES = ("catalogue", "item", "order", "shipping")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


# --- numbers ---------------------------------------------------------------------------------------------------------


def rounded(number: Fraction | int, mode: str = "half_up") -> int:
    """The whole number that *number* becomes; negatives mirror."""
    number = Fraction(number)
    if number < 0:
        return -rounded(-number, mode)
    down = math.floor(number)
    rest = number - down
    half = Fraction(1, 2)
    up = {
        "half_up": rest >= half,
        "half_down": rest > half,
        "half_even": rest > half or (rest == half and down % 2 == 1),
        "up": rest > 0,
        "down": False,
    }[mode]
    return down + 1 if up else down


def converted(amount: int, rate: Fraction, prices: str) -> int:
    """An *amount* that is not in the mode *prices*, in that mode."""
    return rounded(amount * (1 + rate) if prices == "gross" else Fraction(amount) / (1 + rate))


def split(total: int, shares: list[Fraction], first: list[Any]) -> list[int]:
    """*total* by largest remainder: of equal remainders the smallest in *first* goes first."""
    parts = [math.floor(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda at: (-(shares[at] - parts[at]), first[at]))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    assert sum(parts) == total, "what is left is less than a minor unit for each"
    return parts


# --- units -----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Unit:
    """One unit of a line, or one shipment."""

    line: Any
    n: int
    sku: str
    rate: Fraction
    price: int
    start: int
    left: int
    floor: int
    gift: bool = False
    hidden: bool = False
    roles: set[int] = field(default_factory=set)
    parts: list[tuple[str, int, int | None]] = field(default_factory=list)

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.sku, self.rate, self.line.id, self.n)

    @property
    def discountable(self) -> bool:
        return self.line.product.discountable and not self.gift

    def copy(self) -> Unit:
        return replace(self, roles=set(self.roles), parts=list(self.parts))

    def take(self, promotion: str, amount: int, tax: int | None = None) -> None:
        self.left -= amount
        self.parts.append((promotion, amount, tax))


def cheapest_first(unit: Unit) -> Any:
    return (unit.start, unit.key)


def dearest_first(unit: Unit) -> Any:
    return (-unit.start, unit.key)


def basket_first(unit: Unit) -> Any:
    position = unit.line.position
    return (math.inf if position is None else position, -unit.start, unit.key)


def line_prices(line: Line, tag: Fraction) -> list[int]:
    """The prices of a line's units, in minor units."""
    total = rounded(tag * line.quantity * Fraction(line.measure or 1))
    return [total // line.quantity + (n < total % line.quantity) for n in range(line.quantity)]


def line_price(line: Line, named: int) -> int:
    """Another price of a unit; of goods sold by measure, for what there is of them."""
    return rounded(named * Fraction(line.measure or 1))


def minimum(line: Line) -> int:
    given = line.product.minimum_price
    if given is None:
        return 0
    return max(0, in_currency(given, line.currency))


def in_currency(given: Money | Amounts, currency: str) -> int:
    return (given.in_(currency) if isinstance(given, Amounts) else given).minor


# --- conditions ------------------------------------------------------------------------------------------------------


@dataclass
class Snapshot:
    """The order as it stood when a phase began."""

    order: Order
    units: list[Unit]
    at: datetime
    zone: str
    history: History | None

    @property
    def day(self) -> Any:
        return self.at.astimezone(ZoneInfo(self.zone)).date()

    def counted(self, of: Any) -> list[Unit]:
        return [
            unit for unit in self.units if unit.discountable and not unit.hidden and (of is None or matches(of, unit.line))
        ]

    def amount(self, of: Any, basis: str, prices: str | None) -> int:
        if basis == "before_discounts":
            lines = [each for each in self.order.lines if each.product.discountable and (of is None or matches(of, each))]
            amounts = [(line.tax.ratio, line.minor) for line in lines]
        else:
            amounts = [(unit.rate, unit.left) for unit in self.counted(of)]
        by_rate: dict[Fraction, int] = {}
        for rate, amount in amounts:
            by_rate[rate] = by_rate.get(rate, 0) + amount
        if prices in {None, self.order.prices}:
            return sum(by_rate.values())
        return sum(converted(amount, rate, str(prices)) for rate, amount in by_rate.items())


def compare(found: Any, operator: str, bound: Any, currency: str) -> bool | None:
    """What comes of comparing a fact with a bound; None is unknown."""
    if found is None:
        return None
    if operator in {"holds", "fails"}:
        return bool(found) is (operator == "holds")
    if operator in {"one_of", "none_of"}:
        several = found if isinstance(found, tuple) else (found,)
        return any(each in bound for each in several) is (operator == "one_of")
    if isinstance(bound, Amounts):
        bound = in_currency(bound, currency)
    if isinstance(bound, Tier):
        found, bound = found.rank, bound.rank
    return bool(found >= bound) is (operator == "at_least")


def enough(needed: int, parts: list[bool | None]) -> bool | None:
    if parts.count(True) >= needed:
        return True
    return None if parts.count(True) + parts.count(None) >= needed else False


def item_fact(reading: Any, line: Line) -> Any:
    match reading.name:
        case "item.sku":
            return (line.product.sku,)
        case "item.category":
            return line.product.categories
        case "item.tag":
            return line.product.tags
        case "item.line":
            return (line.id,)
        case "item.price":
            return line.unit_price.minor
        case "item.list_price":
            return None if line.list_price is None else line.list_price.minor
        case "item.quantity":
            return line.quantity
        case "item.on_sale":
            return line.list_price is not None and line.unit_price.minor < line.list_price.minor
        case "item.measure":
            return line.product.attribute(reading.key)
    raise AssertionError(reading)


def matches(of: Any, line: Line) -> bool:
    """Whether a line's goods are known to be *of*."""
    return about_item(of, line) is True


def about_item(of: Any, line: Line) -> bool | None:
    match of:
        case ItemTest(reading, operator, bound):
            return compare(item_fact(reading, line), operator, bound, line.currency)
        case NamedGoods(goods, _, negated):
            return about_item(goods.negated() if negated else goods, line)
        case ItemCombination(needed, parts):
            return enough(needed, [about_item(part, line) for part in parts])
    raise AssertionError(of)


def fact(reading: Any, snapshot: Snapshot) -> Any:
    order, customer, history = snapshot.order, snapshot.order.customer, snapshot.history
    section, _, name = reading.name.partition(".")
    match reading.name:
        case "cart.quantity":
            return len(snapshot.counted(reading.of))
        case "cart.distinct":
            return len({unit.sku for unit in snapshot.counted(reading.of)})
        case "cart.amount":
            return snapshot.amount(reading.of, reading.basis, reading.money)
        case "cart.total":
            found = [unit.line.product.attribute(reading.key) for unit in snapshot.counted(reading.of)]
            return None if None in found else sum(found)
        case "cart.channel":
            return order.channel
        case "cart.code":
            return tuple(folded(code) for code in order.codes)
        case "cart.delivery":
            return tuple(shipment.method for shipment in order.shipments) or None
        case "customer.signed_in":
            return customer is not None
        case "customer.orders":
            return None if history is None else history.orders
        case "customer.first_order":
            return None if history is None else not history.orders
        case "customer.spend":
            return None if history is None else history.spend(order.currency).minor
        case "clock.weekday":
            return WEEKDAYS[snapshot.day.weekday()]
        case "clock.date":
            return snapshot.day
    assert section == "customer", reading
    if customer is None:
        return None
    return getattr(customer, {"group": "groups", "tag": "tags"}.get(name, name))


def holds(condition: Any, snapshot: Snapshot) -> bool | None:
    match condition:
        case Test(reading, operator, bound):
            if reading.name == "cart.code" and bound is not None:
                bound = tuple(folded(code) for code in bound)
            return compare(fact(reading, snapshot), operator, bound, snapshot.order.currency)
        case Combination(needed, parts):
            return enough(needed, [holds(part, snapshot) for part in parts])
    raise AssertionError(condition)


def folded(code: str) -> str:
    return code.strip().casefold()


def value_of(given: Any, snapshot: Snapshot) -> Any:
    """The constant that a value is here: a ratio, minor units or a number; None when it cannot be told."""
    match given:
        case Steps(steps_fact, steps):
            found = fact(steps_fact.reading, snapshot)
            reached = [row for bound, row in steps if compare(found, "at_least", bound, snapshot.order.currency)]
            return value_of(reached[-1], snapshot) if reached else None
        case Cases(words, cases, choose):
            found = fact(words.reading, snapshot)
            several = () if found is None else found if isinstance(found, tuple) else (found,)
            rows = [value_of(row, snapshot) for word, row in cases if word in several]
            if not rows or None in rows:
                return None
            return min(rows) if choose == "lowest" else max(rows)
        case Dated(value, changes):
            for at, new in changes:
                if at <= snapshot.at:
                    value = new
            return value_of(value, snapshot)
        case Percent():
            return given.ratio
        case Money() | Amounts():
            return in_currency(given, snapshot.order.currency)
        case _:
            return given


# --- what a promotion gives ------------------------------------------------------------------------------------------


@dataclass
class Told:
    """A benefit with its values as they were read."""

    benefit: Any
    value: Any = None
    cap: Any = None
    cap_each: Any = None
    count: int = 0


def told(benefit: Any, snapshot: Snapshot) -> Told | None:
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
    if holds(promotion.when, snapshot) is not True:
        return []
    benefits = promotion.then
    for override in reversed(promotion.exceptions.overrides):
        if holds(override.when, snapshot) is True:
            benefits = dict(override.terms)["then"]
    found = [told(benefit, snapshot) for benefit in benefits]
    return [] if None in found else found  # type: ignore[return-value]


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


# --- patterns --------------------------------------------------------------------------------------------------------


def groups_of(n: int, units: list[Unit], most: int) -> list[list[Unit]]:
    return [units[at * n : at * n + n] for at in range(most)]


def every(pattern: Every, free: list[Unit]) -> tuple[list[list[Unit]], list[Unit]]:
    """The target units (as one list) and all units that have a role."""
    n, m = pattern.n, pattern.targets
    units = [unit for unit in free if matches(pattern.of, unit.line)]
    times = len(units) // n
    if pattern.times is not None:
        times = min(times, pattern.times)
    pick = cheapest_first if pattern.pick == "cheapest" else dearest_first
    if (pattern.favour, pattern.pick) in {("merchant", "cheapest"), ("customer", "dearest")}:
        units.sort(key=pick)
        targets = units[: times * m]
        rest = sorted(units[times * m :], key=dearest_first if pattern.pick == "cheapest" else cheapest_first)
        return [targets], targets + rest[: times * (n - m)]
    units.sort(key={"merchant": cheapest_first, "customer": dearest_first, "basket_order": basket_first}[pattern.favour])
    groups = groups_of(n, units, times)
    targets = [unit for group in groups for unit in sorted(group, key=pick)[:m]]
    held = list(chain(*groups))
    # Units of a line at one price are alike: the first of those that are held are the targets.
    first: list[Unit] = []
    for one in {(unit.line.id, unit.start): None for unit in targets}:
        alike = sorted((unit for unit in held if (unit.line.id, unit.start) == one), key=lambda unit: unit.n)
        first += alike[: sum((unit.line.id, unit.start) == one for unit in targets)]
    return [first], held


def possible(units: list[Unit], needs: list[tuple[Any, int]]) -> bool:
    """Whether *units* can fill all *needs* at once, each unit filling one (by the marriage theorem)."""
    fits = [{id(unit) for unit in units if matches(of, unit.line)} for of, _ in needs]
    return all(
        len(set().union(*(fits[at] for at in some))) >= sum(needs[at][1] for at in some)
        for size in range(1, len(needs) + 1)
        for some in combinations(range(len(needs)), size)
    )


def most_times(units: list[Unit], needs: list[tuple[Any, int]], limit: int | None) -> int:
    times = 0
    while (limit is None or times < limit) and possible(units, [(of, n * (times + 1)) for of, n in needs]):
        times += 1
    return times


def buy_get(pattern: BuyGet, free: list[Unit]) -> tuple[list[list[Unit]], list[Unit]]:
    bought, got = pattern.of, pattern.get_of
    if unnamed(bought) == unnamed(got):
        n, m = pattern.bought + pattern.got, pattern.got
        return every(Every(n, of=got, targets=m, favour=pattern.favour, times=pattern.times), free)
    times = most_times(free, [(bought, pattern.bought), (got, pattern.got)], pattern.times)
    targets: list[Unit] = []
    rest = list(free)
    order = {"merchant": cheapest_first, "customer": dearest_first, "basket_order": basket_first}[pattern.favour]
    for unit in sorted(free, key=order):
        if len(targets) == times * pattern.got:
            break
        without = [each for each in rest if each is not unit]
        needs = [(bought, times * pattern.bought), (got, times * pattern.got - len(targets) - 1)]
        if matches(got, unit.line) and possible(without, needs):
            targets.append(unit)
            rest = without
    order = {"merchant": dearest_first, "customer": cheapest_first, "basket_order": basket_first}[pattern.favour]
    paid = sorted((unit for unit in rest if matches(bought, unit.line)), key=order)[: times * pattern.bought]
    return [targets], targets + paid


def fitting(units: list[Unit], goods: list[Any], needs: list[int]) -> bool:
    """Whether every one of *units* finds a place, where there are *needs* places for each of *goods*."""
    places: list[list[Unit]] = [[] for _ in goods]

    def put(unit: Unit, seen: set[int]) -> bool:
        for at, of in enumerate(goods):
            if at in seen or not matches(of, unit.line):
                continue
            seen.add(at)
            if len(places[at]) < needs[at]:
                places[at].append(unit)
                return True
            for other in list(places[at]):
                if put(other, seen):
                    places[at].remove(other)
                    places[at].append(unit)
                    return True
        return False

    return all(put(unit, set()) for unit in units)


def bundle(pattern: Bundle, free: list[Unit]) -> tuple[list[list[Unit]], list[Unit]]:
    """The units of each occurrence, and all of them."""
    times = most_times(free, list(pattern.components), pattern.times)
    goods = [of for of, _ in pattern.components]
    needs = [times * n for _, n in pattern.components]
    order = {"merchant": cheapest_first, "customer": dearest_first, "basket_order": basket_first}[pattern.favour]
    chosen: list[Unit] = []
    for unit in sorted(free, key=order):
        if fitting([*chosen, unit], goods, needs):
            chosen.append(unit)
    taken: list[list[Unit]] = [[] for _ in goods]
    for place, unit in enumerate(chosen):
        for at, of in enumerate(goods):
            after = [need - (other == at) for other, need in enumerate(needs)]
            if needs[at] and matches(of, unit.line) and fitting(chosen[place + 1 :], goods, after):
                taken[at].append(unit)
                needs = after
                break
    occurrences: list[list[Unit]] = [[] for _ in range(times)]
    for (_, n), units in zip(pattern.components, taken, strict=True):
        for occurrence, some in zip(occurrences, groups_of(n, units, times), strict=True):
            occurrence += some
    return occurrences, list(chain(*taken))


# --- pricing ---------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Seen:
    """A unit as a benefit sees it: in the price mode in which the benefit is reckoned."""

    unit: Unit
    start: int
    left: int
    floor: int
    share: Fraction = Fraction(0)


@dataclass
class State:
    """All that changes while an order is priced."""

    order: Order
    units: list[Unit]
    tags: dict[str, Fraction]
    start_tags: dict[str, Fraction]
    parcels: list[Unit] = field(default_factory=list)
    gifts: list[tuple[str, str, int, int]] = field(default_factory=list)
    rewards: list[tuple[str, str, Any, int]] = field(default_factory=list)

    def copy(self) -> State:
        return State(
            self.order,
            [unit.copy() for unit in self.units],
            dict(self.tags),
            dict(self.start_tags),
            [unit.copy() for unit in self.parcels],
            list(self.gifts),
            list(self.rewards),
        )

    def given(self) -> int:
        return sum(units * value for _, _, units, value in self.gifts) + sum(worth for *_, worth in self.rewards)

    def cost(self) -> int:
        return sum(unit.left for unit in chain(self.units, self.parcels)) - self.given()


@dataclass
class Priced:
    """What an order costs: the answer of this evaluator, in minor units."""

    units: dict[tuple[str, int], tuple[int, int, dict[str, int], int, bool]]
    shipments: dict[str, tuple[int, int, dict[str, int], int]]
    charges: dict[str, int]
    gifts: list[tuple[str, str, int, int]]
    rewards: list[tuple[str, str, Any]]
    taxes: dict[Fraction, int]
    payable: int
    taken: dict[str, int]


def price(book: PolicyBook, order: Order, at: datetime, history: History | None = None) -> Priced:
    """What *order* costs by *book*."""
    reference = Reference(book, order, at, history)
    return reference.answer(reference.run(reference.settled()).state)


@dataclass
class Run:
    """The order after all phases, and what is known of the promotions."""

    state: State
    eligible: dict[str, list[Told]]


class Reference:
    """One order and the book by which it is priced."""

    def __init__(self, book: PolicyBook, order: Order, at: datetime, history: History | None) -> None:
        self.book, self.order, self.at, self.history = book, order, at, history
        # Bare promotions are one group: number -1. The others are numbered by their place in the book.
        self.outermost = {
            promotion.id: -1 if isinstance(entry, Promotion) else place
            for place, entry in enumerate(book.promotions)
            for promotion in promotions_in(entry)
        }
        everyone = [promotion for entry in book.promotions for promotion in promotions_in(entry)]
        self.all_ranked = {
            phase: all(promotion.rank is not None for promotion in everyone if phase in promotion.phases)
            for phase in PHASES
        }

    # --- groups whose promotions act in more than one phase ---

    def spans(self, entry: Entry) -> bool:
        """Whether a choice in *entry* is among promotions of different phases."""
        if isinstance(entry, Promotion):
            return False
        phases = {phase for promotion in promotions_in(entry) for phase in promotion.phases}
        return (entry.how != "stack" and len(phases) > 1) or any(self.spans(member) for member in entry.members)

    def settled(self) -> set[str]:
        """The promotions that take part, once all groups that span phases are settled."""
        spanning = [entry for entry in self.book.promotions if self.spans(entry)]
        out = {promotion.id for entry in spanning for promotion in promotions_in(entry)}
        present = set(self.outermost) - out
        for group in sorted(spanning, key=lambda entry: min(map(self.rank, promotions_in(entry)))):
            present |= self.picked(group, present)
        return present

    def rank(self, promotion: Promotion) -> Any:
        return (math.inf if promotion.rank is None else promotion.rank, promotion.id)

    def picked(self, entry: Entry, present: set[str]) -> set[str]:
        """The promotions of *entry* that act, by what the whole order costs with those *present* already."""
        if isinstance(entry, Promotion):
            return {entry.id}
        found: set[str] = set()
        if entry.how == "stack":
            for member in entry.members:
                found |= self.picked(member, present | found)
            return found
        tried = []
        for member in entry.members:
            chosen = self.picked(member, present)
            run = self.run(present | chosen)
            if entry.how == "first_of" and any(takes(run.state, who) for who in chosen):
                return chosen
            if not chosen.isdisjoint(run.eligible):
                first = min(self.rank(promotion) for promotion in promotions_in(member) if promotion.id in chosen)
                tried.append((self.answer(run.state).payable - run.state.given(), first, chosen))
        if not tried:
            return set()
        return tried[0][2] if entry.how == "first_of" else min(tried, key=lambda each: each[:2])[2]

    # --- phases ---

    def run(self, present: set[str]) -> Run:
        """The order after all phases, when the promotions *present* take part."""
        state = self.fresh()
        eligible: dict[str, list[Told]] = {}
        for phase in PHASES:
            snapshot = Snapshot(self.order, [unit.copy() for unit in state.units], self.at, self.book.zone, self.history)
            if phase == "shipping":
                state.parcels = [self.parcel(shipment, snapshot) for shipment in self.order.shipments]
            self.begin(state)
            for promotion in (each for entry in self.book.promotions for each in promotions_in(entry)):
                if promotion.id in present and promotion.phases[0] == phase:
                    found = decided(promotion, snapshot)
                    if found:
                        eligible[promotion.id] = found
            acting = [each for entry in self.book.promotions for each in self.acting(entry, phase, state, eligible)]
            self.act(acting, phase, state, eligible)
            for promotion in acting:
                if not promotion.counts_towards_thresholds:
                    for unit in state.units:
                        unit.hidden = unit.hidden or any(who == promotion.id for who, *_ in unit.parts)
        return Run(state, eligible)

    def fresh(self) -> State:
        units = []
        tags = {}
        for line in self.order.lines:
            tags[line.id] = Fraction(line.unit_price.minor)
            for n, each in enumerate(line_prices(line, tags[line.id]), 1):
                floor = min(line_price(line, minimum(line)), each)
                units.append(Unit(line, n, line.product.sku, line.tax.ratio, each, each, each, floor))
        return State(self.order, units, tags, dict(tags))

    def begin(self, state: State) -> None:
        state.start_tags = dict(state.tags)
        for unit in chain(state.units, state.parcels):
            unit.start = unit.left
            unit.roles = set()

    def acting(
        self, entry: Entry, phase: str, state: State, eligible: dict[str, list[Told]], *, inside: bool = False
    ) -> list[Promotion]:
        """The promotions of *entry* that act in *phase*, its groups settled."""
        if isinstance(entry, Promotion):
            return [entry] if any(each.benefit.acts_in == phase for each in eligible.get(entry.id, ())) else []
        if not inside and self.spans(entry):  # settled before pricing
            return [promotion for each in promotions_in(entry) for promotion in self.acting(each, phase, state, eligible)]
        found = [self.acting(member, phase, state, eligible, inside=True) for member in entry.members]
        if entry.how == "stack":
            return list(chain(*found))
        tried = [(self.alone(some, phase, state, eligible), some) for some in found if some]
        if not tried:
            return []
        if entry.how == "first_of":
            return next((some for trial, some in tried if any(takes(trial, each.id) for each in some)), tried[0][1])
        return min(tried, key=lambda each: (each[0].cost(), min(self.key(one, phase) for one in each[1])))[1]

    def alone(self, some: list[Promotion], phase: str, state: State, eligible: dict[str, list[Told]]) -> State:
        """What comes of *some* promotions alone, from the prices at the start of the phase."""
        trial = state.copy()
        trial.gifts, trial.rewards = [], []
        for unit in chain(trial.units, trial.parcels):
            unit.parts = []
        self.act(some, phase, trial, eligible)
        return trial

    def key(self, promotion: Promotion, phase: str) -> Any:
        rank = math.inf if promotion.rank is None else promotion.rank
        if self.all_ranked[phase]:
            return (rank, promotion.id)
        kinds = [kind(each) for given in promotion.alternatives for each in given if each.acts_in == phase]
        return (min(kinds), rank, promotion.id)

    def act(self, some: list[Promotion], phase: str, state: State, eligible: dict[str, list[Told]]) -> None:
        for promotion in sorted(some, key=lambda each: self.key(each, phase)):
            benefits = [each for each in eligible[promotion.id] if each.benefit.acts_in == phase]
            for each in sorted(benefits, key=lambda each: kind(each.benefit)):
                self.give(promotion, each, phase, state)

    # --- benefits ---

    def give(self, promotion: Promotion, given: Told, phase: str, state: State) -> None:
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
        benefit = given.benefit
        if benefit.value is not None:
            if given.count:
                state.gifts.append((promotion.id, benefit.sku, given.count, given.value))
            return
        with_room = [unit for unit in state.units if unit.discountable and unit.sku == benefit.sku and unit.left > unit.floor]
        for unit in sorted(with_room, key=cheapest_first)[: given.count]:
            unit.take(promotion.id, unit.left - unit.floor)
            unit.gift = True

    def ship(self, promotion: Promotion, given: Told, state: State) -> None:
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
        self.take(promotion, seen, rounded(sum(each.share for each in seen)), None)

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
            units = [unit for unit in state.units if unit.line is line]
            for unit, new in zip(units, line_prices(line, state.tags[line.id]), strict=True):
                if unit.left != new:
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
                named = prices[key].minor if given.benefit.acts_in == "catalogue" else line_price(line, prices[key].minor)
                return max(Fraction(0), Fraction(left) - named)
            case AmountOff(each="unit"):
                return Fraction(given.value)
        raise AssertionError(given)

    def discount(self, promotion: Promotion, given: Told, state: State) -> None:
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
            occurrences, held = {Every: every, BuyGet: buy_get, Bundle: bundle}[type(benefit.pattern)](
                benefit.pattern, free  # type: ignore[arg-type]
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

    # --- delivery and tax ---

    def parcel(self, shipment: Any, snapshot: Snapshot) -> Unit:
        charge = shipment.charge.minor if shipment.charge is not None else None
        if charge is None:
            tariff = next(
                each for each in self.book.delivery if each.method == shipment.method and holds(each.when, snapshot)
            )
            charge = self.tariff(tariff, snapshot)
        return Unit(shipment, 1, shipment.method, shipment.tax.ratio, charge, charge, charge, 0)

    def tariff(self, tariff: Delivery, snapshot: Snapshot) -> int:
        terms = {"fee": tariff.fee, "per_unit": tariff.per_unit, "free_from": tariff.free_from}
        for override in reversed(tariff.exceptions.overrides):
            if holds(override.when, snapshot) is True:
                terms.update(override.terms)
        fee, per_unit, free_from = (value_of(terms[name], snapshot) for name in ("fee", "per_unit", "free_from"))
        if free_from is not None and snapshot.amount(None, "before_phase", tariff.money) >= free_from:
            return 0
        paying = [unit for unit in snapshot.units if tariff.ships_free is None or not matches(tariff.ships_free, unit.line)]
        if not paying:
            return 0
        extra = sum(
            in_currency(amount, self.order.currency)
            for of, amount in tariff.extra
            for unit in snapshot.units
            if matches(of, unit.line)
        )
        return int(fee + (per_unit or 0) * len(paying) + extra)

    def answer(self, state: State) -> Priced:
        """What was found, with its tax."""
        prices, order = self.order.prices, self.order
        # What bears tax: its line, its place among equal remainders, rate, amount that is taxed, tax already told apart.
        bearers: list[tuple[str, Any, Fraction, int, int]] = []
        for unit in state.units:
            carried = [(amount, tax) for _, amount, tax in unit.parts if tax is not None]
            amount = unit.left + sum(each for each, _ in carried)
            bearers.append((f"line {unit.line.id}", (-unit.left, "0", unit.key), unit.rate, amount, sum(tax for _, tax in carried)))
        for parcel in state.parcels:
            bearers.append((f"shipment {parcel.line.id}", (-parcel.left, "1", parcel.key), parcel.rate, parcel.left, 0))
        for charge in order.charges:
            bearers.append((f"charge {charge.id}", (-charge.amount.minor, "2", (charge.id,)), charge.tax.ratio, charge.amount.minor, 0))
        taxed = [
            (Fraction(amount) * rate if prices == "net" else Fraction(amount) * rate / (1 + rate)) - told_apart
            for _, _, rate, amount, told_apart in bearers
        ]
        scope = {
            "rate": lambda at: bearers[at][2],
            "line": lambda at: bearers[at][0],
            "unit": lambda at: at,
        }[self.book.tax_rounding]
        tax = [0] * len(bearers)
        for one in dict.fromkeys(scope(at) for at in range(len(bearers))):
            some = [at for at in range(len(bearers)) if scope(at) == one]
            parts = split(
                rounded(sum(taxed[at] for at in some)),
                [taxed[at] for at in some],
                [bearers[at][1] for at in some],
            )
            for at, part in zip(some, parts, strict=True):
                tax[at] = part
        taxes: dict[Fraction, int] = {}
        for (_, _, rate, _, _), part in zip(bearers, tax, strict=True):
            taxes[rate] = taxes.get(rate, 0) + part
        goods, parcels = len(state.units), len(state.parcels)
        paid = sum(unit.left for unit in chain(state.units, state.parcels)) + sum(
            charge.amount.minor for charge in order.charges
        )
        return Priced(
            {
                (unit.line.id, unit.n): (unit.price, unit.left, by_promotion(unit), part, unit.gift)
                for unit, part in zip(state.units, tax[:goods], strict=True)
            },
            {
                parcel.line.id: (parcel.price, parcel.left, by_promotion(parcel), part)
                for parcel, part in zip(state.parcels, tax[goods : goods + parcels], strict=True)
            },
            {charge.id: part for charge, part in zip(order.charges, tax[goods + parcels :], strict=True)},
            sorted(state.gifts),
            sorted((who, kind, value) for who, kind, value, _ in state.rewards),
            taxes,
            paid + (sum(taxes.values()) if prices == "net" else 0),
            taken(state),
        )


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


def by_promotion(unit: Unit) -> dict[str, int]:
    found: dict[str, int] = {}
    for who, amount, _ in unit.parts:
        found[who] = found.get(who, 0) + amount
    return {who: amount for who, amount in found.items() if amount}


def taken(state: State) -> dict[str, int]:
    """What each promotion took off."""
    found: dict[str, int] = {}
    for unit in chain(state.units, state.parcels):
        for who, amount, _ in unit.parts:
            found[who] = found.get(who, 0) + amount
    return {who: amount for who, amount in found.items() if amount}


def takes(state: State, who: str) -> bool:
    """Whether a promotion takes something: off a price, or as a gift or reward that is worth something."""
    return (
        bool(taken(state).get(who))
        or any(who == promotion and units * value for promotion, _, units, value in state.gifts)
        or any(who == promotion and worth for promotion, *_, worth in state.rewards)
    )
