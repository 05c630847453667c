"""Punch cards of the two kinds that are not the same.

"Buy five, the sixth is free" (`PunchCard`): only units that were paid are stamped, and the free one is another unit.
"The tenth visit itself brings a dessert" (`VisitCard`): the visit that fills the card is the one that is rewarded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import Days
from aftercare.errors import PolicyError
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.given import an_id, maybe_length, whole
from aftercare.loyalty.lots import Lots, one_of
from aftercare.policies.benefit import PercentOff
from aftercare.policies.promotion import Promotion
from aftercare.policies.selection import cheapest, dearest
from aftercare.policies.vocabulary import goods
from aftercare.statement import Name, Statement, name

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.calendar import Months
    from aftercare.loyalty.entries import Entry, Refused
    from aftercare.money import Money
    from aftercare.order_events import Units
    from aftercare.policies.condition import ItemCondition

Pick: TypeAlias = Literal["cheapest", "dearest"]
StampShortfall: TypeAlias = Literal["deficit", "charge"]


@attrs.frozen(eq=False, repr=False)
class PunchCard(LoyaltyCoded):
    """Buy so many units *of* some goods, and the next ones are free: in one cart and across visits.

    A unit that was paid takes a stamp; one that was free (by this card or any other promise) takes none, unless
    *free_stamps* says that those of this card do. Stamps beyond a full card carry over. With *in_cart*, the stamps of a
    cart count for that cart. The *pick* is the cheapest matching unit, or the dearest. Units that come back take their
    stamps with them; where those were already used, stamps are owed, or with *shortfall* ``"charge"`` the free unit is
    charged. Raises `PolicyError`.

    >>> PunchCard("coffee-card", buy=5, of="COFFEE").free
    1
    """

    id: str = attrs.field(converter=an_id)
    buy: int = attrs.field(kw_only=True)
    free: int = attrs.field(default=1, kw_only=True)
    of: ItemCondition = attrs.field(converter=goods, kw_only=True)
    pick: Pick = attrs.field(default="cheapest", kw_only=True)
    in_cart: bool = attrs.field(default=True, kw_only=True)
    free_stamps: bool = attrs.field(default=False, kw_only=True)
    shortfall: StampShortfall = attrs.field(default="deficit", kw_only=True)
    lots: Lots = attrs.field(default=Lots(hold="not"), kw_only=True)

    def __attrs_post_init__(self) -> None:
        whole("the units to buy", self.buy)
        whole("the free units", self.free)
        one_of("a pick", self.pick, get_args(Pick))
        one_of("what happens where stamps are gone", self.shortfall, get_args(StampShortfall))
        if self.free_stamps and self.free >= self.buy:
            msg = (
                f"`{self.id}` would fill itself: {self.free} stamped free units after {self.buy}; "
                "let free units take no stamp"
            )
            raise PolicyError(msg)
        if self.in_cart and self.lots.hold != "not":
            msg = f"`{self.id}` holds its stamps, so those of a cart cannot count for it: give `in_cart=False`"
            raise PolicyError(msg)

    def free_in(self, units: int, *, stamps: int = 0) -> int:
        """How many of so many matching units in a cart are free, with so many *stamps* on the card.

        >>> card = PunchCard("coffee-card", buy=5, of="COFFEE")
        >>> [card.free_in(units) for units in (5, 6, 11, 12, 18)]
        [0, 1, 1, 2, 3]
        """
        whole("the units in the cart", units, 0)
        if not self.in_cart:
            full = stamps // self.buy
        elif self.free_stamps:
            full = (stamps + units - self.free) // self.buy
        else:
            full = (stamps + units) // (self.buy + self.free)
        return max(0, min(full, units // self.free)) * self.free

    def stamps_after(self, units: int, *, stamps: int = 0) -> int:
        """The stamps on the card after so many matching units, of which the free ones are given.

        >>> PunchCard("coffee-card", buy=5, of="COFFEE").stamps_after(7)
        1
        """
        free = self.free_in(units, stamps=stamps)
        stamped = units if self.free_stamps else units - free
        return stamps + stamped - free // self.free * self.buy

    def promotion(self, free: int) -> Promotion | None:
        """The promotion that makes so many units free, under the id of the card, so that receipts tell; None for none.

        >>> PunchCard("coffee-card", buy=5, of="COFFEE").promotion(1).id
        'coffee-card'
        """
        if not free:
            return None
        pick = cheapest if self.pick == "cheapest" else dearest
        return Promotion(self.id, then=PercentOff(100, of=pick(free, self.of)))


@attrs.frozen(eq=False, repr=False)
class VisitCard(LoyaltyCoded):
    """Every so many visits, that visit itself *brings* something.

    Only the first visit of a day counts, unless told otherwise, and only those at *place* if one is named. What it
    brings is good on that day, or for as long as it *lasts* (None for ever). Raises `PolicyError`.

    >>> VisitCard("dessert-card", every=10, brings="a dessert").lasts
    Days(0)
    """

    id: str = attrs.field(converter=an_id)
    every: int = attrs.field(kw_only=True)
    brings: Name = attrs.field(converter=name, kw_only=True)
    once_a_day: bool = attrs.field(default=True, kw_only=True)
    place: str | None = attrs.field(default=None, kw_only=True)
    lasts: Days | Months | None = attrs.field(default=Days(0), converter=maybe_length, kw_only=True)
    lots: Lots = attrs.field(default=Lots(hold="not"), kw_only=True)

    def __attrs_post_init__(self) -> None:
        whole("the visits that fill the card", self.every)
        if self.lots.hold != "not":
            msg = f"the visit that fills `{self.id}` is rewarded at once: give `Lots(hold='not')`"
            raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class StampCharge(LoyaltyCoded):
    """What is charged for a free unit of an order, once units that had filled the card came back."""

    at: datetime
    event: str
    order: str
    amount: Money
    reason: Statement


@attrs.frozen(eq=False, repr=False, kw_only=True)
class CardStanding(LoyaltyCoded):
    """A punch card at one instant.

    *stamps* are on it, *held* ones wait for the end of their returns, *owed* ones are missing because units came back.
    *ready* is how many free units or rewards can be had now, *ready_until* the last day of those that have one;
    *missing* stamps fill the card again. *reason* says it. *expiring* is how many stamps are last good on which day.
    """

    at: datetime
    card: str
    stamps: int
    held: int
    owed: int
    needed: int
    missing: int
    ready: int
    ready_until: tuple[date, ...] = ()
    reason: Statement
    expiring: tuple[tuple[date, int], ...] = ()
    entries: tuple[Entry, ...] = ()
    refused: tuple[Refused, ...] = ()
    charges: tuple[StampCharge, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What is on the card, and how long its stamps are good."""
        ends = (Statement("stamps.expiring", count=count, last_day=day) for day, count in self.expiring)
        return (self.reason, *ends)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class CardPreview(LoyaltyCoded):
    """What an event would do to a punch card: the card before and after it, and what it would add to it."""

    before: CardStanding
    after: CardStanding
    entries: tuple[Entry, ...]
    charges: tuple[StampCharge, ...]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class CardOffer(LoyaltyCoded):
    """What a card does for one order: how many matching *units* it has, how many are *free* and *which*.

    *stamps* were on the card before, *left* are on it afterwards (below zero, they are owed). *reason* says it.
    """

    card: str
    stamps: int
    units: int
    free: int
    which: tuple[Units, ...]
    left: int
    reason: Statement
