"""A naive search for near misses: every change that there is, each priced, the least of them kept.

It knows the candidates of docs/explanation/pricing.md and asks decisions what became of a promotion; it does not read
conditions, but for the amounts that they say are missing.
"""

from __future__ import annotations

from collections import deque
from itertools import chain, combinations, product
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from aftercare import Line, Money, Product
from aftercare.errors import OrderError
from aftercare.policies.holding import holds
from aftercare.policies.reading import reader
from aftercare.policies.resolving import resolver
from aftercare.policies.variable import Steps
from aftercare.policies.walking import leaves, order_conditions
from tests.reference.numbers import rounded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aftercare import Decision, Order, PolicyBook, Promotion
    from aftercare.policies.snapshot import Snapshot

MOST_FACTS = 3
TAKES_PART = {"applied", "lost", "blocked"}


class Changed(NamedTuple):
    """An order after changes: by what is changed, how far."""

    sizes: dict[str, int]
    order: Order
    at: datetime
    spent: int = 0


class Near(NamedTuple):
    """What is expected of a near miss."""

    sizes: dict[str, int]
    payable: int


def with_units(order: Order, line: Line, units: int) -> Order:
    """The order with so many more units of a line."""
    if line.id in {each.id for each in order.lines}:
        lines = [
            attrs.evolve(each, quantity=each.quantity + units) if each.id == line.id else each for each in order.lines
        ]
        return attrs.evolve(order, lines=lines)
    return attrs.evolve(order, lines=[*order.lines, attrs.evolve(line, quantity=units)])


def with_delivery(order: Order, option: Any, instead: Any) -> Order:
    """The order with another delivery."""
    shipments = [each for each in order.shipments if each != instead]
    if instead is None:
        shipments.append(option)
    else:
        shipments.insert(order.shipments.index(instead), option)
    options = [each for each in order.delivery_options if each != option]
    return attrs.evolve(order, shipments=shipments, delivery_options=options)


def candidates(promotion: Promotion, decision: Decision, catalog: tuple[Line, ...], most: int) -> Iterator[Changed]:
    """The order itself and every change of one to three facts, but for money spent on anything."""
    order = decision.order
    codes: list[str] = []
    if promotion.advertised:
        codes += promotion.codes[:1]
        codes += [code for code in ("one", "two") if f"cart.code.is_('{code}')" in repr(promotion)]
    openings = [decision.at]
    schedule = promotion.schedule
    if schedule is not None and not schedule.is_open(decision.at):
        opens = schedule.next_opening(decision.at)
        if schedule.state(decision.at) == "closed" or promotion.notice is not None:
            assert opens is not None
            openings.append(opens)
    deliveries = [(None, None)]
    deliveries += [(option, instead) for option in order.delivery_options for instead in (order.shipments or (None,))]
    lines = [*order.lines, *catalog]
    entered = list(chain.from_iterable(combinations(codes, n) for n in range(MOST_FACTS + 1)))
    for at, some_codes, (option, instead) in product(openings, entered, deliveries):
        sizes: dict[str, int] = {}
        changed = order
        if at != decision.at:
            sizes["opens"] = 1
        for code in some_codes:
            sizes[f"code {code}"] = 1
            changed = attrs.evolve(changed, codes=[*changed.codes, code])
        if option is not None:
            sizes[f"delivery {getattr(instead, 'id', None)} {option.id}"] = 1
            changed = with_delivery(changed, option, instead)
        if len(sizes) > MOST_FACTS:
            continue
        for many in range(min(MOST_FACTS - len(sizes), len(lines)) + 1):
            for some in combinations(lines, many):
                for counts in product(range(1, most + 1), repeat=many):
                    grown = changed
                    for line, units in zip(some, counts, strict=True):
                        grown = with_units(grown, line, units)
                    added = {line.id: units for line, units in zip(some, counts, strict=True)}
                    yield Changed({**sizes, **added}, grown, at)


def spending(promotion: Promotion, seen: Seen, changed: Changed) -> Iterator[Changed]:
    """About as much as is missing of amounts of any goods, spent on a product that nothing names."""
    if len(changed.sizes) == MOST_FACTS:
        return
    snapshot = seen.snapshot(promotion)
    amounts = {
        (each.reading, each.bound.in_("EUR").minor)
        for condition in order_conditions(promotion)
        for each in leaves(condition)
        if each.reading.name == "cart.amount" and each.reading.of is None and each.bound is not None
    }
    for benefit in chain(*promotion.alternatives):
        value = getattr(benefit, "value", None)
        if isinstance(value, Steps) and value.fact.reading.name == "cart.amount" and value.fact.reading.of is None:
            amounts |= {(value.fact.reading, bound.in_("EUR").minor) for bound, _ in value.steps}
    rate = max((line.tax for line in changed.order.lines), key=lambda tax: tax.ratio)
    for reading, bound in amounts:
        gap = bound - reader(reading)(snapshot)
        if gap > 0:
            near, about = gap, 0
            if reading.money not in {None, changed.order.prices}:
                near = rounded(gap / (1 + rate.ratio) if reading.money == "gross" else gap * (1 + rate.ratio))
                about = 1  # how the rest of the order rounds may take or give that much
            for minor in range(max(near - about, 1), near + about + 1):
                line = Line("spent", Product("nothing-names-it"), unit_price=Money.of_minor(minor, "EUR"), tax=rate)
                grown = attrs.evolve(changed.order, lines=[*changed.order.lines, line])
                yield Changed({**changed.sizes, "spend": 1}, grown, changed.at, minor)


