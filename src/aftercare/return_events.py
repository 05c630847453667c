"""The events after a sale: the life of a return, what was paid back, repairs and replacements.

A return is requested, approved or refused, sent, received, refunded, or cancelled on the way; its events share a
*return_id*. Goods brought back over the counter are just `Returned`, without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.canonical import Coded
from aftercare.errors import OrderError, did_you_mean, is_a
from aftercare.event_fields import an_amount, instant, maybe_amount, maybe_word, some_words, word
from aftercare.order_events import Units, some_units
from aftercare.receipt import tenders
from aftercare.statement import Name, maybe_name, name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.money import Money
    from aftercare.receipt import Tender

Party: TypeAlias = Literal["customer", "shop"]
MadeGood: TypeAlias = Literal["repair", "replacement"]
HandedTo: TypeAlias = Literal["trade_in", "recycling"]


def _some(event: str, units: tuple[Units, ...]) -> None:
    if not units:
        msg = f"`{event}` names no units: say which line and how many, such as `Units('1', 2)`"
        raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class ReturnRequested(Coded):
    """The customer asked to give units back on a *ground*, with the *evidence* handed in.

    >>> from datetime import UTC, datetime
    >>> from aftercare.order_events import Units
    >>> asked = datetime(2026, 3, 9, tzinfo=UTC)
    >>> ReturnRequested("e7", asked, "A-1", [Units("1", 1)], "defect", return_id="R-1", evidence="photo").evidence
    ('photo',)
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(converter=some_units)
    ground: str = attrs.field(converter=word)
    return_id: str = attrs.field(converter=word, kw_only=True)
    channel: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)
    evidence: tuple[str, ...] = attrs.field(default=(), converter=some_words, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _some(self.id, self.units)


@attrs.frozen(eq=False, repr=False)
class ReturnApproved(Coded):
    """The shop agreed to a return; whoever of the staff overrode the policy is named in *by*, with the *reason*."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    return_id: str = attrs.field(converter=word, kw_only=True)
    regimes: tuple[str, ...] = attrs.field(default=(), converter=some_words, kw_only=True)
    by: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)
    reason: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.by is not None and self.reason is None:
            msg = f"`{self.id}` is a decision of `{self.by}` without a reason: record why with `reason=`"
            raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class ReturnRefused(Coded):
    """The shop refused a return, for a *reason*."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    return_id: str = attrs.field(converter=word, kw_only=True)
    reason: Name = attrs.field(converter=name, kw_only=True)
    by: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class ReturnSent(Coded):
    """The customer sent the goods of a return; without *units*, all of them."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)
    return_id: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class Returned(Coded):
    """Units came back by a *channel*, on a ground such as ``change_of_mind``, all in the same condition *grade*.

    *regimes* are the rights under which they did, where they are known. *unexpected* are the SKUs of goods that came
    and were not to: with no units, nothing of what was to come did. *gifts* are the SKUs of added gifts that came
    back, one for each. Raises `OrderError` for an event about nothing.

    >>> from datetime import UTC, datetime
    >>> from aftercare.order_events import Units
    >>> Returned("e9", datetime(2026, 3, 9, tzinfo=UTC), "A-1", [Units("1", 2)], "change_of_mind", grade="B").grade
    'B'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(converter=some_units)
    ground: str | None = attrs.field(default=None, converter=maybe_word)
    return_id: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)
    regimes: tuple[str, ...] = attrs.field(default=(), converter=some_words, kw_only=True)
    grade: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)
    channel: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)
    restocked: bool | None = attrs.field(default=None, kw_only=True)
    unexpected: tuple[str, ...] = attrs.field(default=(), converter=some_words, kw_only=True)
    gifts: tuple[str, ...] = attrs.field(default=(), converter=some_words, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.unexpected and not self.gifts:
            _some(self.id, self.units)


@attrs.frozen(eq=False, repr=False)
class ReturnCancelled(Coded):
    """A return was given up before it was refunded, *by* the customer or the shop."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    return_id: str = attrs.field(converter=word, kw_only=True)
    by: Party = attrs.field(default="customer", kw_only=True)

    def __attrs_post_init__(self) -> None:
        _one_of(self.by, get_args(Party), "who cancels a return")


@attrs.frozen(eq=False, repr=False)
class Refunded(Coded):
    """Money was paid back for units, to the *tenders* named; *kept* when the customer keeps the goods."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    tenders: tuple[Tender, ...] = attrs.field(converter=tenders)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units, kw_only=True)
    return_id: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)
    regimes: tuple[str, ...] = attrs.field(default=(), converter=some_words, kw_only=True)
    kept: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class AmountRefunded(Coded):
    """An amount was paid back without a return: on *units*, or on delivery where none are named.

    Raises `OrderError` for an amount that is not above zero, and for tenders that do not add up to it.
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    amount: Money = attrs.field(converter=an_amount)
    tenders: tuple[Tender, ...] = attrs.field(converter=tenders)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units, kw_only=True)
    reason: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            msg = f"the amount that `{self.id}` pays back is `{self.amount}`: it is above zero"
            raise OrderError(msg)
        placed = sum((tender.amount for tender in self.tenders), self.amount - self.amount)
        if placed != self.amount:
            msg = f"`{self.id}` pays back `{self.amount}`, and `{placed}` of it to tenders: name where all of it went"
            raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class RefundReversed(Coded):
    """The payment of an earlier event, `Refunded` or `AmountRefunded`, was undone; *refund* is that event's id.

    Goods that came back stay back and are to be paid for again; those that were to be kept, the customer keeps unpaid.
    An amount without a return is due again once its goods come back, or at once where they have.
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    refund: str = attrs.field(converter=word)


