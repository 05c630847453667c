"""Punch cards in prices: what a full card makes free is a promotion of one order, beside those of the book.

A receipt tells of it as a fact, `card.<id>`, with how many units were free, so that it can be priced again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self, TypeAlias

from aftercare.calendar import utc
from aftercare.errors import OrderError, did_you_mean
from aftercare.history import History
from aftercare.loyalty.folding import lasting_events, place_of
from aftercare.loyalty.punching import UnitsFold, offer_for
from aftercare.loyalty.stamps import PunchCard
from aftercare.points_events import Undone
from aftercare.policies.prepared import PreparedPromotions
from aftercare.policies.price import Pricer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from aftercare.history import Event
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.program import Program
    from aftercare.order import Order
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.stacking import Entry
    from aftercare.receipt import Receipt

Cards: TypeAlias = "tuple[tuple[str, int], ...]"
"""The cards that make units of an order free, and how many."""

_FACT: Final = "card."

MOST_KNOWN: Final = 64
"""So many sets of free units are kept ready."""


class Stamps:
    """What is on the punch cards of a customer, event by event."""

    def __init__(self, cards: Iterable[PunchCard], *, zone: str, holds: Holds) -> None:
        self._folds = [UnitsFold(card, zone, holds) for card in cards]

    def read(self, events: Iterable[Event]) -> Self:
        """Take in more events, which are in order, undo nothing, and are not before those that are known."""
        for event in events:
            for fold in self._folds:
                fold.read(event)
        return self

    def free_on(self, order: Order, *, at: datetime) -> Cards:
        """The cards that make units of *order* free at an instant that is not before the last event."""
        offers = [offer_for(fold.card, order, fold.stamps(at)) for fold in self._folds]
        return tuple((offer.card, offer.free) for offer in offers if offer.free)


def holds_stamps(cards: Iterable[PunchCard]) -> bool:
    """Whether any of *cards* holds stamps while goods may come back."""
    return any(card.lots.hold != "not" for card in cards)


class Carding:
    """The stamps of a customer who is told event by event: read on where that will do, and anew where not."""

    def __init__(self) -> None:
        self._cards: tuple[PunchCard, ...] = ()
        self._known: Stamps | None = None
        self._read = 0
        self._asked: datetime | None = None

    def stamps(self, cards: tuple[PunchCard, ...], events: Sequence[Event], *, at: datetime, zone: str) -> Stamps:
        """What is on *cards*, which hold no stamps, after all *events* so far, by the instant *at*."""
        new = events[max(self._read - 1, 0) :]
        places = [place_of(event) for event in new]
        early = self._asked is not None and any(utc(event.at) < self._asked for event in events[self._read :])
        anew = early or places != sorted(places) or any(isinstance(event, Undone) for event in new)
        if self._known is None or self._cards != cards or anew:
            self._known = Stamps(cards, zone=zone, holds={}).read(lasting_events(History(events), at))
        else:
            self._known.read(events[self._read :])
        self._cards, self._read, self._asked = cards, len(events), utc(at)
        return self._known


class CardPricers:
    """What prices orders by a book and by the cards of its programme, ready for the sets of free units last met."""

    def __init__(self, pricer: Pricer, entries: tuple[Entry, ...], program_at: Callable[[datetime], Program]) -> None:
        self._pricer = pricer
        self._entries = entries
        self._program_at = program_at
        self._known: dict[tuple[Promotion, ...], Pricer] = {}

    def of(self, receipt: Receipt) -> Pricer:
        """The pricer of a receipt, whose facts tell which cards made units free."""
        cards = [(fact.removeprefix(_FACT), free) for fact, free in receipt.facts if fact.startswith(_FACT)]
        return self.with_cards(tuple(cards), receipt.placed_at)

    def with_cards(self, cards: Cards, at: datetime) -> Pricer:
        """The pricer of an order at *at*; raises `OrderError` for a card that the programme lacks."""
        if not cards:
            return self._pricer
        promotions = _promotions_of(cards, self._program_at(at))
        if promotions not in self._known:
            if len(self._known) == MOST_KNOWN:
                self._known.clear()
            pricer = self._pricer
            everything = PreparedPromotions([*self._entries, *promotions])
            self._known[promotions] = Pricer(everything, pricer.tariffs, pricer.zone, pricer.tax, cards)
        return self._known[promotions]


def _promotions_of(cards: Cards, program: Program) -> tuple[Promotion, ...]:
    known = {card.id: card for card in program.cards if isinstance(card, PunchCard)}
    found = []
    for card, free in cards:
        if card not in known:
            msg = f"`{card}` is no punch card of programme `{program.id}`: {did_you_mean(card, known)}"
            raise OrderError(msg)
        found.append(known[card].promotion(free))
    return tuple(each for each in found if each is not None)
