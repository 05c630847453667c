"""What is answered to a wish after the sale that is no return: cancel, change, exchange, trade in, hand in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import OrderError, did_you_mean
from aftercare.returns.assessment import Override
from aftercare.returns.clauses import OUTCOMES
from aftercare.statement import Statement

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.money import Money
    from aftercare.order_events import Units
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.effects import Effect
    from aftercare.statement import Name


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Reply(Coded):
    """What becomes of a wish about *units* of an order.

    *right* is the promise or the law that answers and *deadline* by when it has to be asked, if there is one. *reasons*
    say why it is no plain yes, *todo* what the customer must do next if it is no refusal, and *plan* what the shop
    should do for each outcome.
    """

    kind: ClassVar[str]

    order: str
    units: tuple[Units, ...]
    at: datetime
    right: Name
    outcome: Outcome
    deadline: Deadline | None = None
    reasons: tuple[Statement, ...] = ()
    todo: tuple[Statement, ...] = ()
    plan: tuple[tuple[Outcome, tuple[Effect, ...]], ...] = ()
    override: Override | None = None

    @property
    def steps(self) -> tuple[Statement, ...]:
        """What the customer must do next; nothing when it is refused."""
        return () if self.outcome == "refuse" else self.todo

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What the shop should do."""
        return dict(self.plan).get(self.outcome, ())

    @property
    def said(self) -> Statement:
        """The answer, as a statement."""
        if self.override is not None:
            return Statement(f"{self.kind}.{_SAID[self.outcome]}_by_staff", reason=self.override.reason)
        if self.outcome == "accept":
            return Statement(f"{self.kind}.accepted")
        return Statement(f"{self.kind}.{_SAID[self.outcome]}", reasons=self.reasons)

    def overridden(self, *, by: str, reason: Name | str, outcome: Outcome = "accept") -> Self:
        """The same wish, decided otherwise *by* somebody of the staff who says why.

        Raises `OrderError` where nothing would change, for no name, and for an outcome that decides nothing.
        """
        decisions = tuple(each for each in OUTCOMES if each != "needs_review")
        if outcome not in decisions:
            msg = f"`{outcome}` is no decision: {did_you_mean(str(outcome), decisions)}"
            raise OrderError(msg)
        if outcome == self.outcome:
            msg = f"the outcome is `{outcome}` already: there is nothing to override"
            raise OrderError(msg)
        if not by.strip():
            msg = "a decision against the policy needs a name: say who decides with `by=`"
            raise OrderError(msg)
        return attrs.evolve(self, outcome=outcome, override=Override(by, reason, outcome=self.outcome))

    def accepted(self) -> None:
        """Raise `OrderError` unless the wish is granted, as whatever records that it was carried out must."""
        if self.outcome != "accept":
            msg = f"the outcome is `{self.outcome}`: nothing is done before it is `accept`; see `overridden`"
            raise OrderError(msg)

    def __repr__(self) -> str:
        return call(f"returns.{type(self).__name__}", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class ReplyForFee(Reply):
    """What becomes of a wish that may cost the customer a *fee*."""

    fee: Money

    @property
    def fee_said(self) -> tuple[Statement, ...]:
        """The fee, as a statement; nothing where it is free or refused."""
        if self.outcome == "refuse" or self.fee.is_zero:
            return ()
        return (Statement(f"{self.kind}.fee", amount=self.fee),)


_SAID = {"accept": "accepted", "needs_review": "needs_review", "refuse": "refused"}
