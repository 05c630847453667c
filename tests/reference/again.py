"""Receipts priced again, the naive way: every subset of units by itself, fractions everywhere."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import attrs

from aftercare import UnitPrice
from tests.reference.combining import Chosen
from tests.reference.giving import Giving
from tests.reference.limits import Limits
from tests.reference.numbers import rounded, split
from tests.reference.pricing import Reference, Run
from tests.reference.units import State, Unit, line_price, minimum

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare import Decision, Order, PolicyBook
    from aftercare.policies.promotion import Promotion
    from aftercare.receipt import Receipt
    from tests.reference.promotions import Told

Place = tuple[str, int]


class KeepingParts(Giving):
    """Benefits that keep the parts they once took, where no kept unit's share in them changed."""

    def __init__(self, order: Order, outermost: dict[str, int]) -> None:
        super().__init__(order, outermost)
        self.remembered: dict[Any, tuple[dict[Place, Fraction], dict[Place, Any]]] | None = None
        self.recorded: dict[Any, tuple[dict[Place, Fraction], dict[Place, Any]]] = {}
        self.whole: State | None = None
        self.names: dict[int, Place] = {}
        self.shares: dict[int, Fraction] = {}

    def give(self, promotion: Promotion, given: Told, phase: str, state: State) -> None:
        """Let one benefit act; trials of alternatives remember nothing."""
        if state is not self.whole or phase == "shipping":
            super().give(promotion, given, phase, state)
            return
        before = {id(unit): (unit.left, len(unit.parts)) for unit in state.units}
        tags = dict(state.tags)
        self.shares = {}
        super().give(promotion, given, phase, state)
        shares, parts = {}, {}
        for unit in state.units:
            name = self.names[id(unit)]
            new = unit.parts[before[id(unit)][1] :]
            parts[name] = new
            own = Fraction(new[0][1]) if new else Fraction(0)
            off = tags[unit.line.id] - state.tags[unit.line.id]
            shares[name] = self.shares.get(id(unit), off or own)
        key = (promotion.id, id(given.benefit))
        self.recorded[key] = (shares, parts)
        if self.remembered is None or key not in self.remembered:
            return
        then_shares, then_parts = self.remembered[key]
        if any(share != then_shares[name] for name, share in shares.items()):
            return
        for unit in state.units:
            left, count = before[id(unit)]
            del unit.parts[count:]
            unit.left = left
            for part in then_parts[self.names[id(unit)]]:
                unit.take(*part)

    def take(self, promotion: Promotion, seen: list[Any], total: int, prices: str | None) -> None:
        """Note the shares before they are rounded."""
        self.shares.update({id(each.unit): each.share for each in seen})
        super().take(promotion, seen, total, prices)


class Again(Reference):
    """Some units of a receipt at their stored prices, by the promotions that took part."""

    def __init__(
        self, book: PolicyBook, receipt: Receipt, history: Any, kept: list[Place], *, taking: set[str], remembered: Any
    ) -> None:
        lines = [
            attrs.evolve(line, quantity=count)
            for line in receipt.order.lines
            if (count := sum(name == line.id for name, _ in kept))
        ]
        order = attrs.evolve(receipt.order, lines=lines)
        limits = Limits(order, receipt.placed_at, book.zone, None)
        super().__init__(book, order, receipt.placed_at, history, limits, Chosen(set(), {}, {}))
        self.kept, self.taking = sorted(kept), taking
        self.prices = {
            (run.line, n): run.price.minor for run in receipt.units for n in range(run.first, run.first + run.count)
        }
        self.giving: KeepingParts = KeepingParts(self.order, self.outermost)
        self.giving.remembered = remembered

    def run(self, present: set[str]) -> Run:
        """Only who took part takes part."""
        self.giving.recorded = {}
        return super().run(present & self.taking)

    def fresh(self) -> State:
        """The kept units, numbered anew."""
        state = super().fresh()
        state.units = []
        for line in self.order.lines:
            for n, name in enumerate((each for each in self.kept if each[0] == line.id), 1):
                price = self.prices[name]
                floor = min(line_price(line, minimum(line)), price)
                unit = Unit(line, n, line.product.sku, line.tax.ratio, price, price, price, floor)
                self.giving.names[id(unit)] = name
                state.units.append(unit)
        self.giving.whole = state
        return state


