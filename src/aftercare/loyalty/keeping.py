"""The reader of money that the shop keeps: events of an account, folded on the ledger of points in minor units."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import attrs

from aftercare.calendar import aware, utc
from aftercare.errors import PolicyError
from aftercare.loyalty.entries import Refused
from aftercare.loyalty.folding import Fold, in_order, lasting_events, retold, retold_refusals
from aftercare.loyalty.returning import bring_back, going_back
from aftercare.loyalty.wallets import Balance, Cashback, GiftCards, MoneyEntry
from aftercare.member_events import Adjustment
from aftercare.money import Money
from aftercare.order_events import Delivered, Dispatch, Installed, Payment, Purchase
from aftercare.points_events import (
    PointsPart,
    PointsReceived,
    PointsReleased,
    PointsReserved,
    PointsSpent,
    Undone,
)
from aftercare.return_events import Returned
from aftercare.reward_events import MoneyCredited, MoneyReleased, MoneyReserved, MoneyReturned, MoneySpent
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aftercare.history import Event, History, MoneyEvent
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.entries import Entry
    from aftercare.loyalty.wallets import Wallet

_OWN = frozenset({"points.given", "points.withdrawn", "points.received", "points.spent"})
"""The entries whose events say more than the ledger of points does."""


def balance(
    policy: Wallet,
    history: History,
    *,
    at: datetime,
    zone: str,
    account: str | None = None,
    holds: Holds | None = None,
) -> Balance:
    """What the shop keeps as of the instant *at*, under an *account*: the id of the policy, or the code of a gift card.

    Money in another currency than the policy's is refused by name. Refunds to the account are told by `MoneyReturned`;
    an `Undone` of a credit takes it back. Raises `PolicyError` for a gift card without its code.

    >>> from datetime import UTC, datetime
    >>> from aftercare import History, loyalty
    >>> credit = loyalty.StoreCredit("store-credit", "EUR")
    >>> balance(credit, History(), at=datetime(2026, 3, 1, tzinfo=UTC), zone="Europe/Warsaw").available
    Money("0.00", "EUR")
    """
    if isinstance(policy, GiftCards) and account is None:
        msg = f"each gift card of `{policy.id}` is an account: name the card by its code, as `account=`"
        raise PolicyError(msg)
    instant = aware(at, "the instant of a balance")
    wallet = _Wallet(policy, account or policy.id, zone, holds)
    for event in lasting_events(history, instant):
        wallet.read(event)
    return wallet.balance(instant)


def balances(
    wallets: Iterable[Wallet], history: History, *, at: datetime, zone: str, holds: Holds | None = None
) -> tuple[Balance, ...]:
    """What the shop keeps as of the instant *at* by all *wallets*, each gift card by its code.

    Every account that was credited by then and is not the id of a wallet is a gift card, of the currency that it was
    first credited in.

    >>> from datetime import UTC, datetime
    >>> from aftercare import History, MoneyCredited, eur
    >>> now = datetime(2026, 3, 1, tzinfo=UTC)
    >>> card = MoneyCredited("m-1", now, "GIFT-7", eur(50), reason="gift card")
    >>> wallets = [GiftCards("gift-card", "EUR"), Cashback("cashback", 5, currency="EUR", tax="included")]
    >>> found = balances(wallets, History([card]), at=now, zone="Europe/Warsaw")
    >>> [(each.account, str(each.available)) for each in found]
    [('GIFT-7', '50.00 EUR'), ('cashback', '0.00 EUR')]
    """
    policies = tuple(wallets)
    codes: dict[str, str] = {}
    for event in in_order(history.until(at).events):
        if isinstance(event, MoneyCredited) and all(event.account != each.id for each in policies):
            codes.setdefault(event.account, event.amount.currency)
    return tuple(
        balance(policy, history, at=at, zone=zone, account=account, holds=holds)
        for policy in policies
        for account in _accounts(policy, codes)
    )


def _accounts(policy: Wallet, codes: Mapping[str, str]) -> list[str]:
    if isinstance(policy, GiftCards):
        return [code for code, currency in codes.items() if currency == policy.currency]
    return [policy.id]


class _Wallet:
    """One account, while its history is folded."""

    def __init__(self, policy: Wallet, account: str, zone: str, holds: Holds | None) -> None:
        self.policy = policy
        self.account = account
        self.courtesy = policy.terms.claw_back.courtesy
        self.fold = Fold(policy.terms, zone, holds)
        self.reasons: dict[str, Statement] = {}
        self.credits: dict[str, MoneyCredited] = {}
        self.refused: list[Refused] = []

    def money(self, minor: int) -> Money:
        return Money.of_minor(minor, self.policy.currency)

    def read(self, event: Event) -> None:
        match event:
            case MoneyCredited() | MoneyReserved() | MoneySpent() | MoneyReturned() | MoneyReleased():
                if event.account == self.account:
                    self._move(event)
            case Undone():
                self._undo(event)
            case Purchase(receipt=receipt) if isinstance(self.policy, Cashback):
                self.fold.post(attrs.evolve(event, receipt=attrs.evolve(receipt, rewards=(), no_points=())))
            case Returned() | Payment() | Dispatch() | Delivered() | Installed() if isinstance(self.policy, Cashback):
                self.fold.post(event)
            case _:
                pass  # nothing else moves this money

    def _move(self, event: MoneyEvent) -> None:
        if not isinstance(event, MoneyReleased) and event.amount.currency != self.policy.currency:
            reason = Statement("credit.refused.currency", currency=Name(event.amount.currency))
            self.refused.append(Refused(at=event.at, event=event.id, reason=reason))
            return
        match event:
            case MoneyCredited(amount=amount, reason=why, last_day=last):
                self.credits[event.id] = event
                self.reasons[event.id] = Statement("credit.given", count=amount, reason=why)
                if last is None:
                    self.fold.post(Adjustment(event.id, event.at, amount.minor, reason=why))
                else:
                    part = PointsPart(amount.minor, last)
                    self.fold.post(PointsReceived(event.id, event.at, [part], sender=self.account))
            case MoneyReserved(amount=amount, key=key, until=until):
                self.fold.post(PointsReserved(event.id, event.at, key, amount.minor, until=until))
            case MoneySpent(amount=amount, key=key, order=order):
                if order is not None:
                    self.reasons[event.id] = Statement("credit.spent_on_order", count=amount, order=Name(order))
                self.fold.post(PointsSpent(event.id, event.at, key, amount.minor))
            case MoneyReleased(key=key):
                self.fold.post(PointsReleased(event.id, event.at, key))
            case MoneyReturned():
                self._give_back(event)
            case _:
                assert_never(event)

    def _give_back(self, event: MoneyReturned) -> None:
        vault, now = self.fold.vault, utc(event.at)
        self.fold.pass_to(now)
        spending = vault.spendings.get(event.key)
        if spending is None:
            vault.refuse(now, event.id, Statement("points.refused.unknown_key", key=Name(event.key)))
            return
        left = spending.points - spending.back
        if left < event.amount.minor:
            reason = Statement("points.refused.too_much_back", found=left, needed=event.amount.minor)
            vault.refuse(now, event.id, reason)
            return
        last = self.courtesy.after(vault.day(now)) if self.courtesy.n else None
        bring_back(vault, now, event.id, going_back(vault, event.key, event.amount.minor), last)

    def _undo(self, event: Undone) -> None:
        given = self.credits.pop(event.event, None)
        if given is not None:
            self.reasons[event.id] = Statement("credit.withdrawn", count=given.amount, reason=given.reason)
            self.fold.post(Adjustment(event.id, event.at, -given.amount.minor, reason=given.reason))
        elif event.event in self.fold.vault.spent_by:
            self.fold.post(event)

    def _reason(self, entry: Entry) -> Statement:
        own = self.reasons.get(entry.event)
        if own is not None and entry.reason.code in _OWN:
            return own
        return retold(entry.reason, "credit", self.money)

    def balance(self, at: datetime) -> Balance:
        ledger = self.fold.at(at)
        entries = tuple(
            MoneyEntry(at=entry.at, event=entry.event, amount=self.money(entry.points), reason=self._reason(entry))
            for entry in ledger.entries
        )
        refused = [*self.refused, *retold_refusals(ledger.refused, "credit", self.money)]
        return Balance(
            at=at,
            account=self.account,
            available=self.money(ledger.available),
            pending=self.money(ledger.pending),
            reserved=self.money(ledger.reserved),
            owed=self.money(ledger.deficit),
            expiring=tuple((day, self.money(minor)) for day, minor in ledger.expiring),
            entries=entries,
            refused=tuple(sorted(refused, key=lambda each: (utc(each.at), each.event))),
        )
