"""Money that the shop keeps for somebody (store credit, gift cards, cashback), on the ledger in minor units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs

from aftercare.calendar import Days
from aftercare.errors import PolicyError, Problem
from aftercare.event_fields import words
from aftercare.loyalty.clawback import ClawBack
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.credit import Basis
from aftercare.loyalty.earning import PerAmount
from aftercare.loyalty.given import an_id, maybe_amounts, maybe_length
from aftercare.loyalty.lots import Lots
from aftercare.loyalty.terms import Points
from aftercare.money import Money, Percent, percent
from aftercare.policies.vocabulary import maybe_goods
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from aftercare.calendar import Months
    from aftercare.loyalty.credit import Tax
    from aftercare.loyalty.entries import Refused
    from aftercare.money import Amounts
    from aftercare.policies.condition import ItemCondition


def _currency(given: str) -> str:
    return Money.of_minor(0, given).currency


@attrs.frozen(eq=False, repr=False)
class StoreCredit(LoyaltyCoded):
    """Money for the next purchase, which *lasts* so long (None for ever); the account bears the id.

    A refund that is taken as credit may be worth a *bonus* more. Credit that comes back after its last day lasts for
    *courtesy* from then.

    >>> StoreCredit("store-credit", "EUR", bonus=10).for_refund(Money("25.00", "EUR"))
    Money("27.50", "EUR")
    """

    id: str = attrs.field(converter=an_id)
    currency: str = attrs.field(converter=_currency)
    lasts: Days | Months | None = attrs.field(default=None, converter=maybe_length, kw_only=True)
    bonus: Percent = attrs.field(default=Percent(0), converter=percent, kw_only=True)
    courtesy: Days = attrs.field(default=Days(30), kw_only=True)

    def for_refund(self, refund: Money) -> Money:
        """The credit for a *refund* of so much, rounded half up."""
        return refund + refund.scaled(self.bonus.ratio)

    @property
    def terms(self) -> Points:
        """The terms of its ledger, counted in minor units."""
        return _kept(self.lasts, self.courtesy)


@attrs.frozen(eq=False, repr=False)
class GiftCards(LoyaltyCoded):
    """Cards that are sold for at *least* and at *most* so much, and *last* so long (None for ever).

    Each card is an account under its own code. Money that comes back after its last day lasts for *courtesy* from then.
    Raises `PolicyError`.

    >>> GiftCards("gift-card", "EUR", least=Money("10.00", "EUR")).refusal(Money("5.00", "EUR")).code
    'gift_card.refused.too_small'
    """

    id: str = attrs.field(converter=an_id)
    currency: str = attrs.field(converter=_currency)
    least: Amounts | None = attrs.field(default=None, converter=maybe_amounts, kw_only=True)
    most: Amounts | None = attrs.field(default=None, converter=maybe_amounts, kw_only=True)
    lasts: Days | Months | None = attrs.field(default=None, converter=maybe_length, kw_only=True)
    courtesy: Days = attrs.field(default=Days(30), kw_only=True)

    def __attrs_post_init__(self) -> None:
        least = None if self.least is None else self.least.in_(self.currency)
        most = None if self.most is None else self.most.in_(self.currency)
        if least is not None and most is not None and most < least:
            msg = f"no card of at least `{least}` is one of at most `{most}`: raise `most` or lower `least`"
            raise PolicyError(msg)

    def refusal(self, amount: Money) -> Statement | None:
        """Why no card of that *amount* is sold, or None where one is; raises `CurrencyMismatch`."""
        least = amount if self.least is None else self.least.in_(amount.currency)
        most = amount if self.most is None else self.most.in_(amount.currency)
        if amount < least:
            return Statement("gift_card.refused.too_small", found=amount, needed=least, missing=least - amount)
        if amount > most:
            return Statement("gift_card.refused.too_large", found=amount, limit=most, excess=amount - most)
        return None

    @property
    def terms(self) -> Points:
        """The terms of its ledger, counted in minor units."""
        return _kept(self.lasts, self.courtesy)


@attrs.frozen(eq=False, repr=False)
class Cashback(LoyaltyCoded):
    """A *share* of what was paid for goods (those *of* some kind) comes back as money for the next purchase.

    *tax* says whether tax counts. It is rounded down once an order, and what tenders *without* paid earns nothing, such
    as cashback itself. *lots* say how long it is held and how long it lasts, *claw_back* what returns do. Raises
    `PolicyError`.

    >>> Cashback("cashback", 5, currency="EUR", tax="included").share
    Percent("5")
    """

    id: str = attrs.field(converter=an_id)
    share: Percent = attrs.field(converter=percent)
    currency: str = attrs.field(converter=_currency, kw_only=True)
    tax: Tax = attrs.field(kw_only=True)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    without: tuple[str, ...] = attrs.field(default=("points", "cashback", "gift_card"), converter=words, kw_only=True)
    lots: Lots = attrs.field(default=Lots(), kw_only=True)
    claw_back: ClawBack = attrs.field(default=ClawBack(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        _ = Basis(tax=self.tax)
        if not 0 < self.share.ratio < 1:
            msg = f"cashback is a part of what was paid, such as `5` per cent, not `{self.share}`"
            raise PolicyError(msg)

    @property
    def terms(self) -> Points:
        """The terms of its ledger, counted in minor units."""
        cent = Money.of_minor(1, self.currency)
        rule = PerAmount(self.share.ratio, per=cent, tax=self.tax, of=self.of, without=cast("Any", self.without))
        return Points(earning=rule.rounded("down"), lots=self.lots, claw_back=self.claw_back)


Wallet: TypeAlias = "StoreCredit | GiftCards | Cashback"


def wallet_problems(wallets: Iterable[Wallet]) -> Iterator[Problem]:
    """Kinds of gift cards that nobody could tell apart: the code of a card tells its currency alone.

    >>> [each.path for each in wallet_problems([GiftCards("a", "EUR"), GiftCards("b", "EUR"), GiftCards("c", "PLN")])]
    ['wallets[b]']
    """
    known: dict[str, str] = {}
    for each in wallets:
        if isinstance(each, GiftCards):
            first = known.setdefault(each.currency, each.id)
            if first != each.id:
                message = f"`{first}` already has the gift cards in {each.currency}: sell one kind in each currency"
                yield Problem(f"wallets[{each.id}]", message)


def _kept(lasts: Days | Months | None, courtesy: Days) -> Points:
    return Points(lots=Lots(hold="not", expire=lasts, clock="earned"), claw_back=ClawBack(courtesy=courtesy))


@attrs.frozen(eq=False, repr=False, kw_only=True)
class MoneyEntry(LoyaltyCoded):
    """One line of a statement of money that the shop keeps: how much came, or went below zero, and why."""

    at: datetime
    event: str
    amount: Money
    reason: Statement


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Balance(LoyaltyCoded):
    """Money that the shop keeps under an *account*, at one instant.

    *available* can be spent, *pending* is held, *reserved* is set aside, *owed* is missing. *expiring* is how much is
    last good on which day, the soonest first. *statements* say all of it.
    """

    at: datetime
    account: str
    available: Money
    pending: Money
    reserved: Money
    owed: Money
    expiring: tuple[tuple[date, Money], ...] = ()
    entries: tuple[MoneyEntry, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def total(self) -> Money:
        """The sum of all entries: what is available, pending and reserved, less what is owed."""
        return self.available + self.pending + self.reserved - self.owed

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What there is to spend, how long it is good, and what waits, is set aside or is missing."""
        more = (("pending", self.pending), ("reserved", self.reserved), ("owed", self.owed))
        return (
            Statement("credit.available", account=Name(self.account), count=self.available),
            *(Statement("credit.expiring", count=amount, last_day=day) for day, amount in self.expiring),
            *(Statement(f"credit.{code}", count=amount) for code, amount in more if amount),
        )

    def refusal(self, order: Money) -> Statement | None:
        """Why it pays nothing of an *order* of so much, or None where it pays some."""
        if order.currency != self.available.currency:
            return Statement("credit.refused.currency", currency=Name(order.currency))
        return None if self.available else Statement("credit.refused.empty")

    def pays(self, order: Money) -> Money:
        """How much of an *order* of so much it pays; nothing where it is refused."""
        return order - order if self.refusal(order) is not None else min(order, self.available)
