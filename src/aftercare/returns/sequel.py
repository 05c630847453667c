"""What comes after an answer: what the customer must do, and what the shop should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.calendar import local_date
from aftercare.returns.clauses import OUTCOMES, Ask, Notify, Review
from aftercare.returns.effects import ExpectParcel, OpenTask, Tell
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from datetime import date

    from aftercare.order_events import Units
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.effects import Effect
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.rights import Case
    from aftercare.returns.terms import Terms


def todo(policy: ReturnPolicy, case: Case, terms: Terms, deadline: Deadline) -> tuple[Statement, ...]:
    """What the customer must do next, in the order of doing it."""
    found: list[Statement] = []
    returning = case.circumstances.returning
    missing = tuple(Name(word) for word in terms.evidence if word not in returning["returns.evidence"])
    if missing:
        found.append(Statement("returns.step.evidence", needed=missing))
    found += [Statement("returns.step.ask", step=each.step) for each in case.holds(policy) if isinstance(each, Ask)]
    if "keep_item" in terms.resolutions:
        return (*found, Statement("returns.step.keep"))
    if not _on_its_way(case):
        if terms.packaging == "original":
            found.append(Statement("returns.step.original_packaging"))
        if terms.channels and returning["returns.channel"] is None:
            found.append(Statement("returns.step.channel", needed=tuple(map(Name, terms.channels))))
        if terms.address is not None:
            found.append(Statement("returns.step.address", address=terms.address))
        by = send_by(case, terms, deadline)
        found.append(Statement("returns.step.send") if by is None else Statement("returns.step.send_by", date=by))
    return tuple(found)


def plan(
    policy: ReturnPolicy, case: Case, terms: Terms, deadline: Deadline, units: tuple[Units, ...]
) -> tuple[tuple[Outcome, tuple[Effect, ...]], ...]:
    """What the shop should do for each outcome."""
    clauses = tuple(case.holds(policy))
    found: list[tuple[Outcome, tuple[Effect, ...]]] = []
    for outcome in OUTCOMES:
        effects: list[Effect] = []
        if outcome == "accept" and "keep_item" not in terms.resolutions and "received" not in case.acts:
            effects.append(ExpectParcel(units, send_by(case, terms, deadline), terms.address))
        for clause in clauses:
            match clause:
                case Review() if outcome == "needs_review":
                    effects.append(OpenTask(clause.role, clause.because))
                case Notify() if outcome in clause.on:
                    told = Tell(clause.role) if clause.task is None else OpenTask(clause.role, clause.task)
                    effects.append(told)
                case _:
                    pass  # bars and questions are for the customer
        if effects:
            found.append((outcome, tuple(effects)))
    return tuple(found)


def send_by(case: Case, terms: Terms, deadline: Deadline) -> date | None:
    """The last day on which the goods may be sent, or None if there is none."""
    asked = local_date(case.acts.get("requested", case.at), case.receipt.zone)
    days = [] if terms.send_within is None else [terms.send_within.after(asked)]
    if deadline.act == "sent" and deadline.last_day is not None:
        days.append(deadline.last_day)
    return min(days, default=None)


def _on_its_way(case: Case) -> bool:
    return "sent" in case.acts or "received" in case.acts
