"""What some of a receipt's units would have cost: priced again by the promotions that took part, with stored facts.

Only promotions applied on the receipt, and those that lost to them in a declared group, take part. A discount is
*unchanged* when each kept unit's exact share in it, before rounding, is what it was for the whole order; an unchanged
discount keeps the parts that the receipt stores, any other is rounded and split anew.
"""

from __future__ import annotations

from math import gcd, prod
from typing import TYPE_CHECKING, Any, cast

import attrs

from aftercare.errors import OrderError
from aftercare.policies.combining import PRICING
from aftercare.policies.discount import PHASES
from aftercare.policies.limit import Budget
from aftercare.policies.limiting import Gate, Standing
from aftercare.policies.participants import read_lines, taking_part
from aftercare.policies.prepared import Choice, Leaf
from aftercare.policies.price import Pricer
from aftercare.policies.remembering import remembered
from aftercare.policies.totals import tax_of
from aftercare.policies.units import Goods
from aftercare.policies.watching import Share, Start, Watched, WatchedCandidate
from aftercare.policies.worth import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Sequence

    from aftercare.order import Order, Shipment
    from aftercare.policies.prepared import Node, PreparedPromotions
    from aftercare.policies.pricing import Act, Pricing
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.snapshot import Moment
    from aftercare.policies.stacking import Combining
    from aftercare.policies.turn import Priced
    from aftercare.receipt import Receipt, ReceiptUnits

MOST_NODES = PRICING << 10
"""A receipt whose subsets would take more nodes of search than this is not priced again; see `PRICING`."""


@attrs.frozen
class Repriced:
    """What kept units cost, tax included: goods and delivery in minor units, what gifts they earn, what applied."""

    goods: int
    delivery: int
    gifts: tuple[tuple[str, str, int, int], ...]
    applied: frozenset[str]


class _Repricer(Pricer):
    """The pricer of a book, by the promotions that took part alone."""

    start: Start

    def _start(self, order: Order, moment: Moment) -> Pricing:
        return Watched(order, moment, self.start)

    def write(self, currency: str) -> None:
        """What is watched is never written out."""


class StoredLimits(Gate):
    """What limits let through for an order that was placed: what they let through then, and no more."""

    def __init__(self, receipt: Receipt, order: Order) -> None:
        super().__init__(None, order, receipt.placed_at, receipt.zone)
        self._taken = {occurrence.promotion: 0 for occurrence in receipt.occurrences}
        self._taken |= {promotion: amount.minor for promotion, amount in receipt.promotions}

    def standing(self, promotion: Promotion) -> Standing:
        """Open to those that applied or took units, up to what they gave where a budget may have cut them off."""
        taken = self._taken.get(promotion.id)
        cut = any(isinstance(limit, Budget) and limit.partial == "cut" for limit in promotion.limits)
        return Standing("unknown" if taken is None else "open", taken if cut else None)


def priced_again(pricer: Pricer, receipt: Receipt) -> Priced:
    """What the order of *receipt* comes to, with the facts that it stores and what limits let through then."""
    limits = StoredLimits(receipt, receipt.order)
    return pricer.priced(receipt.order, receipt.placed_at, remembered(receipt), limits, keep=True)