@attrs.frozen(eq=False, repr=False)
class Exchanged(Coded):
    """The goods of a return were exchanged for those of another order."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    return_id: str = attrs.field(converter=word, kw_only=True)
    new_order: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class RemedyRequested(Coded):
    """The customer asked for a repair or a replacement of units, or agreed to one."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(converter=some_units)
    remedy: MadeGood = attrs.field(default="repair", kw_only=True)
    remedy_id: str = attrs.field(converter=word, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _some(self.id, self.units)
        _one_of(self.remedy, get_args(MadeGood), "a remedy")


@attrs.frozen(eq=False, repr=False)
class RemedyDone(Coded):
    """The customer got the repaired or new goods."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    remedy_id: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class InformationGiven(Coded):
    """The customer of an order was told, late, *about* a right such as that of withdrawal, as the law wants it."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    about: str = attrs.field(default="withdrawal", converter=word)


@attrs.frozen(eq=False, repr=False)
class WarrantyRegistered(Coded):
    """The customer registered units for a *warranty*; without *units*, the whole order."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)
    warranty: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class OwnerChanged(Coded):
    """Units went to another *owner*, by sale or as a gift; without *units*, the whole order did."""

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(default=(), converter=some_units)
    owner: str = attrs.field(converter=word, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class HandedIn(Coded):
    """Units were traded in, for a *value* if it is told, or taken back at the end of their life.

    >>> from datetime import UTC, datetime
    >>> from aftercare.order_events import Units
    >>> HandedIn("e1", datetime(2028, 3, 9, tzinfo=UTC), "A-1", [Units("1", 1)], to="recycling").to
    'recycling'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    order: str = attrs.field(converter=word)
    units: tuple[Units, ...] = attrs.field(converter=some_units)
    to: HandedTo = attrs.field(default="trade_in", kw_only=True)
    value: Money | None = attrs.field(default=None, converter=maybe_amount, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _some(self.id, self.units)
        _one_of(self.to, get_args(HandedTo), "where goods are handed in")


def _one_of(given: str, allowed: Iterable[str], what: str) -> None:
    words = tuple(allowed)
    if not is_a(given, str) or given not in words:
        msg = f"`{given}` is not {what}: {did_you_mean(str(given), words)}"
        raise OrderError(msg)


ReturnEvent: TypeAlias = (
    ReturnRequested
    | ReturnApproved
    | ReturnRefused
    | ReturnSent
    | Returned
    | ReturnCancelled
    | Refunded
    | AmountRefunded
    | RefundReversed
    | Exchanged
    | RemedyRequested
    | RemedyDone
    | InformationGiven
    | WarrantyRegistered
    | OwnerChanged
    | HandedIn
)
