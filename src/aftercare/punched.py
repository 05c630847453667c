"""Punch cards in prices: what a full card makes free is a promotion of one order, beside those of the book.

A receipt tells of it as a fact, `card.<id>`, with how many units were free, so that it can be priced again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from aftercare.errors import OrderError, did_you_mean
from aftercare.loyalty.punching import card_standing, offer_for
from aftercare.loyalty.stamps import PunchCard
from aftercare.policies.prepared import PreparedPromotions
from aftercare.policies.price import Pricer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from aftercare.history import History
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
    """What is on the punch cards of a customer at an instant."""

    def __init__(self, cards: Iterable[PunchCard], history: History, *, at: datetime, zone: str, holds: Holds) -> None:
        self._each: list[tuple[PunchCard, int]] = []
        for card in cards:
            standing = card_standing(card, history, at=at, zone=zone, holds=holds)
            self._each.append((card, standing.stamps - standing.owed))

    def free_on(self, order: Order) -> Cards:
        """The cards that make units of *order* free."""
        offers = [offer_for(card, order, stamps) for card, stamps in self._each]
        return tuple((offer.card, offer.free) for offer in offers if offer.free)


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
