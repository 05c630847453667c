"""The events of rewards and of money that the shop keeps for a customer: used, credited, spent, and given back.

An *account* names where money is kept: the id of a policy for store credit or cashback, the code of a gift card. A
*key* names one act of spending, so that a request sent twice counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded
from aftercare.errors import OrderError, is_a
from aftercare.event_fields import instant, maybe_day, maybe_instant, maybe_word, word
from aftercare.money import Money
from aftercare.statement import Name, name
from aftercare.zones import utc

if TYPE_CHECKING:
    from datetime import date, datetime


def _amount(given: Money) -> Money:
    if not is_a(given, Money) or given.minor <= 0:
        msg = f"money that moves is an amount above zero, such as `eur(5)`, given `{given!r}`"
        raise OrderError(msg)
    return given


@attrs.frozen(eq=False, repr=False)
class RewardUsed(Coded):
    """A *reward* was used: that of a card by its id, or a voucher by its own; *order* is the receipt it was used on.

    >>> from datetime import UTC, datetime
    >>> RewardUsed("u1", datetime(2026, 3, 1, 12, tzinfo=UTC), "dessert-card").order is None
    True
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    reward: str = attrs.field(converter=word)
    order: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class MoneyCredited(Coded):
    """The shop keeps so much more for the customer, through *last_day* if it says so; *reason* is told to the customer.

    >>> from datetime import UTC, datetime
    >>> from aftercare import eur
    >>> MoneyCredited("m1", datetime(2026, 3, 1, 12, tzinfo=UTC), "GIFT-7", eur(50), reason="bought").amount
    Money("50.00", "EUR")
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    account: str = attrs.field(converter=word)
    amount: Money = attrs.field(converter=_amount)
    reason: Name = attrs.field(converter=name, kw_only=True)
    last_day: date | None = attrs.field(default=None, converter=maybe_day, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class MoneyReserved(Coded):
    """Money was set aside under *key*; not spent *until* then, it is free again.

    Raises `OrderError` for an end that is not after the start.

    >>> from datetime import UTC, datetime
    >>> from aftercare import eur
    >>> MoneyReserved("m2", datetime(2026, 3, 1, 12, tzinfo=UTC), "GIFT-7", eur(20), key="basket-7").key
    'basket-7'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    account: str = attrs.field(converter=word)
    amount: Money = attrs.field(converter=_amount)
    key: str = attrs.field(converter=word, kw_only=True)
    until: datetime | None = attrs.field(default=None, converter=maybe_instant, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.until is not None and utc(self.until) <= utc(self.at):
            msg = f"reservation `{self.key}` ends at `{self.until}` and starts at `{self.at}`: end it after its start"
            raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class MoneySpent(Coded):
    """Money was spent under *key*, what was reserved under it first; *order* is the receipt that it paid for.

    >>> from datetime import UTC, datetime
    >>> from aftercare import eur
    >>> MoneySpent("m3", datetime(2026, 3, 1, 12, tzinfo=UTC), "GIFT-7", eur(20), key="basket-7", order="A-1").order
    'A-1'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    account: str = attrs.field(converter=word)
    amount: Money = attrs.field(converter=_amount)
    key: str = attrs.field(converter=word, kw_only=True)
    order: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class MoneyReleased(Coded):
    """What was reserved under *key* is free again, without being spent.

    >>> from datetime import UTC, datetime
    >>> MoneyReleased("m4", datetime(2026, 3, 1, 12, tzinfo=UTC), "GIFT-7", key="basket-7").account
    'GIFT-7'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    account: str = attrs.field(converter=word)
    key: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class MoneyReturned(Coded):
    """So much of what was spent under *key* goes back to where it came from: the refund of a settlement.

    >>> from datetime import UTC, datetime
    >>> from aftercare import eur
    >>> MoneyReturned("m5", datetime(2026, 3, 9, 12, tzinfo=UTC), "GIFT-7", eur(5), key="basket-7").amount
    Money("5.00", "EUR")
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    account: str = attrs.field(converter=word)
    amount: Money = attrs.field(converter=_amount)
    key: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class ReferralDecided(Coded):
    """Staff looked at a referral of *friend* that asked for a second look, and accepted it or not.

    >>> from datetime import UTC, datetime
    >>> ReferralDecided("d1", datetime(2026, 3, 1, 12, tzinfo=UTC), "C-8", accepted=True, by="Ewa").accepted
    True
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    friend: str = attrs.field(converter=word)
    accepted: bool = attrs.field(kw_only=True)
    by: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class HouseholdJoined(Coded):
    """From now on, the customer shares points with a *household*.

    >>> from datetime import UTC, datetime
    >>> HouseholdJoined("h1", datetime(2026, 3, 1, 12, tzinfo=UTC), "the-nowaks").household
    'the-nowaks'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    household: str = attrs.field(converter=word)


@attrs.frozen(eq=False, repr=False)
class HouseholdLeft(Coded):
    """From now on, the customer no longer shares points with a *household*.

    >>> from datetime import UTC, datetime
    >>> HouseholdLeft("h2", datetime(2026, 3, 1, 12, tzinfo=UTC), "the-nowaks").household
    'the-nowaks'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    household: str = attrs.field(converter=word)
