"""Everything that a shop promises after the sale, in one value."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.returns.cancelling import CancellationPolicy
from aftercare.returns.changing import ChangePolicy
from aftercare.returns.exchanging import ExchangePolicy
from aftercare.returns.policy import ReturnPolicy
from aftercare.returns.recycling import TakeBack
from aftercare.returns.several import ReturnPolicies
from aftercare.returns.trade_in import TradeIn
from aftercare.returns.warranty import Warranty

if TYPE_CHECKING:
    from collections.abc import Iterable


def _warranties(given: Warranty | Iterable[Warranty]) -> tuple[Warranty, ...]:
    return (given,) if isinstance(given, Warranty) else tuple(given)


def _trade_ins(given: TradeIn | Iterable[TradeIn]) -> tuple[TradeIn, ...]:
    return (given,) if isinstance(given, TradeIn) else tuple(given)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class AfterSales(Coded):
    """What a shop promises after the sale: whatever is left out, it does not promise.

    *warranties* and *trade_in* may be several; several return policies are joined by how they meet, such as with
    `first_of`. Raises `PolicyError` for a promise in the wrong place, and
    for two with one id.

    >>> from aftercare import Days, ReturnPolicy
    >>> standard = ReturnPolicy("standard", within=Days(30), after="delivered")
    >>> AfterSales(returns=standard, take_back=TakeBack("recycling")).promises[1].id
    'recycling'
    """

    returns: ReturnPolicy | ReturnPolicies | None = None
    cancellation: CancellationPolicy | None = None
    change: ChangePolicy | None = None
    exchange: ExchangePolicy | None = None
    warranties: tuple[Warranty, ...] = attrs.field(default=(), converter=_warranties)
    trade_in: tuple[TradeIn, ...] = attrs.field(default=(), converter=_trade_ins)
    take_back: TakeBack | None = None

    def __attrs_post_init__(self) -> None:
        kinds = {
            "returns": (ReturnPolicy, ReturnPolicies),
            "cancellation": CancellationPolicy,
            "change": ChangePolicy,
            "exchange": ExchangePolicy,
            "warranties": Warranty,
            "trade_in": TradeIn,
            "take_back": TakeBack,
        }
        for what, kind in kinds.items():
            allowed = kind if isinstance(kind, tuple) else (kind,)
            given = getattr(self, what)
            for each in given if is_a(given, tuple) else (given,):
                if each is not None and not is_a(each, *allowed):
                    msg = f"`{each!r}` is not what stands under `{what}`: give a `{allowed[0].__name__}`"
                    raise PolicyError(msg)
        ids = [each.promise.id if isinstance(each, Warranty) else each.id for each in self.promises]
        for one, other in combinations(ids, 2):
            if one == other:
                msg = f"two promises after the sale have the id `{one}`: give each its own"
                raise PolicyError(msg)

    @property
    def return_policies(self) -> tuple[ReturnPolicy, ...]:
        """Every return policy, however they are joined."""
        several = self.returns.policies if isinstance(self.returns, ReturnPolicies) else (self.returns,)
        return tuple(each for each in several if each is not None)

    @property
    def promises(
        self,
    ) -> tuple[ReturnPolicy | CancellationPolicy | ChangePolicy | ExchangePolicy | Warranty | TradeIn | TakeBack, ...]:
        """Every promise."""
        single = (*self.return_policies, self.cancellation, self.change, self.exchange, self.take_back)
        return (*(each for each in single if each is not None), *self.warranties, *self.trade_in)

    def __repr__(self) -> str:
        return call("returns.AfterSales", self)


def after_sales(given: AfterSales | ReturnPolicies | ReturnPolicy | None) -> AfterSales:
    """What a shop promises after the sale, where it may be told by its return policy alone.

    >>> from aftercare import Days, ReturnPolicy
    >>> after_sales(ReturnPolicy("standard", within=Days(30), after="delivered")).cancellation is None
    True
    """
    return given if isinstance(given, AfterSales) else AfterSales(returns=given)
