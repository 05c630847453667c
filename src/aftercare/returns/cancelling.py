"""Cancelling units before they are dispatched: because the shop promises it, or because a law lets one.

The right of withdrawal is open from the conclusion of the contract on (directive 2011/83/EU, article 9), so that under
it what was not dispatched can be cancelled without a fee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, get_args

import attrs

from aftercare.calendar import local_date
from aftercare.errors import OrderError
from aftercare.money import Money
from aftercare.order_events import Cancelled
from aftercare.policies.vocabulary import always
from aftercare.policies.worth import Unit, Worths
from aftercare.returns.asking import Answered, chosen, circumstances, known_until, named, number_of, place_of
from aftercare.returns.before_dispatch import BeforeDispatch, reached
from aftercare.returns.clauses import OUTCOMES, Bar, reads
from aftercare.returns.counting import deadline
from aftercare.returns.effects import HoldBack, OpenTask
from aftercare.returns.fees import FREE, CancellationFee
from aftercare.returns.refund_deadline import sooner
from aftercare.returns.reply import ReplyForFee
from aftercare.returns.runs import joined
from aftercare.returns.statutes import with_floor
from aftercare.returns.terms import RefundStrategy, Terms
from aftercare.returns.timeline import milestones
from aftercare.returns.windows import ReturnWindow, one_of
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aftercare.history import History
    from aftercare.order_events import Units
    from aftercare.policies.condition import Condition
    from aftercare.policies.vocabulary import Goods
    from aftercare.receipt import Receipt
    from aftercare.returns.clauses import BarReason, Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.refund_deadline import RefundWithin
    from aftercare.returns.statutes import Statute, StatutoryRight
    from aftercare.returns.timeline import Milestones
    from aftercare.statement import Name


@attrs.frozen(eq=False, repr=False)
class CancellationPolicy(BeforeDispatch):
    """What a shop promises to those who cancel before dispatch; see `BeforeDispatch` for its terms.

    *refund* is the strategy by which the rest of the order is priced anew, as for a return.

    >>> from aftercare import eur
    >>> CancellationPolicy("cancel", until="picked", fee=eur(2), free_minutes=30).said
    Statement('before_dispatch.until.picked')
    """

    refund: RefundStrategy = attrs.field(default="recompute_monotone", kw_only=True)
    bars: tuple[Bar, ...] = attrs.field(default=(), kw_only=True)
    floors: tuple[Statute, ...] = attrs.field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        BeforeDispatch.__attrs_post_init__(self)
        one_of(f"the refund of `{self.id}`", self.refund, get_args(RefundStrategy))

    def not_cancellable(
        self, when: Condition = always, *, of: Goods | None = None, because: BarReason | Name
    ) -> CancellationPolicy:
        """The same policy for which some goods cannot be cancelled; a law that does not except them still lets them.

        >>> from aftercare import item
        >>> policy = CancellationPolicy("cancel").not_cancellable(of=item.tag.is_("engraved"), because="custom_made")
        >>> policy.bars[0].because
        'custom_made'
        """
        return attrs.evolve(self, bars=(*self.bars, Bar(when=when, of=of, because=because)))

    def not_below(self, statute: Statute) -> CancellationPolicy:
        """The same policy beside the right of withdrawal that a law gives; either suffices.

        >>> from aftercare import returns
        >>> len(CancellationPolicy("cancel").not_below(returns.statutory("EU")).floors)
        1
        """
        return attrs.evolve(self, floors=with_floor(self.id, self.floors, statute))

    def __repr__(self) -> str:
        own = attrs.evolve(self, bars=(), floors=())
        bars = "".join(repr(bar).replace(".not_returnable(", ".not_cancellable(", 1) for bar in self.bars)
        floors = "".join(f".not_below({statute!r})" for statute in self.floors)
        return f"returns.{BeforeDispatch.__repr__(own)}{bars}{floors}"


@attrs.frozen(eq=False, repr=False, kw_only=True)
class CancellationReply(ReplyForFee):
    """What becomes of the wish to cancel: its *fee* and other *terms*, and the *regimes* of the rights that let one.

    The *fee* is at most what was paid for the units. *units* are those that were asked for; where not all of them can
    be cancelled, *possible* says which can.
    """

    kind: ClassVar[str] = "cancellation"

    terms: Terms
    regimes: tuple[str, ...] = ()
    possible: tuple[Units, ...] = ()

    def event(self, *, id: str) -> Cancelled:
        """The event that records the cancellation; raises `OrderError` unless it is accepted."""
        self.accepted()
        return Cancelled(id, self.at, self.order, self.units, regimes=self.regimes)


class _Judged(NamedTuple):
    """What the rights say of units with the same milestones."""

    outcome: Outcome
    right: Name
    regimes: tuple[str, ...] = ()
    fee: Money | None = None
    reasons: tuple[Statement, ...] = ()
    refund_within: tuple[RefundWithin, ...] = ()


class _Part(NamedTuple):
    """What is answered for one line: the units asked for, and those that can be cancelled."""

    judged: _Judged
    asked: tuple[Units, ...]
    possible: tuple[Units, ...]


def assess_cancellation(
    policy: CancellationPolicy,
    receipt: Receipt,
    history: History | None = None,
    *,
    line: str | None = None,
    quantity: int | None = None,
    at: datetime,
    informed: bool = True,
) -> CancellationReply:
    """Whether *quantity* units of a *line*, the whole line or the whole order can be cancelled, *at* an instant.

    *informed* says whether the order came with the information that the law asks for. Raises `OrderError` for a line
    that is not there, more units than were bought, and a quantity without a line.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Line, Order, PolicyBook, Product, Tender, eur
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("CUP"), 3, unit_price=eur(2))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(6))])
    >>> assess_cancellation(CancellationPolicy("cancel"), receipt, line="1", quantity=2, at=monday).outcome
    'accept'
    """
    past, instant = known_until(history, at)
    if line is None and quantity is not None:
        msg = f"{quantity} units of no line cannot be cancelled: name the line, or leave the quantity out"
        raise OrderError(msg)
    asker = _Asker(policy, receipt, past, instant, informed)
    parts = [asker.line(line, quantity)] if line is not None else asker.whole()
    worst = max((part.judged for part in parts), key=lambda judged: OUTCOMES.index(judged.outcome))
    nothing = Money.of_minor(0, receipt.payable.currency)
    fee = max((part.judged.fee or nothing for part in parts), default=nothing)
    units = tuple(each for part in parts for each in part.asked)
    return CancellationReply(
        order=receipt.id,
        units=units,
        at=instant,
        right=worst.right,
        outcome=worst.outcome,
        deadline=policy.deadline(receipt),
        reasons=tuple(dict.fromkeys(each for part in parts for each in part.judged.reasons)),
        plan=(("accept", (HoldBack(units),)), ("needs_review", (OpenTask("warehouse", policy.name), HoldBack(units)))),
        fee=min(fee, _paid_for(receipt, units)) if fee else fee,
        terms=Terms(
            window=ReturnWindow(None),
            fee=(CancellationFee(fee),) if fee else FREE,
            refund=policy.refund,
            delivery="full",
            refund_within=sooner(each for part in parts for each in part.judged.refund_within),
        ),
        regimes=tuple(dict.fromkeys(each for part in parts for each in part.judged.regimes)),
        possible=tuple(each for part in parts for each in part.possible),
    )


def _paid_for(receipt: Receipt, units: tuple[Units, ...]) -> Money:
    """What was paid for *units*, tax included."""
    starts = [(each, each.first or 1) for each in units]
    single = {Unit(each.line, number) for each, first in starts for number in range(first, first + each.count)}
    return Money.of_minor(Worths(receipt).paid(single), receipt.payable.currency)


@attrs.frozen
class _Asker:
    """A question about cancelling."""

    policy: CancellationPolicy
    receipt: Receipt
    past: History
    at: datetime
    informed: bool

    def whole(self) -> list[_Part]:
        """What is answered for each line of which something is left."""
        parts = [self.line(each.id, None) for each in self.receipt.order.lines]
        return [part for part in parts if part.asked] or parts[:1]

    def line(self, line: str, quantity: int | None) -> _Part:
        """What is answered for units of a *line*; without a *quantity*, for all that were not cancelled or lost."""
        most = number_of(self.receipt, line, quantity)
        groups = [
            group
            for group in milestones(self.receipt, self.past, at=self.at, line=line, informed=self.informed)
            if group.cancelled is None and group.lost is None
        ]
        left = sum(group.count for group in groups)
        asked = left if quantity is None else most
        judged = []
        for group in groups:
            each = self._judge(group, asked)
            judged.append(Answered(each.outcome, group, None, each, [(group.first, group.first + group.count - 1)]))
        answer, units = chosen(judged, asked)
        possible = named(line, joined((run for part in judged if part.outcome == "accept" for run in part.runs), ()))
        if answer is not None:
            return _Part(answer, named(line, units), possible)
        code = "cancellation.too_many" if left else "cancellation.none_left"
        params: dict[str, Any] = {"asked": asked, "left": left} if left else {}
        reason = Statement(code, **params)
        return _Part(_Judged("refuse", self.policy.name, reasons=(reason,)), named(line, units), possible)

    def _judge(self, group: Milestones, quantity: int) -> _Judged:
        place = place_of(self.receipt, group.line)
        seen = circumstances(self.receipt, group, quantity, self.at)
        late = self.policy.late_for(self.receipt, group, self.at)
        bars = [bar for bar in self.policy.bars if reads(bar.when, bar.of)(seen, place)]
        law = next(self._open_rights(group, bars), None)
        if reached(group, "shipped"):
            gone = Statement("before_dispatch.over.shipped")
            instead = () if law is None else (Statement("cancellation.withdraw_instead", deadline=(law[1].said,)),)
            return _Judged("refuse", self.policy.name, reasons=(gone, *instead))
        regimes = () if late or bars else ("promise",)
        if law is not None:
            name = self.policy.name if regimes else law[0].name
            within = law[0].term("refund_within") or ()
            return _Judged("accept", name, (*regimes, "withdrawal"), refund_within=within)
        if regimes:
            fee = self.policy.fee_for(self.receipt, seen, place, self.at)
            return _Judged("accept", self.policy.name, regimes, fee)
        outcome: Outcome = "refuse" if bars else self.policy.late
        return _Judged(outcome, self.policy.name, reasons=(*(bar.said for bar in bars), *late))

    def _open_rights(self, group: Milestones, bars: list[Bar]) -> Iterator[tuple[StatutoryRight, Deadline]]:
        """The rights of withdrawal that laws give for the units, and that are open, with their deadlines."""
        customer = self.receipt.order.customer
        country = None if customer is None else customer.country
        on = local_date(self.receipt.placed_at, self.receipt.zone)
        for statute in self.policy.floors:
            if not statute.applies_in(country):
                continue
            for right in statute.rights(on=on, informed=self.informed):
                if right.regime != "withdrawal" or any(bar.because in right.exceptions for bar in bars):
                    continue
                due = deadline(right.window, group, at=self.at, zone=self.receipt.zone, right=right.name)
                if due.contains(self.at):
                    yield right, due
