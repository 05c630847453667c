"""The answer to "can I still give this back": yes, no or needs review, why, on what terms, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import OrderError, did_you_mean
from aftercare.return_events import ReturnApproved, ReturnRefused
from aftercare.returns.clauses import OUTCOMES
from aftercare.returns.refund_deadline import dues
from aftercare.statement import Name, Statement, name

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.order_events import Units
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.effects import Effect
    from aftercare.returns.grounds import Regime
    from aftercare.returns.refund_deadline import RefundDue
    from aftercare.returns.rights import Answer
    from aftercare.returns.terms import Terms
    from aftercare.returns.windows import Act


@attrs.frozen(eq=False, repr=False)
class Override(Coded):
    """The decision of somebody of the staff, *by* name, against the policy's own *outcome*, and the *reason*."""

    by: str
    reason: Name = attrs.field(converter=name)
    outcome: Outcome = attrs.field(kw_only=True)

    def __repr__(self) -> str:
        return call("returns.Override", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Assessment(Coded):
    """What becomes of the wish to give *units* back on a *ground*.

    *answers* are what each right says, *regimes* the rights that accept, *terms* those on which the units come back,
    *deadline* the one that governs. *reasons* say why it is no plain yes, *todo* what the customer must do next if it
    is no refusal, and *plan* what the shop should do for each outcome. Units that came in different parcels are judged
    apart; the answer is then the least good one. *done* is what was done in the return before.
    """

    order: str
    units: tuple[Units, ...]
    ground: str
    at: datetime
    outcome: Outcome
    terms: Terms
    deadline: Deadline
    regimes: tuple[Regime, ...] = ()
    answers: tuple[Answer, ...] = ()
    reasons: tuple[Statement, ...] = ()
    todo: tuple[Statement, ...] = ()
    plan: tuple[tuple[Outcome, tuple[Effect, ...]], ...] = ()
    override: Override | None = None
    done: tuple[tuple[Act, datetime], ...] = ()

    @property
    def refund_due(self) -> tuple[RefundDue, ...]:
        """Until when the money is back, by each promise that holds; of last days that are known only the first."""
        terms = self.terms
        if self.outcome == "refuse" or "refund" not in terms.resolutions:
            return ()
        kept = "keep_item" in terms.resolutions
        return dues(terms.refund_within, dict(self.done), self.at, self.deadline.zone, kept=kept)

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
            code = "returns.refused_by_staff" if self.outcome == "refuse" else "returns.accepted_by_staff"
            return Statement(code, reason=self.override.reason)
        if self.outcome == "accept":
            return Statement("returns.accepted")
        return Statement(f"returns.{_SAID[self.outcome]}", reasons=self.reasons)

    def overridden(self, *, by: str, reason: Name | str, outcome: Outcome = "accept") -> Assessment:
        """The same return, decided otherwise *by* somebody who says why.

        Accepted so, it comes back on the shop's own terms unless a law gave better ones. Raises `OrderError` where
        nothing would change, for no name, and for an unknown outcome.
        """
        if outcome not in OUTCOMES:
            msg = f"`{outcome}` is no outcome: {did_you_mean(str(outcome), OUTCOMES)}"
            raise OrderError(msg)
        if outcome == self.outcome:
            msg = f"the outcome is `{outcome}` already: there is nothing to override"
            raise OrderError(msg)
        if not by.strip():
            msg = "a decision against the policy needs a name: say who decides with `by=`"
            raise OrderError(msg)
        regimes = self.regimes or tuple(answer.regime for answer in self.answers[:1])
        return attrs.evolve(
            self,
            outcome=outcome,
            regimes=regimes if outcome == "accept" else (),
            override=Override(by, reason, outcome=self.outcome),
        )

    def decided(self, *, id: str, return_id: str, at: datetime | None = None) -> ReturnApproved | ReturnRefused:
        """The event that records the decision, by default at the instant that was asked about.

        Raises `OrderError` for a return that somebody still has to look at.
        """
        by = None if self.override is None else self.override.by
        when = self.at if at is None else at
        if self.outcome == "accept":
            reason = None if self.override is None else self.override.reason
            return ReturnApproved(id, when, self.order, return_id=return_id, regimes=self.regimes, by=by, reason=reason)
        if self.outcome == "needs_review":
            msg = f"return `{return_id}` needs a review: decide it with `overridden(by=..., reason=..., outcome=...)`"
            raise OrderError(msg)
        reason = Name("against the policy") if self.override is None else self.override.reason
        return ReturnRefused(id, when, self.order, return_id=return_id, reason=reason, by=by)

    def __repr__(self) -> str:
        return call("returns.Assessment", self)


_SAID = {"needs_review": "needs_review", "refuse": "refused"}
