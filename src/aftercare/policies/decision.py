"""The decision about an order: what every unit costs, which promotion took what, and where to ask why.

A decision is a value: it compares and pickles by what it says. It refers to the explainer of its book outside of
that, so that questions about promotions which did not match are answered only when asked.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal, Protocol, TypeAlias, TYPE_CHECKING

import attrs

from aftercare.canonical import Coded
from aftercare.errors import AftercareError, PolicyError, did_you_mean
from aftercare.money import Money, Percent
from aftercare.policies.totals import Bearer, TaxRounding, tax_by_rate, tax_of_each
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from aftercare.order import Charge, Line, Order, Shipment
    from aftercare.history import History
    from aftercare.policies.verdict import Verdict
    from fractions import Fraction
    from datetime import datetime

State: TypeAlias = Literal[
    "applied", "lost", "blocked", "not_eligible", "not_yet", "no_longer", "closed", "nothing_left"
]


@attrs.frozen(repr=False)
class Part(Coded):
    """What one promotion took off a unit, in the order's price mode."""

    promotion: str
    amount: Money


@attrs.frozen(repr=False)
class Units(Coded):
    """Equal units of a line: from the *first* (counted from 1), *count* of them; money is for one unit."""

    first: int
    count: int
    price: Money
    paid: Money
    tax: Money
    parts: tuple[Part, ...] = ()
    gift: bool = False


@attrs.frozen(repr=False)
class LineDecision(Coded):
    """One line: its units, its price before and after promotions in the order's price mode, and its tax."""

    line: Line
    units: tuple[Units, ...]
    price: Money
    paid: Money
    tax: Money

    @property
    def saved(self) -> Money:
        """What promotions took off the line."""
        return self.price - self.paid


@attrs.frozen(repr=False)
class ShipmentDecision(Coded):
    """One delivery: its charge before and after promotions, and its tax."""

    shipment: Shipment
    charge: Money
    paid: Money
    tax: Money
    parts: tuple[Part, ...] = ()


@attrs.frozen(repr=False)
class ChargeDecision(Coded):
    """One charge and its tax."""

    charge: Charge
    tax: Money


@attrs.frozen(repr=False)
class GiftGiven(Coded):
    """Units that a promotion adds to the order for nothing; *value* is for one unit."""

    promotion: str
    sku: str
    quantity: int
    value: Money
    name: Name


@attrs.frozen(repr=False)
class RewardGiven(Coded):
    """What a promotion carries for the loyalty part."""

    promotion: str
    kind: str
    value: Any


@attrs.frozen(repr=False)
class TaxTotal(Coded):
    """The tax of one rate on everything that bears it."""

    rate: Percent
    net: Money
    tax: Money
    gross: Money


@attrs.frozen(repr=False)
class OccurrenceUnits(Coded):
    """Units of one line that occurrences of a pattern hold; the target ones got the benefit."""

    line: str
    first: int
    count: int
    target: bool


@attrs.frozen(repr=False)
class PatternOccurrence(Coded):
    """*times* equal occurrences of a promotion's pattern and all their units."""

    promotion: str
    times: int
    units: tuple[OccurrenceUnits, ...]


@attrs.frozen(repr=False)
class Matched(Coded):
    """A promotion that was eligible: what it took, and its state with who won, where a group decided."""

    id: str
    name: Name
    state: State
    taken: Money
    winner: Name | None = None
    by: Money | None = None


@attrs.frozen(repr=False)
class Explained(Coded):
    """A promotion's state, said as a statement, with the verdict of its condition where it was asked."""

    promotion: str
    state: State
    statement: Statement
    verdict: Verdict | None = None


