"""Changing something about an order before it is dispatched: other goods, another address, another delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias, get_args

import attrs

from aftercare.errors import OrderError, PolicyError, did_you_mean
from aftercare.money import Money
from aftercare.order_events import Units
from aftercare.returns.asking import circumstances, known_until, place_of
from aftercare.returns.before_dispatch import BeforeDispatch, reached
from aftercare.returns.effects import HoldBack, OpenTask
from aftercare.returns.reply import ReplyForFee
from aftercare.returns.timeline import milestones
from aftercare.returns.windows import one_of
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.history import History
    from aftercare.receipt import Receipt
    from aftercare.returns.clauses import Outcome

Change: TypeAlias = Literal["goods", "quantity", "address", "delivery", "payment", "message"]
"""What of an order may be changed."""


def _changes(given: Change | Iterable[Change]) -> tuple[Change, ...]:
    words = {given} if isinstance(given, str) else {*given}
    for word in words:
        one_of("what may be changed", word, get_args(Change))
    return tuple(word for word in get_args(Change) if word in words)


@attrs.frozen(eq=False, repr=False)
class ChangePolicy(BeforeDispatch):
    """What a shop promises to those who change *what* of their order before dispatch; see `BeforeDispatch`.

    Unless said, anything may be changed. Raises `PolicyError`.

    >>> ChangePolicy("change", until="paid", what=["delivery", "address"]).what
    ('address', 'delivery')
    """

    what: tuple[Change, ...] = attrs.field(default=get_args(Change), converter=_changes, kw_only=True)

    def __attrs_post_init__(self) -> None:
        BeforeDispatch.__attrs_post_init__(self)
        if not self.what:
            msg = f"`{self.id}` lets nothing be changed: name at least one of `what`, such as `address`"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        return f"returns.{BeforeDispatch.__repr__(self)}"


@attrs.frozen(eq=False, repr=False, kw_only=True)
class ChangeReply(ReplyForFee):
    """What becomes of the wish to change *what* of an order: the *fee* it costs."""

    kind: ClassVar[str] = "change"

    what: Change


def assess_change(
    policy: ChangePolicy,
    receipt: Receipt,
    history: History | None = None,
    *,
    what: Change,
    line: str | None = None,
    at: datetime,
) -> ChangeReply:
    """Whether *what* of a *line* or of the whole order can be changed, asked *at* an instant.

    It can as long as it could for every unit. Raises `OrderError` for a line that is not there.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Line, Order, PolicyBook, Product, Tender, eur
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("CUP"), 3, unit_price=eur(2))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(6))])
    >>> assess_change(ChangePolicy("change", until="picked"), receipt, what="address", at=monday).outcome
    'accept'
    """
    past, instant = known_until(history, at)
    if what not in get_args(Change):
        msg = f"`{what}` is nothing that changes: {did_you_mean(str(what), get_args(Change))}"
        raise OrderError(msg)
    lines = [each.id for each in receipt.order.lines] if line is None else [line]
    groups = [
        group
        for each in lines
        for group in milestones(receipt, past, at=instant, line=each)
        if group.cancelled is None and group.lost is None
    ]
    reasons = [] if what in policy.what else [Statement("change.not_offered")]
    reasons += [] if groups else [Statement("cancellation.none_left")]
    outcome: Outcome = "refuse" if reasons else "accept"
    fee = Money.of_minor(0, receipt.payable.currency)
    for group in groups:
        late = policy.late_for(receipt, group, instant)
        reasons += late
        if reached(group, "shipped"):
            reasons.append(Statement("before_dispatch.over.shipped"))
            outcome = "refuse"
        elif late and outcome == "accept":
            outcome = policy.late
        seen = circumstances(receipt, group, group.count, instant)
        fee = max(fee, policy.fee_for(receipt, seen, place_of(receipt, group.line), instant))
    units = tuple(Units(group.line, group.count, first=group.first) for group in groups)
    return ChangeReply(
        order=receipt.id,
        units=units,
        at=instant,
        right=policy.name,
        outcome=outcome,
        deadline=policy.deadline(receipt),
        reasons=tuple(dict.fromkeys(reasons)),
        plan=(("needs_review", (OpenTask("warehouse", policy.name), HoldBack(units))),),
        what=what,
        fee=fee,
    )