class Refunds:
    """What a receipt gives back, by trying everything."""

    def __init__(self, book: PolicyBook, quote: Decision, receipt: Receipt) -> None:
        self.book, self.quote, self.receipt = book, quote, receipt
        history = quote.history
        self.history = None if history is None else history.until(quote.at)
        self.stored = {(run.line, n): run for run in receipt.units for n in range(run.first, run.first + run.count)}
        self.net = receipt.order.prices == "net"
        winners = {each.winner for each in quote.matching}
        self.taking = {id_ for id_, state in quote.states.items() if state in {"applied", "lost", "blocked"}}
        self.taking |= {each.id for each in quote.matching if each.name in winners}
        self.taking |= {each.promotion for each in quote.occurrences}
        if any(isinstance(line.unit_price, UnitPrice) for line in quote.order.lines):
            # On tags finer than a minor unit they may act and take nothing that can be paid.
            acting = {each.id for each in book.pricer.promotions.promotions if "catalogue" in each.phases}
            self.taking |= {each.id for each in quote.matching if each.id in acting}
        self.known: dict[frozenset[Place], int] = {}
        whole = Again(book, receipt, self.history, list(self.stored), taking=self.taking, remembered=None)
        self.whole = whole.run(whole.settled()).state
        self.remembered = whole.giving.recorded
        self.taxes = self.not_negative()
        self.paid = sum(map(self.part, self.stored))

    def not_negative(self) -> dict[Place, int]:
        """The tax of each unit; where rounding made it less than nothing, who bears most at that rate bears less."""
        found = {place: run.tax.minor for place, run in self.stored.items()}
        rates = {line.id: line.tax.ratio for line in self.receipt.order.lines}
        for place in sorted(found):
            for _ in range(-found[place]):
                found[place] += 1
                bearing = [each for each in found if found[each] > 0 and rates[each[0]] == rates[place[0]]]
                if bearing:
                    found[min(bearing, key=lambda each: (-found[each], each))] -= 1
        return found

    def part(self, place: Place) -> int:
        """The stored paid part of one unit, tax included."""
        return self.stored[place].paid.minor + (self.taxes[place] if self.net else 0)

    def price(self, kept: frozenset[Place]) -> int:
        """What *kept* cost alone, tax included; gifts that are kept and no longer earned count at list value."""
        if not kept:
            return self.unearned([])
        if kept not in self.known:
            again = Again(
                self.book, self.receipt, self.history, list(kept), taking=self.taking, remembered=self.remembered
            )
            state = again.run(again.settled()).state
            total, anew = 0, {}
            for unit in state.units:
                run = self.stored[again.giving.names[id(unit)]]
                total += unit.left
                if self.net and unit.left == run.paid.minor:
                    total += run.tax.minor
                elif self.net:
                    anew[unit.rate] = anew.get(unit.rate, Fraction(0)) + unit.left * unit.rate
            total += sum(map(rounded, anew.values()))
            # A unit that costs nothing may bear a cent less than no tax.
            self.known[kept] = max(0, total) + self.unearned(state.gifts)
        return self.known[kept]

    def unearned(self, earned: list[tuple[str, str, int, int]]) -> int:
        """The value of the gifts on the receipt beyond those *earned*, the cheapest of a product."""
        owed = 0
        for sku in {gift.sku for gift in self.receipt.gifts}:
            values = [gift.value.minor for gift in self.receipt.gifts if gift.sku == sku for _ in range(gift.quantity)]
            more = len(values) - sum(units for _, each, units, _ in earned if each == sku)
            owed += sum(sorted(values)[: max(0, more)])
        return owed

    def promised(self, returned: Iterable[Place]) -> int:
        """What was paid, less the least that any set with all kept units costs."""
        back = sorted(returned)
        kept = frozenset(self.stored) - set(back)
        return self.paid - min(
            self.price(kept | set(some)) for size in range(len(back) + 1) for some in combinations(back, size)
        )

    def shared(self) -> dict[Place, int]:
        """The stored paid part of each unit, tax included, shared within the occurrences of patterns."""
        found = {place: self.part(place) for place in self.stored}
        groups: list[set[Place]] = []
        for occurrence in self.receipt.occurrences:
            together = {(line, n) for line, first, count, _ in occurrence.units for n in range(first, first + count)}
            for other in [each for each in groups if each & together]:
                groups.remove(other)
                together |= other
            groups.append(together)
        lines = {line.id: line for line in self.receipt.order.lines}
        for together in groups:

            def price(place: Place) -> Fraction:
                line = lines[place[0]]
                return self.whole.tags[line.id] * Fraction(line.measure or 1)

            places = sorted(together)
            first = [(-price(each), lines[each[0]].product.sku, lines[each[0]].tax.ratio, each) for each in places]
            every = sum(map(price, places))
            pots = [sum(self.stored[each].paid.minor for each in places)]
            if self.net:
                rates = {lines[each[0]].tax.ratio for each in places}
                pots += [sum(self.taxes[each] for each in places if lines[each[0]].tax.ratio == rate) for rate in rates]
            for each in places:
                found[each] = 0
            for pot in pots:
                if pot:
                    parts = split(pot, [pot * price(each) / every for each in places], first)
                    for each, part in zip(places, parts, strict=True):
                        found[each] += part
        return found
