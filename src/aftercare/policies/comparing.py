"""What became of promotions between two decisions about a cart, and which changed fact did it."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from aftercare.canonical import Coded
from aftercare.errors import CurrencyMismatch, OrderError
from aftercare.policies.changed_facts import World, changed_facts
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aftercare.money import Money
    from aftercare.policies.changed_facts import ChangedFact
    from aftercare.policies.decision import Decision
    from aftercare.policies.outcome import Matched

How: TypeAlias = Literal["gained", "lost", "grown", "shrunk"]

MOST_PRICED = 200
"""With so many sets of changed facts the order is priced again; what was not left out by then is a cause too."""


@attrs.frozen(eq=False, repr=False)
class Changed(Coded):
    """What became of one promotion: *amount* is by how much its saving differs, *total* what it saves now.

    *causes* are what did it, each as it is said inside a sentence: one changed fact, or where none does it alone, those
    that do it together. The amount is zero where it gives something else than money, such as a gift.
    """

    how: How
    promotion: str
    name: Name
    amount: Money
    total: Money
    causes: tuple[Statement, ...]

    @property
    def statement(self) -> Statement:
        """What to tell the shopper."""
        if self.amount.is_zero:
            code = "change.applies" if self.how == "gained" else "change.ceased"
            return Statement(code, promotion=self.name, causes=self.causes)
        if self.how in {"gained", "lost"}:
            return Statement(f"change.{self.how}", promotion=self.name, amount=self.amount, causes=self.causes)
        return Statement(
            f"change.{self.how}", promotion=self.name, amount=self.amount, total=self.total, causes=self.causes
        )


@attrs.frozen(eq=False, repr=False)
class Comparison(Coded):
    """What became of the promotions between two decisions: what was lost, then the rest by phase and place in the book.

    >>> Comparison(()).statements
    ()
    """

    changes: tuple[Changed, ...]

    def _of(self, how: How) -> tuple[Changed, ...]:
        return tuple(each for each in self.changes if each.how == how)

    @property
    def gained(self) -> tuple[Changed, ...]:
        """The promotions that apply now and did not before."""
        return self._of("gained")

    @property
    def lost(self) -> tuple[Changed, ...]:
        """The promotions that applied before and do not now."""
        return self._of("lost")

    @property
    def grown(self) -> tuple[Changed, ...]:
        """The promotions that save more than before."""
        return self._of("grown")

    @property
    def shrunk(self) -> tuple[Changed, ...]:
        """The promotions that save less than before."""
        return self._of("shrunk")

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What to tell the shopper about every change."""
        return tuple(each.statement for each in self.changes)


def compare(before: Decision, after: Decision) -> Comparison:
    """What became of the promotions between two decisions about one cart, each change with its cause.

    The cause is the first changed fact that alone gives the promotion what it has now: the decision *before* is priced
    again, by its book, with one fact changed at a time. Where no single fact does, those are the cause that remain when
    every other changed fact is left out without a difference: first that time has passed, last what the shopper did.
    Raises `CurrencyMismatch` for decisions in two currencies, and `AftercareError` for one without its book.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Line, Order, PolicyBook, Product, Promotion, cart, eur, policies, say
    >>> pairs = Promotion("two cups", when=cart.quantity("CUP").at_least(2), then=policies.percent_off(10))
    >>> book = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], promotions=[pairs])
    >>> def cups(count):
    ...     order = Order([Line("1", Product("CUP"), count, unit_price=eur(9))], currency="EUR")
    ...     return book.price(order, at=datetime(2026, 11, 22, tzinfo=UTC))
    >>> say(compare(cups(1), cups(3)).statements[0], locale="en", sink="plain")
    '“two cups” now saves you €2.70, because you added 2 × “CUP”.'
    """
    if before.order.currency != after.order.currency:
        msg = f"`{before.order.currency}` and `{after.order.currency}` do not compare: price both in one currency"
        raise CurrencyMismatch(msg)
    old, new = _applied(before), _applied(after)
    find = _Causes(before, after)
    return Comparison(tuple(_changes(old, new, find.of)))


def _applied(decision: Decision) -> dict[str, Matched]:
    return {each.id: each for each in decision.applied}


def _changes(
    old: dict[str, Matched], new: dict[str, Matched], causes: Callable[[str], tuple[Statement, ...]]
) -> Iterator[Changed]:
    for who, was in old.items():
        if who not in new:
            yield Changed("lost", who, was.name, was.taken, was.taken - was.taken, causes(who))
    for who, now in new.items():
        if who not in old:
            yield Changed("gained", who, now.name, now.taken, now.taken, causes(who))
        elif now.taken != old[who].taken:
            more = now.taken - old[who].taken
            how: How = "grown" if more.minor > 0 else "shrunk"
            yield Changed(how, who, now.name, abs(more), now.taken, causes(who))


class _Causes:
    """Which changed facts gave each promotion what it has now, found by pricing again when first asked."""

    def __init__(self, before: Decision, after: Decision) -> None:
        self.after = _applied(after)
        self.start = World.of(before)
        self.facts = changed_facts(self.start, World.of(after))
        self.tried: dict[tuple[ChangedFact, ...], dict[str, Matched] | None] = {}

    def of(self, promotion: str) -> tuple[Statement, ...]:
        """The cause of what became of *promotion*."""
        return tuple(fact.statement for fact in self._needed(promotion))

    def _needed(self, promotion: str) -> tuple[ChangedFact, ...]:
        """The first fact that does it alone, or all but those without which the rest still does it."""
        kept = self.facts
        if len(kept) > 1:
            for fact in self.facts:
                if self._do(promotion, (fact,)):
                    return (fact,)
            for fact in reversed(self.facts):
                rest = tuple(each for each in kept if each is not fact)
                if self._do(promotion, rest):
                    kept = rest
        return kept

    def _do(self, promotion: str, facts: tuple[ChangedFact, ...]) -> bool:
        """Whether *facts* together give *promotion* what it has now."""
        if facts not in self.tried:
            if len(self.tried) == MOST_PRICED:
                return False
            self.tried[facts] = self._applied(facts)
        found = self.tried[facts]
        return found is not None and found.get(promotion) == self.after.get(promotion)

    def _applied(self, facts: tuple[ChangedFact, ...]) -> dict[str, Matched] | None:
        """What applies with some *facts* changed; None where such an order cannot be priced."""
        try:
            return _applied(reduce(lambda world, fact: fact.change(world), facts, self.start).priced())
        except OrderError:
            return None
