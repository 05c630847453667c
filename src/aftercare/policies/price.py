"""Pricing an order: phase by phase, groups settled, every part taken and remembered."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from aftercare.policies.limiting import Gate
from aftercare.policies.pricing import Pricing
from aftercare.policies.snapshot import Moment
from aftercare.policies.tariff import PreparedDelivery, charge_shipments
from aftercare.policies.totals import TaxRounding, payable
from aftercare.policies.turn import Priced, Turn, given_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.order import Order
    from aftercare.policies.candidate import Plan
    from aftercare.policies.combining import Combination, Combiner
    from aftercare.policies.prepared import Choice, PreparedPromotions


Written: TypeAlias = "tuple[Callable[..., Any], Callable[..., Any] | None]"
"""A book written out: the functions that give the pricing of an order, and what it costs alone."""

LONG_LIVED = 200
"""After so many orders in a currency a book is written out for it, which costs as much as it then saves on as many."""


class Pricer:
    """Prices orders by prepared promotions and tariffs.

    *cards* are the punch cards whose promotions are among them, and how many units each makes free.
    """

    def __init__(
        self,
        promotions: PreparedPromotions,
        tariffs: Iterable[PreparedDelivery],
        zone: str,
        tax: TaxRounding,
        cards: tuple[tuple[str, int], ...] = (),
    ) -> None:
        self.promotions = promotions
        self.cards = cards
        self.tariffs = tuple(tariffs)
        self.zone = zone
        self.tax: TaxRounding = tax
        self.written: dict[str, Written] = {}
        self.orders: dict[str, int] = {}

    @cached_property
    def _combiner(self) -> Combiner:
        from aftercare.policies.combining import Combiner

        return Combiner(self.promotions)

    def combine(
        self, node: Choice, plans: dict[int, Plan], pricing: Pricing, worth: Callable[[list[int]], int]
    ) -> Combination:
        """The best combination of a group; what finds it is made ready for the first."""
        return self._combiner.combine(node, plans, pricing, worth)

    def price(
        self, order: Order, at: datetime, history: History | None, counts: Counts | None = None, *, keep: bool = False
    ) -> Priced:
        """Price *order* as of *at*; with *keep*, what each phase saw stays readable, to explain it.

        A promotion that gives more than a budget has left is taken out, one at a time, and the order priced again.
        """
        return self.priced(order, at, history, Gate(counts, order, at, self.zone), keep=keep)

    def priced(self, order: Order, at: datetime, history: History | None, gate: Gate, *, keep: bool = False) -> Priced:
        """The same, with what limits let through."""
        while True:
            priced = self._price(order, at, history, gate, keep=keep)
            if not gate.standings or not gate.refuse(self.promotions.limited, given_by(priced, self.promotions.ids)):
                return priced

    def owed(self, order: Order, at: datetime, history: History | None, counts: Counts | None = None) -> int:
        """What *order* costs as of *at*, tax included, in minor units, and nothing else."""
        written = self.written.get(order.currency)
        if written is not None and written[1] is not None:
            gate = Gate(counts, order, at, self.zone)
            found: int | None = written[1](order, Moment(at, self.zone, history), gate)
            if found is not None:
                return found
        return payable(self.price(order, at, history, counts).pricing, self.tax)

    def _asked(self, currency: str) -> Written | None:
        """Count an order; a book that is asked often is written out for its currency."""
        self.orders[currency] = self.orders.get(currency, 0) + 1
        return self.write(currency) if self.orders[currency] == LONG_LIVED else None

    def write(self, currency: str) -> Written | None:
        """Write the book out for the orders in *currency*; None where that is not worth it."""
        from aftercare.policies.forms import worth_writing
        from aftercare.policies.generating import Writer

        if not worth_writing(self.promotions):
            return None
        writers = [Writer(self.promotions, self.tariffs, currency) for _ in range(2)]
        self.written[currency] = (writers[0].charge(), writers[1].owed())
        return self.written[currency]

    def _price(self, order: Order, at: datetime, history: History | None, gate: Gate, *, keep: bool) -> Priced:
        if not keep:
            charge = self.written.get(order.currency) or self._asked(order.currency)
            found = None if charge is None else charge[0](order, Moment(at, self.zone, history), gate)
            if found is not None:
                pricing, taken, fates, acted = found
                return Priced(pricing, taken, fates, {}, acted, set(), gate, [])
        return self._from_the_start(order, at, history, gate, keep=keep)

    def _from_the_start(self, order: Order, at: datetime, history: History | None, gate: Gate, *, keep: bool) -> Priced:
        if not self.promotions.spanning:
            return self._run(order, at, history, frozenset(), gate, keep=keep)
        from aftercare.policies.spanning import Settling

        settling = Settling(self.promotions, lambda excluded: self._run(order, at, history, excluded, gate), self.tax)
        excluded = settling.excluded
        priced = self._run(order, at, history, excluded, gate, keep=keep)
        priced.fates.update({index: fate for index, fate in settling.fates.items() if index in priced.kept_out})
        priced.combined.extend(each for each in settling.combined if excluded.isdisjoint(each.acting))
        return priced

    def _start(self, order: Order, moment: Moment) -> Pricing:
        return Pricing(order, moment)

    def _run(
        self,
        order: Order,
        at: datetime,
        history: History | None,
        excluded: frozenset[int],
        gate: Gate,
        *,
        keep: bool = False,
    ) -> Priced:
        pricing = self._start(order, Moment(at, self.zone, history))
        priced = Priced(pricing, {}, {}, {}, [], set(), gate, [])
        promotions = self.promotions
        turn = Turn(priced, promotions, self.combine)
        waiting = promotions.reached(pricing.goods)
        for place, phase in enumerate(promotions.phases):
            candidates = waiting[place]
            ships = phase.name == "shipping"
            if candidates or ships or keep or phase.looks_back:
                snapshot = pricing.look()
                if ships:
                    pricing.shipping = charge_shipments(snapshot, self.tariffs)
                if keep:
                    snapshot.freeze()
                    priced.snapshots[phase.name] = snapshot
                for candidate in candidates.values():
                    plan = candidate.plan(snapshot)
                    if plan is not None and candidate.promotion.limits:
                        plan = gate.admit(candidate.promotion, plan)
                    if plan is None:
                        continue
                    if candidate.index in excluded:
                        priced.kept_out.add(candidate.index)
                    else:
                        turn.admit(candidate.index, plan)
                if phase.looks_back:
                    snapshot.freeze()
            turn.act(phase, place)
        return priced
