"""Which terms a policy offers in some circumstances: the usual ones, but for the exceptions that hold.

What is offered depends on few things: which exceptions hold, what the dated terms are, and whether the shop is at
fault. Each combination is worked out once and kept.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import attrs

from aftercare.calendar import utc
from aftercare.returns.better import better
from aftercare.returns.clauses import reads
from aftercare.returns.conflicts import WINDOW, of_window
from aftercare.returns.fees import FREE
from aftercare.returns.terms import Terms, holding, turns, window_of
from aftercare.statement import Name, Statement, name

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import datetime

    from aftercare.policies.exceptions import Override
    from aftercare.returns.circumstances import Circumstances
    from aftercare.returns.conflicts import ExceptionStrategy

_KEPT = 1024


class Offered:
    """Terms that are offered, with what a customer is told about packing, and the terms that they make with others."""

    __slots__ = ("_others", "channel", "packaging", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.packaging = [Statement("returns.step.original_packaging")] if terms.packaging == "original" else []
        self.channel = (
            [Statement("returns.step.channel", needed=tuple(map(Name, terms.channels)))] if terms.channels else []
        )
        self._others: dict[Hashable, Offered] = {}

    def other(self, key: Hashable) -> Offered | None:
        """What was kept under a *key*."""
        return self._others.get(key)

    def keep(self, key: Hashable, terms: Terms) -> Offered:
        """Keep other *terms* under a *key*, for the next time."""
        made = self._others[key] = Offered(terms)
        return made


class Offers:
    """What a policy offers, by the exceptions that hold."""

    def __init__(
        self,
        name: Name,
        usual: tuple[tuple[str, Any], ...],
        exceptions: tuple[Override, ...],
        strategy: ExceptionStrategy | None,
    ) -> None:
        self.name = name
        self.usual = usual
        self.exceptions = exceptions
        self.strategy = strategy
        self.readers = [reads(each.when, each.of) for each in exceptions]
        terms = (*usual, *(term for each in exceptions for term in each.terms))
        self.turns = sorted({utc(at) for _, value in terms for at in turns(value)})
        self.kept: dict[tuple[int, int, bool], tuple[tuple[Name, Offered], ...]] = {}

    def at(self, circumstances: Circumstances, place: int, *, shop_at_fault: bool) -> tuple[tuple[Name, Offered], ...]:
        """The terms for the line at *place*, once for each window that may count, with the name of whose it is.

        Terms are read at the instant of the purchase; a shop *at fault* keeps no fee.
        """
        held = 0
        for number, read in enumerate(self.readers):
            if read(circumstances, place):
                held |= 1 << number
        bought = utc(circumstances.receipt.placed_at)
        key = held, bisect_right(self.turns, bought) if self.turns else 0, shop_at_fault
        found = self.kept.get(key)
        if found is None:
            if len(self.kept) >= _KEPT:
                self.kept.clear()
            found = self.kept[key] = self._work_out(held, bought, shop_at_fault=shop_at_fault)
        return found

    def _work_out(self, held: int, at: datetime, *, shop_at_fault: bool) -> tuple[tuple[Name, Offered], ...]:
        holds = [each for number, each in enumerate(self.exceptions) if held >> number & 1]
        usual = {term: holding(value, at) for term, value in self.usual}
        given = [{term: holding(value, at) for term, value in each.terms} for each in holds]
        names = [self.name if each.named is None else name(each.named) for each in holds]
        window = window_of(usual)
        windows = [(self.name, window)]
        terms = {term: value for term, value in usual.items() if term not in WINDOW}
        if self.strategy in {"longest", "best_for_customer"}:
            windows += [
                (right, window_of(each, window)) for right, each in zip(names, given, strict=True) if _has_window(each)
            ]
            _add(terms, given, best=self.strategy == "best_for_customer")
        else:
            # What comes first counts: with a strategy because it says so, without because no two can disagree.
            merged: dict[str, Any] = {}
            for each in reversed(given):
                merged |= each
            terms |= {term: value for term, value in merged.items() if term not in WINDOW}
            owner = next((name for name, each in zip(names, given, strict=True) if _has_window(each)), self.name)
            windows = [(owner, window_of(of_window(merged, at), window))]
        if shop_at_fault:
            terms["fee"] = FREE
        return tuple((name, Offered(Terms(window=each, **terms))) for name, each in windows)


def _add(terms: dict[str, Any], given: list[dict[str, Any]], *, best: bool) -> None:
    """Put the terms of the exceptions in the place of the usual ones, or the *best* of them where one is better."""
    for each in given:
        for term, value in each.items():
            if term in WINDOW:
                continue
            known = better(term, terms[term], value) if best and term in terms else ()
            terms[term] = known[0] if known else value


def _has_window(terms: dict[str, Any]) -> bool:
    return any(term in terms for term in WINDOW)


_NAMES = tuple(field.name for field in attrs.fields(Terms))
_KEPT_OF_THE_SHOP = frozenset({"window", "refund", "share", "tenders", "address"})


def together(offers: Iterable[Offered]) -> Offered:
    """Each term at the better of what the shop and the laws give, while these rights are open.

    Of two windows the first is kept, for each right has its own deadline; the refund settles both rights, so that the
    first strategy is kept, too. Where it is not known which of two is better, the later one's counts: the law's.
    """
    first, *others = offers
    for other in others:
        first = first.other(other) or first.keep(other, _better(first.terms, other.terms))
    return first


def _better(own: Terms, law: Terms) -> Terms:
    changes: dict[str, Any] = {}
    for term in _NAMES:
        one, other = getattr(own, term), getattr(law, term)
        if term in _KEPT_OF_THE_SHOP or one == other:
            continue
        known = better(term, one, other)
        changes[term] = known[0] if known else other
    return attrs.evolve(own, **changes)
