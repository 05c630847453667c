"""Household accounts: several members spend from one pool, each keeps an own ledger, and whoever leaves is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.errors import PolicyError
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.given import an_id
from aftercare.loyalty.lots import one_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.loyalty.ledger import Ledger

PoolOrder: TypeAlias = Literal["own_first", "expiring_first"]
OnLeaving: TypeAlias = Literal["own", "share", "stays"]


def _members(given: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(sorted(given))


@attrs.frozen(eq=False, repr=False)
class Household(LoyaltyCoded):
    """Members who spend from one pool: their *own* points first, or whichever expire first in the whole household.

    Only *spenders* take the points of others, if any are named. Points that are pending stay with whoever earned them.
    On leaving, a member takes the *own* points that are left, an equal *share* of all that can be spent, or leaves them
    to whoever joined first (``"stays"``). Raises `PolicyError`.

    >>> Household("the-nowaks", on_leaving="share").spend
    'own_first'
    """

    id: str = attrs.field(converter=an_id)
    spend: PoolOrder = attrs.field(default="own_first", kw_only=True)
    spenders: tuple[str, ...] | None = attrs.field(default=None, converter=_members, kw_only=True)
    on_leaving: OnLeaving = attrs.field(default="own", kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("an order of spending of a household", self.spend, get_args(PoolOrder))
        one_of("what happens on leaving", self.on_leaving, get_args(OnLeaving))
        if self.spenders == ():
            msg = f"nobody spends the points of `{self.id}`: name some `spenders`, or none at all for everybody"
            raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class HouseholdLedger(LoyaltyCoded):
    """A household at one instant: who is in it, and the ledger of everybody who ever was.

    Show each member the own ledger and the sum alone: what others bought is theirs.
    """

    at: datetime
    members: tuple[str, ...]
    ledgers: tuple[tuple[str, Ledger], ...]

    @property
    def available(self) -> int:
        """How many points the household can spend."""
        return sum(ledger.available for member, ledger in self.ledgers if member in self.members)

    def of(self, member: str) -> Ledger:
        """The ledger of one *member*; raises `KeyError` for somebody who never was in it."""
        return dict(self.ledgers)[member]
