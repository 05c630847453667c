"""The decision about an order: what every unit costs, which promotion took what, and where to ask why.

A decision is a value: it compares and pickles by what it says. It refers to its book outside of that, so that questions
about promotions which did not match are answered only when asked.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from aftercare.errors import AftercareError, PolicyError, did_you_mean
from aftercare.money import Money, minor_money
from aftercare.policies.outcome import (
    ChargeDecision,
    Combined,
    Explained,
    Found,
    GiftGiven,
    LineDecision,
    Matched,
    OccurrenceUnits,
    PatternOccurrence,
    PhaseDecision,
    RewardGiven,
    ShipmentDecision,
    State,
    Taken,
    TaxTotal,
    Units,
    line_of,
    units_of,
)
from aftercare.policies.totals import Taxed, carried, tax_of
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from fractions import Fraction

    from aftercare.history import History
    from aftercare.limits import Counts, Use
    from aftercare.order import Line, Order, Tier
    from aftercare.policies.changes import NearMiss
    from aftercare.policies.discount import Phase
    from aftercare.policies.totals import Bearer, RateTotal


_FINE = 10**9


class Source(Protocol):
    """What pricing found, written down or yet to be."""

    @property
    @abstractmethod
    def written(self) -> Found:
        """All of it."""

    @property
    @abstractmethod
    def paid(self) -> int:
        """What goods and delivery cost, in minor units of the order's price mode."""


class Answers(Protocol):
    """Who can say more about a decision than it holds."""

    @abstractmethod
    def explain(self, decision: Decision, promotion: str) -> Explained:
        """The state of one promotion."""

    @abstractmethod
    def explain_code(self, decision: Decision, code: str) -> Statement:
        """What became of an entered code."""

    @abstractmethod
    def promotion_ids(self) -> tuple[str, ...]:
        """Every promotion of the book."""