class Repricing:
    """A receipt ready to be priced again, whole or in part.

    *whole* says whether delivery and added gifts matter too; otherwise what acts on neither goods nor a choice with
    goods takes no part. Raises `OrderError` for a receipt that this book did not price.
    """

    def __init__(self, pricer: Pricer, receipt: Receipt, *, whole: bool = False) -> None:
        self.receipt = receipt
        self._book = pricer
        self._history = remembered(receipt)
        order = receipt.order
        promotions = pricer.promotions
        priced = priced_again(pricer, receipt)
        _check(receipt, priced)
        taking = taking_part(promotions, receipt, _settled(priced, promotions), whole=whole)
        self._pricer = _Repricer(_restricted(promotions, taking, whole=whole), pricer.tariffs, pricer.zone, pricer.tax)
        everything = whole or bool(self._pricer.promotions.spanning)
        lines = (
            Goods(order).all if everything else read_lines([promotions.promotions[at] for at in taking], Goods(order))
        )
        self._lines = tuple(place for place in range(len(order.lines)) if lines >> place & 1)
        self.subsets = _subsets(receipt, [order.lines[place].id for place in self._lines])
        """How many subsets its classes of alike units have."""
        self.nodes = PRICING
        """What it takes to price one of them, by what the whole order takes."""
        self.whole = whole
        self._known: dict[tuple[int, ...], Repriced] = {}
        self.units: tuple[Unit, ...] = ()
        self.classes: tuple[tuple[int, ...], ...] = ()
        if self.feasible:
            self._read()

    def delivery_by(self, shipment: Shipment) -> int:
        """What the whole order's delivery would have cost by another method, tax included."""
        order = attrs.evolve(self.receipt.order, shipments=[shipment], delivery_options=())
        limits = StoredLimits(self.receipt, order)
        pricing = self._book.priced(order, self.receipt.placed_at, self._history, limits).pricing
        charge = self.receipt.payable.of_minor(sum(run.left for run in pricing.shipping), order.currency)
        return (charge + charge.scaled(shipment.tax.ratio)).minor if order.prices == "net" else charge.minor

    @property
    def feasible(self) -> bool:
        """Whether the receipt takes little enough to be priced again; decided by the receipt alone."""
        return self.subsets * self.nodes <= MOST_NODES

    @property
    def delivery_paid(self) -> int:
        """What delivery cost, tax included."""
        net = self.receipt.order.prices == "net"
        return sum(each.paid.minor + (each.tax.minor if net else 0) for each in self.receipt.shipments)

    def _read(self) -> None:
        """Price the whole receipt under watch: the shares of every discount, and which units are alike."""
        order = self.receipt.order
        stored = {line.id: [each for each in self.receipt.units if each.line == line.id] for line in order.lines}
        units: list[Unit] = []
        rows: list[ReceiptUnits] = []
        for place in self._lines:
            line = order.lines[place]
            for run in stored[line.id]:
                units += [Unit(line.id, number) for number in range(run.first, run.first + run.count)]
                rows += [run] * run.count
        self.units = tuple(units)
        self._rows = rows
        self._prices = [row.price.minor for row in rows]
        self._place = {unit: at for at, unit in enumerate(units)}
        everything = tuple(range(len(units)))
        self._memory: dict[Act, Share] | None = None
        searched = [terms for node in self._pricer.promotions.choices.values() for terms in _terms(node)]
        self._share_out(MOST_NODES // self.subsets)
        priced = self._run(everything)
        pricing = cast("Watched", priced.pricing)
        self._memory = pricing.recorded
        alike: dict[object, list[int]] = {}
        for at, row in enumerate(rows):
            shares = tuple(
                (slot, *_lowest(share.exact[at]))
                for slot, share in enumerate(pricing.recorded.values())
                if at in share.exact
            )
            alike.setdefault((*_cost(row, order), shares), []).append(at)
        self.classes = tuple(map(tuple, alike.values()))
        self.subsets = prod(len(each) + 1 for each in self.classes)
        pricings = 1 + sum(each.nodes for each in priced.combined if each.phase is None) // PRICING
        nodes = [each.nodes for each in priced.combined if each.phase is not None]
        self.nodes = pricings * (PRICING + sum(nodes))
        if any(terms.solver is not None and terms.effort <= max(nodes, default=0) for terms in searched):
            self.nodes += MOST_NODES
        if self.feasible:
            self._share_out(MOST_NODES // self.subsets // pricings)

    def _share_out(self, effort: int) -> None:
        """Let each best combination in a phase be searched within its share of all nodes, and by no solver."""
        promotions = self._pricer.promotions
        promotions.choices = {place: _within(node, effort) for place, node in promotions.choices.items()}

    def unit(self, unit: Unit) -> int | None:
        """The place of a unit among those that may be priced differently, or None."""
        return self._place.get(unit)

    def price_of(self, counts: Sequence[int]) -> Repriced:
        """What the first units of each class cost, so many of it."""
        return self.price(at for alike, count in zip(self.classes, counts, strict=True) for at in alike[:count])

    def price(self, kept: Iterable[int]) -> Repriced:
        """What the units at these places cost alone, beside everything that no promotion reads."""
        places = tuple(sorted(kept))
        known = self._known.get(places)
        if known is None:
            everything = len(places) == len(self.units)
            known = self._known[places] = self._stored() if everything else self.anew(places)
        return known

    def _run(self, places: tuple[int, ...]) -> Priced:
        receipt = self.receipt
        quantities: dict[str, int] = {}
        for at in places:
            line = self.units[at].line
            quantities[line] = quantities.get(line, 0) + 1
        lines = [
            line if line.quantity == quantities[line.id] else attrs.evolve(line, quantity=quantities[line.id])
            for line in receipt.order.lines
            if line.id in quantities
        ]
        order = attrs.evolve(receipt.order, lines=lines)
        self._pricer.start = Start(self._prices, places, self._memory)
        return self._pricer.priced(order, receipt.placed_at, self._history, StoredLimits(receipt, order))

    def anew(self, places: tuple[int, ...]) -> Repriced:
        """The same, whatever was paid for them."""
        if not places:
            return Repriced(0, self.delivery_paid, (), frozenset())
        priced = self._run(places)
        pricing = priced.pricing
        ids = self._pricer.promotions.ids
        given = {who for who, *_ in (*pricing.gifts, *pricing.rewards)}
        applied = {ids[index] for index, taken in priced.taken.items() if taken} | given
        goods = sum(run.left for run in pricing.runs)
        delivery = sum(run.left for run in pricing.shipping)
        if self.receipt.order.prices == "net":
            goods += self._goods_tax(pricing, places)
            delivery += self._delivery_tax(pricing)
        # Rounding may lay less than no tax on a unit that costs nothing.
        return Repriced(max(0, goods), delivery, tuple(pricing.gifts), frozenset(applied))

    def _stored(self) -> Repriced:
        """What all units cost is what was paid for them, whichever of equal choices would be found anew."""
        receipt = self.receipt
        net = receipt.order.prices == "net"
        goods = sum(row.paid.minor + (row.tax.minor if net else 0) for row in self._rows)
        gifts = tuple((each.promotion, each.sku, each.quantity, each.value.minor) for each in receipt.gifts)
        applied = {part.promotion for row in self._rows for part in row.parts}
        applied |= {part.promotion for shipment in receipt.shipments for part in shipment.parts}
        applied |= {each.promotion for each in receipt.gifts} | {each.promotion for each in receipt.rewards}
        return Repriced(max(0, goods), self.delivery_paid, gifts, frozenset(applied))

    def _goods_tax(self, pricing: Pricing, places: tuple[int, ...]) -> int:
        """Tax at the original rates: units that cost what they did keep theirs, that on the others is rounded anew."""
        tax = 0
        changed: list[Any] = []
        for run, at in zip(pricing.runs, places, strict=True):
            row = self._rows[at]
            if run.left == row.paid.minor:
                tax += row.tax.minor
            else:
                line = pricing.order.lines[run.line]
                changed.append((line.tax, run.left, 1))
        # Only the sum is asked for, which no order of the units changes.
        return tax + sum(part for _, _, part in tax_of(changed, "net", "rate", lambda place: (place,), {}).rates)

    def _delivery_tax(self, pricing: Pricing) -> int:
        tax = 0
        for run in pricing.shipping:
            shipment = self.receipt.shipments[run.line]
            rate = pricing.order.shipments[run.line].tax
            if run.left == shipment.paid.minor:
                tax += shipment.tax.minor
            else:
                tax += shipment.paid.of_minor(run.left, shipment.paid.currency).scaled(rate.ratio).minor
        return tax


def _settled(priced: Priced, promotions: PreparedPromotions) -> set[int]:
    """Who lost in a group, whom they lost to even if that took nothing, and whose patterns took units.

    And who acted on price tags, where these are finer than a minor unit: what took nothing may have lowered them.
    """
    winners = {fate.winner for fate in priced.fates.values() if fate.winner is not None}
    patterns = (promotions.index[who] for who, *_ in priced.pricing.occurrences)
    fine = any(type(tag) is not int for tag in priced.pricing.tags.values())
    tags = (at for at in priced.taken if fine and "catalogue" in promotions.promotions[at].phases)
    return {*priced.fates, *winners, *patterns, *tags}


def _lowest(share: tuple[int, int]) -> tuple[int, int]:
    num, den = share
    common = gcd(num, den)
    return num // common, den // common


def _restricted(promotions: PreparedPromotions, taking: Collection[int], *, whole: bool) -> PreparedPromotions:
    """The promotions that take part, under watch; delivery only where it matters."""
    watched = {place: WatchedCandidate(promotions.candidates[place]) for place in taking}
    spanning = [node for each in promotions.spanning if isinstance(node := _pruned(each, watched), Choice)]
    ships = whole or bool(spanning)
    return promotions.restricted(watched.values(), spanning, PHASES if ships else PHASES[:-1])


def _pruned(node: Node, taking: Container[int]) -> Node | None:
    """The node with those members alone that take part; a choice of one is no choice."""
    if isinstance(node, Leaf):
        return node if node.place in taking else None
    members = tuple(kept for member in node.members if (kept := _pruned(member, taking)) is not None)
    if not members or (members[1:] == () and node.terms is None):
        return next(iter(members), None)
    return Choice(node.how, members, node.terms)


def _terms(node: Node) -> Iterator[Combining]:
    """How each best combination in *node* is chosen."""
    if isinstance(node, Choice):
        if node.terms is not None:
            yield node.terms
        for member in node.members:
            yield from _terms(member)


def _within(node: Choice, effort: int) -> Choice:
    """The node with best combinations that take no more *effort*, and no solver."""
    members = tuple(_within(each, effort) if isinstance(each, Choice) else each for each in node.members)
    if node.terms is None:
        return Choice(node.how, members)
    return Choice(node.how, members, attrs.evolve(node.terms, effort=min(node.terms.effort, effort), solver=None))


def _cost(run: ReceiptUnits, order: Order) -> tuple[object, ...]:
    """What makes units of a line alike in cost: in net prices, the tax that rounding laid on them too."""
    return run.line, run.price, run.parts, run.gift, run.tax if order.prices == "net" else None


def _subsets(receipt: Receipt, lines: Collection[str]) -> int:
    """How many subsets the units of *lines* have, where units that cost alike and were discounted alike are alike."""
    counts: dict[object, int] = {}
    for run in receipt.units:
        if run.line in lines:
            key = _cost(run, receipt.order)
            counts[key] = counts.get(key, 0) + run.count
    found = 1
    for count in counts.values():
        found *= count + 1
    return found


def _check(receipt: Receipt, priced: Priced) -> None:
    """Refuse a receipt whose units cost something else under this book."""
    lines = receipt.order.lines
    found: dict[str, int] = {line.id: 0 for line in lines}
    for run in priced.pricing.runs:
        found[lines[run.line].id] += run.left * run.count
    for units in receipt.units:
        found[units.line] -= units.paid.minor * units.count
    wrong = [line for line, off in found.items() if off]
    if wrong:
        msg = (
            f"line `{wrong[0]}` of `{receipt.id}` costs something else under this book: "
            "settle a receipt with the version of the book that priced it"
        )
        raise OrderError(msg)
