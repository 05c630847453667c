"""The readers of punch cards: what is on a card after a history, and what it does for an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.calendar import aware, utc
from aftercare.loyalty.clawback import ClawBack
from aftercare.loyalty.credit import quantities, staying, touched
from aftercare.loyalty.earning import PerEvent, PerUnit
from aftercare.loyalty.entries import Refused
from aftercare.loyalty.folding import Fold, lasting_events, retold_entries, retold_refusals
from aftercare.loyalty.lots import Lots
from aftercare.loyalty.stamps import CardOffer, CardStanding, PunchCard, StampCharge, VisitCard
from aftercare.loyalty.terms import Points
from aftercare.member_events import Adjustment, Visit
from aftercare.money import Money
from aftercare.order_events import Delivered, Dispatch, Installed, Payment, Purchase, Units
from aftercare.points_events import PointsSpent, Undone
from aftercare.policies.item_reading import item_mask
from aftercare.policies.units import Goods
from aftercare.return_events import Returned
from aftercare.reward_events import RewardUsed
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.history import History
    from aftercare.loyalty.credit import Holds
    from aftercare.order import Order
    from aftercare.receipt import Receipt, ReceiptUnits


def card_standing(
    card: PunchCard | VisitCard, history: History, *, at: datetime, zone: str, holds: Holds | None = None
) -> CardStanding:
    """What is on *card* as of the instant *at*, by the events of one customer's *history* alone.

    Free units are those that the promotion of the card took something off on a receipt, and each `RewardUsed` that
    names the card. *holds* matter where the card holds stamps until returns end. Raises `CalendarError`.

    >>> from datetime import UTC, datetime
    >>> from aftercare import History
    >>> card = PunchCard("coffee-card", buy=5, of="COFFEE")
    >>> card_standing(card, History(), at=datetime(2026, 3, 1, tzinfo=UTC), zone="Europe/Warsaw").missing
    5
    """
    instant = aware(at, "the instant of a card")
    if isinstance(card, PunchCard):
        units = UnitsFold(card, zone, holds)
        for event in lasting_events(history, instant):
            units.read(event)
        return units.standing(instant)
    visits = _Visits(card, zone)
    for event in lasting_events(history, instant):
        visits.read(event)
    return visits.standing(instant)


def card_offer(
    card: PunchCard, order: Order, history: History, *, at: datetime, zone: str, holds: Holds | None = None
) -> CardOffer:
    """What *card* does for an *order* that is not placed yet: which of its units are free.

    Units without a price, and those that take part in no promotion, are never the free ones.
    """
    standing = card_standing(card, history, at=at, zone=zone, holds=holds)
    return offer_for(card, order, standing.stamps - standing.owed)


def offer_for(card: PunchCard, order: Order, stamps: int) -> CardOffer:
    """What *card* does for an *order* with so many *stamps* on it, less those that are owed."""
    found = Goods(order)
    bits = item_mask(card.of)(found)
    lines = [line for place, line in enumerate(order.lines) if bits >> place & 1 and line.unit_price.minor]
    units = sum(line.quantity for line in lines)
    open_to_offers = [line for line in lines if line.product.discountable]
    room = sum(line.quantity for line in open_to_offers) // card.free * card.free
    free = min(card.free_in(units, stamps=stamps), room)
    sign = 1 if card.pick == "cheapest" else -1
    which, wanted = [], free
    for line in sorted(open_to_offers, key=lambda line: (sign * line.unit_price.minor, line.id)):
        some = min(wanted, line.quantity)
        wanted -= some
        if some:
            which.append(Units(line.id, some))
    stamped = units if card.free_stamps else units - free
    left = stamps + stamped - free // card.free * card.buy
    return CardOffer(
        card=card.id,
        stamps=stamps,
        units=units,
        free=free,
        which=tuple(which),
        left=left,
        reason=Statement("stamps.free", count=free) if free else _missing("stamps.buy_more", left, card.buy),
    )


def _missing(code: str, found: int, needed: int) -> Statement:
    return Statement(code, found=found, needed=needed, missing=max(0, needed - found))


class UnitsFold:
    """A card for units, while its history is folded."""

    def __init__(self, card: PunchCard, zone: str, holds: Holds | None) -> None:
        self.card = card
        terms = Points(earning=PerUnit(1, of=card.of), lots=card.lots, claw_back=ClawBack())
        self.fold = Fold(terms, zone, holds)
        self.given: list[tuple[str, str, Money]] = []
        """The free units that stamps were taken for: event, order and price."""
        self.receipts: dict[str, Receipt] = {}
        self.kept: dict[str, dict[str, int]] = {}
        self.charges: list[StampCharge] = []

    def read(self, event: object) -> None:
        """Take in one more event, which is not before those that are known."""
        match event:
            case Purchase():
                self._buy(event)
            case Returned():
                self._return(event)
            case RewardUsed(reward=card) if card == self.card.id:
                self.fold.post(PointsSpent(event.id, event.at, event.id, self.card.buy))
            case Payment() | Dispatch() | Delivered() | Installed():
                self.fold.post(event)
            case _:
                pass  # nothing else fills or empties a card

    def _buy(self, event: Purchase) -> None:
        receipt = event.receipt
        known = receipt.id in self.receipts
        self.fold.post(attrs.evolve(event, receipt=self._stamped(receipt)))
        if known:
            return
        self.receipts[receipt.id] = receipt
        self.kept[receipt.id] = quantities(receipt)
        prices = [units.price for units in receipt.units if self._is_free(units) for _ in range(units.count)]
        for place in range(0, len(prices), self.card.free):
            key = f"{event.id}:free:{place // self.card.free + 1}"
            self.fold.post(PointsSpent(key, event.at, key, self.card.buy))
            if key in self.fold.vault.spent_by:
                some = prices[place : place + self.card.free]
                worth = sum(some, Money.of_minor(0, receipt.payable.currency))
                self.given.append((key, receipt.id, worth))

    def _is_free(self, units: ReceiptUnits) -> bool:
        return touched(units, (self.card.id,))

    def _stamped(self, receipt: Receipt) -> Receipt:
        """The receipt as the card sees it: what is not stamped is a gift, and what it says about points is nothing."""
        units = tuple(
            attrs.evolve(each, gift=not self.card.free_stamps)
            if self._is_free(each)
            else attrs.evolve(each, gift=each.gift or not each.paid.minor)
            for each in receipt.units
        )
        return attrs.evolve(receipt, units=units, rewards=(), no_points=())

    def _return(self, event: Returned) -> None:
        receipt = self.receipts.get(event.order)
        if receipt is None:
            self.fold.post(event)
            return
        kept = dict(self.kept[event.order])
        for units in event.units:
            kept[units.line] = kept.get(units.line, 0) - units.count
        if all(count >= 0 for count in kept.values()):
            self.kept[event.order] = kept
            self._take_rewards_back(event, receipt, kept)
        self.fold.post(event)
        while self.card.shortfall == "charge" and self.fold.vault.deficit and self.given:
            key, order, worth = self.given[-1]
            self._undo(event, key)
            reason = Statement("stamps.charged", amount=worth, order=Name(order))
            self.charges.append(StampCharge(at=event.at, event=event.id, order=order, amount=worth, reason=reason))

    def _take_rewards_back(self, event: Returned, receipt: Receipt, kept: dict[str, int]) -> None:
        """Free units that came back give their stamps back."""
        stays = sum(staying(units, kept) for units in receipt.units if self._is_free(units))
        most = -(-stays // self.card.free)
        same = [key for key, order, _ in self.given if order == receipt.id]
        for key in reversed(same[most:]):
            self._undo(event, key)

    def _undo(self, event: Returned, key: str) -> None:
        self.fold.post(Undone(f"{event.id}:{key}", event.at, key))
        self.given = [each for each in self.given if each[0] != key]

    def stamps(self, at: datetime) -> int:
        """The stamps on the card as of an instant that is not before the last event, less those that are owed."""
        self.fold.pass_to(utc(at))
        return self.fold.vault.available - self.fold.vault.deficit

    def standing(self, at: datetime) -> CardStanding:
        """What is on the card as of an instant that is not before the last event."""
        ledger, needed = self.fold.at(at), self.card.buy
        ready = ledger.available // needed * self.card.free
        left = ledger.available % needed - ledger.deficit
        return CardStanding(
            at=at,
            card=self.card.id,
            stamps=ledger.available,
            held=ledger.pending,
            owed=ledger.deficit,
            needed=needed,
            missing=needed - left,
            ready=ready,
            reason=Statement("stamps.ready", count=ready) if ready else _missing("stamps.buy_more", left, needed),
            expiring=ledger.expiring,
            entries=retold_entries(ledger.entries, "stamps"),
            refused=retold_refusals(ledger.refused, "stamps"),
            charges=tuple(self.charges),
        )


class _Visits:
    """A card for visits, while its history is folded: stamps in one account, what they brought in another."""

    def __init__(self, card: VisitCard, zone: str) -> None:
        self.card = card
        self.stamps = Fold(Points(earning=PerEvent(1, on="visit"), lots=card.lots), zone)
        self.rewards = Fold(Points(lots=Lots(hold="not", expire=card.lasts, clock="earned")), zone)
        self.days: set[date] = set()
        self.refused: list[Refused] = []

    def read(self, event: object) -> None:
        match event:
            case Visit() if self.card.place in {None, event.place}:
                self._visit(event)
            case RewardUsed(reward=card) if card == self.card.id:
                self.rewards.post(PointsSpent(event.id, event.at, event.id, 1))
            case _:
                pass  # nothing else fills or empties a card

    def _visit(self, event: Visit) -> None:
        day = event.on or self.stamps.vault.day(event.at)
        if self.card.once_a_day and day in self.days:
            reason = Statement("stamps.refused.same_day", date=day)
            self.refused.append(Refused(at=event.at, event=event.id, reason=reason))
            return
        self.days.add(day)
        self.stamps.post(event)
        if self.stamps.vault.available >= self.card.every:
            key = f"{event.id}:reward"
            self.stamps.post(PointsSpent(key, event.at, key, self.card.every))
            self.rewards.post(Adjustment(key, event.at, 1, reason=self.card.brings))

    def standing(self, at: datetime) -> CardStanding:
        stamps, rewards = self.stamps.at(at), self.rewards.at(at)
        count, needed = stamps.available, self.card.every
        if rewards.available:
            reason = Statement("stamps.brought", reward=self.card.brings)
        else:
            found = {"found": count, "needed": needed, "missing": needed - count}
            reason = Statement("stamps.visit_more", reward=self.card.brings, **found)
        refused = (*self.refused, *retold_refusals(rewards.refused, "stamps.reward"))
        return CardStanding(
            at=at,
            card=self.card.id,
            stamps=count,
            held=0,
            owed=0,
            needed=needed,
            missing=needed - count,
            ready=rewards.available,
            ready_until=tuple(day for day, points in rewards.expiring for _ in range(points)),
            reason=reason,
            expiring=stamps.expiring,
            entries=retold_entries(stamps.entries, "stamps"),
            refused=tuple(sorted(refused, key=lambda each: (utc(each.at), each.event))),
        )