class Book(Protocol):
    """The book that a decision refers to."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """The fingerprint of everything the book promises."""

    @abstractmethod
    def answers(self, decision: Decision) -> Answers:
        """The answers to questions about a decision of this book."""

    @abstractmethod
    def price(
        self, order: Order, *, at: datetime, history: History | None = None, counts: Counts | None = None
    ) -> Decision:
        """What an order costs by this book."""

    @abstractmethod
    def price_member(
        self, order: Order, *, at: datetime, history: History, tier: Tier | None, counts: Counts | None = None
    ) -> Decision:
        """What an order costs a member whose tier is known."""

    @abstractmethod
    def near_misses(self, decision: Decision, catalog: Sequence[Line]) -> tuple[NearMiss, ...]:
        """The best near miss of each promotion, also where it costs more."""


@attrs.frozen(repr=False)
class Decision:
    """What an order costs as of an instant, with every part accounted for."""

    order: Order
    at: datetime
    zone: str
    fingerprint: str
    _source: Source = attrs.field(eq=lambda source: source.written)
    history: History | None = None
    counts: Counts | None = None
    _book: Book | None = attrs.field(default=None, eq=False)
    _catalog: Sequence[Line] = attrs.field(default=(), eq=False)

    @cached_property
    def found(self) -> Found:
        """Everything that pricing found, in minor units."""
        return self._source.written

    # --- money -------------------------------------------------------------------------------------------------------

    def _money(self, minor: int) -> Money:
        return minor_money(minor, self.order.currency)

    @property
    def goods(self) -> Money:
        """The goods before promotions, in the order's price mode."""
        return self._money(sum(run[3] * run[2] for run in self.found.runs))

    @property
    def goods_paid(self) -> Money:
        """The goods after promotions, in the order's price mode."""
        return self._money(sum(run[4] * run[2] for run in self.found.runs))

    @property
    def delivery(self) -> Money:
        """Delivery after promotions, in the order's price mode."""
        return self._money(sum(run[2] for run in self.found.shipping))

    @property
    def saved(self) -> Money:
        """What promotions took off goods and delivery, in the order's price mode."""
        return self._money(
            sum((run[3] - run[4]) * run[2] for run in self.found.runs)
            + sum(run[1] - run[2] for run in self.found.shipping)
        )

    @property
    def charges_total(self) -> Money:
        """Fees, deposits and levies, in the order's price mode."""
        return self._money(sum(charge.amount.minor for charge in self.order.charges))

    @cached_property
    def tax(self) -> Money:
        """All tax."""
        return self._money(sum(tax for _, _, tax in self._taxed.rates))

    @cached_property
    def net(self) -> Money:
        """Everything without tax."""
        return self.payable - self.tax

    @property
    def payable(self) -> Money:
        """What the customer pays, tax included."""
        order = self.order
        total = self._source.paid
        if order.charges:
            total += sum([charge.amount.minor for charge in order.charges])
        if order.prices == "net":
            total += sum([tax for _, _, tax in self._taxed.rates])
        return minor_money(total, order.currency)

    # --- parts -------------------------------------------------------------------------------------------------------

    @cached_property
    def _taxed(self) -> Taxed:
        """Everything that bears tax, with its tax: runs of units, then shipments, then charges."""
        order, found = self.order, self.found
        lines = order.lines
        bearers: list[Bearer] = [(lines[run[0]].tax, run[4], run[2]) for run in found.runs]
        bearers += [(order.shipments[place].tax, paid, 1) for place, _, paid, _ in found.shipping]
        if order.charges:
            bearers += [(charge.tax, charge.amount.minor, 1) for charge in order.charges]
        carrying = carried(run[6] for run in found.runs) if found.carries else {}
        return tax_of(bearers, order.prices, found.rounding, self._key, carrying)

    def _key(self, place: int) -> tuple[object, ...]:
        """What orders a bearer of tax among its like."""
        order, runs, shipping = self.order, self.found.runs, self.found.shipping
        if place < len(runs):
            line = order.lines[runs[place][0]]
            return (0, line.product.sku, line.id, runs[place][1])
        place -= len(runs)
        if place < len(shipping):
            shipment = order.shipments[shipping[place][0]]
            return (1, shipment.method, shipment.id)
        charge = order.charges[place - len(shipping)]
        return (2, charge.id, charge.id)

    @cached_property
    def taxes(self) -> tuple[TaxTotal, ...]:
        """The tax of each rate, on goods, delivery and charges together; sorted by rate."""
        included = self.order.prices == "gross"
        currency = self.order.currency
        return tuple(
            [
                TaxTotal(rate, amount - tax if included else amount, tax, currency)
                for rate, amount, tax in sorted(self._taxed.rates, key=_height)
            ]
        )

    @cached_property
    def lines(self) -> tuple[LineDecision, ...]:
        """The lines in the order's own order, each with its units."""
        currency = self.order.currency
        lines = self.order.lines
        found: list[LineDecision] = []
        units: list[Units] = []
        price_sum = paid_sum = tax_sum = last = 0
        _, taxes, more = self._taxed
        for place, (line, first, count, price, paid, gift, taken) in enumerate(self.found.runs):
            if line != last:
                found.append(line_of(lines[last], tuple(units), price_sum, paid_sum, tax_sum))
                units = []
                price_sum = paid_sum = tax_sum = 0
                last = line
            price_sum += price * count
            paid_sum += paid * count
            tax = taxes[place]
            tax_sum += tax * count
            if place in more:
                # The first units bear one more of the tax.
                some = more[place]
                tax_sum += some
                units.append(units_of(first, some, price, paid, tax + 1, currency, taken, gift))
                units.append(units_of(first + some, count - some, price, paid, tax, currency, taken, gift))
            else:
                units.append(units_of(first, count, price, paid, tax, currency, taken, gift))
        if lines:
            found.append(line_of(lines[last], tuple(units), price_sum, paid_sum, tax_sum))
        return tuple(found)

    @cached_property
    def shipments(self) -> tuple[ShipmentDecision, ...]:
        """The shipments, each with what was taken off."""
        currency = self.order.currency
        taxes = self._taxed.taxes
        shipments = self.order.shipments
        found = self.found
        return tuple(
            [
                ShipmentDecision(shipments[place], charge, paid, taxes[at], currency, taken)
                for at, (place, charge, paid, taken) in enumerate(found.shipping, len(found.runs))
            ]
        )

    @cached_property
    def charges(self) -> tuple[ChargeDecision, ...]:
        """The charges with their tax."""
        taxes = self._taxed.taxes[len(self.found.runs) + len(self.found.shipping) :]
        return tuple(
            ChargeDecision(charge, self._money(tax)) for charge, tax in zip(self.order.charges, taxes, strict=True)
        )

    @cached_property
    def phases(self) -> tuple[PhaseDecision, ...]:
        """What promotions took in each phase in which they took something."""
        money = self._money
        phases: dict[Phase, None] = dict.fromkeys(phase for phase, _, _ in self.found.acted)
        return tuple(
            PhaseDecision(
                phase,
                tuple(Taken(who, money(amount)) for acting, who, amount in self.found.acted if acting == phase),
                money(sum(amount for acting, _, amount in self.found.acted if acting == phase)),
            )
            for phase in phases
        )

    @property
    def gifts(self) -> tuple[GiftGiven, ...]:
        """What promotions add to the order for nothing."""
        return self.found.gifts

    @property
    def rewards(self) -> tuple[RewardGiven, ...]:
        """What promotions carry for the loyalty part."""
        return self.found.rewards

    @cached_property
    def occurrences(self) -> tuple[PatternOccurrence, ...]:
        """The units of each occurrence of the patterns that applied."""
        lines = self.order.lines
        return tuple(
            PatternOccurrence(
                who,
                times,
                tuple(OccurrenceUnits(lines[line].id, first, units, target) for line, first, units, target in members),
            )
            for who, times, members in self.found.occurrences
        )

    @cached_property
    def combinations(self) -> tuple[Combined, ...]:
        """What is proven about each best combination that was chosen."""
        return tuple(
            Combined(members, phase, optimal, None if gap is None else self._money(gap), nodes)
            for members, phase, optimal, gap, nodes in self.found.combined
        )

    @cached_property
    def overflow(self) -> tuple[Statement, ...]:
        """What promotions could not give because prices were at their floor."""
        names = {each[0]: each[1] for each in self.found.matched}
        return tuple(
            Statement("promotion.overflow", promotion=names[who], amount=self._money(amount))
            for who, amount in self.found.overflow
        )

    # --- promotions --------------------------------------------------------------------------------------------------

    @cached_property
    def applied(self) -> tuple[Matched, ...]:
        """The promotions that gave something, by phase and by their place in the book."""
        return tuple(each for each in self.matching if each.state == "applied")

    @cached_property
    def matching(self) -> tuple[Matched, ...]:
        """The promotions that were eligible, whatever became of them."""
        return tuple(
            Matched(
                id_, name, state, self._money(taken), winner, self._money(by) if state in {"lost", "blocked"} else None
            )
            for id_, name, state, taken, winner, by in self.found.matched
        )

    @property
    def reasons(self) -> tuple[Statement, ...]:
        """Everything that promotions gave, and what they could not give, in statements to show beside the price."""
        explained = [self.explain(each.id) for each in self.applied]
        return (*(said for each in explained for said in (each.statement, *each.more)), *self.overflow)

    @property
    def uses(self) -> tuple[Use, ...]:
        """What the promotions that applied take of their limits, for `limits.reserve`."""
        return self.found.uses

    def explain(self, promotion: str) -> Explained:
        """The state of *promotion* and why; raises `PolicyError` for one that the book does not have.

        A decision that was unpickled needs `with_book` first.
        """
        return self._answers.explain(self, promotion)

    def why(self, promotion: str) -> Statement:
        """Why *promotion* applied; raises `PolicyError` where it did not."""
        explained = self.explain(promotion)
        if explained.state != "applied":
            msg = f"`{promotion}` did not apply: ask `why_not({promotion!r})`"
            raise PolicyError(msg)
        return explained.statement

    def why_not(self, promotion: str) -> Statement:
        """Why *promotion* did not apply; raises `PolicyError` where it did."""
        explained = self.explain(promotion)
        if explained.state == "applied":
            msg = f"`{promotion}` applied: ask `why({promotion!r})`"
            raise PolicyError(msg)
        return explained.statement

    @property
    def states(self) -> dict[str, State]:
        """The state of every promotion of the book."""
        answers = self._answers
        return {each: answers.explain(self, each).state for each in answers.promotion_ids()}

    @property
    def codes(self) -> dict[str, Statement]:
        """What became of each entered code."""
        answers = self._answers
        return {code: answers.explain_code(self, code) for code in self.order.codes}

    # --- near misses -------------------------------------------------------------------------------------------------

    @property
    def nearest(self) -> tuple[NearMiss, ...]:
        """Small changes of the order that bring a promotion and after which no more is payable than now.

        Each is proved by pricing the order that it leads to. The greatest saving comes first, then what changes
        fewest facts, then the promotion's id. Raises `OrderError` for a catalog that does not fit the order.
        """
        return tuple(each for each in self._near_misses if each.net.minor >= 0)

    def nearest_within(self, extra: Money) -> tuple[NearMiss, ...]:
        """The same, with those after which up to *extra* more is payable than now.

        Raises `CurrencyMismatch` for an amount in another currency.
        """
        least = self._money(0) - extra
        return tuple(each for each in self._near_misses if each.net >= least)

    @cached_property
    def _near_misses(self) -> tuple[NearMiss, ...]:
        return self.book.near_misses(self, self._catalog)

    # --- the book ----------------------------------------------------------------------------------------------------

    @cached_property
    def _answers(self) -> Answers:
        return self.book.answers(self)

    @property
    def book(self) -> Book:
        """The book it was priced under; raises `AftercareError` where it was unpickled and not given its book."""
        if self._book is None:
            msg = "this decision was stored without its book: give it back with `decision.with_book(book)`"
            raise AftercareError(msg)
        return self._book

    def with_book(self, book: Book, *, catalog: Sequence[Line] = ()) -> Decision:
        """The same decision with its book, and lines that near misses may add.

        Raises `AftercareError` where it is not the book it was priced under.
        """
        if book.fingerprint != self.fingerprint:
            msg = f"this decision was priced under book `{self.fingerprint[:12]}`, given `{book.fingerprint[:12]}`"
            raise AftercareError(msg)
        return attrs.evolve(self, book=book, catalog=tuple(catalog))

    def __reduce__(self) -> tuple[Any, ...]:
        return Decision, (self.order, self.at, self.zone, self.fingerprint, self.found, self.history, self.counts)

    def __repr__(self) -> str:
        applied = ", ".join(each.id for each in self.applied) or "nothing"
        return f"<Decision: {self.payable} payable, {self.saved} saved by {applied}>"


def _height(total: RateTotal) -> tuple[int, Fraction]:
    """What orders rates; whole numbers compare sooner than fractions."""
    ratio = total[0].ratio
    return ratio.numerator * _FINE // ratio.denominator, ratio


def unknown_promotion(given: str, known: tuple[str, ...]) -> PolicyError:
    """The error for a promotion that a book does not have."""
    return PolicyError(f"`{given}` is not a promotion of this book: {did_you_mean(given, known)}")
