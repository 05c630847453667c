"""What a shop should do about an answer, as data for others: tell somebody, open a task, expect or send goods."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.canonical import Coded, call

if TYPE_CHECKING:
    from datetime import date

    from aftercare.order_events import Units
    from aftercare.statement import Name


@attrs.frozen(eq=False, repr=False)
class Tell(Coded):
    """Somebody of a *role* is to be told of the answer.

    >>> Tell("warehouse")
    returns.Tell('warehouse')
    """

    role: str

    def __repr__(self) -> str:
        return call("returns.Tell", self)


@attrs.frozen(eq=False, repr=False)
class OpenTask(Coded):
    """Somebody of a *role* has something to do.

    >>> from aftercare import Name
    >>> OpenTask("staff", Name("many at once")).role
    'staff'
    """

    role: str
    task: Name

    def __repr__(self) -> str:
        return call("returns.OpenTask", self)


@attrs.frozen(eq=False, repr=False)
class ExpectParcel(Coded):
    """Units are to come back, *by* a day if there is one, to an *address* if it is named."""

    units: tuple[Units, ...]
    by: date | None = None
    address: Name | None = None

    def __repr__(self) -> str:
        return call("returns.ExpectParcel", self)


@attrs.frozen(eq=False, repr=False)
class HoldBack(Coded):
    """Units are not to leave the shop.

    >>> from aftercare import Units
    >>> HoldBack((Units("1", 2),))
    returns.HoldBack((Units('1', 2),))
    """

    units: tuple[Units, ...]

    def __repr__(self) -> str:
        return call("returns.HoldBack", self)


@attrs.frozen(eq=False, repr=False)
class SendGoods(Coded):
    """New goods are to be sent: *now*, or once the old ones have come back."""

    sku: str
    quantity: int
    now: bool = attrs.field(default=False, kw_only=True)

    def __repr__(self) -> str:
        return call("returns.SendGoods", self)


Effect: TypeAlias = Tell | OpenTask | ExpectParcel | HoldBack | SendGoods