class Seen(NamedTuple):
    """A priced order, with what promotions saw."""

    decision: Decision
    snapshots: dict[str, Snapshot]

    def snapshot(self, promotion: Promotion) -> Snapshot:
        """What the promotion saw."""
        return self.snapshots[promotion.phases[0]]

    def state(self, promotion: Promotion) -> tuple[str, int]:
        """Its state, and what it took."""
        for each in self.decision.matching:
            if each.id == promotion.id:
                return each.state, each.taken.minor
        return "not_eligible", 0

    def terms(self, promotion: Promotion) -> tuple[int, list[Any]]:
        """The exception that counts, and the values that are given by it."""
        snapshot = self.snapshot(promotion)
        held = [holds(override.when)(snapshot) for override in promotion.exceptions.overrides]
        chosen = held.index(True) if True in held else -1
        benefits = promotion.then
        if chosen >= 0:
            benefits = dict(promotion.exceptions.overrides[chosen].terms)["then"]
        values = (getattr(benefit, "value", None) for benefit in benefits)
        return chosen, [resolver(value)(snapshot) for value in values if isinstance(value, Steps)]

    def occurrences(self, promotion: Promotion) -> int:
        """How often its pattern occurs."""
        return sum(each.times for each in self.decision.occurrences if each.promotion == promotion.id)


def look(book: PolicyBook, changed: Changed) -> Seen | None:
    """The changed order, priced; None where a delivery cannot be charged."""
    try:
        decision = book.price(changed.order, at=changed.at)
    except OrderError:
        return None
    seen = book.pricer.price(changed.order, changed.at, None, keep=True)
    return Seen(decision, seen.snapshots)


def is_raised(promotion: Promotion, before: Seen, after: Seen) -> bool:
    """Whether it takes part and did not, or takes part on other terms."""
    then, now = before.state(promotion)[0], after.state(promotion)[0]
    if now not in TAKES_PART or then not in TAKES_PART:
        return now in TAKES_PART and then not in TAKES_PART
    chosen, values = after.terms(promotion)
    chosen_before, values_before = before.terms(promotion)
    if chosen != chosen_before:
        return True
    if any(value.ratio > other.ratio for value, other in zip(values, values_before, strict=True)):
        return True
    return then == "applied" and after.occurrences(promotion) > before.occurrences(promotion)


def search(
    book: PolicyBook, promotion: Promotion, decision: Decision, catalog: tuple[Line, ...], most: int = 10
) -> list[Near]:
    """Every least change that makes the promotion give something or more."""
    before = look(book, Changed({}, decision.order, decision.at))
    assert before is not None
    waiting = deque(sorted(candidates(promotion, decision, catalog, most), key=lambda each: sum(each.sizes.values())))
    raised: list[dict[str, int]] = []
    found: list[Near] = []
    spent: list[Changed] = []
    while waiting or spent:
        if not waiting:
            waiting = deque(sorted(spent, key=lambda each: (sum(each.sizes.values()), each.spent)))
            spent = []
        changed = waiting.popleft()
        if any(_within(less, changed.sizes) for less in raised):
            continue
        seen = look(book, changed)
        if seen is None:
            continue
        if is_raised(promotion, before, seen):
            if _is_not_about_money(book, promotion, before, changed):
                continue
            raised.append(changed.sizes)
            state, taken = seen.state(promotion)
            was, took = before.state(promotion)
            if state == "applied" and (was != "applied" or taken > took):
                found.append(Near(changed.sizes, seen.decision.payable.minor))
        elif "spend" not in changed.sizes:
            spent += spending(promotion, seen, changed)
    return found


def _is_not_about_money(book: PolicyBook, promotion: Promotion, before: Seen, changed: Changed) -> bool:
    """Whether a unit of any price would do in place of what is spent: then no amount is what was missing."""
    if not changed.spent:
        return False
    lines = [
        attrs.evolve(line, unit_price=Money.of_minor(1, "EUR")) if line.id == "spent" else line
        for line in changed.order.lines
    ]
    seen = look(book, changed._replace(order=attrs.evolve(changed.order, lines=lines)))
    return seen is not None and is_raised(promotion, before, seen)


def _within(less: dict[str, int], more: dict[str, int]) -> bool:
    return all(fact in more and size <= more[fact] for fact, size in less.items())