class Explainer(Protocol):
    """Who can say more about a decision than it holds: its book."""

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the book."""
        ...

    def explain(self, decision: Decision, promotion: str) -> Explained:
        """The state of one promotion."""
        ...

    def explain_code(self, decision: Decision, code: str) -> Statement:
        """What became of an entered code."""
        ...

    def promotion_ids(self) -> tuple[str, ...]:
        """Every promotion of the book."""
        ...


@attrs.frozen
class Found:
    """What pricing found, in minor units and places of lines: the whole content of a decision."""

    runs: tuple[tuple[int, int, int, int, int, bool, tuple[tuple[str, int, int | None], ...]], ...]
    shipping: tuple[tuple[int, int, int, tuple[tuple[str, int, int | None], ...]], ...]
    matched: tuple[tuple[str, Name, State, int, Name | None, int], ...]
    gifts: tuple[GiftGiven, ...] = ()
    rewards: tuple[RewardGiven, ...] = ()
    overflow: tuple[tuple[str, int], ...] = ()
    occurrences: tuple[PatternOccurrence, ...] = ()
    rounding: TaxRounding = "rate"


@attrs.frozen(repr=False)
class Decision:
    """What an order costs as of an instant, with every part accounted for."""

    order: Order
    at: datetime
    zone: str
    fingerprint: str
    found: Found
    history: History | None = None
    _book: Explainer | None = attrs.field(default=None, eq=False)

    # --- money -------------------------------------------------------------------------------------------------------

    def _money(self, minor: int) -> Money:
        return Money.of_minor(minor, self.order.currency)

    @cached_property
    def goods(self) -> Money:
        """The goods before promotions, in the order's price mode."""
        return self._money(sum(run[3] * run[2] for run in self.found.runs))

    @cached_property
    def goods_paid(self) -> Money:
        """The goods after promotions, in the order's price mode."""
        return self._money(sum(run[4] * run[2] for run in self.found.runs))

    @cached_property
    def delivery(self) -> Money:
        """Delivery after promotions, in the order's price mode."""
        return self._money(sum(run[2] for run in self.found.shipping))

    @cached_property
    def saved(self) -> Money:
        """What promotions took off goods and delivery, in the order's price mode."""
        return self._money(
            sum((run[3] - run[4]) * run[2] for run in self.found.runs)
            + sum(run[1] - run[2] for run in self.found.shipping)
        )

    @cached_property
    def charges_total(self) -> Money:
        """Fees, deposits and levies, in the order's price mode."""
        return self._money(sum(charge.amount.minor for charge in self.order.charges))

    @cached_property
    def tax(self) -> Money:
        """All tax."""
        return self._money(sum(each.tax.minor for each in self.taxes))

    @cached_property
    def net(self) -> Money:
        """Everything without tax."""
        return self.payable - self.tax

    @cached_property
    def payable(self) -> Money:
        """What the customer pays, tax included."""
        total = self.goods_paid + self.delivery + self.charges_total
        return total + self.tax if self.order.prices == "net" else total

    # --- parts -------------------------------------------------------------------------------------------------------

    @cached_property
    def _bearers(self) -> list[Bearer]:
        order = self.order
        found = []
        for line, _, count, _, paid, _, parts in self.found.runs:
            carried, tax = _carried(parts)
            found.append(Bearer(f"line {line}", order.lines[line].tax.ratio, paid, carried, tax, count))
        for place, _, paid, _ in self.found.shipping:
            found.append(Bearer(f"shipment {place}", order.shipments[place].tax.ratio, paid, 0, 0, 1))
        found += [Bearer(f"charge {each.id}", each.tax.ratio, each.amount.minor, 0, 0, 1) for each in order.charges]
        return found

    @cached_property
    def taxes(self) -> tuple[TaxTotal, ...]:
        """The tax of each rate, on goods, delivery and charges together; sorted by rate."""
        order = self.order
        taxes = tax_by_rate(self._bearers, order.prices, self.found.rounding)
        totals: dict[Fraction, int] = {}
        for each in self._bearers:
            totals[each.rate] = totals.get(each.rate, 0) + each.amount * each.units
        found = []
        for rate in sorted(taxes):
            tax = taxes[rate]
            net = totals[rate] - (tax if order.prices == "gross" else 0)
            found.append(TaxTotal(Percent(rate * 100), self._money(net), self._money(tax), self._money(net + tax)))
        return tuple(found)

    @cached_property
    def _tax_of_each(self) -> list[list[tuple[int, int]]]:
        order = self.order
        keys: list[tuple[object, ...]] = []
        for line, first, *_ in self.found.runs:
            product = order.lines[line].product.sku
            keys.append(("0", product, order.lines[line].id, first))
        keys += [
            ("1", order.shipments[place].method, order.shipments[place].id, 1) for place, *_ in self.found.shipping
        ]
        keys += [("2", charge.id, charge.id, 1) for charge in order.charges]
        return tax_of_each(self._bearers, keys, order.prices, self.found.rounding)

    @cached_property
    def lines(self) -> tuple[LineDecision, ...]:
        """The lines in the order's own order, each with its units."""
        money = self._money
        by_line: list[list[Units]] = [[] for _ in self.order.lines]
        for (line, first, count, price, paid, gift, raw), shares in zip(
            self.found.runs, self._tax_of_each, strict=False
        ):
            parts = tuple(Part(who, money(amount)) for who, amount, _ in raw)
            start = first
            for units, tax in shares:
                by_line[line].append(Units(start, units, money(price), money(paid), money(tax), parts, gift))
                start += units
        return tuple(
            LineDecision(
                line,
                tuple(units),
                money(sum(each.price.minor * each.count for each in units)),
                money(sum(each.paid.minor * each.count for each in units)),
                money(sum(each.tax.minor * each.count for each in units)),
            )
            for line, units in zip(self.order.lines, by_line, strict=True)
        )

    @cached_property
    def shipments(self) -> tuple[ShipmentDecision, ...]:
        """The shipments, each with what was taken off."""
        money = self._money
        shares = self._tax_of_each[len(self.found.runs) :]
        return tuple(
            ShipmentDecision(
                self.order.shipments[place],
                money(charge),
                money(paid),
                money(shares[at][0][1]),
                tuple(Part(who, money(amount)) for who, amount, _ in raw),
            )
            for at, (place, charge, paid, raw) in enumerate(self.found.shipping)
        )

    @cached_property
    def charges(self) -> tuple[ChargeDecision, ...]:
        """The charges with their tax."""
        shares = self._tax_of_each[len(self.found.runs) + len(self.found.shipping) :]
        return tuple(
            ChargeDecision(charge, self._money(shares[at][0][1])) for at, charge in enumerate(self.order.charges)
        )

    @property
    def gifts(self) -> tuple[GiftGiven, ...]:
        """What promotions add to the order for nothing."""
        return self.found.gifts

    @property
    def rewards(self) -> tuple[RewardGiven, ...]:
        """What promotions carry for the loyalty part."""
        return self.found.rewards

    @property
    def occurrences(self) -> tuple[PatternOccurrence, ...]:
        """The units of each occurrence of the patterns that applied."""
        return self.found.occurrences

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
            Matched(id_, name, state, self._money(taken), winner, None if winner is None else self._money(by))
            for id_, name, state, taken, winner, by in self.found.matched
        )

    def explain(self, promotion: str) -> Explained:
        """The state of *promotion* and why; raises `PolicyError` for one that the book does not have.

        A decision that was unpickled needs `with_book` first.
        """
        return self._asked().explain(self, promotion)

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
        explainer = self._asked()
        return {each: explainer.explain(self, each).state for each in explainer.promotion_ids()}

    @property
    def codes(self) -> dict[str, Statement]:
        """What became of each entered code."""
        explainer = self._asked()
        return {code: explainer.explain_code(self, code) for code in self.order.codes}

    def _asked(self) -> Explainer:
        if self._book is None:
            msg = "this decision was stored without its book: give it back with `decision.with_book(book)`"
            raise AftercareError(msg)
        return self._book

    def with_book(self, book: Explainer) -> Decision:
        """The same decision with its book; raises `AftercareError` where it is not the book it was priced under."""
        if book.fingerprint != self.fingerprint:
            msg = f"this decision was priced under book `{self.fingerprint[:12]}`, given `{book.fingerprint[:12]}`"
            raise AftercareError(msg)
        return attrs.evolve(self, book=book)

    def __reduce__(self) -> tuple[Any, ...]:
        return Decision, (self.order, self.at, self.zone, self.fingerprint, self.found, self.history)

    def __repr__(self) -> str:
        applied = ", ".join(each.id for each in self.applied) or "nothing"
        return f"<Decision: {self.payable} payable, {self.saved} saved by {applied}>"


def _carried(parts: tuple[tuple[str, int, int | None], ...]) -> tuple[int, int]:
    carried = tax = 0
    for _, amount, own in parts:
        if own is not None:
            carried += amount
            tax += own
    return carried, tax


def unknown_promotion(given: str, known: tuple[str, ...]) -> PolicyError:
    """The error for a promotion that a book does not have."""
    return PolicyError(f"`{given}` is not a promotion of this book: {did_you_mean(given, known)}")
