"""Vouchers and things that awards brought: valid, used, lapsed or withdrawn, and what they do for an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from aftercare.calendar import Days, utc
from aftercare.loyalty.clawback import ClawBack
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.credit import quantities
from aftercare.loyalty.folding import Fold, in_order, lasting_events
from aftercare.loyalty.gifts import PointsGift, VoucherGift
from aftercare.loyalty.lots import Lots
from aftercare.loyalty.terms import Points
from aftercare.member_events import Adjustment
from aftercare.order_events import Purchase
from aftercare.points_events import PointsSpent, Undone
from aftercare.return_events import Returned
from aftercare.reward_events import RewardUsed
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aftercare.history import Event, History
    from aftercare.loyalty.entries import Refused
    from aftercare.loyalty.gifts import Award, ItemGift
    from aftercare.loyalty.ledger import Ledger
    from aftercare.money import Money

VoucherState: TypeAlias = Literal["valid", "used", "expired", "withdrawn"]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Voucher(LoyaltyCoded):
    """A voucher or a thing that an award brought, at one instant.

    It can be used through *last_day* (None without an end) by a `RewardUsed` with its *key*. *reason* says its state;
    *refused* are the uses that came to nothing.
    """

    key: str
    gift: VoucherGift | ItemGift
    state: VoucherState
    given_at: datetime
    last_day: date | None
    used_on: str | None
    reason: Statement
    refused: tuple[Refused, ...] = ()

    def refusal(self, order: Money) -> Statement | None:
        """Why it does nothing for an *order* of so much, or None where it does."""
        if self.state != "valid":
            return self.reason
        return self.gift.refusal(order) if isinstance(self.gift, VoucherGift) else None

    def worth(self, order: Money) -> Money:
        """What it takes off an *order* of so much: nothing where it is refused, and where it brings a thing."""
        nothing = order - order
        if self.refusal(order) is not None or not isinstance(self.gift, VoucherGift):
            return nothing
        return self.gift.worth(order)


def vouchers_of(awards: Iterable[Award], history: History, *, at: datetime, zone: str) -> tuple[Voucher, ...]:
    """The vouchers and things of *awards* as of the instant *at*, in the order in which they were given.

    A voucher that was used on an order of which everything came back can be used again, if it says so.
    """
    instant = utc(at, "the instant of a voucher")
    events = lasting_events(history, instant)
    found = []
    for award in sorted(awards, key=lambda award: (utc(award.at), award.key)):
        gift = award.gift
        if award.at <= instant and not isinstance(gift, PointsGift):
            found.append(_voucher(award, gift, events, instant, zone))
    return tuple(found)


def _voucher(award: Award, gift: VoucherGift | ItemGift, events: list[Event], at: datetime, zone: str) -> Voucher:
    """One voucher: an account in which there is one of it, or none."""
    courtesy = gift.courtesy if isinstance(gift, VoucherGift) else Days(0)
    lots = Lots(hold="not", expire=gift.lasts, clock="earned")
    fold = Fold(Points(lots=lots, claw_back=ClawBack(courtesy=courtesy)), zone)
    own: list[Event] = [Adjustment(award.key, award.at, 1, reason=award.title)]
    if award.withdrawn is not None and award.withdrawn <= at:
        own.append(Adjustment(f"{award.key}:withdrawn", award.withdrawn, -1, reason=award.title))
    kept: dict[str, dict[str, int]] = {}
    use: RewardUsed | None = None
    for event in in_order([*own, *events]):
        match event:
            case Adjustment() if event in own:
                fold.post(event)
            case RewardUsed(reward=key) if key == award.key:
                fold.post(PointsSpent(event.id, event.at, event.id, 1))
                use = event if event.id in fold.vault.spent_by else use
            case Purchase():
                kept.setdefault(event.receipt.id, quantities(event.receipt))
            case Returned(order=order) if order in kept:
                left = kept[order]
                for units in event.units:
                    left[units.line] = left.get(units.line, 0) - units.count
                if use is not None and use.order == order and _comes_back(gift) and not any(left.values()):
                    fold.post(Undone(event.id, event.at, use.id))
                    use = None
            case _:
                pass  # nothing else is about this voucher
    return _told(award, gift, fold.at(at), use)


def _comes_back(gift: VoucherGift | ItemGift) -> bool:
    return isinstance(gift, VoucherGift) and gift.given_back


def _told(award: Award, gift: VoucherGift | ItemGift, ledger: Ledger, use: RewardUsed | None) -> Voucher:
    last = ledger.lots[0].last_day
    state: VoucherState
    if use is not None:
        state = "used"
        reason = Statement("voucher.used", title=award.title)
        if use.order is not None:
            reason = Statement("voucher.used_on_order", title=award.title, order=Name(use.order))
    elif award.withdrawn is not None and award.withdrawn <= ledger.at:
        state, reason = "withdrawn", Statement("voucher.withdrawn", title=award.title)
    elif not ledger.available:
        assert last is not None  # noqa: S101 - what has no last day does not lapse
        state, reason = "expired", Statement("voucher.expired", title=award.title, last_day=last)
    elif last is None:
        state, reason = "valid", Statement("voucher.valid", title=award.title)
    else:
        state, reason = "valid", Statement("voucher.valid_until", title=award.title, last_day=last)
    return Voucher(
        key=award.key,
        gift=gift,
        state=state,
        given_at=award.at,
        last_day=last,
        used_on=None if use is None else use.order,
        reason=reason,
        refused=tuple(
            attrs.evolve(each, reason=Statement("voucher.refused.gone", title=award.title)) for each in ledger.refused
        ),
    )
