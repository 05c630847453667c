"""The facts that differ between two decisions, each with what it does when it changes alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

import attrs

from aftercare.calendar import utc
from aftercare.policies.item_reading import fold
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.order import Customer, Line, Order, Tier
    from aftercare.policies.decision import Book, Decision


@attrs.frozen
class World:
    """Everything that a decision was made of."""

    order: Order
    at: datetime
    history: History | None
    counts: Counts | None
    book: Book = attrs.field(eq=lambda book: book.fingerprint)

    @classmethod
    def of(cls, decision: Decision) -> World:
        """What *decision* was made of."""
        return cls(decision.order, decision.at, decision.history, decision.counts, decision.book)

    def priced(self) -> Decision:
        """The decision that it makes: the tier of its customer is a fact of its own, and not read from the history."""
        if self.history is None or self.order.customer is None:
            return self.book.price(self.order, at=self.at, history=self.history, counts=self.counts)
        tier = self.order.customer.tier
        return self.book.price_member(self.order, at=self.at, history=self.history, tier=tier, counts=self.counts)


@attrs.frozen(eq=False)
class ChangedFact:
    """One fact that differs: how it is said inside a sentence, and how it changes a world."""

    statement: Statement
    change: Callable[[World], World]


def changed_facts(before: World, after: World) -> tuple[ChangedFact, ...]:
    """Every fact that differs: lines, codes, delivery, the customer, the rest of the order, then what is around it."""
    found = [
        *_lines(before.order, after.order),
        *_codes(before.order, after.order),
        *_delivery(before.order, after.order),
        *_customer(before.order, after.order),
        *_rest(before.order, after.order),
    ]
    if before.history != after.history:
        found.append(ChangedFact(Statement("cause.history"), partial(_with_history, history=after.history)))
    for name, code in (("counts", "cause.counts"), ("book", "cause.book"), ("at", "cause.time")):
        new = getattr(after, name)
        if attrs.evolve(before, **{name: new}) != before:
            found.append(ChangedFact(Statement(code), partial(_evolve, **{name: new})))
    return tuple(found)


def _with_history(world: World, history: History | None) -> World:
    """As of the last event where that is later, since nothing is read of what happens after an instant."""
    at = world.at if history is None or not history.events else max(world.at, history.events[-1].at, key=utc)
    return attrs.evolve(world, history=history, at=at)


def _evolve(value: Any, **given: Any) -> Any:
    return attrs.evolve(value, **given)


def _in_order(statement: Statement, change: Callable[[Order], Order]) -> ChangedFact:
    """A fact of the order."""
    return ChangedFact(statement, lambda world: attrs.evolve(world, order=change(world.order)))


def _lines(before: Order, after: Order) -> Iterator[ChangedFact]:
    old = {line.id: line for line in before.lines}
    new = {line.id: line for line in after.lines}
    for key, line in new.items():
        was = old.get(key)
        if was is None:
            yield _in_order(_moved("cause.added", line, line.quantity), partial(_with_line, line=line))
        elif was != line:
            yield _in_order(_said(was, line), partial(_with_line, line=line))
    for key, line in old.items():
        if key not in new:
            yield _in_order(_moved("cause.removed", line, line.quantity), partial(_without_line, key=key))


def _with_line(order: Order, line: Line) -> Order:
    lines = {**{each.id: each for each in order.lines}, line.id: line}
    return attrs.evolve(order, lines=tuple(lines.values()))


def _without_line(order: Order, key: str) -> Order:
    return attrs.evolve(order, lines=tuple(each for each in order.lines if each.id != key))


def _said(was: Line, now: Line) -> Statement:
    """How a line differs."""
    if was.measure != now.measure or attrs.evolve(was, quantity=now.quantity) != now:
        return Statement("cause.item", item=_name(now))
    more = now.quantity - was.quantity
    return _moved("cause.added" if more > 0 else "cause.removed", now, abs(more))


def _moved(code: str, line: Line, count: int) -> Statement:
    return Statement(code, count=count, item=_name(line))


def _name(line: Line) -> Name:
    return line.product.name or Name(line.product.sku)


def _codes(before: Order, after: Order) -> Iterator[ChangedFact]:
    old, new = ({fold(code): code for code in order.codes} for order in (before, after))
    for key, code in new.items():
        if key not in old:
            yield _in_order(Statement("cause.code_entered", code=Name(code)), partial(_with_code, code=code))
    for key, code in old.items():
        if key not in new:
            yield _in_order(Statement("cause.code_removed", code=Name(code)), partial(_without_code, code=code))


def _with_code(order: Order, code: str) -> Order:
    return attrs.evolve(order, codes=(*order.codes, code))


def _without_code(order: Order, code: str) -> Order:
    return attrs.evolve(order, codes=tuple(each for each in order.codes if each != code))


def _delivery(before: Order, after: Order) -> Iterator[ChangedFact]:
    if before.shipments != after.shipments:
        new: dict[str, Any] = {"shipments": after.shipments, "delivery_options": after.delivery_options}
        yield _in_order(Statement("cause.delivery"), partial(_evolve, **new))


def _customer(before: Order, after: Order) -> Iterator[ChangedFact]:
    was, now = before.customer, after.customer
    if was == now:
        return
    if was is None or now is None:
        code = "cause.signed_in" if was is None else "cause.signed_out"
        yield _in_order(Statement(code), partial(_evolve, customer=now))
        return
    rest = now if now.tier is None else attrs.evolve(now, tier=was.tier)
    if was != rest:
        yield _in_order(Statement("cause.customer"), partial(_evolve, customer=rest))
    if now.tier is not None and now.tier != was.tier:
        yield _in_order(Statement("cause.tier", tier=now.tier.name), partial(_in_tier, tier=now.tier))


def _in_tier(order: Order, tier: Tier) -> Order:
    return attrs.evolve(order, customer=attrs.evolve(cast("Customer", order.customer), tier=tier))


def _rest(before: Order, after: Order) -> Iterator[ChangedFact]:
    rest: dict[str, Any] = {"channel": after.channel, "prices": after.prices, "charges": after.charges}
    if attrs.evolve(before, **rest) != before:
        yield _in_order(Statement("cause.order"), partial(_evolve, **rest))
